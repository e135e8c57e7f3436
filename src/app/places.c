/* SPDX-License-Identifier: Apache-2.0 */
/* Places as people write them, and short ids of findings and evidence. */
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"

struct candidates {
	struct fj_buf names;
	struct id found;
	size_t n;
};

static void
candidate(struct candidates *c, const struct id *id, const char *prefix)
{
	char text[ID_TEXT + 1];

	if (!id_has_prefix(id, prefix))
		return;
	c->found = *id;
	id_format_short(id, text);
	fj_buf_printf(&c->names, "%s%s", c->n++ > 0 ? " " : "", text);
}

static enum fj_rc
one_of(struct candidates *c, const char *prefix, const char *none, struct id *out,
    struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;

	if (strlen(prefix) < 4)
		rc = fj_fail(e, FJ_AMBIGUOUS, "app.short-id", "s", prefix);
	else if (c->n == 0)
		rc = fj_fail(e, FJ_NOTFOUND, none, "s", prefix);
	else if (c->n > 1)
		rc = fj_fail(e, FJ_AMBIGUOUS, "app.ambiguous-id", "ss", prefix, c->names.p);
	else
		*out = c->found;
	fj_buf_release(&c->names);
	return rc;
}

enum fj_rc
dossier_find_finding(const struct dossier *d, const char *prefix, struct id *out,
    struct fj_err *e)
{
	const struct view *w = visit_now(d->v);
	struct candidates c = {.n = 0};
	size_t i;

	fj_buf_init(&c.names, FJ_ERR_ARG_MAX - 1);
	for (i = 0; i < view_finding_count(w); i++)
		candidate(&c, &view_finding_at(w, i)->id, prefix);
	return one_of(&c, prefix, "app.no-finding", out, e);
}

enum fj_rc
dossier_find_evidence(const struct dossier *d, const char *prefix, struct id *out,
    struct fj_err *e)
{
	const struct view *w = visit_now(d->v);
	struct candidates c = {.n = 0};
	size_t i;

	fj_buf_init(&c.names, FJ_ERR_ARG_MAX - 1);
	for (i = 0; i < view_evidence_count(w); i++)
		candidate(&c, &view_evidence_at(w, i)->id, prefix);
	return one_of(&c, prefix, "app.no-evidence", out, e);
}

/* An item of one of the forms; "FORM:PATH" names the form too. */
static bool
item_place(struct dossier *d, const char *text, struct command_on *out, struct fj_buf *b)
{
	const char *colon = strchr(text, ':');
	size_t i;

	for (i = 0; i < d->nf; i++) {
		const char *path = text, *id = dossier_form_id(d, i);
		struct inst_node *at;

		if (d->f[i].inst == NULL)
			continue;
		if (colon != NULL && strlen(id) == (size_t)(colon - text) &&
		    memcmp(id, text, (size_t)(colon - text)) == 0)
			path = colon + 1;
		if (inst_find(d->f[i].inst, path, &at, NULL) != FJ_OK)
			continue;
		fj_buf_clear(b);
		inst_path_id(at, b);
		out->form = id;
		out->path = b->p;
		return true;
	}
	return false;
}

enum fj_rc
dossier_place(struct dossier *d, const char *text, struct command_on *out,
    struct fj_buf *b, struct fj_err *e)
{
	struct fj_err why;

	memset(out, 0, sizeof(*out));
	if (item_place(d, text, out, b))
		return FJ_OK;
	if (dossier_find_finding(d, text, &out->finding, &why) == FJ_OK ||
	    dossier_find_evidence(d, text, &out->evidence, NULL) == FJ_OK)
		return FJ_OK;
	if (why.rc == FJ_AMBIGUOUS && strcmp(why.code, "app.ambiguous-id") == 0)
		return fj_fail(e, FJ_AMBIGUOUS, why.code, "ss", why.arg[0], why.arg[1]);
	return fj_fail(e, FJ_NOTFOUND, "app.no-place", "s", text);
}
