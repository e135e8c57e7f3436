/* SPDX-License-Identifier: Apache-2.0 */
#include "text/gb18030.h"

#include <errno.h>
#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	ROOM = 4096,
};

struct gb18030 {
	iconv_t to_utf8;
	pthread_mutex_t lock;	/* a decoder has a state while it is at work */
};

enum fj_rc
gb18030_new(struct gb18030 **out, struct fj_err *e)
{
	iconv_t cd = iconv_open("UTF-8", "GB18030");
	struct fj_buf b;

	*out = NULL;
	if (cd == (iconv_t)-1)
		return fj_fail(e, FJ_NOTFOUND, "text.gb18030", "");
	*out = xcalloc(1, sizeof(**out));
	(*out)->to_utf8 = cd;
	(void)pthread_mutex_init(&(*out)->lock, NULL);
	/* The table is in memory only after its first use. */
	fj_buf_init(&b, 16);
	(void)gb18030_decode(*out, "\xd6\xd0", 2, &b);
	fj_buf_release(&b);
	return FJ_OK;
}

void
gb18030_free(struct gb18030 **g)
{
	if (*g == NULL)
		return;
	iconv_close((*g)->to_utf8);
	(void)pthread_mutex_destroy(&(*g)->lock);
	free(*g);
	*g = NULL;
}

size_t
gb18030_decode(struct gb18030 *g, const char *p, size_t n, struct fj_buf *out)
{
	char room[ROOM];
	size_t bad = 0;
	char *in;

	memcpy(&in, &p, sizeof(in));	/* iconv's type lacks the const it keeps */
	(void)pthread_mutex_lock(&g->lock);
	(void)iconv(g->to_utf8, NULL, NULL, NULL, NULL);
	while (n > 0) {
		char *to = room;
		size_t left = sizeof(room);
		size_t got = iconv(g->to_utf8, &in, &n, &to, &left);
		int why = errno;

		fj_buf_add(out, room, sizeof(room) - left);
		if (got != (size_t)-1 || why == E2BIG)
			continue;
		fj_buf_puts(out, "\xef\xbf\xbd");
		bad++;
		in++;
		n--;
	}
	(void)pthread_mutex_unlock(&g->lock);
	return bad;
}
