/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/store_internal.h"

#define MAX_DEFAULT ((size_t)1600 << 20)
#define WORDS_MOST ((size_t)2 << 30)

void *
store_alloc(struct store *s, size_t n, size_t size)
{
	size_t bytes = n * size;
	void *p = NULL;

	if (atomic_fetch_add(&s->used, bytes) + words_bytes(s->words) + bytes <= s->max)
		p = malloc(bytes > 0 ? bytes : 1);
	if (p == NULL)
		atomic_fetch_sub(&s->used, bytes);
	return p;
}

void
store_give(struct store *s, void *p, size_t n, size_t size)
{
	if (p == NULL)
		return;
	free(p);
	atomic_fetch_sub(&s->used, n * size);
}

static void
init_table(struct store_table *t, const struct schema_table *schema)
{
	size_t i;

	t->schema = schema;
	t->column = xcalloc(schema->ncolumn, sizeof(*t->column));
	t->distinct = xcalloc(schema->ncolumn, sizeof(*t->distinct));
	for (i = 0; i < schema->ncolumn; i++) {
		t->column[i].width = (uint8_t)schema_width(schema->column[i].type);
		t->distinct[i] = UINT32_MAX;
	}
}

struct store *
store_new(size_t max)
{
	struct store *s = xcalloc(1, sizeof(*s));
	int i;

	s->max = max > 0 ? max : MAX_DEFAULT;
	s->words = words_new(s->max < WORDS_MOST ? s->max / 2 : WORDS_MOST / 2);
	if (s->words == NULL) {
		free(s);
		return NULL;
	}
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->built, NULL);
	for (i = 0; i < SCHEMA_TABLES; i++)
		init_table(&s->table[i], &schema_tables()[i]);
	return s;
}

static void
free_table(struct store_table *t)
{
	size_t i, c;

	for (i = 0; i < t->parts; i++) {
		free(t->part[i].row);
		for (c = 0; c < t->schema->ncolumn; c++)
			free(t->part[i].column[c].p);
		free(t->part[i].column);
	}
	for (c = 0; c < t->schema->ncolumn; c++)
		free(t->column[c].p);
	free(t->part);
	free(t->row);
	free(t->column);
	free(t->distinct);
}

void
store_free(struct store **ps)
{
	struct store *s = *ps;
	struct kept *k;
	int i;

	if (s == NULL)
		return;
	while ((k = s->kept) != NULL) {
		s->kept = k->next;
		if (k->kind == KEPT_INDEX)
			store_index_free(k->p);
		else
			free(k->p);
		free(k);
	}
	for (i = 0; i < SCHEMA_TABLES; i++)
		free_table(&s->table[i]);
	store_sql_free(s);
	words_free(&s->words);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->built);
	free(s);
	*ps = NULL;
}

uint32_t
store_intern(struct store *s, const char *p, size_t n)
{
	struct words_run alone = {0};
	const char *text;

	if (n > WORD_MAX)
		n = WORD_MAX;
	return n == 0 ? 0 : words_add(s->words, &alone, p, n, words_hash(p, n), &text);
}

/* ---- reading ---- */

uint32_t
store_rows(const struct store *s, int table)
{
	return s->table[table].rows;
}

bool
store_has(const struct store *s, int table, int c)
{
	return s->table[table].column[c].p != NULL;
}

size_t
store_words(const struct store *s)
{
	return words_count(s->words);
}

size_t
store_bytes(const struct store *s)
{
	return s->used + words_bytes(s->words);
}

const char *
store_text(const struct store *s, uint32_t word, size_t *n)
{
	return words_text(s->words, word, n);
}

uint32_t
store_find(const struct store *s, const char *p, size_t n)
{
	return words_find(s->words, p, n);
}

/* The part in which row r lies. */
static const struct part *
part_of(const struct store_table *t, uint32_t r)
{
	size_t lo = 0, hi = t->parts;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->part[mid].first <= r)
			lo = mid;
		else
			hi = mid;
	}
	return &t->part[lo];
}

int64_t
store_src(const struct store *s, int table, uint32_t row)
{
	const struct store_table *t = &s->table[table];

	return (int64_t)part_of(t, row)->file << 32 | t->row[row];
}

static bool
find_in_part(const struct store_table *t, const struct part *p, uint32_t number,
    uint32_t *row)
{
	uint32_t lo = p->first, hi = p->first + p->n, mid;

	if (!p->ascending) {
		while (lo < hi && t->row[lo] != number)
			lo++;
	} else {
		while (lo < hi) {
			mid = lo + (hi - lo) / 2;
			if (t->row[mid] < number)
				lo = mid + 1;
			else
				hi = mid;
		}
	}
	*row = lo;
	return lo < p->first + p->n && t->row[lo] == number;
}

bool
store_row_of(const struct store *s, int table, int64_t src, uint32_t *row)
{
	const struct store_table *t = &s->table[table];
	size_t i;

	for (i = 0; i < t->parts; i++)
		if (t->part[i].file == (uint64_t)src >> 32 &&
		    find_in_part(t, &t->part[i], (uint32_t)src, row))
			return true;
	return false;
}

struct store_col
store_col(const struct store *s, int table, int c)
{
	const struct store_table *t = &s->table[table];
	struct store_col k = {t->schema->column[c].type, t->column[c].width,
	    t->column[c].p, t->rows};

	return k;
}

uint32_t
store_word_at(const struct store *s, int table, int c, uint32_t row)
{
	struct store_col k = store_col(s, table, c);

	return col_word(&k, row);
}

bool
store_int_at(const struct store *s, int table, int c, uint32_t row, int64_t *v)
{
	struct store_col k = store_col(s, table, c);

	*v = col_int(&k, row);
	return *v != STORE_NULL;
}

bool
store_real_at(const struct store *s, int table, int c, uint32_t row, double *v)
{
	struct store_col k = store_col(s, table, c);

	*v = col_real(&k, row);
	return !isnan(*v);
}
