/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The use cases: the only thing that the two faces (tui/view, cli) call.
 *
 * struct app is one workspace: one person, one key.  It owns the journal, the
 * embedded forms and kinds, the roster and the lists.  An opened visit is a
 * struct dossier (dossier.h).
 *
 * A1  a function that answers FJ_OK after an act has made it durable.
 * A2  a failure changes nothing: not on disk, not in memory.
 * A3  what another process of the same workspace wrote is seen at the next
 *     app_refresh() and before every act.
 */
#ifndef FJ_APP_APP_H
#define FJ_APP_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/id.h"
#include "base/rc.h"
#include "model/campaigns.h"
#include "model/clauses.h"
#include "model/divisions.h"
#include "model/kinds.h"
#include "model/summary.h"
#include "os/clock.h"

struct app;

struct app_options {
	const char *home;		/* NULL: $FEIJIAN_HOME, else the XDG data directory */
	struct clock *clock;		/* borrowed */
	const char *lang;		/* NULL: the workspace's, else the environment's */
	int kdf_log_n;			/* tests and the demo; 0: 16 */
};

/* Makes nothing on disk.  FJ_BUSY, FJ_CORRUPT, FJ_NEWER as found. */
FJ_MUST enum fj_rc app_open(const struct app_options *o, struct app **out, struct fj_err *e);
void app_close(struct app **a);

bool app_exists(const struct app *a);		/* there is a workspace in home */
bool app_unlocked(const struct app *a);
const char *app_home(const struct app *a);
struct instant app_now(const struct app *a);
const char *app_lang(const struct app *a);	/* "zh" or "en" */

/* ---- the person ---- */

struct app_person {
	const char *name, *org, *cert, *division;	/* cert may be "" */
	const char *lang;
};

enum {
	APP_RECOVERY_CODE = 64,		/* room for the code as shown, in groups */
};

/* Make the workspace and unlock it.  The recovery code exists nowhere else. */
FJ_MUST enum fj_rc app_init(struct app *a, const struct app_person *p,
    const char *passphrase, char recovery_code[APP_RECOVERY_CODE], struct fj_err *e);
/* FJ_DENIED "app.passphrase" (never wipes), FJ_BUSY "app.wait" {seconds}. */
FJ_MUST enum fj_rc app_unlock(struct app *a, const char *passphrase, struct fj_err *e);
void app_lock(struct app *a);			/* keys wiped, in every process */
/* Has another process locked the workspace?  Then this one has just done it too. */
bool app_lock_seen(struct app *a);
const struct app_person *app_me(const struct app *a);
void app_my_dev(const struct app *a, struct id *dev);
FJ_MUST enum fj_rc app_set_lang(struct app *a, const char *lang, struct fj_err *e);
FJ_MUST enum fj_rc app_passwd(struct app *a, const char *new_passphrase, struct fj_err *e);
/* By the owner's code; gives a new one, the old opens nothing any more. */
FJ_MUST enum fj_rc app_recover(struct app *a, const char *code, const char *new_passphrase,
    char new_code[APP_RECOVERY_CODE], struct fj_err *e);
FJ_MUST enum fj_rc app_card(struct app *a, struct fj_buf *out, struct fj_err *e);
/* 20 digits in groups, to be compared aloud. */
void app_fingerprint(const struct app *a, char out[32]);

enum app_standing {
	APP_NOT_ENROLLED,	/* only your recovery code opens this */
	APP_ENROLLED,
	APP_ENDED,		/* the hub ended this device */
};
enum app_standing app_standing(const struct app *a);
/* Am I a supervisor by the roster? */
bool app_is_supervisor(const struct app *a);

/* ---- data that travels inside ---- */
const struct kinds *app_kinds(const struct app *a);
const struct clauses *app_clauses(const struct app *a);
const struct campaigns *app_campaigns(const struct app *a);	/* may be NULL */
const struct divisions *app_divisions(const struct app *a);	/* loaded at first use */

/* Ids of the forms inside the program; "" past the end. */
size_t app_form_count(const struct app *a);
void app_form_id(const struct app *a, size_t i, char out[64]);

/* ---- visits ---- */

struct app_row {
	struct id id;
	struct summary s;
	uint64_t unsent;		/* entries without a receipt */
	uint64_t unsent_evidence;	/* files without a receipt */
};

/* Newest first; the rows live until the next app_refresh or act. */
size_t app_rows(struct app *a, const struct app_row *const **rows);
/* Did anything change since the last call (another process, a sync)? */
FJ_MUST enum fj_rc app_refresh(struct app *a, bool *changed, struct fj_err *e);
/*
 * By a prefix of at least 4 characters: FJ_AMBIGUOUS "app.ambiguous-visit"
 * {prefix, candidates}, "app.short-id" {prefix}; FJ_NOTFOUND "app.no-visit".
 */
FJ_MUST enum fj_rc app_find(struct app *a, const char *prefix, struct id *out, struct fj_err *e);

struct app_member {
	const char *name, *cert;	/* cert may be "" */
};

struct app_new_visit {
	const char *kind;
	const char *const *forms;	/* ids of embedded or published forms, or file names */
	size_t form_n;
	const char *subject_name, *uscc, *no_uscc, *cma, *address;	/* NULL: not given */
	const char *division;		/* code or name; NULL: my own */
	const char *place;
	const char *campaigns;		/* codes, model/campaigns.h; NULL: none */
	const struct id *follows;
	const struct app_member *team;
	size_t team_n;
	/* Begin this planned visit: what is not given is taken from the assignment.
	 * FJ_REFUSED "model.state" when it is not planned any more. */
	const struct id *planned;
};

/* FJ_INVAL app.uscc, app.no-uscc, app.kind, app.team-size, app.team-cert,
 * app.team-me, app.division, app.form; a warning is no failure.  What the forms
 * start with is a second commit: when that one fails, the visit is there, out
 * names it, and its defaults are left to be answered by hand. */
FJ_MUST enum fj_rc app_visit_new(struct app *a, const struct app_new_visit *v,
    struct id *out, struct fj_err *e);

/* ---- assignments ---- */

struct app_assign {
	struct app_new_visit visit;	/* follows, campaigns, planned are not looked at */
	const char *from, *until;	/* days; NULL: open */
	const char *approver;		/* certificate number, name or id of a supervisor; NULL */
};
/*
 * By a supervisor, for a team: known to planner, approver and team alone until the
 * visit begins.  FJ_DENIED "model.not-supervisor"; FJ_REFUSED "app.not-enrolled",
 * "app.approver" {whom}; FJ_INVAL as app_visit_new, "model.window".
 */
FJ_MUST enum fj_rc app_assign(struct app *a, const struct app_assign *as, struct id *out,
    struct fj_err *e);
/* Name of a person of the roster; "" when not known. */
const char *app_person_name(const struct app *a, const struct id *person);
/* Held here, but by the roster no more for me: not fetched any more. */
bool app_outside(const struct app *a, const struct app_row *r);
/* Did I plan it? */
bool app_planned_by_me(const struct app *a, const struct summary *s);

/* ---- what is known of subjects (registers that the hub published) ---- */

struct subject;
/* Those whose name, code or number holds the text ("": all), at most `max`; they live until the
 * next sync or lock.  Answers how many. */
size_t app_subjects(struct app *a, const char *text, const struct subject **out, size_t max);
bool app_has_subjects(struct app *a);
/* The one with exactly this name or code; NULL: none, or several. */
const struct subject *app_subject(struct app *a, const char *name_or_code);

/* ---- care of the workspace ---- */
struct app_finding_of_fsck {
	bool ok;
	struct fj_err err;
};
/* One call per line of the result; answers how many were bad. */
FJ_MUST enum fj_rc app_fsck(struct app *a,
    void (*fn)(void *ctx, const struct app_finding_of_fsck *f), void *ctx,
    size_t *bad, struct fj_err *e);
FJ_MUST enum fj_rc app_backup(struct app *a, const char *path, struct fj_err *e);
/* Into an empty home; the passphrase is that of the backup.  A restored
 * workspace goes on with a new key (hello.continues). */
FJ_MUST enum fj_rc app_restore(struct app *a, const char *path, const char *passphrase,
    char recovery_code[APP_RECOVERY_CODE], struct fj_err *e);

struct app_check {
	const char *what;	/* "locale", "terminal", "clock", "space", "workspace", "hub" */
	enum { APP_CHECK_OK, APP_CHECK_WARN, APP_CHECK_BAD } state;
	struct fj_err err;	/* its sentence says what was found, also when ok */
};
enum {
	APP_CHECKS = 12,
};
size_t app_doctor(struct app *a, struct app_check out[APP_CHECKS]);

#endif
