/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Half-typed text, kept: saved in the visit's sealed draft store after 50
 * changes, 2 s of rest, at lock, hang-up and quit.
 *
 *	d->draft = draft_new(s, &visit, "note:FORM:PATH", text_of, d);
 *	if (draft_found(d->draft, &b)) offer b.p: 未完成的记录已找回
 *	... draft_touch(d->draft) after each change of the text
 *	draft_drop(d->draft) when the text is committed or thrown away
 *	draft_free(&d->draft) in close(): what was not dropped stays stored
 */
#ifndef FJ_TUI_VIEW_DRAFT_H
#define FJ_TUI_VIEW_DRAFT_H

#include "tui/view/session.h"

struct draft;

/* text(self) answers what the editor holds; borrowed for the call. */
struct draft *draft_new(struct session *s, const struct id *visit, const char *what,
    const char *(*text)(void *self), void *self);
void draft_free(struct draft **d);
/* false: there is none. */
bool draft_found(struct draft *d, struct fj_buf *out);
void draft_touch(struct draft *d);
void draft_save(struct draft *d);		/* now; nothing when nothing changed */
void draft_drop(struct draft *d);

#endif
