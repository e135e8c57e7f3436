/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clauses of the law by stable id (forms/clauses.json): which family a finding
 * belongs to, and which article was in force on the day of the act.  Where the
 * data do not know the number, article is NULL and the paper prints 第__条.
 */
#ifndef FJ_MODEL_CLAUSES_H
#define FJ_MODEL_CLAUSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

enum clause_family {
	CLAUSE_GENERAL = 0,
	CLAUSE_UNTRUE,			/* 不实: needs the second leg */
	CLAUSE_FALSE,			/* 虚假 */
};

struct clause {
	const char *id;
	const char *shown;		/* as people write it: B* */
	enum clause_family family;
	bool leg2;			/* holds only together with the second leg */
	bool second_leg;		/* is the second leg itself (B*) */
	const char *instrument;
	const char *title_zh, *title_en;
	const char *text_zh, *text_en;
};

struct clause_article {
	const char *instrument;		/* of that day: a law may replace another */
	const char *article;		/* NULL: not known */
	const char *liability;		/* may be NULL */
	const char *source;		/* may be NULL */
	const char *note_zh, *note_en;	/* may be NULL */
	bool verified;
};

struct clauses;

/* FJ_INVAL "model.clauses" {line, column, what}, json.* codes, FJ_LIMIT. */
FJ_MUST enum fj_rc clauses_load(const char *p, size_t n, struct clauses **out,
    struct fj_err *e);
void clauses_free(struct clauses **c);

size_t clauses_count(const struct clauses *c);
const struct clause *clauses_at(const struct clauses *c, size_t i);
/* By id or by the shown form; NULL when unknown. */
const struct clause *clauses_find(const struct clauses *c, const char *id);
const char *clause_title(const struct clause *c, const char *lang);
const char *clause_text(const struct clause *c, const char *lang);
/* The row in force on that day (base/date.h).  Always answers: without a row
 * the instrument is the clause's (NULL for an unknown id), the rest NULL and
 * verified false. */
struct clause_article clauses_on(const struct clauses *c, const char *id, int64_t day);
const char *clauses_instrument_title(const struct clauses *c, const char *instrument,
    const char *lang);

#endif
