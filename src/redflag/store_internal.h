/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the store share. */
#ifndef FJ_REDFLAG_STORE_INTERNAL_H
#define FJ_REDFLAG_STORE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "redflag/store.h"
#include "redflag/words.h"

struct column {
	void *p;		/* NULL: nothing set */
	uint8_t width;
};

/* Rows [first, first + n) came out of one loading. */
struct part {
	uint32_t file, part;
	uint32_t first, n;
	bool ascending;		/* row numbers of the file */
	uint32_t *row;		/* while loading; then store_table.row */
	struct column *column;	/* the same */
};

struct store_table {
	const struct schema_table *schema;
	struct part *part;
	size_t parts;
	uint32_t rows;
	uint32_t *row;
	struct column *column;
	uint32_t *distinct;	/* by column; UINT32_MAX: not counted */
};

enum kept_kind {
	KEPT_INDEX,
	KEPT_ORDER,
	KEPT_GROUPS,
	KEPT_FIRSTS,
};

/* An index or an order, from the moment when somebody began to build it. */
struct kept {
	enum kept_kind kind;
	int table, n;
	int c[STORE_ORDER_MAX];
	bool ready;
	void *p;		/* struct store_index or uint32_t[rows]; NULL: no memory */
	uint32_t rows;		/* KEPT_FIRSTS: how many there are */
	struct kept *next;
};

struct store {
	size_t max;
	atomic_size_t used;	/* columns and indexes; words have their own count */
	struct words *words;
	struct store_table table[SCHEMA_TABLES];
	bool sealed;
	pthread_mutex_t lock;	/* parts while loading; kept and distinct afterwards */
	pthread_cond_t built;
	struct kept *kept;
	struct store_sql *sql;	/* what the connections share; store_sql.c */
};

/* Memory that counts; NULL: the limit. */
void *store_alloc(struct store *s, size_t n, size_t size);
void store_give(struct store *s, void *p, size_t n, size_t size);

void store_index_free(struct store_index *x);
void store_sql_free(struct store *s);
int schema_width(enum schema_type t);	/* bytes of a cell at first */

#endif
