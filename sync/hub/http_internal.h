/* SPDX-License-Identifier: Apache-2.0 */
/* Private to http*.c. */
#ifndef FJ_HUB_HTTP_INTERNAL_H
#define FJ_HUB_HTTP_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "hub/commit.h"
#include "hub/http.h"
#include "hub/push.h"
#include "hub/routes.h"
#include "hub/upload.h"
#include "hub/work.h"

enum conn_phase {
	CONN_HEAD = 1,		/* first header lines of a connection */
	CONN_IDLE,		/* between requests */
	CONN_BODY,		/* a body comes, or an answer goes */
	CONN_STREAM,		/* evidence comes: a least rate */
	CONN_FILE,		/* evidence goes: silence is the only limit */
	CONN_HELD,		/* by us: a worker, the writer, parked */
};

struct conn {
	struct conn *next, **link;
	int fd;
	enum conn_phase phase;
	int64_t since;			/* ms; of the phase, or of the present window */
	uint64_t in;			/* bytes of evidence in the window */
};

/* Who has the request now.  Only its owner touches it. */
enum stage {
	STAGE_READ = 0,		/* libmicrohttpd's thread: more may come */
	STAGE_BEGIN,		/* a worker opens the upload */
	STAGE_BEGUN,		/* it did: the body may come */
	STAGE_RUN,		/* a worker, the writer, or it is parked */
	STAGE_DONE,		/* r is complete, to be sent */
	STAGE_SENT,
};

/* One request; *con_cls of libmicrohttpd. */
struct request {
	struct work_item item;		/* first: workers hand it back */
	struct commit_job job;
	struct http *w;
	struct MHD_Connection *mc;
	struct conn *conn;
	_Atomic enum stage stage;
	const struct route *rt;
	const char *name;		/* for the log */
	enum verb verb;
	struct ask ask;
	struct fj_buf body;
	const char *coding, *dictionary;	/* of the body, or NULL */
	bool packs;			/* it understands packed answers */
	int64_t number;			/* Upload-Offset or Upload-Length; -1: none */
	const char *range;
	bool tus;			/* it speaks it */
	size_t charged;			/* bytes of the common memory */
	char peer[64];			/* PEER_TEXT */
	struct id dev;			/* of the token */
	struct upload *upload;
	struct push *push;
	bool early;			/* r is complete before the body is */
	bool begun_told;		/* libmicrohttpd said twice that the header is there */
	struct reply r;
	int64_t begun, wait_until;	/* ms */
	uint64_t in;

	/* parked */
	struct request *next_parked;
	unsigned generation;		/* of what it has seen */
	int again;			/* times that it was run because of that */
};

struct http {
	struct hub *h;
	struct http_options o;
	struct MHD_Daemon *daemon;
	struct work *work;
	struct work *files;		/* disks and digests of evidence: seconds, not moments */
	int listen_fd;
	char address[96];
	char *cert, *key;
	size_t memory_max;

	pthread_mutex_t mutex;		/* of the next four */
	struct conn *conns;
	size_t nconn;
	struct request *parked;
	size_t nparked;

	struct work_item notify;	/* who of the parked is to be woken */
	atomic_bool notify_waits, news;
	atomic_uint generation;		/* of what was stored */
	uint64_t seen, seen_roster;	/* position and row; of notify alone */

	struct work_item sweep;		/* of expired uploads */
	atomic_bool sweeping;
	int64_t swept;			/* ms; when it was last begun; of http_tick alone */

	_Atomic(const char *) health;	/* what was found last, or NULL */
	atomic_llong health_ms;

	atomic_bool stopping;
	atomic_size_t active;		/* requests under way */
	atomic_size_t memory;
	atomic_ullong requests, refused;
};

int64_t http_now(const struct http *w);

/* http_conn.c: connections and their deadlines. */
void conn_notify(void *cls, struct MHD_Connection *mc, void **ctx,
    enum MHD_ConnectionNotificationCode code);
void conn_phase(struct http *w, struct conn *c, enum conn_phase phase);
void conn_count(struct http *w, struct conn *c, size_t n);	/* evidence came */
void conn_sweep(struct http *w);

/* http_frame.c: where a request ends. */
enum {
	FRAME_DRAINED = 1 << 20,	/* of a body past all limits, so that its sender hears why */
};
/* One way to say how long the body is, or none: else 400, and the connection ends. */
bool frame_clear(struct MHD_Connection *mc);
/* An address with a NUL in it stays as it is written: it is no route. */
size_t frame_unescape(void *ctx, struct MHD_Connection *mc, char *text);
/* It goes on and on: the connection ends without an answer. */
bool frame_endless(const struct request *q);

/* http_request.c: what is asked.  Memory: charge answers false when there is none. */
struct request *request_new(struct http *w, struct MHD_Connection *mc, const char *url,
    const char *method);
void request_free(struct request *q);
void request_body(struct request *q, const char *p, size_t n);
bool request_charge(struct request *q, size_t now);
/* 503 with Retry-After; what was in the answer goes. */
void request_refuse(struct request *q);

/* http_run.c: in the workers. */
void run_begin(struct hub *view, struct work_item *it);
void run_whole(struct hub *view, struct work_item *it);
void run_flush(struct hub *view, struct work_item *it);
void run_sweep(struct hub *view, struct work_item *it);
void run_lost(struct hub *view, struct work_item *it);	/* the connection died */

/* http_health.c: the answer to /healthz, in a worker. */
void run_health(struct hub *view, struct work_item *it);

/* http_reply.c */
enum MHD_Result reply_send(struct request *q, struct MHD_Connection *mc);
void reply_pack(struct hub *view, struct request *q);

/* http_park.c */
void park(struct request *q);
void park_poke(struct http *w);		/* something was stored */
void park_run(struct hub *view, struct work_item *it);
void park_tick(struct http *w);		/* those whose time is over; all when stopping */

/* http_listen.c */
FJ_MUST enum fj_rc listen_open(const char *text, bool tls, int *fd, char address[96],
    struct fj_err *e);

#endif
