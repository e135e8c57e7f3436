/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which protocol is spoken, and what is beside it (PROTOCOL.md section 13).  A
 * version is a number in every path and in the header `Feijian`; what was added to
 * a version has a name in "features" of GET /v1/hub and is used only where named.
 */
#ifndef FJ_WIRE_VERSION_H
#define FJ_WIRE_VERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_PROTOCOL = 1 };
#define WIRE_SUPPORTED "1"	/* all that this program speaks, as in `supported` */

/* Who must be updated when no version is common. */
enum version_side {
	VERSION_COMMON,		/* nobody: there is one */
	VERSION_CLIENT_OLD,	/* every number of the hub is above ours */
	VERSION_HUB_OLD,	/* every number of the hub is below ours, or it names none */
};
/* "1,2" as `supported` and hub_info.protocols have it; *best is the highest common. */
enum version_side version_judge(const char *supported, int *best);
/* A path "/vN/…" of a version that is not ours. */
bool version_foreign(const char *path);

enum wire_feature {
	FEATURE_ZSTD_1 = 1,		/* Content-Encoding: zstd with dictionary 1 */
	FEATURE_IMPLICIT = 2,		/* PATCH at 0 creates the upload */
	FEATURE_PROOFS = 4,		/* GET /v1/log/… */
	FEATURE_TUS = 8,		/* expiration, termination, checksum */
	FEATURE_WORK = 16,		/* publications and assignments */
};
enum { FEATURES = 5, FEATURE_NAME = 24 };
const char *feature_name(size_t i);	/* of bit i; NULL past the end */
/* 0: not known here, and so not used. */
unsigned feature_find(const char *name, size_t n);

#endif
