/* SPDX-License-Identifier: Apache-2.0 */
/* A zip of stored parts, so that a fuzzer writes the parts and not checksums. */
#ifndef FJ_TESTS_LIB_STORED_ZIP_H
#define FJ_TESTS_LIB_STORED_ZIP_H

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

struct zip_part {
	const char *name;
	const uint8_t *p;
	size_t n;
	size_t at;
};

static inline uint32_t
zip_crc(const uint8_t *p, size_t n)
{
	uint32_t c = 0xffffffffu;
	int k;

	while (n-- > 0) {
		c ^= *p++;
		for (k = 0; k < 8; k++)
			c = (c >> 1) ^ (0xedb88320u & (0u - (c & 1)));
	}
	return ~c;
}

static inline void
zip_le(struct fj_buf *b, uint32_t v, int bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		fj_buf_u8(b, (uint8_t)v);
}

static inline void
zip_common(struct fj_buf *b, const struct zip_part *p)
{
	zip_le(b, 0, 2);		/* stored */
	zip_le(b, 0x5a210000, 4);	/* a day */
	zip_le(b, zip_crc(p->p, p->n), 4);
	zip_le(b, (uint32_t)p->n, 4);
	zip_le(b, (uint32_t)p->n, 4);
	zip_le(b, (uint32_t)strlen(p->name), 2);
	zip_le(b, 0, 2);
}

static inline void
zip_make(struct fj_buf *b, struct zip_part *part, int n)
{
	size_t start, end;
	int i;

	for (i = 0; i < n; i++) {
		part[i].at = b->n;
		fj_buf_add(b, "PK\3\4\24\0\0\0", 8);
		zip_common(b, &part[i]);
		fj_buf_puts(b, part[i].name);
		fj_buf_add(b, part[i].p, part[i].n);
	}
	start = b->n;
	for (i = 0; i < n; i++) {
		fj_buf_add(b, "PK\1\2\24\0\24\0\0\0", 10);
		zip_common(b, &part[i]);
		zip_le(b, 0, 2);	/* comment */
		zip_le(b, 0, 2);	/* disk */
		zip_le(b, 0, 2);
		zip_le(b, 0, 4);
		zip_le(b, (uint32_t)part[i].at, 4);
		fj_buf_puts(b, part[i].name);
	}
	end = b->n;
	zip_le(b, 0x06054b50, 4);
	zip_le(b, 0, 4);
	zip_le(b, (uint32_t)n, 2);
	zip_le(b, (uint32_t)n, 2);
	zip_le(b, (uint32_t)(end - start), 4);
	zip_le(b, (uint32_t)start, 4);
	zip_le(b, 0, 2);
}

#endif
