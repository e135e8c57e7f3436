/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A view: targets by key, each with every value ever put there and a mark on
 * those that were replaced.  Building it from a set and extending it by one
 * entry give the same (S4).
 */
#include "model/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/payload.h"
#include "model/view_internal.h"

struct view *
model_view_new(void)
{
	struct view *w = xcalloc(1, sizeof(*w));

	w->by_key = map_new();
	return w;
}

static void
target_free(struct vtarget *t)
{
	free(t->slots);
	free(t->open);
	free(t);
}

static void
findings_drop(struct view *w)
{
	free(w->findings);
	w->findings = NULL;
	w->finding_count = 0;
}

static void
evidence_drop(struct view *w)
{
	size_t i;

	for (i = 0; i < w->evidence_count; i++)
		free(w->links[i]);
	free(w->links);
	free(w->evidence);
	w->links = NULL;
	w->evidence = NULL;
	w->evidence_count = 0;
}

void
model_view_free(struct view **w)
{
	size_t i;

	if (*w == NULL)
		return;
	for (i = 0; i < (*w)->target_count; i++)
		target_free((*w)->targets[i]);
	free((*w)->targets);
	free((*w)->shown);
	free((*w)->disputes);
	map_free(&(*w)->by_key, NULL);
	findings_drop(*w);
	evidence_drop(*w);
	ventlist_release(&(*w)->withdrawals);
	ventlist_release(&(*w)->evidence_ops);
	ventlist_release(&(*w)->reservations);
	ventlist_release(&(*w)->establish);
	ventlist_release(&(*w)->flag_runs);
	ventlist_release(&(*w)->flag_samples);
	free(*w);
	*w = NULL;
}

/* ---- targets ---- */

static enum target_kind
kind_of(const char *key)
{
	return (enum target_kind)(TARGET_ANSWER + (key[0] - 'a'));
}

/* Where key belongs among the sorted targets. */
static size_t
target_place(const struct view *w, const char *key)
{
	size_t lo = 0, hi = w->target_count;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (strcmp(w->targets[mid]->key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct vtarget *
target_new(struct view *w, struct vent *en)
{
	struct vtarget *t = xcalloc(1, sizeof(*t));
	size_t at = target_place(w, en->key);

	t->key = en->key;
	t->pub.kind = kind_of(en->key);
	if (t->pub.kind == TARGET_FIELD) {
		t->pub.finding = en->pub.object;
		t->pub.field = en->pub.field;
	} else if (t->pub.kind == TARGET_FLAG) {
		t->pub.finding = en->pub.object;
	} else if (t->pub.kind != TARGET_OUTCOME) {
		t->pub.form = en->pub.form;
		/* an instance is named by its key: `add` has the repeat's path */
		t->pub.path = t->pub.kind == TARGET_INSTANCE ?
		    strrchr(en->key, '\x1f') + 1 : en->pub.path;
	}
	if (w->target_count == w->target_cap) {
		w->target_cap = w->target_cap ? 2 * w->target_cap : 64;
		w->targets = xrealloc(w->targets, w->target_cap, sizeof(struct vtarget *));
	}
	memmove(w->targets + at + 1, w->targets + at,
	    (w->target_count - at) * sizeof(struct vtarget *));
	w->targets[at] = t;
	w->target_count++;
	(void)map_put(w->by_key, en->key, strlen(en->key), t);
	return t;
}

struct vtarget *
view_target(const struct view *w, const char *key)
{
	return map_get(w->by_key, key, strlen(key));
}

static void
slot_put(struct vtarget *t, struct vent *en)
{
	size_t at;

	if (t->slot_count == t->slot_cap) {
		t->slot_cap = t->slot_cap ? 2 * t->slot_cap : 2;
		t->slots = xrealloc(t->slots, t->slot_cap, sizeof(struct vslot));
	}
	at = t->slot_count++;
	while (at > 0 && vent_cmp(t->slots[at - 1].en, en) > 0) {
		t->slots[at] = t->slots[at - 1];
		at--;
	}
	t->slots[at].en = en;
	t->slots[at].superseded = false;
}

static void
list_put(struct ventlist *l, struct vent *en)
{
	size_t at;

	ventlist_add(l, en);
	for (at = l->n - 1; at > 0 && vent_cmp(l->v[at - 1], en) > 0; at--)
		l->v[at] = l->v[at - 1];
	l->v[at] = en;
}

void
view_put(struct view *w, struct vent *en)
{
	struct vtarget *t;

	w->entry_count++;
	if (en->key != NULL) {
		t = view_target(w, en->key);
		slot_put(t ? t : target_new(w, en), en);
	} else if (en->pub.op == OP_FINDING_WITHDRAW) {
		ventlist_add(&w->withdrawals, en);
	} else if (en->pub.op == OP_RESERVATION) {
		ventlist_add(&w->reservations, en);
	} else if (en->pub.op == OP_FLAG_RUN) {
		list_put(&w->flag_runs, en);
	} else if (en->pub.op == OP_FLAG_SAMPLE) {
		list_put(&w->flag_samples, en);
	} else {
		ventlist_add(&w->evidence_ops, en);
	}
}

/* ---- replacing ---- */

static struct vslot *
slot_of(const struct view *w, const struct vent *en)
{
	struct vtarget *t = en->key ? view_target(w, en->key) : NULL;
	size_t i;

	for (i = 0; t != NULL && i < t->slot_count; i++)
		if (t->slots[i].en == en)
			return &t->slots[i];
	return NULL;
}

bool
view_superseded(const struct view *w, const struct vent *en)
{
	const struct vslot *s = slot_of(w, en);

	return s != NULL && s->superseded;
}

/* A person replaces his own; a `resolve` anybody's. */
static bool
may_replace(const struct vent *by, const struct vent *old)
{
	return by->pub.op == OP_RESOLVE ||
	    same_person(&by->pub.author, &old->pub.author);
}

static void
value_equal_or_not(struct vtarget *t)
{
	const struct visit_entry *first = t->pub.entry;
	int i;

	for (i = 0; i < t->pub.open_count; i++) {
		const struct visit_entry *o = t->open[i];
		const char *a = first->value ? first->value : "";
		const char *b = o->value ? o->value : "";

		if (strcmp(a, b) != 0 || (t->pub.kind == TARGET_OUTCOME &&
		    strcmp(first->facts ? first->facts : "", o->facts ? o->facts : "") != 0))
			t->pub.disagree = true;
	}
}

/* How much a value weighs beside others: what a person wrote before what a form
 * computed once before an emptied answer. */
static int
weight(const struct vent *en)
{
	if (en->pub.op == OP_CLEAR)
		return 1;
	return en->pub.automatic != NULL ? 2 : 3;
}

/* Open values of one target, from the marks: the heaviest that are left. */
static void
target_refresh(struct vtarget *t)
{
	int best = 0;
	size_t i;

	for (i = 0; i < t->slot_count; i++)
		if (!t->slots[i].superseded && weight(t->slots[i].en) > best)
			best = weight(t->slots[i].en);
	t->open = xrealloc(t->open, t->slot_count, sizeof(*t->open));
	t->pub.open_count = 0;
	t->pub.disagree = false;
	for (i = 0; i < t->slot_count; i++)
		if (!t->slots[i].superseded && weight(t->slots[i].en) == best)
			t->open[t->pub.open_count++] = &t->slots[i].en->pub;
	t->pub.open = t->open;
	t->pub.entry = t->pub.open_count > 0 ? t->open[0] : NULL;
	t->pub.value = best > 1 ? t->open[0]->value : NULL;
	t->gone = false;
	if (best > 1)
		value_equal_or_not(t);
}

static void
supersede(struct view *w, const struct visit *v, const struct vent *by)
{
	int i;

	for (i = 0; i < by->base_count; i++) {
		const struct vent *old = visit_vent(v, &by->base[i]);
		struct vslot *s = old ? slot_of(w, old) : NULL;

		if (s == NULL || !may_replace(by, old))
			continue;
		s->superseded = true;
		view_target(w, old->key)->stale = true;
	}
}

/* ---- instances ---- */

static bool
below(const char *path, const char *instance)
{
	size_t n = strlen(instance);

	return strncmp(path, instance, n) == 0 && (path[n] == '/' || path[n] == '{');
}

/* Does a value stand below the instance that its removal did not name? */
static bool
still_used(const struct view *w, const struct vtarget *inst)
{
	size_t i;

	for (i = 0; i < w->target_count; i++) {
		const struct vtarget *t = w->targets[i];

		if (t->pub.kind > TARGET_INSTANCE || t == inst || t->pub.value == NULL ||
		    strcmp(t->pub.form, inst->pub.form) != 0 ||
		    !below(t->pub.path, inst->pub.path))
			continue;
		if (t->pub.kind == TARGET_INSTANCE && strcmp(t->pub.value, "removed") == 0)
			continue;
		return true;
	}
	return false;
}

static void
instances_settle(struct view *w)
{
	size_t i;

	for (i = 0; i < w->target_count; i++) {
		struct vtarget *t = w->targets[i];

		if (t->pub.kind != TARGET_INSTANCE || t->pub.value == NULL)
			continue;
		target_refresh(t);
		if (t->pub.disagree || strcmp(t->pub.value, "removed") != 0)
			continue;
		t->pub.disagree = still_used(w, t);
		t->gone = !t->pub.disagree;
	}
}

/* ---- lists ---- */

static void
lists_settle(struct view *w)
{
	size_t i;

	w->shown = xrealloc(w->shown, w->target_count + 1, sizeof(*w->shown));
	w->disputes = xrealloc(w->disputes, w->target_count + 1, sizeof(*w->disputes));
	w->shown_count = w->dispute_count = 0;
	for (i = 0; i < w->target_count; i++) {
		if (w->targets[i]->pub.value != NULL)
			w->shown[w->shown_count++] = w->targets[i];
		if (w->targets[i]->pub.disagree)
			w->disputes[w->dispute_count++] = w->targets[i];
	}
}

static struct finding *
finding_add(struct view *w, const struct id *id)
{
	struct finding *f;

	if (w->finding_count > 0 && id_eq(&w->findings[w->finding_count - 1].id, id))
		return &w->findings[w->finding_count - 1];
	w->findings = xrealloc(w->findings, w->finding_count + 1, sizeof(*w->findings));
	f = &w->findings[w->finding_count++];
	memset(f, 0, sizeof(*f));
	f->id = *id;
	f->stage = STAGE_LEAD;
	return f;
}

static const struct visit_entry *
earliest(const struct ventlist *l, const struct id *object)
{
	const struct vent *best = NULL;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (id_eq(&l->v[i]->pub.object, object) &&
		    (best == NULL || vent_cmp(l->v[i], best) < 0))
			best = l->v[i];
	return best ? &best->pub : NULL;
}

static void
findings_settle(struct view *w)
{
	size_t i;

	findings_drop(w);
	for (i = 0; i < w->target_count; i++) {
		const struct vtarget *t = w->targets[i];
		struct finding *f;

		if (t->pub.kind != TARGET_FIELD)
			continue;
		f = finding_add(w, &t->pub.finding);
		if (f->first == NULL || vent_cmp(t->slots[0].en, vent_of(f->first)) < 0)
			f->first = &t->slots[0].en->pub;
		f->disagree |= t->pub.disagree;
		if (strcmp(t->pub.field, "stage") == 0 && t->pub.value != NULL &&
		    strcmp(t->pub.value, "suspected") == 0 && !t->pub.disagree)
			f->stage = STAGE_SUSPECTED;
	}
	for (i = 0; i < w->finding_count; i++) {
		struct finding *f = &w->findings[i];

		f->withdrawn = earliest(&w->withdrawals, &f->id);
		f->established = earliest(&w->establish, &f->id);
		if (f->established != NULL && f->withdrawn == NULL)
			f->stage = STAGE_ESTABLISHED;
	}
}

/* ---- evidence ---- */

static int
by_object(const void *a, const void *b)
{
	const struct vent *x = *(struct vent *const *)a, *y = *(struct vent *const *)b;
	int c = id_cmp(&x->pub.object, &y->pub.object);

	return c != 0 ? c : vent_cmp(x, y);
}

static void
links_read(struct evidence *ev, struct evidence_link **links, const struct json *body)
{
	const struct json *list = json_get(body, "for"), *row;

	json_each(row, list) {
		struct evidence_link l = { json_str(row, "form"), json_str(row, "path"),
		    { { 0 } } };

		if (l.path == NULL || l.form == NULL) {
			l.form = l.path = NULL;
			if (!json_id(row, "finding", &l.finding))
				continue;
		}
		*links = xrealloc(*links, ev->link_count + 1, sizeof(**links));
		(*links)[ev->link_count++] = l;
	}
}

static void
evidence_read(struct evidence *ev, const struct vent *en)
{
	const struct json *b = en->pub.body;
	int64_t size = 0;

	ev->id = en->pub.object;
	ev->entry = &en->pub;
	ev->name = json_str(b, "name") ? json_str(b, "name") : "";
	ev->sha256 = json_str(b, "sha256") ? json_str(b, "sha256") : "";
	ev->sm3 = json_str(b, "sm3") ? json_str(b, "sm3") : "";
	ev->how = json_str(b, "how") ? json_str(b, "how") : "";
	ev->by = json_str(b, "by") ? json_str(b, "by") : "";
	ev->taken = json_str(b, "taken");
	ev->place = json_str(b, "place");
	ev->origin = json_str(b, "origin");
	ev->use = json_str(b, "use");
	(void)json_int(b, "size", &size);
	ev->size = size;
}

/* By id; the first `evidence.add` of an id names it, links of all are joined. */
static void
evidence_settle(struct view *w)
{
	struct evidence *ev = NULL;
	size_t i;

	evidence_drop(w);
	if (w->evidence_ops.n == 0)
		return;
	qsort(w->evidence_ops.v, w->evidence_ops.n, sizeof(struct vent *), by_object);
	w->evidence = xcalloc(w->evidence_ops.n, sizeof(*w->evidence));
	w->links = xcalloc(w->evidence_ops.n, sizeof(*w->links));
	for (i = 0; i < w->evidence_ops.n; i++) {
		const struct vent *en = w->evidence_ops.v[i];

		if (ev == NULL || !id_eq(&ev->id, &en->pub.object)) {
			ev = &w->evidence[w->evidence_count++];
			ev->id = en->pub.object;
		}
		if (en->pub.op == OP_EVIDENCE_ADD && ev->entry == NULL)
			evidence_read(ev, en);
		if (en->pub.op == OP_EVIDENCE_WITHDRAW) {
			if (ev->withdrawn == NULL)
				ev->withdrawn = &en->pub;
		} else {
			links_read(ev, &w->links[w->evidence_count - 1], en->pub.body);
		}
		ev->links = w->links[w->evidence_count - 1];
	}
}

/* ---- whole ---- */

static void
view_settle(struct view *w)
{
	instances_settle(w);
	lists_settle(w);
}

void
view_link(struct view *w, const struct visit *v)
{
	size_t i, k;

	for (i = 0; i < w->target_count; i++)
		for (k = 0; k < w->targets[i]->slot_count; k++)
			supersede(w, v, w->targets[i]->slots[k].en);
	for (i = 0; i < w->target_count; i++) {
		target_refresh(w->targets[i]);
		w->targets[i]->stale = false;
	}
	view_settle(w);
	findings_settle(w);
	evidence_settle(w);
}

/* One entry more that nothing here names as its base. */
void
view_extend(struct view *w, const struct visit *v, struct vent *en)
{
	int i;

	view_put(w, en);
	supersede(w, v, en);
	for (i = 0; i < en->base_count; i++) {
		const struct vent *old = visit_vent(v, &en->base[i]);
		struct vtarget *t = old && old->key ? view_target(w, old->key) : NULL;

		if (t != NULL && t->stale) {
			target_refresh(t);
			t->stale = false;
		}
	}
	if (en->key != NULL)
		target_refresh(view_target(w, en->key));
	view_settle(w);
	if (en->key == NULL || en->key[0] == 'd')
		findings_settle(w);
	if (en->pub.op == OP_EVIDENCE_ADD || en->pub.op == OP_EVIDENCE_LINK ||
	    en->pub.op == OP_EVIDENCE_WITHDRAW)
		evidence_settle(w);
}

/* What supervisors established lies over the view; it changes no content. */
void
view_establish(struct view *w, const struct visit *v)
{
	size_t i;

	w->establish.n = 0;
	for (i = 0; i < v->establish.n; i++)
		ventlist_add(&w->establish, v->establish.v[i]);
	findings_settle(w);
}
