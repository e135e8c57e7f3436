/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers of tus: Upload-Checksum, Upload-Metadata, Upload-Expires.  Pure.
 */
#ifndef FJ_HUB_UPLOAD_HEADER_H
#define FJ_HUB_UPLOAD_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"

#define UPLOAD_ALGORITHMS "sha1,sha256"		/* Tus-Checksum-Algorithm */

enum {
	UPLOAD_METADATA = 4096,		/* bytes of the header, at most */
	HTTP_DATE = 29,
};

/* "sha1 BASE64".  False: not of this form, or not one of UPLOAD_ALGORITHMS. */
bool upload_checksum_read(const char *text, enum digest *alg, struct hash *out);
/* "key BASE64,key,…": keys of visible ASCII without comma, each once. */
bool upload_metadata_good(const char *text);
/* "Tue, 24 Nov 2026 01:02:03 GMT" */
void http_date(int64_t ms, char out[HTTP_DATE + 1]);

#endif
