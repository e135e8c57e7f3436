/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may see what (H4): every kind of caller at every route that names a visit, while
 * it is planned, begun, cancelled; and that whoever may not see learns nothing by any
 * answer: it is byte for byte that of a visit that is not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "crypto/crypto.h"
#include "hub/audit.h"
#include "hub/publish.h"
#include "hub/routes.h"
#include "unit/hub/little_hub.h"

enum who { PLANNER, APPROVER, MEMBER, SECOND, OUTSIDER, COUNTY, CITY, PROVINCE, ELSEWHERE,
	ADMIN, DISABLED, WHO };
enum stage { PLANNED, BEGUN, GONE, STAGES };

static const struct {
	unsigned roles;
	const char *scope;
	bool sees[STAGES];
} people[WHO] = {
	[PLANNER] = { ROLE_SUPERVISOR, "3301", { true, true, true } },
	[APPROVER] = { ROLE_SUPERVISOR, "33", { true, true, true } },
	[MEMBER] = { ROLE_INSPECTOR, "330106", { true, true, true } },
	/* A colleague lent from another city. */
	[SECOND] = { ROLE_INSPECTOR, "3302", { true, true, true } },
	[OUTSIDER] = { ROLE_INSPECTOR, "330106", { false, false, false } },
	[COUNTY] = { ROLE_SUPERVISOR, "330106", { false, true, false } },
	[CITY] = { ROLE_SUPERVISOR, "3301", { false, true, false } },
	[PROVINCE] = { ROLE_SUPERVISOR, "33", { false, true, false } },
	[ELSEWHERE] = { ROLE_SUPERVISOR, "330105", { false, false, false } },
	[ADMIN] = { ROLE_ADMIN, "33", { false, false, false } },
	[DISABLED] = { ROLE_SUPERVISOR, "33", { false, false, false } },
};

struct caller_of {
	struct little_device d;
	struct id person;
	struct chain_head head[STAGES];
};

struct world {
	struct little_hub *w;
	struct caller_of c[WHO];
	struct id visit[STAGES];
	struct hash data;		/* published for 330106 */
};

static void
add_caller(struct world *t, int i)
{
	struct little_device *d = &t->c[i].d;
	struct roster_person *p = xcalloc(1, sizeof(*p));
	struct roster_device row;
	struct stamp at;
	struct fj_buf b;
	struct fj_err e;

	id_random(&t->c[i].person);
	snprintf(d->cert, sizeof(d->cert), "A-%d", i);
	p->person = t->c[i].person;
	p->name = "检查员甲";
	p->cert = d->cert;
	p->roles = people[i].roles;
	p->nscope = 1;
	snprintf(p->scopes[0], SCOPE_TEXT + 1, "%s", people[i].scope);
	p->disabled = i == DISABLED;
	hub_stamp(t->w->h, &at);
	fj_buf_init(&b, 65536);
	roster_write_person(p, &at, &b);
	little_row(t->w, &b);
	OK(identity_new(SUITE_1, &d->id, &e));
	identity_dev(identity_pub(d->id), &d->dev);
	memset(&row, 0, sizeof(row));
	row.dev = d->dev;
	row.key = *identity_pub(d->id);
	row.person = p->person;
	fj_buf_clear(&b);
	roster_write_device(&row, &at, &b);
	little_row(t->w, &b);
	token_make(t->w->h, &d->dev, hub_now_ms(t->w->h) + 600000, d->token);
	fj_buf_release(&b);
	free(p);
}

/* ---- asking ---- */

static int
ask(struct world *t, int who, enum verb verb, const char *path, struct ask *a,
    struct fj_buf *body)
{
	char allowed[64];
	const struct route *rt = route_find(verb, path, a, allowed);
	struct reply r;
	int status;

	assert_non_null(rt);
	a->bearer = t->c[who].d.token;
	a->peer = "-";
	reply_init(&r);
	route_run(t->w->h, rt, a, &r);
	status = r.status;
	fj_buf_clear(body);
	fj_buf_add(body, r.body.p, r.body.n);
	reply_release(&r);
	return status;
}

/* hello first, then the payload, into a visit. */
static void
push(struct world *t, int who, int stage, const char *payload, const char *state)
{
	struct caller_of *c = &t->c[who];
	struct chain_head *head = &c->head[stage];
	struct hello *hello = xcalloc(1, sizeof(*hello));
	struct entry en[2];
	struct fj_buf text[2], frame, body, answer;
	uint8_t sig[ENTRY_SIG];
	struct stamp at;
	struct fj_err e;
	struct ask a;
	size_t n = 0, begun;

	memset(en, 0, sizeof(en));
	memset(&a, 0, sizeof(a));
	head->dev = c->d.dev;
	hub_stamp(t->w->h, &at);
	fj_buf_init(&frame, 65536);
	fj_buf_init(&body, 1 << 20);
	fj_buf_init(&answer, 1 << 20);
	fj_buf_init(&text[0], 65536);
	fj_buf_init(&text[1], 65536);
	if (head->seq == 0) {
		hello->key = *identity_pub(c->d.id);
		snprintf(hello->name, sizeof(hello->name), "检查员甲");
		snprintf(hello->cert, sizeof(hello->cert), "%s", c->d.cert);
		hello_write(hello, &at, &text[n++]);
	}
	fj_buf_puts(&text[n++], payload);
	for (begun = 0; begun < n; begun++) {
		struct entry *x = &en[begun];

		*x = (struct entry){.suite = SUITE_1, .kind = STREAM_VISIT, .stream = t->visit[stage],
		    .dev = c->d.dev, .seq = head->seq + 1, .hlc = hlc_next(head->hlc,
		    hub_now_ms(t->w->h)), .prev = head->id, .payload = text[begun].p,
		    .len = text[begun].n};
		fj_buf_clear(&frame);
		OK(entry_encode(x, &frame, &e));
		chain_advance(head, x);
	}
	OK(entry_sign(&en[n - 1], sign_with_identity, c->d.id, sig, &e));
	begun = item_begin(&body);
	OK(run_encode(en, n, sig, &body, &e));
	item_end(&body, begun);
	a.body = body.p;
	a.nbody = body.n;
	assert_int_equal(ask(t, who, VERB_POST, "/v1/runs", &a, &answer), 200);
	assert_non_null(strstr(answer.p, state));
	fj_buf_release(&text[0]);
	fj_buf_release(&text[1]);
	fj_buf_release(&frame);
	fj_buf_release(&body);
	fj_buf_release(&answer);
	free(hello);
}

#define STAMP "\"t\":\"2026-03-01T09:00:00.000+08:00\",\"up\":1,\"boot\":\"00000001\""

static void
plan(struct world *t, int stage, const char *op, const char *more)
{
	char approver[ID_TEXT + 1], *text;

	id_format(&t->c[APPROVER].person, approver);
	text = xasprintf("{\"op\":\"%s\"," STAMP ",\"kind\":\"flying-inspection\","
	    "\"subject\":{\"name\":\"计划目标\",\"no_uscc\":\"x\"},\"division\":\"330106\",\"team\":"
	    "[{\"name\":\"检查员甲\",\"cert\":\"A-%d\"},{\"name\":\"检查员乙\",\"cert\":\"A-%d\"}],"
	    "\"approver\":\"%s\"%s}", op, MEMBER, SECOND, approver, more);
	push(t, strcmp(op, "assign") == 0 ? PLANNER : MEMBER, stage, text, "\"stored\"");
	free(text);
}

static int
setup(void **state)
{
	struct world *t = xcalloc(1, sizeof(*t));
	static const char *const division[] = {"330106"};
	struct publish p;
	struct fj_err e;
	int i;

	t->w = little_new();
	for (i = 0; i < WHO; i++)
		add_caller(t, i);
	for (i = 0; i < STAGES; i++) {
		id_random(&t->visit[i]);
		plan(t, i, "assign", "");
	}
	plan(t, BEGUN, "visit.start", ",\"forms\":[],\"data\":{}");
	push(t, PLANNER, GONE, "{\"op\":\"cancel\"," STAMP ",\"why\":\"x\"}", "\"stored\"");
	memset(&p, 0, sizeof(p));
	fj_buf_init(&p.bytes, 1024);
	fj_buf_puts(&p.bytes, "name\tuscc\tcma\tdivision\taddress\tvisited\n");
	p.item = (struct roster_item){.kind = ITEM_DATA, .name = "subjects-330106",
	    .version = "1", .nscope = 1};
	memcpy(p.item.scopes[0], division[0], 7);
	suite_hash(SUITE_DEFAULT, p.bytes.p, p.bytes.n, &p.item.digest);
	t->data = p.item.digest;
	hub_lock(t->w->h);
	OK(publish_put(t->w->h, &p, &e));
	hub_unlock(t->w->h);
	publish_release(&p);
	*state = t;
	return 0;
}

static int
teardown(void **state)
{
	struct world *t = *state;
	int i;

	for (i = 0; i < WHO; i++)
		identity_free(&t->c[i].d.id);
	little_free(t->w);
	free(t);
	return 0;
}

/* ---- the matrix ---- */

static char *
path_of(const char *pattern, const struct id *visit)
{
	char id[ID_TEXT + 1], none[ID_TEXT + 1];
	struct id zero;

	memset(&zero, 0, sizeof(zero));
	id_format(visit, id);
	id_format(&zero, none);
	return strstr(pattern, "{E}") != NULL ? xasprintf("/v1/visits/%s/evidence/%s%s", id,
	    none, pattern + strlen("/v1/visits/{V}/evidence/{E}")) :
	    strncmp(pattern, "/v1/s", 5) == 0 ? xasprintf("/v1/streams/%s/entries", id) :
	    xasprintf("/v1/visits/%s/evidence", id);
}

static int
ask_visit(struct world *t, int who, enum verb verb, const char *pattern,
    const struct id *visit, struct fj_buf *body)
{
	char *path = path_of(pattern, visit);
	struct ask a;
	int status;

	memset(&a, 0, sizeof(a));
	status = ask(t, who, verb, path, &a, body);
	free(path);
	return status;
}

static void
every_route(void **state)
{
	static const struct {
		enum verb verb;
		const char *pattern;
		int seen;		/* by whom it may be seen */
	} rows[] = {
		{ VERB_GET, "/v1/streams/{V}/entries", 200 },
		{ VERB_GET, "/v1/visits/{V}/evidence", 200 },
		{ VERB_HEAD, "/v1/visits/{V}/evidence/{E}", 409 },
		{ VERB_GET, "/v1/visits/{V}/evidence/{E}/receipt", 409 },
	};
	struct world *t = *state;
	struct fj_buf body, other;
	struct id none;
	size_t i;
	int who, stage;

	fj_buf_init(&body, 1 << 20);
	fj_buf_init(&other, 1 << 20);
	id_random(&none);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (who = 0; who < WHO; who++)
			for (stage = 0; stage < STAGES; stage++) {
				int got = ask_visit(t, who, rows[i].verb, rows[i].pattern,
				    &t->visit[stage], &body);
				int want = who == DISABLED ? 403 : people[who].sees[stage] ?
				    rows[i].seen : 404;

				if (got != want)
					fail_msg("%s by %d in %d: %d, wanted %d", rows[i].pattern, who,
					    stage, got, want);
				if (people[who].sees[stage])
					continue;
				assert_int_equal(ask_visit(t, who, rows[i].verb, rows[i].pattern,
				    &none, &other), got);
				assert_int_equal(body.n, other.n);
				assert_memory_equal(body.p, other.p, body.n);
			}
	fj_buf_release(&body);
	fj_buf_release(&other);
}

/* Listings, cursors, the roster, the head: no id, no count, no name of what is hidden. */
static void
listings(void **state)
{
	static const char *const paths[] = {"/v1/streams", "/v1/roster?", "/v1/head", "/v1/hub"};
	struct world *t = *state;
	char id[ID_TEXT + 1];
	struct fj_buf body;
	struct ask a;
	size_t i, k;
	int who, stage;

	fj_buf_init(&body, 4 << 20);
	for (who = 0; who < DISABLED; who++)
		for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
			char *path = xstrdup(paths[i]);

			path[strcspn(path, "?")] = '\0';
			memset(&a, 0, sizeof(a));
			assert_int_equal(ask(t, who, VERB_GET, path, &a, &body), 200);
			free(path);
			for (stage = 0; stage < STAGES; stage++) {
				bool found = false;

				id_format(&t->visit[stage], id);
				for (k = 0; k + ID_TEXT <= body.n; k++)
					found = found || memcmp(body.p + k, id, ID_TEXT) == 0 ||
					    memcmp(body.p + k, t->visit[stage].b, ID_LEN) == 0;
				assert_int_equal(found, i == 0 && people[who].sees[stage]);
			}
			for (k = 0; k + strlen("计划目标") <= body.n; k++)
				assert_memory_not_equal(body.p + k, "计划目标", strlen("计划目标"));
		}
	fj_buf_release(&body);
}

/* Another's chain into a visit that is not one's own: refused, and no word of how far. */
static void
foreign_chains(void **state)
{
	struct world *t = *state;
	struct chain_head head = {.seq = 0};
	struct fj_buf body, answer;
	struct ask a;
	char id[HASH_TEXT + 1];

	fj_buf_init(&body, 1 << 20);
	fj_buf_init(&answer, 1 << 20);
	little_run(t->w, &t->c[MEMBER].d, &t->c[SECOND].d, &t->visit[PLANNED], 2, &head, &body);
	memset(&a, 0, sizeof(a));
	a.body = body.p;
	a.nbody = body.n;
	assert_int_equal(ask(t, OUTSIDER, VERB_POST, "/v1/runs", &a, &answer), 200);
	assert_non_null(strstr(answer.p, "not-yours"));
	assert_null(strstr(answer.p, "\"have\":1"));
	hash_format(&t->c[PLANNER].head[PLANNED].id, id);
	assert_null(strstr(answer.p, id));
	assert_non_null(strstr(answer.p, "\"receipts\":[]"));
	fj_buf_release(&body);
	fj_buf_release(&answer);
}

static void
published_data(void **state)
{
	static const bool has[WHO] = { [PLANNER] = true, [APPROVER] = true, [MEMBER] = true,
	    [OUTSIDER] = true, [COUNTY] = true, [CITY] = true, [PROVINCE] = true, [ADMIN] = true };
	struct world *t = *state;
	char digest[HASH_TEXT + 1], *path, *none;
	struct hash other = t->data;
	struct fj_buf body;
	struct ask a;
	int who;

	fj_buf_init(&body, 1 << 20);
	hash_format(&t->data, digest);
	path = xasprintf("/v1/blobs/%s", digest);
	other.b[0] ^= 1;
	hash_format(&other, digest);
	none = xasprintf("/v1/blobs/%s", digest);
	for (who = 0; who < WHO; who++) {
		memset(&a, 0, sizeof(a));
		assert_int_equal(ask(t, who, VERB_GET, path, &a, &body), who == DISABLED ? 403 :
		    has[who] ? 200 : 404);
		memset(&a, 0, sizeof(a));
		assert_int_equal(ask(t, who, VERB_GET, none, &a, &body), who == DISABLED ? 403 : 404);
	}
	fj_buf_release(&body);
	free(path);
	free(none);
}

/* ---- the audit log ---- */

struct seen {
	size_t rows, planned;
	struct id visit;
};

static bool
audit_row(void *ctx, const struct audit_row *row)
{
	struct seen *s = ctx;

	s->rows++;
	s->planned += id_eq(&row->stream, &s->visit) && strcmp(row->act, AUDIT_ENTRIES) == 0;
	return true;
}

/* One row for one who was given something; none for a refusal. */
static void
noted(void **state)
{
	struct world *t = *state;
	struct seen s = {0, 0, t->visit[PLANNED]};
	struct fj_buf body;
	struct fj_err e;
	int who, i;

	fj_buf_init(&body, 1 << 20);
	for (i = 0; i < 3; i++)
		for (who = 0; who < WHO; who++)
			(void)ask_visit(t, who, VERB_GET, "/v1/streams/{V}/entries",
			    &t->visit[PLANNED], &body);
	hub_lock(t->w->h);
	OK(t->w->h->store->ops->audit_each(t->w->h->store, 0, audit_row, &s, &e));
	hub_unlock(t->w->h);
	assert_int_equal(s.planned, 4);
	fj_buf_release(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_route, setup, teardown),
		cmocka_unit_test_setup_teardown(listings, setup, teardown),
		cmocka_unit_test_setup_teardown(foreign_chains, setup, teardown),
		cmocka_unit_test_setup_teardown(published_data, setup, teardown),
		cmocka_unit_test_setup_teardown(noted, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
