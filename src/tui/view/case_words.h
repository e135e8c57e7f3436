/* SPDX-License-Identifier: Apache-2.0 */
/* Words for what a visit lacks and holds, as the people of the visit know it. */
#ifndef FJ_TUI_VIEW_CASE_WORDS_H
#define FJ_TUI_VIEW_CASE_WORDS_H

#include "base/json.h"
#include "tui/view/session.h"

/* What is missing, by section and label instead of a path. */
void case_gap(const struct session *s, struct dossier *d, const struct dossier_gap *gap,
    struct fj_buf *b);
/* What the party did, with name and reason; body: of its entry, may be NULL. */
void case_party(const struct session *s, const struct json *body, struct fj_buf *b);
/* How a file was obtained. */
const char *case_how(const struct session *s, const char *how);
/* Has that form of the visit this place? */
bool case_has(struct dossier *d, size_t form, const char *path);

#endif
