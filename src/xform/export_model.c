/* SPDX-License-Identifier: Apache-2.0 */
/* The primary instance, the binds, and what is set at the start. */
#include <string.h>

#include "base/limits.h"
#include "xform/export_i.h"

/* ---- instance ---- */

/* A default that is no expression. */
static const char *
fixed_default(const struct xq *q, struct fj_buf *scratch)
{
	const struct json *v = q->at != NULL ? xq_column(q, "default") : NULL;

	if (v == NULL || q->n == NULL ||
	    form_node_expr(q->n, FORM_SLOT_DEFAULT, FORM_PRINT_XPATH, scratch))
		return NULL;
	if (v->type == JSON_BOOL)
		return v->truth ? "true" : "false";
	return v->text;
}

static void place(struct xport *x, const struct xq *q, bool template);

static void
places(struct xport *x, const struct xq *q, bool template)
{
	const struct xq *c;

	for (c = q->child; c != NULL; c = c->next)
		place(x, c, template);
}

/* A repeat below a template has its own template there, and nowhere else: in what
 * is filled it would count as an instance. */
static void
with_children(struct xport *x, const struct xq *q, bool template, bool inside)
{
	xml_open(x, q->name);
	if (template)
		xml_attr_add(x, "jr:template", "");
	xml_body(x);
	places(x, q, inside);
	xml_close(x, q->name);
}

static int64_t
first_instances(const struct xq *q)
{
	int64_t n;

	if (json_int(q->at, "instances", &n))
		return n;
	return q->count != NULL ? 0 : 1;
}

static void
place(struct xport *x, const struct xq *q, bool template)
{
	struct fj_buf scratch;
	const char *value;
	int64_t i;

	if (q->type->control == XC_DATA)
		return;
	if (q->type->control == XC_REPEAT) {
		if (template || !q->in_repeat)
			with_children(x, q, true, true);
		for (i = first_instances(q); i > 0 && !fj_buf_over(x->out); i--)
			with_children(x, q, false, false);
		return;
	}
	if (q->type->control == XC_GROUP) {
		with_children(x, q, false, template);
		return;
	}
	fj_buf_init(&scratch, LIMIT_EXPR_BYTES * 4);
	value = fixed_default(q, &scratch);
	xml_open(x, q->name);
	if (value != NULL && value[0] != '\0') {
		fj_buf_putc(x->out, '>');
		xml_chars(x->out, value, strlen(value), false);
		fj_buf_printf(x->out, "</%s>", q->name);
	} else {
		xml_empty(x);
	}
	fj_buf_release(&scratch);
}

static bool
has_meta(const struct xport *x)
{
	const struct xq *c;

	for (c = x->top->child; c != NULL; c = c->next)
		if (strcmp(c->name, "meta") == 0)
			return true;
	return false;
}

static void
meta(struct xport *x)
{
	xml_open(x, "meta");
	xml_body(x);
	xml_open(x, "instanceID");
	xml_empty(x);
	if (json_str(x->root, "instance_name") != NULL) {
		xml_open(x, "instanceName");
		xml_empty(x);
	}
	xml_close(x, "meta");
}

void
export_instance(struct xport *x)
{
	xml_open(x, "instance");
	xml_body(x);
	xml_open(x, x->top->name);
	xml_attr_add(x, "id", form_id(x->f));
	xml_attr_add(x, "version", form_version(x->f));
	xml_body(x);
	places(x, x->top, false);
	if (!has_meta(x))
		meta(x);
	xml_close(x, x->top->name);
	xml_close(x, "instance");
}

/* ---- binds ---- */

static void
bind_expr(struct xport *x, const struct xq *q, enum form_slot slot, const char *name)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_EXPR_BYTES * 4);
	if (xq_expr(x, q, slot, &b))
		xml_attr_n(x, name, b.p, b.n);
	fj_buf_release(&b);
}

static void
message(struct xport *x, const struct xq *q, const char *column, const char *name)
{
	if (q->at == NULL || !text_any(x, q->at, column))
		return;
	fj_buf_printf(x->out, " %s=\"jr:itext('", name);
	xml_chars(x->out, q->path, strlen(q->path), true);
	fj_buf_printf(x->out, ":%s')\"", name);
}

/* What the type itself demands, where ODK knows no such type. */
static const char *
type_rule(const struct xq *q)
{
	if (strcmp(q->type->word, "uscc") == 0)
		return "regex(., '^[0-9A-HJ-NP-RTUWXYa-hj-np-rtuwxy]{18}$')";
	if (strcmp(q->type->word, "measurement") == 0)
		return "regex(., '^ *-?([0-9]+[.]?[0-9]*|[.][0-9]+)( *[^-.0-9 ].*)?$')";
	return NULL;
}

static void
constraint(struct xport *x, const struct xq *q)
{
	const char *rule = type_rule(q);
	struct fj_buf b;

	if (rule == NULL) {
		bind_expr(x, q, FORM_SLOT_CONSTRAINT, "constraint");
		return;
	}
	fj_buf_init(&b, LIMIT_EXPR_BYTES * 4);
	fj_buf_puts(&b, "(");
	if (xq_expr(x, q, FORM_SLOT_CONSTRAINT, &b))
		fj_buf_puts(&b, ") and ");
	else
		fj_buf_clear(&b);
	fj_buf_puts(&b, rule);
	xml_attr_n(x, "constraint", b.p, b.n);
	fj_buf_release(&b);
}

static bool
whole(const struct xq *q)
{
	static const char *const names[] = {"start", "end", "step"};
	size_t i;

	for (i = 0; i < 3; i++) {
		const char *p = form_node_parameter(q->n, names[i]);

		if (p != NULL && strchr(p, '.') != NULL)
			return false;
	}
	return true;
}

static void
preload(struct xport *x, const struct xq *q)
{
	const char *sep = q->type->control == XC_NONE && q->type->more != NULL ?
	    strchr(q->type->more, ' ') : NULL;

	if (sep == NULL)
		return;
	xml_attr_n(x, "jr:preload", q->type->more, (size_t)(sep - q->type->more));
	xml_attr_add(x, "jr:preloadParams", sep + 1);
}

static void
helper_bind(struct xport *x, const struct xq *q)
{
	xml_open(x, "bind");
	xml_attr_add(x, "nodeset", q->path);
	xml_attr_add(x, "type", "string");
	bind_expr(x, q, FORM_SLOT_REPEAT_COUNT, "calculate");
	xml_attr_add(x, "fj:helper", "count");
	xml_empty(x);
}

static void
bind(struct xport *x, const struct xq *q)
{
	const char *type = q->type->bind;

	if (q->helper) {
		helper_bind(x, q);
		return;
	}
	if (q->type->control == XC_DATA || q == x->top)
		return;
	xml_open(x, "bind");
	xml_attr_add(x, "nodeset", q->path);
	if (q->type->control == XC_RANGE && !whole(q))
		type = "decimal";
	xml_attr_add(x, "type", type);
	bind_expr(x, q, FORM_SLOT_RELEVANT, "relevant");
	bind_expr(x, q, FORM_SLOT_REQUIRED, "required");
	message(x, q, "required_message", "jr:requiredMsg");
	if (strcmp(q->type->word, "note") == 0)
		xml_attr_add(x, "readonly", "true()");
	else
		bind_expr(x, q, FORM_SLOT_READ_ONLY, "readonly");
	constraint(x, q);
	message(x, q, "constraint_message", "jr:constraintMsg");
	if (!xq_triggered(q))
		bind_expr(x, q, FORM_SLOT_CALCULATION, "calculate");
	preload(x, q);
	xq_own(x, q);
	xml_empty(x);
	if (q->type->ours)
		xport_warn(x, q, "export.type", q->type->word[0] != '\0' ? q->type->word :
		    json_str(q->at, "type"));
	if (q->n != NULL && q->at != NULL && form_node_rules(q->n) > 0)
		xport_warn(x, q, "export.rules", "");
}

/* Set once: at the first load here; inside a repeat by the body (export_body.c). */
static void
first_value(struct xport *x, const struct xq *q)
{
	struct fj_buf b;

	if (q->helper || q->in_repeat)
		return;
	fj_buf_init(&b, LIMIT_EXPR_BYTES * 4);
	if (xq_expr(x, q, FORM_SLOT_DEFAULT, &b)) {
		xml_open(x, "setvalue");
		xml_attr_add(x, "event", "odk-instance-first-load");
		xml_attr_add(x, "ref", q->path);
		xml_attr_n(x, "value", b.p, b.n);
		xml_empty(x);
	} else if (strcmp(q->type->word, "start-geopoint") == 0) {
		xml_open(x, "odk:setgeopoint");
		xml_attr_add(x, "event", "odk-instance-first-load");
		xml_attr_add(x, "ref", q->path);
		xml_empty(x);
	}
	fj_buf_release(&b);
}

static void
meta_binds(struct xport *x)
{
	const char *name = json_str(x->root, "instance_name");
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_EXPR_BYTES * 4);
	fj_buf_printf(&b, "%s/meta/instanceID", x->top->path);
	xml_open(x, "bind");
	xml_attr_add(x, "nodeset", b.p);
	xml_attr_add(x, "type", "string");
	xml_attr_add(x, "readonly", "true()");
	xml_attr_add(x, "jr:preload", "uid");
	xml_empty(x);
	if (name != NULL) {
		fj_buf_clear(&b);
		fj_buf_printf(&b, "%s/meta/instanceName", x->top->path);
		xml_open(x, "bind");
		xml_attr_add(x, "nodeset", b.p);
		xml_attr_add(x, "type", "string");
		fj_buf_clear(&b);
		if (xport_xpath(x, form_root(x->f), name, &b))
			xml_attr_n(x, "calculate", b.p, b.n);
		xml_empty(x);
	}
	fj_buf_release(&b);
}

void
export_binds(struct xport *x)
{
	const struct xq *q;

	for (q = x->top; q != NULL; q = xport_walk(q))
		bind(x, q);
	if (!has_meta(x))
		meta_binds(x);
	for (q = x->top; q != NULL; q = xport_walk(q))
		first_value(x, q);
}
