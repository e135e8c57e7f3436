/* SPDX-License-Identifier: Apache-2.0 */
/* Groups, repeats and questions: every known key is a row of one table. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "form/form_i.h"

enum key_kind {
	K_TEXTS,
	K_STRING,
	K_EXPR,
	K_COND,			/* an expression, or true false yes no */
	K_DEFAULT,
	K_TRIGGER,
	K_CLAUSE,
	K_BOOL,
	K_INSTANCES,
	K_PARAMETERS,
	K_FINDING,
	K_VALIDATE,
	K_DONE,			/* read elsewhere, or only kept by importers */
};

struct key_row {
	const char *name;
	enum key_kind kind;
	size_t at;			/* in struct form_node, or a slot */
};

#define AT(member) offsetof(struct form_node, member)

static const struct key_row keys[] = {
	{"type", K_DONE, 0},
	{"name", K_DONE, 0},
	{"children", K_DONE, 0},
	{"label", K_TEXTS, AT(label)},
	{"hint", K_TEXTS, AT(hint)},
	{"guidance_hint", K_TEXTS, AT(guidance)},
	{"how", K_TEXTS, AT(how)},
	{"evidence", K_TEXTS, AT(evidence)},
	{"constraint_message", K_TEXTS, AT(constraint_message)},
	{"required_message", K_TEXTS, AT(required_message)},
	{"appearance", K_STRING, AT(appearance)},
	{"relevant", K_COND, X_RELEVANT},
	{"required", K_COND, X_REQUIRED},
	{"read_only", K_COND, X_READ_ONLY},
	{"readonly", K_COND, X_READ_ONLY},
	{"constraint", K_COND, X_CONSTRAINT},
	{"calculation", K_EXPR, X_CALCULATION},
	{"choice_filter", K_EXPR, X_CHOICE_FILTER},
	{"repeat_count", K_EXPR, X_REPEAT_COUNT},
	{"trigger", K_TRIGGER, 0},
	{"default", K_DEFAULT, 0},
	{"instances", K_INSTANCES, 0},
	{"parameters", K_PARAMETERS, 0},
	{"clause", K_CLAUSE, 0},
	{"key_item", K_BOOL, AT(key_item)},
	{"x-internal", K_BOOL, AT(internal)},
	{"finding", K_FINDING, 0},
	{"validate", K_VALIDATE, 0},
	{"image", K_DONE, 0},
	{"audio", K_DONE, 0},
	{"video", K_DONE, 0},
	{"big-image", K_DONE, 0},
	{"rows", K_DONE, 0},
	{"autoplay", K_DONE, 0},
	{"save_to", K_DONE, 0},
	{"noAppErrorString", K_DONE, 0},
	{"compact_tag", K_DONE, 0},
};

const char *
def_node_key(size_t i)
{
	return i < sizeof(keys) / sizeof(keys[0]) ? keys[i].name : NULL;
}

/* "label::中文 (zh)" is "label" in zh; instance::x and bind::x are kept out. */
static const struct key_row *
key_find(const char *name, const char **lang)
{
	static const struct key_row other = {"", K_DONE, 0};
	const char *sep = strstr(name, "::");
	size_t n = sep != NULL ? (size_t)(sep - name) : strlen(name), i;

	*lang = sep != NULL ? sep + 2 : "";
	if (sep != NULL && ((n == 8 && memcmp(name, "instance", 8) == 0) ||
	    (n == 4 && (memcmp(name, "bind", 4) == 0 || memcmp(name, "body", 4) == 0))))
		return &other;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i].name) == n && memcmp(keys[i].name, name, n) == 0)
			return &keys[i];
	return strncmp(name, "x-", 2) == 0 ? &other : NULL;
}

/* ---- single keys ---- */

static const char *
expr_text(const struct json *v, size_t *n)
{
	switch (v->type) {
	case JSON_STRING:
	case JSON_NUMBER:
		*n = v->len;
		return v->text;
	case JSON_BOOL:
		*n = v->truth ? 6 : 7;
		return v->truth ? "true()" : "false()";
	default:
		break;
	}
	return NULL;
}

static const char *
yes_no(const char *s, size_t *n)
{
	static const char *const yes[] = {"yes", "Yes", "YES", "true", "True", "TRUE"};
	static const char *const no[] = {"no", "No", "NO", "false", "False", "FALSE"};
	size_t i;

	for (i = 0; i < 6; i++) {
		if (strlen(yes[i]) == *n && memcmp(s, yes[i], *n) == 0) {
			*n = 6;
			return "true()";
		}
		if (strlen(no[i]) == *n && memcmp(s, no[i], *n) == 0) {
			*n = 7;
			return "false()";
		}
	}
	return s;
}

static void
key_expr(struct def *d, struct form_node *n, const struct key_row *k, const struct json *v)
{
	size_t len = 0;
	const char *s = expr_text(v, &len);

	if (s == NULL) {
		if (v->type != JSON_NULL)
			def_fault(d, v, true, "form.not-text", "s", v->key);
		return;
	}
	if (k->kind == K_COND)
		s = yes_no(s, &len);
	if (len > 0 && strspn(s, " \t\r\n") < len)
		(void)def_job(d, n, (enum slot)k->at, v, s, len);
}

static void
key_default(struct def *d, struct form_node *n, const struct json *v)
{
	size_t len = 0;
	const char *s = v->type == JSON_BOOL ? (v->truth ? "true" : "false") : expr_text(v, &len);

	if (v->type == JSON_BOOL)
		len = strlen(s);
	if (s == NULL) {
		if (v->type != JSON_NULL)
			def_fault(d, v, true, "form.not-text", "s", v->key);
	} else if (def_is_dynamic(s, len)) {
		(void)def_job(d, n, X_DEFAULT, v, s, len);
	} else {
		n->fixed = def_dup(d, s, len);
	}
}

static void
key_clause(struct def *d, struct form_node *n, const struct json *v)
{
	const char **list = def_alloc(d, (size_t)(v->count + 1) * sizeof(*list));
	const struct json *item;

	if (list == NULL)
		return;
	n->clause = list;
	if (v->type == JSON_STRING) {
		list[n->nclause++] = def_dup(d, v->text, v->len);
		return;
	}
	if (v->type != JSON_ARRAY)
		def_fault(d, v, true, "form.not-list", "s", v->key);
	else
		json_each(item, v) {
			if (item->type == JSON_STRING)
				list[n->nclause++] = def_dup(d, item->text, item->len);
			else
				def_fault(d, item, true, "form.not-text", "s", v->key);
		}
}

/* "X1", or {"kind": "X1", "on": "nonconform"}: kept as written, and looked up. */
static void
key_finding(struct def *d, struct form_node *n, const struct json *v)
{
	struct fj_buf b;
	struct json_w w;
	const char *on = json_str(v, "on"), *kind = json_str(v, "kind");

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	json_w_init(&w, &b);
	json_w_value(&w, v);
	n->finding = def_dup(d, b.p, b.n);
	fj_buf_release(&b);
	if (v->type == JSON_STRING)
		kind = v->text;
	if (kind != NULL)
		n->finding_kind = def_dup(d, kind, strlen(kind));
	if (on != NULL)
		n->finding_on = def_dup(d, on, strlen(on));
	else if (v->type == JSON_BOOL && !v->truth)
		n->finding_on = "";
}

static void
param(struct def *d, struct form_column *p, const char *k, size_t kn, const char *v, size_t vn)
{
	p->name = def_dup(d, k, kn);
	p->value = def_dup(d, v, vn);
}

/* k=v separated by blanks, commas or semicolons; or an object. */
static void
key_parameters(struct def *d, struct form_node *n, const struct json *v)
{
	const struct json *item;
	struct form_column *list = def_alloc(d, (v->len + (size_t)v->count + 1) * sizeof(*list));
	const char *s = v->text, *eq;
	size_t k;

	if (list == NULL)
		return;
	n->param = list;
	if (v->type == JSON_OBJECT) {
		json_each(item, v)
			if (item->text != NULL)
				param(d, &list[n->nparam++], item->key, strlen(item->key),
				    item->text, item->len);
		return;
	}
	if (v->type != JSON_STRING) {
		def_fault(d, v, true, "form.not-text", "s", v->key);
		return;
	}
	while (*(s += strspn(s, " \t,;")) != '\0') {
		k = strcspn(s, " \t,;");
		eq = memchr(s, '=', k);
		if (eq == NULL) {
			def_fault(d, v, true, "form.parameters", "s", v->text);
			return;
		}
		param(d, &list[n->nparam++], s, (size_t)(eq - s), eq + 1,
		    (size_t)(s + k - eq - 1));
		s += k;
	}
}

static void
key_validate(struct def *d, struct form_node *n, const struct json *v)
{
	struct form_rule *rules = def_alloc(d, (size_t)(v->count + 1) * sizeof(*rules));
	const struct json *item, *test, *m;
	const char *level;

	if (v->type != JSON_ARRAY || rules == NULL) {
		def_fault(d, v, true, "form.not-list", "s", v->key);
		return;
	}
	n->rule = rules;
	json_each(item, v) {
		struct form_rule *r = &rules[n->nrule];
		struct expr_job *job;

		test = json_get(item, "test");
		if (json_text(test) == NULL) {
			def_fault(d, item, true, "form.validate-test", "s", n->name);
			continue;
		}
		level = json_str(item, "level");
		if (level != NULL && strcmp(level, "error") != 0 && strcmp(level, "warning") != 0)
			def_fault(d, item, true, "form.validate-level", "s", level);
		r->warning = level != NULL && strcmp(level, "warning") == 0;
		r->message = def_texts(d, json_get(item, "message"), "");
		json_each(m, item)
			if (strcmp(m->key, "test") != 0 && strcmp(m->key, "message") != 0 &&
			    strcmp(m->key, "level") != 0 && strncmp(m->key, "x-", 2) != 0)
				def_fault(d, m, true, "form.unknown-key", "s", m->key);
		n->nrule++;
		job = def_job(d, n, X_N, test, test->text, test->len);
		if (job != NULL)
			job->rule = r;
	}
}

static void
key_apply(struct def *d, struct form_node *n, const struct key_row *k, const char *lang,
    const struct json *v)
{
	char *base = (char *)n;
	struct expr_job *job;

	switch (k->kind) {
	case K_TEXTS:
		def_texts_add(d, (struct form_texts *)(void *)(base + k->at), lang, v);
		break;
	case K_STRING:
		if (json_text(v) != NULL)
			*(const char **)(void *)(base + k->at) = def_dup(d, v->text, v->len);
		break;
	case K_BOOL:
		*(bool *)(void *)(base + k->at) = v->type == JSON_BOOL ? v->truth :
		    json_text(v) != NULL && strcmp(v->text, "yes") == 0;
		break;
	case K_EXPR:
	case K_COND:
		key_expr(d, n, k, v);
		break;
	case K_DEFAULT:
		key_default(d, n, v);
		break;
	case K_TRIGGER:
		job = json_text(v) != NULL ? def_job(d, n, X_N, v, v->text, v->len) : NULL;
		if (job != NULL)
			job->trigger = n->triggered = true;
		break;
	case K_CLAUSE:
		key_clause(d, n, v);
		break;
	case K_INSTANCES:
		if (!json_int_value(v, &n->instances) || n->instances < 0 ||
		    n->instances > LIMIT_REPEAT_COUNT) {
			def_fault(d, v, true, "form.instances", "s", n->name);
			n->instances = 0;
		}
		break;
	case K_PARAMETERS:
		key_parameters(d, n, v);
		break;
	case K_FINDING:
		key_finding(d, n, v);
		break;
	case K_VALIDATE:
		key_validate(d, n, v);
		break;
	case K_DONE:
		break;
	}
}

/* ---- a node ---- */

/* "select_one_from_file cities.csv" */
static bool
file_type(struct def *d, struct form_node *n, const struct json *v, const char *rest)
{
	const char *file;
	size_t k;

	rest += strspn(rest, " \t");
	k = strcspn(rest, " \t");
	file = def_dup(d, rest, k);
	n->list = def_file_list(d, n, file, v);
	return true;
}

/* csv-external, xml-external: no question, a list by the name of the item. */
static bool
attached(struct def *d, struct form_node *n, const struct json *v)
{
	const char *s = json_text(v);
	struct fj_buf b;

	if (s == NULL || (strcmp(s, "csv-external") != 0 && strcmp(s, "xml-external") != 0))
		return false;
	fj_buf_init(&b, LIMIT_NAME_BYTES);
	fj_buf_printf(&b, "%s.%.3s", n->name, s);
	(void)def_file_list(d, n, b.p, v);
	fj_buf_release(&b);
	return true;
}

/* "select_one yn or_other": the row, the list, whether others are allowed. */
static bool
node_type(struct def *d, struct form_node *n, const struct json *v, bool *other)
{
	const char *s = json_text(v), *list;
	size_t k;
	char name[128];

	*other = false;
	k = s != NULL ? strcspn(s, " \t") : 0;
	n->type = s != NULL ? form_type_find(s, k) : NULL;
	if (n->type == NULL) {
		def_fault(d, v, true, "form.type", "s", s != NULL ? s : "");
		return false;
	}
	if (!node_is(n, T_LIST))
		return true;
	if (node_is(n, T_FILE))
		return file_type(d, n, v, s + k);
	list = s + k + strspn(s + k, " \t");
	k = strcspn(list, " \t");
	if (k >= sizeof(name))
		k = sizeof(name) - 1;
	memcpy(name, list, k);
	name[k] = '\0';
	*other = strcmp(list + k + strspn(list + k, " \t"), "or_other") == 0;
	n->list = form_list_find(d->f, name);
	if (n->list == NULL && k > 0 && strcmp(n->type->name, "select_one_external") == 0)
		n->list = def_external_list(d, n, name, v);
	else if (n->list == NULL)
		def_fault(d, v, true, "form.list-unknown", "ss", name, n->name);
	else if (n->type->type == FORM_VERDICT)
		def_verdict_list(d, n, v);
	return true;
}

static void
name_known(struct def *d, struct form_node *n, const struct json *at)
{
	struct form_name *known = map_get(d->f->names, n->name, strlen(n->name));

	if (known != NULL && form_child_named(n->parent, n->name, strlen(n->name)) != NULL)
		def_fault(d, at, true, "form.name-twice", "s", n->name);
	if (known == NULL) {
		known = def_alloc(d, sizeof(*known));
		if (known == NULL)
			return;
		known->node = n;
		(void)map_put(d->f->names, n->name, strlen(n->name), known);
	} else if (n->type->type == FORM_REPEAT && known->node->type->type == FORM_REPEAT) {
		def_fault(d, at, true, "form.repeat-twice", "s", n->name);
	}
	known->count++;
}

static void
append(struct form_node *parent, struct form_node *n)
{
	if (parent->last != NULL)
		parent->last->next = n;
	else
		parent->child = n;
	parent->last = n;
	n->pos = parent->nchild++;
}

static struct form_node *
node_new(struct def *d, struct form_node *parent, const struct json *at)
{
	struct form_node *n;

	if (d->f->nnode >= LIMIT_FORM_NODES || parent->depth + 1 > LIMIT_FORM_DEPTH) {
		if (!d->limit)
			def_fault(d, at, true, d->f->nnode >= LIMIT_FORM_NODES ?
			    "form.too-many" : "form.too-deep", "s", parent->name);
		d->limit = true;
		return NULL;
	}
	n = def_alloc(d, sizeof(*n));
	if (n == NULL)
		return NULL;
	n->form = d->f;
	n->parent = parent;
	n->depth = parent->depth + 1;
	n->line = at->line;
	n->column = at->column;
	n->instances = -1;
	n->name = "";
	n->finding = "";
	n->appearance = "";
	n->index = (unsigned)d->f->nnode++;
	return n;
}

/* The text that "or_other" adds. */
static void
other_text(struct def *d, struct form_node *of, const struct json *at)
{
	struct form_node *n = node_new(d, of->parent, at);
	struct form_choice *c = NULL;
	char test[600];
	int len;

	if (n == NULL || of->list == NULL)
		return;
	if (form_list_get(of->list, "other", 5) == NULL &&
	    (c = def_choice_new(d, of->list, "other")) == NULL)
		return;
	if (c != NULL)
		c->label = def_own_words(d, &of->label, "其他", "Other");
	n->label = def_own_words(d, &of->label, "其他（请写明）", "Other: which?");
	len = snprintf(test, sizeof(test), "%s_other", of->name);
	n->name = def_dup(d, test, (size_t)len);
	n->type = form_type_find("text", 4);
	len = snprintf(test, sizeof(test), "selected(../%s,'other')", of->name);
	name_known(d, n, at);
	append(of->parent, n);
	(void)def_job(d, n, X_RELEVANT, at, def_dup(d, test, (size_t)len), (size_t)len);
}

static void
node_rules(struct def *d, struct form_node *n, const struct json *at)
{
	static const char *const need[] = {"start", "end", "step"};
	size_t i;

	if (n->type->type == FORM_RANGE)
		for (i = 0; i < 3; i++)
			if (form_node_parameter(n, need[i]) == NULL)
				def_fault(d, at, true, "form.range", "ss", n->name, need[i]);
	if (json_get(at, "repeat_count") != NULL && n->type->type != FORM_REPEAT)
		def_fault(d, at, true, "form.not-repeat", "s", n->name);
	if (json_get(at, "choice_filter") != NULL && !node_is(n, T_LIST))
		def_fault(d, at, true, "form.not-select", "s", n->name);
	if (json_get(at, "children") != NULL && !node_is(n, T_GROUP))
		def_fault(d, at, true, "form.children", "s", n->name);
	if (node_is(n, T_CONTROL) && n->label.n == 0)
		def_fault(d, at, false, "form.no-label", "s", n->name);
}

static void
node(struct def *d, struct form_node *parent, const struct json *at)
{
	const struct json *v, *name = json_get(at, "name"), *type = json_get(at, "type");
	const struct key_row *k;
	struct form_node *n;
	const char *lang;
	bool other;

	if (at->type != JSON_OBJECT) {
		def_fault(d, at, true, "form.not-object", "s", parent->name);
		return;
	}
	n = node_new(d, parent, at);
	if (n == NULL)
		return;
	if (json_text(name) == NULL || !form_name_ok(name->text, name->len)) {
		def_fault(d, name != NULL ? name : at, true, "form.name", "s",
		    json_text(name) != NULL ? name->text : "");
		return;
	}
	n->name = def_dup(d, name->text, name->len);
	if (attached(d, n, type))
		return;
	if (!node_type(d, n, type != NULL ? type : at, &other))
		return;
	name_known(d, n, name);
	append(parent, n);
	json_each(v, at) {
		k = key_find(v->key, &lang);
		if (k == NULL)
			def_fault(d, v, true, "form.unknown-key", "s", v->key);
		else
			key_apply(d, n, k, lang, v);
	}
	def_file_columns(d, n, at);
	node_rules(d, n, at);
	if (other)
		other_text(d, n, at);
	if (node_is(n, T_GROUP))
		def_nodes(d, n, json_get(at, "children"));
}

void
def_nodes(struct def *d, struct form_node *parent, const struct json *children)
{
	const struct json *item;

	if (children == NULL)
		return;
	if (children->type != JSON_ARRAY) {
		def_fault(d, children, true, "form.not-list", "s", "children");
		return;
	}
	json_each(item, children) {
		if (d->limit)
			return;
		node(d, parent, item);
	}
}
