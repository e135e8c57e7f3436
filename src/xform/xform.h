/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Foreign forms: XLSForm (a workbook) and ODK XForm (XML) become a definition
 * in the language of DESIGN section 6; src/form reads it like any other.
 * Runs in the helper, over bytes that nobody vouches for.
 *
 * X1  all faults at once, each with its place in the foreign file: sheet, row
 *     and column of a workbook, line of an XML file.
 * X2  the definition is made as well as it can be even when there are faults,
 *     so that form_load's faults are found in the same run and are told with
 *     the place of the foreign file, never with a line of the JSON.
 * X3  nothing is dropped in silence: what the language does not have is kept
 *     as x-… or named in a warning.
 * X4  time and memory grow with the input, which has limits; no name, path or
 *     text of the input ever opens a file.
 */
#ifndef FJ_XFORM_XFORM_H
#define FJ_XFORM_XFORM_H

#include <stddef.h>

#include "base/buf.h"
#include "base/rc.h"
#include "form/form.h"

struct book;

struct xform_fault {
	char sheet[64];		/* "" in XML */
	int row, column;	/* 1-based, 0: not known; in XML row is the line */
	enum form_severity severity;
	struct fj_err err;
};

struct xform_faults {
	struct xform_fault *v;	/* sorted by place */
	size_t n, cap;
	size_t errors;
};

struct xform_import {		/* zeroed by xform_import_init */
	struct fj_buf json;	/* the definition, one member a line */
	struct xform_faults faults;
	/* Files that it refers to, where: each a form.file-missing with the name first. */
	struct xform_faults needed;
};

void xform_import_init(struct xform_import *im);
void xform_import_release(struct xform_import *im);

/*
 * name is the file's, for the id of a form that has none; never opened.
 * FJ_OK also when im->faults.errors > 0 (then json is for nobody's use);
 * other classes when the file could not be read at all (sheet.*, xml.*).
 */
FJ_MUST enum fj_rc xform_from_book(struct book *b, const char *name,
    struct xform_import *im, struct fj_err *e);
FJ_MUST enum fj_rc xform_from_xml(const char *p, size_t n, const char *name,
    struct xform_import *im, struct fj_err *e);

#endif
