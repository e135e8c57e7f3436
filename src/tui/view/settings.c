/* SPDX-License-Identifier: Apache-2.0 */
/* Language, passphrase, backup, card, bundles, and the ways out of the demo. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "os/fs.h"
#include "tui/view/bundle.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/page.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

enum {
	ROW_LANG = 1, ROW_PASS, ROW_THEME, ROW_BACKUP, ROW_CARD, ROW_EXPORT, ROW_IMPORT, ROW_ENROL,
	ROW_DOCTOR, ROW_ABOUT, ROW_LOCK, ROW_DEMO, ROW_COUNT,
};

struct settings {
	struct session *s;
	struct lines l;
};

static void
fill(struct settings *v)
{
	const struct session *s = v->s;
	const struct msg *m = s->m;
	const struct app_person *me = app_me(s->app);
	struct lines *l = &v->l;
	char finger[32];
	struct fj_buf b;

	app_fingerprint(s->app, finger);
	fj_buf_init(&b, 4096);
	fj_buf_printf(&b, "%s  %s  %s  %s", me->name, me->cert, me->org,
	    division_name(s, me->division));
	lines_clear(l);
	lines_head(l, _(m, "You"));
	lines_note(l, STYLE_NORMAL, b.p);
	lines_head(l, _(m, "This program"));
	lines_add(l, ROW_LANG, STYLE_NORMAL, "1", _(m, "Language"), msg_is_zh(m) ? "中文" : "English");
	lines_add(l, ROW_PASS, STYLE_NORMAL, "2", _(m, "Change the passphrase"), NULL);
	lines_add(l, ROW_DOCTOR, STYLE_NORMAL, "3", _(m, "Check this machine"), NULL);
	lines_add(l, ROW_ABOUT, STYLE_NORMAL, "4", _(m, "About"), NULL);
	lines_add(l, ROW_THEME, STYLE_NORMAL, "T", _(m, "Colours, outdoor, or no colours"), "Ctrl-T");
	lines_add(l, ROW_LOCK, STYLE_NORMAL, "5", _(m, "Lock now"), "F12");
	lines_head(l, _(m, "Your work"));
	lines_add(l, ROW_BACKUP, STYLE_NORMAL, "6", _(m, "Backup to a file"), NULL);
	lines_add(l, ROW_EXPORT, STYLE_NORMAL, "7", _(m, "Bundle for a USB stick"), _(m, "sealed to colleagues and hub"));
	lines_add(l, ROW_IMPORT, STYLE_NORMAL, "8", _(m, "Take in a bundle"), NULL);
	lines_add(l, ROW_CARD, STYLE_NORMAL, "9", _(m, "Card, so that others can seal for you"), finger);
	if (app_standing(s->app) != APP_ENROLLED)
		lines_add(l, ROW_ENROL, STYLE_WARN, "0", _(m, "Enrol at a hub"), NULL);
	if (s->demo != NULL) {
		lines_head(l, _(m, "DEMO"));
		lines_add(l, ROW_DEMO, STYLE_WARN, "E", _(m, "End the demo; everything in it is removed"), NULL);
	}
	lines_done(l);
	fj_buf_release(&b);
}

/* ---- passphrase ---- */

static const struct field pass_fields[] = {
	{.name = "pass", .label = N_("New passphrase"), .kind = FIELD_SECRET, .required = true},
	{.name = "again", .label = N_("Passphrase again"), .kind = FIELD_SECRET, .required = true},
	{.name = "ok", .label = N_("Change it"), .kind = FIELD_BUTTON},
};

static void
pass_done(struct page *p)
{
	struct fj_err e;

	if (strcmp(page_value(p, "pass"), page_value(p, "again")) != 0) {
		fieldset_error(p->fs, "again", _(p->s->m, "The two passphrases differ"));
		return;
	}
	say_busy(p->s, N_("Sealing the keys anew …"));
	if (app_passwd(p->s->app, page_value(p, "pass"), &e) != FJ_OK) {
		ui_fail(p->s->ui, &e);
		return;
	}
	page_close(p);
	ui_say(p->s->ui, STYLE_OK, _(p->s->m, "The passphrase is changed. The recovery code stays as it was."));
}

static void
pass_changed(struct page *p, const char *field)
{
	const char *sentence;
	int score;

	if (strcmp(field, "pass") != 0)
		return;
	score = strength_of(page_value(p, "pass"), &sentence);
	ui_say(p->s->ui, score < 2 ? STYLE_WARN : STYLE_OK, msg_tr(p->s->m, sentence));
}

static const struct page_ops pass_ops = {
	.name = "passwd", .title = N_("Change the passphrase"), .done = pass_done,
	.changed = pass_changed,
};

/* ---- files ---- */

static void
backup_to(void *ctx, const char *text)
{
	struct settings *v = ctx;
	struct fj_err e;
	char *path;

	if (text == NULL)
		return;
	path = path_given(text);
	say_busy(v->s, N_("Writing the backup …"));
	if (app_backup(v->s->app, path, &e) != FJ_OK)
		ui_fail(v->s->ui, &e);
	else
		say_put(v->s, STYLE_OK, N_("{1}: written, without the signing key. It opens with this passphrase."), path);
	free(path);
}

static void
card_to(void *ctx, const char *text)
{
	struct settings *v = ctx;
	struct fj_buf b;
	struct fj_err e;
	enum fj_rc rc;
	char *path;

	if (text == NULL)
		return;
	path = path_given(text);
	fj_buf_init(&b, 1 << 16);
	rc = app_card(v->s->app, &b, &e);
	if (rc == FJ_OK)
		rc = fs_write_new(path, b.p, b.n, 0644, &e);
	if (rc != FJ_OK)
		ui_fail(v->s->ui, &e);
	else
		say_put(v->s, STYLE_OK, N_("{1}: written. Read the 20 digits aloud to the one who uses it."), path);
	fj_buf_release(&b);
	free(path);
}

static void
ask_file(struct settings *v, const char *title, const char *initial,
    void (*done)(void *, const char *))
{
	dialog_prompt(v->s->ui, &(struct prompt_opts){.title = msg_tr(v->s->m, title),
	    .text = _(v->s->m, "Path of the new file; ~ is your home folder"), .initial = initial,
	    .max_bytes = 4096, .required = true}, done, v);
}

static void
backup(struct settings *v)
{
	ask_file(v, N_("Backup to a file"), "~/feijian.backup", backup_to);
}

static void
card(struct settings *v)
{
	ask_file(v, N_("Card"), "~/feijian.card", card_to);
}

/* ---- the rest ---- */

static void
language(struct settings *v)
{
	struct fj_err e;

	if (session_set_lang(v->s, msg_is_zh(v->s->m) ? "en" : "zh", &e) != FJ_OK)
		ui_fail(v->s->ui, &e);
	fill(v);
}

static void
passphrase(struct settings *v)
{
	page_open(v->s, &pass_ops, pass_fields, sizeof(pass_fields) / sizeof(pass_fields[0]), NULL);
}

static void
export_it(struct settings *v)
{
	bundle_export_open(v->s);
}

static void
import_it(struct settings *v)
{
	bundle_import_ask(v->s);
}

static void
enrol(struct settings *v)
{
	view_enrol_open(v->s);
}

static void
doctor(struct settings *v)
{
	view_doctor_open(v->s);
}

static void
about(struct settings *v)
{
	view_about_open(v->s);
}

static void
lock(struct settings *v)
{
	session_lock(v->s);
}

static void
theme(struct settings *v)
{
	struct input in = input_key(K_CTRL('t'));

	ui_input(v->s->ui, &in);
}

static void
demo_over(void *ctx, bool yes)
{
	if (yes)
		session_demo_end(ctx);
}

static void
end_demo(struct settings *v)
{
	const struct msg *m = v->s->m;

	dialog_confirm(v->s->ui, &(struct confirm_opts){.title = _(m, "End the demo"),
	    .text = _(m, "The sample workspaces and their hub are removed."),
	    .yes = _(m, "end it")}, demo_over, v->s);
}

static void
run_row(struct settings *v, uint64_t row)
{
	static void (*const run[ROW_COUNT])(struct settings *) = {
		[ROW_LANG] = language, [ROW_PASS] = passphrase, [ROW_BACKUP] = backup,
		[ROW_CARD] = card, [ROW_EXPORT] = export_it, [ROW_IMPORT] = import_it,
		[ROW_ENROL] = enrol, [ROW_DOCTOR] = doctor, [ROW_ABOUT] = about,
		[ROW_LOCK] = lock, [ROW_THEME] = theme, [ROW_DEMO] = end_demo,
	};

	if (row > 0 && row < ROW_COUNT && run[row] != NULL)
		run[row](v);
}

static void
choose(void *self, struct ui *ui)
{
	struct settings *v = self;

	(void)ui;
	run_row(v, lines_at(&v->l));
}

/* The digit or letter on the left of a row does it at once. */
static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct settings *v = self;
	uint32_t key = in->type == INPUT_KEY ? key_fold(in->key) : (uint32_t)K_NONE;
	size_t i;

	(void)ui;
	if (lines_input(&v->l, in))
		return UI_HANDLED;
	for (i = 0; i < v->l.n; i++) {
		const struct line *l = &v->l.v[i];

		if (l->left != NULL && key != K_NONE && key == (uint32_t)(unsigned char)l->left[0]) {
			run_row(v, l->id);
			return UI_HANDLED;
		}
	}
	return UI_IGNORED;
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct settings *v = self;

	lines_draw(&v->l, ui_msg(ui), g, r, true);
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)self;
	(void)right;
	fj_buf_puts(left, _(ui_msg(ui), "Settings"));
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	fill(self);
}

static void
close_settings(void *self)
{
	struct settings *v = self;

	lines_release(&v->l);
	free(v);
}

static const struct action actions[] = {
	{"settings.choose", "Enter", N_("choose"), N_("Do the selected one"), ACTION_FOOTER, choose, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "settings", .actions = actions, .draw = draw, .input = input, .title = title,
	.shown = shown, .close = close_settings,
};

void
view_settings_open(struct session *s)
{
	struct settings *v = xcalloc(1, sizeof(*v));

	v->s = s;
	lines_init(&v->l, 2);
	fill(v);
	ui_push(s->ui, &ops, v);
}
