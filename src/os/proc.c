/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE	/* pipe2 */
#include "os/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	FD_MAX = 80,
	CLOSE_FROM_MAX = 65536,
};

struct plumbing {
	int in[2], out[2], err[2];	/* read end, write end */
	int report[2];			/* errno of a failed exec */
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
plumbing_close(struct plumbing *p)
{
	int *all[] = { p->in, p->out, p->err, p->report };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		shut(&all[i][0]);
		shut(&all[i][1]);
	}
}

static bool
plumbing_open(struct plumbing *p, int flags)
{
	memset(p, 0xff, sizeof(*p));	/* -1 everywhere */
	if (pipe2(p->report, O_CLOEXEC) != 0 ||
	    ((flags & PROC_IN) && pipe2(p->in, O_CLOEXEC) != 0) ||
	    ((flags & PROC_OUT) && pipe2(p->out, O_CLOEXEC) != 0) ||
	    ((flags & PROC_ERR) && pipe2(p->err, O_CLOEXEC) != 0)) {
		plumbing_close(p);
		return false;
	}
	return true;
}

/* ---- in the child: only calls that are safe after fork ---- */

static void
child_limits(void)
{
	struct rlimit none = { 0, 0 };
	struct rlimit memory = { (rlim_t)512 << 20, (rlim_t)512 << 20 };
	struct rlimit cpu = { 60, 60 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)setrlimit(RLIMIT_AS, &memory);
	(void)setrlimit(RLIMIT_CPU, &cpu);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

enum {
	HIGH = 128,		/* above what the child is given */
};

/* All of fd[] out of the way of the numbers that are to be given out. */
static bool
lift(int *fd, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (fd[i] >= 0 && (fd[i] = fcntl(fd[i], F_DUPFD_CLOEXEC, HIGH)) < 0)
			return false;
	return true;
}

/* And down to their numbers. */
static bool
settle(const int *fd, int n, int first)
{
	int i;

	for (i = 0; i < n; i++)
		if (fd[i] >= 0 && dup2(fd[i], first + i) < 0)
			return false;
	return true;
}

static void
close_others(int first, int keep)
{
	long i, most = sysconf(_SC_OPEN_MAX);

	for (i = first; i < most && i < CLOSE_FROM_MAX; i++)
		if (i != keep)
			close((int)i);
}

static bool
child_files(struct plumbing *p, int flags, const int *fds, int nfd)
{
	int std[3] = { p->in[0], p->out[1], p->err[1] };
	int kept[FD_MAX];
	int i, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (i = 0; i < 3; i++)
		if (std[i] < 0 && (flags & PROC_NULL))
			std[i] = null;
	for (i = 0; i < nfd; i++)
		kept[i] = fds[i];
	if (!lift(std, 3) || !lift(kept, nfd) || !lift(&p->report[1], 1))
		return false;
	if (!settle(std, 3, 0) || !settle(kept, nfd, 3))
		return false;
	close_others(3 + nfd, p->report[1]);
	return true;
}

FJ_NORETURN static void
child(struct plumbing *p, const char *const argv[], int flags, const int *fds, int nfd)
{
	sigset_t none;
	char **args;
	int why;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	memcpy(&args, &argv, sizeof(args));	/* exec's type lacks the const it keeps */
	if (child_files(p, flags, fds, nfd)) {
		if (flags & PROC_LIMITS)
			child_limits();
		execvp(args[0], args);
	}
	why = errno;
	(void)!write(p->report[1], &why, sizeof(why));
	_exit(127);
}

/* The parent may be gone before this is asked for. */
static void
die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != parent)
		_exit(127);
}

/* ---- in the parent ---- */

void
proc_hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

enum fj_rc
proc_start(struct proc *p, const char *const argv[], int flags, const int *fds, int nfd,
    struct fj_err *e)
{
	pid_t parent = getpid();
	struct plumbing pipes;
	ssize_t n;
	int why = 0;

	p->pid = -1;
	p->in = p->out = p->err = -1;
	FJ_BUG_IF(nfd < 0 || nfd > FD_MAX);
	if (!plumbing_open(&pipes, flags))
		return fj_fail_errno(e, "os.spawn", argv[0]);
	p->pid = fork();
	if (p->pid == 0) {
		if (flags & PROC_DIE)
			die_with(parent);
		child(&pipes, argv, flags, fds, nfd);
	}
	if (p->pid < 0) {
		enum fj_rc rc = fj_fail_errno(e, "os.spawn", argv[0]);

		plumbing_close(&pipes);
		return rc;
	}
	shut(&pipes.report[1]);
	do {
		n = read(pipes.report[0], &why, sizeof(why));
	} while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(why)) {
		plumbing_close(&pipes);
		proc_kill(p);
		errno = why;
		/* A folder of PATH that may not be searched makes ENOENT an EACCES. */
		if (why == ENOENT || (why == EACCES && strchr(argv[0], '/') == NULL))
			return fj_fail(e, FJ_NOTFOUND, "os.program", "s", argv[0]);
		return fj_fail_errno(e, "os.spawn", argv[0]);
	}
	p->in = pipes.in[1];
	p->out = pipes.out[0];
	p->err = pipes.err[0];
	pipes.in[1] = pipes.out[0] = pipes.err[0] = -1;
	plumbing_close(&pipes);
	return FJ_OK;
}

void
proc_close_in(struct proc *p)
{
	shut(&p->in);
}

enum fj_rc
proc_wait(struct proc *p, int *status, struct fj_err *e)
{
	int st = 0;
	pid_t got;

	shut(&p->in);
	do {
		got = waitpid(p->pid, &st, 0);
	} while (got < 0 && errno == EINTR);
	shut(&p->out);
	shut(&p->err);
	p->pid = -1;
	if (got < 0)
		return fj_fail_errno(e, "os.wait", "waitpid");
	*status = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
	return FJ_OK;
}

void
proc_kill(struct proc *p)
{
	int status;

	if (p->pid <= 0)
		return;
	kill(p->pid, SIGKILL);
	(void)!proc_wait(p, &status, NULL);
}

static void
feed(struct proc *p, const struct fj_buf *in, size_t *fed)
{
	ssize_t n = write(p->in, in->p + *fed, in->n - *fed);

	if (n > 0)
		*fed += (size_t)n;
	if ((n < 0 && errno != EINTR && errno != EAGAIN) || *fed == in->n)
		proc_close_in(p);
}

/* Answers false at the end of the child's output. */
static bool
drain(struct proc *p, struct fj_buf *out)
{
	char chunk[4096];
	ssize_t n = read(p->out, chunk, sizeof(chunk));

	if (n > 0)
		fj_buf_add(out, chunk, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

/* Feed and drain at once, or both sides could wait for each other for ever. */
static enum fj_rc
exchange(struct proc *p, const struct fj_buf *in, struct fj_buf *out, struct fj_err *e)
{
	size_t fed = 0;

	if (in == NULL || in->n == 0)
		proc_close_in(p);
	for (;;) {
		struct pollfd at[2] = {
			{ .fd = p->out, .events = POLLIN },
			{ .fd = p->in, .events = POLLOUT },
		};

		if (poll(at, 2, -1) < 0 && errno != EINTR)
			return fj_fail_errno(e, "os.spawn", "poll");
		if (p->in >= 0 && at[1].revents != 0)
			feed(p, in, &fed);
		if (at[0].revents != 0 && !drain(p, out))
			return FJ_OK;
		if (fj_buf_over(out))
			return fj_fail(e, FJ_LIMIT, "os.output", "z", out->max);
	}
}

enum fj_rc
proc_run(const char *const argv[], const struct fj_buf *in, struct fj_buf *out,
    int *status, struct fj_err *e)
{
	struct proc p;
	struct sigaction ignore, before;
	enum fj_rc rc = proc_start(&p, argv, PROC_IN | PROC_OUT, NULL, 0, e);

	*status = -1;
	if (rc != FJ_OK)
		return rc;
	memset(&ignore, 0, sizeof(ignore));
	ignore.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &ignore, &before);
	(void)fcntl(p.in, F_SETFL, O_NONBLOCK);
	rc = exchange(&p, in, out, e);
	if (rc != FJ_OK)
		proc_kill(&p);
	else
		rc = proc_wait(&p, status, e);
	sigaction(SIGPIPE, &before, NULL);
	return rc;
}
