/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the page of a visit. */
#ifndef FJ_TUI_VIEW_VISIT_ROWS_H
#define FJ_TUI_VIEW_VISIT_ROWS_H

#include "tui/view/lines.h"
#include "tui/view/session.h"

enum {
	VISIT_ROW_FINDINGS = 1,
	VISIT_ROW_EVIDENCE,
	VISIT_ROW_FLAGS,
	VISIT_ROW_DISPUTES,
	VISIT_ROW_OUTCOME,
	VISIT_ROW_FREEZE,
	VISIT_ROW_RECORD,
	VISIT_ROW_DRAFTS,
	VISIT_ROW_STORY,
	VISIT_ROW_COUNT,
};

void visit_rows(struct session *s, struct dossier *d, struct lines *l);
/* Is the row a form or one of its sections?  Then where. */
bool visit_row_place(struct dossier *d, uint64_t row, size_t *form, struct fj_buf *path);

/* Can registers be screened here?  Not where there is neither finding nor clue. */
bool visit_may_screen(const struct session *s, const struct dossier *d);

/* Subject, team, state: shared with the review. */
void visit_head_rows(struct session *s, struct dossier *d, struct lines *l);
/* What supervisors said. */
void visit_comment_rows(struct session *s, struct dossier *d, struct lines *l);

#endif
