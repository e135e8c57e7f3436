/* SPDX-License-Identifier: Apache-2.0 */
/* The workspace: J1 to J7 as far as they need no crash (tests/fault has those). */
#include "fixture.h"

#include "base/json.h"

static void
append_and_read_back(void **state)
{
	struct fix *f = *state;
	struct seen s;
	struct journal_check c;
	struct chain_head head;
	struct id v = stream_no(1);
	int i;

	for (i = 0; i < 30; i++)
		assert_int_equal(append_one(f->j, v, i, "符合", &f->e), FJ_OK);
	s = read_all(f->j, v);
	assert_int_equal(s.entries, 31);
	assert_int_equal(s.damaged, 0);
	assert_non_null(strstr(s.first, "\"op\":\"hello\""));
	assert_non_null(strstr(s.first, "检查员甲"));
	assert_non_null(strstr(s.last, "/data/x29"));
	reopen(f);
	s = read_all(f->j, v);
	assert_int_equal(s.entries, 31);
	assert_int_equal(journal_own_head(f->j, &v, &head, &f->e), FJ_OK);
	assert_int_equal(head.seq, 31);
	c = check_all(f->j);
	assert_int_equal(c.entries, 31);
	assert_int_equal(c.signatures, 30);
	assert_int_equal(c.chains, 1);
	assert_int_equal(c.damaged, 0);
}

static void
count_each(void *ctx, const struct entry *en)
{
	int *n = ctx;

	assert_int_equal(en->seq, ++*n);
}

static void
one_commit_many_entries_and_facts(void **state)
{
	struct fix *f = *state;
	char *p[3] = { payload(1, "a"), payload(2, "b"), payload(3, "c") };
	struct bytes b[3] = { { p[0], strlen(p[0]) }, { p[1], strlen(p[1]) },
	    { p[2], strlen(p[2]) } };
	struct journal_kv put = { "draft", { "k", 1 }, { "half a word", 11 } };
	struct journal_kv kv[2] = { { "draft", { "k", 1 }, { NULL, 0 } },
	    { "summary", { "v", 1 }, { "", 0 } } };
	int n = 0;
	struct journal_commit c = { .kind = STREAM_VISIT, .stream = stream_no(1),
	    .payload = b, .n = 3, .kv = kv, .nkv = 2, .expect = 0, .each = count_each,
	    .ctx = &n };
	struct fj_buf out;
	int64_t version;

	fj_buf_init(&out, 1000);
	assert_int_equal(journal_put(f->j, &put, 1, &f->e), FJ_OK);
	assert_int_equal(journal_get(f->j, "draft", "k", 1, &out, &f->e), FJ_OK);
	assert_string_equal(out.p, "half a word");
	assert_int_equal(journal_append(f->j, &c, &f->e), FJ_OK);
	assert_int_equal(n, 4);
	assert_int_equal(journal_get(f->j, "draft", "k", 1, &out, &f->e), FJ_NOTFOUND);
	fj_buf_clear(&out);
	assert_int_equal(journal_get(f->j, "summary", "v", 1, &out, &f->e), FJ_OK);
	assert_int_equal(out.n, 0);
	/* the state moved on: the old version is refused, the new one is taken */
	assert_int_equal(journal_append(f->j, &c, &f->e), FJ_STALE);
	assert_string_equal(f->e.code, "journal.moved");
	assert_int_equal(journal_version(f->j, &c.stream, &version, &f->e), FJ_OK);
	c.expect = version;
	assert_int_equal(journal_append(f->j, &c, &f->e), FJ_OK);
	assert_int_equal(n, 7);
	fj_buf_release(&out);
	free(p[0]);
	free(p[1]);
	free(p[2]);
}

static void
bad_payloads_are_refused(void **state)
{
	static const char *const bad[] = { "", "x", "[]", "{}", "{\"op\":1}",
	    "{\"op\":\"set\",\"op\":\"set\"}", "{\"op\":\"hello\"}" };
	struct fix *f = *state;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bytes b = { bad[i], strlen(bad[i]) };
		struct journal_commit c = { .kind = STREAM_VISIT, .stream = stream_no(1),
		    .payload = &b, .n = 1, .expect = -1 };

		assert_int_not_equal(journal_append(f->j, &c, &f->e), FJ_OK);
		assert_true(f->e.code[0] != '\0');
	}
	assert_int_equal(read_all(f->j, stream_no(1)).entries, 0);
}

static void
locked_gives_nothing(void **state)
{
	struct fix *f = *state;
	struct seen s;
	struct journal_reader r = { see_entry, NULL, &s };
	struct id v = stream_no(1);
	struct journal *other = NULL;

	assert_int_equal(append_one(f->j, v, 1, "a", &f->e), FJ_OK);
	/* a second process of the same workspace asks for the lock */
	assert_int_equal(journal_open(f->home, &f->clock, &other, &f->e), FJ_OK);
	assert_int_equal(journal_unlock(other, PASS, NPASS, &f->e), FJ_OK);
	assert_false(journal_poll_lock(f->j));
	journal_lock(other, true);
	assert_true(journal_poll_lock(f->j));
	assert_true(journal_is_locked(f->j));
	assert_int_equal(append_one(f->j, v, 2, "b", &f->e), FJ_DENIED);
	assert_string_equal(f->e.code, "journal.locked");
	assert_int_equal(journal_each(f->j, &v, 0, &r, NULL, &f->e), FJ_DENIED);
	assert_string_equal(journal_self(f->j)->name, "");
	assert_null(journal_public(f->j));
	assert_int_equal(journal_unlock(f->j, PASS, NPASS, &f->e), FJ_OK);
	assert_string_equal(journal_self(f->j)->name, "检查员甲");
	assert_int_equal(read_all(f->j, v).entries, 2);
	journal_close(&other);
}

static void
two_open_journals_share_one_chain(void **state)
{
	struct fix *f = *state;
	struct journal *other = NULL;
	struct id v = stream_no(1);
	int64_t before;
	int i;

	assert_int_equal(journal_open(f->home, &f->clock, &other, &f->e), FJ_OK);
	assert_int_equal(journal_unlock(other, PASS, NPASS, &f->e), FJ_OK);
	before = journal_data_version(f->j);
	for (i = 0; i < 20; i++)
		assert_int_equal(append_one(i % 2 ? other : f->j, v, i, "x", &f->e), FJ_OK);
	assert_int_not_equal(journal_data_version(f->j), before);
	assert_int_equal(read_all(f->j, v).entries, 21);
	assert_int_equal(check_all(other).damaged, 0);
	journal_close(&other);
}

static bool
count_streams(void *ctx, const struct journal_stream *s)
{
	int *n = ctx;

	assert_int_equal(s->kind, STREAM_VISIT);
	assert_int_equal(s->entries, 2);
	assert_true(s->version > 0);
	++*n;
	return true;
}

static void
streams_heads_and_since(void **state)
{
	struct fix *f = *state;
	struct seen s;
	struct journal_reader r = { see_entry, see_damage, &s };
	struct chain_head *heads = NULL;
	struct id v = stream_no(1), w = stream_no(2);
	int64_t version = 0;
	size_t n = 0;
	int count = 0;

	assert_int_equal(append_one(f->j, v, 1, "a", &f->e), FJ_OK);
	assert_int_equal(append_one(f->j, w, 1, "b", &f->e), FJ_OK);
	assert_int_equal(journal_streams(f->j, count_streams, &count, &f->e), FJ_OK);
	assert_int_equal(count, 2);
	memset(&s, 0, sizeof(s));
	assert_int_equal(journal_each(f->j, &v, 0, &r, &version, &f->e), FJ_OK);
	assert_int_equal(s.entries, 2);
	assert_int_equal(append_one(f->j, v, 2, "c", &f->e), FJ_OK);
	memset(&s, 0, sizeof(s));
	assert_int_equal(journal_each(f->j, &v, version, &r, &version, &f->e), FJ_OK);
	assert_int_equal(s.entries, 1);
	assert_int_equal(s.last_seq, 3);
	assert_int_equal(s.damaged, 0);
	assert_int_equal(journal_heads(f->j, &v, &heads, &n, &f->e), FJ_OK);
	assert_int_equal(n, 1);
	assert_int_equal(heads[0].seq, 3);
	assert_true(id_eq(&heads[0].dev, journal_dev(f->j)));
	free(heads);
}

/* ---- from one workspace to another ---- */

static void
hand_over(struct journal *from, struct journal *to, struct id v, size_t max,
    struct journal_received *got, struct fj_err *e)
{
	struct chain_head *heads = NULL;
	size_t n = 0, i;

	assert_int_equal(journal_heads(from, &v, &heads, &n, e), FJ_OK);
	for (i = 0; i < n; i++) {
		uint64_t seq = 1;
		struct journal_run run;

		do {
			assert_int_equal(journal_run(from, &v, &heads[i].dev, seq,
			    &heads[i].id, max, 1 << 20, &run, e), FJ_OK);
			if (run.n > 0) {
				assert_int_equal(journal_receive(to, run.entry, run.n,
				    run.sig, NULL, 0, got, e), FJ_OK);
				seq = run.entry[run.n - 1].seq + 1;
			}
			journal_run_free(&run);
		} while (seq <= heads[i].seq);
	}
	free(heads);
}

static void
runs_travel_and_are_idempotent(void **state)
{
	struct fix *f = *state;
	char *home2 = fs_join(f->dir, "two");
	struct journal *b = make_home(f, home2, "检查员乙");
	struct id v = stream_no(1);
	struct journal_received got;
	struct identity_public key;
	struct journal_run run;
	struct seen s;
	uint64_t at;
	uint8_t sig[SIG_LEN];
	struct hash id;
	int i;

	for (i = 0; i < 12; i++)
		assert_int_equal(append_one(f->j, v, i, "甲", &f->e), FJ_OK);
	assert_int_equal(append_one(b, v, 1, "乙", &f->e), FJ_OK);
	hand_over(f->j, b, v, 5, &got, &f->e);
	assert_int_equal(got.added, 3);
	hand_over(f->j, b, v, 1000, &got, &f->e);
	assert_int_equal(got.added, 0);
	assert_int_equal(got.known, 13);
	assert_false(got.fork);
	hand_over(b, f->j, v, 1000, &got, &f->e);
	s = read_all(f->j, v);
	assert_int_equal(s.entries, 15);
	assert_int_equal(read_all(b, v).entries, 15);
	assert_int_equal(check_all(b).damaged, 0);
	assert_int_equal(journal_chain_keys(b, &v, journal_dev(f->j), &key, &f->e), FJ_OK);
	assert_true(pubkey_eq(&key.sign, &journal_public(f->j)->sign));
	assert_int_equal(journal_signature(b, &v, journal_dev(f->j), 4, &at, &id, sig,
	    &f->e), FJ_OK);
	assert_true(at >= 4);
	assert_int_equal(crypto_verify(key.suite, &key.sign, PURPOSE_ENTRY, &id, sig, NULL),
	    FJ_OK);
	/* a gap is refused and says from where to pull; nothing of it is kept */
	assert_int_equal(append_one(f->j, v, 99, "a", &f->e), FJ_OK);
	assert_int_equal(append_one(f->j, v, 100, "b", &f->e), FJ_OK);
	assert_int_equal(journal_run(f->j, &v, journal_dev(f->j), 15, NULL, 10, 10000, &run,
	    &f->e), FJ_OK);
	assert_int_equal(run.n, 1);
	assert_int_equal(journal_receive(b, run.entry, run.n, run.sig, NULL, 0, &got,
	    &f->e), FJ_STALE);
	assert_string_equal(f->e.code, "journal.gap");
	assert_string_equal(f->e.arg[2], "13");
	assert_int_equal(read_all(b, v).entries, 15);
	/* a wrong signature rejects the whole run */
	journal_run_free(&run);
	assert_int_equal(journal_run(f->j, &v, journal_dev(f->j), 14, NULL, 10, 10000, &run,
	    &f->e), FJ_OK);
	run.sig[3] ^= 1;
	assert_int_not_equal(journal_receive(b, run.entry, run.n, run.sig, NULL, 0, &got,
	    &f->e), FJ_OK);
	assert_int_equal(read_all(b, v).entries, 15);
	run.sig[3] ^= 1;
	assert_int_equal(journal_receive(b, run.entry, run.n, run.sig, NULL, 0, &got,
	    &f->e), FJ_OK);
	assert_int_equal(got.added, 2);
	journal_run_free(&run);
	journal_close(&b);
	free(home2);
}

/* A copy of the whole home writes on: the same key, two lines. */
static void
copy_home(struct fix *f, const char *to)
{
	static const char *const names[] = { "keys", "journal.db", "lock-epoch" };
	size_t i;

	assert_int_equal(fs_mkdirs(to, &f->e), FJ_OK);
	for (i = 0; i < 3; i++) {
		char *a = fs_join(f->home, names[i]), *b = fs_join(to, names[i]);

		assert_int_equal(fs_copy(a, b, 0600, &f->e), FJ_OK);
		free(a);
		free(b);
	}
}

static void
a_fork_is_kept_and_named(void **state)
{
	struct fix *f = *state;
	char *home2 = fs_join(f->dir, "copy"), *home3 = fs_join(f->dir, "three");
	struct journal *copy = NULL, *third = NULL;
	struct id v = stream_no(1);
	struct journal_received got;
	struct chain_head *heads = NULL;
	struct journal_check c;
	uint8_t proof[SIG_LEN];
	struct id old;
	size_t n = 0;
	bool forked = false;

	assert_int_equal(append_one(f->j, v, 1, "a", &f->e), FJ_OK);
	journal_close(&f->j);
	copy_home(f, home2);
	reopen(f);
	assert_int_equal(journal_open(home2, &f->clock, &copy, &f->e), FJ_OK);
	assert_int_equal(journal_unlock(copy, PASS, NPASS, &f->e), FJ_OK);
	assert_int_equal(append_one(f->j, v, 2, "one line", &f->e), FJ_OK);
	assert_int_equal(append_one(copy, v, 2, "the other line", &f->e), FJ_OK);
	assert_int_equal(append_one(copy, v, 3, "goes on", &f->e), FJ_OK);
	third = make_home(f, home3, "复核员丙");
	hand_over(f->j, third, v, 1000, &got, &f->e);
	assert_false(got.fork);
	hand_over(copy, third, v, 1000, &got, &f->e);
	assert_true(got.fork);
	assert_int_equal(got.added, 2);
	assert_int_equal(read_all(third, v).entries, 5);
	assert_int_equal(journal_heads(third, &v, &heads, &n, &f->e), FJ_OK);
	assert_int_equal(n, 2);
	free(heads);
	c = check_all(third);
	assert_int_equal(c.damaged, 0);
	assert_int_equal(c.forks, 1);
	/* back home: the key may write no more until it is renewed */
	hand_over(third, f->j, v, 1000, &got, &f->e);
	assert_true(got.fork);
	assert_int_equal(read_all(f->j, v).entries, 5);
	assert_int_equal(append_one(f->j, v, 4, "x", &f->e), FJ_CONFLICT);
	assert_string_equal(f->e.code, "journal.forked");
	old = *journal_dev(f->j);
	assert_int_equal(journal_forked(f->j, &v, &old, &forked, &f->e), FJ_OK);
	assert_true(forked);
	assert_int_equal(journal_renew(f->j, PASS, NPASS, proof, f->code, &f->e), FJ_OK);
	assert_false(id_eq(journal_dev(f->j), &old));
	assert_true(id_eq(journal_continues(f->j), &old));
	assert_int_equal(append_one(f->j, v, 4, "x", &f->e), FJ_OK);
	reopen(f);
	assert_true(id_eq(journal_continues(f->j), &old));
	assert_int_equal(check_all(f->j).damaged, 0);
	assert_non_null(strstr(read_all(f->j, v).last, "/data/x"));
	journal_close(&copy);
	journal_close(&third);
	free(home2);
	free(home3);
}

static void
never_made_again_over_what_is_there(void **state)
{
	struct fix *f = *state;
	struct journal_init in = { .home = f->home, .pass = "other", .npass = 5,
	    .cost = KDF_COST_MIN, .self = { .name = "x" }, .clock = &f->clock };
	struct journal *j = NULL;
	char *keys = fs_join(f->home, "keys"), *away = fs_join(f->dir, "away");
	char code[KEYFILE_CODE_TEXT];

	assert_int_equal(append_one(f->j, stream_no(1), 1, "a", &f->e), FJ_OK);
	assert_int_equal(journal_create(&in, &j, code, &f->e), FJ_REFUSED);
	assert_string_equal(f->e.code, "journal.exists");
	/* the key file gone astray: the database stays */
	journal_close(&f->j);
	assert_int_equal(fs_rename(keys, away, &f->e), FJ_OK);
	assert_int_equal(journal_open(f->home, &f->clock, &j, &f->e), FJ_CORRUPT);
	assert_string_equal(f->e.code, "journal.keys-missing");
	assert_int_equal(journal_create(&in, &j, code, &f->e), FJ_REFUSED);
	assert_string_equal(f->e.code, "journal.keys-missing");
	assert_int_equal(fs_rename(away, keys, &f->e), FJ_OK);
	reopen(f);
	assert_int_equal(read_all(f->j, stream_no(1)).entries, 2);
	free(keys);
	free(away);
}

static void
an_init_that_was_cut_is_made_again(void **state)
{
	struct fix *f = *state;
	char *keys = fs_join(f->home, "keys");

	journal_close(&f->j);
	assert_int_equal(fs_remove(keys, &f->e), FJ_OK);	/* keys come last */
	f->j = make_home(f, f->home, "检查员乙");
	assert_int_equal(append_one(f->j, stream_no(1), 1, "a", &f->e), FJ_OK);
	free(keys);
}

static void
self_and_seen(void **state)
{
	struct fix *f = *state;
	struct journal_self s = *journal_self(f->j);
	struct hash h = { { 1, 2, 3 } }, got;
	bool have = true;

	assert_int_equal(journal_seen(f->j, &got, &have, &f->e), FJ_OK);
	assert_false(have);
	assert_int_equal(journal_set_seen(f->j, &h, &f->e), FJ_OK);
	s.division = "330106";
	assert_int_equal(journal_set_self(f->j, &s, &f->e), FJ_OK);
	reopen(f);
	assert_string_equal(journal_self(f->j)->division, "330106");
	assert_string_equal(journal_self(f->j)->cert, "A-0001");
	assert_int_equal(journal_seen(f->j, &got, &have, &f->e), FJ_OK);
	assert_true(have && hash_eq(&h, &got));
	assert_int_equal(append_one(f->j, stream_no(1), 1, "a", &f->e), FJ_OK);
	assert_non_null(strstr(read_all(f->j, stream_no(1)).first, "\"seen\":\"010203"));
}

static bool
count_facts(void *ctx, const struct bytes *key, const struct bytes *value)
{
	int *n = ctx;

	assert_int_equal(key->n, 4);
	assert_memory_equal(key->p, value->p, 4);
	++*n;
	return true;
}

static void
facts_by_space(void **state)
{
	struct fix *f = *state;
	struct fj_buf out;
	int i, n = 0;

	for (i = 0; i < 50; i++) {
		struct journal_kv kv = { i % 2 ? "odd" : "even", { &i, 4 }, { &i, 4 } };

		assert_int_equal(journal_put(f->j, &kv, 1, &f->e), FJ_OK);
		assert_int_equal(journal_put(f->j, &kv, 1, &f->e), FJ_OK);
	}
	assert_int_equal(journal_facts(f->j, "odd", count_facts, &n, &f->e), FJ_OK);
	assert_int_equal(n, 25);
	fj_buf_init(&out, 2);
	i = 3;
	assert_int_equal(journal_get(f->j, "odd", &i, 4, &out, &f->e), FJ_LIMIT);
	assert_int_equal(journal_get(f->j, "even", &i, 4, &out, &f->e), FJ_NOTFOUND);
	fj_buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(append_and_read_back), T(one_commit_many_entries_and_facts),
		T(bad_payloads_are_refused), T(locked_gives_nothing),
		T(two_open_journals_share_one_chain), T(streams_heads_and_since),
		T(runs_travel_and_are_idempotent), T(a_fork_is_kept_and_named),
		T(never_made_again_over_what_is_there),
		T(an_init_that_was_cut_is_made_again), T(self_and_seen), T(facts_by_space),
#undef T
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
