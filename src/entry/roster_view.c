/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/roster_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"

/* R3: root first, then by the root entry that named the hub key, seq, entry id. */
static int
by_order(const void *a, const void *b)
{
	const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
	int dev;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	dev = id_cmp(&x->en.dev, &y->en.dev);
	if (dev != 0)
		return dev;
	if (x->en.seq != y->en.seq)
		return x->en.seq < y->en.seq ? -1 : 1;
	return hash_cmp(&x->en.id, &y->en.id);
}

static void
fault(struct roster_view *v, const struct row *r, const char *code)
{
	v->faults[v->nfault].id = r->en.id;
	v->faults[v->nfault++].code = code;
}

/* R4: the first device that brought a key has it. */
static bool
claim(struct roster_view *v, const struct pubkey *k, const struct id *dev)
{
	const struct id *owner = map_get(v->keys, k->b, k->n);

	return owner == NULL || id_eq(owner, dev);
}

static void
keep_key(struct roster_view *v, const struct pubkey *k, const struct id *dev)
{
	/* The map gives back what it was given; nobody writes through it. */
	if (map_get(v->keys, k->b, k->n) == NULL)
		map_put(v->keys, k->b, k->n, (void *)(uintptr_t)dev);
}

static void
apply_device(struct roster_view *v, const struct row *r)
{
	const struct roster_device *in = &r->u.device;
	struct roster_device *d;

	if (!claim(v, &in->key.sign, &in->dev) || !claim(v, &in->key.kx, &in->dev)) {
		fault(v, r, "roster.key-taken");
		return;
	}
	keep_key(v, &in->key.sign, &in->dev);
	keep_key(v, &in->key.kx, &in->dev);
	d = map_get(v->devices, in->dev.b, ID_LEN);
	if (d == NULL) {
		d = xcalloc(1, sizeof(*d));
		map_put(v->devices, in->dev.b, ID_LEN, d);
	}
	*d = *in;
}

static void
apply_end(struct roster_view *v, const struct row_end *end)
{
	struct roster_device *d = map_get(v->devices, end->dev.b, ID_LEN);

	if (d == NULL)
		return;
	d->end = end->mode;
	d->end_position = end->position;
}

static void
apply_item(struct roster_view *v, struct roster_item *it)
{
	struct fj_buf key;

	/* The kind, then both names with their terminators: no two subjects collide. */
	fj_buf_init(&key, 4096);
	fj_buf_u8(&key, (uint8_t)it->kind);
	fj_buf_add(&key, it->name, strlen(it->name) + 1);
	fj_buf_add(&key, it->version, strlen(it->version) + 1);
	it->order = ++v->norder;
	map_put(v->items, key.p, key.n, it);
	fj_buf_release(&key);
}

static void
apply(struct roster_view *v, struct row *r)
{
	switch (r->op) {
	case ROW_RECOVERY:
		v->recovery = &r->u.recovery;
		break;
	case ROW_PERSON:
		map_put(v->persons, r->u.person.person.b, ID_LEN, &r->u.person);
		break;
	case ROW_DEVICE:
		apply_device(v, r);
		break;
	case ROW_END:
		apply_end(v, &r->u.end);
		break;
	case ROW_ITEM:
		apply_item(v, &r->u.item);
		break;
	case ROW_USED:
		v->used_list[v->nused++] = &r->u.used;
		break;
	case ROW_OTHER:
	case ROW_HELLO:
	case ROW_HUB_KEY:
		break;
	}
}

/* ---- lists in a fixed order ---- */

struct list {
	const void **v;
	size_t n;
};

static bool
collect(void *ctx, const void *key, size_t n, void *value)
{
	struct list *l = ctx;

	(void)key;
	(void)n;
	l->v[l->n++] = value;
	return true;
}

static int
person_order(const void *a, const void *b)
{
	const struct roster_person *x = *(const struct roster_person *const *)a;
	const struct roster_person *y = *(const struct roster_person *const *)b;

	return id_cmp(&x->person, &y->person);
}

static int
device_order(const void *a, const void *b)
{
	const struct roster_device *x = *(const struct roster_device *const *)a;
	const struct roster_device *y = *(const struct roster_device *const *)b;

	return id_cmp(&x->dev, &y->dev);
}

static int
item_order(const void *a, const void *b)
{
	const struct roster_item *x = *(const struct roster_item *const *)a;
	const struct roster_item *y = *(const struct roster_item *const *)b;
	int c;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	c = strcmp(x->name, y->name);
	return c != 0 ? c : strcmp(x->version, y->version);
}

static void *
list_of(const struct map *m, size_t *n, int (*order)(const void *, const void *))
{
	struct list l;

	l.v = xcalloc(map_count(m) + 1, sizeof(*l.v));
	l.n = 0;
	map_each(m, collect, &l);
	qsort(l.v, l.n, sizeof(*l.v), order);
	*n = l.n;
	return l.v;
}

static void
make_lists(struct roster_view *v)
{
	size_t i;

	v->person_list = list_of(v->persons, &v->nperson, person_order);
	v->device_list = list_of(v->devices, &v->ndevice, device_order);
	v->item_list = list_of(v->items, &v->nitem, item_order);
	/* One certificate number is one person; one who may act comes first. */
	for (i = v->nperson; i-- > 0;) {
		const struct roster_person *p = v->person_list[i], *old;

		if (p->cert == NULL)
			continue;
		old = map_get(v->certs, p->cert, strlen(p->cert));
		if (old == NULL || old->disabled || !p->disabled)
			map_put(v->certs, p->cert, strlen(p->cert), (void *)(uintptr_t)p);
	}
	for (i = 0; i < v->nitem; i++)
		map_put(v->digests, v->item_list[i]->digest.b, HASH_LEN,
		    (void *)(uintptr_t)v->item_list[i]);
}

struct roster_view *
view_new(const struct rows *rows, const struct roster_hub *hubs, size_t nhub)
{
	struct roster_view *v = xcalloc(1, sizeof(*v));
	size_t i;

	v->persons = map_new();
	v->certs = map_new();
	v->devices = map_new();
	v->keys = map_new();
	v->items = map_new();
	v->digests = map_new();
	v->sorted = xcalloc(rows->n + 1, sizeof(struct row *));
	v->used_list = xcalloc(rows->n + 1, sizeof(struct roster_used *));
	v->faults = xcalloc(rows->n + 1, sizeof(*v->faults));
	for (i = 0; i < nhub; i++) {
		keep_key(v, &hubs[i].key.sign, &hubs[i].dev);
		keep_key(v, &hubs[i].key.kx, &hubs[i].dev);
	}
	for (i = 0; i < rows->n; i++) {
		if (rows->v[i]->state == ROW_COUNTS)
			v->sorted[v->nsorted++] = rows->v[i];
		else if (rows->v[i]->state == ROW_FAULTY)
			fault(v, rows->v[i], rows->v[i]->verified ?
			    "roster.author" : "roster.signature");
	}
	qsort(v->sorted, v->nsorted, sizeof(struct row *), by_order);
	for (i = 0; i < v->nsorted; i++)
		apply(v, v->sorted[i]);
	make_lists(v);
	return v;
}

void
view_free(struct roster_view **v)
{
	struct roster_view *old = *v;

	if (old == NULL)
		return;
	map_free(&old->persons, NULL);
	map_free(&old->certs, NULL);
	map_free(&old->devices, free);
	map_free(&old->keys, NULL);
	map_free(&old->items, NULL);
	map_free(&old->digests, NULL);
	free(old->sorted);
	free(old->person_list);
	free(old->device_list);
	free(old->item_list);
	free(old->used_list);
	free(old->faults);
	free(old);
	*v = NULL;
}
