/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hello: entry 1 of every chain (FORMAT.md section 3).  It proves by itself that
 * one key wrote the chain; whose key that is, only the roster says.
 */
#ifndef FJ_ENTRY_HELLO_H
#define FJ_ENTRY_HELLO_H

#include "base/limits.h"
#include "entry/payload.h"
#include "entry/sig.h"

struct hello {
	struct identity_public key;
	char name[LIMIT_NAME_BYTES + 1];
	char cert[LIMIT_NAME_BYTES + 1];	/* "" = none */
	char org[LIMIT_NAME_BYTES + 1];		/* "" = none */
	bool has_seen, has_continues;
	struct hash seen;			/* newest receipt held */
	struct id continues;			/* dev whose chains this key carries on */
};

void hello_write(const struct hello *h, const struct stamp *at, struct fj_buf *out);

/*
 * Read and check entry 1: op, keys, that the frame's dev is theirs, no weak key.
 * FJ_CORRUPT "entry.payload", "hello.missing" {dev}, "hello.member" {dev, member},
 * "hello.dev" {dev}; FJ_DENIED "entry.weak-key"; FJ_NEWER "entry.suite".
 */
FJ_MUST enum fj_rc hello_read(const struct entry *en, struct hello *out,
    struct fj_err *e);

#endif
