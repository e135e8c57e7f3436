/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the checklist share.  Rows are made anew after every act
 * and whenever session_serial() moved; the list keeps its place by their ids.
 */
#ifndef FJ_TUI_VIEW_CHECKLIST_H
#define FJ_TUI_VIEW_CHECKLIST_H

#include "form/form.h"
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
};

struct check_section {
	const struct inst_node *at;
	size_t row;
};

enum check_filter {
	CHECK_ALL = 0,
	CHECK_OPEN,		/* unanswered only */
	CHECK_FAILED,
};

/* The editor below the items: a note, or the answer of one item. */
struct check_edit {
	bool open, note;
	bool advance;		/* go on to the next unanswered afterwards */
	struct textarea *area;	/* text and notes */
	struct lineedit *line;	/* numbers, dates */
	struct draft *draft;
	char *path;		/* id path of the item */
	char *why_not;		/* what was wrong with the last try */
};

struct checklist {
	struct session *s;
	struct id visit;
	size_t form;
	uint64_t serial;
	struct check_row *row;
	size_t n;
	struct check_section *section;
	size_t nsection;
	struct list *list;
	struct search *search;
	enum check_filter filter;
	bool basis;		/* the pane with law and method is shown */
	uint64_t *mark;		/* ids of marked rows */
	size_t nmark;
	struct check_edit edit;
	char *todo;		/* an answer that waits for a reason: value */
	char *todo_path;
	bool todo_clear;
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
void check_next_open(struct checklist *c);
bool check_marked(const struct checklist *c, uint64_t id);
void check_unmark(struct checklist *c);
/* Stock of a verdict list: "1 符合  2 不符合". */
void check_choices_text(struct checklist *c, const struct check_row *r, struct fj_buf *b);

/* ---- checklist_draw.c ---- */
extern const struct list_ops check_list_ops;
void check_draw(void *self, struct ui *ui, struct grid *g, struct rect r);
void check_title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right);

/* ---- checklist_answer.c ---- */
/* value "" clears. */
void check_answer(struct checklist *c, const struct check_row *r, const char *value,
    bool advance);
void check_verdict(struct checklist *c, int key);
void check_bulk(struct checklist *c, int verdict);

/* ---- checklist_edit.c ---- */
void check_note_open(struct checklist *c, const struct check_row *r, bool advance);
void check_value_open(struct checklist *c, const struct check_row *r);
enum ui_answer check_edit_input(struct checklist *c, const struct input *in);
void check_edit_close(struct checklist *c);	/* an uncommitted text stays as draft */
void check_edit_draw(struct checklist *c, struct grid *g, struct rect r);
/* A half-typed note of this form from an earlier run: offer it back. */
void check_recall(struct checklist *c);

/* ---- checklist_keys.c ---- */
extern const struct action check_actions[];

#endif
