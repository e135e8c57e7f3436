/* SPDX-License-Identifier: Apache-2.0 */
/* Private: one request of xfer.h on its way, and the judgement of its answer. */
#ifndef FJ_CLIENT_CALL_H
#define FJ_CLIENT_CALL_H

#include <curl/curl.h>

#include "client/xfer.h"

struct call {
	struct xfer *x;
	const char *url;		/* of the hub, borrowed */
	const char *proxy;		/* as it is shown; "" none; borrowed */
	CURL *easy;
	uint64_t id;			/* 0: free */
	struct xfer_request r;
	char *body;			/* copy */
	size_t sent;
	struct curl_slist *lines;
	struct answer a;
	int protocol;			/* of the Feijian header; -1 none */
	char media[128];
	char coding[16], dictionary[16];	/* of the answer's body; "" */
	bool sink_failed;
	bool over;			/* libcurl is through with it */
	bool slow;			/* small pieces */
	char why[CURL_ERROR_SIZE];
	CURLcode code;
	xfer_done done;
	void *ctx;
	struct call *next;
};

/* CURLOPT_HEADERFUNCTION and _WRITEFUNCTION; ctx: struct call. */
size_t call_header(char *line, size_t size, size_t count, void *ctx);
size_t call_body(char *p, size_t size, size_t count, void *ctx);
/* Into c->a, whose rc it is. */
enum fj_rc call_judge(struct call *c);

#endif
