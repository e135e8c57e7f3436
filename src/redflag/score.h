/* SPDX-License-Identifier: Apache-2.0 */
/* How well a column of a file fits a column of the schema. */
#ifndef FJ_REDFLAG_SCORE_H
#define FJ_REDFLAG_SCORE_H

#include "redflag/import_internal.h"

struct fit {
	double word;			/* of the heading, 0 to 1 */
	double value;			/* of the values, 0 to 1; -1: they cannot be it */
	double proof;			/* how much the values alone prove, 0 to 1 */
	double score;			/* of both; 0: no */
};

struct fit score_column(const struct source *s, int at, int table, int column);
/* The share of rows in which column a is not above column b; -1: never both. */
double score_order(const struct source *s, int a, int b);

#endif
