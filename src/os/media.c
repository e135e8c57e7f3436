/* SPDX-License-Identifier: Apache-2.0 */
#include "os/media.h"

#include <string.h>

#include "base/buf.h"
#include "os/fs.h"

enum { MOUNTS_MAX = 1 << 20 };

/* proc(5): blanks, tabs, newlines and backslashes of a field are \ooo. */
static void
unescape(char *s)
{
	char *to = s;

	while (*s != '\0') {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

static char *
field(char **at)
{
	char *begin = *at + strspn(*at, " \t"), *end = begin + strcspn(begin, " \t");

	*at = *end != '\0' ? end + 1 : end;
	*end = '\0';
	unescape(begin);
	return begin;
}

static bool
below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool
removable(const char *path)
{
	return below(path, "/media") || below(path, "/run/media") || below(path, "/mnt");
}

void
media_list(const char *mounts, bool (*fn)(void *ctx, const struct media *m), void *ctx)
{
	struct fj_err e;
	struct fj_buf b;
	char *line, *end;

	fj_buf_init(&b, MOUNTS_MAX);
	if (fs_read(mounts != NULL ? mounts : "/proc/self/mounts", &b, &e) != FJ_OK)
		fj_buf_clear(&b);
	for (line = b.n > 0 ? b.p : NULL; line != NULL; line = end) {
		struct media m;

		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		m.device = field(&line);
		m.path = field(&line);
		m.type = field(&line);
		if (removable(m.path) && !fn(ctx, &m))
			break;
	}
	fj_buf_release(&b);
}
