/* SPDX-License-Identifier: Apache-2.0 */
/* Acts of a supervisor. */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"
#include "base/xalloc.h"

enum {
	ITEMS_MAX = 64,
};

enum fj_rc
dossier_comment(struct dossier *d, const char *on, const char *text, bool must,
    struct fj_err *e)
{
	struct command c = {.op = OP_COMMENT, .text = text, .must = must};
	struct command_on place;
	struct fj_buf path;
	enum fj_rc rc = FJ_OK;

	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	if (on != NULL && on[0] != '\0') {
		rc = dossier_place(d, on, &place, &path, e);
		c.on = &place;
		c.on_count = 1;
	}
	if (rc == FJ_OK)
		rc = dossier_act1(d, &c, e);
	fj_buf_release(&path);
	return rc;
}

enum fj_rc
dossier_return(struct dossier *d, bool evidence_kind, const char *why,
    const char *const *on, size_t n, struct fj_err *e)
{
	struct command c = {.op = OP_RETURN, .value = evidence_kind ? "evidence" : "addendum",
	    .why = why};
	struct command_on *place;
	struct fj_buf *path;
	enum fj_rc rc = FJ_OK;
	size_t i, used = 0;

	if (n > ITEMS_MAX)
		return fj_fail(e, FJ_LIMIT, "app.targets", "d", ITEMS_MAX);
	place = xcalloc(n, sizeof(*place));
	path = xcalloc(n, sizeof(*path));
	for (; rc == FJ_OK && used < n; used++) {
		fj_buf_init(&path[used], LIMIT_VALUE_BYTES);
		rc = dossier_place(d, on[used], &place[used], &path[used], e);
	}
	c.on = place;
	c.on_count = n;
	if (rc == FJ_OK)
		rc = dossier_act1(d, &c, e);
	for (i = 0; i < used; i++)
		fj_buf_release(&path[i]);
	free(path);
	free(place);
	return rc;
}

enum fj_rc
dossier_approve(struct dossier *d, const char *disposition, const char *accept,
    struct fj_err *e)
{
	struct command c = {.op = OP_APPROVE, .value = disposition, .why = accept};

	return dossier_act1(d, &c, e);
}
