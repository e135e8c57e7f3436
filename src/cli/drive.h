/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The drive protocol (DESIGN section 7): one JSON object a line in, one out.
 * What is filled is behind a small table of functions: a form alone
 * (`form drive`), or a form of a visit (`visit drive`), where a function that
 * answers FJ_OK has made the act durable.
 */
#ifndef FJ_CLI_DRIVE_H
#define FJ_CLI_DRIVE_H

#include <stdio.h>

#include "base/buf.h"
#include "base/rc.h"
#include "form/form.h"
#include "text/msg.h"

struct drive_ops {
	/* Before each line: bring the filled form up to date, and answer it.  It
	 * lives until the next call. */
	enum fj_rc (*inst)(void *ctx, struct inst **out, struct fj_err *e);
	/* why: a reason that the line carries, or NULL */
	enum fj_rc (*set)(void *ctx, struct inst_node *at, const char *value,
	    const char *why, struct inst_changes *c, struct fj_err *e);
	enum fj_rc (*clear)(void *ctx, struct inst_node *at, const char *why,
	    struct inst_changes *c, struct fj_err *e);
	enum fj_rc (*add)(void *ctx, struct inst_node *repeat, struct inst_node **out,
	    struct inst_changes *c, struct fj_err *e);
	enum fj_rc (*remove)(void *ctx, struct inst_node *instance,
	    struct inst_changes *c, struct fj_err *e);
	enum fj_rc (*note)(void *ctx, struct inst_node *at, const char *text,
	    const char *why, struct fj_err *e);
};

struct drive {
	const struct drive_ops *ops;
	void *ctx;
	const struct msg *msg;		/* sentences of errors */
};

/* One line in, its answer (one JSON object, no newline) appended to out. */
void drive_line(const struct drive *d, const char *p, size_t n, struct fj_buf *out);
/* Lines until the end of input; each answer is flushed before the next line is
 * read.  FJ_IO when input or output breaks. */
FJ_MUST enum fj_rc drive_run(const struct drive *d, FILE *in, FILE *out, struct fj_err *e);

#endif
