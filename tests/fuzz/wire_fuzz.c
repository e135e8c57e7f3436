/* SPDX-License-Identifier: Apache-2.0 */
/* links: wire.  Runs (W1 holds for what decodes), items, and every message. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
run(const uint8_t *p, size_t n)
{
	struct run *r = NULL;
	struct fj_buf b;
	size_t used = 0;

	if (run_decode(p, n, &r, &used, NULL) != FJ_OK)
		return;
	fj_buf_init(&b, 8 << 20);
	if (run_encode(r->entries, r->n, r->sig, &b, NULL) != FJ_OK || b.n != used ||
	    memcmp(b.p, p, used) != 0)
		abort();
	fj_buf_release(&b);
	run_free(&r);
}

static void
items(const uint8_t *p, size_t n)
{
	const uint8_t *item, *frame, *sig;
	size_t len, nframe;
	struct items it;

	items_init(&it, p, n);
	while (items_next(&it, &item, &len, NULL) == FJ_OK) {
		run(item, len);
		if (items_split_entry(item, len, &frame, &nframe, &sig, NULL) == FJ_OK &&
		    frame + nframe + ENTRY_SIG != item + len)
			abort();
	}
}

static void
answers(unsigned which, const char *t, size_t n)
{
	struct push_answer push;
	struct listing list;
	struct envelope v;
	struct have *have = NULL;
	struct wire_file *files = NULL;
	struct problem problem;
	struct hub_info info;
	struct session_reply session;
	size_t k;

	switch (which) {
	case 0:
		if (push_answer_read(t, n, &push, NULL) == FJ_OK)
			push_answer_release(&push);
		break;
	case 1:
		if (listing_read(t, n, &list, NULL) == FJ_OK)
			listing_release(&list);
		break;
	case 2:
		if (signed_read(t, n, "head", &v, NULL) == FJ_OK)
			envelope_release(&v);
		break;
	case 3:
		if (have_read(t, n, &have, &k, NULL) == FJ_OK)
			free(have);
		break;
	case 4:
		if (files_read(t, n, &files, &k, NULL) == FJ_OK)
			free(files);
		break;
	case 5:
		(void)!problem_read(t, n, &problem, NULL);
		break;
	case 6:
		(void)!hub_info_read(t, n, &info, NULL);
		break;
	default:
		(void)!session_reply_read(t, n, &session, NULL);
	}
}

/* The texts inside envelopes, as if the MAC had been right. */
static void
texts(const char *t, size_t n)
{
	struct enrol_keys keys;
	struct enrol_request request;
	struct session_request session;
	struct enrol_reply reply;
	struct envelope v, asked;
	struct roster *roster = NULL;
	struct hash mac;
	struct part part[3];
	char *copy = malloc(n + 1);

	if (copy == NULL)
		return;
	memcpy(copy, t, n);
	copy[n] = '\0';
	memset(&v, 0, sizeof(v));
	v.text = copy;
	v.n = n;
	(void)!enrol_request_read(&v, &request, NULL);
	(void)!session_request_read(&v, &session, NULL);
	enrol_keys_derive(SUITE_1, "ABCDEFGHJKMNPQRSTVWXYZ00", &keys);
	memset(&asked, 0, sizeof(asked));
	asked.text = copy;
	part[0] = (struct part){asked.text, asked.n};
	part[1] = (struct part){"", 1};
	part[2] = (struct part){v.text, v.n};
	suite_hmac(SUITE_1, keys.k2, HASH_LEN, part, 3, &mac);
	memcpy(v.mac, mac.b, HASH_LEN);
	v.has_mac = true;
	if (enrol_reply_open(&v, SUITE_1, &keys, &asked, &reply, NULL) == FJ_OK) {
		/* Any well-formed key stands for one's own. */
		memset(&request.who.key, 1, sizeof(request.who.key));
		request.who.key.suite = SUITE_1;
		request.who.key.sign.n = request.who.key.kx.n = suite_public_len(SUITE_1);
		if (enrol_reply_roster(&reply, &request.who.key, &roster, NULL) == FJ_OK)
			roster_free(&roster);
		enrol_reply_release(&reply);
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct envelope v;

	if (n < 2)
		return 0;
	if (p[0] % 4 == 0)
		run(p + 1, n - 1);
	else if (p[0] % 4 == 1)
		items(p + 1, n - 1);
	else if (p[0] % 4 == 2)
		answers(p[0] / 4 % 8, (const char *)p + 1, n - 1);
	else
		texts((const char *)p + 1, n - 1);
	if (envelope_read((const char *)p, n, &v, NULL) == FJ_OK)
		envelope_release(&v);
	return 0;
}
