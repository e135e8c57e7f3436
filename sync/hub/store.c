/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/store.h"

#include <string.h>

enum fj_rc
store_open(const char *url, bool create, struct store **out, struct fj_err *e)
{
	static const char sqlite[] = "sqlite:";

	if (strncmp(url, sqlite, sizeof(sqlite) - 1) == 0 &&
	    url[sizeof(sqlite) - 1] != '\0')
		return store_sqlite_open(url + sizeof(sqlite) - 1, create, out, e);
	/* The address may carry a password: it is not repeated. */
	if (strncmp(url, "postgresql:", 11) == 0 || strncmp(url, "postgres:", 9) == 0)
		return fj_fail(e, FJ_REFUSED, "hub.store-later", "");
	return fj_fail(e, FJ_INVAL, "hub.store-url", "s", url);
}

enum fj_rc
store_open_reader(const char *url, struct store **out, struct fj_err *e)
{
	static const char sqlite[] = "sqlite:";

	if (strncmp(url, sqlite, sizeof(sqlite) - 1) == 0 &&
	    url[sizeof(sqlite) - 1] != '\0')
		return store_sqlite_open_reader(url + sizeof(sqlite) - 1, out, e);
	if (strncmp(url, "postgresql:", 11) == 0 || strncmp(url, "postgres:", 9) == 0)
		return fj_fail(e, FJ_REFUSED, "hub.store-later", "");
	return fj_fail(e, FJ_INVAL, "hub.store-url", "s", url);
}

void
store_close(struct store **s)
{
	if (*s != NULL)
		(*s)->ops->close(*s);
	*s = NULL;
}
