/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two officers at one machine: the second signs from his own workspace, with his own
 * passphrase and key.  The same entries as if he had signed on his laptop.
 */
#ifndef FJ_APP_TOGETHER_H
#define FJ_APP_TOGETHER_H

#include "app/app.h"

/*
 * other_home: his workspace.  Entries of the visit go to it, his come back; both hold
 * the same afterwards, also when he could not sign.  Evidence files stay where they
 * are: entries carry their digests.
 * FJ_DENIED "journal.passphrase", "app.together-member" {name}; FJ_NOTFOUND
 * "app.no-workspace"; FJ_INVAL "app.together-same"; FJ_REFUSED "app.together-self"
 * {name}, "app.together-more" {name, number} (he holds what the freeze does not: it is
 * here now), model.*; as app_unlock and dossier_sign.
 */
FJ_MUST enum fj_rc app_sign_here(struct app *a, const struct id *visit,
    const char *other_home, const char *passphrase, struct fj_err *e);

#endif
