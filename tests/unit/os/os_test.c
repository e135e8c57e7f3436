/* SPDX-License-Identifier: Apache-2.0 */
/* Files, clocks, locks, children. */
#define _GNU_SOURCE	/* setenv, F_GETFD by name */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "os/clock.h"
#include "os/env.h"
#include "os/fs.h"
#include "os/harden.h"
#include "os/lock.h"
#include "os/proc.h"
#include "os/prompt.h"

struct fix {
	char *dir;
	char *path;
	struct fj_err e;
};

static int
setup(void **state)
{
	const char *base = env_get("TMPDIR");
	struct fix *f = xcalloc(1, sizeof(*f));

	f->dir = xasprintf("%s/fj-test-XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	f->path = fs_join(f->dir, "文件");
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;

	assert_int_equal(fs_remove_tree(f->dir, NULL), FJ_OK);
	free(f->dir);
	free(f->path);
	free(f);
	return 0;
}

static bool
collect(void *ctx, const char *name)
{
	struct fj_buf *b = ctx;

	fj_buf_puts(b, name);
	fj_buf_putc(b, '|');
	return true;
}

static void
write_read_list(void **state)
{
	struct fix *f = *state;
	char *deep = xasprintf("%s/a/b/c", f->dir), *file = fs_join(deep, "x");
	struct fj_buf b;
	struct stat st;
	int64_t size;

	fj_buf_init(&b, 10);
	assert_int_equal(fs_write(f->path, "hello", 5, 0600, &f->e), FJ_OK);
	assert_int_equal(fs_write(f->path, "hello!", 6, 0640, &f->e), FJ_OK);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(fs_read(f->path, &b, &f->e), FJ_OK);
	assert_string_equal(b.p, "hello!");
	assert_int_equal(fs_read(f->path, &b, &f->e), FJ_LIMIT);
	assert_string_equal(f->e.code, "os.too-large");
	assert_int_equal(fs_size(f->path, &size, &f->e), FJ_OK);
	assert_int_equal(size, 6);
	assert_int_equal(fs_write_new(f->path, "x", 1, 0600, &f->e), FJ_REFUSED);
	assert_string_equal(f->e.code, "os.exists");
	assert_int_equal(fs_mkdirs(deep, &f->e), FJ_OK);
	assert_int_equal(fs_mkdirs(deep, &f->e), FJ_OK);
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(fs_write_new(file, "x", 1, 0600, &f->e), FJ_OK);
	assert_int_equal(fs_mkdirs(file, &f->e), FJ_IO);
	assert_string_equal(f->e.code, "os.mkdir");
	assert_false(fs_dir_empty(deep));
	fj_buf_release(&b);
	fj_buf_init(&b, 100);
	assert_int_equal(fs_list(f->dir, collect, &b, &f->e), FJ_OK);
	assert_string_equal(b.p, "a|文件|");	/* no temporary is left */
	assert_int_equal(fs_copy(f->path, file, 0600, &f->e), FJ_OK);
	assert_int_equal(fs_size(file, &size, &f->e), FJ_OK);
	assert_int_equal(size, 6);
	assert_int_equal(fs_read("/nowhere/x", &b, &f->e), FJ_NOTFOUND);
	assert_int_equal(fs_write("/nowhere/x", "", 0, 0600, &f->e), FJ_NOTFOUND);
	assert_int_equal(fs_list("/nowhere", collect, &b, &f->e), FJ_NOTFOUND);
	assert_true(fs_dir_empty("/nowhere"));
	assert_int_equal(fs_remove("/nowhere", &f->e), FJ_OK);
	assert_true(fs_free_bytes(f->dir) > 0);
	assert_int_equal(fs_free_bytes("/nowhere"), -1);
	fj_buf_release(&b);
	free(deep);
	free(file);
}

static void
stamps_change(void **state)
{
	struct fix *f = *state;
	uint64_t a;

	assert_true(fs_stamp(f->path) == 0);
	assert_int_equal(fs_write(f->path, "a", 1, 0600, &f->e), FJ_OK);
	a = fs_stamp(f->path);
	assert_true(a != 0 && a == fs_stamp(f->path));
	assert_int_equal(fs_write(f->path, "a", 1, 0600, &f->e), FJ_OK);
	assert_true(a != fs_stamp(f->path));
}

static void
secret_files(void **state)
{
	struct fix *f = *state;
	struct fj_buf b;

	fj_buf_init_secret(&b, 100);
	assert_int_equal(fs_write(f->path, "pass word\r\nmore\n", 16, 0600, &f->e), FJ_OK);
	assert_int_equal(fs_read_secret_line(f->path, &b, &f->e), FJ_OK);
	assert_string_equal(b.p, "pass word");
	fj_buf_clear(&b);
	assert_int_equal(chmod(f->path, 0640), 0);
	assert_int_equal(fs_read_secret_line(f->path, &b, &f->e), FJ_DENIED);
	assert_string_equal(f->e.code, "os.secret-mode");
	assert_int_equal(fs_read_secret_line(f->dir, &b, &f->e), FJ_DENIED);
	assert_string_equal(f->e.code, "os.secret-owner");
	assert_int_equal(b.n, 0);
	assert_int_equal(fs_read_secret_line("/nowhere", &b, &f->e), FJ_NOTFOUND);
	fj_buf_release(&b);
}

static void
clocks(void **state)
{
	struct clock c;
	struct instant at = { 1770000000000, 480 }, now;
	char boot[CLOCK_BOOT_TEXT + 1], again[CLOCK_BOOT_TEXT + 1];

	(void)state;
	clock_init(&c);
	now = clock_now(&c);
	assert_true(now.ms > 1600000000000);
	clock_fix(&c, at);
	assert_true(clock_now(&c).ms >= at.ms && clock_now(&c).ms < at.ms + 60000);
	clock_freeze(&c, at);
	assert_true(clock_now(&c).ms == at.ms);
	assert_int_equal(clock_now(&c).offset, 480);
	assert_true(clock_boot_ms() > 0);
	clock_boot_id(boot);
	clock_boot_id(again);
	assert_string_equal(boot, again);
	assert_int_equal(strspn(boot, "0123456789abcdef"), 8);
	assert_int_equal(setenv("TZ", "Asia/Shanghai", 1), 0);
	clock_init(&c);
	assert_int_equal(clock_offset_at(1770000000000), 480);
	assert_int_equal(clock_offset_at(-1), 480);
	assert_int_equal(setenv("TZ", "XXX3:30", 1), 0);
	clock_init(&c);
	assert_int_equal(clock_offset_at(1770000000000), -210);
}

/* A lock is another process's business: ask in a child. */
static int
try_in_child(const char *path)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct lock *l = NULL;
		struct fj_err e;
		enum fj_rc rc = lock_take(path, &l, &e);

		_exit(rc == FJ_OK ? 0 : rc == FJ_BUSY &&
		    strcmp(e.code, "os.locked") == 0 ? 1 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static void
locks(void **state)
{
	struct fix *f = *state;
	struct lock *l = NULL;

	assert_int_equal(lock_take(f->path, &l, &f->e), FJ_OK);
	assert_int_equal(try_in_child(f->path), 1);
	lock_free(&l);
	assert_int_equal(try_in_child(f->path), 0);
	assert_int_equal(lock_take("/nowhere/x", &l, &f->e), FJ_NOTFOUND);
}

static void
children(void **state)
{
	static const char *const cat[] = { "cat", NULL };
	static const char *const none[] = { "feijian-no-such-program", NULL };
	static const char *const dies[] = { "sh", "-c", "kill -9 $$", NULL };
	static const char *const seven[] = { "sh", "-c", "exit 7", NULL };
	static const char *const fd3[] = { "sh", "-c", "cat <&3; ls /proc/self/fd", NULL };
	struct fix *f = *state;
	struct fj_buf in, out;
	struct proc p;
	int status = -1, fd;
	size_t i;

	fj_buf_init(&in, 1 << 20);
	fj_buf_init(&out, 1 << 20);
	for (i = 0; i < 50000; i++)	/* more than a pipe holds: both ways at once */
		fj_buf_printf(&in, "%08zu\n", i);
	assert_int_equal(proc_run(cat, &in, &out, &status, &f->e), FJ_OK);
	assert_int_equal(status, 0);
	assert_int_equal(out.n, in.n);
	assert_memory_equal(out.p, in.p, in.n);
	assert_int_equal(proc_run(none, NULL, &out, &status, &f->e), FJ_NOTFOUND);
	assert_string_equal(f->e.code, "os.program");
	assert_int_equal(proc_run(dies, &in, &out, &status, &f->e), FJ_OK);
	assert_int_equal(status, 128 + 9);
	assert_int_equal(proc_run(seven, NULL, &out, &status, &f->e), FJ_OK);
	assert_int_equal(status, 7);
	fj_buf_release(&out);
	fj_buf_init(&out, 1000);
	assert_int_equal(proc_run(cat, &in, &out, &status, &f->e), FJ_LIMIT);
	assert_string_equal(f->e.code, "os.output");
	fj_buf_release(&out);
	fj_buf_init(&out, 1000);
	fd = fs_memfd("test");
	assert_true(fd > 2);
	assert_int_equal(fs_write_all(fd, "memfd", "inside", 6, &f->e), FJ_OK);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(proc_start(&p, fd3, PROC_OUT | PROC_NULL | PROC_LIMITS, &fd, 1,
	    &f->e), FJ_OK);
	assert_int_equal(fs_read_fd(p.out, "pipe", &out, &f->e), FJ_OK);
	assert_int_equal(proc_wait(&p, &status, &f->e), FJ_OK);
	/* 0 1 2 3 and the one that ls reads the folder by: nothing else leaked in */
	assert_string_equal(out.p, "inside0\n1\n2\n3\n4\n");
	close(fd);
	fj_buf_release(&in);
	fj_buf_release(&out);
}

static void
environment(void **state)
{
	char *dir;

	(void)state;
	assert_int_equal(setenv("XDG_DATA_HOME", "/x", 1), 0);
	dir = env_data_dir();
	assert_string_equal(dir, "/x/feijian");
	free(dir);
	assert_int_equal(setenv("XDG_DATA_HOME", "relative", 1), 0);
	assert_int_equal(setenv("HOME", "/h", 1), 0);
	dir = env_data_dir();
	assert_string_equal(dir, "/h/.local/share/feijian");
	free(dir);
	assert_int_equal(setenv("HOME", "", 1), 0);
	assert_null(env_data_dir());
	assert_null(env_get("HOME"));
}

static void
hardened(void **state)
{
	(void)state;
	assert_true(harden_resident_kib() > 100);
	assert_true(harden_process());
	(void)harden_swap_in_clear();
}

/* Without a controlling terminal there is nobody to ask. */
static void
no_terminal(void **state)
{
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct fj_buf b;
		struct fj_err e;

		setsid();
		fj_buf_init(&b, 10);
		_exit(prompt_line("? ", true, &b, &e) == FJ_REFUSED &&
		    strcmp(e.code, "os.no-terminal") == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(write_read_list), T(stamps_change), T(secret_files), T(locks), T(children),
#undef T
		cmocka_unit_test(clocks), cmocka_unit_test(environment),
		cmocka_unit_test(no_terminal), cmocka_unit_test(hardened),
	};

	return cmocka_run_group_tests_name("os", tests, NULL, NULL);
}
