/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of a filled form: making, numbering and dropping places. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"
#include "form/inst_i.h"

enum {
	MANY = 64,		/* instances from which ids stand in a map */
};

static void
kid_add(struct inst_node *n, struct inst_node *kid, size_t at)
{
	if (n->nkid == n->cap) {
		n->cap = n->cap ? 2 * n->cap : 4;
		n->kid = xrealloc(n->kid, n->cap, sizeof(struct inst_node *));
	}
	memmove(&n->kid[at + 1], &n->kid[at], (n->nkid - at) * sizeof(struct inst_node *));
	n->kid[at] = kid;
	n->nkid++;
}

struct inst_node *
node_make(struct inst *in, const struct form_node *def, struct inst_node *parent,
    enum inst_kind kind)
{
	struct inst_node *n = xcalloc(1, sizeof(*n));
	const struct form_node *c;
	char id[ID_TEXT + 1];
	size_t i;

	in->places++;
	n->in = in;
	n->def = def;
	n->parent = parent;
	n->kind = kind;
	n->born = in->call;
	n->value = "";
	n->relevant = n->valid = true;
	if (kind == INST_REPEAT) {
		for (i = 0; i < form_first_instances(def); i++) {
			snprintf(id, sizeof(id), "#%zu", i + 1);
			(void)repeat_insert(n, id, 0);
		}
	} else if (kind != INST_LEAF && def->nchild > 0) {
		n->cap = def->nchild;
		n->kid = xcalloc(n->cap, sizeof(struct inst_node *));
		for (c = def->child; c != NULL; c = c->next)
			n->kid[n->nkid++] = node_make(in, c, n, !node_is(c, T_GROUP) ?
			    INST_LEAF : c->type->type == FORM_REPEAT ? INST_REPEAT : INST_GROUP);
	}
	return n;
}

void
node_free(struct inst_node *n)
{
	size_t i;

	n->in->places--;
	for (i = 0; i < n->nkid; i++)
		node_free(n->kid[i]);
	free(n->kid);
	map_free(&n->ids, NULL);
	free(n->stored);
	free(n->shown);
	free(n->choice);
	free(n->failed);
	free(n);
}

/* #2 before #10, both before ids; ids by the clock of their entry. */
static int
instance_cmp(const struct inst_node *a, const char *id, uint64_t order)
{
	bool ha = a->id[0] == '#', hb = id[0] == '#';
	unsigned long x, y;

	if (ha != hb)
		return ha ? -1 : 1;
	if (ha) {
		x = strtoul(a->id + 1, NULL, 10);
		y = strtoul(id + 1, NULL, 10);
		return x < y ? -1 : x > y;
	}
	if (a->order != order)
		return a->order < order ? -1 : 1;
	return strcmp(a->id, id);
}

static void
renumber(struct inst_node *rep, size_t from)
{
	size_t i;

	if (rep->def->x[X_REPEAT_COUNT] == NULL)
		rep->active = rep->nkid;
	for (i = from; i < rep->nkid; i++)
		rep->kid[i]->pos = i;
}

/* A few are looked through; many are found by a map. */
static void
know(struct inst_node *rep, struct inst_node *instance)
{
	size_t i;

	if (rep->ids != NULL) {
		map_put(rep->ids, instance->id, strlen(instance->id), instance);
	} else if (rep->nkid >= MANY) {
		rep->ids = map_new();
		for (i = 0; i < rep->nkid; i++)
			map_put(rep->ids, rep->kid[i]->id, strlen(rep->kid[i]->id),
			    rep->kid[i]);
	}
}

struct inst_node *
repeat_get(const struct inst_node *rep, const char *id, size_t n)
{
	size_t i;

	if (rep->ids != NULL)
		return map_get(rep->ids, id, n);
	for (i = 0; i < rep->nkid; i++)
		if (strlen(rep->kid[i]->id) == n && memcmp(rep->kid[i]->id, id, n) == 0)
			return rep->kid[i];
	return NULL;
}

unsigned long
repeat_last_made(const struct inst_node *rep)
{
	size_t lo = 0, hi = rep->nkid, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (rep->kid[mid]->id[0] == '#')
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 ? strtoul(rep->kid[lo - 1]->id + 1, NULL, 10) : 0;
}

struct inst_node *
repeat_insert(struct inst_node *rep, const char *id, uint64_t order)
{
	struct inst_node *n = node_make(rep->in, rep->def, rep, INST_INSTANCE);
	size_t at = rep->nkid;

	snprintf(n->id, sizeof(n->id), "%s", id);
	n->order = order;
	while (at > 0 && instance_cmp(rep->kid[at - 1], id, order) > 0)
		at--;
	kid_add(rep, n, at);
	know(rep, n);
	renumber(rep, at);
	return n;
}

void
repeat_drop(struct inst_node *instance)
{
	struct inst_node *rep = instance->parent;
	size_t at = instance->pos;

	memmove(&rep->kid[at], &rep->kid[at + 1],
	    (rep->nkid - at - 1) * sizeof(struct inst_node *));
	rep->nkid--;
	if (rep->active > rep->nkid)
		rep->active = rep->nkid;
	if (rep->ids != NULL)
		map_del(rep->ids, instance->id, strlen(instance->id));
	node_free(instance);
	renumber(rep, at);
}

bool
node_active(const struct inst_node *n)
{
	for (; n != NULL; n = n->parent)
		if (n->kind == INST_INSTANCE && n->pos >= n->parent->active)
			return false;
	return true;
}

void
node_store(struct inst_node *n, const char *s)
{
	free(n->stored);
	n->stored = s[0] != '\0' ? xstrdup(s) : NULL;
}

void
node_show(struct inst_node *n, const char *s)
{
	char *copy = s[0] != '\0' ? xstrdup(s) : NULL;

	free(n->shown);
	n->shown = copy;
	n->value = copy != NULL ? copy : "";
}

struct each {
	const struct form_node *chain[64];
	bool (*fn)(void *ctx, struct inst_node *n);
	void *ctx;
};

/* chain[0] is what is looked for; n is a place of chain[level]. */
static bool
each_down(struct each *e, struct inst_node *n, size_t level)
{
	size_t i;

	if (level == 0 && !e->fn(e->ctx, n))
		return false;
	if (n->kind == INST_REPEAT) {
		for (i = 0; i < n->active; i++)
			if (!each_down(e, n->kid[i], level))
				return false;
		return true;
	}
	if (level == 0)
		return true;
	return each_down(e, n->kid[e->chain[level - 1]->pos], level - 1);
}

bool
node_each(struct inst_node *top, const struct form_node *def,
    bool (*fn)(void *ctx, struct inst_node *n), void *ctx)
{
	struct each e = {.fn = fn, .ctx = ctx};
	size_t n = 0;

	for (; def != NULL && def != top->def && n < 64; def = def->parent)
		e.chain[n++] = def;
	if (def == NULL || n == 64)
		return true;
	return each_down(&e, top, n);
}
