/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions (PCRE2, UTF-8, \p{Han}), bounded in steps and depth. */
#ifndef FJ_TEXT_REGEX_H
#define FJ_TEXT_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rc.h"

/*
 * Does the whole of s match?  FJ_INVAL "text.regex" (pattern, place),
 * FJ_LIMIT "text.regex-steps" (pattern): then *yes is false.
 */
FJ_MUST enum fj_rc regex_full_match(const char *pattern, const char *s, size_t n,
    bool *yes, struct fj_err *e);
/* The same; *work grows by about how many steps the match took. */
FJ_MUST enum fj_rc regex_match_work(const char *pattern, const char *s, size_t n,
    bool *yes, unsigned long *work, struct fj_err *e);

#endif
