/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/serve_watch.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "hub/commit.h"
#include "os/env.h"

struct watch {
	struct hub *h;
	struct http *w;
	struct serve_log *log;
	int64_t warned_ms, audit_ms;
	uint64_t failed, refused;	/* as they were said last */
	int64_t keep_ms;		/* of rows of the audit log; 0: for ever */
	struct commit_job job;
	atomic_bool busy;		/* job is the writer's */
};

struct watch *
watch_new(struct hub *h, struct http *w, struct serve_log *log, int audit_days)
{
	struct watch *v = xcalloc(1, sizeof(*v));

	v->h = h;
	v->w = w;
	v->log = log;
	v->keep_ms = audit_days * 86400000LL;
	v->warned_ms = clock_monotonic_ms();
	return v;
}

void
watch_free(struct watch **v)
{
	free(*v);
	*v = NULL;
}

/* ---- the audit log ---- */

static struct watch *
of_job(struct commit_job *j)
{
	return (struct watch *)(void *)((char *)j - offsetof(struct watch, job));
}

static enum fj_rc
expire(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	return h->store->ops->audit_expire(h->store, hub_now_ms(h) - of_job(j)->keep_ms, e);
}

static void
expired(struct commit_job *j, enum fj_rc rc, const struct fj_err *e,
    const struct envelope *head)
{
	struct watch *v = of_job(j);

	(void)e;
	(void)head;
	if (rc != FJ_OK)
		serve_log_put(v->log, LEVEL_WARNING, "audit rows could not be let go");
	atomic_store(&v->busy, false);
}

static void
audit(struct watch *v, int64_t now)
{
	if (v->keep_ms == 0 || atomic_load(&v->busy) ||
	    (v->audit_ms != 0 && now - v->audit_ms < WATCH_AUDIT_MS))
		return;
	memset(&v->job, 0, sizeof(v->job));
	v->job.store = expire;
	v->job.done = expired;
	atomic_store(&v->busy, true);
	if (commit_put(v->h, &v->job))
		v->audit_ms = now;
	else
		atomic_store(&v->busy, false);
}

/* ---- warnings ---- */

static void
say_number(struct watch *v, enum log_level level, const char *what, uint64_t n)
{
	char line[128];

	snprintf(line, sizeof(line), "%s %llu", what, (unsigned long long)n);
	serve_log_put(v->log, level, line);
}

static void
warn(struct watch *v)
{
	struct commit_counts c;
	struct http_counts n;
	int64_t evidence, store;

	commit_counts(v->h, &c);
	http_counts(v->w, &n);
	http_space(v->w, &evidence, &store);
	if (c.failed > v->failed)
		say_number(v, LEVEL_ERROR, "commits that failed:", c.failed - v->failed);
	if (n.refused > v->refused)
		say_number(v, LEVEL_WARNING, "requests told to come again, no room:",
		    n.refused - v->refused);
	if (evidence >= 0 && evidence < HTTP_LEAST_FREE)
		say_number(v, LEVEL_ERROR, "evidence folder, free MiB:", (uint64_t)evidence >> 20);
	if (store >= 0 && store < HTTP_LEAST_FREE)
		say_number(v, LEVEL_ERROR, "store, free MiB:", (uint64_t)store >> 20);
	v->failed = c.failed;
	v->refused = n.refused;
}

void
watch_tick(struct watch *v)
{
	int64_t now = clock_monotonic_ms();

	notify_system("WATCHDOG=1");
	audit(v, now);
	if (now - v->warned_ms >= WATCH_WARN_MS) {
		v->warned_ms = now;
		warn(v);
	}
}

/* ---- systemd ---- */

void
notify_system(const char *state)
{
	const char *path = env_get("NOTIFY_SOCKET");
	struct sockaddr_un to;
	size_t n = path != NULL ? strlen(path) : 0;
	int fd;

	memset(&to, 0, sizeof(to));
	to.sun_family = AF_UNIX;
	if (n < 2 || n >= sizeof(to.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(to.sun_path, path, n);
	/* A name without a file begins with a zero byte. */
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}
