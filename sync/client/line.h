/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sockets below libcurl: what is set on them, what the kernel tells of them, and
 * which of them are dead though they do not know it.
 *
 * L1  a connection from which nothing was acknowledged for pace_doubt_ms while
 *     something was to be acknowledged is doubted: another one is tried beside it,
 *     every second anew.  When that one stands and the doubted one was silent for
 *     pace_dead_ms, the doubted one is shut down; the new one is given to the next
 *     request.
 * L2  one that is silent for pace_stall_ms is shut down in any case.
 * L3  a connection that answers is never shut down here.
 * Where the kernel tells nothing (TCP_INFO), only TCP_USER_TIMEOUT is left.
 */
#ifndef FJ_CLIENT_LINE_H
#define FJ_CLIENT_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "client/pace.h"
#include "os/loop.h"

struct lines;

/* pace is borrowed; it learns from what is measured here. */
struct lines *lines_new(struct loop *loop, struct pace *pace);
void lines_free(struct lines **l);

/* A socket to this address, or the one of L1 that stands already; -1: errno. */
int lines_open(struct lines *l, int family, int type, int protocol,
    const struct sockaddr *to, socklen_t len);
/* Options; true: it is connected already. */
bool lines_prepare(struct lines *l, int fd);
void lines_close(struct lines *l, int fd);
/* A request runs over it, or waits patiently for what may come late; or none does. */
void lines_busy(struct lines *l, int fd, bool patient);
void lines_idle(struct lines *l, int fd);
/* Connections that no request uses and that are older than this are not used again. */
void lines_shut_idle(struct lines *l, int64_t older_than);

#endif
