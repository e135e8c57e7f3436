/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/entry/fixture.h"

#include "entry/card.h"
#include "entry/receipt.h"
#include "entry/roster.h"

enum { MANY = 32 };

struct held {
	char *frame;
	size_t n;
	uint8_t sig[ENTRY_SIG];
};

/* A root, a hub key, persons and devices, as a hub would write them. */
struct world {
	struct writer root, hub, stranger;
	struct hash anchor;
	struct held all[MANY];
	size_t n;
	struct id alice, boss;
	struct identity *device, *second;
};

static void
keep(struct world *w, struct writer *from)
{
	struct held *h = &w->all[w->n++];

	h->frame = xmemdup(from->frame.p, from->frame.n);
	h->n = from->frame.n;
	memcpy(h->sig, from->sig, ENTRY_SIG);
}

static void
add_person(struct world *w, struct id who, const char *name, const char *cert,
    unsigned roles, const char *scope, bool disabled)
{
	struct roster_person p;
	struct stamp at = fixed_stamp(1);

	memset(&p, 0, sizeof(p));
	p.person = who;
	p.name = name;
	p.cert = cert;
	p.roles = roles;
	p.nscope = 1;
	strcpy(p.scopes[0], scope);
	p.disabled = disabled;
	roster_write_person(&p, &at, &w->hub.payload);
	write_entry(&w->hub);
	keep(w, &w->hub);
}

static void
add_device(struct world *w, const struct identity *key, struct id person)
{
	struct roster_device d;
	struct stamp at = fixed_stamp(2);

	memset(&d, 0, sizeof(d));
	d.key = *identity_pub(key);
	d.person = person;
	roster_write_device(&d, &at, &w->hub.payload);
	write_entry(&w->hub);
	keep(w, &w->hub);
}

static void
open_world(struct world *w)
{
	struct id stream;
	struct stamp at = fixed_stamp(0);
	struct roster_recovery recovery;
	struct roster_item item = {.kind = ITEM_FORM, .name = "flying", .version = "2026.1",
	    .digest = {{7}}, .size = 1234};
	struct roster_used used;
	struct id dev;

	memset(w, 0, sizeof(*w));
	writer_open(&w->root, 200, STREAM_ROSTER, fixed_id(0));
	roster_stream(w->root.pub, &stream);
	w->root.stream = stream;
	writer_open(&w->hub, 201, STREAM_ROSTER, stream);
	writer_open(&w->stranger, 202, STREAM_ROSTER, stream);
	identity_root(w->root.pub->suite, &w->root.pub->sign, &w->anchor);
	w->device = fixed_identity(210);
	w->second = fixed_identity(211);
	w->alice = fixed_id(60);
	w->boss = fixed_id(61);

	write_hello(&w->root, "root", NULL);
	keep(w, &w->root);
	roster_write_hub_key(w->hub.pub, 1, &at, &w->root.payload);
	write_entry(&w->root);
	keep(w, &w->root);
	recovery.suite = SUITE_1;
	recovery.kx = identity_pub(w->second)->kx;
	roster_write_recovery(&recovery, &at, &w->root.payload);
	write_entry(&w->root);
	keep(w, &w->root);
	write_hello(&w->hub, "hub", NULL);
	keep(w, &w->hub);
	add_person(w, w->alice, "检查员甲", "A-001", ROLE_INSPECTOR, "330106", false);
	add_person(w, w->boss, "复核员丙", "C-003", ROLE_SUPERVISOR | ROLE_ADMIN, "33", false);
	add_device(w, w->device, w->alice);
	add_device(w, w->second, w->boss);
	item.publisher = w->boss;
	roster_write_item(&item, &at, &w->hub.payload);
	write_entry(&w->hub);
	keep(w, &w->hub);
	identity_dev(identity_pub(w->device), &dev);
	roster_write_end(&dev, END_LOST, 77, &at, &w->hub.payload);
	write_entry(&w->hub);
	keep(w, &w->hub);
	used.dev = dev;
	used.by = w->boss;
	used.fingerprint = "a b c d";
	roster_write_used(&used, &at, &w->hub.payload);
	write_entry(&w->hub);
	keep(w, &w->hub);
	write_text(&w->hub, "{\"op\":\"of.later\",\"x\":1}");
	keep(w, &w->hub);
	add_person(w, w->alice, "检查员甲", "A-001", ROLE_INSPECTOR | ROLE_REVIEWER, "3301",
	    false);
}

static void
close_world(struct world *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		free(w->all[i].frame);
	writer_close(&w->root);
	writer_close(&w->hub);
	writer_close(&w->stranger);
	identity_free(&w->device);
	identity_free(&w->second);
}

static void
check_world(const struct world *w, const struct roster *r)
{
	const struct roster_person *p = roster_person(r, &w->alice);
	const struct roster_device *d;
	const struct roster_hub *h;
	const struct roster_fault *faults;
	struct id dev;

	assert_true(roster_anchored(r));
	assert_int_equal(roster_waiting(r), 0);
	assert_int_equal(roster_faults(r, &faults), 0);
	assert_int_equal(roster_count(r), w->n);
	assert_non_null(p);
	assert_int_equal(p->roles, ROLE_INSPECTOR | ROLE_REVIEWER);
	assert_string_equal(p->scopes[0], "3301");
	assert_ptr_equal(roster_by_cert(r, "A-001"), p);
	assert_null(roster_by_cert(r, "A-002"));
	identity_dev(identity_pub(w->device), &dev);
	d = roster_device(r, &dev);
	assert_non_null(d);
	assert_int_equal(d->end, END_LOST);
	assert_int_equal(d->end_position, 77);
	assert_ptr_equal(roster_owner(r, &dev), p);
	h = roster_hub(r, &w->hub.head.dev);
	assert_non_null(h);
	assert_int_equal(h->epoch, 1);
	assert_non_null(roster_recovery(r));
	assert_non_null(roster_item(r, ITEM_FORM, "flying", "2026.1"));
	assert_null(roster_item(r, ITEM_RULES, "flying", "2026.1"));
	assert_int_equal(roster_item_at(r, 0)->size, 1234);
	assert_ptr_equal(roster_item_by_digest(r, &roster_item_at(r, 0)->digest),
	    roster_item_at(r, 0));
	assert_string_equal(roster_used_at(r, 0)->fingerprint, "a b c d");
	assert_null(roster_used_at(r, 1));
	assert_non_null(roster_person_at(r, 1));
	assert_null(roster_person_at(r, 2));
	assert_null(roster_device_at(r, 2));
	assert_null(roster_hub_at(r, 1));
	assert_int_equal(roster_seq(r, &w->hub.head.dev), w->hub.head.seq);
}

/* R1 */
static void
any_order(void **state)
{
	struct world w;
	struct roster *r;
	size_t order[MANY], i, round;
	uint32_t seed = 12345;

	(void)state;
	open_world(&w);
	for (i = 0; i < w.n; i++)
		order[i] = i;
	for (round = 0; round < 60; round++) {
		r = roster_new(round % 3 == 0 ? NULL : &w.anchor);
		for (i = 0; i < w.n; i++) {
			const struct held *h = &w.all[order[i]];

			ok(roster_add(r, h->frame, h->n, h->sig, NULL));
			if (i % 3 == 0)
				ok(roster_add(r, h->frame, h->n, h->sig, NULL));
			if (i % 4 == 0)
				roster_count(r);
		}
		if (round % 3 == 0) {
			struct hash claimed;

			assert_false(roster_anchored(r));
			assert_int_equal(roster_waiting(r), w.n);
			assert_true(roster_claimed_root(r, &claimed));
			assert_true(hash_eq(&claimed, &w.anchor));
			roster_anchor(r, &w.anchor);
		}
		check_world(&w, r);
		roster_free(&r);
		for (i = w.n - 1; i > 0; i--) {
			size_t k, t;

			seed = seed * 1664525u + 1013904223u;
			k = (seed >> 8) % (i + 1);
			t = order[i], order[i] = order[k], order[k] = t;
		}
	}
	close_world(&w);
}

static void
add_all(struct roster *r, const struct world *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		ok(roster_add(r, w->all[i].frame, w->all[i].n, w->all[i].sig, NULL));
}

/* What the workspace sealed itself needs no second look at its signatures. */
static void
own_rows(void **state)
{
	struct world w;
	struct roster *r;
	struct stamp at = fixed_stamp(9);
	uint8_t zeros[ENTRY_SIG] = {0};
	size_t i;

	(void)state;
	open_world(&w);
	r = roster_new(&w.anchor);
	for (i = 0; i < w.n; i++)	/* the root proves itself always */
		ok(roster_add_own(r, w.all[i].frame, w.all[i].n,
		    i == 0 ? w.all[i].sig : zeros, NULL));
	check_world(&w, r);
	roster_write_hub_key(w.stranger.pub, 2, &at, &w.hub.payload);
	write_entry(&w.hub);
	fails(roster_add_own(r, w.hub.frame.p, w.hub.frame.n, w.hub.sig, e), FJ_DENIED,
	    "roster.author");
	fj_buf_puts(&w.hub.payload, "{\"op\":\"later\",\"x\":\"");
	for (i = 0; i < ROSTER_ROW_BYTES; i++)
		fj_buf_putc(&w.hub.payload, 'x');
	fj_buf_puts(&w.hub.payload, "\"}");
	write_entry(&w.hub);
	fails(roster_add(r, w.hub.frame.p, w.hub.frame.n, w.hub.sig, e), FJ_LIMIT,
	    "entry.size");
	roster_free(&r);
	close_world(&w);
}

/* R2: signatures, authors, streams. */
static void
who_may_write(void **state)
{
	struct world w;
	struct roster *r;
	struct stamp at = fixed_stamp(9);
	struct hash other = {{1}};
	uint8_t sig[ENTRY_SIG];

	(void)state;
	open_world(&w);
	r = roster_new(&w.anchor);
	add_all(r, &w);
	roster_write_hub_key(w.stranger.pub, 2, &at, &w.hub.payload);
	write_entry(&w.hub);
	fails(roster_add(r, w.hub.frame.p, w.hub.frame.n, w.hub.sig, e), FJ_DENIED,
	    "roster.author");
	write_text(&w.root, "{\"op\":\"device.end\",\"dev\":\"00000000000000000000000000\","
	    "\"mode\":\"lost\",\"position\":1}");
	fails(roster_add(r, w.root.frame.p, w.root.frame.n, w.root.sig, e), FJ_DENIED,
	    "roster.author");
	add_person(&w, w.alice, "x", NULL, ROLE_ADMIN, "33", false);
	memcpy(sig, w.hub.sig, ENTRY_SIG);
	sig[5] ^= 4;
	fails(roster_add(r, w.hub.frame.p, w.hub.frame.n, sig, e), FJ_CORRUPT,
	    "roster.signature");
	write_text(&w.hub, "{\"op\":\"person\",\"person\":\"zz\"}");
	fails(roster_add(r, w.hub.frame.p, w.hub.frame.n, w.hub.sig, e), FJ_DENIED,
	    "roster.row");
	write_text(&w.hub, "[1]");
	fails(roster_add(r, w.hub.frame.p, w.hub.frame.n, w.hub.sig, e), FJ_CORRUPT,
	    "entry.payload");
	w.hub.stream.b[0] ^= 1;
	write_text(&w.hub, "{\"op\":\"later\"}");
	fails(roster_add(r, w.hub.frame.p, w.hub.frame.n, w.hub.sig, e), FJ_CORRUPT,
	    "roster.stream");
	w.hub.kind = STREAM_VISIT;
	write_text(&w.hub, "{\"op\":\"later\"}");
	fails(roster_add(r, w.hub.frame.p, w.hub.frame.n, w.hub.sig, e), FJ_CORRUPT,
	    "roster.stream");
	/* A key that nobody named only waits. */
	write_hello(&w.stranger, "stranger", NULL);
	ok(roster_add(r, w.stranger.frame.p, w.stranger.frame.n, w.stranger.sig, NULL));
	assert_int_equal(roster_waiting(r), 1);
	assert_null(roster_hub(r, &w.stranger.head.dev));
	roster_free(&r);
	/* Under another anchor nothing counts. */
	r = roster_new(&other);
	w.n--;
	free(w.all[w.n].frame);
	add_all(r, &w);
	assert_int_equal(roster_count(r), 0);
	assert_null(roster_person(r, &w.alice));
	roster_free(&r);
	close_world(&w);
}

/* What waited and turns out false never counts and is listed. */
static void
late_faults(void **state)
{
	struct world w;
	struct roster *r;
	struct stamp at = fixed_stamp(9);
	const struct roster_fault *faults;
	uint8_t sig[ENTRY_SIG];

	(void)state;
	open_world(&w);
	r = roster_new(&w.anchor);
	memcpy(sig, w.all[4].sig, ENTRY_SIG);
	sig[0] ^= 1;
	ok(roster_add(r, w.all[4].frame, w.all[4].n, sig, NULL));
	roster_write_hub_key(w.stranger.pub, 2, &at, &w.hub.payload);
	write_entry(&w.hub);
	ok(roster_add(r, w.hub.frame.p, w.hub.frame.n, w.hub.sig, NULL));
	add_all(r, &w);
	assert_int_equal(roster_faults(r, &faults), 2);
	assert_string_equal(faults[0].code, "roster.signature");
	assert_string_equal(faults[1].code, "roster.author");
	assert_int_equal(roster_count(r), w.n);
	roster_free(&r);
	close_world(&w);
}

/* R3: a later hub key is newer than an earlier one; R4: a key is one device's. */
static void
newer_hub_and_taken_keys(void **state)
{
	struct world w;
	struct writer hub2;
	struct identity_public mixed;
	struct roster *r;
	struct roster_device d;
	struct stamp at = fixed_stamp(9);
	const struct roster_fault *faults;
	struct id dev;

	(void)state;
	open_world(&w);
	writer_open(&hub2, 220, STREAM_ROSTER, w.root.stream);
	roster_write_hub_key(hub2.pub, 2, &at, &w.root.payload);
	write_entry(&w.root);
	keep(&w, &w.root);
	write_hello(&hub2, "hub 2", NULL);
	keep(&w, &hub2);
	fj_buf_clear(&hub2.payload);
	memset(&d, 0, sizeof(d));
	d.key = *identity_pub(w.device);
	d.person = w.boss;
	roster_write_device(&d, &at, &hub2.payload);
	write_entry(&hub2);
	keep(&w, &hub2);
	/* The signing key of the first device with the exchange key of another. */
	mixed = *identity_pub(w.device);
	mixed.kx = w.stranger.pub->kx;
	d.key = mixed;
	roster_write_device(&d, &at, &hub2.payload);
	write_entry(&hub2);
	keep(&w, &hub2);
	r = roster_new(&w.anchor);
	add_all(r, &w);
	identity_dev(identity_pub(w.device), &dev);
	assert_true(id_eq(&roster_device(r, &dev)->person, &w.boss));
	assert_int_equal(roster_device(r, &dev)->end, END_NONE);
	identity_dev(&mixed, &dev);
	assert_null(roster_device(r, &dev));
	assert_true(roster_key_taken(r, &mixed));
	assert_false(roster_key_taken(r, identity_pub(w.device)));
	assert_int_equal(roster_faults(r, &faults), 1);
	assert_string_equal(faults[0].code, "roster.key-taken");
	assert_int_equal(roster_hub_at(r, 1)->epoch, 2);
	roster_free(&r);
	writer_close(&hub2);
	close_world(&w);
}

struct count {
	size_t n;
	struct roster *other;
};

static bool
excerpt(void *ctx, const struct entry *en, const uint8_t sig[ENTRY_SIG])
{
	struct count *c = ctx;
	const char *frame = en->payload - ENTRY_HEAD;

	/* Every entry verifies alone: gaps in the chain do not matter. */
	c->n++;
	if (c->n % 2 == 0 || c->n <= 4)
		ok(roster_add(c->other, frame, ENTRY_HEAD + en->len, sig, NULL));
	return true;
}

static void
each_and_excerpt(void **state)
{
	struct world w;
	struct roster *r;
	struct count c = {0, NULL};

	(void)state;
	open_world(&w);
	r = roster_new(&w.anchor);
	add_all(r, &w);
	c.other = roster_new(&w.anchor);
	roster_each(r, excerpt, &c);
	assert_int_equal(c.n, w.n);
	assert_int_equal(roster_waiting(c.other), 0);
	assert_true(roster_count(c.other) < w.n && roster_count(c.other) > 4);
	roster_free(&c.other);
	roster_free(&r);
	close_world(&w);
}

static void
scopes(void **state)
{
	static const struct { const char *scope, *division; bool covers; } rows[] = {
		{"33", "3301", true}, {"33", "330106", true}, {"33", "33", true},
		{"3301", "330106", true}, {"3301", "33", false}, {"330106", "3301", false},
		{"3301", "330206", false}, {"330000", "330106", true}, {"330100", "330106", true},
		{"330106", "330106", true}, {"330106", "330107", false}, {"33", "3", false},
		{"", "330106", false}, {"3", "330106", false}, {"33x1", "330106", false},
		{"33", "", false}, {"3301061", "3301061", false}, {"33", "340106", false},
	};
	struct roster_person p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(scope_covers(rows[i].scope, rows[i].division), rows[i].covers);
	assert_false(scope_valid(NULL));
	memset(&p, 0, sizeof(p));
	p.roles = ROLE_SUPERVISOR;
	p.nscope = 2;
	strcpy(p.scopes[0], "3402");
	strcpy(p.scopes[1], "33");
	assert_true(roster_may(&p, ROLE_SUPERVISOR, "330106"));
	assert_false(roster_may(&p, ROLE_ADMIN, "330106"));
	assert_false(roster_may(&p, ROLE_SUPERVISOR, "350106"));
	p.disabled = true;
	assert_false(roster_may(&p, ROLE_SUPERVISOR, "330106"));
	assert_false(roster_may(NULL, ROLE_SUPERVISOR, "330106"));
	assert_int_equal(role_parse("reviewer"), ROLE_REVIEWER);
	assert_int_equal(role_parse("king"), 0);
}

static void
receipts(void **state)
{
	struct world w;
	struct roster *r;
	struct receipt a, b;
	struct tree_head h, g;
	struct receipt_entry en = {fixed_id(1), fixed_id(2), 9, {{3}}};
	struct receipt_evidence ev = {fixed_id(1), fixed_id(4), {{5}}, {{6}}, 1LL << 33};
	struct fj_buf text;
	uint8_t sig[ENTRY_SIG];

	(void)state;
	open_world(&w);
	r = roster_new(&w.anchor);
	memset(&a, 0, sizeof(a));
	a.suite = SUITE_1;
	a.hub = w.hub.head.dev;
	a.epoch = 1;
	a.position = 12;
	a.time = fixed_stamp(3).t;
	a.roster = 5;
	a.entries = &en;
	a.nentry = 1;
	a.evidence = &ev;
	a.nevidence = 1;
	fj_buf_init(&text, 1 << 16);
	receipt_write(&a, &text);
	ok(text_sign(sign_with_identity, w.hub.key, SUITE_1, PURPOSE_RECEIPT, text.p, text.n,
	    sig, NULL));
	fails(receipt_verify(r, text.p, text.n, sig, &b, e), FJ_NOTFOUND, "receipt.hub");
	add_all(r, &w);
	ok(receipt_verify(r, text.p, text.n, sig, &b, NULL));
	assert_int_equal(b.position, 12);
	assert_int_equal(b.evidence[0].size, 1LL << 33);
	assert_true(hash_eq(&b.entries[0].id, &en.id));
	receipt_release(&b);
	sig[0] ^= 1;
	fails(receipt_verify(r, text.p, text.n, sig, &b, e), FJ_CORRUPT, "receipt.signature");
	assert_null(b.entries);
	fails(receipt_parse(text.p, text.n - 1, &b, e), FJ_CORRUPT, "receipt.json");
	fails(receipt_parse("{\"receipt\":2}", 13, &b, e), FJ_NEWER, "receipt.version");
	fails(receipt_parse("{\"receipt\":1,\"suite\":1}", 23, &b, e), FJ_CORRUPT,
	    "receipt.member");

	memset(&h, 0, sizeof(h));
	h.suite = SUITE_1;
	h.hub = w.hub.head.dev;
	h.epoch = 1;
	h.position = 12;
	h.safe_through = 11;
	h.root.b[0] = 1;
	h.time = a.time;
	fj_buf_clear(&text);
	tree_head_write(&h, &text);
	ok(text_sign(sign_with_identity, w.hub.key, SUITE_1, PURPOSE_TREE, text.p, text.n,
	    sig, NULL));
	ok(tree_head_verify(r, text.p, text.n, sig, &g, NULL));
	assert_int_equal(g.safe_through, 11);
	/* A signature for one purpose is none for another. */
	ok(text_sign(sign_with_identity, w.hub.key, SUITE_1, PURPOSE_RECEIPT, text.p, text.n,
	    sig, NULL));
	fails(tree_head_verify(r, text.p, text.n, sig, &g, e), FJ_CORRUPT,
	    "receipt.signature");
	fj_buf_release(&text);
	roster_free(&r);
	close_world(&w);
}

static void
cards(void **state)
{
	struct identity *key = fixed_identity(30);
	struct hello h, got;
	struct fj_buf text;
	char fp[CARD_FINGERPRINT + 1], again[CARD_FINGERPRINT + 1];
	char *at;

	(void)state;
	memset(&h, 0, sizeof(h));
	h.key = *identity_pub(key);
	strcpy(h.name, "检查员乙");
	strcpy(h.cert, "B-002");
	fj_buf_init(&text, CARD_BYTES);
	ok(card_write(&h, sign_with_identity, key, &text, NULL));
	ok(card_read(text.p, text.n, &got, NULL));
	assert_string_equal(got.name, h.name);
	card_fingerprint(&h, fp);
	card_fingerprint(&got, again);
	assert_string_equal(fp, again);
	assert_int_equal(strspn(fp, "0123456789 "), CARD_FINGERPRINT);
	strcpy(got.name, "检查员甲");
	card_fingerprint(&got, again);
	assert_string_not_equal(fp, again);
	at = strstr(text.p, "B-002");
	at[4] = '3';
	fails(card_read(text.p, text.n, &got, e), FJ_CORRUPT, "card.signature");
	fails(card_read("{}", 2, &got, e), FJ_INVAL, "card.format");
	fails(card_read("x", 1, &got, e), FJ_INVAL, "card.format");
	fails(card_read("{\"card\":2}", 10, &got, e), FJ_NEWER, "card.version");
	fails(card_read(text.p, CARD_BYTES + 1, &got, e), FJ_LIMIT, "card.size");
	memset(h.key.sign.b, 0, h.key.sign.n);
	fails(card_write(&h, sign_with_identity, key, &text, e), FJ_DENIED, "entry.weak-key");
	fj_buf_release(&text);
	identity_free(&key);
}

static void
add_item(struct world *w, const char *version, uint8_t digest, const char *division,
    bool withdrawn)
{
	struct roster_item item = {.kind = ITEM_FORM, .name = "census", .version = version,
	    .digest = {{digest}}, .size = 10, .note = "说明", .withdrawn = withdrawn};
	struct stamp at = fixed_stamp(3);

	item.publisher = w->boss;
	if (division != NULL) {
		item.nscope = 1;
		memcpy(item.scopes[0], division, strlen(division) + 1);
	}
	item.has_before = digest > 20;
	item.before.b[0] = (uint8_t)(digest - 1);
	roster_write_item(&item, &at, &w->hub.payload);
	write_entry(&w->hub);
	keep(w, &w->hub);
}

static void
newest(const struct roster *r, const char *division, const char *version)
{
	const struct roster_item *it = roster_item_newest(r, ITEM_FORM, "census", division);

	if (version == NULL)
		assert_null(it);
	else
		assert_string_equal(it->version, version);
}

/* Versions, divisions, withdrawal: new work takes the newest that is for it. */
static void
items_published(void **state)
{
	struct roster_person p = {.nscope = 1};
	struct roster *r;
	struct hash old = {{21}};
	struct world w;
	size_t i;

	(void)state;
	open_world(&w);
	add_item(&w, "9", 20, NULL, false);
	add_item(&w, "10", 21, NULL, false);
	add_item(&w, "10-hz", 22, "3301", false);
	add_item(&w, "11", 23, NULL, false);
	add_item(&w, "11", 23, NULL, true);
	r = roster_new(&w.anchor);
	for (i = 0; i < w.n; i++)
		ok(roster_add(r, w.all[i].frame, w.all[i].n, w.all[i].sig, NULL));
	newest(r, NULL, "10");
	newest(r, "320500", "10");
	newest(r, "330106", "10-hz");
	newest(r, "33", "10");
	assert_null(roster_item_newest(r, ITEM_RULES, "census", NULL));
	assert_string_equal(roster_item_by_digest(r, &old)->note, "说明");
	assert_true(roster_item(r, ITEM_FORM, "census", "11")->withdrawn);
	assert_int_equal(roster_item(r, ITEM_FORM, "census", "10-hz")->before.b[0], 21);
	memcpy(p.scopes[0], "33", 3);
	assert_true(roster_item_concerns(roster_item(r, ITEM_FORM, "census", "10-hz"), &p));
	memcpy(p.scopes[0], "330106", 7);
	assert_true(roster_item_concerns(roster_item(r, ITEM_FORM, "census", "10-hz"), &p));
	memcpy(p.scopes[0], "3302", 5);
	assert_false(roster_item_concerns(roster_item(r, ITEM_FORM, "census", "10-hz"), &p));
	assert_true(roster_item_concerns(roster_item(r, ITEM_FORM, "census", "10"), &p));
	roster_free(&r);
	close_world(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order),
		cmocka_unit_test(own_rows),
		cmocka_unit_test(who_may_write),
		cmocka_unit_test(late_faults),
		cmocka_unit_test(newer_hub_and_taken_keys),
		cmocka_unit_test(each_and_excerpt),
		cmocka_unit_test(scopes),
		cmocka_unit_test(receipts),
		cmocka_unit_test(cards),
		cmocka_unit_test(items_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
