/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

size_t
utf8_get(const char *p, size_t n, uint32_t *out)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *b = (const unsigned char *)p;
	size_t len, i;
	uint32_t c;

	*out = 0xfffd;
	if (n == 0)
		return 0;
	if (b[0] < 0x80) {
		*out = b[0];
		return 1;
	}
	if (b[0] >= 0xc2 && b[0] <= 0xdf)
		len = 2;
	else if ((b[0] & 0xf0) == 0xe0)
		len = 3;
	else if (b[0] >= 0xf0 && b[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;
	c = b[0] & (0xffu >> (len + 1));
	for (i = 1; i < len; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		c = (c << 6) | (b[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*out = c;
	return len;
}

size_t
utf8_len(const char *p, size_t n)
{
	uint32_t c;

	return utf8_get(p, n, &c);
}

size_t
utf8_put(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | (c >> 6));
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | (c >> 12));
		out[1] = (char)(0x80 | ((c >> 6) & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | (c >> 18));
	out[1] = (char)(0x80 | ((c >> 12) & 0x3f));
	out[2] = (char)(0x80 | ((c >> 6) & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Bytes at p, in whole words, that are ASCII: files are checked at the speed of memory. */
static size_t
plain(const char *p, size_t n)
{
	uint64_t word;
	size_t i;

	for (i = 0; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if ((word & 0x8080808080808080u) != 0)
			break;
	}
	return i;
}

/* Three bytes at p are one character, of those that need no further look: Chinese. */
static bool
common(const char *p, size_t n)
{
	const unsigned char *b = (const unsigned char *)p;

	return n >= 3 && b[0] > 0xe0 && b[0] < 0xed && (b[1] & 0xc0) == 0x80 &&
	    (b[2] & 0xc0) == 0x80;
}

size_t
utf8_valid(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t step = common(p + i, n - i) ? 3 : plain(p + i, n - i);

		if (step == 0 && (step = utf8_len(p + i, n - i)) == 0)
			return i;
		i += step;
	}
	return n;
}

size_t
utf8_count(const char *p, size_t n)
{
	size_t i = 0, count = 0;

	while (i < n) {
		size_t step = utf8_len(p + i, n - i);

		i += step ? step : 1;
		count++;
	}
	return count;
}
