/* SPDX-License-Identifier: Apache-2.0 */
/* tier: test
 * The PostgreSQL store held to the contract of all stores, and to what is its own:
 * lost connections, commits whose outcome is not known, secrets in addresses.
 * FEIJIAN_TEST_PG names a database of its own (tests/e2e/pg_store.sh makes one);
 * without it every test is skipped by name.
 */
#include "contract/store_contract.c"

#include <unistd.h>

#include "hub/store_pg.h"
#include "base/xalloc.h"

#if defined(__has_include)
#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>

/* Our declarations are those of the library. */
_Static_assert((int)CONNECTION_OK == PG_CONNECTION_OK, "");
_Static_assert((int)PGRES_COMMAND_OK == PG_COMMAND_OK, "");
_Static_assert((int)PGRES_TUPLES_OK == PG_TUPLES_OK, "");
_Static_assert(PG_DIAG_SEVERITY_NONLOCALIZED == PG_FIELD_SEVERITY, "");
_Static_assert(PG_DIAG_SQLSTATE == PG_FIELD_STATE, "");
_Static_assert(PG_DIAG_MESSAGE_PRIMARY == PG_FIELD_MESSAGE, "");
_Static_assert(sizeof(PQconninfoOption) == sizeof(struct pg_option), "");
_Static_assert(offsetof(PQconninfoOption, val) == offsetof(struct pg_option, val), "");
#define IS(f, type) _Static_assert(_Generic(&f, type: 1, default: 0), #f)
IS(PQconndefaults, PQconninfoOption *(*)(void));
IS(PQconninfoParse, PQconninfoOption *(*)(const char *, char **));
IS(PQconninfoFree, void (*)(PQconninfoOption *));
IS(PQfreemem, void (*)(void *));
IS(PQconnectdbParams, PGconn *(*)(const char *const *, const char *const *, int));
IS(PQfinish, void (*)(PGconn *));
IS(PQstatus, ConnStatusType (*)(const PGconn *));
IS(PQerrorMessage, char *(*)(const PGconn *));
IS(PQexec, PGresult *(*)(PGconn *, const char *));
IS(PQexecParams, PGresult *(*)(PGconn *, const char *, int, const Oid *,
    const char *const *, const int *, const int *, int));
IS(PQprepare, PGresult *(*)(PGconn *, const char *, const char *, int, const Oid *));
IS(PQexecPrepared, PGresult *(*)(PGconn *, const char *, int, const char *const *,
    const int *, const int *, int));
IS(PQsendQuery, int (*)(PGconn *, const char *));
IS(PQconsumeInput, int (*)(PGconn *));
IS(PQisBusy, int (*)(PGconn *));
IS(PQsocket, int (*)(const PGconn *));
IS(PQgetResult, PGresult *(*)(PGconn *));
IS(PQresultStatus, ExecStatusType (*)(const PGresult *));
IS(PQresultErrorField, char *(*)(const PGresult *, int));
IS(PQcmdStatus, char *(*)(PGresult *));
IS(PQcmdTuples, char *(*)(PGresult *));
IS(PQntuples, int (*)(const PGresult *));
IS(PQgetisnull, int (*)(const PGresult *, int, int));
IS(PQgetvalue, char *(*)(const PGresult *, int, int));
IS(PQgetlength, int (*)(const PGresult *, int, int));
IS(PQclear, void (*)(PGresult *));
#endif
#endif

struct place {
	const char *base;		/* URL of the database */
	char *url;			/* of the newest schema */
	int n;
	struct pq q;
	struct pg_conn *admin;
};

static void
admin(struct place *p, const char *sql)
{
	struct pg_result *r = p->q.exec(p->admin, sql);
	int status = p->q.result_status(r);

	if (status != PG_COMMAND_OK && status != PG_TUPLES_OK)
		fail_msg("%s: %s", sql, p->q.error(p->admin));
	p->q.clear(r);
}

/* A schema of its own, and the address that looks nowhere else. */
static void
new_place(struct place *p)
{
	char *sql;

	p->n++;
	sql = xasprintf("DROP SCHEMA IF EXISTS t%d CASCADE; CREATE SCHEMA t%d", p->n, p->n);
	admin(p, sql);
	free(sql);
	free(p->url);
	p->url = xasprintf("%s%coptions=-csearch_path%%3Dt%d", p->base,
	    strchr(p->base, '?') != NULL ? '&' : '?', p->n);
}

static struct store *
open_store(void *ctx)
{
	struct place *p = ctx;
	struct store *s = NULL;
	struct fj_err e;

	new_place(p);
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

static void
quiet(void *ctx, const struct pg_result *r)
{
	(void)ctx;
	(void)r;
}

static int
setup(void **state)
{
	const char *key[] = { "dbname", NULL }, *value[] = { NULL, NULL };
	struct place *p = xcalloc(1, sizeof(*p));
	struct fj_err e;

	*state = p;
	p->base = getenv("FEIJIAN_TEST_PG");
	if (p->base == NULL)
		return 0;
	OK(pq_load(NULL, &p->q, &e));
	value[0] = p->base;
	p->admin = p->q.connect(key, value, 1);
	if (p->q.status(p->admin) != PG_CONNECTION_OK)
		fail_msg("%s", p->q.error(p->admin));
	(void)p->q.notices(p->admin, quiet, NULL);
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	if (p->admin != NULL)
		p->q.finish(p->admin);
	pq_unload(&p->q);
	free(p->url);
	free(p);
	return 0;
}

static struct place *
place_of(void **state)
{
	struct place *p = *state;

	if (p->base == NULL)
		skip();
	return p;
}

#define CONTRACT(name) \
	static void \
	pg_##name(void **state) \
	{ \
		struct store_contract k = { open_store, open_again, open_reader, \
		    place_of(state) }; \
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

/* ---- its own ---- */

static void
kill_others(struct place *p)
{
	admin(p, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE application_name = 'feijian-hub'");
	admin(p, "SELECT pg_sleep(0.1) WHERE EXISTS (SELECT 1 FROM pg_stat_activity"
	    " WHERE application_name = 'feijian-hub')");
}

/* PG3 */
static void
lost_connections(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p), *t = open_reader(p);
	uint64_t row = 1;
	struct fj_err e;

	kill_others(p);
	OK(s->ops->roster_last(s, &row, &e));
	OK(t->ops->roster_last(t, &row, &e));
	kill_others(p);
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "a", "1", 1, &e));
	kill_others(p);
	/* Inside, it is gone, and says so until it is given up. */
	assert_int_equal(s->ops->meta_put(s, "b", "1", 1, &e), FJ_BUSY);
	assert_string_equal(e.code, "hub.store-lost");
	assert_int_equal(s->ops->meta_put(s, "c", "1", 1, &e), FJ_BUSY);
	assert_int_equal(s->ops->commit(s, &e), FJ_BUSY);
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "b", "1", 1, &e));
	kill_others(p);
	/* Nobody knows what became of it: never FJ_OK. */
	assert_int_equal(s->ops->commit(s, &e), FJ_BUSY);
	OK(s->ops->begin(s, &e));
	s->ops->rollback(s);
	store_close(&t);
	store_close(&s);
}

static void
standby(struct place *p, const char *names)
{
	char *sql = xasprintf("ALTER SYSTEM SET synchronous_standby_names = '%s'", names);

	admin(p, sql);
	free(sql);
	admin(p, "SELECT pg_reload_conf()");
	admin(p, "SELECT pg_sleep(0.3)");
}

/* PG2: nobody confirms.  It is not said to be done, and nobody sees it. */
static void
unconfirmed_commit(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p), *t = open_reader(p);
	struct fj_buf b;
	struct fj_err e;
	char *keep;

	fj_buf_init(&b, 100);
	store_close(&s);
	keep = p->url;
	p->url = xasprintf("%s%%20-cstatement_timeout%%3D300", keep);
	free(keep);
	s = open_again(p);
	standby(p, "nobody");
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "a", "1", 1, &e));
	assert_int_equal(s->ops->commit(s, &e), FJ_BUSY);
	assert_string_equal(e.code, "hub.store-lost");
	assert_int_equal(t->ops->meta_get(t, "a", &b, &e), FJ_NOTFOUND);
	standby(p, "");
	/* Asking again is well. */
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "a", "1", 1, &e));
	OK(s->ops->commit(s, &e));
	OK(t->ops->meta_get(t, "a", &b, &e));
	fj_buf_release(&b);
	store_close(&t);
	store_close(&s);
}

static void *
cancel_waiter(void *ctx)
{
	struct place *p = ctx;
	struct pg_result *r;
	bool done = false;

	while (!done) {
		r = p->q.exec(p->admin, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
		    " WHERE wait_event = 'SyncRep'");
		done = p->q.ntuples(r) > 0;
		p->q.clear(r);
	}
	return NULL;
}

/* PG2: the server is told not to wait; it warns, and says COMMIT. */
static void
cancelled_commit(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p);
	pthread_t t;
	struct fj_err e;

	standby(p, "nobody");
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "a", "1", 1, &e));
	assert_int_equal(pthread_create(&t, NULL, cancel_waiter, p), 0);
	assert_int_equal(s->ops->commit(s, &e), FJ_BUSY);
	assert_string_equal(e.code, "hub.store-busy");
	pthread_join(t, NULL);
	standby(p, "");
	OK(s->ops->begin(s, &e));
	OK(s->ops->commit(s, &e));
	store_close(&s);
}

/* A statement that failed: commit must not call it done. */
static void
failed_transaction(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p);
	struct hash leaf = a_hash(1);
	uint8_t sig[ENTRY_SIG] = { 0 };
	uint64_t at = 9;
	struct fj_err e;

	OK(s->ops->begin(s, &e));
	OK(s->ops->log_put(s, LOG_RECEIPT, "x", 1, sig, &leaf, 1, &e));
	assert_int_equal(s->ops->log_put(s, LOG_RECEIPT, "x", 1, sig, &leaf, 1, &e),
	    FJ_CONFLICT);
	assert_int_equal(s->ops->meta_put(s, "a", "1", 1, &e), FJ_BUSY);
	assert_int_equal(s->ops->commit(s, &e), FJ_BUSY);
	OK(s->ops->log_position(s, &at, &e));
	assert_int_equal(at, 0);
	store_close(&s);
}

/* The writer's row is held by another for too long. */
static void
held_by_another(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p), *t;
	char *keep = p->url;
	struct fj_err e;

	p->url = xasprintf("%s%%20-clock_timeout%%3D100", keep);
	free(keep);
	t = open_again(p);
	OK(s->ops->begin(s, &e));
	assert_int_equal(t->ops->begin(t, &e), FJ_BUSY);
	assert_string_equal(e.code, "hub.store-busy");
	OK(s->ops->commit(s, &e));
	OK(t->ops->begin(t, &e));
	t->ops->rollback(t);
	store_close(&t);
	store_close(&s);
}

static void
read_only_server(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p);
	struct fj_err e;

	/* What a demoted leader answers; a new connection may find its successor. */
	OK(pg_exec(pg_of(s), "SET default_transaction_read_only TO on", &e));
	OK(s->ops->begin(s, &e));
	OK(s->ops->commit(s, &e));
	store_close(&s);
}

/* The control of contract_order: numbers of a plain serial column are given before
 * the commit, and who follows them skips what commits late. */
static void
serial_skips(void **state)
{
	struct place *p = place_of(state);
	struct store *a = open_store(p), *b = open_again(p), *t = open_reader(p);
	int64_t cursor = 0, late = 0;
	struct fj_err e;

	OK(pg_exec(pg_of(a), "CREATE TABLE plain (n BIGSERIAL PRIMARY KEY, who TEXT)", &e));
	OK(pg_exec(pg_of(a), "BEGIN; INSERT INTO plain (who) VALUES ('early')", &e));
	OK(pg_exec(pg_of(b), "INSERT INTO plain (who) VALUES ('late')", &e));
	OK(pg_number(t, &e, &cursor, "SELECT max(n) FROM plain"));
	assert_int_equal(cursor, 2);
	OK(pg_exec(pg_of(a), "COMMIT", &e));
	OK(pg_number(t, &e, &late, "SELECT count(*) FROM plain WHERE n > 2"));
	assert_int_equal(late, 0);
	OK(pg_number(t, &e, &late, "SELECT count(*) FROM plain"));
	assert_int_equal(late, 2);
	store_close(&t);
	store_close(&b);
	store_close(&a);
}

static void
second_copies(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p);
	struct hash leaf = a_hash(1);
	uint8_t sig[ENTRY_SIG] = { 0 };
	uint64_t at = 9;
	struct fj_err e;

	OK(s->ops->begin(s, &e));
	OK(s->ops->log_put(s, LOG_RECEIPT, "x", 1, sig, &leaf, 1, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->safe_through(s, &at, &e));
	assert_int_equal(at, 0);
	standby(p, "nobody");
	/* What can be read was confirmed. */
	OK(s->ops->safe_through(s, &at, &e));
	assert_int_equal(at, 1);
	standby(p, "");
	assert_int_equal(s->ops->backup(s, "/tmp/x", &e), FJ_REFUSED);
	assert_string_equal(e.code, "hub.pg-backup");
	store_close(&s);
}

/* What pgbouncer in transaction mode does to prepared statements. */
static void
forgotten_statements(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p);
	struct fj_buf b;
	uint64_t row = 9;
	struct fj_err e;

	fj_buf_init(&b, 100);
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "a", "1", 1, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->roster_last(s, &row, &e));
	/* Outside of a transaction nobody notices. */
	OK(pg_exec(pg_of(s), "DEALLOCATE ALL", &e));
	OK(s->ops->roster_last(s, &row, &e));
	assert_true(pg_of(s)->plain);
	OK(s->ops->meta_get(s, "a", &b, &e));
	/* Inside, it is one more reason to ask again. */
	pg_of(s)->plain = false;
	OK(s->ops->begin(s, &e));
	assert_int_equal(s->ops->meta_put(s, "a", "2", 1, &e), FJ_BUSY);
	s->ops->rollback(s);
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "a", "2", 1, &e));
	OK(s->ops->commit(s, &e));
	fj_buf_release(&b);
	store_close(&s);
}

struct maker {
	struct place *p;
	enum fj_rc rc;
	struct fj_err e;
};

static void *
make_one(void *ctx)
{
	struct maker *m = ctx;
	struct store *s = NULL;

	m->rc = store_open(m->p->url, true, &s, &m->e);
	store_close(&s);
	return NULL;
}

static void
made_once(void **state)
{
	struct place *p = place_of(state);
	struct maker m[4];
	pthread_t t[4];
	struct store *s;
	struct fj_err e;
	int i, k, made;

	for (k = 0; k < 10; k++) {
		new_place(p);
		assert_int_equal(store_open(p->url, false, &s, &e), FJ_NOTFOUND);
		assert_string_equal(e.code, "hub.store-missing");
		for (i = made = 0; i < 4; i++) {
			m[i].p = p;
			assert_int_equal(pthread_create(&t[i], NULL, make_one, &m[i]), 0);
		}
		for (i = 0; i < 4; i++) {
			pthread_join(t[i], NULL);
			made += m[i].rc == FJ_OK;
			if (m[i].rc != FJ_OK && m[i].rc != FJ_REFUSED)
				fail_msg("%s %s %s", m[i].e.code, m[i].e.arg[1], m[i].e.arg[2]);
		}
		assert_int_equal(made, 1);
		s = open_again(p);
		OK(s->ops->check(s, &e));
		store_close(&s);
	}
	OK(store_open(p->url, false, &s, &e));
	OK(pg_exec(pg_of(s), "UPDATE fj_lock SET n = 99 WHERE name = 'schema'", &e));
	store_close(&s);
	assert_int_equal(store_open(p->url, false, &s, &e), FJ_NEWER);
}

static void
bad_checks(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p);
	struct hash leaf = a_hash(1);
	uint8_t sig[ENTRY_SIG] = { 0 };
	struct fj_err e;

	OK(s->ops->begin(s, &e));
	OK(s->ops->log_put(s, LOG_RECEIPT, "x", 1, sig, &leaf, 1, &e));
	OK(s->ops->log_put(s, LOG_RECEIPT, "x", 1, sig, &leaf, 3, &e));
	OK(s->ops->commit(s, &e));
	assert_int_equal(s->ops->check(s, &e), FJ_CORRUPT);
	store_close(&s);
}

/* Settings with which a receipt would be no promise: overruled, or told. */
static void
unsafe_settings(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p);
	int64_t on = 0;
	struct fj_err e;

	store_close(&s);
	admin(p, "ALTER ROLE CURRENT_USER SET synchronous_commit TO off");
	s = open_again(p);
	OK(pg_number(s, &e, &on, "SELECT count(*) WHERE"
	    " current_setting('synchronous_commit') = 'on'"));
	assert_int_equal(on, 1);
	admin(p, "ALTER ROLE CURRENT_USER RESET synchronous_commit");
	OK(s->ops->check(s, &e));
	admin(p, "ALTER SYSTEM SET full_page_writes TO off");
	admin(p, "SELECT pg_reload_conf()");
	admin(p, "SELECT pg_sleep(0.3)");
	assert_int_equal(s->ops->check(s, &e), FJ_REFUSED);
	assert_string_equal(e.code, "hub.pg-unsafe");
	assert_string_equal(e.arg[1], "full_page_writes");
	admin(p, "ALTER SYSTEM RESET full_page_writes");
	admin(p, "SELECT pg_reload_conf()");
	store_close(&s);
}

/* A user without rights is told so, without its password. */
static void
no_rights(void **state)
{
	struct place *p = place_of(state);
	struct store *s = open_store(p);
	char *url, *sql;
	struct fj_err e;
	int i;

	store_close(&s);
	admin(p, "DROP ROLE IF EXISTS stranger");
	admin(p, "CREATE ROLE stranger LOGIN PASSWORD 's3cret'");
	sql = xasprintf("GRANT USAGE ON SCHEMA t%d TO stranger", p->n);
	admin(p, sql);
	free(sql);
	url = xasprintf("%s&user=stranger&password=s3cret", p->url);
	assert_int_equal(store_open(url, false, &s, &e), FJ_DENIED);
	assert_string_equal(e.code, "hub.pg-denied");
	for (i = 0; i < e.narg; i++)
		assert_null(strstr(e.arg[i], "s3cret"));
	free(url);
	sql = xasprintf("REVOKE ALL ON SCHEMA t%d FROM stranger; DROP ROLE stranger", p->n);
	admin(p, sql);
	free(sql);
}

/* PG4; needs no server. */
static void
addresses(void **state)
{
	struct store *s = NULL;
	struct fj_err e;
	struct pq q;
	int i;

	(void)state;
	assert_int_equal(pq_load("libnowhere.so.9", &q, &e), FJ_NOTFOUND);
	assert_string_equal(e.code, "hub.pg-library");
	assert_int_equal(pq_load("libc.so.6", &q, &e), FJ_NOTFOUND);
	if (pq_load(NULL, &q, &e) != FJ_OK)
		skip();
	pq_unload(&q);
	assert_int_equal(store_open("postgresql://u:s3cret%zz@h/db", false, &s, &e), FJ_INVAL);
	assert_string_equal(e.code, "hub.pg-url");
	assert_int_equal(store_open("postgresql://u:s3cret@127.0.0.1:1/db", false, &s, &e),
	    FJ_BUSY);
	assert_string_equal(e.code, "hub.pg-connect");
	assert_string_equal(e.arg[0], "postgresql://127.0.0.1:1/db");
	for (i = 0; i < e.narg; i++)
		assert_null(strstr(e.arg[i], "s3cret"));
	assert_int_equal(store_open_reader("postgres://u:s3cret@127.0.0.1:1/db", &s, &e),
	    FJ_BUSY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pg_meta), cmocka_unit_test(pg_transactions),
		cmocka_unit_test(pg_roster), cmocka_unit_test(pg_log),
		cmocka_unit_test(pg_invites), cmocka_unit_test(pg_entries),
		cmocka_unit_test(pg_forks), cmocka_unit_test(pg_streams),
		cmocka_unit_test(pg_uploads), cmocka_unit_test(pg_receipts),
		cmocka_unit_test(pg_blobs), cmocka_unit_test(pg_bulk),
		cmocka_unit_test(pg_order), cmocka_unit_test(pg_leaves),
		cmocka_unit_test(pg_expiry), cmocka_unit_test(pg_sums),
		cmocka_unit_test(pg_claims), cmocka_unit_test(pg_audit),
		cmocka_unit_test(pg_readers), cmocka_unit_test(pg_everything),
		cmocka_unit_test(pg_retired), cmocka_unit_test(pg_durable), cmocka_unit_test(lost_connections),
		cmocka_unit_test(unconfirmed_commit), cmocka_unit_test(cancelled_commit),
		cmocka_unit_test(failed_transaction),
		cmocka_unit_test(held_by_another), cmocka_unit_test(read_only_server),
		cmocka_unit_test(forgotten_statements),
		cmocka_unit_test(serial_skips), cmocka_unit_test(second_copies), cmocka_unit_test(made_once), cmocka_unit_test(bad_checks), cmocka_unit_test(unsafe_settings),
		cmocka_unit_test(no_rights),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
