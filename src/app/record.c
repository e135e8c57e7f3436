/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The on-site record (现场检查笔录) as plain text: facts only.  What it may not
 * say (words of judgement, penalties) never reaches it, because findings are
 * printed by their facts and never by their clauses (DESIGN section 2).
 */
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"
#include "embed/embed.h"
#include "text/human.h"
#include "text/msg.h"

struct record {
	const struct dossier *d;
	const struct msg *m;
	const struct view *w;
	const char *lang;
	struct fj_buf *out;
	int n;
};

static void
line(struct record *r, const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0')
		fj_buf_printf(r->out, "%s%s%s\n", label, msg_is_zh(r->m) ? "：" : ": ", value);
}

static void
heading(struct record *r, const char *text)
{
	fj_buf_printf(r->out, "\n%s\n", text);
}

static void
subject(struct record *r)
{
	const struct visit_facts *f = visit_facts(r->d->v);
	struct fj_buf when;
	int i;

	line(r, _(r->m, "Party"), f->subject);
	line(r, _(r->m, "Unified social credit code"), f->uscc);
	line(r, _(r->m, "No code, because"), f->no_uscc);
	line(r, _(r->m, "CMA certificate number"), f->cma);
	line(r, _(r->m, "Place"), f->place != NULL && f->place[0] != '\0' ? f->place : f->address);
	fj_buf_init(&when, 256);
	if (visit_entry_count(r->d->v) > 0)
		human_time(&when, visit_entry_at(r->d->v, 0)->at);
	line(r, _(r->m, "Begun"), when.p);
	fj_buf_release(&when);
	for (i = 0; i < f->team_count; i++)
		fj_buf_printf(r->out, "%s%s%s  %s\n", _(r->m, "Officer"),
		    msg_is_zh(r->m) ? "：" : ": ", f->team[i].name,
		    f->team[i].cert != NULL ? f->team[i].cert : "");
}

static void
outcome(struct record *r)
{
	enum visit_outcome o = view_outcome(r->w);

	if (o == OUTCOME_NONE)
		return;
	heading(r, _(r->m, "How the inspection went"));
	fj_buf_printf(r->out, "%s\n", kinds_outcome_title(shelf_kinds(r->d->a->shelf), o, r->lang));
	fj_buf_printf(r->out, "%s\n", view_outcome_facts(r->w));
}

static void
findings(struct record *r)
{
	static const char *const parts[] = {"facts", "reports", "statement"};
	const char *labels[3];
	size_t i, k;

	labels[0] = _(r->m, "Facts");
	labels[1] = _(r->m, "Reports concerned");
	labels[2] = _(r->m, "Statement of the party");
	heading(r, _(r->m, "Facts found"));
	for (i = 0; i < view_finding_count(r->w); i++) {
		const struct finding *f = view_finding_at(r->w, i);

		if (f->withdrawn != NULL)
			continue;
		fj_buf_printf(r->out, "%d.\n", ++r->n);
		for (k = 0; k < 3; k++) {
			const char *text = view_field_text(r->w, &f->id, parts[k]);

			/* A sentence of judgement typed into the facts stays out of
			 * the party's paper; the screen says so where it is typed. */
			if (reserved_word(text) == NULL)
				line(r, labels[k], text);
			else
				line(r, labels[k], _(r->m, "(left out: the text judges instead of stating facts)"));
		}
	}
	if (r->n == 0)
		fj_buf_printf(r->out, "%s\n", _(r->m, "None recorded."));
}

static void
evidence(struct record *r)
{
	size_t i;
	int n = 0;

	heading(r, _(r->m, "Evidence taken"));
	for (i = 0; i < view_evidence_count(r->w); i++) {
		const struct evidence *ev = view_evidence_at(r->w, i);
		char id[ID_SHOWN + 1];

		/* Leads are on no paper. */
		if (ev->withdrawn != NULL || (ev->use != NULL && strcmp(ev->use, "flags") == 0))
			continue;
		id_format_short(&ev->id, id);
		fj_buf_printf(r->out, "%d. %s  %s  %lld B  %s\n   SHA-256 %s\n   SM3 %s\n", ++n, id,
		    ev->name, ev->size, ev->how != NULL ? ev->how : "", ev->sha256, ev->sm3);
	}
	if (n == 0)
		fj_buf_printf(r->out, "%s\n", _(r->m, "None taken."));
}

static void
signatures(struct record *r)
{
	const struct visit_freeze *f = visit_freeze_now(r->d->v);
	char code[40], seal[HASH_TEXT + 1];

	fj_buf_printf(r->out, "\n%s\n", _(r->m, "The officers showed their certificates and told the party of its rights: recusal, statement and defence; and of its duty to cooperate."));
	fj_buf_printf(r->out, "\n%s ____________  %s ____________  %s ____________\n",
	    _(r->m, "Party"), _(r->m, "Officers"), _(r->m, "Witness"));
	if (f == NULL) {
		fj_buf_printf(r->out, "\n%s\n", _(r->m, "DRAFT: not frozen, no code"));
		return;
	}
	dossier_code(&f->entry->id, code);
	hash_format(&f->entry->id, seal);
	line(r, _(r->m, "Look-up code"), code);
	line(r, _(r->m, "Seal id"), seal);
}

void
dossier_record_text(const struct dossier *d, const char *lang, struct fj_buf *out)
{
	const struct embed_file *mo = embed_find("zh.mo");
	struct record r = {.d = d, .w = visit_now(d->v), .lang = lang, .out = out};
	struct msg *m = NULL;

	/* Without a catalogue it speaks English: msg_new's promise. */
	if (msg_new(lang, mo != NULL ? mo->p : NULL, mo != NULL ? mo->n : 0, &m, NULL) != FJ_OK &&
	    m == NULL)
		return;
	r.m = m;
	fj_buf_printf(out, "%s\n\n", _(m, "On-site inspection record"));
	subject(&r);
	outcome(&r);
	findings(&r);
	evidence(&r);
	signatures(&r);
	msg_free(&m);
}
