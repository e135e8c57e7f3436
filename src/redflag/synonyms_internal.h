/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FJ_REDFLAG_SYNONYMS_INTERNAL_H
#define FJ_REDFLAG_SYNONYMS_INTERNAL_H

#include "redflag/synonyms.h"

enum {
	CONCEPTS_MAX = 512,
};

#define LIGHT 0.35F		/* of words that many columns have: number, time, person */
#define FILLER 0.05F		/* of words that say nothing: sample INFORMATION */

struct alternative {
	int16_t concept[3];
};

struct known {
	struct heading *word;
	size_t n;
};

struct synonyms {
	struct map *alternatives;	/* dense words to struct alternative */
	size_t longest;
	int concepts;
	float weight[CONCEPTS_MAX];
	struct {
		struct known names;
		struct known *column;
		size_t columns;
	} table[SCHEMA_TABLES];
	struct map *value[WORDS_KINDS];
};

#endif
