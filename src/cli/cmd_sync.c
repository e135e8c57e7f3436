/* SPDX-License-Identifier: Apache-2.0 */
/* sync and status. */
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "app/ended.h"
#include "app/words.h"
#include "cli/commands.h"
#include "cli/state.h"
#include "os/loop.h"

struct following {
	struct cli *c;
	struct app *a;
	struct loop *loop;
	enum sync_phase shown;
};

/* A line when the phase moves; what travels inside a phase is for a screen. */
static void
step(void *ctx)
{
	struct following *f = ctx;
	struct sync_state s;
	struct fj_buf b;

	app_sync_state(f->a, &s);
	if (s.phase == f->shown)
		return;
	f->shown = s.phase;
	if (f->c->json)
		return;
	fj_buf_init(&b, 4096);
	word_sync_now(f->c->msg, &s, &b);
	fprintf(f->c->err, "%s\n", b.p);
	fflush(f->c->err);
	fj_buf_release(&b);
}

static void
stop(void *ctx)
{
	struct following *f = ctx;

	app_sync_stop(f->a);
	loop_stop(f->loop);
}

/* Another process locked the workspace: the keys are gone, so is the sync. */
static void
look(void *ctx)
{
	struct following *f = ctx;

	if (app_lock_seen(f->a) || !app_sync_running(f->a))
		stop(ctx);
}

static enum fj_rc
watch(struct following *f, const struct sync_options *o, struct fj_err *e)
{
	enum fj_rc rc = loop_new(&f->loop, e);

	if (rc != FJ_OK)
		return rc;
	loop_signal(f->loop, SIGINT, stop, f);
	loop_signal(f->loop, SIGTERM, stop, f);
	loop_signal(f->loop, SIGHUP, stop, f);
	rc = app_sync_start(f->a, f->loop, o, step, f, e);
	if (rc == FJ_OK) {
		loop_every(f->loop, 500, look, f);
		rc = loop_run(f->loop, e);
	}
	if (app_sync_running(f->a))
		app_sync_stop(f->a);
	loop_free(&f->loop);
	return rc == FJ_OK ? app_end_settle(f->a, e) : rc;
}

static void
tell(struct cli *c, struct app *a)
{
	struct sync_state s;
	struct out_json j;

	app_sync_state(a, &s);
	if (!c->json) {
		state_text(c, &s);
		return;
	}
	out_json_begin(&j);
	json_w_obj(&j.w);
	state_json(c, &s, &j.w);
	json_w_end(&j.w);
	out_json_end(c, &j);
}

/* After a run without an error: did the hub refuse something for good? */
static int
verdict(struct cli *c, struct app *a)
{
	struct sync_state s;

	app_sync_state(a, &s);
	if (s.phase == SYNC_REFUSED)
		return cli_fail(c, &s.err);
	if (s.err.rc != FJ_OK && s.phase == SYNC_WAITING)
		return cli_fail(c, &s.err);
	return s.quarantined > 0 ? CLI_NO : CLI_DONE;
}

int
cmd_sync(struct cli *c, int argc, char **argv)
{
	struct sync_options o = {0};
	bool pause = false;
	const struct opt opts[] = {
		{"--watch", OPT_FLAG, &o.watch}, {"--metered", OPT_FLAG, &o.metered},
		{"--sealed-only", OPT_FLAG, &o.sealed_only}, {"--pause", OPT_FLAG, &pause},
	};
	struct following f = {.c = c, .shown = SYNC_NEVER};
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "sync", NULL, OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	f.a = cli_app(c, &x);
	if (f.a == NULL)
		return x;
	/* Asked for by hand: that ends a pause. */
	rc = app_sync_pause(f.a, pause, &e);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	if (pause) {
		cli_say(c, N_("Paused: nothing syncs by itself until feijian sync is called again. Nothing is lost."), NULL);
		return CLI_DONE;
	}
	if (o.watch)
		rc = watch(&f, &o, &e);
	else
		rc = app_sync_once(f.a, &o, step, &f, &e);
	if (rc == FJ_REFUSED && strcmp(e.code, "sync.not-enrolled") == 0)
		rc = fj_fail(&e, FJ_NOTFOUND, "cli.not-enrolled", "");
	if (app_unlocked(f.a))		/* an ended device has no keys left to read its state */
		tell(c, f.a);
	if (rc == FJ_OFFLINE && !c->json)
		fprintf(c->err, "%s\n", _(c->msg, "No hub just now. Nothing is lost: everything stays in this workspace and goes up with the next sync."));
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	return verdict(c, f.a);
}

/* ---- status ---- */

static const char *
standing_word(struct cli *c, enum app_standing s)
{
	switch (s) {
	case APP_ENROLLED:
		return _(c->msg, "enrolled");
	case APP_ENDED:
		return _(c->msg, "ended by the hub");
	case APP_NOT_ENROLLED:
		break;
	}
	return _(c->msg, "not enrolled: only your recovery code opens this workspace beside your passphrase");
}

static const char *
standing_id(enum app_standing s)
{
	return s == APP_ENROLLED ? "enrolled" : s == APP_ENDED ? "ended" : "not-enrolled";
}

/* Held, but by the roster not this person's any more. */
static size_t
count_outside(struct app *a)
{
	const struct app_row *const *rows;
	size_t i, n = app_rows(a, &rows), outside = 0;

	for (i = 0; i < n; i++)
		outside += app_outside(a, rows[i]);
	return outside;
}

static void
status_json(struct cli *c, struct app *a, const struct sync_state *s, size_t visits)
{
	const struct app_person *me = app_me(a);
	struct out_json j;
	struct id dev;

	app_my_dev(a, &dev);
	out_json_begin(&j);
	json_w_obj(&j.w);
	json_w_kstr(&j.w, "home", app_home(a));
	json_w_kstr(&j.w, "name", me->name);
	json_w_kstr(&j.w, "org", me->org);
	json_w_kstr(&j.w, "cert", me->cert);
	json_w_kstr(&j.w, "division", me->division);
	out_kid(&j.w, "device", &dev);
	json_w_kstr(&j.w, "standing", standing_id(app_standing(a)));
	json_w_kbool(&j.w, "supervisor", app_is_supervisor(a));
	json_w_kint(&j.w, "visits", (int64_t)visits);
	json_w_kint(&j.w, "outside", (int64_t)count_outside(a));
	state_json(c, s, &j.w);
	json_w_end(&j.w);
	out_json_end(c, &j);
}

int
cmd_status(struct cli *c, int argc, char **argv)
{
	const struct app_row *const *rows;
	struct sync_state s;
	char number[24];
	struct fj_err e;
	struct app *a;
	bool changed;
	size_t n;
	int x;

	if (cli_opts(c, "status", NULL, NULL, 0, argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	if (app_refresh(a, &changed, &e) != FJ_OK)
		return cli_fail(c, &e);
	n = app_rows(a, &rows);
	app_sync_state(a, &s);
	if (c->json) {
		status_json(c, a, &s, n);
		return CLI_DONE;
	}
	snprintf(number, sizeof(number), "%zu", n);
	out_field(c, N_("Workspace"), app_home(a));
	out_field(c, N_("Person"), app_me(a)->name);
	out_field(c, N_("Organisation"), app_me(a)->org);
	out_field(c, N_("Standing"), standing_word(c, app_standing(a)));
	if (app_end_draining(a, &e))
		out_sentence(c, "  ", &e);
	out_field(c, N_("Visits"), number);
	if (count_outside(a) > 0) {
		snprintf(number, sizeof(number), "%zu", count_outside(a));
		out_field(c, N_("Outside your scope, not fetched any more"), number);
	}
	state_text(c, &s);
	return CLI_DONE;
}
