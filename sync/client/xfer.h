/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests through libcurl, several at once, driven by the program's loop; and the
 * judgement whether an answer is a hub's at all (PROTOCOL.md section 1).
 *
 * X1  TLS always verifies but where `unverified` is set (enrolment, whose MACs
 *     prove the hub); plain HTTP goes to loopback only; no redirect is followed.
 * X2  done() is called exactly once for each xfer_start that answered FJ_OK, unless
 *     xfer_drop or xfer_cancel came first, and never from inside xfer_start.
 * X3  at most XFER_CONNECTIONS connections stand at once; they are used again, but
 *     none that is older than the last cut.  Further requests wait for one.
 * X4  no request has a total deadline: what moves may take its time (line.h says
 *     when nothing moves; an answer that does not come is waited for stall_s).
 */
#ifndef FJ_CLIENT_XFER_H
#define FJ_CLIENT_XFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rc.h"
#include "client/line.h"
#include "client/pace.h"
#include "os/loop.h"
#include "wire/problem.h"

struct xfer;

struct answer {
	enum fj_rc rc;			/* FJ_OK: a 2xx of a hub, of the expected kind */
	struct fj_err err;
	bool cut;			/* no answer of anybody: the link */
	bool refused;			/* the hub answered a problem: */
	struct problem problem;
	long status;
	struct fj_buf body;
	bool more;			/* Feijian-More */
	int64_t roster, offset, receipt, receipts;	/* -1: not there */
	int64_t retry_after;		/* seconds, -1 */
	int64_t began, took_ms;		/* monotonic; of the whole exchange */
	int64_t up;			/* bytes of the body that were given to the link */
	char location[256];		/* of a 201; "" */
};

struct xfer_request {
	const char *method;		/* "GET", "POST", "HEAD", "PATCH" */
	const char *path;		/* "/v1/…" */
	const char *token;		/* NULL: none */
	const char *media;		/* of the body */
	const void *body;		/* copied; or read: */
	size_t nbody;
	size_t (*read)(void *ctx, void *p, size_t n);	/* 0 end, SIZE_MAX abort */
	int64_t length;			/* bytes that read will give */
	bool (*sink)(void *ctx, const void *p, size_t n);	/* of a 2xx body; else answer.body */
	void (*moved)(void *ctx, int64_t up, int64_t down);	/* may be NULL */
	void *ctx;
	const char *expect;		/* media of a 2xx; NULL: none is asked for */
	const char *header[8];		/* further lines, copied */
	int nheader;
	bool unverified;
	bool patient;			/* a long poll: silence is what is expected */
	bool foreign;			/* no hub: no Feijian header is asked for (tus) */
	long stall_s;			/* silence after which no answer comes; 0: XFER_STALL_S */
};

enum {
	XFER_STALL_S = 30,
	XFER_CONNECT_S = 20,
	XFER_CONNECTIONS = 4,
};

typedef void (*xfer_done)(void *ctx, struct answer *a);

/* url: scheme://host[:port] as url_check left it; ca: PEM or NULL; pace: borrowed,
 * learns from what moves. */
FJ_MUST enum fj_rc xfer_new(struct loop *loop, const char *url, const char *ca,
    struct pace *pace, struct xfer **out, struct fj_err *e);
/* As struct client_policy keeps it. */
void xfer_proxy(struct xfer *x, const char *proxy);
/* The network is another one: what stands idle is not used again. */
void xfer_moved(struct xfer *x);
void xfer_free(struct xfer **x);
/* *call (may be NULL) names the request for xfer_drop; never 0. */
FJ_MUST enum fj_rc xfer_start(struct xfer *x, const struct xfer_request *r,
    xfer_done done, void *ctx, uint64_t *call, struct fj_err *e);
void xfer_drop(struct xfer *x, uint64_t call);	/* one that is over, and 0, are allowed */
void xfer_cancel(struct xfer *x);		/* all of them */

/* Trim and check: https, or http to loopback.  FJ_INVAL "sync.url" {url};
 * FJ_REFUSED "sync.plain-http" {url}. */
FJ_MUST enum fj_rc url_check(const char *url, char out[256], struct fj_err *e);

#endif
