/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions for people: a printed expression with numbers of questions for
 * ${name}, labels for names of choices, words for operators.  What has no such
 * word stays as it is written.
 */
#include <string.h>

#include "base/limits.h"
#include "cli/blank.h"

struct words {
	const struct blank *b;
	const struct form_node *at;	/* whose condition it is */
	const struct form_node *last;	/* the question named last */
	struct fj_buf *out;
};

static size_t
reference(struct words *w, const char *s)
{
	const char *end = strchr(s, '}');
	struct fj_buf name;
	size_t n;

	if (end == NULL)
		return 0;
	n = (size_t)(end - s) + 1;
	fj_buf_init(&name, LIMIT_LINE_BYTES);
	fj_buf_add(&name, s + 2, n - 3);
	w->last = form_find(w->b->form, name.p);
	fj_buf_clear(&name);
	if (w->last != NULL)
		blank_number(w->last, &name);
	fj_buf_putc(w->out, '[');
	if (name.n > 0)
		fj_buf_add(w->out, name.p, name.n);
	else
		fj_buf_add(w->out, s + 2, n - 3);
	fj_buf_putc(w->out, ']');
	fj_buf_release(&name);
	return n;
}

/* The child of that name; NULL: none. */
static const struct form_node *
child(const struct form_node *up, const char *name)
{
	const struct form_node *c = form_node_walk(up, up);

	while (c != NULL && strcmp(form_node_name(c), name) != 0)
		c = form_node_next(c);
	return c;
}

/* ../../a/b from a question. */
static const struct form_node *
relative(const struct form_node *n, char *path)
{
	char *step, *rest = path;

	while (n != NULL && rest != NULL) {
		step = rest;
		rest = strchr(step, '/');
		if (rest != NULL)
			*rest++ = '\0';
		n = strcmp(step, "..") == 0 ? form_node_parent(n) : child(n, step);
	}
	return n;
}

/* /data/a or ../a of a question that is on paper; imported forms write so. */
static size_t
path(struct words *w, const char *s)
{
	size_t n = 0;
	struct fj_buf text;
	const struct form_node *to;

	if (s[0] != '/' && strncmp(s, "../", 3) != 0)
		return 0;
	while (s[n] != '\0' && strchr(" ()[]|,=!<>+*'\"", s[n]) == NULL)
		n++;
	if (s[n] == '[')
		return 0;
	fj_buf_init(&text, LIMIT_LINE_BYTES);
	fj_buf_add(&text, s, n);
	to = s[0] == '/' ? form_find(w->b->form, text.p) : relative(w->at, text.p);
	fj_buf_clear(&text);
	if (to != NULL)
		blank_number(to, &text);
	if (text.n > 0) {
		w->last = to;
		fj_buf_printf(w->out, "[%s]", text.p);
	} else {
		n = 0;
	}
	fj_buf_release(&text);
	return n;
}

static const char *
choice_label(const struct words *w, const char *name, size_t n)
{
	const struct form_choice *const *v;
	size_t count = w->last != NULL ? form_node_choices(w->last, &v) : 0, i;

	for (i = 0; i < count; i++)
		if (strlen(form_choice_name(v[i])) == n &&
		    memcmp(form_choice_name(v[i]), name, n) == 0)
			return form_choice_label(v[i], w->b->lang);
	return NULL;
}

static size_t
literal(struct words *w, const char *s)
{
	const char *end = strchr(s + 1, s[0]), *label;
	size_t n;

	if (end == NULL)
		return 0;
	n = (size_t)(end - s) + 1;
	label = choice_label(w, s + 1, n - 2);
	fj_buf_puts(w->out, "\"");
	if (label != NULL && label[0] != '\0')
		fj_buf_puts(w->out, label);
	else
		fj_buf_add(w->out, s + 1, n - 2);
	fj_buf_puts(w->out, "\"");
	return n;
}

/* selected(${x}, 'a'): [1.2] includes "A" */
static size_t
selected(struct words *w, const char *s)
{
	static const char call[] = "selected(";
	const char *name, *quote;
	size_t n;

	if (strncmp(s, call, sizeof(call) - 1) != 0)
		return 0;
	name = s + sizeof(call) - 1;
	quote = name + strcspn(name, ",");
	quote += strspn(quote, ", ");
	if (quote[0] != '\'' && quote[0] != '"')
		return 0;
	n = strcspn(quote + 1, quote[0] == '\'' ? "'" : "\"") + 2;
	if (quote[n - 1] == '\0' || quote[n] != ')')
		return 0;
	if ((strncmp(name, "${", 2) == 0 ? reference(w, name) : path(w, name)) == 0)
		return 0;
	fj_buf_puts(w->out, _(w->b->page.msg, " includes "));
	(void)literal(w, quote);
	return (size_t)(quote + n + 1 - s);
}

static size_t
operator(struct words *w, const char *s)
{
	static const struct {
		const char *op, *word;
	} ops[] = {{" != ''", N_(" is answered")}, {" = ''", N_(" is empty")}, {" and ", N_(" and ")}, {" or ", N_(" or ")}, {" != ", N_(" is not ")},
	    {" = ", N_(" is ")}, {"not(", N_("not (")},
	    {"today()", N_("today")}};
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strncmp(s, ops[i].op, strlen(ops[i].op)) == 0) {
			fj_buf_puts(w->out, _(w->b->page.msg, ops[i].word));
			return strlen(ops[i].op);
		}
	return 0;
}

static void
in_words(struct words *w, const char *s)
{
	size_t n;

	while (*s != '\0') {
		n = 0;
		if (strncmp(s, "${", 2) == 0)
			n = reference(w, s);
		else if (*s == '\'' || *s == '"')
			n = literal(w, s);
		else if (*s == 's')
			n = selected(w, s);
		else if (*s == '/' || *s == '.')
			n = path(w, s);
		else if (*s == ' ' || *s == 'n' || *s == 't')
			n = operator(w, s);
		if (n == 0) {
			fj_buf_putc(w->out, *s);
			n = 1;
		}
		s += n;
	}
}

bool
blank_when(const struct blank *b, const struct form_node *n, enum form_slot slot,
    struct fj_buf *out)
{
	struct words w = {b, n, NULL, out};
	struct fj_buf text;
	bool has;

	fj_buf_init(&text, LIMIT_LINE_BYTES);
	has = form_node_expr(n, slot, FORM_PRINT_SOURCE, &text) &&
	    strcmp(text.p, "true()") != 0;
	if (has)
		in_words(&w, text.p);
	fj_buf_release(&text);
	return has;
}

/* On paper an answer is a place: ${x} is its number, what is calculated a gap. */
void
blank_text(const struct blank *b, const char *s, struct fj_buf *out)
{
	struct fj_buf number;
	const char *open, *end;

	fj_buf_init(&number, LIMIT_LINE_BYTES);
	for (; (open = strstr(s, "${")) != NULL && (end = strchr(open, '}')) != NULL; s = end + 1) {
		const struct form_node *to;

		fj_buf_add(out, s, (size_t)(open - s));
		fj_buf_clear(&number);
		fj_buf_add(&number, open + 2, (size_t)(end - open) - 2);
		to = form_find(b->form, number.p);
		fj_buf_clear(&number);
		if (to != NULL)
			blank_number(to, &number);
		if (number.n > 0)
			fj_buf_printf(out, "[%s]", number.p);
		else
			fj_buf_puts(out, "________");
	}
	fj_buf_puts(out, s);
	fj_buf_release(&number);
}
