/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a request ends.  What two readers could understand in two ways is refused, and
 * the connection with it: behind a proxy the rest could be taken for somebody's request.
 */
#include <string.h>
#include <strings.h>

#include "hub/http_internal.h"

struct framing {
	const char *length, *coding;
	int lines;
};

static enum MHD_Result
take_line(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct framing *f = ctx;

	(void)kind;
	if (strcasecmp(name, "Content-Length") == 0) {
		f->length = value;
		f->lines++;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		f->coding = value;
		f->lines++;
	}
	return MHD_YES;
}

static bool
is_length(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= 18 && text[n] == '\0';
}

bool
frame_clear(struct MHD_Connection *mc)
{
	struct framing f = { NULL, NULL, 0 };

	(void)MHD_get_connection_values(mc, MHD_HEADER_KIND, take_line, &f);
	return f.lines <= 1 && (f.length == NULL || is_length(f.length)) &&
	    (f.coding == NULL || strcasecmp(f.coding, "chunked") == 0);
}

size_t
frame_unescape(void *ctx, struct MHD_Connection *mc, char *text)
{
	(void)ctx;
	(void)mc;
	return strstr(text, "%00") != NULL ? strlen(text) : MHD_http_unescape(text);
}

bool
frame_endless(const struct request *q)
{
	return q->upload == NULL && q->in > LIMIT_BODY_BYTES + FRAME_DRAINED;
}
