/* SPDX-License-Identifier: Apache-2.0 */
/* Registers out of strings into a store, what was told as text. */
#ifndef FJ_TESTS_REDFLAG_WORLD_H
#define FJ_TESTS_REDFLAG_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "redflag/import.h"

enum {
	WORLD_FILES = 40,
};

struct world {
	struct synonyms *synonyms;
	struct gb18030 *gb;
	struct import *im;
	struct store *store;
	struct book *book[WORLD_FILES];
	char *bytes[WORLD_FILES];
	int books;
	struct fj_buf told;		/* "R 5 3 redflag.no-key" a line */
	uint64_t progress;
	int cancel_after;		/* calls of progress; 0: never */
};

static inline char *
world_slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p;
	long size;

	if (f == NULL)
		return NULL;
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	rewind(f);
	p = malloc((size_t)size + 1);
	*n = fread(p, 1, (size_t)size, f);
	p[*n] = '\0';
	fclose(f);
	return p;
}

static inline void
world_fault(void *ctx, const struct import_place *at, const struct fj_err *f, bool rejected)
{
	struct world *w = ctx;

	assert_non_null(at->file);
	fj_buf_printf(&w->told, "%s %u %u %s\n", rejected ? "R" : "F", at->row, at->column, f->code);
}

static inline bool
world_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct world *w = ctx;

	assert_true(done <= total);
	assert_true(done >= w->progress);
	w->progress = done;
	return w->cancel_after == 0 || --w->cancel_after > 0;
}

static inline void
world_init(struct world *w)
{
	struct import_options o = {.fault = world_fault, .progress = world_progress};
	struct fj_err e;
	size_t n = 0;
	char *json = world_slurp("forms/redflags/synonyms.json", &n);

	memset(w, 0, sizeof(*w));
	assert_non_null(json);
	assert_int_equal(synonyms_new(json, n, &w->synonyms, &e), FJ_OK);
	free(json);
	assert_int_equal(gb18030_new(&w->gb, &e), FJ_OK);
	fj_buf_init(&w->told, 1 << 20);
	o.synonyms = w->synonyms;
	o.ctx = w;
	w->im = import_new(&o);
	w->store = store_new(256 << 20);
}

static inline void
world_add_bytes(struct world *w, const char *name, const char *p, size_t n)
{
	struct book_options o = {.gb = w->gb};
	struct fj_err e;
	char *copy = malloc(n + 1);

	memcpy(copy, p, n);
	copy[n] = '\0';
	w->bytes[w->books] = copy;
	assert_int_equal(book_open(copy, n, &o, &w->book[w->books], &e), FJ_OK);
	assert_int_equal(import_add(w->im, name, w->book[w->books], &e), FJ_OK);
	w->books++;
}

static inline void
world_add(struct world *w, const char *name, const char *text)
{
	world_add_bytes(w, name, text, strlen(text));
}

static inline void
world_load(struct world *w)
{
	struct fj_err e;

	assert_int_equal(import_run(w->im, w->store, &e), FJ_OK);
	assert_int_equal(store_seal(w->store, &e), FJ_OK);
}

static inline void
world_run(struct world *w)
{
	struct fj_err e;

	assert_int_equal(import_guess(w->im, &e), FJ_OK);
	world_load(w);
}

static inline void
world_free(struct world *w)
{
	int i;

	import_free(&w->im);
	store_free(&w->store);
	for (i = 0; i < w->books; i++) {
		book_close(&w->book[i]);
		free(w->bytes[i]);
	}
	synonyms_free(&w->synonyms);
	gb18030_free(&w->gb);
	fj_buf_release(&w->told);
}

/* A cell as text: words as they are, numbers %g, NULL as "". */
static inline const char *
world_cell(struct world *w, const char *table, const char *column, uint32_t row)
{
	static _Thread_local char out[8][256];
	static _Thread_local int turn;
	int t = schema_find(table), c;
	char *to = out[turn++ % 8];
	int64_t v;
	double d;

	assert_true(t >= 0);
	c = schema_column(&schema_tables()[t], column);
	assert_true(c >= 0);
	if (row >= store_rows(w->store, t))
		return "no row";
	to[0] = '\0';
	switch (schema_tables()[t].column[c].type) {
	case SCHEMA_KEY:
	case SCHEMA_TEXT: {
		const char *p = store_text(w->store, store_word_at(w->store, t, c, row), NULL);

		snprintf(to, 256, "%s", p != NULL ? p : "");
		break;
	}
	case SCHEMA_REAL:
		if (store_real_at(w->store, t, c, row, &d))
			snprintf(to, 256, "%g", d);
		break;
	default:
		if (store_int_at(w->store, t, c, row, &v))
			snprintf(to, 256, "%lld", (long long)v);
		break;
	}
	return to;
}

static inline uint32_t
world_rows(struct world *w, const char *table)
{
	return store_rows(w->store, schema_find(table));
}

#endif
