/* SPDX-License-Identifier: Apache-2.0 */
#include "text/fold.h"

#include <string.h>

#include <utf8proc.h>

#include "base/utf8.h"

uint32_t
fold_width(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xff01 + '!';
	switch (c) {
	case 0x3000:
		return ' ';
	case 0x3001:			/* 、 where the slash is on a Chinese layout */
		return '/';
	case 0x3002:
		return '.';
	case 0x3010:
		return '[';
	case 0x3011:
		return ']';
	case 0x2018:
	case 0x2019:
		return '\'';
	case 0x201c:
	case 0x201d:
		return '"';
	default:
		return c;
	}
}

uint32_t
fold_case(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

static void
fold(struct fj_buf *b, const char *p, size_t n, bool lower)
{
	size_t i = 0;

	while (i < n) {
		char out[4];
		uint32_t c;
		size_t k = utf8_get(p + i, n - i, &c);

		if (k == 0) {
			fj_buf_putc(b, p[i++]);
			continue;
		}
		c = fold_width(c);
		if (lower)
			c = fold_case(c);
		fj_buf_add(b, out, utf8_put(c, out));
		i += k;
	}
}

void
fold_text(struct fj_buf *b, const char *p, size_t n)
{
	fold(b, p, n, true);
}

void
fold_ascii(struct fj_buf *b, const char *p, size_t n)
{
	fold(b, p, n, false);
}

bool
fold_contains(const char *text, const char *folded_needle)
{
	struct fj_buf b;
	bool found;
	size_t n = strlen(text);

	if (folded_needle[0] == '\0')
		return true;
	fj_buf_init(&b, n * 4 + 16);
	fold_text(&b, text, n);
	found = strstr(b.p, folded_needle) != NULL;
	fj_buf_release(&b);
	return found;
}
