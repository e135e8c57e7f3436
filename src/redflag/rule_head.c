/* SPDX-License-Identifier: Apache-2.0 */
/* The header of a rule: lines "-- key: value" until the first line that is no comment. */
#include "redflag/rule_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "redflag/schema.h"

/* A run of the file. */
struct run {
	const char *p;
	size_t n;
};

static bool
space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct run
trim(const char *p, const char *end)
{
	while (p < end && space(*p))
		p++;
	while (end > p && space(end[-1]))
		end--;
	return (struct run){p, (size_t)(end - p)};
}

static bool
is(struct run r, const char *word)
{
	return r.n == strlen(word) && memcmp(r.p, word, r.n) == 0;
}

/* The part of *rest before the next sep, trimmed; false at its end. */
static bool
part(struct run *rest, char sep, struct run *out)
{
	const char *end, *at;

	if (rest->p == NULL)
		return false;
	end = rest->p + rest->n;
	at = memchr(rest->p, sep, rest->n);
	*out = trim(rest->p, at != NULL ? at : end);
	*rest = at != NULL ? (struct run){at + 1, (size_t)(end - at - 1)} : (struct run){NULL, 0};
	return true;
}

static bool
name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '_' || c == '-' || c == '.';
}

static bool
is_name(struct run v, size_t most)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!name_char(v.p[i]))
			return false;
	return v.n > 0 && v.n <= most;
}

static const char *
keep(struct rule_in *in, struct run v)
{
	return arena_strndup(in->r->arena, v.p, v.n);
}

/* ---- one value each ---- */

static void
set_id(struct rule_in *in, struct run v)
{
	const char *file = in->r->file;
	size_t n = strlen(file);

	if (!is_name(v, 24)) {
		rule_fault_at(in, v.p, "rule.id", "S", v.p, v.n);
		return;
	}
	if (n != v.n + 4 || memcmp(file, v.p, v.n) != 0 || strcmp(file + v.n, ".sql") != 0)
		rule_fault_at(in, v.p, "rule.id-file", "Ss", v.p, v.n, file);
	in->r->id = keep(in, v);
}

static void
set_version(struct rule_in *in, struct run v)
{
	size_t i;
	int n = 0;

	for (i = 0; i < v.n && i < 6 && v.p[i] >= '0' && v.p[i] <= '9'; i++)
		n = n * 10 + v.p[i] - '0';
	if (i < v.n || n == 0)
		rule_fault_at(in, v.p, "rule.version", "S", v.p, v.n);
	in->r->version = n;
}

static void
set_grade(struct rule_in *in, struct run v)
{
	if (!is(v, "A") && !is(v, "B") && !is(v, "C"))
		rule_fault_at(in, v.p, "rule.grade", "S", v.p, v.n);
	else
		in->r->grade = v.p[0];
}

static void
set_clauses(struct rule_in *in, struct run v)
{
	const struct rule_reader *reader = in->reader;
	struct run one;
	const char *id;

	while (part(&v, ',', &one)) {
		if (in->r->clauses == RULE_CLAUSES) {
			rule_fault_at(in, one.p, "rule.many", "sd", "clauses", RULE_CLAUSES);
			return;
		}
		id = is_name(one, 24) ? keep(in, one) : NULL;
		if (id == NULL || (reader->clause != NULL && !reader->clause(reader->clause_ctx, id)))
			rule_fault_at(in, one.p, "rule.clause-unknown", "S", one.p, one.n);
		else
			in->r->clause[in->r->clauses++] = id;
	}
}

static int
find_table(struct rule_in *in, struct run v)
{
	const struct schema_table *t = schema_tables();
	int i;

	for (i = 0; i < SCHEMA_TABLES; i++)
		if (is(v, t[i].name))
			return i;
	rule_fault_at(in, v.p, "rule.table-unknown", "S", v.p, v.n);
	return -1;
}

static void
set_tables(struct rule_in *in, struct run v)
{
	struct run one;
	bool optional;
	int t;

	while (part(&v, ',', &one)) {
		if (in->r->tables == RULE_TABLES) {
			rule_fault_at(in, one.p, "rule.many", "sd", "tables", RULE_TABLES);
			return;
		}
		optional = one.n > 0 && one.p[one.n - 1] == '?';
		one.n -= optional;
		t = find_table(in, one);
		if (t >= 0)
			in->r->table[in->r->tables++] =
			    (struct rule_table){.table = t, .optional = optional};
	}
}

/* table.column */
static bool
column_of(struct rule_in *in, struct run v, struct rule_need *out)
{
	const struct schema_table *t = schema_tables();
	const char *dot = memchr(v.p, '.', v.n);
	struct run table = trim(v.p, dot != NULL ? dot : v.p + v.n), column;
	size_t i;

	out->table = find_table(in, table);
	if (out->table < 0)
		return false;
	if (dot == NULL) {
		rule_fault_at(in, v.p, "rule.column-unknown", "SS", table.p, table.n, "", (size_t)0);
		return false;
	}
	column = trim(dot + 1, v.p + v.n);
	for (i = 0; i < t[out->table].ncolumn; i++)
		if (is(column, t[out->table].column[i].name)) {
			out->column = (int)i;
			return true;
		}
	rule_fault_at(in, column.p, "rule.column-unknown", "SS", table.p, table.n, column.p,
	    column.n);
	return false;
}

static void
set_needs(struct rule_in *in, struct run v)
{
	struct run group, one;
	int before;

	while (part(&v, ',', &group)) {
		before = in->r->needs;
		while (part(&group, '|', &one)) {
			if (in->r->needs == RULE_NEEDS) {
				rule_fault_at(in, one.p, "rule.many", "sd", "needs", RULE_NEEDS);
				return;
			}
			if (!column_of(in, one, &in->r->need[in->r->needs]))
				continue;
			if (in->r->needs > before)
				in->r->need[in->r->needs - 1].or_next = true;
			in->r->needs++;
		}
	}
}

static void
set_labs(struct rule_in *in, struct run v)
{
	static const struct {
		const char *word;
		unsigned lab;
	} labs[] = {{"all", RULE_ANY_LAB}, {"vehicle", RULE_VEHICLE}, {"env", RULE_ENV},
	    {"food", RULE_FOOD}};
	struct run one;
	size_t i;

	while (part(&v, ',', &one)) {
		for (i = 0; i < sizeof(labs) / sizeof(labs[0]) && !is(one, labs[i].word); i++)
			;
		if (i == sizeof(labs) / sizeof(labs[0]))
			rule_fault_at(in, one.p, "rule.lab", "S", one.p, one.n);
		else
			in->r->labs |= labs[i].lab;
	}
}

static void
set_pair(struct rule_in *in, struct run v)
{
	if (!is(v, "yes") && !is(v, "no"))
		rule_fault_at(in, v.p, "rule.yes-no", "sS", "pair", v.p, v.n);
	in->r->pair = is(v, "yes");
}

static bool
number(struct run v, double *out, bool *whole)
{
	char text[32];
	size_t i;
	char *end;

	if (v.n == 0 || v.n >= sizeof(text))
		return false;
	for (i = 0; i < v.n; i++)
		if ((v.p[i] < '0' || v.p[i] > '9') && v.p[i] != '.' && !(i == 0 && v.p[i] == '-'))
			return false;
	memcpy(text, v.p, v.n);
	text[v.n] = '\0';
	*out = strtod(text, &end);
	*whole = memchr(v.p, '.', v.n) == NULL;
	return *end == '\0' && end != text && isfinite(*out) && fabs(*out) <= 1e15;
}

/* name=value: meaning in Chinese | in English */
static void
set_param(struct rule_in *in, struct run v)
{
	struct run all = v, left, name, value = {NULL, 0}, zh = {NULL, 0}, en = {NULL, 0};
	struct rule_param *p;
	int i;

	if (in->r->params == RULE_PARAMS) {
		rule_fault_at(in, v.p, "rule.many", "sd", "param", RULE_PARAMS);
		return;
	}
	p = &in->r->param[in->r->params];
	(void)part(&v, ':', &left);
	(void)part(&left, '=', &name);
	(void)part(&left, '=', &value);
	(void)part(&v, '|', &zh);
	(void)part(&v, '|', &en);
	if (!is_name(name, 32) || !number(value, &p->value, &p->whole) || zh.n == 0 || en.n == 0) {
		rule_fault_at(in, all.p, "rule.param", "S", all.p, all.n);
		return;
	}
	for (i = 0; i < in->r->params; i++)
		if (is(name, in->r->param[i].name))
			rule_fault_at(in, name.p, "rule.param-double", "S", name.p, name.n);
	p->name = keep(in, name);
	p->meaning_zh = keep(in, zh);
	p->meaning_en = keep(in, en);
	in->r->params++;
}

static void
set_kernel(struct rule_in *in, struct run v)
{
	if (!is_name(v, 32))
		rule_fault_at(in, v.p, "rule.kernel", "S", v.p, v.n);
	else
		in->r->kernel = keep(in, v);
}

#define TEXT(f) static void set_##f(struct rule_in *in, struct run v) { in->r->f = keep(in, v); }
TEXT(title_zh)
TEXT(title_en)
TEXT(when)
TEXT(false_alarms_zh)
TEXT(false_alarms_en)
TEXT(verify_zh)
TEXT(verify_en)

/* ---- the lines ---- */

static const struct key {
	const char *name;
	bool optional, many;
	void (*set)(struct rule_in *in, struct run v);
} keys[] = {
	{"id", false, false, set_id}, {"version", false, false, set_version},
	{"title_zh", false, false, set_title_zh}, {"title_en", false, false, set_title_en},
	{"grade", false, false, set_grade}, {"clauses", false, false, set_clauses},
	{"tables", false, false, set_tables}, {"needs", false, false, set_needs},
	{"when", true, false, set_when}, {"labs", false, false, set_labs},
	{"pair", false, false, set_pair}, {"kernel", true, false, set_kernel},
	{"param", true, true, set_param},
	{"false_alarms_zh", false, false, set_false_alarms_zh},
	{"false_alarms_en", false, false, set_false_alarms_en},
	{"verify_zh", false, false, set_verify_zh}, {"verify_en", false, false, set_verify_en},
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static void
line(struct rule_in *in, struct run text, bool seen[KEYS], int number_of_line)
{
	struct run key = {NULL, 0};
	struct run rest = text;
	struct run value;
	size_t i;

	if (text.n == 0)
		return;
	(void)part(&rest, ':', &key);
	if (is(key, "SPDX-License-Identifier"))
		return;
	for (i = 0; i < KEYS && !is(key, keys[i].name); i++)
		;
	if (rest.p == NULL || i == KEYS) {
		rule_fault_at(in, text.p, "rule.key-unknown", "S", key.p, key.n);
		return;
	}
	value = trim(rest.p, rest.p + rest.n);
	if (seen[i] && !keys[i].many) {
		rule_fault_at(in, text.p, "rule.key-double", "s", keys[i].name);
		return;
	}
	seen[i] = true;
	if (value.n == 0) {
		rule_fault_at(in, text.p, "rule.value-empty", "s", keys[i].name);
		return;
	}
	if (keys[i].many && in->r->params < RULE_PARAMS)
		in->param_line[in->r->params] = number_of_line;
	if (strcmp(keys[i].name, "needs") == 0)
		in->need_line = number_of_line;
	keys[i].set(in, value);
}

static void
needs_in_tables(struct rule_in *in)
{
	const struct rule *r = in->r;
	int i, k;

	for (i = 0; i < r->needs; i++) {
		for (k = 0; k < r->tables && r->table[k].table != r->need[i].table; k++)
			;
		if (k == r->tables)
			rule_fault_line(in, in->need_line, "rule.need-table", "s",
			    schema_tables()[r->need[i].table].name);
	}
}

const char *
rule_head(struct rule_in *in)
{
	bool seen[KEYS] = {false};
	const char *p = in->p, *end;
	int at = 1;
	size_t i;

	while (in->end - p >= 2 && p[0] == '-' && p[1] == '-') {
		end = memchr(p, '\n', (size_t)(in->end - p));
		if (end == NULL)
			end = in->end;
		line(in, trim(p + 2, end), seen, at);
		at += end < in->end;
		p = end < in->end ? end + 1 : end;
	}
	in->r->sql_line = at;
	for (i = 0; i < KEYS; i++)
		if (!seen[i] && !keys[i].optional)
			rule_fault_line(in, 1, "rule.key-missing", "s", keys[i].name);
	needs_in_tables(in);
	return p;
}
