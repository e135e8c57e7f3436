/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "form/expr.h"

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80;
}

static bool
name_char(char c)
{
	return name_start(c) || digit(c) || c == '-' || c == '.';
}

void
lex_start(struct lex *l, const char *p, size_t n)
{
	memset(l, 0, sizeof(*l));
	l->p = p;
	l->n = n;
	lex_next(l);
}

bool
lex_is(const struct lex *l, const char *op)
{
	return l->tok == TOK_OP && strlen(op) == l->len && memcmp(op, l->text, l->len) == 0;
}

static void
got(struct lex *l, enum tok tok, size_t len, bool operand)
{
	l->tok = tok;
	l->text = l->p + l->start;
	l->len = len;
	l->at = l->start + len;
	l->operand = operand;
}

static void
number(struct lex *l)
{
	size_t i = l->start;

	while (i < l->n && digit(l->p[i]))
		i++;
	if (i < l->n && l->p[i] == '.')
		for (i++; i < l->n && digit(l->p[i]);)
			i++;
	got(l, TOK_NUM, i - l->start, true);
	l->num = number_parse(l->text, l->len);
}

static void
string(struct lex *l)
{
	char quote = l->p[l->start];
	size_t i = l->start + 1;

	while (i < l->n && l->p[i] != quote)
		i++;
	if (i >= l->n) {
		got(l, TOK_BAD, l->n - l->start, true);
		return;
	}
	got(l, TOK_STR, i + 1 - l->start, true);
	l->text++;
	l->len -= 2;
}

/* ${ name } */
static void
reference(struct lex *l)
{
	size_t i = l->start + 2, from, end;

	while (i < l->n && blank(l->p[i]))
		i++;
	from = i;
	while (i < l->n && (name_char(l->p[i]) || l->p[i] == '#'))
		i++;
	end = i;
	while (i < l->n && blank(l->p[i]))
		i++;
	if (end == from || i >= l->n || l->p[i] != '}') {
		got(l, TOK_BAD, 2, true);
		return;
	}
	got(l, TOK_REF, i + 1 - l->start, true);
	l->text = l->p + from;
	l->len = end - from;
}

/* After an operand a word is an operator, even when letters follow (1and1). */
static bool
word_operator(struct lex *l)
{
	static const char *const ops[] = {"and", "or", "div", "mod"};
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		size_t k = strlen(ops[i]);

		if (l->n - l->start >= k && memcmp(l->p + l->start, ops[i], k) == 0) {
			got(l, TOK_OP, k, false);
			return true;
		}
	}
	return false;
}

static void
name(struct lex *l)
{
	size_t i = l->start;

	while (i < l->n && name_char(l->p[i]))
		i++;
	/* One prefix: jr:choice-name; but child::x keeps its axis apart. */
	if (i + 1 < l->n && l->p[i] == ':' && name_start(l->p[i + 1]))
		for (i++; i < l->n && name_char(l->p[i]);)
			i++;
	got(l, TOK_NAME, i - l->start, true);
}

static void
operator(struct lex *l)
{
	static const char *const two[] = {"!=", "<=", ">=", "..", "::", "//"};
	char c = l->p[l->start];
	size_t i;

	for (i = 0; i < sizeof(two) / sizeof(two[0]); i++) {
		if (l->n - l->start >= 2 && memcmp(l->p + l->start, two[i], 2) == 0) {
			got(l, TOK_OP, 2, two[i][0] == '.');
			return;
		}
	}
	if (strchr("()[]=<>+-*/|,@.", c) == NULL || c == '\0') {
		got(l, TOK_BAD, 1, false);
		return;
	}
	got(l, TOK_OP, 1, c == ')' || c == ']' || c == '.' || (c == '*' && !l->operand));
}

void
lex_next(struct lex *l)
{
	char c, d;

	while (l->at < l->n && blank(l->p[l->at]))
		l->at++;
	l->start = l->at;
	if (l->at >= l->n) {
		got(l, TOK_END, 0, false);
		return;
	}
	c = l->p[l->start];
	d = l->start + 1 < l->n ? l->p[l->start + 1] : '\0';
	if (digit(c) || (c == '.' && digit(d)))
		number(l);
	else if (c == '\'' || c == '"')
		string(l);
	else if (c == '$' && d == '{')
		reference(l);
	else if (l->operand && word_operator(l))
		return;
	else if (name_start(c))
		name(l);
	else
		operator(l);
}
