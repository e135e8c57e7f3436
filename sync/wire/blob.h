/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Published bytes on the wire (PROTOCOL.md section 7a): the answer of
 * GET /v1/blobs/{H}?from=D is one byte of enum blob_how, then the bytes.  A delta is
 * one frame of zstd whose history is the older version, so that a form of which three
 * lines changed costs some hundred bytes.
 *
 * What comes out is worth nothing until its digest was compared with the roster's.
 */
#ifndef FJ_WIRE_BLOB_H
#define FJ_WIRE_BLOB_H

#include <stddef.h>

#include "base/buf.h"
#include "base/rc.h"

#define WIRE_MEDIA_BLOB "application/vnd.feijian.blob"

enum blob_how {
	BLOB_PLAIN = 0,			/* as it is */
	BLOB_PACKED = 1,		/* zstd */
	BLOB_DELTA = 2,			/* zstd over the older version */
};

/* The shortest of them, appended; old NULL: no older version. */
void blob_pack(const void *old, size_t nold, const void *p, size_t n, struct fj_buf *out);

/* Appended to out, at most max bytes.  old NULL: there was none, a delta is refused.
 * FJ_CORRUPT "wire.blob"; FJ_LIMIT "wire.blob-large" {max}. */
FJ_MUST enum fj_rc blob_unpack(const void *old, size_t nold, const void *p, size_t n,
    size_t max, struct fj_buf *out, struct fj_err *e);

#endif
