/* SPDX-License-Identifier: Apache-2.0 */
/* Stores that move: SQLite to SQLite here; to PostgreSQL and back in tests/e2e. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "db/db.h"
#include "hub/migrate.h"
#include "os/fs.h"

#include "entry/merkle.h"

#define OK(call) assert_int_equal((call), FJ_OK)

enum {
	ENTRIES = 1205,
	LEAVES = 37,
};

struct place {
	char dir[64];
	int n;
};

static int
setup(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));

	crypto_init();
	snprintf(p->dir, sizeof(p->dir), "/tmp/fj-migrate-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	OK(fs_remove_tree(p->dir, NULL));
	free(p);
	return 0;
}

static char *
new_url(struct place *p)
{
	return xasprintf("sqlite:%s/%d.db", p->dir, ++p->n);
}

static void
put_log(struct store *s)
{
	uint8_t sig[ENTRY_SIG] = { 3 };
	struct fj_err e;
	struct merkle m;
	struct hash leaf;
	struct fj_buf b;
	uint64_t i;
	int k;

	merkle_init(&m, SUITE_DEFAULT);
	for (i = 1; i <= LEAVES; i++) {
		char text[32];

		snprintf(text, sizeof(text), "receipt %d", (int)i);
		merkle_leaf(SUITE_DEFAULT, text, strlen(text), &leaf);
		OK(s->ops->log_put(s, LOG_RECEIPT, text, strlen(text), sig, &leaf, i, &e));
		merkle_add(&m, &leaf);
	}
	fj_buf_init(&b, 8192);
	fj_buf_u8(&b, m.suite);
	fj_buf_u64(&b, m.n);
	for (k = 0; k < m.npeak; k++)
		fj_buf_add(&b, m.peak[k].b, HASH_LEN);
	OK(s->ops->meta_put(s, "tree", b.p, b.n, &e));
	fj_buf_release(&b);
}

static void
put_entries(struct store *s)
{
	struct entry en;
	struct stored_entry v;
	uint8_t sig[ENTRY_SIG] = { 9 };
	struct fj_err e;
	struct fj_buf b;
	bool fresh;
	int i;

	fj_buf_init(&b, 1 << 20);
	for (i = 0; i < ENTRIES; i++) {
		memset(&en, 0, sizeof(en));
		en.suite = SUITE_DEFAULT;
		en.kind = STREAM_VISIT;
		en.seq = 1;
		en.hlc = UINT64_C(1) << 60 | (unsigned)i;
		fj_put_u32(en.stream.b, (uint32_t)i / 100);
		fj_put_u32(en.dev.b, (uint32_t)i);
		en.payload = "{}";
		en.len = 2;
		fj_buf_clear(&b);
		OK(entry_encode(&en, &b, &e));
		memset(&v, 0, sizeof(v));
		v.stream = en.stream;
		v.dev = en.dev;
		v.seq = en.seq;
		v.hlc = en.hlc;
		v.id = en.id;
		v.prev = en.prev;
		v.frame = b.p;
		v.len = b.n;
		v.sig = i % 3 == 0 ? sig : NULL;
		v.position = (uint64_t)(i % LEAVES) + 1;
		OK(s->ops->entries_put(s, &v, 1, &fresh, &e));
		if (i % 50 == 0)
			OK(s->ops->roster_put(s, b.p, b.n, sig, (uint64_t)i, NULL, &e));
	}
	fj_buf_release(&b);
}

/* A store with some of everything. */
static char *
full_store(struct place *p)
{
	struct stored_stream st = { .kind = STREAM_VISIT, .position = 4, .facts = "{\"检\":1}" };
	struct stored_upload u = { .size = 5, .done = true, .position = 6, .created_ms = 7 };
	struct audit_row a[2] = { { .n = 41, .time_ms = 8, .act = "read", .detail = "" },
	    { .n = 44, .time_ms = 9, .act = "read", .detail = "{}" } };
	struct stored_invite in = { .lookup = "ABCD", .expires_ms = 10, .wrong = 2 };
	char *url = new_url(p);
	struct store *s = NULL;
	struct hash d;
	struct fj_err e;

	OK(store_open(url, true, &s, &e));
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "epoch", "12345678", 8, &e));
	put_log(s);
	put_entries(s);
	OK(s->ops->stream_put(s, &st, &e));
	OK(s->ops->upload_put(s, &u, &e));
	OK(s->ops->audit_put(s, a, 2, &e));
	OK(s->ops->invite_put(s, &in, &e));
	memset(&d, 5, sizeof(d));
	OK(s->ops->blob_put(s, &d, "a form", 6, &e));
	OK(s->ops->commit(s, &e));
	store_close(&s);
	return url;
}

static void
sql(const char *url, const char *text)
{
	struct db_options o = { .mode = DB_EXISTING };
	struct db *d = NULL;
	struct fj_err e;

	OK(db_open(url + 7, &o, &d, &e));
	OK(db_exec(d, text, &e));
	db_close(&d);
}

static void
whole(void **state)
{
	struct place *p = *state;
	char *from = full_store(p), *to = new_url(p), *third = new_url(p);
	struct picture a, b;
	struct store *s = NULL, *held = NULL;
	struct fj_err e;

	/* One that is open all the while: it commits nothing more afterwards (MI2). */
	OK(store_open(from, false, &held, &e));
	OK(store_migrate(from, to, &a, &e));
	assert_int_equal(a.rows[PART_ENTRY], ENTRIES);
	assert_int_equal(a.rows[PART_LOG], LEAVES);
	assert_int_equal(a.rows[PART_AUDIT], 2);
	assert_int_equal(held->ops->begin(held, &e), FJ_REFUSED);
	assert_string_equal(e.code, "hub.store-moved");
	store_close(&held);
	assert_int_equal(store_open(from, false, &s, &e), FJ_REFUSED);
	assert_int_equal(store_migrate(from, third, &b, &e), FJ_REFUSED);
	OK(store_open(to, false, &s, &e));
	OK(picture_take(s, &b, &e));
	assert_true(picture_eq(&a, &b));
	store_close(&s);
	/* Stopped before the source was retired: the same again (MI3). */
	sql(from, "DROP TABLE moved");
	OK(store_migrate(from, to, &b, &e));
	assert_true(picture_eq(&a, &b));
	/* Now the source went on: what is in the target is something else. */
	sql(from, "DROP TABLE moved; UPDATE stream SET position = 5");
	assert_int_equal(store_migrate(from, to, &b, &e), FJ_REFUSED);
	assert_string_equal(e.code, "hub.migrate-not-empty");
	assert_int_equal(store_migrate(to, to, &b, &e), FJ_REFUSED);
	assert_int_equal(store_migrate("sqlite:/nowhere/x", to, &b, &e), FJ_NOTFOUND);
	free(from);
	free(to);
	free(third);
}

/* Every kind of damage in the source is found, and nothing is kept of the copy. */
static void
damage(void **state)
{
	static const char *const harm[] = {
		"UPDATE entry SET frame = CAST(substr(frame, 1, length(frame) - 1) || 'X' AS BLOB)"
		    " WHERE rowid = 700",
		"UPDATE entry SET seq = 2 WHERE rowid = 700",
		"UPDATE entry SET prev = zeroblob(31) || x'01' WHERE rowid = 700",
		"UPDATE log SET body = CAST('receipt x' AS BLOB) WHERE position = 9",
		"UPDATE log SET leaf = zeroblob(32) WHERE position = 9",
		"DELETE FROM log WHERE position = 9",
		"DELETE FROM log WHERE position = 37",
		"UPDATE meta SET value = zeroblob(9) WHERE name = 'tree'",
		"DELETE FROM meta WHERE name = 'tree'",
		"UPDATE roster SET frame = x'00' WHERE n = 3",
	};
	struct place *p = *state;
	struct picture got;
	struct store *s = NULL;
	struct fj_err e;
	size_t i;

	for (i = 0; i < sizeof(harm) / sizeof(harm[0]); i++) {
		char *from = full_store(p), *to = new_url(p);

		sql(from, harm[i]);
		assert_int_equal(store_migrate(from, to, &got, &e), FJ_CORRUPT);
		OK(store_open(to, false, &s, &e));
		OK(picture_take(s, &got, &e));
		assert_int_equal(got.rows[PART_ENTRY] + got.rows[PART_META], 0);
		store_close(&s);
		/* The source is as it was, and may go on. */
		OK(store_open(from, false, &s, &e));
		OK(s->ops->begin(s, &e));
		s->ops->rollback(s);
		store_close(&s);
		free(from);
		free(to);
	}
}

/* The picture sees every column. */
static void
differences(void **state)
{
	static const char *const change[] = {
		"UPDATE meta SET value = x'00' WHERE name = 'epoch'",
		"UPDATE roster SET position = position + 1 WHERE n = 2",
		"UPDATE roster SET sig = zeroblob(64) WHERE n = 2",
		"UPDATE log SET kind = 2 WHERE position = 5",
		"UPDATE log SET sig = zeroblob(64) WHERE position = 5",
		"UPDATE invite SET wrong = 3", "UPDATE invite SET expires = 3",
		"UPDATE entry SET position = 99 WHERE rowid = 3",
		"UPDATE entry SET sig = NULL WHERE rowid = 1", "DELETE FROM entry WHERE rowid = 9",
		"UPDATE stream SET facts = ''", "UPDATE stream SET kind = 2",
		"UPDATE upload SET done = 0", "UPDATE upload SET expires = 1",
		"UPDATE upload SET scratch = x'01010101010101010101010101010101'",
		"UPDATE audit SET n = 42 WHERE n = 41", "UPDATE audit SET act = 'x' WHERE n = 42",
		"UPDATE blob SET bytes = x'00'",
	};
	struct place *p = *state;
	char *url = full_store(p);
	struct picture a, b;
	struct store *s = NULL;
	struct fj_err e;
	size_t i;

	OK(store_open(url, false, &s, &e));
	OK(picture_take(s, &a, &e));
	for (i = 0; i < sizeof(change) / sizeof(change[0]); i++) {
		sql(url, change[i]);
		OK(picture_take(s, &b, &e));
		assert_false(picture_eq(&a, &b));
		a = b;
	}
	store_close(&s);
	free(url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole), cmocka_unit_test(damage), cmocka_unit_test(differences),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
