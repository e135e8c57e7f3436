/* SPDX-License-Identifier: Apache-2.0 */
/* Which mounts are sticks, and names with blanks in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "os/fs.h"
#include "os/media.h"

static const char mounts[] =
	"proc /proc proc rw 0 0\n"
	"/dev/sda1 / ext4 rw 0 0\n"
	"/dev/sdb1 /media/user/KING\\040STON vfat rw 0 0\n"
	"/dev/sdc1 /run/media/user/\\346\\243\\200\\346\\237\\245 exfat rw 0 0\n"
	"/dev/sr0 /mnt iso9660 ro 0 0\n"
	"/dev/sdd1 /mediafiles ext4 rw 0 0\n"
	"/dev/sde1 /media/last\\0 vfat rw 0 0";

struct found {
	struct fj_buf b;
	size_t n, most;
};

static bool
take(void *ctx, const struct media *m)
{
	struct found *f = ctx;

	fj_buf_printf(&f->b, "%s|%s|%s\n", m->device, m->path, m->type);
	return ++f->n < f->most;
}

static void
lists(const char *path, size_t most, const char *want)
{
	struct found f = {.most = most};

	fj_buf_init(&f.b, 4096);
	media_list(path, take, &f);
	assert_string_equal(f.b.p, want);
	fj_buf_release(&f.b);
}

static void
test_list(void **state)
{
	char path[] = "/tmp/fj-media-XXXXXX";
	int fd = mkstemp(path);
	struct fj_err e;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fs_write_all(fd, path, mounts, sizeof(mounts) - 1, &e), FJ_OK);
	close(fd);
	lists(path, 9,
	    "/dev/sdb1|/media/user/KING STON|vfat\n"
	    "/dev/sdc1|/run/media/user/检查|exfat\n"
	    "/dev/sr0|/mnt|iso9660\n"
	    "/dev/sde1|/media/last\\0|vfat\n");
	lists(path, 1, "/dev/sdb1|/media/user/KING STON|vfat\n");
	unlink(path);
	lists(path, 9, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_list)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
