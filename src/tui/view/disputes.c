/* SPDX-License-Identifier: Apache-2.0 */
/* Disagreements (分歧): both values with their names; settled with a reason. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "model/view.h"
#include "text/human.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"
#include "tui/widget/list.h"

struct disputes {
	struct session *s;
	struct id visit;
	struct list *list;
	char *at;		/* the one that is being settled */
	char *take;		/* the entry that is taken, or */
	char *value;		/* another value */
};

static const struct view *
now(struct disputes *v)
{
	struct dossier *d = session_dossier(v->s, &v->visit);

	return d != NULL ? visit_now(dossier_visit(d)) : NULL;
}

static size_t
count(void *ctx)
{
	const struct view *w = now(ctx);

	return w != NULL ? view_dispute_count(w) : 0;
}

static uint64_t
ident(void *ctx, size_t row)
{
	const struct target *t = view_dispute_at(now(ctx), row);
	uint64_t id = 0;

	/* The first open entry names the disagreement for the list. */
	if (t->open_count > 0)
		memcpy(&id, t->open[0]->id.b, sizeof(id));
	return id != 0 ? id : row + 1;
}

static int
height(void *ctx, size_t row, int width)
{
	(void)width;
	return 1 + view_dispute_at(now(ctx), row)->open_count;
}

static void
draw_row(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct disputes *v = ctx;
	const struct target *t = view_dispute_at(now(v), row);
	struct fj_buf b;
	int i;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	target_format(t, &b);
	grid_fit(g, r.y, r.x + 1, r.w - 1, st == STYLE_NORMAL ? STYLE_HEAD : st, b.p);
	for (i = 0; i < t->open_count && i + 1 < r.h; i++) {
		const struct visit_entry *en = t->open[i];

		fj_buf_clear(&b);
		human_time(&b, en->at);
		fj_buf_printf(&b, "  %s: %s", en->author.name, en->value != NULL ? en->value : "");
		grid_fit(g, r.y + 1 + i, r.x + 3, r.w - 3, st, b.p);
	}
	fj_buf_release(&b);
}

static const struct list_ops rows = {count, ident, height, draw_row, NULL, NULL};

static void
forget(struct disputes *v)
{
	free(v->at);
	free(v->take);
	free(v->value);
	v->at = v->take = v->value = NULL;
}

static void
reason_given(void *ctx, const char *why)
{
	struct disputes *v = ctx;
	struct dossier *d = session_dossier(v->s, &v->visit);
	struct fj_err e;

	if (why != NULL && d != NULL && v->at != NULL) {
		session_keeping(v->s);
		if (session_kept(v->s, dossier_resolve(d, v->at, v->take, v->value, why, &e), &e))
			session_acted(v->s);
		list_refresh(v->list);
	}
	forget(v);
}

static void
ask_reason(struct disputes *v)
{
	struct prompt_opts o = {.title = _(v->s->m, "Why this one?"),
	    .text = _(v->s->m, "Both values stay on record; the colleague may note a reservation."),
	    .max_bytes = LIMIT_REASON_BYTES, .required = true};

	dialog_prompt(v->s->ui, &o, reason_given, v);
}

static void
other_value(void *ctx, const char *text)
{
	struct disputes *v = ctx;

	if (text == NULL) {
		forget(v);
		return;
	}
	v->value = xstrdup(text);
	ask_reason(v);
}

static void
picked(void *ctx, long index)
{
	struct disputes *v = ctx;
	const struct view *w = now(v);
	size_t row;
	const struct target *t;
	char hex[HASH_TEXT + 1];

	if (index < 0 || w == NULL || !list_selected(v->list, &row) ||
	    row >= view_dispute_count(w)) {
		forget(v);
		return;
	}
	t = view_dispute_at(w, row);
	if (index < t->open_count) {
		hash_format(&t->open[index]->id, hex);
		v->take = xstrdup(hex);
		ask_reason(v);
	} else {
		struct prompt_opts o = {.title = _(v->s->m, "Another value"),
		    .max_bytes = LIMIT_VALUE_BYTES, .required = true};

		dialog_prompt(v->s->ui, &o, other_value, v);
	}
}

static void
settle(void *self, struct ui *ui)
{
	struct disputes *v = self;
	const struct view *w = now(v);
	const struct target *t;
	struct pick_item *item;
	struct pick_opts o = {.title = _(ui_msg(ui), "Which one stands?")};
	struct fj_buf at;
	size_t row;
	int i;

	if (w == NULL || !list_selected(v->list, &row) || row >= view_dispute_count(w))
		return;
	t = view_dispute_at(w, row);
	forget(v);
	fj_buf_init(&at, LIMIT_VALUE_BYTES);
	target_format(t, &at);
	v->at = fj_buf_take(&at, NULL);
	item = xcalloc((size_t)t->open_count + 1, sizeof(*item));
	for (i = 0; i < t->open_count; i++) {
		item[i].label = t->open[i]->value != NULL ? t->open[i]->value : "";
		item[i].note = t->open[i]->author.name;
	}
	item[i].label = _(ui_msg(ui), "Another value…");
	o.items = item;
	o.n = (size_t)t->open_count + 1;
	dialog_pick(ui, &o, picked, v);
	free(item);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct disputes *v = self;

	list_set_empty(v->list, _(ui_msg(ui), "No open disagreement: nothing stands against a freeze here."));
	list_refresh(v->list);
	list_draw(v->list, g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct disputes *v = self;

	if (list_input(v->list, in) == LIST_IGNORED)
		return UI_IGNORED;
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	fj_buf_puts(left, _(ui_msg(ui), "Disagreements"));
	fj_buf_printf(right, "%zu", count(self));
}

static void
close_view(void *self)
{
	struct disputes *v = self;

	forget(v);
	list_free(&v->list);
	free(v);
}

static const struct action actions[] = {
	{"dispute.settle", "Enter", N_("settle"), N_("Settle the disagreement, with a reason"), ACTION_FOOTER, settle, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "disputes",
	.actions = actions,
	.draw = draw,
	.input = input,
	.title = title,
	.close = close_view,
};

void
view_disputes_open(struct session *s, const struct id *visit)
{
	struct disputes *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->visit = *visit;
	v->list = list_new(&rows, v);
	ui_push(s->ui, &ops, v);
}
