/* SPDX-License-Identifier: Apache-2.0 */
/* What the inspected party did with the papers. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/draft.h"
#include "tui/view/fields_draft.h"
#include "tui/view/views.h"
#include "tui/widget/fieldset.h"

struct party {
	struct session *s;
	struct id visit;
	struct fieldset *fs;
	struct draft *draft;
	struct fj_buf text;		/* of the draft */
};

static const char *const names[] = {"outcome", "name", "why", "witness", "scan", NULL};

static bool
is_signed(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return strcmp(fieldset_value(fs, "outcome"), "signed") == 0;
}

static const struct field_choice outcomes[] = {
	{"signed", N_("signed")},
	{"refused", N_("refused")},
	{"absent", N_("absent")},
	{NULL, NULL},
};

static const struct field fields[] = {
	{.name = "note", .label = N_("Two officers note a refusal or an absence with its reason; a witness may be invited."), .kind = FIELD_NOTE},
	{.name = "outcome", .label = N_("The party"), .kind = FIELD_CHOICE, .value = "signed", .choices = outcomes},
	{.name = "name", .label = N_("Name and post"), .kind = FIELD_TEXT},
	{.name = "why", .label = N_("Reason"), .kind = FIELD_AREA, .rows = 3, .hidden = is_signed},
	{.name = "witness", .label = N_("Witness"), .kind = FIELD_TEXT, .hidden = is_signed},
	{.name = "scan", .label = N_("File of the signed papers"), .kind = FIELD_TEXT, .hint = N_("path, may be left out")},
	{.name = "ok", .label = N_("Record it"), .kind = FIELD_BUTTON},
};

static const char *
given(const struct fieldset *fs, const char *name)
{
	const char *v = fieldset_value(fs, name);

	return v[0] != '\0' ? v : NULL;
}

static void
submit(struct party *v, struct ui *ui)
{
	const char *o = fieldset_value(v->fs, "outcome");
	struct party_new p = {.outcome = strcmp(o, "refused") == 0 ? PARTY_REFUSED :
	    strcmp(o, "absent") == 0 ? PARTY_ABSENT : PARTY_SIGNED,
	    .name = given(v->fs, "name"), .scan = given(v->fs, "scan")};
	struct dossier *d = session_dossier(v->s, &v->visit);
	struct fj_err e;

	if (d == NULL || !fieldset_check(v->fs))
		return;
	if (p.outcome != PARTY_SIGNED) {
		p.why = given(v->fs, "why");
		p.witness = given(v->fs, "witness");
		if (p.why == NULL) {
			fieldset_error(v->fs, "why", _(ui_msg(ui), "a refusal or absence needs its reason"));
			ui_dirty(ui);
			return;
		}
	}
	session_keeping(v->s);
	if (session_kept(v->s, dossier_party(d, &p, &e), &e)) {
		draft_drop(v->draft);
		session_acted(v->s);
		ui_close_self(ui, v);
	}
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct party *v = self;

	switch (fieldset_input(v->fs, in)) {
	case FIELDS_IGNORED:
		return UI_IGNORED;
	case FIELDS_DONE:
		submit(v, ui);
		return UI_HANDLED;
	case FIELDS_CHANGED:
		draft_touch(v->draft);
		break;
	case FIELDS_HANDLED:
	case FIELDS_PICK:
		break;
	}
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct party *v = self;

	(void)ui;
	fieldset_draw(v->fs, g, r, true);
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)self;
	(void)right;
	fj_buf_puts(left, _(ui_msg(ui), "The party"));
}

static bool
typing(const void *self)
{
	return fieldset_typing(((const struct party *)self)->fs);
}

static void
close_view(void *self)
{
	struct party *v = self;

	draft_free(&v->draft);
	fieldset_free(&v->fs);
	fj_buf_release(&v->text);
	free(v);
}

static const char *
draft_text(void *self)
{
	struct party *v = self;

	fields_write(v->fs, names, &v->text);
	return v->text.p;
}

static void
begin_draft(struct party *v)
{
	struct fj_buf found;

	v->draft = draft_new(v->s, &v->visit, "party", draft_text, v);
	fj_buf_init(&found, LIMIT_PAYLOAD);
	if (draft_found(v->draft, &found)) {
		fields_read(v->fs, found.p);
		ui_say(v->s->ui, STYLE_WARN, _(v->s->m, "The unfinished text was found again"));
	}
	fj_buf_release(&found);
}

static void
record(void *self, struct ui *ui)
{
	submit(self, ui);
}

static void
next_field(void *self, struct ui *ui)
{
	struct party *v = self;
	struct input in = input_key(K_TAB);

	(void)fieldset_input(v->fs, &in);
	ui_dirty(ui);
}

static void
leave(void *self, struct ui *ui)
{
	draft_save(((struct party *)self)->draft);
	ui_close_self(ui, self);
}

static const struct action actions[] = {
	{"party.record", "C-s", N_("Record it"), N_("Record what the party did"), ACTION_FOOTER, record, NULL},
	{"party.next", "Tab", N_("next field"), N_("To the next field; Shift-Tab goes back"), ACTION_FOOTER, next_field, NULL},
	{"party.leave", "Esc", N_("back"), N_("Back; what is typed stays as a draft"), ACTION_FOOTER, leave, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "party",
	.actions = actions,
	.draw = draw,
	.input = input,
	.title = title,
	.close = close_view,
	.typing = typing,
};

void
view_party_open(struct session *s, const struct id *visit)
{
	struct party *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->visit = *visit;
	v->fs = fieldset_new(s->m, fields, (int)(sizeof(fields) / sizeof(fields[0])), v);
	fj_buf_init(&v->text, LIMIT_PAYLOAD);
	ui_push(s->ui, &ops, v);
	begin_draft(v);
}
