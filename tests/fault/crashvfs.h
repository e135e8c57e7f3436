/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk with a volatile write cache, as a SQLite VFS in memory.
 *
 * Every write and truncation waits until its file is synced.  At the k-th operation
 * the power fails: each waiting operation is kept, lost, or torn into 512-byte
 * sectors (some of them noise), in any order; a file whose folder was not synced may
 * be missing, a deleted one may be back.  Then cv_reboot() and look at what is there.
 *
 * cv->lie: per cent of syncs that the disk only pretends (a control: must lose).
 * One connection at a time; the test owns the one struct cv.
 */
#ifndef FJ_TESTS_FAULT_CRASHVFS_H
#define FJ_TESTS_FAULT_CRASHVFS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/xalloc.h"

enum {
	CV_FILES = 16,
	CV_SECTOR = 512,
	CV_SHM = 8,
};

struct cv_bytes {
	uint8_t *p;
	size_t n, cap;
};

struct cv_op {
	size_t at, n;
	uint8_t *p;		/* NULL: truncate to at */
};

struct cv_file {
	char *name;
	bool live;		/* the folder in memory has it */
	bool durable;		/* the folder on disk has it */
	bool fresh;		/* its folder is synced with its first sync */
	struct cv_bytes now, disk;
	struct cv_op *op;
	size_t nop, cap;
};

struct cv {
	sqlite3_vfs vfs;
	struct cv_file file[CV_FILES];
	uint64_t random;
	long ops, crash_at;
	bool crashed;
	unsigned lie;
};

struct cv_handle {
	sqlite3_file base;
	struct cv *cv;
	struct cv_file *f;
	bool drop;
	void *shm[CV_SHM];
};

static inline uint32_t
cv_rand(struct cv *cv)
{
	cv->random ^= cv->random << 13;
	cv->random ^= cv->random >> 7;
	cv->random ^= cv->random << 17;
	return (uint32_t)(cv->random >> 16);
}

static inline void
cv_put(struct cv_bytes *b, size_t at, const uint8_t *p, size_t n)
{
	if (at + n > b->cap) {
		size_t cap = 2 * (at + n) + 4096;

		b->p = xrealloc(b->p, cap, 1);
		memset(b->p + b->cap, 0, cap - b->cap);
		b->cap = cap;
	}
	if (at > b->n)
		memset(b->p + b->n, 0, at - b->n);
	memcpy(b->p + at, p, n);
	if (at + n > b->n)
		b->n = at + n;
}

static inline void
cv_copy(struct cv_bytes *to, const struct cv_bytes *from)
{
	to->n = 0;
	if (from->n > 0)
		cv_put(to, 0, from->p, from->n);
}

static inline void
cv_apply(struct cv *cv, struct cv_file *f, const struct cv_op *o, bool torn)
{
	size_t i = 0;

	if (o->p == NULL) {
		if (o->at < f->disk.n)
			f->disk.n = o->at;
		return;
	}
	if (!torn) {
		cv_put(&f->disk, o->at, o->p, o->n);
		return;
	}
	while (i < o->n) {
		size_t step = CV_SECTOR - (o->at + i) % CV_SECTOR, k;
		uint8_t noise[CV_SECTOR];
		uint32_t fate = cv_rand(cv) % 10;

		if (step > o->n - i)
			step = o->n - i;
		for (k = 0; k < step; k++)
			noise[k] = (uint8_t)cv_rand(cv);
		if (fate < 5)
			cv_put(&f->disk, o->at + i, o->p + i, step);
		else if (fate == 5)
			cv_put(&f->disk, o->at + i, noise, step);
		i += step;
	}
}

static inline void
cv_clear(struct cv_file *f)
{
	size_t i;

	for (i = 0; i < f->nop; i++)
		free(f->op[i].p);
	f->nop = 0;
}

static inline void
cv_wait(struct cv_file *f, size_t at, const uint8_t *p, size_t n)
{
	if (f->nop == f->cap) {
		f->cap = 2 * f->cap + 16;
		f->op = xrealloc(f->op, f->cap, sizeof(*f->op));
	}
	f->op[f->nop].at = at;
	f->op[f->nop].n = n;
	f->op[f->nop++].p = p != NULL ? xmemdup(p, n) : NULL;
}

static inline void
cv_cut_file(struct cv *cv, struct cv_file *f)
{
	uint32_t style = cv_rand(cv) % 4;	/* 0 all lost, 1 all kept, 2 and 3 mixed */
	size_t k;

	for (k = f->nop; k-- > 1;)
		if (cv_rand(cv) % 3 == 0) {
			size_t other = cv_rand(cv) % (k + 1);
			struct cv_op t = f->op[k];

			f->op[k] = f->op[other];
			f->op[other] = t;
		}
	for (k = 0; k < f->nop && style != 0; k++) {
		uint32_t fate = style == 1 ? 0 : cv_rand(cv) % 3;

		if (fate < 2)
			cv_apply(cv, f, &f->op[k], fate == 1);
	}
	/* What the folder on disk holds of unsynced creations and deletions is chance. */
	if (f->live != f->durable && cv_rand(cv) % 2)
		f->durable = f->live;
	cv_clear(f);
}

static inline void
cv_power_cut(struct cv *cv)
{
	size_t i;

	cv->crashed = true;
	for (i = 0; i < CV_FILES; i++)
		if (cv->file[i].name != NULL)
			cv_cut_file(cv, &cv->file[i]);
}

static inline void
cv_reboot(struct cv *cv)
{
	size_t i;

	for (i = 0; i < CV_FILES; i++) {
		struct cv_file *f = &cv->file[i];

		if (f->name == NULL)
			continue;
		cv_clear(f);
		f->live = f->durable;
		f->fresh = false;
		if (!f->live)
			f->disk.n = 0;
		cv_copy(&f->now, &f->disk);
	}
	cv->crashed = false;
	cv->crash_at = 0;
	cv->lie = 0;
}

static inline void
cv_reset(struct cv *cv)
{
	size_t i;

	for (i = 0; i < CV_FILES; i++) {
		struct cv_file *f = &cv->file[i];

		cv_clear(f);
		free(f->op);
		free(f->now.p);
		free(f->disk.p);
		free(f->name);
		memset(f, 0, sizeof(*f));
	}
	cv->ops = 0;
	cv->crash_at = 0;
	cv->crashed = false;
	cv->lie = 0;
}

static inline struct cv_file *
cv_find(struct cv *cv, const char *name, bool make)
{
	size_t i;

	for (i = 0; i < CV_FILES; i++)
		if (cv->file[i].name != NULL && strcmp(cv->file[i].name, name) == 0)
			return &cv->file[i];
	for (i = 0; make && i < CV_FILES; i++)
		if (cv->file[i].name == NULL) {
			cv->file[i].name = xstrdup(name);
			return &cv->file[i];
		}
	return NULL;
}

/* One more operation; true: the power is gone. */
static inline bool
cv_tick(struct cv *cv)
{
	if (cv->crashed)
		return true;
	if (++cv->ops == cv->crash_at)
		cv_power_cut(cv);
	return cv->crashed;
}

static inline void
cv_sync_folder(struct cv *cv)
{
	size_t i;

	for (i = 0; i < CV_FILES; i++)
		cv->file[i].durable = cv->file[i].live;
}

/* ---- methods of a file ---- */

static inline int
cv_close(sqlite3_file *s)
{
	struct cv_handle *h = (struct cv_handle *)s;

	if (h->drop)
		h->f->live = false;
	return SQLITE_OK;
}

static inline int
cv_read(sqlite3_file *s, void *p, int n, sqlite3_int64 at)
{
	struct cv_handle *h = (struct cv_handle *)s;
	size_t have = (size_t)at < h->f->now.n ? h->f->now.n - (size_t)at : 0;
	size_t want = (size_t)n;

	if (h->cv->crashed)
		return SQLITE_IOERR_READ;
	if (have > want)
		have = want;
	if (have > 0)
		memcpy(p, h->f->now.p + at, have);
	memset((uint8_t *)p + have, 0, want - have);
	return have < want ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static inline int
cv_write(sqlite3_file *s, const void *p, int n, sqlite3_int64 at)
{
	struct cv_handle *h = (struct cv_handle *)s;

	if (h->cv->crashed)
		return SQLITE_IOERR_WRITE;
	cv_wait(h->f, (size_t)at, p, (size_t)n);
	if (cv_tick(h->cv))
		return SQLITE_IOERR_WRITE;
	cv_put(&h->f->now, (size_t)at, p, (size_t)n);
	return SQLITE_OK;
}

static inline int
cv_truncate(sqlite3_file *s, sqlite3_int64 n)
{
	struct cv_handle *h = (struct cv_handle *)s;

	if (cv_tick(h->cv))
		return SQLITE_IOERR_TRUNCATE;
	cv_wait(h->f, (size_t)n, NULL, 0);
	if ((size_t)n < h->f->now.n)
		h->f->now.n = (size_t)n;
	return SQLITE_OK;
}

static inline int
cv_sync(sqlite3_file *s, int flags)
{
	struct cv_handle *h = (struct cv_handle *)s;
	size_t i;

	(void)flags;
	if (cv_tick(h->cv))
		return SQLITE_IOERR_FSYNC;
	if (h->cv->lie > 0 && cv_rand(h->cv) % 100 < h->cv->lie)
		return SQLITE_OK;
	for (i = 0; i < h->f->nop; i++)
		cv_apply(h->cv, h->f, &h->f->op[i], false);
	cv_clear(h->f);
	if (h->f->fresh)	/* as the unix VFS does for journals and logs */
		cv_sync_folder(h->cv);
	h->f->fresh = false;
	return SQLITE_OK;
}

static inline int
cv_size(sqlite3_file *s, sqlite3_int64 *n)
{
	*n = (sqlite3_int64)((struct cv_handle *)s)->f->now.n;
	return SQLITE_OK;
}

static inline int
cv_lock(sqlite3_file *s, int level)
{
	(void)s;
	(void)level;
	return SQLITE_OK;
}

static inline int
cv_check_lock(sqlite3_file *s, int *out)
{
	(void)s;
	*out = 0;
	return SQLITE_OK;
}

static inline int
cv_control(sqlite3_file *s, int op, void *p)
{
	(void)s;
	(void)op;
	(void)p;
	return SQLITE_NOTFOUND;
}

static inline int
cv_sector(sqlite3_file *s)
{
	(void)s;
	return CV_SECTOR;
}

static inline int
cv_device(sqlite3_file *s)
{
	(void)s;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static inline int
cv_shm_map(sqlite3_file *s, int i, int size, int extend, void volatile **out)
{
	struct cv_handle *h = (struct cv_handle *)s;

	(void)extend;
	if (i >= CV_SHM)
		return SQLITE_NOMEM;
	if (h->shm[i] == NULL)
		h->shm[i] = xcalloc(1, (size_t)size);
	*out = h->shm[i];
	return SQLITE_OK;
}

static inline int
cv_shm_lock(sqlite3_file *s, int at, int n, int flags)
{
	(void)s;
	(void)at;
	(void)n;
	(void)flags;
	return SQLITE_OK;
}

static inline void
cv_shm_barrier(sqlite3_file *s)
{
	(void)s;
}

static inline int
cv_shm_unmap(sqlite3_file *s, int drop)
{
	struct cv_handle *h = (struct cv_handle *)s;
	size_t i;

	(void)drop;
	for (i = 0; i < CV_SHM; i++) {
		free(h->shm[i]);
		h->shm[i] = NULL;
	}
	return SQLITE_OK;
}

/* ---- methods of the VFS ---- */

static const sqlite3_io_methods cv_methods = {
	2, cv_close, cv_read, cv_write, cv_truncate, cv_sync, cv_size, cv_lock, cv_lock,
	cv_check_lock, cv_control, cv_sector, cv_device, cv_shm_map, cv_shm_lock,
	cv_shm_barrier, cv_shm_unmap, NULL, NULL,
};

static inline int
cv_open(sqlite3_vfs *v, const char *name, sqlite3_file *s, int flags, int *out)
{
	struct cv *cv = v->pAppData;
	struct cv_handle *h = (struct cv_handle *)s;
	bool make = (flags & SQLITE_OPEN_CREATE) != 0;
	char temporary[32];

	memset(h, 0, sizeof(*h));
	if (cv->crashed)
		return SQLITE_CANTOPEN;
	if (name == NULL) {
		snprintf(temporary, sizeof(temporary), "temporary-%ld", cv->ops++);
		name = temporary;
	}
	h->cv = cv;
	h->f = cv_find(cv, name, make);
	if (h->f == NULL || (!h->f->live && !make))
		return SQLITE_CANTOPEN;
	if (!h->f->live) {
		h->f->live = true;
		h->f->fresh = (flags & SQLITE_OPEN_MAIN_DB) == 0;
		h->f->now.n = 0;
		if (!h->f->durable)
			h->f->disk.n = 0;
		else
			cv_wait(h->f, 0, NULL, 0);
	}
	h->drop = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
	h->base.pMethods = &cv_methods;
	if (out != NULL)
		*out = flags;
	return SQLITE_OK;
}

static inline int
cv_delete(sqlite3_vfs *v, const char *name, int sync)
{
	struct cv *cv = v->pAppData;
	struct cv_file *f;

	if (cv_tick(cv))
		return SQLITE_IOERR_DELETE;
	f = cv_find(cv, name, false);
	if (f == NULL || !f->live)
		return SQLITE_IOERR_DELETE_NOENT;
	f->live = false;
	f->now.n = 0;
	cv_clear(f);
	if (sync)
		cv_sync_folder(cv);
	return SQLITE_OK;
}

static inline int
cv_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	struct cv_file *f = cv_find(v->pAppData, name, false);

	(void)flags;
	*out = f != NULL && f->live;
	return SQLITE_OK;
}

static inline int
cv_full_path(sqlite3_vfs *v, const char *name, int n, char *out)
{
	(void)v;
	snprintf(out, (size_t)n, "%s", name);
	return SQLITE_OK;
}

static inline int
cv_randomness(sqlite3_vfs *v, int n, char *out)
{
	int i;

	for (i = 0; i < n; i++)
		out[i] = (char)cv_rand(v->pAppData);
	return n;
}

static inline int
cv_sleep(sqlite3_vfs *v, int us)
{
	(void)v;
	return us;
}

static inline int
cv_time(sqlite3_vfs *v, double *out)
{
	(void)v;
	*out = 2461000.5;
	return SQLITE_OK;
}

static inline int
cv_last_error(sqlite3_vfs *v, int n, char *out)
{
	(void)v;
	(void)n;
	(void)out;
	return 0;
}

/* Becomes the default: whatever opens a database opens it here. */
static inline void
cv_install(struct cv *cv)
{
	memset(cv, 0, sizeof(*cv));
	cv->random = 88172645463325252u;
	cv->vfs.iVersion = 1;
	cv->vfs.szOsFile = (int)sizeof(struct cv_handle);
	cv->vfs.mxPathname = 512;
	cv->vfs.zName = "crash";
	cv->vfs.pAppData = cv;
	cv->vfs.xOpen = cv_open;
	cv->vfs.xDelete = cv_delete;
	cv->vfs.xAccess = cv_access;
	cv->vfs.xFullPathname = cv_full_path;
	cv->vfs.xRandomness = cv_randomness;
	cv->vfs.xSleep = cv_sleep;
	cv->vfs.xCurrentTime = cv_time;
	cv->vfs.xGetLastError = cv_last_error;
	(void)sqlite3_vfs_register(&cv->vfs, 1);
}

/* How many cuts: $FJ_CUTS, or as many as given. */
static inline int
cv_cuts(int usual)
{
	const char *text = getenv("FJ_CUTS");
	long n = text != NULL ? strtol(text, NULL, 10) : 0;

	return n > 0 && n < 10000000 ? (int)n : usual;
}

#endif
