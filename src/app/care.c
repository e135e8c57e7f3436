/* SPDX-License-Identifier: Apache-2.0 */
/* Care of the workspace: fsck, backup, restore, doctor. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/syncing.h"
#include "os/env.h"
#include "os/fs.h"
#include "os/harden.h"

enum {
	SPACE_LOW = 200 << 20,		/* a day of photographs */
	SPACE_NONE = 20 << 20,
};

struct fsck_walk {
	void (*fn)(void *ctx, const struct app_finding_of_fsck *f);
	void *ctx;
};

static void
fsck_line(const struct fsck_walk *w, bool ok, const char *code, const char *kinds,
    long long n, const char *text)
{
	struct app_finding_of_fsck f = {.ok = ok};

	fj_fail(&f.err, ok ? FJ_OK : FJ_CORRUPT, code, kinds, n, text);
	w->fn(w->ctx, &f);
}

static bool
ignore_entry(void *ctx, const struct entry *en)
{
	(void)ctx;
	(void)en;
	return true;
}

static void
fsck_damage(void *ctx, const struct journal_damage *d)
{
	struct fsck_walk *w = ctx;
	struct app_finding_of_fsck f = {.ok = false};
	char stream[ID_TEXT + 1], dev[ID_TEXT + 1];

	id_format_short(&d->stream, stream);
	id_format_short(&d->dev, dev);
	fj_fail(&f.err, FJ_CORRUPT, "app.fsck-damage", "ssls", stream, dev,
	    (long long)d->seq, d->what);
	w->fn(w->ctx, &f);
}

enum fj_rc
app_fsck(struct app *a, void (*fn)(void *ctx, const struct app_finding_of_fsck *f),
    void *ctx, size_t *bad, struct fj_err *e)
{
	struct fsck_walk w = {fn, ctx};
	struct journal_reader r = {ignore_entry, fsck_damage, &w};
	struct journal_check check;
	enum fj_rc rc = app_need(a, e);

	if (rc == FJ_OK)
		rc = journal_fsck(a->j, true, &r, &check, e);
	if (rc != FJ_OK)
		return rc;
	*bad = (size_t)check.damaged;
	fsck_line(&w, true, "app.fsck-entries", "l", check.entries, NULL);
	fsck_line(&w, true, "app.fsck-signatures", "l", check.signatures, NULL);
	fsck_line(&w, true, "app.fsck-chains", "l", check.chains, NULL);
	fsck_line(&w, true, "app.fsck-evidence", "l", check.evidence, NULL);
	if (check.forks > 0)
		fsck_line(&w, true, "app.fsck-forks", "l", check.forks, NULL);
	if (check.damaged > 0)
		fsck_line(&w, false, "app.fsck-bad", "l", check.damaged, NULL);
	return FJ_OK;
}

enum fj_rc
app_backup(struct app *a, const char *path, struct fj_err *e)
{
	enum fj_rc rc = app_need(a, e);

	return rc == FJ_OK ? journal_backup(a->j, path, e) : rc;
}

enum fj_rc
app_restore(struct app *a, const char *path, const char *passphrase,
    char recovery_code[APP_RECOVERY_CODE], struct fj_err *e)
{
	enum fj_rc rc;

	if (a->j != NULL)
		return fj_fail(e, FJ_REFUSED, "journal.exists", "s", a->home);
	rc = journal_restore(path, a->home, passphrase, strlen(passphrase), a->clock,
	    recovery_code, e);
	if (rc == FJ_OK)
		rc = journal_open(a->home, a->clock, &a->j, e);
	return rc == FJ_OK ? app_unlock(a, passphrase, e) : rc;
}

/* ---- doctor ---- */

struct checks {
	struct app_check *v;
	size_t n;
};

static struct app_check *
check_add(struct checks *c, const char *what, int state)
{
	struct app_check *k = &c->v[c->n++];

	memset(k, 0, sizeof(*k));
	k->what = what;
	k->state = state == 0 ? APP_CHECK_OK : state == 1 ? APP_CHECK_WARN : APP_CHECK_BAD;
	return k;
}

static void
check_locale(struct checks *c)
{
	const char *set = nl_langinfo(CODESET);
	bool ok = set != NULL && (strcmp(set, "UTF-8") == 0 || strcmp(set, "utf8") == 0);
	struct app_check *k = check_add(c, "locale", ok ? 0 : 1);

	fj_fail(&k->err, FJ_OK, ok ? "app.doctor-locale" : "app.doctor-locale-bad", "s", set);
}

static void
check_terminal(struct checks *c)
{
	const char *term = env_get("TERM");
	bool tty = env_is_terminal(0) && env_is_terminal(1);
	/* The Linux console has 512 glyphs: it cannot show Chinese. */
	bool console = term != NULL && strcmp(term, "linux") == 0;
	struct app_check *k = check_add(c, "terminal", console ? 2 : tty ? 0 : 1);

	fj_fail(&k->err, FJ_OK, console ? "app.doctor-console" :
	    tty ? "app.doctor-terminal" : "app.doctor-no-terminal", "s", term);
}

static void
check_clock(const struct app *a, struct checks *c)
{
	struct instant now = app_now(a);
	char text[INSTANT_TEXT + 1];
	/* A clock before this program was written, or ten years after. */
	bool ok = now.ms > 1790000000000LL && now.ms < 2110000000000LL;
	struct app_check *k = check_add(c, "clock", ok ? 0 : 1);

	instant_format(now, text);
	fj_fail(&k->err, FJ_OK, ok ? "app.doctor-clock" : "app.doctor-clock-odd", "s", text);
}

static void
check_space(const struct app *a, struct checks *c)
{
	const char *at = fs_is_dir(a->home) ? a->home : "/";
	int64_t free_bytes = fs_free_bytes(at);
	int state = free_bytes < SPACE_NONE ? 2 : free_bytes < SPACE_LOW ? 1 : 0;
	struct app_check *k = check_add(c, "space", state);

	fj_fail(&k->err, FJ_OK, state == 0 ? "app.doctor-space" : "app.doctor-space-low",
	    "l", (long long)(free_bytes >> 20));
}

static void
check_workspace(const struct app *a, struct checks *c)
{
	struct app_check *k = check_add(c, "workspace", app_exists(a) ? 0 : 1);

	fj_fail(&k->err, FJ_OK, app_exists(a) ? "app.doctor-workspace" :
	    "app.doctor-no-workspace", "s", a->home);
	if (harden_swap_in_clear()) {
		k = check_add(c, "swap", 1);
		fj_fail(&k->err, FJ_OK, "app.doctor-swap", "");
	}
}

static void
check_hub(struct app *a, struct checks *c)
{
	struct sync_state s;
	struct app_check *k;

	if (!app_unlocked(a)) {
		k = check_add(c, "hub", 1);
		fj_fail(&k->err, FJ_OK, "app.doctor-hub-locked", "");
		return;
	}
	app_sync_state(a, &s);
	k = check_add(c, "hub", s.phase == SYNC_NEVER || s.err.rc != FJ_OK ? 1 : 0);
	if (s.phase == SYNC_NEVER)
		fj_fail(&k->err, FJ_OK, "app.doctor-hub-none", "");
	else if (s.err.rc != FJ_OK)
		k->err = s.err;
	else
		fj_fail(&k->err, FJ_OK, "app.doctor-hub", "s", s.url);
}

size_t
app_doctor(struct app *a, struct app_check out[APP_CHECKS])
{
	struct checks c = {out, 0};

	check_locale(&c);
	check_terminal(&c);
	check_clock(a, &c);
	check_space(a, &c);
	check_workspace(a, &c);
	check_hub(a, &c);
	return c.n;
}
