/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by fieldset.c and fieldset_draw.c only. */
#ifndef FJ_TUI_WIDGET_FIELDSET_INTERNAL_H
#define FJ_TUI_WIDGET_FIELDSET_INTERNAL_H

#include "tui/widget/fieldset.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/textarea.h"

struct slot {
	struct field f;
	struct lineedit *line;
	struct textarea *area;
	char *value, *shown;	/* of the kinds without an editor */
	char *error;
	struct rect drawn;
};

struct fieldset {
	const struct msg *m;
	void *ctx;
	struct slot *slot;
	int n, at;
	int top;		/* first line shown, when they are more than fit */
};

bool fieldset_is_hidden(const struct fieldset *fs, int i);
bool fieldset_may_focus(const struct fieldset *fs, int i);
bool fieldset_step(struct fieldset *fs, int by);
const char *fieldset_slot_value(const struct slot *s);
void fieldset_slot_put(struct slot *s, const char *value, const char *shown);

#endif
