/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/checklist.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "tui/view/views.h"

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct checklist *c = self;
	enum list_answer got;

	if (c->edit.open)
		return check_edit_input(c, in);
	if (search_input(c->search, in)) {
		ui_dirty(ui);
		return UI_HANDLED;
	}
	/* g is a command here; the list would take it as Home. */
	if (in->type == INPUT_KEY && (key_fold(in->key) == 'g' || key_fold(in->key) == ' '))
		return UI_IGNORED;
	if (check_edit_begun(c, in))
		return UI_HANDLED;
	got = list_input(c->list, in);
	if (got == LIST_MOVED)
		ui_dirty(ui);
	return got != LIST_IGNORED ? UI_HANDLED : UI_IGNORED;
}

static bool
typing(const void *self)
{
	const struct checklist *c = self;

	return c->edit.open || search_typing(c->search);
}

static void
shown(void *self, struct ui *ui)
{
	check_rows(self);
	ui_dirty(ui);
}

static void
close_view(void *self)
{
	struct checklist *c = self;

	check_edit_close(c);
	search_free(&c->search);
	list_free(&c->list);
	free(c->row);
	free(c->section);
	free(c->mark);
	free(c->todo);
	free(c->todo_path);
	free(c);
}

static const struct view_ops ops = {
	.name = "checklist",
	.actions = check_actions,
	.draw = check_draw,
	.input = input,
	.title = check_title,
	.shown = shown,
	.close = close_view,
	.typing = typing,
};

void
view_checklist_open(struct session *s, const struct id *visit, size_t form, const char *path)
{
	struct checklist *c;

	if (session_dossier(s, visit) == NULL)
		return;
	c = xcalloc(1, sizeof(*c));
	c->s = s;
	c->visit = *visit;
	c->form = form;
	c->list = list_new(&check_list_ops, c);
	c->search = search_new(c->list);
	check_rows(c);
	ui_push(s->ui, &ops, c);
	if (path != NULL && check_select_path(c, path))
		return;
	check_first_open(c);
	check_recall(c);
}
