/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A screen with fields to fill in: what init, unlock, enrol, outcome and the like
 * have in common.  The host brings fields and what to do when they are done.
 */
#ifndef FJ_TUI_VIEW_PAGE_H
#define FJ_TUI_VIEW_PAGE_H

#include "tui/view/session.h"
#include "tui/widget/fieldset.h"

struct page;

struct page_ops {
	const char *name;	/* of the view */
	const char *title;	/* N_() */
	/* All fields were checked and are well. */
	void (*done)(struct page *p);
	void (*pick)(struct page *p, const char *field);	/* FIELD_PICK; may be NULL */
	void (*changed)(struct page *p, const char *field);	/* may be NULL */
	/* q and Esc; true: dealt with.  NULL: closed. */
	bool (*back)(struct page *p);
	void (*shown)(struct page *p);
	void (*release)(void *own);	/* may be NULL */
	/* Text at the right of the header; may be NULL. */
	void (*status)(struct page *p, struct fj_buf *b);
	const struct action *actions;	/* NULL: those of every page; self is the page */
};

struct page {
	struct session *s;
	struct fieldset *fs;
	const struct page_ops *ops;
	void *own;
};

/* Fields must outlive the page; ctx of their checks is own. */
struct page *page_open(struct session *s, const struct page_ops *ops,
    const struct field *f, int n, void *own);
const char *page_value(const struct page *p, const char *name);
void page_error(struct page *p, const char *field, const struct fj_err *e);
void page_close(struct page *p);
void page_done(void *self, struct ui *ui);	/* for tables: C-s */

#endif
