/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The helper gives up what it does not need, before it reads a byte: no core, no
 * debugger, no new privileges, limits of memory and CPU, no writing of files, few
 * descriptors; and by a list of what the kernel still does for it (all else is
 * EPERM): no opening, no sockets, no programs, no processes (threads are well),
 * no pages that can be executed.
 */
#ifndef FJ_WORKER_CONFINE_H
#define FJ_WORKER_CONFINE_H

#include "base/rc.h"

struct confine {
	int memory_mib;		/* address space; 0: no limit */
	int cpu_seconds;	/* 0: no limit */
};

/* FJ_IO "worker.confine" {step, reason}: then nothing may be read. */
FJ_MUST enum fj_rc confine(const struct confine *c, struct fj_err *e);
/* What it holds on this system, for --version. */
const char *confine_words(void);

#endif
