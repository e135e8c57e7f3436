/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private to bundle/: the header opened, and the plaintext behind it as a stream.
 * The reading goes a trailer and one byte ahead, so that the last chunk is known
 * as the last, and a file that was cut as cut.
 */
#ifndef FJ_BUNDLE_SOURCE_H
#define FJ_BUNDLE_SOURCE_H

#include "bundle/format.h"

struct source {
	bundle_in_fn in;
	void *in_ctx;
	struct bundle_sender sender;
	struct hash header;
	struct aead *aead;
	uint8_t prefix[PREFIX];
	struct hasher *records;
	uint8_t *chunk;			/* ciphertext, opened in place */
	size_t n, at;			/* plaintext of the chunk, and how far it is read */
	uint8_t ahead[TRAILER + 1];	/* what stands behind the chunk */
	size_t nahead;
	uint32_t number;
	bool last;			/* the chunk here is the last */
};

/* Header: format, sender's signature, wrap.  The codes of bundle_read. */
FJ_MUST enum fj_rc source_open(struct source *s, bundle_in_fn in, void *in_ctx,
    const struct id *me, bundle_open_fn open, void *open_ctx, struct fj_err *e);
void source_close(struct source *s);
/* Up to n bytes of plaintext that stand in one chunk; 0 only at the end of the file,
 * which is FJ_CORRUPT "bundle.truncated" when more was owed. */
FJ_MUST enum fj_rc source_some(struct source *s, size_t n, const uint8_t **p,
    size_t *got, struct fj_err *e);
/* Exactly n bytes. */
FJ_MUST enum fj_rc source_take(struct source *s, void *p, size_t n, struct fj_err *e);
/* Nothing may follow.  FJ_CORRUPT "bundle.trailing". */
FJ_MUST enum fj_rc source_at_end(struct source *s, struct fj_err *e);

#endif
