/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/self.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

char *
self_path(const struct cli *c)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return xstrdup(c->self != NULL ? c->self : c->program);
	path[n] = '\0';
	return xstrdup(path);
}

char *
self_beside(const struct cli *c, const char *name)
{
	char *self = self_path(c), *slash = strrchr(self, '/'), *out;

	if (slash == NULL)
		out = xstrdup(name);
	else
		out = xasprintf("%.*s/%s", (int)(slash - self), self, name);
	free(self);
	return out;
}
