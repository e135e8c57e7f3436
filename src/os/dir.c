/* SPDX-License-Identifier: Apache-2.0 */
/* Folders: their names in order, and taking one away with all below it. */
#include "os/fs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"

struct names {
	char **v;
	size_t n, cap;
};

static void
names_free(struct names *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
}

static int
by_bytes(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static enum fj_rc
names_read(const char *dir, struct names *l, struct fj_err *e)
{
	DIR *d = opendir(dir);
	struct dirent *at;
	enum fj_rc rc = FJ_OK;

	memset(l, 0, sizeof(*l));
	if (d == NULL)
		return fj_fail_errno(e, "os.list", dir);
	for (errno = 0; (at = readdir(d)) != NULL; errno = 0) {
		if (strcmp(at->d_name, ".") == 0 || strcmp(at->d_name, "..") == 0)
			continue;
		if (l->n == l->cap) {
			l->cap = l->cap > 0 ? 2 * l->cap : 32;
			l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
		}
		l->v[l->n++] = xstrdup(at->d_name);
	}
	if (errno != 0)
		rc = fj_fail_errno(e, "os.list", dir);
	closedir(d);
	if (l->n > 1)
		qsort(l->v, l->n, sizeof(*l->v), by_bytes);
	return rc;
}

enum fj_rc
fs_list(const char *dir, bool (*fn)(void *ctx, const char *name), void *ctx,
    struct fj_err *e)
{
	struct names l;
	enum fj_rc rc = names_read(dir, &l, e);
	size_t i;

	for (i = 0; rc == FJ_OK && i < l.n; i++)
		if (!fn(ctx, l.v[i]))
			break;
	names_free(&l);
	return rc;
}

bool
fs_dir_empty(const char *path)
{
	struct names l;
	bool empty = names_read(path, &l, NULL) != FJ_OK || l.n == 0;

	names_free(&l);
	return empty && (!fs_exists(path) || fs_is_dir(path));
}

enum fj_rc
fs_remove_tree(const char *path, struct fj_err *e)
{
	struct names l;
	struct stat st;
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? FJ_OK : fj_fail_errno(e, "os.remove", path);
	if (!S_ISDIR(st.st_mode))
		return fs_remove(path, e);
	rc = names_read(path, &l, e);
	for (i = 0; rc == FJ_OK && i < l.n; i++) {
		char *below = fs_join(path, l.v[i]);

		rc = fs_remove_tree(below, e);
		free(below);
	}
	names_free(&l);
	if (rc == FJ_OK && rmdir(path) != 0)
		rc = fj_fail_errno(e, "os.remove", path);
	return rc;
}
