/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/blank.h"

#include <string.h>

#include "base/limits.h"

bool
blank_shown(const struct form_node *n)
{
	enum form_type t = form_node_type(n);

	if (t == FORM_GROUP || t == FORM_REPEAT || t == FORM_NOTE)
		return true;
	return form_node_has_control(n) && !form_node_calculated(n);
}

void
blank_number(const struct form_node *n, struct fj_buf *out)
{
	const struct form_node *up = form_node_parent(n), *c;
	int at = 0;

	if (up == NULL || !blank_shown(n))
		return;
	for (c = form_node_walk(up, up); c != NULL && c != n; c = form_node_next(c))
		if (blank_shown(c))
			at++;
	if (form_node_parent(up) != NULL) {
		blank_number(up, out);
		fj_buf_putc(out, '.');
	}
	fj_buf_printf(out, "%d", at + 1);
}

/* A title of a group or repeat, and when it is asked. */
static void
title(struct blank *b, const struct form_node *n, int indent)
{
	const char *said = form_node_label(n, b->lang);
	bool section = form_node_parent(n) != NULL && form_node_parent(form_node_parent(n)) == NULL;
	struct fj_buf first, text, label;

	fj_buf_init(&first, LIMIT_VALUE_BYTES);
	fj_buf_init(&text, LIMIT_LINE_BYTES);
	fj_buf_init(&label, LIMIT_FORM_BYTES);
	blank_text(b, said[0] != '\0' ? said : form_node_name(n), &label);
	/* A heading keeps what it heads: the table of a repeat too. */
	page_need(&b->page, form_node_type(n) == FORM_REPEAT ? 30 : 12);
	if (section)
		page_rule(&b->page, 0);
	fj_buf_printf(&first, "%*s", indent, "");
	blank_number(n, &first);
	fj_buf_puts(&first, "  ");
	page_text(&b->page, first.p, width_text(&page_width, first.p, first.n),
	    label.p);
	if (blank_when(b, n, FORM_SLOT_RELEVANT, &text)) {
		fj_buf_clear(&first);
		fj_buf_printf(&first, "%*s%s", indent + 4, "", _(b->page.msg, "Only if: "));
		page_text(&b->page, first.p, indent + 6, text.p);
	}
	page_blank(&b->page);
	fj_buf_release(&first);
	fj_buf_release(&label);
	fj_buf_release(&text);
}

void
blank_children(struct blank *b, const struct form_node *n, int indent)
{
	const struct form_node *c;

	for (c = form_node_walk(n, n); c != NULL; c = form_node_next(c)) {
		if (!blank_shown(c))
			continue;
		if (form_node_type(c) != FORM_GROUP && form_node_type(c) != FORM_REPEAT) {
			blank_item(b, c, indent);
			continue;
		}
		title(b, c, indent);
		if (form_node_type(c) == FORM_REPEAT)
			blank_repeat(b, c, indent + 2);
		else
			blank_children(b, c, indent);
	}
}

static void
head(struct blank *b)
{
	struct fj_buf text;

	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	page_centre(&b->page, form_title(b->form, b->lang));
	page_blank(&b->page);
	msg_put(b->page.msg, &text, N_("Form {1}, version {2}"), "ss", form_id(b->form),
	    form_version(b->form));
	page_centre(&b->page, text.p);
	page_centre(&b->page, b->digest);
	page_blank(&b->page);
	page_text(&b->page, "", 0, _(b->page.msg, "Inspected party: ________________________________  Date: ____________________"));
	page_blank(&b->page);
	page_text(&b->page, "", 0, _(b->page.msg, "Fill in by hand and enter it later, under the same numbers. [2.3] is question 2.3. Tick one box unless it says otherwise; a verdict that is not \"conforms\" wants its facts on the line."));
	page_blank(&b->page);
	fj_buf_release(&text);
}

static void
signatures(struct blank *b)
{
	int i;

	page_need(&b->page, 14);
	page_rule(&b->page, 0);
	page_blank(&b->page);
	for (i = 0; i < 3; i++) {
		page_text(&b->page, "", 0, _(b->page.msg, "Inspector: __________________  Certificate: __________________  Date: _________"));
		page_blank(&b->page);
	}
	page_text(&b->page, "", 0, _(b->page.msg, "For the party: ______________  Position: _____________________  Date: _________"));
	page_blank(&b->page);
	page_text(&b->page, "", 0, _(b->page.msg, "Remarks of the party:"));
	page_rule(&b->page, 0);
	page_rule(&b->page, 0);
}

static void
pass(struct blank *b, struct fj_buf *out)
{
	fj_buf_clear(out);
	b->page.out = out;
	b->page.page = b->page.line = 0;
	b->page.head = form_title(b->form, b->lang);
	head(b);
	blank_children(b, form_root(b->form), 0);
	signatures(b);
}

void
blank_write(struct blank *b, struct fj_buf *out)
{
	/* How many pages there are is known after the first writing. */
	b->page.pages = 0;
	pass(b, out);
	b->page.pages = b->page.page;
	pass(b, out);
}
