/* SPDX-License-Identifier: Apache-2.0 */
/* What the job "redflag" tells, as rows. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "redflag/schema.h"
#include "worker/redflag_job.h"

enum {
	HITS_BYTES = 200000,		/* of one line */
};

static void
begin(struct fj_buf *b, struct json_w *w, const char *what)
{
	fj_buf_init(b, WORKER_LINE_MAX);
	json_w_init(w, b);
	json_w_obj(w);
	json_w_key(w, what);
}

static void
end(struct redflag_job *r, struct fj_buf *b, struct json_w *w)
{
	json_w_end(w);
	job_row(r->j, b->p, b->n);
	fj_buf_release(b);
}

void
say_state(struct redflag_job *r, const char *state)
{
	struct fj_buf b;
	struct json_w w;

	begin(&b, &w, "state");
	json_w_str(&w, state);
	end(r, &b, &w);
	job_flush(r->j);
}

/* "test_run.started_at sample.received_at": what it compares, for showing rows. */
static void
put_needs(struct json_w *w, const struct rule *rule)
{
	struct fj_buf b;
	int i;

	fj_buf_init(&b, RULE_NEEDS * 80);
	for (i = 0; i < rule->needs; i++) {
		const struct schema_table *t = &schema_tables()[rule->need[i].table];

		fj_buf_printf(&b, "%s%s.%s", i > 0 ? " " : "", t->name,
		    t->column[rule->need[i].column].name);
	}
	json_w_kstr(w, "needs", b.p);
	fj_buf_release(&b);
}

static void
put_rule(struct json_w *w, const struct rule *rule, bool own)
{
	char grade[2] = {rule->grade, '\0'};
	int i;

	json_w_obj(w);
	json_w_kstr(w, "id", rule->id);
	json_w_kint(w, "version", rule->version);
	json_w_kstr(w, "title_zh", rule->title_zh);
	json_w_kstr(w, "title_en", rule->title_en);
	json_w_kstr(w, "grade", grade);
	json_w_key(w, "clauses");
	json_w_arr(w);
	for (i = 0; i < rule->clauses; i++)
		json_w_str(w, rule->clause[i]);
	json_w_end(w);
	json_w_kbool(w, "pair", rule->pair);
	json_w_kbool(w, "own", own);
	json_w_kstr(w, "false_alarms_zh", rule->false_alarms_zh);
	json_w_kstr(w, "false_alarms_en", rule->false_alarms_en);
	json_w_kstr(w, "verify_zh", rule->verify_zh);
	json_w_kstr(w, "verify_en", rule->verify_en);
	put_needs(w, rule);
	json_w_end(w);
}

void
say_rules(struct redflag_job *r)
{
	struct fj_buf b;
	struct json_w w;
	size_t i;

	for (i = 0; i < r->rules; i++) {
		begin(&b, &w, "rule");
		put_rule(&w, r->rule[i], r->own[i]);
		end(r, &b, &w);
	}
}

/* Made by the import: objects already. */
static void
say_object(struct redflag_job *r, const char *what, const struct fj_buf *object)
{
	struct fj_buf b;
	struct json_w w;

	begin(&b, &w, what);
	json_w_raw(&w, object->p);
	end(r, &b, &w);
}

void
say_map(struct redflag_job *r)
{
	struct fj_buf one;
	size_t i;

	fj_buf_init(&one, WORKER_LINE_MAX);
	for (i = 0; i < import_sources(r->import); i++) {
		fj_buf_clear(&one);
		import_write_source(r->import, i, &one);
		say_object(r, "map", &one);
	}
	fj_buf_release(&one);
}

void
say_sources(struct redflag_job *r)
{
	struct fj_buf one;
	size_t i;

	fj_buf_init(&one, WORKER_LINE_MAX);
	for (i = 0; i < import_sources(r->import); i++) {
		fj_buf_clear(&one);
		import_report(r->import, i, &one);
		say_object(r, "source", &one);
	}
	fj_buf_release(&one);
}

static void
put_text(struct json_w *w, const char *s)
{
	json_w_str(w, s != NULL ? s : "");
}

static void
put_hit(struct json_w *w, const struct run_hit *h)
{
	json_w_arr(w);
	put_text(w, h->subject);
	put_text(w, h->report_no);
	put_text(w, h->src);
	if (isfinite(h->measure))
		json_w_double(w, h->measure);
	else
		json_w_null(w);
	put_text(w, h->detail);
	json_w_end(w);
}

/* Some lines; the places of a hit have no meaning but their order. */
void
say_hits(struct redflag_job *r, const struct run_row *row)
{
	struct fj_buf b;
	struct json_w w;
	size_t i = 0;

	while (i < row->hits) {
		begin(&b, &w, "hits");
		json_w_obj(&w);
		json_w_kstr(&w, "rule", row->rule->id);
		json_w_key(&w, "rows");
		json_w_arr(&w);
		while (i < row->hits && b.n < HITS_BYTES)
			put_hit(&w, &row->hit[i++]);
		json_w_end(&w);
		json_w_end(&w);
		end(r, &b, &w);
	}
}

void
say_ended(struct redflag_job *r, const struct rule *rule, const struct run_row *row,
    const struct fj_err *why)
{
	bool run = row != NULL && row->status == RUN_DONE;
	struct fj_buf b;
	struct json_w w;
	int i;

	begin(&b, &w, "ended");
	json_w_obj(&w);
	json_w_kstr(&w, "rule", rule->id);
	json_w_kbool(&w, "run", run);
	if (!run && why != NULL) {
		json_w_kstr(&w, "code", why->code);
		json_w_key(&w, "args");
		json_w_arr(&w);
		for (i = 0; i < why->narg; i++)
			json_w_str(&w, why->arg[i]);
		json_w_end(&w);
	}
	json_w_kint(&w, "hits", run ? (int64_t)row->hits : 0);
	json_w_kint(&w, "reports", run ? (int64_t)row->reports : 0);
	json_w_kint(&w, "ms", row != NULL ? row->ms : 0);
	json_w_end(&w);
	end(r, &b, &w);
	job_flush(r->j);
}

void
say_loaded(struct redflag_job *r, uint32_t ms)
{
	struct fj_buf b;
	struct json_w w;

	fj_buf_init(&b, WORKER_LINE_MAX);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_kstr(&w, "lab", r->lab == RULE_VEHICLE ? "vehicle" : r->lab == RULE_ENV ? "env" :
	    r->lab == RULE_FOOD ? "food" : "");
	json_w_kint(&w, "ms", ms);
	json_w_end(&w);
	job_result(r->j, b.p, b.n);
	fj_buf_release(&b);
	job_flush(r->j);
}
