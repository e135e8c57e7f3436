/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/import_internal.h"
#include "redflag/load.h"

enum {
	THREADS_MAX = 8,
};

struct import *
import_new(const struct import_options *o)
{
	struct import *im = xcalloc(1, sizeof(*im));

	im->o = *o;
	specs_init(&im->specs);
	(void)pthread_mutex_init(&im->lock, NULL);
	return im;
}

void
import_free(struct import **im)
{
	size_t i;
	char *file, *sheet;

	if (*im == NULL)
		return;
	for (i = 0; i < (*im)->sources; i++) {
		struct source *s = &(*im)->source[i];

		survey_release(s);
		memcpy(&file, &s->out.file, sizeof(file));	/* ours; others only read it */
		memcpy(&sheet, &s->out.sheet, sizeof(sheet));
		free(file);
		free(sheet);
	}
	free((*im)->source);
	(void)pthread_mutex_destroy(&(*im)->lock);
	free(*im);
	*im = NULL;
}

enum fj_rc
import_add(struct import *im, const char *name, struct book *b, struct fj_err *e)
{
	int i;

	if (im->sources + (size_t)book_sheets(b) > IMPORT_SOURCES)
		return fj_fail(e, FJ_LIMIT, "redflag.sources", "d", IMPORT_SOURCES);
	for (i = 0; i < book_sheets(b); i++) {
		struct source *s;

		if (im->sources == im->cap) {
			im->cap = im->cap == 0 ? 32 : im->cap * 2;
			im->source = xrealloc(im->source, im->cap, sizeof(*im->source));
		}
		s = &im->source[im->sources++];
		memset(s, 0, sizeof(*s));
		s->specs = &im->specs;
		s->book = b;
		s->sheet = i;
		s->use = true;
		s->number = s->out.number = (uint32_t)im->sources;
		s->out.file = xstrdup(name);
		s->out.sheet = xstrdup(book_sheet_name(b, i));
	}
	return FJ_OK;
}

void
import_tell(struct import *im, struct source *s, uint32_t row, uint32_t column,
    const struct fj_err *f, bool rejected)
{
	struct import_place at = {s->out.file, s->out.sheet, s->number, row, column};

	(void)pthread_mutex_lock(&im->lock);
	if (s->told++ < IMPORT_FAULTS && im->o.fault != NULL)
		im->o.fault(im->o.ctx, &at, f, rejected);
	(void)pthread_mutex_unlock(&im->lock);
}

void
source_name(const struct source *s, char out[SOURCE_NAME])
{
	bool one = s->out.sheet[0] == '\0';

	(void)snprintf(out, SOURCE_NAME, "%s%s%s%s", s->out.file, one ? "" : " [", s->out.sheet,
	    one ? "" : "]");
}

/* Two columns with one heading: which of them was meant nobody can know. */
static void
tell_doubles(struct import *im, struct source *s)
{
	char name[SHEET_COLUMN_NAME], place[SOURCE_NAME];
	struct fj_err f;
	int a, b;

	source_name(s, place);

	for (b = 1; b < s->columns; b++)
		for (a = 0; a < b; a++) {
			if (s->heading[b].norm[0] == '\0' || s->profile[b].n == 0 ||
			    strcmp(s->heading[a].norm, s->heading[b].norm) != 0)
				continue;
			sheet_column_name((uint32_t)b + 1, name);
			(void)!fj_fail(&f, FJ_INVAL, "redflag.double-header", "sdss", place,
			    (int)s->last, name, s->header[b]);
			import_tell(im, s, s->last, (uint32_t)b + 1, &f, false);
			break;
		}
}

static void
tell_unknown(struct import *im, struct source *s)
{
	char place[SOURCE_NAME];
	struct fj_err f;

	if (s->profile == NULL || s->feeds > 0 || !s->use)
		return;
	source_name(s, place);
	(void)!fj_fail(&f, FJ_INVAL, "redflag.unknown-table", "s", place);
	import_tell(im, s, s->first, 0, &f, false);
}

enum fj_rc
import_guess(struct import *im, struct fj_err *e)
{
	struct fj_err f;
	size_t i;

	(void)e;
	for (i = 0; i < im->sources; i++) {
		struct source *s = &im->source[i];

		if (survey(im, s, &f) == FJ_OK)
			continue;
		s->failed = true;
		/* A workbook's spare sheets are empty: that is no fault. */
		if (strcmp(f.code, "redflag.empty") != 0 || book_sheets(s->book) == 1)
			import_tell(im, s, 0, 0, &f, false);
	}
	guess_all(im);
	im->guessed = true;
	for (i = 0; i < im->sources; i++)
		if (im->source[i].profile != NULL)
			tell_doubles(im, &im->source[i]);
	return FJ_OK;
}

/* ---- loading ---- */

struct work {
	struct import *im;
	struct store *store;
	const struct import_first *first;
	struct store *early;		/* of what comes first; NULL: nothing does */
	struct aliases aliases;
	size_t *order;
	size_t n, next;
	enum fj_rc rc;
	struct fj_err err;
};

static bool
names_things(const struct source *s)
{
	int k;

	for (k = 0; k < s->feeds; k++) {
		const char *t = schema_tables()[s->feed[k].table].name;

		if (strcmp(t, "person") == 0 || strcmp(t, "instrument") == 0)
			return true;
	}
	return false;
}

static bool
is_read(const struct source *s)
{
	return s->use && s->feeds > 0 && !s->failed;
}

static bool
is_first(const struct import_first *first, const struct source *s)
{
	int k;

	if (names_things(s))
		return true;
	for (k = 0; k < s->feeds; k++)
		if (first->table[s->feed[k].table])
			return true;
	return false;
}

uint64_t
import_first_bytes(const struct import *im, const bool table[SCHEMA_TABLES], bool all)
{
	struct import_first first = {.run = NULL};
	uint64_t bytes = 0;
	size_t i;

	memcpy(first.table, table, sizeof(first.table));
	for (i = 0; i < im->sources; i++) {
		const struct source *s = &im->source[i];

		if (!is_read(s) || (!all && !is_first(&first, s)))
			continue;
		if (book_kind(s->book) != BOOK_CSV)
			return UINT64_MAX;
		bytes += book_bytes(s->book);
	}
	return bytes;
}

static void
keep_failure(struct work *w, enum fj_rc rc, const struct fj_err *e)
{
	(void)pthread_mutex_lock(&w->im->lock);
	if (rc != FJ_OK && w->rc == FJ_OK) {
		w->rc = rc;
		w->err = *e;
	}
	(void)pthread_mutex_unlock(&w->im->lock);
}

static bool
goes_on(struct work *w)
{
	bool on;

	(void)pthread_mutex_lock(&w->im->lock);
	on = w->rc == FJ_OK && !w->im->cancelled;
	(void)pthread_mutex_unlock(&w->im->lock);
	return on;
}

static void *
work_on(void *ctx)
{
	struct work *w = ctx;
	struct fj_err e;

	while (goes_on(w)) {
		struct source *s = NULL;

		(void)pthread_mutex_lock(&w->im->lock);
		if (w->next < w->n)
			s = &w->im->source[w->order[w->next++]];
		(void)pthread_mutex_unlock(&w->im->lock);
		if (s == NULL)
			break;
		fj_err_clear(&e);
		keep_failure(w, load_source(w->im, s, w->store, &w->aliases, &e), &e);
	}
	return NULL;
}

/* By the caller's thread, before it helps the others. */
static void
work_first(struct work *w)
{
	enum fj_rc rc = FJ_OK;
	struct fj_err e;
	size_t i;

	fj_err_clear(&e);
	for (i = 0; i < w->im->sources && rc == FJ_OK && goes_on(w); i++) {
		struct source *s = &w->im->source[i];

		if (is_read(s) && !names_things(s) && is_first(w->first, s))
			rc = load_source(w->im, s, w->early, &w->aliases, &e);
	}
	if (rc == FJ_OK)
		rc = store_seal(w->early, &e);
	if (rc == FJ_OK && goes_on(w))
		w->first->run(w->first->ctx, w->early);
	if (rc == FJ_OK)
		rc = store_move(w->store, &w->early, &e);
	keep_failure(w, rc, &e);
}

static void
run_threads(struct work *w, int threads, bool first)
{
	pthread_t thread[THREADS_MAX];
	int i, started = 0;

	for (i = 1; i < threads && i < THREADS_MAX && (size_t)i < w->n + first; i++)
		if (pthread_create(&thread[started], NULL, work_on, w) == 0)
			started++;
	if (first)
		work_first(w);
	(void)work_on(w);
	for (i = 0; i < started; i++)
		(void)pthread_join(thread[i], NULL);
}

/* Sources of one workbook share its zip, so one thread reads them all: those wait. */
static bool
shares_book(const struct import *im, size_t i)
{
	return book_sheets(im->source[i].book) > 1;
}

/* The largest first, so that no thread waits long for the last one. */
static void
sort_order(const struct import *im, size_t *order, size_t n)
{
	size_t i, k, x;

	for (i = 1; i < n; i++) {
		x = order[i];
		for (k = i; k > 0 && book_bytes(im->source[order[k - 1]].book) <
		    book_bytes(im->source[x].book); k--)
			order[k] = order[k - 1];
		order[k] = x;
	}
}

/* Which sources a round reads. */
enum round {
	ROUND_NAMES,		/* staff and instruments: the others refer to them */
	ROUND_BOOKS,		/* of several sheets: a zip belongs to one thread */
	ROUND_REST,
	ROUNDS,
};

static enum round
round_of(const struct import *im, size_t i)
{
	if (names_things(&im->source[i]))
		return ROUND_NAMES;
	return shares_book(im, i) ? ROUND_BOOKS : ROUND_REST;
}

static void
run_round(struct work *w, enum round round, int threads)
{
	size_t i;

	struct store *rest = w->store;

	w->n = w->next = 0;
	for (i = 0; i < w->im->sources; i++)
		if (is_read(&w->im->source[i]) && round_of(w->im, i) == round &&
		    (round != ROUND_REST || w->early == NULL ||
		    !is_first(w->first, &w->im->source[i])))
			w->order[w->n++] = i;
	if (round == ROUND_REST)
		sort_order(w->im, w->order, w->n);
	if (round == ROUND_NAMES && w->early != NULL)
		w->store = w->early;
	run_threads(w, round == ROUND_REST ? threads : 1,
	    round == ROUND_REST && w->early != NULL);
	w->store = rest;
}

enum fj_rc
import_run(struct import *im, struct store *s, struct fj_err *e)
{
	return import_run_first(im, s, NULL, e);
}

enum fj_rc
import_run_first(struct import *im, struct store *s, const struct import_first *first,
    struct fj_err *e)
{
	struct work w = {.im = im, .store = s, .first = first};
	int threads = im->o.threads > 0 ? im->o.threads : 2, round;
	size_t i;

	w.aliases.person = map_new();
	w.aliases.instrument = map_new();
	w.order = xcalloc(im->sources + 1, sizeof(*w.order));
	w.early = first != NULL ? store_new(0) : NULL;
	im->done = im->total = 0;
	for (i = 0; i < im->sources; i++) {
		if (is_read(&im->source[i]))
			im->total += book_bytes(im->source[i].book);
		else
			tell_unknown(im, &im->source[i]);
	}
	for (round = 0; round < ROUNDS; round++)
		run_round(&w, (enum round)round, threads);
	free(w.order);
	store_free(&w.early);
	aliases_release(&w.aliases);
	if (im->cancelled)
		return fj_fail(e, FJ_CANCELLED, "redflag.cancelled", "");
	if (w.rc != FJ_OK && e != NULL)
		*e = w.err;
	return w.rc;
}

/* ---- what came of it ---- */

size_t
import_sources(const struct import *im)
{
	return im->sources;
}

const struct import_source *
import_source(const struct import *im, size_t i)
{
	return &im->source[i].out;
}

const char *
import_unmapped(const struct import *im, size_t source, int i)
{
	const struct source *s = &im->source[source];

	return i >= 0 && i < s->unmappeds ? s->header[s->unmapped[i]] : "";
}

void
import_report(const struct import *im, size_t i, struct fj_buf *out)
{
	const struct source *s = &im->source[i];
	struct json_w w;
	int k;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kint(&w, "source", s->number);
	json_w_kstr(&w, "file", s->out.file);
	json_w_kstr(&w, "sheet", s->out.sheet);
	json_w_kstr(&w, "table", s->out.tables > 0 ?
	    schema_tables()[s->out.table[0].table].name : "");
	json_w_key(&w, "tables");
	json_w_arr(&w);
	for (k = 0; k < s->out.tables; k++) {
		json_w_obj(&w);
		json_w_kstr(&w, "table", schema_tables()[s->out.table[k].table].name);
		json_w_kint(&w, "rows", (int64_t)s->out.table[k].rows);
		json_w_end(&w);
	}
	json_w_end(&w);
	json_w_kint(&w, "rows", (int64_t)s->out.rows);
	json_w_kint(&w, "rejected", (int64_t)s->out.rejected);
	json_w_kint(&w, "skipped", (int64_t)s->out.skipped);
	json_w_kint(&w, "cells", (int64_t)s->out.cells);
	json_w_key(&w, "unmapped");
	json_w_arr(&w);
	for (k = 0; k < s->unmappeds; k++)
		json_w_str(&w, s->header[s->unmapped[k]]);
	json_w_end(&w);
	json_w_end(&w);
}

/* ---- a row as it stands in the file ---- */

struct one_row {
	const struct source *s;
	uint32_t number;
	bool found;
	struct fj_buf *out;
};

static const char *
column_of(const struct source *s, int at)
{
	int k, c;

	for (k = 0; k < s->feeds; k++)
		for (c = 0; c < (int)schema_tables()[s->feed[k].table].ncolumn; c++)
			if (s->feed[k].field[c].at == at)
				return schema_tables()[s->feed[k].table].column[c].name;
	return NULL;
}

static bool
on_one_row(void *ctx, const struct sheet_row *row)
{
	struct one_row *o = ctx;
	struct fj_buf text;
	struct json_w w;
	uint32_t i;

	if (row->number < o->number)
		return true;
	if (row->number > o->number)
		return false;
	o->found = true;
	json_w_init(&w, o->out);
	json_w_obj(&w);
	json_w_kint(&w, "source", o->s->number);
	json_w_kstr(&w, "file", o->s->out.file);
	json_w_kstr(&w, "sheet", o->s->out.sheet);
	json_w_kint(&w, "row", row->number);
	json_w_key(&w, "cells");
	json_w_arr(&w);
	for (i = 0; i < row->count; i++) {
		fj_buf_init(&text, 1 << 20);
		if (book_kind(o->s->book) == BOOK_CSV)
			(void)book_decode(o->s->book, row->cell[i].text, row->cell[i].len, &text);
		else
			fj_buf_add(&text, row->cell[i].text, row->cell[i].len);
		json_w_obj(&w);
		json_w_kint(&w, "at", (int64_t)i + 1);
		json_w_kstr(&w, "header", (int)i < o->s->columns && o->s->header != NULL ?
		    o->s->header[i] : "");
		json_w_kstr(&w, "text", text.p);
		json_w_kstr(&w, "column", column_of(o->s, (int)i));
		json_w_end(&w);
		fj_buf_release(&text);
	}
	json_w_end(&w);
	json_w_end(&w);
	return false;
}

enum fj_rc
import_row(struct import *im, int64_t src, struct fj_buf *out, struct fj_err *e)
{
	uint64_t number = (uint64_t)src >> 32;
	struct one_row o = {.number = (uint32_t)src, .out = out};
	enum fj_rc rc = FJ_OK;

	if (number > 0 && number <= im->sources) {
		o.s = &im->source[number - 1];
		rc = sheet_rows_from(o.s->book, o.s->sheet,
		    book_kind(o.s->book) == BOOK_CSV ? SHEET_RAW : SHEET_FILL, o.number, on_one_row,
		    &o, e);
	}
	if (rc == FJ_OK && !o.found)
		rc = fj_fail(e, FJ_NOTFOUND, "redflag.row", "ll", (long long)number,
		    (long long)o.number);
	return rc;
}
