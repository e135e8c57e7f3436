/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/xfer.h"

static bool
is_loopback(const char *host, size_t n)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == n && memcmp(names[i], host, n) == 0)
			return true;
	/* 127.0.0.0/8 written as four numbers, and nothing else behind them. */
	if (n < 9 || n > 15 || memcmp(host, "127.", 4) != 0)
		return false;
	for (i = 4; i < n; i++)
		if ((host[i] < '0' || host[i] > '9') && host[i] != '.')
			return false;
	return true;
}

enum fj_rc
url_check(const char *url, char out[256], struct fj_err *e)
{
	bool tls = strncmp(url, "https://", 8) == 0;
	const char *host = url + (tls ? 8 : 7);
	size_t n, nhost, i;

	if (!tls && strncmp(url, "http://", 7) != 0)
		return fj_fail(e, FJ_INVAL, "sync.url", "s", url);
	n = strcspn(host, "/");
	/* Only host and port: a path, a user or a query would be somebody's trick. */
	if (n == 0 || strspn(host + n, "/") != strlen(host + n) ||
	    (size_t)(host - url) + n >= 256)
		return fj_fail(e, FJ_INVAL, "sync.url", "s", url);
	for (i = 0; i < n; i++)
		if (strchr("@?#\\ \t\r\n%", host[i]) != NULL || (unsigned char)host[i] < 0x21)
			return fj_fail(e, FJ_INVAL, "sync.url", "s", url);
	nhost = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	if (nhost > n)
		nhost = n;
	if (!tls && !is_loopback(host, nhost))
		return fj_fail(e, FJ_REFUSED, "sync.plain-http", "s", url);
	memcpy(out, url, (size_t)(host - url) + n);
	out[(size_t)(host - url) + n] = '\0';
	return FJ_OK;
}
