/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenarios beside a form, FORM.cases/NAME.jsonl: a line is {"send": a line of
 * the drive protocol, "expect": members that the answer must have}; a line
 * {"now": RFC 3339} at the head fixes the clock.  Each file starts empty.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "cli/form_file.h"
#include "os/fs.h"

struct names {
	char **v;
	size_t n;
};

struct cases {
	struct cli *c;
	const struct form *f;
	struct json_w *w;
	const char *file;		/* the file of scenarios */
	struct loose loose;
	struct instant now;
	bool fixed;			/* now was given */
	int line;
	size_t steps, failed;
};

static bool
same(const struct json *a, const struct json *b)
{
	const struct json *x, *y;
	double p, q;

	if (a == NULL || b == NULL || a->type != b->type || a->count != b->count)
		return false;
	switch (a->type) {
	case JSON_BOOL:
		return a->truth == b->truth;
	case JSON_NUMBER:
		return json_double_value(a, &p) && json_double_value(b, &q) && !(p < q || p > q);
	case JSON_STRING:
		return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
	case JSON_ARRAY:
		for (x = a->child, y = b->child; x != NULL; x = x->next, y = y->next)
			if (!same(x, y))
				return false;
		return true;
	case JSON_OBJECT:
		json_each(x, a)
			if (!same(x, json_get(b, x->key)))
				return false;
		return true;
	default:
		break;
	}
	return true;
}

static void
complain(struct cases *k, int column, const char *code, const char *a, const char *b,
    const char *got)
{
	struct form_fault q = {.line = k->line, .column = column, .severity = FORM_ERROR};

	k->failed++;
	(void)fj_fail(&q.err, FJ_INVAL, code, "sss", a, b, got);
	form_tell(k->c, k->file, &q, k->w);
}

static void
as_text(const struct json *v, struct fj_buf *out)
{
	struct json_w w;

	fj_buf_clear(out);
	if (v == NULL) {
		fj_buf_puts(out, "-");
		return;
	}
	json_w_init(&w, out);
	json_w_value(&w, v);
}

static void
compare(struct cases *k, const struct json *expect, const struct json *answer)
{
	const struct json *x, *got;
	struct fj_buf want, is;

	fj_buf_init(&want, LIMIT_LINE_BYTES);
	fj_buf_init(&is, LIMIT_LINE_BYTES);
	json_each(x, expect) {
		got = json_get(answer, x->key);
		if (same(x, got))
			continue;
		as_text(x, &want);
		/* Not what was asked for but a refusal: that is the news. */
		as_text(got != NULL || json_get(answer, "error") == NULL ? got : answer, &is);
		complain(k, x->column, "form.case", x->key, want.p, is.p);
	}
	fj_buf_release(&want);
	fj_buf_release(&is);
}

static enum fj_rc
send_one(struct cases *k, const struct json *send, const struct json *expect,
    struct fj_err *e)
{
	struct json_doc *doc = NULL;
	struct fj_buf line, out;
	struct json_w w;
	enum fj_rc rc = FJ_OK;

	fj_buf_init(&line, LIMIT_LINE_BYTES);
	fj_buf_init(&out, LIMIT_BODY_BYTES);
	json_w_init(&w, &line);
	json_w_value(&w, send);
	if (k->loose.in == NULL)
		rc = loose_start(k->c, &k->loose, k->f, k->fixed ? &k->now : NULL, e);
	if (rc == FJ_OK) {
		k->steps++;
		drive_line(k->c, &loose_ops, &k->loose, line.p, line.n, &out);
		rc = json_parse(out.p, out.n, &doc, e);
	}
	if (rc == FJ_OK)
		compare(k, expect, json_root(doc));
	json_free(&doc);
	fj_buf_release(&line);
	fj_buf_release(&out);
	return rc;
}

static void
step(struct cases *k, const char *p, size_t n)
{
	const struct json *root, *now, *send;
	struct json_doc *doc = NULL;
	struct fj_err e;

	fj_err_clear(&e);
	if (json_parse(p, n, &doc, &e) != FJ_OK) {
		complain(k, 1, "form.case-line", "", "", "");
		return;
	}
	root = json_root(doc);
	now = json_get(root, "now");
	send = json_get(root, "send");
	if (json_text(now) != NULL && k->loose.in == NULL &&
	    instant_parse(now->text, now->len, &k->now))
		k->fixed = true;
	else if (send == NULL || send->type != JSON_OBJECT)
		complain(k, root->column, "form.case-line", "", "", "");
	else if (send_one(k, send, json_get(root, "expect"), &e) != FJ_OK)
		complain(k, root->column, "form.case-line", e.code, "", "");
	json_free(&doc);
}

static void
run_file(struct cases *k)
{
	struct fj_buf b;
	struct fj_err e;
	const char *p, *end;

	fj_err_clear(&e);
	fj_buf_init(&b, LIMIT_FORM_BYTES);
	if (fs_read(k->file, &b, &e) != FJ_OK) {
		k->failed++;
		(void)cli_fail(k->c, &e);
	}
	k->line = 0;
	k->fixed = false;
	for (p = b.p; p < b.p + b.n; p = end + 1) {
		end = memchr(p, '\n', (size_t)(b.p + b.n - p));
		if (end == NULL)
			end = b.p + b.n;
		k->line++;
		if (strspn(p, " \t\r") < (size_t)(end - p))
			step(k, p, (size_t)(end - p));
	}
	loose_end(&k->loose);
	fj_buf_release(&b);
}

static bool
take_name(void *ctx, const char *name)
{
	struct names *l = ctx;
	size_t n = strlen(name);

	if (n > 6 && strcmp(name + n - 6, ".jsonl") == 0) {
		l->v = xrealloc(l->v, l->n + 1, sizeof(*l->v));
		l->v[l->n++] = xstrdup(name);
	}
	return true;
}

static void
summary(struct cases *k, const char *file)
{
	struct fj_buf b;

	if (k->w != NULL)
		return;
	fj_buf_init(&b, LIMIT_LINE_BYTES);
	msg_put(k->c->msg, &b, N_("{1}: {2} steps of its cases, {3} not as expected"), "szz", file,
	    k->steps, k->failed);
	cli_print(k->c, b.p);
	fj_buf_release(&b);
}

int
form_cases(struct cli *c, const char *file, const struct form *f, struct json_w *w)
{
	struct cases k = {.c = c, .f = f, .w = w};
	struct names l = {NULL, 0};
	struct fj_buf dir;
	struct fj_err e;
	size_t n = strlen(file), i;
	int code = CLI_DONE;

	if (n > 5 && strcmp(file + n - 5, ".json") == 0)
		n -= 5;
	fj_err_clear(&e);
	fj_buf_init(&dir, LIMIT_LINE_BYTES);
	fj_buf_add(&dir, file, n);
	fj_buf_puts(&dir, ".cases");
	if (fs_is_dir(dir.p) && fs_list(dir.p, take_name, &l, &e) != FJ_OK)
		code = cli_fail(c, &e);
	for (i = 0; i < l.n; i++) {
		char *path = fs_join(dir.p, l.v[i]);

		k.file = path;
		run_file(&k);
		free(path);
		free(l.v[i]);
	}
	free(l.v);
	fj_buf_release(&dir);
	if (code == CLI_DONE)
		summary(&k, file);
	return code == CLI_DONE && k.failed > 0 ? CLI_NO : code;
}
