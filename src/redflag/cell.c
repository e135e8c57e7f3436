/* SPDX-License-Identifier: Apache-2.0 */
/* Cells that are words: keys, names, methods. */
#include "redflag/cell.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "text/nfkc.h"

enum {
	CELL_BYTES = 1 << 20,
	NAMES = 8,		/* in one cell */
};

void
cells_init(struct cells *c, struct import *im, struct source *s, const struct aliases *a)
{
	memset(c, 0, sizeof(*c));
	c->im = im;
	c->s = s;
	c->aliases = a;
	c->memo = xcalloc(MEMO_SLOTS, sizeof(*c->memo));
	c->raw = book_kind(s->book) == BOOK_CSV;
	c->utf8 = !c->raw || book_raw_is_utf8(s->book);
	fj_buf_init(&c->b, CELL_BYTES);
	fj_buf_init(&c->text, CELL_BYTES);
}

void
cells_release(struct cells *c)
{
	free(c->memo);
	fj_buf_release(&c->b);
	fj_buf_release(&c->text);
}

static bool
is_ascii(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && (unsigned char)p[i] < 0x80; i++)
		;
	return i == n;
}

const char *
cells_text(struct cells *c, const struct sheet_cell *cell, size_t *n)
{
	*n = cell->len;
	if (c->utf8 || is_ascii(cell->text, cell->len))
		return cell->text;
	fj_buf_clear(&c->text);
	(void)book_decode(c->s->book, cell->text, cell->len, &c->text);
	*n = c->text.n;
	return c->text.p;
}

/* ---- aliases ---- */

static void
alias_free(void *v)
{
	struct alias *a = v;

	free(a->id);
	free(a);
}

void
alias_add(struct map *m, const char *name, size_t n, const char *id, size_t idn)
{
	struct alias *a = map_get(m, name, n);

	if (n == 0 || idn == 0)
		return;
	if (a == NULL) {
		a = xcalloc(1, sizeof(*a));
		a->id = xstrndup(id, idn);
		(void)map_put(m, name, n, a);
	} else if (a->id != NULL && (strlen(a->id) != idn || memcmp(a->id, id, idn) != 0)) {
		free(a->id);
		a->id = NULL;
	}
}

void
aliases_release(struct aliases *a)
{
	map_free(&a->person, alias_free);
	map_free(&a->instrument, alias_free);
}

/* ---- normal forms ---- */

/* ="00123" and '00123 are how spreadsheets keep zeros. */
static void
unwrap(const char **p, size_t *n)
{
	while (*n > 0 && (unsigned char)(*p)[0] <= ' ') {
		(*p)++;
		(*n)--;
	}
	while (*n > 0 && (unsigned char)(*p)[*n - 1] <= ' ')
		(*n)--;
	if (*n > 3 && (*p)[0] == '=' && (*p)[1] == '"' && (*p)[*n - 1] == '"') {
		*p += 2;
		*n -= 3;
	} else if (*n > 1 && (*p)[0] == '\'') {
		(*p)++;
		(*n)--;
	}
}

static bool
is_dash(uint32_t c)
{
	return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x2500 || c == 0x2f00;
}

/* Every dash is one. */
static void
mend_dashes(struct fj_buf *b, size_t from)
{
	size_t i = from, k = from, len;
	uint32_t c;

	while (i < b->n) {
		len = utf8_get(b->p + i, b->n - i, &c);
		if (len == 3 && is_dash(c)) {
			b->p[k++] = '-';
		} else {
			len = len != 0 ? len : 1;
			memmove(b->p + k, b->p + i, len);
			k += len;
		}
		i += len;
	}
	fj_buf_cut(b, k);
}

/* "GB 5009.12-2017《…》 第一法": the number ends where the title begins. */
static void
cut_title(struct fj_buf *b)
{
	char *at = strstr(b->p, "\xe3\x80\x8a");	/* 《 */

	if (at != NULL && at > b->p)
		fj_buf_cut(b, (size_t)(at - b->p));
	at = strstr(b->p, "\xe7\xac\xac");		/* 第 */
	if (at != NULL && at > b->p + 4)
		fj_buf_cut(b, (size_t)(at - b->p));
}

/* 123.0 is a number that went through a spreadsheet. */
static void
cut_point(struct fj_buf *b)
{
	size_t i;

	if (b->n < 3 || strcmp(b->p + b->n - 2, ".0") != 0)
		return;
	for (i = 0; i + 2 < b->n; i++)
		if (b->p[i] < '0' || b->p[i] > '9')
			return;
	fj_buf_cut(b, b->n - 2);
}

/* Cuts the text at the marks between names; answers how many words there are. */
static size_t
split_names(char *p, char *words[], size_t max)
{
	static const char *const marks[] = {"\xe3\x80\x81", ",", ";", "/", "+", "&", "(", ")",
	    " ", "\xc2\xb7", "|"};
	size_t n = 1, i, k;

	words[0] = p;
	while (*p != '\0' && n < max) {
		for (i = k = 0; i < sizeof(marks) / sizeof(marks[0]) && k == 0; i++)
			if (strncmp(p, marks[i], strlen(marks[i])) == 0)
				k = strlen(marks[i]);
		if (k == 0) {
			p++;
			continue;
		}
		*p = '\0';
		p += k;
		words[n++] = p;
	}
	return n;
}

/* The part that is asked for, of those that are known. */
static struct alias *
known_part(const struct cells *c, char *words[], size_t n, int part)
{
	struct alias *got;
	size_t i;

	for (i = 0; i < n; i++) {
		got = words[i][0] == '\0' ? NULL :
		    map_get(c->aliases->person, words[i], strlen(words[i]));
		if (got != NULL && part-- == 0)
			return got;
	}
	return NULL;
}

static void
keep_only(struct fj_buf *b, const char *word)
{
	size_t n = strlen(word);

	memmove(b->p, word, n + 1);
	fj_buf_cut(b, n);
}

/* Several names in one cell, or a name with a number; else as written. */
static void
take_person(struct cells *c, int part, bool *two)
{
	struct alias *a = map_get(c->aliases->person, c->b.p, c->b.n);
	char *words[NAMES];
	size_t n;

	*two = false;
	if (a == NULL) {
		n = split_names(c->b.p, words, NAMES);
		a = n > 1 ? known_part(c, words, n, part) : NULL;
		if (a == NULL) {
			keep_only(&c->b, (size_t)part < n ? words[part] : "");
			return;
		}
	} else if (part > 0) {
		fj_buf_clear(&c->b);
		return;
	}
	*two = a->id == NULL;
	if (a->id != NULL) {
		fj_buf_clear(&c->b);
		fj_buf_puts(&c->b, a->id);
	}
}

static void
take_instrument(struct cells *c)
{
	struct alias *a = map_get(c->aliases->instrument, c->b.p, c->b.n);

	if (a != NULL && a->id != NULL) {
		fj_buf_clear(&c->b);
		fj_buf_puts(&c->b, a->id);
	}
}

static enum cell_answer
replace(struct cells *c, const char *word)
{
	fj_buf_clear(&c->b);
	fj_buf_puts(&c->b, word);
	return CELL_GOOD;
}

static enum cell_answer
take_table(struct cells *c)
{
	int t;

	for (t = 0; t < SCHEMA_TABLES; t++)
		if (heading_table(c->im->o.synonyms, t, c->b.p, c->b.n) > 0.95)
			return replace(c, schema_tables()[t].name);
	return CELL_GOOD;
}

static enum cell_answer
take_action(struct cells *c)
{
	const char *p = c->b.p;

	if (strstr(p, "\xe5\x88\xa0") != NULL || strstr(p, "DEL") != NULL)	/* 删 */
		return replace(c, "delete");
	if (strstr(p, "\xe6\x96\xb0") != NULL || strstr(p, "INS") != NULL ||	/* 新 */
	    strstr(p, "ADD") != NULL)
		return replace(c, "insert");
	return replace(c, "update");
}

/* Words that mean one of a few things. */
static enum cell_answer
take_vocabulary(struct cells *c, enum cell_as as)
{
	static const struct {
		enum cell_as as;
		enum value_words from;
		const char *to;
	} words[] = {
		{AS_STATUS, WORDS_VOID, "void"}, {AS_STATUS, WORDS_ISSUED, "issued"},
		{AS_AUTHORITY, WORDS_SIGN, "sign"}, {AS_AUTHORITY, WORDS_TEST, "test"},
		{AS_AUTHORITY, WORDS_SAMPLING, "sample"},
		{AS_OUTCOME, WORDS_FAIL, "\xe4\xb8\x8d\xe5\x90\x88\xe6\xa0\xbc"},
		{AS_OUTCOME, WORDS_PASS, "\xe5\x90\x88\xe6\xa0\xbc"},
	};
	size_t i;

	if (as == AS_TABLE)
		return take_table(c);
	if (as == AS_ACTION)
		return take_action(c);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].as == as &&
		    synonyms_value(c->im->o.synonyms, words[i].from, c->b.p, c->b.n))
			return replace(c, words[i].to);
	return CELL_GOOD;
}

static enum cell_answer
make_word(struct cells *c, const struct cell_plan *p, const char *text, size_t n)
{
	const struct synonyms *y = c->im->o.synonyms;
	bool two = false;

	fj_buf_clear(&c->b);
	unwrap(&text, &n);
	if (p->as == AS_TEXT) {
		nfkc(&c->b, text, n);
		return c->b.n == 0 || synonyms_value(y, WORDS_NULL, c->b.p, c->b.n) ? CELL_NOTHING :
		    CELL_GOOD;
	}
	if (p->as == AS_WORDS || p->as == AS_PERSON)
		nfkc_key(&c->b, text, n);
	else
		nfkc_dense(&c->b, text, n);
	if (c->b.n == 0 || synonyms_value(y, WORDS_NULL, c->b.p, c->b.n))
		return CELL_NOTHING;
	mend_dashes(&c->b, 0);
	switch (p->as) {
	case AS_METHOD:
		cut_title(&c->b);
		break;
	case AS_PERSON:
		cut_point(&c->b);
		take_person(c, p->part, &two);
		break;
	case AS_INSTRUMENT:
		cut_point(&c->b);
		take_instrument(c);
		break;
	case AS_KEY:
		cut_point(&c->b);
		break;
	case AS_STATUS:
	case AS_AUTHORITY:
	case AS_OUTCOME:
	case AS_TABLE:
	case AS_ACTION:
		return take_vocabulary(c, p->as);
	default:
		break;
	}
	if (c->b.n == 0)
		return CELL_NOTHING;
	return two ? CELL_TWO : CELL_GOOD;
}

/* ---- fast paths ---- */

/* No letter that would change, no blank, no mark with a meaning. */
static bool
is_settled_byte(unsigned char x, bool lower)
{
	if (x <= ' ' || x >= 0x7f)
		return false;
	if (x >= 'a' && x <= 'z')
		return lower;
	return x != '#' && x != '(' && x != '*';
}

static bool
is_null_word(const char *p)
{
	return memcmp(p, "N/A", 3) == 0 || memcmp(p, "NUL", 3) == 0 || memcmp(p, "NON", 3) == 0;
}

/* Capitals, digits and marks: already its own normal form. */
static bool
is_settled(const char *p, size_t n, enum cell_as as)
{
	size_t i;

	if (n < 3 || (as != AS_KEY && as != AS_WORDS && as != AS_TEXT) ||
	    p[0] == '\'' || p[0] == '=' || p[0] == '-' || p[0] == '/' || p[n - 2] == '.')
		return false;
	for (i = 0; i < n; i++)
		if (!is_settled_byte((unsigned char)p[i], as == AS_TEXT))
			return false;
	return !is_null_word(p);
}

enum cell_answer
cells_word(struct cells *c, const struct cell_plan *p, const struct sheet_cell *cell,
    const char **out, size_t *n)
{
	struct memo *m = NULL;
	enum cell_answer got;
	const char *text;
	size_t len;

	if (cell->len == 0)
		return CELL_NOTHING;
	if (is_settled(cell->text, cell->len, p->as)) {
		*out = cell->text;
		*n = cell->len;
		return CELL_GOOD;
	}
	if (cell->len <= MEMO_BYTES) {
		m = &c->memo[(key_hash(cell->text, cell->len) >> 20) % MEMO_SLOTS];
		if (m->raw_n == cell->len && m->as == (uint8_t)p->as &&
		    m->part == (uint8_t)p->part && m->out_n > 0 &&
		    memcmp(m->raw, cell->text, cell->len) == 0) {
			*out = m->out;
			*n = m->out_n;
			return CELL_GOOD;
		}
	}
	text = cells_text(c, cell, &len);
	got = make_word(c, p, text, len);
	*out = c->b.p;
	*n = c->b.n;
	if (m != NULL && got == CELL_GOOD && c->b.n <= MEMO_BYTES) {
		m->raw_n = (uint8_t)cell->len;
		m->out_n = (uint8_t)c->b.n;
		m->as = (uint8_t)p->as;
		m->part = (uint8_t)p->part;
		memcpy(m->raw, cell->text, cell->len);
		memcpy(m->out, c->b.p, c->b.n);
	}
	return got;
}
