/* SPDX-License-Identifier: Apache-2.0 */
/* The words of DESIGN section 2 for values of the model, in the user's language. */
#ifndef FJ_CLI_WORDS_H
#define FJ_CLI_WORDS_H

#include "app/syncing.h"
#include "base/buf.h"
#include "model/view.h"
#include "model/visit.h"
#include "text/msg.h"

const char *word_state(const struct msg *m, enum visit_state s);
const char *word_stage(const struct msg *m, enum finding_stage s);
/* lead, suspected, established: for JSON and entries. */
const char *stage_id(enum finding_stage s);
const char *word_status(const struct msg *m, enum entry_status s);
const char *status_id(enum entry_status s);
const char *word_sign(const struct msg *m, enum sign_how h);
const char *word_phase(const struct msg *m, enum sync_phase p);
const char *phase_id(enum sync_phase p);
/* OK, FAIL, ABSENT: for scripts too, so never translated. */
const char *word_verify(enum verify_result r);
const char *verify_id(enum verify_result r);
/* A field of a finding. */
const char *word_field(const struct msg *m, const char *field);
/* What an entry did, in words: "answered {path}: {value}". */
void word_entry(const struct msg *m, const struct visit_entry *en, struct fj_buf *out);

#endif
