/* SPDX-License-Identifier: Apache-2.0 */
/* One question on paper: what is asked, what helps, where to write. */
#include <string.h>

#include "base/limits.h"
#include "cli/blank.h"
#include "text/fit.h"

enum {
	CHOICES_MAX = 40,		/* more than these are written by name */
};

static const char *
tr(const struct blank *b, const char *english)
{
	return _(b->page.msg, english);
}

/* "word: text", behind the label. */
static void
aside(struct blank *b, int indent, const char *word, const char *text)
{
	struct fj_buf first, said;

	if (text[0] == '\0')
		return;
	fj_buf_init(&first, LIMIT_VALUE_BYTES);
	fj_buf_init(&said, LIMIT_FORM_BYTES);
	fj_buf_printf(&first, "%*s", indent, "");
	fj_buf_puts(&first, word);
	blank_text(b, text, &said);
	page_text(&b->page, first.p, word[0] != '\0' ? indent + 2 : indent, said.p);
	fj_buf_release(&first);
	fj_buf_release(&said);
}

static void
clauses(struct blank *b, const struct form_node *n, int indent)
{
	const char *const *v;
	size_t count = form_node_clauses(n, &v), i;
	struct fj_buf text;

	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	for (i = 0; i < count; i++) {
		fj_buf_puts(&text, i > 0 ? ", " : "");
		fj_buf_puts(&text, v[i]);
	}
	aside(b, indent, tr(b, N_("Clauses: ")), text.p);
	fj_buf_release(&text);
}

static void
when(struct blank *b, const struct form_node *n, int indent)
{
	struct fj_buf text;

	fj_buf_init(&text, LIMIT_LINE_BYTES);
	if (blank_when(b, n, FORM_SLOT_RELEVANT, &text))
		aside(b, indent, tr(b, N_("Only if: ")), text.p);
	fj_buf_release(&text);
}

/* "□ 1 Conforms   □ 2 Does not", as many to a line as fit. */
static void
choices(struct blank *b, const struct form_node *n, int indent)
{
	const struct form_choice *const *v;
	size_t count = form_node_choices(n, &v), i;
	struct fj_buf line, one;
	int at = 0, k;

	if (count > CHOICES_MAX) {
		page_rule(&b->page, indent);
		return;
	}
	fj_buf_init(&line, LIMIT_VALUE_BYTES);
	fj_buf_init(&one, LIMIT_VALUE_BYTES);
	for (i = 0; i < count; i++) {
		int key = form_choice_key(v[i]) > 0 ? form_choice_key(v[i]) : (int)i + 1;
		const char *label = form_choice_label(v[i], b->lang);

		fj_buf_clear(&one);
		fj_buf_printf(&one, "%s %d ", form_node_type(n) == FORM_RANK ? "__" : "□", key);
		fj_buf_puts(&one, label[0] != '\0' ? label : form_choice_name(v[i]));
		k = width_text(&page_width, one.p, one.n);
		if (at > 0 && at + 3 + k > PAGE_WIDTH - indent) {
			aside(b, indent, "", line.p);
			fj_buf_clear(&line);
			at = 0;
		}
		fj_buf_puts(&line, at > 0 ? "   " : "");
		fj_buf_add(&line, one.p, one.n);
		at += (at > 0 ? 3 : 0) + k;
	}
	aside(b, indent, "", line.p);
	fj_buf_release(&line);
	fj_buf_release(&one);
}

static void
lines(struct blank *b, int indent, int n)
{
	while (n-- > 0)
		page_rule(&b->page, indent);
}

/* What a short answer looks like; NULL: lines to write on. */
static const char *
shape(const struct blank *b, const struct form_node *n)
{
	switch (form_node_type(n)) {
	case FORM_INTEGER:
	case FORM_DECIMAL:
		return "____________________";
	case FORM_DATE:
		return tr(b, N_("________ - ____ - ____  (year - month - day)"));
	case FORM_TIME:
		return tr(b, N_("____ : ____  (hour : minute)"));
	case FORM_DATETIME:
		return tr(b, N_("________ - ____ - ____   ____ : ____  (year - month - day hour : minute)"));
	case FORM_ACKNOWLEDGE:
		return tr(b, N_("□ confirmed"));
	case FORM_GEOPOINT:
	case FORM_GEOTRACE:
	case FORM_GEOSHAPE:
		return tr(b, N_("latitude ______________  longitude ______________"));
	case FORM_FILE:
		return tr(b, N_("□ attached, number ______________"));
	case FORM_USCC:
		return "|__|__|__|__|__|__|__|__|__|__|__|__|__|__|__|__|__|__|";
	case FORM_SIGNATURE:
		return tr(b, N_("signature ____________________  date ______________"));
	default:
		return NULL;
	}
}

static void
number_and_unit(struct blank *b, const struct form_node *n, int indent)
{
	const char *unit = form_node_parameter(n, "unit");
	const char *from = form_node_parameter(n, "start"), *to = form_node_parameter(n, "end");
	struct fj_buf text;

	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	fj_buf_puts(&text, "____________________ ");
	if (unit != NULL)
		fj_buf_puts(&text, unit);
	else if (form_node_type(n) == FORM_MEASUREMENT)
		fj_buf_puts(&text, tr(b, N_("unit ________")));
	else if (from != NULL && to != NULL)
		fj_buf_printf(&text, "(%s - %s)", from, to);
	aside(b, indent, "", text.p);
	fj_buf_release(&text);
}

static void
answer(struct blank *b, const struct form_node *n, int indent)
{
	const char *text = shape(b, n);

	switch (form_node_type(n)) {
	case FORM_NOTE:
		return;
	case FORM_SELECT_ONE:
	case FORM_SELECT_MULTIPLE:
	case FORM_RANK:
	case FORM_VERDICT:
		choices(b, n, indent);
		if (form_node_type(n) == FORM_VERDICT)
			lines(b, indent, 1);
		return;
	case FORM_RANGE:
	case FORM_MEASUREMENT:
		number_and_unit(b, n, indent);
		return;
	case FORM_FINDING:
		lines(b, indent, 4);
		return;
	default:
		break;
	}
	if (text != NULL)
		aside(b, indent, "", text);
	else
		lines(b, indent, strstr(form_node_appearance(n), "multiline") != NULL ? 4 : 1);
}

/* What stands after the label in brackets. */
static void
remarks(const struct blank *b, const struct form_node *n, struct fj_buf *label)
{
	struct fj_buf required;

	fj_buf_init(&required, LIMIT_LINE_BYTES);
	if (form_node_expr(n, FORM_SLOT_REQUIRED, FORM_PRINT_SOURCE, &required) &&
	    strcmp(required.p, "true()") == 0 && form_node_type(n) != FORM_VERDICT)
		fj_buf_puts(label, tr(b, N_(" (required)")));
	if (form_node_type(n) == FORM_SELECT_MULTIPLE)
		fj_buf_puts(label, tr(b, N_(" (several may be chosen)")));
	if (form_node_type(n) == FORM_RANK)
		fj_buf_puts(label, tr(b, N_(" (number them in order)")));
	fj_buf_release(&required);
}

void
blank_item(struct blank *b, const struct form_node *n, int indent)
{
	const char *label = form_node_label(n, b->lang);
	struct fj_buf first, text;
	int in;

	fj_buf_init(&first, LIMIT_VALUE_BYTES);
	fj_buf_init(&text, LIMIT_FORM_BYTES);
	fj_buf_printf(&first, "%*s", indent, "");
	blank_number(n, &first);
	fj_buf_puts(&first, form_node_key_item(n) ? " ★ " : " ");
	in = width_text(&page_width, first.p, first.n);
	blank_text(b, label[0] != '\0' ? label : form_node_name(n), &text);
	remarks(b, n, &text);
	page_need(&b->page, 3 + page_text_lines(first.p, in, text.p));
	page_text(&b->page, first.p, in, text.p);
	in = indent + 4;
	when(b, n, in);
	aside(b, in, "", form_node_hint(n, b->lang));
	aside(b, in, tr(b, N_("How: ")), form_node_how(n, b->lang));
	clauses(b, n, in);
	aside(b, in, tr(b, N_("Evidence: ")), form_node_evidence(n, b->lang));
	answer(b, n, in);
	page_blank(&b->page);
	fj_buf_release(&first);
	fj_buf_release(&text);
}
