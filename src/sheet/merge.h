/* SPDX-License-Identifier: Apache-2.0 */
/* Merged ranges while rows go by: the value of the first cell for the others. */
#ifndef FJ_SHEET_MERGE_H
#define FJ_SHEET_MERGE_H

#include "sheet/internal.h"

struct merge;

/* Copies the ranges. */
struct merge *merge_new(const struct sheet_range *range, size_t n);
void merge_free(struct merge **m);
/* Before row `number` is handed out; rows come in rising order. */
FJ_MUST enum fj_rc merge_fill(struct merge *m, struct reading *r, uint32_t number,
    struct fj_err *e);

#endif
