/* SPDX-License-Identifier: Apache-2.0 */
/* tier: test */
/*
 * kill -9 in the middle of work, two processes at once, a full disk.
 * A child says each kept entry over a pipe; what it said must be there.
 */
#define _GNU_SOURCE	/* unshare */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 50, PER_ROUND = 40 };

static int
rounds(void)
{
	const char *text = env_get("FJ_KILLS");
	long n = text != NULL ? strtol(text, NULL, 10) : 0;

	return n > 0 && n < 1000000 ? (int)n : ROUNDS;
}

/* Append for ever, each number once, and say which is kept. */
static void
child(const char *home, int first, int out)
{
	struct clock clock;
	struct journal *j = NULL;
	struct fj_err e;
	int i;

	clock_init(&clock);
	if (journal_open(home, &clock, &j, &e) != FJ_OK ||
	    journal_unlock(j, PASS, NPASS, &e) != FJ_OK)
		_exit(3);
	for (i = first; i < first + PER_ROUND; i++) {
		if (append_one(j, stream_no(1), i, "kept", &e) != FJ_OK)
			_exit(4);
		if (write(out, &i, sizeof(i)) != (ssize_t)sizeof(i))
			_exit(5);
	}
	_exit(0);
}

static pid_t
start(const char *home, int first, int *in)
{
	int fd[2];
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		child(home, first, fd[1]);
	}
	assert_true(pid > 0);
	close(fd[1]);
	*in = fd[0];
	return pid;
}

struct marks {
	unsigned char *there;
	int max;
	int hello;
};

static bool
mark(void *ctx, const struct entry *en)
{
	struct marks *m = ctx;
	char *p = xstrndup(en->payload, en->len);
	const char *at = strstr(p, "/data/x");
	long n = at != NULL ? strtol(at + 7, NULL, 10) : -1;

	if (n < 0)
		m->hello++;
	else if (n < m->max)
		m->there[n]++;
	free(p);
	return true;
}

static void
all_there(struct fix *f, const unsigned char *acked, int max)
{
	struct marks m = { xcalloc((size_t)max, 1), max, 0 };
	struct journal_reader r = { mark, NULL, &m };
	struct id v = stream_no(1);
	int i;

	assert_int_equal(journal_each(f->j, &v, 0, &r, NULL, &f->e), FJ_OK);
	assert_int_equal(m.hello, 1);
	for (i = 0; i < max; i++) {
		if (acked[i] && m.there[i] != 1)
			fail_msg("entry %d was kept and is there %d times", i, m.there[i]);
		assert_true(m.there[i] <= 1);
	}
	free(m.there);
}

static void
killed_at_any_moment(void **state)
{
	struct fix *f = *state;
	int n = rounds(), round, max = n * PER_ROUND, kept = 0;
	unsigned char *acked = xcalloc((size_t)max, 1);

	journal_close(&f->j);
	for (round = 0; round < n; round++) {
		int in, said, stop, status;
		pid_t pid = start(f->home, round * PER_ROUND, &in);
		uint8_t chance;

		crypto_random(&chance, 1);
		for (stop = chance % PER_ROUND; stop > 0; stop--)
			if (read(in, &said, sizeof(said)) == (ssize_t)sizeof(said))
				acked[said] = 1;
		kill(pid, SIGKILL);	/* into whatever it is doing now */
		assert_int_equal(waitpid(pid, &status, 0), pid);
		while (read(in, &said, sizeof(said)) == (ssize_t)sizeof(said))
			acked[said] = 1;
		close(in);
		assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	}
	reopen(f);
	for (round = 0; round < max; round++)
		kept += acked[round];
	if (kept == 0)		/* every kill came first: still a chain to be */
		assert_int_equal(append_one(f->j, stream_no(1), max, "x", &f->e), FJ_OK);
	all_there(f, acked, max);
	assert_int_equal(check_all(f->j).damaged, 0);
	print_message("%d kills, %d acknowledged entries, 0 lost\n", n, kept);
	free(acked);
}

static void
two_processes_one_chain(void **state)
{
	struct fix *f = *state;
	unsigned char acked[4 * PER_ROUND] = { 0 };
	int in[4], i, said, status;
	pid_t pid[4];

	journal_close(&f->j);
	for (i = 0; i < 4; i++)
		pid[i] = start(f->home, i * PER_ROUND, &in[i]);
	for (i = 0; i < 4; i++) {
		while (read(in[i], &said, sizeof(said)) == (ssize_t)sizeof(said))
			acked[said] = 1;
		close(in[i]);
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	reopen(f);
	for (i = 0; i < 4 * PER_ROUND; i++)
		assert_int_equal(acked[i], 1);
	all_there(f, acked, 4 * PER_ROUND);
	assert_int_equal(check_all(f->j).forks, 0);
	assert_int_equal(check_all(f->j).damaged, 0);
}

static void
a_locked_database_is_busy(void **state)
{
	struct fix *f = *state;
	struct db_options o = { .mode = DB_EXISTING };
	char *path = fs_join(f->home, "journal.db");
	struct db *d = NULL;

	assert_int_equal(append_one(f->j, stream_no(1), 1, "a", &f->e), FJ_OK);
	assert_int_equal(db_open(path, &o, &d, &f->e), FJ_OK);
	assert_int_equal(db_begin(d, &f->e), FJ_OK);
	assert_int_equal(append_one(f->j, stream_no(1), 2, "b", &f->e), FJ_BUSY);
	assert_string_equal(f->e.code, "db.busy");
	assert_int_equal(read_all(f->j, stream_no(1)).entries, 2);	/* reading goes on */
	db_rollback(d);
	assert_int_equal(append_one(f->j, stream_no(1), 2, "b", &f->e), FJ_OK);
	db_close(&d);
	free(path);
}

/* ---- a full disk ---- */

/* Append until it is full; answers how many were kept. */
static int
append_until_full(struct journal *j, int first, struct fj_err *e)
{
	char text[400];
	int i;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = first; i < first + 100000; i++) {
		enum fj_rc rc = append_one(j, stream_no(1), i, text, e);

		if (rc == FJ_OK)
			continue;
		return rc == FJ_FULL ? i : -1;
	}
	return -1;
}

static int
same(struct journal *j, int want, int line)
{
	struct seen s = read_all(j, stream_no(1));

	return s.entries == want + 1 && s.damaged == 0 ? 0 : line;
}

#define MUST(cond) \
	do { if (!(cond)) return __LINE__; } while (0)

/* In a child on a disk of 4 MiB: answers 0, or the line that failed. */
static int
on_a_small_disk(const char *dir)
{
	struct fix f;
	struct journal_check c;
	char *filler, *ballast, *block = xcalloc(1, 1 << 20);
	int n, more;

	memset(&f, 0, sizeof(f));
	clock_init(&f.clock);
	f.home = fs_join(dir, "home");
	filler = fs_join(dir, "filler");
	f.j = make_home(&f, f.home, "检查员甲");
	ballast = fs_join(f.home, "ballast");
	MUST(fs_write(ballast, block, 1 << 20, 0600, &f.e) == FJ_OK);
	MUST(fs_write(filler, block, 1 << 20, 0600, &f.e) == FJ_OK);
	n = append_until_full(f.j, 0, &f.e);
	MUST(n > 100);
	MUST(strcmp(f.e.code, "db.full") == 0 || strcmp(f.e.code, "os.write") == 0);
	MUST(!fs_exists(ballast));		/* it was given back on the way */
	MUST(journal_low_space(f.j));
	MUST(same(f.j, n, 0) == 0);
	/* opened again on the full disk */
	journal_close(&f.j);
	MUST(journal_open(f.home, &f.clock, &f.j, &f.e) == FJ_OK);
	MUST(journal_unlock(f.j, PASS, NPASS, &f.e) == FJ_OK);
	MUST(same(f.j, n, 0) == 0);
	/* with room again it goes on, without a restart */
	more = append_until_full(f.j, n, &f.e);
	MUST(more >= n);
	MUST(fs_remove(filler, &f.e) == FJ_OK);
	MUST(append_one(f.j, stream_no(1), more, "after", &f.e) == FJ_OK);
	MUST(same(f.j, more + 1, 0) == 0);
	MUST(journal_fsck(f.j, false, NULL, &c, &f.e) == FJ_OK && c.damaged == 0);
	journal_close(&f.j);
	free(filler);
	free(ballast);
	free(f.home);
	free(block);
	return 0;
}

static bool
tell(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* A name space of our own to mount in: as root at once, else as "root" of a user's. */
static bool
own_mounts(void)
{
	char *uid = xasprintf("0 %ld 1", (long)geteuid());
	char *gid = xasprintf("0 %ld 1", (long)getegid());
	bool ok = unshare(CLONE_NEWNS) == 0 || (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	    tell("/proc/self/uid_map", uid) && tell("/proc/self/setgroups", "deny") &&
	    tell("/proc/self/gid_map", gid));

	free(uid);
	free(gid);
	return ok;
}

static int
small_disk_child(const char *dir)
{
	if (!own_mounts())
		return -1;
	(void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=1777") != 0)
		return -1;
	return on_a_small_disk(dir);
}

static void
a_full_disk_loses_nothing(void **state)
{
	struct fix *f = *state;
	int status, fd[2], line = -2;
	pid_t pid;

	journal_close(&f->j);
	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		line = small_disk_child(f->dir);
		_exit(write(fd[1], &line, sizeof(line)) == (ssize_t)sizeof(line) ? 0 : 1);
	}
	close(fd[1]);
	assert_int_equal(read(fd[0], &line, sizeof(line)), sizeof(line));
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (line == -1) {
		print_message("a small disk cannot be mounted here\n");
		skip();
	}
	if (line != 0)
		fail_msg("line %d", line);
}

/* Where nothing can be mounted: a limit on the size of files answers alike. */
static int
under_a_limit(struct fix *f)
{
	struct rlimit limit;
	char *path = fs_join(f->home, "journal.db-wal");
	struct evidence_facts facts;
	struct id id;
	char *big = xcalloc(1, 1 << 20);
	int n;

	signal(SIGXFSZ, SIG_IGN);
	MUST(journal_open(f->home, &f->clock, &f->j, &f->e) == FJ_OK);
	MUST(journal_unlock(f->j, PASS, NPASS, &f->e) == FJ_OK);
	MUST(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	limit.rlim_cur = 300000;
	MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	n = append_until_full(f->j, 0, &f->e);
	MUST(n > 50);
	MUST(same(f->j, n, 0) == 0);
	MUST(evidence_import_bytes(f->j, big, 1 << 20, &id, &facts, &f->e) != FJ_OK);
	MUST(strcmp(f->e.code, "os.write") == 0);
	limit.rlim_cur = limit.rlim_max;
	MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	MUST(append_one(f->j, stream_no(1), n, "after", &f->e) == FJ_OK);
	MUST(same(f->j, n + 1, 0) == 0);
	free(big);
	free(path);
	return 0;
}

static void
a_limit_on_files_loses_nothing(void **state)
{
	struct fix *f = *state;
	int status;
	pid_t pid;

	journal_close(&f->j);
	pid = fork();
	if (pid == 0) {
		int line = under_a_limit(f);

		if (line != 0)
			fprintf(stderr, "line %d: %s %s %s\n", line, f->e.code, f->e.arg[0],
			    f->e.arg[1]);
		_exit(line != 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	reopen(f);
	assert_int_equal(check_all(f->j).damaged, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(killed_at_any_moment), T(two_processes_one_chain),
		T(a_locked_database_is_busy), T(a_full_disk_loses_nothing),
		T(a_limit_on_files_loses_nothing),
#undef T
	};

	return cmocka_run_group_tests_name("crash", tests, NULL, NULL);
}
