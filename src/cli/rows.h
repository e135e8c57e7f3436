/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of visits: the same table and the same JSON keys wherever one stands. */
#ifndef FJ_CLI_ROWS_H
#define FJ_CLI_ROWS_H

#include "app/app.h"
#include "cli/out.h"

/* The workspace as it stands now, for a verb of lists: no options, no words.  NULL
 * after a complaint, with *exit_code set. */
struct app *rows_app(struct cli *c, const char *verb, const char *sub, int argc, char **argv,
    int *exit_code);
/* The rows for which want() answers true (NULL: all). */
void rows_print(struct cli *c, struct app *a, bool (*want)(void *ctx, const struct app_row *r),
    void *ctx, const char *none);
/* The same for assignments: window, planner, team, state. */
void rows_planned(struct cli *c, struct app *a, bool (*want)(void *ctx, const struct app_row *r),
    void *ctx);
/* The members of one row, without the braces. */
void rows_members(struct cli *c, struct json_w *w, const struct app_row *r);
/* What is next, as a sentence; "" when nothing is known. */
void rows_next(struct cli *c, const struct summary *s, struct fj_buf *out);

#endif
