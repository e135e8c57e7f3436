/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/blob.h"

#include <stdint.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/xalloc.h"

enum {
	LEVEL = 19,			/* published once, fetched by a province over thin links */
	WINDOW_LOG = 24,		/* two versions of the largest blob lie within */
};

/* Bytes of the frame, 0 when it is no gain. */
static size_t
squeeze(const void *old, size_t nold, const void *p, size_t n, void *to, size_t room)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t got = 0;

	FJ_BUG_IF(c == NULL);
	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, WINDOW_LOG);
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 0);
	if (nold == 0 || !ZSTD_isError(ZSTD_CCtx_refPrefix(c, old, nold)))
		got = ZSTD_compress2(c, to, room, p, n);
	ZSTD_freeCCtx(c);
	return ZSTD_isError(got) || got >= n ? 0 : got;
}

void
blob_pack(const void *old, size_t nold, const void *p, size_t n, struct fj_buf *out)
{
	size_t room = ZSTD_compressBound(n);
	char *to = xcalloc(room, 1);
	enum blob_how how = nold > 0 ? BLOB_DELTA : BLOB_PACKED;
	size_t got = squeeze(old, nold, p, n, to, room);

	if (got == 0)
		how = BLOB_PLAIN;
	fj_buf_u8(out, (uint8_t)how);
	fj_buf_add(out, how == BLOB_PLAIN ? p : to, how == BLOB_PLAIN ? n : got);
	free(to);
}

static enum fj_rc
expand(const void *old, size_t nold, const void *p, size_t n, size_t max,
    struct fj_buf *out, struct fj_err *e)
{
	unsigned long long len = ZSTD_getFrameContentSize(p, n);
	ZSTD_DCtx *d;
	char *to;
	size_t got = 0;

	if (len == ZSTD_CONTENTSIZE_ERROR || len == ZSTD_CONTENTSIZE_UNKNOWN)
		return fj_fail(e, FJ_CORRUPT, "wire.blob", "");
	if (len > max)
		return fj_fail(e, FJ_LIMIT, "wire.blob-large", "z", max);
	d = ZSTD_createDCtx();
	FJ_BUG_IF(d == NULL);
	to = xcalloc((size_t)len + 1, 1);
	ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax, WINDOW_LOG);
	if (nold > 0)
		got = ZSTD_DCtx_refPrefix(d, old, nold);
	if (!ZSTD_isError(got))
		got = ZSTD_decompressDCtx(d, to, (size_t)len, p, n);
	if (!ZSTD_isError(got) && got == len)
		fj_buf_add(out, to, got);
	else
		got = SIZE_MAX;
	free(to);
	ZSTD_freeDCtx(d);
	return got == SIZE_MAX ? fj_fail(e, FJ_CORRUPT, "wire.blob", "") : FJ_OK;
}

enum fj_rc
blob_unpack(const void *old, size_t nold, const void *p, size_t n, size_t max,
    struct fj_buf *out, struct fj_err *e)
{
	const uint8_t *b = p;

	if (n == 0 || b[0] > BLOB_DELTA || (b[0] == BLOB_DELTA && nold == 0))
		return fj_fail(e, FJ_CORRUPT, "wire.blob", "");
	if (b[0] != BLOB_PLAIN)
		return expand(old, b[0] == BLOB_DELTA ? nold : 0, b + 1, n - 1, max, out, e);
	if (n - 1 > max)
		return fj_fail(e, FJ_LIMIT, "wire.blob-large", "z", max);
	fj_buf_add(out, b + 1, n - 1);
	return FJ_OK;
}
