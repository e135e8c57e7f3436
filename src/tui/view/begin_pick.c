/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/begin_pick.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "form/form.h"
#include "text/fold.h"
#include "tui/view/common.h"
#include "tui/widget/dialog.h"

enum { SUBJECTS_SHOWN = 200 };

/* ---- kinds ---- */

struct kind_ask {
	struct session *s;
	void (*done)(void *ctx, const struct visit_kind *k);
	void *ctx;
};

static void
kind_picked(void *ctx, long i)
{
	struct kind_ask *a = ctx, own = *a;

	free(a);
	if (i >= 0)
		own.done(own.ctx, kinds_at(app_kinds(own.s->app), (size_t)i));
}

void
kind_pick(struct session *s, const char *now,
    void (*done)(void *ctx, const struct visit_kind *k), void *ctx)
{
	const struct kinds *all = app_kinds(s->app);
	size_t i, n = kinds_count(all), at = 0;
	struct pick_item *items = xcalloc(n + 1, sizeof(*items));
	struct kind_ask *a = xcalloc(1, sizeof(*a));

	*a = (struct kind_ask){s, done, ctx};
	for (i = 0; i < n; i++) {
		items[i].label = kind_title(kinds_at(all, i), lang_of(s));
		items[i].note = kinds_at(all, i)->id;	/* found by Latin letters, too */
		if (strcmp(kinds_at(all, i)->id, now) == 0)
			at = i;
	}
	dialog_pick(s->ui, &(struct pick_opts){.title = _(s->m, "Kind of visit"),
	    .items = items, .n = n, .selected = at, .filter = true}, kind_picked, a);
	free(items);
}

/* ---- forms ---- */

struct form_ask {
	struct session *s;
	void (*done)(void *ctx, const char *id);
	void *ctx;
};

static void
form_picked(void *ctx, long i)
{
	struct form_ask *a = ctx, own = *a;
	char id[64];

	free(a);
	if (i < 0)
		return;
	app_form_id(own.s->app, (size_t)i, id);
	own.done(own.ctx, id);
}

void
form_pick(struct session *s, void (*done)(void *ctx, const char *id), void *ctx)
{
	size_t i, n = app_form_count(s->app);
	struct pick_item *items = xcalloc(n + 1, sizeof(*items));
	char (*ids)[64] = xcalloc(n + 1, sizeof(*ids));
	struct form_ask *a = xcalloc(1, sizeof(*a));

	*a = (struct form_ask){s, done, ctx};
	for (i = 0; i < n; i++) {
		app_form_id(s->app, i, ids[i]);
		items[i].label = ids[i];
	}
	dialog_pick(s->ui, &(struct pick_opts){.title = _(s->m, "Form"),
	    .items = items, .n = n}, form_picked, a);
	free(ids);
	free(items);
}

/* ---- subjects ---- */

/* Copies: a sync may bring another register while the list is open. */
struct subject_ask {
	void (*done)(void *ctx, const struct subject *one);
	void *ctx;
	size_t n;
	struct subject v[SUBJECTS_SHOWN];
	char *text[SUBJECTS_SHOWN];
};

static const char *
part(char **at, const char *s)
{
	char *to = *at;
	size_t n = strlen(s) + 1;

	memcpy(to, s, n);
	*at = to + n;
	return to;
}

static void
keep(struct subject_ask *a, const struct subject *s)
{
	size_t n = strlen(s->name) + strlen(s->uscc) + strlen(s->cma) + strlen(s->division) +
	    strlen(s->address) + strlen(s->visited) + 6;
	char *at = xcalloc(n, 1);
	struct subject *to = &a->v[a->n];

	a->text[a->n++] = at;
	to->name = part(&at, s->name);
	to->uscc = part(&at, s->uscc);
	to->cma = part(&at, s->cma);
	to->division = part(&at, s->division);
	to->address = part(&at, s->address);
	to->visited = part(&at, s->visited);
}

static void
subject_picked(void *ctx, long i)
{
	struct subject_ask *a = ctx;
	size_t k;

	if (i >= 0 && (size_t)i < a->n)
		a->done(a->ctx, &a->v[i]);
	for (k = 0; k < a->n; k++)
		free(a->text[k]);
	free(a);
}

void
subject_pick(struct session *s, const char *text,
    void (*done)(void *ctx, const struct subject *one), void *ctx)
{
	const struct subject **found = xcalloc(SUBJECTS_SHOWN, sizeof(*found));
	size_t i, n = app_subjects(s->app, text, found, SUBJECTS_SHOWN);
	struct pick_item *items = xcalloc(n + 1, sizeof(*items));
	struct subject_ask *a;

	if (n == 0) {
		ui_say(s->ui, STYLE_MUTED, _(s->m, "No subject of the bureau's register fits"));
	} else {
		a = xcalloc(1, sizeof(*a));
		a->done = done;
		a->ctx = ctx;
		for (i = 0; i < n; i++) {
			keep(a, found[i]);
			items[i].label = a->v[i].name;
			items[i].note = a->v[i].visited[0] != '\0' ? a->v[i].visited : a->v[i].uscc;
		}
		dialog_pick(s->ui, &(struct pick_opts){.title = _(s->m, "Known subjects"),
		    .items = items, .n = n, .filter = true}, subject_picked, a);
	}
	free(items);
	free(found);
}

/* ---- the code ---- */

void
uscc_fold(const char *text, char out[64])
{
	struct fj_buf b;
	size_t i, n = 0;

	fj_buf_init(&b, 512);
	fold_ascii(&b, text, strlen(text));
	for (i = 0; i < b.n && n < 63; i++) {
		char c = b.p[i];

		if (c == ' ' || c == '-')
			continue;
		out[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	out[n] = '\0';
	fj_buf_release(&b);
}

bool
uscc_check(const struct msg *m, const char *value, struct fj_buf *why)
{
	char code[64];

	uscc_fold(value, code);
	if (code[0] == '\0' || form_uscc_ok(code, strlen(code)))
		return true;
	if (strlen(code) != 18)
		msg_put(m, why, "18 characters are needed, {1} are here", "z",
		    utf8_count(code, strlen(code)));
	else
		fj_buf_puts(why, _(m, "The check character does not fit: one character is wrong. Compare with the licence."));
	return false;
}
