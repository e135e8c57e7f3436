/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the importers: faults with places, memory, the JSON writer. */
#ifndef FJ_XFORM_IMPORT_I_H
#define FJ_XFORM_IMPORT_I_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/map.h"
#include "xform/xform.h"

/* Where something stands in the foreign file. */
struct xplace {
	const char *sheet;		/* "" in XML */
	int row, column;
};

/* Languages in the order in which they were met; codes like "zh". */
enum {
	XLANG_MAX = 16,
};

struct xlangs {
	const char *v[XLANG_MAX];
	size_t n;
	bool plain;			/* some text has no language */
	bool full;			/* one more was met */
};

/* Everything of one import. */
struct ximport {
	struct xform_import *im;
	struct arena *mem;
	const char *name;		/* of the file */
	struct xlangs langs;
	/* the JSON writer: one member a line, each line with its place */
	struct xplace *line;
	size_t nline, line_cap;
	uint64_t comma;			/* bit a level */
	uint64_t array;
	int depth;
};

void ximport_init(struct ximport *x, struct xform_import *im, const char *name);
/* With check: reads the JSON by form_load, adds its faults with their places; sorts. */
void ximport_finish(struct ximport *x, bool check);

void *xmem(struct ximport *x, size_t n);
const char *xmem_str(struct ximport *x, const char *s, size_t n);
const char *xmem_fmt(struct ximport *x, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* kinds: letters s only, at most 3. */
void xfault(struct ximport *x, struct xplace at, enum form_severity severity,
    const char *code, const char *kinds, ...);

/* ---- JSON out ---- */
void xout_obj(struct ximport *x, const char *key, struct xplace at);	/* key NULL: none */
void xout_arr(struct ximport *x, const char *key, struct xplace at);
void xout_end(struct ximport *x);
void xout_str(struct ximport *x, const char *key, struct xplace at, const char *s);
void xout_raw(struct ximport *x, const char *key, struct xplace at, const char *json);

/* A text in several languages: NULL where there is none. */
struct xtext {
	const char *plain;		/* without a language */
	const char *v[XLANG_MAX];	/* by x->langs */
	struct xplace at, at_lang[XLANG_MAX];
};

bool xtext_any(const struct xtext *t);
void xout_text(struct ximport *x, const char *key, const struct xtext *t);
/* The same as one value without line ends, for choices. */
void xtext_inline(struct ximport *x, const struct xtext *t, struct fj_buf *out);
void xjson_str(struct fj_buf *out, const char *s);

/* "English (en)" is en, 中文 is zh; anything else by its own name. Index, or -1. */
int xlang_find(struct ximport *x, const char *name, size_t n);
const char *xlang_code(struct ximport *x, const char *name, size_t n);

/* Blanks at both ends off. */
void xtrim(const char **s, size_t *n);
/* Curly quotes become straight where no literal is open. */
const char *xstraight(struct ximport *x, const char *s);

#endif
