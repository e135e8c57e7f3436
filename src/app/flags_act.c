/* SPDX-License-Identifier: Apache-2.0 */
/* What a member makes of a flag: confirmed, ruled out, a draft finding. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/redflags_i.h"
#include "base/limits.h"
#include "base/xalloc.h"

enum {
	MARK_BYTES = 64 << 10,
	EXTRACT_BYTES = 8 << 20,
	FACTS_BYTES = 8 << 10,
};

/* ---- marks ---- */

static const char *
mark_value(enum redflag_mark m)
{
	return m == REDFLAG_CONFIRMED ? "confirmed" : m == REDFLAG_RULED_OUT ? "ruled-out" :
	    "open";
}

enum fj_rc
dossier_flag_mark(struct dossier *d, const struct redflag_hit *h, enum redflag_mark mark,
    const char *why, struct fj_err *e)
{
	struct command c = {.op = OP_FLAG_SET, .object = h->id, .value = mark_value(mark),
	    .why = why};
	const struct target *t;
	struct fj_buf text;
	struct json_w w;
	bool changed;
	enum fj_rc rc;

	if (id_is_zero(&h->id) || mark == REDFLAG_DISPUTED)
		return fj_fail(e, FJ_REFUSED, "redflags.no-visit", "");
	rc = dossier_refresh(d, &changed, e);
	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&text, MARK_BYTES);
	json_w_init(&w, &text);
	json_w_obj(&w);
	json_w_kstr(&w, "rule", h->rule->id);
	json_w_kstr(&w, "subject", h->subject);
	if (h->report_no[0] != '\0')
		json_w_kstr(&w, "report_no", h->report_no);
	json_w_key(&w, "src");
	flag_src_write(&w, h->places, h->src);
	json_w_kstr(&w, "detail", h->detail);
	json_w_end(&w);
	c.text = text.p;
	t = view_flag(visit_now(d->v), &h->id);
	if (dossier_others_value(d, t, c.value) != NULL) {
		c.op = OP_RESOLVE;
		c.flag = true;
	}
	rc = fj_buf_over(&text) ? fj_fail(e, FJ_LIMIT, "app.text-too-long", "d", MARK_BYTES) :
	    dossier_act1(d, &c, e);
	fj_buf_release(&text);
	return rc;
}

/* ---- the extract ---- */

static void
csv_cell(struct fj_buf *b, const char *s, bool first)
{
	if (!first)
		fj_buf_putc(b, ',');
	if (strpbrk(s, ",\"\r\n") == NULL) {
		fj_buf_puts(b, s);
		return;
	}
	fj_buf_putc(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			fj_buf_putc(b, '"');
		fj_buf_putc(b, *s);
	}
	fj_buf_putc(b, '"');
}

/* One row as it stands in its file, its headers above it.  What begins a formula in a
 * table program stays as it was seized: this is evidence, not a form. */
static void
csv_row(struct fj_buf *b, const struct redflag_row *row)
{
	char number[16];
	size_t i;

	fj_buf_puts(b, "文件,工作表,行号");
	for (i = 0; i < row->cells; i++)
		csv_cell(b, row->cell[i].header, false);
	fj_buf_puts(b, "\r\n");
	csv_cell(b, row->file, true);
	csv_cell(b, row->sheet, false);
	snprintf(number, sizeof(number), "%u", row->row);
	csv_cell(b, number, false);
	for (i = 0; i < row->cells; i++)
		csv_cell(b, row->cell[i].text, false);
	fj_buf_puts(b, "\r\n");
}

static enum fj_rc
make_extract(struct redflags *r, const struct redflag_hit *h, struct fj_buf *out,
    struct fj_err *e)
{
	struct redflag_rows *rows = NULL;
	enum fj_rc rc = redflags_rows(r, h->src, &rows, e);
	size_t i;

	if (rc != FJ_OK)
		return rc;
	fj_buf_puts(out, "\xef\xbb\xbf");	/* so that Excel reads it as UTF-8 */
	for (i = 0; i < redflag_rows_count(rows); i++)
		csv_row(out, redflag_rows_at(rows, i));
	redflag_rows_free(&rows);
	return fj_buf_over(out) ? fj_fail(e, FJ_LIMIT, "redflags.extract", "d", EXTRACT_BYTES) :
	    FJ_OK;
}

/* ---- the finding ---- */

/* Where to look, as plain facts: no lead, no judgement. */
static void
put_facts(const struct redflag_hit *h, int which, struct fj_buf *out)
{
	struct redflag_src src[REDFLAGS_SRC];
	size_t n = redflag_hit_src(h, src, REDFLAGS_SRC), i;

	if (n > REDFLAGS_SRC)
		n = REDFLAGS_SRC;
	for (i = 0; i < n; i++) {
		const struct flag_place *p = flag_place(h->places, src[i].source);

		if (which > 0 && (size_t)which != i + 1)
			continue;
		fj_buf_puts(out, out->n > 0 ? "；" : "");
		fj_buf_printf(out, "%s", p != NULL ? p->file : src[i].table);
		if (p != NULL && p->sheet[0] != '\0')
			fj_buf_printf(out, "（%s）", p->sheet);
		fj_buf_printf(out, "第 %u 行", src[i].row);
	}
}

/* Clauses of the rule that the law's data have and this kind of visit may cite. */
static void
put_clauses(const struct dossier *d, const struct redflag_hit *h, struct fj_buf *out)
{
	const struct visit_kind *k = visit_facts(d->v)->kind;
	int i;

	if (k != NULL && !k->findings)
		return;
	for (i = 0; i < h->rule->clauses; i++)
		if (clauses_find(shelf_clauses(d->a->shelf), h->rule->clause[i]) != NULL) {
			fj_buf_puts(out, out->n > 0 ? " " : "");
			fj_buf_puts(out, h->rule->clause[i]);
		}
}

static enum fj_rc
make_finding(struct dossier *d, const struct redflag_hit *h, int which, struct id *finding,
    struct fj_err *e)
{
	char flag[ID_TEXT + 1];
	struct finding_field f[6];
	struct fj_buf facts, clauses;
	size_t n = 0;
	enum fj_rc rc;

	id_format(&h->id, flag);
	fj_buf_init(&facts, FACTS_BYTES);
	fj_buf_init(&clauses, 1024);
	fj_buf_puts(&facts, "");
	put_facts(h, which, &facts);
	put_clauses(d, h, &clauses);
	f[n++] = (struct finding_field){"title",
	    strcmp(app_lang(d->a), "en") == 0 ? h->rule->title_en : h->rule->title_zh};
	f[n++] = (struct finding_field){"flags", flag};
	f[n++] = (struct finding_field){"stage", "lead"};
	if (facts.n > 0)
		f[n++] = (struct finding_field){"facts", facts.p};
	if (clauses.n > 0)
		f[n++] = (struct finding_field){"clauses", clauses.p};
	if (h->report_no[0] != '\0')
		f[n++] = (struct finding_field){"reports", h->report_no};
	memset(finding, 0, sizeof(*finding));
	rc = dossier_finding_set(d, finding, f, n, NULL, e);
	fj_buf_release(&facts);
	fj_buf_release(&clauses);
	return rc;
}

static enum fj_rc
draft(struct dossier *d, struct redflags *r, const struct redflag_hit *h, int which,
    struct id *finding, struct fj_err *e)
{
	struct flag_file file = {.how = "extract", .finding = finding};
	char shown[ID_SHOWN + 1], name[64];
	struct fj_buf csv;
	struct id evidence;
	enum fj_rc rc;

	id_format_short(&h->id, shown);
	snprintf(name, sizeof(name), "登记表摘录-%s.csv", shown);
	fj_buf_init(&csv, EXTRACT_BYTES);
	/* The rows first: what cannot be read makes no finding. */
	rc = make_extract(r, h, &csv, e);
	if (rc == FJ_OK)
		rc = make_finding(d, h, which, finding, e);
	file.name = name;
	file.bytes = &csv;
	if (rc == FJ_OK && redflag_hit_src(h, NULL, 0) > 0)
		rc = flag_evidence(d, &file, NULL, &evidence, e);
	fj_buf_release(&csv);
	return rc;
}

/* A session that only loads. */
static enum fj_rc
session_of(struct dossier *d, const struct redflag_hit *h, struct redflags **out,
    struct fj_err *e)
{
	enum fj_rc rc = redflags_again(d, &h->places->run, true, out, e);

	if (rc != FJ_OK)
		return rc;
	(*out)->norules = true;
	rc = redflags_start(*out, e);
	return rc == FJ_OK ? redflags_wait(*out, REDFLAGS_READY, e) : rc;
}

enum fj_rc
dossier_flag_rows(struct dossier *d, const struct redflag_hit *h, struct redflags **r,
    struct redflag_rows **rows, struct fj_err *e)
{
	enum fj_rc rc;

	*r = NULL;
	*rows = NULL;
	rc = session_of(d, h, r, e);
	return rc == FJ_OK ? redflags_rows(*r, h->src, rows, e) : rc;
}

enum fj_rc
dossier_flag_draft(struct dossier *d, struct redflags *r, const struct redflag_hit *h,
    int which, struct id *finding, struct fj_err *e)
{
	struct redflags *own = NULL;
	struct actor me;
	bool changed;
	enum fj_rc rc = dossier_refresh(d, &changed, e);

	if (rc != FJ_OK)
		return rc;
	if (id_is_zero(&h->id))
		return fj_fail(e, FJ_REFUSED, "redflags.no-visit", "");
	app_actor(d->a, &me);
	if (!decide_may(d->v, &me, OP_FINDING_SET, e))
		return e != NULL && e->rc != FJ_OK ? e->rc : FJ_REFUSED;
	if (r == NULL) {
		rc = session_of(d, h, &own, e);
		r = own;
	}
	if (rc == FJ_OK)
		rc = draft(d, r, h, which, finding, e);
	redflags_free(&own);
	return rc;
}
