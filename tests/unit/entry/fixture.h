/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed keys, fixed clocks and small chains for the tests of entry, wire, bundle. */
#ifndef FJ_TEST_ENTRY_FIXTURE_H
#define FJ_TEST_ENTRY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "crypto/seal.h"
#include "entry/chain.h"
#include "entry/roster_write.h"

#define ok(call) \
	do { \
		struct fj_err ok_err; \
		memset(&ok_err, 0, sizeof(ok_err)); \
		enum fj_rc ok_rc = (call); \
		if (ok_rc != FJ_OK) \
			fail_msg("%s: %d (last error unknown here)", #call, (int)ok_rc); \
	} while (0)

#define fails(call, want_rc, want_code) \
	do { \
		struct fj_err fails_err; \
		struct fj_err *e = &fails_err; \
		memset(e, 0, sizeof(*e)); \
		assert_int_equal((call), (want_rc)); \
		assert_string_equal(fails_err.code, (want_code)); \
	} while (0)

/* An identity whose private bytes are seed, seed + 1, … */
static inline struct identity *
fixed_identity(uint8_t seed)
{
	struct identity *id = NULL;
	struct secret *s;
	uint8_t raw[64];
	size_t i;

	for (i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)(seed + 7 * i);
	crypto_init();
	s = secret_from(raw, sizeof(raw));
	ok(identity_import(SUITE_1, s, &id, NULL));
	secret_free(&s);
	return id;
}

static inline struct id
fixed_id(uint8_t seed)
{
	struct id v;
	size_t i;

	for (i = 0; i < ID_LEN; i++)
		v.b[i] = (uint8_t)(seed + 11 * i);
	return v;
}

static inline struct stamp
fixed_stamp(int minute)
{
	struct stamp at = {{1772326800000 + (int64_t)minute * 60000, 480}, 5000, "0a1b2c3d"};

	return at;
}

/* A chain that is written. */
struct writer {
	struct identity *key;
	const struct identity_public *pub;
	enum stream_kind kind;
	struct id stream;
	struct chain_head head;
	struct fj_buf frame;		/* the newest */
	struct entry en;		/* payload points into frame */
	uint8_t sig[ENTRY_SIG];
	struct fj_buf payload;		/* to be filled before write_entry */
};

static inline void
writer_open(struct writer *w, uint8_t seed, enum stream_kind kind, struct id stream)
{
	memset(w, 0, sizeof(*w));
	w->key = fixed_identity(seed);
	w->pub = identity_pub(w->key);
	w->kind = kind;
	w->stream = stream;
	identity_dev(w->pub, &w->head.dev);
	fj_buf_init(&w->frame, 2 << 20);
	fj_buf_init(&w->payload, 2 << 20);
}

static inline void
writer_close(struct writer *w)
{
	identity_free(&w->key);
	fj_buf_release(&w->frame);
	fj_buf_release(&w->payload);
}

/* The payload becomes the next entry; it is signed. */
static inline void
write_entry(struct writer *w)
{
	struct entry *en = &w->en;

	memset(en, 0, sizeof(*en));
	en->suite = w->pub->suite;
	en->kind = w->kind;
	en->stream = w->stream;
	identity_dev(w->pub, &en->dev);
	en->seq = w->head.seq + 1;
	en->hlc = hlc_next(w->head.hlc, 1772326800000 + (int64_t)w->head.seq * 60000);
	if (w->head.seq > 0)
		en->prev = w->head.id;
	en->payload = w->payload.p;
	en->len = w->payload.n;
	fj_buf_clear(&w->frame);
	ok(entry_encode(en, &w->frame, NULL));
	en->payload = w->frame.p + ENTRY_HEAD;
	ok(entry_sign(en, sign_with_identity, w->key, w->sig, NULL));
	chain_advance(&w->head, en);
	fj_buf_clear(&w->payload);
}

static inline void
write_hello(struct writer *w, const char *name, const char *cert)
{
	struct hello h;
	struct stamp at = fixed_stamp(0);

	memset(&h, 0, sizeof(h));
	h.key = *w->pub;
	snprintf(h.name, sizeof(h.name), "%s", name);
	snprintf(h.cert, sizeof(h.cert), "%s", cert != NULL ? cert : "");
	hello_write(&h, &at, &w->payload);
	write_entry(w);
}

static inline void
write_text(struct writer *w, const char *payload)
{
	fj_buf_clear(&w->payload);
	fj_buf_puts(&w->payload, payload);
	write_entry(w);
}

#endif
