/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/golden/entry/vectors.json: the program makes the same bytes from the same
 * keys, and reads them back.  tests/golden/entry/check_vectors.py checks the file
 * without this program.  After a change of the format: vectors_test --write.
 */
#include "unit/entry/fixture.h"

#include "entry/card.h"
#include "entry/merkle.h"
#include "entry/receipt.h"

#define VECTORS "tests/golden/entry/vectors.json"
#define OPS "tests/golden/entry/ops.json"
#define FORMAT "src/entry/FORMAT.md"

static void
load(const char *path, struct fj_buf *b)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	fj_buf_init(b, 8 << 20);
	if (f == NULL)
		fail_msg("%s: run this from the top of the tree", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		fj_buf_add(b, part, n);
	fclose(f);
}

static void
khex(struct json_w *w, const char *key, const void *p, size_t n)
{
	char *text = xmalloc(2 * n + 1);

	hex_encode(p, n, text);
	json_w_kstr(w, key, text);
	free(text);
}

static void
kkey(struct json_w *w, const char *key, const struct writer *who, uint8_t seed)
{
	uint8_t raw[64];
	size_t i;

	for (i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)(seed + 7 * i);
	json_w_key(w, key);
	json_w_obj(w);
	khex(w, "sign_private", raw, 32);
	khex(w, "kx_private", raw + 32, 32);
	key_write(w, who->pub);
	json_w_kid(w, "dev", &who->head.dev);
	json_w_end(w);
}

/* The newest entry of a writer as an object. */
static void
entry_object(struct json_w *w, const struct writer *from)
{
	json_w_obj(w);
	khex(w, "frame", from->frame.p, from->frame.n);
	json_w_kint(w, "seq", (int64_t)from->en.seq);
	json_w_khash(w, "id", &from->en.id);
	json_w_key(w, "payload");
	json_w_strn(w, from->en.payload, from->en.len);
	khex(w, "signature", from->sig, ENTRY_SIG);
	json_w_end(w);
}

static void
frames_section(struct json_w *w, struct writer *a, const struct json *ops)
{
	const struct json *row;
	struct json_w p;

	json_w_key(w, "visit");
	json_w_obj(w);
	json_w_kid(w, "stream", &a->stream);
	json_w_key(w, "entries");
	json_w_arr(w);
	write_hello(a, "检查员甲", "A-001");
	entry_object(w, a);
	json_each(row, ops) {
		fj_buf_clear(&a->payload);
		json_w_init(&p, &a->payload);
		json_w_value(&p, json_get(row, "payload"));
		write_entry(a);
		entry_object(w, a);
	}
	json_w_end(w);
	json_w_end(w);
}

static void
run_bytes(struct fj_buf *b, const struct json *entries)
{
	const struct json *v;
	struct fj_buf frame;
	int i = 0;

	/* The first three entries as they travel, by FORMAT.md section 8 alone. */
	fj_buf_init(&frame, 1 << 20);
	json_each(v, entries) {
		const struct json *hex = json_get(v, "frame");
		const char *f;

		if (i == 3)
			break;
		fj_buf_clear(&frame);
		f = fj_buf_extend(&frame, hex->len / 2);
		assert_true(hex_decode(hex->text, hex->len, (uint8_t *)frame.p, hex->len / 2));
		if (i++ == 0) {
			fj_buf_puts(b, "FJR");
			fj_buf_add(b, f + 3, 1 + 1 + 1 + 16 + 16 + 8);
			fj_buf_add(b, f + 54, 32);
			fj_buf_u32(b, 3);
		}
		fj_buf_add(b, f + 46, 8);
		fj_buf_add(b, f + 86, frame.n - 86);
		if (i == 3) {
			uint8_t sig[ENTRY_SIG];

			assert_true(json_hex(v, "signature", sig, sizeof(sig)));
			fj_buf_add(b, sig, sizeof(sig));
		}
	}
	fj_buf_release(&frame);
}

static void
roster_section(struct json_w *w, struct writer *root, struct writer *hub,
    const struct writer *device)
{
	struct stamp at = fixed_stamp(0);
	struct roster_recovery recovery;
	struct roster_person person;
	struct roster_device d;
	struct roster_item item = {.kind = ITEM_FORM, .name = "flying-inspection", .version = "2026.1",
	    .digest = {{7}}, .size = 1234};
	struct hash fp;

	identity_root(root->pub->suite, &root->pub->sign, &fp);
	json_w_key(w, "roster");
	json_w_obj(w);
	json_w_khash(w, "fingerprint", &fp);
	json_w_kid(w, "stream", &root->stream);
	json_w_key(w, "root");
	json_w_arr(w);
	write_hello(root, "root", NULL);
	entry_object(w, root);
	roster_write_hub_key(hub->pub, 1, &at, &root->payload);
	write_entry(root);
	entry_object(w, root);
	recovery.suite = SUITE_1;
	recovery.kx = device->pub->kx;
	roster_write_recovery(&recovery, &at, &root->payload);
	write_entry(root);
	entry_object(w, root);
	json_w_end(w);
	json_w_key(w, "hub");
	json_w_arr(w);
	write_hello(hub, "hub", NULL);
	entry_object(w, hub);
	memset(&person, 0, sizeof(person));
	person.person = fixed_id(60);
	person.name = "检查员甲";
	person.cert = "A-001";
	person.roles = ROLE_INSPECTOR;
	person.nscope = 1;
	strcpy(person.scopes[0], "3301");
	roster_write_person(&person, &at, &hub->payload);
	write_entry(hub);
	entry_object(w, hub);
	memset(&d, 0, sizeof(d));
	d.key = *device->pub;
	d.person = person.person;
	roster_write_device(&d, &at, &hub->payload);
	write_entry(hub);
	entry_object(w, hub);
	item.publisher = person.person;
	roster_write_item(&item, &at, &hub->payload);
	write_entry(hub);
	entry_object(w, hub);
	roster_write_end(&device->head.dev, END_RETIRED, 9, &at, &hub->payload);
	write_entry(hub);
	entry_object(w, hub);
	json_w_end(w);
	json_w_end(w);
}

static void
signed_section(struct json_w *w, const char *key, enum purpose purpose, const char *text,
    size_t n, const struct writer *hub)
{
	uint8_t sig[ENTRY_SIG];
	struct hash leaf;

	ok(text_sign(sign_with_identity, hub->key, SUITE_1, purpose, text, n, sig, NULL));
	receipt_hash(SUITE_1, text, n, &leaf);
	json_w_key(w, key);
	json_w_obj(w);
	json_w_key(w, "text");
	json_w_strn(w, text, n);
	khex(w, "signature", sig, sizeof(sig));
	json_w_khash(w, "leaf", &leaf);
	json_w_end(w);
}

static void
log_section(struct json_w *w, const struct writer *hub, const struct writer *a)
{
	struct receipt_entry en = {a->stream, a->head.dev, a->head.seq, a->head.id};
	struct receipt_evidence ev = {a->stream, fixed_id(41), {{5}}, {{6}}, 12345};
	struct receipt r;
	struct tree_head h;
	struct fj_buf b;

	memset(&r, 0, sizeof(r));
	r.suite = SUITE_1;
	r.hub = hub->head.dev;
	r.epoch = 1;
	r.position = 3;
	r.time = fixed_stamp(90).t;
	r.roster = hub->head.seq;
	r.entries = &en;
	r.nentry = 1;
	r.evidence = &ev;
	r.nevidence = 1;
	fj_buf_init(&b, 1 << 16);
	receipt_write(&r, &b);
	signed_section(w, "receipt", PURPOSE_RECEIPT, b.p, b.n, hub);
	memset(&h, 0, sizeof(h));
	h.suite = SUITE_1;
	h.hub = hub->head.dev;
	h.epoch = 1;
	h.position = 3;
	h.safe_through = 2;
	h.root.b[0] = 1;
	h.time = r.time;
	fj_buf_clear(&b);
	tree_head_write(&h, &b);
	signed_section(w, "head", PURPOSE_TREE, b.p, b.n, hub);
	fj_buf_release(&b);
}

/* Roots over ids 00…00, 01…01, … as a freeze has them. */
static void
merkle_section(struct json_w *w)
{
	struct hash ids[8], root;
	size_t n;

	json_w_key(w, "merkle");
	json_w_arr(w);
	for (n = 0; n <= 8; n++) {
		char text[HASH_TEXT + 1];

		if (n > 0)
			memset(ids[n - 1].b, (int)n - 1, HASH_LEN);
		merkle_root_of(SUITE_1, ids, n, &root);
		hash_format(&root, text);
		json_w_str(w, text);
	}
	json_w_end(w);
}

static void
card_section(struct json_w *w, const struct writer *a)
{
	char fp[CARD_FINGERPRINT + 1];
	struct hello h;
	struct fj_buf b;

	memset(&h, 0, sizeof(h));
	h.key = *a->pub;
	strcpy(h.name, "检查员甲");
	strcpy(h.cert, "A-001");
	fj_buf_init(&b, CARD_BYTES);
	ok(card_write(&h, sign_with_identity, a->key, &b, NULL));
	card_fingerprint(&h, fp);
	json_w_key(w, "card");
	json_w_obj(w);
	json_w_key(w, "text");
	json_w_strn(w, b.p, b.n);
	json_w_kstr(w, "fingerprint", fp);
	json_w_end(w);
	fj_buf_release(&b);
}

/* One member a line, so that a change shows as a change. */
static void
make(struct fj_buf *out, const struct json *ops)
{
	struct writer a, root, hub;
	struct json_doc *d = NULL;
	struct fj_buf run;
	struct json_w w;
	struct id stream;

	writer_open(&a, 1, STREAM_VISIT, fixed_id(40));
	writer_open(&root, 200, STREAM_ROSTER, fixed_id(0));
	roster_stream(root.pub, &stream);
	root.stream = stream;
	writer_open(&hub, 201, STREAM_ROSTER, stream);
	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kstr(&w, "what", "golden vectors of src/entry/FORMAT.md, suite 1");
	kkey(&w, "inspector", &a, 1);
	kkey(&w, "root", &root, 200);
	kkey(&w, "hub", &hub, 201);
	frames_section(&w, &a, ops);
	roster_section(&w, &root, &hub, &a);
	log_section(&w, &hub, &a);
	merkle_section(&w);
	card_section(&w, &a);
	fj_buf_putc(out, '}');
	ok(json_parse(out->p, out->n, &d, NULL));
	fj_buf_cut(out, out->n - 1);
	fj_buf_init(&run, 1 << 20);
	run_bytes(&run, json_get(json_get(json_root(d), "visit"), "entries"));
	khex(&w, "run", run.p, run.n);
	json_w_end(&w);
	fj_buf_putc(out, '\n');
	fj_buf_release(&run);
	json_free(&d);
	writer_close(&a);
	writer_close(&root);
	writer_close(&hub);
}

static void
make_file(struct fj_buf *out)
{
	struct json_doc *ops = NULL;
	struct fj_buf text;

	load(OPS, &text);
	ok(json_parse(text.p, text.n, &ops, NULL));
	fj_buf_init(out, 8 << 20);
	make(out, json_root(ops));
	json_free(&ops);
	fj_buf_release(&text);
}

static void
same_bytes(void **state)
{
	struct fj_buf want, got;

	(void)state;
	load(VECTORS, &want);
	make_file(&got);
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, got.n);
	fj_buf_release(&want);
	fj_buf_release(&got);
}

/* Frames of a list, each decoded; the signatures of all verify as one chain. */
static void
read_chain(const struct json *list, struct chain_report *report)
{
	struct entry *en = xcalloc((size_t)list->count, sizeof(*en));
	struct entry_sig *sig = xcalloc((size_t)list->count, sizeof(*sig));
	char **frame = xcalloc((size_t)list->count, sizeof(*frame));
	const struct json *v;
	size_t n = 0, i;

	json_each(v, list) {
		const struct json *hex = json_get(v, "frame");
		struct json_doc *d = NULL;
		struct hash id;

		frame[n] = xmalloc(hex->len / 2);
		assert_true(hex_decode(hex->text, hex->len, (uint8_t *)frame[n], hex->len / 2));
		ok(entry_decode(frame[n], hex->len / 2, &en[n], NULL));
		assert_true(json_hash(v, "id", &id) && hash_eq(&id, &en[n].id));
		ok(entry_payload(&en[n], &d, NULL));
		json_free(&d);
		sig[n].seq = en[n].seq;
		assert_true(json_hex(v, "signature", sig[n].sig, ENTRY_SIG));
		n++;
	}
	ok(verify_chain(en, n, sig, n, CHAIN_FULL, report, NULL));
	assert_int_equal(report->checked, n);
	for (i = 0; i < n; i++)
		free(frame[i]);
	free(frame);
	free(en);
	free(sig);
}

static void
reads_back(void **state)
{
	const struct json *root;
	struct chain_report r;
	struct json_doc *d = NULL;
	struct receipt receipt;
	struct fj_buf text;
	struct hello card;
	const char *s;
	struct id dev;

	(void)state;
	load(VECTORS, &text);
	ok(json_parse(text.p, text.n, &d, NULL));
	root = json_root(d);
	read_chain(json_get(json_get(root, "visit"), "entries"), &r);
	assert_true(json_id(json_get(root, "inspector"), "dev", &dev));
	assert_true(id_eq(&dev, &r.head.dev));
	assert_string_equal(r.hello.name, "检查员甲");
	read_chain(json_get(json_get(root, "roster"), "root"), &r);
	read_chain(json_get(json_get(root, "roster"), "hub"), &r);
	s = json_str(json_get(root, "receipt"), "text");
	ok(receipt_parse(s, strlen(s), &receipt, NULL));
	receipt_release(&receipt);
	s = json_str(json_get(root, "card"), "text");
	ok(card_read(s, strlen(s), &card, NULL));
	json_free(&d);
	fj_buf_release(&text);
}

/* FORMAT.md section 5 and ops.json name the same operations. */
static void
every_op(void **state)
{
	const struct json *row;
	struct json_doc *d = NULL;
	struct fj_buf md, text;
	char cell[64];
	int found = 0;
	char *at, *end;

	(void)state;
	load(FORMAT, &md);
	load(OPS, &text);
	ok(json_parse(text.p, text.n, &d, NULL));
	at = strstr(md.p, "## 5. ");
	end = strstr(md.p, "## 6. ");
	assert_true(at != NULL && end != NULL);
	*end = '\0';
	json_each(row, json_root(d)) {
		snprintf(cell, sizeof(cell), "\n| `%s` |", json_str(row, "op"));
		if (strstr(at, cell) == NULL)
			fail_msg("FORMAT.md has no row for %s", json_str(row, "op"));
		assert_string_equal(json_str(json_get(row, "payload"), "op"),
		    json_str(row, "op"));
		assert_true(json_str(row, "state") && json_str(row, "base") &&
		    json_str(row, "author"));
		found++;
	}
	for (at = strstr(at, "\n| `"); at != NULL; at = strstr(at + 1, "\n| `"))
		if (strncmp(at, "\n| `measure.*`", 14) != 0)
			found--;
	assert_int_equal(found, 0);
	json_free(&d);
	fj_buf_release(&md);
	fj_buf_release(&text);
}

static int
write_file(void)
{
	struct fj_buf b;
	FILE *f = fopen(VECTORS, "wb");

	if (f == NULL)
		return 1;
	make_file(&b);
	fwrite(b.p, 1, b.n, f);
	fclose(f);
	fj_buf_release(&b);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_bytes),
		cmocka_unit_test(reads_back),
		cmocka_unit_test(every_op),
	};

	crypto_init();
	if (argc > 1 && strcmp(argv[1], "--write") == 0)
		return write_file();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
