/* SPDX-License-Identifier: Apache-2.0 */
/* The values of a fieldset as one draft text, and back. */
#ifndef FJ_TUI_VIEW_FIELDS_DRAFT_H
#define FJ_TUI_VIEW_FIELDS_DRAFT_H

#include "base/buf.h"
#include "tui/widget/fieldset.h"

/* names ends with NULL; replaces what out held. */
void fields_write(const struct fieldset *fs, const char *const *names, struct fj_buf *out);
/* text is changed; fields that it lacks keep their values. */
void fields_read(struct fieldset *fs, char *text);

#endif
