/* SPDX-License-Identifier: Apache-2.0 */
#include "text/cluster.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"
#include "text/width.h"

enum { ZWJ = 0x200d };

static size_t
get(const char *p, size_t n, size_t i, uint32_t *c)
{
	size_t k = utf8_get(p + i, n - i, c);

	if (k == 0) {
		*c = 0xfffd;
		return 1;
	}
	return k;
}

/* Start of the character that ends at i > 0. */
static size_t
before(const char *p, size_t n, size_t i, uint32_t *c)
{
	size_t back;

	for (back = 1; back <= 4 && back <= i; back++)
		if (utf8_get(p + i - back, n - (i - back), c) == back)
			return i - back;
	*c = 0xfffd;
	return i - 1;
}

/* Does c belong to the cluster in which `last` came before it? */
static bool
extends(uint32_t last, uint32_t c)
{
	if (c < 0x300)
		return false;
	if (last < 0x20 || last == 0x7f)
		return false;
	if (c >= 0x1f3fb && c <= 0x1f3ff)
		return true;
	if (last == ZWJ && c >= 0x2190)
		return true;
	return width_char(NULL, c) == 0;
}

size_t
cluster_next(const char *p, size_t n, size_t i)
{
	uint32_t last, c;

	if (i >= n)
		return n;
	i += get(p, n, i, &last);
	while (i < n) {
		size_t k = get(p, n, i, &c);

		if (!extends(last, c))
			break;
		last = c;
		i += k;
	}
	return i;
}

size_t
cluster_prev(const char *p, size_t n, size_t i)
{
	uint32_t c, last;

	if (i == 0)
		return 0;
	i = before(p, n, i, &c);
	while (i > 0) {
		size_t at = before(p, n, i, &last);

		if (!extends(last, c))
			break;
		c = last;
		i = at;
	}
	return i;
}

size_t
cluster_count(const char *p, size_t n)
{
	size_t i = 0, k = 0;

	while (i < n) {
		i = cluster_next(p, n, i);
		k++;
	}
	return k;
}
