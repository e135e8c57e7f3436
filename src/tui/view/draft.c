/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum { SAVE_AFTER = 50 };

struct draft {
	struct session *s;
	struct id visit;
	char *what;
	const char *(*text)(void *self);
	void *self;
	int changes;		/* since it was stored */
	bool failed;		/* said once */
};

struct draft *
draft_new(struct session *s, const struct id *visit, const char *what,
    const char *(*text)(void *self), void *self)
{
	struct draft *d = xcalloc(1, sizeof(*d));

	d->s = s;
	d->visit = *visit;
	d->what = xstrdup(what);
	d->text = text;
	d->self = self;
	session_draft_add(s, d);
	return d;
}

void
draft_free(struct draft **dp)
{
	struct draft *d = *dp;

	if (d == NULL)
		return;
	session_draft_del(d->s, d);
	free(d->what);
	free(d);
	*dp = NULL;
}

bool
draft_found(struct draft *d, struct fj_buf *out)
{
	struct dossier *dossier = session_dossier(d->s, &d->visit);

	return dossier != NULL && dossier_draft_get(dossier, d->what, out) && out->n > 0;
}

void
draft_touch(struct draft *d)
{
	if (++d->changes >= SAVE_AFTER)
		draft_save(d);
}

/* Called each second, and at lock and hang-up. */
void
draft_save(struct draft *d)
{
	struct dossier *dossier;
	struct fj_err e;

	if (d->changes == 0)
		return;
	dossier = session_dossier(d->s, &d->visit);
	if (dossier == NULL)
		return;
	if (dossier_draft_put(dossier, d->what, d->text(d->self), &e) == FJ_OK) {
		d->changes = 0;
		d->failed = false;
	} else if (!d->failed) {
		d->failed = true;
		ui_fail(d->s->ui, &e);
	}
}

void
draft_drop(struct draft *d)
{
	struct dossier *dossier = session_dossier(d->s, &d->visit);
	struct fj_err e;

	d->changes = 0;
	if (dossier != NULL && dossier_draft_put(dossier, d->what, "", &e) != FJ_OK)
		ui_fail(d->s->ui, &e);
}
