/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of the law and of the bureau: those of the program, and newer ones that a hub
 * published for the person's division.  New work takes the newest; a visit finds the
 * ones that it was begun with by digest, for as long as they are here.
 */
#include "app/shelf_data.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/xalloc.h"
#include "client/published.h"
#include "embed/embed.h"
#include "model/subjects.h"

struct table {
	enum data_kind kind;
	struct hash digest;
	void *v;			/* of the kind */
	struct table *next;
};

struct shelf_data {
	struct table *all;
	const struct table *now[DATA_KINDS];	/* NULL: none could be read */
	const struct table *shipped[DATA_KINDS];
	struct table *subjects;		/* registers held */
};

/* ---- readers ---- */

#define READER(name, type, call) \
	static enum fj_rc \
	read_##name(const char *p, size_t n, void **out, struct fj_err *e) \
	{ \
		struct type *v = NULL; \
		enum fj_rc rc = call##_load(p, n, &v, e); \
		*out = v; \
		return rc; \
	} \
	static void \
	free_##name(void *p) \
	{ \
		struct type *v = p; \
		call##_free(&v); \
	}
READER(kinds, kinds, kinds)
READER(clauses, clauses, clauses)
READER(campaigns, campaigns, campaigns)
READER(holidays, form_calendar, form_calendar)
READER(divisions, divisions, divisions)
READER(subjects, subjects, subjects)
#undef READER

static const struct {
	const char *name, *file;
	enum fj_rc (*read)(const char *p, size_t n, void **out, struct fj_err *e);
	void (*release)(void *v);
	bool needed;		/* without it the program does nothing */
	bool late;		/* 3,400 rows: only when asked for */
} kinds_of_data[DATA_KINDS] = {
	[DATA_KINDS_TABLE] = { "visit-kinds", "visit-kinds.json", read_kinds, free_kinds, true, false },
	[DATA_CLAUSES] = { "clauses", "clauses.json", read_clauses, free_clauses, true, false },
	/* titles only: a code is shown as it stands when they are not here */
	[DATA_CAMPAIGNS] = { "campaigns", "campaigns.json", read_campaigns, free_campaigns, false, false },
	/* without it working days are counted by weekends, and that is told */
	[DATA_HOLIDAYS] = { "holidays", "holidays.json", read_holidays, free_holidays, false, false },
	/* without it codes still work */
	[DATA_DIVISIONS] = { "divisions", "divisions.csv", read_divisions, free_divisions, false, true },
};

static struct table *
find(const struct shelf_data *s, enum data_kind kind, const struct hash *digest)
{
	struct table *t;

	for (t = s->all; t != NULL; t = t->next)
		if (t->kind == kind && hash_eq(&t->digest, digest))
			return t;
	return NULL;
}

static enum fj_rc
add(struct shelf_data *s, enum data_kind kind, const void *p, size_t n,
    const struct table **out, struct fj_err *e)
{
	struct table *t;
	struct hash digest;
	void *v = NULL;
	enum fj_rc rc;

	suite_hash(SUITE_DEFAULT, p, n, &digest);
	*out = find(s, kind, &digest);
	if (*out != NULL)
		return FJ_OK;
	rc = kinds_of_data[kind].read(p, n, &v, e);
	if (rc != FJ_OK)
		return rc;
	t = xcalloc(1, sizeof(*t));
	t->kind = kind;
	t->digest = digest;
	t->v = v;
	t->next = s->all;
	s->all = t;
	*out = t;
	return FJ_OK;
}

/* ---- those of the program ---- */

static enum fj_rc
take_shipped(struct shelf_data *s, enum data_kind kind, struct fj_err *e)
{
	const struct embed_file *f = embed_find(kinds_of_data[kind].file);
	enum fj_rc rc = f == NULL ? fj_fail(e, FJ_BUG, "app.embedded", "s",
	    kinds_of_data[kind].file) : add(s, kind, f->p, f->n, &s->shipped[kind], e);

	if (rc == FJ_OK && s->now[kind] == NULL)
		s->now[kind] = s->shipped[kind];
	return rc;
}

enum fj_rc
shelf_data_new(struct shelf_data **out, struct fj_err *e)
{
	struct shelf_data *s = xcalloc(1, sizeof(*s));
	enum fj_rc rc = FJ_OK;
	int i;

	for (i = 0; rc == FJ_OK && i < DATA_KINDS; i++) {
		struct fj_err why;

		if (kinds_of_data[i].late)
			continue;
		rc = take_shipped(s, (enum data_kind)i, &why);
		if (rc != FJ_OK && !kinds_of_data[i].needed)
			rc = FJ_OK;
		else if (rc != FJ_OK && e != NULL)
			*e = why;
	}
	if (rc == FJ_OK)
		*out = s;
	else
		shelf_data_free(&s);
	return rc;
}

static void
drop_subjects(struct shelf_data *s)
{
	while (s->subjects != NULL) {
		struct table *t = s->subjects;

		s->subjects = t->next;
		free_subjects(t->v);
		free(t);
	}
}

void
shelf_data_free(struct shelf_data **sp)
{
	struct shelf_data *s = *sp;

	*sp = NULL;
	if (s == NULL)
		return;
	while (s->all != NULL) {
		struct table *t = s->all;

		s->all = t->next;
		kinds_of_data[t->kind].release(t->v);
		free(t);
	}
	drop_subjects(s);
	free(s);
}

const void *
shelf_data_now(struct shelf_data *s, enum data_kind kind, struct hash *digest)
{
	struct fj_err e;

	if (s->now[kind] == NULL && take_shipped(s, kind, &e) != FJ_OK)
		return NULL;
	if (digest != NULL)
		*digest = s->now[kind]->digest;
	return s->now[kind]->v;
}

/* ---- published ones ---- */

static const struct table *
take_held(struct app *a, struct shelf_data *s, enum data_kind kind,
    const struct hash *digest)
{
	const struct table *t = find(s, kind, digest);
	struct fj_buf b;

	if (t != NULL || a->j == NULL || journal_is_locked(a->j))
		return t;
	fj_buf_init(&b, PUBLISHED_BYTES);
	if (published_get(a->j, ITEM_DATA, digest, &b, NULL) == FJ_OK &&
	    add(s, kind, b.p, b.n, &t, NULL) != FJ_OK)
		t = NULL;
	fj_buf_release(&b);
	return t;
}

const void *
shelf_data_by(struct app *a, struct shelf_data *s, enum data_kind kind,
    const struct hash *digest)
{
	const struct table *t = take_held(a, s, kind, digest);

	return t != NULL ? t->v : NULL;
}

bool
shelf_data_renew(struct app *a, struct shelf_data *s)
{
	bool changed = false;
	int i;

	for (i = 0; i < DATA_KINDS; i++) {
		const struct roster_item *it = a->roster == NULL || !app_unlocked(a) ? NULL :
		    published_newest(a->j, a->roster, ITEM_DATA,
		    kinds_of_data[i].name, a->me.division);
		const struct table *t = it == NULL ? s->shipped[i] :
		    take_held(a, s, (enum data_kind)i, &it->digest);

		if (t == NULL || t == s->now[i])
			continue;
		s->now[i] = t;
		changed = true;
	}
	return changed;
}

/* ---- registers of subjects ---- */

static bool
has_subjects(const struct shelf_data *s, const struct hash *digest)
{
	const struct table *t;

	for (t = s->subjects; t != NULL; t = t->next)
		if (hash_eq(&t->digest, digest))
			return true;
	return false;
}

static void
take_subjects(struct app *a, struct shelf_data *s, const struct roster_item *it)
{
	struct table *t;
	struct fj_buf b;
	void *v = NULL;

	if (has_subjects(s, &it->digest))
		return;
	fj_buf_init(&b, PUBLISHED_BYTES);
	if (published_get(a->j, ITEM_DATA, &it->digest, &b, NULL) == FJ_OK &&
	    read_subjects(b.p, b.n, &v, NULL) == FJ_OK) {
		t = xcalloc(1, sizeof(*t));
		t->digest = it->digest;
		t->v = v;
		t->next = s->subjects;
		s->subjects = t;
	}
	fj_buf_release(&b);
}

/* One that is not for us any more, or was replaced, is not shown. */
static void
drop_old_subjects(struct app *a, struct shelf_data *s, const struct roster_person *me)
{
	struct table **at = &s->subjects;

	while (*at != NULL) {
		const struct roster_item *it = a->roster != NULL ?
		    roster_item_by_digest(a->roster, &(*at)->digest) : NULL;
		struct table *t = *at;

		if (it != NULL && published_wanted(a->roster, it, me)) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		free_subjects(t->v);
		free(t);
	}
}

void
shelf_subjects(struct app *a, struct shelf_data *s,
    bool (*fn)(void *ctx, const struct subject *one), void *ctx)
{
	const struct roster_person *me = a->roster != NULL ?
	    roster_owner(a->roster, journal_dev(a->j)) : NULL;
	const struct roster_item *it;
	const struct subject *one;
	struct table *t;
	size_t i;

	drop_old_subjects(a, s, me);
	for (i = 0; a->roster != NULL && (it = roster_item_at(a->roster, i)) != NULL; i++)
		if (it->kind == ITEM_DATA && strncmp(it->name, SUBJECTS_PREFIX,
		    strlen(SUBJECTS_PREFIX)) == 0 && published_wanted(a->roster, it, me))
			take_subjects(a, s, it);
	for (t = s->subjects; t != NULL; t = t->next)
		for (i = 0; (one = subjects_at(t->v, i)) != NULL; i++)
			if (!fn(ctx, one))
				return;
}
