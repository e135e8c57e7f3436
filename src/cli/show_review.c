/* SPDX-License-Identifier: Apache-2.0 */
/* What a reviewer reads: what failed, every answer, what was decided so far. */
#include <string.h>

#include "app/words.h"
#include "base/limits.h"
#include "cli/show.h"
#include "text/human.h"

static bool
is_failed(const struct inst_node *n)
{
	return inst_kind(n) == INST_LEAF &&
	    form_node_type(inst_def(n)) == FORM_VERDICT &&
	    strcmp(inst_value(n), form_verdict_name(VERDICT_NONCONFORM)) == 0;
}

static bool
is_answered(const struct inst_node *n)
{
	return inst_kind(n) == INST_LEAF && inst_value(n)[0] != '\0';
}

typedef void (*answer_fn)(struct cli *c, struct dossier *d, size_t form,
    const struct inst_node *n, void *ctx);

static void
each_answer(struct cli *c, struct dossier *d, bool (*want)(const struct inst_node *n),
    answer_fn fn, void *ctx)
{
	const struct inst_node *n;
	size_t i;

	for (i = 0; i < dossier_form_count(d); i++) {
		struct inst *in = dossier_inst(d, i);

		if (in == NULL)
			continue;
		for (n = inst_root(in); n != NULL; n = inst_walk(in, n, NULL))
			if (want(n))
				fn(c, d, i, n, ctx);
	}
}

/* The label of the choice that was taken, else the value. */
static const char *
shown_value(struct cli *c, const struct inst_node *n)
{
	const struct form_choice *const *choice;
	size_t i, k = form_node_choices(inst_def(n), &choice);

	for (i = 0; i < k; i++)
		if (strcmp(form_choice_name(choice[i]), inst_value(n)) == 0)
			return form_choice_label(choice[i], msg_lang(c->msg));
	return inst_value(n);
}

static void
print_answer(struct cli *c, struct dossier *d, size_t form, const struct inst_node *n,
    void *ctx)
{
	const char *note = dossier_note_text(d, form, n);
	struct fj_buf b;

	(void)ctx;
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	fj_buf_puts(&b, "  ");
	inst_path(n, &b);
	fj_buf_printf(&b, "  %s: %s", inst_label(n, msg_lang(c->msg)),
	    shown_value(c, n));
	if (note[0] != '\0') {
		fj_buf_printf(&b, "\n      %s: ", _(c->msg, "Note"));
		fj_buf_puts(&b, note);
	}
	cli_print(c, b.p);
	fj_buf_release(&b);
}

static void
json_answer(struct cli *c, struct dossier *d, size_t form, const struct inst_node *n,
    void *ctx)
{
	const char *note = dossier_note_text(d, form, n);
	struct json_w *w = ctx;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	inst_path(n, &b);
	json_w_obj(w);
	json_w_kstr(w, "form", dossier_form_id(d, form));
	json_w_kstr(w, "path", b.p);
	json_w_kstr(w, "label", inst_label(n, msg_lang(c->msg)));
	json_w_kstr(w, "value", inst_value(n));
	if (note[0] != '\0')
		json_w_kstr(w, "note", note);
	json_w_end(w);
	fj_buf_release(&b);
}

void
show_failed(struct cli *c, struct dossier *d)
{
	fprintf(c->out, "\n%s\n", _(c->msg, "Does not conform"));
	each_answer(c, d, is_failed, print_answer, NULL);
}

void
show_failed_json(struct cli *c, struct dossier *d, struct json_w *w)
{
	json_w_key(w, "failed");
	json_w_arr(w);
	each_answer(c, d, is_failed, json_answer, w);
	json_w_end(w);
}

void
show_answers(struct cli *c, struct dossier *d)
{
	fprintf(c->out, "\n%s\n", _(c->msg, "All answers"));
	each_answer(c, d, is_answered, print_answer, NULL);
}

void
show_answers_json(struct cli *c, struct dossier *d, struct json_w *w)
{
	json_w_key(w, "answers");
	json_w_arr(w);
	each_answer(c, d, is_answered, json_answer, w);
	json_w_end(w);
}

/* ---- decisions ---- */

static bool
is_decision(enum visit_op op)
{
	switch ((int)op) {
	case OP_FREEZE:
	case OP_VOID:
	case OP_SIGN:
	case OP_UNSIGNED:
	case OP_PARTY:
	case OP_REOPEN:
	case OP_COMMENT:
	case OP_RETURN:
	case OP_APPROVE:
	case OP_ESCALATE:
	case OP_FINDING_ESTABLISH:
		return true;
	default:
		return false;
	}
}

/* Where a comment or a return points: paths, findings, evidence. */
static void
on_text(const struct json *on, struct fj_buf *b)
{
	static const char *const keys[] = {"path", "finding", "evidence"};
	const struct json *one;
	size_t i;

	if (on == NULL)
		return;
	if (on->type == JSON_ARRAY) {
		json_each(one, on)
			on_text(one, b);
		return;
	}
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *s = json_str(on, keys[i]);

		if (s != NULL)
			fj_buf_printf(b, "%s%.*s", b->n > 0 ? " " : "",
			    i == 0 ? 256 : ID_SHOWN, s);
	}
}

static void
decision_on(const struct visit_entry *en, struct fj_buf *b)
{
	on_text(json_get(en->body, "on"), b);
	on_text(json_get(en->body, "items"), b);
}

void
show_decisions(struct cli *c, struct dossier *d)
{
	const struct visit *v = dossier_visit(d);
	struct fj_buf b, on;
	size_t i;

	fprintf(c->out, "\n%s\n", _(c->msg, "Freezes, signatures, review"));
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	fj_buf_init(&on, LIMIT_VALUE_BYTES);
	for (i = 0; i < visit_entry_count(v); i++) {
		const struct visit_entry *en = visit_entry_at(v, i);

		if (!is_decision(en->op))
			continue;
		fj_buf_clear(&b);
		fj_buf_clear(&on);
		fj_buf_puts(&b, "  ");
		human_time(&b, en->at);
		fj_buf_printf(&b, "  %s  ", en->author.name);
		word_entry(c->msg, d, en, &b);
		decision_on(en, &on);
		if (on.n > 0)
			fj_buf_printf(&b, "  [%s]", on.p);
		if (en->status != ENTRY_COUNTS)
			fj_buf_printf(&b, "  (%s)", word_status(c->msg, en->status));
		cli_print(c, b.p);
	}
	fj_buf_release(&b);
	fj_buf_release(&on);
}

void
show_decisions_json(struct cli *c, struct dossier *d, struct json_w *w)
{
	const struct visit *v = dossier_visit(d);
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	json_w_key(w, "decisions");
	json_w_arr(w);
	for (i = 0; i < visit_entry_count(v); i++) {
		const struct visit_entry *en = visit_entry_at(v, i);

		if (!is_decision(en->op))
			continue;
		fj_buf_clear(&b);
		word_entry(c->msg, d, en, &b);
		json_w_obj(w);
		out_khash(w, "entry", &en->id);
		json_w_kstr(w, "op", en->op_name);
		json_w_kstr(w, "name", en->author.name);
		out_kinstant(w, "at", en->at);
		json_w_kstr(w, "status", status_id(en->status));
		json_w_kstr(w, "text", b.p);
		fj_buf_clear(&b);
		decision_on(en, &b);
		if (b.n > 0)
			json_w_kstr(w, "on", b.p);
		json_w_end(w);
	}
	json_w_end(w);
	fj_buf_release(&b);
}
