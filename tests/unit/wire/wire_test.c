/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/entry/fixture.h"

#include "base/limits.h"
#include "wire/wire.h"

enum { LONG = 5 };

struct chain {
	struct writer w;
	char *frames[LONG];
	struct entry en[LONG];
	uint8_t sig[LONG][ENTRY_SIG];
};

static void
make_chain(struct chain *c)
{
	int i;

	writer_open(&c->w, 1, STREAM_VISIT, fixed_id(40));
	for (i = 0; i < LONG; i++) {
		if (i == 0)
			write_hello(&c->w, "检查员甲", "A-001");
		else
			write_text(&c->w, "{\"op\":\"comment\",\"text\":\"照片不清\"}");
		c->frames[i] = xmemdup(c->w.frame.p, c->w.frame.n);
		ok(entry_decode(c->frames[i], c->w.frame.n, &c->en[i], NULL));
		memcpy(c->sig[i], c->w.sig, ENTRY_SIG);
	}
}

static void
free_chain(struct chain *c)
{
	int i;

	for (i = 0; i < LONG; i++)
		free(c->frames[i]);
	writer_close(&c->w);
}

/* W1 */
static void
run_round_trip(void **state)
{
	struct chain c;
	struct fj_buf b;
	struct run *r = NULL;
	struct chain_head head;
	size_t used, from, i;

	(void)state;
	make_chain(&c);
	for (from = 0; from < LONG; from++) {
		fj_buf_init(&b, LIMIT_BODY_BYTES);
		ok(run_encode(c.en + from, LONG - from, c.sig[LONG - 1], &b, NULL));
		assert_int_equal(b.n, run_size(c.en + from, LONG - from));
		ok(run_decode(b.p, b.n, &r, &used, NULL));
		assert_int_equal(used, b.n);
		assert_int_equal(r->n, LONG - from);
		for (i = 0; i < r->n; i++)
			assert_true(hash_eq(&r->entries[i].id, &c.en[from + i].id));
		memset(&head, 0, sizeof(head));
		if (from > 0)
			chain_advance(&head, &c.en[from - 1]);
		ok(run_verify(r, from > 0 ? &head : NULL, c.w.pub, &head, NULL));
		assert_int_equal(head.seq, LONG);
		run_free(&r);
		fj_buf_release(&b);
	}
	free_chain(&c);
}

static void
run_damage(void **state)
{
	struct chain c;
	struct fj_buf b, small;
	struct run *r = NULL;
	struct entry turned[2];
	size_t used, i, refused = 0;

	(void)state;
	make_chain(&c);
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	fails(run_encode(c.en, 0, c.sig[0], &b, e), FJ_INVAL, "run.empty");
	fails(run_encode(c.en, LIMIT_RUN_ENTRIES + 1, c.sig[0], &b, e), FJ_LIMIT, "run.limit");
	turned[0] = c.en[1];
	turned[1] = c.en[3];
	fails(run_encode(turned, 2, c.sig[3], &b, e), FJ_CORRUPT, "run.chain");
	fj_buf_init(&small, 100);
	fails(run_encode(c.en, LONG, c.sig[LONG - 1], &small, e), FJ_LIMIT, "run.limit");
	assert_int_equal(small.n, 0);
	fj_buf_release(&small);
	ok(run_encode(c.en, LONG, c.sig[LONG - 1], &b, NULL));
	for (i = 0; i < b.n; i++) {
		char *cut = xmemdup(b.p, i + 1);

		assert_int_not_equal(run_decode(cut, i, &r, &used, NULL), FJ_OK);
		free(cut);
	}
	/* Whatever bit turns, the run does not verify under the key. */
	for (i = 0; i < b.n; i++) {
		b.p[i] ^= 0x10;
		if (run_decode(b.p, b.n, &r, &used, NULL) != FJ_OK ||
		    run_verify(r, NULL, c.w.pub, NULL, NULL) != FJ_OK)
			refused++;
		run_free(&r);
		b.p[i] ^= 0x10;
	}
	assert_int_equal(refused, b.n);
	b.p[3] = 2;
	fails(run_decode(b.p, b.n, &r, &used, e), FJ_NEWER, "run.version");
	b.p[3] = 1;
	b.p[4] = 9;
	fails(run_decode(b.p, b.n, &r, &used, e), FJ_NEWER, "entry.suite");
	assert_int_equal(used, b.n);		/* it can be passed over */
	b.p[4] = 1;
	b.p[78] = 1;
	fails(run_decode(b.p, b.n, &r, &used, e), FJ_LIMIT, "run.limit");
	fails(run_decode("FJ", 2, &r, &used, e), FJ_CORRUPT, "run.frame");
	fj_buf_release(&b);
	free_chain(&c);
}

/* The run of tests/golden/entry/vectors.json: the same bytes out and in. */
static void
golden_run(void **state)
{
	FILE *f = fopen("tests/golden/entry/vectors.json", "rb");
	const struct json *hex;
	struct json_doc *d = NULL;
	struct fj_buf text, again;
	struct run *r = NULL;
	struct hello h;
	char part[4096], *bytes;
	size_t n, used;

	(void)state;
	if (f == NULL)
		fail_msg("run this from the top of the tree");
	fj_buf_init(&text, 8 << 20);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		fj_buf_add(&text, part, n);
	fclose(f);
	ok(json_parse(text.p, text.n, &d, NULL));
	hex = json_get(json_root(d), "run");
	n = hex->len / 2;
	bytes = xmalloc(n);
	assert_true(hex_decode(hex->text, hex->len, (uint8_t *)bytes, n));
	ok(run_decode(bytes, n, &r, &used, NULL));
	assert_int_equal(r->n, 3);
	ok(hello_read(&r->entries[0], &h, NULL));
	ok(run_verify(r, NULL, &h.key, NULL, NULL));
	fj_buf_init(&again, LIMIT_BODY_BYTES);
	ok(run_encode(r->entries, r->n, r->sig, &again, NULL));
	assert_int_equal(again.n, n);
	assert_memory_equal(again.p, bytes, n);
	run_free(&r);
	fj_buf_release(&again);
	fj_buf_release(&text);
	free(bytes);
	json_free(&d);
}

static void
item_bodies(void **state)
{
	struct fj_buf b;
	struct items it;
	const uint8_t *item, *frame, *sig;
	uint8_t zeros[ENTRY_SIG] = {0};
	char big[ENTRY_HEAD + 5] = "FJE";
	size_t at, n, nframe;

	(void)state;
	fj_buf_init(&b, 4096);
	at = item_begin(&b);
	fj_buf_puts(&b, "one");
	item_end(&b, at);
	at = item_begin(&b);
	item_end(&b, at);
	items_add_entry(&b, big, sizeof(big), zeros);
	items_init(&it, b.p, b.n);
	ok(items_next(&it, &item, &n, NULL));
	assert_int_equal(n, 3);
	assert_memory_equal(item, "one", 3);
	ok(items_next(&it, &item, &n, NULL));
	assert_int_equal(n, 0);
	fails(items_split_entry(item, n, &frame, &nframe, &sig, e), FJ_CORRUPT, "wire.items");
	ok(items_next(&it, &item, &n, NULL));
	ok(items_split_entry(item, n, &frame, &nframe, &sig, NULL));
	assert_int_equal(nframe, sizeof(big));
	assert_int_equal(items_next(&it, &item, &n, NULL), FJ_NOTFOUND);
	items_init(&it, b.p, 6);
	fails(items_next(&it, &item, &n, e), FJ_CORRUPT, "wire.items");
	items_init(&it, b.p, 2);
	fails(items_next(&it, &item, &n, e), FJ_CORRUPT, "wire.items");
	fj_buf_release(&b);
}

static void
problems(void **state)
{
	const struct problem_type *t;
	struct problem p, q;
	struct fj_buf b;
	size_t i;

	(void)state;
	fj_buf_init(&b, 4096);
	for (i = 0; (t = problem_at(i)) != NULL; i++) {
		problem_init(&p, t->name);
		fj_buf_clear(&b);
		problem_write(&p, &b);
		ok(problem_read(b.p, b.n, &q, NULL));
		assert_ptr_equal(q.type, t);
		assert_int_equal(problem_react(&q), t->reaction);
	}
	assert_int_equal(i, 29);
	problem_init(&p, "clock-skew");
	p.has_time = true;
	p.time = fixed_stamp(0).t;
	p.have = 4;
	strcpy(p.detail, "x");
	strcpy(p.mode, "lost");
	fj_buf_clear(&b);
	problem_write(&p, &b);
	ok(problem_read(b.p, b.n, &q, NULL));
	assert_true(q.has_time && q.time.ms == p.time.ms && q.have == 4 && q.offset == -1);
	assert_string_equal(q.mode, "lost");
	ok(problem_read("{\"type\":\"urn:other:thing\",\"status\":418}", 39, &q, NULL));
	assert_null(q.type);
	assert_int_equal(problem_react(&q), REACT_STOP);
	assert_int_equal(problem_reaction(503), REACT_LATER);
	assert_int_equal(problem_reaction(401), REACT_SESSION);
	fails(problem_read("<html>", 6, &q, e), FJ_CORRUPT, "wire.problem");
	fails(problem_read("{}", 2, &q, e), FJ_CORRUPT, "wire.problem");
	fj_buf_release(&b);
}

static void
codes(void **state)
{
	struct enrol_keys a, b;
	char code[INVITE_TEXT + 1], shown[INVITE_SHOWN + 1];

	(void)state;
	assert_true(invite_normalise("abcd-efgh jkmn-pqrs-tvwx-yz0O", code));
	assert_string_equal(code, "ABCDEFGHJKMNPQRSTVWXYZ00");
	invite_show(code, shown);
	assert_string_equal(shown, "ABCD-EFGH-JKMN-PQRS-TVWX-YZ00");
	assert_false(invite_normalise("abcd-efgh-jkmn-pqrs-tvwx-yz0", shown));
	assert_false(invite_normalise("abcd-efgh-jkmn-pqrs-tvwx-yz0OO", shown));
	assert_false(invite_normalise("abcd-efgh-jkmn-pqrs-tvwx-yz0u", shown));
	assert_false(invite_normalise("", shown));
	enrol_keys_derive(SUITE_1, code, &a);
	assert_memory_not_equal(a.k1, a.k2, HASH_LEN);
	code[0] = 'Z';
	enrol_keys_derive(SUITE_1, code, &b);
	assert_memory_not_equal(a.k1, b.k1, HASH_LEN);
}

/* ---- enrolment: a hub and a device in one room ---- */

struct room {
	struct writer root, hub;
	struct identity *device;
	struct enrol_keys keys;
	struct enrol_request request;
	struct envelope asked;
	struct enrol_reply reply;
	struct fj_buf roster;
};

static void
certify(struct room *r)
{
	struct roster_person p;
	struct roster_device d;
	struct stamp at = fixed_stamp(0);
	struct id stream;

	writer_open(&r->root, 200, STREAM_ROSTER, fixed_id(0));
	roster_stream(r->root.pub, &stream);
	r->root.stream = stream;
	writer_open(&r->hub, 201, STREAM_ROSTER, stream);
	fj_buf_init(&r->roster, LIMIT_BODY_BYTES);
	write_hello(&r->root, "root", NULL);
	items_add_entry(&r->roster, r->root.frame.p, r->root.frame.n, r->root.sig);
	roster_write_hub_key(r->hub.pub, 1, &at, &r->root.payload);
	write_entry(&r->root);
	items_add_entry(&r->roster, r->root.frame.p, r->root.frame.n, r->root.sig);
	memset(&p, 0, sizeof(p));
	p.person = fixed_id(60);
	p.name = "检查员甲";
	p.roles = ROLE_INSPECTOR;
	roster_write_person(&p, &at, &r->hub.payload);
	write_entry(&r->hub);
	items_add_entry(&r->roster, r->hub.frame.p, r->hub.frame.n, r->hub.sig);
	memset(&d, 0, sizeof(d));
	d.key = *identity_pub(r->device);
	d.person = p.person;
	roster_write_device(&d, &at, &r->hub.payload);
	write_entry(&r->hub);
	items_add_entry(&r->roster, r->hub.frame.p, r->hub.frame.n, r->hub.sig);
}

static void
open_room(struct room *r)
{
	struct enrol_reply *y = &r->reply;

	memset(r, 0, sizeof(*r));
	r->device = fixed_identity(1);
	certify(r);
	enrol_keys_derive(SUITE_1, "ABCDEFGHJKMNPQRSTVWXYZ00", &r->keys);
	strcpy(r->request.lookup, "ABCD");
	r->request.who.key = *identity_pub(r->device);
	strcpy(r->request.who.name, "检查员甲");
	strcpy(r->request.who.cert, "A-001");
	ok(enrol_request_make(&r->request, &r->keys, sign_with_identity, r->device,
	    &r->asked, NULL));
	y->hub = r->hub.head.dev;
	identity_dev(identity_pub(r->device), &y->device);
	y->person = fixed_id(60);
	y->epoch = 1;
	y->root_suite = SUITE_1;
	y->root_sign = r->root.pub->sign;
	identity_root(SUITE_1, &r->root.pub->sign, &y->root);
	strcpy(y->name, "检查员甲");
	y->roles = ROLE_INSPECTOR;
	y->nscope = 1;
	strcpy(y->scopes[0], "33");
	y->roster = r->roster.p;
	y->nroster = r->roster.n;
}

static void
close_room(struct room *r)
{
	envelope_release(&r->asked);
	fj_buf_release(&r->roster);
	writer_close(&r->root);
	writer_close(&r->hub);
	identity_free(&r->device);
}

static void
enrol_request(void **state)
{
	struct room r;
	struct envelope v;
	struct enrol_request got;
	struct fj_buf body;
	struct enrol_keys other;

	(void)state;
	open_room(&r);
	fj_buf_init(&body, LIMIT_BODY_BYTES);
	envelope_write(&r.asked, &body);
	assert_null(strstr(body.p, "EFGHJKMNPQRSTVWXYZ"));	/* N1 */
	ok(envelope_read(body.p, body.n, &v, NULL));
	ok(enrol_request_read(&v, &got, NULL));
	assert_string_equal(got.lookup, "ABCD");
	ok(enrol_request_check(&v, &got, &r.keys, NULL));
	enrol_keys_derive(SUITE_1, "ABCDEFGHJKMNPQRSTVWXYZ01", &other);
	fails(enrol_request_check(&v, &got, &other, e), FJ_DENIED, "enrol.code");
	v.sig[0] ^= 1;
	fails(enrol_request_check(&v, &got, &r.keys, e), FJ_DENIED, "enrol.proof");
	v.has_sig = false;
	fails(enrol_request_check(&v, &got, &r.keys, e), FJ_DENIED, "enrol.proof");
	v.has_mac = false;
	fails(enrol_request_check(&v, &got, &r.keys, e), FJ_DENIED, "enrol.code");
	free(v.text);
	v.text = xstrdup("{\"enrol\":2}");
	v.n = strlen(v.text);
	fails(enrol_request_read(&v, &got, e), FJ_NEWER, "wire.protocol");
	v.text[10] = ',';
	fails(enrol_request_read(&v, &got, e), FJ_INVAL, "wire.json");
	envelope_release(&v);
	fails(envelope_read("{\"text\":\"\"}", 11, &v, e), FJ_INVAL, "wire.member");
	fails(envelope_read("{\"text\":\"x\",\"mac\":\"00\"}", 23, &v, e), FJ_INVAL,
	    "wire.member");
	fj_buf_release(&body);
	close_room(&r);
}

static void
enrol_reply(void **state)
{
	struct room r;
	struct envelope v, other;
	struct enrol_reply got;
	struct roster *roster = NULL;
	struct identity *stranger = fixed_identity(9);
	char pem[] = "-----BEGIN CERTIFICATE-----\nAA==\n";

	(void)state;
	open_room(&r);
	r.reply.ca = pem;
	ok(enrol_reply_make(&r.reply, SUITE_1, &r.keys, &r.asked, &v, NULL));
	ok(enrol_reply_open(&v, SUITE_1, &r.keys, &r.asked, &got, NULL));
	assert_string_equal(got.ca, pem);
	assert_int_equal(got.nroster, r.roster.n);
	assert_memory_equal(got.roster, r.roster.p, r.roster.n);
	ok(enrol_reply_roster(&got, identity_pub(r.device), &roster, NULL));
	assert_int_equal(roster_count(roster), 4);
	roster_free(&roster);
	fails(enrol_reply_roster(&got, identity_pub(stranger), &roster, e), FJ_DENIED,
	    "enrol.uncertified");
	got.person = fixed_id(2);
	fails(enrol_reply_roster(&got, identity_pub(r.device), &roster, e), FJ_DENIED,
	    "enrol.uncertified");
	enrol_reply_release(&got);
	/* An answer to another request, or from one who does not know the code. */
	other = r.asked;
	other.n--;
	fails(enrol_reply_open(&v, SUITE_1, &r.keys, &other, &got, e), FJ_DENIED,
	    "enrol.reply");
	v.mac[0] ^= 1;
	fails(enrol_reply_open(&v, SUITE_1, &r.keys, &r.asked, &got, e), FJ_DENIED,
	    "enrol.reply");
	envelope_release(&v);
	r.reply.root.b[0] ^= 1;
	ok(enrol_reply_make(&r.reply, SUITE_1, &r.keys, &r.asked, &v, NULL));
	fails(enrol_reply_open(&v, SUITE_1, &r.keys, &r.asked, &got, e), FJ_CORRUPT,
	    "enrol.root");
	envelope_release(&v);
	identity_free(&stranger);
	close_room(&r);
}

static void
sessions(void **state)
{
	struct identity *key = fixed_identity(1), *other = fixed_identity(2);
	struct session_request r, got;
	struct session_reply y, z;
	struct hub_info h, k;
	struct envelope v;
	struct fj_buf b;
	struct instant now;

	(void)state;
	memset(&r, 0, sizeof(r));
	identity_dev(identity_pub(key), &r.dev);
	r.hub = fixed_id(5);
	r.time = fixed_stamp(0).t;
	ok(session_request_make(&r, SUITE_1, sign_with_identity, key, &v, NULL));
	ok(session_request_read(&v, &got, NULL));
	assert_true(id_eq(&got.dev, &r.dev) && got.time.ms == r.time.ms);
	ok(session_request_check(&v, identity_pub(key), NULL));
	fails(session_request_check(&v, identity_pub(other), e), FJ_DENIED,
	    "session.signature");
	now = r.time;
	now.ms += SESSION_SKEW_MS;
	assert_true(session_in_time(&r, now));
	now.ms++;
	assert_false(session_in_time(&r, now));
	now.ms -= 2 * SESSION_SKEW_MS + 2;
	assert_false(session_in_time(&r, now));
	v.text[1] = '}';
	fails(session_request_read(&v, &got, e), FJ_INVAL, "wire.json");
	envelope_release(&v);

	memset(&y, 0, sizeof(y));
	strcpy(y.token, "abc.def");
	y.expires = y.time = r.time;
	y.epoch = 3;
	y.ended = END_RETIRED;
	fj_buf_init(&b, 4096);
	session_reply_write(&y, &b);
	ok(session_reply_read(b.p, b.n, &z, NULL));
	assert_string_equal(z.token, "abc.def");
	assert_int_equal(z.ended, END_RETIRED);
	fails(session_reply_read("{\"token\":\"x\"}", 13, &z, e), FJ_INVAL, "wire.member");
	fails(session_reply_read("<html></html>", 13, &z, e), FJ_INVAL, "wire.json");

	memset(&h, 0, sizeof(h));
	h.hub = fixed_id(5);
	h.epoch = 2;
	h.time = r.time;
	fj_buf_clear(&b);
	hub_info_write(&h, &b);
	ok(hub_info_read(b.p, b.n, &k, NULL));
	assert_true(k.speaks_ours && k.epoch == 2);
	ok(hub_info_read("{\"protocol\":[3,4]}", 18, &k, NULL));
	assert_false(k.speaks_ours);
	assert_string_equal(k.protocols, "3,4");
	fails(hub_info_read("{\"protocol\":[1]}", 16, &k, e), FJ_INVAL, "wire.member");
	fj_buf_release(&b);
	identity_free(&key);
	identity_free(&other);
}

static void
push_answers(void **state)
{
	struct push_result rows[5];
	struct push_answer a, got;
	struct envelope receipt = {xstrdup("{\"receipt\":1}"), 13, false, true, {0}, {7}};
	struct fj_buf b;
	size_t i;

	(void)state;
	memset(rows, 0, sizeof(rows));
	for (i = 0; i < 5; i++) {
		rows[i].state = (enum push_state)i;
		rows[i].stream = fixed_id((uint8_t)i);
		rows[i].dev = fixed_id((uint8_t)(i + 50));
		rows[i].have = i;
		rows[i].has_id = i % 2 == 0;
	}
	rows[4].has_problem = true;
	problem_init(&rows[4].problem, "run-signature");
	memset(&a, 0, sizeof(a));
	a.results = rows;
	a.n = 5;
	a.receipts = &receipt;
	a.nreceipt = 1;
	a.head = receipt;
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	push_answer_write(&a, &b);
	ok(push_answer_read(b.p, b.n, &got, NULL));
	assert_int_equal(got.n, 5);
	assert_int_equal(got.nreceipt, 1);
	assert_string_equal(got.receipts[0].text, "{\"receipt\":1}");
	assert_int_equal(got.receipts[0].sig[0], 7);
	assert_int_equal(got.results[4].problem.type->reaction, REACT_SET_ASIDE);
	assert_true(got.results[2].has_id && !got.results[1].has_id);
	push_answer_release(&got);
	fails(push_answer_read("{\"results\":[]}", 14, &got, e), FJ_INVAL, "wire.member");
	fails(push_answer_read("{\"results\":[{}],\"receipts\":[]}", 30, &got, e), FJ_INVAL,
	    "wire.member");
	rows[4].has_problem = false;
	fj_buf_clear(&b);
	push_answer_write(&a, &b);
	fails(push_answer_read(b.p, b.n, &got, e), FJ_INVAL, "wire.member");
	a.n = 0;
	a.nreceipt = 0;
	a.head.text = NULL;
	fj_buf_clear(&b);
	push_answer_write(&a, &b);
	ok(push_answer_read(b.p, b.n, &got, NULL));
	assert_null(got.head.text);
	push_answer_release(&got);
	fj_buf_release(&b);
	free(receipt.text);
}

static void
listings(void **state)
{
	struct listed rows[2] = {{fixed_id(1), 7}, {fixed_id(2), 9}};
	struct listing l, got;
	struct fj_buf b;
	size_t i;

	(void)state;
	memset(&l, 0, sizeof(l));
	strcpy(l.cursor, "1.9.3");
	l.more = true;
	l.epoch = 1;
	l.roster = 3;
	l.streams = rows;
	l.n = 2;
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	listing_write(&l, &b);
	ok(listing_read(b.p, b.n, &got, NULL));
	assert_true(got.more && got.n == 2 && got.streams[1].position == 9);
	listing_release(&got);
	fails(listing_read("{\"cursor\":\"\"}", 13, &got, e), FJ_INVAL, "wire.member");
	fj_buf_clear(&b);
	fj_buf_puts(&b, "{\"cursor\":\"1\",\"more\":false,\"epoch\":1,\"roster\":0,\"streams\":[0");
	for (i = 0; i < WIRE_STREAMS; i++)
		fj_buf_puts(&b, ",0");
	fj_buf_puts(&b, "]}");
	fails(listing_read(b.p, b.n, &got, e), FJ_LIMIT, "wire.limit");
	fj_buf_release(&b);
}

static void
haves(void **state)
{
	struct chain_head heads[2];
	struct have *got = NULL;
	struct fj_buf b;
	size_t n, i;
	static const char *const bad[] = {
		"x", "00000000000000000000000000", "00000000000000000000000000.",
		"00000000000000000000000000.1", "00000000000000000000000000.1.",
		"00000000000000000000000000.1.00", "00000000000000000000000000.0.0011223344556677",
		"00000000000000000000000000.99999999999999999999999.0011223344556677",
		"00000000000000000000000000.-1.0011223344556677", ",",
	};

	(void)state;
	memset(heads, 0, sizeof(heads));
	heads[0].dev = fixed_id(3);
	heads[0].seq = UINT64_MAX;
	heads[0].id.b[0] = 0xab;
	heads[1].dev = fixed_id(4);
	heads[1].seq = 1;
	fj_buf_init(&b, WIRE_HAVE_BYTES + 100);
	have_write(heads, 2, &b);
	ok(have_read(b.p, b.n, &got, &n, NULL));
	assert_int_equal(n, 2);
	assert_true(got[0].seq == UINT64_MAX && have_matches(&got[0], &heads[0].id));
	assert_false(have_matches(&got[0], &heads[1].id));
	free(got);
	ok(have_read("", 0, &got, &n, NULL));
	assert_int_equal(n, 0);
	free(got);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		fails(have_read(bad[i], strlen(bad[i]), &got, &n, e), FJ_INVAL, "wire.member");
	fj_buf_clear(&b);
	for (i = 0; i <= WIRE_HEADS; i++)
		fj_buf_puts(&b, i > 0 ? ",00000000000000000000000000.1.0011223344556677" :
		    "00000000000000000000000000.1.0011223344556677");
	fails(have_read(b.p, b.n, &got, &n, e), FJ_LIMIT, "wire.limit");
	fails(have_read(b.p, WIRE_HAVE_BYTES + 1, &got, &n, e), FJ_LIMIT, "wire.limit");
	fj_buf_release(&b);
}

/* Receipts travel among runs, and neither is taken for the other. */
static void
receipts_among_runs(void **state)
{
	struct envelope v = {xstrdup("{\"receipt\":1}"), 13, false, true, {0}, {7}}, got;
	static const char *const bad[] = {
		"{", "{}", "{\"text\":\"\"}", "{\"text\":\"x\"}", "{\"text\":\"x\",\"sig\":\"00\"}",
	};
	const uint8_t *item;
	struct items it;
	struct fj_buf b;
	size_t i, n, at;

	(void)state;
	fj_buf_init(&b, 1 << 16);
	at = item_begin(&b);
	fj_buf_puts(&b, "FJR-");
	item_end(&b, at);
	items_add_receipt(&b, &v);
	items_init(&it, b.p, b.n);
	ok(items_next(&it, &item, &n, NULL));
	assert_false(items_is_receipt(item, n));
	ok(items_next(&it, &item, &n, NULL));
	assert_true(items_is_receipt(item, n));
	ok(items_receipt(item, n, &got, NULL));
	assert_string_equal(got.text, "{\"receipt\":1}");
	assert_int_equal(got.sig[0], 7);
	envelope_release(&got);
	assert_int_equal(items_next(&it, &item, &n, NULL), FJ_NOTFOUND);
	assert_false(items_is_receipt(item, 0));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(items_receipt((const uint8_t *)bad[i], strlen(bad[i]), &got,
		    NULL), FJ_INVAL);
	fj_buf_release(&b);
	free(v.text);
}

static void
signed_and_files(void **state)
{
	struct envelope v = {xstrdup("{}"), 2, false, true, {0}, {1}}, got;
	struct wire_file f[2], *read = NULL;
	struct fj_buf b;
	size_t n;

	(void)state;
	fj_buf_init(&b, 1 << 16);
	signed_write("head", &v, &b);
	ok(signed_read(b.p, b.n, "head", &got, NULL));
	envelope_release(&got);
	fails(signed_read(b.p, b.n, "receipt", &got, e), FJ_INVAL, "wire.member");
	v.has_sig = false;
	fj_buf_clear(&b);
	signed_write("head", &v, &b);
	fails(signed_read(b.p, b.n, "head", &got, e), FJ_INVAL, "wire.member");
	free(v.text);
	memset(f, 0, sizeof(f));
	f[0].size = 10;
	f[0].offset = 10;
	f[0].done = true;
	f[1].size = 5;
	fj_buf_clear(&b);
	files_write(f, 2, &b);
	ok(files_read(b.p, b.n, &read, &n, NULL));
	assert_true(n == 2 && read[0].done && read[1].size == 5);
	free(read);
	f[1].offset = 6;
	fj_buf_clear(&b);
	files_write(f, 2, &b);
	fails(files_read(b.p, b.n, &read, &n, e), FJ_INVAL, "wire.member");
	fails(files_read("[]", 2, &read, &n, e), FJ_INVAL, "wire.member");
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_round_trip),
		cmocka_unit_test(run_damage),
		cmocka_unit_test(golden_run),
		cmocka_unit_test(item_bodies),
		cmocka_unit_test(problems),
		cmocka_unit_test(codes),
		cmocka_unit_test(enrol_request),
		cmocka_unit_test(enrol_reply),
		cmocka_unit_test(sessions),
		cmocka_unit_test(push_answers),
		cmocka_unit_test(listings),
		cmocka_unit_test(haves),
		cmocka_unit_test(receipts_among_runs),
		cmocka_unit_test(signed_and_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
