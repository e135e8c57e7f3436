/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form check --law: what a form takes from the law and nobody has verified:
 * clauses whose row for today has no verified article, and x-unverified.
 */
#include <string.h>

#include "app/lawdata.h"
#include "base/limits.h"
#include "cli/form_file.h"

struct law {
	struct cli *c;
	struct clauses *clauses;
	struct json_w *w;
	const char *file;
	struct fj_buf path;
	int64_t day;
	size_t rows;
};

static void
row(struct law *l, const struct json *at, const char *clause, const char *reason)
{
	struct fj_buf b;

	l->rows++;
	if (l->w != NULL) {
		json_w_obj(l->w);
		json_w_kstr(l->w, "file", l->file);
		json_w_kint(l->w, "line", at->line);
		json_w_kint(l->w, "column", at->column);
		json_w_kstr(l->w, "severity", "law");
		json_w_kstr(l->w, "code", clause != NULL ? "form.law-clause" : "form.law-item");
		json_w_kstr(l->w, "path", l->path.p);
		if (clause != NULL)
			json_w_kstr(l->w, "clause", clause);
		json_w_kstr(l->w, "message", reason);
		json_w_end(l->w);
		return;
	}
	fj_buf_init(&b, LIMIT_LINE_BYTES);
	fj_buf_printf(&b, "%s:%d:%d: %s: %s%s%s: %s", l->file, at->line, at->column,
	    clause != NULL ? "form.law-clause" : "form.law-item", l->path.p,
	    clause != NULL ? ": " : "", clause != NULL ? clause : "", reason);
	cli_print(l->c, b.p);
	fj_buf_release(&b);
}

static void
clause(struct law *l, const struct json *v)
{
	const struct clause *cl;
	struct clause_article a;
	const char *note;

	if (json_text(v) == NULL)
		return;
	cl = clauses_find(l->clauses, v->text);
	if (cl == NULL)
		return;
	a = clauses_on(l->clauses, cl->id, l->day);
	if (a.verified)
		return;
	note = msg_is_zh(l->c->msg) ? a.note_zh : a.note_en;
	row(l, v, cl->id, note != NULL && note[0] != '\0' ? note :
	    _(l->c->msg, "no verified article for this day"));
}

static void walk(struct law *l, const struct json *at);

static void
member(struct law *l, const struct json *v)
{
	const struct json *item;

	if (strcmp(v->key, "x-unverified") == 0) {
		if (json_text(v) != NULL)
			row(l, v, NULL, v->text);
		else if (json_str(v, msg_lang(l->c->msg)) != NULL)
			row(l, v, NULL, json_str(v, msg_lang(l->c->msg)));
		else if (v->type != JSON_BOOL || v->truth)
			row(l, v, NULL, _(l->c->msg, "not verified, without a reason"));
	} else if (strcmp(v->key, "clause") == 0) {
		clause(l, v);
		if (v->type == JSON_ARRAY)
			json_each(item, v)
				clause(l, item);
	} else if (v->type == JSON_ARRAY) {
		json_each(item, v)
			walk(l, item);
	} else if (v->type == JSON_OBJECT) {
		walk(l, v);
	}
}

/* An object; one that has a name is a step of the path. */
static void
walk(struct law *l, const struct json *at)
{
	const char *name = json_str(at, "name");
	size_t n = l->path.n;
	const struct json *v;

	if (at->type != JSON_OBJECT)
		return;
	if (name != NULL && !fj_buf_over(&l->path)) {
		fj_buf_putc(&l->path, '/');
		fj_buf_puts(&l->path, name);
	}
	json_each(v, at)
		member(l, v);
	fj_buf_cut(&l->path, n);
}

static void
start(struct law *l, const struct json *root)
{
	const char *name = json_str(root, "root");

	fj_buf_putc(&l->path, '/');
	fj_buf_puts(&l->path, name != NULL ? name : "data");
	walk(l, root);
}

static void
summary(struct law *l)
{
	struct fj_buf b;

	if (l->w != NULL)
		return;
	fj_buf_init(&b, LIMIT_LINE_BYTES);
	msg_put(l->c->msg, &b, N_("{1}: {2} rows of law not verified"), "sz", l->file, l->rows);
	cli_print(l->c, b.p);
	fj_buf_release(&b);
}

int
form_law(struct cli *c, const char *file, const char *p, size_t n, struct json_w *w)
{
	struct law l = {.c = c, .file = file, .w = w};
	struct instant now = clock_now(c->clock);
	struct json_doc *doc = NULL;
	struct fj_err e;
	enum fj_rc rc;

	now.offset = clock_offset_at(now.ms);
	l.day = instant_day(now);
	fj_err_clear(&e);
	fj_buf_init(&l.path, LIMIT_VALUE_BYTES);
	rc = json_parse(p, n, &doc, &e);
	if (rc == FJ_OK)
		rc = lawdata_clauses(&l.clauses, &e);
	if (rc == FJ_OK) {
		start(&l, json_root(doc));
		summary(&l);
	}
	clauses_free(&l.clauses);
	json_free(&doc);
	fj_buf_release(&l.path);
	return rc == FJ_OK ? CLI_DONE : cli_fail(c, &e);
}
