/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the rules share. */
#ifndef FJ_REDFLAG_RULE_INTERNAL_H
#define FJ_REDFLAG_RULE_INTERNAL_H

#include "base/arena.h"
#include "redflag/rule.h"

enum {
	RULE_MEMORY = 1 << 20,		/* arena of one rule */
	RULE_TOKENS = 16384,
	RULE_FAULTS = 100,		/* said of one file */
};

/* One file while it is read. */
struct rule_in {
	struct rule *r;
	const struct rule_reader *reader;
	const char *p, *end;		/* the whole file */
	int faults, first_line;
	int param_line[RULE_PARAMS];
	int need_line;
};

/* A fault at a place of the file: at points into it, or line stands for it. */
void rule_fault_at(struct rule_in *in, const char *at, const char *code,
    const char *kinds, ...);
void rule_fault_line(struct rule_in *in, int line, const char *code,
    const char *kinds, ...);
/* Reads the header; answers where the SQL begins. */
const char *rule_head(struct rule_in *in);
/* Looks at the words of the SQL. */
void rule_words(struct rule_in *in, const char *sql);

/* The registers as tables of SQLite, empty. */
FJ_MUST enum fj_rc rule_empty_tables(struct db *d, struct fj_err *e);
/* An error of the database as one of the rule. */
enum fj_rc rule_failed(const struct rule *r, const struct guard *g, enum fj_rc rc,
    const struct fj_err *of, struct fj_err *e);

#endif
