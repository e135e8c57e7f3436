/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labelled lines to fill in: text, passphrase, choice, yes/no, several lines,
 * pick (the host opens a list), button.  Tab, Down, Enter go on; S-Tab, Up
 * back; C-s ends from anywhere; Enter on the last or on a button ends too.
 * An error stands at its field.
 */
#ifndef FJ_TUI_WIDGET_FIELDSET_H
#define FJ_TUI_WIDGET_FIELDSET_H

#include <stdbool.h>
#include <stddef.h>

#include "text/msg.h"
#include "tui/core/grid.h"
#include "tui/core/key.h"

struct fieldset;

enum field_kind {
	FIELD_TEXT = 1,
	FIELD_SECRET,
	FIELD_CHOICE,		/* Left, Right, Space, digits; value is the choice's name */
	FIELD_CHECK,		/* Space; value "yes" or "" */
	FIELD_AREA,		/* several lines; Enter is a newline there */
	FIELD_PICK,		/* Enter or Space: FIELDS_PICK; the host sets the value */
	FIELD_BUTTON,		/* Enter: FIELDS_DONE, fieldset_current names it */
	FIELD_NOTE,		/* a paragraph, never focused */
};

struct field_choice {
	const char *name;	/* NULL ends the list */
	const char *label;	/* N_() or data */
};

/* Copied flat: texts and choices must outlive the fieldset. */
struct field {
	const char *name;
	const char *label;	/* N_() */
	enum field_kind kind;
	const char *value;	/* initial; may be NULL */
	const char *hint;	/* N_(), shown while empty; may be NULL */
	const struct field_choice *choices;
	size_t max_bytes;	/* 0: usual */
	int rows;		/* FIELD_AREA; 0: 4 */
	bool required;
	/* Sentence (translated) when the value is wrong, or NULL; into b. */
	bool (*check)(void *ctx, const struct msg *m, const char *value, struct fj_buf *why);
	/* Not asked now; NULL: always there. */
	bool (*hidden)(void *ctx, const struct fieldset *fs);
};

enum fields_answer {
	FIELDS_IGNORED = 0,
	FIELDS_HANDLED,
	FIELDS_CHANGED,		/* a value changed */
	FIELDS_PICK,		/* the current field wants a list */
	FIELDS_DONE,		/* C-s, Enter on the last, a button: check and act */
};

struct fieldset *fieldset_new(const struct msg *m, const struct field *f, int n, void *ctx);
void fieldset_free(struct fieldset **fs);
enum fields_answer fieldset_input(struct fieldset *fs, const struct input *in);
void fieldset_draw(struct fieldset *fs, struct grid *g, struct rect r, bool focused);
bool fieldset_typing(const struct fieldset *fs);	/* the current one takes text */

const char *fieldset_value(const struct fieldset *fs, const char *name);	/* "" */
/* Set the value; for FIELD_PICK shown is what people read (NULL: the value). */
void fieldset_set(struct fieldset *fs, const char *name, const char *value, const char *shown);
/* textarea_fill_next in this field, which is focused. */
bool fieldset_fill_next(struct fieldset *fs, const char *name, const char *gap);
const char *fieldset_current(const struct fieldset *fs);
void fieldset_focus(struct fieldset *fs, const char *name);
/* Required and checks of all visible fields; the first wrong one gets the focus. */
bool fieldset_check(struct fieldset *fs);
void fieldset_error(struct fieldset *fs, const char *name, const char *why);	/* focuses it; NULL clears */

#endif
