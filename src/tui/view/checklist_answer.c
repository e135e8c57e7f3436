/* SPDX-License-Identifier: Apache-2.0 */
/* Answering: paint "…", keep, say 已存, go on. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/checklist.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

static void
forget_todo(struct checklist *c)
{
	free(c->todo);
	free(c->todo_path);
	c->todo = NULL;
	c->todo_path = NULL;
}

/* One answer, with or without a reason. */
static enum fj_rc
keep(struct checklist *c, struct inst_node *at, const char *value, const char *why,
    struct fj_err *e)
{
	struct inst_changes changes = {0};
	struct dossier *d = check_dossier(c);
	enum fj_rc rc;

	session_keeping(c->s);
	rc = value[0] != '\0' ? dossier_set(d, c->form, at, value, why, &changes, e) :
	    dossier_clear(d, c->form, at, why, &changes, e);
	inst_changes_release(&changes);
	return rc;
}

bool
check_told_wrong(struct checklist *c)
{
	const struct check_row *r = check_current(c);
	struct dossier *d = check_dossier(c);
	struct inst_problem p;
	struct fj_buf b;

	if (r == NULL || d == NULL || !check_answered(r) || inst_valid(r->at) ||
	    !inst_problem_at(dossier_inst(d, c->form), r->at, &p))
		return false;
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	check_problem_text(c, &p, &b);
	ui_say(c->s->ui, STYLE_BAD, b.p);
	fj_buf_release(&b);
	return true;
}

/* After an answer: rows anew; a failed item asks for its note at once.  Who
 * corrects an answer goes on to the row below, not far away. */
static void
go_on(struct checklist *c, const char *path, const char *value, enum check_advance advance)
{
	const struct check_row *r;

	session_acted(c->s);
	check_rows(c);
	if (!check_select_path(c, path)) {
		check_next_open(c);
		return;
	}
	r = check_current(c);
	if (r != NULL && check_failed(r) && strcmp(value, "nonconform") == 0)
		check_note_open(c, r, advance);
	else if (!check_told_wrong(c))
		check_advance(c, advance);
}

static void
reason_given(void *ctx, const char *why)
{
	struct checklist *c = ctx;
	struct dossier *d = check_dossier(c);
	struct inst_node *at = NULL;
	struct fj_err e;

	if (why != NULL && d != NULL && c->todo != NULL &&
	    inst_find(dossier_inst(d, c->form), c->todo_path, &at, &e) == FJ_OK &&
	    session_kept(c->s, keep(c, at, c->todo, why, &e), &e)) {
		check_edit_dropped(c);
		go_on(c, c->todo_path, c->todo, ADVANCE_OPEN);
	}
	forget_todo(c);
}

bool
check_wants_reason(const struct fj_err *e)
{
	return strcmp(e->code, "app.other-answered") == 0 ||
	    strncmp(e->code, "model.need-why", 14) == 0;
}

void
check_ask_reason(struct checklist *c, const char *path, const char *value,
    const struct fj_err *e)
{
	struct prompt_opts o = {.title = strncmp(e->code, "model.need-why", 14) == 0 ?
	    _(c->s->m, "This change needs a reason") :
	    _(c->s->m, "A colleague answered otherwise"), .max_bytes = LIMIT_REASON_BYTES, .required = true};
	struct fj_buf text;

	forget_todo(c);
	c->todo = xstrdup(value);
	c->todo_path = xstrdup(path);
	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	msg_say(c->s->m, e, &text);
	o.text = text.p;
	dialog_prompt(c->s->ui, &o, reason_given, c);
	fj_buf_release(&text);
}

void
check_answer(struct checklist *c, const struct check_row *r, const char *value,
    enum check_advance advance)
{
	struct dossier *d = check_dossier(c);
	struct inst_node *at = d != NULL ? check_node(c, d, r->at) : NULL;
	struct fj_buf path;
	struct fj_err e;
	enum fj_rc rc;

	if (at == NULL)
		return;
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(at, &path);
	rc = keep(c, at, value, NULL, &e);
	if (rc != FJ_OK && check_wants_reason(&e)) {
		ui_mark(c->s->ui, STYLE_NORMAL, "");
		check_ask_reason(c, path.p, value, &e);
	} else if (session_kept(c->s, rc, &e)) {
		go_on(c, path.p, value, advance);
	} else {
		check_rows(c);
	}
	fj_buf_release(&path);
}

/* ---- one key per verdict ---- */

static const struct form_choice *
choice_of_key(struct checklist *c, struct dossier *d, const struct check_row *r, int key)
{
	bool verdict = form_node_type(inst_def(r->at)) == FORM_VERDICT;
	const struct form_choice *const *v;
	size_t n = inst_choices(dossier_inst(d, c->form), r->at, &v), i;

	for (i = 0; i < n; i++)
		if (verdict ? form_choice_key(v[i]) == key : (int)i + 1 == key)
			return v[i];
	return NULL;
}

static void
refuse_key(struct checklist *c, const struct check_row *r, int key)
{
	struct fj_buf offers, text;

	fj_buf_init(&offers, LIMIT_REASON_BYTES);
	fj_buf_init(&text, LIMIT_REASON_BYTES);
	check_choices_text(c, r, &offers);
	msg_put(c->s->m, &text, N_("This item does not take {1}; it takes: {2}"), "ds", key,
	    offers.p);
	ui_say(c->s->ui, STYLE_BAD, text.p);
	fj_buf_release(&offers);
	fj_buf_release(&text);
}

void
check_verdict(struct checklist *c, int key)
{
	const struct check_row *r = check_current(c);
	struct dossier *d = check_dossier(c);
	const struct form_choice *choice;
	enum form_type type;

	if (c->nmark > 0) {
		check_bulk(c, key);
		return;
	}
	if (r == NULL || d == NULL || r->kind != CHECK_ITEM)
		return;
	type = form_node_type(inst_def(r->at));
	if (check_value_typed(c, r, key))
		return;
	if (type != FORM_VERDICT && type != FORM_SELECT_ONE && type != FORM_SELECT_MULTIPLE &&
	    type != FORM_RANK) {
		ui_say(c->s->ui, STYLE_WARN, _(c->s->m, "Enter opens this item; digits are for verdicts and lists"));
		return;
	}
	choice = choice_of_key(c, d, r, key);
	if (choice == NULL)
		refuse_key(c, r, key);
	else if (type == FORM_SELECT_MULTIPLE || type == FORM_RANK)
		check_toggle(c, r, choice);
	else
		check_answer(c, r, form_choice_name(choice),
		    check_answered(r) ? ADVANCE_ROW : ADVANCE_OPEN);
}

/* ---- many at once: only 不适用 and 未检查, with a reason ---- */

static size_t
marked_nodes(struct checklist *c, struct dossier *d, struct inst_node **at)
{
	size_t i, n = 0;

	for (i = 0; i < c->n; i++)
		if (check_marked(c, c->row[i].id) &&
		    (at[n] = check_node(c, d, c->row[i].at)) != NULL)
			n++;
	return n;
}

static void
bulk_reason(void *ctx, const char *why)
{
	struct checklist *c = ctx;
	struct dossier *d = check_dossier(c);
	struct inst_node **at;
	struct fj_err e;
	size_t n;

	if (why == NULL || d == NULL)
		return;
	at = xcalloc(c->n + 1, sizeof(*at));
	n = marked_nodes(c, d, at);
	session_keeping(c->s);
	if (session_kept(c->s, dossier_bulk(d, c->form, at, n, c->bulk, why, &e), &e)) {
		check_unmark(c);
		session_acted(c->s);
	}
	check_rows(c);
	free(at);
}

void
check_bulk(struct checklist *c, int verdict)
{
	struct prompt_opts o = {.title = _(c->s->m, "Reason for the marked items"),
	    .max_bytes = LIMIT_REASON_BYTES, .required = true};

	if (verdict != VERDICT_NA && verdict != VERDICT_UNCHECKED) {
		ui_say(c->s->ui, STYLE_BAD, _(c->s->m, "Marked items take only 4 or 5; 符合 is always one item, one key. Space unmarks."));
		return;
	}
	c->bulk = verdict;
	dialog_prompt(c->s->ui, &o, bulk_reason, c);
}
