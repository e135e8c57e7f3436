/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small allocations, which end the process when memory is out: sound, because
 * everything that was called kept is on disk.  What is sized from outside goes
 * through struct fj_buf or struct arena, which have a stated maximum.
 */
#ifndef FJ_BASE_XALLOC_H
#define FJ_BASE_XALLOC_H

#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);	/* n elements of size; no overflow */
char *xstrdup(const char *s);			/* NULL stays NULL */
char *xstrndup(const char *s, size_t n);
void *xmemdup(const void *p, size_t n);
/* printf into a new string. */
char *xasprintf(const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 1, 2)))
#endif
    ;

#endif
