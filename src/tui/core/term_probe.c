/* SPDX-License-Identifier: Apache-2.0 */
/* One question to the terminal: where is the cursor after U+2460? */
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tui/core/term_internal.h"

enum { PROBE_MS = 300, PROBE_BYTES = 256 };

static long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* "ESC [ row ; col R" at p: its length and column, 0 when it is not one. */
static size_t
match_answer(const char *p, size_t n, int *col)
{
	size_t i = 2;
	int field = 0, v[2] = {0, 0};

	if (n < 6 || p[0] != '\033' || p[1] != '[')
		return 0;
	for (; i < n; i++) {
		if (p[i] >= '0' && p[i] <= '9' && v[field] < 10000) {
			v[field] = v[field] * 10 + (p[i] - '0');
		} else if (p[i] == ';' && field == 0) {
			field = 1;
		} else if (p[i] == 'R' && field == 1) {
			*col = v[1];
			return i + 1;
		} else {
			return 0;
		}
	}
	return 0;
}

/* What was typed before the answer came goes back to the queue, last first. */
static void
give_back(const char *p, size_t n)
{
	while (n > 0)
		ungetch((unsigned char)p[--n]);
}

int
term_probe_ambiguous(void)
{
	static const char ask[] = "\033[1;1H\xe2\x91\xa0\033[6n\033[1;1H\033[2K";
	char got[PROBE_BYTES];
	size_t n = 0, i, len;
	long end = now_ms() + PROBE_MS, left;
	int col = 0;

	if (write(STDOUT_FILENO, ask, sizeof(ask) - 1) < 0)
		return 0;
	while (n < sizeof(got) && (left = end - now_ms()) > 0) {
		struct pollfd pfd = {.fd = STDIN_FILENO, .events = POLLIN};
		ssize_t k;

		if (poll(&pfd, 1, (int)left) <= 0)
			break;
		k = read(STDIN_FILENO, got + n, sizeof(got) - n);
		if (k <= 0)
			break;
		n += (size_t)k;
		for (i = 0; i < n; i++) {
			len = match_answer(got + i, n - i, &col);
			if (len == 0)
				continue;
			memmove(got + i, got + i + len, n - i - len);
			give_back(got, n - len);
			return col == 3 ? 2 : 1;
		}
	}
	give_back(got, n);
	return 0;
}
