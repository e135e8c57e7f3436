/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a table in the order that SQLite would give them: NULL first, numbers by
 * value, words by their bytes; equal ones by row. */
#ifndef FJ_REDFLAG_ORDER_H
#define FJ_REDFLAG_ORDER_H

#include "redflag/store.h"

struct order {
	const struct store *store;
	int table;
	int n;
	bool src[STORE_ORDER_MAX];
	struct store_col col[STORE_ORDER_MAX];
};

/* c as for store_order. */
void order_init(struct order *o, const struct store *s, int table, const int *c, int n);
int order_compare(const struct order *o, uint32_t a, uint32_t b);
/* row[] must come ascending where o leaves it open (the sort is stable).  false: no
 * memory. */
bool order_sort(const struct order *o, uint32_t *row, uint32_t n);

#endif
