/* SPDX-License-Identifier: Apache-2.0 */
#include "app/ended.h"

#include "app/internal.h"
#include "app/syncing.h"
#include "client/client.h"

/* A proof that came alone does not move the roster's version: it is made anew, once. */
static enum end_mode
end_of(struct app *a)
{
	const struct roster_device *d;

	if (!a->end_known && client_end_known(a->j)) {
		a->end_known = true;
		a->roster_version = 0;
	}
	/* A roster that cannot be read now ends nothing; the one held is judged. */
	if (app_roster(a, NULL) != FJ_OK)
		a->roster_version = 0;
	d = a->roster != NULL ? roster_device(a->roster, journal_dev(a->j)) : NULL;
	return d != NULL ? d->end : END_NONE;
}

/* What was set aside counts too: nothing may be left behind with the keys. */
static bool
all_sent(struct app *a, struct client_pending *p)
{
	return client_pending(a->j, p, NULL) == FJ_OK && p->entries == 0 && p->files == 0;
}

enum fj_rc
app_end_settle(struct app *a, struct fj_err *e)
{
	struct client_pending p;
	enum end_mode mode;
	enum fj_rc rc;

	if (!app_unlocked(a) || app_sync_running(a))
		return FJ_OK;
	mode = end_of(a);
	if (mode == END_NONE || (mode == END_RETIRED && !all_sent(a, &p)))
		return FJ_OK;
	rc = journal_end_device(a->j, e);
	if (rc != FJ_OK)
		return rc;
	app_lock(a);
	return fj_fail(e, FJ_DENIED, mode == END_LOST ?
	    "app.ended-lost" : "app.ended-retired", "s", a->home);
}

bool
app_end_draining(struct app *a, struct fj_err *e)
{
	struct client_pending p;

	if (!app_unlocked(a) || end_of(a) != END_RETIRED || all_sent(a, &p))
		return false;
	fj_fail(e, FJ_REFUSED, "app.ended-draining", "ll", (long long)p.entries,
	    (long long)p.files);
	return true;
}
