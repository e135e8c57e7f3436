/* SPDX-License-Identifier: Apache-2.0 */
/* tier: test */
/* Damage at rest, backup, and that nothing is in the clear. */
#include "fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ENTRIES = 60 };

static void
fill(struct fix *f)
{
	int i;

	for (i = 0; i < ENTRIES; i++)
		assert_int_equal(append_one(f->j, stream_no(1 + i % 3), i, "事实陈述",
		    &f->e), FJ_OK);
}

/* What a reader gets must be exactly what was written, or be named as damaged. */
struct truth {
	int good, bad;
	struct hash ids[3][ENTRIES];
	int n[3];
	int at;
};

static bool
learn(void *ctx, const struct entry *en)
{
	struct truth *t = ctx;

	t->ids[t->at][t->n[t->at]++] = en->id;
	return true;
}

static bool
compare(void *ctx, const struct entry *en)
{
	struct truth *t = ctx;
	int i;

	for (i = 0; i < t->n[t->at]; i++)
		if (hash_eq(&t->ids[t->at][i], &en->id)) {
			t->good++;
			return true;
		}
	fail_msg("an entry that was never written");
	return false;
}

static void
count_bad(void *ctx, const struct journal_damage *d)
{
	struct truth *t = ctx;

	(void)d;
	t->bad++;
}

static void
flipped_bits_are_never_silent(void **state)
{
	struct fix *f = *state;
	struct truth t;
	struct journal_reader r = { learn, count_bad, &t };
	char *path = fs_join(f->home, "journal.db"), *copy = fs_join(f->dir, "copy");
	int64_t size;
	int trial, noticed = 0, unopened = 0;
	struct id v;

	memset(&t, 0, sizeof(t));
	fill(f);
	for (t.at = 0; t.at < 3; t.at++) {
		v = stream_no(1 + t.at);
		assert_int_equal(journal_each(f->j, &v, 0, &r, NULL, &f->e), FJ_OK);
	}
	journal_close(&f->j);		/* folds the log back */
	assert_int_equal(fs_copy(path, copy, 0600, &f->e), FJ_OK);
	assert_int_equal(fs_size(copy, &size, &f->e), FJ_OK);
	r.entry = compare;
	for (trial = 0; trial < 400; trial++) {
		struct journal_check c;
		bool hurt = false;
		int fd;
		unsigned char b;
		int64_t at = (int64_t)((uint64_t)trial * 2654435761u % (uint64_t)size);

		assert_int_equal(fs_copy(copy, path, 0600, &f->e), FJ_OK);
		fd = open(path, O_RDWR);
		assert_int_equal(pread(fd, &b, 1, at), 1);
		b = (unsigned char)(b ^ (1u << (trial % 8)));
		assert_int_equal(pwrite(fd, &b, 1, at), 1);
		close(fd);
		if (journal_open(f->home, &f->clock, &f->j, &f->e) != FJ_OK ||
		    journal_unlock(f->j, PASS, NPASS, &f->e) != FJ_OK) {
			unopened++;
			journal_close(&f->j);
			continue;
		}
		t.good = t.bad = 0;
		for (t.at = 0; t.at < 3; t.at++) {
			v = stream_no(1 + t.at);
			if (journal_each(f->j, &v, 0, &r, NULL, &f->e) != FJ_OK)
				hurt = true;
		}
		hurt = hurt || t.bad > 0;
		if (t.good < ENTRIES + 3)	/* something is gone: it must be said */
			assert_true(hurt || journal_fsck(f->j, false, NULL, &c, &f->e) !=
			    FJ_OK || c.damaged > 0);
		noticed += hurt || t.good < ENTRIES + 3;
		journal_close(&f->j);
	}
	print_message("400 flips: %d noticed by reading, %d by opening, 0 silent\n", noticed,
	    unopened);
	assert_true(noticed > 100);
	assert_int_equal(fs_copy(copy, path, 0600, &f->e), FJ_OK);
	reopen(f);
	assert_int_equal(check_all(f->j).damaged, 0);
	free(path);
	free(copy);
}

static void
exec_sql(struct fix *f, const char *sql)
{
	char *path = fs_join(f->home, "journal.db");
	struct db_options o = { .mode = DB_EXISTING };
	struct db *d = NULL;

	assert_int_equal(db_open(path, &o, &d, &f->e), FJ_OK);
	assert_int_equal(db_exec(d, sql, &f->e), FJ_OK);
	db_close(&d);
	free(path);
}

/* Each row of SQL hurts the journal; fsck says so, and reading goes on. */
static void
fsck_names_each_kind(void **state)
{
	static const struct {
		const char *sql;
		const char *what;
		int readable;
	} cases[] = {
		{ "UPDATE entry SET sealed = zeroblob(200) WHERE seq = 5", "seal", 20 },
		{ "DELETE FROM entry WHERE seq = 5", "chain", 20 },
		{ "DELETE FROM entry WHERE seq = 21", "chain", 20 },
		{ "UPDATE entry SET sealed = (SELECT sealed FROM entry e WHERE e.stream ="
		  " entry.stream AND e.seq = 7) WHERE seq = 6", "seal", 20 },
		{ "UPDATE entry SET seq = 99 WHERE seq = 21", "seal", 20 },
		{ "DELETE FROM sig WHERE seq = 21", "signature", 21 },
		{ "UPDATE sig SET sealed = (SELECT sealed FROM sig s WHERE s.seq = 3 AND"
		  " s.stream = sig.stream) WHERE seq = 4", "signature", 21 },
		{ "UPDATE stream SET salt = zeroblob(16)", "stream", -1 },
		{ "UPDATE fact SET sealed = zeroblob(200)", "fact", 21 },
	};
	struct fix *f = *state;
	char *path = fs_join(f->home, "journal.db"), *copy = fs_join(f->dir, "copy");
	size_t i;

	fill(f);
	journal_close(&f->j);
	assert_int_equal(fs_copy(path, copy, 0600, &f->e), FJ_OK);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen s;
		struct journal_reader r = { NULL, see_damage, &s };
		struct journal_check c;
		struct id v = stream_no(1);

		assert_int_equal(fs_copy(copy, path, 0600, &f->e), FJ_OK);
		exec_sql(f, cases[i].sql);
		reopen(f);
		memset(&s, 0, sizeof(s));
		assert_int_equal(journal_fsck(f->j, false, &r, &c, &f->e), FJ_OK);
		if (c.damaged == 0)
			fail_msg("not noticed: %s", cases[i].sql);
		s.entries = 0;
		r.entry = see_entry;
		if (cases[i].readable >= 0) {
			assert_int_equal(journal_each(f->j, &v, 0, &r, NULL, &f->e), FJ_OK);
			assert_int_equal(s.entries, cases[i].readable);
		} else {
			assert_int_equal(journal_each(f->j, &v, 0, &r, NULL, &f->e),
			    FJ_CORRUPT);
		}
		journal_close(&f->j);
	}
	free(path);
	free(copy);
}

static void
backup_and_restore(void **state)
{
	struct fix *f = *state;
	char *file = fs_join(f->dir, "backup.fjb"), *home2 = fs_join(f->dir, "new");
	char *copy = fs_join(f->dir, "copy.fjb");
	char code[KEYFILE_CODE_TEXT], *evidence = xmalloc(300000);
	struct id old = *journal_dev(f->j), ev;
	struct evidence_facts facts;
	struct journal *b = NULL;
	struct fj_buf raw;
	struct seen s;

	fill(f);
	memset(evidence, 'e', 300000);
	assert_int_equal(evidence_import_bytes(f->j, evidence, 300000, &ev, &facts, &f->e),
	    FJ_OK);
	assert_int_equal(journal_backup(f->j, file, &f->e), FJ_OK);
	assert_int_equal(journal_backup(f->j, file, &f->e), FJ_REFUSED);
	assert_int_equal(journal_restore(file, f->home, PASS, NPASS, &f->clock, code, &f->e),
	    FJ_REFUSED);
	assert_string_equal(f->e.code, "journal.exists");
	assert_int_equal(journal_restore(file, f->dir, PASS, NPASS, &f->clock, code, &f->e),
	    FJ_REFUSED);
	assert_int_equal(journal_restore(file, home2, "wrong", 5, &f->clock, code, &f->e),
	    FJ_DENIED);
	assert_false(fs_exists(home2));
	assert_int_equal(journal_restore(file, home2, PASS, NPASS, &f->clock, code, &f->e),
	    FJ_OK);
	assert_int_equal(journal_open(home2, &f->clock, &b, &f->e), FJ_OK);
	assert_int_equal(journal_unlock(b, PASS, NPASS, &f->e), FJ_OK);
	assert_false(id_eq(journal_dev(b), &old));
	assert_true(id_eq(journal_continues(b), &old));
	assert_string_equal(journal_self(b)->name, "检查员甲");
	assert_int_equal(evidence_verify(b, &ev, NULL, &f->e), FJ_OK);
	s = read_all(b, stream_no(1));
	assert_int_equal(s.entries, ENTRIES / 3 + 1);
	assert_int_equal(append_one(b, stream_no(1), 77, "after", &f->e), FJ_OK);
	assert_int_equal(read_all(b, stream_no(1)).entries, ENTRIES / 3 + 3);
	assert_int_equal(check_all(b).damaged, 0);
	journal_close(&b);
	/* any damage of the file is named before anything is made */
	fj_buf_init(&raw, 8 << 20);
	assert_int_equal(fs_read(file, &raw, &f->e), FJ_OK);
	assert_int_equal(fs_remove_tree(home2, &f->e), FJ_OK);
	raw.p[raw.n / 2] ^= 1;
	assert_int_equal(fs_write(copy, raw.p, raw.n, 0600, &f->e), FJ_OK);
	assert_int_equal(journal_restore(copy, home2, PASS, NPASS, &f->clock, code, &f->e),
	    FJ_CORRUPT);
	assert_string_equal(f->e.code, "journal.backup");
	assert_int_equal(fs_write(copy, raw.p, raw.n - 100, 0600, &f->e), FJ_OK);
	assert_int_equal(journal_restore(copy, home2, PASS, NPASS, &f->clock, code, &f->e),
	    FJ_CORRUPT);
	assert_false(fs_exists(home2));
	fj_buf_release(&raw);
	free(evidence);
	free(file);
	free(copy);
	free(home2);
}

/* ---- J7: canaries ---- */

static const char canary[] = "CANARY-金丝雀-7f3a";

struct hunt {
	const char *dir;
	int files;
	int found;
};

static bool
hunt_file(void *ctx, const char *name)
{
	struct hunt *h = ctx;
	char *path = fs_join(h->dir, name);
	struct fj_buf b;
	size_t i, n = strlen(canary);

	if (fs_is_dir(path)) {
		struct hunt below = { path, 0, 0 };

		assert_int_equal(fs_list(path, hunt_file, &below, NULL), FJ_OK);
		h->files += below.files;
		h->found += below.found;
		free(path);
		return true;
	}
	fj_buf_init(&b, 16 << 20);
	assert_int_equal(fs_read(path, &b, NULL), FJ_OK);
	for (i = 0; i + n <= b.n; i++)
		if (memcmp(b.p + i, canary, n) == 0) {
			h->found++;
			break;
		}
	h->files++;
	fj_buf_release(&b);
	free(path);
	return true;
}

static void
nothing_is_in_the_clear(void **state)
{
	struct fix *f = *state;
	struct journal_kv kv = { canary, { canary, sizeof(canary) - 1 },
	    { canary, sizeof(canary) - 1 } };
	struct journal_self self = { canary, canary, canary, canary, canary };
	struct evidence_facts facts;
	struct hunt h = { f->home, 0, 0 };
	struct id id;
	char *plain = fs_join(f->home, "plain"), *backup = fs_join(f->home, "backup");
	int i;

	assert_int_equal(journal_set_self(f->j, &self, &f->e), FJ_OK);
	for (i = 0; i < 200; i++)
		assert_int_equal(append_one(f->j, stream_no(i % 5), i, canary, &f->e), FJ_OK);
	assert_int_equal(journal_put(f->j, &kv, 1, &f->e), FJ_OK);
	assert_int_equal(evidence_import_bytes(f->j, canary, sizeof(canary), &id, &facts,
	    &f->e), FJ_OK);
	assert_int_equal(journal_backup(f->j, backup, &f->e), FJ_OK);
	assert_int_equal(fs_list(f->home, hunt_file, &h, &f->e), FJ_OK);	/* unlocked */
	assert_true(h.files >= 6);
	assert_int_equal(h.found, 0);
	journal_lock(f->j, true);
	assert_int_equal(fs_list(f->home, hunt_file, &h, &f->e), FJ_OK);
	assert_int_equal(h.found, 0);
	/* the hunt itself can see */
	assert_int_equal(fs_write(plain, canary, sizeof(canary), 0600, &f->e), FJ_OK);
	assert_int_equal(fs_list(f->home, hunt_file, &h, &f->e), FJ_OK);
	assert_int_equal(h.found, 1);
	free(plain);
	free(backup);
}

static bool
mode_of(void *ctx, const char *name)
{
	struct fix *f = ctx;
	char *path = fs_join(f->home, name);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	free(path);
	return true;
}

static void
files_are_the_owners_alone(void **state)
{
	struct fix *f = *state;
	mode_t before = umask(0);

	fill(f);
	assert_int_equal(fs_list(f->home, mode_of, f, &f->e), FJ_OK);
	umask(before);
}

static void
a_newer_journal_is_not_touched(void **state)
{
	struct fix *f = *state;

	fill(f);
	journal_close(&f->j);
	exec_sql(f, "PRAGMA user_version=2");
	assert_int_equal(journal_open(f->home, &f->clock, &f->j, &f->e), FJ_NEWER);
	assert_string_equal(f->e.code, "journal.newer");
	exec_sql(f, "PRAGMA user_version=1");
	reopen(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(flipped_bits_are_never_silent), T(fsck_names_each_kind),
		T(backup_and_restore), T(nothing_is_in_the_clear),
		T(files_are_the_owners_alone), T(a_newer_journal_is_not_touched),
#undef T
	};

	return cmocka_run_group_tests_name("damage", tests, NULL, NULL);
}
