/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names made of bytes.  A 16-byte id (visit, device, finding, evidence, person,
 * instance) is written as 26 lower-case Crockford base32 characters, the last
 * carrying 2 zero bits; people see the first 8.  A 32-byte hash (entry, digest)
 * is written as 64 hex digits.  Reading takes upper case, and i l o for 1 1 0.
 */
#ifndef FJ_BASE_ID_H
#define FJ_BASE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ID_LEN = 16,
	ID_TEXT = 26,		/* without the terminator */
	ID_SHOWN = 8,
	HASH_LEN = 32,
	HASH_TEXT = 64,
};

struct id {
	uint8_t b[ID_LEN];
};

struct hash {
	uint8_t b[HASH_LEN];
};

int id_cmp(const struct id *a, const struct id *b);
bool id_eq(const struct id *a, const struct id *b);
bool id_is_zero(const struct id *a);
int hash_cmp(const struct hash *a, const struct hash *b);
bool hash_eq(const struct hash *a, const struct hash *b);
bool hash_is_zero(const struct hash *a);

/* Both write a terminator: out has ID_TEXT + 1, HASH_TEXT + 1 bytes. */
void id_format(const struct id *a, char *out);
void id_format_short(const struct id *a, char *out);	/* ID_SHOWN + 1 bytes */
void hash_format(const struct hash *a, char *out);
bool id_parse(const char *s, size_t n, struct id *out);		/* all 26 */
bool hash_parse(const char *s, size_t n, struct hash *out);	/* all 64 */
/* Does the text of a begin with prefix (any case)? */
bool id_has_prefix(const struct id *a, const char *prefix);

/* Any bytes; n bytes become (8 n + 4) / 5 characters.  Out gets a terminator. */
void crockford_encode(const uint8_t *p, size_t n, char *out);
/* Exactly n bytes from the text; blanks and '-' between are passed over. */
bool crockford_decode(const char *s, size_t len, uint8_t *out, size_t n);
void hex_encode(const uint8_t *p, size_t n, char *out);
bool hex_decode(const char *s, size_t len, uint8_t *out, size_t n);

#endif
