/* SPDX-License-Identifier: Apache-2.0 */
/* Half-written texts of a visit: where they belong, read, throw away. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

struct drafts {
	struct session *s;
	struct id id;
	struct lines l;
	uint64_t serial;
};

/* "note:FORM:PATH" -> form, path. */
static bool
note_place(const char *what, char *form, size_t room, const char **path)
{
	const char *colon;

	if (strncmp(what, "note:", 5) != 0 || (colon = strchr(what + 5, ':')) == NULL ||
	    (size_t)(colon - what - 5) >= room)
		return false;
	memcpy(form, what + 5, (size_t)(colon - what - 5));
	form[colon - what - 5] = '\0';
	*path = colon + 1;
	return true;
}

static bool
finding_place(const char *what, struct id *id)
{
	const char *p = what + 8;

	return strncmp(what, "finding:", 8) == 0 && id_parse(p, strcspn(p, ":"), id);
}

static bool
add_draft(void *ctx, const char *what, const char *text)
{
	struct drafts *v = ctx;
	char form[64];
	const char *path;
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fj_buf_puts(&b, text);
	for (i = 0; i < b.n; i++)
		if (b.p[i] == '\n')
			b.p[i] = ' ';
	lines_add(&v->l, text_number(what), STYLE_NORMAL,
	    note_place(what, form, sizeof(form), &path) ? _(v->s->m, "note") :
	    strncmp(what, "finding:", 8) == 0 ? _(v->s->m, "finding") :
	    strcmp(what, "facts") == 0 ? _(v->s->m, "outcome") : what, b.p,
	    note_place(what, form, sizeof(form), &path) ? path : NULL);
	fj_buf_release(&b);
	return true;
}

static void
fill(struct drafts *v)
{
	struct dossier *d = session_dossier(v->s, &v->id);

	lines_clear(&v->l);
	if (d != NULL)
		dossier_drafts(d, add_draft, v);
	lines_done(&v->l);
	v->serial = session_serial(v->s);
}

struct wanted {
	uint64_t id;
	char *what, *text;
};

static bool
find_draft(void *ctx, const char *what, const char *text)
{
	struct wanted *w = ctx;

	if (text_number(what) != w->id)
		return true;
	w->what = xstrdup(what);
	w->text = xstrdup(text);
	return false;
}

static bool
selected(struct drafts *v, struct wanted *w)
{
	struct dossier *d = session_dossier(v->s, &v->id);

	memset(w, 0, sizeof(*w));
	w->id = lines_at(&v->l);
	if (d != NULL && w->id != 0)
		dossier_drafts(d, find_draft, w);
	return w->what != NULL;
}

static void
let_go(struct wanted *w)
{
	free(w->what);
	free(w->text);
}

/* To the place where the text is written on. */
static void
open_place(void *self, struct ui *ui)
{
	struct drafts *v = self;
	struct dossier *d;
	struct wanted w;
	const char *path;
	char form[64];
	struct id finding;

	if (!selected(v, &w))
		return;
	d = session_dossier(v->s, &v->id);
	if (d != NULL && note_place(w.what, form, sizeof(form), &path) &&
	    dossier_form_index(d, form) >= 0)
		view_checklist_open(v->s, &v->id, (size_t)dossier_form_index(d, form), path);
	else if (finding_place(w.what, &finding))
		view_finding_open(v->s, &v->id, &finding);
	else if (strcmp(w.what, "facts") == 0)
		view_outcome_open(v->s, &v->id);
	else
		dialog_pager(ui, _(ui_msg(ui), "Half-written text"), w.text);
	let_go(&w);
}

static void
read_it(void *self, struct ui *ui)
{
	struct drafts *v = self;
	struct wanted w;

	if (!selected(v, &w))
		return;
	dialog_pager(ui, _(ui_msg(ui), "Half-written text"), w.text);
	let_go(&w);
}

static void
drop_sure(void *ctx, bool yes)
{
	struct drafts *v = ctx;
	struct dossier *d = session_dossier(v->s, &v->id);
	struct wanted w;
	struct fj_err e;

	if (!yes || d == NULL || !selected(v, &w))
		return;
	if (dossier_draft_put(d, w.what, "", &e) != FJ_OK)
		ui_fail(v->s->ui, &e);
	let_go(&w);
	fill(v);
}

static void
drop(void *self, struct ui *ui)
{
	const struct msg *m = ui_msg(ui);

	if (lines_at(&((struct drafts *)self)->l) == 0)
		return;
	dialog_confirm(ui, &(struct confirm_opts){.title = _(m, "Throw away"),
	    .text = _(m, "This text was never committed. Throw it away?"),
	    .yes = _(m, "throw away"), .danger = true}, drop_sure, self);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct drafts *v = self;

	if (v->serial != session_serial(v->s))
		fill(v);
	list_set_empty(v->l.list, _(ui_msg(ui), "No half-written text: everything that was typed is kept."));
	lines_draw(&v->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct drafts *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct drafts *v = self;

	fj_buf_printf(left, "%s  ", _(ui_msg(ui), "Half-written texts"));
	visit_name(v->s, &v->id, left);
	fj_buf_printf(right, "%zu", v->l.n);
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	fill(self);
}

static void
close_drafts(void *self)
{
	struct drafts *v = self;

	lines_release(&v->l);
	free(v);
}

static const struct action actions[] = {
	{"drafts.open", "Enter", N_("write on"), N_("To the place where the text belongs"), ACTION_FOOTER, open_place, NULL},
	{"drafts.read", "v Space", N_("read"), N_("Read the text"), ACTION_FOOTER, read_it, NULL},
	{"drafts.drop", "x Delete", N_("throw away"), N_("Throw the text away"), ACTION_FOOTER, drop, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "drafts", .actions = actions, .draw = draw, .input = input, .title = title,
	.shown = shown, .close = close_drafts,
};

void
view_drafts_open(struct session *s, const struct id *visit)
{
	struct drafts *v = xcalloc(1, sizeof(*v));

	v->s = s;
	v->id = *visit;
	lines_init(&v->l, 8);
	fill(v);
	ui_push(s->ui, &ops, v);
}
