/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /metrics and /healthz on an address of their own, for whoever watches the hub; a
 * thread and a handle of the store of its own, so that a busy hub still answers.
 */
#ifndef FJ_HUB_METRICS_HTTP_H
#define FJ_HUB_METRICS_HTTP_H

#include "hub/metrics.h"

struct metrics_http;

/*
 * listen: as of http_options; without a host ("9101" or ":9101") loopback.  w and m are
 * borrowed until metrics_http_stop.  What http_start answers for the address.
 */
FJ_MUST enum fj_rc metrics_http_start(struct hub *h, struct http *w, struct metrics *m,
    const char *listen, struct metrics_http **out, struct fj_err *e);
const char *metrics_http_address(const struct metrics_http *s);
/* Before http_stop of w.  Well on NULL. */
void metrics_http_stop(struct metrics_http **s);

#endif
