/* SPDX-License-Identifier: Apache-2.0 */
/* Form files for the verbs of `form`: reading, faults, a form nobody keeps. */
#ifndef FJ_CLI_FORM_FILE_H
#define FJ_CLI_FORM_FILE_H

#include "app/formfile.h"
#include "cli/drive.h"
#include "form/form.h"

/* The bytes of a form file; "-" is standard input. */
FJ_MUST enum fj_rc form_file_read(struct cli *c, const char *file, struct fj_buf *out,
    struct fj_err *e);
/* Loads one; its faults are told when it has errors.  Answers an exit code. */
int form_file_load(struct cli *c, const char *file, struct form **out);
int form_bytes_load(struct cli *c, const char *file, const struct fj_buf *b,
    struct form **out);

/* FILE:LINE:COLUMN: CODE: [warning: ]MESSAGE; w: an object of an open array. */
void form_tell(struct cli *c, const char *file, const struct form_fault *q, struct json_w *w);

/* Of import and export: FILE:PLACE: CODE: [warning: ]MESSAGE on the error output; the
 * product may go to the other. */
struct form_teller {
	struct cli *c;
	const char *path;		/* where a fault names no file */
};
void form_tell_foreign(void *ctx, const struct formfile_fault *q);	/* struct formfile_ops */
/* A product to a file, which only force overwrites, or to the output (NULL). */
FJ_MUST enum fj_rc form_write(struct cli *c, const char *path, bool force,
    const struct fj_buf *b, struct fj_err *e);

/* A filled form in memory, for drive_run and drive_line. */
struct loose {
	struct inst *in;
	struct fj_err why;		/* the last set left its place blank */
	bool rejected;
	struct form_calendar *calendar;
};
extern const struct drive_ops loose_ops;
/* now NULL: the clock of c.  Ended with loose_end, also after a failure. */
FJ_MUST enum fj_rc loose_start(struct cli *c, struct loose *l, const struct form *f,
    const struct instant *now, struct fj_err *e);
void loose_end(struct loose *l);

/* What form check adds on demand; both answer an exit code. */
int form_cases(struct cli *c, const char *file, const struct form *f, struct json_w *w);
int form_law(struct cli *c, const char *file, const char *p, size_t n, struct json_w *w);

#endif
