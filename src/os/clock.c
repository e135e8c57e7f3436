/* SPDX-License-Identifier: Apache-2.0 */
#include "os/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t
read_clock(clockid_t which)
{
	struct timespec ts;

	if (clock_gettime(which, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ctime's family has no thread-safe way back from a broken-down time to UTC, so the
 * offset is the difference of the two calendars. */
int
clock_offset_at(int64_t ms)
{
	time_t t = (time_t)(ms / 1000 - (ms % 1000 < 0));
	struct tm local;
	int64_t there;

	if (localtime_r(&t, &local) == NULL)
		return 0;
	there = date_from_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
	there = there * 86400 + local.tm_hour * 3600 + local.tm_min * 60 +
	    (local.tm_sec > 59 ? 59 : local.tm_sec);
	return (int)((there - (int64_t)t) / 60);
}

void
clock_init(struct clock *c)
{
	memset(c, 0, sizeof(*c));
	tzset();
}

void
clock_fix(struct clock *c, struct instant at)
{
	clock_init(c);
	c->fixed = true;
	c->wall = at;
	c->fixed_at = clock_monotonic_ms();
}

void
clock_freeze(struct clock *c, struct instant at)
{
	clock_fix(c, at);
	c->fixed_at = -1;
}

struct instant
clock_now(const struct clock *c)
{
	struct instant now;

	if (!c->fixed) {
		now.ms = read_clock(CLOCK_REALTIME);
		now.offset = clock_offset_at(now.ms);
		return now;
	}
	now = c->wall;
	if (c->fixed_at >= 0)
		now.ms += clock_monotonic_ms() - c->fixed_at;
	return now;
}

int64_t
clock_boot_ms(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

int64_t
clock_monotonic_ms(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void
clock_boot_id(char *out)
{
	char text[CLOCK_BOOT_TEXT];
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	bool got = false;

	if (fd >= 0) {
		got = read(fd, text, sizeof(text)) == (ssize_t)sizeof(text);
		close(fd);
	}
	if (got) {
		memcpy(out, text, sizeof(text));
		out[CLOCK_BOOT_TEXT] = '\0';
	} else {
		/* The second of the boot names it well enough where /proc is not. */
		unsigned long at = (unsigned long)((read_clock(CLOCK_REALTIME) -
		    clock_boot_ms()) / 1000);

		snprintf(out, CLOCK_BOOT_TEXT + 1, "%08lx", at & 0xffffffffUL);
	}
}
