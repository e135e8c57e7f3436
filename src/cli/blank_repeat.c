/* SPDX-License-Identifier: Apache-2.0 */
/* A repeat on paper: a table when its questions are few and short, else copies. */
#include <string.h>

#include "base/limits.h"
#include "cli/blank.h"
#include "text/fit.h"
#include "text/wrap.h"

enum {
	COPIES = 3,
	COLUMNS_MAX = 5,
	ROWS = 6,
};

struct column {
	const struct form_node *node;
	struct wrap wrap;
	int width;
};

/* The questions of a table; 0: one of them does not fit a cell. */
static size_t
columns(const struct blank *b, const struct form_node *n, struct column *v)
{
	const struct form_node *c;
	const struct form_choice *const *list;
	size_t count = 0;

	for (c = form_node_walk(n, n); c != NULL; c = form_node_next(c)) {
		enum form_type t = form_node_type(c);

		if (!blank_shown(c))
			continue;
		if (count == COLUMNS_MAX || t == FORM_GROUP || t == FORM_REPEAT ||
		    t == FORM_NOTE || t == FORM_FINDING || form_node_choices(c, &list) > 0 ||
		    strstr(form_node_label(c, b->lang), "${") != NULL)
			return 0;
		v[count++].node = c;
	}
	return count;
}

static void
border(struct blank *b, const struct column *v, size_t n, int indent)
{
	struct fj_buf line;
	size_t i;
	int k;

	fj_buf_init(&line, LIMIT_VALUE_BYTES);
	fj_buf_printf(&line, "%*s+", indent, "");
	for (i = 0; i < n; i++) {
		for (k = 0; k < v[i].width; k++)
			fj_buf_putc(&line, '-');
		fj_buf_putc(&line, '+');
	}
	page_line(&b->page, line.p);
	fj_buf_release(&line);
}

/* One printed line of a row; row SIZE_MAX: empty cells. */
static void
cells(struct blank *b, const struct column *v, size_t n, int indent, size_t row)
{
	struct fj_buf line;
	size_t i;

	fj_buf_init(&line, LIMIT_VALUE_BYTES);
	fj_buf_printf(&line, "%*s|", indent, "");
	for (i = 0; i < n; i++) {
		const char *label = form_node_label(v[i].node, b->lang);
		bool there = row < v[i].wrap.n;

		fit_pad(&line, &page_width, there ? label + v[i].wrap.line[row].off : "",
		    there ? v[i].wrap.line[row].len : 0, v[i].width, false);
		fj_buf_putc(&line, '|');
	}
	page_line(&b->page, line.p);
	fj_buf_release(&line);
}

static void
table(struct blank *b, struct column *v, size_t n, int indent)
{
	int each = (PAGE_WIDTH - indent - 1) / (int)n - 1;
	size_t i, high = 0, row;

	for (i = 0; i < n; i++) {
		const char *label = form_node_label(v[i].node, b->lang);

		v[i].width = each;
		wrap_text(&v[i].wrap, &page_width, label, strlen(label), each);
		high = v[i].wrap.n > high ? v[i].wrap.n : high;
	}
	page_need(&b->page, (int)high + 2 + 3 * ROWS);
	border(b, v, n, indent);
	for (row = 0; row < high; row++)
		cells(b, v, n, indent, row);
	border(b, v, n, indent);
	for (i = 0; i < ROWS; i++) {
		cells(b, v, n, indent, SIZE_MAX);
		cells(b, v, n, indent, SIZE_MAX);
		border(b, v, n, indent);
	}
	for (i = 0; i < n; i++)
		wrap_release(&v[i].wrap);
	page_blank(&b->page);
}

void
blank_repeat(struct blank *b, const struct form_node *n, int indent)
{
	struct column v[COLUMNS_MAX] = {{NULL, {NULL, 0, 0}, 0}};
	size_t count = columns(b, n, v);
	struct fj_buf text;
	int i;

	if (count > 0) {
		table(b, v, count, indent);
		return;
	}
	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	for (i = 1; i <= COPIES; i++) {
		fj_buf_clear(&text);
		msg_put(b->page.msg, &text, N_("-- no. {1} of {2}, more on a copy of this page --"), "dd", i,
		    COPIES);
		page_need(&b->page, 8);
		page_text(&b->page, "", indent, text.p);
		page_blank(&b->page);
		blank_children(b, n, indent);
	}
	fj_buf_release(&text);
}
