/* SPDX-License-Identifier: Apache-2.0 */
/* The PostgreSQL store: the connection, its failures, transactions. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "hub/store_pg.h"
#include "os/clock.h"
#include "os/env.h"

enum {
	TRIES = 6,			/* of a statement that met another's lock */
	JITTER_MS = 40,
	LIMIT_MS = 30000,
};

/* ---- failures ---- */

enum fate {
	FATE_OTHER,
	FATE_LOST,			/* connect again */
	FATE_AGAIN,			/* say it again */
	FATE_PLAIN,			/* say it again, not prepared */
};

static const struct {
	const char *state;		/* SQLSTATE or its beginning */
	enum fate fate;
	enum fj_rc rc;
	const char *code;
} states[] = {
	{ "08", FATE_LOST, FJ_BUSY, "hub.store-lost" },
	{ "57P01", FATE_LOST, FJ_BUSY, "hub.store-lost" },
	{ "57P02", FATE_LOST, FJ_BUSY, "hub.store-lost" },
	{ "57P03", FATE_LOST, FJ_BUSY, "hub.store-lost" },
	{ "57P05", FATE_LOST, FJ_BUSY, "hub.store-lost" },
	{ "25006", FATE_LOST, FJ_BUSY, "hub.store-lost" },	/* demoted */
	{ "25P03", FATE_LOST, FJ_BUSY, "hub.store-lost" },
	{ "53300", FATE_LOST, FJ_BUSY, "hub.store-lost" },
	{ "40001", FATE_AGAIN, FJ_BUSY, "hub.store-busy" },
	{ "40P01", FATE_AGAIN, FJ_BUSY, "hub.store-busy" },
	{ "26000", FATE_PLAIN, FJ_BUSY, "hub.store-busy" },	/* not known there */
	{ "42P05", FATE_PLAIN, FJ_BUSY, "hub.store-busy" },	/* another's */
	{ "55P03", FATE_OTHER, FJ_BUSY, "hub.store-busy" },
	{ "57014", FATE_OTHER, FJ_BUSY, "hub.store-busy" },
	{ "25P02", FATE_OTHER, FJ_BUSY, "hub.store-busy" },
	{ "53100", FATE_OTHER, FJ_FULL, "hub.store-full" },
	{ "23505", FATE_OTHER, FJ_CONFLICT, "hub.store-conflict" },
	{ "42P07", FATE_OTHER, FJ_CONFLICT, "hub.store-conflict" },	/* made by two */
	{ "42710", FATE_OTHER, FJ_CONFLICT, "hub.store-conflict" },
	{ "28", FATE_OTHER, FJ_DENIED, "hub.pg-denied" },
	{ "42501", FATE_OTHER, FJ_DENIED, "hub.pg-denied" },
	{ "3D000", FATE_OTHER, FJ_NOTFOUND, "hub.store-missing" },
	{ "42P01", FATE_OTHER, FJ_NOTFOUND, "hub.store-missing" },
	{ "XX001", FATE_OTHER, FJ_CORRUPT, "hub.pg-failed" },
	{ "XX002", FATE_OTHER, FJ_CORRUPT, "hub.pg-failed" },
};

enum fj_rc
pg_none(struct fj_err *e, const char *what)
{
	return fj_fail(e, FJ_NOTFOUND, "hub.store-none", "s", what);
}

enum fj_rc
pg_damaged(struct fj_err *e, const char *table)
{
	return fj_fail(e, FJ_CORRUPT, "hub.store-damaged", "s", table);
}

/* What the server said in one line.  Only the primary message: details quote rows. */
static enum fj_rc
failed(struct pg_store *p, const struct pg_result *r, enum fate *fate, struct fj_err *e)
{
	const char *state = p->q.field(r, PG_FIELD_STATE);
	const char *words = p->q.field(r, PG_FIELD_MESSAGE);
	size_t i;

	*fate = FATE_OTHER;
	if (p->c == NULL || p->q.status(p->c) != PG_CONNECTION_OK || state == NULL) {
		*fate = FATE_LOST;
		return fj_fail(e, FJ_BUSY, "hub.store-lost", "s", p->label);
	}
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strncmp(state, states[i].state, strlen(states[i].state)) == 0) {
			*fate = states[i].fate;
			return fj_fail(e, states[i].rc, states[i].code, "sss", p->label,
			    state, words != NULL ? words : "");
		}
	return fj_fail(e, FJ_IO, "hub.pg-failed", "sss", p->label, state,
	    words != NULL ? words : "");
}

/* ---- connecting ---- */

static void
take_notice(void *ctx, const struct pg_result *r)
{
	struct pg_store *p = ctx;
	const char *severity = p->q.field(r, PG_FIELD_SEVERITY);

	/* Servers before 9.6 have no untranslated one: any notice then counts. */
	if (severity == NULL || strcmp(severity, "WARNING") == 0)
		p->warned = true;
}

/*
 * What a session needs, each as well as the server knows it: a time limit of the
 * address or of the role stands.  A connection that holds the writer's row and is
 * silent gives it up.  Statements here find their rows by key: with figures that are
 * older than the rows the planner would read whole tables.
 */
static const char *const session[] = {
	"SET client_min_messages TO warning",
	"SELECT set_config('synchronous_commit', 'on', false)"
	    " WHERE current_setting('synchronous_commit') IN ('off', 'local')",
	"SELECT set_config('lock_timeout', '10000', false)"
	    " WHERE current_setting('lock_timeout') IN ('0', '0s', '0ms')",
	"SELECT set_config('idle_in_transaction_session_timeout', '60000', false)"
	    " WHERE current_setting('idle_in_transaction_session_timeout')"
	    " IN ('0', '0s', '0ms')",
	"SET enable_seqscan TO off",
	"SET jit TO off",
	"SELECT set_config('statement_timeout', '30000', false)"
	    " WHERE current_setting('statement_timeout') IN ('0', '0s', '0ms')",
};
static const char limit_sql[] =
    "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'";

static bool
known_option(const struct pg_option *known, const char *key)
{
	for (; known != NULL && known->keyword != NULL; known++)
		if (strcmp(known->keyword, key) == 0)
			return true;
	return false;
}

static struct pg_conn *
dial(struct pg_store *p)
{
	/* Those before the address are overruled by it. */
	static const char *const wish[][2] = {
		{ "connect_timeout", "5" },
		{ "keepalives", "1" },
		{ "keepalives_idle", "15" },
		{ "keepalives_interval", "5" },
		{ "keepalives_count", "3" },
		{ "tcp_user_timeout", "20000" },
		{ "target_session_attrs", "read-write" },
		{ "application_name", "feijian-hub" },
	};
	const char *key[16] = { NULL }, *value[16] = { NULL };
	struct pg_option *known = p->q.conndefaults();
	struct pg_conn *c;
	size_t i, n = 0;

	for (i = 0; i < sizeof(wish) / sizeof(wish[0]); i++)
		if (known_option(known, wish[i][0])) {
			key[n] = wish[i][0];
			value[n++] = wish[i][1];
		}
	key[n] = "dbname";
	value[n++] = p->url;
	key[n] = "client_encoding";
	value[n++] = "UTF8";
	c = p->q.connect(key, value, 1);
	if (known != NULL)
		p->q.conninfo_free(known);
	return c;
}

static void
hang_up(struct pg_store *p)
{
	if (p->c != NULL)
		p->q.finish(p->c);
	p->c = NULL;
	map_free(&p->prepared, free);
}

enum fj_rc
pg_ready(struct pg_store *p, struct fj_err *e)
{
	struct pg_result *r;
	size_t i;

	if (p->c != NULL && p->q.status(p->c) == PG_CONNECTION_OK)
		return FJ_OK;
	hang_up(p);
	if (p->tx)
		return fj_fail(e, FJ_BUSY, "hub.store-lost", "s", p->label);
	p->c = dial(p);
	if (p->c == NULL || p->q.status(p->c) != PG_CONNECTION_OK) {
		/* libpq's words may hold the user's name, never the password. */
		fj_fail(e, FJ_BUSY, "hub.pg-connect", "ss", p->label, p->c != NULL ?
		    p->q.error(p->c) : "");
		hang_up(p);
		return FJ_BUSY;
	}
	(void)p->q.notices(p->c, take_notice, p);
	p->prepared = map_new();
	for (i = 0; i < sizeof(session) / sizeof(session[0]); i++)
		p->q.clear(p->q.exec(p->c, session[i]));
	r = p->q.exec(p->c, limit_sql);
	p->limit_ms = p->q.result_status(r) == PG_TUPLES_OK && p->q.ntuples(r) > 0 ?
	    strtoll(p->q.value(r, 0, 0), NULL, 10) : LIMIT_MS;
	p->q.clear(r);
	return FJ_OK;
}

static char *
label_of(const struct pg_option *o)
{
	const char *host = "", *port = "", *db = "";

	for (; o->keyword != NULL; o++) {
		if (o->val == NULL)
			continue;
		if (strcmp(o->keyword, "host") == 0)
			host = o->val;
		else if (strcmp(o->keyword, "port") == 0)
			port = o->val;
		else if (strcmp(o->keyword, "dbname") == 0)
			db = o->val;
	}
	return xasprintf("postgresql://%s%s%s/%s", host, *port != '\0' ? ":" : "", port,
	    db);
}

enum fj_rc
pg_open(struct pg_store *p, const char *url, struct fj_err *e)
{
	struct pg_option *o;
	char *words = NULL;
	enum fj_rc rc;

	rc = pq_load(env_get("FEIJIAN_LIBPQ"), &p->q, e);
	if (rc != FJ_OK)
		return rc;
	o = p->q.conninfo_parse(url, &words);
	/* Its complaint quotes the address, password and all. */
	if (words != NULL)
		p->q.free_mem(words);
	if (o == NULL)
		return fj_fail(e, FJ_INVAL, "hub.pg-url", "");
	p->label = label_of(o);
	p->q.conninfo_free(o);
	p->url = xstrdup(url);
	return pg_ready(p, e);
}

void
pg_shut(struct pg_store *p)
{
	hang_up(p);
	if (p->url != NULL)
		fj_wipe(p->url, strlen(p->url));
	free(p->url);
	free(p->label);
	pq_unload(&p->q);
}

/* ---- statements ---- */

static void
wait_a_little(int try)
{
	struct timespec t = { 0, 0 };
	uint32_t r;

	crypto_random(&r, sizeof(r));
	t.tv_nsec = (long)(r % (uint32_t)(JITTER_MS * (try + 1))) * 1000000L;
	(void)nanosleep(&t, NULL);
}

/* The statement as it is known to the server; NULL: the preparing failed, *bad. */
static const char *
prepared(struct pg_store *p, const char *sql, const struct pg_args *a,
    struct pg_result **bad)
{
	char *name = map_get(p->prepared, sql, strlen(sql));

	if (name != NULL)
		return name;
	name = xasprintf("fj%zu", map_count(p->prepared));
	*bad = p->q.prepare(p->c, name, sql, a->n, a->oid);
	if (p->q.result_status(*bad) != PG_COMMAND_OK) {
		free(name);
		return NULL;
	}
	p->q.clear(*bad);
	(void)map_put(p->prepared, sql, strlen(sql), name);
	return name;
}

static struct pg_result *
say(struct pg_store *p, const char *sql, const struct pg_args *a)
{
	struct pg_result *bad = NULL;
	const char *name;

	if (a == NULL)
		return p->q.exec(p->c, sql);
	if (p->plain || a->n > PG_PREPARED_VALUES)
		return p->q.exec_params(p->c, sql, a->n, a->oid, a->v, a->len, a->format,
		    1);
	name = prepared(p, sql, a, &bad);
	return name == NULL ? bad : p->q.exec_prepared(p->c, name, a->n, a->v, a->len,
	    a->format, 1);
}

enum fj_rc
pg_send(struct pg_store *p, const char *sql, const struct pg_args *a,
    struct pg_rows *out, struct fj_err *e)
{
	bool again = true;
	enum fate fate;
	enum fj_rc rc = FJ_OK;
	int try, status;

	memset(out, 0, sizeof(*out));
	out->q = &p->q;
	for (try = 0; again && try < TRIES; try++) {
		rc = pg_ready(p, e);
		if (rc != FJ_OK)
			return rc;
		out->r = say(p, sql, a);
		status = p->q.result_status(out->r);
		if (status == PG_TUPLES_OK || status == PG_COMMAND_OK) {
			out->n = p->q.ntuples(out->r);
			return FJ_OK;
		}
		rc = failed(p, out->r, &fate, e);
		pg_rows_end(out);
		if (fate == FATE_LOST)
			hang_up(p);
		p->plain = p->plain || fate == FATE_PLAIN;
		again = !p->tx && ((fate == FATE_LOST && try == 0) ||
		    fate == FATE_AGAIN || fate == FATE_PLAIN);
		if (again && fate == FATE_AGAIN) {
			/* What was said may have begun with BEGIN. */
			p->q.clear(p->q.exec(p->c, "ROLLBACK"));
			wait_a_little(try);
		}
	}
	return rc;
}

enum fj_rc
pg_exec(struct pg_store *p, const char *sql, struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc = pg_send(p, sql, NULL, &r, e);

	pg_rows_end(&r);
	return rc;
}

enum fj_rc
pg_ask(struct store *s, struct fj_err *e, struct pg_rows *out, const char *sql,
    const char *kinds, ...)
{
	struct pg_args a;
	enum fj_rc rc;
	va_list ap;

	pg_args_init(&a, (int)strlen(kinds));
	va_start(ap, kinds);
	pg_args_addv(&a, kinds, ap);
	va_end(ap);
	rc = pg_send(pg_of(s), sql, &a, out, e);
	pg_args_release(&a);
	return rc;
}

enum fj_rc
pg_run(struct store *s, struct fj_err *e, int64_t *changed, const char *sql,
    const char *kinds, ...)
{
	struct pg_rows r;
	struct pg_args a;
	enum fj_rc rc;
	va_list ap;

	pg_args_init(&a, (int)strlen(kinds));
	va_start(ap, kinds);
	pg_args_addv(&a, kinds, ap);
	va_end(ap);
	rc = pg_send(pg_of(s), sql, &a, &r, e);
	if (rc == FJ_OK && changed != NULL)
		*changed = strtoll(r.q->cmd_tuples(r.r), NULL, 10);
	pg_args_release(&a);
	pg_rows_end(&r);
	return rc;
}

enum fj_rc
pg_number(struct store *s, struct fj_err *e, int64_t *out, const char *sql)
{
	struct pg_rows r;
	enum fj_rc rc = pg_ask(s, e, &r, sql, "");

	if (rc == FJ_OK)
		*out = r.n > 0 ? pg_i64(&r, 0, 0) : 0;
	pg_rows_end(&r);
	return rc;
}

/* ---- transactions ---- */

enum fj_rc
pg_begin(struct store *s, struct fj_err *e)
{
	struct pg_store *p = pg_of(s);
	struct pg_rows r;
	enum fj_rc rc;

	if (p->reader)
		return fj_fail(e, FJ_REFUSED, "hub.store-reader", "");
	FJ_BUG_IF(p->tx);
	/* One way and back.  The row is the one writer (PG1); it says 1 when the store
	 * was moved. */
	rc = pg_send(p, "BEGIN ISOLATION LEVEL READ COMMITTED;"
	    "SELECT n FROM fj_lock WHERE name = 'writer' FOR UPDATE", NULL, &r, e);
	if (rc == FJ_OK && (r.n != 1 || strcmp(p->q.value(r.r, 0, 0), "0") != 0))
		rc = fj_fail(e, FJ_REFUSED, "hub.store-moved", "s", p->label);
	pg_rows_end(&r);
	if (rc == FJ_OK)
		p->tx = true;
	else if (p->c != NULL)
		p->q.clear(p->q.exec(p->c, "ROLLBACK"));
	return rc;
}

/* Wait until the answer can be taken without waiting; false: the limit passed. */
static bool
answer_in_time(struct pg_store *p)
{
	struct pollfd fd = { .fd = p->q.socket(p->c), .events = POLLIN };
	int64_t end = clock_monotonic_ms() + p->limit_ms, left;

	while (p->q.is_busy(p->c)) {
		left = end - clock_monotonic_ms();
		if (left <= 0)
			return false;
		if (poll(&fd, 1, left > INT32_MAX ? INT32_MAX : (int)left) > 0 &&
		    !p->q.consume(p->c))
			return true;		/* the result tells */
	}
	return true;
}

static enum fj_rc
say_commit(struct pg_store *p, struct fj_err *e)
{
	struct pg_result *r, *more;
	enum fate fate;
	enum fj_rc rc = FJ_OK;

	if (!p->q.send(p->c, "COMMIT") || !answer_in_time(p)) {
		hang_up(p);
		return fj_fail(e, FJ_BUSY, "hub.store-lost", "s", p->label);
	}
	r = p->q.next(p->c);
	if (r == NULL || p->q.result_status(r) != PG_COMMAND_OK)
		rc = failed(p, r, &fate, e);
	/* A transaction that had failed answers ROLLBACK, and that is no error. */
	else if (p->warned || strcmp(p->q.cmd_status(r), "COMMIT") != 0)
		rc = fj_fail(e, FJ_BUSY, "hub.store-busy", "s", p->label);
	p->q.clear(r);
	while ((more = p->q.next(p->c)) != NULL)
		p->q.clear(more);
	if (p->q.status(p->c) != PG_CONNECTION_OK)
		hang_up(p);
	return rc;
}

enum fj_rc
pg_commit(struct store *s, struct fj_err *e)
{
	struct pg_store *p = pg_of(s);
	enum fj_rc rc = pg_ready(p, e);

	p->warned = false;
	if (rc == FJ_OK)
		rc = say_commit(p, e);
	p->tx = false;
	return rc;
}

void
pg_rollback(struct store *s)
{
	struct pg_store *p = pg_of(s);

	if (p->tx && p->c != NULL)
		p->q.clear(p->q.exec(p->c, "ROLLBACK"));
	p->tx = false;
}

enum fj_rc
pg_snapshot(struct store *s, struct fj_err *e)
{
	struct pg_store *p = pg_of(s);
	enum fj_rc rc;

	if (!p->reader)
		return fj_fail(e, FJ_REFUSED, "hub.store-reader", "");
	/* The moment is that of the first read. */
	rc = pg_exec(p, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
	    "SELECT n FROM fj_lock WHERE name = 'writer'", e);
	p->tx = rc == FJ_OK;
	return rc;
}

void
pg_snapshot_end(struct store *s)
{
	if (pg_of(s)->reader)
		pg_rollback(s);
}
