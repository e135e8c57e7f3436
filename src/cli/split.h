/* SPDX-License-Identifier: Apache-2.0 */
/* A line of text into words, with the quoting people know from a shell. */
#ifndef FJ_CLI_SPLIT_H
#define FJ_CLI_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Words are cut at blanks; '…' keeps everything, "…" and bare text take
 * backslash as "the next one as it is"; # begins a comment at the start of a
 * word.  Answers the number of words (owned strings, argv[n] NULL; free with
 * split_free), 0 for an empty line, -1 for an open quote.
 */
int split_line(const char *line, char ***argv);
void split_free(char ***argv, int n);

/* The word as it must be typed to get it back: in '…' when it needs it. */
struct fj_buf;
void split_quote(struct fj_buf *b, const char *word);

#endif
