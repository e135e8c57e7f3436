/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed roster entry that ended a device: all that such a device is still told,
 * so that it believes the roster and not this hub.
 */
#ifndef FJ_HUB_END_PROOF_H
#define FJ_HUB_END_PROOF_H

#include "hub/hub.h"
#include "wire/problem.h"

/* Hex of frame | signature; "" when there is none. */
void end_proof(const struct hub *h, const struct id *dev, char out[PROBLEM_END]);

#endif
