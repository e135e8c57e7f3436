/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that exports use for tables, columns and values: data
 * (forms/redflags/synonyms.json), read once.
 *
 * A heading is compared with the known words of a column: equal 1, else by concepts
 * ("检毕时刻" and "检测结束时间" both say test, end, time), so words that no list holds
 * are understood when their parts are.
 */
#ifndef FJ_REDFLAG_SYNONYMS_H
#define FJ_REDFLAG_SYNONYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rc.h"
#include "redflag/schema.h"

struct synonyms;

enum value_words {
	WORDS_YES,
	WORDS_NO,
	WORDS_PASS,
	WORDS_FAIL,
	WORDS_ISSUED,
	WORDS_VOID,
	WORDS_ND,
	WORDS_NULL,
	WORDS_SIGN,
	WORDS_TEST,
	WORDS_SAMPLING,
	WORDS_SKIP,		/* how a row begins that is no data */
	WORDS_KINDS,
};

/* Is p (as nfkc_dense gives it) one of them? */
bool synonyms_value(const struct synonyms *s, enum value_words kind, const char *p, size_t n);
/* Does p (as nfkc_dense gives it) begin with one of the WORDS_SKIP, or is it a page foot? */
bool synonyms_skip(const struct synonyms *s, const char *p, size_t n);

enum {
	HEADING_TOKENS = 16,
	SCHEMA_COLUMNS_MAX = 256,	/* of all tables together */
};

/* A heading taken apart. */
struct heading {
	char *norm;			/* dense */
	char *bare;			/* without brackets and punctuation */
	int tokens;
	struct heading_token {
		int16_t concept[3];	/* -1: none */
		float weight;
		char word[24];		/* when it is no concept */
	} token[HEADING_TOKENS];
};

void heading_init(struct heading *h, const struct synonyms *s, const char *p, size_t n);
void heading_release(struct heading *h);
/* 0 to 1; how is the best of the column's words. */
double heading_column(const struct heading *h, const struct synonyms *s, int table, int column);
/* How well does a file or sheet name (any text) name the table: 0 to 1. */
double heading_table(const struct synonyms *s, int table, const char *p, size_t n);
/* Does the heading say anything known at all? 0 to 1. */
double heading_known(const struct heading *h);

#endif
