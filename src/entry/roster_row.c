/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/roster_row.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"

static const struct op_name {
	const char *name;
	enum row_op op;
	bool root, hub;			/* who writes it */
} op_names[] = {
	{"hello", ROW_HELLO, true, true},
	{"hub.key", ROW_HUB_KEY, true, false},
	{"recovery.key", ROW_RECOVERY, true, false},
	{"person", ROW_PERSON, false, true},
	{"device", ROW_DEVICE, false, true},
	{"device.end", ROW_END, false, true},
	{"form", ROW_ITEM, false, true},
	{"rules", ROW_ITEM, false, true},
	{"data", ROW_ITEM, false, true},
	{"recovery.used", ROW_USED, false, true},
};

enum { OP_NAMES = sizeof(op_names) / sizeof(op_names[0]) };

bool
row_by_root(enum row_op op)
{
	size_t i;

	for (i = 0; i < OP_NAMES; i++)
		if (op_names[i].op == op)
			return op_names[i].root;
	return true;
}

bool
row_by_hub(enum row_op op)
{
	size_t i;

	for (i = 0; i < OP_NAMES; i++)
		if (op_names[i].op == op)
			return op_names[i].hub;
	return true;
}

/* Where a reader says which member is wrong: NULL means all is well. */
typedef const char *(*read_fn)(const struct json *root, struct row *r);

static bool
whole(const struct json *root, const char *key, uint64_t *out)
{
	int64_t v;

	if (!json_int(root, key, &v) || v < 0)
		return false;
	*out = (uint64_t)v;
	return true;
}

static char *
owned(const struct json *root, const char *key)
{
	return xstrdup(json_name(root, key, LIMIT_NAME_BYTES));
}

/* suite, sign, kx whose dev is the member dev, and no weak key. */
static const char *
read_key(const struct json *root, const struct row *r, struct id *dev,
    struct identity_public *key)
{
	struct id computed;

	if (!json_id(root, "dev", dev))
		return "dev";
	if (key_read(root, key, NULL) != FJ_OK)
		return "sign";
	identity_dev(key, &computed);
	if (!id_eq(&computed, dev))
		return "dev";
	return r->own || key_check(key, NULL) == FJ_OK ? NULL : "sign";
}

static const char *
read_hub(const struct json *root, struct row *r)
{
	if (!whole(root, "epoch", &r->u.hub.epoch))
		return "epoch";
	r->u.hub.since = r->en.seq;
	return read_key(root, r, &r->u.hub.dev, &r->u.hub.key);
}

static const char *
read_recovery(const struct json *root, struct row *r)
{
	struct roster_recovery *k = &r->u.recovery;
	uint64_t suite;

	if (!whole(root, "suite", &suite) || suite > UINT8_MAX ||
	    !suite_known((uint8_t)suite))
		return "suite";
	k->suite = (uint8_t)suite;
	k->kx.n = suite_public_len(k->suite);
	if (!json_hex(root, "kx", k->kx.b, k->kx.n) ||
	    pubkey_check_kx(k->suite, &k->kx, NULL) != FJ_OK)
		return "kx";
	return NULL;
}

static const char *
read_person(const struct json *root, struct row *r)
{
	struct roster_person *p = &r->u.person;
	const struct json *v, *list;

	if (!json_id(root, "person", &p->person))
		return "person";
	p->name = owned(root, "name");
	if (p->name == NULL)
		return "name";
	p->cert = owned(root, "cert");
	if (p->cert == NULL && json_get(root, "cert") != NULL)
		return "cert";
	list = json_get(root, "roles");
	if (list == NULL || list->type != JSON_ARRAY)
		return "roles";
	json_each(v, list)
		p->roles |= role_parse(json_text(v));
	list = json_get(root, "scopes");
	if (list == NULL || list->type != JSON_ARRAY || list->count > ROSTER_SCOPES)
		return "scopes";
	json_each(v, list) {
		if (!scope_valid(json_text(v)))
			return "scopes";
		memcpy(p->scopes[p->nscope++], v->text, v->len + 1);
	}
	p->disabled = json_is_true(root, "disabled");
	p->entry = r->en.id;
	return NULL;
}

static const char *
read_device(const struct json *root, struct row *r)
{
	struct roster_device *d = &r->u.device;

	if (!json_id(root, "person", &d->person))
		return "person";
	d->has_continues = json_id(root, "continues", &d->continues);
	if (!d->has_continues && json_get(root, "continues") != NULL)
		return "continues";
	d->entry = r->en.id;
	return read_key(root, r, &d->dev, &d->key);
}

static const char *
read_end(const struct json *root, struct row *r)
{
	const char *mode = json_str(root, "mode");

	if (!json_id(root, "dev", &r->u.end.dev))
		return "dev";
	if (mode != NULL && strcmp(mode, "retired") == 0)
		r->u.end.mode = END_RETIRED;
	else if (mode != NULL && strcmp(mode, "lost") == 0)
		r->u.end.mode = END_LOST;
	else
		return "mode";
	return whole(root, "position", &r->u.end.position) ? NULL : "position";
}

/* Divisions of a newer form than this program knows would widen it: refused whole. */
static bool
read_item_scopes(const struct json *root, struct roster_item *it)
{
	const struct json *v, *list = json_get(root, "divisions");

	if (list == NULL)
		return true;
	if (list->type != JSON_ARRAY || list->count == 0 || list->count > ITEM_SCOPES)
		return false;
	json_each(v, list) {
		if (!scope_valid(json_text(v)))
			return false;
		memcpy(it->scopes[it->nscope++], v->text, v->len + 1);
	}
	return true;
}

static const char *
read_item(const struct json *root, struct row *r)
{
	struct roster_item *it = &r->u.item;
	const char *op = json_str(root, "op");

	it->kind = strcmp(op, "form") == 0 ? ITEM_FORM :
	    strcmp(op, "rules") == 0 ? ITEM_RULES : ITEM_DATA;
	it->name = owned(root, "name");
	if (it->name == NULL)
		return "name";
	it->version = owned(root, "version");
	if (it->version == NULL)
		return "version";
	if (!json_hash(root, "digest", &it->digest))
		return "digest";
	if (!whole(root, "size", &it->size))
		return "size";
	if (!json_id(root, "publisher", &it->publisher))
		return "publisher";
	if (!read_item_scopes(root, it))
		return "divisions";
	it->note = owned(root, "note");
	it->has_before = json_hash(root, "before", &it->before);
	it->withdrawn = json_is_true(root, "withdrawn");
	return NULL;
}

static const char *
read_used(const struct json *root, struct row *r)
{
	if (!json_id(root, "dev", &r->u.used.dev))
		return "dev";
	if (!json_id(root, "by", &r->u.used.by))
		return "by";
	r->u.used.fingerprint = owned(root, "fingerprint");
	return r->u.used.fingerprint != NULL ? NULL : "fingerprint";
}

static const read_fn readers[] = {
	[ROW_HUB_KEY] = read_hub,
	[ROW_RECOVERY] = read_recovery,
	[ROW_PERSON] = read_person,
	[ROW_DEVICE] = read_device,
	[ROW_END] = read_end,
	[ROW_ITEM] = read_item,
	[ROW_USED] = read_used,
};

static enum fj_rc
read_hello(struct row *r, struct fj_err *e)
{
	struct hello h;
	enum fj_rc rc = hello_read(&r->en, &h, e);

	if (rc == FJ_OK)
		r->u.hello = h.key;
	return rc;
}

static enum fj_rc
read_payload(struct row *r, struct fj_err *e)
{
	struct json_doc *d = NULL;
	const char *op, *what;
	enum fj_rc rc = entry_payload(&r->en, &d, e);
	size_t i;

	if (rc != FJ_OK)
		return rc;
	op = payload_op(d);
	for (i = 0; i < OP_NAMES; i++)
		if (strcmp(op, op_names[i].name) == 0)
			r->op = op_names[i].op;
	if (r->op == ROW_HELLO) {
		rc = read_hello(r, e);
	} else if (r->op != ROW_OTHER) {
		what = readers[r->op](json_root(d), r);
		if (what != NULL)
			rc = fj_fail(e, FJ_DENIED, "roster.row", "sls", op,
			    (long long)r->en.seq, what);
	}
	json_free(&d);
	return rc;
}

enum fj_rc
row_read(const void *frame, size_t n, const uint8_t sig[ENTRY_SIG], bool own,
    struct row **out, struct fj_err *e)
{
	struct row *r = xcalloc(1, sizeof(*r));
	enum fj_rc rc = entry_decode(frame, n, &r->en, e);

	*out = NULL;
	r->own = r->verified = own;
	if (rc == FJ_OK && n > ROSTER_ROW_BYTES)
		rc = fj_fail(e, FJ_LIMIT, "entry.size", "zd", n, ROSTER_ROW_BYTES);
	if (rc == FJ_OK && r->en.kind != STREAM_ROSTER)
		rc = fj_fail(e, FJ_CORRUPT, "roster.stream", "l", (long long)r->en.seq);
	if (rc == FJ_OK) {
		r->frame = xmemdup(frame, n);
		r->nframe = n;
		r->en.payload = r->frame + ENTRY_HEAD;
		memcpy(r->sig, sig, ENTRY_SIG);
		rc = read_payload(r, e);
	}
	if (rc == FJ_OK)
		*out = r;
	else
		row_free(&r);
	return rc;
}

/* The struct shows borrowed strings to its readers; here is where they are owned. */
static void
drop(const char *s)
{
	free((void *)(uintptr_t)s);
}

void
row_free(struct row **r)
{
	struct row *v = *r;

	if (v == NULL)
		return;
	if (v->op == ROW_PERSON) {
		drop(v->u.person.name);
		drop(v->u.person.cert);
	} else if (v->op == ROW_ITEM) {
		drop(v->u.item.name);
		drop(v->u.item.version);
		drop(v->u.item.note);
	} else if (v->op == ROW_USED) {
		drop(v->u.used.fingerprint);
	}
	free(v->frame);
	free(v);
	*r = NULL;
}
