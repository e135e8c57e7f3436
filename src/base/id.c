/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <string.h>

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

static int
crockford_value(char c)
{
	const char *at;

	if (c >= 'A' && c <= 'Z')
		c = (char)(c - 'A' + 'a');
	if (c == 'o')
		c = '0';
	if (c == 'i' || c == 'l')
		c = '1';
	at = c != '\0' ? strchr(alphabet, c) : NULL;
	return at != NULL ? (int)(at - alphabet) : -1;
}

void
crockford_encode(const uint8_t *p, size_t n, char *out)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		acc = (acc << 8) | p[i];
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			*out++ = alphabet[(acc >> bits) & 31];
		}
		acc &= (1u << bits) - 1;
	}
	if (bits > 0)
		*out++ = alphabet[(acc << (5 - bits)) & 31];
	*out = '\0';
}

bool
crockford_decode(const char *s, size_t len, uint8_t *out, size_t n)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t i, got = 0, digits = 0, want = (n * 8 + 4) / 5;

	for (i = 0; i < len; i++) {
		int v;

		if (s[i] == '-' || s[i] == ' ')
			continue;
		v = crockford_value(s[i]);
		if (v < 0 || ++digits > want)
			return false;
		acc = (acc << 5) | (uint32_t)v;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			if (got == n)
				return false;
			out[got++] = (uint8_t)(acc >> bits);
			acc &= (1u << bits) - 1;
		}
	}
	return got == n && digits == want && acc == 0;
}

void
hex_encode(const uint8_t *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	while (n-- > 0) {
		*out++ = digits[*p >> 4];
		*out++ = digits[*p++ & 15];
	}
	*out = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
hex_decode(const char *s, size_t len, uint8_t *out, size_t n)
{
	size_t i;

	if (len != 2 * n)
		return false;
	for (i = 0; i < n; i++) {
		int hi = hex_value(s[2 * i]), lo = hex_value(s[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

int
id_cmp(const struct id *a, const struct id *b)
{
	return memcmp(a->b, b->b, ID_LEN);
}

bool
id_eq(const struct id *a, const struct id *b)
{
	return id_cmp(a, b) == 0;
}

bool
id_is_zero(const struct id *a)
{
	static const struct id zero;

	return id_eq(a, &zero);
}

int
hash_cmp(const struct hash *a, const struct hash *b)
{
	return memcmp(a->b, b->b, HASH_LEN);
}

bool
hash_eq(const struct hash *a, const struct hash *b)
{
	return hash_cmp(a, b) == 0;
}

bool
hash_is_zero(const struct hash *a)
{
	static const struct hash zero;

	return hash_eq(a, &zero);
}

void
id_format(const struct id *a, char *out)
{
	crockford_encode(a->b, ID_LEN, out);
}

void
id_format_short(const struct id *a, char *out)
{
	char full[ID_TEXT + 1];

	id_format(a, full);
	memcpy(out, full, ID_SHOWN);
	out[ID_SHOWN] = '\0';
}

void
hash_format(const struct hash *a, char *out)
{
	hex_encode(a->b, HASH_LEN, out);
}

bool
id_parse(const char *s, size_t n, struct id *out)
{
	return n == ID_TEXT && crockford_decode(s, n, out->b, ID_LEN);
}

bool
hash_parse(const char *s, size_t n, struct hash *out)
{
	return hex_decode(s, n, out->b, HASH_LEN);
}

bool
id_has_prefix(const struct id *a, const char *prefix)
{
	char full[ID_TEXT + 1];
	size_t i;

	id_format(a, full);
	for (i = 0; prefix[i] != '\0'; i++) {
		int v = crockford_value(prefix[i]);

		if (i == ID_TEXT || v < 0 || alphabet[v] != full[i])
			return false;
	}
	return true;
}
