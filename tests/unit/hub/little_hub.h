/* SPDX-License-Identifier: Apache-2.0 */
/* A hub in a folder of its own, persons with a device each, and runs of theirs. */
#ifndef FJ_TESTS_LITTLE_HUB_H
#define FJ_TESTS_LITTLE_HUB_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/hello.h"
#include "entry/roster_write.h"
#include "hub/auth.h"
#include "hub/hub.h"
#include "os/fs.h"
#include "wire/wire.h"

#define OK(call) do { if ((call) != FJ_OK) fail_msg("%s:%d %s %s", __FILE__, __LINE__, \
    e.code, e.arg[0]); } while (0)

enum { LITTLE_DEVICES = 8 };

struct little_device {
	struct identity *id;
	struct id dev;
	char cert[16];
	char token[TOKEN_TEXT + 1];
};

struct little_hub {
	char dir[64], store[128], evidence[128], keys[128];
	struct hub *h;
	struct little_device d[LITTLE_DEVICES];
	/* Third entry of each new visit, when size is not 0: so many bytes of zero. */
	struct id file;
	size_t size;
};

static inline void
little_evidence(const struct little_hub *w, struct fj_buf *out)
{
	char *zero = xcalloc(1, w->size), id[ID_TEXT + 1], a[HASH_TEXT + 1], b[HASH_TEXT + 1];
	struct hash sha256, sm3;

	digest_bytes(DIGEST_SHA256, zero, w->size, &sha256);
	digest_bytes(DIGEST_SM3, zero, w->size, &sm3);
	id_format(&w->file, id);
	hash_format(&sha256, a);
	hash_format(&sm3, b);
	fj_buf_printf(out, "{\"op\":\"evidence.add\",\"t\":\"2026-03-01T09:00:01.000+08:00\",\"up\":2,"
	    "\"boot\":\"00000001\",\"round\":1,\"evidence\":\"%s\",\"name\":\"a.jpg\",\"size\":%zu,"
	    "\"sha256\":\"%s\",\"sm3\":\"%s\"}", id, w->size, a, b);
	free(zero);
}

static inline void
little_row(struct little_hub *w, const struct fj_buf *b)
{
	struct fj_err e;

	hub_lock(w->h);
	OK(hub_begin(w->h, &e));
	OK(hub_end(w->h, hub_roster_add(w->h, b, &e), &e));
	hub_unlock(w->h);
}

static inline void
little_person(struct little_hub *w, struct little_device *d, int i)
{
	struct roster_person *p = xcalloc(1, sizeof(*p));
	struct roster_device row;
	struct stamp at;
	struct fj_buf b;
	struct fj_err e;

	id_random(&p->person);
	snprintf(d->cert, sizeof(d->cert), "T-%d", i);
	p->name = "检查员甲";
	p->cert = d->cert;
	p->roles = ROLE_INSPECTOR;
	p->nscope = 1;
	snprintf(p->scopes[0], SCOPE_TEXT + 1, "3301");
	hub_stamp(w->h, &at);
	fj_buf_init(&b, 65536);
	roster_write_person(p, &at, &b);
	little_row(w, &b);
	OK(identity_new(SUITE_1, &d->id, &e));
	identity_dev(identity_pub(d->id), &d->dev);
	memset(&row, 0, sizeof(row));
	row.dev = d->dev;
	row.key = *identity_pub(d->id);
	row.person = p->person;
	fj_buf_clear(&b);
	roster_write_device(&row, &at, &b);
	little_row(w, &b);
	token_make(w->h, &d->dev, hub_now_ms(w->h) + 600000, d->token);
	fj_buf_release(&b);
	free(p);
}

static inline struct little_hub *
little_new(void)
{
	static const char pass[] = "a root passphrase";
	struct little_hub *w = xcalloc(1, sizeof(*w));
	struct hub_init in;
	struct hash root;
	struct fj_err e;
	int i;

	crypto_init();
	snprintf(w->dir, sizeof(w->dir), "/tmp/fj-hub-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->store, sizeof(w->store), "sqlite:%s/hub.db", w->dir);
	snprintf(w->evidence, sizeof(w->evidence), "%s/evidence", w->dir);
	snprintf(w->keys, sizeof(w->keys), "%s/keys", w->dir);
	memset(&in, 0, sizeof(in));
	in.o.store = w->store;
	in.o.evidence = w->evidence;
	in.o.keys = w->keys;
	clock_init(&in.o.clock);
	in.pass = pass;
	in.npass = strlen(pass);
	in.cost = KDF_COST_MIN;
	OK(hub_create(&in, &root, &e));
	OK(hub_open(&in.o, &w->h, &e));
	for (i = 0; i < LITTLE_DEVICES; i++)
		little_person(w, &w->d[i], i);
	return w;
}

static inline void
little_free(struct little_hub *w)
{
	struct fj_err e;
	int i;

	for (i = 0; i < LITTLE_DEVICES; i++)
		identity_free(&w->d[i].id);
	hub_close(&w->h);
	OK(fs_remove_tree(w->dir, &e));
	free(w);
}

/* hello, visit.start with a team of d and `other`, and answers: n entries from where
 * head stands. */
static inline void
little_run(struct little_hub *w, const struct little_device *d,
    const struct little_device *other, const struct id *visit, size_t n,
    struct chain_head *head, struct fj_buf *out)
{
	struct hello *hello = xcalloc(1, sizeof(*hello));
	struct entry *en = xcalloc(n, sizeof(*en));
	struct fj_buf *text = xcalloc(n, sizeof(*text)), frame;
	uint8_t sig[ENTRY_SIG];
	struct stamp at;
	struct fj_err e;
	size_t i, begun;

	head->dev = d->dev;
	hub_stamp(w->h, &at);
	fj_buf_init(&frame, 65536);
	for (i = 0; i < n; i++) {
		fj_buf_init(&text[i], 65536);
		if (head->seq == 0) {
			hello->key = *identity_pub(d->id);
			snprintf(hello->name, sizeof(hello->name), "检查员甲");
			snprintf(hello->cert, sizeof(hello->cert), "%s", d->cert);
			hello_write(hello, &at, &text[i]);
		} else if (head->seq == 1) {
			fj_buf_printf(&text[i], "{\"op\":\"visit.start\",\"t\":\"2026-03-01T09:00:00.000"
			    "+08:00\",\"up\":1,\"boot\":\"00000001\",\"kind\":\"flying-inspection\","
			    "\"subject\":{\"name\":\"某公司\",\"no_uscc\":\"x\"},\"division\":\"330106\","
			    "\"team\":[{\"name\":\"检查员甲\",\"cert\":\"%s\"},{\"name\":\"检查员乙\",\"cert\":"
			    "\"%s\"}],\"forms\":[],\"data\":{}}", d->cert, other->cert);
		} else if (head->seq == 2 && w->size > 0) {
			little_evidence(w, &text[i]);
		} else {
			fj_buf_printf(&text[i], "{\"op\":\"set\",\"t\":\"2026-03-01T09:00:01.000+08:00\","
			    "\"up\":2,\"boot\":\"00000001\",\"form\":\"f\",\"path\":\"/data/a%llu\","
			    "\"value\":\"1\",\"round\":1}", (unsigned long long)head->seq);
		}
		en[i].suite = SUITE_1;
		en[i].kind = STREAM_VISIT;
		en[i].stream = *visit;
		en[i].dev = d->dev;
		en[i].seq = head->seq + 1;
		en[i].hlc = hlc_next(head->hlc, hub_now_ms(w->h));
		en[i].prev = head->id;
		en[i].payload = text[i].p;
		en[i].len = text[i].n;
		fj_buf_clear(&frame);
		OK(entry_encode(&en[i], &frame, &e));
		chain_advance(head, &en[i]);
	}
	OK(entry_sign(&en[n - 1], sign_with_identity, d->id, sig, &e));
	begun = item_begin(out);
	OK(run_encode(en, n, sig, out, &e));
	item_end(out, begun);
	for (i = 0; i < n; i++)
		fj_buf_release(&text[i]);
	fj_buf_release(&frame);
	free(text);
	free(en);
	free(hello);
}

#endif
