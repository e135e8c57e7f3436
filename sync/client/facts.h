/* SPDX-License-Identifier: Apache-2.0 */
/* Private: the sealed facts that a sync keeps (client.h has the list). */
#ifndef FJ_CLIENT_FACTS_H
#define FJ_CLIENT_FACTS_H

#include "client/client.h"
#include "wire/wire.h"

enum {
	CHAIN_KEY = 2 * ID_LEN,
	SENT_BYTES = 8 + HASH_LEN + 8,
};

struct chain_key {
	uint8_t b[CHAIN_KEY];
};
struct chain_key chain_key(const struct id *stream, const struct id *dev);

/* The newest entry of a chain that the hub is known to hold. */
struct sent {
	uint64_t seq;
	struct hash id;
	uint64_t position;	/* of the receipt */
};
/* seq 0: nothing known. */
FJ_MUST enum fj_rc sent_get(struct journal *j, const struct id *stream,
    const struct id *dev, struct sent *out, struct fj_err *e);
/*
 * From which seq on the line that ends at this tip is to be sent; head->seq + 1: the hub
 * holds it all.  A chain with two lines has a mark for each tip (space "sync-tip"), so
 * that one line is not offered for the other's sake.
 */
FJ_MUST enum fj_rc sent_from(struct journal *j, const struct id *stream,
    const struct chain_head *head, uint64_t *from, struct fj_err *e);
/* Is this very entry known to be the end of what the hub holds of its line? */
FJ_MUST enum fj_rc sent_tip(struct journal *j, const struct id *stream,
    const struct id *dev, const struct hash *id, bool *yes, struct fj_err *e);
struct tip_key {
	uint8_t b[2 * ID_LEN + HASH_LEN];
};
struct tip_key tip_key(const struct id *stream, const struct id *dev,
    const struct hash *id);
void sent_encode(const struct sent *s, uint8_t out[SENT_BYTES]);

FJ_MUST enum fj_rc hub_save(struct journal *j, const struct client_hub *h,
    struct fj_err *e);

FJ_MUST enum fj_rc text_get(struct journal *j, const char *space, const char *key,
    struct fj_buf *out, struct fj_err *e);	/* absent: FJ_OK and empty */
FJ_MUST enum fj_rc text_put(struct journal *j, const char *space, const char *key,
    const char *value, struct fj_err *e);	/* NULL deletes */

/* The roster entry that ends this device, where it came without the rest of its
 * chain: into a roster that judges it.  Nothing when there is none. */
void end_join(struct journal *j, struct roster *r);

FJ_MUST enum fj_rc aside_put(struct journal *j, const struct client_aside *a,
    struct fj_err *e);
FJ_MUST enum fj_rc aside_drop(struct journal *j, const struct id *stream,
    const struct id *dev, struct fj_err *e);
/* *found false: not set aside. */
FJ_MUST enum fj_rc aside_get(struct journal *j, const struct id *stream,
    const struct id *dev, struct client_aside *out, bool *found, struct fj_err *e);

/* Each evidence.add of a visit. */
struct named_file {
	struct id visit, evidence, dev;
	uint64_t seq;		/* of its entry */
	struct evidence_wanted {
		int64_t size;
		struct hash sha256, sm3;
	} want;
};
FJ_MUST enum fj_rc files_each(struct journal *j, const struct id *visit,
    void (*fn)(void *ctx, const struct named_file *f), void *ctx, struct fj_err *e);

#endif
