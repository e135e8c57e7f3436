/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/visits.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "embed/embed.h"
#include "entry/payload.h"
#include "hub/hub.h"
#include "hub/law.h"

enum {
	KEPT = 64,		/* loaded visits */
	SUMMARY_MAX = 64 << 10,
	ANSWERS = 50000,	/* then all are forgotten: memory stays bounded */
};

struct kept {
	struct id stream;
	struct visit *visit;
	uint64_t used;
	uint64_t position;	/* entries up to here were taken up */
};

struct asked {
	struct id stream, person;
};

/* Of these facts and this row of the roster. */
struct answer {
	struct hash facts, row;
	bool yes;
};

struct visits {
	struct hub *h;
	struct kinds *kinds;
	struct clauses *clauses;
	struct law *law;	/* published ones, by digest */
	struct kept kept[KEPT];
	uint64_t clock;		/* of use */
	struct map *answers;	/* struct asked -> struct answer */
};

/* The hub judges access and evidence, never answers: it needs no forms. */
static const struct form *
no_form(void *ctx, const struct hash *digest)
{
	(void)ctx;
	(void)digest;
	return NULL;
}

static const struct kinds *
kinds_of(void *ctx, const struct hash *digest)
{
	return law_kinds(((const struct visits *)ctx)->law, digest);
}

static const struct clauses *
clauses_of(void *ctx, const struct hash *digest)
{
	return law_clauses(((const struct visits *)ctx)->law, digest);
}

static struct model_env
env_of(struct visits *v)
{
	struct model_env env;

	memset(&env, 0, sizeof(env));
	env.kinds = v->kinds;
	env.clauses = v->clauses;
	env.roster = v->h->roster;
	env.form = no_form;
	env.kinds_of = kinds_of;
	env.clauses_of = clauses_of;
	env.ctx = v;
	return env;
}

static const struct embed_file *
embedded(const char *name, struct fj_err *e, enum fj_rc *rc)
{
	const struct embed_file *f = embed_find(name);

	if (f == NULL)
		*rc = fj_fail(e, FJ_BUG, "hub.embedded", "s", name);
	return f;
}

enum fj_rc
visits_new(struct hub *h, struct visits **out, struct fj_err *e)
{
	struct visits *v = xcalloc(1, sizeof(*v));
	const struct embed_file *f;
	enum fj_rc rc = FJ_OK;

	v->h = h;
	v->answers = map_new();
	v->law = law_new();
	f = embedded("visit-kinds.json", e, &rc);
	if (rc == FJ_OK)
		rc = kinds_load((const char *)f->p, f->n, &v->kinds, e);
	if (rc == FJ_OK)
		f = embedded("clauses.json", e, &rc);
	if (rc == FJ_OK)
		rc = clauses_load((const char *)f->p, f->n, &v->clauses, e);
	if (rc == FJ_OK)
		*out = v;
	else
		visits_free(&v);
	return rc;
}

void
visits_free(struct visits **v)
{
	if (*v != NULL) {
		visits_forget(*v, NULL);
		map_free(&(*v)->answers, free);
		law_free(&(*v)->law);
		kinds_free(&(*v)->kinds);
		clauses_free(&(*v)->clauses);
	}
	free(*v);
	*v = NULL;
}

void
visits_forget(struct visits *v, const struct id *stream)
{
	int i;

	for (i = 0; i < KEPT; i++) {
		struct kept *k = &v->kept[i];

		if (k->visit != NULL && (stream == NULL || id_eq(&k->stream, stream)))
			visit_free(&k->visit);
	}
}

static struct kept *
find(struct visits *v, const struct id *stream)
{
	int i;

	for (i = 0; i < KEPT; i++)
		if (v->kept[i].visit != NULL && id_eq(&v->kept[i].stream, stream)) {
			v->kept[i].used = ++v->clock;
			return &v->kept[i];
		}
	return NULL;
}

struct loading {
	struct visit *visit;
	const struct roster *roster;
	uint64_t after, newest;		/* positions */
	size_t entries;
	struct fj_err *e;
	enum fj_rc rc;
};

/* Entries that reached the log after their device was reported lost. */
static unsigned
flags_of(const struct roster *r, const struct id *dev, uint64_t position)
{
	const struct roster_device *d = roster_device(r, dev);

	if (d != NULL && d->end == END_LOST && position > d->end_position)
		return VISIT_AFTER_LOSS;
	return 0;
}

static bool
load_entry(void *ctx, const struct stored_entry *st)
{
	struct loading *l = ctx;
	struct entry en;

	/* One position covers several entries of a transaction that is still open. */
	if (st->position < l->after)
		return true;
	if (st->position > l->newest)
		l->newest = st->position;
	l->rc = entry_decode(st->frame, st->len, &en, l->e);
	if (l->rc == FJ_OK)
		l->rc = visit_add(l->visit, &en, flags_of(l->roster, &st->dev,
		    st->position), l->e);
	l->entries++;
	return l->rc == FJ_OK;
}

/*
 * Entries from l->after on.  A view reads while others write, and a store may read a
 * long visit in several pages: a later page can show an entry that was stored after
 * one which an earlier page lacks.  So what counts as taken up is what was in the log
 * before the first page.
 */
static enum fj_rc
read_on(struct visits *v, const struct id *stream, struct loading *l, struct fj_err *e)
{
	struct store *s = v->h->store;
	uint64_t before = UINT64_MAX;
	enum fj_rc rc = FJ_OK;

	l->roster = v->h->roster;
	l->newest = l->after;
	l->e = e;
	if (v->h->main != NULL)
		rc = s->ops->log_position(s, &before, e);
	if (rc == FJ_OK)
		rc = s->ops->entries_each(s, stream, NULL, 0, load_entry, l, e);
	if (l->newest > before)
		l->newest = before;
	return rc == FJ_OK ? l->rc : rc;
}

static struct kept *
oldest(struct visits *v)
{
	struct kept *k = &v->kept[0];
	int i;

	for (i = 0; i < KEPT; i++)
		if (v->kept[i].visit == NULL || (k->visit != NULL &&
		    v->kept[i].used < k->used))
			k = &v->kept[i];
	visit_free(&k->visit);
	return k;
}

static enum fj_rc
load(struct visits *v, const struct id *stream, struct kept **out, struct fj_err *e)
{
	struct model_env env = env_of(v);
	struct loading l;
	struct kept *k;
	enum fj_rc rc;

	memset(&l, 0, sizeof(l));
	rc = law_refresh(v->law, v->h, e);
	if (rc == FJ_OK)
		rc = visit_new(stream, &env, &l.visit, e);
	if (rc == FJ_OK)
		rc = read_on(v, stream, &l, e);
	if (rc == FJ_OK && l.entries == 0)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.not-found", "");
	if (rc != FJ_OK) {
		visit_free(&l.visit);
		return rc;
	}
	k = oldest(v);
	k->visit = l.visit;
	k->stream = *stream;
	k->position = l.newest;
	k->used = ++v->clock;
	*out = k;
	return FJ_OK;
}

/* What was stored since it was loaded, by whomever. */
static enum fj_rc
catch_up(struct visits *v, struct kept *k, struct fj_err *e)
{
	struct loading l;
	enum fj_rc rc;

	memset(&l, 0, sizeof(l));
	l.visit = k->visit;
	l.after = k->position;
	rc = read_on(v, &k->stream, &l, e);
	if (rc == FJ_OK)
		k->position = l.newest;
	else
		visits_forget(v, &k->stream);
	return rc;
}

static enum fj_rc
settled(struct visits *v, const struct id *stream, struct kept **out, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;

	*out = find(v, stream);
	rc = *out == NULL ? load(v, stream, out, e) : catch_up(v, *out, e);
	if (rc == FJ_OK)
		visit_settle((*out)->visit);
	return rc;
}

enum fj_rc
visits_summary(struct visits *v, const struct id *stream, struct fj_buf *out,
    struct fj_err *e)
{
	struct summary *s = xcalloc(1, sizeof(*s));
	struct kept *k;
	enum fj_rc rc;

	rc = settled(v, stream, &k, e);
	if (rc == FJ_OK) {
		summary_of(k->visit, s);
		summary_write(s, out);
	}
	free(s);
	return rc;
}

typedef bool (*may_fn)(const struct summary *s, const struct roster_person *p,
    bool receipted);

static bool
ask(may_fn may, const char *facts, const struct roster_person *p)
{
	struct summary *s;
	bool yes;

	if (p == NULL || facts == NULL || facts[0] == '\0')
		return false;
	s = xcalloc(1, sizeof(*s));
	/* What a hub has stored it has receipted, in one transaction. */
	yes = summary_parse(facts, strlen(facts), s, NULL) == FJ_OK &&
	    may(s, p, s->started);
	free(s);
	return yes;
}

bool
visits_may_see(const char *facts, const struct roster_person *p)
{
	return ask(may_see, facts, p);
}

bool
visits_lists(struct visits *v, const struct id *stream, const char *facts,
    const struct roster_person *p)
{
	struct asked key;
	struct answer *a;
	struct hash digest;

	if (p == NULL || facts == NULL)
		return false;
	memset(&key, 0, sizeof(key));
	key.stream = *stream;
	key.person = p->person;
	digest_bytes(DIGEST_SHA256, facts, strlen(facts), &digest);
	a = map_get(v->answers, &key, sizeof(key));
	if (a != NULL && hash_eq(&a->facts, &digest) && hash_eq(&a->row, &p->entry))
		return a->yes;
	if (a == NULL) {
		if (map_count(v->answers) >= ANSWERS) {
			map_free(&v->answers, free);
			v->answers = map_new();
		}
		a = xcalloc(1, sizeof(*a));
		map_put(v->answers, &key, sizeof(key), a);
	}
	a->facts = digest;
	a->row = p->entry;
	a->yes = visits_may_see(facts, p);
	return a->yes;
}

bool
visits_may_write(const char *facts, const struct roster_person *p)
{
	return ask(may_write, facts, p);
}

enum fj_rc
visits_file(struct visits *v, const struct id *stream, const struct id *evidence,
    struct visit_file *out, bool *found, struct fj_err *e)
{
	struct kept *k;
	enum fj_rc rc;
	size_t i;

	*found = false;
	rc = settled(v, stream, &k, e);
	if (rc == FJ_NOTFOUND)
		return FJ_OK;
	for (i = 0; rc == FJ_OK && i < visit_entry_count(k->visit) && !*found; i++) {
		const struct visit_entry *en = visit_entry_at(k->visit, i);

		if (en->op != OP_EVIDENCE_ADD || !id_eq(&en->object, evidence) ||
		    en->author.member < 0 || en->author.contradicted)
			continue;
		*found = json_hash(en->body, "sha256", &out->sha256) &&
		    json_hash(en->body, "sm3", &out->sm3) &&
		    json_int(en->body, "size", &out->size) && out->size >= 0;
		out->dev = en->dev;
	}
	return rc;
}
