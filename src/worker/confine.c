/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE	/* RLIMIT_NPROC, CLONE_THREAD, AT_EMPTY_PATH */
#include "worker/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	FILES = 96,
};

/* Sanitizers reserve more address space than any limit that means something. */
#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_LIMIT 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_LIMIT 0
#else
#define ADDRESS_LIMIT 1
#endif
#else
#define ADDRESS_LIMIT 1
#endif

static enum fj_rc
fail(struct fj_err *e, const char *step, int why)
{
	return fj_fail(e, FJ_IO, "worker.confine", "ss", step, strerror(why));
}

static bool
limit(int what, rlim_t most)
{
	struct rlimit now;

	/* A lower one that is there already stays. */
	if (getrlimit((__rlimit_resource_t)what, &now) == 0 && now.rlim_max < most)
		most = now.rlim_max;
	now.rlim_cur = now.rlim_max = most;
	return setrlimit((__rlimit_resource_t)what, &now) == 0;
}

static enum fj_rc
set_limits(const struct confine *c, struct fj_err *e)
{
	if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NOFILE, FILES))
		return fail(e, "setrlimit", errno);
	if (ADDRESS_LIMIT && c->memory_mib > 0 &&
	    !limit(RLIMIT_AS, (rlim_t)c->memory_mib << 20))
		return fail(e, "setrlimit", errno);
	if (c->cpu_seconds > 0 && !limit(RLIMIT_CPU, (rlim_t)c->cpu_seconds))
		return fail(e, "setrlimit", errno);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail(e, "prctl", errno);
	return FJ_OK;
}

/* Whatever their arguments. */
static int
allow_plain(scmp_filter_ctx f)
{
	static const int calls[] = {
		SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write),
		SCMP_SYS(writev), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat),
		SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise),
		SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(futex),
		SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
		SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime),
		SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
		SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrusage),
		SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(set_robust_list),
		SCMP_SYS(rseq), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(sysinfo),
	};
	int rc = 0;
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]) && rc == 0; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
	return rc;
}

static int
allow_some(scmp_filter_ctx f)
{
	int rc;

	/* No page that can be run, also not later. */
	rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* A thread, not a process; clone3 hides its flags, so libc is told to do without. */
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
		    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	/* fstat() of newer libcs. */
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
		    SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
	/* abort() */
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
		    SCMP_A1(SCMP_CMP_EQ, F_GETFL));
	return rc;
}

enum fj_rc
confine(const struct confine *c, struct fj_err *e)
{
	enum fj_rc rc = set_limits(c, e);
	scmp_filter_ctx f;
	int got;

	if (rc != FJ_OK)
		return rc;
	f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (f == NULL)
		return fail(e, "seccomp", ENOMEM);
	got = allow_plain(f);
	if (got == 0)
		got = allow_some(f);
	if (got == 0)
		got = seccomp_load(f);
	seccomp_release(f);
	return got == 0 ? FJ_OK : fail(e, "seccomp", -got);
}

const char *
confine_words(void)
{
	return "confined by seccomp and resource limits";
}
