/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static char empty[1];

void
fj_buf_init(struct fj_buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->p = empty;
	b->max = max;
}

void
fj_buf_init_secret(struct fj_buf *b, size_t max)
{
	fj_buf_init(b, max);
	b->secret = true;
}

void
fj_buf_release(struct fj_buf *b)
{
	if (b->cap != 0) {
		if (b->secret)
			fj_wipe(b->p, b->cap);
		free(b->p);
	}
	fj_buf_init(b, b->max);
}

void
fj_buf_clear(struct fj_buf *b)
{
	if (b->secret && b->cap != 0)
		fj_wipe(b->p, b->cap);
	b->n = 0;
	b->over = false;
	if (b->cap != 0)
		b->p[0] = '\0';
}

void
fj_buf_cut(struct fj_buf *b, size_t n)
{
	if (n >= b->n)
		return;
	b->n = n;
	b->p[n] = '\0';
}

bool
fj_buf_over(const struct fj_buf *b)
{
	return b->over;
}

char *
fj_buf_take(struct fj_buf *b, size_t *n)
{
	char *out = b->cap != 0 ? b->p : xstrdup("");

	if (n != NULL)
		*n = b->n;
	fj_buf_init(b, b->max);
	return out;
}

static void
grow(struct fj_buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : 64;
	char *p;

	while (cap < need)
		cap *= 2;
	if (b->secret) {
		p = xmalloc(cap);
		memcpy(p, b->p, b->n + 1);
		if (b->cap != 0) {
			fj_wipe(b->p, b->cap);
			free(b->p);
		}
	} else if (b->cap != 0) {
		p = xrealloc(b->p, cap, 1);
	} else {
		p = xmalloc(cap);
		p[0] = '\0';
	}
	b->p = p;
	b->cap = cap;
}

char *
fj_buf_extend(struct fj_buf *b, size_t n)
{
	char *at;

	if (b->over || n > b->max || b->n > b->max - n) {
		b->over = true;
		return NULL;
	}
	if (b->n + n + 1 > b->cap)
		grow(b, b->n + n + 1);
	at = b->p + b->n;
	b->n += n;
	b->p[b->n] = '\0';
	return at;
}

void
fj_buf_add(struct fj_buf *b, const void *p, size_t n)
{
	char *at;

	if (n == 0)
		return;
	at = fj_buf_extend(b, n);
	if (at != NULL)
		memcpy(at, p, n);
}

void
fj_buf_puts(struct fj_buf *b, const char *s)
{
	fj_buf_add(b, s, strlen(s));
}

void
fj_buf_putc(struct fj_buf *b, char c)
{
	fj_buf_add(b, &c, 1);
}

void
fj_buf_printf(struct fj_buf *b, const char *format, ...)
{
	va_list ap, again;
	char *at;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	FJ_BUG_IF(n < 0);
	at = fj_buf_extend(b, (size_t)n);
	if (at != NULL)
		vsnprintf(at, (size_t)n + 1, format, again);
	va_end(again);
}

void
fj_buf_u8(struct fj_buf *b, uint8_t v)
{
	fj_buf_add(b, &v, 1);
}

void
fj_buf_u16(struct fj_buf *b, uint16_t v)
{
	fj_buf_u8(b, (uint8_t)(v >> 8));
	fj_buf_u8(b, (uint8_t)v);
}

void
fj_buf_u32(struct fj_buf *b, uint32_t v)
{
	uint8_t at[4];

	fj_put_u32(at, v);
	fj_buf_add(b, at, sizeof(at));
}

void
fj_buf_u64(struct fj_buf *b, uint64_t v)
{
	uint8_t at[8];

	fj_put_u64(at, v);
	fj_buf_add(b, at, sizeof(at));
}

uint16_t
fj_get_u16(const void *p)
{
	const uint8_t *b = p;

	return (uint16_t)((b[0] << 8) | b[1]);
}

uint32_t
fj_get_u32(const void *p)
{
	const uint8_t *b = p;

	return ((uint32_t)b[0] << 24) | ((uint32_t)b[1] << 16) |
	    ((uint32_t)b[2] << 8) | b[3];
}

uint64_t
fj_get_u64(const void *p)
{
	const uint8_t *b = p;

	return ((uint64_t)fj_get_u32(b) << 32) | fj_get_u32(b + 4);
}

void
fj_put_u32(void *p, uint32_t v)
{
	uint8_t *b = p;

	b[0] = (uint8_t)(v >> 24);
	b[1] = (uint8_t)(v >> 16);
	b[2] = (uint8_t)(v >> 8);
	b[3] = (uint8_t)v;
}

void
fj_put_u64(void *p, uint64_t v)
{
	fj_put_u32(p, (uint32_t)(v >> 32));
	fj_put_u32((uint8_t *)p + 4, (uint32_t)v);
}

void
fj_wipe(void *p, size_t n)
{
	volatile unsigned char *b = p;

	while (n-- > 0)
		*b++ = 0;
}
