/* SPDX-License-Identifier: Apache-2.0 */
/* The SQLite store held to the contract of all stores. */
#include "contract/store_contract.c"

#include <stdlib.h>

#include "db/db.h"
#include "os/fs.h"

struct place {
	char dir[64], url[160];
	int n;
};

static struct store *
open_store(void *ctx)
{
	struct place *p = ctx;
	struct store *s = NULL;
	struct fj_err e;

	snprintf(p->url, sizeof(p->url), "sqlite:%s/%d.db", p->dir, ++p->n);
	OK(store_open(p->url, true, &s, &e));
	return s;
}

static struct store *
open_again(void *ctx)
{
	struct place *p = ctx;
	struct store *s = NULL;
	struct fj_err e;

	OK(store_open(p->url, false, &s, &e));
	return s;
}

static struct store *
open_reader(void *ctx)
{
	struct place *p = ctx;
	struct store *s = NULL;
	struct fj_err e;

	OK(store_open_reader(p->url, &s, &e));
	return s;
}

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/fj-store-XXXXXX");
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

#define CONTRACT(name) \
	static void \
	store_##name(void **state) \
	{ \
		struct store_contract k = { open_store, open_again, open_reader, *state }; \
		contract_##name(&k); \
	}

CONTRACT(meta)
CONTRACT(transactions)
CONTRACT(roster)
CONTRACT(log)
CONTRACT(invites)
CONTRACT(entries)
CONTRACT(forks)
CONTRACT(streams)
CONTRACT(uploads)
CONTRACT(receipts)
CONTRACT(blobs)
CONTRACT(bulk)
CONTRACT(order)
CONTRACT(leaves)
CONTRACT(expiry)
CONTRACT(sums)
CONTRACT(claims)
CONTRACT(audit)
CONTRACT(readers)
CONTRACT(everything)
CONTRACT(retired)
CONTRACT(durable)

static void
urls(void **state)
{
	struct place *p = *state;
	struct store *s = NULL;
	struct fj_err e;

	assert_int_equal(store_open("mysql://u:secret@h/db", false, &s, &e), FJ_INVAL);
	assert_string_equal(e.code, "hub.store-url");
	assert_string_equal(e.arg[0], "mysql:");
	assert_int_equal(store_open_reader("mysql", &s, &e), FJ_INVAL);
	assert_int_equal(store_open_reader("sqlite:/nowhere/x.db", &s, &e), FJ_NOTFOUND);
	assert_int_equal(store_open("sqlite:", false, &s, &e), FJ_INVAL);
	assert_int_equal(store_open("sqlite:/nowhere/x.db", false, &s, &e), FJ_NOTFOUND);
	s = open_store(p);
	store_close(&s);
	assert_int_equal(store_open(p->url, true, &s, &e), FJ_REFUSED);
	assert_string_equal(e.code, "hub.store-exists");
}

/* A copy of a live store, which the claims are no part of. */
static void
backups(void **state)
{
	struct place *p = *state;
	struct store *s = open_store(p), *c = NULL;
	struct id stream = an_id(1), dev = an_id(2);
	uint8_t b[8] = { 0, 0, 0, 0, 0, 0, 0, 5 };
	struct chain_head head;
	uint64_t at = 9, claim;
	struct fj_err e;
	char path[100], url[120];

	OK(s->ops->begin(s, &e));
	put(s, an_entry(1, 2, 1, 11), true);
	OK(s->ops->commit(s, &e));
	OK(s->ops->claim_take(s, &stream, &dev, &claim, &e));
	snprintf(path, sizeof(path), "%s/copy.db", p->dir);
	snprintf(url, sizeof(url), "sqlite:%s", path);
	OK(s->ops->backup(s, path, &e));
	OK(s->ops->safe_through(s, &at, &e));
	assert_int_equal(at, 0);
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "safe-through", b, sizeof(b), &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->safe_through(s, &at, &e));
	assert_int_equal(at, 5);
	OK(store_open(url, false, &c, &e));
	OK(c->ops->chain_head(c, &stream, &dev, &head, &e));
	assert_int_equal(head.seq, 1);
	OK(c->ops->check(c, &e));
	store_close(&c);
	assert_int_not_equal(s->ops->backup(s, "/nowhere/copy.db", &e), FJ_OK);
	store_close(&s);
}

/* A file of the first schema gets what came later, and keeps what it holds. */
static void
older_file(void **state)
{
	struct place *p = *state;
	struct db_options o = { .mode = DB_EXISTING };
	struct id visit = an_id(1), evidence = an_id(2);
	struct stored_upload got;
	struct store *s;
	struct db *d = NULL;
	struct fj_err e;

	s = open_store(p);
	store_close(&s);
	OK(db_open(p->url + 7, &o, &d, &e));
	OK(db_exec(d, "DROP TABLE audit; DROP TABLE upload; CREATE TABLE upload (visit BLOB"
	    " NOT NULL, evidence BLOB NOT NULL, sha256 BLOB NOT NULL, sm3 BLOB NOT NULL,"
	    " size INTEGER NOT NULL, done INTEGER NOT NULL, position INTEGER NOT NULL,"
	    " PRIMARY KEY (visit, evidence)); INSERT INTO upload VALUES"
	    " (x'01010101010101010101010101010101', x'02020202020202020202020202020202',"
	    " zeroblob(32), zeroblob(32), 5, 1, 9)", &e));
	OK(db_version_set(d, 1, &e));
	db_close(&d);
	assert_int_equal(store_open_reader(p->url, &s, &e), FJ_NOTFOUND);
	s = open_again(p);
	OK(s->ops->upload_get(s, &visit, &evidence, &got, &e));
	assert_int_equal(got.position, 9);
	assert_true(id_is_zero(&got.dev));
	put_audit(s, 1, 1);
	store_close(&s);
	s = open_again(p);
	store_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(store_meta), cmocka_unit_test(store_transactions),
		cmocka_unit_test(store_roster), cmocka_unit_test(store_log),
		cmocka_unit_test(store_invites), cmocka_unit_test(store_entries),
		cmocka_unit_test(store_forks), cmocka_unit_test(store_streams),
		cmocka_unit_test(store_uploads), cmocka_unit_test(store_receipts),
		cmocka_unit_test(store_blobs), cmocka_unit_test(store_bulk),
		cmocka_unit_test(store_order), cmocka_unit_test(store_leaves),
		cmocka_unit_test(store_expiry), cmocka_unit_test(store_sums),
		cmocka_unit_test(store_claims), cmocka_unit_test(store_audit),
		cmocka_unit_test(store_readers), cmocka_unit_test(store_everything),
		cmocka_unit_test(store_durable),
		cmocka_unit_test(store_retired), cmocka_unit_test(backups),
		cmocka_unit_test(urls), cmocka_unit_test(older_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
