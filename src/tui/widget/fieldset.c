/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/fieldset.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/widget/fieldset_internal.h"

enum { WHY_MAX = 1024 };

struct fieldset *
fieldset_new(const struct msg *m, const struct field *f, int n, void *ctx)
{
	struct fieldset *fs = xcalloc(1, sizeof(*fs));
	int i;

	fs->m = m;
	fs->ctx = ctx;
	fs->n = n;
	fs->slot = xcalloc((size_t)n + 1, sizeof(*fs->slot));
	for (i = 0; i < n; i++) {
		struct slot *s = &fs->slot[i];

		s->f = f[i];
		if (f[i].kind == FIELD_AREA)
			s->area = textarea_new(&(struct textarea_opts){
			    .max_bytes = f[i].max_bytes,
			    .hint = f[i].hint != NULL ? msg_tr(m, f[i].hint) : NULL});
		else if (f[i].kind == FIELD_TEXT || f[i].kind == FIELD_SECRET)
			s->line = lineedit_new(&(struct lineedit_opts){
			    .max_bytes = f[i].max_bytes, .mask = f[i].kind == FIELD_SECRET,
			    .hint = f[i].hint != NULL ? msg_tr(m, f[i].hint) : NULL});
		if (f[i].value != NULL)
			fieldset_set(fs, f[i].name, f[i].value, NULL);
	}
	fs->at = 0;
	if (!fieldset_may_focus(fs, 0))
		(void)fieldset_step(fs, 1);
	return fs;
}

void
fieldset_free(struct fieldset **fsp)
{
	struct fieldset *fs = *fsp;
	int i;

	if (fs == NULL)
		return;
	for (i = 0; i < fs->n; i++) {
		lineedit_free(&fs->slot[i].line);
		textarea_free(&fs->slot[i].area);
		free(fs->slot[i].value);
		free(fs->slot[i].shown);
		free(fs->slot[i].error);
	}
	free(fs->slot);
	free(fs);
	*fsp = NULL;
}

bool
fieldset_is_hidden(const struct fieldset *fs, int i)
{
	const struct field *f = &fs->slot[i].f;

	return f->hidden != NULL && f->hidden(fs->ctx, fs);
}

bool
fieldset_may_focus(const struct fieldset *fs, int i)
{
	return i < fs->n && fs->slot[i].f.kind != FIELD_NOTE && !fieldset_is_hidden(fs, i);
}

/* false: there is none further on. */
bool
fieldset_step(struct fieldset *fs, int by)
{
	int i;

	for (i = fs->at + by; i >= 0 && i < fs->n; i += by)
		if (fieldset_may_focus(fs, i)) {
			fs->at = i;
			return true;
		}
	return false;
}

static int
find(const struct fieldset *fs, const char *name)
{
	int i;

	for (i = 0; i < fs->n && name != NULL; i++)
		if (fs->slot[i].f.name != NULL && strcmp(fs->slot[i].f.name, name) == 0)
			return i;
	return -1;
}

const char *
fieldset_slot_value(const struct slot *s)
{
	if (s->line != NULL)
		return lineedit_text(s->line);
	if (s->area != NULL)
		return textarea_text(s->area, NULL);
	return s->value != NULL ? s->value : "";
}

bool
fieldset_fill_next(struct fieldset *fs, const char *name, const char *gap)
{
	int i = find(fs, name);

	if (i < 0 || fs->slot[i].area == NULL || !fieldset_may_focus(fs, i) ||
	    !textarea_fill_next(fs->slot[i].area, gap))
		return false;
	fs->at = i;
	return true;
}

const char *
fieldset_value(const struct fieldset *fs, const char *name)
{
	int i = find(fs, name);

	return i >= 0 ? fieldset_slot_value(&fs->slot[i]) : "";
}

void
fieldset_slot_put(struct slot *s, const char *value, const char *shown)
{
	char *v = xstrdup(value != NULL ? value : ""), *sh = xstrdup(shown);

	free(s->value);
	free(s->shown);
	s->value = v;
	s->shown = sh;
}

void
fieldset_set(struct fieldset *fs, const char *name, const char *value, const char *shown)
{
	int i = find(fs, name);
	struct slot *s = i >= 0 ? &fs->slot[i] : NULL;

	if (s == NULL)
		return;
	if (value == NULL)
		value = "";
	if (s->line != NULL)
		(void)lineedit_set(s->line, value);
	else if (s->area != NULL)
		(void)textarea_set(s->area, value, strlen(value));
	else
		fieldset_slot_put(s, value, shown);
}

const char *
fieldset_current(const struct fieldset *fs)
{
	return fs->n > 0 && fs->slot[fs->at].f.name != NULL ? fs->slot[fs->at].f.name : "";
}

void
fieldset_focus(struct fieldset *fs, const char *name)
{
	int i = find(fs, name);

	if (i >= 0 && fieldset_may_focus(fs, i))
		fs->at = i;
}

bool
fieldset_typing(const struct fieldset *fs)
{
	return fs->n > 0 && (fs->slot[fs->at].line != NULL || fs->slot[fs->at].area != NULL);
}

static void
set_error(struct slot *s, const char *why)
{
	free(s->error);
	s->error = xstrdup(why);
}

void
fieldset_error(struct fieldset *fs, const char *name, const char *why)
{
	int i = find(fs, name);

	if (i < 0)
		return;
	set_error(&fs->slot[i], why);
	if (why != NULL)
		fieldset_focus(fs, name);
}

static bool
check_slot(struct fieldset *fs, struct slot *s)
{
	const char *v = fieldset_slot_value(s);
	struct fj_buf why;
	bool ok = true;

	fj_buf_init(&why, WHY_MAX);
	if (s->f.required && v[0] == '\0') {
		fj_buf_puts(&why, _(fs->m, "Please fill this in"));
		ok = false;
	} else if (s->f.check != NULL && !s->f.check(fs->ctx, fs->m, v, &why)) {
		ok = false;
	}
	set_error(s, ok ? NULL : why.p);
	fj_buf_release(&why);
	return ok;
}

bool
fieldset_check(struct fieldset *fs)
{
	int i, first = -1;

	for (i = 0; i < fs->n; i++)
		if (fieldset_may_focus(fs, i) && !check_slot(fs, &fs->slot[i]) && first < 0)
			first = i;
	if (first >= 0)
		fs->at = first;
	return first < 0;
}

/* ---- input ---- */

static int
choice_index(const struct slot *s)
{
	const char *v = fieldset_slot_value(s);
	int i;

	for (i = 0; s->f.choices != NULL && s->f.choices[i].name != NULL; i++)
		if (strcmp(s->f.choices[i].name, v) == 0)
			return i;
	return -1;
}

static int
choice_count(const struct slot *s)
{
	int n = 0;

	while (s->f.choices != NULL && s->f.choices[n].name != NULL)
		n++;
	return n;
}

static enum fields_answer
choose(struct slot *s, uint32_t key)
{
	int n = choice_count(s), i = choice_index(s);

	if (n == 0)
		return FIELDS_IGNORED;
	if (key == K_RIGHT || key == ' ')
		i = (i + 1) % n;
	else if (key == K_LEFT)
		i = i <= 0 ? n - 1 : i - 1;
	else if (key >= '1' && key <= '9' && (int)(key - '1') < n)
		i = (int)(key - '1');
	else
		return FIELDS_IGNORED;
	fieldset_slot_put(s, s->f.choices[i].name, NULL);
	return FIELDS_CHANGED;
}

static enum fields_answer
from_edit(enum edit_answer a)
{
	switch (a) {
	case EDIT_CHANGED:
		return FIELDS_CHANGED;
	case EDIT_MOVED:
	case EDIT_REFUSED:
		return FIELDS_HANDLED;
	case EDIT_IGNORED:
		break;
	}
	return FIELDS_IGNORED;
}

/* What the field itself does with it. */
static enum fields_answer
slot_input(struct slot *s, const struct input *in)
{
	uint32_t key = in->type == INPUT_KEY ? key_fold(in->key) : (uint32_t)K_NONE;

	if (s->line != NULL)
		return from_edit(lineedit_input(s->line, in));
	if (s->area != NULL)
		return from_edit(textarea_input(s->area, in));
	switch (s->f.kind) {
	case FIELD_CHOICE:
		return choose(s, key);
	case FIELD_CHECK:
		if (key != ' ' && key != K_LEFT && key != K_RIGHT)
			return FIELDS_IGNORED;
		fieldset_slot_put(s, fieldset_slot_value(s)[0] != '\0' ? "" : "yes", NULL);
		return FIELDS_CHANGED;
	case FIELD_PICK:
		return key == ' ' || key == K_ENTER ? FIELDS_PICK : FIELDS_IGNORED;
	case FIELD_BUTTON:
		return key == ' ' || key == K_ENTER ? FIELDS_DONE : FIELDS_IGNORED;
	case FIELD_TEXT:
	case FIELD_SECRET:
	case FIELD_AREA:
	case FIELD_NOTE:
		break;
	}
	return FIELDS_IGNORED;
}

static enum fields_answer
walk(struct fieldset *fs, uint32_t key)
{
	switch (key) {
	case K_TAB:
	case K_DOWN:
		(void)fieldset_step(fs, 1);
		return FIELDS_HANDLED;
	case K_BACKTAB:
	case K_UP:
		(void)fieldset_step(fs, -1);
		return FIELDS_HANDLED;
	case K_ENTER:
		return fieldset_step(fs, 1) ? FIELDS_HANDLED : FIELDS_DONE;
	case K_CTRL('s'):
		return FIELDS_DONE;
	default:
		return FIELDS_IGNORED;
	}
}

static enum fields_answer
click(struct fieldset *fs, const struct input *in)
{
	int i;

	for (i = 0; i < fs->n; i++)
		if (fieldset_may_focus(fs, i) && rect_has(fs->slot[i].drawn, in->y, in->x)) {
			fs->at = i;
			return FIELDS_HANDLED;
		}
	return FIELDS_IGNORED;
}

enum fields_answer
fieldset_input(struct fieldset *fs, const struct input *in)
{
	struct slot *s;
	enum fields_answer a;

	if (fs->n == 0)
		return FIELDS_IGNORED;
	if (in->type == INPUT_MOUSE)
		return in->button == MOUSE_LEFT ? click(fs, in) : FIELDS_IGNORED;
	if (!fieldset_may_focus(fs, fs->at) && !fieldset_step(fs, 1))
		(void)fieldset_step(fs, -1);
	s = &fs->slot[fs->at];
	/* C-s must end from anywhere; a textarea leaves Tab to us. */
	if (in->type == INPUT_KEY && in->key == K_CTRL('s'))
		return FIELDS_DONE;
	a = slot_input(s, in);
	if (a == FIELDS_CHANGED)
		set_error(s, NULL);
	if (a != FIELDS_IGNORED || in->type != INPUT_KEY)
		return a;
	return walk(fs, in->key);
}
