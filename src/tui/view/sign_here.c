/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A colleague signs here: the folder of a workspace of their own and the passphrase
 * that only they know.  Nothing of it is kept.
 */
#include <stdlib.h>
#include <string.h>

#include "app/demo.h"
#include "app/together.h"
#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/page.h"
#include "tui/view/views.h"

struct sign_here {
	struct id visit;
};

static const struct field fields[] = {
	{.name = "n", .label = N_("The colleague signs from a workspace of their own on this machine, and types the passphrase. The entries of this visit go there, the signature comes back; evidence files stay where they are."), .kind = FIELD_NOTE},
	{.name = "home", .label = N_("Folder of the colleague's workspace"), .kind = FIELD_TEXT,
	    .required = true, .max_bytes = 4096, .hint = N_("as given with --home")},
	{.name = "pass", .label = N_("The colleague's passphrase"), .kind = FIELD_SECRET, .required = true},
	{.name = "ok", .label = N_("Sign here"), .kind = FIELD_BUTTON},
};

static void
done(struct page *p)
{
	struct session *s = p->s;
	struct sign_here *v = p->own;
	char *home = path_given(page_value(p, "home"));
	struct fj_err e;
	enum fj_rc rc;

	say_busy(s, N_("Signing …"));
	rc = app_sign_here(s->app, &v->visit, home, page_value(p, "pass"), &e);
	free(home);
	/* Also after a refusal: what the colleague held is here now. */
	session_acted(s);
	if (session_kept(s, rc, &e)) {
		page_close(p);
		return;
	}
	fieldset_set(p->fs, "pass", "", NULL);
	page_error(p, strncmp(e.code, "journal.", 8) == 0 ? "pass" : "home", &e);
}

static const struct page_ops ops = {
	.name = "sign-here", .title = N_("A colleague signs here"), .done = done, .release = free,
};

void
view_sign_here_open(struct session *s, const struct id *visit)
{
	struct sign_here *v = xcalloc(1, sizeof(*v));
	struct page *p;

	v->visit = *visit;
	p = page_open(s, &ops, fields, sizeof(fields) / sizeof(fields[0]), v);
	/* In the demo the other inspector's workspace is known. */
	if (s->demo != NULL && s->person < 2) {
		fieldset_set(p->fs, "home", demo_home(s->demo, 1 - s->person), NULL);
		fieldset_set(p->fs, "pass", demo_passphrase(s->demo), NULL);
	}
}
