/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as bytes and code points (RFC 3629): what needs no Unicode tables. */
#ifndef FJ_BASE_UTF8_H
#define FJ_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length of the well-formed sequence at p, 0 when there is none. */
size_t utf8_len(const char *p, size_t n);
/* Decode one; answers its length, 0 (and U+FFFD) when malformed. */
size_t utf8_get(const char *p, size_t n, uint32_t *out);
/* Encode; answers 1 to 4 bytes; out is not terminated. */
size_t utf8_put(uint32_t c, char *out);
/* Offset of the first malformed byte; n when all is well. */
size_t utf8_valid(const char *p, size_t n);
/* Code points; a malformed byte counts as one. */
size_t utf8_count(const char *p, size_t n);

#endif
