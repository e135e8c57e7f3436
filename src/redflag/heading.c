/* SPDX-License-Identifier: Apache-2.0 */
/* A heading taken apart into concepts, and compared. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "redflag/synonyms_internal.h"
#include "text/nfkc.h"

enum {
	HEADING_BYTES = 512,	/* of a heading that are looked at */
};

#define WORD_WEIGHT 0.7F	/* of a word that is no concept */

/* Punctuation that headings are written with. */
static bool
is_mark(uint32_t c)
{
	static const char marks[] = "/\\:;,.-_*#'\"|&+~!?<>=%";

	if (c < 0x80)
		return strchr(marks, (int)c) != NULL;
	return c == 0x3001 || c == 0x3002 || c == 0xb7 || (c >= 0x2010 && c <= 0x2015) ||
	    c == 0x2022 || (c >= 0x3008 && c <= 0x300f);
}

static bool
is_opening(uint32_t c)
{
	return c == '(' || c == '[' || c == '{' || c == 0x3010 || c == 0x3014;
}

static bool
is_closing(uint32_t c)
{
	return c == ')' || c == ']' || c == '}' || c == 0x3011 || c == 0x3015;
}

/* The text outside brackets to out, that inside them to in; marks become blanks. */
static void
split_brackets(const char *p, size_t n, struct fj_buf *out, struct fj_buf *in)
{
	int depth = 0;
	size_t i = 0, k;
	uint32_t c;

	while (i < n) {
		k = utf8_get(p + i, n - i, &c);
		if (k == 0)
			break;
		if (is_opening(c))
			depth++;
		else if (is_closing(c))
			depth -= depth > 0;
		else if (is_mark(c) || c == ' ')
			fj_buf_putc(depth > 0 ? in : out, ' ');
		else
			fj_buf_add(depth > 0 ? in : out, p + i, k);
		i += k;
	}
}

/* ---- tokens ---- */

static struct heading_token *
add_token(struct heading *h)
{
	struct heading_token *t;

	if (h->tokens == HEADING_TOKENS)
		return NULL;
	t = &h->token[h->tokens++];
	memset(t, 0, sizeof(*t));
	t->concept[0] = t->concept[1] = t->concept[2] = -1;
	t->weight = WORD_WEIGHT;
	return t;
}

/* What is no concept joins the word before it. */
static void
add_rest(struct heading *h, const char *p, size_t n, bool joins)
{
	struct heading_token *t = joins && h->tokens > 0 ? &h->token[h->tokens - 1] : NULL;
	size_t at;

	if (t == NULL)
		t = add_token(h);
	if (t == NULL)
		return;
	at = strlen(t->word);
	if (at + n < sizeof(t->word))
		memcpy(t->word + at, p, n);
}

static bool
is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* A Latin word as a whole, or without its ending. */
static const struct alternative *
latin_word(const struct synonyms *s, const char *p, size_t n, size_t *len)
{
	static const char *const endings[] = {"", "S", "D", "ED", "ING", "ER", "OR", "ION"};
	const struct alternative *a;
	size_t k = 0, i, e;

	while (k < n && is_letter(p[k]))
		k++;
	*len = k;
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		e = strlen(endings[i]);
		if (k < e + 2 || memcmp(p + k - e, endings[i], e) != 0)
			continue;
		a = map_get(s->alternatives, p, k - e);
		if (a != NULL)
			return a;
	}
	return NULL;
}

static const struct alternative *
longest_at(const struct synonyms *s, const char *p, size_t n, size_t *len)
{
	size_t k = n < s->longest ? n : s->longest;
	const struct alternative *a;

	if (is_letter(p[0])) {
		a = latin_word(s, p, n, len);
		if (a != NULL)
			return a;
	}
	for (; k > 0; k--) {
		/* Two Latin letters say something only by themselves. */
		if (k <= 2 && is_letter(p[0]) && k < n && is_letter(p[k]))
			continue;
		a = map_get(s->alternatives, p, k);
		if (a != NULL) {
			*len = k;
			return a;
		}
	}
	return NULL;
}

static bool
has_concept(const struct heading *h, const struct alternative *a)
{
	int i;

	for (i = 0; i < h->tokens; i++)
		if (h->token[i].concept[0] == a->concept[0])
			return true;
	return false;
}

static void
tokens(struct heading *h, const struct synonyms *s, const char *p, size_t n, bool inside)
{
	bool rest = false;
	size_t i = 0, k;

	while (i < n) {
		const struct alternative *a;
		struct heading_token *t;

		if (p[i] == ' ') {
			i++;
			rest = false;
			continue;
		}
		a = longest_at(s, p + i, n - i, &k);

		if (a == NULL) {
			k = utf8_len(p + i, n - i);
			k = k != 0 ? k : 1;
			/* A unit in brackets says nothing about the column. */
			if (!inside)
				add_rest(h, p + i, k, rest);
			rest = true;
		} else {
			rest = false;
			if (!has_concept(h, a) && (t = add_token(h)) != NULL) {
				memcpy(t->concept, a->concept, sizeof(t->concept));
				t->weight = s->weight[a->concept[0]];
			}
		}
		i += k;
	}
}

/* sampleNo: words as a program writes them, then as a key. */
static void
set_apart(struct fj_buf *out, const char *p, size_t n)
{
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, 4 * HEADING_BYTES);
	for (i = 0; i < n; i++) {
		if (i > 0 && is_letter(p[i]) && p[i - 1] >= 'a' && p[i - 1] <= 'z')
			fj_buf_putc(&b, ' ');
		fj_buf_putc(&b, p[i]);
	}
	nfkc_key(out, b.p, b.n);
	fj_buf_release(&b);
}

static char *
without_blanks(struct fj_buf *b)
{
	size_t i, k = 0;

	for (i = 0; i < b->n; i++)
		if (b->p[i] != ' ')
			b->p[k++] = b->p[i];
	fj_buf_cut(b, k);
	return fj_buf_take(b, NULL);
}

void
heading_init(struct heading *h, const struct synonyms *s, const char *p, size_t n)
{
	struct fj_buf norm, out, in, apart;

	memset(h, 0, sizeof(*h));
	if (n > HEADING_BYTES)
		n = HEADING_BYTES;
	fj_buf_init(&norm, 64 * HEADING_BYTES);
	fj_buf_init(&out, 64 * HEADING_BYTES);
	fj_buf_init(&in, 64 * HEADING_BYTES);
	fj_buf_init(&apart, 64 * HEADING_BYTES);
	nfkc_dense(&norm, p, n);
	set_apart(&apart, p, n);
	split_brackets(apart.p, apart.n, &out, &in);
	tokens(h, s, out.p, out.n, false);
	tokens(h, s, in.p, in.n, true);
	h->norm = fj_buf_take(&norm, NULL);
	h->bare = without_blanks(&out);
	fj_buf_release(&apart);
	fj_buf_release(&norm);
	fj_buf_release(&out);
	fj_buf_release(&in);
}

void
heading_release(struct heading *h)
{
	free(h->norm);
	free(h->bare);
	h->norm = h->bare = NULL;
	h->tokens = 0;
}

/* ---- comparing ---- */

static bool
same_token(const struct heading_token *a, const struct heading_token *b)
{
	int i, j;

	if (a->concept[0] < 0 || b->concept[0] < 0)
		return a->concept[0] < 0 && b->concept[0] < 0 && strcmp(a->word, b->word) == 0;
	for (i = 0; i < 3 && a->concept[i] >= 0; i++)
		for (j = 0; j < 3 && b->concept[j] >= 0; j++)
			if (a->concept[i] == b->concept[j])
				return true;
	return false;
}

/* Dice over weighted tokens. */
static double
alike(const struct heading *a, const struct heading *b)
{
	double both = 0, all = 0;
	unsigned taken = 0;
	int i, j;

	for (j = 0; j < b->tokens; j++)
		all += (double)b->token[j].weight;
	for (i = 0; i < a->tokens; i++) {
		all += (double)a->token[i].weight;
		for (j = 0; j < b->tokens; j++)
			if (!(taken & 1U << j) && same_token(&a->token[i], &b->token[j]))
				break;
		if (j < b->tokens) {
			taken |= 1U << j;
			both += (double)(a->token[i].weight + b->token[j].weight);
		}
	}
	return all > 0 ? both / all : 0;
}

static double
compare(const struct heading *h, const struct heading *w)
{
	double d;

	if (h->norm[0] == '\0')
		return 0;
	if (strcmp(h->norm, w->norm) == 0)
		return 1;
	if (h->bare[0] != '\0' && strcmp(h->bare, w->bare) == 0)
		return 0.97;
	d = alike(h, w);
	return d > 0.999 ? 0.94 : 0.9 * d;
}

double
heading_column(const struct heading *h, const struct synonyms *s, int table, int column)
{
	const struct known *k;
	double best = 0, got;
	size_t i;

	if (s->table[table].column == NULL)
		return 0;
	k = &s->table[table].column[column];
	for (i = 0; i < k->n && best < 1; i++) {
		/* The first words of a column are the usual ones. */
		got = compare(h, &k->word[i]) - 0.001 * (double)(i < 10 ? i : 10);
		if (got > best)
			best = got;
	}
	return best;
}

double
heading_table(const struct synonyms *s, int table, const char *p, size_t n)
{
	const struct known *k = &s->table[table].names;
	double best = 0, got;
	struct heading h;
	size_t i;

	heading_init(&h, s, p, n);
	for (i = 0; i < k->n; i++) {
		got = compare(&h, &k->word[i]);
		/* A name within a longer one: "2024年收样登记(一)". */
		if (got < 0.8 && strlen(k->word[i].bare) >= 6 && h.bare[0] != '\0' &&
		    strstr(h.bare, k->word[i].bare) != NULL) {
			double part = (double)strlen(k->word[i].bare) / (double)strlen(h.bare);

			if (0.55 + 0.4 * part > got)
				got = 0.55 + 0.4 * part;
		}
		got -= 0.001 * (double)i;
		if (got > best)
			best = got;
	}
	heading_release(&h);
	return best;
}

double
heading_known(const struct heading *h)
{
	double known = 0, all = 0;
	int i;

	for (i = 0; i < h->tokens; i++) {
		all += (double)h->token[i].weight;
		if (h->token[i].concept[0] >= 0)
			known += (double)h->token[i].weight;
	}
	return all > 0 ? known / all : 0;
}
