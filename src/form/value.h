/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of expressions, and their conversions (FORM-LANGUAGE 2.1).  Strings
 * and sets live in the scratch of one evaluation or longer; nothing is freed.
 */
#ifndef FJ_FORM_VALUE_H
#define FJ_FORM_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/date.h"

struct inst_node;
struct form_choice;

enum val_kind {
	VAL_BOOL,
	VAL_NUM,
	VAL_STR,
	VAL_DAY,		/* num = days since 1970-01-01, no zone */
	VAL_INSTANT,		/* num = milliseconds, offset */
	VAL_SET,
};

/* One of a set: a place, a row of a list, or a column of a row. */
struct val_item {
	const struct inst_node *node;
	const struct form_choice *row;
	const char *text;
};

struct val {
	enum val_kind kind;
	bool truth;
	int offset;
	double num;
	const char *s;
	size_t n;			/* bytes of s, or items of a set */
	const struct val_item *set;
};

/* ---- memory of one evaluation ---- */

struct scratch_block;
struct scratch {
	struct scratch_block *first, *now;
	size_t total;
	size_t charged;			/* of total: counted as steps already */
};

void *scratch_alloc(struct scratch *m, size_t n);
char *scratch_dup(struct scratch *m, const char *s, size_t n);
void scratch_reset(struct scratch *m);		/* keeps the first block */
void scratch_release(struct scratch *m);

/* ---- making ---- */

struct val val_bool(bool b);
struct val val_num(double d);
struct val val_str(const char *s);
struct val val_strn(const char *s, size_t n);
struct val val_day(double days);
struct val val_instant(double ms, int offset);

/* ---- atoms (anything but a set) ---- */

/* number(): trims; a minus, digits, one point; anything else is NaN. */
double number_parse(const char *s, size_t n);
/* Plain decimal, never an exponent; whole numbers exactly to 2^53. */
void number_text(double v, struct fj_buf *out);
/* Round at n decimals on the shortest decimal that reads back as v. */
double number_round(double v, int n, bool half_even);
/* Equal within a relative 1e-12. */
bool number_same(double a, double b);

double val_to_num(const struct val *v);
bool val_to_bool(const struct val *v);
/* Uses the scratch when a text must be made; *n may be NULL. */
const char *val_to_str(struct scratch *m, const struct val *v, size_t *n);

/* Dates.  zone: minutes east, for texts without one. */
bool val_date_parse(const char *s, size_t n, int zone, struct val *out);
bool val_is_date(const struct val *v, int zone, struct val *out);	/* or text of one */
/* Milliseconds since the epoch; a day counts from its midnight in zone. */
double val_date_ms(const struct val *v, int zone);
void val_date_text(const struct val *v, struct fj_buf *out);
/* Milliseconds of hh:mm[:ss[.fff]] [zone]; *has_zone tells whether one was given. */
bool time_parse(const char *s, size_t n, double *ms, int *offset, bool *has_zone);

#endif
