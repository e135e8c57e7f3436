/* SPDX-License-Identifier: Apache-2.0 */
/* The state of the sync, as `sync` and `status` say it. */
#ifndef FJ_CLI_STATE_H
#define FJ_CLI_STATE_H

#include "app/syncing.h"
#include "cli/out.h"

/* Several lines: what is safe where. */
void state_text(struct cli *c, const struct sync_state *s);
/* Members of an open object. */
void state_json(struct cli *c, const struct sync_state *s, struct json_w *w);

#endif
