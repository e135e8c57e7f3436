/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled gettext catalogue (.mo, either byte order), read in place. */
#ifndef FJ_TEXT_MO_H
#define FJ_TEXT_MO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mo {
	const unsigned char *p;
	size_t n;
	uint32_t count, keys, values;	/* offsets of the two tables */
	bool swapped;
};

/* false: not a catalogue, or an offset points outside. */
bool mo_open(struct mo *mo, const void *p, size_t n);
/* NULL: no translation.  An empty one counts as none. */
const char *mo_find(const struct mo *mo, const char *key);

#endif
