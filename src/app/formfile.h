/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Form files and what stands beside them.
 *
 * A definition may name lists in files of its own folder (select_one_from_file,
 * csv-external …).  formfile_pack makes it whole: the rows, read by the helper, go
 * under its top-level "files", so that whoever keeps the bytes keeps the form.
 * Foreign forms (XLSForm, XForm) come in by formfile_import.
 *
 * Q1  only plain names in the folder of the form are opened, never a path.
 * Q2  no line of the definition moves.  What is missing stays missing: form_load
 *     tells it (form.file-missing) with its place.
 */
#ifndef FJ_APP_FORMFILE_H
#define FJ_APP_FORMFILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/rc.h"

struct formfile_fault {
	const char *file, *sheet;	/* sheet NULL: row is a line */
	int row, column;		/* 0: not said */
	bool warning;
	const struct fj_err *err;
};

struct formfile_ops {
	void (*fault)(void *ctx, const struct formfile_fault *q);	/* NULL: not wanted */
	void *ctx;
	const char *helper;		/* its path; NULL: the usual one */
};

/* A file with its lists packed, appended to out.  os.read, helper.*, form.large. */
FJ_MUST enum fj_rc formfile_read(const char *path, const struct formfile_ops *ops,
    struct fj_buf *out, struct fj_err *e);
/* def is a definition that stands, or will stand, in the folder of path. */
FJ_MUST enum fj_rc formfile_pack(const char *path, const struct formfile_ops *ops,
    struct fj_buf *def, struct fj_err *e);
/*
 * An .xlsx or .xml form as a definition, lists packed; faults by place, all at once.
 * FJ_INVAL "app.form-import" {path} when one of them is an error; nothing in out then.
 */
FJ_MUST enum fj_rc formfile_import(const char *path, const struct formfile_ops *ops,
    struct fj_buf *out, struct fj_err *e);

#endif
