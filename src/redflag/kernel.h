/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kernel stands behind a rule whose SQL is too slow for a large laboratory: the same
 * rows out of the columns.  The SQL stays the definition.
 *
 * K1  a kernel stands for one text of SQL (kernel_sql_hash): a rule that was changed, or
 *     one of a bureau that borrows the name, is run by its SQL.
 * K2  its rows are those of the SQL, text by text and number by number (tests: every
 *     kernel against its SQL over generated registers).
 */
#ifndef FJ_REDFLAG_KERNEL_H
#define FJ_REDFLAG_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rc.h"
#include "redflag/rule.h"
#include "redflag/store.h"

enum {
	KERNEL_MAX = 15,
};

/* One run of a kernel. */
struct kernel {
	struct store *s;
	const struct rule *rule;
	const struct rule_values *values;
	bool (*stop)(void *ctx);	/* may be NULL */
	void *stop_ctx;
	rule_hit_fn hit;
	void *hit_ctx;
	bool stopped;
	bool nameless;			/* a row without a subject */
};

/* FJ_NOMEM: run the SQL; FJ_CANCELLED "rule.stopped" {id}; FJ_INVAL "rule.row" {id, "subject"}. */
typedef enum fj_rc (*kernel_fn)(struct kernel *k, struct fj_err *e);

/* The kernel for a rule; NULL: none for this text. */
kernel_fn kernel_find(const struct rule *r);
/* Of all letters but white space. */
uint64_t kernel_sql_hash(const char *sql);

#endif
