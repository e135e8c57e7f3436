/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/entry/fixture.h"

#include "base/limits.h"
#include "bundle/bundle.h"
#include "bundle/format.h"

enum { FILE_SIZE = 200000, MOST = 1 << 21 };

static void *
find(const void *p, size_t n, const char *what)
{
	size_t k = strlen(what), i;

	for (i = 0; i + k <= n; i++)
		if (memcmp((const char *)p + i, what, k) == 0)
			return (void *)((uintptr_t)p + i);
	return NULL;
}

/* A bundle in memory, and what came out of it. */
struct desk {
	struct identity *sender, *receiver, *stranger;
	struct fj_buf file;
	size_t at, step;		/* reading; bytes given at once */
	size_t stop_out;		/* the disk is full behind so many bytes */
	char log[4096];
	size_t nfile;
	struct hash digest;
	bool refuse_sender;
};

static enum fj_rc
out(void *ctx, const void *p, size_t n, struct fj_err *e)
{
	struct desk *d = ctx;

	if (d->stop_out != 0 && d->file.n + n > d->stop_out)
		return fj_fail(e, FJ_FULL, "os.full", "");
	fj_buf_add(&d->file, p, n);
	return FJ_OK;
}

static enum fj_rc
in(void *ctx, void *p, size_t n, size_t *got, struct fj_err *e)
{
	struct desk *d = ctx;

	(void)e;
	*got = d->file.n - d->at < n ? d->file.n - d->at : n;
	if (d->step != 0 && *got > d->step)
		*got = d->step;
	memcpy(p, d->file.p + d->at, *got);
	d->at += *got;
	return FJ_OK;
}

static void
note(struct desk *d, const char *what, size_t n)
{
	size_t at = strlen(d->log);

	snprintf(d->log + at, sizeof(d->log) - at, "%s %zu\n", what, n);
}

static enum fj_rc
on_sender(void *ctx, const struct bundle_sender *s, struct fj_err *e)
{
	struct desk *d = ctx;

	assert_true(key_eq(&s->key, identity_pub(d->sender)));
	return d->refuse_sender ? fj_fail(e, FJ_DENIED, "test.sender", "") : FJ_OK;
}

static enum fj_rc
on_about(void *ctx, const struct bundle_about *a, struct fj_err *e)
{
	(void)e;
	assert_string_equal(a->name, "检查员甲");
	note(ctx, "about", a->nvisit);
	return FJ_OK;
}

static enum fj_rc
on_roster(void *ctx, const void *run, size_t n, struct fj_err *e)
{
	(void)e;
	assert_memory_equal(run, "ROSTER", 6);
	note(ctx, "roster", n);
	return FJ_OK;
}

static enum fj_rc
on_run(void *ctx, const void *run, size_t n, struct fj_err *e)
{
	(void)e;
	assert_memory_equal(run, "RUN", 3);
	note(ctx, "run", n);
	return FJ_OK;
}

static enum fj_rc
on_receipt(void *ctx, const char *text, size_t n, const uint8_t sig[ENTRY_SIG],
    struct fj_err *e)
{
	(void)e;
	(void)text;
	assert_int_equal(sig[1], 5);
	note(ctx, "receipt", n);
	return FJ_OK;
}

static enum fj_rc
on_head(void *ctx, const char *text, size_t n, const uint8_t sig[ENTRY_SIG],
    struct fj_err *e)
{
	(void)e;
	(void)text;
	assert_int_equal(sig[1], 5);
	note(ctx, "head", n);
	return FJ_OK;
}

static enum fj_rc
on_blob(void *ctx, const struct hash *digest, const void *p, size_t n, struct fj_err *e)
{
	(void)e;
	(void)digest;
	assert_memory_equal(p, "{\"form\"", 7);
	note(ctx, "blob", n);
	return FJ_OK;
}

static enum fj_rc
on_file(void *ctx, const struct id *visit, const struct id *evidence, uint64_t size,
    const struct hash *sha256, struct fj_err *e)
{
	struct desk *d = ctx;

	(void)e;
	(void)visit;
	(void)evidence;
	assert_true(hash_eq(sha256, &d->digest));
	note(d, "evidence", (size_t)size);
	return FJ_OK;
}

static enum fj_rc
on_bytes(void *ctx, const void *p, size_t n, struct fj_err *e)
{
	struct desk *d = ctx;
	const uint8_t *b = p;
	size_t i;

	(void)e;
	for (i = 0; i < n; i++)
		assert_int_equal(b[i], (uint8_t)((d->nfile + i) * 31));
	d->nfile += n;
	return FJ_OK;
}

static enum fj_rc
on_file_end(void *ctx, struct fj_err *e)
{
	(void)e;
	note(ctx, "end", ((struct desk *)ctx)->nfile);
	return FJ_OK;
}

static enum fj_rc
opener(void *ctx, const void *wrap, size_t n, struct secret **key, struct fj_err *e)
{
	return identity_unwrap(ctx, BUNDLE_WRAP_INFO, wrap, n, key, e);
}

static enum fj_rc
read_as(struct desk *d, struct identity *who, struct fj_err *e)
{
	struct bundle_handlers h = {
		d, on_sender, on_about, on_roster, on_run, on_receipt, on_head, on_blob,
		on_file, on_bytes, on_file_end,
	};
	struct id me;

	identity_dev(identity_pub(who), &me);
	d->at = 0;
	d->nfile = 0;
	d->log[0] = '\0';
	return bundle_read(in, d, &me, opener, who, &h, e);
}

static enum fj_rc
begin(struct desk *d, struct bundle_w **w, struct fj_err *e)
{
	struct id visits[2] = {fixed_id(1), fixed_id(2)};
	struct bundle_about about;
	struct identity_public to[2];

	memset(&about, 0, sizeof(about));
	about.at = fixed_stamp(0);
	strcpy(about.name, "检查员甲");
	about.visits = visits;
	about.nvisit = 2;
	to[0] = *identity_pub(d->sender);
	to[1] = *identity_pub(d->receiver);
	fj_buf_clear(&d->file);
	return bundle_write_begin(identity_pub(d->sender), sign_with_identity, d->sender, to,
	    2, &about, out, d, w, e);
}

static void
evidence(struct desk *d, struct bundle_w *w)
{
	struct id v = fixed_id(1), ev = fixed_id(9);
	uint8_t bytes[1000];
	size_t i, k;

	ok(bundle_evidence_begin(w, &v, &ev, FILE_SIZE, &d->digest, NULL));
	for (i = 0; i < FILE_SIZE; i += sizeof(bytes)) {
		for (k = 0; k < sizeof(bytes); k++)
			bytes[k] = (uint8_t)((i + k) * 31);
		ok(bundle_evidence_data(w, bytes, sizeof(bytes), NULL));
	}
	ok(bundle_evidence_end(w, NULL));
}

static void
write_all(struct desk *d)
{
	struct bundle_w *w = NULL;
	struct hash digest;
	uint8_t sig[ENTRY_SIG] = {0, 5};

	ok(begin(d, &w, NULL));
	ok(bundle_add_roster(w, "ROSTER", 6, NULL));
	ok(bundle_add_run(w, "RUN 1", 5, NULL));
	ok(bundle_add_run(w, "RUN 2!", 6, NULL));
	ok(bundle_add_receipt(w, "{}", 2, sig, NULL));
	ok(bundle_add_head(w, "{ }", 3, sig, NULL));
	suite_hash(SUITE_1, "{\"form\":1}", 10, &digest);
	ok(bundle_add_blob(w, &digest, "{\"form\":1}", 10, NULL));
	evidence(d, w);
	ok(bundle_finish(w, NULL));
	bundle_w_free(&w);
}

static void
open_desk(struct desk *d)
{
	struct hasher *h = hasher_new(DIGEST_SHA256);
	uint8_t byte;
	size_t i;

	memset(d, 0, sizeof(*d));
	crypto_init();
	d->sender = fixed_identity(1);
	d->receiver = fixed_identity(2);
	d->stranger = fixed_identity(3);
	fj_buf_init(&d->file, MOST);
	for (i = 0; i < FILE_SIZE; i++) {
		byte = (uint8_t)(i * 31);
		hasher_add(h, &byte, 1);
	}
	hasher_final(h, &d->digest);
	hasher_free(&h);
}

static void
close_desk(struct desk *d)
{
	identity_free(&d->sender);
	identity_free(&d->receiver);
	identity_free(&d->stranger);
	fj_buf_release(&d->file);
}

static void
round_trip(void **state)
{
	static const char all[] = "about 2\nroster 6\nrun 5\nrun 6\nreceipt 2\nhead 3\nblob 10\n"
	    "evidence 200000\nend 200000\n";
	static const size_t steps[] = {0, 1, 7, 4096};
	struct bundle_handlers none;
	struct desk d;
	struct id me;
	size_t i;

	(void)state;
	open_desk(&d);
	write_all(&d);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		d.step = steps[i];
		ok(read_as(&d, d.receiver, NULL));
		assert_string_equal(d.log, all);
	}
	ok(read_as(&d, d.sender, NULL));
	memset(&none, 0, sizeof(none));
	identity_dev(identity_pub(d.receiver), &me);
	d.at = 0;
	ok(bundle_read(in, &d, &me, opener, d.receiver, &none, NULL));
	/* Nothing of it can be read in the file. */
	assert_null(find(d.file.p, d.file.n, "RUN 1"));
	assert_null(find(d.file.p, d.file.n, "检查员甲"));
	close_desk(&d);
}

static void
receivers(void **state)
{
	struct desk d;
	struct id me;
	struct bundle_handlers none;
	struct bundle_about about;
	struct bundle_w *w = NULL;
	struct identity_public weak;

	(void)state;
	open_desk(&d);
	write_all(&d);
	fails(read_as(&d, d.stranger, e), FJ_DENIED, "bundle.receiver");
	memset(&none, 0, sizeof(none));
	identity_dev(identity_pub(d.receiver), &me);
	d.at = 0;
	fails(bundle_read(in, &d, &me, opener, d.stranger, &none, e), FJ_DENIED,
	    "bundle.key");
	d.refuse_sender = true;
	fails(read_as(&d, d.receiver, e), FJ_DENIED, "test.sender");
	memset(&about, 0, sizeof(about));
	strcpy(about.name, "x");
	fails(bundle_write_begin(identity_pub(d.sender), sign_with_identity, d.sender, NULL, 0,
	    &about, out, &d, &w, e), FJ_INVAL, "bundle.receivers");
	weak = *identity_pub(d.receiver);
	memset(weak.kx.b, 0, weak.kx.n);
	fails(bundle_write_begin(identity_pub(d.sender), sign_with_identity, d.sender, &weak, 1,
	    &about, out, &d, &w, e), FJ_DENIED, "entry.weak-key");
	about.nvisit = BUNDLE_VISITS + 1;
	fails(bundle_write_begin(identity_pub(d.sender), sign_with_identity, d.sender, &weak, 1,
	    &about, out, &d, &w, e), FJ_LIMIT, "bundle.limit");
	close_desk(&d);
}

/* A cut at any place: never FJ_OK, and said as a cut. */
static void
truncation(void **state)
{
	struct desk d;
	size_t whole, i, n = 0;

	(void)state;
	open_desk(&d);
	write_all(&d);
	whole = d.file.n;
	for (i = 3; i < whole; i += i < 1200 || whole - i < 200 ? 1 : 997) {
		struct fj_err err;

		d.file.n = i;
		memset(&err, 0, sizeof(err));
		assert_int_equal(read_as(&d, d.receiver, &err), FJ_CORRUPT);
		assert_string_equal(err.code, "bundle.truncated");
		n++;
	}
	assert_true(n > 1000);
	d.file.n = 0;
	fails(read_as(&d, d.receiver, e), FJ_INVAL, "bundle.format");
	d.file.n = 2;
	fails(read_as(&d, d.receiver, e), FJ_INVAL, "bundle.format");
	d.file.n = whole;
	ok(read_as(&d, d.receiver, NULL));
	close_desk(&d);
}

/* A turned bit anywhere: never FJ_OK. */
static void
bit_flips(void **state)
{
	struct desk d;
	size_t i, header;
	struct fj_err err;

	(void)state;
	open_desk(&d);
	write_all(&d);
	header = HEAD_FIXED + 64 + 2 * (ID_LEN + 2 + 32 + AEAD_NONCE + 32 + AEAD_TAG) +
	    ENTRY_SIG;
	for (i = 0; i < d.file.n; i += i < header + 100 || d.file.n - i < 100 ? 1 : 449) {
		d.file.p[i] ^= 0x20;
		memset(&err, 0, sizeof(err));
		assert_int_not_equal(read_as(&d, d.receiver, &err), FJ_OK);
		if (i >= header && i < d.file.n - TRAILER)
			assert_string_equal(err.code, "bundle.chunk");
		d.file.p[i] ^= 0x20;
	}
	d.file.p[3] = 2;
	fails(read_as(&d, d.receiver, e), FJ_NEWER, "bundle.version");
	d.file.p[3] = 1;
	d.file.p[4] = 9;
	fails(read_as(&d, d.receiver, e), FJ_NEWER, "entry.suite");
	d.file.p[4] = 1;
	d.file.p[HEAD_FIXED + 40] ^= 1;		/* the sender's own key */
	fails(read_as(&d, d.receiver, e), FJ_CORRUPT, "bundle.header");
	close_desk(&d);
}

static void
reorder(void **state)
{
	struct desk d;
	size_t chunk = CHUNK + AEAD_TAG, header;
	char *a;

	(void)state;
	open_desk(&d);
	write_all(&d);
	header = HEAD_FIXED + 64 + 2 * (ID_LEN + 2 + 32 + AEAD_NONCE + 32 + AEAD_TAG) +
	    ENTRY_SIG;
	a = xmemdup(d.file.p + header, chunk);
	memmove(d.file.p + header, d.file.p + header + chunk, chunk);
	memcpy(d.file.p + header + chunk, a, chunk);
	fails(read_as(&d, d.receiver, e), FJ_CORRUPT, "bundle.chunk");
	free(a);
	/* Something behind the end. */
	write_all(&d);
	fj_buf_puts(&d.file, "more than a trailer");
	assert_int_equal(read_as(&d, d.receiver, NULL), FJ_CORRUPT);
	close_desk(&d);
}

/* A receiver has the key and could seal other content: the sender did not sign it. */
static void
forged_content(void **state)
{
	struct desk d;
	struct secret *key = NULL;
	struct aead *a;
	uint8_t nonce[AEAD_NONCE], *body;
	struct hash header;
	size_t head = HEAD_FIXED + 64, wrap = 32 + AEAD_NONCE + 32 + AEAD_TAG, from, n;
	struct bundle_w *w = NULL;

	(void)state;
	open_desk(&d);
	ok(begin(&d, &w, NULL));
	ok(bundle_add_run(w, "RUN 1", 5, NULL));
	ok(bundle_finish(w, NULL));
	bundle_w_free(&w);
	from = head + 2 * (ID_LEN + 2 + wrap) + ENTRY_SIG;
	ok(identity_unwrap(d.receiver, BUNDLE_WRAP_INFO,
	    d.file.p + head + ID_LEN + 2 + wrap + ID_LEN + 2, wrap, &key, NULL));
	a = aead_new(SUITE_1, secret_peek(key));
	suite_hash(SUITE_1, d.file.p, from, &header);
	bundle_nonce((const uint8_t *)d.file.p + AT_PREFIX, 0, true, nonce);
	body = (uint8_t *)d.file.p + from;
	n = d.file.n - from - TRAILER;
	ok(aead_open(a, nonce, header.b, HASH_LEN, body, n, body, NULL));
	*((char *)find(body, n, "RUN 1") + 4) = '7';
	aead_seal(a, nonce, header.b, HASH_LEN, body, n - AEAD_TAG, body);
	fails(read_as(&d, d.receiver, e), FJ_CORRUPT, "bundle.sender");
	aead_free(&a);
	secret_free(&key);
	close_desk(&d);
}

/* The writer below the public one, to make what it would never write. */
static void
odd_records(void **state)
{
	struct desk d;
	struct bundle_w *w = NULL;
	struct id v = fixed_id(1), ev = fixed_id(2);
	struct hash wrong = {{1}};
	uint8_t sig[ENTRY_SIG] = {0, 5};

	(void)state;
	open_desk(&d);
	ok(begin(&d, &w, NULL));
	ok(bundle_add_blob(w, &wrong, "{\"form\":1}", 10, NULL));
	ok(bundle_finish(w, NULL));
	bundle_w_free(&w);
	fails(read_as(&d, d.receiver, e), FJ_CORRUPT, "bundle.digest");
	ok(begin(&d, &w, NULL));
	d.digest = wrong;
	evidence(&d, w);
	ok(bundle_finish(w, NULL));
	bundle_w_free(&w);
	fails(read_as(&d, d.receiver, e), FJ_CORRUPT, "bundle.digest");
	ok(begin(&d, &w, NULL));
	ok(bundle_add_receipt(w, "", 0, sig, NULL));
	ok(bundle_finish(w, NULL));
	bundle_w_free(&w);
	fails(read_as(&d, d.receiver, e), FJ_CORRUPT, "bundle.row");

	ok(begin(&d, &w, NULL));
	fails(bundle_add_run(w, "x", LIMIT_BODY_BYTES + 1, e), FJ_LIMIT, "bundle.limit");
	fails(bundle_evidence_data(w, "x", 1, e), FJ_INVAL, "bundle.size");
	fails(bundle_evidence_begin(w, &v, &ev, UINT64_MAX, &wrong, e), FJ_LIMIT,
	    "bundle.limit");
	ok(bundle_evidence_begin(w, &v, &ev, 2, &wrong, NULL));
	fails(bundle_evidence_data(w, "xyz", 3, e), FJ_INVAL, "bundle.size");
	fails(bundle_add_run(w, "RUN", 3, e), FJ_INVAL, "bundle.size");
	fails(bundle_evidence_end(w, e), FJ_INVAL, "bundle.size");
	fails(bundle_finish(w, e), FJ_INVAL, "bundle.size");
	bundle_w_free(&w);
	close_desk(&d);
}

/* The stick is full: the error comes through, and later writes fail too. */
static void
full_disk(void **state)
{
	struct desk d;
	struct bundle_w *w = NULL;
	struct fj_err err;
	char bytes[4096] = "RUN";
	int i, failed = 0;

	(void)state;
	open_desk(&d);
	d.stop_out = 100;
	fails(begin(&d, &w, e), FJ_FULL, "os.full");
	assert_null(w);
	d.stop_out = 100000;
	ok(begin(&d, &w, NULL));
	for (i = 0; i < 100; i++)
		failed += bundle_add_run(w, bytes, sizeof(bytes), &err) != FJ_OK;
	assert_true(failed > 0);
	assert_int_not_equal(bundle_finish(w, &err), FJ_OK);
	bundle_w_free(&w);
	fails(read_as(&d, d.receiver, e), FJ_CORRUPT, "bundle.truncated");
	close_desk(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(receivers),
		cmocka_unit_test(truncation),
		cmocka_unit_test(bit_flips),
		cmocka_unit_test(reorder),
		cmocka_unit_test(forged_content),
		cmocka_unit_test(odd_records),
		cmocka_unit_test(full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
