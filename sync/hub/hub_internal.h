/* SPDX-License-Identifier: Apache-2.0 */
/* Private to hub.c, hub_log.c, hub_create.c, hub_view.c and log_proof.c. */
#ifndef FJ_HUB_HUB_INTERNAL_H
#define FJ_HUB_HUB_INTERNAL_H

#include "hub/hub.h"

void hub_mutex_new(struct hub *h);
/* Epoch, root, an empty roster. */
FJ_MUST enum fj_rc hub_read_meta(struct hub *h, struct fj_err *e);

FJ_MUST enum fj_rc hub_tree_load(struct store *s, struct merkle *m, struct fj_err *e);
FJ_MUST enum fj_rc hub_tree_save(struct store *s, const struct merkle *m,
    struct fj_err *e);

/* One roster entry of `id` behind *head: encode, sign, store, log. */
FJ_MUST enum fj_rc hub_roster_append(struct hub *h, const struct identity *id,
    struct chain_head *head, const struct fj_buf *payload, struct fj_err *e);

#endif
