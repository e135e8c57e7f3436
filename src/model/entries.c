/* SPDX-License-Identifier: Apache-2.0 */
/* From payload to struct vent: which members an operation has, and whether they
 * have the right shape.  Nothing is decided here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/payload.h"
#include "model/internal.h"

enum need {
	NEED_FORM = 1 << 0,		/* form and path */
	NEED_VALUE = 1 << 1,
	NEED_WHY = 1 << 2,
	NEED_FINDING = 1 << 3,
	NEED_FIELD = 1 << 4,
	NEED_EVIDENCE = 1 << 5,
	NEED_FREEZE = 1 << 6,
	NEED_ID = 1 << 7,
	NEED_ROUND = 1 << 8,
	NEED_TEXT = 1 << 9,
	NEED_RESOLVE = 1 << 10,
	NEED_FLAG = 1 << 11,
	KEEP_BODY = 1 << 12,
};

static const unsigned needs[OP_COUNT] = {
	[OP_HELLO] = KEEP_BODY,
	[OP_ASSIGN] = KEEP_BODY,
	[OP_START] = KEEP_BODY,
	[OP_CANCEL] = NEED_WHY,
	[OP_SET] = NEED_ROUND | NEED_FORM | NEED_VALUE,
	[OP_CLEAR] = NEED_ROUND | NEED_FORM,
	[OP_ADD] = NEED_ROUND | NEED_FORM | NEED_ID,
	[OP_REMOVE] = NEED_ROUND | NEED_FORM,
	[OP_RESOLVE] = NEED_ROUND | NEED_VALUE | NEED_WHY,
	[OP_RESERVATION] = NEED_ROUND | NEED_RESOLVE | NEED_TEXT,
	[OP_FINDING_SET] = NEED_ROUND | NEED_FINDING | NEED_FIELD | NEED_VALUE,
	[OP_FINDING_WITHDRAW] = NEED_ROUND | NEED_FINDING | NEED_WHY,
	[OP_FINDING_ESTABLISH] = NEED_FINDING | NEED_FREEZE | NEED_WHY | KEEP_BODY,
	[OP_EVIDENCE_ADD] = NEED_ROUND | NEED_EVIDENCE | KEEP_BODY,
	[OP_EVIDENCE_LINK] = NEED_ROUND | NEED_EVIDENCE | KEEP_BODY,
	[OP_EVIDENCE_WITHDRAW] = NEED_ROUND | NEED_EVIDENCE | NEED_WHY | KEEP_BODY,
	[OP_OUTCOME] = NEED_ROUND,
	[OP_FLAG_RUN] = NEED_ROUND | NEED_ID | KEEP_BODY,
	[OP_FLAG_SET] = NEED_ROUND | NEED_FLAG | NEED_VALUE | NEED_WHY | KEEP_BODY,
	[OP_FLAG_SAMPLE] = NEED_ROUND | NEED_ID | KEEP_BODY,
	[OP_FREEZE] = NEED_ROUND | KEEP_BODY,
	[OP_VOID] = NEED_FREEZE | NEED_WHY | KEEP_BODY,
	[OP_SIGN] = NEED_FREEZE | KEEP_BODY,
	[OP_UNSIGNED] = NEED_FREEZE | NEED_WHY | KEEP_BODY,
	[OP_PARTY] = NEED_FREEZE | KEEP_BODY,
	[OP_PRINTED] = NEED_EVIDENCE | KEEP_BODY,
	[OP_CORRECTION] = NEED_TEXT | KEEP_BODY,
	[OP_REOPEN] = NEED_FREEZE | NEED_WHY | KEEP_BODY,
	[OP_COMMENT] = NEED_TEXT | KEEP_BODY,
	[OP_RETURN] = NEED_WHY | KEEP_BODY,
	[OP_APPROVE] = NEED_FREEZE | KEEP_BODY,
	[OP_ESCALATE] = NEED_FREEZE | KEEP_BODY,
	[OP_CLOCK] = KEEP_BODY,
};

void
ventlist_add(struct ventlist *l, struct vent *en)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 16;
		l->v = xrealloc(l->v, l->cap, sizeof(struct vent *));
	}
	l->v[l->n++] = en;
}

void
ventlist_release(struct ventlist *l)
{
	free(l->v);
	memset(l, 0, sizeof(*l));
}

int
vent_cmp(const struct vent *a, const struct vent *b)
{
	if (a->pub.hlc != b->pub.hlc)
		return a->pub.hlc < b->pub.hlc ? -1 : 1;
	return hash_cmp(&a->pub.id, &b->pub.id);
}

struct vent *
vent_of(const struct visit_entry *en)
{
	return (struct vent *)(uintptr_t)en;
}

bool
vent_is_paper(const struct vent *en)
{
	const char *use = json_str(en->pub.body, "use");

	return en->pub.op == OP_EVIDENCE_ADD && use != NULL && strcmp(use, "paper") == 0;
}

bool
vent_base_has(const struct vent *en, const struct hash *h)
{
	int i;

	for (i = 0; i < en->base_count; i++)
		if (hash_eq(&en->base[i], h))
			return true;
	return false;
}

/* A name inside a key or a path: no control characters. */
static bool
plain(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20)
			return false;
	return true;
}

struct member {
	const char *name;
	size_t at;			/* of the pointer in struct visit_entry */
};

static const struct member texts[] = {
	{ "form", offsetof(struct visit_entry, form) },
	{ "path", offsetof(struct visit_entry, path) },
	{ "value", offsetof(struct visit_entry, value) },
	{ "why", offsetof(struct visit_entry, why) },
	{ "text", offsetof(struct visit_entry, text) },
	{ "facts", offsetof(struct visit_entry, facts) },
	{ "field", offsetof(struct visit_entry, field) },
	{ "auto", offsetof(struct visit_entry, automatic) },
};

enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

/* Where a member's text stands.  An outcome is a value under another name. */
static const char *
member_text(const struct vent *en, const struct json *root, const char *name)
{
	if (en->pub.op == OP_OUTCOME && strcmp(name, "value") == 0)
		name = "outcome";
	else if (en->pub.op == OP_APPROVE && strcmp(name, "why") == 0)
		name = "accept";
	else if (strcmp(name, "field") == 0 && json_str(root, "part") != NULL)
		name = "part";
	return json_str(root, name);
}

static void
take_texts(struct vent *en, const struct json *root)
{
	size_t total = 1, i, n;
	char *at;

	total += strlen(json_str(root, "op")) + 1;
	for (i = 0; i < TEXTS; i++) {
		const char *s = member_text(en, root, texts[i].name);

		total += s ? strlen(s) + 1 : 0;
	}
	at = en->strings = xmalloc(total);
	n = strlen(json_str(root, "op")) + 1;
	en->pub.op_name = memcpy(at, json_str(root, "op"), n);
	at += n;
	for (i = 0; i < TEXTS; i++) {
		const char *s = member_text(en, root, texts[i].name);

		if (s == NULL)
			continue;
		n = strlen(s) + 1;
		memcpy(at, s, n);
		memcpy((char *)&en->pub + texts[i].at, &at, sizeof(at));
		at += n;
	}
}

static bool
take_base(struct vent *en, const struct json *root)
{
	const struct json *base = json_get(root, "base"), *item;

	if (base == NULL)
		return true;
	if (base->type != JSON_ARRAY || base->count > LIMIT_BASE)
		return false;
	if (base->count > 0)
		en->base = xcalloc((size_t)base->count, sizeof(struct hash));
	json_each(item, base) {
		if (item->type != JSON_STRING ||
		    !hash_parse(item->text, item->len, &en->base[en->base_count]))
			return false;
		en->base_count++;
	}
	return true;
}

static bool
why_given(const struct vent *en)
{
	return en->pub.why != NULL && en->pub.why[strspn(en->pub.why, " \t\n")] != '\0';
}

static void
take_refs(struct vent *en, const struct json *root)
{
	const char *second = NULL;

	if (en->pub.op == OP_RESERVATION)
		en->has_ref = json_hash(root, "resolve", &en->pub.ref);
	else
		en->has_ref = json_hash(root, "freeze", &en->pub.ref);
	if (en->pub.op == OP_RETURN)
		second = "approve";
	else if (en->pub.op == OP_REOPEN)
		second = "return";
	else if (en->pub.op == OP_RESOLVE)
		second = "take";
	if (second != NULL)
		en->has_ref2 = json_hash(root, second, &en->ref2);
	if (!json_id(root, "finding", &en->pub.object) &&
	    !json_id(root, "evidence", &en->pub.object) &&
	    !json_id(root, "flag", &en->pub.object))
		(void)json_id(root, "id", &en->pub.object);
}

static bool
texts_met(const struct vent *en, unsigned n)
{
	const struct visit_entry *p = &en->pub;

	if ((n & NEED_FORM) && (p->form == NULL || p->path == NULL || p->path[0] != '/'))
		return false;
	if ((n & NEED_VALUE) && (p->value == NULL || strlen(p->value) > LIMIT_VALUE_BYTES))
		return false;
	if ((n & NEED_WHY) && !why_given(en))
		return false;
	if ((n & NEED_FIELD) && (p->field == NULL || p->field[0] == '\0'))
		return false;
	return !(n & NEED_TEXT) || (p->text != NULL && p->text[0] != '\0');
}

static bool
needs_met(const struct vent *en, const struct json *root)
{
	unsigned n = needs[en->pub.op];
	struct id id;

	if ((n & NEED_FINDING) && !json_id(root, "finding", &id))
		return false;
	if ((n & NEED_EVIDENCE) && !json_id(root, "evidence", &id))
		return false;
	if ((n & NEED_FLAG) && !json_id(root, "flag", &id))
		return false;
	if ((n & NEED_ID) && !json_id(root, "id", &id))
		return false;
	if ((n & (NEED_FREEZE | NEED_RESOLVE)) && !en->has_ref)
		return false;
	return texts_met(en, n) && (!(n & NEED_ROUND) || en->pub.round >= 1);
}

static char *
path_key(char kind, const char *form, const char *path)
{
	return xasprintf("%c\x1f%s\x1f%s", kind, form, path);
}

static bool
is_note(const struct vent *en)
{
	return en->pub.field != NULL && strcmp(en->pub.field, "note") == 0;
}

static bool
ends_with_instance(const char *path)
{
	size_t n = strlen(path);

	return n > 0 && path[n - 1] == '}';
}

static char *
field_key(const struct vent *en)
{
	char id[ID_TEXT + 1];

	id_format(&en->pub.object, id);
	return xasprintf("d\x1f%s\x1f%s", id, en->pub.field);
}

static char *
flag_key(const struct vent *en)
{
	char id[ID_TEXT + 1];

	id_format(&en->pub.object, id);
	return xasprintf("f\x1f%s", id);
}

static char *
instance_key(const struct visit_entry *p)
{
	char id[ID_TEXT + 1];
	char *path, *key;

	id_format(&p->object, id);
	path = xasprintf("%s{%s}", p->path, id);
	key = path_key('c', p->form, path);
	free(path);
	return key;
}

static char *
place_key(const struct vent *en)
{
	const struct visit_entry *p = &en->pub;

	switch (p->op) {
	case OP_ADD:
		return instance_key(p);
	case OP_REMOVE:
		return path_key('c', p->form, p->path);
	case OP_RESOLVE:
		if (ends_with_instance(p->path))
			return path_key('c', p->form, p->path);
		/* fall through */
	case OP_SET:
	case OP_CLEAR:
		return path_key(is_note(en) ? 'b' : 'a', p->form, p->path);
	default:
		return NULL;
	}
}

/* The key of the target that the entry is about; order of keys = order shown. */
static char *
target_key(const struct vent *en, const struct json *root)
{
	const struct visit_entry *p = &en->pub;
	const char *target = json_str(root, "target");
	struct id finding;

	if (p->op == OP_FLAG_SET ||
	    (p->op == OP_RESOLVE && json_id(root, "flag", &finding)))
		return flag_key(en);
	if (p->op == OP_OUTCOME)
		return xstrdup("e");
	if (p->op == OP_RESOLVE && target != NULL && strcmp(target, "outcome") == 0)
		return xstrdup("e");
	if (p->op == OP_FINDING_SET)
		return field_key(en);
	if (p->op == OP_RESOLVE && p->field != NULL && json_id(root, "finding", &finding))
		return field_key(en);
	return p->form != NULL && p->path != NULL ? place_key(en) : NULL;
}

static bool
names_plain(const struct visit_entry *p)
{
	return (p->form == NULL || plain(p->form)) && (p->path == NULL || plain(p->path)) &&
	    (p->field == NULL || plain(p->field));
}

bool
flag_value(const char *value)
{
	return strcmp(value, "confirmed") == 0 || strcmp(value, "ruled-out") == 0 ||
	    strcmp(value, "open") == 0;
}

static const char *
check_shape(struct vent *en, const struct json *root)
{
	static const char *const malformed = "model.payload";
	const struct visit_entry *p = &en->pub;

	if (!take_base(en, root) || !needs_met(en, root) || !names_plain(p))
		return malformed;
	if (p->op == OP_OUTCOME && outcome_parse(p->value) == OUTCOME_NONE)
		return malformed;
	if (p->op == OP_FLAG_SET && !flag_value(p->value))
		return malformed;
	if (p->op == OP_RESOLVE && en->base_count == 0)
		return "model.resolve-base";
	if (p->op == OP_REMOVE && !ends_with_instance(p->path))
		return malformed;
	en->key = target_key(en, root);
	return p->op == OP_RESOLVE && en->key == NULL ? malformed : NULL;
}

static void
read_payload(struct vent *en, const struct entry *raw)
{
	struct json_doc *doc = NULL;
	const struct json *root;
	struct stamp at;
	int64_t round;

	if (entry_payload(raw, &doc, NULL) != FJ_OK) {
		en->fault = "model.payload";
		en->strings = xstrdup("?");
		en->pub.op_name = en->strings;
		return;
	}
	root = json_root(doc);
	en->pub.op = op_parse(payload_op(doc));
	take_texts(en, root);
	if (payload_stamp(doc, &at))
		en->pub.at = at.t;
	else
		en->pub.at.ms = hlc_ms(raw->hlc);
	if (json_int(root, "round", &round) && round > 0 && round < 1000000)
		en->pub.round = (int)round;
	take_refs(en, root);
	if (en->pub.op == OP_UNKNOWN)
		en->fault = "model.op-unknown";
	else
		en->fault = check_shape(en, root);
	if (needs[en->pub.op] & KEEP_BODY) {
		en->doc = doc;
		en->pub.body = root;
	} else {
		json_free(&doc);
	}
}

struct vent *
vent_new(const struct entry *raw, unsigned flags)
{
	struct vent *en = xcalloc(1, sizeof(*en));

	en->pub.id = raw->id;
	en->pub.dev = raw->dev;
	en->pub.seq = raw->seq;
	en->pub.hlc = raw->hlc;
	en->pub.author.member = -1;
	en->pub.author.name = "";
	en->prev = raw->prev;
	en->flags = flags;
	read_payload(en, raw);
	if (en->pub.op == OP_ADD)
		en->pub.value = "added";
	else if (en->pub.op == OP_REMOVE)
		en->pub.value = "removed";
	return en;
}

void
vent_free(void *p)
{
	struct vent *en = p;

	json_free(&en->doc);
	free(en->base);
	free(en->key);
	free(en->strings);
	free(en->reason_arg);
	free(en);
}
