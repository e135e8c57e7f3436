/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From method and path to a function of the core, by a table.  Pure but for what
 * the functions do: http.c and the tests of the core call the same.
 */
#ifndef FJ_HUB_ROUTES_H
#define FJ_HUB_ROUTES_H

#include "hub/auth.h"

enum verb { VERB_GET = 1, VERB_HEAD, VERB_POST, VERB_PATCH, VERB_DELETE, VERB_OPTIONS, VERB_OTHER };

enum route_flags {
	ROUTE_TUS = 1,			/* Tus-Resumable is asked for */
	ROUTE_SMALL = 2,		/* body at most WIRE_JSON_BYTES */
	ROUTE_STREAM = 4,		/* body goes through upload_* */
	ROUTE_WRITES = 8,		/* fn gets the hub itself, under hub_lock */
	ROUTE_PUSH = 16,		/* push_* in three steps; no fn */
	ROUTE_SCRATCH = 32,		/* an upload of no visit */
};

typedef enum fj_rc (*route_fn)(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);

struct route {
	enum verb verb;
	const char *path;	/* {I} an id, {H} a hash; also the name in the log */
	enum auth_need need;
	int flags;
	const char *media;	/* of the body; NULL: none */
	route_fn fn;		/* NULL: http.c has its own way (healthz, uploads) */
};

/* NULL: *allowed says whether the path is known with other methods ("" = not). */
const struct route *route_find(enum verb v, const char *path, struct ask *a,
    char allowed[64]);
const char *verb_name(enum verb v);
const struct route *route_at(size_t i);		/* NULL past the end */

/*
 * Authorise and run; h: a view, or the hub.  r is complete afterwards (or parked).
 * What is pushed goes through commit_wait.
 */
void route_run(struct hub *h, const struct route *rt, const struct ask *a,
    struct reply *r);
/* Of a ROUTE_PUSH: authorise and prepare.  NULL: r is complete. */
struct push *route_push(struct hub *h, const struct route *rt, const struct ask *a,
    struct reply *r);

#endif
