/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forms/redflags/methods.json: what standards demand of a method (least time, holding
 * time, replicates, samplers, withdrawal) and of an object (required items), for
 * registers without such tables of their own.
 *
 * ME1 a table that the registers have is never added to.
 * ME2 a row of the list stands in the store under a source number that no file has;
 *     rules tell by it that a flag rests on a parameter that nobody verified.
 * ME3 only what the registers speak of is filled in: a method that they use (or a rule
 *     would seem to have run over it), an item whose object and name they know (another
 *     word for it would make every report a flag).
 */
#ifndef FJ_REDFLAG_METHODS_H
#define FJ_REDFLAG_METHODS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rc.h"
#include "redflag/store.h"

enum {
	METHODS_BYTES = 1 << 20,
};

#define METHODS_UNVERIFIED 0x7fffffffu	/* source of rows that nobody verified */
#define METHODS_VERIFIED 0x7ffffffeu

struct methods_found {
	int methods, required;		/* rows filled in */
};

/* Into a store that is not sealed; method, required: which tables to fill.
 * FJ_INVAL "redflag.methods" {line, what}; json.* codes; FJ_LIMIT of the store. */
FJ_MUST enum fj_rc methods_fill(struct store *s, bool method, bool required,
    const char *json, size_t n, struct methods_found *out, struct fj_err *e);

#endif
