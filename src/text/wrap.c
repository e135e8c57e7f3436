/* SPDX-License-Identifier: Apache-2.0 */
#include "text/wrap.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "text/cluster.h"

/* A break may move back over at most so many clusters before it gives up and
 * cuts where the line is full. */
enum { LOOK_BACK = 24 };
enum { BLANK = 0xff3f };	/* ＿＿ to be filled in is one word */
enum { NO_BREAK = 0xa0 };	/* U+00A0: the blank that a line never ends at */

static const uint32_t no_start[] = {	/* 避头 */
	'!', ')', ',', '.', ':', ';', '?', ']', '}', '%', 0x00b7, 0x2019, 0x201d,
	0x2026, 0x2014, 0x3001, 0x3002, 0x3009, 0x300b, 0x300d, 0x300f, 0x3011,
	0x3015, 0xff01, 0xff05, 0xff09, 0xff0c, 0xff0e, 0xff1a, 0xff1b, 0xff1f,
	0xff3d, 0xff5d,
};
static const uint32_t no_end[] = {	/* 避尾 */
	'(', '[', '{', 0x2018, 0x201c, 0x3008, 0x300a, 0x300c, 0x300e, 0x3010,
	0x3014, 0xff08, 0xff3b, 0xff5b,
};

static bool
is_in(const uint32_t *set, size_t n, uint32_t c)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (set[i] == c)
			return true;
	return false;
}

static bool
in_word(uint32_t c)
{
	return c > ' ' && c < 0x250 && c != 0x7f;
}

/* May a line end between the clusters that begin at a and at b (adjacent)? */
static bool
may_break(const char *p, size_t n, size_t a, size_t b)
{
	uint32_t left, right;

	if (utf8_get(p + a, n - a, &left) == 0 || utf8_get(p + b, n - b, &right) == 0)
		return true;
	if (left == BLANK && right == BLANK)
		return false;
	if (left == NO_BREAK || right == NO_BREAK)
		return false;
	if (is_in(no_start, sizeof(no_start) / sizeof(no_start[0]), right))
		return false;
	if (is_in(no_end, sizeof(no_end) / sizeof(no_end[0]), left))
		return false;
	return !(in_word(left) && in_word(right));
}

/* Where the line that begins at start and is full at `full` should end. */
static size_t
soft_break(const char *p, size_t n, size_t start, size_t full)
{
	size_t at = full;
	int k;

	for (k = 0; k < LOOK_BACK && at > start; k++) {
		size_t left = cluster_prev(p, n, at);

		if (may_break(p, n, left, at))
			return at;
		at = left;
	}
	return full;
}

static void
add_line(struct wrap *w, size_t off, size_t len, bool hard)
{
	if (w->n == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 16;
		w->line = xrealloc(w->line, w->cap, sizeof(w->line[0]));
	}
	w->line[w->n].off = off;
	w->line[w->n].len = len;
	w->line[w->n].hard = hard;
	w->n++;
}

/* End of what fits from i on: at a newline, the end, or a full line. */
static size_t
fill_line(const struct width *wd, const char *p, size_t n, size_t i, int cells)
{
	size_t start = i;
	int used = 0;

	while (i < n && p[i] != '\n') {
		size_t next = cluster_next(p, n, i);
		int w = width_cluster(wd, p + i, next - i);

		if (used + w > cells && i > start)
			break;
		used += w;
		i = next;
	}
	return i;
}

void
wrap_text(struct wrap *w, const struct width *wd, const char *p, size_t n, int cells)
{
	size_t i = 0;

	w->n = 0;
	if (cells < 1)
		cells = 1;
	for (;;) {
		size_t end = fill_line(wd, p, n, i, cells);

		if (end == n) {
			add_line(w, i, end - i, true);
			return;
		}
		if (p[end] == '\n') {
			add_line(w, i, end - i, true);
			i = end + 1;
			continue;
		}
		if (p[end] == ' ' && (end + 1 == n || p[end + 1] != '\n')) {
			/* One blank may hang over the edge: it is not seen. */
			end++;
			if (end == n) {
				add_line(w, i, end - i, true);
				return;
			}
		} else {
			end = soft_break(p, n, i, end);
		}
		add_line(w, i, end - i, false);
		i = end;
	}
}

void
wrap_release(struct wrap *w)
{
	free(w->line);
	w->line = NULL;
	w->n = w->cap = 0;
}

size_t
wrap_find(const struct wrap *w, size_t off)
{
	size_t lo = 0, hi = w->n;

	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (w->line[mid].off <= off)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}
