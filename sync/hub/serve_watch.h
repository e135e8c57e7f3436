/* SPDX-License-Identifier: Apache-2.0 */
/* What a hub that serves does by itself now and then: it warns, it lets old rows of the
 * audit log go, it tells systemd how it is. */
#ifndef FJ_HUB_SERVE_WATCH_H
#define FJ_HUB_SERVE_WATCH_H

#include "hub/http.h"
#include "hub/serve_log.h"

struct watch;

enum {
	WATCH_WARN_MS = 60000,
	WATCH_AUDIT_MS = 6 * 3600000,
};

/* audit_days 0: rows are kept.  Borrows all of them until watch_free, which comes
 * after http_stop (a transaction may hold a part of it). */
struct watch *watch_new(struct hub *h, struct http *w, struct serve_log *log,
    int audit_days);
void watch_free(struct watch **v);
/* About once a second. */
void watch_tick(struct watch *v);

/* To $NOTIFY_SOCKET, when systemd (Type=notify) set it: "READY=1" and the like. */
void notify_system(const char *state);

#endif
