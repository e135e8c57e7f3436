/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feijian-helper: the worker without keys, in which foreign bytes are handled.
 * Started by feijian with requests on standard input (src/worker/worker.h); what
 * a job needs from the system is taken before it is confined.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text/gb18030.h"
#include "worker/confine.h"
#include "worker/worker.h"

enum {
	DONE = 0,
	USAGE = 2,
	COULD_NOT = 3,
	MEMORY_MIB = 1024,
	CPU_SECONDS = 300,
};

/* A leak check at the end needs a process of its own. */
#if defined(__SANITIZE_ADDRESS__)
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

static int
usage(void)
{
	fputs("feijian-helper: started by feijian for foreign files\n"
	    "usage: feijian-helper --version | [--memory MIB] [--cpu SECONDS]\n", stderr);
	return USAGE;
}

static bool
options(int argc, char **argv, struct confine *c)
{
	int i;

	for (i = 1; i < argc; i += 2) {
		int *to = strcmp(argv[i], "--memory") == 0 ? &c->memory_mib :
		    strcmp(argv[i], "--cpu") == 0 ? &c->cpu_seconds : NULL;
		long v = i + 1 < argc ? strtol(argv[i + 1], NULL, 10) : 0;

		if (to == NULL || v <= 0 || v > 1000000)
			return false;
		*to = (int)v;
	}
	return true;
}

int
main(int argc, char **argv)
{
	struct confine c = {.memory_mib = MEMORY_MIB, .cpu_seconds = CPU_SECONDS};
	struct gb18030 *gb = NULL;
	struct fj_err e;
	int code;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("feijian-helper 0.1\n%s\n", confine_words());
		return DONE;
	}
	if (!options(argc, argv, &c))
		return usage();
	tzset();
	/* Without the table, what is not UTF-8 is refused by name. */
	(void)!gb18030_new(&gb, &e);
	if (confine(&c, &e) != FJ_OK) {
		fprintf(stderr, "feijian-helper: %s: %s: %s\n", e.code, e.arg[0], e.arg[1]);
		return COULD_NOT;
	}
	code = worker_run(0, 1, gb);
	gb18030_free(&gb);
	return code;
}
