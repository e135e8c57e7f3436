/* SPDX-License-Identifier: Apache-2.0 */
/* The workspace: open, make, unlock, lock; and who I am. */
#include "app/app.h"

#include <stdlib.h>
#include <string.h>

#include "app/ended.h"
#include "app/internal.h"
#include "base/xalloc.h"
#include "client/client.h"
#include "entry/card.h"
#include "os/env.h"
#include "os/fs.h"
#include "os/harden.h"
#include "text/msg.h"

static char *
default_home(void)
{
	const char *given = env_get("FEIJIAN_HOME");

	return given != NULL ? xstrdup(given) : env_data_dir();
}

/* What was given, else FEIJIAN_LANG, else the locale's. */
static void
choose_lang(struct app *a, const char *given)
{
	static const char *const names[] = {"FEIJIAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
	const char *lang = given;
	size_t i;

	a->lang_given = given != NULL || env_get("FEIJIAN_LANG") != NULL;
	for (i = 0; lang == NULL && i < 4; i++)
		lang = env_get(names[i]);
	memcpy(a->lang, strcmp(msg_lang_of(lang), "zh") == 0 ? "zh" : "en", 3);
}

enum fj_rc
app_open(const struct app_options *o, struct app **out, struct fj_err *e)
{
	struct app *a = xcalloc(1, sizeof(*a));
	enum fj_rc rc;

	crypto_init();
	a->home = o->home != NULL ? xstrdup(o->home) : default_home();
	a->clock = o->clock;
	a->kdf_log_n = o->kdf_log_n;
	choose_lang(a, o->lang);
	a->data_version = -1;
	if (a->home == NULL)
		rc = fj_fail(e, FJ_NOTFOUND, "app.no-home", "");
	else
		rc = shelf_new(&a->shelf, e);
	if (rc == FJ_OK) {
		rc = journal_open(a->home, a->clock, &a->j, e);
		if (rc == FJ_NOTFOUND)
			rc = FJ_OK;		/* no workspace yet */
	}
	if (rc == FJ_OK)
		*out = a;
	else
		app_close(&a);
	return rc;
}

static void
forget_me(struct app *a)
{
	size_t i;

	for (i = 0; i < 4; i++) {
		free(a->me_text[i]);
		a->me_text[i] = NULL;
	}
	memset(&a->me, 0, sizeof(a->me));
}

/* Everything that was decrypted.  An opened dossier is its face's to close: it
 * keeps what it shows, and meets the roster again after the next unlock. */
static void
forget(struct app *a)
{
	struct roster *old = a->roster;
	struct dossier *d;

	syncing_free(a);
	rows_free(a);
	a->roster = NULL;
	for (d = a->dossiers; d != NULL; d = d->next) {
		struct model_env env = app_env(a);

		visit_reset_env(d->v, &env);
		visit_settle(d->v);
	}
	roster_free(&old);
	a->roster_version = 0;
	forget_me(a);
}

void
app_close(struct app **ap)
{
	struct app *a = *ap;

	if (a == NULL)
		return;
	while (a->dossiers != NULL) {
		struct dossier *d = a->dossiers;

		dossier_close(&d);
	}
	forget(a);
	journal_close(&a->j);
	shelf_free(&a->shelf);
	free(a->home);
	free(a);
	*ap = NULL;
}

bool
app_exists(const struct app *a)
{
	return a->j != NULL;
}

bool
app_unlocked(const struct app *a)
{
	return a->j != NULL && !journal_is_locked(a->j);
}

const char *
app_home(const struct app *a)
{
	return a->home;
}

struct instant
app_now(const struct app *a)
{
	return clock_now(a->clock);
}

const char *
app_lang(const struct app *a)
{
	return a->lang;
}

enum fj_rc
app_need(const struct app *a, struct fj_err *e)
{
	if (a->j == NULL)
		return fj_fail(e, FJ_NOTFOUND, "app.no-workspace", "s", a->home);
	if (journal_is_locked(a->j))
		return fj_fail(e, FJ_DENIED, "app.locked", "");
	return FJ_OK;
}

static const char *
keep(struct app *a, size_t i, const char *s)
{
	a->me_text[i] = xstrdup(s != NULL ? s : "");
	return a->me_text[i];
}

/* After an unlock: who I am, the roster. */
static enum fj_rc
settle_in(struct app *a, struct fj_err *e)
{
	const struct journal_self *s = journal_self(a->j);

	forget_me(a);
	a->me.name = keep(a, 0, s->name);
	a->me.org = keep(a, 1, s->org);
	a->me.cert = keep(a, 2, s->cert);
	a->me.division = keep(a, 3, s->division);
	if (!a->lang_given && s->lang != NULL)
		memcpy(a->lang, strcmp(s->lang, "zh") == 0 ? "zh" : "en", 3);
	a->me.lang = a->lang;
	evidence_sweep(a->j);
	harden_drop_start();
	return app_roster(a, e);
}

/* A division by name or code becomes its code. */
static enum fj_rc
division_code(struct app *a, const char *text, struct division *out, struct fj_err *e)
{
	return divisions_find(shelf_divisions(a->shelf), text, out, e);
}

static enum fj_rc
check_person(struct app *a, const struct app_person *p, struct division *div,
    struct fj_err *e)
{
	if (p->name == NULL || p->name[0] == '\0')
		return fj_fail(e, FJ_INVAL, "app.person-name", "");
	if (p->org == NULL || p->org[0] == '\0')
		return fj_fail(e, FJ_INVAL, "app.person-org", "");
	if (p->division == NULL || p->division[0] == '\0')
		return fj_fail(e, FJ_INVAL, "app.person-division", "");
	return division_code(a, p->division, div, e);
}

enum fj_rc
app_init(struct app *a, const struct app_person *p, const char *passphrase,
    char recovery_code[APP_RECOVERY_CODE], struct fj_err *e)
{
	struct division div;
	struct journal_init in = {.home = a->home, .pass = passphrase,
	    .npass = strlen(passphrase), .cost = a->kdf_log_n, .clock = a->clock};
	enum fj_rc rc;

	if (a->j != NULL)
		return fj_fail(e, FJ_REFUSED, "journal.exists", "s", a->home);
	rc = check_person(a, p, &div, e);
	if (rc != FJ_OK)
		return rc;
	in.self.name = p->name;
	in.self.cert = p->cert != NULL && p->cert[0] != '\0' ? p->cert : NULL;
	in.self.org = p->org;
	in.self.division = div.code;
	in.self.lang = p->lang != NULL ? p->lang : a->lang;
	rc = journal_create(&in, &a->j, recovery_code, e);
	return rc == FJ_OK ? settle_in(a, e) : rc;
}

enum fj_rc
app_unlock(struct app *a, const char *passphrase, struct fj_err *e)
{
	enum fj_rc rc;

	if (a->j == NULL)
		return fj_fail(e, FJ_NOTFOUND, "app.no-workspace", "s", a->home);
	rc = journal_unlock(a->j, passphrase, strlen(passphrase), e);
	if (rc != FJ_OK)
		return rc;
	rc = settle_in(a, e);
	if (rc == FJ_OK)
		rc = app_end_settle(a, e);
	if (rc != FJ_OK) {
		forget(a);
		journal_lock(a->j, false);
	}
	return rc;
}

void
app_lock(struct app *a)
{
	if (a->j == NULL)
		return;
	forget(a);
	journal_lock(a->j, true);
}

bool
app_lock_seen(struct app *a)
{
	if (!app_unlocked(a) || !journal_poll_lock(a->j))
		return false;
	forget(a);
	return true;
}

const struct app_person *
app_me(const struct app *a)
{
	return &a->me;
}

void
app_my_dev(const struct app *a, struct id *dev)
{
	*dev = *journal_dev(a->j);
}

enum fj_rc
app_set_lang(struct app *a, const char *lang, struct fj_err *e)
{
	const char *two = strcmp(lang, "zh") == 0 ? "zh" : "en";
	enum fj_rc rc = FJ_OK;

	if (app_unlocked(a)) {
		struct journal_self s = *journal_self(a->j);

		s.lang = two;
		rc = journal_set_self(a->j, &s, e);
	}
	if (rc == FJ_OK)
		memcpy(a->lang, two, 3);
	return rc;
}

enum fj_rc
app_passwd(struct app *a, const char *new_passphrase, struct fj_err *e)
{
	enum fj_rc rc = app_need(a, e);

	return rc == FJ_OK ? journal_passwd(a->j, new_passphrase,
	    strlen(new_passphrase), e) : rc;
}

enum fj_rc
app_recover(struct app *a, const char *code, const char *new_passphrase,
    char new_code[APP_RECOVERY_CODE], struct fj_err *e)
{
	enum fj_rc rc;

	if (a->j == NULL)
		return fj_fail(e, FJ_NOTFOUND, "app.no-workspace", "s", a->home);
	rc = journal_recover(a->home, code, new_passphrase, strlen(new_passphrase),
	    new_code, e);
	return rc == FJ_OK ? app_unlock(a, new_passphrase, e) : rc;
}

static enum fj_rc
sign_by_journal(void *ctx, enum purpose purpose, const struct hash *h,
    uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	return journal_sign(ctx, purpose, h, sig, e);
}

static void
my_hello(const struct app *a, struct hello *h)
{
	memset(h, 0, sizeof(*h));
	h->key = *journal_public(a->j);
	memcpy(h->name, a->me.name, strlen(a->me.name) + 1);
	memcpy(h->cert, a->me.cert, strlen(a->me.cert) + 1);
	memcpy(h->org, a->me.org, strlen(a->me.org) + 1);
}

enum fj_rc
app_card(struct app *a, struct fj_buf *out, struct fj_err *e)
{
	struct hello h;
	enum fj_rc rc = app_need(a, e);

	if (rc != FJ_OK)
		return rc;
	my_hello(a, &h);
	return card_write(&h, sign_by_journal, a->j, out, e);
}

void
app_fingerprint(const struct app *a, char out[32])
{
	struct hello h;

	my_hello(a, &h);
	card_fingerprint(&h, out);
}

/* ---- the roster ---- */

static bool
sum_roster_versions(void *ctx, const struct journal_stream *s)
{
	if (s->kind == STREAM_ROSTER)
		*(int64_t *)ctx += s->version;
	return true;
}

/* Opened visits go by the new roster and tables. */
static void
reset_dossiers(struct app *a, const struct roster *r)
{
	struct dossier *d;

	for (d = a->dossiers; d != NULL; d = d->next) {
		struct model_env env = app_env(a);

		env.roster = r;
		visit_reset_env(d->v, &env);
		visit_settle(d->v);
	}
}

enum fj_rc
app_roster(struct app *a, struct fj_err *e)
{
	struct roster *fresh = NULL, *old;
	int64_t version = 0;
	enum fj_rc rc;

	rc = journal_streams(a->j, sum_roster_versions, &version, e);
	if (rc == FJ_OK && version == a->roster_version && shelf_renew(a))
		reset_dossiers(a, a->roster);
	if (rc != FJ_OK || version == a->roster_version)
		return rc;
	rc = client_roster(a->j, &fresh, e);
	/* Damage there must not lock the rest away: without a roster names are
	 * claims, which is shown; fsck names the row, and a sync says so too. */
	if (rc == FJ_CORRUPT || rc == FJ_INVAL)
		fj_err_clear(e);
	else if (rc != FJ_OK)
		return rc;
	old = a->roster;
	a->roster = fresh;
	a->roster_version = version;
	(void)shelf_renew(a);
	reset_dossiers(a, fresh);
	roster_free(&old);
	return FJ_OK;
}

/* Enrolled, but the roster comes with the first sync. */
static bool
hub_pinned(const struct app *a)
{
	struct client_hub hub;

	if (!app_unlocked(a) || client_hub_load(a->j, &hub, NULL) != FJ_OK)
		return false;
	client_hub_release(&hub);
	return true;
}

enum app_standing
app_standing(const struct app *a)
{
	const struct roster_device *d = a->roster != NULL ?
	    roster_device(a->roster, journal_dev(a->j)) : NULL;

	if (d == NULL)
		return hub_pinned(a) ? APP_ENROLLED : APP_NOT_ENROLLED;
	return d->end == END_NONE ? APP_ENROLLED : APP_ENDED;
}

bool
app_is_supervisor(const struct app *a)
{
	const struct roster_person *p = a->roster != NULL ?
	    roster_owner(a->roster, journal_dev(a->j)) : NULL;

	return p != NULL && !p->disabled && (p->roles & ROLE_SUPERVISOR) != 0;
}

/* ---- what acts need ---- */

void
app_actor(const struct app *a, struct actor *out)
{
	out->dev = *journal_dev(a->j);
	out->name = a->me.name;
	out->cert = a->me.cert;
}

void
app_stamp(const struct app *a, struct stamp *out)
{
	out->t = clock_now(a->clock);
	out->up = clock_boot_ms();
	clock_boot_id(out->boot);
}

static const struct form *
find_form(void *ctx, const struct hash *digest)
{
	return shelf_form(ctx, digest);
}

static const struct kinds *
find_kinds(void *ctx, const struct hash *digest)
{
	return shelf_kinds_of(ctx, digest);
}

static const struct clauses *
find_clauses(void *ctx, const struct hash *digest)
{
	return shelf_clauses_of(ctx, digest);
}

struct model_env
app_env(struct app *a)
{
	struct model_env env = {.kinds = shelf_kinds(a->shelf),
	    .clauses = shelf_clauses(a->shelf), .roster = a->roster,
	    .form = find_form, .kinds_of = find_kinds, .clauses_of = find_clauses,
	    .ctx = a};

	return env;
}
