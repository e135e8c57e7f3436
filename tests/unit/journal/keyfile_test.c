/* SPDX-License-Identifier: Apache-2.0 */
/* The key file: K1 to K3, every bit of it, and what a cut leaves behind. */
#include "fixture.h"

static struct fix *
fix_of(void **state)
{
	return *state;
}

static enum fj_rc
unlock(struct fix *f, const char *pass)
{
	return journal_unlock(f->j, pass, strlen(pass), &f->e);
}

static void
a_wrong_passphrase_changes_nothing(void **state)
{
	struct fix *f = fix_of(state);
	char *keys = fs_join(f->home, "keys");
	struct fj_buf before, after;
	struct instant at = { 1700000000000, 480 };
	int i;

	assert_int_equal(append_one(f->j, stream_no(1), 1, "a", &f->e), FJ_OK);
	journal_lock(f->j, false);
	clock_freeze(&f->clock, at);
	fj_buf_init(&before, 4096);
	fj_buf_init(&after, 4096);
	assert_int_equal(fs_read(keys, &before, &f->e), FJ_OK);
	for (i = 0; i < 4; i++) {
		assert_int_equal(unlock(f, "wrong"), FJ_DENIED);
		assert_string_equal(f->e.code, "journal.passphrase");
	}
	/* from the fourth failure on it waits, also with the right one */
	assert_int_equal(unlock(f, PASS), FJ_BUSY);
	assert_string_equal(f->e.code, "journal.wait");
	assert_string_equal(f->e.arg[0], "2");
	at.ms += 2000;
	clock_freeze(&f->clock, at);
	assert_int_equal(unlock(f, "wrong"), FJ_DENIED);
	assert_int_equal(unlock(f, PASS), FJ_BUSY);
	assert_string_equal(f->e.arg[0], "4");
	/* a clock set back does not lock for good */
	at.ms -= 86400000;
	clock_freeze(&f->clock, at);
	assert_int_equal(unlock(f, PASS), FJ_BUSY);
	at.ms += 4000;
	clock_freeze(&f->clock, at);
	assert_int_equal(unlock(f, PASS), FJ_OK);
	assert_int_equal(read_all(f->j, stream_no(1)).entries, 2);
	assert_int_equal(fs_read(keys, &after, &f->e), FJ_OK);
	assert_int_equal(before.n, after.n);
	assert_memory_equal(before.p, after.p, before.n);
	/* success clears the count */
	journal_lock(f->j, false);
	assert_int_equal(unlock(f, "wrong"), FJ_DENIED);
	assert_int_equal(unlock(f, PASS), FJ_OK);
	fj_buf_release(&before);
	fj_buf_release(&after);
	free(keys);
}

static void
the_delay_never_passes_five_minutes(void **state)
{
	struct fix *f = fix_of(state);
	struct instant at = { 1700000000000, 480 };
	int i;

	journal_lock(f->j, false);
	for (i = 0; i < 20; i++) {
		at.ms += 300000;
		clock_freeze(&f->clock, at);
		assert_int_equal(unlock(f, "wrong"), FJ_DENIED);
	}
	assert_int_equal(unlock(f, PASS), FJ_BUSY);
	assert_string_equal(f->e.arg[0], "300");
}

static void
passwd_rewraps_and_keeps_the_code(void **state)
{
	struct fix *f = fix_of(state);
	char code[KEYFILE_CODE_TEXT], code2[KEYFILE_CODE_TEXT];
	struct id dev = *journal_dev(f->j);

	assert_int_equal(append_one(f->j, stream_no(1), 1, "a", &f->e), FJ_OK);
	assert_int_equal(journal_passwd(f->j, "", 0, &f->e), FJ_REFUSED);
	assert_int_equal(journal_passwd(f->j, "second", 6, &f->e), FJ_OK);
	journal_lock(f->j, false);
	assert_int_equal(unlock(f, PASS), FJ_DENIED);
	assert_int_equal(unlock(f, "second"), FJ_OK);
	/* the code of the beginning still opens, and gives a new one */
	assert_int_equal(journal_recover(f->home, f->code, "third", 5, code, &f->e), FJ_OK);
	assert_int_equal(journal_recover(f->home, f->code, "x", 1, code2, &f->e), FJ_DENIED);
	assert_string_equal(f->e.code, "journal.code");
	assert_int_equal(journal_recover(f->home, "abc", "x", 1, code2, &f->e), FJ_DENIED);
	journal_lock(f->j, false);
	assert_int_equal(unlock(f, "second"), FJ_DENIED);
	assert_int_equal(unlock(f, "third"), FJ_OK);
	assert_true(id_eq(journal_dev(f->j), &dev));
	assert_int_equal(append_one(f->j, stream_no(1), 2, "b", &f->e), FJ_OK);
	assert_int_equal(check_all(f->j).damaged, 0);
	assert_int_equal(strlen(code), 30);
}

static void
every_flipped_bit_is_noticed(void **state)
{
	struct fix *f = fix_of(state);
	char *keys = fs_join(f->home, "keys");
	struct fj_buf b;
	struct keyring ring;
	size_t i;

	fj_buf_init(&b, 4096);
	assert_int_equal(fs_read(keys, &b, &f->e), FJ_OK);
	for (i = 0; i < b.n; i++) {
		enum fj_rc rc;

		b.p[i] ^= (char)(1 << (i % 8));
		assert_int_equal(fs_write(keys, b.p, b.n, 0600, &f->e), FJ_OK);
		rc = keyfile_unlock(f->home, PASS, NPASS, 0, &ring, &f->e);
		assert_true(rc == FJ_CORRUPT || rc == FJ_NEWER);
		b.p[i] ^= (char)(1 << (i % 8));
	}
	for (i = 0; i < b.n; i++) {	/* and every cut */
		assert_int_equal(fs_write(keys, b.p, i, 0600, &f->e), FJ_OK);
		assert_int_equal(keyfile_unlock(f->home, PASS, NPASS, 0, &ring, &f->e),
		    FJ_CORRUPT);
		assert_string_equal(f->e.code, "journal.keyfile");
	}
	assert_int_equal(fs_write(keys, b.p, b.n, 0600, &f->e), FJ_OK);
	assert_int_equal(keyfile_unlock(f->home, PASS, NPASS, 0, &ring, &f->e), FJ_OK);
	keyring_free(&ring);
	fj_buf_release(&b);
	free(keys);
}

/* A smaller cost written into the header, digest made right again: the AAD says no. */
static void
a_downgraded_header_is_refused(void **state)
{
	struct fix *f = fix_of(state);
	char *keys = fs_join(f->home, "keys");
	struct fj_buf b;
	struct keyring ring;
	struct hash h;

	fj_buf_init(&b, 4096);
	assert_int_equal(fs_read(keys, &b, &f->e), FJ_OK);
	b.p[5]++;
	suite_hash(SUITE_1, b.p, b.n - HASH_LEN, &h);
	memcpy(b.p + b.n - HASH_LEN, h.b, HASH_LEN);
	assert_int_equal(fs_write(keys, b.p, b.n, 0600, &f->e), FJ_OK);
	assert_int_equal(keyfile_unlock(f->home, PASS, NPASS, 0, &ring, &f->e), FJ_DENIED);
	b.p[5] = 63;
	suite_hash(SUITE_1, b.p, b.n - HASH_LEN, &h);
	memcpy(b.p + b.n - HASH_LEN, h.b, HASH_LEN);
	assert_int_equal(fs_write(keys, b.p, b.n, 0600, &f->e), FJ_OK);
	assert_int_equal(keyfile_unlock(f->home, PASS, NPASS, 0, &ring, &f->e), FJ_LIMIT);
	fj_buf_release(&b);
	free(keys);
}

/* The steps of a change are: copy to keys.old, temporary, rename, read, remove. */
static void
a_change_cut_at_any_step_opens(void **state)
{
	struct fix *f = fix_of(state);
	char *keys = fs_join(f->home, "keys"), *old = fs_join(f->home, "keys.old");
	char *tmp = fs_join(f->home, "keys.tmp.aaaaaa");
	struct fj_buf before, after;
	struct keyring ring;
	size_t cut;

	fj_buf_init(&before, 4096);
	fj_buf_init(&after, 4096);
	assert_int_equal(fs_read(keys, &before, &f->e), FJ_OK);
	assert_int_equal(journal_passwd(f->j, "second", 6, &f->e), FJ_OK);
	assert_false(fs_exists(old));
	assert_int_equal(fs_read(keys, &after, &f->e), FJ_OK);
	for (cut = 0; cut <= after.n; cut += after.n / 4) {
		/* before the rename: the old one stands, a temporary lies about */
		assert_int_equal(fs_write(keys, before.p, before.n, 0600, NULL), FJ_OK);
		assert_int_equal(fs_write(old, before.p, before.n, 0600, NULL), FJ_OK);
		assert_int_equal(fs_write(tmp, after.p, cut, 0600, NULL), FJ_OK);
		assert_int_equal(keyfile_unlock(f->home, PASS, NPASS, 0, &ring, &f->e),
		    FJ_OK);
		keyring_free(&ring);
		/* a file system that lost what it was told to keep */
		assert_int_equal(fs_write(old, before.p, before.n, 0600, NULL), FJ_OK);
		assert_int_equal(fs_write(keys, after.p, cut, 0600, NULL), FJ_OK);
		assert_int_equal(keyfile_unlock(f->home, cut == after.n ? "second" : PASS,
		    cut == after.n ? 6 : NPASS, 0, &ring, &f->e), FJ_OK);
		keyring_free(&ring);
	}
	assert_false(fs_exists(old));
	fj_buf_release(&before);
	fj_buf_release(&after);
	free(keys);
	free(old);
	free(tmp);
}

static void
the_bureau_opens_data_and_never_signs(void **state)
{
	struct fix *f = fix_of(state);
	struct identity *bureau = NULL, *stranger = NULL;
	struct keyring ring;
	struct pubkey zero = { .n = 32 };

	assert_int_equal(identity_new(SUITE_1, &bureau, &f->e), FJ_OK);
	assert_int_equal(identity_new(SUITE_1, &stranger, &f->e), FJ_OK);
	assert_false(journal_has_bureau_key(f->j));
	assert_int_equal(journal_set_bureau_key(f->j, &zero, &f->e), FJ_DENIED);
	assert_int_equal(journal_set_bureau_key(f->j, &identity_pub(bureau)->kx, &f->e),
	    FJ_OK);
	assert_true(journal_has_bureau_key(f->j));
	assert_int_equal(journal_passwd(f->j, "second", 6, &f->e), FJ_OK);
	assert_int_equal(keyfile_open_bureau(f->home, stranger, &ring, &f->e), FJ_DENIED);
	assert_int_equal(journal_end_device(f->j, &f->e), FJ_OK);
	assert_int_equal(unlock(f, "second"), FJ_DENIED);
	assert_string_equal(f->e.code, "journal.ended");
	assert_int_equal(keyfile_unlock_code(f->home, f->code, &ring, &f->e), FJ_DENIED);
	assert_int_equal(keyfile_open_bureau(f->home, bureau, &ring, &f->e), FJ_OK);
	assert_non_null(ring.dek);
	assert_null(ring.identity);
	keyring_free(&ring);
	identity_free(&bureau);
	identity_free(&stranger);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(a_wrong_passphrase_changes_nothing),
		T(the_delay_never_passes_five_minutes),
		T(passwd_rewraps_and_keeps_the_code), T(every_flipped_bit_is_noticed),
		T(a_downgraded_header_is_refused), T(a_change_cut_at_any_step_opens),
		T(the_bureau_opens_data_and_never_signs),
#undef T
	};

	return cmocka_run_group_tests_name("keyfile", tests, NULL, NULL);
}
