/* SPDX-License-Identifier: Apache-2.0 */
/* The story of a visit, entry by entry. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/words.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "text/human.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

enum { TEXT_MAX = 1 << 20 };

struct story {
	struct session *s;
	struct id id;
	struct lines l;
	uint64_t serial;
	bool newest_first;
	bool odd_only;		/* late, without effect, waiting, replaced */
};

static uint64_t
entry_number(const struct visit_entry *en)
{
	return (fj_get_u64(en->id.b) >> 1) | 1;
}

static enum style
style_of(const struct visit_entry *en)
{
	if (en->status == ENTRY_LATE || en->status == ENTRY_WAITS)
		return STYLE_WARN;
	if (en->status == ENTRY_INERT)
		return STYLE_BAD;
	return en->superseded ? STYLE_MUTED : STYLE_NORMAL;
}

static void
add_entry(struct story *v, const struct visit_entry *en, struct fj_buf *b)
{
	struct fj_buf left;

	fj_buf_init(&left, 4096);
	human_when(&left, en->at, app_now(v->s->app));
	fj_buf_clear(b);
	fj_buf_printf(b, "%s%s  ", en->author.name, en->author.certified ? "" : "?");
	word_entry(v->s->m, session_dossier(v->s, &v->id), en, b);
	lines_add(&v->l, entry_number(en), style_of(en), left.p, b->p,
	    en->status != ENTRY_COUNTS ? word_status(v->s->m, en->status) :
	    en->superseded ? _(v->s->m, "replaced later") : NULL);
	fj_buf_release(&left);
}

static void
fill(struct story *v)
{
	struct dossier *d = session_dossier(v->s, &v->id);
	const struct visit *vis;
	struct fj_buf b;
	size_t i, n;

	lines_clear(&v->l);
	v->serial = session_serial(v->s);
	if (d == NULL) {
		lines_done(&v->l);
		return;
	}
	vis = dossier_visit(d);
	n = visit_entry_count(vis);
	fj_buf_init(&b, TEXT_MAX);
	for (i = 0; i < n; i++) {
		const struct visit_entry *en = visit_entry_at(vis, v->newest_first ? n - 1 - i : i);

		if (!v->odd_only || en->status != ENTRY_COUNTS || en->superseded)
			add_entry(v, en, &b);
	}
	fj_buf_release(&b);
	lines_done(&v->l);
}

static const struct visit_entry *
selected(struct story *v)
{
	struct dossier *d = session_dossier(v->s, &v->id);
	uint64_t at = lines_at(&v->l);
	const struct visit *vis = d != NULL ? dossier_visit(d) : NULL;
	size_t i;

	for (i = 0; vis != NULL && i < visit_entry_count(vis); i++)
		if (entry_number(visit_entry_at(vis, i)) == at)
			return visit_entry_at(vis, i);
	return NULL;
}

/* ---- one entry in full ---- */

static void
put(const struct msg *m, struct fj_buf *b, const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0')
		fj_buf_printf(b, "%s: %s\n", msg_tr(m, label), value);
}

static void
put_proof(const struct msg *m, const struct visit_entry *en, struct fj_buf *b)
{
	char hex[HASH_TEXT + 1], dev[ID_TEXT + 1], at[INSTANT_TEXT + 1], no[32];

	fj_buf_printf(b, "\n# %s\n", _(m, "Proof"));
	hash_format(&en->id, hex);
	put(m, b, N_("Entry"), hex);
	id_format(&en->dev, dev);
	put(m, b, N_("Key"), dev);
	snprintf(no, sizeof(no), "%llu", (unsigned long long)en->seq);
	put(m, b, N_("Number in its chain"), no);
	instant_format(en->at, at);
	put(m, b, N_("Time by the clock of that machine"), at);
	put(m, b, N_("Operation"), en->op_name);
	if (en->round > 0) {
		snprintf(no, sizeof(no), "%d", en->round);
		put(m, b, N_("Round"), no);
	}
}

static void
put_body(const struct msg *m, const struct visit_entry *en, struct fj_buf *b)
{
	struct json_w w;

	if (en->body == NULL)
		return;
	fj_buf_printf(b, "\n# %s\n", _(m, "As written"));
	json_w_init(&w, b);
	json_w_value(&w, en->body);
	fj_buf_putc(b, '\n');
}

static void
detail(void *self, struct ui *ui)
{
	struct story *v = self;
	const struct visit_entry *en = selected(v);
	const struct msg *m = v->s->m;
	struct fj_err e;
	struct fj_buf b;

	if (en == NULL)
		return;
	fj_buf_init(&b, TEXT_MAX);
	word_entry(v->s->m, session_dossier(v->s, &v->id), en, &b);
	fj_buf_puts(&b, "\n\n");
	put(m, &b, N_("By"), en->author.name);
	put(m, &b, N_("Certificate number"), en->author.cert);
	fj_buf_printf(&b, "%s\n", en->author.certified ?
	    _(m, "The roster says that this key is theirs.") :
	    _(m, "Name as claimed: no roster here certifies the key."));
	put(m, &b, N_("Place"), en->path);
	put(m, &b, N_("Value"), en->value);
	put(m, &b, N_("Reason"), en->why);
	put(m, &b, N_("Text"), en->text);
	put(m, &b, N_("Facts"), en->facts);
	put(m, &b, N_("Effect"), word_status(m, en->status));
	if (visit_entry_reason(dossier_visit(session_dossier(v->s, &v->id)), en, &e)) {
		msg_say(m, &e, &b);
		fj_buf_putc(&b, '\n');
	}
	put_proof(m, en, &b);
	put_body(m, en, &b);
	dialog_pager(ui, _(m, "Entry"), b.p);
	fj_buf_release(&b);
}

/* ---- verify ---- */

struct report {
	const struct msg *m;
	struct fj_buf b;
};

static void
one_check(void *ctx, const struct verify_check *c)
{
	struct report *to = ctx;

	fj_buf_printf(&to->b, "%-6s ", word_verify(c->result));
	if (c->round > 0)
		msg_put(to->m, &to->b, "round {1}: ", "d", c->round);
	msg_say(to->m, &c->err, &to->b);
	fj_buf_putc(&to->b, '\n');
}

static void
verify(void *self, struct ui *ui)
{
	struct story *v = self;
	struct dossier *d = session_dossier(v->s, &v->id);
	struct report to = {.m = v->s->m};
	struct fj_err e;
	size_t failed = 0;

	if (d == NULL)
		return;
	fj_buf_init(&to.b, TEXT_MAX);
	say_busy(v->s, N_("Checking chains, signatures and evidence …"));
	if (dossier_verify(d, true, NULL, one_check, &to, &failed, &e) != FJ_OK) {
		ui_fail(ui, &e);
	} else {
		struct fj_buf all;

		fj_buf_init(&all, TEXT_MAX * 2);
		fj_buf_printf(&all, "# %s\n%s", failed == 0 ? _(v->s->m, "Nothing failed.") :
		    _(v->s->m, "Something failed: see the lines with FAIL."), to.b.p);
		dialog_pager(ui, _(v->s->m, "Proof of the record"), all.p);
		fj_buf_release(&all);
	}
	fj_buf_release(&to.b);
}

/* ---- the screen ---- */

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct story *v = self;

	if (v->serial != session_serial(v->s))
		fill(v);
	list_set_empty(v->l.list, _(ui_msg(ui), "No entry to show. Press x for all."));
	lines_draw(&v->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct story *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct story *v = self;

	fj_buf_printf(left, "%s  ", _(ui_msg(ui), "Story"));
	visit_name(v->s, &v->id, left);
	fj_buf_printf(right, "%zu", list_shown(v->l.list));
}

static void
search(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct story *)self)->l.search);
}

static void
turn(void *self, struct ui *ui)
{
	struct story *v = self;

	(void)ui;
	v->newest_first = !v->newest_first;
	fill(v);
}

static void
odd(void *self, struct ui *ui)
{
	struct story *v = self;

	v->odd_only = !v->odd_only;
	fill(v);
	ui_say(ui, STYLE_MUTED, v->odd_only ?
	    _(ui_msg(ui), "Only entries that were replaced or have no effect") :
	    _(ui_msg(ui), "All entries"));
}

/* ---- a reservation (保留意见) against a settlement ---- */

static void
reservation(void *ctx, const char *text)
{
	struct story *v = ctx;
	struct dossier *d = session_dossier(v->s, &v->id);
	const struct visit_entry *en = selected(v);
	struct fj_err e;

	if (text == NULL || d == NULL || en == NULL)
		return;
	session_keeping(v->s);
	if (session_kept(v->s, dossier_reserve(d, &en->id, text, &e), &e))
		session_acted(v->s);
	fill(v);
}

static void
reserve(void *self, struct ui *ui)
{
	struct story *v = self;
	const struct visit_entry *en = selected(v);
	struct prompt_opts o = {.title = _(ui_msg(ui), "Reservation"),
	    .text = _(ui_msg(ui), "The settlement stands; your reservation stands beside it on record."),
	    .max_bytes = LIMIT_REASON_BYTES, .required = true};

	if (en == NULL || en->op != OP_RESOLVE)
		ui_say(ui, STYLE_WARN, _(ui_msg(ui), "A reservation is about the settlement of a disagreement: select that entry"));
	else
		dialog_prompt(ui, &o, reservation, v);
}

static bool
typing(const void *self)
{
	return lines_typing(&((const struct story *)self)->l);
}

static void
close_story(void *self)
{
	struct story *v = self;

	lines_release(&v->l);
	free(v);
}

static const struct action actions[] = {
	{"log.detail", "Enter", N_("details"), N_("The selected entry in full"), ACTION_FOOTER, detail, NULL},
	{"log.filter", "/ C-f", N_("filter"), N_("Show only entries that match"), ACTION_FOOTER, search, NULL},
	{"log.turn", "o C-o", N_("order"), N_("Newest first or oldest first"), ACTION_FOOTER, turn, NULL},
	{"log.odd", "x C-x", N_("odd ones"), N_("Only entries that were replaced, came late or have no effect"), ACTION_FOOTER, odd, NULL},
	{"log.reserve", "r C-r", N_("reservation"), N_("A reservation against a colleague's settlement of a disagreement"), 0, reserve, NULL},
	{"log.verify", "v C-v", N_("verify"), N_("Check all chains, signatures and evidence"), ACTION_FOOTER, verify, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "log", .actions = actions, .draw = draw, .input = input, .title = title,
	.close = close_story, .typing = typing,
};

void
view_log_open(struct session *s, const struct id *visit)
{
	struct story *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->id = *visit;
	v->newest_first = true;
	lines_init(&v->l, 11);
	fill(v);
	ui_push(s->ui, &ops, v);
}
