/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/run_hits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/xalloc.h"

enum {
	TEXTS_MAX = 256 << 20,
};

void
hits_init(struct hits *h, size_t most)
{
	memset(h, 0, sizeof(*h));
	h->most = most;
	h->arena = arena_new(TEXTS_MAX);
}

void
hits_release(struct hits *h)
{
	free(h->hit);
	arena_free(&h->arena);
	h->hit = NULL;
	h->n = h->cap = 0;
}

void
hits_clear(struct hits *h)
{
	size_t most = h->most;

	hits_release(h);
	hits_init(h, most);
}

static const char *
copy(struct hits *h, const char *s)
{
	const char *p;

	if (s == NULL)
		return NULL;
	p = arena_strndup(h->arena, s, strlen(s));
	h->over = h->over || p == NULL;
	return p;
}

bool
hits_add(void *ctx, const struct rule_hit *hit)
{
	struct hits *h = ctx;
	struct run_hit *to;

	if (h->n == h->most || h->over) {
		h->over = true;
		return false;
	}
	if (h->n == h->cap) {
		h->cap = h->cap == 0 ? 64 : h->cap * 2;
		h->hit = xrealloc(h->hit, h->cap, sizeof(*h->hit));
	}
	to = &h->hit[h->n++];
	to->subject = copy(h, hit->subject);
	to->report_no = copy(h, hit->report_no);
	to->src = copy(h, hit->src);
	to->measure = hit->measure;
	to->detail = copy(h, hit->detail);
	return !h->over;
}

static int
text_order(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int
in_order(const void *a, const void *b)
{
	const struct run_hit *x = a, *y = b;
	int d = text_order(x->subject, y->subject);

	if (d == 0)
		d = text_order(x->report_no, y->report_no);
	if (d == 0)
		d = text_order(x->src, y->src);
	if (d == 0 && !isnan(x->measure) && !isnan(y->measure))
		d = (x->measure > y->measure) - (x->measure < y->measure);
	else if (d == 0)
		d = isnan(y->measure) - isnan(x->measure);
	return d != 0 ? d : text_order(x->detail, y->detail);
}

void
hits_sort(struct hits *h)
{
	if (h->n > 1)
		qsort(h->hit, h->n, sizeof(*h->hit), in_order);
}

static int
by_report(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t
hits_reports(const struct hits *h)
{
	const char **no = xcalloc(h->n + 1, sizeof(*no));
	size_t i, n = 0, different = 0;

	for (i = 0; i < h->n; i++)
		if (h->hit[i].report_no != NULL && *h->hit[i].report_no != '\0')
			no[n++] = h->hit[i].report_no;
	if (n > 1)
		qsort(no, n, sizeof(*no), by_report);
	for (i = 0; i < n; i++)
		different += i == 0 || strcmp(no[i], no[i - 1]) != 0;
	free(no);
	return different;
}
