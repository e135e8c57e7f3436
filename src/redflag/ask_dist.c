/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules about digits, limits and replicates saw. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "redflag/ask.h"

enum {
	BINS = 20,
	BAND = 10,			/* hundredths on each side of the limit */
};

/* Values of one parameter, those of the person and all others. */
struct dist {
	enum ask_dist kind;
	const char *person;
	uint32_t word;			/* of the person */
	int bins;
	double seen[BINS], others[BINS];
	const char *param;
};

struct values {
	int table, run, param, value, decimals, nd, limit;
};

static void
values_columns(struct values *v, enum ask_dist kind)
{
	const char *name = kind == ASK_LIMIT ? "report_item" : "measurement";
	const struct schema_table *t;

	v->table = schema_find(name);
	t = &schema_tables()[v->table];
	v->run = schema_column(t, "run_no");
	v->param = schema_column(t, "param");
	v->value = schema_column(t, "value");
	v->decimals = schema_column(t, "decimals");
	v->nd = schema_column(t, "nd");
	v->limit = kind == ASK_LIMIT ? schema_column(t, "limit_hi") : -1;
}

/* The longest parameter with which detail begins; 0: none. */
static uint32_t
find_param(const struct store *s, const char *detail)
{
	size_t n = strlen(detail);
	uint32_t w;

	for (; n > 0; n--)
		if ((detail[n] == ' ' || detail[n] == '\0') &&
		    (w = store_find(s, detail, n)) != 0)
			return w;
	return 0;
}

static int
last_digit(double value, int64_t decimals)
{
	double scaled = value;
	int64_t i;

	for (i = 0; i < decimals && i < 4; i++)
		scaled *= 10;
	scaled = fmod(floor(fabs(scaled) + 0.5), 10);
	return scaled >= 0 && scaled < 10 ? (int)scaled : 0;
}

/* Bin of a row; -1: it does not count. */
static int
bin_of(const struct store *s, const struct values *v, enum ask_dist kind, uint32_t row)
{
	int64_t nd = 0, decimals = 0;
	double value, limit;
	int bin;

	if (!store_real_at(s, v->table, v->value, row, &value) ||
	    (store_int_at(s, v->table, v->nd, row, &nd) && nd != 0))
		return -1;
	if (kind == ASK_DIGITS) {
		(void)store_int_at(s, v->table, v->decimals, row, &decimals);
		return value > 0 ? last_digit(value, decimals) : -1;
	}
	if (!store_real_at(s, v->table, v->limit, row, &limit) || limit <= 0)
		return -1;
	/* The limit itself still passes: it belongs to the bin below. */
	value = ceil(value / limit * 100 - 1e-9) - (100 - BAND) - 1;
	bin = value < 0 || value >= BINS ? -1 : (int)value;
	return bin;
}

static bool
is_persons(struct store *s, const struct dist *d, const struct store_index *runs, uint32_t run)
{
	int table = schema_find("test_run"),
	    operator = schema_column(&schema_tables()[table], "operator");
	uint32_t n = 0;
	const uint32_t *at = run != 0 ? store_index_rows(runs, run, &n) : NULL;

	return n > 0 && store_word_at(s, table, operator, at[0]) == d->word;
}

/* Replicates of one run: all equal or not; the rows of a run stand together in x. */
static int
same_or_not(const struct store *s, const struct values *v, const uint32_t *at, uint32_t n,
    uint32_t param)
{
	double first = 0, value;
	uint32_t i, count = 0;
	bool differ = false;

	for (i = 0; i < n; i++) {
		if (store_word_at(s, v->table, v->param, at[i]) != param ||
		    !store_real_at(s, v->table, v->value, at[i], &value))
			continue;
		if (count++ == 0)
			first = value;
		/* What two equal texts became is the same number. */
		differ |= fabs(value - first) > 0;
	}
	return count < 2 ? -1 : differ ? 1 : 0;
}

static bool
count_rows(struct store *s, struct dist *d, uint32_t param, const struct store_index *runs)
{
	struct values v;
	const struct store_index *by_run = NULL;
	uint32_t row, n = 0, run;
	int bin;

	values_columns(&v, d->kind);
	if (d->kind == ASK_REPLICATES && (by_run = store_index(s, v.table, v.run, -1)) == NULL)
		return false;
	for (row = 0; row < store_rows(s, v.table); row++) {
		if (store_word_at(s, v.table, v.param, row) != param)
			continue;
		run = store_word_at(s, v.table, v.run, row);
		if (d->kind == ASK_REPLICATES) {
			const uint32_t *at = run != 0 ? store_index_rows(by_run, run, &n) : NULL;

			/* Each run once: at its first row. */
			while (n > 0 && store_word_at(s, v.table, v.param, at[0]) != param)
				at++, n--;
			bin = n > 0 && at[0] == row ? same_or_not(s, &v, at, n, param) : -1;
		} else {
			bin = bin_of(s, &v, d->kind, row);
		}
		if (bin >= 0)
			(is_persons(s, d, runs, run) ? d->seen : d->others)[bin]++;
	}
	return true;
}

static void
label_of(enum ask_dist kind, int bin, char out[24])
{
	if (kind == ASK_DIGITS)
		snprintf(out, 24, "%d", bin);
	else if (kind == ASK_LIMIT)
		snprintf(out, 24, "%.2f", (100 - BAND + bin + 1) / 100.0);
	else
		snprintf(out, 24, "%s", bin == 0 ? "=" : "≠");
}

static void
put_dist(const struct dist *d, struct fj_buf *out)
{
	static const char *const kinds[] = {"digits", "limit", "replicates"};
	double seen = 0, others = 0;
	char label[24];
	struct json_w w;
	int i;

	for (i = 0; i < d->bins; i++) {
		seen += d->seen[i];
		others += d->others[i];
	}
	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kstr(&w, "kind", kinds[d->kind]);
	json_w_kstr(&w, "param", d->param);
	json_w_key(&w, "bins");
	json_w_arr(&w);
	for (i = 0; i < d->bins; i++) {
		label_of(d->kind, i, label);
		json_w_arr(&w);
		json_w_str(&w, label);
		json_w_double(&w, d->seen[i]);
		json_w_double(&w, others > 0 ? d->others[i] * seen / others : 0);
		json_w_end(&w);
	}
	json_w_end(&w);
	json_w_end(&w);
}

enum fj_rc
ask_distribution(struct store *s, enum ask_dist kind, const char *person, const char *detail,
    struct fj_buf *out, struct fj_err *e)
{
	struct dist d = {.kind = kind, .person = person,
	    .bins = kind == ASK_DIGITS ? 10 : kind == ASK_LIMIT ? BINS : 2};
	int table = schema_find("test_run");
	const struct store_index *runs = store_index(s, table,
	    schema_column(&schema_tables()[table], "run_no"), -1);
	uint32_t param = find_param(s, detail);

	d.word = store_find(s, person, strlen(person));
	if (d.word == 0 || param == 0 || runs == NULL)
		return fj_fail(e, FJ_NOTFOUND, "redflag.no-dist", "");
	d.param = store_text(s, param, NULL);
	if (!count_rows(s, &d, param, runs))
		return fj_fail(e, FJ_NOTFOUND, "redflag.no-dist", "");
	put_dist(&d, out);
	return FJ_OK;
}
