/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a review: what a supervisor reads, in the order of weight. */
#ifndef FJ_TUI_VIEW_REVIEW_ROWS_H
#define FJ_TUI_VIEW_REVIEW_ROWS_H

#include "tui/view/lines.h"
#include "tui/view/session.h"

enum review_kind {
	REVIEW_FINDING = 1,
	REVIEW_ITEM,
	REVIEW_EVIDENCE,
};

/* What a row stands for. */
struct review_place {
	uint64_t row;
	enum review_kind kind;
	struct id id;		/* finding, evidence */
	size_t form;		/* item */
	char *on;		/* as `review comment --on` */
	bool marked;
};

struct review_rows {
	struct review_place *v;
	size_t n;
};

/* Marks of places that are still there are kept. */
void review_fill(struct session *s, struct dossier *d, struct lines *l,
    struct review_rows *r);
void review_release(struct review_rows *r);
struct review_place *review_at(struct review_rows *r, uint64_t row);	/* NULL */

#endif
