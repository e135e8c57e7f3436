/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The content coding of bodies (PROTOCOL.md section 12): "zstd" (RFC 8878), alone
 * or with dictionary 1, which this program carries and both sides name in the
 * header `Feijian-Dictionary`.  Only bodies of entries and JSON are packed; files
 * of evidence travel as they are.
 *
 * Z1  what zip_pack wrote, zip_unpack gives back byte for byte.
 * Z2  zip_unpack writes at most `max` bytes, and at most ZIP_RATIO times what came
 *     in plus ZIP_SLACK; it knows before it begins, and needs no other memory that
 *     grows with what came in.
 * Z3  nothing is decoded under another dictionary than the one that was named.
 */
#ifndef FJ_WIRE_ZIP_H
#define FJ_WIRE_ZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define ZIP_CODING "zstd"			/* Content-Encoding, Accept-Encoding */
#define ZIP_HEADER "Feijian-Dictionary"
#define ZIP_NUMBER "1"				/* its value */
#define ZIP_DICTIONARY_SHA256 \
	"715928377125b778910794114c09cea168b53c919244fdb6ada18605271dc209"

enum {
	ZIP_NONE = 0,			/* plain zstd */
	ZIP_DICTIONARY = 1,		/* the one that is shipped */
	ZIP_ID = 0x8001,		/* as it stands in a frame; one more for each later one */
	ZIP_RATIO = 128,
	ZIP_SLACK = 65536,
	ZIP_LEAST = 128,		/* smaller bodies are not worth it */
};

/* Small: all there is, for slow links.  Fast: for everything else. */
enum zip_effort { ZIP_FAST, ZIP_SMALL };

/* Contexts that are used again; one thread at a time. */
struct zip;
struct zip *zip_new(void);
void zip_free(struct zip **z);

/*
 * One frame appended to out; it says its length, and the dictionary's number.
 * FJ_LIMIT "zip.limit" {out's max}.
 */
FJ_MUST enum fj_rc zip_pack(struct zip *z, int dictionary, enum zip_effort effort,
    const void *p, size_t n, struct fj_buf *out, struct fj_err *e);

/*
 * Exactly one frame, which says its length, appended to out.
 * FJ_CORRUPT "zip.frame": not one frame, another dictionary, damaged;
 * FJ_LIMIT "zip.limit" {limit}: longer than max, than the ratio allows, or than out.
 * After a failure out is as long as it was.
 */
FJ_MUST enum fj_rc zip_unpack(struct zip *z, int dictionary, const void *p, size_t n,
    size_t max, struct fj_buf *out, struct fj_err *e);

/* What the header lines of a body say of it. */
enum zip_said {
	ZIP_IDENTITY,			/* as it is */
	ZIP_PACKED,			/* zstd; *dictionary says with which */
	ZIP_OTHER,			/* a coding or a dictionary that is not here: 415 */
};
/* Both may be NULL: the header was not there. */
enum zip_said zip_said(const char *coding, const char *dictionary, int *number);
/* May an answer be packed so?  Of Accept-Encoding and Feijian-Dictionary. */
bool zip_accepted(const char *accept, const char *dictionary);

/*
 * A body as the route wants it: appended to out, by the headers.  What the hub and
 * the client call.  FJ_INVAL "zip.coding" {coding, dictionary} (hub: 415 `media`);
 * FJ_LIMIT "zip.limit" (413 `too-large`); FJ_CORRUPT "zip.frame" (400 `bad-request`).
 */
FJ_MUST enum fj_rc zip_body(struct zip *z, const char *coding, const char *dictionary,
    const void *p, size_t n, size_t max, struct fj_buf *out, struct fj_err *e);

#endif
