/* SPDX-License-Identifier: Apache-2.0 */
#include "os/harden.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

bool
harden_process(void)
{
	struct rlimit none = { 0, 0 };
	bool ok = true;

	/* A limit of file size and a peer that went away are answers of write(), with
	 * a sentence, and no death: curl keeps its hands off signals, TLS does not. */
	if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		ok = false;
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		ok = false;
	/* Others of this user could read our memory by ptrace and /proc before this. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		ok = false;
	return ok;
}

/* /dev/dm-0, /dev/mapper/x and zram are well; a bare partition or a file is not. */
static bool
line_in_clear(const char *line)
{
	if (strncmp(line, "Filename", 8) == 0 || line[0] == '\0' || line[0] == '\n')
		return false;
	return strncmp(line, "/dev/dm-", 8) != 0 &&
	    strncmp(line, "/dev/mapper/", 12) != 0 &&
	    strncmp(line, "/dev/zram", 9) != 0;
}

bool
harden_swap_in_clear(void)
{
	char line[512];
	bool found = false;
	FILE *f = fopen("/proc/swaps", "re");

	if (f == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = line_in_clear(line);
	fclose(f);
	return found;
}

void
harden_trim(void)
{
	(void)malloc_trim(0);
}

int64_t
harden_resident_kib(void)
{
	long long pages = -1, all;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL)
		return -1;
	if (fscanf(f, "%lld %lld", &all, &pages) != 2)
		pages = -1;
	fclose(f);
	return pages < 0 ? -1 : (int64_t)pages * (sysconf(_SC_PAGESIZE) / 1024);
}
