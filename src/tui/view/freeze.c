/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Freeze, sign, party, seal.  One page: what is missing (Enter goes there), or
 * the code, who signed, and what the next act is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "model/view.h"
#include "text/human.h"
#include "tui/view/case_words.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"
#include "tui/widget/list.h"

struct freeze {
	struct session *s;
	struct id visit;
	uint64_t serial;
	struct list *list;
	struct dossier_gap *gap;
	size_t n;
	int member;		/* that cannot sign */
	/* What the reason that is asked for now is of. */
	enum fj_rc (*act)(struct dossier *d, const char *why, struct fj_err *e);
	/* As of the last reload: what is open to whom. */
	enum visit_state state;
	bool may_sign, may_unsign, may_party;
};

static struct dossier *
dossier(struct freeze *v)
{
	return session_dossier(v->s, &v->visit);
}

/* Whose signature is missing, and is the party's word? */
static void
look_at_signs(struct freeze *v, struct dossier *d)
{
	const struct visit_freeze *f = d != NULL ? visit_freeze_now(dossier_visit(d)) : NULL;
	int me = d != NULL ? dossier_my_row(d) : -1, i;

	v->may_sign = v->may_unsign = v->may_party = false;
	if (v->state != VISIT_FROZEN || f == NULL || me < 0)
		return;
	v->may_sign = f->signs[me] == SIGN_MISSING;
	v->may_party = f->party_asked && f->party == NULL;
	for (i = 0; i < visit_facts(dossier_visit(d))->team_count; i++)
		if (i != me && f->signs[i] == SIGN_MISSING)
			v->may_unsign = true;
}

static void
reload(struct freeze *v)
{
	struct dossier *d = dossier(v);

	v->serial = session_serial(v->s);
	free(v->gap);
	v->gap = NULL;
	v->n = 0;
	v->state = d != NULL ? visit_state(dossier_visit(d)) : VISIT_NONE;
	if (v->state == VISIT_OPEN)
		v->n = dossier_gaps(d, &v->gap);
	look_at_signs(v, d);
	list_refresh(v->list);
	ui_dirty(v->s->ui);
}

/* ---- the list of what is missing ---- */

static size_t
gap_count(void *ctx)
{
	return ((struct freeze *)ctx)->n;
}

static uint64_t
gap_id(void *ctx, size_t row)
{
	(void)ctx;
	return row + 1;
}

static void
gap_draw(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct freeze *v = ctx;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	case_gap(v->s, dossier(v), &v->gap[row], &b);
	grid_text(g, r.y, r.x + 1, 2, st == STYLE_NORMAL ? STYLE_BAD : st,
	    msg_is_zh(v->s->m) ? "缺" : "- ");
	grid_fit(g, r.y, r.x + 4, r.w - 4, st, b.p);
	fj_buf_release(&b);
}

static const struct list_ops gaps = {gap_count, gap_id, NULL, gap_draw, NULL, NULL};

static void
go_there(void *self, struct ui *ui)
{
	struct freeze *v = self;
	struct dossier *d = dossier(v);
	const struct dossier_gap *g;
	size_t row;
	int form;

	(void)ui;
	if (d == NULL || !list_selected(v->list, &row) || row >= v->n)
		return;
	g = &v->gap[row];
	form = g->form[0] != '\0' ? dossier_form_index(d, g->form) : -1;
	if (!id_is_zero(&g->finding))
		view_finding_open(v->s, &v->visit, &g->finding);
	else if (form >= 0 && g->at[0] != '\0')
		view_checklist_open(v->s, &v->visit, (size_t)form, g->at);
	else if (strstr(g->err.code, "outcome") != NULL || strstr(g->err.code, "facts") != NULL)
		view_outcome_open(v->s, &v->visit);
	else if (strstr(g->err.code, "evidence") != NULL)
		view_evidence_open(v->s, &v->visit, NULL);
	else if (strstr(g->err.code, "disput") != NULL || strstr(g->err.code, "disagree") != NULL)
		view_disputes_open(v->s, &v->visit);
}

/* ---- acts ---- */

static void
acted(struct freeze *v, enum fj_rc rc, const struct fj_err *e)
{
	if (session_kept(v->s, rc, e))
		session_acted(v->s);
	reload(v);
}

static void
freeze_now(void *ctx, bool yes)
{
	struct freeze *v = ctx;
	struct dossier *d = dossier(v);
	struct hash seal;
	struct fj_err e;

	if (!yes || d == NULL)
		return;
	session_keeping(v->s);
	acted(v, dossier_freeze(d, &seal, &e), &e);
}

static void
ask_freeze(void *self, struct ui *ui)
{
	struct freeze *v = self;
	char id[ID_SHOWN + 1];
	struct confirm_opts o = {.title = _(ui_msg(ui), "Freeze the facts?"),
	    .text = _(ui_msg(ui), "After this nothing can be changed in this round. Papers carry the code. Type the last four characters of the visit's id."),
	    .yes = _(ui_msg(ui), "freeze"), .danger = true};

	reload(v);
	if (v->n > 0) {
		ui_say(ui, STYLE_BAD, _(ui_msg(ui), "Not yet: the list says what is missing; Enter goes there"));
		return;
	}
	id_format_short(&v->visit, id);
	o.word = id + ID_SHOWN - 4;
	dialog_confirm(ui, &o, freeze_now, v);
}

static void
sign(void *self, struct ui *ui)
{
	struct freeze *v = self;
	struct dossier *d = dossier(v);
	struct fj_err e;

	(void)ui;
	if (d == NULL)
		return;
	session_keeping(v->s);
	acted(v, dossier_sign(d, &e), &e);
}

static void
sign_now(void *ctx, bool yes)
{
	if (yes)
		sign(ctx, NULL);
}

static void
ask_sign(void *self, struct ui *ui)
{
	struct freeze *v = self;
	struct confirm_opts o = {.title = _(ui_msg(ui), "Sign this freeze?"),
	    .text = _(ui_msg(ui), "Your key signs all entries under it. Look at the record (r) first."),
	    .yes = _(ui_msg(ui), "sign")};

	dialog_confirm(ui, &o, sign_now, v);
}

static void
reason_given(void *ctx, const char *why)
{
	struct freeze *v = ctx;
	struct dossier *d = dossier(v);
	struct fj_err e;

	if (why == NULL || d == NULL)
		return;
	session_keeping(v->s);
	acted(v, v->act(d, why, &e), &e);
}

static void
ask_reason(struct freeze *v, const char *heading, const char *text,
    enum fj_rc (*act)(struct dossier *d, const char *why, struct fj_err *e))
{
	struct prompt_opts o = {.title = heading, .text = text,
	    .max_bytes = LIMIT_REASON_BYTES, .required = true};

	v->act = act;
	dialog_prompt(v->s->ui, &o, reason_given, v);
}

static void
ask_void(void *self, struct ui *ui)
{
	ask_reason(self, _(ui_msg(ui), "Take the freeze back: why?"),
	    _(ui_msg(ui), "Papers printed under it become invalid; its code stays on record as void."),
	    dossier_void);
}

static void
ask_reopen(void *self, struct ui *ui)
{
	ask_reason(self, _(ui_msg(ui), "Open the next round: why?"),
	    _(ui_msg(ui), "What is sealed stays as it is; changes of the next round need a reason each."),
	    dossier_reopen);
}

static void
unsigned_reason(void *ctx, const char *why)
{
	struct freeze *v = ctx;
	struct dossier *d = dossier(v);
	const struct visit_member *m;
	struct fj_err e;

	if (why == NULL || d == NULL)
		return;
	m = &visit_facts(dossier_visit(d))->team[v->member];
	session_keeping(v->s);
	acted(v, dossier_unsigned(d, m->cert != NULL && m->cert[0] != '\0' ? m->cert : m->name, why, &e), &e);
}

static void
unsigned_picked(void *ctx, long index)
{
	struct freeze *v = ctx;
	struct prompt_opts o = {.title = _(v->s->m, "Why can this member not sign?"),
	    .max_bytes = LIMIT_REASON_BYTES, .required = true};

	if (index < 0)
		return;
	v->member = (int)index;
	dialog_prompt(v->s->ui, &o, unsigned_reason, v);
}

static void
ask_unsigned(void *self, struct ui *ui)
{
	struct freeze *v = self;
	struct dossier *d = dossier(v);
	const struct visit_facts *f;
	const struct visit_freeze *fr;
	struct pick_item *item;
	struct pick_opts o = {.title = _(ui_msg(ui), "Who cannot sign?")};
	int i;

	if (d == NULL || (fr = visit_freeze_now(dossier_visit(d))) == NULL)
		return;
	f = visit_facts(dossier_visit(d));
	item = xcalloc((size_t)f->team_count, sizeof(*item));
	for (i = 0; i < f->team_count; i++) {
		item[i].label = f->team[i].name;
		item[i].note = f->team[i].cert;
		item[i].off = fr->signs[i] != SIGN_MISSING;
		if (item[o.selected].off)
			o.selected = (size_t)i;
	}
	o.items = item;
	o.n = (size_t)f->team_count;
	dialog_pick(ui, &o, unsigned_picked, v);
	free(item);
}

static void
ask_party(void *self, struct ui *ui)
{
	struct freeze *v = self;

	(void)ui;
	view_party_open(v->s, &v->visit);
}

static void
record(void *self, struct ui *ui)
{
	struct freeze *v = self;

	(void)ui;
	view_record_open(v->s, &v->visit);
}

/* ---- what is open to whom ---- */

static enum visit_state
state_of(const void *self)
{
	return ((const struct freeze *)self)->state;
}

static bool
is_open(const void *self)
{
	return state_of(self) == VISIT_OPEN;
}

static bool
has_gaps(const void *self)
{
	return is_open(self) && ((const struct freeze *)self)->n > 0;
}

static bool
may_sign(const void *self)
{
	return ((const struct freeze *)self)->may_sign;
}

static bool
may_unsign(const void *self)
{
	return ((const struct freeze *)self)->may_unsign;
}

static bool
may_party(const void *self)
{
	return ((const struct freeze *)self)->may_party;
}

static bool
is_frozen(const void *self)
{
	return state_of(self) == VISIT_FROZEN;
}

static bool
may_reopen(const void *self)
{
	enum visit_state s = state_of(self);

	return s == VISIT_SEALED || s == VISIT_RETURNED || s == VISIT_CONTESTED;
}

/* ---- drawing ---- */

static const char *
sign_word(const struct freeze *v, enum sign_how how)
{
	switch (how) {
	case SIGN_SIGNED:
		return _(v->s->m, "signed");
	case SIGN_UNSIGNED:
		return _(v->s->m, "cannot sign (recorded)");
	case SIGN_MISSING:
		break;
	}
	return _(v->s->m, "has not signed yet");
}

static int
line(struct grid *g, struct rect r, int y, const char *label, const char *value, enum style st)
{
	if (y < r.y + r.h) {
		int used = grid_fit(g, y, r.x + 1, 18, STYLE_MUTED, label);

		grid_fit(g, y, r.x + 2 + (used > 16 ? used : 16), r.w - 20, st, value);
	}
	return y + 1;
}

static int
draw_signers(struct freeze *v, struct dossier *d, const struct visit_freeze *f,
    struct grid *g, struct rect r, int y)
{
	const struct visit_facts *facts = visit_facts(dossier_visit(d));
	int i;

	for (i = 0; i < facts->team_count; i++)
		y = line(g, r, y, facts->team[i].name, sign_word(v, f->signs[i]),
		    f->signs[i] == SIGN_SIGNED ? STYLE_OK : STYLE_WARN);
	if (f->party != NULL) {
		struct fj_buf b;

		fj_buf_init(&b, LIMIT_VALUE_BYTES);
		case_party(v->s, f->party->body, &b);
		y = line(g, r, y, _(v->s->m, "Party"), b.p, STYLE_OK);
		fj_buf_release(&b);
	} else if (f->party_asked)
		y = line(g, r, y, _(v->s->m, "Party"), _(v->s->m, "not recorded yet (p)"), STYLE_WARN);
	return y;
}

static const char *
next_words(struct freeze *v, struct dossier *d, const struct visit_freeze *f)
{
	enum visit_state state = visit_state(dossier_visit(d));
	int me = dossier_my_row(d);

	if (state == VISIT_RETURNED)
		return _(v->s->m, "Returned by a supervisor: open the next round (o), complete it, freeze again.");
	if (state == VISIT_APPROVED)
		return _(v->s->m, "Sealed and approved: nothing is left to do here.");
	if (f->sealed)
		return _(v->s->m, "Sealed: it never changes. Supervisors can decide now.");
	if (me >= 0 && f->signs[me] == SIGN_MISSING)
		return _(v->s->m, "Next: you sign (s), after reading the record (r).");
	if (f->signed_count < visit_facts(dossier_visit(d))->team_count)
		return _(v->s->m, "Next: the other member signs in a workspace of their own: by the hub, by a bundle, or on this machine (h).");
	return _(v->s->m, "Next: record what the party did (p).");
}

static void
draw_freeze(struct freeze *v, struct dossier *d, const struct visit_freeze *f,
    struct grid *g, struct rect r)
{
	char code[40], seal[HASH_TEXT + 1];
	struct fj_buf b;
	int y = r.y + 1;

	fj_buf_init(&b, 256);
	dossier_code(&f->entry->id, code);
	hash_format(&f->entry->id, seal);
	fj_buf_printf(&b, "%d", f->round);
	y = line(g, r, y, _(v->s->m, "Round"), b.p, STYLE_NORMAL);
	fj_buf_clear(&b);
	human_time(&b, f->entry->at);
	y = line(g, r, y, _(v->s->m, "Frozen"), b.p, STYLE_NORMAL);
	y = line(g, r, y, _(v->s->m, "Look-up code"), code, STYLE_TITLE);
	fj_buf_clear(&b);
	fj_buf_printf(&b, "%.16s %.16s", seal, seal + 16);
	y = line(g, r, y, _(v->s->m, "Seal id"), b.p, STYLE_NORMAL);
	fj_buf_clear(&b);
	fj_buf_printf(&b, "%.16s %.16s", seal + 32, seal + 48);
	y = line(g, r, y, "", b.p, STYLE_NORMAL);
	y = draw_signers(v, d, f, g, r, y + 1);
	if (y + 1 < r.y + r.h)
		grid_para(g, (struct rect){y + 1, r.x + 1, r.y + r.h - y - 1, r.w - 2}, 0,
		    f->sealed ? STYLE_OK : STYLE_ACCENT, next_words(v, d, f));
	grid_cursor(g, r.y, r.x);
	fj_buf_release(&b);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct freeze *v = self;
	const struct msg *m = ui_msg(ui);
	struct dossier *d = dossier(v);
	const struct visit_freeze *f;
	struct rect top;
	struct fj_buf b;

	if (d == NULL)
		return;
	if (v->serial != session_serial(v->s))
		reload(v);
	f = visit_freeze_now(dossier_visit(d));
	if (f != NULL) {
		draw_freeze(v, d, f, g, r);
		return;
	}
	top = rect_cut_top(&r, 2);
	fj_buf_init(&b, LIMIT_REASON_BYTES);
	if (v->n == 0)
		fj_buf_puts(&b, _(m, "Nothing is missing. z freezes: facts are fixed, the code exists."));
	else
		msg_put(m, &b, N_("Missing before the freeze: {1} (Enter goes there)"), "z", v->n);
	grid_fit(g, top.y, top.x + 1, top.w - 2, v->n == 0 ? STYLE_OK : STYLE_WARN, b.p);
	fj_buf_release(&b);
	list_set_empty(v->list, "");
	list_draw(v->list, g, r, true);
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct freeze *v = self;
	struct dossier *d = dossier(v);

	fj_buf_puts(left, _(ui_msg(ui), "Freeze and seal"));
	if (d != NULL)
		fj_buf_printf(right, "%s", visit_facts(dossier_visit(d))->subject);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct freeze *v = self;

	if (list_input(v->list, in) == LIST_IGNORED)
		return UI_IGNORED;
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	reload(self);
}

static void
close_view(void *self)
{
	struct freeze *v = self;

	list_free(&v->list);
	free(v->gap);
	free(v);
}

/* I signed; somebody of the team has not. */
static bool
may_sign_here(const void *self)
{
	const struct freeze *v = self;
	const struct dossier *d = session_dossier(v->s, &v->visit);
	const struct visit_freeze *f = d != NULL ? visit_freeze_now(dossier_visit(d)) : NULL;
	int me = d != NULL ? dossier_my_row(d) : -1, i;

	if (f == NULL || f->sealed || me < 0 || f->signs[me] != SIGN_SIGNED)
		return false;
	for (i = 0; i < visit_facts(dossier_visit(d))->team_count; i++)
		if (f->signs[i] == SIGN_MISSING)
			return true;
	return false;
}

static void
sign_here(void *self, struct ui *ui)
{
	struct freeze *v = self;

	(void)ui;
	view_sign_here_open(v->s, &v->visit);
}

static const struct action actions[] = {
	{"freeze.go", "Enter", N_("go there"), N_("Go to the place where this is mended"), ACTION_FOOTER, go_there, has_gaps},
	{"freeze.freeze", "z 1", N_("freeze"), N_("Fix the facts of this round"), ACTION_FOOTER, ask_freeze, is_open},
	{"freeze.sign", "s 2", N_("sign"), N_("Sign the freeze with my key"), ACTION_FOOTER, ask_sign, may_sign},
	{"freeze.party", "p 3", N_("party"), N_("What the party did: signed, refused, absent"), ACTION_FOOTER, ask_party, may_party},
	{"freeze.unsigned", "m 4", N_("cannot sign"), N_("Record that a member cannot sign"), ACTION_FOOTER, ask_unsigned, may_unsign},
	{"freeze.void", "V 5", N_("take back"), N_("Take the freeze back before the seal"), ACTION_FOOTER, ask_void, is_frozen},
	{"freeze.reopen", "o 6", N_("reopen"), N_("Open the next round"), ACTION_FOOTER, ask_reopen, may_reopen},
	{"freeze.here", "h", N_("sign here"), N_("A colleague signs on this machine, from a workspace of their own"), ACTION_FOOTER, sign_here, may_sign_here},
	{"freeze.record", "r 7", N_("record"), N_("Read the on-site record"), ACTION_FOOTER, record, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "freeze",
	.actions = actions,
	.draw = draw,
	.input = input,
	.title = title,
	.shown = shown,
	.close = close_view,
};

void
view_freeze_open(struct session *s, const struct id *visit)
{
	struct freeze *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->visit = *visit;
	v->list = list_new(&gaps, v);
	reload(v);
	ui_push(s->ui, &ops, v);
}
