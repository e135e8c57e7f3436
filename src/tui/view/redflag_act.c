/* SPDX-License-Identifier: Apache-2.0 */
/* Confirm, rule out, draft a finding: one flag or many with one reason. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/redflag.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

enum { MANY = 20, REASONS = 12 };

struct flag_act {
	struct screening *sc;
	struct id *id;
	size_t n;
	bool confirm;
	char *reason[REASONS];		/* honest explanations that the rule knows */
	size_t reasons;
};

static void
act_free(struct flag_act *a)
{
	size_t i;

	for (i = 0; i < a->reasons; i++)
		free(a->reason[i]);
	screening_unref(&a->sc);
	free(a->id);
	free(a);
}

static enum fj_rc
mark_all(struct flag_act *a, struct dossier *d, const char *why, struct progress *p,
    struct fj_err *e)
{
	enum redflag_mark mark = a->confirm ? REDFLAG_CONFIRMED : REDFLAG_RULED_OUT;
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < a->n; i++) {
		const struct redflag_hit *h = screening_find(a->sc, &a->id[i]);

		if (h == NULL || h->mark == mark)
			continue;
		rc = dossier_flag_mark(d, h, mark, why, e);
		if (p != NULL && i % MANY == 0) {
			progress_set(p, "", (int64_t)i, (int64_t)a->n);
			ui_paint(a->sc->s->ui);
		}
	}
	return rc;
}

static void
reason_given(void *ctx, const char *why)
{
	struct flag_act *a = ctx;
	struct session *s = a->sc->s;
	struct dossier *d = session_dossier(s, &a->sc->visit);
	struct progress *p = NULL;
	struct fj_err e;
	enum fj_rc rc;

	if (why != NULL && d != NULL) {
		session_keeping(s);
		if (a->n > MANY)
			p = dialog_progress(s->ui, _(s->m, "Marking"), NULL, NULL);
		rc = mark_all(a, d, why, p, &e);
		if (p != NULL)
			progress_close(p);
		/* What was marked before a failure is kept too. */
		(void)session_kept(s, rc, &e);
		screening_acted(a->sc);
	}
	act_free(a);
}

static void
ask_reason(struct flag_act *a)
{
	const struct session *s = a->sc->s;
	const struct redflag_hit *h = screening_find(a->sc, &a->id[0]);
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	if (a->n > 1)
		msg_put(s->m, &b, N_("{1} flags, one reason for all of them. "), "z", a->n);
	if (a->confirm) {
		fj_buf_puts(&b, _(s->m, "What did the look at the records show? "));
		if (h != NULL)
			fj_buf_printf(&b, "%s%s", _(s->m, "On site: "), rule_verify(s, h->rule));
	} else {
		fj_buf_puts(&b, _(s->m, "What explains it, and how was that seen?"));
	}
	dialog_prompt(s->ui, &(struct prompt_opts){
	    .title = a->confirm ? _(s->m, "Confirm this flag") : _(s->m, "Rule this flag out"),
	    .text = b.p, .area = true, .required = true, .max_bytes = LIMIT_REASON_BYTES},
	    reason_given, a);
	fj_buf_release(&b);
}

static void
reason_picked(void *ctx, long i)
{
	struct flag_act *a = ctx;

	if (i < 0)
		act_free(a);
	else if ((size_t)i < a->reasons)
		reason_given(a, a->reason[i]);
	else
		ask_reason(a);
}

/* "a; b；c": the explanations that a rule tells. */
static void
split_reasons(struct flag_act *a, const char *text)
{
	while (*text != '\0' && a->reasons < REASONS) {
		size_t n = strcspn(text, ";\n");
		const char *wide = strstr(text, "；");
		const char *end = wide != NULL && wide < text + n ? wide : text + n;

		while (text < end && *text == ' ')
			text++;
		if (end > text)
			a->reason[a->reasons++] = xstrndup(text, (size_t)(end - text));
		text = *end == '\0' ? end : end + (end == wide ? strlen("；") : 1);
	}
}

static void
ask_explanation(struct flag_act *a)
{
	const struct session *s = a->sc->s;
	const struct redflag_hit *h = screening_find(a->sc, &a->id[0]);
	struct pick_item item[REASONS + 1];
	struct fj_buf title;
	size_t i;

	if (h != NULL)
		split_reasons(a, rule_false_alarms(s, h->rule));
	if (a->reasons == 0) {
		ask_reason(a);
		return;
	}
	memset(item, 0, sizeof(item));
	for (i = 0; i < a->reasons; i++) {
		item[i].label = a->reason[i];
		item[i].key = i < 9 ? '1' + (uint32_t)i : 0;
	}
	item[i].label = _(s->m, "Another explanation…");
	item[i].key = '0';
	fj_buf_init(&title, 512);
	if (a->n > 1)
		msg_put(s->m, &title, N_("What explains these {1} flags?"), "z", a->n);
	else
		fj_buf_puts(&title, _(s->m, "What explains it?"));
	dialog_pick(s->ui, &(struct pick_opts){.title = title.p, .items = item, .n = a->reasons + 1},
	    reason_picked, a);
	fj_buf_release(&title);
}

void
flags_mark(struct screening *sc, const struct id *ids, size_t n, bool confirm)
{
	struct flag_act *a;

	if (n == 0)
		return;
	if (screening_busy(sc) && !sc->again) {
		ui_say(sc->s->ui, STYLE_WARN, _(sc->s->m, "The rules are still running; marks are set when all ended."));
		return;
	}
	a = xcalloc(1, sizeof(*a));
	a->sc = screening_ref(sc);
	a->id = xmalloc(n * sizeof(*ids));
	memcpy(a->id, ids, n * sizeof(*ids));
	a->n = n;
	a->confirm = confirm;
	if (confirm)
		ask_reason(a);
	else
		ask_explanation(a);
}

/* ---- drafts ---- */

static void
draft_which(void *ctx, long i)
{
	struct flag_act *a = ctx;
	struct session *s = a->sc->s;
	struct dossier *d = i >= 0 ? session_dossier(s, &a->sc->visit) : NULL;
	const struct redflag_hit *h = screening_find(a->sc, &a->id[0]);
	struct id finding;
	struct fj_err e;
	enum fj_rc rc;

	if (d != NULL && h != NULL) {
		say_busy(s, N_("Taking the rows as evidence…"));
		session_keeping(s);
		rc = dossier_flag_draft(d, screening_can_ask(a->sc) ? a->sc->r : NULL, h, (int)i,
		    &finding, &e);
		if (session_kept(s, rc, &e)) {
			screening_acted(a->sc);
			view_finding_open(s, &a->sc->visit, &finding);
		}
	}
	act_free(a);
}

static void
row_words(const struct session *s, const struct redflag_src *r, const char *which,
    struct fj_buf *b)
{
	fj_buf_printf(b, "%s%s ", which, table_word(s->m, r->table));
	msg_put(s->m, b, N_("row {1}"), "l", (long long)r->row);
}

static void
ask_which(struct flag_act *a, const struct redflag_hit *h)
{
	const struct session *s = a->sc->s;
	struct redflag_src src[2];
	struct fj_buf one, other;

	fj_buf_init(&one, 512);
	fj_buf_init(&other, 512);
	if (redflag_hit_src(h, src, 2) >= 2) {
		row_words(s, &src[0], _(s->m, "The first: "), &one);
		row_words(s, &src[1], _(s->m, "The second: "), &other);
		dialog_pick(s->ui, &(struct pick_opts){.title = _(s->m, "One of these two"),
		    .text = _(s->m, "The rule does not know which of the two is untrue. Which one is the finding about?"),
		    .items = (const struct pick_item[]){
			{_(s->m, "One of these two: open"), NULL, '0', false},
			{one.p, NULL, '1', false}, {other.p, NULL, '2', false}}, .n = 3},
		    draft_which, a);
	} else {
		draft_which(a, 0);
	}
	fj_buf_release(&one);
	fj_buf_release(&other);
}

void
flag_draft(struct screening *sc, const struct id *id)
{
	const struct redflag_hit *h = screening_find(sc, id);
	struct flag_act *a;

	if (h == NULL)
		return;
	if (screening_busy(sc)) {
		ui_say(sc->s->ui, STYLE_WARN, _(sc->s->m, "Wait until the registers are read and all rules ended."));
		return;
	}
	if (h->rule->grade == 'C') {
		ui_say(sc->s->ui, STYLE_WARN, _(sc->s->m, "Grade C says only where to look; it is no finding by itself. What is found there can be one: a in the findings."));
		return;
	}
	a = xcalloc(1, sizeof(*a));
	a->sc = screening_ref(sc);
	a->id = xmemdup(id, sizeof(*id));
	a->n = 1;
	if (h->rule->pair)
		ask_which(a, h);
	else
		draft_which(a, 0);
}
