/* SPDX-License-Identifier: Apache-2.0 */
#include "os/env.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "os/fs.h"

const char *
env_get(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && v[0] != '\0' ? v : NULL;
}

/* XDG: a path that is not absolute is to be passed over. */
static char *
xdg_dir(const char *variable, const char *below_home)
{
	const char *base = env_get(variable), *home = env_get("HOME");

	if (base != NULL && base[0] == '/')
		return fs_join(base, "feijian");
	if (home == NULL || home[0] != '/')
		return NULL;
	return xasprintf("%s/%s/feijian", home, below_home);
}

char *
env_data_dir(void)
{
	return xdg_dir("XDG_DATA_HOME", ".local/share");
}

char *
env_runtime_dir(void)
{
	const char *run = env_get("XDG_RUNTIME_DIR");

	if (run != NULL && run[0] == '/' && fs_is_dir(run))
		return xstrdup(run);
	return fs_is_dir("/dev/shm") ? xstrdup("/dev/shm") : NULL;
}

bool
env_is_terminal(int fd)
{
	return isatty(fd) == 1;
}
