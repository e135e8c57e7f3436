/* SPDX-License-Identifier: Apache-2.0 */
/* Places of an XForm as groups, repeats and questions. */
#include <stdlib.h>
#include <string.h>

#include "xform/xf_i.h"

/* "xsd:string" is string. */
static const char *
bind_type(const struct xf_node *n)
{
	const char *s = xf_attr(n->bind, "type"), *colon;

	if (s == NULL)
		return "";
	colon = strchr(s, ':');
	return colon != NULL ? colon + 1 : s;
}

struct preload {
	const char *kind, *param, *type;
};

/* What fills itself; NULL: nothing of that kind. */
static const char *
preloaded(const struct xf_node *n)
{
	static const struct preload rows[] = {{"timestamp", "start", "start"},
	    {"timestamp", "end", "end"}, {"date", "today", "today"},
	    {"property", "deviceid", "deviceid"}, {"property", "username", "username"},
	    {"property", "phonenumber", "phonenumber"}, {"property", "email", "email"}};
	const char *kind = xf_attr(n->bind, "preload"), *param = xf_attr(n->bind, "preloadParams");
	size_t i;

	for (i = 0; kind != NULL && param != NULL && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(kind, rows[i].kind) == 0 && strcmp(param, rows[i].param) == 0)
			return rows[i].type;
	return NULL;
}

static const char *
upload_type(const struct xf_node *n)
{
	const char *s = xf_attr(n->control, "mediatype");

	if (s == NULL)
		return "file";
	return strncmp(s, "image/", 6) == 0 ? "image" : strncmp(s, "audio/", 6) == 0 ? "audio" :
	    strncmp(s, "video/", 6) == 0 ? "video" : "file";
}

/* Text that cannot be written and was never meant to be is a note. */
static bool
is_note(const struct xf_node *n, const char *type)
{
	return (type[0] == '\0' || strcmp(type, "string") == 0) &&
	    xf_is_true(xf_attr(n->bind, "readonly")) && n->changed == NULL;
}

static const char *
input_type(struct xf *f, const struct xf_node *n)
{
	static const char *const same[] = {"integer", "decimal", "date", "time", "geopoint",
	    "geotrace", "geoshape", "barcode"};
	const char *type = bind_type(n);
	size_t i;

	if (is_note(n, type))
		return "note";
	if (type[0] == '\0' || strcmp(type, "string") == 0 || strcmp(type, "boolean") == 0)
		return "text";
	if (strcmp(type, "int") == 0 || strcmp(type, "long") == 0)
		return "integer";
	if (strcmp(type, "dateTime") == 0)
		return "datetime";
	if (strcmp(type, "binary") == 0)
		return "file";
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (strcmp(type, same[i]) == 0)
			return same[i];
	xfault(&f->x, xf_at(n->bind), FORM_WARNING, "xform.bind-type", "ss", type, n->path);
	return "text";
}

/* Without a control: filled by itself, calculated, or kept out of sight. */
static const char *
silent_type(const struct xf_node *n)
{
	const char *type = preloaded(n);

	if (type != NULL)
		return type;
	if (n->preset != NULL && xf_is(n->preset, "recordaudio"))
		return "background-audio";
	if (n->preset != NULL)
		return n->triggers != NULL ? "background-geopoint" : "start-geopoint";
	return xf_attr(n->bind, "calculate") != NULL || n->changed != NULL ? "calculate" :
	    "hidden";
}

static bool
is_group(const struct xf_node *n)
{
	return n->child != NULL || n->repeat != NULL || xf_is(n->control, "group");
}

/* select_one and its like with their list, filter and parameters. */
static void
select_members(struct xf *f, struct xf_members *m, const struct xf_node *n,
    const char *word)
{
	const char *list, *filter, *parameters;
	const struct xf_list *l;

	xf_itemset(f, n, &list, &filter, &parameters);
	l = list != NULL ? xf_list_of(f, n) : NULL;
	if (l == NULL) {
		xf_member(m, "type", xf_at(n->control), "text");
		return;
	}
	xf_member(m, "type", xf_at(n->control), xmem_fmt(&f->x, "%s%s %s", word,
	    l->file != NULL ? "_from_file" : "", list));
	if (filter[0] != '\0')
		xf_member(m, "choice_filter", xf_at(xml_child(n->control, NULL, "itemset")),
		    filter);
	if (parameters[0] != '\0')
		xf_member(m, "parameters", xf_at(n->control), parameters);
}

static void
range_members(struct xf *f, struct xf_members *m, const struct xf_node *n)
{
	const char *a = xf_attr(n->control, "start"), *b = xf_attr(n->control, "end");
	const char *c = xf_attr(n->control, "step");

	xf_member(m, "type", xf_at(n->control), "range");
	xf_member(m, "parameters", xf_at(n->control), xmem_fmt(&f->x,
	    "start=%s end=%s step=%s", a != NULL ? a : "1", b != NULL ? b : "10",
	    c != NULL ? c : "1"));
}

static void
type_members(struct xf *f, struct xf_members *m, const struct xf_node *n)
{
	const struct xml_node *c = n->control;
	struct xplace at = xf_at(c != NULL ? c : n->bind != NULL ? n->bind : n->at);

	if (n->repeat != NULL)
		xf_member(m, "type", xf_at(n->repeat), "repeat");
	else if (is_group(n))
		xf_member(m, "type", at, "group");
	else if (c == NULL)
		xf_member(m, "type", at, silent_type(n));
	else if (!xf_member_kept(m, "type"))
		return;			/* our own type; its list comes with it */
	else if (xf_is(c, "select1"))
		select_members(f, m, n, "select_one");
	else if (xf_is(c, "select"))
		select_members(f, m, n, "select_multiple");
	else if (xf_is(c, "rank"))
		select_members(f, m, n, "rank");
	else if (xf_is(c, "range"))
		range_members(f, m, n);
	else if (xf_is(c, "upload"))
		xf_member(m, "type", at, upload_type(n));
	else if (xf_is(c, "trigger"))
		xf_member(m, "type", at, "acknowledge");
	else
		xf_member(m, "type", at, input_type(f, n));
}

/* ---- what all of them have ---- */

static void
text_members(struct xf *f, struct xf_members *m, const struct xf_node *n)
{
	const struct xml_node *label = xml_child(n->control, NULL, "label");
	const struct xml_node *hint = xml_child(n->control, NULL, "hint");
	struct xtext t;

	if (label == NULL)
		label = xml_child(n->repeat, NULL, "label");
	xf_label(f, label, XF_LONG, &t);
	xf_member_text(m, "label", &t);
	xf_label(f, label, XF_IMAGE, &t);
	xf_member_text(m, "image", &t);
	xf_label(f, label, XF_AUDIO, &t);
	xf_member_text(m, "audio", &t);
	xf_label(f, label, XF_VIDEO, &t);
	xf_member_text(m, "video", &t);
	xf_label(f, label, XF_BIG_IMAGE, &t);
	xf_member_text(m, "big-image", &t);
	xf_label(f, hint, XF_LONG, &t);
	xf_member_text(m, "hint", &t);
	xf_label(f, hint, XF_GUIDANCE, &t);
	xf_member_text(m, "guidance_hint", &t);
	xf_message(f, n->bind, "constraintMsg", &t);
	xf_member_text(m, "constraint_message", &t);
	xf_message(f, n->bind, "requiredMsg", &t);
	xf_member_text(m, "required_message", &t);
}

static void
bind_expr(struct xf *f, struct xf_members *m, const struct xf_node *n, const char *attr,
    const char *key)
{
	const char *s = xf_attr(n->bind, attr);

	if (s != NULL && s[0] != '\0')
		xf_member(m, key, xf_at(n->bind), xf_expr(f, s));
}

/* A calculation that begins its life on a change of others. */
static void
trigger_members(struct xf *f, struct xf_members *m, const struct xf_node *n)
{
	const char *v;

	if (n->changed == NULL)
		return;
	xf_member(m, "trigger", xf_at(n->changed), n->triggers);
	if (!xf_is(n->changed, "setvalue"))
		return;
	v = xf_attr(n->changed, "value");
	if (v == NULL && xf_text(f, n->changed)[0] != '\0')
		v = xmem_fmt(&f->x, strchr(xf_text(f, n->changed), '\'') != NULL ? "\"%s\"" :
		    "'%s'", xf_text(f, n->changed));
	if (v != NULL && xf_attr(n->bind, "calculate") != NULL)
		xfault(&f->x, xf_at(n->changed), FORM_ERROR, "xform.two-calculations", "s",
		    n->path);
	else if (v != NULL)
		xf_member(m, "calculation", xf_at(n->changed), xf_expr(f, v));
}

/* Would a default of this text be taken for an expression? */
static bool
looks_computed(const char *s)
{
	return strstr(s, "${") != NULL || strchr(s, '(') != NULL ||
	    (s[0] != '+' && strpbrk(s, "+*") != NULL && strspn(s, "0123456789+* .()-") ==
	    strlen(s));
}

static const char *
as_literal(struct xf *f, const char *s)
{
	return xmem_fmt(&f->x, strchr(s, '\'') != NULL ? "string(\"%s\")" : "string('%s')", s);
}

static void
default_members(struct xf *f, struct xf_members *m, const struct xf_node *n)
{
	const char *v;

	if (n->first != NULL) {
		v = xf_attr(n->first, "value");
		v = v != NULL ? xf_expr(f, v) : xf_text(f, n->first);
		if (xf_attr(n->first, "value") != NULL && !looks_computed(v))
			v = xmem_fmt(&f->x, "string(%s)", v);
		xf_member(m, "default", xf_at(n->first), v);
		return;
	}
	v = xf_text(f, n->at);
	if (v[0] != '\0')
		xf_member(m, "default", xf_at(n->at), looks_computed(v) ? as_literal(f, v) : v);
}

static void
control_members(struct xf *f, struct xf_members *m, const struct xf_node *n)
{
	static const char *const kept[] = {"rows", "autoplay"};
	const char *s = xf_attr(n->control, "appearance");
	size_t i;

	if (s == NULL)
		s = xf_attr(n->repeat, "appearance");
	if (s != NULL && s[0] != '\0')
		xf_member(m, "appearance", xf_at(n->control), s);
	for (i = 0; i < 2; i++) {
		s = xf_attr(n->control, kept[i]);
		if (s != NULL)
			xf_member(m, kept[i], xf_at(n->control), s);
	}
	s = xf_attr(n->bind, "saveto");
	if (s != NULL)
		xf_member(m, "save_to", xf_at(n->bind), s);
	(void)f;
}

/* ---- repeats ---- */

/* The count of a helper of ours is the repeat's own expression. */
static const char *
repeat_count(struct xf *f, const struct xf_node *n)
{
	const char *s = xf_attr(n->repeat, "count");
	const struct xf_node *h;

	if (s == NULL)
		return NULL;
	h = xf_find(f, xf_path(f, s, n));
	if (h != NULL && h->helper && xf_attr(h->bind, "calculate") != NULL)
		return xf_expr(f, xf_attr(h->bind, "calculate"));
	return xf_expr(f, s);
}

static void
repeat_members(struct xf *f, struct xf_members *m, const struct xf_node *n)
{
	const char *count;

	if (n->repeat == NULL)
		return;
	count = repeat_count(f, n);
	if (count != NULL) {
		xf_member(m, "repeat_count", xf_at(n->repeat), count);
	} else if (xf_is_true(xf_attr(n->repeat, "noAddRemove"))) {
		xf_member(m, "repeat_count", xf_at(n->repeat),
		    xmem_fmt(&f->x, "%d", n->instances));
	} else if (n->instances != 1) {
		xf_member_raw(m, "instances", xf_at(n->at), xmem_fmt(&f->x, "%d", n->instances));
	}
}

/* ---- the walk ---- */

static int
by_order(const void *a, const void *b)
{
	const struct xf_node *p = *(struct xf_node *const *)a, *q = *(struct xf_node *const *)b;

	if (p->order != q->order)
		return p->order < q->order ? -1 : 1;
	return p->index < q->index ? -1 : p->index > q->index;
}

/* The body's order is the one people see; what is not there stays where it was. */
static struct xf_node **
sorted(struct xf *f, const struct xf_node *parent, size_t *n)
{
	struct xf_node *q, **v;
	size_t last = 0;

	*n = 0;
	for (q = parent->child; q != NULL; q = q->next)
		++*n;
	v = xmem(&f->x, (*n + 1) * sizeof(struct xf_node *));
	*n = 0;
	for (q = parent->child; q != NULL; q = q->next) {
		if (q->order == 0)
			q->order = last;
		last = q->order;
		v[(*n)++] = q;
	}
	qsort(v, *n, sizeof(struct xf_node *), by_order);
	return v;
}

static void node_write(struct xf *f, const struct xf_node *n);

static void
kids_write(struct xf *f, const struct xf_node *n, struct xplace at)
{
	struct xf_node **v;
	size_t i, count;

	v = sorted(f, n, &count);
	xout_arr(&f->x, "children", at);
	if (n == f->top)
		xf_externals_write(f);
	for (i = 0; i < count; i++)
		if (!v[i]->helper)
			node_write(f, v[i]);
	xout_end(&f->x);
}

static void
node_write(struct xf *f, const struct xf_node *n)
{
	struct xf_members m;
	const struct xml_node *where = n->control != NULL ? n->control :
	    n->repeat != NULL ? n->repeat : n->at;

	xf_members_begin(f, &m, n->bind);
	xout_obj(&f->x, NULL, xf_at(where));
	type_members(f, &m, n);
	xf_member(&m, "name", xf_at(n->at), n->name);
	text_members(f, &m, n);
	bind_expr(f, &m, n, "relevant", "relevant");
	bind_expr(f, &m, n, "constraint", "constraint");
	bind_expr(f, &m, n, "required", "required");
	if (is_group(n) || n->control == NULL || xf_attr(n->bind, "calculate") != NULL ||
	    !is_note(n, bind_type(n)) || !xf_is(n->control, "input"))
		bind_expr(f, &m, n, "readonly", "read_only");
	if (n->changed == NULL || !xf_is(n->changed, "setvalue"))
		bind_expr(f, &m, n, "calculate", "calculation");
	trigger_members(f, &m, n);
	if (!is_group(n))
		default_members(f, &m, n);
	control_members(f, &m, n);
	repeat_members(f, &m, n);
	xf_members_end(&m);
	if (is_group(n))
		kids_write(f, n, xf_at(where));
	xout_end(&f->x);
}

void
xf_nodes_write(struct xf *f)
{
	kids_write(f, f->top, xf_at(f->primary));
}
