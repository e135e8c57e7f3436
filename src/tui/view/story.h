/* SPDX-License-Identifier: Apache-2.0 */
/* An entry in words that its reader knows: labels of items and choices in place of
 * paths and names. */
#ifndef FJ_TUI_VIEW_STORY_H
#define FJ_TUI_VIEW_STORY_H

#include "tui/view/session.h"

void story_entry(const struct session *s, struct dossier *d, const struct visit_entry *en,
    struct fj_buf *out);

#endif
