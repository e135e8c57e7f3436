/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who writes to which upload: a newer HEAD or PATCH takes over from a half-open
 * one.  A claim is a number; it holds as long as no newer one was taken.
 * One process of a hub; any thread.
 */
#ifndef FJ_HUB_CLAIMS_H
#define FJ_HUB_CLAIMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"

struct claims;

struct claims *claims_new(void);
void claims_free(struct claims **c);
/* Whoever writes to it writes no more. */
void claims_break(struct claims *c, const struct id *visit, const struct id *evidence);
uint64_t claims_take(struct claims *c, const struct id *visit, const struct id *evidence);
bool claims_hold(struct claims *c, const struct id *visit,
    const struct id *evidence, uint64_t claim);
void claims_drop(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim);

#endif
