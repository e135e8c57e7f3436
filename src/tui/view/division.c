/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing a division: type a part of its name or its code. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/widget/dialog.h"

struct choice {
	struct session *s;
	void (*done)(void *ctx, const char *code, const char *name);
	void *ctx;
};

static void
picked(void *ctx, long index)
{
	struct choice *c = ctx;
	struct division d;

	if (index >= 0 && divisions_at(app_divisions(c->s->app), (size_t)index, &d))
		c->done(c->ctx, d.code, d.path);
	else
		c->done(c->ctx, NULL, NULL);
	free(c);
}

void
division_pick(struct session *s,
    void (*done)(void *ctx, const char *code, const char *name), void *ctx)
{
	const struct divisions *all = app_divisions(s->app);
	size_t i, n = divisions_count(all);
	struct pick_item *items = xcalloc(n + 1, sizeof(*items));
	struct division *d = xcalloc(n + 1, sizeof(*d));
	struct choice *c = xcalloc(1, sizeof(*c));

	*c = (struct choice){s, done, ctx};
	for (i = 0; i < n && divisions_at(all, i, &d[i]); i++) {
		items[i].label = d[i].path;
		items[i].note = d[i].code;
	}
	dialog_pick(s->ui, &(struct pick_opts){.title = _(s->m, "Division"),
	    .text = _(s->m, "Type a part of the name, or the code"),
	    .items = items, .n = i, .filter = true}, picked, c);
	free(items);
	free(d);
}
