/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SQL of a rule, word by word: what the database would take but a rule must not
 * be.  What it would refuse is left to it (rule_check, rule_run).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "redflag/rule_internal.h"

enum kind {
	WORD,
	PARAM,			/* :name */
	OTHER_PARAM,		/* ? @ $ */
	VALUE,			/* number or string */
	MARK,
};

struct token {
	enum kind kind;
	const char *p;
	size_t n;
};

struct words {
	struct rule_in *in;
	struct token *t;
	size_t n;
	bool used[RULE_PARAMS];
};

static const char *const forbidden[] = {
	"INSERT", "UPDATE", "DELETE", "REPLACE", "ATTACH", "DETACH", "PRAGMA", "CREATE", "DROP",
	"ALTER", "VACUUM", "REINDEX", "ANALYZE", "RECURSIVE", "EXPLAIN", "BEGIN", "COMMIT",
	"ROLLBACK", "SAVEPOINT", "LOAD_EXTENSION", "RANDOM", "RANDOMBLOB", "CURRENT_DATE",
	"CURRENT_TIME", "CURRENT_TIMESTAMP", "LIMIT", "OFFSET", "GROUP_CONCAT",
};

/* These say which row comes first: without an order they say anything. */
static const char *const ordered[] = {
	"LAG", "LEAD", "ROW_NUMBER", "RANK", "DENSE_RANK", "FIRST_VALUE", "LAST_VALUE",
	"NTH_VALUE", "NTILE", "PERCENT_RANK", "CUME_DIST",
};

static bool
is(const struct token *t, const char *word)
{
	return t->kind == WORD && t->n == strlen(word) && strncasecmp(t->p, word, t->n) == 0;
}

static bool
mark(const struct token *t, char c)
{
	return t->kind == MARK && *t->p == c;
}

static bool
word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '_' || (c & 0x80) != 0;
}

static const char *
word_end(const char *p, const char *end)
{
	while (p < end && word_char(*p))
		p++;
	return p;
}

/* The end of a comment that begins at p; p when there is none. */
static const char *
comment(const char *p, const char *end)
{
	const char *q;

	if (end - p < 2)
		return p;
	if (p[0] == '-' && p[1] == '-') {
		q = memchr(p, '\n', (size_t)(end - p));
		return q != NULL ? q : end;
	}
	if (p[0] != '/' || p[1] != '*')
		return p;
	for (q = p + 2; q + 1 < end; q++)
		if (q[0] == '*' && q[1] == '/')
			return q + 2;
	return end;
}

/* 'a', "a", `a`, [a]; two quotes inside are one. */
static const char *
quoted(struct rule_in *in, const char *p, const char *end)
{
	char close = *p == '[' ? ']' : *p;
	const char *q = p + 1;

	while (q < end) {
		if (*q != close) {
			q++;
		} else if (close != ']' && q + 1 < end && q[1] == close) {
			q += 2;
		} else {
			return q + 1;
		}
	}
	rule_fault_at(in, p, "rule.quote", "");
	return end;
}

static const char *
one(struct words *w, const char *p, const char *end)
{
	struct token *t = &w->t[w->n];

	t->p = p;
	if (*p == '\'' || *p == '"' || *p == '`' || *p == '[') {
		t->kind = *p == '\'' ? VALUE : WORD;
		p = quoted(w->in, p, end);
	} else if (*p == ':' && p + 1 < end && word_char(p[1])) {
		t->kind = PARAM;
		p = word_end(p + 1, end);
	} else if (*p == '?' || *p == '@' || *p == '$') {
		t->kind = OTHER_PARAM;
		p = word_end(p + 1, end);
	} else if (word_char(*p)) {
		t->kind = *p >= '0' && *p <= '9' ? VALUE : WORD;
		p = word_end(p, end);
	} else {
		t->kind = MARK;
		p++;
	}
	t->n = (size_t)(p - t->p);
	w->n++;
	return p;
}

static bool
split(struct words *w, const char *p, const char *end)
{
	const char *after;

	while (p < end) {
		if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r') {
			p++;
		} else if ((after = comment(p, end)) != p) {
			p = after;
		} else if (w->n == RULE_TOKENS) {
			rule_fault_at(w->in, p, "rule.many", "sd", "SQL", RULE_TOKENS);
			return false;
		} else {
			p = one(w, p, end);
		}
	}
	return true;
}

static void
parameter(struct words *w, const struct token *t)
{
	const struct rule *r = w->in->r;
	int i;

	for (i = 0; i < r->params; i++)
		if (strlen(r->param[i].name) == t->n - 1 &&
		    memcmp(r->param[i].name, t->p + 1, t->n - 1) == 0) {
			w->used[i] = true;
			return;
		}
	rule_fault_at(w->in, t->p, "rule.param-unknown", "S", t->p + 1, t->n - 1);
}

static void
single(struct words *w)
{
	const struct token *t;
	size_t i, k;

	for (i = 0; i < w->n; i++) {
		t = &w->t[i];
		if (t->kind == PARAM)
			parameter(w, t);
		if (t->kind == OTHER_PARAM)
			rule_fault_at(w->in, t->p, "rule.param-kind", "S", t->p, t->n);
		if (mark(t, ';') && i + 1 < w->n)
			rule_fault_at(w->in, w->t[i + 1].p, "rule.second-statement", "");
		/* A column may have such a name. */
		if (i > 0 && mark(&w->t[i - 1], '.'))
			continue;
		for (k = 0; k < sizeof(forbidden) / sizeof(forbidden[0]); k++)
			if (is(t, forbidden[k]))
				rule_fault_at(w->in, t->p, "rule.forbidden", "s", forbidden[k]);
	}
}

/* The place of the ) of the ( at i; the end when there is none. */
static size_t
closing(const struct words *w, size_t i)
{
	int depth = 0;

	for (; i < w->n; i++) {
		if (mark(&w->t[i], '('))
			depth++;
		if (mark(&w->t[i], ')') && --depth == 0)
			break;
	}
	return i;
}

/* The function whose ) stands at i. */
static const struct token *
function_of(const struct words *w, size_t i)
{
	int depth = 0;

	for (;; i--) {
		if (mark(&w->t[i], ')'))
			depth++;
		if (mark(&w->t[i], '(') && --depth == 0)
			return i > 0 ? &w->t[i - 1] : NULL;
		if (i == 0)
			return NULL;
	}
}

/* The window that stands between ( at from and ) at to ends in a key, or a frame of
 * values makes it the same in any order. */
static bool
sure(const struct words *w, size_t from, size_t to, bool needs_order, size_t *at)
{
	size_t i, last = 0, order = 0;
	int depth = 0;

	*at = from;
	for (i = from + 1; i < to; i++) {
		depth += mark(&w->t[i], '(') - mark(&w->t[i], ')');
		if (depth != 0)
			continue;
		if (is(&w->t[i], "RANGE") || is(&w->t[i], "GROUPS"))
			return order > 0;
		if (is(&w->t[i], "ROWS"))
			break;
		if (is(&w->t[i], "ORDER"))
			*at = order = i;
		else if (w->t[i].kind == WORD && !is(&w->t[i], "DESC") && !is(&w->t[i], "ASC"))
			last = i;
	}
	if (order == 0)
		return !needs_order;
	return last > order && (is(&w->t[last], "src") ||
	    (w->t[last].n > 4 && strncasecmp(w->t[last].p + w->t[last].n - 4, "_src", 4) == 0));
}

static bool
wants_order(const struct words *w, size_t over)
{
	const struct token *f = over > 0 ? function_of(w, over - 1) : NULL;
	size_t k;

	for (k = 0; f != NULL && k < sizeof(ordered) / sizeof(ordered[0]); k++)
		if (is(f, ordered[k]))
			return true;
	return false;
}

static void
windows(struct words *w)
{
	size_t i, open, at;
	bool order;

	for (i = 0; i + 1 < w->n; i++) {
		if (is(&w->t[i], "OVER") && mark(&w->t[i + 1], '(')) {
			open = i + 1;
			order = wants_order(w, i);
		} else if (i > 0 && is(&w->t[i], "AS") && mark(&w->t[i + 1], '(') && i > 1 &&
		    (is(&w->t[i - 2], "WINDOW") )) {
			open = i + 1;
			order = true;
		} else {
			continue;
		}
		if (!sure(w, open, closing(w, open), order, &at))
			rule_fault_at(w->in, w->t[at].p, "rule.window-order", "");
	}
}

void
rule_words(struct rule_in *in, const char *sql)
{
	struct words w = {.in = in};
	int i;

	w.t = xcalloc(RULE_TOKENS, sizeof(*w.t));
	if (split(&w, sql, in->end)) {
		if (w.n == 0)
			rule_fault_line(in, in->r->sql_line, "rule.no-sql", "");
		else if (!is(&w.t[0], "SELECT") && !is(&w.t[0], "WITH"))
			rule_fault_at(in, w.t[0].p, "rule.no-select", "");
		single(&w);
		windows(&w);
		for (i = 0; i < in->r->params; i++)
			if (!w.used[i])
				rule_fault_line(in, in->param_line[i], "rule.param-unused", "s",
				    in->r->param[i].name);
	}
	free(w.t);
}
