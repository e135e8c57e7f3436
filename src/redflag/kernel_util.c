/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE	/* qsort_r */
#include "redflag/kernel_util.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/source.h"

struct ktable
kernel_table(struct store *s, const char *name)
{
	struct ktable t = {s, schema_find(name), 0};

	FJ_BUG_IF(t.table < 0);
	t.rows = store_rows(s, t.table);
	return t;
}

int
kernel_column(const struct ktable *t, const char *name)
{
	int c = schema_column(&schema_tables()[t->table], name);

	FJ_BUG_IF(c < 0);
	return c;
}

struct store_col
kernel_col(const struct ktable *t, const char *name)
{
	return store_col(t->s, t->table, kernel_column(t, name));
}

const struct store_index *
kernel_index(const struct ktable *t, const char *key, const char *by)
{
	return store_index(t->s, t->table, kernel_column(t, key),
	    by != NULL ? kernel_column(t, by) : -1);
}

int64_t
kernel_src(const struct ktable *t, uint32_t row)
{
	return store_src(t->s, t->table, row);
}

uint32_t
kernel_word(const struct kernel *k, const char *text)
{
	return store_find(k->s, text, strlen(text));
}

double
kernel_param(const struct kernel *k, const char *name)
{
	return rule_value(k->rule, k->values, name);
}

bool
kernel_stop(struct kernel *k)
{
	if (!k->stopped && k->stop != NULL)
		k->stopped = k->stop(k->stop_ctx);
	return k->stopped;
}

enum fj_rc
kernel_stopped(struct kernel *k, struct fj_err *e)
{
	if (k->nameless)
		return fj_fail(e, FJ_INVAL, "rule.row", "ss", k->rule->id, "subject");
	return fj_fail(e, FJ_CANCELLED, "rule.stopped", "s", k->rule->id);
}

void
knone_init(struct knone *n, const struct kernel *k)
{
	n->word[0] = kernel_word(k, "空白");
	n->word[1] = kernel_word(k, "标样");
	n->word[2] = kernel_word(k, "质控");
	n->word[3] = kernel_word(k, "校准");
}

bool
kernel_is_sample(const struct knone *n, uint32_t word)
{
	int i;

	for (i = 0; i < KNONE_WORDS; i++)
		if (word == n->word[i])
			return false;
	return word != 0;
}

/* ---- rows ---- */

bool
kernel_row(struct kernel *k, const char *subject, const char *report_no, const char *src,
    double measure, const char *detail)
{
	struct rule_hit hit = {subject, report_no, src, measure, detail};

	/* As with SQL: a row that names nothing is a fault of the rule. */
	if (subject == NULL)
		k->nameless = true;
	if (subject == NULL || !k->hit(k->hit_ctx, &hit))
		k->stopped = true;
	return !k->stopped;
}

bool
kernel_reports(struct kernel *k, struct kreport *r)
{
	r->k = k;
	r->table = kernel_table(k->s, "report");
	r->no = kernel_col(&r->table, "report_no");
	r->status = kernel_col(&r->table, "status");
	r->by_sample = kernel_index(&r->table, "sample_no", NULL);
	r->issued = kernel_word(k, "issued");
	return r->by_sample != NULL;
}

static bool
hit_of(const struct kreport *r, const char *no, const char *src, double measure,
    const char *detail)
{
	char subject[KERNEL_TEXT];

	snprintf(subject, sizeof(subject), "report:%s", no != NULL ? no : "?");
	return kernel_row(r->k, subject, no, src, measure, detail);
}

/* A row for each issued report of the sample, counted; false: enough. */
static bool
hits_of(const struct kreport *r, uint32_t sample, const struct rule_hit *h, uint32_t *found)
{
	uint32_t n = 0, i;
	const uint32_t *row = sample != 0 ?
	    store_index_rows(r->by_sample, sample, &n) : NULL;

	for (i = 0; i < n; i++) {
		if (col_word(&r->status, row[i]) != r->issued || r->issued == 0)
			continue;
		++*found;
		if (!hit_of(r, store_text(r->k->s, col_word(&r->no, row[i]), NULL), h->src,
		    h->measure, h->detail))
			return false;
	}
	return true;
}

bool
kernel_hit(const struct kreport *r, uint32_t sample, const char *src, double measure,
    const char *detail)
{
	const struct rule_hit h = {NULL, NULL, src, measure, detail};
	uint32_t found = 0;

	if (!hits_of(r, sample, &h, &found))
		return false;
	return found > 0 || hit_of(r, NULL, src, measure, detail);
}

/* ---- texts ---- */

void
ktext_begin(struct ktext *t)
{
	t->n = 0;
	t->null = false;
	t->p[0] = '\0';
}

void
ktext_put(struct ktext *t, const char *s)
{
	size_t n;

	if (s == NULL) {
		t->null = true;
		return;
	}
	n = strlen(s);
	if (n > KERNEL_TEXT - 1 - t->n)
		n = KERNEL_TEXT - 1 - t->n;
	memcpy(t->p + t->n, s, n);
	t->n += n;
	t->p[t->n] = '\0';
}

void
ktext_int(struct ktext *t, int64_t v)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRId64, v);
	ktext_put(t, v == STORE_NULL ? NULL : number);
}

void
ktext_real(struct ktext *t, double v)
{
	char number[DB_REAL_TEXT];

	if (isnan(v)) {
		t->null = true;
		return;
	}
	db_real_text(v, number);
	ktext_put(t, number);
}

void
ktext_word(struct ktext *t, const struct kernel *k, uint32_t word)
{
	ktext_put(t, store_text(k->s, word, NULL));
}

void
ktext_src(struct ktext *t, const struct ktable *table, uint32_t row)
{
	ktext_put(t, schema_tables()[table->table].name);
	ktext_put(t, ":");
	ktext_int(t, kernel_src(table, row));
}

const char *
ktext(const struct ktext *t)
{
	return t->null ? NULL : t->p;
}

/* ---- numbers ---- */

int64_t
kernel_round(double v)
{
	/* Above this there are no broken numbers. */
	if (v < -4503599627370496.0 || v > 4503599627370496.0)
		return v >= 9.2e18 ? INT64_MAX : v <= -9.2e18 ? INT64_MIN : (int64_t)v;
	return (int64_t)(v < 0 ? v - 0.5 : v + 0.5);
}

double
kernel_scale(int64_t decimals)
{
	static const double scale[] = {1, 10, 100, 1000};

	return decimals >= 0 && decimals <= 3 ? scale[decimals] : 10000;
}

int64_t
kernel_digits(double value, int64_t decimals)
{
	return kernel_round(value * kernel_scale(decimals));
}

void
kernel_sort(void *base, size_t n, size_t size,
    int (*compare)(const void *a, const void *b, void *ctx), void *ctx)
{
	if (n > 1)
		qsort_r(base, n, size, compare, ctx);
}
