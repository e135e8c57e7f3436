/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The editor below the items.  What is typed there is a draft from the first
 * pause on: Esc, a lock, a crash keep it, and it is offered back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/checklist.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

static const char *
edit_text_of(void *self)
{
	struct checklist *c = self;

	return c->edit.area != NULL ? textarea_text(c->edit.area, NULL) :
	    lineedit_text(c->edit.line);
}

void
check_edit_close(struct checklist *c)
{
	struct check_edit *ed = &c->edit;

	draft_free(&ed->draft);
	textarea_free(&ed->area);
	lineedit_free(&ed->line);
	free(ed->path);
	free(ed->why_not);
	memset(ed, 0, sizeof(*ed));
}

static void
set_text(struct check_edit *ed, const char *text)
{
	if (ed->area != NULL)
		textarea_set(ed->area, text, strlen(text));
	else
		lineedit_set(ed->line, text);
}

/* Open on a place, with what stands there or what was half typed. */
static void
edit_open(struct checklist *c, const struct check_row *r, bool note, bool lines,
    const char *text)
{
	struct check_edit *ed = &c->edit;
	struct dossier *d = check_dossier(c);
	struct fj_buf what, found;

	check_edit_close(c);
	if (d == NULL)
		return;
	fj_buf_init(&what, LIMIT_VALUE_BYTES);
	fj_buf_init(&found, LIMIT_VALUE_BYTES);
	inst_path_id(r->at, &what);
	ed->path = xstrdup(what.p);
	ed->note = note;
	ed->open = true;
	if (lines)
		ed->area = textarea_new(NULL);
	else
		ed->line = lineedit_new(NULL);
	set_text(ed, text);
	fj_buf_clear(&what);
	fj_buf_printf(&what, "%s:%s:%s", note ? "note" : "value",
	    dossier_form_id(d, c->form), ed->path);
	ed->draft = draft_new(c->s, &c->visit, what.p, edit_text_of, c);
	if (draft_found(ed->draft, &found) && strcmp(found.p, text) != 0) {
		set_text(ed, found.p);
		ui_say(c->s->ui, STYLE_WARN, _(c->s->m, "The unfinished text was found again"));
	}
	fj_buf_release(&what);
	fj_buf_release(&found);
	ui_dirty(c->s->ui);
}

void
check_note_open(struct checklist *c, const struct check_row *r, enum check_advance advance)
{
	struct dossier *d = check_dossier(c);

	if (d == NULL || r->kind != CHECK_ITEM)
		return;
	edit_open(c, r, true, true, dossier_note_text(d, c->form, r->at));
	c->edit.paragraphs = true;
	c->edit.advance = advance;
}

/* ---- typed answers ---- */

/* Dates and times begin with the clock of now, to the minute, ready to be changed. */
static void
suggestion(struct checklist *c, enum form_type type, char out[INSTANT_TEXT + 1])
{
	enum { DATE = 10, MINUTES = 16 };
	char now[INSTANT_TEXT + 1];
	size_t from = type == FORM_TIME ? DATE + 1 : 0;
	size_t to = type == FORM_DATE ? DATE : MINUTES;

	out[0] = '\0';
	if (type != FORM_DATE && type != FORM_DATETIME && type != FORM_TIME)
		return;
	instant_format(app_now(c->s->app), now);
	memcpy(out, now + from, to - from);
	out[to - from] = '\0';
}

void
check_value_open(struct checklist *c, const struct check_row *r)
{
	enum form_type type = form_node_type(inst_def(r->at));
	char start[INSTANT_TEXT + 1];
	struct fj_buf path;

	switch (type) {
	case FORM_VERDICT:
	case FORM_SELECT_ONE:
	case FORM_SELECT_MULTIPLE:
	case FORM_RANK:
		check_choose(c, r);
		return;
	case FORM_ACKNOWLEDGE:
		check_answer(c, r, check_answered(r) ? "" : "OK",
		    check_answered(r) ? ADVANCE_NONE : ADVANCE_OPEN);
		return;
	case FORM_FILE:
	case FORM_SIGNATURE:
		fj_buf_init(&path, LIMIT_VALUE_BYTES);
		inst_path_id(r->at, &path);
		view_evidence_open(c->s, &c->visit, path.p);
		fj_buf_release(&path);
		return;
	default:
		break;
	}
	suggestion(c, type, start);
	/* Both wrap; only where the form asks for paragraphs is Enter one of the text. */
	edit_open(c, r, false, type == FORM_TEXT,
	    check_answered(r) ? inst_stored(r->at) : start);
	c->edit.paragraphs = type == FORM_TEXT &&
	    strstr(form_node_appearance(inst_def(r->at)), "multiline") != NULL;
	c->edit.advance = check_answered(r) ? ADVANCE_ROW : ADVANCE_OPEN;
}

bool
check_value_typed(struct checklist *c, const struct check_row *r, int digit)
{
	char text[2] = {(char)('0' + digit), '\0'};

	switch (form_node_type(inst_def(r->at))) {
	case FORM_INTEGER:
	case FORM_DECIMAL:
	case FORM_RANGE:
	case FORM_MEASUREMENT:
	case FORM_DATE:
	case FORM_TIME:
	case FORM_DATETIME:
	case FORM_BARCODE:
	case FORM_USCC:
		break;
	case FORM_TEXT:
		if (!check_answered(r))
			break;
		return false;	/* a slip must not hide a written text */
	default:
		return false;
	}
	check_value_open(c, r);
	if (c->edit.open) {
		set_text(&c->edit, text);
		draft_touch(c->edit.draft);
	}
	return true;
}

static bool
is_typed(enum form_type t)
{
	return t == FORM_TEXT || t == FORM_INTEGER || t == FORM_DECIMAL || t == FORM_RANGE ||
	    t == FORM_MEASUREMENT || t == FORM_DATE || t == FORM_TIME || t == FORM_DATETIME ||
	    t == FORM_BARCODE || t == FORM_USCC;
}

/* Characters that no command of the checklist has: 检, or the R of R-2026-001, which
 * would be lost while its digits went on. */
static bool
begins_text(uint32_t key)
{
	if (key >= 'A' && key <= 'Z')
		return strchr("DFGNUXZ", (int)key) == NULL;
	return key >= 0x80 && key_is_text(key) && key_fold(key) == key;
}

bool
check_edit_begun(struct checklist *c, const struct input *in)
{
	const struct check_row *r = check_current(c);
	enum form_type type;

	if (r == NULL || r->kind != CHECK_ITEM || c->nmark > 0)
		return false;
	type = form_node_type(inst_def(r->at));
	if (in->type == INPUT_KEY ? type != FORM_TEXT || !begins_text(in->key) :
	    in->type != INPUT_PASTE || !is_typed(type))
		return false;
	check_value_open(c, r);
	if (!c->edit.open)
		return false;
	if (type != FORM_TEXT)
		set_text(&c->edit, "");		/* not behind the date of today */
	(void)check_edit_input(c, in);
	return true;
}

/* ---- committing ---- */

/* People know the item by its label, the form by its name. */
static void
name_by_label(struct checklist *c, struct fj_err *e)
{
	const struct check_row *r = check_current(c);
	struct fj_err label;

	if (r == NULL || e->narg == 0 ||
	    strcmp(e->arg[0], form_node_name(inst_def(r->at))) != 0)
		return;
	(void)fj_fail(&label, e->rc, e->code, "s",
	    inst_label(r->at, lang_of(c->s)));
	memcpy(e->arg[0], label.arg[0], sizeof(e->arg[0]));
}

/* The sentence stands at the field, not in the message line as well. */
static void
stay(struct checklist *c, struct fj_err *e)
{
	struct fj_buf b;

	name_by_label(c, e);
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	msg_say(c->s->m, e, &b);
	free(c->edit.why_not);
	c->edit.why_not = fj_buf_take(&b, NULL);
	ui_say(c->s->ui, STYLE_NORMAL, "");
	ui_dirty(c->s->ui);
}

/* A form takes 12.5 for a whole number, as 12: whoever typed it is told. */
static void
tell_rounded(struct checklist *c, const struct inst_node *at, const char *typed)
{
	struct fj_buf b;

	if (c->edit.note || form_node_type(inst_def(at)) != FORM_INTEGER ||
	    strchr(typed, '.') == NULL)
		return;
	fj_buf_init(&b, LIMIT_REASON_BYTES);
	msg_put(c->s->m, &b, N_("A whole number is asked: {1} was kept as {2}"), "ss", typed,
	    inst_stored(at));
	ui_say(c->s->ui, STYLE_WARN, b.p);
	fj_buf_release(&b);
}

static void
done(struct checklist *c)
{
	char *path = xstrdup(c->edit.path);
	enum check_advance advance = c->edit.advance;

	draft_drop(c->edit.draft);
	check_edit_close(c);
	session_acted(c->s);
	check_rows(c);
	if (check_select_path(c, path) && !check_told_wrong(c))
		check_advance(c, advance);
	free(path);
}

static void
note_reason(void *ctx, const char *why)
{
	struct checklist *c = ctx;
	struct dossier *d = check_dossier(c);
	struct inst_node *at = NULL;
	struct fj_err e;

	if (why == NULL || d == NULL || !c->edit.open ||
	    inst_find(dossier_inst(d, c->form), c->edit.path, &at, &e) != FJ_OK)
		return;
	session_keeping(c->s);
	if (session_kept(c->s, dossier_note(d, c->form, at, edit_text_of(c), why, &e), &e))
		done(c);
}

/* Does the visit say the same already? */
static bool
unchanged(struct checklist *c, const struct inst_node *at)
{
	struct dossier *d = check_dossier(c);
	const char *old = c->edit.note ? dossier_note_text(d, c->form, at) : inst_stored(at);

	return strcmp(old, edit_text_of(c)) == 0;
}

static enum fj_rc
put(struct checklist *c, struct inst_node *at, const char *text, struct fj_err *e)
{
	struct dossier *d = check_dossier(c);
	struct inst_changes changes = {0};
	enum fj_rc rc;

	if (c->edit.note)
		return dossier_note(d, c->form, at, text, NULL, e);
	rc = text[0] != '\0' ? dossier_set(d, c->form, at, text, NULL, &changes, e) :
	    dossier_clear(d, c->form, at, NULL, &changes, e);
	inst_changes_release(&changes);
	return rc;
}

static void
ask_note_reason(struct checklist *c, const struct fj_err *e)
{
	struct prompt_opts o = {.title = strncmp(e->code, "model.need-why", 14) == 0 ?
	    _(c->s->m, "This change needs a reason") :
	    _(c->s->m, "A colleague wrote another note"),
	    .text = _(c->s->m, "To replace it, give a reason; both stay on record."),
	    .max_bytes = LIMIT_REASON_BYTES, .required = true};

	ui_mark(c->s->ui, STYLE_NORMAL, "");
	dialog_prompt(c->s->ui, &o, note_reason, c);
}

/* The colleague's answer: the text goes on as the one that waits for a reason. */
static void
ask_answer_reason(struct checklist *c, const struct fj_err *e)
{
	ui_mark(c->s->ui, STYLE_NORMAL, "");
	check_ask_reason(c, c->edit.path, edit_text_of(c), e);
}

void
check_edit_keep(struct checklist *c)
{
	struct dossier *d = check_dossier(c);
	struct inst_node *at = NULL;
	struct fj_err e;
	enum fj_rc rc;

	if (d == NULL)
		return;
	draft_save(c->edit.draft);
	rc = inst_find(dossier_inst(d, c->form), c->edit.path, &at, &e);
	if (rc == FJ_OK && unchanged(c, at)) {
		done(c);
		return;
	}
	session_keeping(c->s);
	if (rc == FJ_OK)
		rc = put(c, at, edit_text_of(c), &e);
	if (rc != FJ_OK && c->edit.note && (rc == FJ_CONFLICT || check_wants_reason(&e)))
		ask_note_reason(c, &e);
	else if (rc != FJ_OK && !c->edit.note && check_wants_reason(&e))
		ask_answer_reason(c, &e);
	else if (!session_kept(c->s, rc, &e))
		stay(c, &e);
	else {
		tell_rounded(c, at, edit_text_of(c));
		done(c);
	}
}

bool
check_edit_for_finding(const struct checklist *c)
{
	struct dossier *d = c->edit.open && c->edit.note ?
	    session_dossier(c->s, &c->visit) : NULL;
	struct inst_node *at = NULL;
	struct fj_err e;

	return d != NULL && !dossier_clues_only(d) &&
	    inst_find(dossier_inst(d, c->form), c->edit.path, &at, &e) == FJ_OK &&
	    form_node_type(inst_def(at)) == FORM_VERDICT &&
	    form_verdict_key(inst_value(at)) == VERDICT_NONCONFORM;
}

void
check_edit_finding(struct checklist *c)
{
	char *path = xstrdup(c->edit.path);

	check_edit_keep(c);
	if (!c->edit.open)
		check_finding_at(c, path);
	free(path);
}

void
check_edit_leave(struct checklist *c)
{
	struct dossier *d = check_dossier(c);
	struct inst_node *at = NULL;
	struct fj_err e;

	if (d != NULL && inst_find(dossier_inst(d, c->form), c->edit.path, &at, &e) == FJ_OK &&
	    unchanged(c, at)) {
		draft_drop(c->edit.draft);
	} else if (edit_text_of(c)[0] != '\0' || c->edit.note) {
		draft_save(c->edit.draft);
		ui_say(c->s->ui, STYLE_NORMAL, c->edit.note ?
		    _(c->s->m, "Kept as a draft; i opens it again") :
		    _(c->s->m, "Kept as a draft; Enter opens it again"));
	}
	check_edit_close(c);
	ui_dirty(c->s->ui);
}

void
check_edit_dropped(struct checklist *c)
{
	if (!c->edit.open)
		return;
	draft_drop(c->edit.draft);
	check_edit_close(c);
}

static bool
edit_ends(struct checklist *c, uint32_t key)
{
	if (key == K_ESC)
		check_edit_leave(c);
	else if (key == K_CTRL('s') || (key == K_ENTER && !c->edit.paragraphs))
		check_edit_keep(c);
	else if (key == K_CTRL('d') && check_edit_for_finding(c))
		check_edit_finding(c);
	else
		return false;
	return true;
}

enum ui_answer
check_edit_input(struct checklist *c, const struct input *in)
{
	struct check_edit *ed = &c->edit;
	enum edit_answer got;

	if (in->type == INPUT_KEY && edit_ends(c, in->key))
		return UI_HANDLED;
	got = ed->area != NULL ? textarea_input(ed->area, in) : lineedit_input(ed->line, in);
	if (got == EDIT_CHANGED)
		draft_touch(ed->draft);
	if (got == EDIT_REFUSED)
		ui_say(c->s->ui, STYLE_WARN, _(c->s->m, "No more room in this text"));
	if (got != EDIT_IGNORED)
		ui_dirty(c->s->ui);
	/* Nothing that is typed here may become a command. */
	return in->type == INPUT_KEY && in->key == K_F1 ? UI_IGNORED : UI_HANDLED;
}

static void
edit_head(struct checklist *c, struct grid *g, struct rect r)
{
	const struct check_row *row = check_current(c);
	struct fj_buf b;
	int used;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	grid_hline(g, r.y, r.x, r.w, STYLE_BORDER);
	msg_put(c->s->m, &b, c->edit.note ? N_("Note on item {1}") : N_("Answer of item {1}"),
	    "d", row != NULL ? row->number : 0);
	used = grid_fit(g, r.y, r.x + 2, r.w - 3, STYLE_HEAD, b.p) + 4;
	fj_buf_clear(&b);
	if (row != NULL)
		inst_full_label(row->at, lang_of(c->s), &b);
	if (b.n > 0 && r.w - used > 12)
		grid_fit(g, r.y, r.x + used, r.w - used - 1, STYLE_MUTED, b.p);
	fj_buf_release(&b);
}

void
check_edit_draw(struct checklist *c, struct grid *g, struct rect r)
{
	struct check_edit *ed = &c->edit;

	edit_head(c, g, rect_cut_top(&r, 1));
	if (ed->why_not != NULL && r.h > 1) {
		struct rect why = rect_cut_bottom(&r, r.h > 3 ? 2 : 1);

		grid_para(g, why, 0, STYLE_BAD, ed->why_not);
	}
	rect_cut_left(&r, 1);
	if (ed->area != NULL)
		textarea_draw(ed->area, g, r, true);
	else
		lineedit_draw(ed->line, g, r, true);
}

/* ---- after a crash ---- */

struct recall {
	struct checklist *c;
	const char *form;
	char *path;
	bool note;
};

/* "note:FORM:PATH" or "value:FORM:PATH" of this form; the first one is taken. */
static bool
one_draft(void *ctx, const char *what, const char *text)
{
	struct recall *rc = ctx;
	size_t n = strlen(rc->form), kind = strcspn(what, ":");

	rc->note = kind == 4 && strncmp(what, "note", 4) == 0;
	if (text[0] == '\0' || !(rc->note || (kind == 5 && strncmp(what, "value", 5) == 0)))
		return true;
	what += kind + 1;
	if (strncmp(what, rc->form, n) != 0 || what[n] != ':')
		return true;
	rc->path = xstrdup(what + n + 1);
	return false;
}

void
check_recall(struct checklist *c)
{
	struct dossier *d = check_dossier(c);
	const struct check_row *r;
	struct recall rc = {.c = c};

	if (d == NULL || c->form >= dossier_form_count(d))
		return;
	rc.form = dossier_form_id(d, c->form);
	dossier_drafts(d, one_draft, &rc);
	if (rc.path != NULL && check_select_path(c, rc.path) && (r = check_current(c)) != NULL) {
		if (rc.note)
			check_note_open(c, r, ADVANCE_NONE);
		else
			check_value_open(c, r);
	}
	free(rc.path);
}
