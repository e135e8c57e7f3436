/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies that are a row of items, each with its length before it:
 *	application/vnd.feijian.runs	repeated (length 4 | run or receipt)
 *	application/vnd.feijian.roster	repeated (length 4 | frame | signature 64)
 * In the second the length counts frame and signature.  A run begins with "FJR", a
 * receipt is a signed text and begins with '{'; receipts come only in answers, and
 * only when they were asked for.
 */
#ifndef FJ_WIRE_ITEMS_H
#define FJ_WIRE_ITEMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "entry/entry.h"
#include "wire/enrol.h"

#define WIRE_MEDIA_RUNS "application/vnd.feijian.runs"
#define WIRE_MEDIA_ROSTER "application/vnd.feijian.roster"
#define WIRE_MEDIA_JSON "application/json"

/* Room for the length; the item is appended by the caller; item_end fills it in. */
size_t item_begin(struct fj_buf *b);
void item_end(struct fj_buf *b, size_t begun);

struct items {
	const uint8_t *p;
	size_t n, at;
};
void items_init(struct items *it, const void *p, size_t n);
/* FJ_NOTFOUND: no more (e is left alone); FJ_CORRUPT "wire.items" {offset}. */
FJ_MUST enum fj_rc items_next(struct items *it, const uint8_t **item, size_t *n,
    struct fj_err *e);

/* One receipt among runs; what comes of it is read by items_receipt. */
void items_add_receipt(struct fj_buf *b, const struct envelope *v);
bool items_is_receipt(const uint8_t *item, size_t n);
/* Owned (envelope_release).  FJ_INVAL "wire.json", "wire.member" {"text"}; nothing
 * is believed: receipt_verify does that. */
FJ_MUST enum fj_rc items_receipt(const uint8_t *item, size_t n, struct envelope *out,
    struct fj_err *e);

/* One roster item. */
void items_add_entry(struct fj_buf *b, const void *frame, size_t n,
    const uint8_t sig[ENTRY_SIG]);
/* FJ_CORRUPT "wire.items" when shorter than an entry with its signature. */
FJ_MUST enum fj_rc items_split_entry(const uint8_t *item, size_t n,
    const uint8_t **frame, size_t *nframe, const uint8_t **sig, struct fj_err *e);

#endif
