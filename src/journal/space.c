/* SPDX-License-Identifier: Apache-2.0 */
/* A file of noise that is given back when the disk is full, so that the visit at
 * hand can still be finished and sealed. */
#include "journal/internal.h"

#include <stdlib.h>

#include "os/fs.h"

enum {
	ROOMY = 64 << 20,	/* make it again only with this much free */
};

void
ballast_keep(struct journal *j)
{
	char *path = fs_join(j->home, "ballast");
	struct fj_buf noise;
	char *at;

	if (!fs_exists(path) && fs_free_bytes(j->home) > ROOMY) {
		fj_buf_init(&noise, BALLAST);
		at = fj_buf_extend(&noise, BALLAST);
		crypto_random(at, BALLAST);	/* zeros could be stored as a hole */
		(void)!fs_write(path, noise.p, noise.n, 0600, NULL);
		fj_buf_release(&noise);
	}
	free(path);
}

bool
ballast_release(struct journal *j)
{
	char *path = fs_join(j->home, "ballast");
	bool had = fs_exists(path);

	(void)!fs_remove(path, NULL);
	free(path);
	return had;
}

bool
journal_low_space(const struct journal *j)
{
	char *path = fs_join(j->home, "ballast");
	bool low = !fs_exists(path) && fs_free_bytes(j->home) <= ROOMY;

	free(path);
	return low;
}
