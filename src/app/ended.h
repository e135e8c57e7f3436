/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of this device, as the signed roster says it: never on the unsigned word
 * of a hub.  `lost`: at once.  `retired`: first everything goes up.  Then passphrase
 * and code open nothing any more; the data stay, for the bureau.
 *
 *	none -> lost                          -> over
 *	none -> retired -> (pending = 0)      -> over
 */
#ifndef FJ_APP_ENDED_H
#define FJ_APP_ENDED_H

#include "app/app.h"

/*
 * Ask it after whatever may have brought roster rows; not from inside a running
 * sync's callbacks, because what it ends is freed.
 * FJ_DENIED "app.ended-lost", "app.ended-retired" {home}: done just now; locked in
 * every process.  FJ_OK: nothing to do, or a retired device still has to send.
 */
FJ_MUST enum fj_rc app_end_settle(struct app *a, struct fj_err *e);
/* A retired device that still has to send: true, and *e says "app.ended-draining"
 * {entries, files}. */
bool app_end_draining(struct app *a, struct fj_err *e);

#endif
