/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rows.h"

#include <string.h>

#include "app/words.h"
#include "text/human.h"

void
rows_next(struct cli *c, const struct summary *s, struct fj_buf *out)
{
	struct fj_err e;

	if (s->next[0] == '\0')
		return;
	(void)fj_fail(&e, FJ_OK, s->next, "");
	msg_say(c->msg, &e, out);
}

static void
counts(struct json_w *w, const struct app_row *r)
{
	const struct summary *s = &r->s;

	json_w_kint(w, "answered", (int64_t)s->answered);
	json_w_kint(w, "total", (int64_t)s->total);
	json_w_kint(w, "failed", (int64_t)s->failed);
	json_w_kint(w, "findings", (int64_t)s->findings);
	json_w_kint(w, "suspected", (int64_t)s->suspected);
	json_w_kint(w, "evidence", (int64_t)s->evidence);
	json_w_kint(w, "disputes", (int64_t)s->disputes);
	json_w_kint(w, "late", (int64_t)s->late);
	json_w_kint(w, "comments", (int64_t)s->comments);
	json_w_kint(w, "waits", (int64_t)s->waits);
	json_w_kint(w, "unsent", (int64_t)r->unsent);
	json_w_kint(w, "unsent_evidence", (int64_t)r->unsent_evidence);
}

void
rows_members(struct cli *c, struct json_w *w, const struct app_row *r)
{
	const struct summary *s = &r->s;
	int i;

	out_kid(w, "id", &r->id);
	json_w_kstr(w, "subject", s->subject);
	json_w_kstr(w, "uscc", s->uscc);
	json_w_kstr(w, "cma", s->cma);
	json_w_kstr(w, "kind", s->kind);
	campaigns_write(w, s->campaigns);
	json_w_kstr(w, "division", s->division);
	json_w_kstr(w, "state", visit_state_id(s->state));
	json_w_kint(w, "round", s->round);
	json_w_kstr(w, "outcome", s->outcome);
	json_w_key(w, "team");
	json_w_arr(w);
	for (i = 0; i < s->team_count; i++) {
		json_w_obj(w);
		json_w_kstr(w, "name", s->team[i].name);
		json_w_kstr(w, "cert", s->team[i].cert);
		json_w_end(w);
	}
	json_w_end(w);
	counts(w, r);
	json_w_kbool(w, "forked", s->forked);
	out_kinstant(w, "begun", (struct instant){s->begun, app_now(c->app).offset});
	out_kinstant(w, "last", (struct instant){s->last, app_now(c->app).offset});
	out_khash(w, "seal", &s->seal);
	json_w_kstr(w, "next", s->next);
	if (app_outside(c->app, r))
		json_w_kbool(w, "outside", true);
	if (id_is_zero(&s->planner))
		return;
	json_w_kstr(w, "planner", app_person_name(c->app, &s->planner));
	json_w_kstr(w, "approver", app_person_name(c->app, &s->approver));
	json_w_kstr(w, "from", s->from);
	json_w_kstr(w, "until", s->until);
}

static void
text_row(struct cli *c, struct out_table *t, const struct app_row *r)
{
	const struct summary *s = &r->s;
	const struct visit_kind *k = kinds_find(app_kinds(c->app), s->kind);
	char id[ID_SHOWN + 1];
	struct fj_buf when;

	id_format_short(&r->id, id);
	out_cell(t, id);
	out_cell(t, s->subject);
	out_cellf(t, "%s%s%s", k != NULL ? kind_title(k, msg_lang(c->msg)) : s->kind,
	    s->campaigns[0] != '\0' ? " " : "", s->campaigns);
	out_cellf(t, "%s%s", word_state(c->msg, s->state),
	    app_outside(c->app, r) ? _(c->msg, " (outside)") : "");
	out_cellf(t, "%d", s->round);
	out_cellf(t, "%zu/%zu", s->answered, s->total);
	out_cellf(t, "%zu", s->findings);
	out_cellf(t, "%zu", s->evidence);
	if (r->unsent == 0 && r->unsent_evidence == 0)
		out_cell(t, "-");
	else
		out_cellf(t, "%llu+%llu", (unsigned long long)r->unsent,
		    (unsigned long long)r->unsent_evidence);
	fj_buf_init(&when, 256);
	human_when(&when, (struct instant){s->last, app_now(c->app).offset},
	    app_now(c->app));
	out_cell(t, when.p);
	fj_buf_release(&when);
}

static void
planned_row(struct cli *c, struct out_table *t, const struct app_row *r)
{
	const struct summary *s = &r->s;
	const struct visit_kind *k = kinds_find(app_kinds(c->app), s->kind);
	char id[ID_SHOWN + 1];
	struct fj_buf team;
	int i;

	id_format_short(&r->id, id);
	out_cell(t, id);
	out_cell(t, s->subject);
	out_cell(t, k != NULL ? kind_title(k, msg_lang(c->msg)) : s->kind);
	out_cell(t, word_state(c->msg, s->state));
	out_cellf(t, "%s..%s", s->from, s->until);
	out_cell(t, app_person_name(c->app, &s->planner));
	fj_buf_init(&team, 64 << 10);
	for (i = 0; i < s->team_count; i++)
		fj_buf_printf(&team, "%s%s", i > 0 ? " " : "", s->team[i].name);
	out_cell(t, team.p);
	fj_buf_release(&team);
}

static void
print(struct cli *c, struct app *a, bool (*want)(void *ctx, const struct app_row *r), void *ctx,
    struct out_table *t, void (*row)(struct cli *c, struct out_table *t,
    const struct app_row *r), const char *none)
{
	const struct app_row *const *rows;
	size_t i, n = app_rows(a, &rows);
	struct out_json j;

	if (t == NULL) {
		out_json_begin(&j);
		json_w_arr(&j.w);
	}
	for (i = 0; i < n; i++) {
		if (want != NULL && !want(ctx, rows[i]))
			continue;
		if (t != NULL) {
			row(c, t, rows[i]);
			continue;
		}
		json_w_obj(&j.w);
		rows_members(c, &j.w, rows[i]);
		json_w_end(&j.w);
	}
	if (t != NULL) {
		out_table_end(&t, none);
	} else {
		json_w_end(&j.w);
		out_json_end(c, &j);
	}
}

void
rows_planned(struct cli *c, struct app *a, bool (*want)(void *ctx, const struct app_row *r),
    void *ctx)
{
	static const char *const heads[] = {N_("Visit"), N_("Subject"), N_("Kind of visit"),
	    N_("State"), N_("Window"), N_("Planner"), N_("Team")};

	print(c, a, want, ctx, c->json ? NULL : out_table_new(c, heads, 7), planned_row,
	    N_("no assignments; a supervisor plans one with: feijian visit assign"));
}

void
rows_print(struct cli *c, struct app *a, bool (*want)(void *ctx, const struct app_row *r),
    void *ctx, const char *none)
{
	static const char *const heads[] = {N_("Visit"), N_("Subject"), N_("Kind of visit"),
	    N_("State"), N_("Round"), N_("Answered"), N_("Findings"), N_("Evidence"),
	    N_("Unsent"), N_("Last change")};

	print(c, a, want, ctx, c->json ? NULL : out_table_new(c, heads, 10), text_row, none);
}

struct app *
rows_app(struct cli *c, const char *verb, const char *sub, int argc, char **argv,
    int *exit_code)
{
	struct app *a;
	struct fj_err e;
	bool changed;

	*exit_code = CLI_USAGE;
	if (cli_opts(c, verb, sub, NULL, 0, argc, argv, 0, 0) < 0)
		return NULL;
	a = cli_app(c, exit_code);
	if (a == NULL || app_refresh(a, &changed, &e) == FJ_OK)
		return a;
	*exit_code = cli_fail(c, &e);
	return NULL;
}
