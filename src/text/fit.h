/* SPDX-License-Identifier: Apache-2.0 */
/* Strings of a given number of cells, and strings that are safe to show. */
#ifndef FJ_TEXT_FIT_H
#define FJ_TEXT_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "text/width.h"

/* Append at most that many cells; "…" marks a cut.  Answers cells used. */
int fit_text(struct fj_buf *b, const struct width *wd, const char *p, size_t n,
    int cells);
/* The same and blanks up to exactly that many cells, on the left when right. */
void fit_pad(struct fj_buf *b, const struct width *wd, const char *p, size_t n,
    int cells, bool right);
/* Keep the end: "…tail" (paths). */
int fit_tail(struct fj_buf *b, const struct width *wd, const char *p, size_t n,
    int cells);

/*
 * Text from elsewhere made visible: C0 and DEL as control pictures, C1 and
 * bidirectional controls as <U+202E>, malformed bytes as U+FFFD.  Newline
 * stays when lines is true.
 */
void sanitize(struct fj_buf *b, const char *p, size_t n, bool lines);

#endif
