/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the checklist share.  Rows are made anew after every act
 * and whenever session_serial() moved; the list keeps its place by their ids.
 */
#ifndef FJ_TUI_VIEW_CHECKLIST_H
#define FJ_TUI_VIEW_CHECKLIST_H

#include "form/form.h"
#include "model/view.h"
#include "tui/view/common.h"
#include "tui/view/draft.h"
#include "tui/view/session.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/list.h"
#include "tui/widget/search.h"
#include "tui/widget/textarea.h"

enum check_kind {
	CHECK_SECTION = 1,
	CHECK_REPEAT,		/* the whole of it: a adds one */
	CHECK_INSTANCE,
	CHECK_ITEM,
	CHECK_SHOWN,		/* computed, or a text to read */
};

struct check_row {
	enum check_kind kind;
	uint64_t id;
	const struct inst_node *at;
	int number;		/* of an item, from 1 */
	int depth;
	size_t section;
	const struct inst_node *group;	/* the one below the section, if any */
	bool leads;		/* the first shown of its group: names it */
};

enum check_filter {
	CHECK_ALL = 0,
	CHECK_OPEN,		/* unanswered only */
	CHECK_FAILED,
};

/* Where to go when an answer or a note is kept. */
enum check_advance {
	ADVANCE_NONE = 0,
	ADVANCE_ROW,		/* the row below: an answer was corrected */
	ADVANCE_OPEN,		/* the next unanswered item */
};

/* The editor below the items: a note, or the answer of one item. */
struct check_edit {
	bool open, note;
	bool paragraphs;	/* Enter is a new line, C-s keeps; else Enter keeps */
	enum check_advance advance;
	struct textarea *area;	/* text and notes */
	struct lineedit *line;	/* numbers, dates */
	struct draft *draft;
	char *path;		/* id path of the item */
	char *why_not;		/* what was wrong with the last try */
};

/* The pane with law and method. */
enum check_basis {
	BASIS_SHOWN = 0,
	BASIS_TALL,		/* below the items: most of the screen */
	BASIS_HIDDEN,
};

struct checklist {
	struct session *s;
	struct id visit;
	size_t form;
	uint64_t serial;
	struct check_row *row;
	size_t n;
	const struct inst_node **section;
	size_t nsection;
	struct list *list;
	struct search *search;
	enum check_filter filter;
	enum check_basis basis;
	uint64_t *mark;		/* ids of marked rows */
	size_t nmark;
	struct check_edit edit;
	char *todo;		/* an answer that waits for a reason: value */
	char *todo_path;
	int bulk;		/* verdict that waits for a reason */
};

/* ---- checklist_rows.c ---- */
void check_rows(struct checklist *c);			/* anew, if the visit is there */
void check_fresh(struct checklist *c);			/* if something moved */
struct dossier *check_dossier(struct checklist *c);	/* NULL: said already */
const struct check_row *check_current(struct checklist *c);	/* NULL: none */
bool check_answered(const struct check_row *r);
bool check_failed(const struct check_row *r);
/* The same place in the filled form of now; NULL after saying why. */
struct inst_node *check_node(struct checklist *c, struct dossier *d,
    const struct inst_node *at);
bool check_select_path(struct checklist *c, const char *path);
void check_first_open(struct checklist *c);
void check_next_open(struct checklist *c);		/* stays on an open one */
void check_advance(struct checklist *c, enum check_advance how);
bool check_marked(const struct checklist *c, uint64_t id);
void check_unmark(struct checklist *c);
/* Stock of a verdict list: "1 符合  2 不符合". */
void check_choices_text(struct checklist *c, const struct check_row *r, struct fj_buf *b);

/* What the visit holds about a place, one look. */
struct check_place {
	const struct target *answer, *note;	/* NULL: none */
	size_t evidence;
};
void check_place(struct checklist *c, const struct inst_node *at, struct check_place *out);

/* ---- checklist_draw.c ---- */
extern const struct list_ops check_list_ops;
/* The answer as people read it, on one line: labels of choices. */
void check_value_text(const struct checklist *c, const struct inst_node *at, struct fj_buf *b);

/* ---- checklist_panes.c ---- */
void check_problem_text(const struct checklist *c, const struct inst_problem *p,
    struct fj_buf *b);
void check_draw(void *self, struct ui *ui, struct grid *g, struct rect r);
void check_title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right);

/* The next state of the pane; tall only where it is below the items. */
void check_basis_next(struct checklist *c, struct ui *ui);

/* ---- checklist_finding.c ---- */
void check_finding(struct checklist *c);	/* of the selected item; asks if it did not fail */
/* The finding that stands for the place, else a new draft. */
void check_finding_at(struct checklist *c, const char *path);

/* ---- checklist_answer.c ---- */
/* value "" clears. */
void check_answer(struct checklist *c, const struct check_row *r, const char *value,
    enum check_advance advance);
void check_verdict(struct checklist *c, int key);
void check_bulk(struct checklist *c, int verdict);

/* The answer of the selected item is kept but breaks a rule of the form: said,
 * and the cursor had better stay there.  false: nothing is wrong. */
bool check_told_wrong(struct checklist *c);
/* Refused only for want of a reason: a colleague's answer, or a later round. */
bool check_wants_reason(const struct fj_err *e);
/* Settle it with a reason; value as in check_answer. */
void check_ask_reason(struct checklist *c, const char *path, const char *value,
    const struct fj_err *e);

/* ---- checklist_choose.c ---- */
void check_choose(struct checklist *c, const struct check_row *r);
/* Take one of several, or give it back; the cursor stays. */
void check_toggle(struct checklist *c, const struct check_row *r,
    const struct form_choice *choice);

/* ---- checklist_edit.c ---- */
void check_note_open(struct checklist *c, const struct check_row *r,
    enum check_advance advance);
void check_value_open(struct checklist *c, const struct check_row *r);
/* A digit begins a new answer where one is typed; false: not at such an item. */
bool check_value_typed(struct checklist *c, const struct check_row *r, int digit);
/* A character that no command has, or a paste, begins the answer of an item that
 * is typed; nothing of it is lost.  false: not at such an item. */
bool check_edit_begun(struct checklist *c, const struct input *in);
/* Is the note of a failed item open, in a visit with findings? */
bool check_edit_for_finding(const struct checklist *c);
void check_edit_finding(struct checklist *c);	/* commit, then the item's finding */
enum ui_answer check_edit_input(struct checklist *c, const struct input *in);
void check_edit_keep(struct checklist *c);	/* commit; stays with the reason if refused */
void check_edit_leave(struct checklist *c);	/* close; the text stays as a draft */
void check_edit_dropped(struct checklist *c);	/* what it held is on record now */
void check_edit_close(struct checklist *c);	/* an uncommitted text stays as draft */
void check_edit_draw(struct checklist *c, struct grid *g, struct rect r);
/* A half-typed note of this form from an earlier run: offer it back. */
void check_recall(struct checklist *c);

/* ---- checklist_keys.c ---- */
extern const struct action check_actions[];

#endif
