/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of both faces for values of the model, in the user's language.
 * Ids are for JSON and scripts: never translated.
 */
#ifndef FJ_APP_WORDS_H
#define FJ_APP_WORDS_H

#include "app/dossier.h"
#include "app/syncing.h"
#include "base/buf.h"
#include "text/msg.h"

const char *word_state(const struct msg *m, enum visit_state s);
const char *word_stage(const struct msg *m, enum finding_stage s);
const char *word_status(const struct msg *m, enum entry_status s);
const char *word_sign(const struct msg *m, enum sign_how h);
/* A field of a finding; m NULL: the English text, for _() later. */
const char *word_field(const struct msg *m, const char *field);

const char *stage_id(enum finding_stage s);
const char *status_id(enum entry_status s);
const char *phase_id(enum sync_phase p);
const char *verify_id(enum verify_result r);
/* OK, FAIL, ABSENT: on papers and screens in every language. */
const char *word_verify(enum verify_result r);

/* What an entry did, with the labels of the forms where they are here. */
void word_entry(const struct msg *m, const struct dossier *d, const struct visit_entry *en,
    struct fj_buf *out);

/* One line: what the sync does now, how far it is, when it tries again. */
void word_sync_now(const struct msg *m, const struct sync_state *s, struct fj_buf *out);
/* What arrived truly: entries and findings receipted, evidence of how much, the rest. */
void word_sync_arrived(const struct msg *m, const struct sync_state *s, struct fj_buf *out);
/* What was set and holds: paused, entries only, sealed visits only, a proxy; or nothing. */
void word_sync_policy(const struct msg *m, const struct sync_state *s, struct fj_buf *out);
/* When the last complete sync was, or "never". */
void word_sync_last(const struct msg *m, const struct sync_state *s, struct instant now,
    struct fj_buf *out);

#endif
