/* SPDX-License-Identifier: Apache-2.0 */
/* What a freeze says about the entries under its heads (FORMAT.md section 6);
 * computed alike by the one who freezes and by those who verify. */
#ifndef FJ_MODEL_FREEZE_FACTS_H
#define FJ_MODEL_FREEZE_FACTS_H

#include "base/id.h"
#include "model/internal.h"

struct freeze_facts {
	int64_t count;			/* entries under the heads */
	struct hash root;		/* of their Merkle tree */
	int64_t evidence_count, evidence_bytes;
	struct hash evidence_digest;
};

/* heads: the newest entry of each branch. */
void freeze_facts_of(struct vent *const *heads, size_t n, const struct view *w,
    struct freeze_facts *out);

#endif
