/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of one store into another: copied part by part, their words numbered anew. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/store_internal.h"

struct move {
	struct store *to;
	const struct store *from;
	uint32_t *word;			/* its number in `to`; 0: not met yet */
	struct words_run run;
};

static bool
move_words(struct move *m, uint32_t *w, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint32_t *known = &m->word[w[i]];
		const char *text;
		size_t len;

		if (w[i] == 0)
			continue;
		if (*known == 0) {
			text = words_text(m->from->words, w[i], &len);
			*known = words_add(m->to->words, &m->run, text, len,
			    words_hash(text, len), &text);
		}
		if (*known == 0)
			return false;
		w[i] = *known;
	}
	return true;
}

static bool
move_column(struct move *m, enum schema_type t, const struct column *from,
    const struct part *p, struct column *to)
{
	to->width = from->width;
	to->p = NULL;
	if (from->p == NULL)
		return true;
	to->p = store_alloc(m->to, p->n, from->width);
	if (to->p == NULL)
		return false;
	memcpy(to->p, (const char *)from->p + (size_t)p->first * from->width,
	    (size_t)p->n * from->width);
	return (t != SCHEMA_KEY && t != SCHEMA_TEXT) || move_words(m, to->p, p->n);
}

/* What was made of it before the memory ended is the store's, which frees it. */
static bool
move_part(struct move *m, int table, const struct part *p)
{
	const struct store_table *from = &m->from->table[table];
	struct store_table *to = &m->to->table[table];
	struct part one = {.file = p->file, .part = p->part, .n = p->n,
	    .ascending = p->ascending};
	bool good;
	size_t c;

	one.column = xcalloc(from->schema->ncolumn, sizeof(*one.column));
	one.row = store_alloc(m->to, p->n, sizeof(*one.row));
	good = one.row != NULL;
	if (good)
		memcpy(one.row, from->row + p->first, p->n * sizeof(*one.row));
	for (c = 0; good && c < from->schema->ncolumn; c++)
		good = move_column(m, from->schema->column[c].type, &from->column[c], p,
		    &one.column[c]);
	pthread_mutex_lock(&m->to->lock);
	to->part = xrealloc(to->part, to->parts + 1, sizeof(*to->part));
	to->part[to->parts++] = one;
	pthread_mutex_unlock(&m->to->lock);
	return good;
}

enum fj_rc
store_move(struct store *to, struct store **from, struct fj_err *e)
{
	struct move m = {.to = to, .from = *from};
	bool good = true;
	size_t i;
	int t;

	FJ_BUG_IF(to->sealed || !(*from)->sealed);
	m.word = xcalloc((size_t)words_end((*from)->words) + 1, sizeof(*m.word));
	for (t = 0; good && t < SCHEMA_TABLES; t++)
		for (i = 0; good && i < (*from)->table[t].parts; i++)
			good = move_part(&m, t, &(*from)->table[t].part[i]);
	free(m.word);
	store_free(from);
	return good ? FJ_OK : fj_fail(e, FJ_LIMIT, "redflag.memory", "z", to->max >> 20);
}
