/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/out.h"

#include <stdlib.h>
#include <string.h>

#include "app/words.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "text/fit.h"

void
out_entry_short(const struct hash *entry, char *out)
{
	/* 5 bytes are exactly 8 characters */
	crockford_encode(entry->b, 5, out);
}

void
out_id(struct cli *c, const struct id *id)
{
	char shown[ID_SHOWN + 1];
	struct out_json j;

	if (!c->json) {
		id_format_short(id, shown);
		fprintf(c->out, "%s\n", shown);
		return;
	}
	out_json_begin(&j);
	json_w_obj(&j.w);
	out_kid(&j.w, "id", id);
	json_w_end(&j.w);
	out_json_end(c, &j);
}

/* ---- JSON ---- */

void
out_json_begin(struct out_json *j)
{
	/* A list of all visits with all their members; far beyond any real one. */
	fj_buf_init(&j->b, (size_t)256 << 20);
	json_w_init(&j->w, &j->b);
}

void
out_json_end(struct cli *c, struct out_json *j)
{
	fprintf(c->out, "%s\n", j->b.p);
	fj_buf_release(&j->b);
}

void
out_kid(struct json_w *w, const char *key, const struct id *id)
{
	char text[ID_TEXT + 1];

	if (id_is_zero(id))
		return;
	id_format(id, text);
	json_w_kstr(w, key, text);
}

void
out_khash(struct json_w *w, const char *key, const struct hash *h)
{
	char text[HASH_TEXT + 1];

	if (hash_is_zero(h))
		return;
	hash_format(h, text);
	json_w_kstr(w, key, text);
}

void
out_kinstant(struct json_w *w, const char *key, struct instant at)
{
	char text[INSTANT_TEXT + 1];

	if (at.ms == 0)
		return;
	instant_format(at, text);
	json_w_kstr(w, key, text);
}

void
out_kerr(struct cli *c, struct json_w *w, const struct fj_err *e)
{
	struct fj_buf text;

	fj_buf_init(&text, LIMIT_LINE_BYTES);
	msg_say(c->msg, e, &text);
	json_w_kstr(w, "code", e->code);
	json_w_kstr(w, "message", text.p);
	fj_buf_release(&text);
}

/* ---- lines ---- */

void
out_field(struct cli *c, const char *label, const char *text)
{
	struct fj_buf b;

	if (text == NULL || text[0] == '\0')
		return;
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	fj_buf_puts(&b, msg_tr(c->msg, label));
	fj_buf_puts(&b, msg_is_zh(c->msg) ? "：" : ": ");
	fj_buf_puts(&b, text);
	cli_print(c, b.p);
	fj_buf_release(&b);
}

void
out_sentence(struct cli *c, const char *indent, const struct fj_err *e)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_LINE_BYTES);
	fj_buf_puts(&b, indent);
	msg_say(c->msg, e, &b);
	cli_print(c, b.p);
	fj_buf_release(&b);
}

/* ---- visits ---- */

struct dossier *
out_visit(struct cli *c, const char *prefix, int *exit_code)
{
	struct app *a = cli_app(c, exit_code);
	struct dossier *d = NULL;
	struct fj_err e;
	struct id id;
	enum fj_rc rc;

	if (a == NULL)
		return NULL;
	rc = app_find(a, prefix, &id, &e);
	if (rc == FJ_OK)
		rc = dossier_open(a, &id, &d, &e);
	if (rc != FJ_OK) {
		*exit_code = cli_fail(c, &e);
		return NULL;
	}
	return d;
}

struct dossier *
out_visit_plain(struct cli *c, const char *verb, const char *sub, int argc, char **argv,
    int words, int *exit_code)
{
	*exit_code = CLI_USAGE;
	if (cli_opts(c, verb, sub, NULL, 0, argc, argv, words, words) < 0)
		return NULL;
	return out_visit(c, argv[0], exit_code);
}

int
out_list(struct cli *c, struct dossier **d,
    void (*array)(struct cli *c, struct dossier *d, struct json_w *w),
    void (*table)(struct cli *c, struct dossier *d))
{
	struct out_json j;

	if (c->json) {
		out_json_begin(&j);
		array(c, *d, &j.w);
		out_json_end(c, &j);
	} else {
		table(c, *d);
	}
	return out_done(c, d, FJ_OK, NULL);
}

int
out_done(struct cli *c, struct dossier **d, enum fj_rc rc, const struct fj_err *e)
{
	dossier_close(d);
	return rc == FJ_OK ? CLI_DONE : cli_fail(c, e);
}

int
out_acted(struct cli *c, struct dossier **d, enum fj_rc rc, const struct fj_err *e)
{
	const struct visit *v;
	struct out_json j;

	if (rc != FJ_OK)
		return out_done(c, d, rc, e);
	v = dossier_visit(*d);
	if (c->json) {
		out_json_begin(&j);
		json_w_obj(&j.w);
		json_w_kbool(&j.w, "ok", true);
		json_w_kstr(&j.w, "state", visit_state_id(visit_state(v)));
		json_w_kint(&j.w, "round", visit_round(v));
		json_w_end(&j.w);
		out_json_end(c, &j);
	} else {
		cli_say(c, N_("Kept. The visit is now: {1}"),
		    word_state(c->msg, visit_state(v)), NULL);
	}
	dossier_close(d);
	return CLI_DONE;
}

const struct app_row *
out_row(struct app *a, const struct id *visit)
{
	const struct app_row *const *rows;
	size_t i, n = app_rows(a, &rows);

	for (i = 0; i < n; i++)
		if (id_eq(&rows[i]->id, visit))
			return rows[i];
	return NULL;
}

enum fj_rc
out_find_item(struct dossier *d, const char *at, size_t *form,
    struct inst_node **node, struct fj_err *e)
{
	size_t i, n = dossier_form_count(d);
	enum fj_rc rc;

	for (i = 0; i < n; i++) {
		struct inst *in = dossier_inst(d, i);

		if (in == NULL)
			continue;
		rc = inst_find(in, at, node, e);
		*form = i;
		if (rc != FJ_NOTFOUND)
			return rc;
	}
	return fj_fail(e, FJ_NOTFOUND, "cli.no-item", "s", at);
}
