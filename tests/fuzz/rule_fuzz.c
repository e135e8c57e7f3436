/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a rule: faults at places of the file, or a rule that is complete and
 * whose SQL the database takes or refuses. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "redflag/rule.h"
#include "redflag/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct seen {
	int lines, faults;
};

static void
on_fault(void *ctx, const struct rule_fault *q)
{
	struct seen *s = ctx;

	s->faults++;
	if (q->line < 1 || q->line > s->lines || q->column < 1 || q->f->code[0] == '\0')
		abort();
}

static void
complete(const struct rule *r)
{
	int i;

	if (r->id[0] == '\0' || r->version < 1 || r->title_zh[0] == '\0' ||
	    r->title_en[0] == '\0' || strchr("ABC", r->grade) == NULL || r->clauses < 1 ||
	    r->tables < 1 || r->needs < 1 || r->labs == 0 || r->sql[0] == '\0')
		abort();
	for (i = 0; i < r->needs; i++)
		if (r->need[i].table < 0 || r->need[i].table >= SCHEMA_TABLES ||
		    (r->need[i].or_next && i + 1 == r->needs))
			abort();
	for (i = 0; i < r->params; i++)
		(void)rule_value(r, NULL, r->param[i].name);
}

static bool
one(void *ctx, const char *name, const char *text, size_t len)
{
	struct seen s = {.lines = 1};
	struct rule_reader reader = {.fault = on_fault, .fault_ctx = &s};
	struct rule *r = NULL;
	struct fj_err e;
	size_t i;

	(void)ctx;
	for (i = 0; i < len; i++)
		s.lines += text[i] == '\n';
	if (rule_read(name, text, len, &reader, &r, &e) == FJ_OK) {
		if (s.faults > 0)
			abort();
		complete(r);
		if (rule_check(r, &reader, &e) < 0)
			abort();
	} else if (s.faults == 0 && e.rc != FJ_LIMIT) {
		abort();
	}
	rule_free(&r);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	(void)one(NULL, "T-1.sql", (const char *)data, n);
	(void)rule_split((const char *)data, n, one, NULL);
	return 0;
}
