/* SPDX-License-Identifier: Apache-2.0 */
#include "text/nfkc.h"

#include <stdbool.h>
#include <stdlib.h>

#include <utf8proc.h>

#include "base/utf8.h"

void
nfkc(struct fj_buf *out, const char *p, size_t n)
{
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
	utf8proc_uint8_t *made = NULL;
	utf8proc_ssize_t got;

	got = utf8proc_map((const utf8proc_uint8_t *)p, (utf8proc_ssize_t)n, &made, how);
	if (got >= 0)
		fj_buf_add(out, made, (size_t)got);
	else
		fj_buf_add(out, p, n);
	free(made);
}

/* White space, and marks that show nothing. */
static bool
is_blank(uint32_t c)
{
	return c <= ' ' || c == 0x7f || (c >= 0x80 && c <= 0xa0) || (c >= 0x2000 && c <= 0x200f) ||
	    (c >= 0x2028 && c <= 0x202f) || (c >= 0x2060 && c <= 0x2064) || c == 0x3000 ||
	    c == 0xfeff;
}

static void
key(struct fj_buf *out, const char *p, size_t n, bool dense)
{
	size_t from = out->n, i = 0;
	bool gap = false;
	struct fj_buf b;

	fj_buf_init(&b, n * 18 + 64);
	nfkc(&b, p, n);
	while (i < b.n) {
		uint32_t c;
		size_t k = utf8_get(b.p + i, b.n - i, &c);

		if (k == 0) {
			c = '?';
			k = 1;
		}
		if (is_blank(c)) {
			gap = true;
		} else {
			if (gap && !dense && out->n > from)
				fj_buf_putc(out, ' ');
			gap = false;
			if (c >= 'a' && c <= 'z')
				fj_buf_putc(out, (char)(c - 'a' + 'A'));
			else
				fj_buf_add(out, b.p + i, k);
		}
		i += k;
	}
	fj_buf_release(&b);
}

void
nfkc_key(struct fj_buf *out, const char *p, size_t n)
{
	key(out, p, n, false);
}

void
nfkc_dense(struct fj_buf *out, const char *p, size_t n)
{
	key(out, p, n, true);
}
