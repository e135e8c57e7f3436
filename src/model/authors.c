/* SPDX-License-Identifier: Apache-2.0 */
/* Chains, the start that stands, its facts, and who wrote what. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/payload.h"
#include "entry/roster.h"
#include "model/internal.h"

static int
by_chain(const void *a, const void *b)
{
	const struct vent *x = *(struct vent *const *)a, *y = *(struct vent *const *)b;
	int c = id_cmp(&x->pub.dev, &y->pub.dev);

	if (c != 0)
		return c;
	if (x->pub.seq != y->pub.seq)
		return x->pub.seq < y->pub.seq ? -1 : 1;
	return hash_cmp(&x->pub.id, &y->pub.id);
}

static struct vchain *
chain_open(struct visit *v, struct vent *hello)
{
	struct vchain *c = xcalloc(1, sizeof(*c));

	c->hello = hello;
	c->author.member = -1;
	c->author.name = "";
	v->chains = xrealloc(v->chains, v->chain_count + 1, sizeof(struct vchain *));
	v->chains[v->chain_count++] = c;
	return c;
}

static void
chain_connect(struct visit *v, struct vent *en)
{
	struct vent *parent;

	if (en->pub.seq == 1) {
		if (en->pub.op != OP_HELLO)
			vent_inert(en, "model.no-hello", NULL);
		else
			en->chain = chain_open(v, en);
	} else {
		parent = visit_vent(v, &en->prev);
		if (parent == NULL) {
			vent_waits(v, en, "model.wait-chain", &en->prev);
		} else if (!id_eq(&parent->pub.dev, &en->pub.dev) ||
		    parent->pub.seq + 1 != en->pub.seq) {
			vent_inert(en, "model.chain", NULL);
		} else {
			en->parent = parent;
			en->chain = parent->chain;
			if (en->chain == NULL && parent->pub.status == ENTRY_INERT)
				vent_inert(en, "model.no-hello", NULL);
			else if (en->chain == NULL)
				vent_waits(v, en, "model.wait-chain", NULL);
		}
	}
	if (en->chain != NULL && (en->chain->head == NULL ||
	    en->chain->head->pub.seq < en->pub.seq))
		en->chain->head = en;
}

static void
remember_head(struct visit *v, struct vchain *c)
{
	const struct id *dev = &c->hello->pub.dev;
	struct vchain *other = map_get(v->head_by_dev, dev, sizeof(*dev));

	if (other == NULL || other->head->pub.seq < c->head->pub.seq)
		(void)map_put(v->head_by_dev, dev, sizeof(*dev), c);
}

void
chains_connect(struct visit *v)
{
	struct vent **sorted;
	size_t i;

	if (v->all.n == 0)
		return;
	sorted = xcalloc(v->all.n, sizeof(struct vent *));
	memcpy(sorted, v->all.v, v->all.n * sizeof(struct vent *));
	qsort(sorted, v->all.n, sizeof(struct vent *), by_chain);
	for (i = 0; i < v->all.n; i++) {
		if (i > 0 && sorted[i]->pub.seq == sorted[i - 1]->pub.seq &&
		    id_eq(&sorted[i]->pub.dev, &sorted[i - 1]->pub.dev)) {
			v->forked = true;
			sorted[i]->pub.forked = sorted[i - 1]->pub.forked = true;
		}
		chain_connect(v, sorted[i]);
	}
	for (i = 0; i < v->chain_count; i++)
		remember_head(v, v->chains[i]);
	free(sorted);
}

/* ---- teams ---- */

static bool
given(const char *s)
{
	return s != NULL && s[0] != '\0';
}

int
team_match(const struct visit_member *team, int n, const char *cert, const char *name)
{
	int i;

	for (i = 0; i < n; i++) {
		if (given(team[i].cert)) {
			if (given(cert) && strcmp(team[i].cert, cert) == 0)
				return i;
		} else if (given(name) && strcmp(team[i].name, name) == 0) {
			return i;
		}
	}
	return -1;
}

/* Rows of a team as a payload has them; a certificate twice is one person. */
static int
team_read(const struct json *body, struct visit_member **out)
{
	const struct json *team = json_get(body, "team"), *row;
	struct visit_member *m = xcalloc(LIMIT_TEAM, sizeof(*m));
	int n = 0;

	json_each(row, team) {
		const char *name = json_str(row, "name"), *cert = json_str(row, "cert");

		if (n == LIMIT_TEAM || !given(name) ||
		    (given(cert) && team_match(m, n, cert, NULL) >= 0))
			continue;
		m[n].name = name;
		m[n].cert = given(cert) ? cert : NULL;
		n++;
	}
	*out = m;
	return n;
}

bool
same_person(const struct visit_author *a, const struct visit_author *b)
{
	if (a->member >= 0 || b->member >= 0)
		return a->member == b->member;
	if (a->certified && b->certified)
		return id_eq(&a->person, &b->person);
	if (given(a->cert) && given(b->cert))
		return strcmp(a->cert, b->cert) == 0;
	return !given(a->cert) && !given(b->cert) && strcmp(a->name, b->name) == 0;
}

/* ---- authors ---- */

/* Does the roster name somebody else than the hello of the chain claims? */
static bool
contradicts(const struct roster_person *p, const char *cert, const char *name)
{
	if (given(cert) && given(p->cert))
		return strcmp(cert, p->cert) != 0;
	return strcmp(p->name, name) != 0;
}

int
widest_scope(const struct roster_person *p, const char *division)
{
	int i, best = 0;

	for (i = 0; i < p->nscope; i++) {
		int n = (int)strlen(p->scopes[i]);

		while (n > 2 && strcmp(p->scopes[i] + n - 2, "00") == 0)
			n -= 2;
		if (scope_covers(p->scopes[i], division) && (best == 0 || n < best))
			best = n;
	}
	return best;
}

/* Name and certificate: of the roster, else of the hello. */
static void
author_name(struct visit *v, struct vchain *c)
{
	const struct roster *r = v->env.roster;
	const struct json *body = c->hello->pub.body;
	const char *name = json_str(body, "name"), *cert = json_str(body, "cert");
	const struct roster_person *p =
	    r ? roster_owner(r, &c->hello->pub.dev) : NULL;
	const struct roster_device *d = r ? roster_device(r, &c->hello->pub.dev) : NULL;

	if (p != NULL) {
		c->author.certified = true;
		c->author.person = p->person;
		c->author.contradicted = contradicts(p, cert, name ? name : "");
		name = p->name;
		cert = p->cert;
	}
	c->ended_lost = d != NULL && d->end == END_LOST;
	c->name = xstrdup(name ? name : "");
	c->cert = given(cert) ? xstrdup(cert) : NULL;
	c->author.name = c->name;
	c->author.cert = c->cert;
}

static void
author_role(struct visit *v, struct vchain *c)
{
	const struct roster_person *p;
	const char *division = v->facts.division;

	c->author.member = team_match(v->team, v->facts.team_count, c->cert, c->name);
	if (!c->author.certified || c->author.member >= 0)
		return;
	p = roster_owner(v->env.roster, &c->hello->pub.dev);
	if (p == NULL || !(p->roles & ROLE_SUPERVISOR))
		return;
	if (division == NULL || division[0] == '\0') {
		c->author.supervisor = p->nscope > 0;
		return;
	}
	c->author.rank = widest_scope(p, division);
	c->author.supervisor = c->author.rank > 0;
}

void
authors_resolve(struct visit *v)
{
	size_t i;

	for (i = 0; i < v->chain_count; i++)
		author_role(v, v->chains[i]);
	for (i = 0; i < v->all.n; i++)
		if (v->all.v[i]->chain != NULL)
			v->all.v[i]->pub.author = v->all.v[i]->chain->author;
}

/* ---- the start that stands ---- */

static bool
is_ancestor(const struct vent *en, const struct vent *of)
{
	for (; of != NULL && of->pub.seq >= en->pub.seq; of = of->parent)
		if (of == en)
			return true;
	return false;
}

/* Does this freeze name a head that has the start below it? */
static bool
freeze_has(const struct visit *v, const struct vent *freeze, const struct vent *start)
{
	const struct json *heads = json_get(freeze->pub.body, "heads"), *h;

	if (is_ancestor(start, freeze->parent))
		return true;
	json_each(h, heads) {
		struct hash id;
		const struct vent *head;

		if (json_hash(h, "id", &id) && (head = visit_vent(v, &id)) != NULL &&
		    is_ancestor(start, head))
			return true;
	}
	return false;
}

/* Support of a start: 2 a freeze that a second person signed, 1 a freeze.  So a
 * start that comes late cannot displace the one that was sealed (S1). */
static int
start_support(const struct visit *v, const struct vent *start,
    const struct visit_member *team, int n)
{
	int best = 0;
	size_t i, k;

	for (i = 0; i < v->all.n; i++) {
		const struct vent *f = v->all.v[i];
		int freezer;

		if (f->pub.op != OP_FREEZE || f->fault || f->chain == NULL ||
		    !freeze_has(v, f, start))
			continue;
		freezer = team_match(team, n, f->chain->cert, f->chain->name);
		if (freezer < 0)
			continue;
		best = best > 1 ? best : 1;
		for (k = 0; k < v->all.n; k++) {
			const struct vent *s = v->all.v[k];
			int signer;

			if (s->pub.op != OP_SIGN || s->fault || s->chain == NULL ||
			    !hash_eq(&s->pub.ref, &f->pub.id))
				continue;
			signer = team_match(team, n, s->chain->cert, s->chain->name);
			if (signer >= 0 && signer != freezer)
				best = 2;
		}
	}
	return best;
}

static bool
start_well_formed(const struct vent *en)
{
	const struct json *b = en->pub.body;

	return json_str(json_get(b, "subject"), "name") != NULL &&
	    json_str(b, "kind") != NULL && json_str(b, "division") != NULL;
}

/* May this author start a visit with that team (and under that assignment)? */
static bool
start_author_ok(struct visit *v, struct vent *en, const struct visit_member *team, int n)
{
	struct visit_member *planned = NULL;
	int count;
	bool ok = true;

	if (en->chain->author.contradicted) {
		vent_inert(en, "model.contradicted", en->chain->name);
		return false;
	}
	if (team_match(team, n, en->chain->cert, en->chain->name) < 0) {
		vent_inert(en, "model.not-member", en->chain->name);
		return false;
	}
	if (v->assign != NULL) {
		count = team_read(v->assign->pub.body, &planned);
		ok = count == 0 ||
		    team_match(planned, count, en->chain->cert, en->chain->name) >= 0;
		free(planned);
		if (!ok)
			vent_inert(en, "model.not-assigned", en->chain->name);
	}
	return ok;
}

static void
assign_choose(struct visit *v)
{
	size_t i;

	for (i = 0; i < v->all.n; i++) {
		struct vent *en = v->all.v[i];
		const struct roster_person *p;
		const char *division;

		if (en->pub.op != OP_ASSIGN || en->fault || en->chain == NULL)
			continue;
		if (!en->chain->author.certified) {
			vent_waits(v, en, "model.wait-person", NULL);
			continue;
		}
		p = roster_owner(v->env.roster, &en->pub.dev);
		division = json_str(en->pub.body, "division");
		if (p == NULL || !(p->roles & ROLE_SUPERVISOR) ||
		    (division != NULL && widest_scope(p, division) == 0))
			vent_inert(en, "model.not-supervisor", en->chain->name);
		else if (v->assign == NULL || hash_cmp(&en->pub.id, &v->assign->pub.id) < 0)
			v->assign = en;
	}
}

void
start_choose(struct visit *v)
{
	int best = -1;
	size_t i;

	for (i = 0; i < v->chain_count; i++)
		author_name(v, v->chains[i]);
	assign_choose(v);
	for (i = 0; i < v->all.n; i++) {
		struct vent *en = v->all.v[i];
		struct visit_member *team = NULL;
		int n, support;

		if (en->pub.op != OP_START || en->fault || en->chain == NULL)
			continue;
		if (!start_well_formed(en)) {
			vent_inert(en, "model.payload", NULL);
			continue;
		}
		n = team_read(en->pub.body, &team);
		if (start_author_ok(v, en, team, n)) {
			support = start_support(v, en, team, n);
			if (v->start == NULL || support > best || (support == best &&
			    hash_cmp(&en->pub.id, &v->start->pub.id) < 0)) {
				v->start = en;
				best = support;
			}
		}
		free(team);
	}
}

/* ---- facts ---- */

static void
forms_read(struct visit *v, const struct json *body)
{
	const struct json *forms = json_get(body, "forms"), *row;
	int n = 0;

	v->forms = xcalloc((size_t)(forms ? forms->count : 0) + 1, sizeof(*v->forms));
	json_each(row, forms) {
		struct visit_form *f = &v->forms[n];

		f->id = json_str(row, "id");
		f->version = json_str(row, "version");
		if (f->id == NULL || !json_hash(row, "digest", &f->digest))
			continue;
		if (f->version == NULL)
			f->version = "";
		if (v->env.form != NULL)
			f->form = v->env.form(v->env.ctx, &f->digest);
		n++;
	}
	v->facts.forms = v->forms;
	v->facts.form_count = n;
}

/* A visit keeps the tables that it was begun with. */
static void
tables_find(struct visit *v, const struct json *body)
{
	const struct json *data = json_get(body, "data");
	const struct model_env *env = &v->env;
	struct hash h;

	v->kinds = NULL;
	v->clauses = NULL;
	if (env->kinds_of != NULL && json_hash(data, "kinds", &h))
		v->kinds = env->kinds_of(env->ctx, &h);
	if (env->clauses_of != NULL && json_hash(data, "clauses", &h))
		v->clauses = env->clauses_of(env->ctx, &h);
	if (v->kinds == NULL)
		v->kinds = env->kinds;
	if (v->clauses == NULL)
		v->clauses = env->clauses;
}

void
facts_fill(struct visit *v)
{
	const struct vent *from = v->start ? v->start : v->assign;
	const struct json *body = from ? from->pub.body : NULL;
	const struct json *subject = json_get(body, "subject");
	struct visit_facts *f = &v->facts;
	const struct json *assign = v->assign ? v->assign->pub.body : NULL;

	f->subject = json_str(subject, "name");
	if (f->subject == NULL)
		f->subject = json_text(subject) ? json_text(subject) : "";
	f->uscc = json_str(subject, "uscc");
	f->no_uscc = json_str(subject, "no_uscc");
	f->cma = json_str(subject, "cma");
	f->address = json_str(subject, "address");
	f->kind_id = json_str(body, "kind") ? json_str(body, "kind") : "";
	tables_find(v, body);
	f->kind = kinds_find(v->kinds, f->kind_id);
	f->division = json_str(body, "division") ? json_str(body, "division") : "";
	f->place = json_str(body, "place");
	campaigns_read(json_get(body, "campaigns"), f->campaigns);
	f->follows = json_str(body, "follows");
	f->from = json_str(assign, "from");
	f->until = json_str(assign, "until");
	if (v->assign != NULL)
		f->planner = v->assign->chain->author.person;
	(void)json_id(assign, "approver", &f->approver);
	f->team_count = team_read(body, &v->team);
	f->team = v->team;
	forms_read(v, body);
}
