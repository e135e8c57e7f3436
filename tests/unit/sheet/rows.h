/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as one line of text, so that cases are tables: "3|a|2=b" is row 3. */
#ifndef FJ_TESTS_SHEET_ROWS_H
#define FJ_TESTS_SHEET_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "sheet/sheet.h"

struct shown {
	struct fj_buf b;
	uint64_t rows;
	uint32_t stop_at;	/* 0: never */
	bool kinds;		/* n:1 d:2026-03-01(46082) … */
};

static inline bool
show_row(void *ctx, const struct sheet_row *row)
{
	struct shown *s = ctx;
	uint32_t i;

	s->rows++;
	fj_buf_printf(&s->b, "%u", row->number);
	for (i = 0; i < row->count; i++) {
		const struct sheet_cell *c = &row->cell[i];

		fj_buf_putc(&s->b, '|');
		if (s->kinds && c->kind != CELL_EMPTY)
			fj_buf_printf(&s->b, "%c:", " tndbe"[c->kind]);
		fj_buf_add(&s->b, c->text, c->len);
		if (s->kinds && c->raw[0] != '\0' && strcmp(c->raw, c->text) != 0)
			fj_buf_printf(&s->b, "(%s)", c->raw);
		if (s->kinds && c->decimals >= 0)
			fj_buf_printf(&s->b, ".%d", c->decimals);
		if (s->kinds && c->formula)
			fj_buf_putc(&s->b, '=');
		if (s->kinds && c->merged)
			fj_buf_putc(&s->b, '^');
	}
	fj_buf_putc(&s->b, '\n');
	return row->number != s->stop_at;
}

static inline void
show_fault(void *ctx, const struct fj_err *f)
{
	struct shown *s = ctx;

	fj_buf_printf(&s->b, "! %s %s %s\n", f->code, f->arg[1], f->arg[2]);
}

/* All rows of a sheet, or the code of what failed as the last line. */
static inline void
show(struct shown *s, const void *p, size_t n, struct gb18030 *gb, int sheet, unsigned flags)
{
	struct book_options o = {.gb = gb, .fault = show_fault, .fault_ctx = s};
	struct book *b = NULL;
	struct fj_err e = {0};

	fj_buf_init(&s->b, 64 << 20);
	if (book_open(p, n, &o, &b, &e) != FJ_OK ||
	    sheet_rows(b, sheet, flags, show_row, s, &e) != FJ_OK)
		fj_buf_printf(&s->b, "%s %s %s %s\n", e.code, e.arg[0], e.arg[1], e.arg[2]);
	book_close(&b);
}

#endif
