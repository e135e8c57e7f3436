/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "selftest": tries what the helper has no right to do and says what came of it,
 * {"result":{"open":"EPERM",…}}: doctor and a test hold the answer against "EPERM".
 */
#define _GNU_SOURCE	/* syscall */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker/internal.h"

static int
try_open(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int
try_create(void)
{
	return open("selftest.tmp", O_WRONLY | O_CREAT | O_EXCL, 0600);
}

static int
try_unlink(void)
{
	return unlink("/nonexistent/feijian");
}

static int
try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int
try_pair(void)
{
	int fd[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
}

static int
try_exec(void)
{
	char *const args[] = {NULL};

	return execve("/nonexistent/feijian", args, args);
}

static int
try_fork(void)
{
	long pid = syscall(SYS_fork);

	if (pid == 0)
		_exit(0);
	return (int)pid;
}

static int
try_clone(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return (int)pid;
}

static int
try_kill(void)
{
	return kill(getppid(), 0);
}

static int
try_ptrace(void)
{
	return (int)syscall(SYS_ptrace, 0, 0, 0, 0);
}

static int
try_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}

enum fj_rc
job_selftest(struct job *j, struct fj_err *e)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} tries[] = {
		{"open", try_open}, {"create", try_create}, {"unlink", try_unlink},
		{"socket", try_socket}, {"socketpair", try_pair}, {"exec", try_exec},
		{"fork", try_fork}, {"clone", try_clone}, {"kill", try_kill},
		{"ptrace", try_ptrace}, {"code", try_code},
	};
	struct json_w w;
	struct fj_buf b;
	size_t i;

	(void)e;
	fj_buf_init(&b, WORKER_LINE_MAX);
	json_w_init(&w, &b);
	json_w_obj(&w);
	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		errno = 0;
		json_w_kstr(&w, tries[i].name, tries[i].run() >= 0 ? "done" :
		    errno == EPERM ? "EPERM" : strerror(errno));
	}
	json_w_end(&w);
	job_result(j, b.p, b.n);
	fj_buf_release(&b);
	return FJ_OK;
}
