/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a checklist: one table, one short function each. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/checklist.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

#define VERDICT(n) \
	static void verdict##n(void *self, struct ui *ui) \
	{ \
		(void)ui; \
		check_verdict(self, n); \
	}
VERDICT(1) VERDICT(2) VERDICT(3) VERDICT(4) VERDICT(5)
VERDICT(0) VERDICT(6) VERDICT(7) VERDICT(8) VERDICT(9)

static void
enter(void *self, struct ui *ui)
{
	struct checklist *c = self;
	const struct check_row *r = check_current(c);

	(void)ui;
	if (r != NULL && r->kind == CHECK_ITEM)
		check_value_open(c, r);
}

static void
note(void *self, struct ui *ui)
{
	struct checklist *c = self;
	const struct check_row *r = check_current(c);

	(void)ui;
	if (r != NULL)
		check_note_open(c, r, ADVANCE_NONE);
}

static void
clear(void *self, struct ui *ui)
{
	struct checklist *c = self;
	const struct check_row *r = check_current(c);

	(void)ui;
	if (r != NULL && r->kind == CHECK_ITEM && check_answered(r))
		check_answer(c, r, "", ADVANCE_NONE);
}

/* ---- moving ---- */

static bool
fits_open(void *ctx, size_t row)
{
	const struct check_row *r = &((struct checklist *)ctx)->row[row];

	return r->kind == CHECK_ITEM && !check_answered(r);
}

static bool
fits_failed(void *ctx, size_t row)
{
	return check_failed(&((struct checklist *)ctx)->row[row]);
}

static void
seek(struct checklist *c, bool forward, bool (*fits)(void *ctx, size_t row),
    const char *none)
{
	if (!list_find(c->list, forward, true, fits))
		ui_say(c->s->ui, STYLE_NORMAL, none);
}

static void
next_open(void *self, struct ui *ui)
{
	seek(self, true, fits_open, _(ui_msg(ui), "Every item is answered"));
}

static void
prev_open(void *self, struct ui *ui)
{
	seek(self, false, fits_open, _(ui_msg(ui), "Every item is answered"));
}

static void
next_failed(void *self, struct ui *ui)
{
	seek(self, true, fits_failed, _(ui_msg(ui), "No failed item"));
}

static void
prev_failed(void *self, struct ui *ui)
{
	seek(self, false, fits_failed, _(ui_msg(ui), "No failed item"));
}

/* The first row of a section that can be selected; false: it shows none. */
static bool
enter_section(struct checklist *c, size_t section)
{
	size_t i, shown = c->n;

	for (i = 0; i < c->n; i++) {
		if (c->row[i].section != section || c->row[i].kind == CHECK_SECTION)
			continue;
		if (c->row[i].kind != CHECK_SHOWN)
			return list_select_row(c->list, i);
		if (shown == c->n)
			shown = i;
	}
	return shown < c->n && list_select_row(c->list, shown);
}

static void
section_by(struct checklist *c, bool forward)
{
	const struct check_row *r = check_current(c);
	size_t want, tried;

	if (r == NULL || c->nsection == 0)
		return;
	want = r->section;
	for (tried = 0; tried < c->nsection; tried++) {
		want = (want + (forward ? 1 : c->nsection - 1)) % c->nsection;
		if (enter_section(c, want))
			return;
	}
}

static void
next_section(void *self, struct ui *ui)
{
	(void)ui;
	section_by(self, true);
}

static void
prev_section(void *self, struct ui *ui)
{
	(void)ui;
	section_by(self, false);
}

static bool
fits_instance(void *ctx, size_t row)
{
	return ((struct checklist *)ctx)->row[row].kind == CHECK_INSTANCE;
}

static void
next_instance(void *self, struct ui *ui)
{
	seek(self, true, fits_instance, _(ui_msg(ui), "Not in a repeated group"));
}

static void
prev_instance(void *self, struct ui *ui)
{
	seek(self, false, fits_instance, _(ui_msg(ui), "Not in a repeated group"));
}

static void
go_number(void *ctx, const char *text)
{
	struct checklist *c = ctx;
	long want = text != NULL ? strtol(text, NULL, 10) : 0;
	size_t i;

	for (i = 0; want > 0 && i < c->n; i++)
		if (c->row[i].number == want) {
			list_select_row(c->list, i);
			return;
		}
	if (text != NULL)
		ui_say(c->s->ui, STYLE_WARN, _(c->s->m, "No item has that number here"));
}

static void
go(void *self, struct ui *ui)
{
	struct prompt_opts o = {.title = _(ui_msg(ui), "Go to item number"), .max_bytes = 8,
	    .required = true};

	dialog_prompt(ui, &o, go_number, self);
}

static void
filter_by(struct checklist *c, enum check_filter f)
{
	c->filter = c->filter == f ? CHECK_ALL : f;
	check_rows(c);
	ui_dirty(c->s->ui);
}

static void
only_open(void *self, struct ui *ui)
{
	(void)ui;
	filter_by(self, CHECK_OPEN);
}

static void
only_failed(void *self, struct ui *ui)
{
	(void)ui;
	filter_by(self, CHECK_FAILED);
}

static void
find(void *self, struct ui *ui)
{
	struct checklist *c = self;

	search_open(c->search);
	ui_dirty(ui);
}

static void
basis(void *self, struct ui *ui)
{
	check_basis_next(self, ui);
}

static void
mark(void *self, struct ui *ui)
{
	struct checklist *c = self;
	const struct check_row *r = check_current(c);
	size_t i;

	(void)ui;
	if (r == NULL || r->kind != CHECK_ITEM ||
	    form_node_type(inst_def(r->at)) != FORM_VERDICT)
		return;
	for (i = 0; i < c->nmark; i++)
		if (c->mark[i] == r->id) {
			c->mark[i] = c->mark[--c->nmark];
			list_move(c->list, 1);
			return;
		}
	c->mark = xrealloc(c->mark, c->nmark + 1, sizeof(*c->mark));
	c->mark[c->nmark++] = r->id;
	list_move(c->list, 1);
}

/* ---- undo ---- */

/* "item 12 Label": a place as people know it. */
static void
place_words(struct checklist *c, const char *path, struct fj_buf *out)
{
	const struct check_row *r = check_select_path(c, path) ? check_current(c) : NULL;

	if (r == NULL) {
		fj_buf_puts(out, path);
		return;
	}
	if (r->number > 0)
		fj_buf_printf(out, "%d ", r->number);
	inst_full_label(r->at, lang_of(c->s), out);
}

static void
undo_or_redo(struct checklist *c, bool undo)
{
	struct dossier *d = check_dossier(c);
	struct fj_buf what, place, text;
	struct fj_err e;
	enum fj_rc rc;

	if (d == NULL)
		return;
	fj_buf_init(&what, LIMIT_VALUE_BYTES);
	fj_buf_init(&place, LIMIT_VALUE_BYTES);
	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	session_keeping(c->s);
	rc = undo ? dossier_undo(d, &what, &e) : dossier_redo(d, &what, &e);
	if (session_kept(c->s, rc, &e)) {
		session_acted(c->s);
		check_rows(c);
		place_words(c, what.p, &place);
		msg_put(c->s->m, &text, undo ? N_("Undone: {1}") : N_("Redone: {1}"), "s", place.p);
		ui_say(c->s->ui, STYLE_NORMAL, text.p);
	}
	fj_buf_release(&what);
	fj_buf_release(&place);
	fj_buf_release(&text);
}

static void
undo(void *self, struct ui *ui)
{
	(void)ui;
	undo_or_redo(self, true);
}

static void
redo(void *self, struct ui *ui)
{
	(void)ui;
	undo_or_redo(self, false);
}

/* ---- instances ---- */

static const struct inst_node *
repeat_above(const struct inst_node *at)
{
	while (at != NULL && inst_kind(at) != INST_REPEAT)
		at = inst_parent(at);
	return at;
}

static void
add(void *self, struct ui *ui)
{
	struct checklist *c = self;
	const struct check_row *r = check_current(c);
	const struct inst_node *repeat = r != NULL ? repeat_above(r->at) : NULL;
	struct dossier *d = check_dossier(c);
	struct inst_changes changes = {0};
	struct inst_node *at, *made;
	struct fj_buf path;
	struct fj_err e;

	if (repeat == NULL || d == NULL || (at = check_node(c, d, repeat)) == NULL) {
		ui_say(ui, STYLE_WARN, _(ui_msg(ui), "Nothing to add here: go to a repeated group"));
		return;
	}
	session_keeping(c->s);
	if (session_kept(c->s, dossier_add(d, c->form, at, &made, &changes, &e), &e)) {
		fj_buf_init(&path, LIMIT_VALUE_BYTES);
		inst_path_id(made, &path);
		session_acted(c->s);
		check_rows(c);
		check_select_path(c, path.p);
		list_move(c->list, 1);
		fj_buf_release(&path);
	} else {
		check_rows(c);
	}
	inst_changes_release(&changes);
}

/* The instance that the selected row belongs to; NULL: none. */
static const struct inst_node *
instance_above(struct checklist *c)
{
	const struct check_row *r = check_current(c);
	const struct inst_node *at = r != NULL ? r->at : NULL;

	while (at != NULL && inst_kind(at) != INST_INSTANCE)
		at = inst_parent(at);
	return at;
}

static void
remove_now(struct checklist *c, const char *why)
{
	const struct inst_node *inst = instance_above(c);
	struct dossier *d = check_dossier(c);
	struct inst_changes changes = {0};
	struct inst_node *at;
	struct fj_err e;

	if (d == NULL || inst == NULL || (at = check_node(c, d, inst)) == NULL)
		return;
	session_keeping(c->s);
	if (session_kept(c->s, dossier_remove(d, c->form, at, why, &changes, &e), &e))
		session_acted(c->s);
	check_rows(c);
	inst_changes_release(&changes);
}

static void
really_remove(void *ctx, bool yes)
{
	if (yes)
		remove_now(ctx, NULL);
}

static void
remove_reason(void *ctx, const char *why)
{
	if (why != NULL)
		remove_now(ctx, why);
}

/* What a sealed round held is removed with a reason, else after a question. */
static void
drop(void *self, struct ui *ui)
{
	struct checklist *c = self;
	struct dossier *d = check_dossier(c);
	const char *title = _(ui_msg(ui), "Remove this one?");
	const char *text = _(ui_msg(ui), "It leaves the form; its entries stay on record.");
	struct confirm_opts o = {.title = title, .text = text,
	    .yes = _(ui_msg(ui), "remove"), .danger = true};
	struct prompt_opts p = {.title = title, .text = text,
	    .max_bytes = LIMIT_REASON_BYTES, .required = true};

	if (d == NULL || instance_above(c) == NULL)
		ui_say(ui, STYLE_WARN, _(ui_msg(ui), "Not in a repeated group"));
	else if (visit_round(dossier_visit(d)) > 1)
		dialog_prompt(ui, &p, remove_reason, c);
	else
		dialog_confirm(ui, &o, really_remove, c);
}

/* ---- what hangs on an item ---- */

static void
finding(void *self, struct ui *ui)
{
	(void)ui;
	check_finding(self);
}

static void
evidence(void *self, struct ui *ui)
{
	struct checklist *c = self;
	const struct check_row *r = check_current(c);
	struct fj_buf path;

	(void)ui;
	if (r == NULL || r->kind != CHECK_ITEM)
		return;
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(r->at, &path);
	view_evidence_open(c->s, &c->visit, path.p);
	fj_buf_release(&path);
}

static void
findings(void *self, struct ui *ui)
{
	struct checklist *c = self;

	(void)ui;
	view_findings_open(c->s, &c->visit);
}

static void
disputes(void *self, struct ui *ui)
{
	struct checklist *c = self;

	(void)ui;
	view_disputes_open(c->s, &c->visit);
}

static void
freeze(void *self, struct ui *ui)
{
	struct checklist *c = self;

	(void)ui;
	view_freeze_open(c->s, &c->visit);
}

/* ---- the keys of the moment ---- */

static bool
editing(const void *self)
{
	return ((const struct checklist *)self)->edit.open;
}

static bool
editing_line(const void *self)
{
	return editing(self) && !((const struct checklist *)self)->edit.paragraphs;
}

static bool
editing_text(const void *self)
{
	return editing(self) && ((const struct checklist *)self)->edit.paragraphs;
}

/* The note that a failed item asks for: what is found goes into a finding next. */
static bool
noting(const void *self)
{
	return check_edit_for_finding(self);
}

static bool
browsing(const void *self)
{
	return !editing(self);
}

/* A service visit passes on clues instead of findings. */
static bool
serving(const void *self)
{
	const struct checklist *c = self;
	struct dossier *d = browsing(c) ? session_dossier(c->s, &c->visit) : NULL;

	return d != NULL && dossier_clues_only(d);
}

static bool
judging(const void *self)
{
	return browsing(self) && !serving(self);
}

static bool
marking(const void *self)
{
	const struct checklist *c = self;

	return !c->edit.open && c->nmark > 0;
}

/* Does the item at the cursor offer this verdict? */
static bool
offers(const void *self, int key)
{
	const struct checklist *c = self;
	size_t i, n, row;
	const struct form_choice *const *v;

	if (c->edit.open || c->nmark > 0 || !list_selected(c->list, &row) || row >= c->n ||
	    c->row[row].kind != CHECK_ITEM ||
	    form_node_type(inst_def(c->row[row].at)) != FORM_VERDICT)
		return false;
	n = form_node_choices(inst_def(c->row[row].at), &v);
	for (i = 0; i < n; i++)
		if (form_choice_key(v[i]) == key)
			return true;
	return false;
}

#define OFFERS(n) \
	static bool offers##n(const void *self) \
	{ \
		return offers(self, n); \
	}
OFFERS(1) OFFERS(2) OFFERS(3) OFFERS(4) OFFERS(5)

static bool
fill_in(const void *self)
{
	const struct checklist *c = self;
	size_t row;

	return !c->edit.open && c->nmark == 0 && list_selected(c->list, &row) && row < c->n &&
	    c->row[row].kind == CHECK_ITEM &&
	    form_node_type(inst_def(c->row[row].at)) != FORM_VERDICT;
}

static bool
in_repeat(const void *self)
{
	const struct checklist *c = self;
	size_t row;

	return !c->edit.open && list_selected(c->list, &row) && row < c->n &&
	    (c->row[row].kind == CHECK_REPEAT || c->row[row].kind == CHECK_INSTANCE);
}

static void
keep_edit(void *self, struct ui *ui)
{
	(void)ui;
	check_edit_keep(self);
}

static void
keep_and_find(void *self, struct ui *ui)
{
	(void)ui;
	check_edit_finding(self);
}

static void
leave_edit(void *self, struct ui *ui)
{
	(void)ui;
	check_edit_leave(self);
}

static void
unmark(void *self, struct ui *ui)
{
	check_unmark(self);
	ui_dirty(ui);
}

/*
 * Rows with `enabled` stand in the key line only while they mean something; the
 * rows behind them take the same keys at any time, to refuse with a sentence.
 */
const struct action check_actions[] = {
	{"check.keep-line", "Enter C-s", N_("keep"), N_("Keep what is typed"), ACTION_FOOTER, keep_edit, editing_line},
	{"check.keep", "C-s", N_("keep"), N_("Keep what is typed"), ACTION_FOOTER, keep_edit, editing_text},
	{"check.keep-finding", "C-d", N_("keep, finding"), N_("Keep the note and draft a finding from it"), ACTION_FOOTER, keep_and_find, noting},
	{"check.leave", "Esc", N_("leave as draft"), N_("Close; what is typed stays as a draft"), ACTION_FOOTER, leave_edit, editing},
	{"check.marked-na", "4", N_("n/a"), N_("All marked: not applicable (不适用)"), ACTION_FOOTER, verdict4, marking},
	{"check.marked-unchecked", "5", N_("unchecked"), N_("All marked: not checked (未检查)"), ACTION_FOOTER, verdict5, marking},
	{"check.mark-more", "Space", N_("mark"), N_("Mark one more, or not"), ACTION_FOOTER, mark, marking},
	{"check.unmark", "Esc", N_("unmark all"), N_("No marks any more"), ACTION_FOOTER, unmark, marking},
	{"check.conform", "1", N_("ok"), N_("Verdict 1: conforms (符合)"), ACTION_FOOTER, verdict1, offers1},
	{"check.nonconform", "2", N_("fail"), N_("Verdict 2: does not conform (不符合); opens the note"), ACTION_FOOTER, verdict2, offers2},
	{"check.basic", "3", N_("basic"), N_("Verdict 3: conforms basically (基本符合)"), ACTION_FOOTER, verdict3, offers3},
	{"check.na", "4", N_("n/a"), N_("Verdict 4: not applicable (不适用)"), ACTION_FOOTER, verdict4, offers4},
	{"check.unchecked", "5", N_("unchecked"), N_("Verdict 5: not checked (未检查)"), ACTION_FOOTER, verdict5, offers5},
	{"check.fill", "Enter", N_("answer"), N_("Answer the item: list, text, number, date"), ACTION_FOOTER, enter, fill_in},
	{"check.add", "a Insert", N_("add"), N_("Add one to the repeated group"), ACTION_FOOTER, add, in_repeat},
	{"check.remove", "D", N_("remove"), N_("Remove one of the repeated group"), ACTION_FOOTER, drop, in_repeat},
	{"check.note", "i C-n", N_("note"), N_("Write a note beside the item"), ACTION_FOOTER, note, browsing},
	{"check.evidence", "e C-e", N_("evidence"), N_("Evidence of the item: add, look"), ACTION_FOOTER, evidence, browsing},
	{"check.finding", "d C-d", N_("finding"), N_("Draft a finding from the item"), ACTION_FOOTER, finding, judging},
	{"check.clue", "d C-d", N_("clue"), N_("Pass on a clue from the item, if the party agrees"), ACTION_FOOTER, finding, serving},
	{"check.undo", "u C-z", N_("undo"), N_("Take the last answer back (a new entry; nothing is erased)"), ACTION_FOOTER, undo, browsing},
	{"check.next-open", "n Tab", N_("next open"), N_("Next unanswered item"), ACTION_FOOTER, next_open, browsing},
	{"check.digit1", "1", "", N_("The first choice of a list"), ACTION_HIDDEN, verdict1, NULL},
	{"check.digit2", "2", "", N_("The second choice of a list"), ACTION_HIDDEN, verdict2, NULL},
	{"check.digit3", "3", "", N_("The third choice of a list"), ACTION_HIDDEN, verdict3, NULL},
	{"check.digit4", "4", "", N_("The fourth choice of a list"), ACTION_HIDDEN, verdict4, NULL},
	{"check.digit5", "5", "", N_("The fifth choice of a list"), ACTION_HIDDEN, verdict5, NULL},
	{"check.digit6", "6", "", N_("The sixth choice of a list"), ACTION_HIDDEN, verdict6, NULL},
	{"check.digit7", "7", "", N_("The seventh choice of a list"), ACTION_HIDDEN, verdict7, NULL},
	{"check.digit8", "8", "", N_("The eighth choice of a list"), ACTION_HIDDEN, verdict8, NULL},
	{"check.digit9", "9", "", N_("The ninth choice of a list"), ACTION_HIDDEN, verdict9, NULL},
	{"check.digit0", "0", "", N_("A number or a date: begins with this digit"), ACTION_HIDDEN, verdict0, NULL},
	{"check.enter", "Enter", "", N_("Answer the item: list, text, number, date"), 0, enter, browsing},
	{"check.prev-open", "N S-Tab", "", N_("Previous unanswered item"), 0, prev_open, browsing},
	{"check.next-failed", "x", "", N_("Next failed item"), 0, next_failed, browsing},
	{"check.prev-failed", "X", "", N_("Previous failed item"), 0, prev_failed, browsing},
	{"check.next-section", "] Right", "", N_("Next section"), 0, next_section, browsing},
	{"check.prev-section", "[ Left", "", N_("Previous section"), 0, prev_section, browsing},
	{"check.next-instance", "}", "", N_("Next of a repeated group"), 0, next_instance, browsing},
	{"check.prev-instance", "{", "", N_("Previous of a repeated group"), 0, prev_instance, browsing},
	{"check.go", "g C-g", "", N_("Go to an item by its number"), 0, go, browsing},
	{"check.only-open", "f", "", N_("Show only unanswered items, or all"), 0, only_open, browsing},
	{"check.only-failed", "F", "", N_("Show only failed items, or all"), 0, only_failed, browsing},
	{"check.find", "/ C-f", "", N_("Filter items by a word"), 0, find, browsing},
	{"check.basis", "b C-b", "", N_("Law and method: more of it, hidden, shown"), 0, basis, browsing},
	{"check.mark", "Space", "", N_("Mark items; 4 or 5 then answers all marked, with a reason"), 0, mark, browsing},
	{"check.redo", "U C-y", "", N_("Redo"), 0, redo, browsing},
	{"check.clear", "Delete", "", N_("Take the answer away"), 0, clear, browsing},
	{"check.add-here", "a Insert", "", N_("Add one to the repeated group"), ACTION_HIDDEN, add, browsing},
	{"check.remove-here", "D", "", N_("Remove one of the repeated group"), ACTION_HIDDEN, drop, browsing},
	{"check.findings", "p", "", N_("All findings of the visit"), 0, findings, judging},
	{"check.clues", "p", "", N_("All clues of the visit"), 0, findings, serving},
	{"check.disputes", "=", "", N_("Disagreements: see and settle"), 0, disputes, browsing},
	{"check.freeze", "Z C-r", "", N_("Freeze and seal"), 0, freeze, browsing},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};
