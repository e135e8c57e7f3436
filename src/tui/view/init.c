/* SPDX-License-Identifier: Apache-2.0 */
/* Start work: who you are, and a passphrase. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/page.h"
#include "tui/view/views.h"

static const struct field_choice langs[] = {{"zh", "中文"}, {"en", "English"}, {NULL, NULL}};

static const struct field fields[] = {
	{.name = "n", .label = N_("This workspace belongs to one person. The name and the certificate number stand on every record that you write."), .kind = FIELD_NOTE},
	{.name = "lang", .label = "语言 Language", .kind = FIELD_CHOICE, .choices = langs},
	{.name = "name", .label = N_("Your name"), .kind = FIELD_TEXT, .required = true},
	{.name = "org", .label = N_("Organisation"), .kind = FIELD_TEXT, .required = true,
	    .hint = N_("the bureau, as on the papers")},
	{.name = "cert", .label = N_("Certificate number"), .kind = FIELD_TEXT,
	    .hint = N_("of the enforcement certificate; may be left empty")},
	{.name = "division", .label = N_("Division"), .kind = FIELD_PICK, .required = true,
	    .hint = N_("Enter: type a part of the name, or the code")},
	{.name = "pass", .label = N_("Passphrase"), .kind = FIELD_SECRET, .required = true,
	    .hint = N_("several words are better than signs")},
	{.name = "again", .label = N_("Passphrase again"), .kind = FIELD_SECRET, .required = true},
	{.name = "ok", .label = N_("Make the workspace"), .kind = FIELD_BUTTON},
};
enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static struct page *open_page(struct session *s);

static void
done(struct page *p)
{
	struct session *s = p->s;
	char code[APP_RECOVERY_CODE];
	struct app_person me = {
		.name = page_value(p, "name"), .org = page_value(p, "org"),
		.cert = page_value(p, "cert"), .division = page_value(p, "division"),
		.lang = page_value(p, "lang"),
	};
	struct fj_err e;

	if (strcmp(page_value(p, "pass"), page_value(p, "again")) != 0) {
		fieldset_error(p->fs, "again", _(s->m, "The two passphrases differ"));
		return;
	}
	say_busy(s, N_("Making the keys …"));
	if (app_init(s->app, &me, page_value(p, "pass"), code, &e) != FJ_OK) {
		if (strncmp(e.code, "app.person-", 11) == 0)
			page_error(p, e.code + 11, &e);
		else
			ui_fail(s->ui, &e);
		return;
	}
	view_code_open(s, code);
	fj_wipe(code, sizeof(code));
}

static void
divided(void *ctx, const char *code, const char *name)
{
	struct page *p = ctx;

	if (code == NULL)
		return;
	fieldset_set(p->fs, "division", code, name);
	fieldset_error(p->fs, "division", NULL);
	fieldset_focus(p->fs, "pass");
}

static void
pick(struct page *p, const char *field)
{
	if (strcmp(field, "division") == 0)
		division_pick(p->s, divided, p);
}

/* The labels change with the language: the same fields again. */
static void
speak(struct page *p)
{
	static const char *const kept[] = {"lang", "name", "org", "cert", "pass", "again"};
	const char *lang = page_value(p, "lang");
	struct page *again;
	struct fj_err e;
	size_t i;

	if (session_set_lang(p->s, lang, &e) != FJ_OK)
		return;
	/* What is closed lives until the turn ends. */
	page_close(p);
	again = open_page(p->s);
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		fieldset_set(again->fs, kept[i], page_value(p, kept[i]), NULL);
	fieldset_set(again->fs, "division", page_value(p, "division"),
	    division_name(p->s, page_value(p, "division")));
}

static void
changed(struct page *p, const char *field)
{
	const char *sentence;
	int score;

	if (strcmp(field, "lang") == 0) {
		speak(p);
	} else if (strcmp(field, "pass") == 0) {
		score = strength_of(page_value(p, "pass"), &sentence);
		ui_say(p->s->ui, score < 2 ? STYLE_WARN : STYLE_OK, msg_tr(p->s->m, sentence));
	}
}

static const struct page_ops ops = {
	.name = "init", .title = N_("Start work"), .done = done, .pick = pick,
	.changed = changed,
};

static struct page *
open_page(struct session *s)
{
	struct page *p = page_open(s, &ops, fields, FIELDS, NULL);

	fieldset_set(p->fs, "lang", lang_of(s), NULL);
	return p;
}

void
view_init_open(struct session *s)
{
	fieldset_focus(open_page(s)->fs, "name");
}
