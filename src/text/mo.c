/* SPDX-License-Identifier: Apache-2.0 */
#include "text/mo.h"

#include <string.h>

enum { MO_HEADER = 28, MO_ROW = 8 };

static uint32_t
get(const struct mo *mo, size_t at)
{
	const unsigned char *p = mo->p + at;
	uint32_t v = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;

	if (mo->swapped)
		v = (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[0] << 24;
	return v;
}

/* The string of a table's row; NULL when it is not inside or not terminated. */
static const char *
string_at(const struct mo *mo, uint32_t table, uint32_t i)
{
	uint32_t len = get(mo, table + (size_t)i * MO_ROW);
	uint32_t off = get(mo, table + (size_t)i * MO_ROW + 4);

	if (off >= mo->n || len >= mo->n - off || mo->p[off + len] != '\0')
		return NULL;
	return (const char *)mo->p + off;
}

bool
mo_open(struct mo *mo, const void *p, size_t n)
{
	uint32_t magic, i;
	size_t room;

	memset(mo, 0, sizeof(*mo));
	if (p == NULL || n < MO_HEADER)
		return false;
	mo->p = p;
	mo->n = n;
	magic = get(mo, 0);
	if (magic == 0xde120495u)
		mo->swapped = true;
	else if (magic != 0x950412deu)
		goto bad;
	if (get(mo, 4) >> 16 > 1)
		goto bad;
	mo->count = get(mo, 8);
	mo->keys = get(mo, 12);
	mo->values = get(mo, 16);
	room = (size_t)mo->count * MO_ROW;
	if (mo->count > n / MO_ROW || mo->keys > n || mo->values > n ||
	    room > n - mo->keys || room > n - mo->values)
		goto bad;
	for (i = 0; i < mo->count; i++)
		if (string_at(mo, mo->keys, i) == NULL || string_at(mo, mo->values, i) == NULL)
			goto bad;
	return true;
bad:
	memset(mo, 0, sizeof(*mo));
	return false;
}

const char *
mo_find(const struct mo *mo, const char *key)
{
	uint32_t lo = 0, hi = mo->count;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = strcmp(key, string_at(mo, mo->keys, mid));

		if (c == 0) {
			const char *v = string_at(mo, mo->values, mid);

			return v[0] != '\0' ? v : NULL;
		}
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}
