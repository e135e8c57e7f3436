/* SPDX-License-Identifier: Apache-2.0 */
/* What a screen asks of a session: rows as seized, days, distributions. */
#ifndef FJ_APP_REDFLAGS_ASK_H
#define FJ_APP_REDFLAGS_ASK_H

#include "app/redflags.h"

/* ---- asks, in READY (answered between two rules while RUNNING) ---- */

struct redflag_cell {
	uint32_t at;			/* column in the file, from 1 */
	const char *header, *text;	/* as they stand there */
	const char *column;		/* of the table; "" unmapped */
};
struct redflag_row {
	char table[24];
	const char *file, *sheet;
	uint32_t source, row;
	const struct redflag_cell *cell;
	size_t cells;
};
struct redflag_rows;
/* The rows of a hit's src as seized; free with redflag_rows_free.
 * FJ_BUSY "redflags.busy" before there is something to ask. */
FJ_MUST enum fj_rc redflags_rows(struct redflags *r, const char *src,
    struct redflag_rows **out, struct fj_err *e);
size_t redflag_rows_count(const struct redflag_rows *rows);
const struct redflag_row *redflag_rows_at(const struct redflag_rows *rows, size_t i);
void redflag_rows_free(struct redflag_rows **rows);

/* Tests of one day on one instrument or of one person, by start. */
struct redflag_bar {
	const char *label;		/* sample or run number */
	const char *other;		/* the person; for a person the instrument */
	int64_t from, to;		/* seconds of the agency's clock since 1970 */
	const char *src;		/* "test_run:number" */
};
struct redflag_timeline {
	const char *what;		/* instrument or person */
	int32_t day;			/* days since 1970 */
	const struct redflag_bar *bar;
	size_t bars;
	struct json_doc *doc;
};
/* The day of the first test_run row of a hit; person: of its operator, else of its
 * instrument.  FJ_NOTFOUND "redflags.no-timeline". */
FJ_MUST enum fj_rc redflags_timeline(struct redflags *r, const struct redflag_hit *h,
    bool person, struct redflag_timeline *out, struct fj_err *e);
void redflag_timeline_release(struct redflag_timeline *t);

/* What a statistical rule saw: of this subject against the others. */
struct redflag_bin {
	const char *label;		/* "0" … "9"; "0.95–1.00" */
	double seen, expected;		/* counts */
};
struct redflag_dist {
	const char *kind;		/* "digits", "limit", "replicates" */
	const struct redflag_bin *bin;
	size_t bins;
	struct json_doc *doc;
};
/* Of R39, R40, R41.  FJ_NOTFOUND "redflags.no-dist". */
FJ_MUST enum fj_rc redflags_dist(struct redflags *r, const struct redflag_hit *h,
    struct redflag_dist *out, struct fj_err *e);
void redflag_dist_release(struct redflag_dist *t);

#endif
