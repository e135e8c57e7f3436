/* SPDX-License-Identifier: Apache-2.0 */
#include "text/fit.h"

#include <stdint.h>

#include "base/utf8.h"
#include "text/cluster.h"

static const char ELLIPSIS[] = "\xe2\x80\xa6";

/* Bytes of the longest run of clusters that takes at most so many cells. */
static size_t
head(const struct width *wd, const char *p, size_t n, int cells, int *used)
{
	size_t i = 0;

	*used = 0;
	while (i < n) {
		size_t next = cluster_next(p, n, i);
		int w = width_cluster(wd, p + i, next - i);

		if (*used + w > cells)
			break;
		*used += w;
		i = next;
	}
	return i;
}

int
fit_text(struct fj_buf *b, const struct width *wd, const char *p, size_t n, int cells)
{
	int used, mark = width_char(wd, 0x2026);
	size_t k;

	if (cells <= 0)
		return 0;
	k = head(wd, p, n, cells, &used);
	if (k == n || cells < mark) {
		fj_buf_add(b, p, k);
		return used;
	}
	k = head(wd, p, n, cells - mark, &used);
	fj_buf_add(b, p, k);
	fj_buf_puts(b, ELLIPSIS);
	return used + mark;
}

static void
blanks(struct fj_buf *b, int n)
{
	for (; n > 0; n--)
		fj_buf_putc(b, ' ');
}

void
fit_pad(struct fj_buf *b, const struct width *wd, const char *p, size_t n,
    int cells, bool right)
{
	int used = width_text(wd, p, n);

	if (used > cells) {		/* a cut may leave one cell over */
		used = fit_text(b, wd, p, n, cells);
		blanks(b, cells - used);
		return;
	}
	if (right)
		blanks(b, cells - used);
	fj_buf_add(b, p, n);
	if (!right)
		blanks(b, cells - used);
}

int
fit_tail(struct fj_buf *b, const struct width *wd, const char *p, size_t n, int cells)
{
	int total = width_text(wd, p, n), mark = width_char(wd, 0x2026);
	size_t i = 0;

	if (cells <= 0)
		return 0;
	if (total <= cells || cells < mark)
		return fit_text(b, wd, p, n, cells);
	while (i < n && total > cells - mark) {
		size_t next = cluster_next(p, n, i);

		total -= width_cluster(wd, p + i, next - i);
		i = next;
	}
	fj_buf_puts(b, ELLIPSIS);
	fj_buf_add(b, p + i, n - i);
	return total + mark;
}

static bool
is_bidi(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0x2028 || c == 0x2029;
}

void
sanitize(struct fj_buf *b, const char *p, size_t n, bool lines)
{
	size_t i = 0;

	while (i < n) {
		char out[4];
		uint32_t c;
		size_t k = utf8_get(p + i, n - i, &c);

		if (k == 0) {
			fj_buf_puts(b, "\xef\xbf\xbd");
			i++;
			continue;
		}
		if (c == '\n' && lines)
			fj_buf_putc(b, '\n');
		else if (c < 0x20 || c == 0x7f)
			fj_buf_add(b, out, utf8_put(c == 0x7f ? 0x2421 : 0x2400 + c, out));
		else if ((c >= 0x80 && c < 0xa0) || is_bidi(c))
			fj_buf_printf(b, "<U+%04X>", (unsigned)c);
		else
			fj_buf_add(b, p + i, k);
		i += k;
	}
}
