/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One finding: its fields, the law beside it as in force on the day of the act,
 * and what is missing for its stage.  All that is typed is one draft until C-s.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "model/decide.h"
#include "model/missing.h"
#include "model/view.h"
#include "tui/view/common.h"
#include "tui/view/draft.h"
#include "tui/view/fields_draft.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"
#include "tui/widget/fieldset.h"

enum {
	WIDE = 96,
	SIDE = 40,
};

struct editor {
	struct session *s;
	struct id visit, finding;	/* finding zero: not begun yet */
	struct fieldset *fs;
	struct draft *draft;
	struct fj_buf text;		/* of the draft */
	bool changed;
};

static const char *const names[] = {
	"title", "clauses", "reports", "facts", "act_day", "statement",
	"leg2", "leg2.facts", "leg2.how", "leg2.by", "leg2.until", "stage", NULL,
};

static const char *const untrue[] = {"B1", "B2", "B3", "B4"};

/* What the party's papers print.  Facts with a word of judgement are not taken;
 * the other texts are, and the papers leave them out. */
static const char *const plain[] = {"title", "facts", "leg2.facts", "reports", "statement"};
enum { PLAIN_REFUSED = 3 };

/* ---- which fields are asked ---- */

/* A clue of a service visit judges nothing. */
static bool
clue(void *ctx, const struct fieldset *fs)
{
	const struct editor *v = ctx;
	struct dossier *d = session_dossier(v->s, &v->visit);

	(void)fs;
	return d != NULL && dossier_clues_only(d);
}

static bool
no_leg2(void *ctx, const struct fieldset *fs)
{
	const char *c = fieldset_value(fs, "clauses");
	size_t i;

	if (clue(ctx, fs))
		return true;
	for (i = 0; i < sizeof(untrue) / sizeof(untrue[0]); i++)
		if (list_has(c, untrue[i]))
			return false;
	return true;
}

static bool
no_leg2_facts(void *ctx, const struct fieldset *fs)
{
	return no_leg2(ctx, fs) || fieldset_value(fs, "leg2")[0] == '\0';
}

static bool
not_to_verify(void *ctx, const struct fieldset *fs)
{
	return no_leg2(ctx, fs) || strcmp(fieldset_value(fs, "leg2"), "to-verify") != 0;
}

static bool
a_day(void *ctx, const struct msg *m, const char *value, struct fj_buf *why)
{
	int64_t day;

	(void)ctx;
	if (value[0] == '\0' || date_parse(value, strlen(value), &day))
		return true;
	fj_buf_puts(why, _(m, "Write the day as 2026-03-01"));
	return false;
}

static bool
only_facts(void *ctx, const struct msg *m, const char *value, struct fj_buf *why)
{
	const char *word = reserved_word(value);

	(void)ctx;
	if (word != NULL)
		msg_put(m, why, N_("“{1}” is a word for decisions; write what was seen instead"),
		    "s", word);
	return word == NULL;
}

static const struct field_choice stages[] = {
	{"lead", N_("lead")}, {"suspected", N_("suspected")}, {NULL, NULL},
};
static const struct field_choice legs[] = {
	{"", N_("not said yet")}, {"wrong", N_("data are wrong")},
	{"unverifiable", N_("cannot be re-verified")}, {"to-verify", N_("to be verified")},
	{NULL, NULL},
};

static const struct field fields[] = {
	{.name = "title", .label = N_("Title"), .kind = FIELD_TEXT, .required = true, .check = only_facts},
	{.name = "clauses", .label = N_("Clauses"), .kind = FIELD_PICK, .hidden = clue, .hint = N_("Enter chooses")},
	{.name = "reports", .label = N_("Reports concerned"), .kind = FIELD_AREA, .rows = 2, .hint = N_("one a line")},
	{.name = "facts", .label = N_("Facts"), .kind = FIELD_AREA, .rows = 5, .check = only_facts, .hint = N_("time, place, people, what was seen: no judgement")},
	{.name = "act_day", .label = N_("Day of the act"), .kind = FIELD_TEXT, .max_bytes = 10, .check = a_day, .hint = N_("2026-03-01")},
	{.name = "statement", .label = N_("Statement of the party"), .kind = FIELD_AREA, .rows = 2},
	{.name = "leg2", .label = N_("Data or result"), .kind = FIELD_CHOICE, .choices = legs, .hidden = no_leg2},
	{.name = "leg2.facts", .label = N_("Shown by"), .kind = FIELD_AREA, .rows = 2, .check = only_facts, .hidden = no_leg2_facts},
	{.name = "leg2.how", .label = N_("To verify: how"), .kind = FIELD_TEXT, .hidden = not_to_verify},
	{.name = "leg2.by", .label = N_("To verify: by whom"), .kind = FIELD_TEXT, .hidden = not_to_verify},
	{.name = "leg2.until", .label = N_("To verify: until"), .kind = FIELD_TEXT, .max_bytes = 10, .hidden = not_to_verify, .check = a_day, .hint = N_("2026-03-01")},
	{.name = "stage", .label = N_("Stage"), .kind = FIELD_CHOICE, .choices = stages, .hidden = clue},
	{.name = "ok", .label = N_("Keep"), .kind = FIELD_BUTTON},
};

/* ---- draft ---- */

static const char *
draft_text(void *self)
{
	struct editor *v = self;

	fields_write(v->fs, names, &v->text);
	return v->text.p;
}

static void
begin_draft(struct editor *v)
{
	char id[ID_TEXT + 1], what[64];
	struct fj_buf found;

	id_format(&v->finding, id);
	memcpy(what, "finding:", 8);
	memcpy(what + 8, id_is_zero(&v->finding) ? "new" : id, id_is_zero(&v->finding) ? 4 : ID_TEXT + 1);
	draft_free(&v->draft);
	v->draft = draft_new(v->s, &v->visit, what, draft_text, v);
	fj_buf_init(&found, LIMIT_PAYLOAD);
	if (draft_found(v->draft, &found) && strcmp(found.p, draft_text(v)) != 0) {
		fields_read(v->fs, found.p);
		v->changed = true;
		ui_say(v->s->ui, STYLE_WARN, _(v->s->m, "The unfinished text was found again"));
	}
	fj_buf_release(&found);
}

/* ---- loading and keeping ---- */

static void
load(struct editor *v)
{
	struct dossier *d = session_dossier(v->s, &v->visit);
	const struct view *w = d != NULL ? visit_now(dossier_visit(d)) : NULL;
	char day[DATE_TEXT + 1];
	size_t i;

	for (i = 0; w != NULL && !id_is_zero(&v->finding) && names[i] != NULL; i++)
		fieldset_set(v->fs, names[i], view_field_text(w, &v->finding, names[i]), NULL);
	if (id_is_zero(&v->finding)) {
		date_format(instant_day(app_now(v->s->app)), day);
		fieldset_set(v->fs, "act_day", day, NULL);
	}
}

/* Fields that differ from what is kept. */
static size_t
changes(struct editor *v, const struct view *w, struct finding_field *f)
{
	size_t i, n = 0;

	for (i = 0; names[i] != NULL; i++) {
		const char *value = fieldset_value(v->fs, names[i]);
		const char *old = id_is_zero(&v->finding) ? "" :
		    view_field_text(w, &v->finding, names[i]);

		if (strcmp(value, old) != 0) {
			f[n].field = names[i];
			f[n++].value = value;
		}
	}
	return n;
}

/* Flagged where it is typed, before anything is kept. */
static void
flag_judgement(struct editor *v)
{
	const char *at = fieldset_current(v->fs);
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, LIMIT_REASON_BYTES);
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		const char *word = reserved_word(fieldset_value(v->fs, plain[i]));

		if (word == NULL)
			continue;
		fj_buf_clear(&b);
		msg_put(v->s->m, &b, i < PLAIN_REFUSED ?
		    N_("“{1}” is a word for decisions; write what was seen instead") :
		    N_("“{1}” is a word for decisions: papers for the party leave this text out"),
		    "s", word);
		fieldset_error(v->fs, plain[i], b.p);
	}
	fieldset_focus(v->fs, at);
	fj_buf_release(&b);
}

static void keep(struct editor *v, const char *why);

static void
why_given(void *ctx, const char *why)
{
	if (why != NULL)
		keep(ctx, why);
}

static void
keep(struct editor *v, const char *why)
{
	struct dossier *d = session_dossier(v->s, &v->visit);
	struct finding_field f[16];
	struct fj_err e;
	enum fj_rc rc;
	size_t n;

	if (d == NULL || !fieldset_check(v->fs)) {
		ui_dirty(v->s->ui);
		return;
	}
	flag_judgement(v);
	n = changes(v, visit_now(dossier_visit(d)), f);
	if (n == 0) {
		draft_drop(v->draft);
		ui_say(v->s->ui, STYLE_NORMAL, _(v->s->m, "Nothing to keep: it stands so already"));
		return;
	}
	draft_save(v->draft);
	session_keeping(v->s);
	rc = dossier_finding_set(d, &v->finding, f, n, why, &e);
	if (rc != FJ_OK && why == NULL && (rc == FJ_CONFLICT || strncmp(e.code, "model.need-why", 14) == 0)) {
		struct prompt_opts o = {.title = _(v->s->m, "This change needs a reason"),
		    .max_bytes = LIMIT_REASON_BYTES, .required = true};

		ui_mark(v->s->ui, STYLE_NORMAL, "");
		dialog_prompt(v->s->ui, &o, why_given, v);
	} else if (session_kept(v->s, rc, &e)) {
		draft_drop(v->draft);
		v->changed = false;
		session_acted(v->s);
		begin_draft(v);
	}
}

/* ---- clauses ---- */

static void pick_clauses(struct editor *v, size_t selected);

static void
clause_picked(void *ctx, long index)
{
	struct editor *v = ctx;
	const struct clauses *all = app_clauses(v->s->app);
	const char *old = fieldset_value(v->fs, "clauses");
	const struct clause *c;
	struct fj_buf b;
	size_t i;

	if (index < 0 || (size_t)index >= clauses_count(all))
		return;
	c = clauses_at(all, (size_t)index);
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	for (i = 0; i < clauses_count(all); i++) {
		const struct clause *k = clauses_at(all, i);

		/* Kept in the order of the list; the picked one changes sides. */
		if (list_has(old, k->id) != (k == c))
			fj_buf_printf(&b, "%s%s", b.n > 0 ? " " : "", k->id);
	}
	fieldset_set(v->fs, "clauses", b.p, NULL);
	fj_buf_release(&b);
	v->changed = true;
	draft_touch(v->draft);
	pick_clauses(v, (size_t)index);
}

static void
pick_clauses(struct editor *v, size_t selected)
{
	const struct clauses *all = app_clauses(v->s->app);
	const char *now = fieldset_value(v->fs, "clauses");
	size_t n = clauses_count(all), i;
	struct pick_item *item = xcalloc(n + 1, sizeof(*item));
	char **label = xcalloc(n + 1, sizeof(*label));
	struct pick_opts o = {.title = _(v->s->m, "Clauses: Enter adds or takes away, Esc when done"),
	    .items = item, .n = n, .selected = selected, .filter = true};

	for (i = 0; i < n; i++) {
		const struct clause *c = clauses_at(all, i);

		label[i] = xasprintf("%s %-3s %s", list_has(now, c->id) ? "[x]" : "[ ]", c->shown,
		    clause_title(c, lang_of(v->s)));
		item[i].label = label[i];
		item[i].off = c->second_leg;
	}
	dialog_pick(v->s->ui, &o, clause_picked, v);
	for (i = 0; i < n; i++)
		free(label[i]);
	free(label);
	free(item);
}

/* ---- the side: law, and what is missing ---- */

static void
side_text(struct editor *v, struct dossier *d, struct fj_buf *b)
{
	const struct clauses *all = app_clauses(v->s->app);
	const char *chosen = fieldset_value(v->fs, "clauses");
	struct missing_list l = {0};
	size_t i;

	if (!id_is_zero(&v->finding))
		missing_finding(dossier_visit(d), visit_now(dossier_visit(d)), &v->finding, &l);
	for (i = 0; i < l.n; i++) {
		fj_buf_puts(b, msg_is_zh(v->s->m) ? "缺 " : "- ");
		msg_say(v->s->m, &l.v[i].err, b);
		fj_buf_putc(b, '\n');
	}
	missing_release(&l);
	for (i = 0; i < clauses_count(all); i++) {
		const struct clause *c = clauses_at(all, i);
		bool verified;

		if (!list_has(chosen, c->id))
			continue;
		fj_buf_printf(b, "%s ", c->shown);
		dossier_clause_text(d, c->id, id_is_zero(&v->finding) ? NULL : &v->finding, b, &verified);
		fj_buf_printf(b, "%s\n%s\n", verified ? "" :
		    _(v->s->m, " (number not verified: fill in by hand)"),
		    clause_text(c, lang_of(v->s)));
	}
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct editor *v = self;
	struct dossier *d = session_dossier(v->s, &v->visit);
	struct rect side, line;
	struct fj_buf b;

	(void)ui;
	if (d == NULL)
		return;
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	side_text(v, d, &b);
	if (r.w >= WIDE) {
		side = rect_cut_right(&r, SIDE);
		line = rect_cut_left(&side, 1);
		grid_vline(g, line.y, line.x, line.h, STYLE_BORDER);
		rect_cut_left(&side, 1);
		grid_para(g, side, 0, STYLE_NORMAL, b.p);
	} else if (r.h >= 18 && b.n > 0) {
		side = rect_cut_bottom(&r, r.h >= 21 ? 6 : 5);
		line = rect_cut_top(&side, 1);
		grid_hline(g, line.y, line.x, line.w, STYLE_BORDER);
		grid_para(g, side, 0, STYLE_NORMAL, b.p);
	}
	fieldset_draw(v->fs, g, r, true);
	fj_buf_release(&b);
}

/* Out of the open round, or of another team: to be read, not written. */
static bool
reads(const struct editor *v)
{
	struct dossier *d = session_dossier(v->s, &v->visit);

	return d == NULL || visit_state(dossier_visit(d)) != VISIT_OPEN || dossier_my_row(d) < 0;
}

static bool
writes(const void *self)
{
	return !reads(self);
}

static const char gap[] = "＿";	/* the blanks of a form's own words */

static bool
has_gap(const void *self)
{
	return writes(self) &&
	    strstr(fieldset_value(((const struct editor *)self)->fs, "facts"), gap) != NULL;
}

static bool
walks(const struct input *in)
{
	return in->type != INPUT_PASTE && (in->type != INPUT_KEY || in->key == K_UP ||
	    in->key == K_DOWN || in->key == K_TAB || in->key == K_BACKTAB);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct editor *v = self;

	if (reads(v) && !walks(in))
		return UI_IGNORED;
	/* End is End; C-e is the key of evidence on every screen. */
	if (in->type == INPUT_KEY && (in->key == K_CTRL('e') ||
	    (in->key == K_CTRL('n') && has_gap(v))))
		return UI_IGNORED;
	switch (fieldset_input(v->fs, in)) {
	case FIELDS_IGNORED:
		return UI_IGNORED;
	case FIELDS_CHANGED:
		v->changed = true;
		draft_touch(v->draft);
		flag_judgement(v);
		break;
	case FIELDS_PICK:
		pick_clauses(v, 0);
		return UI_HANDLED;
	case FIELDS_DONE:
		keep(v, NULL);
		return UI_HANDLED;
	case FIELDS_HANDLED:
		break;
	}
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct editor *v = self;
	char id[ID_SHOWN + 1];

	fj_buf_puts(left, clue(v, v->fs) ? _(ui_msg(ui), "Clue") : _(ui_msg(ui), "Finding"));
	if (!id_is_zero(&v->finding)) {
		id_format_short(&v->finding, id);
		fj_buf_printf(left, " %s", id);
	}
	if (v->changed)
		fj_buf_puts(right, _(ui_msg(ui), "draft"));
	else if (reads(v))
		fj_buf_puts(right, _(ui_msg(ui), "read only"));
}

static bool
back(void *self, struct ui *ui)
{
	struct editor *v = self;

	draft_save(v->draft);
	if (v->changed)
		ui_say(ui, STYLE_NORMAL, _(ui_msg(ui), "Kept as a draft; it is offered again here"));
	return false;
}

static void
next_field(void *self, struct ui *ui)
{
	struct editor *v = self;
	struct input in = input_key(K_TAB);

	(void)fieldset_input(v->fs, &in);
	ui_dirty(ui);
}

static void
next_gap(void *self, struct ui *ui)
{
	struct editor *v = self;

	if (!fieldset_fill_next(v->fs, "facts", gap))
		return;
	v->changed = true;
	draft_touch(v->draft);
	ui_dirty(ui);
}

static void
evidence(void *self, struct ui *ui)
{
	struct editor *v = self;

	char id[ID_TEXT + 1];

	(void)ui;
	id_format(&v->finding, id);
	view_evidence_open(v->s, &v->visit, id_is_zero(&v->finding) ? NULL : id);
}

static bool
typing(const void *self)
{
	return !reads(self) && fieldset_typing(((const struct editor *)self)->fs);
}

static void
close_view(void *self)
{
	struct editor *v = self;

	draft_free(&v->draft);
	fieldset_free(&v->fs);
	fj_buf_release(&v->text);
	free(v);
}

static void
save(void *self, struct ui *ui)
{
	(void)ui;
	keep(self, NULL);
}

static void
leave(void *self, struct ui *ui)
{
	if (!back(self, ui))
		ui_close_self(ui, self);
}

static const struct action actions[] = {
	{"finding.keep", "C-s", N_("keep"), N_("Keep the finding"), ACTION_FOOTER, save, writes},
	{"finding.evidence", "C-e", N_("evidence"), N_("Evidence of the finding"), ACTION_FOOTER, evidence, NULL},
	{"finding.gap", "C-n", N_("next blank"), N_("Fill in the next blank (＿＿) of the facts"), ACTION_FOOTER, next_gap, has_gap},
	{"finding.next", "Tab", N_("next field"), N_("To the next field; Shift-Tab goes back"), ACTION_FOOTER, next_field, NULL},
	{"finding.leave", "Esc", N_("back"), N_("Back; what is typed stays as a draft"), ACTION_FOOTER, leave, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "finding",
	.actions = actions,
	.draw = draw,
	.input = input,
	.title = title,
	.back = back,
	.close = close_view,
	.typing = typing,
};

void
view_finding_open(struct session *s, const struct id *visit, const struct id *finding)
{
	struct editor *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->visit = *visit;
	v->finding = *finding;
	fj_buf_init(&v->text, LIMIT_PAYLOAD);
	v->fs = fieldset_new(s->m, fields, (int)(sizeof(fields) / sizeof(fields[0])), v);
	load(v);
	ui_push(s->ui, &ops, v);
	begin_draft(v);
	flag_judgement(v);
}
