/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of a given number of cells.  Breaks between any two Chinese
 * characters, not inside ASCII words where it can be helped, never before
 * closing and never after opening punctuation.  Lines cover the text: the
 * next begins where the last ends, but for the newline between them.
 */
#ifndef FJ_TEXT_WRAP_H
#define FJ_TEXT_WRAP_H

#include <stdbool.h>
#include <stddef.h>

#include "text/width.h"

struct wrap_line {
	size_t off, len;	/* bytes; without the newline */
	bool hard;		/* ends at a newline or at the end of the text */
};

/* Zero-initialise; at least one line after wrap_text. */
struct wrap {
	struct wrap_line *line;
	size_t n, cap;
};

void wrap_text(struct wrap *w, const struct width *wd, const char *p, size_t n,
    int cells);
void wrap_release(struct wrap *w);
/* The line that holds the offset; at a soft break the later one. */
size_t wrap_find(const struct wrap *w, size_t off);

#endif
