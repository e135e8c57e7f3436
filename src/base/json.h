/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON behind a strict gate, and a writer.
 *
 * Reading: the text is UTF-8 without NUL, exactly one value by RFC 8259 with
 * nothing after it, no duplicate key in an object, within the limits of
 * base/limits.h.  Every value knows its line and column (1-based, columns in
 * characters).  Numbers keep their text: 64-bit integers survive.
 *
 * Nothing that was signed is ever written again from a tree: see entry/.
 */
#ifndef FJ_BASE_JSON_H
#define FJ_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rc.h"

enum json_type {
	JSON_NONE = 0,
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* One value; lives as long as its document.  Fields are for reading. */
struct json {
	enum json_type type;
	bool truth;			/* of a JSON_BOOL */
	int line, column;
	const char *key;		/* in an object, else NULL */
	const char *text;		/* of a string, decoded; of a number, as written */
	size_t len;			/* bytes of text */
	int count;			/* children of an array or object */
	const struct json *child;	/* first */
	const struct json *next;	/* sibling */
};

struct json_doc;

/*
 * FJ_INVAL ("json.*" codes; arguments: line, column), FJ_LIMIT.
 * The document copies what it needs: p may go away.
 */
FJ_MUST enum fj_rc json_parse(const char *p, size_t n, struct json_doc **out,
    struct fj_err *e);
const struct json *json_root(const struct json_doc *d);
void json_free(struct json_doc **d);

/* All of these take NULL and values of other types and answer "not there". */
const struct json *json_get(const struct json *object, const char *key);
const char *json_str(const struct json *object, const char *key);	/* NULL */
const char *json_text(const struct json *v);		/* of a string, else NULL */
bool json_int(const struct json *object, const char *key, int64_t *out);
bool json_int_value(const struct json *v, int64_t *out);	/* exact integers only */
bool json_double_value(const struct json *v, double *out);
bool json_is_true(const struct json *object, const char *key);

#define json_each(item, parent) \
	for (item = (parent) != NULL ? (parent)->child : NULL; item != NULL; \
	    item = item->next)

/*
 * Writer: appends to a buffer, sets commas by itself.
 *	json_w_init(&w, &buf); json_w_obj(&w); json_w_kstr(&w, "op", "set"); json_w_end(&w);
 * No white space; strings escape only ", \ and C0; invalid UTF-8 becomes U+FFFD.
 */
struct json_w {
	struct fj_buf *b;
	uint64_t comma;		/* one bit a level: something stands before */
	uint64_t array;		/* one bit a level: closes with ] */
	int depth;
	bool after_key;
};

void json_w_init(struct json_w *w, struct fj_buf *b);
void json_w_obj(struct json_w *w);
void json_w_arr(struct json_w *w);
void json_w_end(struct json_w *w);		/* the innermost one */
void json_w_key(struct json_w *w, const char *key);
void json_w_str(struct json_w *w, const char *s);
void json_w_strn(struct json_w *w, const char *s, size_t n);
void json_w_int(struct json_w *w, int64_t v);
void json_w_double(struct json_w *w, double v);	/* NaN and infinities as strings */
void json_w_bool(struct json_w *w, bool v);
void json_w_null(struct json_w *w);
void json_w_raw(struct json_w *w, const char *text);	/* one valid value */
/* A parsed value again (same members, same order, number text unchanged). */
void json_w_value(struct json_w *w, const struct json *v);
void json_w_kstr(struct json_w *w, const char *key, const char *s);	/* s NULL: nothing */
void json_w_kint(struct json_w *w, const char *key, int64_t v);
void json_w_kbool(struct json_w *w, const char *key, bool v);

#endif
