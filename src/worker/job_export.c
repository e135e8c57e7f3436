/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "export": a form of ours as an ODK XForm.
 * {"job":"export","files":[F]} -> {"fault":…} for each fault of the form (row is its
 * line) and for each thing that ODK lacks (warnings), then {"text":…} pieces.
 */
#include <string.h>

#include "base/limits.h"
#include "form/form.h"
#include "worker/internal.h"
#include "xform/export.h"

static void
on_warn(void *ctx, int line, int column, const struct fj_err *f)
{
	struct job *j = ctx;
	struct job_place at = {.file = j->file[0].name, .row = (uint32_t)line,
	    .column = (uint32_t)column};

	job_fault(j, JOB_WARNING, &at, f);
}

static void
tell_faults(struct job *j, const struct form_faults *faults)
{
	size_t i;

	for (i = 0; i < faults->n; i++) {
		const struct form_fault *q = &faults->v[i];
		struct job_place at = {.file = j->file[0].name, .row = (uint32_t)q->line,
		    .column = (uint32_t)q->column};

		if (q->severity == FORM_ERROR)
			job_fault(j, JOB_ERROR, &at, &q->err);
	}
}

static void
pieces(struct job *j, const struct fj_buf *b)
{
	size_t at, n;

	for (at = 0; at < b->n; at += n) {
		n = b->n - at < WORKER_TEXT_PIECE ? b->n - at : WORKER_TEXT_PIECE;
		/* Never inside of a character. */
		while (n > 1 && at + n < b->n && ((unsigned char)b->p[at + n] & 0xc0) == 0x80)
			n--;
		job_text(j, b->p + at, n);
	}
}

enum fj_rc
job_export(struct job *j, struct fj_err *e)
{
	struct form_faults faults = {0};
	struct json_doc *doc = NULL;
	struct form *f = NULL;
	struct fj_buf def, xml;
	enum fj_rc rc;

	fj_buf_init(&def, LIMIT_FORM_BYTES);
	fj_buf_init(&xml, (size_t)LIMIT_FORM_BYTES * 8);
	rc = job_read(j, 0, LIMIT_FORM_BYTES, &def, e);
	if (rc == FJ_OK) {
		rc = form_load(def.p, def.n, &f, &faults, e);
		tell_faults(j, &faults);
	}
	if (rc == FJ_OK)
		rc = json_parse(def.p, def.n, &doc, e);
	if (rc == FJ_OK)
		rc = xform_export(f, json_root(doc), on_warn, j, &xml, e);
	if (rc == FJ_OK)
		pieces(j, &xml);
	json_free(&doc);
	form_free(&f);
	form_faults_release(&faults);
	fj_buf_release(&def);
	fj_buf_release(&xml);
	return rc;
}
