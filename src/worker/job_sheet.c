/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sheet": the tables of a file as they are read.
 * {"job":"sheet","files":[F],"sheet":N (all when left out),"fill":bool}
 * -> {"row":{"sheet":N,"row":R,"cells":[[KIND,TEXT,RAW],…]}}, and
 * {"result":{"kind":K,"encoding":E,"separator":S,"sheets":[{"name":N,"hidden":B}]}}
 */
#include <string.h>

#include "worker/internal.h"

struct dump {
	struct job *j;
	struct fj_buf b;
};

static bool
on_row(void *ctx, const struct sheet_row *row)
{
	static const char *const kinds[] = {"", "text", "number", "date", "bool", "error"};
	struct dump *d = ctx;
	struct json_w w;
	uint32_t i;

	fj_buf_clear(&d->b);
	json_w_init(&w, &d->b);
	json_w_obj(&w);
	json_w_kint(&w, "sheet", row->sheet);
	json_w_kint(&w, "row", row->number);
	json_w_key(&w, "cells");
	json_w_arr(&w);
	for (i = 0; i < row->count; i++) {
		const struct sheet_cell *c = &row->cell[i];

		json_w_arr(&w);
		json_w_str(&w, kinds[c->kind]);
		json_w_strn(&w, c->text, c->len);
		if (c->raw[0] != '\0')
			json_w_str(&w, c->raw);
		json_w_end(&w);
	}
	json_w_end(&w);
	json_w_end(&w);
	job_row(d->j, d->b.p, d->b.n);
	return !d->j->broken && !d->j->too_long;
}

static void
tell(struct job *j, const struct book *b)
{
	char separator[2] = {book_separator(b), '\0'};
	struct fj_buf out;
	struct json_w w;
	int i;

	fj_buf_init(&out, WORKER_LINE_MAX);
	json_w_init(&w, &out);
	json_w_obj(&w);
	json_w_kstr(&w, "kind", book_kind(b) == BOOK_CSV ? "csv" : book_kind(b) == BOOK_XLS ? "xls" : "xlsx");
	if (book_kind(b) == BOOK_CSV) {
		json_w_kstr(&w, "encoding", book_encoding(b) == BOOK_UTF8 ? "UTF-8" : "GB18030");
		json_w_kstr(&w, "separator", separator);
	}
	json_w_key(&w, "sheets");
	json_w_arr(&w);
	for (i = 0; i < book_sheets(b); i++) {
		json_w_obj(&w);
		json_w_kstr(&w, "name", book_sheet_name(b, i));
		json_w_kbool(&w, "hidden", book_sheet_hidden(b, i));
		json_w_end(&w);
	}
	json_w_end(&w);
	json_w_end(&w);
	job_result(j, out.p, out.n);
	fj_buf_release(&out);
}

enum fj_rc
job_sheet(struct job *j, struct fj_err *e)
{
	unsigned flags = json_is_true(j->request, "fill") ? SHEET_FILL : 0;
	struct dump d = {.j = j};
	struct book *b = NULL;
	int64_t only = -1;
	enum fj_rc rc = job_book(j, 0, &b, e);
	int i;

	(void)!json_int(j->request, "sheet", &only);
	fj_buf_init(&d.b, (size_t)WORKER_LINE_MAX * 2);
	for (i = 0; rc == FJ_OK && i < book_sheets(b); i++) {
		job_progress(j, (uint64_t)i, (uint64_t)book_sheets(b));
		if (only < 0 || only == i)
			rc = sheet_rows(b, i, flags, on_row, &d, e);
	}
	if (rc == FJ_OK)
		tell(j, b);
	fj_buf_release(&d.b);
	book_close(&b);
	return rc;
}
