/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/redflag_out.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/out.h"

/* ---- hits ---- */

static const struct redflag_source *
source_of(const struct redflags *r, uint32_t number)
{
	size_t i;

	for (i = 0; i < redflags_sources(r); i++)
		if (redflags_source(r, i)->number == number)
			return redflags_source(r, i);
	return NULL;
}

static void
put_src(struct json_w *w, const struct redflags *r, const struct redflag_hit *h)
{
	struct redflag_src src[REDFLAGS_SRC];
	size_t n = redflag_hit_src(h, src, REDFLAGS_SRC), i;

	json_w_key(w, "src");
	json_w_arr(w);
	for (i = 0; i < n && i < REDFLAGS_SRC; i++) {
		const struct redflag_source *s = source_of(r, src[i].source);

		json_w_obj(w);
		json_w_kstr(w, "file", s != NULL ? s->file : "");
		if (s != NULL && s->sheet[0] != '\0')
			json_w_kstr(w, "sheet", s->sheet);
		json_w_kint(w, "row", src[i].row);
		json_w_kstr(w, "table", src[i].table);
		json_w_end(w);
	}
	json_w_end(w);
}

void
redflag_out_json(struct cli *c, const struct redflags *r, const struct redflag_hit *h)
{
	char grade[2] = {h->rule->grade, '\0'};
	struct out_json j;
	int i;

	out_json_begin(&j);
	json_w_obj(&j.w);
	json_w_kstr(&j.w, "rule", h->rule->id);
	json_w_kstr(&j.w, "grade", grade);
	json_w_key(&j.w, "clauses");
	json_w_arr(&j.w);
	for (i = 0; i < h->rule->clauses; i++)
		json_w_str(&j.w, h->rule->clause[i]);
	json_w_end(&j.w);
	json_w_kstr(&j.w, "subject", h->subject);
	json_w_key(&j.w, "report_no");
	if (h->report_no[0] != '\0')
		json_w_str(&j.w, h->report_no);
	else
		json_w_null(&j.w);
	put_src(&j.w, r, h);
	json_w_key(&j.w, "measure");
	if (h->measure <= 0 || h->measure > 0)
		json_w_double(&j.w, h->measure);
	else
		json_w_null(&j.w);
	json_w_kstr(&j.w, "detail", h->detail);
	json_w_end(&j.w);
	out_json_end(c, &j);
}

static void
tsv_cell(FILE *f, const char *s)
{
	for (; *s != '\0'; s++)
		fputc(*s == '\t' || *s == '\n' || *s == '\r' ? ' ' : *s, f);
}

void
redflag_out_tsv(struct cli *c, const struct redflag_hit *h)
{
	const char *cell[] = {h->rule->id, h->subject, h->report_no, h->src, h->detail};
	size_t i;

	for (i = 0; i < sizeof(cell) / sizeof(cell[0]); i++) {
		if (i > 0)
			fputc('\t', c->out);
		tsv_cell(c->out, cell[i]);
	}
	fputc('\n', c->out);
}

/* ---- the summary ---- */

static void
say(struct cli *c, const struct fj_err *e, struct fj_buf *b)
{
	fj_buf_clear(b);
	msg_say(c->msg, e, b);
}

static void
put_rules(struct cli *c, const struct redflags *r, struct json_w *w)
{
	struct fj_buf why;
	size_t i;

	fj_buf_init(&why, LIMIT_VALUE_BYTES);
	json_w_key(w, "rules");
	json_w_arr(w);
	for (i = 0; i < redflags_rules(r); i++) {
		const struct redflag_rule *p = redflags_rule(r, i);

		json_w_obj(w);
		json_w_kstr(w, "rule", p->id);
		json_w_kstr(w, "status", p->status == REDFLAG_RUN ? "run" : "not_run");
		if (p->status != REDFLAG_RUN) {
			say(c, &p->why, &why);
			json_w_kstr(w, "why", why.p);
			json_w_kstr(w, "code", p->why.code);
		}
		json_w_kint(w, "hits", (int64_t)p->hits);
		json_w_kint(w, "reports", (int64_t)p->reports);
		json_w_kint(w, "ms", p->ms);
		json_w_end(w);
	}
	json_w_end(w);
	fj_buf_release(&why);
}

static void
put_faults(struct cli *c, const struct redflags *r, struct json_w *w)
{
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	json_w_key(w, "faults");
	json_w_arr(w);
	for (i = 0; i < redflags_faults(r); i++) {
		const struct redflag_fault *f = redflags_fault(r, i);

		say(c, &f->err, &b);
		json_w_obj(w);
		json_w_kstr(w, "file", f->file);
		if (f->sheet[0] != '\0')
			json_w_kstr(w, "sheet", f->sheet);
		json_w_kint(w, "row", f->row);
		json_w_kint(w, "column", f->column);
		json_w_kbool(w, "rejected", f->rejected);
		json_w_kstr(w, "code", f->err.code);
		json_w_kstr(w, "message", b.p);
		json_w_end(w);
	}
	json_w_end(w);
	fj_buf_release(&b);
}

static void
put_import(const struct redflags *r, struct json_w *w)
{
	size_t i, k;

	json_w_key(w, "import");
	json_w_arr(w);
	for (i = 0; i < redflags_sources(r); i++) {
		const struct redflag_source *s = redflags_source(r, i);

		json_w_obj(w);
		json_w_kstr(w, "file", s->file);
		if (s->sheet[0] != '\0')
			json_w_kstr(w, "sheet", s->sheet);
		json_w_kstr(w, "table", s->table);
		json_w_kint(w, "rows", (int64_t)s->rows);
		json_w_kint(w, "rejected", (int64_t)s->rejected);
		json_w_kint(w, "skipped", (int64_t)s->skipped);
		json_w_kint(w, "cells", (int64_t)s->cells);
		json_w_key(w, "unmapped");
		json_w_arr(w);
		for (k = 0; k < s->nunmapped; k++)
			json_w_str(w, s->unmapped[k]);
		json_w_end(w);
		json_w_end(w);
	}
	json_w_end(w);
}

static void
put_bureau(struct cli *c, const struct redflags *r, struct json_w *w)
{
	struct fj_buf why;
	size_t i;

	json_w_key(w, "published");
	json_w_arr(w);
	for (i = 0; i < redflags_bureaus(r); i++) {
		const struct redflag_bureau *p = redflags_bureau(r, i);

		json_w_obj(w);
		json_w_kstr(w, "name", p->name);
		json_w_kstr(w, "version", p->version);
		out_khash(w, "digest", &p->digest);
		json_w_kint(w, "rules", (int64_t)p->rules);
		if (p->why.rc != FJ_OK) {
			fj_buf_init(&why, 4096);
			msg_say(c->msg, &p->why, &why);
			json_w_kstr(w, "error", p->why.code);
			json_w_kstr(w, "message", why.p);
			fj_buf_release(&why);
		}
		json_w_end(w);
	}
	json_w_end(w);
}

void
redflag_out_summary(struct cli *c, const struct redflags *r, const struct id *run)
{
	struct redflag_pack pack;
	struct out_json j;

	redflags_pack(r, &pack);
	out_json_begin(&j);
	json_w_obj(&j.w);
	put_rules(c, r, &j.w);
	put_import(r, &j.w);
	put_faults(c, r, &j.w);
	json_w_kstr(&j.w, "lab", redflags_lab(r));
	json_w_kstr(&j.w, "pack", pack.version);
	out_khash(&j.w, "digest", &pack.digest);
	json_w_kbool(&j.w, "trusted", pack.trusted);
	put_bureau(c, r, &j.w);
	out_kid(&j.w, "run", run);
	json_w_kint(&j.w, "ms", redflags_ms(r));
	json_w_end(&j.w);
	out_json_end(c, &j);
}
