/* SPDX-License-Identifier: Apache-2.0 */
/* Answers, notes, instances, disagreements, outcome. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/decide_internal.h"

void
standing_of(const struct act *a, const struct target *t, struct standing *out)
{
	int i;

	memset(out, 0, sizeof(*out));
	for (i = 0; t != NULL && i < t->open_count; i++) {
		const struct visit_entry *o = t->open[i];

		if (same_person(&o->author, &a->who)) {
			if (out->own_count < sizeof(out->own) / sizeof(out->own[0]))
				out->own[out->own_count++] = o;
		} else if (out->other_count < sizeof(out->others) / sizeof(out->others[0])) {
			out->others[out->other_count++] = o;
		}
	}
}

static enum fj_rc
why_after_seal(struct act *a, const struct standing *s)
{
	size_t i;

	for (i = 0; i < s->own_count; i++)
		if (s->own[i]->round < a->v->round && a->c->automatic == NULL &&
		    is_blank(a->c->why))
			return fj_fail(a->e, FJ_REFUSED, "model.need-why-sealed", "s",
			    op_text(a->c->op));
	return FJ_OK;
}

enum fj_rc
may_set(struct act *a, const struct target *t, const struct standing *s,
    const char *value)
{
	size_t i;

	for (i = 0; i < s->other_count && !a->c->beside; i++) {
		const struct visit_entry *o = s->others[i];
		const char *theirs = o->value ? o->value : "";
		struct fj_buf place;
		enum fj_rc rc;

		if (o->op == OP_CLEAR || o->automatic != NULL || strcmp(theirs, value) == 0)
			continue;
		fj_buf_init(&place, FJ_ERR_ARG_MAX);
		target_format(t, &place);
		rc = fj_fail(a->e, FJ_CONFLICT, "model.others-value", "sss", place.p,
		    o->author.name, theirs);
		fj_buf_release(&place);
		return rc;
	}
	return why_after_seal(a, s);
}

static enum fj_rc
check_place(struct act *a)
{
	const struct command *c = a->c;
	int i;

	if (c->path == NULL || c->path[0] != '/' || strlen(c->path) > LIMIT_NAME_BYTES)
		return fj_fail(a->e, FJ_INVAL, "model.path", "s", c->path ? c->path : "");
	for (i = 0; i < a->v->facts.form_count; i++)
		if (c->form != NULL && strcmp(a->v->forms[i].id, c->form) == 0)
			return FJ_OK;
	return fj_fail(a->e, FJ_NOTFOUND, "model.form-unknown", "s", c->form ? c->form : "");
}

static void
put_place(struct act *a)
{
	json_w_kstr(&a->w, "form", a->c->form);
	json_w_kstr(&a->w, "path", a->c->path);
	if (a->c->note)
		json_w_kstr(&a->w, "part", "note");
}

static const struct target *
answer_target(const struct act *a)
{
	return a->c->note ? view_note(a->v->now, a->c->form, a->c->path) :
	    view_answer(a->v->now, a->c->form, a->c->path);
}

enum fj_rc
decide_set(struct act *a)
{
	const struct target *t;
	struct standing s;
	enum fj_rc rc = check_place(a);

	if (rc == FJ_OK)
		rc = need_text(a, a->c->value, "value", LIMIT_VALUE_BYTES);
	if (rc != FJ_OK)
		return rc;
	t = answer_target(a);
	standing_of(a, t, &s);
	rc = may_set(a, t, &s, a->c->value);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	put_place(a);
	json_w_kstr(&a->w, "value", a->c->value);
	json_w_kstr(&a->w, "auto", a->c->automatic);
	if (!is_blank(a->c->why))
		json_w_kstr(&a->w, "why", a->c->why);
	act_base(a, s.own, s.own_count);
	json_w_end(&a->w);
	return FJ_OK;
}

enum fj_rc
decide_clear(struct act *a)
{
	const struct target *t;
	struct standing s;
	enum fj_rc rc = check_place(a);

	if (rc != FJ_OK)
		return rc;
	t = answer_target(a);
	standing_of(a, t, &s);
	if (s.own_count == 0 && s.other_count > 0)
		return fj_fail(a->e, FJ_CONFLICT, "model.others-value", "sss", a->c->path,
		    s.others[0]->author.name, s.others[0]->value ? s.others[0]->value : "");
	if (s.own_count == 0)
		return fj_fail(a->e, FJ_NOTFOUND, "model.nothing-there", "s", a->c->path);
	rc = why_after_seal(a, &s);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	put_place(a);
	if (!is_blank(a->c->why))
		json_w_kstr(&a->w, "why", a->c->why);
	act_base(a, s.own, s.own_count);
	json_w_end(&a->w);
	return FJ_OK;
}

/* ---- instances ---- */

enum fj_rc
decide_add(struct act *a)
{
	char id[ID_TEXT + 1];
	char *path;
	bool known;
	enum fj_rc rc = check_place(a);

	if (rc != FJ_OK)
		return rc;
	if (id_is_zero(&a->c->object))
		return fj_fail(a->e, FJ_INVAL, "model.need-text", "ss", "add", "id");
	id_format(&a->c->object, id);
	path = xasprintf("%s{%s}", a->c->path, id);
	known = view_removed(a->v->now, a->c->form, path);
	free(path);
	if (known)
		return fj_fail(a->e, FJ_REFUSED, "model.instance-removed", "s", a->c->path);
	act_begin(a);
	put_place(a);
	json_w_kid(&a->w, "id", &a->c->object);
	json_w_end(&a->w);
	return FJ_OK;
}

static bool
within(const struct target *t, const char *form, const char *instance)
{
	size_t n = strlen(instance);

	if (t->kind > TARGET_INSTANCE || strcmp(t->form, form) != 0 ||
	    strncmp(t->path, instance, n) != 0)
		return false;
	return t->path[n] == '\0' || t->path[n] == '/' || t->path[n] == '{';
}

struct gather {
	const struct visit_entry **v;
	size_t n, cap;
	const struct visit_entry *foreign;
};

static void
gather_add(struct gather *g, const struct visit_entry *en)
{
	if (g->n == g->cap) {
		g->cap = g->cap ? 2 * g->cap : 16;
		g->v = xrealloc(g->v, g->cap, sizeof(*g->v));
	}
	g->v[g->n++] = en;
}

/* Every open value of the instance and below it. */
static void
gather_instance(const struct act *a, struct gather *g)
{
	size_t i;
	int k;

	for (i = 0; i < view_target_count(a->v->now); i++) {
		const struct target *t = view_target_at(a->v->now, i);

		if (!within(t, a->c->form, a->c->path))
			continue;
		for (k = 0; k < t->open_count; k++) {
			gather_add(g, t->open[k]);
			if (!same_person(&t->open[k]->author, &a->who))
				g->foreign = t->open[k];
		}
	}
}

enum fj_rc
decide_remove(struct act *a)
{
	struct gather g = { 0 };
	size_t n = a->c->path ? strlen(a->c->path) : 0;
	enum fj_rc rc = check_place(a);

	if (rc == FJ_OK && a->c->path[n - 1] != '}')
		rc = fj_fail(a->e, FJ_INVAL, "model.path", "s", a->c->path);
	if (rc == FJ_OK && view_removed(a->v->now, a->c->form, a->c->path))
		rc = fj_fail(a->e, FJ_NOTFOUND, "model.nothing-there", "s", a->c->path);
	if (rc != FJ_OK)
		goto out;
	gather_instance(a, &g);
	if (g.foreign != NULL) {
		rc = fj_fail(a->e, FJ_CONFLICT, "model.others-value", "sss", a->c->path,
		    g.foreign->author.name, g.foreign->value ? g.foreign->value : "");
		goto out;
	}
	if (a->v->round > 1 && is_blank(a->c->why)) {
		rc = fj_fail(a->e, FJ_REFUSED, "model.need-why-sealed", "s", "remove");
		goto out;
	}
	if (g.n > LIMIT_BASE) {
		rc = fj_fail(a->e, FJ_LIMIT, "model.payload-long", "s", "remove");
		goto out;
	}
	act_begin(a);
	put_place(a);
	if (!is_blank(a->c->why))
		json_w_kstr(&a->w, "why", a->c->why);
	act_base(a, g.v, g.n);
	json_w_end(&a->w);
out:
	free(g.v);
	return rc;
}

/* ---- disagreements ---- */

static bool
is_instance(const char *path)
{
	size_t n = path ? strlen(path) : 0;

	return n > 0 && path[n - 1] == '}';
}

static const struct target *
resolve_target(const struct act *a)
{
	if (a->c->outcome)
		return view_outcome_target(a->v->now);
	if (a->c->flag)
		return view_flag(a->v->now, &a->c->object);
	if (!id_is_zero(&a->c->object) && a->c->field != NULL)
		return view_field(a->v->now, &a->c->object, a->c->field);
	return answer_target(a);
}

static enum fj_rc
resolve_base(struct act *a, struct gather *g)
{
	const struct target *t;
	int i;

	if (!a->c->outcome && !a->c->flag && a->c->field == NULL) {
		enum fj_rc rc = check_place(a);

		if (rc != FJ_OK)
			return rc;
	}
	if (is_instance(a->c->path)) {
		gather_instance(a, g);
	} else {
		t = resolve_target(a);
		for (i = 0; t != NULL && i < t->open_count; i++)
			gather_add(g, t->open[i]);
	}
	if (g->n == 0)
		return fj_fail(a->e, FJ_NOTFOUND, "model.nothing-there", "s",
		    a->c->path ? a->c->path : a->c->field ? a->c->field : "outcome");
	if (g->n > LIMIT_BASE)
		return fj_fail(a->e, FJ_LIMIT, "model.payload-long", "s", "resolve");
	return FJ_OK;
}

/* The value that shall stand: one of those open, or a new one. */
static enum fj_rc
resolve_value(struct act *a, const struct gather *g, const char **value,
    const char **facts)
{
	char text[HASH_TEXT + 1];
	size_t i;

	*value = a->c->value;
	*facts = a->c->facts;
	for (i = 0; a->c->has_take && i < g->n; i++) {
		if (hash_eq(&g->v[i]->id, &a->c->take)) {
			*value = g->v[i]->value ? g->v[i]->value : "";
			*facts = g->v[i]->facts;
			return FJ_OK;
		}
	}
	if (a->c->has_take) {
		hash_format(&a->c->take, text);
		return fj_fail(a->e, FJ_NOTFOUND, "model.take", "s", text);
	}
	if (*value == NULL)
		return fj_fail(a->e, FJ_INVAL, "model.need-text", "ss", "resolve", "value");
	if (is_instance(a->c->path) && strcmp(*value, "added") != 0 &&
	    strcmp(*value, "removed") != 0)
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", a->c->path, *value);
	if (a->c->outcome && outcome_parse(*value) == OUTCOME_NONE)
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", "outcome", *value);
	if (a->c->flag && !flag_value(*value))
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", "flag", *value);
	return FJ_OK;
}

enum fj_rc
decide_resolve(struct act *a)
{
	struct gather g = { 0 };
	const char *value = NULL, *facts = NULL;
	enum fj_rc rc = need_why(a);

	if (rc == FJ_OK)
		rc = resolve_base(a, &g);
	if (rc == FJ_OK)
		rc = resolve_value(a, &g, &value, &facts);
	if (rc == FJ_OK && a->c->outcome)
		rc = plain_facts(a, facts);
	if (rc != FJ_OK)
		goto out;
	act_begin(a);
	if (a->c->outcome) {
		json_w_kstr(&a->w, "target", "outcome");
		json_w_kstr(&a->w, "facts", facts);
	} else if (a->c->flag) {
		json_w_kid(&a->w, "flag", &a->c->object);
	} else if (!id_is_zero(&a->c->object) && a->c->field != NULL) {
		json_w_kid(&a->w, "finding", &a->c->object);
		json_w_kstr(&a->w, "field", a->c->field);
	} else {
		put_place(a);
	}
	json_w_kstr(&a->w, "value", value);
	if (a->c->has_take)
		json_w_khash(&a->w, "take", &a->c->take);
	json_w_kstr(&a->w, "why", a->c->why);
	act_base(a, g.v, g.n);
	json_w_end(&a->w);
out:
	free(g.v);
	return rc;
}

enum fj_rc
decide_reservation(struct act *a)
{
	const struct vent *r = visit_vent(a->v, &a->c->ref);
	enum fj_rc rc = need_text(a, a->c->text, "text", LIMIT_REASON_BYTES);

	if (rc != FJ_OK)
		return rc;
	if (r == NULL || r->pub.op != OP_RESOLVE || r->pub.status != ENTRY_COUNTS)
		return fj_fail(a->e, FJ_NOTFOUND, "model.no-resolve", "");
	if (same_person(&r->pub.author, &a->who))
		return fj_fail(a->e, FJ_REFUSED, "model.own-resolve", "");
	act_begin(a);
	json_w_khash(&a->w, "resolve", &a->c->ref);
	json_w_kstr(&a->w, "text", a->c->text);
	json_w_end(&a->w);
	return FJ_OK;
}

/* ---- outcome ---- */

enum fj_rc
decide_outcome(struct act *a)
{
	const struct target *t = view_outcome_target(a->v->now);
	const struct visit_kind *kind = a->v->facts.kind;
	enum visit_outcome o = outcome_parse(a->c->value);
	struct standing s;
	enum fj_rc rc;

	if (o == OUTCOME_NONE || (kind != NULL && !kind->outcome[o].known))
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", "outcome",
		    a->c->value ? a->c->value : "");
	rc = plain_facts(a, a->c->facts);
	if (rc == FJ_OK && a->c->facts != NULL && strlen(a->c->facts) > LIMIT_VALUE_BYTES)
		rc = fj_fail(a->e, FJ_LIMIT, "model.text-long", "ssz", "outcome", "facts",
		    (size_t)LIMIT_VALUE_BYTES);
	standing_of(a, t, &s);
	if (rc == FJ_OK)
		rc = may_set(a, t, &s, a->c->value);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kstr(&a->w, "outcome", a->c->value);
	json_w_kstr(&a->w, "facts", a->c->facts ? a->c->facts : "");
	if (!is_blank(a->c->why))
		json_w_kstr(&a->w, "why", a->c->why);
	act_base(a, s.own, s.own_count);
	json_w_end(&a->w);
	return FJ_OK;
}
