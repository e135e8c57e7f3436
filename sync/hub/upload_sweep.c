/* SPDX-License-Identifier: Apache-2.0 */
/* What nobody will finish: expired uploads, and files that no row names any more. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/xalloc.h"
#include "hub/commit.h"
#include "hub/upload_internal.h"
#include "os/fs.h"

enum {
	SWEEP_MOST = 256,		/* at once: the writer has others to serve */
	ORPHAN_S = 3600,
};

/* ---- expired ---- */

struct sweep_job {
	struct commit_job job;
	struct stored_upload *u;
	size_t n;
	int64_t now;
};

static bool
take_expired(void *ctx, const struct stored_upload *u)
{
	struct sweep_job *s = ctx;

	s->u[s->n++] = *u;
	return s->n < SWEEP_MOST;
}

static enum fj_rc
store_sweep(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	struct sweep_job *s = (struct sweep_job *)(void *)j;
	enum fj_rc rc;
	size_t i;

	s->n = 0;
	rc = h->store->ops->uploads_expired(h->store, s->now, take_expired, s, e);
	for (i = 0; rc == FJ_OK && i < s->n; i++)
		rc = upload_forget(h, &s->u[i], e);
	return rc;
}

/* ---- orphans ---- */

struct orphans {
	struct hub *h;
	const char *dir;
	size_t n;
	struct fj_err *e;
	enum fj_rc rc;
};

/* It ends here, or what follows says which file of the same upload it is. */
static bool
id_at(const char *p, struct id *out)
{
	return strlen(p) >= ID_TEXT && (p[ID_TEXT] == '\0' || p[ID_TEXT] == '.') &&
	    id_parse(p, ID_TEXT, out);
}

/* VISIT.ID of part/, ID of scratch/; with .meta, .own and the like, which a crash may
 * have left.  False: not a name of ours. */
static bool
parse_name(const char *name, struct id *visit, struct id *evidence)
{
	if (!id_at(name, visit))
		return false;
	if (name[ID_TEXT] == '.' && id_at(name + ID_TEXT + 1, evidence))
		return true;
	*evidence = *visit;
	memset(visit, 0, sizeof(*visit));
	return true;
}

/* A file may be there a moment before its row. */
static bool
is_old(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_mtime + ORPHAN_S < time(NULL);
}

static bool
look_at(void *ctx, const char *name)
{
	struct orphans *o = ctx;
	struct store *s = o->h->store;
	struct id visit, evidence;
	struct stored_upload u;
	bool gone;
	char *path;

	if (!parse_name(name, &visit, &evidence))
		return true;
	path = fs_join(o->dir, name);
	o->rc = s->ops->upload_get(s, &visit, &evidence, &u, o->e);
	gone = o->rc == FJ_NOTFOUND;
	if (gone)
		o->rc = FJ_OK;
	if (o->rc == FJ_OK && (gone ? is_old(path) : u.done)) {
		o->rc = fs_remove(path, o->e);
		o->n += o->rc == FJ_OK;
	}
	free(path);
	return o->rc == FJ_OK;
}

static enum fj_rc
sweep_dir(struct hub *h, const char *name, size_t *n, struct fj_err *e)
{
	char *dir = fs_join(h->evidence, name);
	struct orphans o = { h, dir, 0, e, FJ_OK };
	enum fj_rc rc = FJ_OK;

	if (fs_is_dir(dir))
		rc = fs_list(dir, look_at, &o, e);
	if (rc == FJ_OK)
		rc = o.rc;
	*n += o.n;
	free(dir);
	return rc;
}

struct orphan_job {
	struct commit_job job;
	size_t n;
};

/* Inside a transaction: nobody makes a row meanwhile. */
static enum fj_rc
store_orphans(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	struct orphan_job *o = (struct orphan_job *)(void *)j;
	enum fj_rc rc;

	o->n = 0;
	rc = sweep_dir(h, "part", &o->n, e);
	if (rc == FJ_OK)
		rc = sweep_dir(h, "scratch", &o->n, e);
	return rc;
}

enum fj_rc
upload_sweep(struct hub *h, size_t *n, struct fj_err *e)
{
	struct sweep_job s = { { NULL, store_sweep, NULL, 0 }, NULL, 0, hub_now_ms(h) };
	struct orphan_job o = { { NULL, store_orphans, NULL, 0 }, 0 };
	enum fj_rc rc;

	s.u = xcalloc(SWEEP_MOST, sizeof(*s.u));
	*n = 0;
	do {
		rc = commit_wait(hub_main(h), &s.job, NULL, e);
		if (rc == FJ_OK)
			*n += s.n;
	} while (rc == FJ_OK && s.n == SWEEP_MOST);
	free(s.u);
	if (rc == FJ_OK)
		rc = commit_wait(hub_main(h), &o.job, NULL, e);
	*n += o.n;
	return rc;
}
