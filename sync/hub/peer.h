/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks, when a proxy stands before the hub.
 *
 * PX1  X-Forwarded-For counts only from an address that --trusted-proxy names; of its
 *      addresses the last that is no such proxy's.  Whatever else stands in it was
 *      written by whoever asked.
 */
#ifndef FJ_HUB_PEER_H
#define FJ_HUB_PEER_H

#include <stdbool.h>

enum { PEER_TEXT = 64 };

/* trusted: addresses with commas, or NULL.  Is each a numeric address? */
bool peer_trusted_valid(const char *trusted);
/* socket: the address at the other end.  forwarded: the header's last line, or NULL. */
void peer_of(const char *trusted, const char *socket, const char *forwarded,
    char out[PEER_TEXT]);

#endif
