/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The address alone, without blanks, brackets and port. */
static bool
bare(const char *p, size_t n, char text[PEER_TEXT])
{
	char *end;

	while (n > 0 && (*p == ' ' || *p == '\t'))
		p++, n--;
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	if (n == 0 || n >= PEER_TEXT)
		return false;
	memcpy(text, p, n);
	text[n] = '\0';
	end = strchr(text, text[0] == '[' ? ']' : ':');
	if (end != NULL && (text[0] == '[' || strchr(end + 1, ':') == NULL))
		*end = '\0';
	if (text[0] == '[')
		memmove(text, text + 1, strlen(text));
	return true;
}

/* An address in the one way it is written; IPv4 inside of IPv6 as IPv4.  Takes
 * "1.2.3.4:80" and "[::1]:80" too, as some proxies write.  False: none. */
static bool
normal(const char *p, size_t n, char out[PEER_TEXT])
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	struct in6_addr six;
	struct in_addr four;
	char text[PEER_TEXT];

	if (!bare(p, n, text))
		return false;
	if (inet_pton(AF_INET, text, &four) == 1)
		return inet_ntop(AF_INET, &four, out, PEER_TEXT) != NULL;
	if (inet_pton(AF_INET6, text, &six) != 1)
		return false;
	if (memcmp(six.s6_addr, mapped, sizeof(mapped)) == 0)
		return inet_ntop(AF_INET, six.s6_addr + 12, out, PEER_TEXT) != NULL;
	return inet_ntop(AF_INET6, &six, out, PEER_TEXT) != NULL;
}

bool
peer_trusted_valid(const char *trusted)
{
	char text[PEER_TEXT];

	for (;;) {
		size_t n = strcspn(trusted, ",");

		if (!normal(trusted, n, text))
			return false;
		if (trusted[n] == '\0')
			return true;
		trusted += n + 1;
	}
}

static bool
is_trusted(const char *trusted, const char *address)
{
	char text[PEER_TEXT];

	while (trusted != NULL) {
		size_t n = strcspn(trusted, ",");

		if (normal(trusted, n, text) && strcmp(text, address) == 0)
			return true;
		trusted = trusted[n] == ',' ? trusted + n + 1 : NULL;
	}
	return false;
}

void
peer_of(const char *trusted, const char *socket, const char *forwarded,
    char out[PEER_TEXT])
{
	char text[PEER_TEXT];
	size_t end, from;

	if (!normal(socket, strlen(socket), out))
		snprintf(out, PEER_TEXT, "%s", socket);
	if (forwarded == NULL || !is_trusted(trusted, out))
		return;
	for (end = strlen(forwarded); end > 0; end = from > 0 ? from - 1 : 0) {
		for (from = end; from > 0 && forwarded[from - 1] != ','; from--)
			;
		/* What cannot be read was not written by a proxy: it stays that proxy's. */
		if (!normal(forwarded + from, end - from, text))
			return;
		memcpy(out, text, sizeof(text));
		if (!is_trusted(trusted, out))
			return;
	}
}
