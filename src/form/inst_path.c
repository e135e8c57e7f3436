/* SPDX-License-Identifier: Apache-2.0 */
/* Places as text: /data/report[2]/no on screen, /data/report{ID}/no in entries. */
#include <stdlib.h>
#include <string.h>

#include "form/inst_i.h"

static void
path_into(const struct inst_node *at, bool by_id, struct fj_buf *out)
{
	if (at->parent != NULL)
		path_into(at->parent, by_id, out);
	if (at->kind != INST_INSTANCE) {
		fj_buf_putc(out, '/');
		fj_buf_puts(out, at->def->name);
	} else if (by_id) {
		fj_buf_putc(out, '{');
		fj_buf_puts(out, at->id);
		fj_buf_putc(out, '}');
	} else {
		fj_buf_printf(out, "[%zu]", at->pos + 1);
	}
}

void
inst_path(const struct inst_node *at, struct fj_buf *out)
{
	path_into(at, false, out);
}

void
inst_path_id(const struct inst_node *at, struct fj_buf *out)
{
	path_into(at, true, out);
}

static enum fj_rc
not_found(const char *path, struct fj_err *e)
{
	return fj_fail(e, FJ_NOTFOUND, "form.path-unknown", "s", path);
}

/* [n] or {id} at *s; NULL in *out when there is no such instance. */
static bool
selector(const struct inst_node *rep, const char **s, struct inst_node **out)
{
	const char *from = *s + 1, *end = strchr(from, **s == '[' ? ']' : '}');
	unsigned long n;
	char *stop;
	size_t k;

	*out = NULL;
	if (end == NULL || end == from)
		return false;
	k = (size_t)(end - from);
	if (**s == '[') {
		n = strtoul(from, &stop, 10);
		if (stop != end || *from < '0' || *from > '9')
			return false;
		if (n >= 1 && n <= rep->active)
			*out = rep->kid[n - 1];
	} else {
		*out = repeat_get(rep, from, k);
	}
	*s = end + 1;
	return true;
}

static struct inst_node *
kid_named(const struct inst_node *n, const char *name, size_t len)
{
	const struct form_name *known;
	const struct form_node *c;

	if (n->kind == INST_LEAF || n->kind == INST_REPEAT)
		return NULL;
	/* Most names stand for one node only: then no brother is asked. */
	known = map_get(n->in->form->names, name, len);
	if (known != NULL && known->count == 1 && known->node->parent == n->def)
		return n->kid[known->node->pos];
	c = form_child_named(n->def, name, len);
	return c != NULL ? n->kid[c->pos] : NULL;
}

/* A name without path: through repeats only when they have one instance. */
static enum fj_rc
find_name(struct inst *in, const char *name, struct inst_node **out, struct fj_err *e)
{
	const struct form_name *known = map_get(in->form->names, name, strlen(name));
	const struct form_node *chain[64], *d;
	struct inst_node *n = in->root;
	size_t depth = 0;

	if (strcmp(name, in->root->def->name) == 0 && known == NULL) {
		*out = n;
		return FJ_OK;
	}
	if (known == NULL)
		return not_found(name, e);
	if (known->count > 1)
		return fj_fail(e, FJ_AMBIGUOUS, "form.path-ambiguous", "s", name);
	for (d = known->node; d != in->root->def && depth < 64; d = d->parent)
		chain[depth++] = d;
	while (depth > 0) {
		n = n->kid[chain[--depth]->pos];
		if (n->kind != INST_REPEAT || depth == 0)
			continue;
		if (n->active != 1)
			return fj_fail(e, FJ_AMBIGUOUS, "form.path-ambiguous", "s", name);
		n = n->kid[0];
	}
	*out = n;
	return FJ_OK;
}

static enum fj_rc
bad_path(const char *path, struct fj_err *e)
{
	return fj_fail(e, FJ_INVAL, "form.path", "s", path);
}

/* One /name[n] of a path; n is NULL before the root. */
static enum fj_rc
one_step(struct inst *in, const char *path, const char **s, struct inst_node **n,
    struct fj_err *e)
{
	const char *root = in->root->def->name;
	size_t k = strcspn(++*s, "/[{");

	if (*n != NULL && (*n)->kind == INST_REPEAT)
		return fj_fail(e, FJ_AMBIGUOUS, "form.path-index", "ss", path,
		    (*n)->def->name);
	if (*n != NULL)
		*n = kid_named(*n, *s, k);
	else if (strlen(root) == k && memcmp(*s, root, k) == 0)
		*n = in->root;
	if (*n == NULL)
		return not_found(path, e);
	*s += k;
	if (**s != '[' && **s != '{')
		return FJ_OK;
	if ((*n)->kind != INST_REPEAT || !selector(*n, s, n))
		return bad_path(path, e);
	return *n != NULL ? FJ_OK : not_found(path, e);
}

enum fj_rc
inst_find(struct inst *in, const char *path, struct inst_node **out, struct fj_err *e)
{
	struct inst_node *n = NULL;
	const char *s = path;
	enum fj_rc rc;

	*out = NULL;
	if (path[0] != '/')
		return path[0] == '\0' ? bad_path(path, e) : find_name(in, path, out, e);
	while (*s == '/') {
		rc = one_step(in, path, &s, &n, e);
		if (rc != FJ_OK)
			return rc;
	}
	if (*s != '\0')
		return bad_path(path, e);
	*out = n;
	return FJ_OK;
}
