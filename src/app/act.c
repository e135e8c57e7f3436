/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One act of a dossier: decide, append, apply.  A face may name things by
 * strings that live in the visit or in a filled form; both move on while an act
 * runs, so the commands are copied first.
 */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/xalloc.h"

enum {
	TRIES = 8,		/* when another process writes meanwhile */
	ACT_BYTES = 48 << 20,	/* strings of one act */
};

/* ---- copies ---- */

static bool
own_text(struct arena *mem, const char **s)
{
	if (*s != NULL)
		*s = arena_strndup(mem, *s, strlen(*s));
	return *s != NULL;
}

/* All of them; NULL stays NULL. */
static bool
own_texts(struct arena *mem, const char **const *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (*s[i] != NULL && !own_text(mem, s[i]))
			return false;
	return true;
}

static void *
own_bytes(struct arena *mem, const void *p, size_t n)
{
	void *out = arena_alloc(mem, n);

	if (out != NULL && n > 0)
		memcpy(out, p, n);
	return out;
}

static bool
own_evidence(struct arena *mem, struct command *c)
{
	struct command_evidence *ev = own_bytes(mem, c->evidence, sizeof(*ev));

	if (ev == NULL)
		return false;
	c->evidence = ev;
	return own_texts(mem, (const char **const[]){&ev->name, &ev->how, &ev->by, &ev->taken,
	    &ev->place, &ev->origin, &ev->use}, 7);
}

static bool
own_member(struct arena *mem, struct command *c)
{
	struct command_member *m = own_bytes(mem, c->member, sizeof(*m));

	if (m == NULL)
		return false;
	c->member = m;
	return own_texts(mem, (const char **const[]){&m->name, &m->cert}, 2);
}

static bool
own_places(struct arena *mem, struct command *c)
{
	struct command_on *on = own_bytes(mem, c->on, c->on_count * sizeof(*on));
	size_t i;

	if (on == NULL)
		return false;
	c->on = on;
	for (i = 0; i < c->on_count; i++)
		if (!own_texts(mem, (const char **const[]){&on[i].form, &on[i].path}, 2))
			return false;
	return true;
}

static bool
own_command(struct arena *mem, struct command *c)
{
	if (!own_texts(mem, (const char **const[]){&c->form, &c->path, &c->value, &c->why,
	    &c->text, &c->facts, &c->field, &c->automatic, &c->witness, &c->document,
	    &c->from, &c->until}, 12))
		return false;
	if (c->evidence != NULL && !own_evidence(mem, c))
		return false;
	if (c->member != NULL && !own_member(mem, c))
		return false;
	if (c->on_count > 0 && !own_places(mem, c))
		return false;
	if (c->object_count > 0)
		c->objects = own_bytes(mem, c->objects, c->object_count * sizeof(*c->objects));
	return c->object_count == 0 || c->objects != NULL;
}

/* With room for one more. */
static struct command *
own_commands(struct arena *mem, const struct command *c, size_t n)
{
	struct command *out = arena_alloc(mem, (n + 1) * sizeof(*c));
	size_t i;

	if (out != NULL)
		memcpy(out, c, n * sizeof(*c));

	for (i = 0; out != NULL && i < n; i++)
		if (!own_command(mem, &out[i]))
			return NULL;
	return out;
}

/* ---- decide, append, apply ---- */

static enum fj_rc
decide_all(struct dossier *d, const struct command *c, size_t n, struct fj_buf *payloads,
    struct bytes *bytes, struct fj_err *e)
{
	struct actor me;
	struct stamp at;
	enum fj_rc rc = FJ_OK;
	size_t i;

	app_actor(d->a, &me);
	app_stamp(d->a, &at);
	for (i = 0; i < n; i++)
		fj_buf_init(&payloads[i], LIMIT_PAYLOAD);
	for (i = 0; rc == FJ_OK && i < n; i++) {
		rc = decide(d->v, &me, &c[i], &at, &payloads[i], e);
		bytes[i].p = payloads[i].p;
		bytes[i].n = payloads[i].n;
	}
	return rc;
}

struct applied {
	struct dossier *d;
	size_t n;
};

/* Our own entry, durable by now: no reading can fail between the two. */
static void
apply_own(void *ctx, const struct entry *en)
{
	struct applied *own = ctx;

	own->n++;
	if (en->hlc > own->d->hlc)
		own->d->hlc = en->hlc;
	if (visit_add(own->d->v, en, 0, NULL) != FJ_OK)
		own->n--;	/* then take_in reads and names it */
}

/* ---- the clock ---- */

/* A jump goes with the act.  A freeze names the entries before it, so there it
 * stands behind.  Answers the number of commands; *told: the one that tells it. */
static size_t
join_clock(const struct dossier *d, struct command *c, size_t n,
    const struct command **told)
{
	struct command jump;
	size_t at = c[0].op == OP_FREEZE ? n : 0;

	*told = NULL;
	if (!clockwatch_look(d, &jump))
		return n;
	memmove(c + at + 1, c + at, (n - at) * sizeof(*c));
	c[at] = jump;
	*told = &c[at];
	return n + 1;
}

static struct journal_kv *
join_facts(const struct journal_kv *kv, size_t n, const struct clock_facts *clock)
{
	struct journal_kv *out = xcalloc(n + CLOCK_FACTS, sizeof(*out));

	if (n > 0)
		memcpy(out, kv, n * sizeof(*kv));
	memcpy(out + n, clock->kv, sizeof(clock->kv));
	return out;
}

/* moved: more came than our own entries. */
static enum fj_rc
try_act(struct dossier *d, const struct command *c, size_t n, const struct journal_kv *kv,
    size_t nkv, bool *moved, struct fj_err *e)
{
	struct fj_buf *payloads = xcalloc(n, sizeof(*payloads));
	struct bytes *bytes = xcalloc(n, sizeof(*bytes));
	struct applied own = {d, 0};
	struct journal_commit commit = {.kind = STREAM_VISIT, .stream = d->id,
	    .payload = bytes, .n = n, .kv = kv, .nkv = nkv, .expect = d->version,
	    .each = apply_own, .ctx = &own};
	size_t before = visit_entry_count(d->v), i;
	bool changed;
	enum fj_rc rc;

	rc = decide_all(d, c, n, payloads, bytes, e);
	if (rc == FJ_OK)
		rc = journal_append(d->a->j, &commit, e);
	if (rc == FJ_OK) {
		/* What another process slipped in behind it is read too.  If that
		 * fails, the act stands all the same (A1) and the next one reads it. */
		if (dossier_take_in(d, &changed, NULL) != FJ_OK)
			visit_settle(d->v);
		*moved = *moved || visit_entry_count(d->v) != before + own.n;
	}
	for (i = 0; i < n; i++)
		fj_buf_release(&payloads[i]);
	free(payloads);
	free(bytes);
	return rc;
}

enum fj_rc
dossier_act(struct dossier *d, const struct command *c, size_t n,
    const struct journal_kv *kv, size_t nkv, struct fj_err *e)
{
	struct arena *mem = arena_new(ACT_BYTES);
	const struct command *told = NULL;
	struct clock_facts clock;
	struct journal_kv *facts;
	struct command *own;
	bool moved = false, changed;
	enum fj_rc rc = FJ_STALE;
	int i;

	FJ_BUG_IF(n == 0 || n > ACT_MAX);
	dossier_forget_old(d);
	clockwatch_facts(d, &clock);
	facts = join_facts(kv, nkv, &clock);
	own = own_commands(mem, c, n);
	if (own == NULL)
		rc = fj_fail(e, FJ_LIMIT, "app.act-too-large", "d", ACT_MAX);
	else
		n = join_clock(d, own, n, &told);
	for (i = 0; i < TRIES && rc == FJ_STALE; i++) {
		rc = dossier_take_in(d, &changed, e);
		moved = moved || changed;
		if (rc == FJ_OK)
			rc = try_act(d, own, n, facts, nkv + CLOCK_FACTS, &moved, e);
	}
	if (rc == FJ_OK && told != NULL)
		clockwatch_told(d->a, told);
	/* What the forms computed ahead is right only if this act alone came.  One
	 * that cannot be filled again shows as absent; the journal is right. */
	if (rc == FJ_OK && !moved)
		dossier_clock_kept(d);
	else if (dossier_refill(d, NULL) != FJ_OK)
		d->version = 0;
	free(facts);
	arena_free(&mem);
	return rc;
}

enum fj_rc
dossier_act1(struct dossier *d, const struct command *c, struct fj_err *e)
{
	return dossier_act(d, c, 1, NULL, 0, e);
}
