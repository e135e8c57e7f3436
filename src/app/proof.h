/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be established about the entries of one visit outside the model:
 * chains, signatures, keys, receipts, evidence; from a journal or a bundle.
 * Internal to app/.
 */
#ifndef FJ_APP_PROOF_H
#define FJ_APP_PROOF_H

#include "app/internal.h"
#include "model/verify.h"

struct proof;

struct proof *proof_new(const struct roster *roster);	/* roster NULL: none */
void proof_free(struct proof **p);
/* Entries of each chain in order; the first is the hello. */
void proof_entry(struct proof *p, const struct entry *en);
/* A signature over an entry that was given before. */
void proof_signature(struct proof *p, const struct entry *en, const uint8_t sig[SIG_LEN]);
/* The stored row of a chain could not be read. */
void proof_damage(struct proof *p, const struct id *dev, const char *what);
/* A receipt as it came; counts when a hub key of the roster signed it. */
void proof_receipt(struct proof *p, const struct id *visit, const char *text, size_t n,
    const uint8_t sig[SIG_LEN]);
void proof_evidence(struct proof *p, const struct id *evidence, bool here, bool matches);
/*
 * All checks: the model's, after those on the roster's root (pinned NULL: none
 * given).  Answers the number of failures.
 */
size_t proof_report(struct proof *p, const struct visit *v, bool full,
    const struct hash *pinned, void (*fn)(void *ctx, const struct verify_check *c),
    void *ctx);

#endif
