/* SPDX-License-Identifier: Apache-2.0 */
/* Lists to choose from where a visit is begun or planned, and the check of a code. */
#ifndef FJ_TUI_VIEW_BEGIN_PICK_H
#define FJ_TUI_VIEW_BEGIN_PICK_H

#include "model/kinds.h"
#include "model/subjects.h"
#include "tui/view/session.h"

/* now: id of the kind of now, or "". */
void kind_pick(struct session *s, const char *now,
    void (*done)(void *ctx, const struct visit_kind *k), void *ctx);
void form_pick(struct session *s, void (*done)(void *ctx, const char *id), void *ctx);
/* Known subjects that hold this text; says so when there is none. */
void subject_pick(struct session *s, const char *text,
    void (*done)(void *ctx, const struct subject *one), void *ctx);

/* A code as people type it: narrow, upper case, without blanks. */
void uscc_fold(const char *text, char out[64]);
/* "" is well. */
bool uscc_check(const struct msg *m, const char *value, struct fj_buf *why);

#endif
