/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of uploads: what the hub has room for, how long they live, how they go. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/claims.h"
#include "hub/commit.h"
#include "hub/upload_header.h"
#include "hub/upload_internal.h"
#include "os/fs.h"

#define DAY_MS (24 * 3600 * 1000LL)

void
upload_limits_default(struct upload_limits *l)
{
	memset(l, 0, sizeof(*l));
	l->device = 128LL << 30;
	l->reserve = 256LL << 20;
	l->scratch = 64LL << 20;
	l->life_ms = 14 * DAY_MS;
	l->scratch_life_ms = DAY_MS;
}

void
upload_of_file(const struct hub *h, const struct caller *c, const struct ask *a,
    const struct visit_file *file, struct stored_upload *out)
{
	memset(out, 0, sizeof(*out));
	out->visit = a->one;
	out->evidence = a->two;
	out->sha256 = file->sha256;
	out->sm3 = file->sm3;
	out->size = file->size;
	out->dev = c->device->dev;
	out->created_ms = hub_now_ms(h);
	out->expires_ms = h->limits.life_ms > 0 ? out->created_ms + h->limits.life_ms : 0;
}

/* ---- room ---- */

static enum fj_rc
over(struct store *s, const struct id *visit, const struct id *dev, bool done,
    int64_t more, int64_t most, bool *yes, struct fj_err *e)
{
	struct upload_sums sums;
	enum fj_rc rc;

	*yes = false;
	if (most <= 0)
		return FJ_OK;
	rc = s->ops->upload_sums(s, visit, dev, &sums, e);
	if (rc == FJ_OK)
		*yes = sums.open_bytes + (done ? sums.done_bytes : 0) > most - more;
	return rc;
}

/* Inside the transaction that makes the row: two at once do not both fit. */
static enum fj_rc
room_for(struct hub *h, const struct stored_upload *u, const char **problem,
    struct fj_err *e)
{
	const struct upload_limits *l = &h->limits;
	int64_t space = fs_free_bytes(h->evidence);
	struct store *s = h->store;
	bool yes = false;
	enum fj_rc rc;

	*problem = NULL;
	if (space >= 0 && space < u->size + l->reserve) {
		*problem = "full";
		return FJ_OK;
	}
	if (id_is_zero(&u->visit)) {
		rc = over(s, &u->visit, &u->dev, true, u->size, l->scratch, &yes, e);
	} else {
		rc = over(s, NULL, &u->dev, false, u->size, l->device, &yes, e);
		if (rc == FJ_OK && !yes)
			rc = over(s, &u->visit, NULL, true, u->size, l->visit, &yes, e);
		if (rc == FJ_OK && !yes)
			rc = over(s, NULL, NULL, true, u->size, l->total, &yes, e);
	}
	if (yes)
		*problem = "quota";
	return rc;
}

/* ---- rows ---- */

struct make_job {
	struct commit_job job;
	struct stored_upload *u;
	struct stored_upload wanted;
	const char *problem;
	bool renew;
};

static enum fj_rc
store_make(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	struct make_job *m = (struct make_job *)(void *)j;
	struct store *s = h->store;
	struct stored_upload was;
	enum fj_rc rc;

	m->problem = NULL;
	rc = s->ops->upload_get(s, &m->wanted.visit, &m->wanted.evidence, &was, e);
	if (rc == FJ_NOTFOUND) {
		*m->u = m->wanted;
		rc = room_for(h, m->u, &m->problem, e);
		return rc == FJ_OK && m->problem == NULL ? s->ops->upload_put(s, m->u, e) : rc;
	}
	if (rc != FJ_OK)
		return rc;
	*m->u = was;
	if (!m->renew || was.done || was.expires_ms == 0)
		return FJ_OK;
	m->u->expires_ms = m->wanted.expires_ms;
	return s->ops->upload_put(s, m->u, e);
}

static enum fj_rc
make(struct hub *h, struct stored_upload *u, bool renew, const char **problem,
    struct fj_err *e)
{
	struct make_job m = { { NULL, store_make, NULL, 0 }, u, *u, NULL, renew };
	enum fj_rc rc;

	rc = commit_wait(hub_main(h), &m.job, NULL, e);
	*problem = rc == FJ_OK ? m.problem : NULL;
	return rc;
}

enum fj_rc
upload_make(struct hub *h, struct stored_upload *u, const char **problem,
    struct fj_err *e)
{
	char *part, *dir;
	enum fj_rc rc;

	part = upload_part_path(h, &u->visit, &u->evidence);
	dir = xstrdup(part);
	*strrchr(dir, '/') = '\0';
	*problem = NULL;
	rc = fs_is_dir(dir) ? FJ_OK : fs_mkdirs(dir, e);
	free(dir);
	free(part);
	return rc == FJ_OK ? make(h, u, false, problem, e) : rc;
}

/* Not at each request: once it has lived half of its time. */
enum fj_rc
upload_renew(struct hub *h, struct stored_upload *u, struct fj_err *e)
{
	int64_t now = hub_now_ms(h), life = h->limits.life_ms;
	const char *problem;

	if (u->expires_ms == 0 || life <= 0 || id_is_zero(&u->visit) ||
	    u->expires_ms - now > life / 2)
		return FJ_OK;
	u->expires_ms = now + life;
	return make(h, u, true, &problem, e);
}

enum fj_rc
upload_forget(struct hub *h, const struct stored_upload *u, struct fj_err *e)
{
	char *part = upload_part_path(h, &u->visit, &u->evidence);
	char *meta = id_is_zero(&u->visit) ? upload_metadata_path(h, &u->evidence) : NULL;
	enum fj_rc rc;

	/* Whoever writes to it loses it first; the row goes last. */
	claims_break(h->claims, &u->visit, &u->evidence);
	rc = fs_remove(part, e);
	if (rc == FJ_OK && meta != NULL)
		rc = fs_remove(meta, e);
	if (rc == FJ_OK)
		rc = h->store->ops->upload_drop(h->store, &u->visit, &u->evidence, e);
	free(meta);
	free(part);
	return rc;
}

void
upload_say(const struct stored_upload *u, int64_t offset,
    struct reply *r)
{
	char date[HTTP_DATE + 1];

	reply_header_u64(r, "Upload-Offset", (uint64_t)offset);
	if (u->done) {
		reply_header_u64(r, "Feijian-Receipt", u->position);
	} else if (u->expires_ms > 0) {
		http_date(u->expires_ms, date);
		reply_header(r, "Upload-Expires", date);
	}
}
