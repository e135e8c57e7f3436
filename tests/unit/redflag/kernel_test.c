/* SPDX-License-Identifier: Apache-2.0 */
/* Every kernel against the SQL for which it stands, over registers of chance: few
 * names, so that they meet; holes; numbers used twice; values copied from others. */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "lib/registers.h"
#include "redflag/kernel.h"
#include "redflag/rule.h"
#include "redflag/run.h"

enum {
	RULES = 200,
	SEEDS = 12,
};

/* ---- chance, the same everywhere ---- */

struct chance {
	uint64_t s;
};

static uint32_t
draw(struct chance *c, uint32_t below)
{
	c->s = c->s * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((c->s >> 33) % below);
}

static bool
one_in(struct chance *c, uint32_t n)
{
	return draw(c, n) == 0;
}

struct table {
	struct store_in *in;
	const struct schema_table *t;
	struct chance *c;
};

static struct table
begin(struct store *s, const char *name, struct chance *c)
{
	int table = schema_find(name);
	struct table t = {store_in_new(s, table, (uint32_t)table + 1, 0),
	    &schema_tables()[table], c};

	return t;
}

static void
end(struct table *t)
{
	struct fj_err e;

	assert_int_equal(store_in_end(&t->in, &e), FJ_OK);
}

/* A word of few. */
static void
key(struct table *t, const char *column, const char *prefix, uint32_t of)
{
	char text[64];

	snprintf(text, sizeof(text), "%s%u", prefix, draw(t->c, of));
	store_word(t->in, schema_column(t->t, column), text, strlen(text));
}

/* The same; now and then none. */
static void
word(struct table *t, const char *column, const char *prefix, uint32_t of)
{
	if (!one_in(t->c, 25))
		key(t, column, prefix, of);
}

static void
text(struct table *t, const char *column, const char *value)
{
	store_word(t->in, schema_column(t->t, column), value, strlen(value));
}

static void
number(struct table *t, const char *column, int64_t v)
{
	if (!one_in(t->c, 30))
		store_int(t->in, schema_column(t->t, column), v);
}

static void
real(struct table *t, const char *column, double v)
{
	if (!one_in(t->c, 30))
		store_real(t->in, schema_column(t->t, column), v);
}

/* ---- a laboratory ---- */

#define START 1704067200	/* 2024-01-01 */

static void
instruments(struct store *s, struct chance *c)
{
	struct table t = begin(s, "instrument", c);
	uint32_t i;

	for (i = 0; i < 12; i++) {
		word(&t, "instrument_id", "E", 9);
		number(&t, "concurrency", one_in(c, 4) ? 4 : 1);
		number(&t, "attended", !one_in(c, 4));
		number(&t, "capacity_day", draw(c, 9));
		store_row(t.in, i + 2);
	}
	end(&t);
	t = begin(s, "method", c);
	for (i = 0; i < 8; i++) {
		word(&t, "method_no", "M", 6);
		number(&t, "field", one_in(c, 4));
		number(&t, "min_replicates", draw(c, 4));
		store_row(t.in, i + 2);
	}
	end(&t);
	t = begin(s, "required_item", c);
	for (i = 0; i < 10; i++) {
		word(&t, "object", "O", 3);
		word(&t, "param", "P", 6);
		store_row(t.in, i + 2);
	}
	end(&t);
	t = begin(s, "capability", c);
	for (i = 0; i < 30; i++) {
		word(&t, "object", "O", 3);
		word(&t, "param", "P", 6);
		word(&t, "method_no", "M", 6);
		store_row(t.in, i + 2);
	}
	end(&t);
	t = begin(s, "sample", c);
	for (i = 0; i < 160; i++) {
		int64_t at = START + (int64_t)draw(c, 5) * 86400 + (int64_t)draw(c, 40) * 900;

		word(&t, "sample_no", "S", 160);
		word(&t, "sampler1", "人", 4);
		if (one_in(c, 2))
			word(&t, "sampler2", "人", 4);
		number(&t, "collected_at", at);
		number(&t, "collected_end_at", at + 900);
		real(&t, "lat", 35 + (double)draw(c, 9) / 64);
		real(&t, "lon", 109 + (double)draw(c, 9) / 64);
		store_row(t.in, i + 2);
	}
	end(&t);
}

static void
reports(struct store *s, struct chance *c)
{
	struct table t = begin(s, "report", c);
	uint32_t i;

	for (i = 0; i < 120; i++) {
		key(&t, "report_no", "R", 110);
		word(&t, "series", "JC", 2);
		number(&t, "seq_no", draw(c, 120));
		word(&t, "sample_no", "S", 160);
		word(&t, "object", "O", 3);
		number(&t, "issued_at", START + (int64_t)draw(c, 90) * 86400 + draw(c, 86400));
		text(&t, "status", one_in(c, 8) ? "void" : "issued");
		store_row(t.in, i + 2);
	}
	end(&t);
	t = begin(s, "report_item", c);
	for (i = 0; i < 500; i++) {
		uint32_t decimals = draw(c, 6);

		key(&t, "report_no", "R", 110);
		word(&t, "param", "P", 6);
		word(&t, "method_no", "M", 6);
		word(&t, "run_no", "T", 200);
		real(&t, "value", (double)draw(c, 4000) / 100.0);
		number(&t, "decimals", decimals);
		number(&t, "nd", one_in(c, 10));
		number(&t, "subcontract", one_in(c, 6));
		store_row(t.in, i + 2);
	}
	end(&t);
}

static void
runs(struct store *s, struct chance *c)
{
	struct table t = begin(s, "test_run", c);
	uint32_t i;

	for (i = 0; i < 260; i++) {
		int64_t from = START + (int64_t)draw(c, 6) * 86400 + (int64_t)draw(c, 60) * 600;

		word(&t, "run_no", "T", 240);
		if (one_in(c, 20))
			text(&t, "sample_no", one_in(c, 2) ? "空白" : "质控");
		else
			word(&t, "sample_no", "S", 160);
		word(&t, "method_no", "M", 6);
		word(&t, "instrument_id", "E", 9);
		word(&t, "operator", "人", 5);
		word(&t, "raw_hash", "H", 220);
		number(&t, "seq_no", i + draw(c, 6));
		number(&t, "started_at", from);
		number(&t, "ended_at", from + 600 * (int64_t)(1 + draw(c, 3)));
		store_row(t.in, i + 2);
	}
	end(&t);
}

/* Values of a run: of one of few templates, sometimes with one changed. */
static void
values(struct store *s, struct chance *c)
{
	struct table t = begin(s, "measurement", c);
	uint32_t run, k, row = 1;
	char name[16];

	for (run = 0; run < 240; run++) {
		uint32_t like = draw(c, 40), odd = one_in(c, 3) ? draw(c, 5) : 9;
		struct chance same = {like * 7919u + 1};

		for (k = 0; k < 5; k++) {
			uint32_t digits = draw(&same, 90000) + 1000;
			uint32_t decimals = draw(&same, 4);

			if (k == odd)
				digits = draw(c, 90000);
			snprintf(name, sizeof(name), "T%u", run);
			text(&t, "run_no", name);
			snprintf(name, sizeof(name), "P%u", k % 4);
			text(&t, "param", name);
			number(&t, "rep", one_in(c, 20) ? 2 : 1);
			real(&t, "value", (double)digits / pow(10, decimals) *
			    (one_in(c, 60) ? -1 : 1));
			number(&t, "decimals", decimals);
			number(&t, "nd", one_in(c, 40));
			store_row(t.in, ++row);
		}
	}
	end(&t);
}

static struct store *
laboratory(uint32_t seed)
{
	struct chance c = {seed * 2654435761u + 99};
	struct store *s = store_new(0);
	struct fj_err e;

	instruments(s, &c);
	reports(s, &c);
	runs(s, &c);
	values(s, &c);
	assert_int_equal(store_seal(s, &e), FJ_OK);
	return s;
}

/* ---- rules ---- */

struct pack {
	struct rule *rule[RULES];
	size_t n;
};

static char *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	char *p = xcalloc(1, RULE_BYTES);

	assert_non_null(f);
	*n = fread(p, 1, RULE_BYTES, f);
	fclose(f);
	return p;
}

static void
read_pack(struct pack *p)
{
	const char *dir = "forms/redflags";
	DIR *d = opendir(dir);
	struct rule_reader reader = {NULL, NULL, NULL, NULL};
	const struct dirent *f;
	char path[512], *text_;
	struct fj_err e;
	size_t n;

	p->n = 0;
	assert_non_null(d);
	while ((f = readdir(d)) != NULL) {
		size_t len = strlen(f->d_name);

		if (len < 4 || strcmp(f->d_name + len - 4, ".sql") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, f->d_name);
		text_ = slurp(path, &n);
		if (rule_read(f->d_name, text_, n, &reader, &p->rule[p->n], &e) != FJ_OK)
			fail_msg("%s: %s %s", f->d_name, e.code, e.arg[0]);
		p->n++;
		free(text_);
	}
	closedir(d);
}

static void
free_pack(struct pack *p)
{
	while (p->n > 0)
		rule_free(&p->rule[--p->n]);
}

static const char *const with_kernel[] = {
	"R10", "R11", "R13", "R19", "R20", "R30", "R34", "R36", "R37", "R40", "R41", "R48",
	"R51", "R54", "S64",
};

static const struct rule *
find(const struct pack *p, const char *id)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->rule[i]->id, id) == 0)
			return p->rule[i];
	fail_msg("no rule %s", id);
	return NULL;
}

/* A rule whose SQL was changed has no kernel any more: change that, too, and its hash
 * in kernel.c. */
static void
kernels_know_their_sql(void **state)
{
	struct pack p;
	size_t i;
	bool ok = true;

	(void)state;
	read_pack(&p);
	for (i = 0; i < sizeof(with_kernel) / sizeof(with_kernel[0]); i++) {
		const struct rule *r = find(&p, with_kernel[i]);

		if (kernel_find(r) == NULL) {
			print_message("%s: its SQL is 0x%016llxu now\n", r->id,
			    (unsigned long long)kernel_sql_hash(r->sql));
			ok = false;
		}
	}
	assert_true(ok);
	free_pack(&p);
}

/* ---- both ways ---- */

struct lines {
	struct fj_buf b;
	size_t hits;
	bool kernel, ran;
};

static bool
keep(void *ctx, const struct run_row *row, size_t done, size_t total)
{
	struct lines *l = ctx;
	size_t i;

	(void)done;
	(void)total;
	fj_buf_printf(&l->b, "%s %d %s %s\n", row->rule->id, (int)row->status,
	    row->why != NULL ? row->why->code : "", row->why != NULL ? row->why->arg[1] : "");
	for (i = 0; i < row->hits; i++) {
		const struct run_hit *h = &row->hit[i];

		fj_buf_printf(&l->b, "%s|%s|%s|%.12g|%s\n", h->subject != NULL ? h->subject :
		    "NULL", h->report_no != NULL ? h->report_no : "NULL", h->src,
		    h->measure, h->detail != NULL ? h->detail : "NULL");
	}
	l->hits += row->hits;
	l->kernel = row->kernel;
	l->ran = row->status != RUN_NOT_RUN;
	return true;
}

static void
run_one(struct store *s, const struct rule *r, const struct rule_values *v, bool sql,
    struct lines *l)
{
	struct run_options o = {.threads = 1, .no_kernels = sql, .values = v, .row = keep,
	    .ctx = l};
	struct fj_err e;

	fj_buf_init(&l->b, 64u << 20);
	l->hits = 0;
	assert_int_equal(run_rules(s, &r, 1, &o, &e), FJ_OK);
	if (l->ran)
		assert_int_equal(l->kernel, !sql);
}

static size_t
compare(struct store *s, const struct rule *r, const struct rule_values *v,
    const char *where)
{
	struct lines a, b;
	size_t hits;

	run_one(s, r, v, true, &a);
	run_one(s, r, v, false, &b);
	if (strcmp(a.b.p, b.b.p) != 0) {
		print_message("%s, %s: the SQL says\n%.3000s\nthe kernel says\n%.3000s\n",
		    r->id, where, a.b.p, b.b.p);
		fail_msg("%s, %s", r->id, where);
	}
	hits = a.hits;
	fj_buf_release(&a.b);
	fj_buf_release(&b.b);
	return hits;
}

/* Parameters with which small laboratories have flags. */
static const struct {
	const char *rule, *name;
	double value;
} loose[] = {
	{"R10", "days", 3}, {"R10", "k", 3}, {"R34", "extra_digits", -9},
	{"R36", "extra_digits", -9}, {"R40", "min_n", 5}, {"R40", "chi2", 2},
	{"R40", "ratio", 0.9}, {"R41", "min_n", 2}, {"R41", "share", 0}, {"R41", "ratio", 0.1},
	{"R13", "factor", 0.5}, {"R20", "kmh", 1}, {"R20", "min_km", 0.5},
	{"R48", "near_days", 1}, {"R51", "n", 2}, {"R54", "jump", 1}, {"S64", "n", 3},
};

static struct rule_values *
loosen(const struct pack *p)
{
	struct rule_values *v = rule_values_new();
	struct fj_err e;
	size_t i;

	for (i = 0; i < sizeof(loose) / sizeof(loose[0]); i++)
		assert_int_equal(rule_values_set(v, find(p, loose[i].rule), loose[i].name,
		    loose[i].value, &e), FJ_OK);
	return v;
}

static void
kernels_say_what_their_sql_says(void **state)
{
	size_t hits[sizeof(with_kernel) / sizeof(with_kernel[0])] = {0}, i;
	struct pack p;
	struct rule_values *v;
	uint32_t seed;
	char where[32];

	(void)state;
	read_pack(&p);
	v = loosen(&p);
	for (seed = 1; seed <= SEEDS; seed++) {
		struct store *s = laboratory(seed);

		snprintf(where, sizeof(where), "seed %u", seed);
		for (i = 0; i < sizeof(with_kernel) / sizeof(with_kernel[0]); i++) {
			hits[i] += compare(s, find(&p, with_kernel[i]), v, where);
			hits[i] += compare(s, find(&p, with_kernel[i]), NULL, where);
		}
		store_free(&s);
	}
	/* A comparison of nothing with nothing would prove nothing. */
	for (i = 0; i < sizeof(with_kernel) / sizeof(with_kernel[0]); i++)
		if (hits[i] < 10)
			fail_msg("%s: only %zu rows", with_kernel[i], hits[i]);
	rule_values_free(&v);
	free_pack(&p);
}

/* Registers of a directory (canonical CSV): instead of all others, where
 * $FEIJIAN_REGISTERS names one. */
static void
kernels_over_given_registers(void **state)
{
	const char *dir = *state;
	struct pack p;
	struct store *s;
	size_t i;

	read_pack(&p);
	s = registers_load(dir);
	for (i = 0; i < sizeof(with_kernel) / sizeof(with_kernel[0]); i++)
		(void)compare(s, find(&p, with_kernel[i]), NULL, dir);
	store_free(&s);
	free_pack(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_know_their_sql),
		cmocka_unit_test(kernels_say_what_their_sql_says),
	};
	char *dir = getenv("FEIJIAN_REGISTERS");
	const struct CMUnitTest given[] = {
		cmocka_unit_test_prestate(kernels_over_given_registers, dir),
	};

	if (dir != NULL)
		return cmocka_run_group_tests(given, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
