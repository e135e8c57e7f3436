/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/upload_sums.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"

enum {
	CHUNK = 1 << 18,
	BEHIND = 1 << 20,		/* worth a turn of a thread */
	TURN = 8 << 20,			/* of one turn, so that others have theirs */
	SYNC_EVERY = 8 << 20,
	SYNC_MOST = 64 << 20,		/* what a power cut may undo of a request */
	KEPT = 256,
};

struct sums {
	struct work_item item;		/* first */
	pthread_mutex_t mutex;
	pthread_cond_t idle;
	int refs;			/* the upload's, the queue's */
	bool queued, busy, ended;
	int fd;
	int64_t written;
	bool failed;

	/* Of whoever is busy. */
	int64_t hashed, synced;
	struct hasher *sha256, *sm3;
};

/* ---- kept for later ---- */

struct kept {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
	int64_t hashed;
	struct hasher *sha256, *sm3;
};

struct sums_cache {
	pthread_mutex_t mutex;
	struct kept kept[KEPT];
	size_t next;
};

struct sums_cache *
sums_cache_new(void)
{
	struct sums_cache *c = xcalloc(1, sizeof(*c));

	FJ_BUG_IF(pthread_mutex_init(&c->mutex, NULL) != 0);
	return c;
}

static void
kept_free(struct kept *k)
{
	hasher_free(&k->sha256);
	hasher_free(&k->sm3);
	memset(k, 0, sizeof(*k));
}

void
sums_cache_free(struct sums_cache **c)
{
	size_t i;

	if (*c == NULL)
		return;
	for (i = 0; i < KEPT; i++)
		kept_free(&(*c)->kept[i]);
	pthread_mutex_destroy(&(*c)->mutex);
	free(*c);
	*c = NULL;
}

static void
lock(pthread_mutex_t *m)
{
	FJ_BUG_IF(pthread_mutex_lock(m) != 0);
}

static void
unlock(pthread_mutex_t *m)
{
	FJ_BUG_IF(pthread_mutex_unlock(m) != 0);
}

/* The very file, and nobody wrote to it since. */
static bool
is_of(const struct kept *k, const struct stat *st)
{
	return k->sha256 != NULL && k->dev == st->st_dev && k->ino == st->st_ino &&
	    k->size == st->st_size && k->changed.tv_sec == st->st_mtim.tv_sec &&
	    k->changed.tv_nsec == st->st_mtim.tv_nsec;
}

static void
take(struct sums_cache *c, struct sums *s)
{
	struct stat st;
	size_t i;

	if (fstat(s->fd, &st) != 0)
		return;
	lock(&c->mutex);
	for (i = 0; i < KEPT && !is_of(&c->kept[i], &st); i++)
		;
	if (i < KEPT) {
		s->hashed = c->kept[i].hashed;
		s->sha256 = c->kept[i].sha256;
		s->sm3 = c->kept[i].sm3;
		memset(&c->kept[i], 0, sizeof(c->kept[i]));
	}
	unlock(&c->mutex);
}

static void
keep(struct sums_cache *c, struct sums *s)
{
	struct kept k = { .hashed = s->hashed, .sha256 = s->sha256, .sm3 = s->sm3 };
	struct stat st;

	if (s->failed || s->hashed == 0 || fstat(s->fd, &st) != 0)
		return;
	k.dev = st.st_dev;
	k.ino = st.st_ino;
	k.size = st.st_size;
	k.changed = st.st_mtim;
	lock(&c->mutex);
	kept_free(&c->kept[c->next]);
	c->kept[c->next] = k;
	c->next = (c->next + 1) % KEPT;
	unlock(&c->mutex);
	s->sha256 = s->sm3 = NULL;
}

/* ---- one file ---- */

struct sums *
sums_begin(struct sums_cache *c, int fd, int64_t written)
{
	struct sums *s = xcalloc(1, sizeof(*s));

	FJ_BUG_IF(pthread_mutex_init(&s->mutex, NULL) != 0 ||
	    pthread_cond_init(&s->idle, NULL) != 0);
	s->refs = 1;
	s->fd = fd;
	s->written = s->synced = written;
	if (written > 0)
		take(c, s);
	if (s->sha256 == NULL) {
		s->sha256 = hasher_new(DIGEST_SHA256);
		s->sm3 = hasher_new(DIGEST_SM3);
	}
	return s;
}

/* Locked; gives the lock back. */
static void
unref(struct sums *s)
{
	bool last = --s->refs == 0;

	unlock(&s->mutex);
	if (!last)
		return;
	hasher_free(&s->sha256);
	hasher_free(&s->sm3);
	pthread_cond_destroy(&s->idle);
	pthread_mutex_destroy(&s->mutex);
	free(s);
}

void
sums_written(struct sums *s, int64_t written)
{
	lock(&s->mutex);
	s->written = written;
	unlock(&s->mutex);
}

/* Up to `to`, at most `most` bytes.  False: it cannot be read. */
static bool
count(struct sums *s, int64_t to, int64_t most)
{
	char *room = xmalloc(CHUNK);
	ssize_t n = 1;

	if (to - s->hashed > most)
		to = s->hashed + most;
	while (s->hashed < to && n > 0) {
		size_t want = to - s->hashed < CHUNK ? (size_t)(to - s->hashed) : CHUNK;

		do
			n = pread(s->fd, room, want, (off_t)s->hashed);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			break;
		hasher_add(s->sha256, room, (size_t)n);
		hasher_add(s->sm3, room, (size_t)n);
		s->hashed += n;
	}
	free(room);
	return n > 0;
}

static bool
sync_to(struct sums *s, int64_t written)
{
	if (fdatasync(s->fd) != 0)
		return false;
	s->synced = written;
	return true;
}

static void
idle(struct sums *s, bool well)
{
	lock(&s->mutex);
	s->busy = false;
	s->failed = s->failed || !well;
	FJ_BUG_IF(pthread_cond_broadcast(&s->idle) != 0);
}

static void
run(struct hub *view, struct work_item *it)
{
	struct sums *s = (struct sums *)(void *)it;
	int64_t written;
	bool well;

	(void)view;
	lock(&s->mutex);
	s->queued = false;
	written = s->written;
	if (s->ended || s->busy) {
		unref(s);
		return;
	}
	s->busy = true;
	unlock(&s->mutex);
	well = count(s, written, TURN);
	if (well && written - s->synced >= SYNC_EVERY)
		well = sync_to(s, written);
	idle(s, well);
	unref(s);
}

struct work_item *
sums_item(struct sums *s)
{
	bool yes;

	lock(&s->mutex);
	yes = !s->queued && !s->busy && !s->failed && s->written - s->hashed >= BEHIND;
	if (yes) {
		s->queued = true;
		s->refs++;
		s->item.run = run;
	}
	unlock(&s->mutex);
	return yes ? &s->item : NULL;
}

void
sums_refused(struct sums *s)
{
	lock(&s->mutex);
	s->queued = false;
	unref(s);
}

bool
sums_due(struct sums *s)
{
	bool yes;

	lock(&s->mutex);
	yes = !s->busy && s->written - s->synced >= SYNC_MOST;
	unlock(&s->mutex);
	return yes;
}

/* It is ours alone from here on; *written is told. */
static void
own(struct sums *s, int64_t *written)
{
	lock(&s->mutex);
	while (s->busy)
		FJ_BUG_IF(pthread_cond_wait(&s->idle, &s->mutex) != 0);
	s->busy = true;
	*written = s->written;
	unlock(&s->mutex);
}

bool
sums_flush(struct sums *s)
{
	int64_t written;
	bool well;

	own(s, &written);
	well = sync_to(s, written);
	idle(s, well);
	unlock(&s->mutex);
	return well;
}

bool
sums_failed(struct sums *s)
{
	bool yes;

	lock(&s->mutex);
	while (s->busy)
		FJ_BUG_IF(pthread_cond_wait(&s->idle, &s->mutex) != 0);
	yes = s->failed;
	unlock(&s->mutex);
	return yes;
}

bool
sums_final(struct sums *s, struct hash *sha256, struct hash *sm3)
{
	int64_t written;
	bool well;

	own(s, &written);
	well = !s->failed && count(s, written, INT64_MAX);
	if (well) {
		hasher_peek(s->sha256, sha256);
		hasher_peek(s->sm3, sm3);
	}
	idle(s, well);
	unlock(&s->mutex);
	return well;
}

void
sums_end(struct sums **sp, struct sums_cache *c)
{
	struct sums *s = *sp;
	int64_t written;

	*sp = NULL;
	if (s == NULL)
		return;
	own(s, &written);
	if (c != NULL)
		keep(c, s);
	idle(s, true);
	s->ended = true;
	unref(s);
}
