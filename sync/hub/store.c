/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/store.h"

#include <string.h>

static bool
is_postgresql(const char *url)
{
	return strncmp(url, "postgresql://", 13) == 0 ||
	    strncmp(url, "postgres://", 11) == 0;
}

static const char *
sqlite_path(const char *url)
{
	return strncmp(url, "sqlite:", 7) == 0 && url[7] != '\0' ? url + 7 : NULL;
}

/* A mistyped address may carry a password: only its scheme is repeated. */
static enum fj_rc
bad_url(const char *url, struct fj_err *e)
{
	const char *colon = strchr(url, ':');

	return fj_fail(e, FJ_INVAL, "hub.store-url", "S", url, colon != NULL ?
	    (size_t)(colon - url) + 1 : strlen(url));
}

enum fj_rc
store_open(const char *url, bool create, struct store **out, struct fj_err *e)
{
	if (sqlite_path(url) != NULL)
		return store_sqlite_open(sqlite_path(url), create, out, e);
	return is_postgresql(url) ? store_pg_open(url, create, out, e) : bad_url(url, e);
}

enum fj_rc
store_open_reader(const char *url, struct store **out, struct fj_err *e)
{
	if (sqlite_path(url) != NULL)
		return store_sqlite_open_reader(sqlite_path(url), out, e);
	return is_postgresql(url) ? store_pg_open_reader(url, out, e) : bad_url(url, e);
}

void
store_close(struct store **s)
{
	if (*s != NULL)
		(*s)->ops->close(*s);
	*s = NULL;
}
