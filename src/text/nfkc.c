/* SPDX-License-Identifier: Apache-2.0 */
#include "text/nfkc.h"

#include <stdbool.h>
#include <stdlib.h>

#include <utf8proc.h>

#include "base/utf8.h"

/* ASCII, and the unified ideographs, are their own compatibility form. */
static bool
is_stable(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x80) {
			i++;
		} else if (c >= 0xe4 && c <= 0xe9 && utf8_len(p + i, n - i) == 3) {
			i += 3;
		} else {
			return false;
		}
	}
	return true;
}

void
nfkc(struct fj_buf *out, const char *p, size_t n)
{
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
	utf8proc_uint8_t *made = NULL;
	utf8proc_ssize_t got;

	if (is_stable(p, n)) {
		fj_buf_add(out, p, n);
		return;
	}
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

/* The same as key() does, byte by byte. */
static void
stable_key(struct fj_buf *out, const char *p, size_t n, bool dense)
{
	char *to = fj_buf_extend(out, n);
	size_t from = out->n - n, i, k = 0;
	bool gap = false;

	if (to == NULL)
		return;
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c <= ' ' || c == 0x7f) {
			gap = true;
			continue;
		}
		/* Room is there: each blank between stands for at least one before. */
		if (gap && !dense && k > 0)
			to[k++] = ' ';
		gap = false;
		to[k++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	fj_buf_cut(out, from + k);
}

static void
key(struct fj_buf *out, const char *p, size_t n, bool dense)
{
	size_t from = out->n, i = 0;
	bool gap = false;
	struct fj_buf b;

	if (is_stable(p, n)) {
		stable_key(out, p, n, dense);
		return;
	}
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
