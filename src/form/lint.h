/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an author should hear beyond the faults of the language.  A pass looks
 * at the whole definition, also at one with faults; form_check runs them all.
 * An error is what can never work; a warning what is surely not meant.
 */
#ifndef FJ_FORM_LINT_H
#define FJ_FORM_LINT_H

#include "form/form_i.h"

struct lint {
	struct def *d;
	struct form *f;
	const struct json *root;
	const struct json **at;		/* the object of each node, by index; NULL: none */
};

void lint_names(struct lint *l);	/* lint_node.c: names, groups, idle columns */
void lint_nodes(struct lint *l);
void lint_columns(struct lint *l);	/* lint_column.c: what stands in the columns */
void lint_texts(struct lint *l);	/* lint_text.c: languages */
void lint_lists(struct lint *l);	/* lint_list.c: lists of choices */
void lint_exprs(struct lint *l);	/* lint_expr.c: what an expression compares */
void lint_relevant(struct lint *l);	/* lint_relevant.c: what is never reached */

/* At a value of the definition, or (lint_expr_say) inside an expression. */
void lint_error(struct lint *l, const struct json *at, const char *code, const char *a,
    const char *b);
void lint_warn(struct lint *l, const struct json *at, const char *code, const char *a,
    const char *b);
void lint_expr_say(struct lint *l, const struct expr_job *j, size_t offset, bool error,
    const char *code, const char *a, const char *b);

/* The member of a node's object, else the object. */
const struct json *lint_key(const struct lint *l, const struct form_node *n, const char *key);
/* Does a list have a choice of one of the names? */
bool lint_list_has(const struct form_list *list, const char *const *names, size_t n);
/* One simple path to one question: that question, else NULL. */
const struct form_node *lint_target(const struct expr *x);

#endif
