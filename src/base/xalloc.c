/* SPDX-License-Identifier: Apache-2.0 */
#include "base/xalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rc.h"

static void *
checked(void *p)
{
	if (p == NULL)
		fj_bug(__FILE__, __LINE__, "out of memory");
	return p;
}

void *
xmalloc(size_t n)
{
	return checked(malloc(n ? n : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1));
}

void *
xrealloc(void *p, size_t n, size_t size)
{
	FJ_BUG_IF(size != 0 && n > SIZE_MAX / size);
	n *= size;
	return checked(realloc(p, n > 0 ? n : 1));
}

char *
xstrdup(const char *s)
{
	return s == NULL ? NULL : xstrndup(s, strlen(s));
}

char *
xstrndup(const char *s, size_t n)
{
	char *out = xmalloc(n + 1);

	if (n > 0)
		memcpy(out, s, n);
	out[n] = '\0';
	return out;
}

void *
xmemdup(const void *p, size_t n)
{
	void *out = xmalloc(n);

	if (n > 0)
		memcpy(out, p, n);
	return out;
}

char *
xasprintf(const char *format, ...)
{
	va_list ap, again;
	char *out;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	FJ_BUG_IF(n < 0);
	out = xmalloc((size_t)n + 1);
	vsnprintf(out, (size_t)n + 1, format, again);
	va_end(again);
	return out;
}
