/* SPDX-License-Identifier: Apache-2.0 */
/* Files that travel inside the program: forms, divisions, translations. */
#ifndef FJ_EMBED_H
#define FJ_EMBED_H

#include <stddef.h>

struct embed_file {
	const char *name;		/* base name: "flying-inspection.json", "zh.mo" */
	const unsigned char *p;		/* n bytes and a terminator */
	size_t n;
};

const struct embed_file *embed_find(const char *name);	/* NULL */
size_t embed_count(void);
const struct embed_file *embed_at(size_t i);

#endif
