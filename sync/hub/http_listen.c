/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "hub/http_internal.h"

enum {
	BACKLOG = 4096,			/* the kernel cuts it to its own limit */
};

/* "HOST:PORT", "[V6]:PORT", ":PORT" into its parts. */
static bool
split(const char *text, char host[80], char port[8])
{
	const char *colon = strrchr(text, ':'), *from = text;
	size_t n, i;

	if (colon == NULL)
		return false;
	n = (size_t)(colon - text);
	if (n >= 2 && text[0] == '[' && colon[-1] == ']') {
		from++;
		n -= 2;
	}
	if (n >= 80 || strlen(colon + 1) >= 8 || colon[1] == '\0')
		return false;
	for (i = 1; colon[i] != '\0'; i++)
		if (colon[i] < '0' || colon[i] > '9')
			return false;
	memcpy(host, from, n);
	host[n] = '\0';
	snprintf(port, 8, "%s", colon + 1);
	return true;
}

static bool
is_loopback(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in;

		memcpy(&in, sa, sizeof(in));
		return IN6_IS_ADDR_LOOPBACK(&in.sin6_addr);
	}
	return false;
}

static void
address_text(int fd, char address[96])
{
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);
	char host[64], port[8];

	address[0] = '\0';
	if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0 ||
	    getnameinfo((struct sockaddr *)&sa, n, host, sizeof(host), port, sizeof(port),
	    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	snprintf(address, 96, sa.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

enum fj_rc
listen_open(const char *text, bool tls, int *out, char address[96], struct fj_err *e)
{
	struct addrinfo hints, *ai = NULL;
	char host[80], port[8];
	int fd = -1, one = 1;

	if (!split(text, host, port))
		return fj_fail(e, FJ_INVAL, "hub.listen", "s", text);
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV | AI_NUMERICHOST;
	if (getaddrinfo(strcmp(host, "localhost") == 0 ? "127.0.0.1" :
	    host[0] != '\0' ? host : "0.0.0.0", port, &hints, &ai) != 0)
		return fj_fail(e, FJ_INVAL, "hub.listen", "s", text);
	if (!tls && !is_loopback(ai->ai_addr)) {
		freeaddrinfo(ai);
		return fj_fail(e, FJ_REFUSED, "hub.plain-http", "s", text);
	}
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
	    bind(fd, ai->ai_addr, ai->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
		enum fj_rc rc = fj_fail_errno(e, "hub.listen-failed", text);

		if (fd >= 0)
			close(fd);
		freeaddrinfo(ai);
		return rc == FJ_NOTFOUND ? FJ_IO : rc;
	}
	freeaddrinfo(ai);
	address_text(fd, address);
	*out = fd;
	return FJ_OK;
}
