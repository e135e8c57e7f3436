/* SPDX-License-Identifier: Apache-2.0 */
/* Small readings of XForm elements: places, texts, paths, expressions. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "xform/export.h"
#include "xform/xf_i.h"

struct xplace
xf_at(const struct xml_node *n)
{
	return (struct xplace){"", n != NULL ? n->line : 1, n != NULL ? n->column : 1};
}

bool
xf_is(const struct xml_node *n, const char *name)
{
	return n != NULL && n->name != NULL && strcmp(n->name, name) == 0;
}

const char *
xf_attr(const struct xml_node *n, const char *name)
{
	const struct xml_attr *a;

	for (a = n != NULL ? n->attr : NULL; a != NULL; a = a->next)
		if (strcmp(a->name, name) == 0 && strcmp(a->ns, XFORM_OWN_NS) != 0)
			return a->value;
	return NULL;
}

const char *
xf_own(const struct xml_node *n, const char *name)
{
	return n != NULL ? xml_attr(n, XFORM_OWN_NS, name) : NULL;
}

/* The last name of a path, when nothing but names stands in it. */
static const char *
last_name(const char *s, size_t n, size_t *len)
{
	size_t i, from = 0;

	for (i = 0; i < n; i++) {
		if (strchr("()[]'\"*=<>+, ", s[i]) != NULL)
			return NULL;
		if (s[i] == '/')
			from = i + 1;
	}
	*len = n - from;
	return *len > 0 ? s + from : NULL;
}

static void
output(struct xf *f, const struct xml_node *n, struct fj_buf *b)
{
	const char *v = xf_attr(n, "value"), *name;
	size_t k, len;

	if (v == NULL)
		v = xf_attr(n, "ref");
	if (v == NULL)
		return;
	k = strlen(v);
	xtrim(&v, &k);
	name = last_name(v, k, &len);
	if (name != NULL && map_get(f->by_name, name, len) != NULL) {
		fj_buf_printf(b, "${%.*s}", (int)len, name);
		return;
	}
	xfault(&f->x, xf_at(n), FORM_WARNING, "xform.output", "s", v);
	fj_buf_printf(b, "[%.*s]", (int)k, v);
}

const char *
xf_text(struct xf *f, const struct xml_node *n)
{
	const struct xml_node *c;
	const char *s, *out;
	struct fj_buf b;
	size_t k;

	fj_buf_init(&b, LIMIT_FORM_BYTES);
	for (c = n != NULL ? n->child : NULL; c != NULL; c = c->next) {
		if (c->name == NULL)
			fj_buf_puts(&b, c->text);
		else if (xf_is(c, "output"))
			output(f, c, &b);
	}
	s = b.p;
	k = b.n;
	xtrim(&s, &k);
	out = xmem_str(&f->x, s, k);
	fj_buf_release(&b);
	return out;
}

const char *
xf_path(struct xf *f, const char *ref, const struct xf_node *context)
{
	size_t k = strlen(ref), n;
	const struct xf_node *up = context != NULL ? context : f->top;

	xtrim(&ref, &k);
	if (k > 0 && ref[0] == '/')
		return xmem_str(&f->x, ref, k);
	if (up == NULL)
		return "";
	for (; k >= 2 && memcmp(ref, "..", 2) == 0 && up->parent != NULL; up = up->parent) {
		n = k > 2 ? 3 : 2;
		ref += n;
		k -= n;
	}
	if (k >= 2 && memcmp(ref, "./", 2) == 0) {
		ref += 2;
		k -= 2;
	}
	if (k == 0 || (k == 1 && ref[0] == '.'))
		return up->path;
	return xmem_fmt(&f->x, "%s/%.*s", up->path, (int)k, ref);
}

struct xf_node *
xf_find(const struct xf *f, const char *path)
{
	return map_get(f->by_path, path, strlen(path));
}

/*
 * Paths are read as they are.  Only the last saved record has another word:
 * instance('__last-saved')/data/a/x is ${last-saved#x}.
 */
const char *
xf_expr(struct xf *f, const char *s)
{
	static const char *const words[] = {"instance('__last-saved')",
	    "instance(\"__last-saved\")"};
	const char *from, *end, *name;
	const char *out = s;
	size_t i, len;

	for (i = 0; i < 2; i++)
		while ((from = strstr(out, words[i])) != NULL) {
			end = from + strlen(words[i]);
			end += strspn(end, "/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_-.");
			name = from + strlen(words[i]);
			name = last_name(name, (size_t)(end - name), &len);
			if (name == NULL)
				return out;
			out = xmem_fmt(&f->x, "%.*s${last-saved#%.*s}%s", (int)(from - out), out,
			    (int)len, name, end);
		}
	len = strlen(out);
	xtrim(&out, &len);
	return xmem_str(&f->x, out, len);
}

bool
xf_is_true(const char *expr)
{
	size_t n = expr != NULL ? strlen(expr) : 0;

	if (expr == NULL)
		return false;
	xtrim(&expr, &n);
	return (n == 6 && memcmp(expr, "true()", 6) == 0) ||
	    (n == 4 && memcmp(expr, "true", 4) == 0);
}

/* ---- members that own="…" may replace ---- */

void
xf_members_begin(struct xf *f, struct xf_members *m, const struct xml_node *at)
{
	const char *own = xf_own(at, "own");

	m->f = f;
	m->own = NULL;
	m->at = xf_at(at);
	if (own == NULL)
		return;
	if (json_parse(own, strlen(own), &m->own, NULL) != FJ_OK ||
	    json_root(m->own)->type != JSON_OBJECT) {
		xfault(&f->x, m->at, FORM_ERROR, "xform.own", "");
		json_free(&m->own);
	}
}

bool
xf_member_kept(const struct xf_members *m, const char *key)
{
	return m->own == NULL || json_get(json_root(m->own), key) == NULL;
}

void
xf_member(struct xf_members *m, const char *key, struct xplace at, const char *s)
{
	if (s != NULL && xf_member_kept(m, key))
		xout_str(&m->f->x, key, at, s);
}

void
xf_member_raw(struct xf_members *m, const char *key, struct xplace at, const char *json)
{
	if (xf_member_kept(m, key))
		xout_raw(&m->f->x, key, at, json);
}

void
xf_member_text(struct xf_members *m, const char *key, const struct xtext *t)
{
	if (xf_member_kept(m, key))
		xout_text(&m->f->x, key, t);
}

void
xf_members_end(struct xf_members *m)
{
	const struct json *v;
	struct fj_buf b;
	struct json_w w;

	fj_buf_init(&b, LIMIT_FORM_BYTES);
	json_each(v, m->own != NULL ? json_root(m->own) : NULL) {
		/* What stands inside the object is written by the walk. */
		if (v->type == JSON_NULL || strcmp(v->key, "children") == 0)
			continue;
		fj_buf_clear(&b);
		json_w_init(&w, &b);
		json_w_value(&w, v);
		xout_raw(&m->f->x, v->key, m->at, b.p);
	}
	fj_buf_release(&b);
	json_free(&m->own);
}
