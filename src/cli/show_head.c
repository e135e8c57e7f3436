/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a visit: who, where, by whom, in which state. */
#include <string.h>

#include "app/words.h"
#include "cli/rows.h"
#include "cli/show.h"

/* How member i stands towards the freeze that counts now. */
static enum sign_how
sign_of(const struct visit_freeze *f, int i)
{
	return f != NULL && f->signs != NULL ? f->signs[i] : SIGN_MISSING;
}

static void
show_team(struct cli *c, const struct visit *v)
{
	const struct visit_facts *f = visit_facts(v);
	const struct visit_freeze *fr = visit_freeze_now(v);
	struct fj_buf b;
	int i;

	fj_buf_init(&b, 65536);
	for (i = 0; i < f->team_count; i++) {
		if (i > 0)
			fj_buf_puts(&b, msg_is_zh(c->msg) ? "、" : ", ");
		fj_buf_puts(&b, f->team[i].name);
		if (f->team[i].cert != NULL && f->team[i].cert[0] != '\0')
			fj_buf_printf(&b, " (%s)", f->team[i].cert);
		if (fr != NULL)
			fj_buf_printf(&b, " [%s]", word_sign(c->msg, sign_of(fr, i)));
	}
	out_field(c, N_("Team"), b.p);
	fj_buf_release(&b);
}

static void
show_subject(struct cli *c, const struct dossier *d)
{
	const struct visit_facts *f = visit_facts(dossier_visit(d));
	const struct app *a = dossier_app(d);
	struct division div;
	struct fj_buf b;

	out_field(c, N_("Subject"), f->subject);
	out_field(c, N_("USCC"), f->uscc);
	out_field(c, N_("No USCC because"), f->no_uscc);
	out_field(c, N_("CMA number"), f->cma);
	out_field(c, N_("Address"), f->address);
	if (f->division != NULL && divisions_find(app_divisions(a), f->division, &div,
	    NULL) == FJ_OK && div.path[0] != '\0')
		out_field(c, N_("Division"), div.path);
	else
		out_field(c, N_("Division"), f->division);
	out_field(c, N_("Kind of visit"), f->kind != NULL ?
	    kind_title(f->kind, msg_lang(c->msg)) : f->kind_id);
	fj_buf_init(&b, 4096);
	campaigns_say(app_campaigns(a), f->campaigns, msg_lang(c->msg), &b);
	out_field(c, N_("Campaigns"), b.p);
	fj_buf_release(&b);
	out_field(c, N_("Follows"), f->follows);
}

static void
show_seal(struct cli *c, const struct visit *v)
{
	const struct visit_freeze *f = visit_freeze_now(v);
	char hex[HASH_TEXT + 1], code[40];

	if (f == NULL)
		f = visit_freeze_sealed(v);
	if (f == NULL)
		return;
	hash_format(&f->entry->id, hex);
	dossier_code(&f->entry->id, code);
	out_field(c, N_("Look-up code"), code);
	out_field(c, N_("Seal id"), hex);
	if (f->party_asked)
		out_field(c, N_("Party"), f->party != NULL && f->party->body != NULL ?
		    json_str(f->party->body, "outcome") : _(c->msg, "not recorded yet"));
}

void
show_head(struct cli *c, struct dossier *d)
{
	const struct visit *v = dossier_visit(d);
	const struct app_row *row = out_row(dossier_app(d), dossier_id(d));
	enum visit_outcome o = view_outcome(visit_now(v));
	char id[ID_TEXT + 1];
	struct fj_buf b;

	id_format(dossier_id(d), id);
	out_field(c, N_("Visit"), id);
	show_subject(c, d);
	show_team(c, v);
	fj_buf_init(&b, 4096);
	fj_buf_printf(&b, "%s%s%d", word_state(c->msg, visit_state(v)),
	    msg_is_zh(c->msg) ? "，轮次 " : ", round ", visit_round(v));
	out_field(c, N_("State"), b.p);
	fj_buf_clear(&b);
	if (o != OUTCOME_NONE)
		out_field(c, N_("Outcome"), kinds_outcome_title(app_kinds(dossier_app(d)), o,
		    msg_lang(c->msg)));
	out_field(c, N_("Facts of the outcome"), view_outcome_facts(visit_now(v)));
	show_seal(c, v);
	if (visit_forked(v))
		cli_print(c, _(c->msg, "One of the keys wrote two different entries with the same number (forked); see: feijian verify"));
	if (view_dispute_count(visit_now(v)) > 0) {
		fj_buf_printf(&b, "%zu", view_dispute_count(visit_now(v)));
		cli_say(c, N_("Open disagreements: {1}; see: feijian visit conflicts {2}"), b.p, id, NULL);
		fj_buf_clear(&b);
	}
	if (row != NULL) {
		rows_next(c, &row->s, &b);
		out_field(c, N_("What is next"), b.p);
	}
	fj_buf_release(&b);
}

static void
json_team(struct json_w *w, const struct visit *v)
{
	static const char *const how[] = {"missing", "signed", "unsigned"};
	const struct visit_facts *f = visit_facts(v);
	const struct visit_freeze *fr = visit_freeze_now(v);
	int i;

	json_w_key(w, "team");
	json_w_arr(w);
	for (i = 0; i < f->team_count; i++) {
		json_w_obj(w);
		json_w_kstr(w, "name", f->team[i].name);
		json_w_kstr(w, "cert", f->team[i].cert != NULL ? f->team[i].cert : "");
		json_w_kbool(w, "wrote", f->team[i].wrote);
		if (fr != NULL)
			json_w_kstr(w, "sign", how[sign_of(fr, i)]);
		json_w_end(w);
	}
	json_w_end(w);
}

static void
json_freeze(struct json_w *w, const struct visit *v)
{
	const struct visit_freeze *f = visit_freeze_now(v);
	char code[40];

	if (f == NULL)
		f = visit_freeze_sealed(v);
	if (f == NULL)
		return;
	dossier_code(&f->entry->id, code);
	out_khash(w, "seal", &f->entry->id);
	json_w_kstr(w, "code", code);
	json_w_kbool(w, "sealed", f->sealed);
	json_w_kint(w, "signed_by", f->signed_count);
	if (f->party != NULL)
		json_w_kstr(w, "party", json_str(f->party->body, "outcome"));
}

void
show_head_json(struct cli *c, struct dossier *d, struct json_w *w)
{
	const struct visit *v = dossier_visit(d);
	const struct visit_facts *f = visit_facts(v);
	const struct app_row *row = out_row(dossier_app(d), dossier_id(d));
	size_t i;

	out_kid(w, "id", dossier_id(d));
	json_w_kstr(w, "subject", f->subject);
	json_w_kstr(w, "uscc", f->uscc);
	json_w_kstr(w, "no_uscc", f->no_uscc);
	json_w_kstr(w, "cma", f->cma);
	json_w_kstr(w, "address", f->address);
	json_w_kstr(w, "division", f->division);
	json_w_kstr(w, "kind", f->kind_id);
	campaigns_write(w, f->campaigns);
	json_w_kstr(w, "follows", f->follows);
	json_w_key(w, "forms");
	json_w_arr(w);
	for (i = 0; i < dossier_form_count(d); i++)
		json_w_str(w, dossier_form_id(d, i));
	json_w_end(w);
	json_w_key(w, "versions");
	json_w_arr(w);
	for (i = 0; i < dossier_form_count(d); i++)
		json_w_str(w, f->forms[i].version);
	json_w_end(w);
	json_team(w, v);
	json_w_kstr(w, "state", visit_state_id(visit_state(v)));
	json_w_kint(w, "round", visit_round(v));
	json_w_kstr(w, "outcome", outcome_id(view_outcome(visit_now(v))));
	json_w_kstr(w, "outcome_facts", view_outcome_facts(visit_now(v)));
	json_w_kint(w, "disputes", (int64_t)view_dispute_count(visit_now(v)));
	json_w_kbool(w, "forked", visit_forked(v));
	json_freeze(w, v);
	if (row != NULL) {
		json_w_kstr(w, "next", row->s.next);
		json_w_kint(w, "unsent", (int64_t)row->unsent);
		json_w_kint(w, "unsent_evidence", (int64_t)row->unsent_evidence);
	}
	(void)c;
}
