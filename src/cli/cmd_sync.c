/* SPDX-License-Identifier: Apache-2.0 */
/* sync and status. */
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "app/ended.h"
#include "app/words.h"
#include "cli/commands.h"
#include "cli/line.h"
#include "cli/state.h"
#include "os/clock.h"
#include "os/env.h"
#include "os/loop.h"

struct following {
	struct cli *c;
	struct app *a;
	struct loop *loop;
	const struct sync_options *o;
	enum sync_phase shown;
	bool terminal;			/* one line that is written over */
	bool open;			/* it has no end yet */
	bool held;			/* paused while watching */
	int64_t at;			/* when the last line was written */
};

enum {
	LINE_MS = 250,
};

static void
step_json(struct following *f, const struct sync_state *s)
{
	struct fj_buf b;
	struct json_w w;

	fj_buf_init(&b, 4096);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_kstr(&w, "phase", phase_id(s->phase));
	json_w_kint(&w, "entries_done", (int64_t)s->entries_done);
	json_w_kint(&w, "entries_total", (int64_t)s->entries_total);
	json_w_kint(&w, "files_done", (int64_t)s->files_done);
	json_w_kint(&w, "files_total", (int64_t)s->files_total);
	json_w_kint(&w, "bytes_done", s->bytes_done);
	json_w_kint(&w, "bytes_total", s->bytes_total);
	json_w_kint(&w, "rate", s->rate);
	json_w_kstr(&w, "item", s->item);
	json_w_kint(&w, "next_ms", s->next_ms);
	json_w_end(&w);
	fprintf(f->c->err, "%s\n", b.p);
	fj_buf_release(&b);
}

static void
step_text(struct following *f, const struct sync_state *s)
{
	struct fj_buf b;

	fj_buf_init(&b, 4096);
	word_sync_now(f->c->msg, s, &b);
	if (f->terminal)
		fprintf(f->c->err, "\r\033[K%s", b.p);
	else
		fprintf(f->c->err, "%s\n", b.p);
	f->open = f->terminal;
	fj_buf_release(&b);
}

/* A line when the phase moves; on a terminal and for programs also how far it is. */
static void
step(void *ctx)
{
	struct following *f = ctx;
	struct sync_state s;
	int64_t now = clock_monotonic_ms();

	app_sync_state(f->a, &s);
	if (s.phase == f->shown && ((!f->terminal && !f->c->json) || now - f->at < LINE_MS))
		return;
	f->shown = s.phase;
	f->at = now;
	if (f->c->json)
		step_json(f, &s);
	else
		step_text(f, &s);
	fflush(f->c->err);
}

static void
step_end(struct following *f)
{
	if (f->open)
		fputc('\n', f->c->err);
	f->open = false;
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

	struct fj_err e;

	if (app_lock_seen(f->a) || (!f->held && !app_sync_running(f->a))) {
		stop(ctx);
		return;
	}
	/* By whichever program of the workspace it was paused. */
	if (app_sync_paused(f->a) == f->held)
		return;
	f->held = !f->held;
	if (f->held)
		app_sync_stop(f->a);
	else if (app_sync_start(f->a, f->loop, f->o, step, f, &e) != FJ_OK)
		stop(ctx);
	f->shown = SYNC_NEVER;
	step(f);
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
	f->o = o;
	f->held = app_sync_paused(f->a);
	if (!f->held)
		rc = app_sync_start(f->a, f->loop, o, step, f, e);
	else
		step(f);
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
		struct fj_buf b;

		fj_buf_init(&b, 8192);
		word_sync_arrived(c->msg, &s, &b);
		if (s.phase != SYNC_NEVER)
			fprintf(c->out, "%s\n", b.p);
		fj_buf_release(&b);
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

/* ---- settings ---- */

struct setting {
	bool pause, resume;
	const char *proxy, *policy;
};

/* all, or of metered and sealed-only what is named. */
static int
set_policy(struct cli *c, struct app *a, const char *words)
{
	static const char all[] = "all", metered[] = "metered", sealed[] = "sealed-only";
	bool is_metered = false, is_sealed = false;
	struct fj_err e;
	const char *p = words;
	size_t n;

	while (*p != '\0') {
		n = strcspn(p, ",");
		if (n == strlen(metered) && memcmp(p, metered, n) == 0)
			is_metered = true;
		else if (n == strlen(sealed) && memcmp(p, sealed, n) == 0)
			is_sealed = true;
		else if (n != strlen(all) || memcmp(p, all, n) != 0)
			return cli_bad(c, "cli.sync-policy", words);
		p += n + (p[n] == ',');
	}
	return app_sync_policy(a, is_metered, is_sealed, &e) == FJ_OK ? CLI_DONE :
	    cli_fail(c, &e);
}

/* '-': from standard input, so that a password stands in no list of processes. */
static int
set_proxy(struct cli *c, struct app *a, const char *proxy)
{
	struct fj_buf line;
	struct fj_err e;
	bool more = true;
	enum fj_rc rc = FJ_OK;

	fj_buf_init_secret(&line, 1024);
	if (strcmp(proxy, "-") == 0)
		rc = line_read(c->in, &line, &more, &e);
	else
		fj_buf_puts(&line, proxy);
	if (rc == FJ_OK)
		rc = app_sync_proxy(a, line.n > 0 ? line.p : "", &e);
	fj_buf_release(&line);
	return rc == FJ_OK ? CLI_DONE : cli_fail(c, &e);
}

/* Only settings were given: what holds from now on. */
static int
set(struct cli *c, struct app *a, const struct setting *s)
{
	struct fj_err e;
	int x = CLI_DONE;

	if ((s->pause || s->resume) && app_sync_pause(a, s->pause, &e) != FJ_OK)
		return cli_fail(c, &e);
	if (s->policy != NULL)
		x = set_policy(c, a, s->policy);
	if (x == CLI_DONE && s->proxy != NULL)
		x = set_proxy(c, a, s->proxy);
	if (x == CLI_DONE && s->pause)
		cli_say(c, N_("Paused: nothing syncs by itself until feijian sync --resume. Nothing is lost."), NULL);
	else if (x == CLI_DONE)
		cli_say(c, N_("Kept. The sync of this workspace goes by it from now on."), NULL);
	return x;
}

int
cmd_sync(struct cli *c, int argc, char **argv)
{
	struct sync_options o = {0};
	struct setting s = {0};
	const struct opt opts[] = {
		{"--watch", OPT_FLAG, &o.watch}, {"--metered", OPT_FLAG, &o.metered},
		{"--sealed-only", OPT_FLAG, &o.sealed_only}, {"--pause", OPT_FLAG, &s.pause},
		{"--resume", OPT_FLAG, &s.resume}, {"--retry", OPT_FLAG, &o.retry},
		{"--proxy", OPT_STR, &s.proxy}, {"--policy", OPT_STR, &s.policy},
	};
	struct following f = {.c = c, .shown = SYNC_NEVER, .terminal = env_is_terminal(2)};
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "sync", NULL, OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	f.a = cli_app(c, &x);
	if (f.a == NULL)
		return x;
	if (s.pause || s.resume || s.proxy != NULL || s.policy != NULL)
		return set(c, f.a, &s);
	if (o.watch)
		rc = watch(&f, &o, &e);
	else
		rc = app_sync_once(f.a, &o, step, &f, &e);
	step_end(&f);
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
