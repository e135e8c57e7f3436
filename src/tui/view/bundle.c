/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/page.h"
#include "tui/widget/dialog.h"

/* ---- out ---- */

struct out {
	struct page *page;
	struct id only;		/* zero: all visits */
};

static const struct field fields[] = {
	{.name = "n", .label = N_("Every member of the team and the hub that the roster knows can open the bundle; nobody else. Others hand you their card file."), .kind = FIELD_NOTE},
	{.name = "visit", .label = N_("Visit"), .kind = FIELD_PICK, .hint = N_("all visits; Enter: only one")},
	{.name = "file", .label = N_("New file"), .kind = FIELD_TEXT, .required = true, .max_bytes = 4096},
	{.name = "card", .label = N_("Card file"), .kind = FIELD_TEXT, .max_bytes = 4096,
	    .hint = N_("may be left empty")},
	{.name = "ok", .label = N_("Write the bundle"), .kind = FIELD_BUTTON},
};

static size_t
chosen(struct session *s, const struct out *v, struct id **ids)
{
	const struct app_row *const *rows;
	size_t i, n = app_rows(s->app, &rows);

	*ids = xcalloc(n + 1, sizeof(**ids));
	if (!id_is_zero(&v->only)) {
		(*ids)[0] = v->only;
		return 1;
	}
	for (i = 0; i < n; i++)
		(*ids)[i] = rows[i]->id;
	return n;
}

static void
done(struct page *p)
{
	char *path = path_given(page_value(p, "file")), *card = path_given(page_value(p, "card"));
	const char *cards[] = {card};
	struct id *ids;
	size_t n = chosen(p->s, p->own, &ids);
	struct fj_err e;

	say_busy(p->s, N_("Writing the bundle …"));
	if (n == 0) {
		ui_say(p->s->ui, STYLE_WARN, _(p->s->m, "There is no visit to carry."));
	} else if (app_bundle_export(p->s->app, ids, n, path, cards, card[0] != '\0' ? 1 : 0,
	    &e) != FJ_OK) {
		page_error(p, "file", &e);
	} else {
		say_put(p->s, STYLE_OK, N_("{1}: written"), path);
		page_close(p);
	}
	free(ids);
	free(path);
	free(card);
}

static void
picked(void *ctx, long i)
{
	struct page *p = ctx;
	struct out *v = p->own;
	const struct app_row *const *rows;
	struct fj_buf b;

	if (i < 0 || (size_t)i >= app_rows(p->s->app, &rows))
		return;
	v->only = rows[i]->id;
	fj_buf_init(&b, 2048);
	visit_name(p->s, &v->only, &b);
	fieldset_set(p->fs, "visit", "one", b.p);
	fj_buf_release(&b);
}

static void
pick(struct page *p, const char *field)
{
	const struct app_row *const *rows;
	size_t i, n = app_rows(p->s->app, &rows);
	struct pick_item *items = xcalloc(n + 1, sizeof(*items));

	(void)field;
	for (i = 0; i < n; i++)
		items[i].label = rows[i]->s.subject;
	dialog_pick(p->s->ui, &(struct pick_opts){.title = _(p->s->m, "Visit"), .items = items,
	    .n = n, .filter = true}, picked, p);
	free(items);
}

static const struct page_ops ops = {
	.name = "bundle", .title = N_("Bundle for a USB stick"), .done = done, .pick = pick,
	.release = free,
};

void
bundle_export_open(struct session *s)
{
	struct out *v = xcalloc(1, sizeof(*v));

	v->page = page_open(s, &ops, fields, sizeof(fields) / sizeof(fields[0]), v);
	fieldset_set(v->page->fs, "file", "~/feijian.bundle", NULL);
}

/* ---- in ---- */

static void
tell(struct session *s, const struct app_bundle_result *r)
{
	struct fj_buf b;

	fj_buf_init(&b, 4096);
	msg_put(s->m, &b, "{1} visits: {2} new entries, {3} known already, {4} evidence files.",
	    "zzzz", r->visits, r->entries, r->known, r->evidence);
	fj_buf_putc(&b, '\n');
	msg_put(s->m, &b, r->sender_certified ? N_("Sealed by {1}, whom the roster knows.") :
	    N_("Sealed by {1}, as claimed: no roster here knows this key."), "s", r->sender);
	dialog_message(s->ui, _(s->m, "Take in a bundle"), b.p, NULL, NULL);
	fj_buf_release(&b);
}

static void
import_from(void *ctx, const char *text)
{
	struct session *s = ctx;
	struct app_bundle_result r;
	struct fj_err e;
	char *path;

	if (text == NULL)
		return;
	path = path_given(text);
	say_busy(s, N_("Reading the bundle …"));
	if (app_bundle_import(s->app, path, &r, &e) != FJ_OK) {
		ui_fail(s->ui, &e);
	} else {
		session_acted(s);
		tell(s, &r);
	}
	free(path);
}

void
bundle_import_ask(struct session *s)
{
	dialog_prompt(s->ui, &(struct prompt_opts){.title = _(s->m, "Take in a bundle"),
	    .text = _(s->m, "Path of the bundle; ~ is your home folder"), .max_bytes = 4096,
	    .required = true}, import_from, s);
}
