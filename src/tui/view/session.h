/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of the terminal UI: what all views share.
 *
 * N1  views keep the id of a visit, never a pointer to a dossier: they ask
 *     session_dossier() anew in each call.  The same one is answered while the
 *     visit is the same; nodes, rows and views of it live until session_serial()
 *     changes or the next act.  close() must not touch it: the lock closes
 *     dossiers before views are freed.
 * N2  whatever is half typed belongs to a struct draft (draft.h): lock, hang-up
 *     and quit save all of them before keys go.
 * N3  nothing is drawn from here: ui_dirty() is called when something changed.
 */
#ifndef FJ_TUI_VIEW_SESSION_H
#define FJ_TUI_VIEW_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "app/app.h"
#include "app/dossier.h"
#include "app/syncing.h"
#include "text/msg.h"
#include "tui/core/ui.h"

struct demo;
struct draft;
struct term;

struct session_opts {
	const char *program;		/* argv[0]: the demo looks beside it */
	const char *home;		/* NULL: the default */
	const char *lang;		/* NULL: the workspace's, else the environment's */
	struct clock *clock;		/* borrowed */
	const struct msg *zh, *en;	/* borrowed, both live as long as the session */
	bool demo;			/* start in the demo */
};

/* Fields are for reading; session.c alone writes them. */
struct session {
	struct ui *ui;
	struct app *app;		/* never NULL while views live */
	const struct msg *m;		/* the language of the moment */
	struct loop *loop;
	struct term *term;
	const char *program;
	struct clock *clock;
	struct demo *demo;		/* NULL: real work */
	int person;			/* of the demo: 0, 1 inspectors, 2 reviewer */
	struct sync_state sync;		/* as of the last tick or step */
	bool paused, metered;		/* what the person asked of the sync */
	struct session_own *own;	/* session.c */
};

/* The whole UI, until it is left.  FJ_REFUSED term.*, or what opening said. */
FJ_MUST enum fj_rc session_run(const struct session_opts *o, struct fj_err *e);

/*
 * The opened visit, brought up to date at ticks; NULL after the failure has been
 * said (ui_fail).  Asking for another visit closes this one.
 */
struct dossier *session_dossier(struct session *s, const struct id *visit);
/* Close it (the visit page does when it is left); opening again is well. */
void session_dossier_done(struct session *s);
/* Changes when other processes or a sync brought something: nodes and rows that a
 * view keeps are then stale, ids and paths are not. */
uint64_t session_serial(const struct session *s);
/* Tell the others after an act of one's own (lists of visits, the badge). */
void session_acted(struct session *s);

/*
 * The promise of "kept".  session_keeping paints "…" at once; session_kept says
 * 已存 with the time, session_unkept the sentence of the failure:
 *	session_keeping(s);
 *	rc = dossier_set(...);
 *	if (session_kept(s, rc, &e)) ...
 * Answers rc == FJ_OK.
 */
void session_keeping(struct session *s);
bool session_kept(struct session *s, enum fj_rc rc, const struct fj_err *e);

/* Drafts saved, sync stopped, keys wiped, the unlock screen shown. */
void session_lock(struct session *s);
/* After init, restore, unlock: to the list of visits; the sync begins by itself. */
void session_enter(struct session *s);
/* The first screen for what is there: menu or unlock. */
void session_start(struct session *s);
FJ_MUST enum fj_rc session_set_lang(struct session *s, const char *lang, struct fj_err *e);

/* A throw-away workspace in place of the own one; again with another person. */
FJ_MUST enum fj_rc session_demo(struct session *s, int person, struct fj_err *e);
/* Back from the demo to the own workspace, which is locked. */
void session_demo_end(struct session *s);

/* Sync in this loop.  now: also when paused. */
void session_sync_start(struct session *s, bool now);
/* Now, and what the hub refused too. */
void session_sync_retry(struct session *s);
void session_sync_stop(struct session *s);
void session_sync_options(struct session *s, bool paused, bool metered);

/* struct draft joins and leaves here; see draft.h. */
void session_draft_add(struct session *s, struct draft *d);
void session_draft_del(struct session *s, struct draft *d);

#endif
