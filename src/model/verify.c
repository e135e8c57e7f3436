/* SPDX-License-Identifier: Apache-2.0 */
#include "model/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/payload.h"
#include "model/fill.h"
#include "model/freeze_facts.h"

enum { CHECKS_MAX = 20000 };

static struct verify_check *
check(struct verify_list *l, enum verify_result result, int round)
{
	struct verify_check *c;

	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 32;
		l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	c = &l->v[l->n < CHECKS_MAX ? l->n++ : l->n - 1];
	memset(c, 0, sizeof(*c));
	c->result = result;
	c->round = round;
	l->failed += result == VERIFY_FAIL;
	l->absent += result == VERIFY_ABSENT;
	return c;
}

static void
say(struct verify_list *l, enum verify_result result, int round, const char *code,
    const char *a, const char *b)
{
	struct verify_check *c = check(l, result, round);

	(void)fj_fail(&c->err, result == VERIFY_FAIL ? FJ_CORRUPT : FJ_OK, code, "ss",
	    a ? a : "", b ? b : "");
}

static void
short_id(const struct hash *h, char *out)
{
	char full[HASH_TEXT + 1];

	hash_format(h, full);
	memcpy(out, full, 16);
	out[16] = '\0';
}

/* ---- chains ---- */

static const struct verify_chain_fact *
fact_of(const struct verify_facts *facts, const struct id *dev)
{
	size_t i;

	for (i = 0; i < facts->chain_count; i++)
		if (id_eq(&facts->chains[i].dev, dev))
			return &facts->chains[i];
	return NULL;
}

static void
check_chain(const struct vchain *c, const struct verify_facts *facts,
    struct verify_list *out)
{
	const struct verify_chain_fact *f = fact_of(facts, &c->hello->pub.dev);

	if (f == NULL)
		say(out, VERIFY_ABSENT, 0, "verify.chain-unknown", c->name, NULL);
	else if (f->failed)
		say(out, VERIFY_FAIL, 0, "verify.chain-broken", c->name, f->why);
	else if (f->covered < c->head->pub.seq)
		say(out, VERIFY_FAIL, 0, "verify.chain-unsigned", c->name, NULL);
	else
		say(out, VERIFY_OK, 0, "verify.chain", c->name, NULL);
	if (c->author.contradicted)
		say(out, VERIFY_FAIL, 0, "verify.identity-contradicted", c->name, NULL);
	else if (c->author.certified)
		say(out, VERIFY_OK, 0, "verify.identity", c->name, NULL);
	else
		say(out, VERIFY_ABSENT, 0, "verify.identity-claimed", c->name, NULL);
}

static void
check_forks(const struct visit *v, struct verify_list *out)
{
	size_t i;

	for (i = 0; v->forked && i < v->all.n; i++) {
		const struct vent *en = v->all.v[i];
		char id[17];

		if (!en->pub.forked)
			continue;
		short_id(&en->pub.id, id);
		say(out, VERIFY_FAIL, 0, "verify.fork", en->pub.author.name, id);
	}
}

/* ---- one freeze ---- */

static struct vent **
heads_named(const struct visit *v, const struct vfreeze *f, size_t *n)
{
	const struct json *heads = json_get(f->en->pub.body, "heads"), *row;
	struct vent **list = xcalloc((size_t)(heads ? heads->count : 0) + 1, sizeof(*list));

	*n = 0;
	json_each(row, heads) {
		struct hash id;
		struct vent *en;

		if (json_hash(row, "id", &id) && (en = visit_vent(v, &id)) != NULL)
			list[(*n)++] = en;
	}
	return list;
}

static void
check_hash(struct verify_list *out, int round, const struct json *body, const char *key,
    const struct hash *computed, const char *good, const char *bad)
{
	struct hash named;
	bool same = json_hash(body, key, &named) && hash_eq(&named, computed);

	say(out, same ? VERIFY_OK : VERIFY_FAIL, round, same ? good : bad, NULL, NULL);
}

static void
check_content(const struct visit *v, const struct vfreeze *f, struct verify_list *out)
{
	const struct json *body = f->en->pub.body;
	struct freeze_facts facts;
	struct fj_err e;
	struct hash dump;
	int64_t count = -1;
	size_t n;
	struct vent **heads = heads_named(v, f, &n);
	bool same;

	freeze_facts_of(heads, n, f->view, &facts);
	free(heads);
	same = json_int(body, "count", &count) && count == facts.count;
	say(out, same ? VERIFY_OK : VERIFY_FAIL, f->pub.round,
	    same ? "verify.heads" : "verify.heads-differ", NULL, NULL);
	check_hash(out, f->pub.round, body, "root", &facts.root, "verify.root",
	    "verify.root-differs");
	check_hash(out, f->pub.round, json_get(body, "evidence"), "digest",
	    &facts.evidence_digest, "verify.evidence-list", "verify.evidence-list-differs");
	fj_err_clear(&e);
	if (fill_digest(v, f->view, f->en->pub.at, &dump, &e) != FJ_OK)
		say(out, VERIFY_ABSENT, f->pub.round, "verify.dump-unknown", e.arg[0], NULL);
	else
		check_hash(out, f->pub.round, body, "dump", &dump, "verify.dump",
		    "verify.dump-differs");
}

static void
check_signatures(const struct visit *v, const struct vfreeze *f, struct verify_list *out)
{
	int i;

	for (i = 0; i < v->facts.team_count; i++) {
		const char *name = v->team[i].name;

		if (f->signs[i] == SIGN_SIGNED)
			say(out, VERIFY_OK, f->pub.round, "verify.signed", name, NULL);
		else if (f->signs[i] == SIGN_UNSIGNED)
			say(out, VERIFY_ABSENT, f->pub.round, "verify.unsigned", name, NULL);
		else
			say(out, VERIFY_ABSENT, f->pub.round, "verify.sign-missing", name, NULL);
	}
	if (f->pub.party_asked && f->pub.party == NULL)
		say(out, VERIFY_ABSENT, f->pub.round, "verify.party-missing", NULL, NULL);
	else if (f->pub.party != NULL)
		say(out, VERIFY_OK, f->pub.round, "verify.party",
		    json_str(f->pub.party->body, "outcome"), f->pub.party->why);
}

static void
check_freeze(const struct visit *v, const struct vfreeze *f, struct verify_list *out)
{
	char id[17];

	short_id(&f->en->pub.id, id);
	if (f->pub.voided) {
		say(out, VERIFY_OK, f->pub.round, "verify.voided", id, NULL);
		return;
	}
	say(out, f->pub.sealed ? VERIFY_OK : VERIFY_ABSENT, f->pub.round,
	    f->pub.sealed ? "verify.sealed" : "verify.not-sealed", id, NULL);
	check_content(v, f, out);
	check_signatures(v, f, out);
}

/* ---- times ---- */

static const struct verify_receipt_fact *
receipt_of(const struct verify_facts *facts, const struct hash *id)
{
	size_t i;

	for (i = 0; i < facts->receipt_count; i++)
		if (hash_eq(&facts->receipts[i].entry, id))
			return &facts->receipts[i];
	return NULL;
}

static void
check_times(const struct visit *v, const struct verify_facts *facts,
    struct verify_list *out)
{
	size_t i;

	for (i = 0; i < v->all.n; i++) {
		const struct vent *en = v->all.v[i];
		const struct verify_receipt_fact *r = receipt_of(facts, &en->pub.id);
		char id[17], at[INSTANT_TEXT + 1];

		if (!facts->full && en->pub.op != OP_FREEZE)
			continue;
		short_id(&en->pub.id, id);
		if (r == NULL) {
			say(out, VERIFY_ABSENT, 0, "verify.time-claimed", en->pub.op_name, id);
			continue;
		}
		instant_format(r->not_after, at);
		say(out, VERIFY_OK, 0, "verify.time", en->pub.op_name, at);
	}
}

/* ---- evidence ---- */

static void
check_files(const struct visit *v, const struct verify_facts *facts,
    struct verify_list *out)
{
	size_t i, k;

	for (i = 0; i < view_evidence_count(v->now); i++) {
		const struct evidence *ev = view_evidence_at(v->now, i);
		const struct verify_evidence_fact *f = NULL;

		for (k = 0; k < facts->evidence_count; k++)
			if (id_eq(&facts->evidence[k].evidence, &ev->id))
				f = &facts->evidence[k];
		if (f == NULL || !f->here)
			say(out, VERIFY_ABSENT, 0, "verify.file-absent", ev->name, NULL);
		else
			say(out, f->matches ? VERIFY_OK : VERIFY_FAIL, 0,
			    f->matches ? "verify.file" : "verify.file-differs", ev->name, NULL);
	}
}

/* Entries that have no effect are kept and named. */
static void
check_entries(const struct visit *v, struct verify_list *out)
{
	static const struct {
		enum entry_status status;
		const char *code;
	} kinds[] = {
		{ ENTRY_LATE, "verify.late" }, { ENTRY_INERT, "verify.inert" },
		{ ENTRY_WAITS, "verify.waits" },
	};
	char count[24];
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = visit_count_status(v, kinds[i].status);

		if (n == 0)
			continue;
		snprintf(count, sizeof(count), "%zu", n);
		say(out, VERIFY_ABSENT, 0, kinds[i].code, count, NULL);
	}
}

void
verify_visit(const struct visit *v, const struct verify_facts *facts,
    struct verify_list *out)
{
	size_t i;

	for (i = 0; i < v->chain_count; i++)
		check_chain(v->chains[i], facts, out);
	check_forks(v, out);
	if (v->freeze_count == 0)
		say(out, VERIFY_ABSENT, 0, "verify.no-freeze", NULL, NULL);
	for (i = 0; i < v->freeze_count; i++)
		check_freeze(v, v->freezes[i], out);
	check_times(v, facts, out);
	if (facts->full)
		check_files(v, facts, out);
	check_entries(v, out);
}

void
verify_release(struct verify_list *l)
{
	free(l->v);
	memset(l, 0, sizeof(*l));
}
