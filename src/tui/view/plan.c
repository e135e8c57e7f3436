/* SPDX-License-Identifier: Apache-2.0 */
/* Planned visits: a member of the team begins one; a supervisor plans one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/xalloc.h"
#include "tui/view/begin_pick.h"
#include "tui/view/common.h"
#include "tui/view/page.h"
#include "tui/view/views.h"

static const char *
given(const struct page *p, const char *name)
{
	const char *v = page_value(p, name);

	return v[0] != '\0' ? v : NULL;
}

static bool
check_uscc(void *ctx, const struct msg *m, const char *value, struct fj_buf *why)
{
	(void)ctx;
	return uscc_check(m, value, why);
}

/* ---- begin what was planned ---- */

struct start {
	struct session *s;
	struct page *page;
	struct id id;
	struct fj_buf plan;		/* who planned what, until when */
	struct field fields[8];
};

static void
plan_text(struct start *v)
{
	const struct msg *m = v->s->m;
	const struct app_row *r = visit_row(v->s, &v->id);
	int i;

	if (r == NULL)
		return;
	fj_buf_printf(&v->plan, "%s  %s  %s  ", r->s.subject, kind_name(v->s, r->s.kind),
	    division_name(v->s, r->s.division));
	for (i = 0; i < r->s.team_count; i++)
		fj_buf_printf(&v->plan, "%s%s", i == 0 ? "" : msg_is_zh(m) ? "、" : ", ",
		    r->s.team[i].name);
	fj_buf_puts(&v->plan, "  ");
	msg_put(m, &v->plan, "planned by {1}, {2}..{3}", "sss",
	    app_person_name(v->s->app, &r->s.planner), r->s.from, r->s.until);
}

static bool
why_hidden(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return fieldset_value(fs, "uscc")[0] != '\0';
}

static void
start_done(struct page *p)
{
	struct start *v = p->own;
	struct session *s = p->s;
	char uscc[64];
	struct app_new_visit nv = {.planned = &v->id, .cma = given(p, "cma"),
	    .address = given(p, "address")};
	struct fj_err e;
	struct id id;

	uscc_fold(page_value(p, "uscc"), uscc);
	nv.uscc = uscc[0] != '\0' ? uscc : NULL;
	nv.no_uscc = nv.uscc != NULL ? NULL : given(p, "no_uscc");
	session_keeping(s);
	if (!session_kept(s, app_visit_new(s->app, &nv, &id, &e), &e)) {
		if (strncmp(e.code, "app.no-uscc", 11) == 0)
			page_error(p, "no_uscc", &e);
		return;
	}
	session_acted(s);
	page_close(p);
	view_visit_open(s, &id);
}

static void
start_release(void *own)
{
	struct start *v = own;

	fj_buf_release(&v->plan);
	free(v);
}

static const struct page_ops start_ops = {
	.name = "start", .title = N_("Begin a planned visit"), .done = start_done,
	.release = start_release,
};

void
view_start_open(struct session *s, const struct id *visit)
{
	const struct app_row *r = visit_row(s, visit);
	struct start *v;

	if (r == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->id = *visit;
	fj_buf_init(&v->plan, 65536);
	plan_text(v);
	{
		const struct field fields[] = {
			{.name = "plan", .label = v->plan.p, .kind = FIELD_NOTE},
			{.name = "uscc", .label = N_("USCC"), .kind = FIELD_TEXT, .value = r->s.uscc,
			    .check = check_uscc, .hint = N_("18 characters; empty: say why below")},
			{.name = "no_uscc", .label = N_("No USCC because"), .kind = FIELD_TEXT,
			    .hidden = why_hidden, .hint = N_("only when there is no code")},
			{.name = "cma", .label = N_("CMA number"), .kind = FIELD_TEXT,
			    .value = r->s.cma,
			    .hint = N_("on the qualification certificate; may be left empty")},
			{.name = "address", .label = N_("Address"), .kind = FIELD_TEXT},
			{.name = "ok", .label = N_("Begin the visit"), .kind = FIELD_BUTTON},
		};

		memcpy(v->fields, fields, sizeof(fields));
		v->page = page_open(s, &start_ops, v->fields,
		    (int)(sizeof(fields) / sizeof(fields[0])), v);
	}
}

/* ---- plan one ---- */

enum { OFFICERS = 4, ASSIGN_FIELDS = 14 + 2 * OFFICERS };

struct assign {
	struct session *s;
	struct page *page;
	char name[OFFICERS][16], cert[OFFICERS][16];
	struct field fields[ASSIGN_FIELDS];
	int n;
};

static const char *const officer_labels[OFFICERS] = {
	N_("First officer"), N_("Second officer"), N_("Third officer"), N_("Fourth officer"),
};

static bool
form_hidden(void *ctx, const struct fieldset *fs)
{
	const struct assign *v = ctx;
	const struct visit_kind *k = kinds_find(app_kinds(v->s->app),
	    fieldset_value(fs, "kind"));

	return k == NULL || k->form_count > 0;
}

static bool
known_hidden(void *ctx, const struct fieldset *fs)
{
	(void)fs;
	return !app_has_subjects(((const struct assign *)ctx)->s->app);
}

static bool
hidden3(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return fieldset_value(fs, "name2")[0] == '\0';
}

static bool
hidden4(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return fieldset_value(fs, "name3")[0] == '\0';
}

static bool
check_day(void *ctx, const struct msg *m, const char *value, struct fj_buf *why)
{
	int64_t day;

	(void)ctx;
	if (value[0] == '\0' || date_parse(value, strlen(value), &day))
		return true;
	fj_buf_puts(why, _(m, "a day as 2026-03-01"));
	return false;
}

static void
kind_picked(void *ctx, const struct visit_kind *k)
{
	struct assign *v = ctx;

	fieldset_set(v->page->fs, "kind", k->id, kind_title(k, lang_of(v->s)));
	fieldset_error(v->page->fs, "kind", NULL);
	fieldset_focus(v->page->fs, k->form_count > 0 ? "subject" : "form");
}

static void
form_picked(void *ctx, const char *id)
{
	struct assign *v = ctx;

	fieldset_set(v->page->fs, "form", id, NULL);
	fieldset_focus(v->page->fs, "subject");
}

static void
divided(void *ctx, const char *code, const char *name)
{
	if (code != NULL)
		fieldset_set(((struct assign *)ctx)->page->fs, "division", code, name);
}

static void
known_picked(void *ctx, const struct subject *one)
{
	struct assign *v = ctx;

	fieldset_set(v->page->fs, "subject", one->name, NULL);
	fieldset_set(v->page->fs, "uscc", one->uscc, NULL);
	fieldset_set(v->page->fs, "cma", one->cma, NULL);
	fieldset_set(v->page->fs, "address", one->address, NULL);
	fieldset_set(v->page->fs, "division", one->division, division_name(v->s, one->division));
	fieldset_focus(v->page->fs, "from");
}

static void
assign_pick(struct page *p, const char *field)
{
	struct assign *v = p->own;

	if (strcmp(field, "kind") == 0)
		kind_pick(v->s, page_value(p, "kind"), kind_picked, v);
	else if (strcmp(field, "form") == 0)
		form_pick(v->s, form_picked, v);
	else if (strcmp(field, "known") == 0)
		subject_pick(v->s, page_value(p, "subject"), known_picked, v);
	else if (strcmp(field, "division") == 0)
		division_pick(v->s, divided, v);
}

/* The field that a refusal is about; NULL: none of them. */
static const char *
field_of(const struct fj_err *e)
{
	static const char *const places[][2] = {
		{"app.kind", "kind"}, {"app.team", "name1"}, {"model.team", "name1"},
		{"app.form", "form"}, {"app.division", "division"}, {"model.division", "division"},
		{"app.subject", "subject"}, {"app.approver", "approver"}, {"model.window", "from"},
		{"model.uscc", "uscc"},
	};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strncmp(e->code, places[i][0], strlen(places[i][0])) == 0)
			return places[i][1];
	return NULL;
}

static void
assign_done(struct page *p)
{
	struct assign *v = p->own;
	struct session *s = p->s;
	struct app_member team[OFFICERS];
	char uscc[64];
	const char *form = given(p, "form");
	struct app_assign as = {.visit = {.kind = page_value(p, "kind"), .forms = &form,
	    .form_n = form != NULL ? 1 : 0, .subject_name = page_value(p, "subject"),
	    .cma = given(p, "cma"), .address = given(p, "address"),
	    .division = given(p, "division"), .team = team}, .from = given(p, "from"),
	    .until = given(p, "until"), .approver = given(p, "approver")};
	struct fj_err e;
	struct id id;
	int i;

	uscc_fold(page_value(p, "uscc"), uscc);
	as.visit.uscc = uscc[0] != '\0' ? uscc : NULL;
	for (i = 0; i < OFFICERS && page_value(p, v->name[i])[0] != '\0'; i++)
		team[as.visit.team_n++] = (struct app_member){page_value(p, v->name[i]),
		    page_value(p, v->cert[i])};
	session_keeping(s);
	if (!session_kept(s, app_assign(s->app, &as, &id, &e), &e)) {
		if (field_of(&e) != NULL)
			page_error(p, field_of(&e), &e);
		return;
	}
	session_acted(s);
	page_close(p);
	view_visit_open(s, &id);
}

static void
target_fields(struct assign *v)
{
	const struct field fields[] = {
		{.name = "kind", .label = N_("Kind of visit"), .kind = FIELD_PICK, .required = true,
		    .hint = N_("Enter: choose")},
		{.name = "form", .label = N_("Form"), .kind = FIELD_PICK, .hidden = form_hidden,
		    .required = true, .hint = N_("Enter: choose")},
		{.name = "subject", .label = N_("Subject"), .kind = FIELD_TEXT, .required = true,
		    .hint = N_("the name on the licence")},
		{.name = "known", .label = N_("From the register"), .kind = FIELD_PICK,
		    .hidden = known_hidden,
		    .hint = N_("Enter: subjects that hold what stands above")},
		{.name = "uscc", .label = N_("USCC"), .kind = FIELD_TEXT, .check = check_uscc,
		    .hint = N_("may be left to the team")},
		{.name = "cma", .label = N_("CMA number"), .kind = FIELD_TEXT,
		    .hint = N_("on the qualification certificate; may be left empty")},
		{.name = "address", .label = N_("Address"), .kind = FIELD_TEXT},
		{.name = "division", .label = N_("Division"), .kind = FIELD_PICK},
		{.name = "from", .label = N_("Not before"), .kind = FIELD_TEXT, .check = check_day,
		    .hint = N_("a day as 2026-03-01; may be left empty")},
		{.name = "until", .label = N_("Not after"), .kind = FIELD_TEXT, .check = check_day,
		    .hint = N_("a day as 2026-03-31; may be left empty")},
		{.name = "approver", .label = N_("Approver"), .kind = FIELD_TEXT,
		    .hint = N_("certificate number or name of a supervisor; may be left empty")},
	};

	memcpy(v->fields, fields, sizeof(fields));
	v->n = (int)(sizeof(fields) / sizeof(fields[0]));
}

static void
team_fields(struct assign *v)
{
	static bool (*const hide[OFFICERS])(void *, const struct fieldset *) = {
		NULL, NULL, hidden3, hidden4,
	};
	int i;

	for (i = 0; i < OFFICERS; i++) {
		snprintf(v->name[i], sizeof(v->name[i]), "name%d", i + 1);
		snprintf(v->cert[i], sizeof(v->cert[i]), "cert%d", i + 1);
		v->fields[v->n++] = (struct field){.name = v->name[i], .label = officer_labels[i],
		    .kind = FIELD_TEXT, .hidden = hide[i], .hint = N_("name; empty: no more")};
		v->fields[v->n++] = (struct field){.name = v->cert[i],
		    .label = N_("  certificate number"), .kind = FIELD_TEXT, .hidden = hide[i]};
	}
	v->fields[v->n++] = (struct field){.name = "ok", .label = N_("Plan the visit"),
	    .kind = FIELD_BUTTON};
}

static const struct page_ops assign_ops = {
	.name = "assign", .title = N_("Plan a visit for a team"), .done = assign_done,
	.pick = assign_pick, .release = free,
};

void
view_assign_open(struct session *s)
{
	struct assign *v = xcalloc(1, sizeof(*v));
	const struct app_person *me = app_me(s->app);

	v->s = s;
	target_fields(v);
	team_fields(v);
	v->page = page_open(s, &assign_ops, v->fields, v->n, v);
	fieldset_set(v->page->fs, "division", me->division, division_name(s, me->division));
}
