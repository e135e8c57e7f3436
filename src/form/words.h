/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the form language with one line of meaning each: from the
 * tables that the compiler uses, for help, the man page and forms/README.md.
 */
#ifndef FJ_FORM_WORDS_H
#define FJ_FORM_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum form_words {
	FORM_WORDS_TYPES,
	FORM_WORDS_TOP,			/* members of the whole form */
	FORM_WORDS_COLUMNS,		/* members of a question, group or repeat */
	FORM_WORDS_FUNCTIONS,
	FORM_WORDS_FAULTS,		/* what form_check may say */
};

struct form_word {
	const char *name;
	const char *takes;	/* a function's arguments, a type's list; "error", "warning" */
	const char *en, *zh;	/* "" of a fault: its sentence stands in text/say */
};

/* false past the end.  In the order of the table: functions by name. */
bool form_word(enum form_words which, size_t i, struct form_word *out);
/* A name that the compiler knows and the texts do not, or the other way round; NULL. */
const char *form_words_gap(void);

#endif
