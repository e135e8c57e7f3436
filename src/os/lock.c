/* SPDX-License-Identifier: Apache-2.0 */
#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

struct lock {
	int fd;
};

enum fj_rc
lock_take(const char *path, struct lock **out, struct fj_err *e)
{
	struct flock fl;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	*out = NULL;
	if (fd < 0)
		return fj_fail_errno(e, "os.lock", path);
	memset(&fl, 0, sizeof(fl));
	fl.l_type = F_WRLCK;
	fl.l_whence = SEEK_SET;
	if (fcntl(fd, F_SETLK, &fl) != 0) {
		int why = errno;
		enum fj_rc rc;

		if (why == EACCES || why == EAGAIN) {
			memset(&fl, 0, sizeof(fl));
			fl.l_type = F_WRLCK;
			fl.l_whence = SEEK_SET;
			if (fcntl(fd, F_GETLK, &fl) != 0 || fl.l_type == F_UNLCK)
				fl.l_pid = 0;
			rc = fj_fail(e, FJ_BUSY, "os.locked", "sl", path,
			    (long long)fl.l_pid);
		} else {
			errno = why;
			rc = fj_fail_errno(e, "os.lock", path);
		}
		close(fd);
		return rc;
	}
	*out = xcalloc(1, sizeof(**out));
	(*out)->fd = fd;
	return FJ_OK;
}

void
lock_free(struct lock **l)
{
	if (*l == NULL)
		return;
	close((*l)->fd);
	free(*l);
	*l = NULL;
}
