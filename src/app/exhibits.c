/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of a visit: the file is sealed and durable before its entry. */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"
#include "base/xalloc.h"

enum {
	TARGETS_MAX = 64,
};

struct places {
	struct command_on on[TARGETS_MAX];
	struct fj_buf path[TARGETS_MAX];
	size_t n;
};

static enum fj_rc
places_read(struct dossier *d, struct places *p, const char *const *target, size_t n,
    struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;

	p->n = 0;
	if (n > TARGETS_MAX)
		return fj_fail(e, FJ_LIMIT, "app.targets", "d", TARGETS_MAX);
	while (rc == FJ_OK && p->n < n) {
		fj_buf_init(&p->path[p->n], LIMIT_VALUE_BYTES);
		rc = dossier_place(d, target[p->n], &p->on[p->n], &p->path[p->n], e);
		if (rc == FJ_OK && !id_is_zero(&p->on[p->n].evidence))
			rc = fj_fail(e, FJ_INVAL, "app.evidence-for", "s", target[p->n]);
		p->n++;
	}
	return rc;
}

static void
places_release(struct places *p)
{
	while (p->n > 0)
		fj_buf_release(&p->path[--p->n]);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* The entry of a file that is sealed already. */
static enum fj_rc
add_entry(struct dossier *d, const struct evidence_new *n, const struct places *p,
    const struct id *id, const struct evidence_facts *facts, struct fj_err *e)
{
	char name[LIMIT_NAME_BYTES + 1];
	struct command_evidence ev = {.name = name, .how = n->how != NULL ? n->how : "copy",
	    .by = d->a->me.name, .taken = n->taken, .place = n->place, .origin = n->origin,
	    .use = n->use, .size = facts->size, .sha256 = facts->sha256, .sm3 = facts->sm3};
	struct command c = {.op = OP_EVIDENCE_ADD, .object = *id, .evidence = &ev,
	    .on = p->on, .on_count = p->n};
	const char *base = base_name(n->path);
	size_t len = strlen(base);

	/* A file name is data: cut at a character, keep it as it is. */
	if (len > LIMIT_NAME_BYTES) {
		len = LIMIT_NAME_BYTES;
		while (len > 0 && ((unsigned char)base[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(name, base, len);
	name[len] = '\0';
	return dossier_act1(d, &c, e);
}

/* May an entry be written at all?  Asked before a large file is read. */
static enum fj_rc
may_add(struct dossier *d, const char *use, struct fj_err *e)
{
	struct actor me;
	bool changed;
	enum fj_rc rc = dossier_refresh(d, &changed, e);

	if (rc != FJ_OK || use != NULL)
		return rc;
	app_actor(d->a, &me);
	if (decide_may(d->v, &me, OP_EVIDENCE_ADD, e))
		return FJ_OK;
	return e != NULL && e->rc != FJ_OK ? e->rc : FJ_REFUSED;
}

enum fj_rc
dossier_evidence_add(struct dossier *d, const struct evidence_new *n, struct id *out,
    struct fj_err *e)
{
	struct evidence_progress progress = {n->progress, n->ctx};
	struct evidence_facts facts;
	struct places *p = xcalloc(1, sizeof(*p));
	enum fj_rc rc = may_add(d, n->use, e);

	if (rc == FJ_OK)
		rc = places_read(d, p, n->target, n->target_n, e);
	if (rc == FJ_OK)
		rc = evidence_import(d->a->j, n->path, n->progress != NULL ? &progress : NULL,
		    out, &facts, e);
	if (rc == FJ_OK) {
		rc = add_entry(d, n, p, out, &facts, e);
		/* A sealed file that no entry names is only space: the next unlock
		 * sweeps what cannot be removed now. */
		if (rc != FJ_OK)
			(void)!evidence_forget(d->a->j, out, NULL);
	}
	if (rc != FJ_OK)
		memset(out, 0, sizeof(*out));
	places_release(p);
	free(p);
	return rc;
}

enum fj_rc
dossier_evidence_link(struct dossier *d, const struct id *evidence,
    const char *const *target, size_t n, struct fj_err *e)
{
	struct places *p = xcalloc(1, sizeof(*p));
	struct command c = {.op = OP_EVIDENCE_LINK, .object = *evidence};
	enum fj_rc rc = places_read(d, p, target, n, e);

	c.on = p->on;
	c.on_count = p->n;
	if (rc == FJ_OK)
		rc = dossier_act1(d, &c, e);
	places_release(p);
	free(p);
	return rc;
}

enum fj_rc
dossier_evidence_withdraw(struct dossier *d, const struct id *evidence, const char *why,
    struct fj_err *e)
{
	struct command c = {.op = OP_EVIDENCE_WITHDRAW, .object = *evidence, .why = why};

	return dossier_act1(d, &c, e);
}

enum fj_rc
dossier_evidence_extract(struct dossier *d, const struct id *evidence, const char *to,
    struct fj_err *e)
{
	return evidence_extract(d->a->j, evidence, to, NULL, e);
}

bool
dossier_evidence_held(const struct dossier *d, const struct id *evidence)
{
	struct evidence_facts facts;
	bool held = false;

	return evidence_held(d->a->j, evidence, &held, &facts, NULL) == FJ_OK && held;
}
