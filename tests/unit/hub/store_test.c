/* SPDX-License-Identifier: Apache-2.0 */
/* The SQLite store held to the contract of all stores. */
#include "contract/store_contract.c"

#include <stdlib.h>

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
		struct store_contract k = { open_store, open_again, *state }; \
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
CONTRACT(durable)

static void
urls(void **state)
{
	struct place *p = *state;
	struct store *s = NULL;
	struct fj_err e;

	assert_int_equal(store_open("postgresql://u:secret@h/db", false, &s, &e),
	    FJ_REFUSED);
	assert_string_equal(e.code, "hub.store-later");
	assert_int_equal(e.narg, 0);
	assert_int_equal(store_open("mysql:x", false, &s, &e), FJ_INVAL);
	assert_int_equal(store_open("sqlite:", false, &s, &e), FJ_INVAL);
	assert_int_equal(store_open("sqlite:/nowhere/x.db", false, &s, &e), FJ_NOTFOUND);
	s = open_store(p);
	store_close(&s);
	assert_int_equal(store_open(p->url, true, &s, &e), FJ_REFUSED);
	assert_string_equal(e.code, "hub.store-exists");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(store_meta), cmocka_unit_test(store_transactions),
		cmocka_unit_test(store_roster), cmocka_unit_test(store_log), cmocka_unit_test(store_invites),
		cmocka_unit_test(store_entries), cmocka_unit_test(store_forks),
		cmocka_unit_test(store_streams), cmocka_unit_test(store_uploads),
		cmocka_unit_test(store_receipts), cmocka_unit_test(store_blobs),
		cmocka_unit_test(store_durable), cmocka_unit_test(urls),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
