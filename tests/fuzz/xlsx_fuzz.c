/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workbooks.  First byte 'P': the file as it is.  Else what follows it, split at
 * bytes of 0xff (which XML never holds), is workbook, styles, shared strings, sheet.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "sheet/sheet.h"
#include "../lib/stored_zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define R "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define RELS(s) "<Relationships>" s "</Relationships>"
#define REL(id, type, to) "<Relationship Id='" id "' Type='" R type "' Target='" to "'/>"

static bool
on_row(void *ctx, const struct sheet_row *row)
{
	int *left = ctx;
	uint32_t i;

	if (row->count == 0 || row->cell[row->count - 1].kind == CELL_EMPTY)
		abort();
	for (i = 0; i < row->count; i++) {
		const struct sheet_cell *c = &row->cell[i];

		if (c->text[c->len] != '\0' || utf8_valid(c->text, c->len) != c->len ||
		    utf8_valid(c->raw, strlen(c->raw)) != strlen(c->raw))
			abort();
	}
	return --*left > 0;
}

static void
read_all(const void *p, size_t n)
{
	const struct sheet_range *range;
	size_t ranges;
	struct book *b;
	int i, left = 2000;

	if (book_open(p, n, NULL, &b, NULL) == FJ_OK)
		for (i = 0; i < book_sheets(b) && i < 4; i++) {
			(void)!sheet_rows(b, i, 0, on_row, &left, NULL);
			(void)!sheet_merged(b, i, &range, &ranges, NULL);
			(void)!sheet_rows(b, i, SHEET_FILL, on_row, &left, NULL);
		}
	book_close(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char top[] = RELS(REL("a", "officeDocument", "xl/workbook.xml"));
	static const char book[] = RELS(REL("s1", "worksheet", "worksheets/s1.xml")
	    REL("t", "styles", "styles.xml") REL("x", "sharedStrings", "sharedStrings.xml"));
	struct zip_part part[] = {
		{"_rels/.rels", (const uint8_t *)top, sizeof(top) - 1, 0},
		{"xl/_rels/workbook.xml.rels", (const uint8_t *)book, sizeof(book) - 1, 0},
		{"xl/workbook.xml", data, 0, 0}, {"xl/styles.xml", data, 0, 0},
		{"xl/sharedStrings.xml", data, 0, 0}, {"xl/worksheets/s1.xml", data, 0, 0},
	};
	const uint8_t *end = data + n, *stop;
	struct fj_buf b;
	int i;

	if (n == 0)
		return 0;
	if (data[0] == 'P') {
		read_all(data, n);
		return 0;
	}
	for (i = 2, data++; i < 6 && data < end; i++) {
		stop = memchr(data, 0xff, (size_t)(end - data));
		part[i].p = data;
		part[i].n = (size_t)((stop != NULL ? stop : end) - data);
		data = stop != NULL ? stop + 1 : end;
	}
	fj_buf_init(&b, 1 << 20);
	zip_make(&b, part, 6);
	read_all(b.p, b.n);
	fj_buf_release(&b);
	return 0;
}
