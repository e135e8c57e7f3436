/* SPDX-License-Identifier: Apache-2.0 */
/* Private to http.c, http_listen.c and http_conn.c. */
#ifndef FJ_HUB_HTTP_INTERNAL_H
#define FJ_HUB_HTTP_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "hub/http.h"
#include "hub/routes.h"
#include "hub/upload.h"

enum conn_phase {
	CONN_HEAD = 1,		/* first header lines of a connection */
	CONN_IDLE,		/* between requests */
	CONN_BODY,
	CONN_STREAM,		/* evidence: silence is the only limit */
	CONN_PARKED,
};

struct conn {
	struct conn *next, **link;
	int fd;
	enum conn_phase phase;
	int64_t since;			/* monotonic ms */
};

struct parked {
	struct parked *next;
	struct MHD_Connection *mc;
};

struct http {
	struct hub *h;
	struct http_options o;
	struct MHD_Daemon *daemon;
	int listen_fd;
	char address[96];
	char *cert, *key;
	pthread_mutex_t mutex;		/* of conns and parked */
	struct conn *conns;
	struct parked *parked;
	int nparked;
	atomic_bool stopping;
	atomic_int active;		/* requests under way */
};

/* One request; *con_cls of libmicrohttpd. */
struct request {
	struct http *w;
	struct conn *conn;
	const struct route *rt;
	const char *name;		/* for the log */
	enum verb verb;
	struct ask ask;
	struct fj_buf body;
	char peer[64];
	struct upload *upload;
	bool early;			/* r is complete before the body is */
	bool ran;
	struct reply r;
	int64_t begun, wait_until;	/* monotonic ms */
	uint64_t in;
};

/* Connections and their deadlines. */
void conn_notify(void *cls, struct MHD_Connection *mc, void **ctx,
    enum MHD_ConnectionNotificationCode code);
void conn_phase(struct http *w, struct conn *c, enum conn_phase phase);
void conn_sweep(struct http *w);
/* False: too many are parked; answer now. */
bool conn_park(struct http *w, struct MHD_Connection *mc);
void conn_wake(struct http *w);

/* Listening socket, address text. */
FJ_MUST enum fj_rc listen_open(const char *text, bool tls, int *fd, char address[96],
    struct fj_err *e);

#endif
