/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every implementation of hub/store.h must do (T1–T5 there).  Included by the
 * test of each; `open_store` makes an empty one, `open_again` opens the same.
 */
#ifndef FJ_TESTS_STORE_CONTRACT_H
#define FJ_TESTS_STORE_CONTRACT_H

#include "hub/store.h"

struct store_contract {
	struct store *(*open_store)(void *ctx);
	struct store *(*open_again)(void *ctx);
	struct store *(*open_reader)(void *ctx);
	void *ctx;
};

/* Asserts by cmocka. */
void contract_meta(const struct store_contract *k);
void contract_transactions(const struct store_contract *k);
void contract_roster(const struct store_contract *k);
void contract_log(const struct store_contract *k);
void contract_invites(const struct store_contract *k);
void contract_entries(const struct store_contract *k);
void contract_forks(const struct store_contract *k);
void contract_streams(const struct store_contract *k);
void contract_uploads(const struct store_contract *k);
void contract_receipts(const struct store_contract *k);
void contract_blobs(const struct store_contract *k);
void contract_bulk(const struct store_contract *k);
void contract_order(const struct store_contract *k);
void contract_leaves(const struct store_contract *k);
void contract_expiry(const struct store_contract *k);
void contract_sums(const struct store_contract *k);
void contract_claims(const struct store_contract *k);
void contract_audit(const struct store_contract *k);
void contract_readers(const struct store_contract *k);
void contract_everything(const struct store_contract *k);
void contract_retired(const struct store_contract *k);
void contract_durable(const struct store_contract *k);

#endif
