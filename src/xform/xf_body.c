/* SPDX-License-Identifier: Apache-2.0 */
/* The body: controls find their places; actions say what is set when. */
#include <string.h>

#include "base/limits.h"
#include "xform/xf_i.h"

static const char *
ref_of(const struct xml_node *n)
{
	const char *s = xf_attr(n, "ref");

	if (s == NULL)
		s = xf_attr(n, "nodeset");
	return s != NULL ? s : xf_attr(n, "bind");
}

static struct xf_node *
place_of(struct xf *f, const struct xml_node *n, const struct xf_node *context)
{
	const char *ref = ref_of(n), *path;
	struct xf_node *q;

	if (ref == NULL) {
		xfault(&f->x, xf_at(n), FORM_ERROR, "xform.no-ref", "s", n->name);
		return NULL;
	}
	path = xf_path(f, ref, context);
	q = xf_find(f, path);
	if (q == NULL)
		xfault(&f->x, xf_at(n), FORM_ERROR, "xform.place", "ss", path, n->name);
	return q;
}

static bool
is_control(const struct xml_node *n)
{
	static const char *const names[] = {"input", "secret", "textarea", "select", "select1",
	    "rank", "range", "upload", "trigger"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (xf_is(n, names[i]))
			return true;
	return false;
}

static void
control(struct xf *f, const struct xml_node *n, const struct xf_node *context)
{
	struct xf_node *q = place_of(f, n, context);

	if (q == NULL)
		return;
	if (q->control != NULL) {
		/* The same place shown twice: the first one stays. */
		xfault(&f->x, xf_at(n), FORM_WARNING, "xform.control-twice", "s", q->path);
		return;
	}
	q->control = n;
	q->order = ++f->norder;
	xf_actions(f, n, q);
}

/* A group or repeat; its place, NULL after a fault. */
static const struct xf_node *
group(struct xf *f, const struct xml_node *n, const struct xf_node *context)
{
	struct xf_node *q;

	if (xf_is(n, "group") && ref_of(n) == NULL) {
		/* Some write one around each repeat, without a place of its own. */
		if (xml_child(n, NULL, "repeat") == NULL)
			xfault(&f->x, xf_at(n), FORM_WARNING, "xform.group-no-place", "");
		return context;
	}
	q = place_of(f, n, context);
	if (q == NULL)
		return NULL;
	if (xf_is(n, "repeat"))
		q->repeat = n;
	else
		q->control = n;
	if (q->order == 0)
		q->order = ++f->norder;
	xf_actions(f, n, q);
	return q;
}

static bool
is_action(const struct xml_node *n)
{
	return xf_is(n, "setvalue") || xf_is(n, "setgeopoint") || xf_is(n, "recordaudio");
}

static void
walk(struct xf *f, const struct xml_node *in, const struct xf_node *context, int depth)
{
	const struct xml_node *n;
	const struct xf_node *q;

	if (depth > 2 * LIMIT_FORM_DEPTH)
		return;			/* deeper than any place of the instance */
	for (n = xml_first(in); n != NULL; n = xml_sibling(n)) {
		if (is_control(n)) {
			control(f, n, context);
		} else if (xf_is(n, "group") || xf_is(n, "repeat")) {
			q = group(f, n, context);
			if (q != NULL)
				walk(f, n, q, depth + 1);
		} else if (!xf_is(n, "label") && !xf_is(n, "hint") && !is_action(n)) {
			xfault(&f->x, xf_at(n), FORM_WARNING, "xform.control", "s", n->name);
		}
	}
}

void
xf_body(struct xf *f)
{
	walk(f, f->body, f->top, 0);
}

/* ---- actions ---- */

static bool
event_is(const struct xml_node *n, const char *word)
{
	const char *s = xf_attr(n, "event"), *at;
	size_t k = strlen(word);

	for (at = s; at != NULL && (at = strstr(at, word)) != NULL; at += k)
		if ((at == s || at[-1] == ' ') && (at[k] == '\0' || at[k] == ' '))
			return true;
	return false;
}

static void
changed(struct xf *f, const struct xml_node *n, const struct xf_node *source,
    struct xf_node *target)
{
	const char *ref = xmem_fmt(&f->x, "${%s}", source->name);
	const char *v = xf_attr(n, "value"), *other;

	if (target->changed == NULL) {
		target->changed = n;
		target->triggers = ref;
		return;
	}
	other = xf_attr(target->changed, "value");
	if ((v == NULL) != (other == NULL) || (v != NULL && strcmp(v, other) != 0))
		xfault(&f->x, xf_at(n), FORM_ERROR, "xform.two-calculations", "s", target->path);
	else if (strstr(target->triggers, ref) == NULL)
		target->triggers = xmem_fmt(&f->x, "%s, %s", target->triggers, ref);
}

/* Set once, when a record or an instance of a repeat is new. */
static bool
at_first(const struct xml_node *n)
{
	return event_is(n, "odk-instance-first-load") || event_is(n, "odk-new-repeat") ||
	    event_is(n, "xforms-ready") || event_is(n, "odk-instance-load");
}

static void
action(struct xf *f, const struct xml_node *n, const struct xf_node *context)
{
	struct xf_node *q = place_of(f, n, context == f->top ? NULL : context);
	bool value = xf_is(n, "setvalue");

	if (q == NULL)
		return;
	if (event_is(n, "xforms-value-changed") || event_is(n, "change"))
		changed(f, n, context, q);
	else if (value && at_first(n))
		q->first = n;
	else if (value)
		xfault(&f->x, xf_at(n), FORM_WARNING, "xform.event", "s",
		    xf_attr(n, "event") != NULL ? xf_attr(n, "event") : "");
	if (!value)
		q->preset = n;
}

/* context: where the action stands; of a control, the one whose change counts. */
void
xf_actions(struct xf *f, const struct xml_node *in, const struct xf_node *context)
{
	const struct xml_node *n;

	for (n = xml_first(in); n != NULL; n = xml_sibling(n))
		if (is_action(n))
			action(f, n, context);
}
