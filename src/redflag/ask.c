/* SPDX-License-Identifier: Apache-2.0 */
/* The day of an instrument or of a person. */
#include "redflag/ask.h"

#include <stdio.h>

#include "base/json.h"

enum {
	DAY_S = 86400,
};

struct runs {
	int table;
	int run, sample, instrument, person, from, to;
};

static void
runs_columns(struct runs *r)
{
	const struct schema_table *t;

	r->table = schema_find("test_run");
	t = &schema_tables()[r->table];
	r->run = schema_column(t, "run_no");
	r->sample = schema_column(t, "sample_no");
	r->instrument = schema_column(t, "instrument_id");
	r->person = schema_column(t, "operator");
	r->from = schema_column(t, "started_at");
	r->to = schema_column(t, "ended_at");
}

static const char *
word_of(const struct store *s, const struct runs *r, int column, uint32_t row)
{
	const char *w = store_text(s, store_word_at(s, r->table, column, row), NULL);

	return w != NULL ? w : "";
}

static int64_t
day_of(int64_t t)
{
	return t >= 0 ? t / DAY_S : -((-t + DAY_S - 1) / DAY_S);
}

static void
put_bar(struct json_w *w, const struct store *s, const struct runs *r, int other, uint32_t row,
    int64_t from)
{
	const char *label = word_of(s, r, r->sample, row);
	char src[48];
	int64_t to;

	if (!store_int_at(s, r->table, r->to, row, &to) || to < from)
		to = from;
	snprintf(src, sizeof(src), "test_run:%lld", (long long)store_src(s, r->table, row));
	json_w_arr(w);
	json_w_str(w, label[0] != '\0' ? label : word_of(s, r, r->run, row));
	json_w_str(w, word_of(s, r, other, row));
	json_w_int(w, from);
	json_w_int(w, to);
	json_w_str(w, src);
	json_w_end(w);
}

static enum fj_rc
put_day(struct store *s, const struct runs *r, int key, uint32_t row, int64_t day,
    struct fj_buf *out, struct fj_err *e)
{
	const struct store_index *x = store_index(s, r->table, key, r->from);
	uint32_t n = 0, i, bars = 0;
	const uint32_t *at;
	struct json_w w;
	int64_t from;

	if (x == NULL)
		return fj_fail(e, FJ_NOMEM, "redflag.no-timeline", "");
	at = store_index_rows(x, store_word_at(s, r->table, key, row), &n);
	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kstr(&w, "what", word_of(s, r, key, row));
	json_w_kint(&w, "day", day);
	json_w_key(&w, "bars");
	json_w_arr(&w);
	for (i = 0; i < n && bars < ASK_BARS; i++) {
		if (!store_int_at(s, r->table, r->from, at[i], &from) || day_of(from) != day)
			continue;
		put_bar(&w, s, r, key == r->person ? r->instrument : r->person, at[i], from);
		bars++;
	}
	json_w_end(&w);
	json_w_end(&w);
	return FJ_OK;
}

enum fj_rc
ask_timeline(struct store *s, int64_t src, bool person, struct fj_buf *out, struct fj_err *e)
{
	struct runs r;
	uint32_t row;
	int64_t from;
	int key;

	runs_columns(&r);
	key = person ? r.person : r.instrument;
	if (!store_row_of(s, r.table, src, &row) ||
	    !store_int_at(s, r.table, r.from, row, &from) ||
	    store_word_at(s, r.table, key, row) == 0)
		return fj_fail(e, FJ_NOTFOUND, "redflag.no-timeline", "");
	return put_day(s, &r, key, row, day_of(from), out, e);
}
