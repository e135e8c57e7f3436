/* SPDX-License-Identifier: Apache-2.0 */
/* A filled form: starting, loading, changing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "form/inst_i.h"

void
inst_changes_release(struct inst_changes *c)
{
	free(c->v);
	memset(c, 0, sizeof(*c));
}

static void
env_drop(struct inst *in)
{
	free(in->lang);
	free(in->username);
	free(in->phonenumber);
	free(in->email);
	free(in->deviceid);
}

void
inst_set_env(struct inst *in, const struct form_env *env)
{
	struct form_env copy = *env;

	env_drop(in);
	in->env = copy;
	in->env.lang = in->lang = xstrdup(copy.lang);
	in->env.username = in->username = xstrdup(copy.username);
	in->env.phonenumber = in->phonenumber = xstrdup(copy.phonenumber);
	in->env.email = in->email = xstrdup(copy.email);
	in->env.deviceid = in->deviceid = xstrdup(copy.deviceid);
}

struct inst *
inst_new(const struct form *f, const struct form_env *env)
{
	struct inst *in = xcalloc(1, sizeof(*in));

	in->form = f;
	inst_set_env(in, env);
	in->pending = xcalloc(f->norder + 1, sizeof(*in->pending));
	in->words = f->norder / 64 + 1;
	in->marked = xcalloc(in->words, sizeof(*in->marked));
	in->low = in->words;
	in->root = node_make(in, f->root, NULL, INST_GROUP);
	return in;
}

void
inst_free(struct inst **inp)
{
	struct inst *in = *inp;
	size_t i;

	if (in == NULL)
		return;
	node_free(in->root);
	for (i = 0; i < in->form->norder; i++)
		free(in->pending[i].v);
	free(in->pending);
	free(in->marked);
	free(in->triggers.v);
	free(in->defaulted.v);
	scratch_release(&in->mem);
	rows_forget(in);
	map_free(&in->said, free);
	env_drop(in);
	free(in);
	*inp = NULL;
}

/* ---- defaults ---- */

static void
meta_default(const struct inst_node *n, struct fj_buf *b)
{
	const struct form_env *env = &n->in->env;
	const char *t = n->def->type->name, *s = NULL;
	char text[INSTANT_TEXT + 1];

	if (strcmp(t, "start") == 0 || strcmp(t, "end") == 0)
		instant_format(env->now, text);
	else if (strcmp(t, "today") == 0)
		date_format(instant_day(env->now), text);
	else
		text[0] = '\0';
	if (strcmp(t, "username") == 0)
		s = env->username;
	else if (strcmp(t, "phonenumber") == 0)
		s = env->phonenumber;
	else if (strcmp(t, "email") == 0)
		s = env->email;
	else if (strcmp(t, "deviceid") == 0)
		s = env->deviceid;
	fj_buf_puts(b, s != NULL ? s : text);
}

static void
default_of(struct inst_node *n, bool dynamic)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES + 1);
	if (dynamic && n->def->x[X_DEFAULT] != NULL)
		(void)eval_text(n, n->def->x[X_DEFAULT], A_N, true, &b);
	else if (!dynamic && n->def->fixed != NULL)
		(void)form_normalise(n->def, n->def->fixed, &b, NULL);
	else if (!dynamic && n->def->type->type == FORM_META)
		meta_default(n, &b);
	if (b.n > 0) {
		node_store(n, b.p);
		node_show(n, b.p);
		changed(n, INST_VALUE | INST_ONE_SHOT);
		if (dynamic)
			default_made(n);
		mark_deps(n, A_VALUE);
		mark(n, A_VALUE);
	}
	fj_buf_release(&b);
}

static void
defaults_below(struct inst_node *top, bool dynamic)
{
	size_t i;

	if (top->kind == INST_LEAF && top->stored == NULL)
		default_of(top, dynamic);
	for (i = 0; i < top->nkid; i++)
		defaults_below(top->kid[i], dynamic);
}

/* Literals first, then expressions in document order, each seeing those before
 * it; calculations come later. */
void
apply_defaults(struct inst_node *top)
{
	defaults_below(top, false);
	defaults_below(top, true);
}

enum fj_rc
inst_start(struct inst *in, struct inst_changes *c, struct fj_err *e)
{
	settle_start(in, c, true, false);
	apply_defaults(in->root);
	mark_all(in->root);
	return settle(in, e);
}

enum fj_rc
inst_recompute(struct inst *in, struct inst_changes *c, struct fj_err *e)
{
	settle_start(in, c, false, false);
	mark_all(in->root);
	return settle(in, e);
}

/* ---- changing ---- */

static enum fj_rc
set_to(struct inst *in, struct inst_node *at, const char *s, struct inst_changes *c,
    struct fj_err *e)
{
	settle_start(in, c, true, true);
	if (strcmp(s, at->stored != NULL ? at->stored : "") != 0) {
		node_store(at, s);
		at->hold = node_active(at);
		mark(at, A_VALUE);
	}
	return settle(in, e);
}

static enum fj_rc
question(const struct inst_node *at, struct fj_err *e)
{
	if (at->kind == INST_LEAF && at->def->type->type != FORM_NOTE)
		return FJ_OK;
	return fj_fail(e, FJ_REFUSED, "form.not-a-question", "s", at->def->name);
}

enum fj_rc
inst_normalise(const struct inst_node *at, const char *value, struct fj_buf *out,
    struct fj_err *e)
{
	enum fj_rc rc = question(at, e);

	if (rc == FJ_OK)
		rc = form_normalise(at->def, value, out, e);
	return rc == FJ_OK ? choices_keep(at, out, e) : rc;
}

enum fj_rc
inst_set(struct inst *in, struct inst_node *at, const char *value, struct inst_changes *c,
    struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	if (c != NULL)
		c->n = 0;
	fj_buf_init(&b, LIMIT_VALUE_BYTES + 1);
	rc = inst_normalise(at, value, &b, e);
	if (rc == FJ_OK)
		rc = set_to(in, at, b.p, c, e);
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
inst_clear(struct inst *in, struct inst_node *at, struct inst_changes *c, struct fj_err *e)
{
	enum fj_rc rc = question(at, e);

	if (c != NULL)
		c->n = 0;
	return rc != FJ_OK ? rc : set_to(in, at, "", c, e);
}

static bool
id_ok(const char *id)
{
	struct id dummy;

	if (id[0] == '#')
		return id[1] >= '1' && id[1] <= '9' && strlen(id) <= 6 &&
		    strspn(id + 1, "0123456789") == strlen(id + 1);
	return id_parse(id, strlen(id), &dummy);
}

static enum fj_rc
insert_checked(struct inst_node *rep, const char *id, uint64_t order,
    struct inst_node **out, struct fj_err *e)
{
	*out = NULL;
	if (rep->kind != INST_REPEAT)
		return fj_fail(e, FJ_REFUSED, "form.not-repeat", "s", rep->def->name);
	if (rep->def->x[X_REPEAT_COUNT] != NULL)
		return fj_fail(e, FJ_REFUSED, "form.repeat-counted", "s", rep->def->name);
	if (rep->nkid >= LIMIT_REPEAT_COUNT)
		return fj_fail(e, FJ_LIMIT, "form.repeat-limit", "sd", rep->def->name,
		    (int)LIMIT_REPEAT_COUNT);
	if (rep->in->places + rep->def->places > LIMIT_INST_NODES)
		return fj_fail(e, FJ_LIMIT, "form.places", "s", rep->def->name);
	if (!id_ok(id))
		return fj_fail(e, FJ_INVAL, "form.instance-id", "s", id);
	if (repeat_get(rep, id, strlen(id)) != NULL)
		return fj_fail(e, FJ_REFUSED, "form.repeat-exists", "ss", rep->def->name, id);
	*out = repeat_insert(rep, id, order);
	return FJ_OK;
}

enum fj_rc
inst_add(struct inst *in, struct inst_node *repeat, const char *id, uint64_t order,
    struct inst_node **out, struct inst_changes *c, struct fj_err *e)
{
	struct inst_node *made;
	char own[ID_TEXT + 1];
	enum fj_rc rc;
	size_t i;

	settle_start(in, c, true, true);
	if (id[0] == '\0') {
		snprintf(own, sizeof(own), "#%lu", repeat_last_made(repeat) + 1);
		id = own;
	}
	rc = insert_checked(repeat, id, order, &made, e);
	if (rc != FJ_OK)
		return rc;
	apply_defaults(made);
	mark_all(made);
	changed(repeat, INST_COUNT);
	mark_deps(repeat, A_COUNT);
	for (i = made->pos + 1; i < repeat->nkid; i++)
		mark(repeat->kid[i], A_RELEVANT);
	if (out != NULL)
		*out = made;
	return settle(in, e);
}

enum fj_rc
inst_remove(struct inst *in, struct inst_node *instance, struct inst_changes *c,
    struct fj_err *e)
{
	struct inst_node *rep = instance->parent;

	settle_start(in, c, true, true);
	if (instance->kind != INST_INSTANCE)
		return fj_fail(e, FJ_REFUSED, "form.not-instance", "s", instance->def->name);
	if (rep->def->x[X_REPEAT_COUNT] != NULL)
		return fj_fail(e, FJ_REFUSED, "form.repeat-counted", "s", rep->def->name);
	if (in->low < in->words)
		unmark_below(instance);
	repeat_drop(instance);
	changed(rep, INST_COUNT);
	mark_deps(rep, A_COUNT);
	return settle(in, e);
}

/* ---- loading ---- */

/* An answer in {#n} of a counted repeat brings the instances up to n. */
static void
make_counted(struct inst *in, const char *path)
{
	const char *at = path, *open;
	struct inst_node *rep;
	char *head;
	char id[ID_TEXT + 1];
	unsigned long n;

	while ((open = strstr(at, "{#")) != NULL) {
		head = xstrndup(path, (size_t)(open - path));
		n = strtoul(open + 2, NULL, 10);
		if (inst_find(in, head, &rep, NULL) == FJ_OK && rep->kind == INST_REPEAT &&
		    rep->def->x[X_REPEAT_COUNT] != NULL && n <= LIMIT_REPEAT_COUNT)
			while (rep->nkid < n &&
			    in->places + rep->def->places <= LIMIT_INST_NODES) {
				snprintf(id, sizeof(id), "#%zu", rep->nkid + 1);
				(void)repeat_insert(rep, id, 0);
			}
		/* With a blank count the instances that hold an answer count. */
		if (rep != NULL && rep->kind == INST_REPEAT &&
		    rep->def->x[X_REPEAT_COUNT] != NULL && rep->active < n && n <= rep->nkid)
			rep->active = n;
		free(head);
		at = open + 2;
	}
}

enum fj_rc
inst_load_value(struct inst *in, const char *id_path, const char *value, struct fj_err *e)
{
	struct inst_node *n;
	enum fj_rc rc;

	make_counted(in, id_path);
	rc = inst_find(in, id_path, &n, e);
	if (rc == FJ_OK)
		rc = question(n, e);
	if (rc == FJ_OK)
		node_store(n, value);
	return rc;
}

enum fj_rc
inst_load_add(struct inst *in, const char *repeat_id_path, const char *id, uint64_t order,
    struct fj_err *e)
{
	struct inst_node *rep, *made;
	enum fj_rc rc = inst_find(in, repeat_id_path, &rep, e);

	return rc == FJ_OK ? insert_checked(rep, id, order, &made, e) : rc;
}

enum fj_rc
inst_load_remove(struct inst *in, const char *instance_id_path, struct fj_err *e)
{
	struct inst_node *n;
	enum fj_rc rc = inst_find(in, instance_id_path, &n, e);

	if (rc != FJ_OK)
		return rc;
	if (n->kind != INST_INSTANCE)
		return fj_fail(e, FJ_REFUSED, "form.not-instance", "s", n->def->name);
	unmark_below(n);
	repeat_drop(n);
	return FJ_OK;
}
