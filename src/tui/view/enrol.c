/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrol at a hub.  "Is this you?" is asked between two runs of the exchange: the
 * first only brings the certified name, and the same code with the same key is
 * answered alike again, so nothing waits inside a call.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/page.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

struct enrol {
	struct page *page;
	char name[256];		/* as the hub certifies it */
	bool yes;		/* the person said: this is me */
};

static const struct field fields[] = {
	{.name = "n", .label = N_("The invitation code is handed over in person. It never crosses the wire, works once, and for 24 hours."), .kind = FIELD_NOTE},
	{.name = "url", .label = N_("Address of the hub"), .kind = FIELD_TEXT, .required = true,
	    .hint = "https://host:port"},
	{.name = "code", .label = N_("Invitation code"), .kind = FIELD_TEXT, .required = true,
	    .hint = N_("24 characters; blanks and dashes do not matter")},
	{.name = "ca", .label = N_("File of a private CA"), .kind = FIELD_TEXT,
	    .hint = N_("empty when the hub's certificate is a public one"), .max_bytes = 4096},
	{.name = "ok", .label = N_("Enrol"), .kind = FIELD_BUTTON},
};

static bool
asked(void *ctx, const char *name)
{
	struct enrol *v = ctx;

	if (v->yes && strcmp(v->name, name) == 0)
		return true;
	snprintf(v->name, sizeof(v->name), "%s", name);
	v->yes = false;
	return false;
}

static void run(struct page *p);

static void
answered(void *ctx, bool yes)
{
	struct page *p = ctx;
	struct enrol *v = p->own;

	v->yes = yes;
	if (yes)
		run(p);
	else
		ui_say(p->s->ui, STYLE_WARN, _(p->s->m, "Not enrolled. Tell the one who gave you the code that it names somebody else."));
}

static void
ask(struct page *p)
{
	struct enrol *v = p->own;
	const struct msg *m = p->s->m;
	struct fj_buf b;

	fj_buf_init(&b, 4096);
	msg_put(m, &b, "The hub says that this key belongs to {1}. Is this you?", "s", v->name);
	dialog_confirm(p->s->ui, &(struct confirm_opts){.title = _(m, "Is this you?"),
	    .text = b.p, .yes = _(m, "this is me")}, answered, p);
	fj_buf_release(&b);
}

static void
run(struct page *p)
{
	struct enrol *v = p->own;
	char *ca = path_given(page_value(p, "ca"));
	struct app_enrol en = {.url = page_value(p, "url"), .code = page_value(p, "code"),
	    .ca = ca[0] != '\0' ? ca : NULL};
	struct fj_err e;
	enum fj_rc rc;

	say_busy(p->s, N_("Asking the hub …"));
	rc = app_enrol(p->s->app, &en, asked, v, &e);
	free(ca);
	if (rc == FJ_CANCELLED && v->name[0] != '\0' && !v->yes) {
		ask(p);
		return;
	}
	if (rc != FJ_OK) {
		page_error(p, rc == FJ_DENIED ? "code" : "url", &e);
		return;
	}
	say_put(p->s, STYLE_OK, N_("Enrolled as {1}. The sync begins."), v->name);
	page_close(p);
	session_sync_start(p->s, false);
}

static void
done(struct page *p)
{
	struct enrol *v = p->own;

	v->yes = false;
	v->name[0] = '\0';
	run(p);
}

static const struct page_ops ops = {
	.name = "enrol", .title = N_("Enrol at a hub"), .done = done, .release = free,
};

void
view_enrol_open(struct session *s)
{
	struct enrol *v = xcalloc(1, sizeof(*v));

	v->page = page_open(s, &ops, fields, sizeof(fields) / sizeof(fields[0]), v);
}
