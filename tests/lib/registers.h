/* SPDX-License-Identifier: Apache-2.0 */
/* Registers in their canonical form (TABLE.csv with the columns of the schema and src,
 * no quotes) into a store, for tests and benches that are not about importing. */
#ifndef FJ_TESTS_REGISTERS_H
#define FJ_TESTS_REGISTERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redflag/store.h"

enum {
	REGISTERS_CELLS = 40,
	REGISTERS_LINE = 1 << 14,
};

/* Cuts line at commas, in place. */
static int
registers_cut(char *line, char **cell)
{
	int n = 0;
	char *at = line;

	line[strcspn(line, "\r\n")] = '\0';
	while (n < REGISTERS_CELLS) {
		cell[n++] = at;
		at = strchr(at, ',');
		if (at == NULL)
			break;
		*at++ = '\0';
	}
	return n;
}

static void
registers_cell(struct store_in *in, enum schema_type type, int c, const char *text)
{
	if (*text == '\0')
		return;
	if (type == SCHEMA_KEY || type == SCHEMA_TEXT)
		store_word(in, c, text, strlen(text));
	else if (type == SCHEMA_REAL)
		store_real(in, c, strtod(text, NULL));
	else
		store_int(in, c, strtoll(text, NULL, 10));
}

static void
registers_table(struct store *s, int table, FILE *f)
{
	const struct schema_table *t = &schema_tables()[table];
	char line[REGISTERS_LINE], *cell[REGISTERS_CELLS];
	int column[REGISTERS_CELLS], n, i, src = -1;
	struct store_in *in = store_in_new(s, table, (uint32_t)table + 1, 0);
	struct fj_err e;
	uint32_t row = 1;

	if (fgets(line, sizeof(line), f) == NULL)
		abort();
	n = registers_cut(line, cell);
	for (i = 0; i < n; i++) {
		column[i] = schema_column(t, cell[i]);
		if (strcmp(cell[i], "src") == 0)
			src = i;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		int k = registers_cut(line, cell);

		row++;
		for (i = 0; i < k && i < n; i++)
			if (column[i] >= 0)
				registers_cell(in, t->column[column[i]].type, column[i], cell[i]);
		store_row(in, src >= 0 && src < k ?
		    (uint32_t)strtoull(cell[src], NULL, 10) : row);
	}
	if (store_in_end(&in, &e) != FJ_OK)
		abort();
}

/* All tables of dir; the store is sealed afterwards. */
static inline struct store *
registers_load(const char *dir)
{
	struct store *s = store_new(0);
	char path[4096];
	struct fj_err e;
	FILE *f;
	int i;

	for (i = 0; i < SCHEMA_TABLES; i++) {
		snprintf(path, sizeof(path), "%s/%s.csv", dir, schema_tables()[i].name);
		f = fopen(path, "r");
		if (f == NULL)
			continue;
		registers_table(s, i, f);
		fclose(f);
	}
	if (store_seal(s, &e) != FJ_OK)
		abort();
	return s;
}

#endif
