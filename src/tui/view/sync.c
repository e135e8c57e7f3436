/* SPDX-License-Identifier: Apache-2.0 */
/* What is safe where: the hub, the run of the moment, what has no receipt yet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/words.h"
#include "base/xalloc.h"
#include "text/human.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/views.h"

enum {
	CLOCK_SHOWN_MS = 5000,		/* less is the way there and back */
};

struct sync_page {
	struct session *s;
	struct lines l;
};

static void
fact(struct sync_page *v, const char *label, enum style st, const char *value)
{
	struct fj_buf b;

	fj_buf_init(&b, 8192);
	fj_buf_printf(&b, "%s  %s", msg_tr(v->s->m, label), value);
	lines_note(&v->l, st, b.p);
	fj_buf_release(&b);
}

static enum style
phase_style(enum sync_phase p)
{
	switch (p) {
	case SYNC_REFUSED:
		return STYLE_BAD;
	case SYNC_WAITING:
		return STYLE_WARN;
	case SYNC_NEVER:
	case SYNC_IDLE:
		return STYLE_NORMAL;
	default:
		return STYLE_ACCENT;
	}
}

static void
state_rows(struct sync_page *v, const struct sync_state *y)
{
	const struct msg *m = v->s->m;
	struct fj_buf b;

	fj_buf_init(&b, 8192);
	fact(v, N_("Hub:"), STYLE_NORMAL, y->url[0] != '\0' ? y->url : _(m, "none"));
	word_sync_now(m, y, &b);
	fact(v, N_("State:"), phase_style(y->phase), b.p);
	fj_buf_clear(&b);
	word_sync_last(m, y, app_now(v->s->app), &b);
	fact(v, N_("Last complete sync:"), STYLE_NORMAL, b.p);
	if (y->err.rc != FJ_OK) {
		fj_buf_clear(&b);
		msg_say(m, &y->err, &b);
		fact(v, N_("Last failure:"), STYLE_BAD, b.p);
	}
	fj_buf_clear(&b);
	word_sync_policy(m, y, &b);
	if (b.n > 0)
		fact(v, N_("Set:"), STYLE_WARN, b.p);
	if (y->skew_ms <= -CLOCK_SHOWN_MS || y->skew_ms >= CLOCK_SHOWN_MS) {
		fj_buf_clear(&b);
		fj_buf_puts(&b, y->skew_ms > 0 ? _(m, "behind the hub's by") :
		    _(m, "ahead of the hub's by"));
		fj_buf_putc(&b, ' ');
		human_span(m, &b, (y->skew_ms < 0 ? -y->skew_ms : y->skew_ms) / 1000);
		fact(v, N_("Clock:"), STYLE_WARN, b.p);
	}
	fj_buf_release(&b);
}

static void
unsent_text(const struct msg *m, const struct sync_state *y, struct fj_buf *b)
{
	if (y->unsent + y->unsent_evidence == 0) {
		fj_buf_puts(b, _(m, "Everything here has a signed receipt of the hub."));
		return;
	}
	if (y->up_entries + y->up_files > 0) {
		word_sync_arrived(m, y, b);
		return;
	}
	msg_put(m, b, "Without a receipt: {1} entries, {2} evidence files", "ll",
	    (long long)y->unsent, (long long)y->unsent_evidence);
	if (y->unsent_bytes > 0) {
		fj_buf_puts(b, ", ");
		human_size(b, y->unsent_bytes);
	}
}

static void
visit_rows_of(struct sync_page *v)
{
	const struct msg *m = v->s->m;
	const struct app_row *const *rows;
	size_t i, n = app_rows(v->s->app, &rows);
	struct fj_buf b;
	char id[ID_SHOWN + 1];

	fj_buf_init(&b, 4096);
	lines_head(&v->l, _(m, "Visits"));
	for (i = 0; i < n; i++) {
		const struct app_row *r = rows[i];
		bool whole = r->unsent + r->unsent_evidence == 0 || !row_mine(v->s, r);

		id_format_short(&r->id, id);
		fj_buf_clear(&b);
		if (whole)
			fj_buf_puts(&b, _(m, "at the hub"));
		else
			msg_put(m, &b, "entries {1}, evidence {2} to send", "ll",
			    (long long)r->unsent, (long long)r->unsent_evidence);
		lines_add(&v->l, id_number(&r->id), whole ? STYLE_NORMAL : STYLE_WARN, id,
		    r->s.subject, b.p);
	}
	if (n == 0)
		lines_note(&v->l, STYLE_MUTED, _(m, "No visit yet."));
	fj_buf_release(&b);
}

static bool
aside_row(void *ctx, const struct sync_aside *one)
{
	struct sync_page *v = ctx;
	char id[ID_SHOWN + 1];
	struct fj_buf b;

	id_format_short(&one->visit, id);
	fj_buf_init(&b, 8192);
	fj_buf_printf(&b, "%s  ", id);
	msg_say(v->s->m, &one->err, &b);
	lines_note(&v->l, STYLE_BAD, b.p);
	fj_buf_release(&b);
	return true;
}

static void
fill(struct sync_page *v)
{
	const struct msg *m = v->s->m;
	const struct sync_state *y = &v->s->sync;
	struct fj_buf b;

	lines_clear(&v->l);
	if (app_standing(v->s->app) == APP_NOT_ENROLLED) {
		lines_note(&v->l, STYLE_WARN, _(m, "Not enrolled at a hub: only your recovery code opens this workspace besides you, and a lost disk loses the work. You need the hub's address and an invitation code: press n. Without a network a bundle on a USB stick does the same: see the settings."));
		lines_done(&v->l);
		return;
	}
	if (app_standing(v->s->app) == APP_ENDED)
		lines_note(&v->l, STYLE_BAD, _(m, "The hub ended this device. Ask for a new invitation and enrol again: press n."));
	state_rows(v, y);
	fj_buf_init(&b, 4096);
	unsent_text(m, y, &b);
	lines_note(&v->l, y->unsent + y->unsent_evidence > 0 ? STYLE_WARN : STYLE_OK, b.p);
	fj_buf_clear(&b);
	if (y->quarantined > 0) {
		msg_put(m, &b, "{1} chains are refused by the hub; they stay here whole. See the story of the visit.", "l", (long long)y->quarantined);
		lines_note(&v->l, STYLE_BAD, b.p);
		/* Not readable: the number stands. */
		(void)!app_sync_asides(v->s->app, aside_row, v, NULL);
	}
	fj_buf_release(&b);
	visit_rows_of(v);
	lines_done(&v->l);
}

/* ---- the bars ---- */

static void
bar(struct grid *g, struct rect r, const char *label, int64_t done, int64_t all,
    const char *text)
{
	int w = r.w - 14 - 26;

	grid_fit(g, r.y, r.x + 2, 11, STYLE_NORMAL, label);
	if (w > 4)
		grid_bar(g, r.y, r.x + 14, w, STYLE_ACCENT, done, all);
	grid_right(g, r.y, r.x + r.w - 26, 25, STYLE_NORMAL, text);
}

static void
draw_bars(const struct sync_page *v, struct grid *g, struct rect r)
{
	const struct sync_state *y = &v->s->sync;
	struct fj_buf b;

	fj_buf_init(&b, 1024);
	fj_buf_printf(&b, "%llu/%llu", (unsigned long long)y->entries_done,
	    (unsigned long long)y->entries_total);
	bar(g, r, _(v->s->m, "Entries"), (int64_t)y->entries_done, (int64_t)y->entries_total, b.p);
	fj_buf_clear(&b);
	fj_buf_printf(&b, "%s ", y->item);
	human_size(&b, y->bytes_done);
	fj_buf_putc(&b, '/');
	human_size(&b, y->bytes_total);
	r.y++;
	bar(g, r, _(v->s->m, "Evidence"), y->bytes_done, y->bytes_total, b.p);
	fj_buf_release(&b);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct sync_page *v = self;

	fill(v);
	if (v->s->sync.phase > SYNC_IDLE && v->s->sync.phase < SYNC_WAITING && r.h > 6)
		draw_bars(v, g, rect_cut_bottom(&r, 2));
	lines_draw(&v->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct sync_page *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)self;
	(void)right;
	fj_buf_puts(left, _(ui_msg(ui), "Sync"));
}

/* ---- acts ---- */

static void
now(void *self, struct ui *ui)
{
	struct sync_page *v = self;

	ui_say(ui, STYLE_ACCENT, _(ui_msg(ui), "Trying now …"));
	session_sync_start(v->s, true);
}

static void
retry(void *self, struct ui *ui)
{
	struct sync_page *v = self;

	ui_say(ui, STYLE_ACCENT, _(ui_msg(ui), "Offering again what the hub refused …"));
	session_sync_retry(v->s);
}

static bool
refused(const void *self)
{
	return ((const struct sync_page *)self)->s->sync.quarantined > 0;
}

static void
pause_it(void *self, struct ui *ui)
{
	struct sync_page *v = self;

	session_sync_options(v->s, !v->s->paused, v->s->metered);
	ui_say(ui, STYLE_NORMAL, v->s->paused ? _(ui_msg(ui), "Paused; p goes on") :
	    _(ui_msg(ui), "Sync goes on"));
}

static void
meter(void *self, struct ui *ui)
{
	struct sync_page *v = self;

	session_sync_options(v->s, v->s->paused, !v->s->metered);
	ui_say(ui, STYLE_NORMAL, v->s->metered ?
	    _(ui_msg(ui), "Metered link: entries only") : _(ui_msg(ui), "Entries and evidence"));
}

static void
enrol(void *self, struct ui *ui)
{
	(void)ui;
	view_enrol_open(((struct sync_page *)self)->s);
}

static void
open_visit(void *self, struct ui *ui)
{
	struct sync_page *v = self;
	struct id id;

	(void)ui;
	if (visit_numbered(v->s, lines_at(&v->l), &id))
		view_log_open(v->s, &id);
}

static bool
enrolled(const void *self)
{
	return app_standing(((const struct sync_page *)self)->s->app) != APP_NOT_ENROLLED;
}

static bool
may_enrol(const void *self)
{
	return app_standing(((const struct sync_page *)self)->s->app) != APP_ENROLLED;
}

static void
close_sync(void *self)
{
	struct sync_page *v = self;

	lines_release(&v->l);
	free(v);
}

static const struct action actions[] = {
	{"sync.now", "r F5", N_("sync now"), N_("Try now, also when paused"), ACTION_FOOTER, now, enrolled},
	{"sync.pause", "p C-p", N_("pause"), N_("Pause the sync, or go on"), ACTION_FOOTER, pause_it, enrolled},
	{"sync.metered", "m C-n", N_("metered"), N_("A link that costs: entries only"), ACTION_FOOTER, meter, enrolled},
	{"sync.retry", "o F6", N_("offer again"), N_("Offer again what the hub refused"), 0, retry, refused},
	{"sync.enrol", "n F2", N_("enrol"), N_("Enrol at a hub with an invitation code"), ACTION_FOOTER, enrol, may_enrol},
	{"sync.story", "Enter", N_("story"), N_("Every entry of the selected visit"), 0, open_visit, enrolled},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "sync", .actions = actions, .draw = draw, .input = input, .title = title,
	.close = close_sync,
};

void
view_sync_open(struct session *s)
{
	struct sync_page *v = xcalloc(1, sizeof(*v));

	v->s = s;
	lines_init(&v->l, 8);
	fill(v);
	ui_push(s->ui, &ops, v);
}
