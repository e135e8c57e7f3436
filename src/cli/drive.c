/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/drive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/line.h"

struct drive {
	struct cli *c;
	const struct drive_ops *ops;
	void *ctx;
	struct inst *in;
	const struct json *request;
	struct json_w w;
};

typedef enum fj_rc verb_fn(struct drive *d, const struct json *arg, struct fj_err *e);

static enum fj_rc
bad(struct fj_err *e, const char *what)
{
	return fj_fail(e, FJ_INVAL, "drive.request", "s", what);
}

static void
path_member(struct drive *d, const char *key, const struct inst_node *at)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	inst_path(at, &b);
	if (key != NULL)
		json_w_key(&d->w, key);
	json_w_strn(&d->w, b.p, b.n);
	fj_buf_release(&b);
}

static void
changed(struct drive *d, const struct inst_changes *c)
{
	size_t i;

	json_w_key(&d->w, "changed");
	json_w_arr(&d->w);
	for (i = 0; i < c->n; i++)
		path_member(d, NULL, c->v[i].at);
	json_w_end(&d->w);
}

static enum fj_rc
find(struct drive *d, const struct json *path, struct inst_node **at, struct fj_err *e)
{
	if (json_text(path) == NULL)
		return bad(e, path->key != NULL ? path->key : "");
	return inst_find(d->in, path->text, at, e);
}

/* A value as XLSForm writes it: text, number, truth; null is empty. */
static enum fj_rc
value_text(const struct json *v, struct fj_buf *out, struct fj_err *e)
{
	double number;

	if (v == NULL)
		return bad(e, "value");
	switch (v->type) {
	case JSON_STRING:
		fj_buf_add(out, v->text, v->len);
		return FJ_OK;
	case JSON_NUMBER:
		if (strpbrk(v->text, "eE") == NULL)
			fj_buf_add(out, v->text, v->len);
		else if (json_double_value(v, &number))
			form_number_text(number, out);
		return FJ_OK;
	case JSON_BOOL:
		fj_buf_puts(out, v->truth ? "true" : "false");
		return FJ_OK;
	case JSON_NULL:
		return FJ_OK;
	default:
		break;
	}
	return bad(e, "value");
}

/* The place is blank now, as in every engine of the language; and this is why. */
static void
rejected(struct drive *d)
{
	const struct fj_err *why = d->ops->rejected != NULL ? d->ops->rejected(d->ctx) : NULL;
	struct fj_buf b;

	if (why == NULL)
		return;
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	msg_say(d->c->msg, why, &b);
	json_w_kstr(&d->w, "rejected", why->code);
	json_w_kstr(&d->w, "message", b.p);
	fj_buf_release(&b);
}

static enum fj_rc
done(struct drive *d, enum fj_rc rc, struct inst_changes *c, const struct inst_node *made)
{
	if (rc == FJ_OK) {
		d->in = d->ops->inst(d->ctx);
		json_w_kbool(&d->w, "ok", true);
		if (made != NULL)
			path_member(d, "path", made);
		changed(d, c);
		rejected(d);
	}
	inst_changes_release(c);
	return rc;
}

static enum fj_rc
verb_set(struct drive *d, const struct json *arg, struct fj_err *e)
{
	struct inst_changes c = {0};
	struct inst_node *at;
	struct fj_buf b;
	enum fj_rc rc = find(d, arg, &at, e);

	fj_buf_init(&b, LIMIT_LINE_BYTES);
	if (rc == FJ_OK)
		rc = value_text(json_get(d->request, "value"), &b, e);
	if (rc == FJ_OK)
		rc = b.n > 0 ? d->ops->set(d->ctx, at, b.p, &c, e) :
		    d->ops->clear(d->ctx, at, &c, e);
	fj_buf_release(&b);
	return done(d, rc, &c, NULL);
}

static enum fj_rc
verb_clear(struct drive *d, const struct json *arg, struct fj_err *e)
{
	struct inst_changes c = {0};
	struct inst_node *at;
	enum fj_rc rc = find(d, arg, &at, e);

	if (rc == FJ_OK)
		rc = d->ops->clear(d->ctx, at, &c, e);
	return done(d, rc, &c, NULL);
}

static enum fj_rc
verb_add(struct drive *d, const struct json *arg, struct fj_err *e)
{
	struct inst_changes c = {0};
	struct inst_node *at, *made = NULL;
	enum fj_rc rc = find(d, arg, &at, e);

	if (rc == FJ_OK)
		rc = d->ops->add(d->ctx, at, &made, &c, e);
	return done(d, rc, &c, made);
}

static enum fj_rc
verb_remove(struct drive *d, const struct json *arg, struct fj_err *e)
{
	struct inst_changes c = {0};
	struct inst_node *at;
	enum fj_rc rc = find(d, arg, &at, e);

	if (rc == FJ_OK)
		rc = d->ops->remove(d->ctx, at, &c, e);
	return done(d, rc, &c, NULL);
}

static void
put_message(struct drive *d, const struct inst_problem *p)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	if (p->message != NULL)
		fj_buf_puts(&b, p->message);
	else
		msg_say(d->c->msg, &p->err, &b);
	json_w_kstr(&d->w, "message", b.p);
	fj_buf_release(&b);
}

static void
put_choices(struct drive *d, const struct inst_node *at)
{
	const struct form_choice *const *v;
	const struct form_choice *const *all;
	size_t n, i;

	if (form_node_choices(inst_def(at), &all) == 0)
		return;
	n = inst_choices(d->in, at, &v);
	json_w_key(&d->w, "choices");
	json_w_arr(&d->w);
	for (i = 0; i < n; i++) {
		json_w_obj(&d->w);
		json_w_kstr(&d->w, "name", form_choice_name(v[i]));
		json_w_kstr(&d->w, "label", inst_choice_label(at, v[i], msg_lang(d->c->msg)));
		if (form_choice_key(v[i]) != 0)
			json_w_kint(&d->w, "key", form_choice_key(v[i]));
		json_w_end(&d->w);
	}
	json_w_end(&d->w);
}

static enum fj_rc
verb_get(struct drive *d, const struct json *arg, struct fj_err *e)
{
	struct inst_node *at;
	struct inst_problem p;
	enum fj_rc rc = find(d, arg, &at, e);

	if (rc != FJ_OK)
		return rc;
	path_member(d, "path", at);
	json_w_kstr(&d->w, "value", inst_value(at));
	json_w_kbool(&d->w, "relevant", inst_relevant(at));
	json_w_kbool(&d->w, "required", inst_required(at));
	json_w_kbool(&d->w, "read_only", inst_read_only(at));
	json_w_kbool(&d->w, "valid", inst_valid(at));
	if (inst_problem_at(d->in, at, &p))
		put_message(d, &p);
	else
		json_w_kstr(&d->w, "message", "");
	put_choices(d, at);
	if (inst_kind(at) == INST_REPEAT)
		json_w_kint(&d->w, "count", (int64_t)inst_count(at));
	return FJ_OK;
}

static void
put_number(struct drive *d, double v)
{
	struct fj_buf b;

	if (!isfinite(v)) {
		json_w_double(&d->w, v);
		return;
	}
	/* All digits: who asks may calculate on. */
	fj_buf_init(&b, 400);
	fj_buf_printf(&b, "%.17g", v == 0 ? 0.0 : v);
	json_w_raw(&d->w, b.p);
	fj_buf_release(&b);
}

static void
put_eval(struct drive *d, const struct inst_eval *v)
{
	static const char *const names[] = {"number", "string", "boolean", "nodeset"};
	size_t i;

	json_w_kstr(&d->w, "type", names[v->type]);
	json_w_key(&d->w, "value");
	switch (v->type) {
	case INST_E_NUMBER:
		put_number(d, v->number);
		break;
	case INST_E_BOOLEAN:
		json_w_bool(&d->w, v->boolean);
		break;
	case INST_E_STRING:
		json_w_str(&d->w, v->count > 0 ? v->text[0] : "");
		break;
	case INST_E_NODESET:
		json_w_arr(&d->w);
		for (i = 0; i < v->count; i++)
			json_w_str(&d->w, v->text[i]);
		json_w_end(&d->w);
		break;
	}
}

static enum fj_rc
verb_eval(struct drive *d, const struct json *arg, struct fj_err *e)
{
	const struct json *where = json_get(d->request, "at");
	struct inst_node *at = NULL;
	struct inst_eval v;
	enum fj_rc rc;

	if (json_text(arg) == NULL)
		return bad(e, "eval");
	rc = where != NULL ? find(d, where, &at, e) :
	    inst_find(d->in, form_node_name(inst_def(inst_root(d->in))), &at, e);
	if (rc == FJ_OK)
		rc = inst_eval(d->in, arg->text, at, &v, e);
	if (rc != FJ_OK)
		return rc;
	put_eval(d, &v);
	inst_eval_release(&v);
	return FJ_OK;
}

static enum fj_rc
verb_validate(struct drive *d, const struct json *arg, struct fj_err *e)
{
	struct inst_problems p = {0};
	size_t i;

	(void)arg;
	(void)e;
	inst_validate(d->in, &p);
	json_w_kbool(&d->w, "valid", p.errors == 0);
	json_w_key(&d->w, "problems");
	json_w_arr(&d->w);
	for (i = 0; i < p.n; i++) {
		json_w_obj(&d->w);
		path_member(d, "path", p.v[i].at);
		json_w_kstr(&d->w, "kind", inst_problem_name(p.v[i].kind));
		put_message(d, &p.v[i]);
		json_w_end(&d->w);
	}
	json_w_end(&d->w);
	inst_problems_release(&p);
	return FJ_OK;
}

static enum fj_rc
verb_note(struct drive *d, const struct json *arg, struct fj_err *e)
{
	const struct json *text = json_get(d->request, "text");
	struct inst_node *at;
	enum fj_rc rc = find(d, arg, &at, e);

	if (rc == FJ_OK && json_text(text) == NULL)
		rc = bad(e, "text");
	if (rc == FJ_OK && text->len > LIMIT_VALUE_BYTES)
		rc = fj_fail(e, FJ_LIMIT, "form.value-long", "sd", "note",
		    (int)LIMIT_VALUE_BYTES);
	if (rc == FJ_OK)
		rc = d->ops->note(d->ctx, at, text->text, e);
	if (rc == FJ_OK) {
		d->in = d->ops->inst(d->ctx);
		json_w_kbool(&d->w, "ok", true);
	}
	return rc;
}

static bool
put_leaf(void *ctx, const struct inst_node *at, const char *value)
{
	struct drive *d = ctx;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	inst_path(at, &b);
	json_w_key(&d->w, b.p);
	json_w_str(&d->w, value);
	fj_buf_release(&b);
	return true;
}

static enum fj_rc
verb_dump(struct drive *d, const struct json *arg, struct fj_err *e)
{
	(void)arg;
	(void)e;
	json_w_key(&d->w, "values");
	json_w_obj(&d->w);
	inst_dump(d->in, put_leaf, d);
	json_w_end(&d->w);
	return FJ_OK;
}

static const struct {
	const char *name;
	verb_fn *fn;
} verbs[] = {
	{"set", verb_set},
	{"clear", verb_clear},
	{"add", verb_add},
	{"remove", verb_remove},
	{"get", verb_get},
	{"eval", verb_eval},
	{"validate", verb_validate},
	{"note", verb_note},
	{"dump", verb_dump},
};

static enum fj_rc
dispatch(struct drive *d, struct fj_err *e)
{
	const struct json *arg;
	size_t i;

	if (d->request->type != JSON_OBJECT)
		return bad(e, "");
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		arg = json_get(d->request, verbs[i].name);
		if (arg != NULL)
			return verbs[i].fn(d, arg, e);
	}
	return bad(e, d->request->child != NULL ? d->request->child->key : "");
}

static void
put_error(struct cli *c, const struct fj_err *e, struct fj_buf *out)
{
	struct fj_buf b;
	struct json_w w;

	fj_buf_clear(out);
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	msg_say(c->msg, e, &b);
	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kstr(&w, "error", e->code);
	json_w_kstr(&w, "message", b.p);
	json_w_end(&w);
	fj_buf_release(&b);
}

void
drive_line(struct cli *c, const struct drive_ops *ops, void *ctx, const char *line,
    size_t n, struct fj_buf *out)
{
	struct drive d = {.c = c, .ops = ops, .ctx = ctx};
	struct json_doc *doc = NULL;
	struct fj_err e;
	enum fj_rc rc;

	fj_err_clear(&e);
	fj_buf_clear(out);
	rc = json_parse(line, n, &doc, &e);
	if (rc == FJ_OK && ops->begin != NULL)
		rc = ops->begin(ctx, json_root(doc), &e);
	if (rc == FJ_OK) {
		d.request = json_root(doc);
		d.in = ops->inst(ctx);
		json_w_init(&d.w, out);
		json_w_obj(&d.w);
		rc = dispatch(&d, &e);
		json_w_end(&d.w);
	}
	if (rc == FJ_OK && fj_buf_over(out))
		rc = fj_fail(&e, FJ_LIMIT, "drive.answer", "d", (int)LIMIT_BODY_BYTES);
	if (rc != FJ_OK)
		put_error(c, &e, out);
	json_free(&doc);
}

int
drive_run(struct cli *c, const struct drive_ops *ops, void *ctx)
{
	struct fj_buf line, out;
	struct fj_err e;
	bool more = true;
	enum fj_rc rc;

	fj_buf_init(&line, LIMIT_LINE_BYTES);
	while (more) {
		fj_err_clear(&e);
		fj_buf_init(&out, LIMIT_BODY_BYTES);
		rc = line_read(c->in, &line, &more, &e);
		if (rc == FJ_OK && more && line.n > 0) {
			drive_line(c, ops, ctx, line.p, line.n, &out);
		} else if (rc != FJ_OK) {
			put_error(c, &e, &out);
			more = more && rc == FJ_LIMIT;
		}
		if (out.n > 0) {
			fprintf(c->out, "%s\n", out.p);
			if (fflush(c->out) != 0)
				more = false;
		}
		fj_buf_release(&out);
	}
	fj_buf_release(&line);
	return CLI_DONE;
}
