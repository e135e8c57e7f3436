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

static const struct visit_entry *
colleagues(const struct dossier *d, const struct target *t, const char *value)
{
	int i, me = dossier_my_row(d);

	for (i = 0; t != NULL && i < t->open_count; i++)
		if (t->open[i]->author.member != me && t->open[i]->value != NULL &&
		    strcmp(t->open[i]->value, value) != 0)
			return t->open[i];
	return NULL;
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
	if (why != NULL && colleagues(d, t, f->value) != NULL)
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

	for (i = 0; i < n && k < ACT_MAX; i++)
		if (is_stage(&f[i]) == stage && field_command(d, finding, &f[i], why, &c[k]))
			k++;
	if (k > 0)
		rc = dossier_act(d, c, k, NULL, 0, e);
	free(c);
	return rc;
}

static const char *const fields[] = {
	"title", "item", "clauses", "reports", "facts", "act_day", "statement", "stage",
	"leg2", "leg2.facts", "leg2.how", "leg2.by", "leg2.until", NULL,
};

static enum fj_rc
check_fields(const struct dossier *d, const struct finding_field *f, size_t n,
    struct fj_err *e)
{
	size_t i, k;

	if (n == 0)
		return fj_fail(e, FJ_INVAL, "app.finding-empty", "");
	for (i = 0; i < n; i++) {
		int64_t day;

		for (k = 0; fields[k] != NULL && strcmp(fields[k], f[i].field) != 0; k++)
			;
		if (fields[k] == NULL)
			return fj_fail(e, FJ_INVAL, "app.finding-field", "s", f[i].field);
		if (strlen(f[i].value) > LIMIT_VALUE_BYTES)
			return fj_fail(e, FJ_LIMIT, "app.text-too-long", "d", LIMIT_VALUE_BYTES);
		if ((strcmp(f[i].field, "act_day") == 0 || strcmp(f[i].field, "leg2.until") == 0) &&
		    f[i].value[0] != '\0' && !date_parse(f[i].value, strlen(f[i].value), &day))
			return fj_fail(e, FJ_INVAL, "app.finding-day", "ss", f[i].field, f[i].value);
	}
	for (i = 0; i < n; i++) {
		char *list, *word, *end;

		if (strcmp(f[i].field, "clauses") != 0)
			continue;
		list = xstrdup(f[i].value);
		for (word = list; *word != '\0'; word = end) {
			bool last;

			word += strspn(word, " ,\n\t");
			end = word + strcspn(word, " ,\n\t");
			last = *end == '\0';
			*end = '\0';
			if (word[0] != '\0' && clauses_find(shelf_clauses(d->a->shelf), word) == NULL) {
				enum fj_rc rc = fj_fail(e, FJ_INVAL, "app.clause", "s", word);

				free(list);
				return rc;
			}
			if (!last)
				end++;
		}
		free(list);
	}
	return FJ_OK;
}

enum fj_rc
dossier_finding_set(struct dossier *d, struct id *finding, const struct finding_field *f,
    size_t n, const char *why, struct fj_err *e)
{
	struct id id = *finding;
	bool fresh = id_is_zero(&id);
	enum fj_rc rc = check_fields(d, f, n, e);

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

enum fj_rc
dossier_finding_draft(struct dossier *d, size_t form, const struct inst_node *at,
    struct id *out, struct fj_err *e)
{
	const struct form_node *def = inst_def(at);
	const char *const *clause;
	size_t n = form_node_clauses(def, &clause), i;
	struct fj_buf clauses, path;
	char day[DATE_TEXT + 1];
	enum fj_rc rc;

	fj_buf_init(&clauses, LIMIT_VALUE_BYTES);
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	for (i = 0; i < n; i++)
		fj_buf_printf(&clauses, "%s%s", i > 0 ? " " : "", clause[i]);
	inst_path_id(at, &path);
	date_format(instant_day(app_now(d->a)), day);
	{
		const struct finding_field f[] = {
			{"title", form_node_label(def, d->a->lang)},
			{"item", path.p},
			{"clauses", clauses.p},
			{"facts", dossier_note_text(d, form, at)},
			{"act_day", day},
			{"stage", "lead"},
		};
		struct finding_field some[6];
		size_t k = 0;

		for (i = 0; i < 6; i++)
			if (f[i].value[0] != '\0')
				some[k++] = f[i];
		memset(out, 0, sizeof(*out));
		rc = dossier_finding_set(d, out, some, k, NULL, e);
	}
	fj_buf_release(&clauses);
	fj_buf_release(&path);
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
	fj_buf_printf(out, "《%s》%s", clauses_instrument_title(all, c->instrument, "zh"),
	    *verified ? a.article : "第__条");
}
