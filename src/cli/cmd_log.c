/* SPDX-License-Identifier: Apache-2.0 */
/* log: the whole story of a visit, entry by entry. */
#include <stddef.h>

#include "app/words.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "text/human.h"

/* Why an entry has no effect, or what it waits for; "" when it counts. */
static void
reason(struct cli *c, const struct visit *v, const struct visit_entry *en,
    struct fj_buf *out)
{
	struct fj_err e;

	if (visit_entry_reason(v, en, &e))
		msg_say(c->msg, &e, out);
}

static void
text_entry(struct cli *c, const struct dossier *d, const struct visit_entry *en)
{
	struct fj_buf b;
	char id[ID_SHOWN + 1];

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	out_entry_short(&en->id, id);
	human_time(&b, en->at);
	fj_buf_printf(&b, "  %s  %s%s  ", id, en->author.name,
	    en->author.certified ? "" : _(c->msg, " (claimed)"));
	word_entry(c->msg, d, en, &b);
	if (en->status != ENTRY_COUNTS) {
		fj_buf_printf(&b, "  [%s: ", word_status(c->msg, en->status));
		reason(c, dossier_visit(d), en, &b);
		fj_buf_putc(&b, ']');
	} else if (en->superseded) {
		fj_buf_printf(&b, "  [%s]", _(c->msg, "replaced later"));
	}
	cli_print(c, b.p);
	fj_buf_release(&b);
}

/* Who wrote it and what it says, as far as the model reads it. */
static void
json_content(const struct visit_entry *en, struct json_w *w)
{
	json_w_kstr(w, "name", en->author.name);
	json_w_kstr(w, "cert", en->author.cert);
	json_w_kbool(w, "certified", en->author.certified);
	json_w_kstr(w, "form", en->form);
	json_w_kstr(w, "path", en->path);
	json_w_kstr(w, "field", en->field);
	json_w_kstr(w, "value", en->value);
	json_w_kstr(w, "why", en->why);
	json_w_kstr(w, "text", en->text);
	json_w_kstr(w, "facts", en->facts);
	json_w_kstr(w, "auto", en->automatic);
	out_kid(w, "object", &en->object);
	out_khash(w, "ref", &en->ref);
}

static void
json_entry(struct cli *c, const struct dossier *d, const struct visit_entry *en,
    struct json_w *w)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	json_w_obj(w);
	out_khash(w, "id", &en->id);
	out_kid(w, "device", &en->dev);
	json_w_kint(w, "seq", (int64_t)en->seq);
	json_w_kstr(w, "op", en->op_name);
	json_w_kint(w, "round", en->round);
	out_kinstant(w, "at", en->at);
	json_content(en, w);
	json_w_kstr(w, "status", status_id(en->status));
	json_w_kbool(w, "superseded", en->superseded);
	json_w_kbool(w, "forked", en->forked);
	reason(c, dossier_visit(d), en, &b);
	if (b.n > 0)
		json_w_kstr(w, "reason", b.p);
	fj_buf_clear(&b);
	word_entry(c->msg, d, en, &b);
	json_w_kstr(w, "words", b.p);
	if (en->body != NULL) {
		json_w_key(w, "body");
		json_w_value(w, en->body);
	}
	json_w_end(w);
	fj_buf_release(&b);
}

int
cmd_log(struct cli *c, int argc, char **argv)
{
	const struct visit *v;
	struct dossier *d;
	struct out_json j;
	size_t i;
	int x;

	d = out_visit_plain(c, "log", NULL, argc, argv, 1, &x);
	if (d == NULL)
		return x;
	v = dossier_visit(d);
	if (c->json) {
		out_json_begin(&j);
		json_w_arr(&j.w);
	}
	for (i = 0; i < visit_entry_count(v); i++) {
		if (c->json)
			json_entry(c, d, visit_entry_at(v, i), &j.w);
		else
			text_entry(c, d, visit_entry_at(v, i));
	}
	if (c->json) {
		json_w_end(&j.w);
		out_json_end(c, &j);
	}
	return out_done(c, &d, FJ_OK, NULL);
}
