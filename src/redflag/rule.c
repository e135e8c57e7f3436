/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/rule.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "redflag/rule_internal.h"
#include "redflag/schema.h"

/* ---- faults ---- */

static void
give(struct rule_in *in, int line, int column, const struct fj_err *f)
{
	const struct rule_fault fault = {line, column, f};

	if (in->faults == 0)
		in->first_line = line;
	if (++in->faults <= RULE_FAULTS && in->reader->fault != NULL)
		in->reader->fault(in->reader->fault_ctx, &fault);
}

static void
fill(struct fj_err *f, const char *code, const char *kinds, va_list ap)
{
	const char *s;
	int i;

	fj_err_clear(f);
	f->rc = FJ_INVAL;
	/* fj_fail takes no va_list: the arguments one after the other. */
	(void)fj_fail(f, FJ_INVAL, code, "");
	for (i = 0; kinds[i] != '\0' && i < FJ_ERR_ARGS; i++) {
		struct fj_err one;

		fj_err_clear(&one);
		if (kinds[i] == 'd') {
			(void)fj_fail(&one, FJ_INVAL, code, "d", va_arg(ap, int));
		} else {
			s = va_arg(ap, const char *);
			(void)fj_fail(&one, FJ_INVAL, code, "S", s,
			    kinds[i] == 'S' ? va_arg(ap, size_t) : strlen(s));
		}
		memcpy(f->arg[i], one.arg[0], sizeof(f->arg[i]));
		f->narg = i + 1;
	}
}

void
rule_fault_at(struct rule_in *in, const char *at, const char *code, const char *kinds, ...)
{
	const char *p, *start = in->p;
	struct fj_err f;
	int line = 1;
	va_list ap;

	for (p = in->p; p < at; p++)
		if (*p == '\n') {
			line++;
			start = p + 1;
		}
	va_start(ap, kinds);
	fill(&f, code, kinds, ap);
	va_end(ap);
	give(in, line, (int)utf8_count(start, (size_t)(at - start)) + 1, &f);
}

void
rule_fault_line(struct rule_in *in, int line, const char *code, const char *kinds, ...)
{
	struct fj_err f;
	va_list ap;

	va_start(ap, kinds);
	fill(&f, code, kinds, ap);
	va_end(ap);
	give(in, line, 1, &f);
}

/* ---- reading ---- */

static struct rule *
empty(const char *file)
{
	struct arena *a = arena_new(RULE_MEMORY);
	struct rule *r = arena_alloc(a, sizeof(*r));

	FJ_BUG_IF(r == NULL);
	r->arena = a;
	r->file = arena_strndup(a, file, strlen(file));
	r->id = r->title_zh = r->title_en = r->kernel = r->when = r->sql = "";
	r->false_alarms_zh = r->false_alarms_en = r->verify_zh = r->verify_en = "";
	return r;
}

static void
whole(struct rule_in *in, size_t n)
{
	const char *sql;
	size_t bad = utf8_valid(in->p, n);

	if (bad < n) {
		rule_fault_at(in, in->p + bad, "rule.utf8", "");
		return;
	}
	if (memchr(in->p, '\0', n) != NULL) {
		rule_fault_at(in, memchr(in->p, '\0', n), "rule.utf8", "");
		return;
	}
	sql = rule_head(in);
	in->r->sql = arena_strndup(in->r->arena, sql, (size_t)(in->end - sql));
	rule_words(in, sql);
}

enum fj_rc
rule_read(const char *file, const char *p, size_t n, const struct rule_reader *reader,
    struct rule **out, struct fj_err *e)
{
	static const struct rule_reader none = {0};
	struct rule_in in = {.reader = reader != NULL ? reader : &none, .p = p, .end = p + n};
	enum fj_rc rc;

	*out = NULL;
	if (n > RULE_BYTES)
		return fj_fail(e, FJ_LIMIT, "rule.too-big", "sd", file, RULE_BYTES);
	/* A mark before UTF-8 is no part of the text. */
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		in.p += 3;
	in.r = empty(file);
	whole(&in, (size_t)(in.end - in.p));
	if (in.faults == 0) {
		*out = in.r;
		return FJ_OK;
	}
	rc = fj_fail(e, FJ_INVAL, "rule.faults", "sdd", file, in.faults, in.first_line);
	rule_free(&in.r);
	return rc;
}

void
rule_free(struct rule **r)
{
	struct arena *a;

	if (*r == NULL)
		return;
	a = (*r)->arena;
	arena_free(&a);
	*r = NULL;
}

static bool
file_line(const char *p, const char *end, const char **name, size_t *n)
{
	static const char word[] = "-- file:";
	const char *stop = memchr(p, '\n', (size_t)(end - p));

	if (stop == NULL)
		stop = end;
	if ((size_t)(stop - p) <= sizeof(word) - 1 || memcmp(p, word, sizeof(word) - 1) != 0)
		return false;
	p += sizeof(word) - 1;
	while (p < stop && *p == ' ')
		p++;
	*name = p;
	*n = (size_t)(stop - p);
	return true;
}

static const char *
next_line(const char *p, const char *end)
{
	const char *stop = memchr(p, '\n', (size_t)(end - p));

	return stop != NULL ? stop + 1 : end;
}

bool
rule_split(const char *p, size_t n,
    bool (*fn)(void *ctx, const char *name, const char *text, size_t len), void *ctx)
{
	const char *end = p + n, *name, *text, *other;
	size_t len, skip;
	char file[128];

	while (p < end) {
		if (!file_line(p, end, &name, &len))
			return false;
		if (len >= sizeof(file))
			len = sizeof(file) - 1;
		memcpy(file, name, len);
		file[len] = '\0';
		text = p = next_line(p, end);
		while (p < end && !file_line(p, end, &other, &skip))
			p = next_line(p, end);
		if (!fn(ctx, file, text, (size_t)(p - text)))
			return false;
	}
	return true;
}

/* ---- parameters ---- */

struct rule_values {
	struct map *map;		/* "id name" -> double */
};

static size_t
value_key(char *out, size_t size, const struct rule *r, const char *name)
{
	size_t a = strlen(r->id), b = strlen(name);

	if (a + b + 1 > size)
		return 0;
	memcpy(out, r->id, a);
	out[a] = ' ';
	memcpy(out + a + 1, name, b);
	return a + b + 1;
}

struct rule_values *
rule_values_new(void)
{
	struct rule_values *v = xcalloc(1, sizeof(*v));

	v->map = map_new();
	return v;
}

void
rule_values_free(struct rule_values **v)
{
	if (*v == NULL)
		return;
	map_free(&(*v)->map, free);
	free(*v);
	*v = NULL;
}

static const struct rule_param *
param(const struct rule *r, const char *name)
{
	int i;

	for (i = 0; i < r->params; i++)
		if (strcmp(r->param[i].name, name) == 0)
			return &r->param[i];
	return NULL;
}

enum fj_rc
rule_values_set(struct rule_values *v, const struct rule *r, const char *name, double value,
    struct fj_err *e)
{
	char key[80];
	size_t n = value_key(key, sizeof(key), r, name);

	if (n == 0 || param(r, name) == NULL)
		return fj_fail(e, FJ_NOTFOUND, "rule.no-param", "ss", r->id, name);
	free(map_put(v->map, key, n, xmemdup(&value, sizeof(value))));
	return FJ_OK;
}

double
rule_value(const struct rule *r, const struct rule_values *v, const char *name)
{
	const struct rule_param *p = param(r, name);
	const double *over = NULL;
	char key[80];
	size_t n;

	FJ_BUG_IF(p == NULL);
	n = value_key(key, sizeof(key), r, name);
	if (v != NULL && n > 0)
		over = map_get(v->map, key, n);
	return over != NULL ? *over : p->value;
}

/* ---- ready ---- */

static enum fj_rc
lacks(const struct rule_need *n, bool two, struct fj_err *e)
{
	const struct schema_table *t = schema_tables();
	const struct schema_table *a = &t[n[0].table];

	if (!two)
		return fj_fail(e, FJ_REFUSED, "rule.no-column", "ss", a->name,
		    a->column[n[0].column].name);
	return fj_fail(e, FJ_REFUSED, "rule.no-columns", "ssss", a->name,
	    a->column[n[0].column].name, t[n[1].table].name,
	    t[n[1].table].column[n[1].column].name);
}

enum fj_rc
rule_ready(const struct rule *r, rule_has_fn has, void *ctx, struct fj_err *e)
{
	int i, from;
	bool any;

	for (i = 0; i < r->tables; i++)
		if (!r->table[i].optional && !has(ctx, r->table[i].table, -1))
			return fj_fail(e, FJ_REFUSED, "rule.no-table", "s",
			    schema_tables()[r->table[i].table].name);
	for (i = 0; i < r->needs; i++) {
		from = i;
		any = has(ctx, r->need[i].table, r->need[i].column);
		while (r->need[i].or_next && i + 1 < r->needs) {
			i++;
			any = any || has(ctx, r->need[i].table, r->need[i].column);
		}
		if (!any)
			return lacks(&r->need[from], i > from, e);
	}
	return FJ_OK;
}

/* ---- words ---- */

const char *
rule_detail(const char *detail, bool zh, size_t *n)
{
	const char *bar = strstr(detail, " | ");

	if (bar == NULL || zh) {
		*n = bar != NULL ? (size_t)(bar - detail) : strlen(detail);
		return detail;
	}
	*n = strlen(bar + 3);
	return bar + 3;
}

bool
rule_src_next(const char **at, int *table, int64_t *src)
{
	const char *p = *at, *colon = strchr(p, ':');
	char name[32];
	size_t n;

	if (colon == NULL || (n = (size_t)(colon - p)) >= sizeof(name))
		return false;
	memcpy(name, p, n);
	name[n] = '\0';
	*table = schema_find(name);
	*src = 0;
	for (p = colon + 1; *p >= '0' && *p <= '9'; p++) {
		if (*src > (INT64_MAX - 9) / 10)
			return false;
		*src = *src * 10 + (*p - '0');
	}
	if (*table < 0 || p == colon + 1 || (*p != ';' && *p != '\0'))
		return false;
	*at = *p == ';' ? p + 1 : p;
	return true;
}
