/* SPDX-License-Identifier: Apache-2.0 */
/* Child processes, never through a shell. */
#ifndef FJ_OS_PROC_H
#define FJ_OS_PROC_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/rc.h"

struct proc {
	pid_t pid;
	int in;		/* write to the child's stdin; -1: none */
	int out;	/* read its stdout; -1: none */
	int err;	/* read its stderr; -1: goes where ours goes */
};

enum {
	PROC_IN = 1,
	PROC_OUT = 2,
	PROC_ERR = 4,
	PROC_NULL = 8,		/* what is not piped is /dev/null, not ours */
	PROC_LIMITS = 16,	/* no core, 512 MiB, 60 s of CPU, no new privileges */
	PROC_DIE = 32,		/* killed when we end, in whatever way */
};

/* argv[0] is looked up in PATH unless it holds a '/'.  fds: descriptors that stay
 * open in the child as 3, 4 … (nfd of them); all others are closed.
 * FJ_NOTFOUND "os.program" {name}, FJ_IO "os.spawn". */
FJ_MUST enum fj_rc proc_start(struct proc *p, const char *const argv[], int flags,
    const int *fds, int nfd, struct fj_err *e);
void proc_close_in(struct proc *p);
/* Waits.  status: exit code, or 128 + signal.  Closes the pipes. */
FJ_MUST enum fj_rc proc_wait(struct proc *p, int *status, struct fj_err *e);
/* From here to the end of this process HUP, INT and TERM wait: a closed terminal
 * sends more than one, and the last clean-up must not be cut off by the second. */
void proc_hold_signals(void);
void proc_kill(struct proc *p);		/* SIGKILL, waits, closes */
/* Run to the end: feed `in` (may be NULL), collect stdout up to out->max. */
FJ_MUST enum fj_rc proc_run(const char *const argv[], const struct fj_buf *in,
    struct fj_buf *out, int *status, struct fj_err *e);

#endif
