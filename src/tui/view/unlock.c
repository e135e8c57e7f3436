/* SPDX-License-Identifier: Apache-2.0 */
/* The locked workspace: the passphrase, or the recovery code. */
#include <stdlib.h>
#include <string.h>

#include "app/demo.h"
#include "base/xalloc.h"
#include "os/loop.h"
#include "tui/view/common.h"
#include "tui/view/page.h"
#include "tui/view/views.h"

struct unlock {
	struct session *s;
	struct page *page;
	int64_t until;		/* loop_now when the next try is taken */
	uint64_t timer;
};

static const struct field pass_fields[] = {
	{.name = "n", .label = N_("This workspace is locked. Nothing typed was lost: half-written texts are kept as drafts."), .kind = FIELD_NOTE},
	{.name = "pass", .label = N_("Passphrase"), .kind = FIELD_SECRET, .required = true},
};

static const struct field demo_fields[] = {
	{.name = "n", .label = N_("The demo is locked, as your workspace would be. Its passphrase is put in already: press Enter."), .kind = FIELD_NOTE},
	{.name = "pass", .label = N_("Passphrase"), .kind = FIELD_SECRET, .required = true},
};

static const struct field code_fields[] = {
	{.name = "n", .label = N_("With your recovery code you set a new passphrase. You then get a new code; the old one opens nothing any more."), .kind = FIELD_NOTE},
	{.name = "code", .label = N_("Recovery code"), .kind = FIELD_TEXT, .required = true,
	    .hint = N_("blanks and dashes do not matter")},
	{.name = "pass", .label = N_("New passphrase"), .kind = FIELD_SECRET, .required = true},
	{.name = "again", .label = N_("Passphrase again"), .kind = FIELD_SECRET, .required = true},
	{.name = "ok", .label = N_("Recover"), .kind = FIELD_BUTTON},
};

/* ---- waiting after wrong ones ---- */

static void
show_wait(void *ctx)
{
	struct unlock *u = ctx;
	int64_t left = (u->until - loop_now(u->s->loop) + 999) / 1000;
	struct fj_buf b;

	if (left <= 0) {
		loop_cancel(u->s->loop, u->timer);
		u->timer = 0;
		fieldset_error(u->page->fs, "pass", NULL);
		ui_dirty(u->s->ui);
		return;
	}
	fj_buf_init(&b, 1024);
	msg_put(u->s->m, &b, "Wrong passphrase. The next try is taken in {1} s; nothing is ever wiped.",
	    "l", (long long)left);
	fieldset_error(u->page->fs, "pass", b.p);
	fj_buf_release(&b);
	ui_dirty(u->s->ui);
}

static long
seconds_of(const struct fj_err *e)
{
	int i;

	for (i = 0; i < e->narg; i++)
		if (e->arg[i][0] >= '1' && e->arg[i][0] <= '9')
			return strtol(e->arg[i], NULL, 10);
	return 1;
}

static void
refused(struct page *p, const struct fj_err *e)
{
	struct unlock *u = p->own;

	/* While waiting nothing was tried: what was typed stays. */
	if (e->rc != FJ_BUSY)
		fieldset_set(p->fs, "pass", "", NULL);
	if (e->rc == FJ_BUSY) {
		u->until = loop_now(p->s->loop) + seconds_of(e) * 1000;
		if (u->timer == 0)
			u->timer = loop_every(p->s->loop, 500, show_wait, u);
		show_wait(u);
	} else if (e->rc == FJ_DENIED && strcmp(e->code, "journal.passphrase") == 0) {
		fieldset_error(p->fs, "pass", _(p->s->m, "Wrong passphrase; nothing was changed. Try again, or Ctrl-R: by the recovery code."));
	} else {
		page_error(p, "pass", e);
	}
}

static void
unlock_done(struct page *p)
{
	struct session *s = p->s;
	struct fj_err e;

	say_busy(s, N_("Opening …"));
	if (app_unlock(s->app, page_value(p, "pass"), &e) == FJ_OK)
		session_enter(s);
	else
		refused(p, &e);
}

static void
release(void *own)
{
	struct unlock *u = own;

	loop_cancel(u->s->loop, u->timer);
	free(u);
}

/* ---- by code ---- */

static void
recover_done(struct page *p)
{
	struct session *s = p->s;
	char code[APP_RECOVERY_CODE];
	struct fj_err e;

	if (strcmp(page_value(p, "pass"), page_value(p, "again")) != 0) {
		fieldset_error(p->fs, "again", _(s->m, "The two passphrases differ"));
		return;
	}
	say_busy(s, N_("Opening …"));
	if (app_recover(s->app, page_value(p, "code"), page_value(p, "pass"), code, &e) != FJ_OK) {
		page_error(p, "code", &e);
		return;
	}
	view_code_open(s, code);
	fj_wipe(code, sizeof(code));
}

static const struct page_ops recover_ops = {
	.name = "recover", .title = N_("Recover by code"), .done = recover_done,
};

static void
recover(void *self, struct ui *ui)
{
	(void)ui;
	page_open(((struct page *)self)->s, &recover_ops, code_fields,
	    sizeof(code_fields) / sizeof(code_fields[0]), NULL);
}

/* ---- the rest of the screen ---- */

static void
try_it(void *self, struct ui *ui)
{
	struct session *s = ((struct page *)self)->s;
	struct fj_err e;

	say_busy(s, N_("Making a sample workspace and a hub of its own …"));
	if (session_demo(s, 0, &e) != FJ_OK)
		ui_fail(ui, &e);
}

static bool
no_demo(const void *self)
{
	return ((const struct page *)self)->s->demo == NULL;
}

static void
language(void *self, struct ui *ui)
{
	struct session *s = ((struct page *)self)->s;
	struct fj_err e;

	(void)ui;
	if (session_set_lang(s, msg_is_zh(s->m) ? "en" : "zh", &e) == FJ_OK)
		session_start(s);
}

static void
status(struct page *p, struct fj_buf *b)
{
	fj_buf_puts(b, _(p->s->m, "locked"));
}

static const struct action actions[] = {
	{"unlock.open", "Enter", N_("unlock"), N_("Open the workspace with the passphrase"), ACTION_FOOTER, page_done, NULL},
	{"unlock.recover", "C-r", N_("recovery code"), N_("The passphrase is forgotten: use the recovery code"), ACTION_FOOTER, recover, NULL},
	{"unlock.try", "C-d", N_("try it"), N_("A half-finished sample visit; nothing is left behind"), ACTION_FOOTER, try_it, no_demo},
	{"unlock.lang", "C-o", N_("language"), N_("Chinese or English"), ACTION_FOOTER, language, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct page_ops ops = {
	.name = "unlock", .title = N_("Unlock"), .done = unlock_done, .release = release,
	.status = status, .actions = actions,
};

void
view_unlock_open(struct session *s)
{
	struct unlock *u = xcalloc(1, sizeof(*u));

	u->s = s;
	u->page = page_open(s, &ops, s->demo != NULL ? demo_fields : pass_fields, 2, u);
	if (s->demo != NULL)
		fieldset_set(u->page->fs, "pass", demo_passphrase(s->demo), NULL);
}
