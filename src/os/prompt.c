/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that would end or stop the process are held back while the echo is off,
 * and delivered once it is on again: no terminal is left silent.
 */
#include "os/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "os/fs.h"

static void
hold_signals(sigset_t *before)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGQUIT);
	sigaddset(&held, SIGTSTP);
	sigprocmask(SIG_BLOCK, &held, before);
}

static bool
ended_by_signal(void)
{
	sigset_t waiting;

	if (sigpending(&waiting) != 0)
		return false;
	return sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGHUP) == 1 ||
	    sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGQUIT) == 1;
}

/* One line byte by byte, so that nothing behind it is taken. */
static enum fj_rc
read_line(int fd, struct fj_buf *out, struct fj_err *e)
{
	struct pollfd at = { .fd = fd, .events = POLLIN };

	for (;;) {
		char c;
		ssize_t n;

		if (ended_by_signal())
			return fj_fail(e, FJ_CANCELLED, "os.prompt", "");
		if (poll(&at, 1, 200) == 0)
			continue;
		n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || (n == 0 && out->n == 0))
			return fj_fail(e, FJ_CANCELLED, "os.prompt", "");
		if (n == 0 || c == '\n')
			break;
		fj_buf_putc(out, c);
	}
	if (out->n > 0 && out->p[out->n - 1] == '\r')
		fj_buf_cut(out, out->n - 1);
	if (fj_buf_over(out))
		return fj_fail(e, FJ_LIMIT, "os.prompt-long", "z", out->max);
	return FJ_OK;
}

enum fj_rc
prompt_line(const char *question, bool secret, struct fj_buf *out, struct fj_err *e)
{
	struct termios saved, quiet;
	sigset_t before;
	enum fj_rc rc = FJ_OK;
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || tcgetattr(fd, &saved) != 0) {
		if (fd >= 0)
			close(fd);
		return fj_fail(e, FJ_REFUSED, "os.no-terminal", "");
	}
	hold_signals(&before);
	quiet = saved;
	quiet.c_lflag |= ICANON;
	if (secret)
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	tcsetattr(fd, TCSAFLUSH, &quiet);
	rc = fs_write_all(fd, "/dev/tty", question, strlen(question), e);
	if (rc == FJ_OK)
		rc = read_line(fd, out, e);
	if (secret && write(fd, "\n", 1) < 0 && rc == FJ_OK)
		rc = fj_fail_errno(e, "os.write", "/dev/tty");
	tcsetattr(fd, TCSANOW, &saved);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fd);
	return rc;
}
