/* SPDX-License-Identifier: Apache-2.0 */
/* Findings: fields, drafting one from an item, and the law as it is printed. */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"
#include "base/xalloc.h"

static bool
is_stage(const struct finding_field *f)
{
	return strcmp(f->field, "stage") == 0;
}

/* The command of one field; false: it stands so already. */
static bool
field_command(const struct dossier *d, const struct id *finding,
    const struct finding_field *f, const char *why, struct command *c)
{
	const struct target *t = view_field(visit_now(d->v), finding, f->field);
	bool same = t != NULL && t->value != NULL ? strcmp(t->value, f->value) == 0 :
	    f->value[0] == '\0' && t == NULL;

	if (same && (t == NULL || !t->disagree))
		return false;
	memset(c, 0, sizeof(*c));
	c->op = OP_FINDING_SET;
	c->object = *finding;
	c->field = f->field;
	c->value = f->value;
	c->why = why;
	if (why != NULL && dossier_others_value(d, t, f->value) != NULL)
		c->op = OP_RESOLVE;
	return true;
}

/* The stage asks about the other fields, so it is a commit of its own behind
 * them. */
static enum fj_rc
set_fields(struct dossier *d, const struct id *finding, const struct finding_field *f,
    size_t n, const char *why, bool stage, struct fj_err *e)
{
	struct command *c = xcalloc(n + 1, sizeof(*c));
	enum fj_rc rc = FJ_OK;
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		if (is_stage(&f[i]) == stage && field_command(d, finding, &f[i], why, &c[k]))
			k++;
	if (k > 0)
		rc = dossier_act(d, c, k, NULL, 0, e);
	free(c);
	return rc;
}

static const char *const fields[] = {
	"title", "item", "clauses", "reports", "facts", "act_day", "statement", "stage",
	"leg2", "leg2.facts", "leg2.how", "leg2.by", "leg2.until", "flags", NULL,
};

static enum fj_rc
check_clauses(const struct dossier *d, const char *value, struct fj_err *e)
{
	char *list = xstrdup(value), *word = list;
	enum fj_rc rc = FJ_OK;

	while (rc == FJ_OK && word[0] != '\0') {
		size_t n;
		bool more;

		word += strspn(word, " ,\n\t");
		n = strcspn(word, " ,\n\t");
		more = word[n] != '\0';
		word[n] = '\0';
		if (n > 0 && clauses_find(shelf_clauses(d->a->shelf), word) == NULL)
			rc = fj_fail(e, FJ_INVAL, "app.clause", "s", word);
		word += n + (more ? 1 : 0);
	}
	free(list);
	return rc;
}

static enum fj_rc
check_field(const struct dossier *d, const struct finding_field *f, struct fj_err *e)
{
	int64_t day;
	size_t k;

	for (k = 0; fields[k] != NULL && strcmp(fields[k], f->field) != 0; k++)
		;
	if (fields[k] == NULL)
		return fj_fail(e, FJ_INVAL, "app.finding-field", "s", f->field);
	if (strlen(f->value) > LIMIT_VALUE_BYTES)
		return fj_fail(e, FJ_LIMIT, "app.text-too-long", "d", LIMIT_VALUE_BYTES);
	if ((strcmp(f->field, "act_day") == 0 || strcmp(f->field, "leg2.until") == 0) &&
	    f->value[0] != '\0' && !date_parse(f->value, strlen(f->value), &day))
		return fj_fail(e, FJ_INVAL, "app.finding-day", "ss", f->field, f->value);
	if (strcmp(f->field, "clauses") == 0)
		return check_clauses(d, f->value, e);
	return FJ_OK;
}

static enum fj_rc
check_fields(const struct dossier *d, const struct finding_field *f, size_t n,
    struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (n == 0)
		return fj_fail(e, FJ_INVAL, "app.finding-empty", "");
	if (n > ACT_MAX)
		return fj_fail(e, FJ_LIMIT, "app.act-too-large", "d", ACT_MAX);
	for (i = 0; rc == FJ_OK && i < n; i++)
		rc = check_field(d, &f[i], e);
	return rc;
}

enum fj_rc
dossier_finding_set(struct dossier *d, struct id *finding, const struct finding_field *f,
    size_t n, const char *why, struct fj_err *e)
{
	struct id id = *finding;
	bool fresh = id_is_zero(&id);
	enum fj_rc rc = app_need(d->a, e);

	if (rc == FJ_OK)
		rc = check_fields(d, f, n, e);
	if (rc != FJ_OK)
		return rc;
	if (fresh)
		id_random(&id);
	rc = set_fields(d, &id, f, n, why, false, e);
	if (rc == FJ_OK)
		*finding = id;
	if (rc == FJ_OK)
		rc = set_fields(d, &id, f, n, why, true, e);
	return rc;
}

/* The form's own words for the facts, with blanks to fill in, before the note. */
static void
draft_facts(const struct dossier *d, const struct form_node *def, const char *note,
    struct fj_buf *out)
{
	const char *text = form_node_finding(def);
	struct json_doc *doc = NULL;
	const struct json *facts = NULL;

	if (text[0] != '\0' && json_parse(text, strlen(text), &doc, NULL) == FJ_OK)
		facts = json_get(json_root(doc), "facts");
	if (json_text(facts) != NULL)
		fj_buf_puts(out, json_text(facts));
	else if (json_str(facts, d->a->lang) != NULL)
		fj_buf_puts(out, json_str(facts, d->a->lang));
	if (out->n > 0 && note[0] != '\0')
		fj_buf_putc(out, '\n');
	fj_buf_puts(out, note);
	json_free(&doc);
}

bool
dossier_clues_only(const struct dossier *d)
{
	const struct visit_kind *k = visit_facts(d->v)->kind;

	return k != NULL && !k->findings;
}

/* The second leg is a field of its own, never a clause that stands alone. */
static void
draft_clauses(const struct dossier *d, const struct form_node *def, struct fj_buf *out)
{
	const char *const *id;
	size_t n = dossier_clues_only(d) ? 0 : form_node_clauses(def, &id), i;

	for (i = 0; i < n; i++) {
		const struct clause *c = clauses_find(shelf_clauses(d->a->shelf), id[i]);

		if (c != NULL && !c->second_leg)
			fj_buf_printf(out, "%s%s", out->n > 0 ? " " : "", c->id);
	}
}

/* The number of the report that the item is about: the form names the item beside it. */
static const char *
draft_reports(const struct inst_node *at)
{
	const char *text = form_node_finding(inst_def(at)), *found = "";
	const struct inst_node *k;
	struct json_doc *doc = NULL;
	const char *name;
	size_t i;

	if (text[0] == '\0' || inst_parent(at) == NULL ||
	    json_parse(text, strlen(text), &doc, NULL) != FJ_OK)
		return "";
	name = json_str(json_root(doc), "reports");
	for (i = 0; name != NULL && (k = inst_child(inst_parent(at), i)) != NULL; i++)
		if (inst_kind(k) == INST_LEAF && strcmp(form_node_name(inst_def(k)), name) == 0)
			found = inst_value(k);
	json_free(&doc);
	return found;
}

/* An item states what conforms; the title of a finding says that it does not. */
static void
draft_title(const struct dossier *d, const struct inst_node *at, struct fj_buf *out)
{
	const struct form_choice *const *v;
	size_t n, i;

	fj_buf_puts(out, inst_label(at, d->a->lang));
	if (form_node_type(inst_def(at)) != FORM_VERDICT)
		return;
	n = form_node_choices(inst_def(at), &v);
	for (i = 0; i < n; i++)
		if (form_choice_key(v[i]) == VERDICT_NONCONFORM &&
		    strcmp(form_choice_name(v[i]), inst_value(at)) == 0)
			fj_buf_printf(out, "%s%s", strcmp(d->a->lang, "zh") == 0 ? "：" : ": ",
			    inst_choice_label(at, v[i], d->a->lang));
}

enum fj_rc
dossier_finding_draft(struct dossier *d, size_t form, const struct inst_node *at,
    struct id *out, struct fj_err *e)
{
	const struct form_node *def = inst_def(at);
	struct fj_buf clauses, path, facts, title;
	char day[DATE_TEXT + 1];
	struct finding_field f[7];
	size_t i, k = 0;
	enum fj_rc rc;

	fj_buf_init(&clauses, LIMIT_VALUE_BYTES);
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	fj_buf_init(&facts, LIMIT_VALUE_BYTES);
	fj_buf_init(&title, LIMIT_VALUE_BYTES);
	draft_title(d, at, &title);
	draft_clauses(d, def, &clauses);
	draft_facts(d, def, dossier_note_text(d, form, at), &facts);
	inst_path_id(at, &path);
	date_format(instant_day(app_now(d->a)), day);
	f[0] = (struct finding_field){"title", title.p};
	f[1] = (struct finding_field){"item", path.p};
	f[2] = (struct finding_field){"clauses", clauses.p};
	f[3] = (struct finding_field){"facts", facts.p};
	f[4] = (struct finding_field){"act_day", day};
	f[5] = (struct finding_field){"stage", "lead"};
	f[6] = (struct finding_field){"reports", draft_reports(at)};
	for (i = 0; i < 7; i++)
		if (f[i].value[0] != '\0')
			f[k++] = f[i];
	memset(out, 0, sizeof(*out));
	rc = dossier_finding_set(d, out, f, k, NULL, e);
	fj_buf_release(&clauses);
	fj_buf_release(&path);
	fj_buf_release(&title);
	fj_buf_release(&facts);
	return rc;
}

enum fj_rc
dossier_finding_withdraw(struct dossier *d, const struct id *finding, const char *why,
    struct fj_err *e)
{
	struct command c = {.op = OP_FINDING_WITHDRAW, .object = *finding, .why = why};

	return dossier_act1(d, &c, e);
}

enum fj_rc
dossier_finding_establish(struct dossier *d, const struct id *finding, const char *why,
    struct fj_err *e)
{
	struct command c = {.op = OP_FINDING_ESTABLISH, .object = *finding, .why = why};

	return dossier_act1(d, &c, e);
}

/* The day the act was done: the finding's, else that of the visit's first entry. */
static int64_t
act_day(const struct dossier *d, const struct id *finding)
{
	const char *text = finding != NULL ?
	    view_field_text(visit_now(d->v), finding, "act_day") : "";
	int64_t day;

	if (date_parse(text, strlen(text), &day))
		return day;
	if (visit_entry_count(d->v) > 0)
		return instant_day(visit_entry_at(d->v, 0)->at);
	return instant_day(app_now(d->a));
}

void
dossier_clause_text(const struct dossier *d, const char *clause, const struct id *finding,
    struct fj_buf *out, bool *verified)
{
	const struct clauses *all = shelf_clauses(d->a->shelf);
	const struct clause *c = clauses_find(all, clause);
	struct clause_article a;

	*verified = false;
	if (c == NULL) {
		fj_buf_puts(out, clause);
		return;
	}
	a = clauses_on(all, c->id, act_day(d, finding));
	*verified = a.verified && a.article != NULL;
	/* The article is quoted as the instrument numbers it, in Chinese; a number
	 * that is not verified is never printed (DESIGN section 2). */
	fj_buf_printf(out, "《%s》%s", clauses_instrument_title(all, a.instrument, "zh"),
	    *verified ? a.article : "第__条");
}
