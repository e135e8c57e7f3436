/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of this device.  An ended device pulls nothing, so the hub hands it the
 * one signed roster entry with its refusal; what counts is that entry alone, judged
 * under the roster held here.  A hub's unsigned word ends nothing.
 */
#include <string.h>

#include "client/internal.h"

static bool
proof_add(struct roster *r, const char *hex)
{
	uint8_t b[PROBLEM_END / 2];
	size_t n = strlen(hex) / 2;

	return n > SIG_LEN && n <= sizeof(b) && hex_decode(hex, strlen(hex), b, n) &&
	    roster_add(r, b, n - SIG_LEN, b + n - SIG_LEN, NULL) == FJ_OK;
}

void
end_join(struct journal *j, struct roster *r)
{
	struct fj_buf hex;

	fj_buf_init(&hex, PROBLEM_END);
	/* One that no longer fits the roster ends nothing. */
	if (text_get(j, "sync", "end", &hex, NULL) == FJ_OK && hex.n > 0)
		(void)!proof_add(r, hex.p);
	fj_buf_release(&hex);
}

bool
client_end_known(struct journal *j)
{
	struct fj_buf hex;
	bool known;

	fj_buf_init(&hex, PROBLEM_END);
	known = text_get(j, "sync", "end", &hex, NULL) == FJ_OK && hex.n > 0;
	fj_buf_release(&hex);
	return known;
}

void
end_keep(struct client *c, const char *proof)
{
	const struct roster_device *d;
	struct roster *r = NULL;
	bool proved;

	if (proof[0] == '\0' || client_roster(c->env.journal, &r, NULL) != FJ_OK || r == NULL)
		return;
	d = roster_device(r, journal_dev(c->env.journal));
	if (d != NULL && d->end == END_NONE && proof_add(r, proof)) {
		d = roster_device(r, journal_dev(c->env.journal));
		proved = d != NULL && d->end != END_NONE;
		/* Not kept: the next refusal brings it again. */
		if (proved)
			(void)!text_put(c->env.journal, "sync", "end", proof, NULL);
	}
	roster_free(&r);
}

void
drain_begin(struct client *c)
{
	struct fj_err e;
	enum fj_rc rc;

	roster_free(&c->roster);
	rc = client_roster(c->env.journal, &c->roster, &e);
	/* Retired before its first sync: nothing here can judge a receipt. */
	if (rc == FJ_OK && c->roster == NULL)
		rc = fj_fail(&e, FJ_REFUSED, "sync.ended", "s", end_mode_name(END_RETIRED));
	if (rc == FJ_OK)
		run_later(c, push_begin);
	else
		run_end(c, rc, &e);
}
