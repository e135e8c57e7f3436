/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table a view: key -> action -> function.  The key line, the help view
 * and the palette are printed from the same rows.
 *
 *	static const struct action actions[] = {
 *		{"visits.open", "Enter", N_("open"), N_("Open the visit"), ACTION_FOOTER, open_selected, NULL},
 *		{0},
 *	};
 */
#ifndef FJ_TUI_CORE_ACTION_H
#define FJ_TUI_CORE_ACTION_H

#include <stdbool.h>

#include "tui/core/key.h"

struct ui;

enum action_flags {
	ACTION_FOOTER = 1 << 0,		/* in the key line */
	ACTION_HIDDEN = 1 << 1,		/* not in help and palette (twins) */
};

struct action {
	const char *id;		/* "visits.open": stable, in English; ends the table when NULL */
	const char *keys;	/* "Enter o": names by key.h; the first one is shown */
	const char *label;	/* N_(): one word for the key line */
	const char *help;	/* N_(): a sentence */
	unsigned flags;
	void (*run)(void *self, struct ui *ui);
	bool (*enabled)(const void *self);	/* NULL: always */
};

/* The enabled row for the key, or NULL. */
const struct action *action_find(const struct action *table, const void *self,
    uint32_t key);

#endif
