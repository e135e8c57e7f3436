/* SPDX-License-Identifier: Apache-2.0 */
#include "model/summary.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "entry/payload.h"
#include "form/form.h"
#include "model/fill.h"
#include "model/internal.h"

/* Cut at a character boundary. */
static void
put(char *out, size_t size, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	if (n >= size) {
		n = size - 1;
		while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
	}
	if (n > 0)
		memcpy(out, s, n);
	out[n] = '\0';
}

/* ---- computed ---- */

static void
count_answers(const struct visit *v, struct summary *s)
{
	struct instant now = v->now_freeze ? v->now_freeze->en->pub.at : fill_clock(v);
	int i;

	for (i = 0; i < v->facts.form_count; i++) {
		struct inst *in = NULL;
		struct inst_progress p;

		if (fill_form(v, v->now, v->forms[i].id, now, "zh", &in, NULL, NULL) != FJ_OK)
			continue;
		p = inst_progress(in, NULL);
		s->answered += p.answered;
		s->total += p.total;
		s->failed += p.failed;
		inst_free(&in);
	}
}

static void
count_rest(const struct visit *v, struct summary *s)
{
	size_t i;

	for (i = 0; i < view_finding_count(v->now); i++) {
		const struct finding *f = view_finding_at(v->now, i);

		if (f->withdrawn != NULL)
			continue;
		s->findings++;
		s->suspected += f->stage >= STAGE_SUSPECTED;
	}
	for (i = 0; i < view_evidence_count(v->now); i++)
		s->evidence += view_evidence_at(v->now, i)->withdrawn == NULL;
	s->disputes = view_dispute_count(v->now);
	s->late = visit_count_status(v, ENTRY_LATE);
	s->waits = visit_count_status(v, ENTRY_WAITS);
	for (i = 0; i < v->all.n; i++)
		s->comments += v->all.v[i]->pub.op == OP_COMMENT &&
		    v->all.v[i]->pub.status == ENTRY_COUNTS;
	if (v->all.n > 0)
		s->last = v->all.v[v->all.n - 1]->pub.at.ms;
	if (v->start != NULL)
		s->begun = v->start->pub.at.ms;
}

static const char *
next_frozen(const struct visit *v)
{
	const struct visit_freeze *f = &v->now_freeze->pub;
	int i;

	for (i = 0; i < v->facts.team_count; i++)
		if (f->signs[i] == SIGN_MISSING)
			return "model.next-sign";
	return "model.next-party";
}

static const char *
next_act(const struct visit *v, const struct summary *s)
{
	switch (v->state) {
	case VISIT_NONE:
		return "model.next-wait";
	case VISIT_PLANNED:
		return "model.next-start";
	case VISIT_OPEN:
		if (s->disputes > 0)
			return "model.next-resolve";
		return s->answered < s->total ? "model.next-answer" : "model.next-freeze";
	case VISIT_FROZEN:
		return next_frozen(v);
	case VISIT_SEALED:
		return "model.next-review";
	case VISIT_RETURNED:
		return "model.next-reopen";
	case VISIT_CONTESTED:
		return v->sealed_freeze != NULL && v->standing_return == NULL &&
		    v->approvals[1] == NULL ? "model.next-reopen" : "model.next-settle";
	case VISIT_APPROVED:
	case VISIT_CANCELLED:
		break;
	}
	return "model.next-none";
}

void
summary_of(const struct visit *v, struct summary *s)
{
	const struct visit_facts *f = &v->facts;
	int i;

	memset(s, 0, sizeof(*s));
	s->visit = v->id;
	s->state = v->state;
	s->round = v->round;
	s->started = v->start != NULL;
	s->forked = v->forked;
	put(s->subject, sizeof(s->subject), f->subject);
	put(s->uscc, sizeof(s->uscc), f->uscc);
	put(s->cma, sizeof(s->cma), f->cma);
	put(s->kind, sizeof(s->kind), f->kind_id);
	put(s->division, sizeof(s->division), f->division);
	put(s->outcome, sizeof(s->outcome), outcome_id(view_outcome(v->now)));
	put(s->campaigns, sizeof(s->campaigns), f->campaigns);
	put(s->from, sizeof(s->from), f->from);
	put(s->until, sizeof(s->until), f->until);
	s->planner = f->planner;
	s->approver = f->approver;
	s->team_count = f->team_count;
	for (i = 0; i < f->team_count; i++) {
		put(s->team[i].name, sizeof(s->team[i].name), f->team[i].name);
		put(s->team[i].cert, sizeof(s->team[i].cert), f->team[i].cert);
	}
	if (v->sealed_freeze != NULL)
		s->seal = v->sealed_freeze->en->pub.id;
	count_answers(v, s);
	count_rest(v, s);
	put(s->next, sizeof(s->next), next_act(v, s));
}

/* ---- as JSON ---- */

static const struct {
	const char *key;
	size_t at;
} counts[] = {
	{ "answered", offsetof(struct summary, answered) },
	{ "total", offsetof(struct summary, total) },
	{ "failed", offsetof(struct summary, failed) },
	{ "findings", offsetof(struct summary, findings) },
	{ "suspected", offsetof(struct summary, suspected) },
	{ "evidence", offsetof(struct summary, evidence) },
	{ "disputes", offsetof(struct summary, disputes) },
	{ "late", offsetof(struct summary, late) },
	{ "comments", offsetof(struct summary, comments) },
	{ "waits", offsetof(struct summary, waits) },
};

static const struct {
	const char *key;
	size_t at, size;
} strings[] = {
#define S(m) { #m, offsetof(struct summary, m), sizeof(((struct summary *)0)->m) }
	S(subject), S(uscc), S(cma), S(kind), S(division), S(outcome),
	S(campaigns), S(next), S(from), S(until),
#undef S
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
write_team(struct json_w *w, const struct summary *s)
{
	int i;

	json_w_key(w, "team");
	json_w_arr(w);
	for (i = 0; i < s->team_count; i++) {
		json_w_obj(w);
		json_w_kstr(w, "name", s->team[i].name);
		json_w_kstr(w, "cert", s->team[i].cert[0] ? s->team[i].cert : NULL);
		json_w_end(w);
	}
	json_w_end(w);
}

void
summary_write(const struct summary *s, struct fj_buf *out)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kid(&w, "visit", &s->visit);
	json_w_kstr(&w, "state", visit_state_id(s->state));
	json_w_kint(&w, "round", s->round);
	json_w_kbool(&w, "started", s->started);
	json_w_kbool(&w, "forked", s->forked);
	for (i = 0; i < COUNT(strings); i++)
		json_w_kstr(&w, strings[i].key, (const char *)s + strings[i].at);
	for (i = 0; i < COUNT(counts); i++) {
		size_t n;

		memcpy(&n, (const char *)s + counts[i].at, sizeof(n));
		json_w_kint(&w, counts[i].key, (int64_t)n);
	}
	json_w_kint(&w, "begun", s->begun);
	json_w_kint(&w, "last", s->last);
	if (!id_is_zero(&s->planner))
		json_w_kid(&w, "planner", &s->planner);
	if (!id_is_zero(&s->approver))
		json_w_kid(&w, "approver", &s->approver);
	if (!hash_is_zero(&s->seal))
		json_w_khash(&w, "seal", &s->seal);
	write_team(&w, s);
	json_w_end(&w);
}

static bool
read_state(const struct json *root, struct summary *s)
{
	const char *state = json_str(root, "state");
	int i;

	for (i = VISIT_NONE; i <= VISIT_CANCELLED; i++) {
		if (state != NULL && strcmp(state, visit_state_id((enum visit_state)i)) == 0) {
			s->state = (enum visit_state)i;
			return true;
		}
	}
	return false;
}

static void
read_team(const struct json *root, struct summary *s)
{
	const struct json *list = json_get(root, "team"), *row;

	json_each(row, list) {
		struct summary_member *m = &s->team[s->team_count];

		if (s->team_count == LIMIT_TEAM)
			break;
		put(m->name, sizeof(m->name), json_str(row, "name"));
		put(m->cert, sizeof(m->cert), json_str(row, "cert"));
		s->team_count++;
	}
}

static void
read_counts(const struct json *root, struct summary *s)
{
	int64_t n;
	size_t i;

	for (i = 0; i < COUNT(strings); i++)
		put((char *)s + strings[i].at, strings[i].size, json_str(root, strings[i].key));
	for (i = 0; i < COUNT(counts); i++) {
		size_t value = 0;

		if (json_int(root, counts[i].key, &n) && n > 0)
			value = (size_t)n;
		memcpy((char *)s + counts[i].at, &value, sizeof(value));
	}
	if (json_int(root, "round", &n) && n > 0 && n < 1000000)
		s->round = (int)n;
	(void)json_int(root, "begun", &s->begun);
	(void)json_int(root, "last", &s->last);
}

enum fj_rc
summary_parse(const char *p, size_t n, struct summary *s, struct fj_err *e)
{
	struct json_doc *doc = NULL;
	const struct json *root;
	enum fj_rc rc = FJ_OK;

	memset(s, 0, sizeof(*s));
	if (json_parse(p, n, &doc, NULL) != FJ_OK)
		return fj_fail(e, FJ_CORRUPT, "model.summary", "");
	root = json_root(doc);
	if (!json_id(root, "visit", &s->visit) || !read_state(root, s)) {
		rc = fj_fail(e, FJ_CORRUPT, "model.summary", "");
		goto out;
	}
	read_counts(root, s);
	s->started = json_is_true(root, "started");
	s->forked = json_is_true(root, "forked");
	(void)json_id(root, "planner", &s->planner);
	(void)json_id(root, "approver", &s->approver);
	(void)json_hash(root, "seal", &s->seal);
	read_team(root, s);
out:
	json_free(&doc);
	return rc;
}

/* ---- who may see ---- */

static bool
is_member(const struct summary *s, const struct roster_person *p)
{
	int i;

	for (i = 0; i < s->team_count; i++) {
		if (s->team[i].cert[0] != '\0') {
			if (p->cert != NULL && strcmp(s->team[i].cert, p->cert) == 0)
				return true;
		} else if (strcmp(s->team[i].name, p->name) == 0) {
			return true;
		}
	}
	return false;
}

bool
may_see(const struct summary *s, const struct roster_person *p, bool receipted)
{
	if (p == NULL || p->disabled)
		return false;
	if (is_member(s, p) || (!id_is_zero(&s->planner) && id_eq(&s->planner, &p->person)) ||
	    (!id_is_zero(&s->approver) && id_eq(&s->approver, &p->person)))
		return true;
	return s->started && receipted && roster_may(p, ROLE_SUPERVISOR, s->division);
}

bool
may_write(const struct summary *s, const struct roster_person *p, bool receipted)
{
	return may_see(s, p, receipted) &&
	    (is_member(s, p) || (p->roles & ROLE_SUPERVISOR));
}
