/* SPDX-License-Identifier: Apache-2.0 */
/* Controls in the order of the form, with what happens when they change. */
#include <string.h>

#include "base/limits.h"
#include "xform/export_i.h"

static const char *const element[] = {
	[XC_NONE] = NULL,
	[XC_INPUT] = "input",
	[XC_SELECT1] = "select1",
	[XC_SELECT] = "select",
	[XC_RANK] = "odk:rank",
	[XC_RANGE] = "range",
	[XC_UPLOAD] = "upload",
	[XC_TRIGGER] = "trigger",
	[XC_GROUP] = "group",
	[XC_REPEAT] = "group",
	[XC_DATA] = NULL,
};

static void
text_ref(struct xport *x, const struct xq *q, const char *name, const char *id)
{
	xml_open(x, name);
	fj_buf_puts(x->out, " ref=\"jr:itext('");
	xml_chars(x->out, q->path, strlen(q->path), true);
	fj_buf_printf(x->out, ":%s')\"", id);
	xml_empty(x);
}

static void
label(struct xport *x, const struct xq *q)
{
	if (q->at == NULL)
		return;
	if (text_any(x, q->at, "label") || text_any(x, q->at, "image") ||
	    text_any(x, q->at, "audio") || text_any(x, q->at, "video") ||
	    text_any(x, q->at, "big-image"))
		text_ref(x, q, "label", "label");
	if (text_any(x, q->at, "hint") || text_any(x, q->at, "guidance_hint"))
		text_ref(x, q, "hint", "hint");
}

/* ---- choices ---- */

static void
randomized(struct xport *x, const struct xq *q, struct fj_buf *b)
{
	const char *on = form_node_parameter(q->n, "randomize");
	const char *seed = form_node_parameter(q->n, "seed");
	struct fj_buf whole;

	if (on == NULL || strcmp(on, "true") != 0)
		return;
	fj_buf_init(&whole, LIMIT_EXPR_BYTES * 8);
	fj_buf_puts(&whole, "randomize(");
	fj_buf_add(&whole, b->p, b->n);
	if (seed != NULL) {
		fj_buf_puts(&whole, ", ");
		if (!xport_xpath(x, q->n, seed, &whole))
			fj_buf_puts(&whole, "0");
	}
	fj_buf_putc(&whole, ')');
	fj_buf_clear(b);
	fj_buf_add(b, whole.p, whole.n);
	fj_buf_release(&whole);
}

static void
itemset(struct xport *x, const struct xq *q)
{
	struct fj_buf b;
	char quote;
	bool file;

	(void)list_rows(x, q->list, &file);
	quote = strchr(q->list, '\'') != NULL ? '"' : '\'';
	fj_buf_init(&b, LIMIT_EXPR_BYTES * 8);
	fj_buf_printf(&b, "instance(%c%s%c)/root/item", quote, q->list, quote);
	if (xq_column(q, "choice_filter") != NULL) {
		fj_buf_putc(&b, '[');
		if (!xq_expr(x, q, FORM_SLOT_CHOICE_FILTER, &b))
			fj_buf_puts(&b, "true()");
		fj_buf_putc(&b, ']');
	}
	randomized(x, q, &b);
	xml_open(x, "itemset");
	xml_attr_n(x, "nodeset", b.p, b.n);
	xml_body(x);
	xml_open(x, "value");
	xml_attr_add(x, "ref", q->value_column);
	xml_empty(x);
	xml_open(x, "label");
	xml_attr_add(x, "ref", file ? q->label_column != NULL ? q->label_column : "label" :
	    "jr:itext(itextId)");
	xml_empty(x);
	xml_close(x, "itemset");
	fj_buf_release(&b);
}

/* ---- what happens ---- */

/* <setvalue> of target at an event, at the place where it stands. */
static void
setvalue(struct xport *x, const struct xq *target, enum form_slot slot, const char *event)
{
	struct fj_buf b;
	bool any;

	fj_buf_init(&b, LIMIT_EXPR_BYTES * 4);
	any = xq_expr(x, target, slot, &b);
	if (any || slot == FORM_SLOT_CALCULATION) {
		xml_open(x, "setvalue");
		xml_attr_add(x, "event", event);
		xml_attr_add(x, "ref", target->path);
		if (any)
			xml_attr_n(x, "value", b.p, b.n);
		xml_empty(x);
	}
	fj_buf_release(&b);
}

struct fired {
	struct xport *x;
	const struct xq *source, *target;
	bool done;
};

static void
fire(void *ctx, const char *name, size_t n)
{
	struct fired *f = ctx;
	struct xport *x = f->x;

	if (f->done || xport_find(x, name, n) != f->source)
		return;
	f->done = true;
	if (strcmp(f->target->type->word, "background-geopoint") == 0) {
		xml_open(x, "odk:setgeopoint");
		xml_attr_add(x, "event", "xforms-value-changed");
		xml_attr_add(x, "ref", f->target->path);
		xml_empty(x);
		return;
	}
	setvalue(x, f->target, FORM_SLOT_CALCULATION, "xforms-value-changed");
}

/* All that a change of q triggers. */
static void
triggered(struct xport *x, const struct xq *q)
{
	size_t i;

	for (i = 0; i < x->nq; i++) {
		struct fired f = {x, q, x->by_name[i], false};

		if (x->by_name[i]->n != NULL && xq_triggered(x->by_name[i]))
			xq_triggers(x->by_name[i], fire, &f);
	}
}

/* Dynamic defaults of what stands in a repeat, but not in one below it. */
static void
first_values(struct xport *x, const struct xq *q)
{
	const struct xq *c;

	for (c = q->child; c != NULL; c = c->next) {
		if (c->type->control == XC_REPEAT)
			continue;
		if (!c->helper)
			setvalue(x, c, FORM_SLOT_DEFAULT,
			    "odk-instance-first-load odk-new-repeat");
		first_values(x, c);
	}
}

/* ---- controls ---- */

static void control(struct xport *x, const struct xq *q);

static void
controls(struct xport *x, const struct xq *q)
{
	const struct xq *c;

	for (c = q->child; c != NULL; c = c->next)
		control(x, c);
}

static void
repeat(struct xport *x, const struct xq *q)
{
	xml_open(x, "repeat");
	xml_attr_add(x, "nodeset", q->path);
	if (q->count != NULL) {
		xml_attr_add(x, "jr:count", q->count);
		xml_attr_add(x, "jr:noAddRemove", "true()");
	}
	xml_body(x);
	first_values(x, q);
	controls(x, q);
	xml_close(x, "repeat");
}

static void
attributes(struct xport *x, const struct xq *q)
{
	static const char *const ends[] = {"start", "end", "step"};
	const char *appearance = form_node_appearance(q->n);
	const char *drawn = strcmp(q->type->word, "signature") == 0 ? "signature" : NULL;
	size_t i;

	xml_attr_add(x, "ref", q->path);
	if (drawn != NULL || appearance[0] != '\0')
		xml_attr_add(x, "appearance", drawn != NULL ? drawn : appearance);
	if (q->type->control == XC_UPLOAD)
		xml_attr_add(x, "mediatype", q->type->more);
	if (q->type->control == XC_RANGE)
		for (i = 0; i < 3; i++)
			xml_attr_add(x, ends[i], form_node_parameter(q->n, ends[i]));
	if (q->type->control == XC_INPUT && q->at != NULL) {
		const struct json *rows = json_get(q->at, "rows");

		if (rows != NULL && rows->text != NULL)
			xml_attr_n(x, "rows", rows->text, rows->len);
	}
}

static void
control(struct xport *x, const struct xq *q)
{
	const char *name = element[q->type->control];

	if (name == NULL || q->helper)
		return;
	xml_open(x, name);
	attributes(x, q);
	xml_body(x);
	label(x, q);
	if (q->type->control == XC_REPEAT)
		repeat(x, q);
	else if (q->type->control == XC_GROUP)
		controls(x, q);
	else if (q->list != NULL)
		itemset(x, q);
	if (q->type->control != XC_GROUP && q->type->control != XC_REPEAT)
		triggered(x, q);
	xml_close(x, name);
}

void
export_body(struct xport *x)
{
	const char *style = json_str(x->root, "style");

	xml_open(x, "h:body");
	xml_attr_add(x, "class", style);
	xml_body(x);
	controls(x, x->top);
	xml_close(x, "h:body");
}
