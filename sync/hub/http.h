/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP by libmicrohttpd: translates and nothing else.  Limits of PROTOCOL.md
 * section 1: header lines within 30 s, silence at most 60 s, a body that is no
 * evidence within 300 s; so many connections, so many from one address; a long
 * poll is parked and costs no thread.
 */
#ifndef FJ_HUB_HTTP_H
#define FJ_HUB_HTTP_H

#include <stdbool.h>

#include "hub/hub.h"

struct http;

struct http_options {
	const char *listen;		/* "127.0.0.1:8443", "[::1]:0", ":8443" */
	const char *tls_cert, *tls_key;	/* PEM files; both or none */
	int connections;		/* 0: HTTP_CONNECTIONS */
	/* One line a request for the log, without names and ids. */
	void (*log)(void *ctx, const char *line);
	void *ctx;
};

enum {
	HTTP_CONNECTIONS = 512,
	HTTP_PER_ADDRESS = 128,
	HTTP_PARKED = 256,
	HTTP_THREADS = 4,
	HTTP_HEADER_S = 30,
	HTTP_SILENCE_S = 60,
	HTTP_BODY_S = 300,
};

/*
 * FJ_INVAL "hub.listen" {text}; FJ_REFUSED "hub.plain-http" {address}: without TLS
 * only loopback; FJ_IO "hub.listen-failed" {address, reason}; FJ_NOTFOUND and
 * FJ_INVAL for the PEM files.
 */
FJ_MUST enum fj_rc http_start(struct hub *h, const struct http_options *o,
    struct http **out, struct fj_err *e);
/* "127.0.0.1:PORT" as it listens. */
const char *http_address(const struct http *w);
/* At least once a second: deadlines, parked polls. */
void http_tick(struct http *w);
/* No new connections; requests under way end (at most wait_s); then closed. */
void http_stop(struct http **w, int wait_s);

#endif
