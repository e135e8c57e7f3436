/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growable run of bytes with a mandatory maximum.
 *
 * B1  buf.p[buf.n] is always '\0', also when empty: it can be read as a string.
 * B2  a write that would pass max leaves the content as it was, sets `over`, and
 *     every later write is refused too: check once at the end (fj_buf_over).
 * B3  nothing allocated is left behind by fj_buf_release.
 */
#ifndef FJ_BASE_BUF_H
#define FJ_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct fj_buf {
	char *p;
	size_t n;
	size_t cap;
	size_t max;
	bool over;
	bool secret;		/* wiped before it is given back */
};

void fj_buf_init(struct fj_buf *b, size_t max);
void fj_buf_init_secret(struct fj_buf *b, size_t max);
void fj_buf_release(struct fj_buf *b);
void fj_buf_clear(struct fj_buf *b);		/* empty, memory kept */
void fj_buf_cut(struct fj_buf *b, size_t n);	/* keep the first n bytes */
bool fj_buf_over(const struct fj_buf *b);
/* The content as an owned, terminated string; b is empty afterwards. */
char *fj_buf_take(struct fj_buf *b, size_t *n);

void fj_buf_add(struct fj_buf *b, const void *p, size_t n);
void fj_buf_puts(struct fj_buf *b, const char *s);
void fj_buf_putc(struct fj_buf *b, char c);
void fj_buf_printf(struct fj_buf *b, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
/* Room for n bytes that the caller fills at once; NULL when over. */
char *fj_buf_extend(struct fj_buf *b, size_t n);

/* Big-endian integers, the order of every format here. */
void fj_buf_u8(struct fj_buf *b, uint8_t v);
void fj_buf_u16(struct fj_buf *b, uint16_t v);
void fj_buf_u32(struct fj_buf *b, uint32_t v);
void fj_buf_u64(struct fj_buf *b, uint64_t v);
uint16_t fj_get_u16(const void *p);
uint32_t fj_get_u32(const void *p);
uint64_t fj_get_u64(const void *p);
void fj_put_u32(void *p, uint32_t v);
void fj_put_u64(void *p, uint64_t v);

/* Overwrite with zeros in a way that the compiler keeps. */
void fj_wipe(void *p, size_t n);

#endif
