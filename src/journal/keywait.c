/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/keywait.h"

#include <stdlib.h>

#include "base/buf.h"
#include "journal/keyfile.h"
#include "os/fs.h"

enum {
	RECORD = 12,		/* failures 4, wall clock of the last 8 */
};

static void
load(const char *path, uint32_t *count, int64_t *last)
{
	struct fj_buf b;

	*count = 0;
	*last = 0;
	fj_buf_init(&b, RECORD);
	if (fs_read(path, &b, NULL) == FJ_OK && b.n == RECORD) {
		*count = fj_get_u32(b.p);
		*last = (int64_t)fj_get_u64(b.p + 4);
	}
	fj_buf_release(&b);
}

/* A record that cannot be kept delays nobody: scrypt is the barrier. */
static void
store(const char *path, uint32_t count, int64_t last)
{
	uint8_t record[RECORD];

	fj_put_u32(record, count);
	fj_put_u64(record + 4, (uint64_t)last);
	(void)!fs_write(path, record, sizeof(record), 0600, NULL);
}

static int64_t
delay_ms(uint32_t count)
{
	int64_t s = 0;

	if (count > KEYFILE_WAIT_FREE)
		s = count - KEYFILE_WAIT_FREE > 9 ? KEYFILE_WAIT_MAX :
		    INT64_C(1) << (count - KEYFILE_WAIT_FREE);
	return (s > KEYFILE_WAIT_MAX ? KEYFILE_WAIT_MAX : s) * 1000;
}

int
keywait_left(const char *home, int64_t now_ms)
{
	char *path = fs_join(home, "keys.wait");
	int64_t last, delay, left = 0;
	uint32_t count;

	load(path, &count, &last);
	delay = delay_ms(count);
	if (delay > 0 && last > now_ms) {	/* the clock was set back */
		store(path, count, now_ms);
		last = now_ms;
	}
	if (delay > 0 && now_ms - last < delay)
		left = delay - (now_ms - last);
	free(path);
	return (int)((left + 999) / 1000);
}

void
keywait_failed(const char *home, int64_t now_ms)
{
	char *path = fs_join(home, "keys.wait");
	uint32_t count;
	int64_t last;

	load(path, &count, &last);
	store(path, count < 1000 ? count + 1 : count, now_ms);
	free(path);
}

void
keywait_clear(const char *home)
{
	char *path = fs_join(home, "keys.wait");

	(void)!fs_remove(path, NULL);
	free(path);
}
