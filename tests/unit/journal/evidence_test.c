/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence: E1 to E3, ranges, damage, sources that move, resuming. */
#include "fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 18 };

static char *
noise(size_t n)
{
	char *p = xmalloc(n);

	crypto_random(p, n);
	return p;
}

static char *
file_of(struct fix *f, const struct id *id, const char *suffix)
{
	char text[ID_TEXT + 1];

	id_format(id, text);
	return xasprintf("%s/evidence/%s.%s", f->home, text, suffix);
}

static bool
count_name(void *ctx, const char *name)
{
	(void)name;
	++*(int *)ctx;
	return true;
}

static int
files_in_store(struct fix *f)
{
	char *dir = fs_join(f->home, "evidence");
	int n = 0;

	assert_int_equal(fs_list(dir, count_name, &n, &f->e), FJ_OK);
	free(dir);
	return n;
}

static void
sizes_around_a_chunk(void **state)
{
	static const size_t sizes[] = { 0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK,
	    3 * CHUNK + 77 };
	struct fix *f = *state;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char *src = fs_join(f->dir, "src"), *p = noise(sizes[i]);
		char *to = fs_join(f->dir, "to");
		struct evidence_facts facts, again;
		struct evidence_reader *r = NULL;
		struct fj_buf back;
		struct hash want;
		struct id id;
		char piece[100];
		size_t got;
		bool held = false;

		fj_buf_init(&back, 4 * CHUNK);
		assert_int_equal(fs_write(src, p, sizes[i], 0600, &f->e), FJ_OK);
		assert_int_equal(evidence_import(f->j, src, NULL, &id, &facts, &f->e),
		    FJ_OK);
		assert_int_equal(facts.size, sizes[i]);
		digest_bytes(DIGEST_SHA256, p, sizes[i], &want);
		assert_true(hash_eq(&want, &facts.sha256));
		digest_bytes(DIGEST_SM3, p, sizes[i], &want);
		assert_true(hash_eq(&want, &facts.sm3));
		assert_int_equal(evidence_held(f->j, &id, &held, &again, &f->e), FJ_OK);
		assert_true(held);
		assert_int_equal(evidence_verify(f->j, &id, NULL, &f->e), FJ_OK);
		assert_int_equal(evidence_extract(f->j, &id, to, NULL, &f->e), FJ_OK);
		assert_int_equal(evidence_extract(f->j, &id, to, NULL, &f->e), FJ_REFUSED);
		assert_int_equal(fs_read(to, &back, &f->e), FJ_OK);
		assert_int_equal(back.n, sizes[i]);
		assert_memory_equal(back.p, p, sizes[i]);
		assert_int_equal(evidence_open(f->j, &id, &r, &f->e), FJ_OK);
		if (sizes[i] > CHUNK) {		/* across a boundary */
			assert_int_equal(evidence_read(r, CHUNK - 50, piece, 100, &got,
			    &f->e), FJ_OK);
			assert_memory_equal(piece, p + CHUNK - 50, got);
			assert_true(got == 100 || sizes[i] == CHUNK + 1);
		}
		assert_int_equal(evidence_read(r, (int64_t)sizes[i] + 5, piece, 100, &got,
		    &f->e), FJ_OK);
		assert_int_equal(got, 0);
		evidence_close(&r);
		assert_int_equal(fs_remove(to, &f->e), FJ_OK);
		fj_buf_release(&back);
		free(src);
		free(to);
		free(p);
	}
	assert_int_equal(check_all(f->j).evidence, 7);
}

static void
flip_at(const char *path, int64_t at)
{
	int fd = open(path, O_RDWR);
	char c;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &c, 1, at), 1);
	c ^= 0x10;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

static void
damage_is_named_and_never_given_out(void **state)
{
	struct fix *f = *state;
	size_t size = 2 * CHUNK + 100;
	char *p = noise(size), *path, *other, *out = fs_join(f->dir, "out");
	struct evidence_facts facts;
	struct evidence_reader *r = NULL;
	struct id id, id2;
	char piece[64];
	int64_t full, at;
	size_t got;

	assert_int_equal(evidence_import_bytes(f->j, p, size, &id, &facts, &f->e), FJ_OK);
	assert_int_equal(evidence_import_bytes(f->j, p, size, &id2, &facts, &f->e), FJ_OK);
	path = file_of(f, &id, "fje");
	other = file_of(f, &id2, "fje");
	assert_int_equal(fs_size(path, &full, &f->e), FJ_OK);
	assert_int_equal(full, 13 + (int64_t)size + 3 * 16);
	for (at = 0; at < full; at += 13007) {
		flip_at(path, at);
		assert_int_not_equal(evidence_verify(f->j, &id, NULL, &f->e), FJ_OK);
		assert_int_not_equal(evidence_extract(f->j, &id, out, NULL, &f->e), FJ_OK);
		assert_false(fs_exists(out));
		flip_at(path, at);
	}
	/* the first chunk stays readable when the third is hurt */
	flip_at(path, full - 20);
	assert_int_equal(evidence_open(f->j, &id, &r, &f->e), FJ_OK);
	assert_int_equal(evidence_read(r, 10, piece, 64, &got, &f->e), FJ_OK);
	assert_memory_equal(piece, p + 10, 64);
	assert_int_equal(evidence_read(r, 2 * CHUNK, piece, 64, &got, &f->e), FJ_CORRUPT);
	assert_string_equal(f->e.code, "evidence.damaged");
	assert_int_equal(got, 0);
	evidence_close(&r);
	flip_at(path, full - 20);
	assert_int_equal(evidence_verify(f->j, &id, NULL, &f->e), FJ_OK);
	/* cut at a chunk boundary, and another evidence's file under this name */
	assert_int_equal(truncate(path, 13 + 2 * (CHUNK + 16)), 0);
	assert_int_equal(evidence_verify(f->j, &id, NULL, &f->e), FJ_CORRUPT);
	assert_int_equal(fs_copy(other, path, 0600, &f->e), FJ_OK);
	assert_int_equal(evidence_verify(f->j, &id, NULL, &f->e), FJ_CORRUPT);
	assert_int_equal(fs_remove(path, &f->e), FJ_OK);
	assert_int_equal(evidence_verify(f->j, &id, NULL, &f->e), FJ_NOTFOUND);
	assert_int_equal(check_all(f->j).damaged, 1);
	free(path);
	free(other);
	free(out);
	free(p);
}

struct meddle {
	const char *path;
	int how;
	int calls;
};

static bool
meddle_step(void *ctx, int64_t done, int64_t total)
{
	struct meddle *m = ctx;
	int fd;

	(void)total;
	if (m->calls++ > 0)
		return true;
	assert_true(done > 0);
	switch (m->how) {
	case 0:			/* vanishes */
		assert_int_equal(unlink(m->path), 0);
		break;
	case 1:			/* grows */
		fd = open(m->path, O_WRONLY | O_APPEND);
		assert_int_equal(write(fd, "x", 1), 1);
		close(fd);
		break;
	case 2:			/* shrinks */
		assert_int_equal(truncate(m->path, 1), 0);
		break;
	case 3:			/* is replaced by its twin */
		assert_int_equal(fs_write(m->path, "y", 1, 0600, NULL), FJ_OK);
		break;
	default:		/* the user gives up */
		return false;
	}
	return true;
}

static void
a_source_that_moves_is_refused(void **state)
{
	struct fix *f = *state;
	char *src = fs_join(f->dir, "src"), *p = noise(3 * CHUNK);
	struct evidence_facts facts;
	struct id id;
	int how;

	for (how = 0; how < 5; how++) {
		struct meddle m = { src, how, 0 };
		struct evidence_progress progress = { meddle_step, &m };

		assert_int_equal(fs_write(src, p, 3 * CHUNK, 0600, &f->e), FJ_OK);
		assert_int_equal(evidence_import(f->j, src, &progress, &id, &facts, &f->e),
		    how == 4 ? FJ_CANCELLED : FJ_STALE);
		assert_string_equal(f->e.code, how == 4 ? "evidence.cancelled" :
		    "evidence.changed");
		assert_int_equal(files_in_store(f), 0);
		(void)unlink(src);
	}
	assert_int_equal(evidence_import(f->j, src, NULL, &id, &facts, &f->e), FJ_NOTFOUND);
	assert_string_equal(f->e.code, "evidence.open");
	assert_int_equal(evidence_import(f->j, f->dir, NULL, &id, &facts, &f->e), FJ_INVAL);
	assert_string_equal(f->e.code, "evidence.not-file");
	assert_int_equal(mkfifo(src, 0600), 0);
	assert_int_equal(evidence_import(f->j, src, NULL, &id, &facts, &f->e), FJ_INVAL);
	free(src);
	free(p);
}

static void
leftovers_are_swept(void **state)
{
	struct fix *f = *state;
	struct id id = { { 9 } }, kept;
	struct evidence_facts facts;
	char *tmp = file_of(f, &id, "tmp"), *orphan = file_of(f, &id, "fje");

	assert_int_equal(evidence_import_bytes(f->j, "kept", 4, &kept, &facts, &f->e), FJ_OK);
	assert_int_equal(fs_write(tmp, "x", 1, 0600, &f->e), FJ_OK);
	assert_int_equal(fs_write(orphan, "x", 1, 0600, &f->e), FJ_OK);
	evidence_sweep(f->j);
	assert_int_equal(files_in_store(f), 2);		/* a whole file stays */
	assert_false(fs_exists(tmp));
	assert_int_equal(fs_remove(orphan, &f->e), FJ_OK);
	assert_int_equal(evidence_verify(f->j, &kept, NULL, &f->e), FJ_OK);
	assert_int_equal(evidence_forget(f->j, &kept, &f->e), FJ_OK);
	assert_int_equal(files_in_store(f), 0);
	assert_int_equal(evidence_verify(f->j, &kept, NULL, &f->e), FJ_NOTFOUND);
	free(tmp);
	free(orphan);
}

static struct evidence_facts
facts_of(const char *p, size_t n)
{
	struct evidence_facts facts = { .size = (int64_t)n };

	digest_bytes(DIGEST_SHA256, p, n, &facts.sha256);
	digest_bytes(DIGEST_SM3, p, n, &facts.sm3);
	return facts;
}

/* Stop anywhere, tear the tail in between, go on: the same bytes at the end. */
static void
receiving_resumes(void **state)
{
	static const size_t stops[] = { 0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK,
	    3 * CHUNK, 3 * CHUNK + 99, 3 * CHUNK + 100 };
	struct fix *f = *state;
	size_t size = 3 * CHUNK + 100, i;
	char *p = noise(size);
	struct evidence_facts facts = facts_of(p, size);
	int tear;

	for (tear = 0; tear < 3; tear++)
		for (i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
			struct evidence_writer *w = NULL;
			struct id id;
			int64_t at, on_disk;
			char *part;

			id_random(&id);
			part = file_of(f, &id, "part");
			assert_int_equal(evidence_receive(f->j, &id, &facts, &w, &f->e),
			    FJ_OK);
			assert_int_equal(evidence_write(w, p, stops[i], &f->e), FJ_OK);
			evidence_writer_close(&w);
			assert_int_equal(fs_size(part, &on_disk, &f->e), FJ_OK);
			if (tear == 1 && on_disk > 1000)
				assert_int_equal(truncate(part, on_disk - 1000), 0);
			if (tear == 2)
				flip_at(part, on_disk - 1);
			assert_int_equal(evidence_receive(f->j, &id, &facts, &w, &f->e),
			    FJ_OK);
			at = evidence_written(w);
			assert_int_equal(at % CHUNK, 0);
			assert_true(at <= (int64_t)stops[i]);
			if (tear == 0)
				assert_int_equal(at, stops[i] / CHUNK * CHUNK);
			assert_int_equal(evidence_write(w, p + at, size - (size_t)at,
			    &f->e), FJ_OK);
			assert_int_equal(evidence_write(w, "x", 1, &f->e), FJ_INVAL);
			assert_int_equal(evidence_finish(&w, &f->e), FJ_OK);
			assert_int_equal(evidence_verify(f->j, &id, NULL, &f->e), FJ_OK);
			assert_int_equal(evidence_receive(f->j, &id, &facts, &w, &f->e),
			    FJ_REFUSED);
			free(part);
		}
	assert_int_equal(files_in_store(f), 27);
	free(p);
}

static void
what_was_sent_must_be_what_was_named(void **state)
{
	struct fix *f = *state;
	char *p = noise(CHUNK + 10);
	struct evidence_facts facts = facts_of(p, CHUNK + 10);
	struct evidence_writer *w = NULL;
	struct id id;
	bool held = true;

	id_random(&id);
	assert_int_equal(evidence_receive(f->j, &id, &facts, &w, &f->e), FJ_OK);
	assert_int_equal(evidence_write(w, p, CHUNK, &f->e), FJ_OK);
	assert_int_equal(evidence_finish(&w, &f->e), FJ_STALE);
	assert_string_equal(f->e.code, "evidence.short");
	assert_int_equal(evidence_receive(f->j, &id, &facts, &w, &f->e), FJ_OK);
	assert_int_equal(evidence_written(w), CHUNK);
	p[CHUNK]++;
	assert_int_equal(evidence_write(w, p + CHUNK, 10, &f->e), FJ_OK);
	assert_int_equal(evidence_finish(&w, &f->e), FJ_CORRUPT);
	assert_string_equal(f->e.code, "evidence.digest");
	assert_int_equal(evidence_held(f->j, &id, &held, NULL, &f->e), FJ_OK);
	assert_false(held);
	assert_int_equal(files_in_store(f), 0);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(sizes_around_a_chunk), T(damage_is_named_and_never_given_out),
		T(a_source_that_moves_is_refused), T(leftovers_are_swept),
		T(receiving_resumes), T(what_was_sent_must_be_what_was_named),
#undef T
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
