/* SPDX-License-Identifier: Apache-2.0 */
/* Which column of a file is which of a table. */
#ifndef FJ_REDFLAG_ASSIGN_H
#define FJ_REDFLAG_ASSIGN_H

#include "redflag/import_internal.h"

struct attempt {
	struct feed feed;
	double score;			/* how well the table explains the source */
	bool possible;			/* its key is there */
};

/* taken: columns that may not be used, by column of the file; may be NULL. */
void assign(const struct import *im, const struct source *s, int table, const bool *taken,
    struct attempt *out);
/* Columns with the right values, where the words say nothing. */
void assign_rest(const struct source *s, struct feed *f);
/* A heading that no register needs: running number, remark, telephone. */
bool assign_ignores(const struct source *s, int at);

#endif
