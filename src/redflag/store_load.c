/* SPDX-License-Identifier: Apache-2.0 */
/* Filling the store: cells of a row, rows of a part, parts of a table. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/store_internal.h"

enum {
	CELLS = 32,		/* columns of a table, at most */
	FIRST_ROWS = 64,
	CACHE = 128,		/* words remembered of a column; a power of two */
	LATER = 48,		/* bytes of a word that is looked for at the end of its row */
};

struct cached {
	const char *p;
	uint32_t n, word;
};

/* Words of one column as they came. */
struct column_words {
	struct cached last;
	struct words_run run;
	uint32_t later_n, later_hash;	/* to be looked for when the row ends */
	char later[LATER];
	struct cached lately[CACHE];
};

union cell {
	int64_t i;
	double r;
	uint32_t w;
};

struct store_in {
	struct store *store;
	int table;
	const struct schema_table *schema;
	struct part part;
	uint32_t cap;
	struct column column[CELLS];
	union cell cell[CELLS];
	uint32_t set, later;		/* bits */
	bool memory, rows;		/* what failed */
	struct column_words *words;
};

int
schema_width(enum schema_type t)
{
	switch (t) {
	case SCHEMA_KEY:
	case SCHEMA_TEXT:
		return (int)sizeof(uint32_t);
	case SCHEMA_REAL:
		return (int)sizeof(double);
	case SCHEMA_AT:
		return 4;
	case SCHEMA_ON:
		return 2;
	case SCHEMA_INT:
		break;
	}
	return 1;
}

struct store_in *
store_in_new(struct store *s, int table, uint32_t file, uint32_t part)
{
	struct store_in *in = xcalloc(1, sizeof(*in));
	size_t i;

	in->store = s;
	in->table = table;
	in->schema = &schema_tables()[table];
	in->part.file = file;
	in->part.part = part;
	in->part.ascending = true;
	FJ_BUG_IF(in->schema->ncolumn > CELLS || s->sealed);
	for (i = 0; i < in->schema->ncolumn; i++)
		in->column[i].width = (uint8_t)schema_width(in->schema->column[i].type);
	in->words = xcalloc(in->schema->ncolumn, sizeof(*in->words));
	return in;
}

static bool
is_cached(const struct cached *k, const char *p, size_t n)
{
	return k->n == n && k->p[n - 1] == p[n - 1] && memcmp(k->p, p, n) == 0;
}

static void
add_word(struct store_in *in, struct column_words *w, const char *p, size_t n, uint32_t hash)
{
	struct cached *k = &w->lately[(hash >> 8) & (CACHE - 1)];

	k->word = words_add(in->store->words, &w->run, p, n, hash, &k->p);
	k->n = (uint32_t)n;
	if (k->word == 0)
		in->memory = true;
	w->last = *k;
}

/* A look into all words misses the caches of the machine; the misses of one row pass
 * together, while its other cells are read. */
static bool
put_off(struct store_in *in, int c, const char *p, size_t n, uint32_t hash)
{
	struct column_words *w = &in->words[c];

	if (n > LATER)
		return false;
	words_soon(in->store->words, hash);
	memcpy(w->later, p, n);
	w->later_n = (uint32_t)n;
	w->later_hash = hash;
	in->later |= 1u << c;
	return true;
}

static void
find_word(struct store_in *in, int c, const char *p, size_t n)
{
	struct column_words *w = &in->words[c];
	uint32_t hash = words_hash(p, n);
	const struct cached *k = &w->lately[(hash >> 8) & (CACHE - 1)];

	if (k->word != 0 && is_cached(k, p, n))
		w->last = *k;
	else if (!put_off(in, c, p, n, hash))
		add_word(in, w, p, n, hash);
}

static void
find_later(struct store_in *in)
{
	for (; in->later != 0; in->later &= in->later - 1) {
		int c = __builtin_ctz(in->later);
		struct column_words *w = &in->words[c];

		add_word(in, w, w->later, w->later_n, w->later_hash);
		in->cell[c].w = w->last.word;
	}
}

void
store_word(struct store_in *in, int c, const char *p, size_t n)
{
	struct column_words *w = &in->words[c];
	struct cached next = w->last;

	in->set &= ~(1u << c);
	in->later &= ~(1u << c);
	if (n == 0)
		return;
	if (n > WORD_MAX)
		n = WORD_MAX;
	if (next.word == 0) {
		find_word(in, c, p, n);
	} else if (!is_cached(&next, p, n)) {
		next.n = (uint32_t)n;
		next.word = words_next(in->store->words, p, n, &next.p);
		if (next.word != 0)
			w->last = next;
		else
			find_word(in, c, p, n);
	}
	in->cell[c].w = w->last.word;
	in->set |= 1u << c;
}

void
store_int(struct store_in *in, int c, int64_t v)
{
	in->cell[c].i = v;
	in->set |= 1u << c;
}

void
store_real(struct store_in *in, int c, double v)
{
	in->cell[c].r = v;
	if (isnan(v))
		in->set &= ~(1u << c);
	else
		in->set |= 1u << c;
}

void
store_drop(struct store_in *in)
{
	in->set = in->later = 0;
}

static bool
fits(int64_t v, uint8_t width)
{
	switch (width) {
	case 1:
		return v > INT8_MIN && v <= INT8_MAX;
	case 2:
		return v > INT16_MIN && v <= INT16_MAX;
	case 4:
		return v > INT32_MIN && v <= INT32_MAX;
	default:
		return true;
	}
}

static void
put_int(void *p, uint8_t width, uint32_t row, int64_t v)
{
	switch (width) {
	case 1:
		((int8_t *)p)[row] = v == STORE_NULL ? INT8_MIN : (int8_t)v;
		break;
	case 2:
		((int16_t *)p)[row] = v == STORE_NULL ? INT16_MIN : (int16_t)v;
		break;
	case 4:
		((int32_t *)p)[row] = v == STORE_NULL ? INT32_MIN : (int32_t)v;
		break;
	default:
		((int64_t *)p)[row] = v;
	}
}

static void
put_null(enum schema_type t, const struct column *c, uint32_t row)
{
	if (t == SCHEMA_KEY || t == SCHEMA_TEXT)
		((uint32_t *)c->p)[row] = 0;
	else if (t == SCHEMA_REAL)
		((double *)c->p)[row] = NAN;
	else
		put_int(c->p, c->width, row, STORE_NULL);
}

/* Rows [from, from + n) of `to` out of rows [0, n) of c, which may be narrower. */
static void
copy_cells(enum schema_type t, const struct column *to, uint32_t from,
    const struct column *c, uint32_t n)
{
	struct store_col v = {t, c->width, c->p, n};
	uint32_t i;

	if (c->p != NULL && c->width == to->width) {
		memcpy((char *)to->p + (size_t)from * to->width, c->p, (size_t)n * to->width);
		return;
	}
	for (i = 0; i < n; i++)
		if (c->p == NULL)
			put_null(t, to, from + i);
		else
			put_int(to->p, to->width, from + i, col_int(&v, i));
}

static bool
widen(struct store_in *in, int c, int64_t v)
{
	struct column *k = &in->column[c], to = {NULL, k->width};

	while (!fits(v, to.width))
		to.width = (uint8_t)(to.width * 2);
	to.p = store_alloc(in->store, in->cap, to.width);
	if (to.p == NULL)
		return false;
	copy_cells(in->schema->column[c].type, &to, 0, k, in->part.n);
	store_give(in->store, k->p, in->cap, k->width);
	*k = to;
	return true;
}

/* The column gets memory at its first value. */
static bool
begin_column(struct store_in *in, int c)
{
	struct column *k = &in->column[c];
	const struct column none = {NULL, k->width};

	k->p = store_alloc(in->store, in->cap, k->width);
	if (k->p == NULL)
		return false;
	copy_cells(in->schema->column[c].type, k, 0, &none, in->part.n);
	return true;
}

static bool
grow_run(struct store_in *in, void **p, size_t size, uint32_t cap)
{
	struct store *s = in->store;
	void *q;

	if (*p == NULL)
		return true;
	if (atomic_fetch_add(&s->used, (cap - in->cap) * size) + words_bytes(s->words) >
	    s->max || (q = realloc(*p, cap * size)) == NULL) {
		atomic_fetch_sub(&s->used, (cap - in->cap) * size);
		return false;
	}
	*p = q;
	return true;
}

static bool
grow(struct store_in *in)
{
	uint32_t cap = in->cap == 0 ? FIRST_ROWS : in->cap + in->cap / 2;
	size_t i;

	if (in->cap == 0) {
		in->part.row = store_alloc(in->store, cap, sizeof(*in->part.row));
		in->cap = cap;
		return in->part.row != NULL;
	}
	if (!grow_run(in, (void **)&in->part.row, sizeof(*in->part.row), cap))
		return false;
	for (i = 0; i < in->schema->ncolumn; i++)
		if (!grow_run(in, &in->column[i].p, in->column[i].width, cap))
			return false;
	in->cap = cap;
	return true;
}

static bool
put_cell(struct store_in *in, int c)
{
	enum schema_type t = in->schema->column[c].type;
	struct column *k = &in->column[c];
	uint32_t row = in->part.n;

	if ((in->set >> c & 1) == 0) {
		if (k->p != NULL)
			put_null(t, k, row);
		return true;
	}
	if (k->p == NULL && !begin_column(in, c))
		return false;
	if (t == SCHEMA_KEY || t == SCHEMA_TEXT) {
		((uint32_t *)k->p)[row] = in->cell[c].w;
	} else if (t == SCHEMA_REAL) {
		((double *)k->p)[row] = in->cell[c].r;
	} else {
		if (!fits(in->cell[c].i, k->width) && !widen(in, c, in->cell[c].i))
			return false;
		put_int(k->p, k->width, row, in->cell[c].i);
	}
	return true;
}

void
store_row(struct store_in *in, uint32_t row)
{
	int i;

	find_later(in);
	if (in->memory || in->rows)
		return;
	if (in->part.n >= STORE_ROWS_MAX) {
		in->rows = true;
		return;
	}
	if (in->part.n == in->cap && !grow(in)) {
		in->memory = true;
		return;
	}
	for (i = 0; i < (int)in->schema->ncolumn; i++)
		if (!put_cell(in, i)) {
			in->memory = true;
			return;
		}
	if (in->part.n > 0 && in->part.row[in->part.n - 1] > row)
		in->part.ascending = false;
	in->part.row[in->part.n++] = row;
	in->set = 0;
}

static void
free_in(struct store_in *in)
{
	size_t i;

	for (i = 0; i < in->schema->ncolumn; i++)
		store_give(in->store, in->column[i].p, in->cap, in->column[i].width);
	store_give(in->store, in->part.row, in->cap, sizeof(*in->part.row));
}

/* Gives back what the columns have too much. */
static void
trim(struct store_in *in)
{
	size_t i, over = in->cap - in->part.n;
	void *p;

	for (i = 0; i < in->schema->ncolumn; i++) {
		if (in->column[i].p == NULL)
			continue;
		p = realloc(in->column[i].p, (size_t)in->part.n * in->column[i].width);
		if (p != NULL)
			in->column[i].p = p;
		atomic_fetch_sub(&in->store->used, over * in->column[i].width);
	}
	p = realloc(in->part.row, (size_t)in->part.n * sizeof(*in->part.row));
	if (p != NULL)
		in->part.row = p;
	atomic_fetch_sub(&in->store->used, over * sizeof(*in->part.row));
}

enum fj_rc
store_in_end(struct store_in **pin, struct fj_err *e)
{
	struct store_in *in = *pin;
	struct store_table *t = &in->store->table[in->table];
	enum fj_rc rc = FJ_OK;

	if (in->memory || in->rows || in->part.n == 0) {
		free_in(in);
		rc = in->memory ? fj_fail(e, FJ_LIMIT, "redflag.memory", "z",
		    in->store->max >> 20) : in->rows ? fj_fail(e, FJ_LIMIT, "redflag.rows",
		    "sd", in->schema->name, (int)STORE_ROWS_MAX) : FJ_OK;
		goto out;
	}
	trim(in);
	in->part.column = xmemdup(in->column, sizeof(in->column));
	pthread_mutex_lock(&in->store->lock);
	t->part = xrealloc(t->part, t->parts + 1, sizeof(*t->part));
	t->part[t->parts++] = in->part;
	pthread_mutex_unlock(&in->store->lock);
out:
	free(in->words);
	free(in);
	*pin = NULL;
	return rc;
}

/* ---- sealing: the parts become one run of rows ---- */

static int
by_place(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->part > y->part) - (x->part < y->part);
}

/* All parts of one column, joined; those of the parts are given back. */
static bool
join_column(struct store *s, struct store_table *t, size_t c)
{
	enum schema_type type = t->schema->column[c].type;
	struct column *to = &t->column[c];
	bool any = false;
	size_t i;

	for (i = 0; i < t->parts; i++) {
		if (t->part[i].column[c].width > to->width)
			to->width = t->part[i].column[c].width;
		any = any || t->part[i].column[c].p != NULL;
	}
	if (!any)
		return true;
	to->p = store_alloc(s, t->rows, to->width);
	if (to->p == NULL)
		return false;
	for (i = 0; i < t->parts; i++) {
		struct column *from = &t->part[i].column[c];

		copy_cells(type, to, t->part[i].first, from, t->part[i].n);
		store_give(s, from->p, t->part[i].n, from->width);
		from->p = NULL;
	}
	return true;
}

static bool
join_rows(struct store *s, struct store_table *t)
{
	size_t i;

	t->row = store_alloc(s, t->rows, sizeof(*t->row));
	if (t->row == NULL)
		return false;
	for (i = 0; i < t->parts; i++) {
		struct part *p = &t->part[i];

		memcpy(t->row + p->first, p->row, p->n * sizeof(*p->row));
		store_give(s, p->row, p->n, sizeof(*p->row));
		p->row = NULL;
	}
	return true;
}

static bool
join_parts(struct store *s, struct store_table *t)
{
	size_t c;

	if (t->parts == 1) {
		t->row = t->part[0].row;
		t->part[0].row = NULL;
		for (c = 0; c < t->schema->ncolumn; c++) {
			t->column[c] = t->part[0].column[c];
			t->part[0].column[c].p = NULL;
		}
		return true;
	}
	if (!join_rows(s, t))
		return false;
	for (c = 0; c < t->schema->ncolumn; c++)
		if (!join_column(s, t, c))
			return false;
	return true;
}

static enum fj_rc
seal_table(struct store *s, struct store_table *t, struct fj_err *e)
{
	uint64_t rows = 0;
	size_t i;

	if (t->parts == 0)
		return FJ_OK;
	qsort(t->part, t->parts, sizeof(*t->part), by_place);
	for (i = 0; i < t->parts; i++) {
		t->part[i].first = (uint32_t)rows;
		rows += t->part[i].n;
		if (rows > STORE_ROWS_MAX)
			return fj_fail(e, FJ_LIMIT, "redflag.rows", "sd", t->schema->name,
			    (int)STORE_ROWS_MAX);
	}
	t->rows = (uint32_t)rows;
	if (!join_parts(s, t))
		return fj_fail(e, FJ_LIMIT, "redflag.memory", "z", s->max >> 20);
	return FJ_OK;
}

enum fj_rc
store_seal(struct store *s, struct fj_err *e)
{
	int i;

	FJ_BUG_IF(s->sealed);
	words_seal(s->words);
	s->sealed = true;
	for (i = 0; i < SCHEMA_TABLES; i++) {
		enum fj_rc rc = seal_table(s, &s->table[i], e);

		if (rc != FJ_OK)
			return rc;
	}
	return FJ_OK;
}
