/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/session.h"

#include <stdlib.h>
#include <string.h>

#include "app/clockwatch.h"
#include "app/demo.h"
#include "app/ended.h"
#include "base/xalloc.h"
#include "os/loop.h"
#include "os/proc.h"
#include "text/human.h"
#include "tui/core/term.h"
#include "tui/view/draft.h"
#include "tui/view/session_own.h"
#include "tui/view/views.h"
#include "tui/widget/help.h"

enum {
	TICK_MS = 1000,
	NUDGE_MS = 3000,
	IDLE_LOCK_MS = 5 * 60 * 1000,
};

/* ---- what other processes and the sync brought ---- */

static void
look(struct session *s)
{
	struct session_own *own = s->own;
	bool rows = false, visit = false;
	struct fj_err e;

	if (app_refresh(s->app, &rows, &e) != FJ_OK ||
	    (own->dossier != NULL && dossier_refresh(own->dossier, &visit, &e) != FJ_OK)) {
		ui_fail(s->ui, &e);
		own->serial++;
		return;
	}
	if (rows || visit) {
		own->serial++;
		ui_dirty(s->ui);
	}
}

static void
look_at_sync(struct session *s)
{
	struct sync_state now;

	memset(&now, 0, sizeof(now));
	if (app_unlocked(s->app))
		app_sync_state(s->app, &now);
	if (memcmp(&now, &s->sync, sizeof(now)) == 0)
		return;
	s->sync = now;
	ui_dirty(s->ui);
}

/* After each step of a run. */
static void
on_sync(void *ctx)
{
	struct session *s = ctx;

	look_at_sync(s);
	if (app_unlocked(s->app))
		look(s);
}

/* Another program of the workspace paused it, or let it go on. */
static void
follow_policy(struct session *s)
{
	if (s->sync.phase == SYNC_NEVER ||
	    (s->sync.paused == s->paused && s->sync.metered == s->metered))
		return;
	s->paused = s->sync.paused;
	s->metered = s->sync.metered;
	session_sync_stop(s);
	session_sync_start(s, false);
}

static void
save_drafts(struct session *s)
{
	struct session_own *own = s->own;
	size_t i;

	for (i = 0; i < own->ndraft; i++)
		draft_save(own->draft[i]);
}

static void
leave_visit(struct session *s)
{
	if (s->own->dossier != NULL)
		dossier_close(&s->own->dossier);
	s->own->serial++;
}

/* Drafts first: after a lock that another process asked for the keys are gone. */
static void
on_tick(void *ctx)
{
	struct session *s = ctx;
	struct fj_err e;

	if (!app_unlocked(s->app))
		return;
	save_drafts(s);
	if (app_lock_seen(s->app) ||
	    loop_now(s->loop) - s->own->active >= IDLE_LOCK_MS) {
		session_lock(s);
		return;
	}
	if (app_end_settle(s->app, &e) != FJ_OK) {
		session_lock(s);
		ui_fail(s->ui, &e);
		return;
	}
	look(s);
	look_at_sync(s);
	follow_policy(s);
}

/* ---- what the ui asks ---- */

static void
on_panic(void *ctx, struct ui *ui)
{
	struct session *s = ctx;

	(void)ui;
	if (app_unlocked(s->app))
		session_lock(s);
}

static void
on_hangup(void *ctx, struct ui *ui)
{
	struct session *s = ctx;

	if (app_unlocked(s->app))
		save_drafts(s);
	ui_quit(ui);
}

static void
on_activity(void *ctx)
{
	struct session *s = ctx;

	s->own->active = loop_now(s->loop);
}

static void
part(struct fj_buf *b)
{
	if (b->n > 0)
		fj_buf_puts(b, "  ");
}

static void
badge_sync(const struct session *s, struct fj_buf *b)
{
	const struct sync_state *y = &s->sync;
	struct instant now = app_now(s->app);

	if (s->paused && y->phase != SYNC_NEVER) {
		part(b);
		fj_buf_puts(b, _(s->m, "sync paused"));
	} else if (y->phase == SYNC_WAITING) {
		part(b);
		fj_buf_puts(b, _(s->m, "offline"));
		if (y->last_ok.ms != 0 && now.ms > y->last_ok.ms) {
			fj_buf_putc(b, ' ');
			human_span(s->m, b, (now.ms - y->last_ok.ms) / 1000);
		}
	} else if (y->phase == SYNC_REFUSED) {
		part(b);
		fj_buf_puts(b, _(s->m, "sync refused"));
	} else if (y->phase > SYNC_IDLE) {
		part(b);
		fj_buf_puts(b, _(s->m, "syncing"));
	}
	if (y->phase != SYNC_NEVER && y->unsent + y->unsent_evidence > 0) {
		part(b);
		msg_put(s->m, b, "unsent {1}", "l",
		    (long long)(y->unsent + y->unsent_evidence));
	}
}

static void
badge(void *ctx, struct fj_buf *b)
{
	const struct session *s = ctx;

	if (s->demo != NULL)
		fj_buf_puts(b, _(s->m, "DEMO"));
	if (!app_unlocked(s->app))
		return;
	if (s->demo != NULL)
		fj_buf_printf(b, " %s", app_me(s->app)->name);
	badge_sync(s, b);
}

/* ---- the visit at hand ---- */

struct dossier *
session_dossier(struct session *s, const struct id *visit)
{
	struct session_own *own = s->own;
	struct fj_err e;

	if (own->dossier != NULL && id_eq(dossier_id(own->dossier), visit))
		return own->dossier;
	leave_visit(s);
	if (!app_unlocked(s->app))
		return NULL;
	if (dossier_open(s->app, visit, &own->dossier, &e) != FJ_OK) {
		own->dossier = NULL;
		ui_fail(s->ui, &e);
	}
	return own->dossier;
}

void
session_dossier_done(struct session *s)
{
	leave_visit(s);
}

uint64_t
session_serial(const struct session *s)
{
	return s->own->serial;
}

void
session_acted(struct session *s)
{
	look(s);
	look_at_sync(s);
	ui_dirty(s->ui);
}

/* ---- kept ---- */

/* A run that only waits for its next poll begins anew; one under way goes on, and
 * one that waits after a failure keeps its back-off. */
static void
send_soon(void *ctx)
{
	struct session *s = ctx;

	s->own->nudge = 0;
	if (!app_unlocked(s->app) || s->paused || s->sync.phase != SYNC_IDLE ||
	    s->sync.unsent + s->sync.unsent_evidence == 0)
		return;
	session_sync_stop(s);
	session_sync_start(s, false);
}

void
session_keeping(struct session *s)
{
	ui_mark(s->ui, STYLE_MUTED, "…");
	ui_paint(s->ui);
}

/* Once, and only said: the log of the visit has it. */
static void
clock_note(struct session *s)
{
	struct fj_err e;
	struct fj_buf b;

	if (!app_clock_warning(s->app, &e))
		return;
	fj_buf_init(&b, 4096);
	msg_say(s->m, &e, &b);
	ui_say(s->ui, STYLE_WARN, b.p);
	fj_buf_release(&b);
}

bool
session_kept(struct session *s, enum fj_rc rc, const struct fj_err *e)
{
	struct instant now = app_now(s->app);
	long long sec = (now.ms / 1000 + now.offset * 60) % 86400;
	struct fj_buf b;

	if (rc != FJ_OK) {
		ui_mark(s->ui, STYLE_BAD, "");
		ui_fail(s->ui, e);
		return false;
	}
	fj_buf_init(&b, 256);
	fj_buf_printf(&b, "%s %02lld:%02lld:%02lld", _(s->m, "kept"), sec / 3600,
	    sec / 60 % 60, sec % 60);
	ui_mark(s->ui, STYLE_OK, b.p);
	fj_buf_release(&b);
	clock_note(s);
	look_at_sync(s);
	if (s->own->nudge == 0)
		s->own->nudge = loop_after(s->loop, NUDGE_MS, send_soon, s);
	return true;
}

/* ---- drafts ---- */

void
session_draft_add(struct session *s, struct draft *d)
{
	struct session_own *own = s->own;

	own->draft = xrealloc(own->draft, own->ndraft + 1, sizeof(own->draft[0]));
	own->draft[own->ndraft++] = d;
}

void
session_draft_del(struct session *s, struct draft *d)
{
	struct session_own *own = s->own;
	size_t i;

	for (i = 0; i < own->ndraft; i++)
		if (own->draft[i] == d) {
			own->draft[i] = own->draft[--own->ndraft];
			return;
		}
}

/* ---- sync ---- */

static void
begin_sync(struct session *s, bool now, bool again)
{
	struct sync_options o = {.metered = s->metered, .watch = !s->paused,
	    .retry = again};
	struct fj_err e;

	if (!app_unlocked(s->app) || app_standing(s->app) == APP_NOT_ENROLLED ||
	    (s->paused && !now))
		return;
	if (app_sync_running(s->app)) {
		if (!now)
			return;
		app_sync_stop(s->app);
	}
	/* By itself it begins quietly: another process may be at it. */
	if (app_sync_start(s->app, s->loop, &o, on_sync, s, &e) != FJ_OK && now)
		ui_fail(s->ui, &e);
	look_at_sync(s);
}

void
session_sync_start(struct session *s, bool now)
{
	begin_sync(s, now, false);
}

void
session_sync_retry(struct session *s)
{
	begin_sync(s, true, true);
}

void
session_sync_stop(struct session *s)
{
	if (app_sync_running(s->app))
		app_sync_stop(s->app);
	look_at_sync(s);
}

void
session_sync_options(struct session *s, bool paused, bool metered)
{
	struct fj_err e;

	if (app_sync_pause(s->app, paused, &e) != FJ_OK ||
	    app_sync_policy(s->app, metered, s->sync.sealed_only, &e) != FJ_OK)
		ui_fail(s->ui, &e);
	s->paused = paused;
	s->metered = metered;
	session_sync_stop(s);
	session_sync_start(s, false);
	ui_dirty(s->ui);
}

/* ---- lock, enter, language ---- */

/* Everything that stands on keys is put away; the views go with it. */
static void
put_away(struct session *s)
{
	if (app_unlocked(s->app))
		save_drafts(s);
	session_sync_stop(s);
	ui_clear(s->ui);
	leave_visit(s);
}

void
session_lock(struct session *s)
{
	put_away(s);
	if (app_unlocked(s->app))
		app_lock(s->app);
	memset(&s->sync, 0, sizeof(s->sync));
	view_unlock_open(s);
}

static void
use_words(struct session *s, const char *lang)
{
	s->m = strcmp(lang, "zh") == 0 ? s->own->o.zh : s->own->o.en;
	ui_set_msg(s->ui, s->m);
}

void
session_enter(struct session *s)
{
	struct fj_err e;

	ui_clear(s->ui);
	if (s->own->o.lang == NULL)
		use_words(s, app_lang(s->app));
	leave_visit(s);
	s->own->active = loop_now(s->loop);
	look(s);
	look_at_sync(s);
	view_visits_open(s);
	if (app_end_draining(s->app, &e))
		ui_fail(s->ui, &e);
	s->paused = s->sync.paused;
	s->metered = s->sync.metered;
	session_sync_start(s, false);
}

void
session_start(struct session *s)
{
	ui_clear(s->ui);
	if (app_exists(s->app))
		view_unlock_open(s);
	else
		view_menu_open(s);
}

enum fj_rc
session_set_lang(struct session *s, const char *lang, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;

	if (app_unlocked(s->app))
		rc = app_set_lang(s->app, lang, e);
	if (rc != FJ_OK)
		return rc;
	s->own->o.lang = strcmp(lang, "zh") == 0 ? "zh" : "en";
	use_words(s, lang);
	ui_mark(s->ui, STYLE_NORMAL, "");
	return FJ_OK;
}

/* ---- the demo ---- */

static enum fj_rc
open_app(const struct session *s, const char *home, struct app **out, struct fj_err *e)
{
	struct app_options o = {.home = home, .clock = s->clock,
	    .lang = s->m != NULL ? msg_lang(s->m) : s->own->o.lang};

	return app_open(&o, out, e);
}

enum fj_rc
session_demo(struct session *s, int person, struct fj_err *e)
{
	struct app *a = NULL;
	enum fj_rc rc = FJ_OK;

	if (s->demo == NULL)
		rc = demo_start(s->program, msg_lang(s->m), &s->demo, e);
	if (rc == FJ_OK)
		rc = open_app(s, demo_home(s->demo, person), &a, e);
	if (rc == FJ_OK)
		rc = app_unlock(a, demo_passphrase(s->demo), e);
	if (rc != FJ_OK) {
		app_close(&a);
		if (s->own->demo_app == NULL)
			demo_stop(&s->demo);
		return rc;
	}
	put_away(s);
	app_close(&s->app);
	s->app = a;
	s->own->demo_app = a;
	s->person = person;
	session_enter(s);
	return FJ_OK;
}

void
session_demo_end(struct session *s)
{
	proc_hold_signals();
	struct app *a = NULL;
	struct fj_err e;

	if (s->demo == NULL)
		return;
	if (open_app(s, s->own->o.home, &a, &e) != FJ_OK) {
		ui_fail(s->ui, &e);
		return;
	}
	put_away(s);
	app_close(&s->app);
	s->app = a;
	s->own->demo_app = NULL;
	demo_stop(&s->demo);
	memset(&s->sync, 0, sizeof(s->sync));
	session_start(s);
}

/* ---- run ---- */

static void
make_ui(struct session *s)
{
	struct ui_opts u = {
		.loop = s->loop, .term = s->term, .msg = s->m, .panic = on_panic,
		.badge = badge, .help = help_open, .hangup = on_hangup,
		.activity = on_activity, .ctx = s,
	};

	s->ui = ui_new(&u);
	s->own->active = loop_now(s->loop);
	s->own->tick = loop_every(s->loop, TICK_MS, on_tick, s);
}

static enum fj_rc
first_screen(struct session *s, struct fj_err *e)
{
	if (!s->own->o.demo) {
		session_start(s);
		return FJ_OK;
	}
	return session_demo(s, 0, e);
}

/* The screen goes before the rest: what cannot be undone is said on a plain one. */
static void
end(struct session *s)
{
	if (s->ui != NULL) {
		if (s->app != NULL)
			put_away(s);
		loop_cancel(s->loop, s->own->tick);
		loop_cancel(s->loop, s->own->nudge);
		ui_free(&s->ui);
	}
	term_stop(&s->term);
	app_close(&s->app);
	demo_stop(&s->demo);
	loop_free(&s->loop);
	free(s->own->draft);
	free(s->own);
}

enum fj_rc
session_run(const struct session_opts *o, struct fj_err *e)
{
	struct session s = {.program = o->program, .clock = o->clock};
	enum fj_rc rc;

	s.own = xcalloc(1, sizeof(*s.own));
	s.own->o = *o;
	rc = open_app(&s, o->home, &s.app, e);
	if (rc == FJ_OK) {
		s.m = strcmp(o->lang != NULL ? o->lang : app_lang(s.app), "zh") == 0 ?
		    o->zh : o->en;
		rc = loop_new(&s.loop, e);
	}
	if (rc == FJ_OK)
		rc = term_start(&(struct term_opts){.mouse = true}, &s.term, e);
	if (rc == FJ_OK) {
		make_ui(&s);
		rc = first_screen(&s, e);
	}
	if (rc == FJ_OK)
		rc = loop_run(s.loop, e);
	end(&s);
	return rc;
}
