/* SPDX-License-Identifier: Apache-2.0 */
/* What the keys of a workspace are used for, and how they change. */
#include "journal/internal.h"

#include <string.h>

enum fj_rc
journal_sign(struct journal *j, enum purpose purpose, const struct hash *h,
    uint8_t sig[SIG_LEN], struct fj_err *e)
{
	enum fj_rc rc = journal_need_identity(j, e);

	FJ_BUG_IF(purpose == PURPOSE_ENTRY);
	return rc != FJ_OK ? rc : identity_sign(j->ring.identity, purpose, h, sig, e);
}

enum fj_rc
journal_unwrap(struct journal *j, const char *info, const void *p, size_t n,
    struct secret **out, struct fj_err *e)
{
	enum fj_rc rc = journal_need_identity(j, e);

	*out = NULL;
	return rc != FJ_OK ? rc : identity_unwrap(j->ring.identity, info, p, n, out, e);
}

enum fj_rc
journal_passwd(struct journal *j, const char *pass, size_t npass, struct fj_err *e)
{
	int cost = KDF_COST;
	enum fj_rc rc = journal_need_identity(j, e);

	if (rc == FJ_OK && npass == 0)
		rc = fj_fail(e, FJ_REFUSED, "journal.passphrase-empty", "");
	if (rc == FJ_OK)
		rc = keyfile_cost(j->home, &cost, e);
	return rc != FJ_OK ? rc : keyfile_rewrap(j->home, &j->ring, cost, pass, npass, NULL,
	    e);
}

enum fj_rc
journal_recover(const char *home, const char *code, const char *pass, size_t npass,
    char new_code[KEYFILE_CODE_TEXT], struct fj_err *e)
{
	struct keyring ring;
	int cost = KDF_COST;
	enum fj_rc rc;

	memset(&ring, 0, sizeof(ring));
	if (npass == 0)
		return fj_fail(e, FJ_REFUSED, "journal.passphrase-empty", "");
	rc = keyfile_unlock_code(home, code, &ring, e);
	if (rc == FJ_OK)
		rc = keyfile_cost(home, &cost, e);
	if (rc == FJ_OK)
		rc = keyfile_rewrap(home, &ring, cost, pass, npass, new_code, e);
	keyring_free(&ring);
	return rc;
}

enum fj_rc
journal_set_bureau_key(struct journal *j, const struct pubkey *kx, struct fj_err *e)
{
	enum fj_rc rc = journal_need(j, e);

	if (rc == FJ_OK)
		rc = pubkey_check_kx(SUITE_DEFAULT, kx, e);
	return rc != FJ_OK ? rc : keyfile_set_bureau(j->home, &j->ring, kx, e);
}

bool
journal_has_bureau_key(const struct journal *j)
{
	return keyfile_has_bureau(j->home);
}

enum fj_rc
journal_end_device(struct journal *j, struct fj_err *e)
{
	enum fj_rc rc = keyfile_end(j->home, e);

	if (rc == FJ_OK)
		journal_lock(j, true);
	return rc;
}

/* The new key, certified by the old one where there is one. */
static enum fj_rc
certify(struct journal *j, const struct identity *fresh, uint8_t *proof, struct id *dev,
    struct fj_err *e)
{
	struct hash h;

	identity_dev(identity_pub(fresh), dev);
	if (proof == NULL)
		return FJ_OK;
	suite_hash(SUITE_DEFAULT, dev->b, ID_LEN, &h);
	if (j->ring.identity == NULL) {
		memset(proof, 0, SIG_LEN);
		return FJ_OK;
	}
	return identity_sign(j->ring.identity, PURPOSE_DEVICE, &h, proof, e);
}

enum fj_rc
journal_renew(struct journal *j, const char *pass, size_t npass, uint8_t proof[SIG_LEN],
    char code[KEYFILE_CODE_TEXT], struct fj_err *e)
{
	struct keyring ring;
	struct id dev;
	int cost = KDF_COST;
	enum fj_rc rc = journal_need(j, e);

	memset(&ring, 0, sizeof(ring));
	if (rc == FJ_OK)
		rc = keyfile_unlock(j->home, pass, npass, clock_now(j->clock).ms, &ring, e);
	identity_free(&ring.identity);
	if (rc == FJ_OK)
		rc = identity_new(SUITE_DEFAULT, &ring.identity, e);
	if (rc == FJ_OK)
		rc = certify(j, ring.identity, proof, &dev, e);
	if (rc == FJ_OK)
		rc = self_set_continues(j, &dev, e);
	if (rc == FJ_OK)
		rc = keyfile_cost(j->home, &cost, e);
	if (rc == FJ_OK)
		rc = keyfile_rewrap(j->home, &ring, cost, pass, npass, code, e);
	if (rc == FJ_OK)
		rc = journal_adopt(j, &ring, e);
	keyring_free(&ring);
	return rc;
}
