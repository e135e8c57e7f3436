/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "redflag": registers into the store, rules over it.
 * {"job":"redflag","files":[…],"rules":R,"synonyms":S,"map":M,"registers":F,…}: R, S, M are
 * numbers of files (from 0; M may be left out), the registers are the files from F on.
 * Among the rules stands methods.json: it fills tables that the registers lack.
 *	"own_from":N	files of rules from number N on (from 0) are a bureau's
 *	"lab":"vehicle"|"env"|"food"	only the rules for it; left out: all
 *	"go":bool	do not wait for the word to run
 *	"session":bool	stay, and answer asks until the end of the input
 *	"norules":bool	load only
 *	"remembered":bool	a mapping that does not fit is told and passed over
 *	"values":[{"rule":R,"name":N,"value":V}]
 * -> rows, in this order:
 *	{"rule":{…}} each; {"map":{a source of redflag/import.h}} each; {"state":"mapped"};
 *	{"state":"loading"}; faults; {"source":{import_report}} each; {"state":"running"};
 *	{"hits":{"rule":R,"rows":[[subject,report_no,src,measure,detail],…]}} as rules end (some
 *	while others are still loading), and
 *	{"ended":{"rule":R,"run":bool,"code":C,"args":[…],"hits":N,"reports":N,"ms":N}} each;
 *	the result {"lab":L,"ms":N}: all ended.
 * Asks, one JSON object a line (n is repeated in the answer):
 *	{"ask":"run"}; {"ask":"map","n":N}: read the mapping again; {"ask":"stop"};
 *	{"ask":"rows","n":N,"src":S} -> {"answer":{"n":N,"table":T,"row":{import_row}}} each;
 *	{"ask":"timeline","n":N,"src":S,"of_person":bool} -> {"answer":{"n":N,"timeline":{…}}};
 *	{"ask":"dist","n":N,"kind":K,"person":P,"detail":D} -> {"answer":{"n":N,"dist":{…}}};
 *	each ends with {"answered":{"n":N}} or {"answered":{"n":N,"code":C,"args":[…]}}.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/xalloc.h"
#include "redflag/early.h"
#include "redflag/methods.h"
#include "redflag/schema.h"
#include "worker/redflag_job.h"

enum {
	RULES_BYTES = 16 << 20,
	SYNONYMS_BYTES = 4 << 20,
};

static uint32_t
ms_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint32_t)((now.tv_sec - then->tv_sec) * 1000 +
	    (now.tv_nsec - then->tv_nsec) / 1000000);
}

/* ---- rules ---- */

static void
on_rule_fault(void *ctx, const struct rule_fault *fault)
{
	struct redflag_job *r = ctx;
	struct job_place at = {.file = r->file_of_rule, .row = (uint32_t)fault->line,
	    .column = (uint32_t)fault->column};

	job_fault(r->j, JOB_ERROR, &at, fault->f);
}

static bool
is_twice(const struct redflag_job *r, const char *id)
{
	size_t i;

	for (i = 0; i < r->rules; i++)
		if (strcmp(r->rule[i]->id, id) == 0)
			return true;
	return false;
}

/* A rule with faults is told and left out; the others run. */
static bool
take_rule(void *ctx, const char *name, const char *text, size_t len)
{
	struct redflag_job *r = ctx;
	struct rule_reader reader = {.fault = on_rule_fault, .fault_ctx = r};
	struct job_place at = {.file = name};
	bool own;
	struct rule *rule = NULL;
	struct fj_err e;

	if (strcmp(name, "methods.json") == 0) {
		fj_buf_clear(&r->methods);
		fj_buf_add(&r->methods, text, len);
		return true;
	}
	own = r->read++ >= r->own_from;
	r->file_of_rule = name;
	if (rule_read(name, text, len, &reader, &rule, &e) != FJ_OK) {
		job_fault(r->j, JOB_ERROR, &at, &e);
		return true;
	}
	if (r->rules == RULE_MAX || is_twice(r, rule->id)) {
		(void)!fj_fail(&e, FJ_CONFLICT, "redflag.rule-twice", "ss", rule->id, name);
		job_fault(r->j, JOB_ERROR, &at, &e);
		rule_free(&rule);
		return r->rules < RULE_MAX;
	}
	r->own[r->rules] = own;
	r->rule[r->rules++] = rule;
	return true;
}

static enum fj_rc
take_values(struct redflag_job *r, struct fj_err *e)
{
	const struct json *v;
	enum fj_rc rc = FJ_OK;
	double value;
	size_t i;

	r->values = rule_values_new();
	json_each(v, json_get(r->j->request, "values")) {
		const char *id = json_str(v, "rule"), *name = json_str(v, "name");

		if (id == NULL || name == NULL || !json_double_value(json_get(v, "value"), &value))
			continue;
		for (i = 0; i < r->rules && strcmp(r->rule[i]->id, id) != 0; i++)
			continue;
		if (i == r->rules)
			return fj_fail(e, FJ_NOTFOUND, "redflag.no-rule", "s", id);
		rc = rule_values_set(r->values, r->rule[i], name, value, e);
		if (rc != FJ_OK)
			return rc;
	}
	return rc;
}

static unsigned
lab_of(const char *name)
{
	return name == NULL ? 0 : strcmp(name, "vehicle") == 0 ? RULE_VEHICLE :
	    strcmp(name, "env") == 0 ? RULE_ENV : strcmp(name, "food") == 0 ? RULE_FOOD : 0;
}

static enum fj_rc
read_data(struct redflag_job *r, struct fj_err *e)
{
	int64_t rules = -1, synonyms = -1, own = -1;
	struct fj_buf text;
	enum fj_rc rc;

	(void)!json_int(r->j->request, "rules", &rules);
	(void)!json_int(r->j->request, "synonyms", &synonyms);
	(void)!json_int(r->j->request, "own_from", &own);
	fj_buf_init(&text, RULES_BYTES);
	rc = job_read(r->j, (int)synonyms, SYNONYMS_BYTES, &text, e);
	if (rc == FJ_OK)
		rc = synonyms_new(text.p, text.n, &r->synonyms, e);
	fj_buf_clear(&text);
	if (rc == FJ_OK)
		rc = job_read(r->j, (int)rules, RULES_BYTES, &text, e);
	if (rc == FJ_OK) {
		r->own_from = own >= 0 ? (size_t)own : SIZE_MAX;
		(void)rule_split(text.p, text.n, take_rule, r);
		rc = take_values(r, e);
	}
	fj_buf_release(&text);
	return rc;
}

/* ---- registers ---- */

static void
on_fault(void *ctx, const struct import_place *at, const struct fj_err *f, bool rejected)
{
	struct redflag_job *r = ctx;
	struct job_place place = {.file = at->file, .sheet = at->sheet, .row = at->row,
	    .column = at->column};

	pthread_mutex_lock(&r->tell);
	job_fault(r->j, rejected ? JOB_ERROR : JOB_WARNING, &place, f);
	pthread_mutex_unlock(&r->tell);
}

/* What a book mended; its place stands in the arguments, too. */
static void
on_mended(void *ctx, const struct fj_err *f)
{
	const struct redflag_book *book = ctx;
	struct job_place place = {.file = book->name, .sheet = f->arg[0],
	    .row = (uint32_t)strtoul(f->arg[1], NULL, 10),
	    .column = (uint32_t)strtoul(f->arg[2], NULL, 10)};

	pthread_mutex_lock(&book->r->tell);
	job_fault(book->r->j, JOB_WARNING, &place, f);
	pthread_mutex_unlock(&book->r->tell);
}

static bool
on_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct redflag_job *r = ctx;

	pthread_mutex_lock(&r->tell);
	job_progress(r->j, done, total);
	pthread_mutex_unlock(&r->tell);
	return !r->j->broken && !input_stop(r);
}

/* A file that is no table at all is told; the others are read. */
static enum fj_rc
open_books(struct redflag_job *r, struct fj_err *e)
{
	int64_t first = 0;
	enum fj_rc rc = FJ_OK;
	int i;

	(void)!json_int(r->j->request, "registers", &first);
	for (i = (int)first; rc == FJ_OK && i >= 0 && i < r->j->files; i++) {
		struct job_place at = {.file = r->j->file[i].name};
		struct redflag_book *book = &r->book[r->books];
		struct book_options o = {.gb = r->j->gb, .fault = on_mended, .fault_ctx = book};
		struct fj_err f;

		book->r = r;
		book->name = at.file;
		if (book_open_fd(r->j->file[i].fd, &o, &book->b, &f) != FJ_OK) {
			job_fault(r->j, JOB_ERROR, &at, &f);
			continue;
		}
		r->books++;
		rc = import_add(r->import, at.file, book->b, e);
	}
	return rc;
}

static enum fj_rc
map_registers(struct redflag_job *r, struct fj_err *e)
{
	struct import_options o = {.synonyms = r->synonyms, .fault = on_fault,
	    .progress = on_progress, .ctx = r};
	enum fj_rc rc;

	r->import = import_new(&o);
	rc = open_books(r, e);
	if (rc == FJ_OK)
		rc = import_guess(r->import, e);
	if (rc == FJ_OK)
		rc = input_map(r, json_is_true(r->j->request, "remembered"), e);
	if (rc == FJ_OK) {
		say_map(r);
		say_state(r, "mapped");
	}
	return rc;
}

/* Has any source rows of this table? */
static bool
has_table(const struct redflag_job *r, const char *name)
{
	int t = schema_find(name), k;
	size_t i;

	for (i = 0; i < import_sources(r->import); i++) {
		const struct import_source *s = import_source(r->import, i);

		for (k = 0; k < s->tables; k++)
			if (s->table[k].table == t && s->table[k].rows > 0)
				return true;
	}
	return false;
}

static enum fj_rc
fill_methods(struct redflag_job *r, struct fj_err *e)
{
	struct methods_found found;

	if (r->methods.n == 0)
		return FJ_OK;
	return methods_fill(r->store, !has_table(r, "method"), !has_table(r, "required_item"),
	    r->methods.p, r->methods.n, &found, e);
}

/* ---- running ---- */

static void
say_row(struct redflag_job *r, const struct run_row *row)
{
	size_t i;

	for (i = 0; i < r->rules; i++)
		if (r->rule[i] == row->rule)
			r->ended[i] = true;
	say_hits(r, row);
	say_ended(r, row->rule, row, row->why);
}

static bool
on_row(void *ctx, const struct run_row *row, size_t done, size_t total)
{
	struct redflag_job *r = ctx;

	job_progress(r->j, r->early + done, r->early + total);
	say_row(r, row);
	input_answer(r, false);
	return !r->j->broken && !r->j->too_long;
}

/* While registers are read: faults and progress of these are told meanwhile, asks wait. */
static bool
on_early_row(void *ctx, const struct run_row *row, size_t done, size_t total)
{
	struct redflag_job *r = ctx;
	bool more;

	(void)done;
	(void)total;
	pthread_mutex_lock(&r->tell);
	say_row(r, row);
	r->early++;
	more = !r->j->broken && !r->j->too_long;
	pthread_mutex_unlock(&r->tell);
	return more;
}

static bool
on_cancelled(void *ctx)
{
	return input_stop(ctx);
}

/* What has no row: rules for other labs, and what was stopped. */
static void
say_rest(struct redflag_job *r)
{
	struct fj_err why;
	size_t i;

	for (i = 0; i < r->rules; i++) {
		if (r->ended[i])
			continue;
		if (r->lab != 0 && (r->rule[i]->labs & r->lab) == 0)
			(void)!fj_fail(&why, FJ_REFUSED, "redflags.other-lab", "");
		else
			(void)!fj_fail(&why, FJ_CANCELLED, "redflags.stopped", "");
		say_ended(r, r->rule[i], NULL, &why);
	}
}

/* Rules that are to run and did not yet. */
static size_t
rules_left(const struct redflag_job *r, const struct rule *left[RULE_MAX])
{
	size_t i, n = 0;

	for (i = 0; i < r->rules && !json_is_true(r->j->request, "norules"); i++)
		if (!r->ended[i] && (r->lab == 0 || (r->rule[i]->labs & r->lab) != 0))
			left[n++] = r->rule[i];
	return n;
}

static enum fj_rc
load(struct redflag_job *r, struct fj_err *e)
{
	struct run_options o = {.values = r->values, .cancelled = on_cancelled,
	    .row = on_early_row, .ctx = r};
	const struct rule *rule[RULE_MAX];
	bool filled[SCHEMA_TABLES] = {false}, ran[RULE_MAX];
	enum fj_rc rc;

	say_state(r, "loading");
	r->store = store_new(0);
	filled[schema_find("method")] = filled[schema_find("required_item")] = r->methods.n > 0;
	rc = early_load(r->import, r->store, rule, rules_left(r, rule), &o, filled, ran, e);
	if (rc == FJ_OK)
		rc = fill_methods(r, e);
	if (rc == FJ_OK)
		rc = store_seal(r->store, e);
	if (rc == FJ_OK)
		say_sources(r);
	return rc;
}

static enum fj_rc
run(struct redflag_job *r, struct fj_err *e)
{
	struct run_options o = {.values = r->values, .cancelled = on_cancelled, .row = on_row,
	    .ctx = r};
	const struct rule *of_lab[RULE_MAX];
	size_t n = rules_left(r, of_lab);
	enum fj_rc rc;

	say_state(r, "running");
	if (json_is_true(r->j->request, "norules"))
		return FJ_OK;
	rc = run_rules(r->store, of_lab, n, &o, e);
	if (rc == FJ_CANCELLED && r->stop)
		rc = FJ_OK;
	if (rc == FJ_OK)
		say_rest(r);
	return rc;
}

static enum fj_rc
work(struct redflag_job *r, struct fj_err *e)
{
	struct timespec begun;
	uint32_t ms;
	enum fj_rc rc;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	rc = read_data(r, e);
	if (rc == FJ_OK) {
		say_rules(r);
		rc = map_registers(r, e);
	}
	ms = ms_since(&begun);
	if (rc != FJ_OK || json_is_true(r->j->request, "guess"))
		return rc;
	if (!json_is_true(r->j->request, "go")) {
		if (!input_wait_run(r))
			return FJ_OK;
		rc = input_map(r, false, e);
	}
	clock_gettime(CLOCK_MONOTONIC, &begun);
	if (rc == FJ_OK)
		rc = load(r, e);
	if (rc == FJ_OK)
		rc = run(r, e);
	if (rc == FJ_OK) {
		say_loaded(r, ms + ms_since(&begun));
		input_answer(r, true);
	}
	return rc;
}

enum fj_rc
job_redflag(struct job *j, struct fj_err *e)
{
	struct redflag_job *r = xcalloc(1, sizeof(*r));
	enum fj_rc rc;
	size_t i;

	r->j = j;
	r->session = json_is_true(j->request, "session");
	r->lab = lab_of(json_str(j->request, "lab"));
	fj_buf_init(&r->in, WORKER_LINE_MAX);
	fj_buf_puts(&r->in, "");
	fj_buf_init(&r->methods, METHODS_BYTES);
	pthread_mutex_init(&r->lock, NULL);
	pthread_mutex_init(&r->tell, NULL);
	rc = work(r, e);
	store_free(&r->store);
	import_free(&r->import);
	synonyms_free(&r->synonyms);
	rule_values_free(&r->values);
	for (i = 0; i < r->rules; i++)
		rule_free(&r->rule[i]);
	while (r->books > 0)
		book_close(&r->book[--r->books].b);
	pthread_mutex_destroy(&r->lock);
	pthread_mutex_destroy(&r->tell);
	fj_buf_release(&r->methods);
	fj_buf_release(&r->in);
	free(r);
	return rc;
}
