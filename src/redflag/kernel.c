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
	{"R10", 0x5f0caa25d789fc2bu, kernel_r10},
	{"R11", 0x4cecd440466967ddu, kernel_r11},
	{"R13", 0xad1d0f3e8f488850u, kernel_r13},
	{"R19", 0x96765d7fb508b5e7u, kernel_r19},
	{"R20", 0xba04719c5e1bac34u, kernel_r20},
	{"R30", 0x56ac5bd6d6f54786u, kernel_r30},
	{"R34", 0xf8785c3d3464c679u, kernel_r34},
	{"R36", 0xec815234817f55d9u, kernel_r36},
	{"R37", 0x28da03edcfc8de7eu, kernel_r37},
	{"R40", 0x3e1d22ebcf14344du, kernel_r40},
	{"R41", 0x7120566145dbbe1bu, kernel_r41},
	{"R48", 0x5754cc3070181dc9u, kernel_r48},
	{"R51", 0x32bee398b5fb49a0u, kernel_r51},
	{"R54", 0x7c3276c94ec0f0c0u, kernel_r54},
	{"S64", 0x9425fde25bccdf0au, kernel_s64},
};

_Static_assert(sizeof(kernels) / sizeof(kernels[0]) <= KERNEL_MAX, "at most fifteen");

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
