/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the person, or the bureau's rule, set for the sync of this workspace.  Kept as
 * one sealed fact ("sync" "policy"), so that it survives a restart and every program
 * of the workspace sees the same.
 */
#ifndef FJ_CLIENT_POLICY_H
#define FJ_CLIENT_POLICY_H

#include <stdbool.h>

#include "base/rc.h"

struct journal;

enum {
	PROXY_TEXT = 256,
};

struct client_policy {
	bool paused;			/* nothing syncs by itself */
	bool metered;			/* entries only */
	bool sealed_only;		/* nothing of a visit before its freeze */
	char proxy[PROXY_TEXT];		/* "" as the environment says, "none", or a URL */
};
/* Nothing set: all zero. */
void client_policy_load(struct journal *j, struct client_policy *out);
FJ_MUST enum fj_rc client_policy_save(struct journal *j, const struct client_policy *p,
    struct fj_err *e);

/* "none", "environment", or http://, https://, socks5h://[user:password@]host[:port]
 * into what struct client_policy keeps.  FJ_INVAL "sync.proxy" {as it is shown}. */
FJ_MUST enum fj_rc proxy_check(const char *text, char out[PROXY_TEXT], struct fj_err *e);
/* Without user and password: for a screen, for a log, for an error. */
void proxy_shown(const char *proxy, char out[PROXY_TEXT]);
/* The one that the environment names for https, "" for none. */
const char *proxy_environment(void);
/* Hosts that go without one: this machine, and what the environment names. */
void proxy_exempt(char *out, unsigned n);

#endif
