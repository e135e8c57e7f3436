/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP by libmicrohttpd: translates and nothing else.  Its threads parse and collect;
 * a whole request is suspended, runs in a worker (work.h) with a view of its own, and
 * is resumed with its answer; what is pushed goes through the one writer (commit.h).
 *
 * Limits of PROTOCOL.md section 1: header lines within 30 s, silence at most 60 s, a
 * body that is no evidence and the reading of an answer within 300 s, a least rate for
 * evidence; so many connections, so many from one address, so many bytes of bodies and
 * answers in memory together.  Beyond: 503 with Retry-After.
 *
 * L1  a long poll costs no thread; it is run again when a stream that its caller may
 *     see has moved, when the roster has, or when its time is over.
 * L2  no request is lost by http_stop: what was read whole is answered.
 */
#ifndef FJ_HUB_HTTP_H
#define FJ_HUB_HTTP_H

#include <stdbool.h>

#include "hub/hub.h"

struct http;
struct metrics;
struct store;

struct http_options {
	const char *listen;		/* "127.0.0.1:8443", "[::1]:0", ":8443" */
	const char *tls_cert, *tls_key;	/* PEM files; both or none */
	int connections;		/* 0: HTTP_CONNECTIONS */
	int per_address;		/* 0: HTTP_PER_ADDRESS */
	int workers;			/* 0: by the processors */
	size_t memory;			/* bytes of bodies; 0: HTTP_MEMORY */
	/* Proxies whose X-Forwarded-For counts (peer.h), with commas; or NULL.  With them
	 * per_address is as large as connections unless it was given. */
	const char *trusted;
	int64_t least_free;		/* bytes of disk; 0: HTTP_LEAST_FREE */
	struct metrics *metrics;	/* gets every answer; or NULL */
	/* Monotonic milliseconds, for the deadlines; NULL: the system's. */
	int64_t (*now)(void *ctx);
	/* One line a request for the log, without names and ids. */
	void (*log)(void *ctx, int status, const char *line);
	void *ctx;			/* of both */
};

enum {
	HTTP_CONNECTIONS = 8192,
	HTTP_PER_ADDRESS = 256,
	HTTP_MEMORY = 96 << 20,
	HTTP_THREADS = 4,
	HTTP_FILES = 4,			/* threads that wait for disks and make digests */
	HTTP_HEADER_S = 30,
	HTTP_SILENCE_S = 60,
	HTTP_BODY_S = 300,
	HTTP_RATE_S = 60,		/* evidence: at least so many bytes in so long */
	HTTP_RATE_BYTES = 2048,
	HTTP_SWEEP_S = 60,		/* expired uploads go so often */
	HTTP_HEALTH_MS = 1000,		/* so long an answer of /healthz stands */
	HTTP_WRITER_MS = 30000,		/* and so long a commit that failed */
	HTTP_LEAST_FREE = 64 << 20,	/* bytes; with less it is not well */
	HTTP_RETRY_S = 2,		/* of Retry-After when there is too much to do */
};

/*
 * FJ_INVAL "hub.listen" {text}; FJ_REFUSED "hub.plain-http" {address}: without TLS
 * only loopback; FJ_IO "hub.listen-failed" {address, reason}; FJ_NOTFOUND and
 * FJ_INVAL for the PEM files.  Starts the writer of h too.
 */
FJ_MUST enum fj_rc http_start(struct hub *h, const struct http_options *o,
    struct http **out, struct fj_err *e);
/* "127.0.0.1:PORT" as it listens. */
const char *http_address(const struct http *w);
/* At least once a second: deadlines, parked polls, what other processes stored. */
void http_tick(struct http *w);

/*
 * No new connections; long polls are answered, requests under way end.  True once all
 * is done; ask again (http_tick is not needed) until it is or patience ends.
 */
bool http_drain(struct http *w);
/* What has not ended is cut; what was given to the writer is stored. */
void http_stop(struct http **w);

struct http_counts {
	size_t connections, active, waiting, parked, memory;
	uint64_t requests, refused;	/* refused: 503 for want of room */
};
void http_counts(struct http *w, struct http_counts *out);

/* Is the hub fit for work?  "ok", or what is not: "stopping", "store" (it cannot be
 * reached), "evidence" (the folder is gone), "writer" (a commit failed just now), "disk"
 * (nearly full).  s: a handle of the caller's thread.  Any thread. */
const char *http_health(const struct http *w, struct store *s);
/* Free bytes of the evidence folder and of where a SQLite store is; -1 not known. */
void http_space(const struct http *w, int64_t *evidence, int64_t *store);

#endif
