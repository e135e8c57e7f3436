/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The drive protocol (DESIGN section 7): one JSON object a line in, one line
 * out.  What changes something goes through the functions of the caller, so
 * that the same protocol works over a loose form and over a visit.
 */
#ifndef FJ_CLI_DRIVE_H
#define FJ_CLI_DRIVE_H

#include "cli/cli.h"
#include "form/form.h"

/*
 * Acts on a place that was found; changes is emptied and filled.  When one
 * answers FJ_OK, what it did is as durable as the caller promises.  fail may
 * be NULL: then the protocol answers code and sentence only.
 */
struct drive_ops {
	/* The filled form; may answer another one after each act. */
	struct inst *(*inst)(void *ctx);
	enum fj_rc (*set)(void *ctx, struct inst_node *at, const char *value,
	    struct inst_changes *c, struct fj_err *e);
	enum fj_rc (*clear)(void *ctx, struct inst_node *at, struct inst_changes *c,
	    struct fj_err *e);
	enum fj_rc (*add)(void *ctx, struct inst_node *repeat, struct inst_node **made,
	    struct inst_changes *c, struct fj_err *e);
	enum fj_rc (*remove)(void *ctx, struct inst_node *instance, struct inst_changes *c,
	    struct fj_err *e);
	enum fj_rc (*note)(void *ctx, struct inst_node *at, const char *text,
	    struct fj_err *e);
	/* Before anything else of a line: bring in what others wrote, take members
	 * of the request that only this caller knows ("why").  May be NULL. */
	enum fj_rc (*begin)(void *ctx, const struct json *request, struct fj_err *e);
	/* Why the last set left the place blank instead of holding the value; NULL:
	 * it did not.  The function may be NULL: then a value is taken or an error. */
	const struct fj_err *(*rejected)(void *ctx);
};

/* Until the end of c->in; answers an exit code. */
int drive_run(struct cli *c, const struct drive_ops *ops, void *ctx);
/* One request; the answer without the line's end goes to out. */
void drive_line(struct cli *c, const struct drive_ops *ops, void *ctx, const char *line,
    size_t n, struct fj_buf *out);

#endif
