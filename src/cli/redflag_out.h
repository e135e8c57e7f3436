/* SPDX-License-Identifier: Apache-2.0 */
/* A screening as JSON Lines, as columns with tabs, and as text. */
#ifndef FJ_CLI_REDFLAG_OUT_H
#define FJ_CLI_REDFLAG_OUT_H

#include "app/flags.h"
#include "cli/cli.h"

/* {"rule","grade","clauses","subject","report_no","src","measure","detail"} */
void redflag_out_json(struct cli *c, const struct redflags *r, const struct redflag_hit *h);
/* rule, subject, report_no, src, detail */
void redflag_out_tsv(struct cli *c, const struct redflag_hit *h);
/* The last line of --json; run zero: not recorded. */
void redflag_out_summary(struct cli *c, const struct redflags *r, const struct id *run);
/* All of it for people. */
void redflag_out_text(struct cli *c, const struct redflags *r);
/* What was left out or mended, at most `most` lines; to c->err when err. */
void redflag_out_faults(struct cli *c, const struct redflags *r, size_t most, bool err);
/* Which rules did not run, on the error output. */
void redflag_out_not_run(struct cli *c, const struct redflags *r);

#endif
