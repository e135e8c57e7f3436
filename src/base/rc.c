/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copy at most FJ_ERR_ARG_MAX - 1 bytes; never end inside a UTF-8 sequence. */
static void
put_arg(struct fj_err *e, const char *p, size_t n)
{
	char *out;

	if (e->narg == FJ_ERR_ARGS)
		return;
	if (n > FJ_ERR_ARG_MAX - 1) {
		n = FJ_ERR_ARG_MAX - 1;
		while (n > 0 && ((unsigned char)p[n] & 0xc0) == 0x80)
			n--;
	}
	out = e->arg[e->narg++];
	if (n > 0)
		memcpy(out, p, n);
	out[n] = '\0';
}

static void
put_number(struct fj_err *e, long long v)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", v);
	put_arg(e, text, strlen(text));
}

enum fj_rc
fj_fail(struct fj_err *e, enum fj_rc rc, const char *code, const char *kinds, ...)
{
	va_list ap;

	if (e == NULL)
		return rc;
	fj_err_clear(e);
	e->rc = rc;
	snprintf(e->code, sizeof(e->code), "%s", code);
	va_start(ap, kinds);
	for (; *kinds != '\0'; kinds++) {
		const char *s;

		switch (*kinds) {
		case 's':
			s = va_arg(ap, const char *);
			put_arg(e, s ? s : "", s ? strlen(s) : 0);
			break;
		case 'S':
			s = va_arg(ap, const char *);
			put_arg(e, s, va_arg(ap, size_t));
			break;
		case 'd':
			put_number(e, va_arg(ap, int));
			break;
		case 'l':
			put_number(e, va_arg(ap, long long));
			break;
		case 'z':
			put_number(e, (long long)va_arg(ap, size_t));
			break;
		default:
			fj_bug(__FILE__, __LINE__, "kind of argument");
		}
	}
	va_end(ap);
	return rc;
}

enum fj_rc
fj_fail_errno(struct fj_err *e, const char *code, const char *subject)
{
	int sys = errno;
	enum fj_rc rc = FJ_IO;

	if (sys == ENOSPC || sys == EDQUOT)
		rc = FJ_FULL;
	else if (sys == ENOENT)
		rc = FJ_NOTFOUND;
	fj_fail(e, rc, code, "ss", subject, strerror(sys));
	if (e != NULL)
		e->sys = sys;
	return rc;
}

void
fj_err_clear(struct fj_err *e)
{
	if (e != NULL)
		memset(e, 0, sizeof(*e));
}

void
fj_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "feijian: internal error at %s:%d: %s\n", file, line, what);
	abort();
}
