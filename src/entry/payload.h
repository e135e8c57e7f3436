/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate of a payload, and the members that every payload has (FORMAT.md
 * section 2).  What passes the gate is an object with a string "op"; nothing
 * more is believed here.
 */
#ifndef FJ_ENTRY_PAYLOAD_H
#define FJ_ENTRY_PAYLOAD_H

#include "base/date.h"
#include "entry/entry.h"

enum {
	BOOT_TEXT = 8,			/* hex digits */
};

/* Testimony of the writer's clocks: nothing is decided by it. */
struct stamp {
	struct instant t;
	int64_t up;			/* milliseconds of the boot clock */
	char boot[BOOT_TEXT + 1];
};

/*
 * FJ_CORRUPT "entry.payload" {dev, seq, line, column}: not JSON that the gate
 * takes, not an object, or no "op".  Such an entry is kept and has no effect.
 */
FJ_MUST enum fj_rc entry_payload(const struct entry *en, struct json_doc **out,
    struct fj_err *e);
/* The operation; never NULL after entry_payload. */
const char *payload_op(const struct json_doc *d);
/* False when a member is missing or has another shape. */
bool payload_stamp(const struct json_doc *d, struct stamp *out);

/* Begin an object with op, t, up and boot; the caller adds members and ends it. */
void payload_begin(struct json_w *w, struct fj_buf *b, const char *op,
    const struct stamp *at);

/* Members that are ids, hashes or key bytes. */
void json_w_kid(struct json_w *w, const char *key, const struct id *v);
void json_w_khash(struct json_w *w, const char *key, const struct hash *v);
void json_w_khex(struct json_w *w, const char *key, const uint8_t *p, size_t n);
bool json_id(const struct json *object, const char *key, struct id *out);
bool json_hash(const struct json *object, const char *key, struct hash *out);
bool json_hex(const struct json *object, const char *key, uint8_t *out, size_t n);
/* A string of 1 to max bytes; NULL otherwise. */
const char *json_name(const struct json *object, const char *key, size_t max);

#endif
