/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any cells as an XLSForm.  The workbook is the text of the input: a sheet begins
 * with its name after a form feed, rows end with LF, cells with TAB.  These stand
 * before the ones of src/sheet, which have a fuzzer of their own.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sheet/sheet.h"
#include "xform/xform.h"

enum {
	SHEETS = 8,
	CELLS = 64,
};

struct book {
	char *text;
	char *name[SHEETS], *rows[SHEETS];
	int n;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
book_sheets(const struct book *b)
{
	return b->n;
}

const char *
book_sheet_name(const struct book *b, int sheet)
{
	return b->name[sheet];
}

int
book_find_sheet(const struct book *b, const char *name)
{
	int i;

	for (i = 0; i < b->n; i++)
		if (strcmp(b->name[i], name) == 0)
			return i;
	return -1;
}

enum fj_rc
sheet_rows(struct book *b, int sheet, unsigned flags, sheet_row_fn fn, void *ctx,
    struct fj_err *e)
{
	struct sheet_cell cell[CELLS];
	struct sheet_row row = {sheet, 0, 0, cell};
	char *all = strdup(b->rows[sheet]), *line, *next, *s, *end;
	bool more = true;

	(void)flags;
	(void)e;
	for (line = all; more && line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		row.number++;
		row.count = 0;
		for (s = line; s != NULL && row.count < CELLS; s = end) {
			end = strchr(s, '\t');
			if (end != NULL)
				*end++ = '\0';
			cell[row.count++] = (struct sheet_cell){.text = s,
			    .len = (uint32_t)strlen(s), .kind = CELL_TEXT, .raw = ""};
		}
		if (line[0] != '\0')
			more = fn(ctx, &row);
	}
	free(all);
	return FJ_OK;
}

static void
split(struct book *b)
{
	char *s = b->text, *end;

	while (s != NULL && b->n < SHEETS) {
		end = strchr(s, '\f');
		if (end != NULL)
			*end++ = '\0';
		b->name[b->n] = s;
		s = strchr(s, '\n');
		if (s != NULL)
			*s++ = '\0';
		b->rows[b->n] = s != NULL ? s : b->name[b->n] + strlen(b->name[b->n]);
		b->n++;
		s = end;
	}
}

/* The reader promises UTF-8 without NUL. */
static char *
clean(const uint8_t *data, size_t n)
{
	char *s = calloc(1, n + 1);
	size_t i;

	for (i = 0; s != NULL && i < n; i++)
		s[i] = data[i] == 0 || data[i] >= 0x80 ? '\t' : (char)data[i];
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct book b = {.text = clean(data, n)};
	struct xform_import im;

	if (b.text == NULL)
		return 0;
	split(&b);
	xform_import_init(&im);
	(void)!xform_from_book(&b, "f.xlsx", &im, NULL);
	xform_import_release(&im);
	free(b.text);
	return 0;
}
