/* SPDX-License-Identifier: Apache-2.0 */
/* One rule over a connection that has the registers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "db/guard.h"
#include "db/source.h"
#include "redflag/rule_internal.h"
#include "redflag/schema.h"

enum {
	RUN_MS = 120000,
	RUN_ROWS = 200000,
};

static const char *const tables[] = {
	"agency", "person", "absence", "authorisation", "instrument", "calibration",
	"instrument_log", "method", "capability", "required_item", "vehicle", "sample",
	"test_run", "measurement", "report", "report_item", "seal_use", "fee", "audit_log",
	"raw_file", "material", "material_use", "consumable", "room", "climate", "closure",
	"client_stop", "movement", NULL,
};
_Static_assert(sizeof(tables) / sizeof(tables[0]) == SCHEMA_TABLES + 1, "tables of schema.c");

struct guard *
rule_guard(struct db *d)
{
	return guard_new(d, tables);
}

enum fj_rc
rule_failed(const struct rule *r, const struct guard *g, enum fj_rc rc,
    const struct fj_err *of, struct fj_err *e)
{
	const char *words = of->narg > 1 ? of->arg[1] : of->code;

	switch (rc) {
	case FJ_DENIED:
		return fj_fail(e, FJ_DENIED, "rule.refused", "ss", r->id,
		    guard_refused(g)[0] != '\0' ? guard_refused(g) : words);
	case FJ_CANCELLED:
		return fj_fail(e, FJ_CANCELLED, "rule.stopped", "s", r->id);
	case FJ_NOMEM:
		return fj_fail(e, FJ_LIMIT, "rule.memory", "s", r->id);
	default:
		/* A table function of SQLite's own is refused while it looks for itself. */
		if (guard_refused(g)[0] != '\0')
			return fj_fail(e, FJ_DENIED, "rule.refused", "ss", r->id, guard_refused(g));
		return fj_fail(e, FJ_INVAL, "rule.sql", "ss", r->id, words);
	}
}

/* ---- rows ---- */

static bool
too_long(const char *s)
{
	return s != NULL && strlen(s) > RULE_TEXT_MAX;
}

static enum fj_rc
check(const struct rule *r, const struct rule_hit *h, struct fj_err *e)
{
	const char *at = h->src;
	int table;
	int64_t src;

	if (h->subject == NULL || h->src == NULL)
		return fj_fail(e, FJ_INVAL, "rule.row", "ss", r->id,
		    h->subject == NULL ? "subject" : "src");
	if (too_long(h->subject) || too_long(h->report_no) || too_long(h->src) ||
	    too_long(h->detail))
		return fj_fail(e, FJ_INVAL, "rule.row", "ss", r->id, "length");
	do
		if (!rule_src_next(&at, &table, &src))
			return fj_fail(e, FJ_INVAL, "rule.row", "ss", r->id, "src");
	while (*at != '\0');
	return FJ_OK;
}

static enum fj_rc
row(const struct rule *r, struct stmt *s, rule_hit_fn fn, void *ctx, struct fj_err *e)
{
	struct rule_hit h = {
		.subject = stmt_text(s, 0),
		.report_no = stmt_text(s, 1),
		.src = stmt_text(s, 2),
		.measure = stmt_is_null(s, 3) ? (double)NAN : stmt_double(s, 3),
		.detail = stmt_text(s, 4),
	};
	enum fj_rc rc = check(r, &h, e);

	if (rc != FJ_OK)
		return rc;
	return fn(ctx, &h) ? FJ_OK : fj_fail(e, FJ_CANCELLED, "rule.stopped", "s", r->id);
}

static void
bind(const struct rule *r, const struct rule_values *v, struct stmt *s)
{
	char name[40] = ":";
	double value;
	int i, at;

	for (i = 0; i < r->params; i++) {
		size_t n = strlen(r->param[i].name);

		FJ_BUG_IF(n + 2 > sizeof(name));
		memcpy(name + 1, r->param[i].name, n + 1);
		at = stmt_param(s, name);
		if (at == 0)
			continue;
		value = rule_value(r, v, r->param[i].name);
		if (r->param[i].whole && value >= -1e15 && value <= 1e15 &&
		    !(value < floor(value)) && !(value > floor(value)))
			stmt_bind_at(s, at, "l", (int64_t)value);
		else
			stmt_bind_at(s, at, "d", value);
	}
}

static enum fj_rc
ended(const struct rule *r, const struct guard *g, uint32_t ms, enum fj_rc rc,
    const struct fj_err *of, struct fj_err *e)
{
	if (guard_end(g) == GUARD_TIME)
		return fj_fail(e, FJ_LIMIT, "rule.time", "sd", r->id, (int)((ms + 999) / 1000));
	return rule_failed(r, g, rc, of, e);
}

/* Does the word stand in it anywhere, be it in a name? */
static bool
mentions(const char *sql, const char *word)
{
	size_t n = strlen(word);

	for (; *sql != '\0'; sql++)
		if (strncasecmp(sql, word, n) == 0)
			return true;
	return false;
}

enum fj_rc
rule_run(const struct rule *r, struct db *d, struct guard *g, const struct rule_values *v,
    const struct rule_limits *limits, rule_hit_fn fn, void *ctx, struct fj_err *e)
{
	uint32_t ms = limits->ms > 0 ? limits->ms : RUN_MS;
	uint32_t most = limits->rows > 0 ? limits->rows : RUN_ROWS, n = 0;
	struct stmt *s = NULL;
	struct fj_err of;
	bool more = true;
	enum fj_rc rc;

	fj_err_clear(&of);
	guard_start(g, ms, limits->stop, limits->ctx);
	db_source_any_order(d, !mentions(r->sql, "ORDER"));
	rc = db_prepare(d, r->sql, &s, &of);
	db_source_any_order(d, false);
	if (rc != FJ_OK)
		return ended(r, g, ms, rc, &of, e);
	if (stmt_columns(s) != 5)
		rc = fj_fail(e, FJ_INVAL, "rule.row", "ss", r->id, "columns");
	else
		bind(r, v, s);
	while (rc == FJ_OK) {
		rc = stmt_step(s, &more, &of);
		if (rc != FJ_OK) {
			rc = ended(r, g, ms, rc, &of, e);
			break;
		}
		if (!more)
			break;
		rc = n++ < most ? row(r, s, fn, ctx, e) :
		    fj_fail(e, FJ_LIMIT, "rule.rows", "sd", r->id, (int)most);
	}
	stmt_done(&s);
	return rc;
}

enum fj_rc
rule_when(const struct rule *r, struct db *d, struct guard *g, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct fj_err of;
	bool any = false;
	enum fj_rc rc;

	if (r->when[0] == '\0')
		return FJ_OK;
	fj_err_clear(&of);
	guard_start(g, RUN_MS, NULL, NULL);
	rc = db_prepare(d, r->when, &s, &of);
	if (rc == FJ_OK)
		rc = stmt_step(s, &any, &of);
	stmt_done(&s);
	if (rc != FJ_OK)
		return ended(r, g, RUN_MS, rc, &of, e);
	return any ? FJ_OK : fj_fail(e, FJ_REFUSED, "rule.no-rows", "ss", r->id, r->when);
}
