/* SPDX-License-Identifier: Apache-2.0 */
/* The words of DESIGN section 2 for values of the model, in the user's language. */
#ifndef FJ_TUI_VIEW_WORDS_H
#define FJ_TUI_VIEW_WORDS_H

#include "app/syncing.h"
#include "base/buf.h"
#include "model/view.h"
#include "model/visit.h"
#include "text/msg.h"

const char *say_state(const struct msg *m, enum visit_state s);
const char *say_stage(const struct msg *m, enum finding_stage s);
const char *say_status(const struct msg *m, enum entry_status s);
const char *say_sign(const struct msg *m, enum sign_how h);
const char *say_phase(const struct msg *m, enum sync_phase p);
/* A field of a finding. */
const char *say_field(const struct msg *m, const char *field);
/* What an entry did, in words: "answered {path}: {value}". */
void say_entry(const struct msg *m, const struct visit_entry *en, struct fj_buf *out);

#endif
