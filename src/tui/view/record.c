/* SPDX-License-Identifier: Apache-2.0 */
/* The on-site record as text: read it, write it to a file. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "os/fs.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"
#include "tui/widget/pager.h"

struct record_view {
	struct session *s;
	struct id visit;
	struct pager *pager;
	uint64_t serial;
};

static void
text_of(struct record_view *v, struct fj_buf *b)
{
	struct dossier *d = session_dossier(v->s, &v->visit);

	v->serial = session_serial(v->s);
	if (d != NULL)
		dossier_record_text(d, app_lang(v->s->app), b);
}

static void
reload(struct record_view *v)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	text_of(v, &b);
	pager_set(v->pager, b.p);
	fj_buf_release(&b);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct record_view *v = self;

	(void)ui;
	if (v->serial != session_serial(v->s))
		reload(v);
	pager_draw(v->pager, g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct record_view *v = self;

	if (!pager_input(v->pager, in))
		return UI_IGNORED;
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)self;
	(void)right;
	fj_buf_puts(left, _(ui_msg(ui), "On-site record"));
}

static void
write_to(void *ctx, const char *path)
{
	struct record_view *v = ctx;
	struct fj_buf b, said;
	struct fj_err e;

	if (path == NULL)
		return;
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	fj_buf_init(&said, LIMIT_REASON_BYTES);
	text_of(v, &b);
	if (fs_write_new(path, b.p, b.n, 0600, &e) != FJ_OK) {
		ui_fail(v->s->ui, &e);
	} else {
		msg_put(v->s->m, &said, N_("Written to {1}; it is not sealed there"), "s", path);
		ui_say(v->s->ui, STYLE_OK, said.p);
	}
	fj_buf_release(&b);
	fj_buf_release(&said);
}

static void
save(void *self, struct ui *ui)
{
	struct prompt_opts o = {.title = _(ui_msg(ui), "Write the record to a file"),
	    .text = _(ui_msg(ui), "The file is plain text, outside the sealed workspace."),
	    .max_bytes = LIMIT_NAME_BYTES, .required = true};

	dialog_prompt(ui, &o, write_to, self);
}

static void
close_view(void *self)
{
	struct record_view *v = self;

	pager_free(&v->pager);
	free(v);
}

static const struct action actions[] = {
	{"record.save", "w C-s", N_("write"), N_("Write the record to a file, for printing"), ACTION_FOOTER, save, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "record",
	.actions = actions,
	.draw = draw,
	.input = input,
	.title = title,
	.close = close_view,
};

void
view_record_open(struct session *s, const struct id *visit)
{
	struct record_view *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->visit = *visit;
	v->pager = pager_new("");
	reload(v);
	ui_push(s->ui, &ops, v);
}
