/* SPDX-License-Identifier: Apache-2.0 */
/* Begin a visit: kind, form, subject, place, team. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/view/begin_pick.h"
#include "tui/view/common.h"
#include "tui/view/page.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

enum { COLLEAGUES = 5, FIXED = 12, FIELDS_MAX = FIXED + 2 * COLLEAGUES + 2 };

struct new_visit {
	struct session *s;
	struct page *page;
	struct field fields[FIELDS_MAX];
	int n;
	char name[COLLEAGUES][16], cert[COLLEAGUES][16];
	struct id follows;
};

static const char *const name_labels[COLLEAGUES] = {
	N_("Second officer"), N_("Third officer"), N_("Fourth officer"),
	N_("Fifth officer"), N_("Sixth officer"),
};

/* ---- what is asked, and when ---- */

/* A colleague is asked for when the one before was given. */
static bool
later_hidden(const struct fieldset *fs, int i)
{
	char before[16];

	snprintf(before, sizeof(before), "name%d", i - 1);
	return fieldset_value(fs, before)[0] == '\0';
}

static bool
hidden2(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return later_hidden(fs, 2);
}

static bool
hidden3(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return later_hidden(fs, 3);
}

static bool
hidden4(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return later_hidden(fs, 4);
}

static bool
hidden5(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return later_hidden(fs, 5);
}

static const struct visit_kind *
kind_of(const struct new_visit *v, const struct fieldset *fs)
{
	return kinds_find(app_kinds(v->s->app), fieldset_value(fs, "kind"));
}

/* A kind with forms of its own brings them. */
static bool
form_hidden(void *ctx, const struct fieldset *fs)
{
	const struct visit_kind *k = kind_of(ctx, fs);

	return k == NULL || k->form_count > 0;
}

static bool
known_hidden(void *ctx, const struct fieldset *fs)
{
	(void)fs;
	return !app_has_subjects(((const struct new_visit *)ctx)->s->app);
}

static bool
why_hidden(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return fieldset_value(fs, "uscc")[0] != '\0';
}

/* ---- the code, verified as it is typed ---- */

static bool
check_uscc(void *ctx, const struct msg *m, const char *value, struct fj_buf *why)
{
	(void)ctx;
	return uscc_check(m, value, why);
}

static bool
check_no_uscc(void *ctx, const struct msg *m, const char *value, struct fj_buf *why)
{
	struct new_visit *v = ctx;

	if (value[0] != '\0' || page_value(v->page, "uscc")[0] != '\0')
		return true;
	fj_buf_puts(why, _(m, "Give the code above, or say why there is none"));
	return false;
}

static void
tell_uscc(struct new_visit *v)
{
	const struct msg *m = v->s->m;
	char code[64];
	struct fj_buf b;

	uscc_fold(page_value(v->page, "uscc"), code);
	if (code[0] == '\0')
		return;
	if (form_uscc_ok(code, strlen(code))) {
		ui_say(v->s->ui, STYLE_OK, _(m, "The check character fits"));
		return;
	}
	fj_buf_init(&b, 1024);
	(void)check_uscc(v, m, code, &b);
	ui_say(v->s->ui, strlen(code) < 18 ? STYLE_MUTED : STYLE_BAD, b.p);
	fj_buf_release(&b);
}

/* ---- lists to choose from ---- */

static void
kind_picked(void *ctx, const struct visit_kind *k)
{
	struct new_visit *v = ctx;

	fieldset_set(v->page->fs, "kind", k->id, kind_title(k, lang_of(v->s)));
	fieldset_error(v->page->fs, "kind", NULL);
	fieldset_focus(v->page->fs, k->form_count > 0 ? "subject" : "form");
}

static void
form_picked(void *ctx, const char *id)
{
	struct new_visit *v = ctx;

	fieldset_set(v->page->fs, "form", id, NULL);
	fieldset_error(v->page->fs, "form", NULL);
	fieldset_focus(v->page->fs, "subject");
}

static void
known_picked(void *ctx, const struct subject *one)
{
	struct new_visit *v = ctx;
	struct division d;

	fieldset_set(v->page->fs, "subject", one->name, NULL);
	fieldset_set(v->page->fs, "uscc", one->uscc, NULL);
	fieldset_set(v->page->fs, "cma", one->cma, NULL);
	fieldset_set(v->page->fs, "address", one->address, NULL);
	if (divisions_find(app_divisions(v->s->app), one->division, &d, NULL) == FJ_OK)
		fieldset_set(v->page->fs, "division", d.code, division_name(v->s, d.code));
	fieldset_focus(v->page->fs, one->uscc[0] != '\0' ? "cma" : "uscc");
}

static void
divided(void *ctx, const char *code, const char *name)
{
	struct new_visit *v = ctx;

	if (code != NULL)
		fieldset_set(v->page->fs, "division", code, name);
}

static void
follows_picked(void *ctx, long i)
{
	struct new_visit *v = ctx;
	const struct app_row *const *rows;
	struct fj_buf b;

	if (i < 0 || (size_t)i >= app_rows(v->s->app, &rows))
		return;
	v->follows = rows[i]->id;
	fj_buf_init(&b, 2048);
	visit_name(v->s, &v->follows, &b);
	fieldset_set(v->page->fs, "follows", "yes", b.p);
	if (page_value(v->page, "subject")[0] == '\0') {
		fieldset_set(v->page->fs, "subject", rows[i]->s.subject, NULL);
		fieldset_set(v->page->fs, "uscc", rows[i]->s.uscc, NULL);
		fieldset_set(v->page->fs, "cma", rows[i]->s.cma, NULL);
	}
	fj_buf_release(&b);
}

static void
pick_follows(struct new_visit *v)
{
	const struct app_row *const *rows;
	size_t i, n = app_rows(v->s->app, &rows);
	struct pick_item *items;
	char (*ids)[ID_SHOWN + 1];

	if (n == 0) {
		ui_say(v->s->ui, STYLE_MUTED, _(v->s->m, "There is no earlier visit here"));
		return;
	}
	items = xcalloc(n, sizeof(*items));
	ids = xcalloc(n, sizeof(*ids));
	for (i = 0; i < n; i++) {
		id_format_short(&rows[i]->id, ids[i]);
		items[i].label = rows[i]->s.subject;
		items[i].note = ids[i];
	}
	dialog_pick(v->s->ui, &(struct pick_opts){.title = _(v->s->m, "Follows which visit"),
	    .items = items, .n = n, .filter = true}, follows_picked, v);
	free(ids);
	free(items);
}

/* ---- campaigns: Enter adds or takes away ---- */

static void pick_campaigns(struct new_visit *v, size_t selected);

static void
campaign_picked(void *ctx, long i)
{
	struct new_visit *v = ctx;
	const struct campaigns *all = app_campaigns(v->s->app);
	const struct campaign *c = campaigns_at(all, i < 0 ? SIZE_MAX : (size_t)i);
	char old[CAMPAIGN_TEXT];
	struct fj_buf b, shown;
	size_t k;

	if (c == NULL || campaigns_tidy(page_value(v->page, "campaigns"), old, NULL) != FJ_OK)
		return;
	fj_buf_init(&b, 1024);
	fj_buf_init(&shown, 8192);
	for (k = 0; k < campaigns_count(all); k++) {
		const struct campaign *one = campaigns_at(all, k);

		if (campaigns_has(old, one->code) != (one == c))
			fj_buf_printf(&b, "%s%s", b.n > 0 ? " " : "", one->code);
	}
	if (b.p != NULL)
		campaigns_say(all, b.p, lang_of(v->s), &shown);
	fieldset_set(v->page->fs, "campaigns", b.n > 0 ? b.p : "", shown.n > 0 ? shown.p : NULL);
	fj_buf_release(&shown);
	fj_buf_release(&b);
	pick_campaigns(v, (size_t)i);
}

static void
pick_campaigns(struct new_visit *v, size_t selected)
{
	const struct campaigns *all = app_campaigns(v->s->app);
	size_t n = campaigns_count(all), i;
	struct pick_item *items = xcalloc(n + 1, sizeof(*items));
	char **label = xcalloc(n + 1, sizeof(*label));

	for (i = 0; i < n; i++) {
		const struct campaign *c = campaigns_at(all, i);

		label[i] = xasprintf("%s %s %s", campaigns_has(page_value(v->page, "campaigns"),
		    c->code) ? "[x]" : "[ ]", c->code, campaign_title(c, lang_of(v->s)));
		items[i].label = label[i];
	}
	dialog_pick(v->s->ui, &(struct pick_opts){
	    .title = _(v->s->m, "Campaigns: Enter adds or takes away, Esc when done"),
	    .items = items, .n = n, .selected = selected, .filter = true}, campaign_picked, v);
	for (i = 0; i < n; i++)
		free(label[i]);
	free(label);
	free(items);
}

static void
pick(struct page *p, const char *field)
{
	struct new_visit *v = p->own;

	if (strcmp(field, "kind") == 0)
		kind_pick(v->s, page_value(p, "kind"), kind_picked, v);
	else if (strcmp(field, "form") == 0)
		form_pick(v->s, form_picked, v);
	else if (strcmp(field, "known") == 0)
		subject_pick(v->s, page_value(p, "subject"), known_picked, v);
	else if (strcmp(field, "division") == 0)
		division_pick(v->s, divided, v);
	else if (strcmp(field, "follows") == 0)
		pick_follows(v);
	else if (strcmp(field, "campaigns") == 0)
		pick_campaigns(v, 0);
}

static void
changed(struct page *p, const char *field)
{
	if (strcmp(field, "uscc") == 0)
		tell_uscc(p->own);
}

/* ---- begin ---- */

static const char *
given(const struct page *p, const char *name)
{
	const char *v = page_value(p, name);

	return v[0] != '\0' ? v : NULL;
}

static size_t
make_team(const struct new_visit *v, struct app_member *team)
{
	const struct app_person *me = app_me(v->s->app);
	size_t n = 0;
	int i;

	team[n++] = (struct app_member){me->name, me->cert};
	for (i = 0; i < COLLEAGUES; i++) {
		const char *name = page_value(v->page, v->name[i]);

		if (name[0] == '\0')
			break;
		team[n++] = (struct app_member){name, page_value(v->page, v->cert[i])};
	}
	return n;
}

/* The field that a refusal is about; NULL: none of them. */
static const char *
field_of(const struct fj_err *e)
{
	static const char *const places[][2] = {
		{"app.uscc", "uscc"}, {"app.uscc-both", "uscc"}, {"app.no-uscc", "no_uscc"},
		{"app.kind", "kind"}, {"app.team", "name1"}, {"app.form", "form"},
		{"app.division", "division"}, {"model.division", "division"},
		{"app.subject", "subject"},
	};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strncmp(e->code, places[i][0], strlen(places[i][0])) == 0)
			return places[i][1];
	return NULL;
}

static void
done(struct page *p)
{
	struct new_visit *v = p->own;
	struct session *s = p->s;
	struct app_member team[COLLEAGUES + 1];
	char uscc[64];
	const char *form = given(p, "form");
	struct app_new_visit nv = {
		.kind = page_value(p, "kind"), .forms = &form, .form_n = form != NULL ? 1 : 0,
		.subject_name = page_value(p, "subject"), .no_uscc = given(p, "no_uscc"),
		.cma = given(p, "cma"), .address = given(p, "address"),
		.division = given(p, "division"), .team = team, .campaigns = given(p, "campaigns"),
		.follows = id_is_zero(&v->follows) ? NULL : &v->follows,
	};
	struct fj_err e;
	struct id id;

	uscc_fold(page_value(p, "uscc"), uscc);
	nv.uscc = uscc[0] != '\0' ? uscc : NULL;
	nv.no_uscc = nv.uscc != NULL ? NULL : nv.no_uscc;
	nv.team_n = make_team(v, team);
	session_keeping(s);
	if (!session_kept(s, app_visit_new(s->app, &nv, &id, &e), &e)) {
		if (field_of(&e) != NULL)
			page_error(p, field_of(&e), &e);
		return;
	}
	session_acted(s);
	page_close(p);
	view_visit_open(s, &id);
}

/* ---- fields ---- */

static void
fixed_fields(struct new_visit *v)
{
	const struct field fixed[] = {
		{.name = "kind", .label = N_("Kind of visit"), .kind = FIELD_PICK, .required = true,
		    .hint = N_("Enter: choose")},
		{.name = "form", .label = N_("Form"), .kind = FIELD_PICK, .hidden = form_hidden,
		    .required = true, .hint = N_("Enter: choose")},
		{.name = "subject", .label = N_("Subject"), .kind = FIELD_TEXT, .required = true,
		    .hint = N_("the name on the licence")},
		{.name = "known", .label = N_("From the register"), .kind = FIELD_PICK,
		    .hidden = known_hidden, .hint = N_("Enter: subjects that hold what stands above")},
		{.name = "uscc", .label = N_("USCC"), .kind = FIELD_TEXT, .check = check_uscc,
		    .hint = N_("18 characters; empty: say why below")},
		{.name = "no_uscc", .label = N_("No USCC because"), .kind = FIELD_TEXT,
		    .hidden = why_hidden, .check = check_no_uscc,
		    .hint = N_("only when there is no code")},
		{.name = "cma", .label = N_("CMA number"), .kind = FIELD_TEXT,
		    .hint = N_("on the qualification certificate; may be left empty")},
		{.name = "address", .label = N_("Address"), .kind = FIELD_TEXT},
		{.name = "division", .label = N_("Division"), .kind = FIELD_PICK},
		{.name = "follows", .label = N_("Follows"), .kind = FIELD_PICK,
		    .hint = N_("Enter: an earlier visit, for a re-inspection")},
		{.name = "campaigns", .label = N_("Campaigns"), .kind = FIELD_PICK,
		    .hint = N_("Enter: choose; may be left empty")},
	};

	memcpy(v->fields, fixed, sizeof(fixed));
	v->n = (int)(sizeof(fixed) / sizeof(fixed[0]));
}

static void
team_fields(struct new_visit *v)
{
	static bool (*const hide[COLLEAGUES])(void *, const struct fieldset *) = {
		NULL, hidden2, hidden3, hidden4, hidden5,
	};
	int i;

	for (i = 0; i < COLLEAGUES; i++) {
		snprintf(v->name[i], sizeof(v->name[i]), "name%d", i + 1);
		snprintf(v->cert[i], sizeof(v->cert[i]), "cert%d", i + 1);
		v->fields[v->n++] = (struct field){.name = v->name[i], .label = name_labels[i],
		    .kind = FIELD_TEXT, .hidden = hide[i],
		    .hint = i == 0 ? N_("you are the first; name of the second") : N_("name; empty: no more")};
		v->fields[v->n++] = (struct field){.name = v->cert[i], .label = N_("  certificate number"),
		    .kind = FIELD_TEXT, .hidden = hide[i]};
	}
	v->fields[v->n++] = (struct field){.name = "ok", .label = N_("Begin the visit"),
	    .kind = FIELD_BUTTON};
}

static void
left(void *ctx, bool yes)
{
	struct new_visit *v = ctx;

	if (yes)
		page_close(v->page);
}

/* What is typed here belongs to no visit yet, so no draft keeps it. */
static bool
leave(struct page *p)
{
	const struct msg *m = p->s->m;

	if (page_value(p, "subject")[0] == '\0' && page_value(p, "uscc")[0] == '\0' &&
	    page_value(p, "name1")[0] == '\0')
		return false;
	dialog_confirm(p->s->ui, &(struct confirm_opts){.title = _(m, "New visit"),
	    .text = _(m, "The visit is not begun yet. Leave, and drop what is typed here?"),
	    .yes = _(m, "leave")}, left, p->own);
	return true;
}

static const struct page_ops ops = {
	.name = "new", .title = N_("New visit"), .done = done, .pick = pick,
	.changed = changed, .back = leave, .release = free,
};

void
view_new_open(struct session *s)
{
	struct new_visit *v = xcalloc(1, sizeof(*v));
	const struct app_person *me = app_me(s->app);

	v->s = s;
	fixed_fields(v);
	team_fields(v);
	v->page = page_open(s, &ops, v->fields, v->n, v);
	fieldset_set(v->page->fs, "division", me->division, division_name(s, me->division));
}
