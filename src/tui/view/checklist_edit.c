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
check_note_open(struct checklist *c, const struct check_row *r, bool advance)
{
	struct dossier *d = check_dossier(c);

	if (d == NULL || r->kind != CHECK_ITEM)
		return;
	edit_open(c, r, true, true, dossier_note_text(d, c->form, r->at));
	c->edit.advance = advance;
}

/* ---- lists ---- */

struct choosing {
	struct checklist *c;
	char *path;
	bool many;
};

static void
choosing_free(struct choosing *ch)
{
	free(ch->path);
	free(ch);
}

static void open_choices(struct checklist *c, const struct check_row *r, size_t selected);

static bool
has_word(const char *words, const char *word)
{
	size_t n = strlen(word);
	const char *at = words;

	while ((at = strstr(at, word)) != NULL) {
		if ((at == words || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' '))
			return true;
		at += n;
	}
	return false;
}

/* Put a name into a list of words, or take it out. */
static void
toggle(struct fj_buf *b, const char *words, const char *name)
{
	const char *at = words;
	bool had = has_word(words, name);

	while (*at != '\0') {
		size_t n = strcspn(at, " ");

		if (n > 0 && !(strlen(name) == n && memcmp(at, name, n) == 0)) {
			if (b->n > 0)
				fj_buf_putc(b, ' ');
			fj_buf_add(b, at, n);
		}
		at += n + (at[n] == ' ');
	}
	if (!had)
		fj_buf_printf(b, "%s%s", b->n > 0 ? " " : "", name);
}

static void
chosen(void *ctx, long index)
{
	struct choosing *ch = ctx;
	struct checklist *c = ch->c;
	struct dossier *d = check_dossier(c);
	const struct form_choice *const *v;
	const struct check_row *r;
	size_t n = 0;

	if (d != NULL && index >= 0 && check_select_path(c, ch->path) &&
	    (r = check_current(c)) != NULL)
		n = inst_choices(dossier_inst(d, c->form), r->at, &v);
	if ((size_t)index < n && !ch->many) {
		check_answer(c, r, form_choice_name(v[index]), true);
	} else if ((size_t)index < n) {
		struct fj_buf words;

		fj_buf_init(&words, LIMIT_VALUE_BYTES);
		toggle(&words, inst_stored(r->at), form_choice_name(v[index]));
		check_answer(c, r, words.p, false);
		fj_buf_release(&words);
		if ((r = check_current(c)) != NULL)
			open_choices(c, r, (size_t)index);
	} else if (n > 0) {
		check_next_open(c);	/* "done", behind the choices */
	}
	choosing_free(ch);
}

static void
open_choices(struct checklist *c, const struct check_row *r, size_t selected)
{
	struct dossier *d = check_dossier(c);
	const char *lang = app_lang(c->s->app);
	const struct form_choice *const *v;
	size_t n = inst_choices(dossier_inst(d, c->form), r->at, &v), i;
	struct pick_item *item = xcalloc(n + 1, sizeof(*item));
	struct choosing *ch = xcalloc(1, sizeof(*ch));
	struct pick_opts o = {.title = form_node_label(inst_def(r->at), lang),
	    .items = item, .n = n, .selected = selected, .filter = n > 12};
	struct fj_buf path;

	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(r->at, &path);
	ch->c = c;
	ch->path = fj_buf_take(&path, NULL);
	ch->many = form_node_type(inst_def(r->at)) == FORM_SELECT_MULTIPLE ||
	    form_node_type(inst_def(r->at)) == FORM_RANK;
	for (i = 0; i < n; i++) {
		int key = form_choice_key(v[i]);

		item[i].label = form_choice_label(v[i], lang);
		if (key > 0 || (!ch->many && i < 9))
			item[i].key = (uint32_t)('0' + (key > 0 ? key : (int)i + 1));
		if (ch->many)
			item[i].note = has_word(inst_stored(r->at), form_choice_name(v[i])) ?
			    _(c->s->m, "chosen") : "";
	}
	if (ch->many) {
		item[n].label = _(c->s->m, "Done");
		o.n = n + 1;
	}
	dialog_pick(c->s->ui, &o, chosen, ch);
	free(item);
}

/* ---- typed answers ---- */

/* Dates and times begin with the clock of now, ready to be changed. */
static void
suggestion(struct checklist *c, enum form_type type, char out[INSTANT_TEXT + 1])
{
	char now[INSTANT_TEXT + 1];

	instant_format(app_now(c->s->app), now);
	out[0] = '\0';
	if (type == FORM_DATE) {
		memcpy(out, now, 10);
		out[10] = '\0';
	} else if (type == FORM_DATETIME) {
		memcpy(out, now, sizeof(now));
	} else if (type == FORM_TIME) {
		memcpy(out, now + 11, sizeof(now) - 11);
	}
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
		open_choices(c, r, 0);
		return;
	case FORM_ACKNOWLEDGE:
		check_answer(c, r, check_answered(r) ? "" : "OK", true);
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
	edit_open(c, r, false, type == FORM_TEXT,
	    check_answered(r) ? inst_stored(r->at) : start);
}

/* ---- committing ---- */

static void
stay(struct checklist *c, const struct fj_err *e)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	msg_say(c->s->m, e, &b);
	free(c->edit.why_not);
	c->edit.why_not = fj_buf_take(&b, NULL);
	ui_dirty(c->s->ui);
}

static void
done(struct checklist *c, bool advance)
{
	char *path = xstrdup(c->edit.path);

	draft_drop(c->edit.draft);
	check_edit_close(c);
	session_acted(c->s);
	check_rows(c);
	check_select_path(c, path);
	if (advance)
		check_next_open(c);
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
		done(c, c->edit.advance);
}

static void
commit(struct checklist *c)
{
	struct dossier *d = check_dossier(c);
	struct inst_changes changes = {0};
	struct inst_node *at;
	const char *text = edit_text_of(c);
	struct fj_err e;
	enum fj_rc rc;

	if (d == NULL)
		return;
	draft_save(c->edit.draft);
	rc = inst_find(dossier_inst(d, c->form), c->edit.path, &at, &e);
	session_keeping(c->s);
	if (rc == FJ_OK && c->edit.note)
		rc = dossier_note(d, c->form, at, text, NULL, &e);
	else if (rc == FJ_OK)
		rc = text[0] != '\0' ? dossier_set(d, c->form, at, text, NULL, &changes, &e) :
		    dossier_clear(d, c->form, at, NULL, &changes, &e);
	inst_changes_release(&changes);
	if (rc == FJ_CONFLICT && c->edit.note) {
		struct prompt_opts o = {.title = _(c->s->m, "A colleague wrote another note"),
		    .text = _(c->s->m, "To replace it, give a reason; both stay on record."),
		    .max_bytes = LIMIT_REASON_BYTES, .required = true};

		dialog_prompt(c->s->ui, &o, note_reason, c);
	} else if (session_kept(c->s, rc, &e)) {
		done(c, c->edit.advance || !c->edit.note);
	} else {
		stay(c, &e);
	}
}

enum ui_answer
check_edit_input(struct checklist *c, const struct input *in)
{
	struct check_edit *ed = &c->edit;
	enum edit_answer got;

	if (in->type == INPUT_KEY && in->key == K_ESC) {
		draft_save(ed->draft);
		ui_say(c->s->ui, STYLE_NORMAL, _(c->s->m, "Kept as a draft; i opens it again"));
		check_edit_close(c);
		return UI_HANDLED;
	}
	if (in->type == INPUT_KEY && (in->key == K_CTRL('s') ||
	    (in->key == K_ENTER && ed->line != NULL))) {
		commit(c);
		return UI_HANDLED;
	}
	got = ed->area != NULL ? textarea_input(ed->area, in) : lineedit_input(ed->line, in);
	if (got == EDIT_CHANGED)
		draft_touch(ed->draft);
	if (got == EDIT_REFUSED)
		ui_say(c->s->ui, STYLE_WARN, _(c->s->m, "No more room in this text"));
	if (got != EDIT_IGNORED)
		ui_dirty(c->s->ui);
	/* Nothing that is typed here may become a command. */
	return in->type == INPUT_KEY && (key_is_text(in->key) || got != EDIT_IGNORED) ?
	    UI_HANDLED : got != EDIT_IGNORED ? UI_HANDLED : UI_IGNORED;
}

void
check_edit_draw(struct checklist *c, struct grid *g, struct rect r)
{
	struct check_edit *ed = &c->edit;
	struct rect head = rect_cut_top(&r, 1);
	const struct check_row *row = check_current(c);
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	grid_hline(g, head.y, head.x, head.w, STYLE_BORDER);
	fj_buf_printf(&b, " %s %d ", ed->note ? _(c->s->m, "Note on item") :
	    _(c->s->m, "Answer of item"), row != NULL ? row->number : 0);
	grid_fit(g, head.y, head.x + 1, head.w / 2, STYLE_HEAD, b.p);
	grid_right(g, head.y, head.x + head.w / 2, head.w - head.w / 2 - 1, STYLE_MUTED,
	    ed->line != NULL ? _(c->s->m, " Enter keeps  Esc draft ") :
	    _(c->s->m, " Ctrl-S keeps  Esc draft "));
	if (ed->why_not != NULL && r.h > 1) {
		struct rect why = rect_cut_bottom(&r, 1);

		grid_fit(g, why.y, why.x, why.w, STYLE_BAD, ed->why_not);
	}
	if (ed->area != NULL)
		textarea_draw(ed->area, g, r, true);
	else
		lineedit_draw(ed->line, g, r, true);
	fj_buf_release(&b);
}

/* ---- after a crash ---- */

struct recall {
	struct checklist *c;
	const char *form;
	char *path;
};

static bool
one_draft(void *ctx, const char *what, const char *text)
{
	struct recall *rc = ctx;
	size_t n = strlen(rc->form);

	(void)text;
	if (strncmp(what, "note:", 5) != 0 || strncmp(what + 5, rc->form, n) != 0 ||
	    what[5 + n] != ':')
		return true;
	rc->path = xstrdup(what + 6 + n);
	return false;
}

void
check_recall(struct checklist *c)
{
	struct dossier *d = check_dossier(c);
	const struct check_row *r;
	struct recall rc = {c, NULL, NULL};

	if (d == NULL || c->form >= dossier_form_count(d))
		return;
	rc.form = dossier_form_id(d, c->form);
	dossier_drafts(d, one_draft, &rc);
	if (rc.path != NULL && check_select_path(c, rc.path) &&
	    (r = check_current(c)) != NULL)
		check_note_open(c, r, false);
	free(rc.path);
}
