/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/drive.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "cli/line.h"

/* One request: the parsed line, the filled form, and the answer being written. */
struct request {
	const struct drive *d;
	const struct json *line;
	struct inst *in;
	struct json_w w;
};

static void
write_error(const struct drive *d, const struct fj_err *e, struct fj_buf *out)
{
	struct fj_buf text;
	struct json_w w;

	fj_buf_init(&text, LIMIT_LINE_BYTES);
	msg_say(d->msg, e, &text);
	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kstr(&w, "error", e->code);
	json_w_kstr(&w, "message", text.p);
	json_w_end(&w);
	fj_buf_release(&text);
}

/* The path that a member names, looked up. */
static enum fj_rc
place(struct request *r, const char *member, struct inst_node **at, struct fj_err *e)
{
	const char *path = json_str(r->line, member);

	if (path == NULL)
		return fj_fail(e, FJ_INVAL, "drive.path", "s", member);
	return inst_find(r->in, path, at, e);
}

static void
write_path(struct json_w *w, const struct inst_node *at)
{
	struct fj_buf path;

	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path(at, &path);
	json_w_str(w, path.p);
	fj_buf_release(&path);
}

/* {"ok":true[,"path":…],"changed":[…]} */
static void
write_ok(struct request *r, const struct inst_node *added, const struct inst_changes *c)
{
	size_t i;

	json_w_obj(&r->w);
	json_w_kbool(&r->w, "ok", true);
	if (added != NULL) {
		json_w_key(&r->w, "path");
		write_path(&r->w, added);
	}
	if (c != NULL) {
		json_w_key(&r->w, "changed");
		json_w_arr(&r->w);
		for (i = 0; i < c->n; i++)
			write_path(&r->w, c->v[i].at);
		json_w_end(&r->w);
	}
	json_w_end(&r->w);
}

/* Strings as they are, numbers as written, booleans as words; NULL otherwise. */
static const char *
value_text(const struct json *v)
{
	if (v == NULL)
		return NULL;
	switch (v->type) {
	case JSON_STRING:
	case JSON_NUMBER:
		return v->text;
	case JSON_BOOL:
		return v->truth ? "true" : "false";
	case JSON_NULL:
		return "";
	default:
		return NULL;
	}
}

static enum fj_rc
do_set(struct request *r, struct fj_err *e)
{
	const char *value = value_text(json_get(r->line, "value"));
	const char *why = json_str(r->line, "why");
	struct inst_changes c = {0};
	struct inst_node *at;
	enum fj_rc rc;

	if (value == NULL)
		return fj_fail(e, FJ_INVAL, "drive.value", "");
	rc = place(r, "set", &at, e);
	if (rc == FJ_OK && value[0] == '\0')
		rc = r->d->ops->clear(r->d->ctx, at, why, &c, e);
	else if (rc == FJ_OK)
		rc = r->d->ops->set(r->d->ctx, at, value, why, &c, e);
	if (rc == FJ_OK)
		write_ok(r, NULL, &c);
	inst_changes_release(&c);
	return rc;
}

static enum fj_rc
do_clear(struct request *r, struct fj_err *e)
{
	struct inst_changes c = {0};
	struct inst_node *at;
	enum fj_rc rc = place(r, "clear", &at, e);

	if (rc == FJ_OK)
		rc = r->d->ops->clear(r->d->ctx, at, json_str(r->line, "why"), &c, e);
	if (rc == FJ_OK)
		write_ok(r, NULL, &c);
	inst_changes_release(&c);
	return rc;
}

static enum fj_rc
do_add(struct request *r, struct fj_err *e)
{
	struct inst_changes c = {0};
	struct inst_node *at, *added;
	enum fj_rc rc = place(r, "add", &at, e);

	if (rc == FJ_OK)
		rc = r->d->ops->add(r->d->ctx, at, &added, &c, e);
	if (rc == FJ_OK)
		write_ok(r, added, &c);
	inst_changes_release(&c);
	return rc;
}

static enum fj_rc
do_remove(struct request *r, struct fj_err *e)
{
	struct inst_changes c = {0};
	struct inst_node *at;
	enum fj_rc rc = place(r, "remove", &at, e);

	if (rc == FJ_OK)
		rc = r->d->ops->remove(r->d->ctx, at, &c, e);
	if (rc == FJ_OK)
		write_ok(r, NULL, &c);
	inst_changes_release(&c);
	return rc;
}

static enum fj_rc
do_note(struct request *r, struct fj_err *e)
{
	const char *text = json_str(r->line, "text");
	struct inst_node *at;
	enum fj_rc rc;

	if (text == NULL)
		return fj_fail(e, FJ_INVAL, "drive.text", "");
	rc = place(r, "note", &at, e);
	if (rc == FJ_OK)
		rc = r->d->ops->note(r->d->ctx, at, text, json_str(r->line, "why"), e);
	if (rc == FJ_OK)
		write_ok(r, NULL, NULL);
	return rc;
}

/* ---- reading ---- */

static void
write_message(struct request *r, const struct inst_problem *p)
{
	struct fj_buf text;

	if (p->message != NULL) {
		json_w_kstr(&r->w, "message", p->message);
		return;
	}
	fj_buf_init(&text, LIMIT_LINE_BYTES);
	msg_say(r->d->msg, &p->err, &text);
	json_w_kstr(&r->w, "message", text.p);
	fj_buf_release(&text);
}

static bool
is_select(const struct inst_node *at)
{
	switch (form_node_type(inst_def(at))) {
	case FORM_SELECT_ONE:
	case FORM_SELECT_MULTIPLE:
	case FORM_RANK:
	case FORM_VERDICT:
		return true;
	default:
		return false;
	}
}

static void
write_leaf(struct request *r, const struct inst_node *at)
{
	const struct form_choice *const *choice;
	struct inst_problem p = {0};
	size_t i, n;

	json_w_kstr(&r->w, "value", inst_value(at));
	json_w_kbool(&r->w, "relevant", inst_relevant(at));
	json_w_kbool(&r->w, "required", inst_required(at));
	json_w_kbool(&r->w, "read_only", inst_read_only(at));
	json_w_kbool(&r->w, "valid", inst_valid(at));
	if (inst_problem_at(r->in, at, &p))
		write_message(r, &p);
	else
		json_w_kstr(&r->w, "message", "");
	if (!is_select(at))
		return;
	n = inst_choices(r->in, at, &choice);
	json_w_key(&r->w, "choices");
	json_w_arr(&r->w);
	for (i = 0; i < n; i++)
		json_w_str(&r->w, form_choice_name(choice[i]));
	json_w_end(&r->w);
}

static enum fj_rc
do_get(struct request *r, struct fj_err *e)
{
	struct inst_node *at;
	enum fj_rc rc = place(r, "get", &at, e);

	if (rc != FJ_OK)
		return rc;
	json_w_obj(&r->w);
	json_w_key(&r->w, "path");
	write_path(&r->w, at);
	if (inst_kind(at) == INST_LEAF) {
		write_leaf(r, at);
	} else {
		json_w_kbool(&r->w, "relevant", inst_relevant(at));
		json_w_kbool(&r->w, "required", false);
		json_w_kbool(&r->w, "read_only", inst_read_only(at));
		json_w_kbool(&r->w, "valid", inst_valid(at));
	}
	if (inst_kind(at) == INST_REPEAT)
		json_w_kint(&r->w, "count", (int64_t)inst_count(at));
	json_w_end(&r->w);
	return FJ_OK;
}

static void
write_eval(struct request *r, const struct inst_eval *v)
{
	static const char *const types[] = {"number", "string", "boolean", "nodeset"};
	size_t i;

	json_w_obj(&r->w);
	json_w_kstr(&r->w, "type", types[v->type]);
	json_w_key(&r->w, "value");
	switch (v->type) {
	case INST_E_NUMBER:
		json_w_double(&r->w, v->number);
		break;
	case INST_E_BOOLEAN:
		json_w_bool(&r->w, v->boolean);
		break;
	case INST_E_STRING:
		json_w_str(&r->w, v->count > 0 ? v->text[0] : "");
		break;
	case INST_E_NODESET:
		json_w_arr(&r->w);
		for (i = 0; i < v->count; i++)
			json_w_str(&r->w, v->text[i]);
		json_w_end(&r->w);
		break;
	}
	json_w_end(&r->w);
}

static enum fj_rc
do_eval(struct request *r, struct fj_err *e)
{
	const char *expr = json_str(r->line, "eval");
	const char *path = json_str(r->line, "at");
	struct inst_eval v = {0};
	struct inst_node *at = NULL;
	enum fj_rc rc = FJ_OK;
	struct fj_buf root;

	if (expr == NULL)
		return fj_fail(e, FJ_INVAL, "drive.expr", "");
	fj_buf_init(&root, LIMIT_VALUE_BYTES);
	inst_path(inst_root(r->in), &root);
	rc = inst_find(r->in, path != NULL ? path : root.p, &at, e);
	fj_buf_release(&root);
	if (rc == FJ_OK)
		rc = inst_eval(r->in, expr, at, &v, e);
	if (rc != FJ_OK)
		return rc;
	write_eval(r, &v);
	inst_eval_release(&v);
	return FJ_OK;
}

static enum fj_rc
do_validate(struct request *r, struct fj_err *e)
{
	struct inst_problems p = {0};
	size_t i;

	(void)e;
	inst_validate(r->in, &p);
	json_w_obj(&r->w);
	json_w_kbool(&r->w, "valid", p.errors == 0);
	json_w_key(&r->w, "problems");
	json_w_arr(&r->w);
	for (i = 0; i < p.n; i++) {
		json_w_obj(&r->w);
		json_w_key(&r->w, "path");
		write_path(&r->w, p.v[i].at);
		json_w_kstr(&r->w, "kind", inst_problem_name(p.v[i].kind));
		write_message(r, &p.v[i]);
		json_w_end(&r->w);
	}
	json_w_end(&r->w);
	json_w_end(&r->w);
	inst_problems_release(&p);
	return FJ_OK;
}

static bool
dump_leaf(void *ctx, const struct inst_node *at, const char *value)
{
	struct request *r = ctx;
	struct fj_buf path;

	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path(at, &path);
	json_w_kstr(&r->w, path.p, value);
	fj_buf_release(&path);
	return true;
}

static enum fj_rc
do_dump(struct request *r, struct fj_err *e)
{
	(void)e;
	json_w_obj(&r->w);
	json_w_key(&r->w, "values");
	json_w_obj(&r->w);
	inst_dump(r->in, dump_leaf, r);
	json_w_end(&r->w);
	json_w_end(&r->w);
	return FJ_OK;
}

/* ---- dispatch ---- */

static const struct {
	const char *member;
	enum fj_rc (*run)(struct request *r, struct fj_err *e);
} requests[] = {
	{"set", do_set}, {"clear", do_clear}, {"add", do_add}, {"remove", do_remove},
	{"note", do_note}, {"get", do_get}, {"eval", do_eval},
	{"validate", do_validate}, {"dump", do_dump},
};

static enum fj_rc
dispatch(struct request *r, struct fj_err *e)
{
	size_t i;

	if (r->line->type != JSON_OBJECT)
		return fj_fail(e, FJ_INVAL, "drive.object", "");
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (json_get(r->line, requests[i].member) != NULL)
			return requests[i].run(r, e);
	return fj_fail(e, FJ_INVAL, "drive.unknown", "");
}

void
drive_line(const struct drive *d, const char *p, size_t n, struct fj_buf *out)
{
	struct request r = {.d = d};
	struct json_doc *doc = NULL;
	size_t start = out->n;
	struct fj_err e;
	enum fj_rc rc;

	rc = json_parse(p, n, &doc, &e);
	if (rc == FJ_OK)
		rc = d->ops->inst(d->ctx, &r.in, &e);
	if (rc == FJ_OK) {
		r.line = json_root(doc);
		json_w_init(&r.w, out);
		rc = dispatch(&r, &e);
	}
	if (rc != FJ_OK) {
		fj_buf_cut(out, start);
		write_error(d, &e, out);
	}
	json_free(&doc);
}

static bool
blank(const struct fj_buf *line)
{
	return strspn(line->p, " \t") == line->n;
}

enum fj_rc
drive_run(const struct drive *d, FILE *in, FILE *out, struct fj_err *e)
{
	struct fj_buf line, answer;
	enum fj_rc rc;
	bool more;

	fj_buf_init(&line, LIMIT_LINE_BYTES);
	fj_buf_init(&answer, (size_t)256 << 20);
	do {
		rc = line_read(in, &line, &more, e);
		if (!more || (rc != FJ_OK && rc != FJ_LIMIT))
			break;
		if (rc == FJ_OK && blank(&line))
			continue;
		fj_buf_clear(&answer);
		if (rc == FJ_OK)
			drive_line(d, line.p, line.n, &answer);
		else
			write_error(d, e, &answer);
		rc = FJ_OK;
		fj_buf_putc(&answer, '\n');
		if (fwrite(answer.p, 1, answer.n, out) != answer.n || fflush(out) != 0)
			rc = fj_fail_errno(e, "cli.write", "-");
	} while (rc == FJ_OK);
	fj_buf_release(&line);
	fj_buf_release(&answer);
	return rc;
}
