/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/chain.h"

#include <string.h>

/* Links only: each entry follows the one before, in one stream and one suite. */
static enum fj_rc
walk(struct chain_head *head, const struct entry *entries, size_t n, struct fj_err *e)
{
	size_t i;

	for (i = 0; i < n; i++) {
		enum fj_rc rc = entry_follows(head, &entries[i], e);
		char dev[ID_TEXT + 1];

		if (rc != FJ_OK)
			return rc;
		if (entries[i].kind != entries[0].kind ||
		    entries[i].suite != entries[0].suite ||
		    !id_eq(&entries[i].stream, &entries[0].stream)) {
			id_format_short(&entries[i].dev, dev);
			return fj_fail(e, FJ_CORRUPT, "entry.chain", "sl", dev,
			    (long long)entries[i].seq);
		}
		chain_advance(head, &entries[i]);
	}
	return FJ_OK;
}

enum fj_rc
verify_run(const struct chain_head *before, const struct entry *entries, size_t n,
    const struct identity_public *key, const uint8_t sig[ENTRY_SIG],
    struct chain_head *after, struct fj_err *e)
{
	struct chain_head head;
	struct hello hello;
	char dev[ID_TEXT + 1];
	enum fj_rc rc;

	FJ_BUG_IF(n == 0);
	memset(&head, 0, sizeof(head));
	if (before != NULL)
		head = *before;
	if (head.seq == 0) {
		rc = hello_read(&entries[0], &hello, e);
		if (rc != FJ_OK)
			return rc;
		if (key == NULL)
			key = &hello.key;
		if (!key_eq(&hello.key, key)) {
			id_format_short(&entries[0].dev, dev);
			return fj_fail(e, FJ_CORRUPT, "hello.dev", "s", dev);
		}
	} else if (key == NULL) {
		id_format_short(&entries[0].dev, dev);
		return fj_fail(e, FJ_CORRUPT, "hello.missing", "s", dev);
	}
	rc = walk(&head, entries, n, e);
	if (rc == FJ_OK)
		rc = entry_verify(&entries[n - 1], key, sig, e);
	if (rc == FJ_OK && after != NULL)
		*after = head;
	return rc;
}

/* The signature at seq, checked.  One above the chain proves nothing about it. */
static enum fj_rc
check_one(const struct entry *entries, size_t n, const struct entry_sig *s,
    struct chain_report *out, struct fj_err *e)
{
	enum fj_rc rc;

	if (s->seq == 0 || s->seq > n)
		return FJ_OK;
	rc = entry_verify(&entries[s->seq - 1], &out->hello.key, s->sig, e);
	if (rc != FJ_OK)
		return rc;
	out->checked++;
	if (s->seq > out->covered)
		out->covered = s->seq;
	return FJ_OK;
}

enum fj_rc
verify_chain(const struct entry *entries, size_t n, const struct entry_sig *sigs,
    size_t nsig, enum chain_depth depth, struct chain_report *out, struct fj_err *e)
{
	const struct entry_sig *newest = NULL;
	char dev[ID_TEXT + 1];
	enum fj_rc rc;
	size_t i;

	FJ_BUG_IF(n == 0);
	memset(out, 0, sizeof(*out));
	rc = hello_read(&entries[0], &out->hello, e);
	if (rc == FJ_OK)
		rc = walk(&out->head, entries, n, e);
	for (i = 0; i < nsig && rc == FJ_OK; i++) {
		if (depth == CHAIN_FULL)
			rc = check_one(entries, n, &sigs[i], out, e);
		else if (sigs[i].seq <= n && sigs[i].seq != 0 &&
		    (newest == NULL || sigs[i].seq > newest->seq))
			newest = &sigs[i];
	}
	if (rc == FJ_OK && newest != NULL)
		rc = check_one(entries, n, newest, out, e);
	if (rc != FJ_OK || out->covered != 0)
		return rc;
	id_format_short(&entries[0].dev, dev);
	return fj_fail(e, FJ_CORRUPT, "chain.unsigned", "s", dev);
}
