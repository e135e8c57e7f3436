/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cJSON reads; in front of it a scanner refuses what cJSON would take (text
 * after the value, 01, raw control characters, invalid UTF-8, duplicate keys,
 * depth) and notes where each value starts.  Scanner and tree meet in document
 * order: the k-th value of one is the k-th value of the other.
 */
#include "base/json.h"

#include <cjson/cJSON.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"

struct place {
	int line, column;
	size_t start, end;		/* bytes of the value */
};

struct scan {
	const char *p;
	size_t n, at;
	int line, depth;
	size_t line_start;
	struct place *places;
	size_t count, cap;
	size_t seen;		/* the last column told was that of this byte.. */
	int seen_column;	/* ..and was this: a long line is counted once */
	struct fj_err *e;
	enum fj_rc rc;
};

struct json_doc {
	struct arena *arena;
	const struct json *root;
};

static int
column(struct scan *s)
{
	if (s->seen < s->line_start || s->seen > s->at || s->seen_column == 0) {
		s->seen = s->line_start;
		s->seen_column = 1;
	}
	s->seen_column += (int)utf8_count(s->p + s->seen, s->at - s->seen);
	s->seen = s->at;
	return s->seen_column;
}

static bool
fault(struct scan *s, enum fj_rc rc, const char *code)
{
	if (s->rc == FJ_OK)
		s->rc = fj_fail(s->e, rc, code, "dd", s->line, column(s));
	return false;
}

static void
blanks(struct scan *s)
{
	for (; s->at < s->n; s->at++) {
		char c = s->p[s->at];

		if (c == '\n') {
			s->line++;
			s->line_start = s->at + 1;
		} else if (c != ' ' && c != '\t' && c != '\r') {
			return;
		}
	}
}

static int
peek(const struct scan *s)
{
	return s->at < s->n ? (unsigned char)s->p[s->at] : -1;
}

static size_t
note_place(struct scan *s)
{
	struct place *q;

	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->places = xrealloc(s->places, s->cap, sizeof(*s->places));
	}
	q = &s->places[s->count];
	q->line = s->line;
	q->column = column(s);
	q->start = s->at;
	return s->count++;
}

static bool
scan_hex4(struct scan *s, unsigned *out)
{
	unsigned v = 0;
	int i;

	for (i = 0; i < 4; i++, s->at++) {
		int c = peek(s);

		if (c >= '0' && c <= '9')
			v = v * 16 + (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (unsigned)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + (unsigned)(c - 'A') + 10;
		else
			return fault(s, FJ_INVAL, "json.escape");
	}
	*out = v;
	return true;
}

/* After \u: a character, or two halves of one; never NUL. */
static bool
scan_unicode(struct scan *s)
{
	unsigned v, low;

	if (!scan_hex4(s, &v))
		return false;
	if (v == 0 || (v >= 0xdc00 && v <= 0xdfff))
		return fault(s, FJ_INVAL, "json.escape");
	if (v < 0xd800 || v > 0xdbff)
		return true;
	if (s->n - s->at < 6 || s->p[s->at] != '\\' || s->p[s->at + 1] != 'u')
		return fault(s, FJ_INVAL, "json.escape");
	s->at += 2;
	if (!scan_hex4(s, &low))
		return false;
	return low >= 0xdc00 && low <= 0xdfff ? true : fault(s, FJ_INVAL, "json.escape");
}

/* After the backslash. */
static bool
scan_escape(struct scan *s)
{
	int c = peek(s);

	if (c < 0 || strchr("\"\\/bfnrtu", c) == NULL)
		return fault(s, FJ_INVAL, "json.escape");
	s->at++;
	return c == 'u' ? scan_unicode(s) : true;
}

static bool
scan_string(struct scan *s)
{
	s->at++;
	for (;;) {
		int c = peek(s);

		if (c < 0)
			return fault(s, FJ_INVAL, "json.string-open");
		if (c < 0x20)
			return fault(s, FJ_INVAL, "json.control");
		s->at++;
		if (c == '"')
			return true;
		if (c == '\\' && !scan_escape(s))
			return false;
	}
}

static bool
scan_digits(struct scan *s)
{
	size_t from = s->at;

	while (peek(s) >= '0' && peek(s) <= '9')
		s->at++;
	return s->at > from ? true : fault(s, FJ_INVAL, "json.number");
}

static bool
scan_number(struct scan *s)
{
	if (peek(s) == '-')
		s->at++;
	if (peek(s) == '0')
		s->at++;
	else if (!scan_digits(s))
		return false;
	if (peek(s) >= '0' && peek(s) <= '9')
		return fault(s, FJ_INVAL, "json.number");
	if (peek(s) == '.') {
		s->at++;
		if (!scan_digits(s))
			return false;
	}
	if (peek(s) == 'e' || peek(s) == 'E') {
		s->at++;
		if (peek(s) == '+' || peek(s) == '-')
			s->at++;
		return scan_digits(s);
	}
	return true;
}

static bool
scan_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if (s->n - s->at < n || memcmp(s->p + s->at, word, n) != 0)
		return fault(s, FJ_INVAL, "json.value");
	s->at += n;
	return true;
}

static bool scan_value(struct scan *s);

static bool
scan_member(struct scan *s)
{
	if (peek(s) != '"')
		return fault(s, FJ_INVAL, "json.key");
	if (!scan_string(s))
		return false;
	blanks(s);
	if (peek(s) != ':')
		return fault(s, FJ_INVAL, "json.colon");
	s->at++;
	blanks(s);
	return scan_value(s);
}

static bool
scan_container(struct scan *s, char close)
{
	if (++s->depth > LIMIT_JSON_DEPTH)
		return fault(s, FJ_LIMIT, "json.depth");
	s->at++;
	blanks(s);
	if (peek(s) == close) {
		s->at++;
		s->depth--;
		return true;
	}
	for (;;) {
		blanks(s);
		if (!(close == '}' ? scan_member(s) : scan_value(s)))
			return false;
		blanks(s);
		if (peek(s) == close)
			break;
		if (peek(s) != ',')
			return fault(s, FJ_INVAL, "json.comma");
		s->at++;
	}
	s->at++;
	s->depth--;
	return true;
}

static bool
scan_value(struct scan *s)
{
	size_t mine = note_place(s);
	int c = peek(s);
	bool ok;

	if (s->count > LIMIT_JSON_NODES)
		return fault(s, FJ_LIMIT, "json.nodes");
	if (c == '{' || c == '[')
		ok = scan_container(s, c == '{' ? '}' : ']');
	else if (c == '"')
		ok = scan_string(s);
	else if (c == '-' || (c >= '0' && c <= '9'))
		ok = scan_number(s);
	else if (c == 't')
		ok = scan_word(s, "true");
	else if (c == 'f')
		ok = scan_word(s, "false");
	else if (c == 'n')
		ok = scan_word(s, "null");
	else
		ok = fault(s, FJ_INVAL, "json.value");
	if (ok)
		s->places[mine].end = s->at;
	return ok;
}

static bool
scan_all(struct scan *s)
{
	size_t bad = utf8_valid(s->p, s->n);

	if (bad < s->n || memchr(s->p, 0, s->n) != NULL) {
		s->at = bad < s->n ? bad : 0;
		return fault(s, FJ_INVAL, "json.utf8");
	}
	blanks(s);
	if (!scan_value(s))
		return false;
	blanks(s);
	return s->at == s->n ? true : fault(s, FJ_INVAL, "json.trailing");
}

/* ---- tree ---- */

struct build {
	const struct scan *scan;
	struct arena *arena;
	size_t next;			/* place of the next value */
	struct fj_err *e;
	enum fj_rc rc;
};

static int
key_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorting keeps a hostile object of many keys at n log n. */
static bool
keys_unique(struct build *b, const struct json *object)
{
	const struct json *m, *second;
	const char **keys;
	bool ok = true;
	int i = 0;

	if (object->count < 2)
		return true;
	keys = xcalloc((size_t)object->count, sizeof(*keys));
	json_each(m, object)
		keys[i++] = m->key;
	qsort(keys, (size_t)i, sizeof(*keys), key_cmp);
	for (i = 1; ok && i < object->count; i++)
		if (strcmp(keys[i - 1], keys[i]) == 0) {
			second = object;
			json_each(m, object)
				if (strcmp(m->key, keys[i]) == 0)
					second = m;
			b->rc = fj_fail(b->e, FJ_INVAL, "json.duplicate", "dds",
			    second->line, second->column, keys[i]);
			ok = false;
		}
	free(keys);
	return ok;
}

static struct json *build(struct build *b, cJSON *from);

/* What was taken over goes at once: two trees of a large form need not stand
 * side by side. */
static bool
build_children(struct build *b, cJSON *from, struct json *v)
{
	const struct json **tail = &v->child;
	cJSON *c;

	while ((c = from->child) != NULL) {
		struct json *kid = build(b, c);

		if (kid == NULL)
			return false;
		if (v->type == JSON_OBJECT) {
			kid->key = arena_strndup(b->arena, c->string,
			    strlen(c->string));
			if (kid->key == NULL)
				return false;
		}
		*tail = kid;
		tail = &kid->next;
		v->count++;
		cJSON_Delete(cJSON_DetachItemViaPointer(from, c));
	}
	return v->type != JSON_OBJECT || keys_unique(b, v);
}

static bool
build_text(struct build *b, const cJSON *from, struct json *v,
    const struct place *at)
{
	const char *p = b->scan->p + at->start;
	size_t n = at->end - at->start;

	if (v->type == JSON_STRING) {
		p = from->valuestring;
		n = strlen(p);
	}
	v->text = arena_strndup(b->arena, p, n);
	v->len = n;
	return v->text != NULL;
}

static enum json_type
type_of(const cJSON *from)
{
	if (cJSON_IsObject(from))
		return JSON_OBJECT;
	if (cJSON_IsArray(from))
		return JSON_ARRAY;
	if (cJSON_IsString(from))
		return JSON_STRING;
	if (cJSON_IsNumber(from))
		return JSON_NUMBER;
	return cJSON_IsBool(from) ? JSON_BOOL : JSON_NULL;
}

static struct json *
build(struct build *b, cJSON *from)
{
	struct json *v = arena_alloc(b->arena, sizeof(*v));
	const struct place *at;

	if (v == NULL || b->next >= b->scan->count)
		return NULL;
	at = &b->scan->places[b->next++];
	v->line = at->line;
	v->column = at->column;
	v->type = type_of(from);
	v->truth = cJSON_IsTrue(from);
	if (v->type == JSON_STRING || v->type == JSON_NUMBER)
		return build_text(b, from, v, at) ? v : NULL;
	if (v->type == JSON_ARRAY || v->type == JSON_OBJECT)
		return build_children(b, from, v) ? v : NULL;
	return v;
}

enum fj_rc
json_parse(const char *p, size_t n, struct json_doc **out, struct fj_err *e)
{
	struct scan s = {.p = p, .n = n, .line = 1, .e = e};
	struct build b = {.scan = &s, .e = e};
	struct json_doc *d = NULL;
	cJSON *tree = NULL;

	if (!scan_all(&s))
		goto out;
	tree = cJSON_ParseWithLengthOpts(p, n, NULL, 0);
	if (tree == NULL) {
		s.rc = fj_fail(e, FJ_INVAL, "json.value", "dd", 1, 1);
		goto out;
	}
	d = xcalloc(1, sizeof(*d));
	b.arena = d->arena = arena_new(n * 8 + s.count * 256 + 65536);
	d->root = build(&b, tree);
	if (d->root == NULL) {
		s.rc = b.rc ? b.rc : fj_fail(e, FJ_LIMIT, "json.nodes", "dd", 1, 1);
		json_free(&d);
		goto out;
	}
	*out = d;
out:
	cJSON_Delete(tree);
	free(s.places);
	return s.rc;
}

const struct json *
json_root(const struct json_doc *d)
{
	return d != NULL ? d->root : NULL;
}

void
json_free(struct json_doc **d)
{
	if (*d == NULL)
		return;
	arena_free(&(*d)->arena);
	free(*d);
	*d = NULL;
}

/* ---- reading ---- */

const struct json *
json_get(const struct json *object, const char *key)
{
	const struct json *m;

	if (object == NULL || object->type != JSON_OBJECT)
		return NULL;
	json_each(m, object)
		if (strcmp(m->key, key) == 0)
			return m;
	return NULL;
}

const char *
json_text(const struct json *v)
{
	return v != NULL && v->type == JSON_STRING ? v->text : NULL;
}

const char *
json_str(const struct json *object, const char *key)
{
	return json_text(json_get(object, key));
}

bool
json_int_value(const struct json *v, int64_t *out)
{
	char *end;
	long long got;

	if (v == NULL || v->type != JSON_NUMBER)
		return false;
	errno = 0;
	got = strtoll(v->text, &end, 10);
	if (errno != 0 || *end != '\0')
		return false;
	*out = got;
	return true;
}

bool
json_int(const struct json *object, const char *key, int64_t *out)
{
	return json_int_value(json_get(object, key), out);
}

bool
json_double_value(const struct json *v, double *out)
{
	if (v == NULL || v->type != JSON_NUMBER)
		return false;
	*out = strtod(v->text, NULL);
	return true;
}

bool
json_is_true(const struct json *object, const char *key)
{
	const struct json *v = json_get(object, key);

	return v != NULL && v->type == JSON_BOOL && v->truth;
}
