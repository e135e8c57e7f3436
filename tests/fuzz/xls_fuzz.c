/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a workbook of Excel 97: whole files, or the records behind a sound head. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "sheet/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool
on_row(void *ctx, const struct sheet_row *row)
{
	uint32_t i, *last = ctx;

	if (row->number <= *last || row->count == 0)
		abort();
	*last = row->number;
	for (i = 0; i < row->count; i++) {
		const struct sheet_cell *c = &row->cell[i];

		if ((c->kind == CELL_EMPTY) != (c->len == 0) || c->text[c->len] != '\0' ||
		    utf8_valid(c->text, c->len) != c->len)
			abort();
	}
	return true;
}

static void
read_all(const void *p, size_t n)
{
	const struct sheet_range *range;
	struct book *b;
	size_t ranges;
	int i;

	if (book_open(p, n, NULL, &b, NULL) == FJ_OK)
		for (i = 0; i < book_sheets(b) && i < 4; i++) {
			uint32_t last = 0;

			(void)!sheet_rows(b, i, SHEET_FILL, on_row, &last, NULL);
			(void)!sheet_merged(b, i, &range, &ranges, NULL);
		}
	book_close(&b);
}

/* The records as one stream of a compound file that is sound. */
static void
wrap(struct fj_buf *b, const uint8_t *data, size_t n)
{
	static const uint8_t magic[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
	uint8_t head[512] = {0}, block[512];
	uint32_t sectors = (uint32_t)((n < 4096 ? 4096 : n + 511) / 512), i;
	const char *name = "Workbook";

#define PUT(p, at, v) ((p)[at] = (uint8_t)(v), (p)[(at) + 1] = (uint8_t)((v) >> 8), \
    (p)[(at) + 2] = (uint8_t)((v) >> 16), (p)[(at) + 3] = (uint8_t)((v) >> 24))
	memcpy(head, magic, sizeof(magic));
	head[30] = 9;
	head[32] = 6;
	PUT(head, 44, 1U);
	PUT(head, 48, sectors);
	PUT(head, 56, 4096U);
	PUT(head, 60, 0xfffffffeU);
	PUT(head, 68, 0xfffffffeU);
	PUT(head, 76, sectors + 1);
	fj_buf_add(b, head, sizeof(head));
	fj_buf_add(b, data, n);
	while (b->n < 512 * ((size_t)sectors + 1))
		fj_buf_putc(b, 0);
	memset(block, 0, sizeof(block));
	for (i = 0; name[i] != '\0'; i++)
		block[128 + i * 2] = (uint8_t)name[i];
	block[128 + 64] = 18;
	block[128 + 66] = 2;
	PUT(block, 128 + 120, sectors * 512);
	block[66] = 5;
	fj_buf_add(b, block, sizeof(block));
	memset(block, 0xff, sizeof(block));
	for (i = 0; i < sectors; i++)
		PUT(block, i * 4, i + 1 < sectors ? i + 1 : 0xfffffffeU);
	PUT(block, sectors * 4, 0xfffffffeU);
	fj_buf_add(b, block, sizeof(block));
#undef PUT
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fj_buf b;

	if (n > 8 && data[0] == 0xd0) {
		read_all(data, n);
		return 0;
	}
	if (n > 120 * 512)
		return 0;
	fj_buf_init(&b, 1 << 20);
	wrap(&b, data, n);
	read_all(b.p, b.n);
	fj_buf_release(&b);
	return 0;
}
