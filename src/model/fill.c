/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fill.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "model/internal.h"

/* Computed answers that name a choice are digested in one language everywhere. */
static const char digest_lang[] = "zh";

enum { LINES_MAX = 64 << 20 };

struct instant
fill_clock(const struct visit *v)
{
	struct instant zero = { 0, 0 };

	return v->all.n > 0 ? v->all.v[v->all.n - 1]->pub.at : zero;
}

static const struct visit_form *
form_row(const struct visit *v, const char *id)
{
	int i;

	for (i = 0; i < v->facts.form_count; i++)
		if (strcmp(v->forms[i].id, id) == 0)
			return &v->forms[i];
	return NULL;
}

/* An instance's `add`: the repeat is its path up to the last '{'. */
static enum fj_rc
load_instance(struct inst *in, const struct target *t)
{
	char *repeat = xstrdup(t->path);
	char *brace = strrchr(repeat, '{');
	char *end = brace ? strchr(brace, '}') : NULL;
	enum fj_rc rc = FJ_NOTFOUND;
	uint64_t order = t->entry->hlc;
	int i;

	for (i = 0; i < t->open_count; i++)
		if (t->open[i]->op == OP_ADD)
			order = t->open[i]->hlc;
	if (brace != NULL && end != NULL && end[1] == '\0') {
		*brace = '\0';
		*end = '\0';
		rc = inst_load_add(in, repeat, brace + 1, order, NULL);
	}
	free(repeat);
	return rc;
}

static bool
of_form(const struct target *t, const char *form, enum target_kind kind)
{
	return t->kind == kind && strcmp(t->form, form) == 0;
}

static size_t
load_all(struct inst *in, const struct view *w, const char *form)
{
	size_t i, strange = 0;

	for (i = 0; i < view_target_count(w); i++) {
		const struct target *t = view_target_at(w, i);
		enum fj_rc rc;

		if (!of_form(t, form, TARGET_INSTANCE))
			continue;
		if (view_removed(w, form, t->path)) {
			/* one made by a count or a default; others were never loaded */
			if (strstr(t->path, "{#") != NULL &&
			    inst_load_remove(in, t->path, NULL) != FJ_OK)
				strange++;
			continue;
		}
		rc = strstr(t->path, "{#") ? FJ_OK : load_instance(in, t);
		strange += rc != FJ_OK;
	}
	for (i = 0; i < view_target_count(w); i++) {
		const struct target *t = view_target_at(w, i);

		if (of_form(t, form, TARGET_ANSWER) &&
		    inst_load_value(in, t->path, t->value, NULL) != FJ_OK)
			strange++;
	}
	return strange;
}

enum fj_rc
fill_form(const struct visit *v, const struct view *w, const char *form,
    struct instant now, const char *lang, struct inst **out, size_t *strange,
    struct fj_err *e)
{
	const struct visit_form *row = form_row(v, form);
	struct form_env env = { .now = now, .lang = lang, .uuid = v->id };
	struct inst_changes changes = { 0 };
	struct inst *in;
	size_t left_out;
	enum fj_rc rc;
	char hex[HASH_TEXT + 1];

	if (row == NULL)
		return fj_fail(e, FJ_NOTFOUND, "model.form-unknown", "s", form);
	if (row->form == NULL) {
		hash_format(&row->digest, hex);
		hex[16] = '\0';
		return fj_fail(e, FJ_NOTFOUND, "model.form-absent", "ss", form, hex);
	}
	in = inst_new(row->form, &env);
	left_out = load_all(in, w, form);
	rc = inst_recompute(in, &changes, e);
	inst_changes_release(&changes);
	if (rc != FJ_OK) {
		inst_free(&in);
		return rc;
	}
	if (strange != NULL)
		*strange = left_out;
	*out = in;
	return FJ_OK;
}

/* Each line of one form, with the form's id in front. */
static void
prefix_lines(struct fj_buf *out, const char *form, const char *lines)
{
	while (*lines != '\0') {
		size_t n = strcspn(lines, "\n");

		fj_buf_puts(out, form);
		fj_buf_putc(out, '\t');
		fj_buf_add(out, lines, n);
		fj_buf_putc(out, '\n');
		lines += n + (lines[n] == '\n');
	}
}

enum fj_rc
fill_lines(const struct visit *v, const struct view *w, struct instant now,
    struct fj_buf *out, struct fj_err *e)
{
	struct fj_buf lines;
	enum fj_rc rc = FJ_OK;
	int i;

	fj_buf_init(&lines, LINES_MAX);
	for (i = 0; i < v->facts.form_count && rc == FJ_OK; i++) {
		struct inst *in = NULL;

		rc = fill_form(v, w, v->forms[i].id, now, digest_lang, &in, NULL, e);
		if (rc != FJ_OK)
			break;
		fj_buf_clear(&lines);
		inst_digest_lines(in, &lines);
		prefix_lines(out, v->forms[i].id, lines.p);
		inst_free(&in);
	}
	fj_buf_release(&lines);
	if (rc == FJ_OK && fj_buf_over(out))
		rc = fj_fail(e, FJ_LIMIT, "model.payload-long", "s", "dump");
	return rc;
}

enum fj_rc
fill_digest(const struct visit *v, const struct view *w, struct instant now,
    struct hash *out, struct fj_err *e)
{
	struct fj_buf lines;
	enum fj_rc rc;

	fj_buf_init(&lines, LINES_MAX);
	rc = fill_lines(v, w, now, &lines, e);
	if (rc == FJ_OK)
		suite_hash(SUITE_DEFAULT, lines.p, lines.n, out);
	fj_buf_release(&lines);
	return rc;
}
