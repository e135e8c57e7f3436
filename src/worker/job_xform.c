/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "xlsform", "xform": a foreign form as a definition in our language.
 * {"job":"xlsform","files":[F]} -> {"fault":…} each with its place (of an XML file: line
 * and column), then, when none of them is an error, {"text":…} pieces of the
 * definition, and {"result":{"errors":N,"files":[{"name":F,"sheet":S,"row":R,"column":C}]}}
 * with the files that it refers to
 */
#include "base/limits.h"
#include "worker/internal.h"
#include "xform/xform.h"

static void
tell_faults(struct job *j, const struct xform_faults *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct xform_fault *q = &l->v[i];
		struct job_place at = {.file = j->file[0].name, .row = (uint32_t)q->row,
		    .column = (uint32_t)q->column};

		if (q->sheet[0] != '\0')
			at.sheet = q->sheet;
		job_fault(j, q->severity == FORM_ERROR ? JOB_ERROR : JOB_WARNING, &at, &q->err);
	}
}

static void
result(const struct xform_import *im, struct fj_buf *b)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, b);
	json_w_obj(&w);
	json_w_kint(&w, "errors", (int64_t)im->faults.errors);
	json_w_key(&w, "files");
	json_w_arr(&w);
	for (i = 0; i < im->needed.n; i++) {
		const struct xform_fault *q = &im->needed.v[i];

		json_w_obj(&w);
		json_w_kstr(&w, "name", q->err.arg[0]);
		json_w_kstr(&w, "sheet", q->sheet);
		json_w_kint(&w, "row", q->row);
		json_w_kint(&w, "column", q->column);
		json_w_end(&w);
	}
	json_w_end(&w);
	json_w_end(&w);
}

static void
tell(struct job *j, const struct xform_import *im)
{
	size_t at, n;
	struct fj_buf b;

	tell_faults(j, &im->faults);
	for (at = 0; im->faults.errors == 0 && at < im->json.n; at += n) {
		n = im->json.n - at < WORKER_TEXT_PIECE ? im->json.n - at : WORKER_TEXT_PIECE;
		/* A piece ends before a character, not within. */
		while (n > 1 && at + n < im->json.n && (im->json.p[at + n] & 0xc0) == 0x80)
			n--;
		job_text(j, im->json.p + at, n);
	}
	fj_buf_init(&b, WORKER_LINE_MAX);
	result(im, &b);
	job_result(j, b.p, b.n);
	fj_buf_release(&b);
}

enum fj_rc
job_xlsform(struct job *j, struct fj_err *e)
{
	struct xform_import im;
	struct book *b = NULL;
	enum fj_rc rc = job_book(j, 0, &b, e);

	xform_import_init(&im);
	if (rc == FJ_OK)
		rc = xform_from_book(b, j->file[0].name, &im, e);
	if (rc == FJ_OK)
		tell(j, &im);
	xform_import_release(&im);
	book_close(&b);
	return rc;
}

enum fj_rc
job_xform(struct job *j, struct fj_err *e)
{
	struct xform_import im;
	struct fj_buf bytes;
	enum fj_rc rc;

	fj_buf_init(&bytes, LIMIT_XML_BYTES + 1);
	xform_import_init(&im);
	rc = job_read(j, 0, LIMIT_XML_BYTES, &bytes, e);
	if (rc == FJ_OK)
		rc = xform_from_xml(bytes.p, bytes.n, j->file[0].name, &im, e);
	if (rc == FJ_OK)
		tell(j, &im);
	xform_import_release(&im);
	fj_buf_release(&bytes);
	return rc;
}
