/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/kernel.h"

#include <string.h>

#include "redflag/kernels.h"

#define FNV_FROM 0xcbf29ce484222325u
#define FNV_TIMES 0x100000001b3u

uint64_t
kernel_sql_hash(const char *sql)
{
	uint64_t h = FNV_FROM;

	for (; *sql != '\0'; sql++)
		if (strchr(" \t\r\n", *sql) == NULL)
			h = (h ^ (unsigned char)*sql) * FNV_TIMES;
	return h;
}

static const struct {
	const char *id;
	uint64_t sql;
	kernel_fn run;
} kernels[] = {
	{"", 0, NULL},
};

_Static_assert(sizeof(kernels) / sizeof(kernels[0]) <= KERNEL_MAX + 1, "at most fifteen");

kernel_fn
kernel_find(const struct rule *r)
{
	size_t i;

	for (i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++)
		if (strcmp(kernels[i].id, r->id) == 0 &&
		    kernels[i].sql == kernel_sql_hash(r->sql))
			return kernels[i].run;
	return NULL;
}
