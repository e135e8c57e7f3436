/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of a question: expressions in ODK's XPath, and what is kept as ours. */
#include <string.h>

#include "base/limits.h"
#include "form/form.h"
#include "xform/export_i.h"

const struct json *
xq_column(const struct xq *q, const char *name)
{
	const struct json *v = json_get(q->at, name);

	if (v == NULL && strcmp(name, "read_only") == 0)
		v = json_get(q->at, "readonly");
	return v != NULL && v->type != JSON_NULL ? v : NULL;
}

/* ---- expressions ---- */

static bool
name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '-' || c == '_' || c == '.' || c == ':';
}

/* Functions of ours that ODK's engine does not have. */
static bool
lacking(const char *s, size_t n)
{
	static const char *const names[] = {"round-even", "working-day", "extract-signed",
	    "intersects", "version", "property"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == n && memcmp(names[i], s, n) == 0)
			return true;
	return false;
}

/* Names directly before a bracket, outside of texts. */
static void
warn_functions(struct xport *x, const struct xq *q, const char *s, size_t n)
{
	size_t i, from = 0;
	char quote = '\0', name[64];

	for (i = 0; i < n; i++) {
		if (quote != '\0') {
			quote = s[i] == quote ? '\0' : quote;
			from = i + 1;
		} else if (s[i] == '\'' || s[i] == '"') {
			quote = s[i];
		} else if (s[i] == '(' && lacking(s + from, i - from)) {
			memcpy(name, s + from, i - from);
			name[i - from] = '\0';
			xport_warn(x, q, "export.function", name);
			from = i + 1;
		} else if (!name_char(s[i])) {
			from = i + 1;
		}
	}
}

bool
xq_expr(struct xport *x, const struct xq *q, enum form_slot slot, struct fj_buf *out)
{
	size_t start = out->n;

	if (q->n == NULL || !form_node_expr(q->n, slot, FORM_PRINT_XPATH, out))
		return false;
	warn_functions(x, q, out->p + start, out->n - start);
	return true;
}

bool
xport_xpath(struct xport *x, const struct form_node *n, const char *expr, struct fj_buf *out)
{
	struct fj_err ignored;

	(void)x;
	fj_err_clear(&ignored);
	return form_expr_print(n, expr, FORM_PRINT_XPATH, out, &ignored) == FJ_OK;
}

void
xq_triggers(const struct xq *q, void (*fn)(void *ctx, const char *name, size_t n), void *ctx)
{
	const char *s = json_str(q->at, "trigger"), *end;

	while (s != NULL && (s = strstr(s, "${")) != NULL) {
		s += 2;
		end = strchr(s, '}');
		if (end == NULL)
			return;
		fn(ctx, s, (size_t)(end - s));
		s = end;
	}
}

bool
xq_triggered(const struct xq *q)
{
	const char *s = json_str(q->at, "trigger");

	return s != NULL && strstr(s, "${") != NULL;
}

/* ---- what is kept ---- */

static bool
is_one(const char *key, const char *const *names)
{
	const char *sep = strstr(key, "::");
	size_t n = sep != NULL ? (size_t)(sep - key) : strlen(key), i;

	for (i = 0; names[i] != NULL; i++)
		if (strlen(names[i]) == n && memcmp(names[i], key, n) == 0)
			return true;
	return false;
}

/* Columns that an XForm says itself. */
static const char *const said[] = {"type", "name", "children", "label", "hint",
    "guidance_hint", "constraint_message", "required_message", "appearance", "relevant",
    "required", "read_only", "readonly", "constraint", "calculation", "choice_filter",
    "repeat_count", "trigger", "default", "instances", NULL};

/* Of these, those that stand at a control. */
static const char *const of_control[] = {"label", "hint", "guidance_hint", "appearance", NULL};

static bool
kept_type(const struct xq *q)
{
	if (q->type->plain)
		return strcmp(q->type->word, "text") == 0 && xq_column(q, "read_only") != NULL;
	return true;
}

struct trigger_ctx {
	const struct xport *x;
	bool lost;
};

static void
trigger_lost(void *ctx, const char *name, size_t n)
{
	struct trigger_ctx *t = ctx;
	const struct xq *source = xport_find(t->x, name, n);

	t->lost = t->lost || source == NULL || source->type->control == XC_NONE;
}

/* A trigger that has no control cannot be said in an XForm. */
static bool
lost_trigger(struct xport *x, const struct xq *q)
{
	struct trigger_ctx t = {x, false};

	xq_triggers(q, trigger_lost, &t);
	if (t.lost)
		xport_warn(x, q, "export.trigger", json_str(q->at, "trigger"));
	return t.lost;
}

static void
keep(struct json_w *w, const struct json *v)
{
	json_w_key(w, v->key);
	json_w_value(w, v);
}

static void
keep_named(struct json_w *w, const struct xq *q, const char *key)
{
	const struct json *v = json_get(q->at, key);

	json_w_key(w, key);
	if (v != NULL)
		json_w_value(w, v);
	else
		json_w_null(w);
}

static void
attribute(struct xport *x, struct fj_buf *b)
{
	if (b->n > 2)
		xml_attr_n(x, "fj:own", b->p, b->n);
	fj_buf_release(b);
}

void
xq_own(struct xport *x, const struct xq *q)
{
	const struct json *v;
	struct json_w w;
	struct fj_buf b;

	if (q->at == NULL)
		return;
	fj_buf_init(&b, LIMIT_FORM_BYTES);
	json_w_init(&w, &b);
	json_w_obj(&w);
	if (kept_type(q)) {
		keep_named(&w, q, "type");
		if (xq_column(q, "read_only") != NULL)
			keep_named(&w, q, json_get(q->at, "read_only") != NULL ? "read_only" : "readonly");
	}
	if (q->type->control == XC_UPLOAD && strcmp(q->type->word, "signature") == 0)
		keep_named(&w, q, "appearance");
	if (strcmp(q->type->word, "uscc") == 0 || strcmp(q->type->word, "measurement") == 0)
		keep_named(&w, q, "constraint");
	if (lost_trigger(x, q)) {
		keep_named(&w, q, "trigger");
		keep_named(&w, q, "calculation");
	}
	json_each(v, q->at)
		if (!is_one(v->key, said) ||
		    (q->type->control == XC_NONE && is_one(v->key, of_control)))
			keep(&w, v);
	json_w_end(&w);
	attribute(x, &b);
}

/* Members of an object that stand nowhere else in the XForm. */
static void
own(struct xport *x, const struct json *object, bool (*elsewhere)(const struct json *v))
{
	const struct json *v;
	struct json_w w;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_FORM_BYTES);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_each(v, object)
		if (!elsewhere(v))
			keep(&w, v);
	json_w_end(&w);
	attribute(x, &b);
}

static bool
is_element_of_item(const struct json *v)
{
	static const char *const texts[] = {"name", "label", NULL};

	return is_one(v->key, texts) || (v->type == JSON_STRING && xml_name_ok(v->key));
}

static bool
is_said_of_form(const struct json *v)
{
	static const char *const said_there[] = {"form", "version", "root", "children", "choices",
	    "files", NULL};

	return is_one(v->key, said_there);
}

/* Columns of a choice that are no element's name or no text, and the numbers. */
void
item_own(struct xport *x, const struct json *item)
{
	own(x, item, is_element_of_item);
}

void
form_own(struct xport *x)
{
	own(x, x->root, is_said_of_form);
}
