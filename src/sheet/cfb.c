/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compound files (MS-CFB): a small file system in which .xls keeps its workbook.
 * Every chain is followed at most as often as there are sectors.
 */
#include <string.h>

#include "sheet/internal.h"

enum {
	HEADER = 512,
	HEADER_FATS = 109,
	ENTRY = 128,
	MINI_SHIFT = 6,
	NAME_MAX_UNITS = 31,
};

#define SECTOR_LAST 0xfffffffaU		/* greater ones are marks */

struct cfb {
	const unsigned char *p;
	size_t n;
	unsigned shift;
	uint32_t sectors;
	uint32_t cutoff;		/* smaller streams stand in the mini stream */
	struct fj_buf fat, mini_fat, mini, dir;
};

static enum fj_rc
bad(struct fj_err *e, const char *what)
{
	return sheet_fail(e, FJ_CORRUPT, "sheet.cfb", "", 0, 0, what);
}

static size_t
size_of(const struct cfb *c)
{
	return (size_t)1 << c->shift;
}

/* The bytes of a sector; NULL: outside the file.  The last may be cut. */
static const unsigned char *
sector(const struct cfb *c, uint32_t i, size_t *n)
{
	size_t at;

	if (i >= c->sectors)
		return NULL;
	at = ((size_t)i + 1) << c->shift;
	*n = c->n - at < size_of(c) ? c->n - at : size_of(c);
	return c->p + at;
}

static uint32_t
next_of(const struct fj_buf *fat, uint32_t i)
{
	return (size_t)i * 4 + 4 <= fat->n ? le32(fat->p + (size_t)i * 4) : 0xffffffffU;
}

/* A chain of sectors, at most max bytes. */
static enum fj_rc
read_chain(const struct cfb *c, uint32_t first, size_t max, struct fj_buf *out,
    struct fj_err *e)
{
	uint32_t i = first, steps = 0;
	const unsigned char *p;
	size_t n;

	while (i < SECTOR_LAST && out->n < max) {
		p = sector(c, i, &n);
		if (p == NULL || steps++ > c->sectors)
			return bad(e, "chain");
		fj_buf_add(out, p, n < max - out->n ? n : max - out->n);
		if (fj_buf_over(out))
			return sheet_fail(e, FJ_LIMIT, "sheet.size", "", 0, 0, "512 MiB");
		i = next_of(&c->fat, i);
	}
	return FJ_OK;
}

static void
add_fat(struct cfb *c, uint32_t i)
{
	size_t n;
	const unsigned char *p = i < SECTOR_LAST ? sector(c, i, &n) : NULL;

	if (p != NULL)
		fj_buf_add(&c->fat, p, n);
}

/* The table of sectors: some of its places are in the header, the others in a chain. */
static enum fj_rc
read_fat(struct cfb *c, struct fj_err *e)
{
	uint32_t count = le32(c->p + 44), next = le32(c->p + 68), i, k, steps = 0;

	for (i = 0; i < HEADER_FATS && i < count; i++)
		add_fat(c, le32(c->p + 76 + (size_t)i * 4));
	while (next < SECTOR_LAST && i < count) {
		size_t n;
		const unsigned char *p = sector(c, next, &n);

		if (p == NULL || n < size_of(c) || steps++ > c->sectors)
			return bad(e, "DIFAT");
		for (k = 0; k + 1 < n / 4 && i < count; k++, i++)
			add_fat(c, le32(p + (size_t)k * 4));
		next = le32(p + n - 4);
	}
	return fj_buf_over(&c->fat) || c->fat.n == 0 ? bad(e, "FAT") : FJ_OK;
}

static const char *
find_entry(const struct cfb *c, const char *name)
{
	size_t at, k, len = strlen(name);

	for (at = 0; at + ENTRY <= c->dir.n; at += ENTRY) {
		const char *p = c->dir.p + at;

		if (p[66] != 2 || le16(p + 64) != (len + 1) * 2 || len > NAME_MAX_UNITS)
			continue;
		for (k = 0; k < len && le16(p + k * 2) == (unsigned char)name[k]; k++)
			;
		if (k == len)
			return p;
	}
	return NULL;
}

static enum fj_rc
read_mini(struct cfb *c, uint32_t first, size_t size, struct fj_buf *out, struct fj_err *e)
{
	uint32_t i = first, steps = 0, most;
	enum fj_rc rc;

	if (c->dir.n < ENTRY)
		return bad(e, "root");
	rc = read_chain(c, le32(c->p + 60), (size_t)c->sectors << c->shift, &c->mini_fat, e);
	if (rc == FJ_OK)
		rc = read_chain(c, le32(c->dir.p + 116), le32(c->dir.p + 120), &c->mini, e);
	if (rc != FJ_OK)
		return rc;
	most = (uint32_t)(c->mini.n >> MINI_SHIFT);
	while (i < SECTOR_LAST && out->n < size) {
		size_t at = (size_t)i << MINI_SHIFT, n = (size_t)1 << MINI_SHIFT;

		if (at + n > c->mini.n || steps++ > most)
			return bad(e, "mini chain");
		fj_buf_add(out, c->mini.p + at, n < size - out->n ? n : size - out->n);
		i = next_of(&c->mini_fat, i);
	}
	return FJ_OK;
}

static enum fj_rc
read_stream(struct cfb *c, const char *name, struct fj_buf *out, struct fj_err *e)
{
	enum fj_rc rc = read_fat(c, e);
	const char *entry;
	size_t size;

	if (rc == FJ_OK)
		rc = read_chain(c, le32(c->p + 48), (size_t)c->sectors << c->shift, &c->dir, e);
	if (rc != FJ_OK)
		return rc;
	entry = find_entry(c, name);
	if (entry == NULL)
		return sheet_fail(e, FJ_NOTFOUND, "sheet.format", "", 0, 0, "xls, doc");
	size = le32(entry + 120);
	if (size < c->cutoff)
		return read_mini(c, le32(entry + 116), size, out, e);
	return read_chain(c, le32(entry + 116), size, out, e);
}

enum fj_rc
cfb_stream(const char *p, size_t n, const char *name, struct fj_buf *out, struct fj_err *e)
{
	struct cfb c = {.p = (const unsigned char *)p, .n = n};
	enum fj_rc rc;

	if (n < HEADER)
		return bad(e, "header");
	c.shift = le16(c.p + 30);
	if ((c.shift != 9 && c.shift != 12) || le16(c.p + 32) != MINI_SHIFT || n <= size_of(&c))
		return bad(e, "header");
	c.sectors = (uint32_t)((n - 1) >> c.shift);
	c.cutoff = le32(c.p + 56);
	fj_buf_init(&c.fat, n + HEADER);
	fj_buf_init(&c.mini_fat, n + HEADER);
	fj_buf_init(&c.mini, n + HEADER);
	fj_buf_init(&c.dir, n + HEADER);
	rc = read_stream(&c, name, out, e);
	fj_buf_release(&c.fat);
	fj_buf_release(&c.mini_fat);
	fj_buf_release(&c.mini);
	fj_buf_release(&c.dir);
	return rc;
}
