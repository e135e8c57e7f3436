/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many cells a terminal gives to a character.  Independent of the locale:
 * utf8proc's table, with what it lacks (CJK Ext I) and with the terminal's
 * habit for East-Asian-Ambiguous characters as a parameter.
 */
#ifndef FJ_TEXT_WIDTH_H
#define FJ_TEXT_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct width {
	int ambiguous;		/* 1, or 2 on a terminal with a CJK font */
};

/* 0, 1 or 2; controls count 1, as they are shown by a picture.  w NULL: 1. */
int width_char(const struct width *w, uint32_t c);
/* Of one cluster (text/cluster.h): that of its first character with a width. */
int width_cluster(const struct width *w, const char *p, size_t n);
int width_text(const struct width *w, const char *p, size_t n);
/* Is c sent to a terminal at all?  Joiners and variation selectors are kept in
 * texts and never sent: terminals disagree about them. */
bool width_sent(uint32_t c);

#endif
