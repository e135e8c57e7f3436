/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/serve_log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

struct serve_log {
	pthread_mutex_t mutex;		/* of to */
	FILE *to;
	char *path;			/* NULL: stderr, not ours */
	enum log_level most;
	struct clock clock;
};

static const char *const names[] = { "", "error", "warning", "info" };

enum log_level
log_level_parse(const char *text)
{
	int i;

	for (i = LEVEL_ERROR; i <= LEVEL_INFO; i++)
		if (strcmp(text, names[i]) == 0)
			return (enum log_level)i;
	return (enum log_level)0;
}

/* Readable by owner and group: monitors read logs. */
static FILE *
open_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	FILE *f = fd >= 0 ? fdopen(fd, "a") : NULL;

	if (f == NULL && fd >= 0)
		close(fd);
	return f;
}

enum fj_rc
serve_log_new(FILE *err, const char *path, enum log_level most,
    const struct clock *clock, struct serve_log **out, struct fj_err *e)
{
	FILE *to = path != NULL ? open_file(path) : err;
	struct serve_log *l;

	if (to == NULL)
		return fj_fail(e, FJ_IO, "hub.log-file", "ss", path, strerror(errno));
	l = xcalloc(1, sizeof(*l));
	FJ_BUG_IF(pthread_mutex_init(&l->mutex, NULL) != 0);
	l->to = to;
	l->path = xstrdup(path);
	l->most = most;
	l->clock = *clock;
	*out = l;
	return FJ_OK;
}

void
serve_log_free(struct serve_log **lp)
{
	struct serve_log *l = *lp;

	*lp = NULL;
	if (l == NULL)
		return;
	if (l->path != NULL)
		fclose(l->to);
	pthread_mutex_destroy(&l->mutex);
	free(l->path);
	free(l);
}

void
serve_log_reopen(struct serve_log *l)
{
	FILE *to = l->path != NULL ? open_file(l->path) : NULL;

	if (to == NULL)
		return;
	FJ_BUG_IF(pthread_mutex_lock(&l->mutex) != 0);
	fclose(l->to);
	l->to = to;
	FJ_BUG_IF(pthread_mutex_unlock(&l->mutex) != 0);
}

void
serve_log_put(struct serve_log *l, enum log_level level, const char *line)
{
	char at[INSTANT_TEXT + 1];

	if (level > l->most)
		return;
	instant_format(clock_now(&l->clock), at);
	FJ_BUG_IF(pthread_mutex_lock(&l->mutex) != 0);
	fprintf(l->to, "%s %s %s\n", at, names[level], line);
	fflush(l->to);
	FJ_BUG_IF(pthread_mutex_unlock(&l->mutex) != 0);
}
