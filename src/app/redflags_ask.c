/* SPDX-License-Identifier: Apache-2.0 */
/* What a screen asks of the helper while a session is open. */
#include "app/redflags_ask.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "app/redflags_i.h"
#include "base/xalloc.h"
#include "os/clock.h"

enum {
	ASK_BYTES = 3500,
	CELLS_MAX = 20000,
};

struct redflag_rows {
	struct json_doc *doc;
	struct redflag_row *row;
	size_t n;
};

/* ---- asking ---- */

static enum fj_rc
wait_answer(struct redflags *r, struct fj_err *e)
{
	int64_t until = clock_monotonic_ms() + REDFLAG_ASK_MS;
	enum fj_rc rc = FJ_OK;

	while (rc == FJ_OK && r->answered != r->asked) {
		struct pollfd at = {.fd = redflags_fd(r), .events = POLLIN};
		int64_t left = until - clock_monotonic_ms();

		if (r->h == NULL || left <= 0)
			return fj_fail(e, FJ_BUSY, "redflags.busy", "");
		(void)poll(&at, 1, left > 1000 ? 1000 : (int)left);
		rc = redflags_step(r, NULL, e);
	}
	if (rc == FJ_OK && r->ask_err.rc != FJ_OK) {
		if (e != NULL)
			*e = r->ask_err;
		rc = r->ask_err.rc;
	}
	return rc;
}

enum fj_rc
session_ask(struct redflags *r, struct fj_buf *ask, struct json_doc **out, struct fj_err *e)
{
	struct fj_buf all;
	enum fj_rc rc;

	*out = NULL;
	if (r->h == NULL || r->state < REDFLAGS_MAPPED || r->state == REDFLAGS_FAILED) {
		r->asked = r->answered;		/* it was never sent */
		return fj_fail(e, FJ_BUSY, "redflags.busy", "");
	}
	fj_buf_clear(&r->answers);
	rc = helper_send(r->h, ask->p, ask->n, e);
	if (rc == FJ_OK)
		rc = wait_answer(r, e);
	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&all, r->answers.n + 16);
	fj_buf_putc(&all, '[');
	fj_buf_add(&all, r->answers.p, r->answers.n);
	fj_buf_putc(&all, ']');
	rc = json_parse(all.p, all.n, out, e);
	fj_buf_release(&all);
	return rc;
}

static void
ask_begin(struct redflags *r, const char *what, struct fj_buf *b, struct json_w *w)
{
	fj_buf_init(b, ASK_BYTES);
	json_w_init(w, b);
	json_w_obj(w);
	json_w_kstr(w, "ask", what);
	json_w_kint(w, "n", ++r->asked);
}

static enum fj_rc
ask_end(struct redflags *r, struct fj_buf *b, struct json_w *w, struct json_doc **out,
    struct fj_err *e)
{
	enum fj_rc rc;

	json_w_end(w);
	rc = fj_buf_over(b) ? fj_fail(e, FJ_LIMIT, "redflags.ask", "") :
	    session_ask(r, b, out, e);
	fj_buf_release(b);
	return rc;
}

static enum fj_rc
lie(struct json_doc **d, struct fj_err *e)
{
	json_free(d);
	return fj_fail(e, FJ_CORRUPT, "helper.protocol", "s", "redflag");
}

static const char *
text_or_empty(const struct json *o, const char *key)
{
	const char *s = json_str(o, key);

	return s != NULL ? s : "";
}

/* ---- rows ---- */

static bool
read_cells(struct redflag_row *row, const struct json *list)
{
	struct redflag_cell *cell;
	const struct json *c;
	int64_t at;

	if (list == NULL || list->type != JSON_ARRAY || list->count > CELLS_MAX)
		return false;
	cell = xcalloc((size_t)list->count + 1, sizeof(*cell));
	row->cell = cell;
	json_each(c, list) {
		if (!json_int(c, "at", &at) || at < 1 || at > CELLS_MAX)
			return false;
		cell[row->cells].at = (uint32_t)at;
		cell[row->cells].header = text_or_empty(c, "header");
		cell[row->cells].text = text_or_empty(c, "text");
		cell[row->cells++].column = text_or_empty(c, "column");
	}
	return true;
}

static bool
read_row(struct redflag_row *row, const struct json *answer)
{
	const struct json *v = json_get(answer, "row");
	const char *table = json_str(answer, "table");
	int64_t source, number;

	if (table == NULL || strlen(table) >= sizeof(row->table) ||
	    !json_int(v, "source", &source) || !json_int(v, "row", &number) || source < 0 ||
	    source > UINT32_MAX || number < 0 || number > UINT32_MAX)
		return false;
	memcpy(row->table, table, strlen(table) + 1);
	row->file = text_or_empty(v, "file");
	row->sheet = text_or_empty(v, "sheet");
	row->source = (uint32_t)source;
	row->row = (uint32_t)number;
	return read_cells(row, json_get(v, "cells"));
}

/* As many pairs of src as fit a line; a hit that names more shows its first ones. */
static void
put_src(struct json_w *w, const char *src)
{
	size_t n = strlen(src), most = ASK_BYTES - 200;

	if (n > most) {
		n = most;
		while (n > 0 && src[n] != ';')
			n--;
	}
	json_w_key(w, "src");
	json_w_strn(w, src, n);
}

enum fj_rc
redflags_rows(struct redflags *r, const char *src, struct redflag_rows **out, struct fj_err *e)
{
	struct redflag_rows *rows;
	struct json_doc *d = NULL;
	const struct json *v;
	struct fj_buf ask;
	struct json_w w;
	enum fj_rc rc;

	*out = NULL;
	ask_begin(r, "rows", &ask, &w);
	put_src(&w, src);
	rc = ask_end(r, &ask, &w, &d, e);
	if (rc != FJ_OK)
		return rc;
	rows = xcalloc(1, sizeof(*rows));
	rows->doc = d;
	rows->row = xcalloc((size_t)json_root(d)->count + 1, sizeof(*rows->row));
	json_each(v, json_root(d)) {
		if (!read_row(&rows->row[rows->n++], v)) {
			redflag_rows_free(&rows);
			d = NULL;
			return lie(&d, e);
		}
	}
	*out = rows;
	return FJ_OK;
}

size_t
redflag_rows_count(const struct redflag_rows *rows)
{
	return rows->n;
}

const struct redflag_row *
redflag_rows_at(const struct redflag_rows *rows, size_t i)
{
	return &rows->row[i];
}

void
redflag_rows_free(struct redflag_rows **rows)
{
	if (*rows == NULL)
		return;
	while ((*rows)->n > 0)
		free((void *)(uintptr_t)(*rows)->row[--(*rows)->n].cell);
	free((*rows)->row);
	json_free(&(*rows)->doc);
	free(*rows);
	*rows = NULL;
}

/* ---- plots ---- */

static bool
read_bar(struct redflag_bar *bar, const struct json *v)
{
	const struct json *c[5] = {NULL, NULL, NULL, NULL, NULL}, *at;
	int n = 0;

	json_each(at, v)
		if (n < 5)
			c[n++] = at;
	if (n != 5 || v->count != 5)
		return false;
	bar->label = json_text(c[0]);
	bar->other = json_text(c[1]);
	bar->src = json_text(c[4]);
	return bar->label != NULL && bar->other != NULL && bar->src != NULL &&
	    json_int_value(c[2], &bar->from) && json_int_value(c[3], &bar->to) &&
	    bar->to >= bar->from;
}

static bool
read_timeline(struct redflag_timeline *t, const struct json *v)
{
	const struct json *bars = json_get(v, "bars"), *b;
	struct redflag_bar *bar;
	int64_t day;

	if (bars == NULL || bars->type != JSON_ARRAY || !json_int(v, "day", &day) ||
	    day < -1000000 || day > 10000000 || json_str(v, "what") == NULL)
		return false;
	bar = xcalloc((size_t)bars->count + 1, sizeof(*bar));
	t->bar = bar;
	t->day = (int32_t)day;
	t->what = json_str(v, "what");
	json_each(b, bars)
		if (!read_bar(&bar[t->bars++], b))
			return false;
	return true;
}

enum fj_rc
redflags_timeline(struct redflags *r, const struct redflag_hit *h, bool person,
    struct redflag_timeline *out, struct fj_err *e)
{
	const char *src = strstr(h->src, "test_run:");
	struct json_doc *d = NULL;
	struct fj_buf ask;
	struct json_w w;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	if (src == NULL)
		return fj_fail(e, FJ_NOTFOUND, "redflag.no-timeline", "");
	ask_begin(r, "timeline", &ask, &w);
	put_src(&w, src);
	json_w_kbool(&w, "of_person", person);
	rc = ask_end(r, &ask, &w, &d, e);
	if (rc != FJ_OK)
		return rc;
	out->doc = d;
	if (read_timeline(out, json_get(json_root(d)->child, "timeline")))
		return FJ_OK;
	redflag_timeline_release(out);
	d = NULL;
	return lie(&d, e);
}

void
redflag_timeline_release(struct redflag_timeline *t)
{
	free((void *)(uintptr_t)t->bar);
	json_free(&t->doc);
	memset(t, 0, sizeof(*t));
}

static bool
read_dist(struct redflag_dist *t, const struct json *v)
{
	const struct json *bins = json_get(v, "bins"), *b;
	struct redflag_bin *bin;

	if (bins == NULL || bins->type != JSON_ARRAY || json_str(v, "kind") == NULL)
		return false;
	bin = xcalloc((size_t)bins->count + 1, sizeof(*bin));
	t->bin = bin;
	t->kind = json_str(v, "kind");
	json_each(b, bins) {
		struct redflag_bin *to = &bin[t->bins++];

		to->label = json_text(b->child);
		if (b->type != JSON_ARRAY || b->count != 3 || to->label == NULL ||
		    !json_double_value(b->child->next, &to->seen) ||
		    !json_double_value(b->child->next->next, &to->expected))
			return false;
	}
	return true;
}

enum fj_rc
redflags_dist(struct redflags *r, const struct redflag_hit *h, struct redflag_dist *out,
    struct fj_err *e)
{
	static const char *const rules[][2] = {
		{"R39", "limit"}, {"R40", "digits"}, {"R41", "replicates"},
	};
	const char *kind = NULL;
	struct json_doc *d = NULL;
	struct fj_buf ask;
	struct json_w w;
	enum fj_rc rc;
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(h->rule->id, rules[i][0]) == 0)
			kind = rules[i][1];
	if (kind == NULL || strncmp(h->subject, "person:", 7) != 0)
		return fj_fail(e, FJ_NOTFOUND, "redflag.no-dist", "");
	ask_begin(r, "dist", &ask, &w);
	json_w_kstr(&w, "kind", kind);
	json_w_kstr(&w, "person", h->subject + 7);
	json_w_kstr(&w, "detail", h->detail);
	rc = ask_end(r, &ask, &w, &d, e);
	if (rc != FJ_OK)
		return rc;
	out->doc = d;
	if (read_dist(out, json_get(json_root(d)->child, "dist")))
		return FJ_OK;
	redflag_dist_release(out);
	d = NULL;
	return lie(&d, e);
}

void
redflag_dist_release(struct redflag_dist *t)
{
	free((void *)(uintptr_t)t->bin);
	json_free(&t->doc);
	memset(t, 0, sizeof(*t));
}
