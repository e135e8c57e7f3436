/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A form on paper, for the day the laptop dies: what is asked, choices with
 * their keys, lines to write on, conditions in words.  The same numbers stand
 * before questions and in conditions.
 */
#ifndef FJ_CLI_BLANK_H
#define FJ_CLI_BLANK_H

#include "cli/blank_page.h"
#include "form/form.h"

struct blank {
	struct page page;
	const struct form *form;
	const char *lang;
	const char *digest;		/* of the file's bytes, in hex */
};

/* Everything, with form feeds between pages. */
void blank_write(struct blank *b, struct fj_buf *out);

/* "2.3" of a question: its place among what is printed; "" of what is not. */
void blank_number(const struct form_node *n, struct fj_buf *out);
/* Is it on paper? */
bool blank_shown(const struct form_node *n);
/* The condition of a column in words; false: none, or one that always holds. */
bool blank_when(const struct blank *b, const struct form_node *n, enum form_slot slot,
    struct fj_buf *out);
/* A label or hint: the number of a question for ${name}, a gap for what is none. */
void blank_text(const struct blank *b, const char *s, struct fj_buf *out);
/* One question with its place to answer (blank_item.c). */
void blank_item(struct blank *b, const struct form_node *n, int indent);
/* A repeat: a table, or three copies of its questions (blank_repeat.c). */
void blank_repeat(struct blank *b, const struct form_node *n, int indent);
void blank_children(struct blank *b, const struct form_node *n, int indent);

#endif
