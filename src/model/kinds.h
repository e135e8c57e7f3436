/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds of visit: forms/visit-kinds.json, read once.  Who may act, which
 * papers exist, what a freeze demands for each outcome.  Data only: what the
 * demands mean is in model/missing.c.
 */
#ifndef FJ_MODEL_KINDS_H
#define FJ_MODEL_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rc.h"

enum visit_outcome {
	OUTCOME_NONE = 0,
	OUTCOME_COMPLETED,
	OUTCOME_REFUSED,
	OUTCOME_OBSTRUCTED,
	OUTCOME_ABSENT,
	OUTCOME_MOVED,
	OUTCOME_STOPPED,
	OUTCOME_COUNT,
};

enum kind_require {
	REQUIRE_ANSWERS = 1 << 0,
	REQUIRE_VALID = 1 << 1,
	REQUIRE_FINDINGS = 1 << 2,
	REQUIRE_EVIDENCE = 1 << 3,
	REQUIRE_EVIDENCE_ANY = 1 << 4,
	REQUIRE_FACTS = 1 << 5,
	REQUIRE_PAPERS = 1 << 6,
	REQUIRE_PARTY = 1 << 7,
};

enum kind_when {
	PAPER_BEFORE = 1,
	PAPER_DURING,
	PAPER_AFTER,
};

struct kind_paper {
	const char *id;
	enum kind_when when;
	unsigned outcomes;		/* bit 1 << outcome: due for these */
};

struct kind_outcome {
	bool known;
	unsigned require;		/* enum kind_require */
	bool party;			/* `party` is part of the seal */
};

struct visit_kind {
	const char *id;
	const char *title_zh, *title_en;
	const char *const *forms;	/* ids */
	size_t form_count;
	int min_members;
	bool certified;			/* members need a certificate number */
	bool findings;			/* the kind knows findings */
	bool clue;			/* without findings: a clue may be passed on,
					 * which stays a lead and cites no clause */
	int levels;			/* of review */
	const struct kind_paper *papers;
	size_t paper_count;
	struct kind_outcome outcome[OUTCOME_COUNT];
};

struct kinds;

/* FJ_INVAL "model.kinds" {line, column, what}, json.* codes, FJ_LIMIT. */
FJ_MUST enum fj_rc kinds_load(const char *p, size_t n, struct kinds **out,
    struct fj_err *e);
void kinds_free(struct kinds **k);

size_t kinds_count(const struct kinds *k);
const struct visit_kind *kinds_at(const struct kinds *k, size_t i);
const struct visit_kind *kinds_find(const struct kinds *k, const char *id);
const char *kind_title(const struct visit_kind *k, const char *lang);
/* Title of a paper, an outcome; the id itself when the data have none. */
const char *kinds_paper_title(const struct kinds *k, const char *id, const char *lang);
const char *kinds_outcome_title(const struct kinds *k, enum visit_outcome o,
    const char *lang);

/* "completed" … as entries write it; OUTCOME_NONE for anything else. */
enum visit_outcome outcome_parse(const char *s);
const char *outcome_id(enum visit_outcome o);

#endif
