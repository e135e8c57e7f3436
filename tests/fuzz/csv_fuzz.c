/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as separated values: what is promised of a row (H1, H2) holds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "sheet/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct seen {
	unsigned flags;
	uint32_t row;
};

static bool
on_row(void *ctx, const struct sheet_row *row)
{
	struct seen *s = ctx;
	uint32_t i;

	if (row->number <= s->row || row->count == 0 ||
	    row->cell[row->count - 1].kind == CELL_EMPTY)
		abort();
	s->row = row->number;
	for (i = 0; i < row->count; i++) {
		const struct sheet_cell *c = &row->cell[i];

		if (c->len > 4 * LIMIT_SHEET_CELL_BYTES ||
		    (c->kind == CELL_EMPTY) != (c->len == 0))
			abort();
		if (!(s->flags & SHEET_RAW) &&
		    (c->text[c->len] != '\0' || utf8_valid(c->text, c->len) != c->len))
			abort();
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct book_options o = {0};
	struct seen s = {0};
	struct book *b;

	if (n == 0)
		return 0;
	if (gb18030_new(&o.gb, NULL) != FJ_OK)
		abort();
	if (book_open(data + 1, n - 1, &o, &b, NULL) == FJ_OK) {
		s.flags = data[0] & (SHEET_RAW | SHEET_FILL);
		(void)!sheet_rows(b, 0, s.flags, on_row, &s, NULL);
	}
	book_close(&b);
	gb18030_free(&o.gb);
	return 0;
}
