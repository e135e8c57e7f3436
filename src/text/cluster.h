/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grapheme clusters by three clauses: what has no width extends, an emoji
 * modifier extends, ZWJ joins a symbol.  Offsets are bytes of UTF-8; a
 * malformed byte is a cluster of its own.
 */
#ifndef FJ_TEXT_CLUSTER_H
#define FJ_TEXT_CLUSTER_H

#include <stddef.h>

/* End of the cluster that begins at i; n at the end. */
size_t cluster_next(const char *p, size_t n, size_t i);
/* Begin of the cluster that ends at i; 0 at the start. */
size_t cluster_prev(const char *p, size_t n, size_t i);
size_t cluster_count(const char *p, size_t n);

#endif
