/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/zip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zstd.h>

#include "base/xalloc.h"
#include "embed/embed.h"

enum {
	LEVEL_FAST = 3,
	LEVEL_SMALL = 19,
	MAGIC = 4,
	EFFORTS = 2,
};

/* Dictionaries are digested once, when they are first needed. */
struct zip {
	ZSTD_CCtx *c;
	ZSTD_DCtx *d;
	ZSTD_CDict *pack[EFFORTS];
	ZSTD_DDict *unpack;
};

struct zip *
zip_new(void)
{
	struct zip *z = xcalloc(1, sizeof(*z));

	z->c = ZSTD_createCCtx();
	z->d = ZSTD_createDCtx();
	FJ_BUG_IF(z->c == NULL || z->d == NULL);
	return z;
}

void
zip_free(struct zip **z)
{
	size_t i;

	if (*z == NULL)
		return;
	for (i = 0; i < EFFORTS; i++)
		ZSTD_freeCDict((*z)->pack[i]);
	ZSTD_freeDDict((*z)->unpack);
	ZSTD_freeCCtx((*z)->c);
	ZSTD_freeDCtx((*z)->d);
	free(*z);
	*z = NULL;
}

static const struct embed_file *
dictionary_file(void)
{
	const struct embed_file *f = embed_find("dictionary-1");

	FJ_BUG_IF(f == NULL);
	return f;
}

static int
level_of(enum zip_effort effort)
{
	return effort == ZIP_SMALL ? LEVEL_SMALL : LEVEL_FAST;
}

static const ZSTD_CDict *
packing(struct zip *z, enum zip_effort effort)
{
	ZSTD_CDict **at = &z->pack[effort == ZIP_SMALL];
	const struct embed_file *f;

	if (*at == NULL) {
		f = dictionary_file();
		*at = ZSTD_createCDict(f->p, f->n, level_of(effort));
		FJ_BUG_IF(*at == NULL);
	}
	return *at;
}

static const ZSTD_DDict *
unpacking(struct zip *z)
{
	const struct embed_file *f;

	if (z->unpack == NULL) {
		f = dictionary_file();
		z->unpack = ZSTD_createDDict(f->p, f->n);
		FJ_BUG_IF(z->unpack == NULL);
	}
	return z->unpack;
}

enum fj_rc
zip_pack(struct zip *z, int dictionary, enum zip_effort effort, const void *p, size_t n,
    struct fj_buf *out, struct fj_err *e)
{
	size_t before = out->n, room = ZSTD_compressBound(n), got;
	uint8_t *frame;

	if (ZSTD_isError(room))
		return fj_fail(e, FJ_LIMIT, "zip.limit", "z", out->max);
	/* The bound is for what cannot be packed, so it may be more than out takes. */
	frame = xmalloc(room);
	if (dictionary == ZIP_DICTIONARY)
		got = ZSTD_compress_usingCDict(z->c, frame, room, p, n, packing(z, effort));
	else
		got = ZSTD_compressCCtx(z->c, frame, room, p, n, level_of(effort));
	FJ_BUG_IF(ZSTD_isError(got));
	fj_buf_add(out, frame, got);
	free(frame);
	if (!fj_buf_over(out))
		return FJ_OK;
	fj_buf_cut(out, before);
	return fj_fail(e, FJ_LIMIT, "zip.limit", "z", out->max);
}

static enum fj_rc
bad(struct fj_err *e)
{
	return fj_fail(e, FJ_CORRUPT, "zip.frame", "");
}

/* How long it will be, before one byte is decoded. */
static enum fj_rc
promised(int dictionary, const void *p, size_t n, size_t max, size_t *length,
    struct fj_err *e)
{
	static const uint8_t magic[MAGIC] = { 0x28, 0xB5, 0x2F, 0xFD };
	unsigned long long says;
	unsigned id;

	/* No skippable frames, and nothing behind the one. */
	if (n < MAGIC || memcmp(p, magic, MAGIC) != 0 ||
	    ZSTD_findFrameCompressedSize(p, n) != n)
		return bad(e);
	says = ZSTD_getFrameContentSize(p, n);
	if (says == ZSTD_CONTENTSIZE_UNKNOWN || says == ZSTD_CONTENTSIZE_ERROR)
		return bad(e);
	id = ZSTD_getDictID_fromFrame(p, n);
	if (id != 0 && (dictionary != ZIP_DICTIONARY || id != ZIP_ID))
		return bad(e);
	if (says > max || says > ZIP_SLACK + (unsigned long long)n * ZIP_RATIO)
		return fj_fail(e, FJ_LIMIT, "zip.limit", "z", max);
	*length = (size_t)says;
	return FJ_OK;
}

enum fj_rc
zip_unpack(struct zip *z, int dictionary, const void *p, size_t n, size_t max,
    struct fj_buf *out, struct fj_err *e)
{
	size_t before = out->n, length = 0, got;
	enum fj_rc rc;
	char *room;

	rc = promised(dictionary, p, n, max, &length, e);
	if (rc != FJ_OK)
		return rc;
	room = fj_buf_extend(out, length);
	if (room == NULL) {
		fj_buf_cut(out, before);
		return fj_fail(e, FJ_LIMIT, "zip.limit", "z", out->max);
	}
	if (dictionary == ZIP_DICTIONARY)
		got = ZSTD_decompress_usingDDict(z->d, room, length, p, n, unpacking(z));
	else
		got = ZSTD_decompressDCtx(z->d, room, length, p, n);
	if (!ZSTD_isError(got) && got == length)
		return FJ_OK;
	fj_buf_cut(out, before);
	return bad(e);
}

/* ---- header lines ---- */

static bool
is_ours(const char *dictionary)
{
	return dictionary != NULL && strcmp(dictionary, ZIP_NUMBER) == 0;
}

enum zip_said
zip_said(const char *coding, const char *dictionary, int *number)
{
	*number = ZIP_NONE;
	if (coding == NULL || strcasecmp(coding, "identity") == 0)
		return ZIP_IDENTITY;
	if (strcasecmp(coding, ZIP_CODING) != 0)
		return ZIP_OTHER;
	if (dictionary == NULL)
		return ZIP_PACKED;
	*number = ZIP_DICTIONARY;
	return is_ours(dictionary) ? ZIP_PACKED : ZIP_OTHER;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* ";q=0", ";q=0.0" and so on: any weight but none is a yes. */
static bool
weighs_nothing(const char *p, size_t n)
{
	size_t at = 0;

	while (at < n && (is_blank(p[at]) || p[at] == ';'))
		at++;
	if (n - at < 3 || strncasecmp(p + at, "q=0", 3) != 0)
		return false;
	for (at += 3; at < n; at++)
		if (p[at] >= '1' && p[at] <= '9')
			return false;
	return true;
}

/* One member of Accept-Encoding: "zstd", not with weight 0? */
static bool
names_us(const char *p, size_t n)
{
	size_t len = sizeof(ZIP_CODING) - 1;

	while (n > 0 && is_blank(*p)) {
		p++;
		n--;
	}
	if (n < len || strncasecmp(p, ZIP_CODING, len) != 0)
		return false;
	if (n > len && p[len] != ';' && !is_blank(p[len]))
		return false;
	return !weighs_nothing(p + len, n - len);
}

bool
zip_accepted(const char *accept, const char *dictionary)
{
	if (accept == NULL || !is_ours(dictionary))
		return false;
	while (*accept != '\0') {
		size_t n = strcspn(accept, ",");

		if (names_us(accept, n))
			return true;
		accept += n + (accept[n] == ',');
	}
	return false;
}

enum fj_rc
zip_body(struct zip *z, const char *coding, const char *dictionary, const void *p,
    size_t n, size_t max, struct fj_buf *out, struct fj_err *e)
{
	size_t before = out->n;
	int number;

	switch (zip_said(coding, dictionary, &number)) {
	case ZIP_PACKED:
		return zip_unpack(z, number, p, n, max, out, e);
	case ZIP_OTHER:
		return fj_fail(e, FJ_INVAL, "zip.coding", "ss", coding,
		    dictionary != NULL ? dictionary : "");
	case ZIP_IDENTITY:
		break;
	}
	if (n > max)
		return fj_fail(e, FJ_LIMIT, "zip.limit", "z", max);
	fj_buf_add(out, p, n);
	if (!fj_buf_over(out))
		return FJ_OK;
	fj_buf_cut(out, before);
	return fj_fail(e, FJ_LIMIT, "zip.limit", "z", out->max);
}
