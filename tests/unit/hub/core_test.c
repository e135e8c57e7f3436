/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hub without HTTP: keys, tokens, routes, rates, and who gets what: every
 * route asked by every kind of caller (H4, H5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "base/xalloc.h"
#include "entry/roster_write.h"
#include "hub/claims.h"
#include "hub/enrol.h"
#include "hub/hub.h"
#include "hub/pull.h"
#include "hub/push.h"
#include "hub/rates.h"
#include "hub/routes.h"
#include "os/fs.h"

#define OK(call) do { if ((call) != FJ_OK) fail_msg("%s:%d %s %s", __FILE__, __LINE__, \
    e.code, e.arg[0]); } while (0)

enum who { NOBODY, FORGED, STRANGER, MEMBER, RETIRED, LOST, DISABLED, SUPERVISOR,
	ELSEWHERE, ADMIN, WHO_COUNT };

struct device {
	struct identity *id;
	struct id dev, person;
	char token[TOKEN_TEXT + 1];
};

struct world {
	char dir[64], store[128], evidence[128], keys[128];
	struct hub *h;
	struct device d[WHO_COUNT];
	struct id visit;
};

static void
add_row(struct world *w, const struct fj_buf *b)
{
	struct fj_err e;

	OK(hub_begin(w->h, &e));
	OK(hub_end(w->h, hub_roster_add(w->h, b, &e), &e));
}

static void
add_person(struct world *w, enum who who, unsigned roles, const char *scope,
    const char *cert)
{
	struct roster_person *p = xcalloc(1, sizeof(*p));
	struct roster_device row;
	struct device *d = &w->d[who];
	struct stamp at;
	struct fj_buf b;
	struct fj_err e;

	id_random(&d->person);
	p->person = d->person;
	p->name = "某人";
	p->cert = cert;
	p->roles = roles;
	p->nscope = 1;
	snprintf(p->scopes[0], SCOPE_TEXT + 1, "%s", scope);
	hub_stamp(w->h, &at);
	fj_buf_init(&b, 65536);
	roster_write_person(p, &at, &b);
	add_row(w, &b);
	OK(identity_new(SUITE_1, &d->id, &e));
	identity_dev(identity_pub(d->id), &d->dev);
	memset(&row, 0, sizeof(row));
	row.dev = d->dev;
	row.key = *identity_pub(d->id);
	row.person = d->person;
	fj_buf_clear(&b);
	roster_write_device(&row, &at, &b);
	add_row(w, &b);
	if (who == DISABLED) {
		p->disabled = true;
		fj_buf_clear(&b);
		roster_write_person(p, &at, &b);
		add_row(w, &b);
	}
	if (who == RETIRED || who == LOST) {
		fj_buf_clear(&b);
		roster_write_end(&d->dev, who == LOST ? END_LOST : END_RETIRED, 0, &at, &b);
		add_row(w, &b);
	}
	token_make(w->h, &d->dev, hub_now_ms(w->h) + 60000, d->token);
	fj_buf_release(&b);
	free(p);
}

/* A run of one chain: hello and the given payloads. */
static void
make_run(struct world *w, struct device *d, const struct id *visit,
    const char *const *payload, size_t n, uint64_t from, const struct chain_head *before,
    struct fj_buf *out, struct chain_head *after)
{
	struct hello *hello = xcalloc(1, sizeof(*hello));
	struct entry en[8];
	struct fj_buf text[8], frame;
	struct chain_head head;
	uint8_t sig[ENTRY_SIG];
	struct stamp at;
	struct fj_err e;
	size_t i, begun, k = 0;

	memset(&head, 0, sizeof(head));
	if (before != NULL)
		head = *before;
	head.dev = d->dev;
	hub_stamp(w->h, &at);
	memset(en, 0, sizeof(en));
	for (i = 0; i < n + (from == 1); i++) {
		fj_buf_init(&text[i], LIMIT_PAYLOAD);
		if (from == 1 && i == 0) {
			hello->key = *identity_pub(d->id);
			snprintf(hello->name, sizeof(hello->name), "某人");
			hello_write(hello, &at, &text[i]);
		} else {
			fj_buf_puts(&text[i], payload[k++]);
		}
		en[i].suite = SUITE_1;
		en[i].kind = STREAM_VISIT;
		en[i].stream = *visit;
		en[i].dev = d->dev;
		en[i].seq = head.seq + 1;
		en[i].hlc = hlc_next(head.hlc, hub_now_ms(w->h));
		en[i].prev = head.id;
		en[i].payload = text[i].p;
		en[i].len = text[i].n;
		fj_buf_init(&frame, ENTRY_HEAD + LIMIT_PAYLOAD);
		OK(entry_encode(&en[i], &frame, &e));
		fj_buf_release(&frame);
		chain_advance(&head, &en[i]);
	}
	OK(entry_sign(&en[i - 1], sign_with_identity, d->id, sig, &e));
	begun = item_begin(out);
	OK(run_encode(en, i, sig, out, &e));
	item_end(out, begun);
	if (after != NULL)
		*after = head;
	while (i > 0)
		fj_buf_release(&text[--i]);
	free(hello);
}

static void
ask_push(struct world *w, enum who who, const struct fj_buf *body, struct reply *r)
{
	struct ask a;
	char allowed[64];
	const struct route *rt;

	memset(&a, 0, sizeof(a));
	rt = route_find(VERB_POST, "/v1/runs", &a, allowed);
	a.bearer = w->d[who].token;
	a.body = body->p;
	a.nbody = body->n;
	a.peer = "-";
	reply_init(r);
	route_run(w->h, rt, &a, r);
}

static const char start_payload[] =
    "{\"op\":\"visit.start\",\"t\":\"2026-03-01T09:00:00.000+08:00\",\"up\":1,\"boot\":"
    "\"00000001\",\"kind\":\"flying-inspection\",\"subject\":{\"name\":\"某公司\",\"no_uscc\":\"x\"},"
    "\"division\":\"330106\",\"team\":[{\"name\":\"某人\",\"cert\":\"M-1\"},{\"name\":\"别人\",\"cert\":"
    "\"M-2\"}],\"forms\":[],\"data\":{}}";
static const char comment_payload[] =
    "{\"op\":\"set\",\"t\":\"2026-03-01T09:00:01.000+08:00\",\"up\":2,\"boot\":\"00000001\","
    "\"form\":\"f\",\"path\":\"/data/a\",\"value\":\"1\",\"round\":1}";

static int
setup(void **state)
{
	static const char pass[] = "a root passphrase";
	struct world *w = xcalloc(1, sizeof(*w));
	const char *const start[] = { start_payload };
	struct hub_init in;
	struct hash root;
	struct fj_buf b;
	struct reply r;
	struct fj_err e;

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
	assert_true(hash_eq(&root, &w->h->root));
	add_person(w, STRANGER, ROLE_INSPECTOR, "330106", "S-1");
	add_person(w, MEMBER, ROLE_INSPECTOR, "3301", "M-1");
	add_person(w, RETIRED, ROLE_INSPECTOR, "3301", "M-2");
	add_person(w, LOST, ROLE_SUPERVISOR, "33", "L-1");
	add_person(w, DISABLED, ROLE_SUPERVISOR, "33", "D-1");
	add_person(w, SUPERVISOR, ROLE_SUPERVISOR, "33", "V-1");
	add_person(w, ELSEWHERE, ROLE_SUPERVISOR, "32", "V-2");
	add_person(w, ADMIN, ROLE_ADMIN, "33", "A-1");
	memcpy(w->d[FORGED].token, w->d[MEMBER].token, TOKEN_TEXT + 1);
	w->d[FORGED].token[3] ^= 1;
	id_random(&w->visit);
	fj_buf_init(&b, 1 << 20);
	make_run(w, &w->d[MEMBER], &w->visit, start, 1, 1, NULL, &b, NULL);
	ask_push(w, MEMBER, &b, &r);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body.p, "\"stored\""));
	reply_release(&r);
	fj_buf_release(&b);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	struct fj_err e;
	int i;

	for (i = 0; i < WHO_COUNT; i++)
		identity_free(&w->d[i].id);
	hub_close(&w->h);
	OK(fs_remove_tree(w->dir, &e));
	free(w);
	return 0;
}

/* ---- who gets what ---- */

static int
get(struct world *w, enum who who, const char *path, struct fj_buf *body)
{
	char allowed[64];
	const struct route *rt;
	struct reply r;
	struct ask a;
	int status;

	memset(&a, 0, sizeof(a));
	rt = route_find(VERB_GET, path, &a, allowed);
	assert_non_null(rt);
	a.bearer = who == NOBODY ? NULL : w->d[who].token;
	a.peer = "-";
	reply_init(&r);
	route_run(w->h, rt, &a, &r);
	status = r.status;
	if (body != NULL) {
		fj_buf_clear(body);
		fj_buf_add(body, r.body.p, r.body.n);
	}
	reply_release(&r);
	return status;
}

static void
matrix(void **state)
{
	/* nobody forged stranger member retired lost disabled supervisor elsewhere admin */
	static const struct {
		const char *path;
		int status[WHO_COUNT];
	} row[] = {
		{ "/v1/hub", { 200, 200, 200, 200, 200, 200, 200, 200, 200, 200 } },
		{ "/v1/roster", { 401, 401, 200, 200, 403, 403, 403, 200, 200, 200 } },
		{ "/v1/streams", { 401, 401, 200, 200, 403, 403, 403, 200, 200, 200 } },
		{ "/v1/head", { 401, 401, 200, 200, 200, 403, 403, 200, 200, 200 } },
		/* Without positions, by who may ask. */
		{ "/v1/log/proof", { 401, 401, 400, 400, 400, 403, 403, 400, 400, 400 } },
		{ "/v1/log/consistency", { 401, 401, 400, 400, 400, 403, 403, 400, 400,
		    400 } },
		{ "/v1/streams/%s/entries", { 401, 401, 404, 200, 403, 403, 403, 200, 404,
		    404 } },
		{ "/v1/visits/%s/evidence", { 401, 401, 404, 200, 403, 403, 403, 200, 404,
		    404 } },
	};
	struct world *w = *state;
	char id[ID_TEXT + 1], path[128];
	size_t i;
	int who;

	id_format(&w->visit, id);
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		for (who = 0; who < WHO_COUNT; who++) {
			const char *mark = strstr(row[i].path, "%s");
			int got;

			if (mark != NULL)
				snprintf(path, sizeof(path), "%.*s%s%s",
				    (int)(mark - row[i].path), row[i].path, id, mark + 2);
			else
				snprintf(path, sizeof(path), "%s", row[i].path);
			got = get(w, (enum who)who, path, NULL);
			if (got != row[i].status[who])
				fail_msg("%s by %d: %d, wanted %d", row[i].path, who, got,
				    row[i].status[who]);
		}
}

static void
listing_shows_only_what_may_be_seen(void **state)
{
	static const bool sees[WHO_COUNT] = { [MEMBER] = true, [SUPERVISOR] = true };
	static const enum who asked[] = { STRANGER, MEMBER, SUPERVISOR, ELSEWHERE, ADMIN };
	struct world *w = *state;
	char id[ID_TEXT + 1];
	struct fj_buf b;
	size_t i;

	id_format(&w->visit, id);
	fj_buf_init(&b, 1 << 20);
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		assert_int_equal(get(w, asked[i], "/v1/streams", &b), 200);
		assert_int_equal(strstr(b.p, id) != NULL, sees[asked[i]]);
	}
	fj_buf_release(&b);
}

/* A stream that exists and is not yours answers as one that is not there. */
static void
not_yours_is_not_there(void **state)
{
	struct world *w = *state;
	struct id none;
	char id[ID_TEXT + 1], path[128];
	struct fj_buf a, b;

	fj_buf_init(&a, 1 << 20);
	fj_buf_init(&b, 1 << 20);
	id_format(&w->visit, id);
	snprintf(path, sizeof(path), "/v1/streams/%s/entries", id);
	assert_int_equal(get(w, STRANGER, path, &a), 404);
	id_random(&none);
	id_format(&none, id);
	snprintf(path, sizeof(path), "/v1/streams/%s/entries", id);
	assert_int_equal(get(w, STRANGER, path, &b), 404);
	assert_string_equal(a.p, b.p);
	fj_buf_release(&a);
	fj_buf_release(&b);
}

static void
scope_widened_shows_old_visits(void **state)
{
	struct world *w = *state;
	struct roster_person p;
	struct listing l;
	struct reply r;
	struct stamp at;
	struct fj_buf b;
	struct ask a;
	char allowed[64], cursor[WIRE_CURSOR];
	struct fj_err e;

	memset(&l, 0, sizeof(l));
	fj_buf_init(&b, 1 << 20);
	assert_int_equal(get(w, ELSEWHERE, "/v1/streams", &b), 200);
	OK(listing_read(b.p, b.n, &l, &e));
	assert_int_equal(l.n, 0);
	memcpy(cursor, l.cursor, sizeof(cursor));
	listing_release(&l);
	p = *roster_person(w->h->roster, &w->d[ELSEWHERE].person);
	snprintf(p.scopes[p.nscope++], SCOPE_TEXT + 1, "3301");
	hub_stamp(w->h, &at);
	fj_buf_clear(&b);
	roster_write_person(&p, &at, &b);
	add_row(w, &b);
	memset(&a, 0, sizeof(a));
	a.bearer = w->d[ELSEWHERE].token;
	a.cursor = cursor;
	a.peer = "-";
	reply_init(&r);
	route_run(w->h, route_find(VERB_GET, "/v1/streams", &a, allowed), &a, &r);
	assert_int_equal(r.status, 200);
	memset(&l, 0, sizeof(l));
	OK(listing_read(r.body.p, r.body.n, &l, &e));
	assert_int_equal(l.n, 1);
	listing_release(&l);
	reply_release(&r);
	/* A cursor of another epoch, or of nobody, starts anew. */
	a.cursor = "7.1.1";
	reply_init(&r);
	route_run(w->h, route_find(VERB_GET, "/v1/streams", &a, allowed), &a, &r);
	assert_int_equal(r.status, 410);
	reply_release(&r);
	p.nscope = 1;
	fj_buf_clear(&b);
	roster_write_person(&p, &at, &b);
	add_row(w, &b);
	fj_buf_release(&b);
}

/* ---- push ---- */

/* H3: the branch is kept beside what was there. */
static void
push_states(void **state)
{
	struct world *w = *state;
	const char *const start[] = { start_payload }, *const more[] = { comment_payload },
	    *const other[] = { "{\"op\":\"x\",\"t\":\"2026-03-01T09:00:00.000+08:00\",\"up\":1,"
	    "\"boot\":\"00000001\"}" };
	struct chain_head head, head3;
	struct fj_buf first, second, third, fork;
	struct id visit;
	struct reply r;

	id_random(&visit);
	fj_buf_init(&first, 1 << 20);
	fj_buf_init(&second, 1 << 20);
	fj_buf_init(&third, 1 << 20);
	fj_buf_init(&fork, 1 << 20);
	make_run(w, &w->d[MEMBER], &visit, start, 1, 1, NULL, &first, &head);
	make_run(w, &w->d[MEMBER], &visit, more, 1, 3, &head, &second, &head3);
	make_run(w, &w->d[MEMBER], &visit, more, 1, 4, &head3, &third, NULL);
	make_run(w, &w->d[MEMBER], &visit, other, 1, 3, &head, &fork, NULL);
	ask_push(w, MEMBER, &second, &r);
	assert_non_null(strstr(r.body.p, "\"gap\""));
	reply_release(&r);
	ask_push(w, MEMBER, &first, &r);
	assert_non_null(strstr(r.body.p, "\"stored\""));
	reply_release(&r);
	ask_push(w, MEMBER, &first, &r);
	assert_non_null(strstr(r.body.p, "\"known\""));
	assert_non_null(strstr(r.body.p, "\\\"receipt\\\":1"));
	reply_release(&r);
	ask_push(w, MEMBER, &third, &r);
	assert_non_null(strstr(r.body.p, "\"gap\""));
	reply_release(&r);
	ask_push(w, MEMBER, &second, &r);
	assert_non_null(strstr(r.body.p, "\"stored\""));
	reply_release(&r);
	ask_push(w, MEMBER, &fork, &r);
	assert_non_null(strstr(r.body.p, "\"fork\""));
	reply_release(&r);
	/* A stranger may not push another's chain into a stream that is not his. */
	ask_push(w, STRANGER, &third, &r);
	assert_non_null(strstr(r.body.p, "not-yours"));
	reply_release(&r);
	ask_push(w, SUPERVISOR, &third, &r);
	assert_non_null(strstr(r.body.p, "\"stored\""));
	reply_release(&r);
	fj_buf_release(&first);
	fj_buf_release(&second);
	fj_buf_release(&third);
	fj_buf_release(&fork);
}

/* ---- receipts down ---- */

/* An answer of entries asked for with these receipts; the body is kept in b. */
static void
ask_entries(struct world *w, enum who who, const struct id *visit, const char *receipts,
    struct fj_buf *b, struct reply *r)
{
	char id[ID_TEXT + 1], path[128], allowed[64];
	const struct route *rt;
	struct ask a;

	id_format(visit, id);
	snprintf(path, sizeof(path), "/v1/streams/%s/entries", id);
	memset(&a, 0, sizeof(a));
	rt = route_find(VERB_GET, path, &a, allowed);
	a.bearer = w->d[who].token;
	a.receipts = receipts;
	a.peer = "-";
	reply_init(r);
	route_run(w->h, rt, &a, r);
	fj_buf_clear(b);
	fj_buf_add(b, r->body.p, r->body.n);
}

static const char *
header_of(const struct reply *r, const char *name)
{
	int i;

	for (i = 0; i < r->nheader; i++)
		if (strcmp(r->header[i].name, name) == 0)
			return r->header[i].value;
	return "";
}

/* Receipts of an answer: verified, of this visit alone (H9), ascending.  *upto: the
 * last position; answers how many; *runs: the items that are none. */
static size_t
count_receipts(struct world *w, const struct fj_buf *b, const struct id *visit,
    uint64_t *upto, size_t *runs)
{
	const uint8_t *item;
	struct items it;
	size_t n, k = 0, i;
	struct fj_err e;

	*upto = 0;
	*runs = 0;
	items_init(&it, b->p, b->n);
	while (items_next(&it, &item, &n, &e) == FJ_OK) {
		struct envelope v;
		struct receipt rec;

		if (!items_is_receipt(item, n)) {
			(*runs)++;
			continue;
		}
		assert_int_equal(*runs, 0);
		OK(items_receipt(item, n, &v, &e));
		OK(receipt_verify(w->h->roster, v.text, v.n, v.sig, &rec, &e));
		assert_true(rec.position > *upto && rec.nentry + rec.nevidence > 0);
		for (i = 0; i < rec.nentry; i++)
			assert_true(id_eq(&rec.entries[i].stream, visit));
		*upto = rec.position;
		receipt_release(&rec);
		envelope_release(&v);
		k++;
	}
	return k;
}

/* H9: two visits in one request are two receipts, and each is told only with its
 * own; H4: to nobody who may not see it; without `receipts` there are none. */
static void
receipts_of_a_stream(void **state)
{
	struct world *w = *state;
	const char *const start[] = { start_payload }, *const more[] = { comment_payload };
	struct chain_head head;
	struct fj_buf both, next, b;
	struct id one, two;
	uint64_t upto, first;
	char since[32];
	struct reply r;
	size_t runs;

	id_random(&one);
	id_random(&two);
	fj_buf_init(&both, 1 << 20);
	fj_buf_init(&next, 1 << 20);
	fj_buf_init(&b, 1 << 20);
	make_run(w, &w->d[MEMBER], &one, start, 1, 1, NULL, &both, &head);
	make_run(w, &w->d[MEMBER], &two, start, 1, 1, NULL, &both, NULL);
	make_run(w, &w->d[MEMBER], &one, more, 1, 3, &head, &next, NULL);
	ask_push(w, MEMBER, &both, &r);
	assert_int_equal(r.status, 200);
	reply_release(&r);
	ask_push(w, MEMBER, &next, &r);
	reply_release(&r);
	ask_entries(w, SUPERVISOR, &one, "0", &b, &r);
	assert_int_equal(r.status, 200);
	assert_int_equal(count_receipts(w, &b, &one, &first, &runs), 2);
	assert_true(runs > 0);
	assert_int_equal(strtoull(header_of(&r, "Feijian-Receipts"), NULL, 10), first);
	reply_release(&r);
	ask_entries(w, SUPERVISOR, &two, "0", &b, &r);
	assert_int_equal(count_receipts(w, &b, &two, &upto, &runs), 1);
	reply_release(&r);
	/* Above what is here already: only the later one; above all: none. */
	snprintf(since, sizeof(since), "%llu", (unsigned long long)first - 1);
	ask_entries(w, SUPERVISOR, &one, since, &b, &r);
	assert_int_equal(count_receipts(w, &b, &one, &upto, &runs), 1);
	assert_int_equal(upto, first);
	reply_release(&r);
	snprintf(since, sizeof(since), "%llu", (unsigned long long)first);
	ask_entries(w, SUPERVISOR, &one, since, &b, &r);
	assert_int_equal(count_receipts(w, &b, &one, &upto, &runs), 0);
	assert_string_equal(header_of(&r, "Feijian-Receipts"), since);
	reply_release(&r);
	ask_entries(w, SUPERVISOR, &one, NULL, &b, &r);
	assert_int_equal(count_receipts(w, &b, &one, &upto, &runs), 0);
	assert_string_equal(header_of(&r, "Feijian-Receipts"), "");
	reply_release(&r);
	ask_entries(w, SUPERVISOR, &one, "-1", &b, &r);
	assert_int_equal(r.status, 400);
	reply_release(&r);
	ask_entries(w, STRANGER, &one, "0", &b, &r);
	assert_int_equal(r.status, 404);
	reply_release(&r);
	fj_buf_release(&both);
	fj_buf_release(&next);
	fj_buf_release(&b);
}

/* One signature for nearly as many bytes as a request takes: who pulls gets it too. */
static void
the_longest_run_is_pulled(void **state)
{
	struct world *w = *state;
	enum { SIZE = (LIMIT_BODY_BYTES - 2048) / 4 };
	char *big = xmalloc(SIZE + 1);
	const char *const all[] = { start_payload, big, big, big, big };
	struct fj_buf b;
	struct reply r;
	struct id visit;

	snprintf(big, SIZE + 1, "{\"op\":\"set\",\"t\":\"2026-03-01T09:00:01.000+08:00\","
	    "\"up\":2,\"boot\":\"00000001\",\"form\":\"f\",\"path\":\"/data/a\",\"value\":\"");
	memset(big + strlen(big), 'x', SIZE - strlen(big));
	memcpy(big + SIZE - 12, "\",\"round\":1}", 12);
	big[SIZE] = '\0';
	id_random(&visit);
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	make_run(w, &w->d[MEMBER], &visit, all, 5, 1, NULL, &b, NULL);
	assert_true(b.n > LIMIT_BODY_BYTES - 2048);
	ask_push(w, MEMBER, &b, &r);
	assert_int_equal(r.status, 200);
	reply_release(&r);
	ask_entries(w, SUPERVISOR, &visit, NULL, &b, &r);
	assert_int_equal(r.status, 200);
	assert_true(r.body.n > LIMIT_BODY_BYTES - 2048);
	reply_release(&r);
	fj_buf_release(&b);
	free(big);
}

/* A backup was put in place and another process began its epoch: no receipts more. */
static void
an_epoch_that_moved_takes_nothing(void **state)
{
	struct world *w = *state;
	const char *const start[] = { start_payload };
	struct store *s = w->h->store;
	uint8_t n[8];
	struct fj_buf b;
	struct reply r;
	struct fj_err e;
	struct id visit;
	int i;

	id_random(&visit);
	fj_buf_init(&b, 1 << 20);
	make_run(w, &w->d[MEMBER], &visit, start, 1, 1, NULL, &b, NULL);
	for (i = 1; i >= 0; i--) {
		fj_put_u64(n, w->h->epoch + (uint64_t)i);
		OK(s->ops->begin(s, &e));
		OK(s->ops->meta_put(s, "epoch", n, sizeof(n), &e));
		OK(s->ops->commit(s, &e));
		ask_push(w, MEMBER, &b, &r);
		assert_int_equal(r.status, i > 0 ? 503 : 200);
		reply_release(&r);
	}
	fj_buf_release(&b);
}

/* More receipts than an answer takes: told in pages that do not overlap. */
static void
receipts_in_pages(void **state)
{
	struct world *w = *state;
	const char *const start[] = { start_payload };
	struct fj_buf b;
	struct fj_err e;
	struct id visit;
	uint64_t upto;
	char since[32] = "0";
	struct reply r;
	size_t i, k, runs, total = 0, pages = 0;

	id_random(&visit);
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	make_run(w, &w->d[MEMBER], &visit, start, 1, 1, NULL, &b, NULL);
	ask_push(w, MEMBER, &b, &r);
	reply_release(&r);
	for (i = 0; i < 6; i++) {
		struct receipt rec;
		struct receipt_evidence *file = xcalloc(1000, sizeof(*file));
		struct stored_upload u;
		struct envelope v;

		memset(&rec, 0, sizeof(rec));
		memset(&u, 0, sizeof(u));
		memset(&v, 0, sizeof(v));
		for (k = 0; k < 1000; k++)
			file[k].visit = visit;
		rec.evidence = file;
		rec.nevidence = 1000;
		u.visit = visit;
		id_random(&u.evidence);
		u.done = true;
		OK(hub_begin(w->h, &e));
		u.position = hub_next_position(w->h);
		OK(w->h->store->ops->upload_put(w->h->store, &u, &e));
		OK(hub_end(w->h, hub_receipt(w->h, &rec, &v, &e), &e));
		envelope_release(&v);
		free(file);
	}
	for (;;) {
		ask_entries(w, MEMBER, &visit, since, &b, &r);
		k = count_receipts(w, &b, &visit, &upto, &runs);
		total += k;
		pages++;
		snprintf(since, sizeof(since), "%s", header_of(&r, "Feijian-Receipts"));
		assert_int_equal(strtoull(since, NULL, 10), upto);
		i = strcmp(header_of(&r, "Feijian-More"), "1") == 0;
		reply_release(&r);
		if (i == 0)
			break;
		assert_true(k > 0);
	}
	assert_int_equal(total, 7);
	assert_true(pages > 1);
	fj_buf_release(&b);
}

static void
push_refusals(void **state)
{
	struct world *w = *state;
	const char *const start[] = { start_payload };
	struct fj_buf good, both;
	struct id visit;
	struct reply r;
	size_t i;

	fj_buf_init(&good, 1 << 20);
	fj_buf_init(&both, 1 << 20);
	id_random(&visit);
	make_run(w, &w->d[MEMBER], &visit, start, 1, 1, NULL, &good, NULL);
	/* One bad run never stops the others: last byte of a signature. */
	fj_buf_add(&both, good.p, good.n);
	both.p[both.n - 1] = (char)(both.p[both.n - 1] ^ 1);
	fj_buf_add(&both, good.p, good.n);
	ask_push(w, MEMBER, &both, &r);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body.p, "run-signature"));
	assert_non_null(strstr(r.body.p, "\"stored\""));
	reply_release(&r);
	/* Every flipped byte of a run is refused or the whole is no row of items. */
	for (i = 0; i < good.n; i++) {
		id_random(&visit);
		good.p[i] = (char)(good.p[i] ^ 0x40);
		ask_push(w, MEMBER, &good, &r);
		assert_true(r.status == 400 || strstr(r.body.p, "\"refused\"") != NULL ||
		    strstr(r.body.p, "\"gap\"") != NULL);
		assert_null(strstr(r.body.p, "\"stored\""));
		good.p[i] = (char)(good.p[i] ^ 0x40);
		reply_release(&r);
	}
	fj_buf_release(&good);
	fj_buf_release(&both);
}

static void
retired_may_push(void **state)
{
	struct world *w = *state;
	const char *const start[] = { start_payload };
	struct id visit;
	struct fj_buf b;
	struct reply r;

	fj_buf_init(&b, 1 << 20);
	id_random(&visit);
	make_run(w, &w->d[RETIRED], &visit, start, 1, 1, NULL, &b, NULL);
	ask_push(w, RETIRED, &b, &r);
	assert_int_equal(r.status, 200);
	reply_release(&r);
	ask_push(w, LOST, &b, &r);
	assert_int_equal(r.status, 403);
	reply_release(&r);
	fj_buf_release(&b);
}

/* ---- pieces ---- */

static void
tokens(void **state)
{
	struct world *w = *state;
	char token[TOKEN_TEXT + 1];
	struct id dev;
	size_t i;

	token_make(w->h, &w->d[MEMBER].dev, 1000, token);
	assert_true(token_check(w->h, token, 999, &dev));
	assert_true(id_eq(&dev, &w->d[MEMBER].dev));
	assert_false(token_check(w->h, token, 1000, &dev));
	assert_false(token_check(w->h, "", 0, &dev));
	for (i = 0; i < TOKEN_TEXT - 1; i++) {
		char old = token[i];

		token[i] = old == '7' ? '8' : '7';
		assert_false(token_check(w->h, token, 0, &dev));
		token[i] = old;
	}
}

static void
routes(void **state)
{
	static const struct {
		enum verb v;
		const char *path, *allowed;
		bool found;
	} row[] = {
		{ VERB_GET, "/healthz", "", true },
		{ VERB_POST, "/healthz", "GET", false },
		{ VERB_GET, "/", "", false },
		{ VERB_GET, "", "", false },
		{ VERB_GET, "/v1/streams/", "", false },
		{ VERB_GET, "/v1/streams/xyz/entries", "", false },
		{ VERB_GET, "/v1/streams/00000000000000000000000000/entries", "", true },
		{ VERB_GET, "/v1/streams/00000000000000000000000000/entries/", "", false },
		{ VERB_OTHER, "/v1/visits/00000000000000000000000000/evidence/"
		    "00000000000000000000000000", "POST, HEAD, PATCH, GET, DELETE", false },
		{ VERB_GET, "/v1/../healthz", "", false },
	};
	char allowed[64];
	struct ask a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct route *rt = route_find(row[i].v, row[i].path, &a, allowed);

		if ((rt != NULL) != row[i].found ||
		    (rt == NULL && strcmp(allowed, row[i].allowed) != 0))
			fail_msg("%s: %s", row[i].path, allowed);
	}
}

static void
rates(void **state)
{
	struct rates *r = rates_new();
	int i;

	(void)state;
	for (i = 0; i < 60; i++)
		assert_int_equal(rates_ask(r, "a", 1, 60, 1000), 0);
	assert_int_equal(rates_ask(r, "a", 1, 60, 1000), 2);
	assert_int_equal(rates_ask(r, "b", 1, 60, 1000), 0);
	assert_int_equal(rates_ask(r, "a", 1, 60, 2000), 0);
	assert_true(rates_ask(r, "a", 1, 60, 2000) > 0);
	rates_free(&r);
}

static void
claims(void **state)
{
	struct claims *c = claims_new();
	struct id v, f;
	uint64_t a, b;

	(void)state;
	id_random(&v);
	id_random(&f);
	a = claims_take(c, &v, &f);
	assert_true(claims_hold(c, &v, &f, a));
	b = claims_take(c, &v, &f);
	assert_false(claims_hold(c, &v, &f, a));
	claims_drop(c, &v, &f, a);
	assert_true(claims_hold(c, &v, &f, b));
	claims_drop(c, &v, &f, b);
	assert_false(claims_hold(c, &v, &f, b));
	claims_free(&c);
}

static void
keys(void **state)
{
	struct world *w = *state;
	struct identity *id = NULL;
	struct hub_keys k = { NULL, NULL };
	char path[200];
	struct fj_err e;

	snprintf(path, sizeof(path), "%s/root.key", w->keys);
	assert_int_equal(keys_unseal(path, "another passphrase", 18, &id, &e), FJ_DENIED);
	assert_string_equal(e.code, "hub.passphrase");
	OK(keys_unseal(path, "a root passphrase", 17, &id, &e));
	assert_int_equal(keys_seal(w->keys, "x.key", id, "short", 5, KDF_COST_MIN, &e),
	    FJ_REFUSED);
	identity_free(&id);
	assert_int_equal(keys_make(w->keys, &k, &e), FJ_REFUSED);
	snprintf(path, sizeof(path), "%s/hub.key", w->keys);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(keys_open(w->keys, &k, &e), FJ_DENIED);
	assert_string_equal(e.code, "hub.keys-mode");
	assert_int_equal(chmod(path, 0600), 0);
	OK(keys_open(w->keys, &k, &e));
	keys_close(&k);
	assert_int_equal(keys_open(w->dir, &k, &e), FJ_NOTFOUND);
}

static void
invitations(void **state)
{
	struct world *w = *state;
	char code[INVITE_TEXT + 1];
	struct id none;
	struct fj_err e;

	OK(enrol_invite(w->h, &w->d[MEMBER].person, code, &e));
	assert_int_equal(strlen(code), INVITE_TEXT);
	assert_int_equal(enrol_invite(w->h, &w->d[DISABLED].person, code, &e), FJ_REFUSED);
	id_random(&none);
	assert_int_equal(enrol_invite(w->h, &none, code, &e), FJ_NOTFOUND);
}

/* H6 */
static void
head_verifies(void **state)
{
	struct world *w = *state;
	struct tree_head t;
	struct envelope v;
	struct fj_err e;
	uint64_t n;

	memset(&v, 0, sizeof(v));
	OK(hub_head(w->h, &v, &e));
	OK(tree_head_verify(w->h->roster, v.text, v.n, v.sig, &t, &e));
	OK(w->h->store->ops->log_position(w->h->store, &n, &e));
	assert_int_equal(t.position, n);
	envelope_release(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matrix),
		cmocka_unit_test(listing_shows_only_what_may_be_seen),
		cmocka_unit_test(not_yours_is_not_there),
		cmocka_unit_test(scope_widened_shows_old_visits),
		cmocka_unit_test(push_states),
		cmocka_unit_test(receipts_of_a_stream),
		cmocka_unit_test(receipts_in_pages),
		cmocka_unit_test(push_refusals),
		cmocka_unit_test(retired_may_push),
		cmocka_unit_test(tokens),
		cmocka_unit_test(routes),
		cmocka_unit_test(rates),
		cmocka_unit_test(claims),
		cmocka_unit_test(the_longest_run_is_pulled),
		cmocka_unit_test(an_epoch_that_moved_takes_nothing),
		cmocka_unit_test(keys),
		cmocka_unit_test(invitations),
		cmocka_unit_test(head_verifies),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
