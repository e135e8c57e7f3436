/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Administrative divisions (GB/T 2260) from forms/divisions.csv: columns
 * code, name, path.  A code that the table lacks is accepted and marked
 * unknown: tables age, places do not wait.
 */
#ifndef FJ_MODEL_DIVISIONS_H
#define FJ_MODEL_DIVISIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rc.h"

struct division {
	char code[7];			/* 2, 4 or 6 digits, as people gave it */
	const char *name;		/* "" when unknown */
	const char *path;		/* full name; "" when unknown */
	bool known;
};

struct divisions;

/* FJ_INVAL "model.divisions" {line}. */
FJ_MUST enum fj_rc divisions_load(const char *p, size_t n, struct divisions **out,
    struct fj_err *e);
void divisions_free(struct divisions **d);
size_t divisions_count(const struct divisions *d);
/* Row i in the order of the file; false past the end. */
bool divisions_at(const struct divisions *d, size_t i, struct division *out);

/*
 * By code (2, 4 or 6 digits; a trailing 00 may be left out) or by name (last
 * name or the full path, or its beginning when only one fits).
 * FJ_OK with known = false for a well-formed code that the table lacks.
 * FJ_NOTFOUND "model.division-unknown" {text}, FJ_AMBIGUOUS
 * "model.division-ambiguous" {text, candidates}.  d may be NULL: codes only.
 */
FJ_MUST enum fj_rc divisions_find(const struct divisions *d, const char *text,
    struct division *out, struct fj_err *e);
/* 2, 4 or 6 digits? */
bool division_code_ok(const char *code);

#endif
