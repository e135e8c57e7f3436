/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/golden/redflag/rules/ID.json: for every shipped rule rows that it flags and
 * look-alikes that it does not.  Each case runs three ways that must agree: as plain
 * tables of SQLite, over the store by SQL, over the store with kernels.  Without a
 * table or column that it needs a rule is not run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "db/guard.h"
#include "redflag/rule.h"
#include "redflag/rule_internal.h"
#include "redflag/run.h"
#include "redflag/schema.h"
#include "redflag/store.h"

#define CASES "tests/golden/redflag/rules"
#define RULES "forms/redflags"

enum {
	HITS = 64,
};

struct one {
	struct json_doc *doc;
	const struct json *root;
	struct rule *r;
	struct rule_values *v;
};

static bool
slurp(const char *dir, const char *name, const char *end, struct fj_buf *b)
{
	char path[512], block[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s%s", dir, name, end);
	fj_buf_clear(b);
	f = fopen(path, "rb");
	if (f == NULL)
		return false;
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		fj_buf_add(b, block, n);
	fclose(f);
	return true;
}

static void
open_one(struct one *o, const char *id)
{
	const struct json *p;
	struct fj_buf b;
	struct fj_err e;
	char file[64];
	double value;

	fj_buf_init(&b, 1 << 20);
	memset(o, 0, sizeof(*o));
	snprintf(file, sizeof(file), "%s.sql", id);
	if (!slurp(RULES, id, ".sql", &b) ||
	    rule_read(file, b.p, b.n, NULL, &o->r, &e) != FJ_OK)
		fail_msg("%s cannot be read", id);
	if (!slurp(CASES, id, ".json", &b) || json_parse(b.p, b.n, &o->doc, &e) != FJ_OK)
		fail_msg("%s has no case", id);
	o->root = json_root(o->doc);
	o->v = rule_values_new();
	json_each(p, json_get(o->root, "params")) {
		assert_true(json_double_value(p, &value));
		assert_int_equal(rule_values_set(o->v, o->r, p->key, value, &e), FJ_OK);
	}
	fj_buf_release(&b);
}

static void
close_one(struct one *o)
{
	rule_free(&o->r);
	rule_values_free(&o->v);
	json_free(&o->doc);
}

/* ---- what came, in an order of its own ---- */

struct came {
	char *line[HITS];
	size_t n;
};

static void
add_line(struct came *c, const char *subject, const char *report, const char *src)
{
	struct fj_buf b;

	assert_true(c->n < HITS);
	fj_buf_init(&b, 1 << 16);
	fj_buf_printf(&b, "%s\t%s\t%s\n", subject, report != NULL ? report : "-", src);
	c->line[c->n++] = fj_buf_take(&b, NULL);
}

static bool
add_hit(void *ctx, const struct rule_hit *h)
{
	size_t n;

	add_line(ctx, h->subject, h->report_no, h->src);
	/* Two languages, both with words in them. */
	assert_non_null(h->detail);
	assert_non_null(strstr(h->detail, " | "));
	(void)rule_detail(h->detail, true, &n);
	assert_true(n > 0);
	return true;
}

static int
by_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
joined(struct came *c)
{
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, 1 << 20);
	qsort(c->line, c->n, sizeof(c->line[0]), by_line);
	for (i = 0; i < c->n; i++) {
		fj_buf_puts(&b, c->line[i]);
		free(c->line[i]);
	}
	c->n = 0;
	return fj_buf_take(&b, NULL);
}

static char *
wanted(const struct one *o)
{
	const struct json *f, *part[3];
	struct came c = {0};

	json_each(f, json_get(o->root, "flags")) {
		part[0] = f->child;
		part[1] = part[0]->next;
		part[2] = part[1]->next;
		add_line(&c, json_text(part[0]), json_text(part[1]), json_text(part[2]));
	}
	return joined(&c);
}

/* ---- the three ways ---- */

static void
quote(struct fj_buf *b, const struct json *v)
{
	if (v->type == JSON_STRING)
		fj_buf_printf(b, "'%s'", v->text);
	else
		fj_buf_puts(b, v->text);
}

static char *
by_tables(const struct one *o)
{
	static const struct db_options mem = {.mode = DB_MEMORY};
	const struct rule_limits limits = {0};
	const struct json *t, *row, *cell;
	struct came c = {0};
	struct db *d = NULL;
	struct guard *g;
	struct fj_buf b;
	struct fj_err e;

	assert_int_equal(db_open("t", &mem, &d, NULL), FJ_OK);
	assert_int_equal(rule_empty_tables(d, NULL), FJ_OK);
	fj_buf_init(&b, 1 << 20);
	json_each(t, json_get(o->root, "tables")) {
		json_each(row, t) {
			fj_buf_printf(&b, "INSERT INTO %s(", t->key);
			json_each(cell, row) {
				fj_buf_printf(&b, "%s\"%s\"", cell != row->child ? "," : "", cell->key);
			}
			fj_buf_puts(&b, ") VALUES(");
			json_each(cell, row) {
				fj_buf_puts(&b, cell != row->child ? "," : "");
				if (cell->type == JSON_NULL)
					fj_buf_puts(&b, "NULL");
				else
					quote(&b, cell);
			}
			fj_buf_puts(&b, ");\n");
		}
	}
	assert_int_equal(db_exec(d, b.p, &e), FJ_OK);
	fj_buf_release(&b);
	g = rule_guard(d);
	assert_int_equal(rule_when(o->r, d, g, &e), FJ_OK);
	if (rule_run(o->r, d, g, o->v, &limits, add_hit, &c, &e) != FJ_OK)
		fail_msg("%s: %s %s", o->r->id, e.code, e.arg[1]);
	guard_free(&g);
	db_close(&d);
	return joined(&c);
}

static void
store_cell(struct store_in *in, const struct schema_table *t, const struct json *cell)
{
	int c = schema_column(t, cell->key);
	double real;
	int64_t v;

	assert_true(c >= 0);
	if (cell->type == JSON_NULL)
		return;
	switch (t->column[c].type) {
	case SCHEMA_KEY:
	case SCHEMA_TEXT:
		store_word(in, c, cell->text, cell->len);
		break;
	case SCHEMA_REAL:
		assert_true(json_double_value(cell, &real));
		store_real(in, c, real);
		break;
	case SCHEMA_INT:
	case SCHEMA_AT:
	case SCHEMA_ON:
		assert_true(json_int_value(cell, &v));
		store_int(in, c, v);
		break;
	}
}

/* without: a table that is left out, -1: none. */
static struct store *
load_open(const struct one *o, int without)
{
	const struct json *t, *row, *cell;
	struct store *s = store_new(0);
	struct store_in *in;
	int64_t src = 0;
	int table;

	json_each(t, json_get(o->root, "tables")) {
		table = schema_find(t->key);
		assert_true(table >= 0);
		if (table == without)
			continue;
		in = store_in_new(s, table, 0, 0);
		json_each(row, t) {
			json_each(cell, row) {
				if (strcmp(cell->key, "src") == 0)
					assert_true(json_int_value(cell, &src));
				else
					store_cell(in, &schema_tables()[table], cell);
			}
			store_row(in, (uint32_t)src);
		}
		assert_int_equal(store_in_end(&in, NULL), FJ_OK);
	}
	return s;
}

static struct store *
load(const struct one *o, int without)
{
	struct store *s = load_open(o, without);

	assert_int_equal(store_seal(s, NULL), FJ_OK);
	return s;
}

struct ran {
	struct came c;
	enum run_status status;
	char code[48];
};

static bool
on_row(void *ctx, const struct run_row *row, size_t done, size_t total)
{
	struct ran *r = ctx;
	size_t i;

	(void)done;
	(void)total;
	r->status = row->status;
	snprintf(r->code, sizeof(r->code), "%s", row->why != NULL ? row->why->code : "");
	for (i = 0; i < row->hits; i++)
		add_line(&r->c, row->hit[i].subject, row->hit[i].report_no, row->hit[i].src);
	return true;
}

static void
run_store(const struct one *o, struct store *s, bool no_kernels, struct ran *out)
{
	const struct rule *rules[1] = {o->r};
	struct run_options options = {.threads = 1, .no_kernels = no_kernels, .values = o->v,
	    .row = on_row, .ctx = out};
	struct fj_err e;

	memset(out, 0, sizeof(*out));
	assert_int_equal(run_rules(s, rules, 1, &options, &e), FJ_OK);
}

static char *
by_store(const struct one *o, bool no_kernels)
{
	struct store *s = load(o, -1);
	struct ran ran;

	run_store(o, s, no_kernels, &ran);
	if (ran.status != RUN_DONE)
		fail_msg("%s: %s", o->r->id, ran.code);
	store_free(&s);
	return joined(&ran.c);
}

/* ---- not run ---- */

struct hidden {
	struct store *s;
	const struct rule *r;
	int from;			/* the group of needs that begins here is hidden */
};

static bool
has_but(void *ctx, int table, int column)
{
	const struct hidden *h = ctx;
	int i = h->from;

	if (column < 0)
		return store_rows(h->s, table) > 0;
	do
		if (h->r->need[i].table == table && h->r->need[i].column == column)
			return false;
	while (h->r->need[i++].or_next);
	return store_has(h->s, table, column);
}

static void
not_run(const struct one *o)
{
	struct hidden h = {.r = o->r};
	struct store *s;
	struct ran ran;
	struct fj_err e;
	int i;

	for (i = 0; i < o->r->tables; i++) {
		if (o->r->table[i].optional)
			continue;
		s = load(o, o->r->table[i].table);
		run_store(o, s, false, &ran);
		if (ran.status != RUN_NOT_RUN || strcmp(ran.code, "rule.no-table") != 0 || ran.c.n > 0)
			fail_msg("%s runs without %s", o->r->id,
			    schema_tables()[o->r->table[i].table].name);
		store_free(&s);
	}
	h.s = s = load(o, -1);
	for (i = 0; i < o->r->needs; i++) {
		if (i > 0 && o->r->need[i - 1].or_next)
			continue;
		h.from = i;
		assert_int_equal(rule_ready(o->r, has_but, &h, &e), FJ_REFUSED);
		assert_string_equal(e.code, o->r->need[i].or_next ? "rule.no-columns" : "rule.no-column");
	}
	store_free(&s);
}

static void
check(const char *id)
{
	struct one o;
	char *want, *got[3];
	int i;

	open_one(&o, id);
	want = wanted(&o);
	got[0] = by_tables(&o);
	got[1] = by_store(&o, true);
	got[2] = by_store(&o, false);
	for (i = 0; i < 3; i++) {
		if (strcmp(got[i], want) != 0)
			fail_msg("%s, way %d, gives\n%swants\n%s", id, i, got[i], want);
		free(got[i]);
	}
	free(want);
	not_run(&o);
	close_one(&o);
}

static int
is_rule(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 4 && strcmp(d->d_name + n - 4, ".sql") == 0;
}

static void
test_every_rule(void **state)
{
	struct dirent **list;
	int i, n = scandir(RULES, &list, is_rule, alphasort);

	(void)state;
	assert_true(n >= 70);
	for (i = 0; i < n; i++) {
		list[i]->d_name[strlen(list[i]->d_name) - 4] = '\0';
		check(list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

/* `when`: there are authorisations, but none of the kind that the rule is about. */
static void
test_when(void **state)
{
	static const char *const ids[] = {"R22", "S27"};
	int t = schema_find("authorisation"), c;
	struct store_in *in;
	struct store *s;
	struct ran ran;
	struct one o;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		open_one(&o, ids[i]);
		s = load_open(&o, t);
		in = store_in_new(s, t, 0, 0);
		for (c = 0; c < 3; c++)
			store_word(in, c, "sample", 6);
		store_row(in, 1);
		assert_int_equal(store_in_end(&in, NULL), FJ_OK);
		assert_int_equal(store_seal(s, NULL), FJ_OK);
		run_store(&o, s, false, &ran);
		assert_int_equal(ran.status, RUN_NOT_RUN);
		assert_string_equal(ran.code, "rule.no-rows");
		store_free(&s);
		close_one(&o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_rule), cmocka_unit_test(test_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
