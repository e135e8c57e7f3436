/* SPDX-License-Identifier: Apache-2.0 */
#include "app/helper_find.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "os/env.h"

#define NAME "feijian-helper"

enum {
	PATH_BYTES = 4096,
};

/* Takes path: kept when it can be run, else gone. */
static char *
usable(char *path)
{
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *
helper_find_in(const char *dir, const char *path)
{
	const char *end;
	char *found = NULL;

	if (dir != NULL && dir[0] == '/') {
		found = usable(xasprintf("%s/%s", dir, NAME));
		if (found == NULL)
			found = usable(xasprintf("%s/../libexec/feijian/%s", dir, NAME));
	}
	for (; found == NULL && path != NULL && *path != '\0'; path = end + (*end == ':')) {
		end = path + strcspn(path, ":");
		/* An empty or relative one is the current folder: whoever made that one
		 * would say what runs. */
		if (path[0] == '/')
			found = usable(xasprintf("%.*s/%s", (int)(end - path), path, NAME));
	}
	return found;
}

char *
helper_find(void)
{
	char self[PATH_BYTES];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n <= 0)
		return helper_find_in(NULL, env_get("PATH"));
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL)
		*slash = '\0';
	return helper_find_in(self, env_get("PATH"));
}
