/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links: entry.  The input is a row of roster payloads, one a line, a first byte
 * saying who writes it; they are framed and signed by fixed keys, so that the
 * rows behind the signature are reached, and added forwards and backwards: R1.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/seal.h"
#include "entry/hello.h"
#include "entry/roster_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { MOST = 24 };

struct held {
	struct fj_buf frame;
	uint8_t sig[ENTRY_SIG];
};

struct line {
	struct identity *key;
	struct chain_head head;
	struct id stream;
};

static void
line_open(struct line *l, uint8_t seed)
{
	uint8_t raw[64];
	struct secret *s;

	memset(l, 0, sizeof(*l));
	memset(raw, seed, sizeof(raw));
	crypto_init();
	s = secret_from(raw, sizeof(raw));
	if (identity_import(SUITE_1, s, &l->key, NULL) != FJ_OK)
		abort();
	secret_free(&s);
}

static bool
line_write(struct line *l, const char *payload, size_t n, struct held *out)
{
	struct entry en;

	memset(&en, 0, sizeof(en));
	en.suite = SUITE_1;
	en.kind = STREAM_ROSTER;
	en.stream = l->stream;
	identity_dev(identity_pub(l->key), &en.dev);
	en.seq = l->head.seq + 1;
	en.hlc = en.seq;
	en.prev = l->head.id;
	en.payload = payload;
	en.len = n;
	fj_buf_init(&out->frame, 2 << 20);
	if (entry_encode(&en, &out->frame, NULL) != FJ_OK ||
	    entry_sign(&en, sign_with_identity, l->key, out->sig, NULL) != FJ_OK)
		return false;
	chain_advance(&l->head, &en);
	return true;
}

static void
first(struct line *l, struct held *out)
{
	struct stamp at = {{0, 0}, 0, "00000000"};
	struct hello h;
	struct fj_buf b;

	memset(&h, 0, sizeof(h));
	h.key = *identity_pub(l->key);
	h.name[0] = 'x';
	fj_buf_init(&b, 1 << 16);
	hello_write(&h, &at, &b);
	line_write(l, b.p, b.n, out);
	fj_buf_release(&b);
}

static void
add(struct roster *r, const struct held *h)
{
	if (roster_add(r, h->frame.p, h->frame.n, h->sig, NULL) == FJ_OK &&
	    roster_add(r, h->frame.p, h->frame.n, h->sig, NULL) != FJ_OK)
		abort();
}

/* The same answers from both rosters. */
static void
compare(const struct roster *a, const struct roster *b)
{
	size_t i;

	if (roster_count(a) != roster_count(b) || roster_waiting(a) != roster_waiting(b))
		abort();
	for (i = 0; roster_person_at(a, i) != NULL; i++)
		if (roster_person_at(b, i) == NULL ||
		    !hash_eq(&roster_person_at(a, i)->entry, &roster_person_at(b, i)->entry))
			abort();
	for (i = 0; roster_device_at(a, i) != NULL; i++)
		if (roster_device_at(b, i) == NULL ||
		    !hash_eq(&roster_device_at(a, i)->entry, &roster_device_at(b, i)->entry) ||
		    roster_device_at(a, i)->end != roster_device_at(b, i)->end)
			abort();
	if ((roster_item_at(a, 0) == NULL) != (roster_item_at(b, 0) == NULL) ||
	    (roster_recovery(a) == NULL) != (roster_recovery(b) == NULL))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct stamp at = {{0, 0}, 0, "00000000"};
	struct line root, hub;
	struct held held[MOST];
	struct roster *a, *b;
	struct hash anchor;
	struct fj_buf payload;
	size_t k = 0, i;

	line_open(&root, 1);
	line_open(&hub, 2);
	roster_stream(identity_pub(root.key), &root.stream);
	hub.stream = root.stream;
	identity_root(SUITE_1, &identity_pub(root.key)->sign, &anchor);
	first(&root, &held[k++]);
	fj_buf_init(&payload, 1 << 16);
	roster_write_hub_key(identity_pub(hub.key), 1, &at, &payload);
	line_write(&root, payload.p, payload.n, &held[k++]);
	fj_buf_release(&payload);
	first(&hub, &held[k++]);
	while (n > 1 && k < MOST) {
		const uint8_t *end = memchr(p, '\n', n);
		size_t len = end != NULL ? (size_t)(end - p) : n;

		if (len > 1 && line_write(p[0] & 1 ? &root : &hub, (const char *)p + 1,
		    len - 1, &held[k]))
			k++;
		else if (len > 1)
			fj_buf_release(&held[k].frame);
		p += len < n ? len + 1 : len;
		n -= len < n ? len + 1 : len;
	}
	a = roster_new(&anchor);
	b = roster_new(NULL);
	for (i = 0; i < k; i++)
		add(a, &held[i]);
	for (i = k; i-- > 0;)
		add(b, &held[i]);
	roster_anchor(b, &anchor);
	compare(a, b);
	/* Raw bytes too, under any signature. */
	if (n > 0)
		(void)!roster_add(a, p, n, held[0].sig, NULL);
	roster_free(&a);
	roster_free(&b);
	for (i = 0; i < k; i++)
		fj_buf_release(&held[i].frame);
	identity_free(&root.key);
	identity_free(&hub.key);
	return 0;
}
