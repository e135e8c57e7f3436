/* SPDX-License-Identifier: Apache-2.0 */
/* Reports to pull from the archive; how often rules were right. */
#include <stdlib.h>
#include <string.h>

#include "app/redflags_i.h"
#include "base/map.h"
#include "base/xalloc.h"
#include "crypto/crypto.h"

enum {
	SAMPLE_BYTES = 16 << 20,
	SEED_BYTES = 200,
	TEXT_BYTES = 512 << 10,
	RATES_MAX = 400,
};

/* ---- choosing ---- */

struct choice {
	struct redflag_pull pull;
	struct hash draw;
	char rules[120];		/* " R03 R11"; cut at a whole one */
};

static void
add_rule(struct choice *c, const char *rule)
{
	size_t n = strlen(c->rules), k = strlen(rule);
	char word[40];

	if (k + 3 > sizeof(word) || n + k + 2 > sizeof(c->rules))
		return;
	word[0] = ' ';
	memcpy(word + 1, rule, k + 1);
	if (strstr(c->rules, word) == NULL)
		memcpy(c->rules + n, word, k + 2);
}

static void
count(struct choice *c, const struct redflag_hit *h)
{
	if (h->mark == REDFLAG_RULED_OUT)
		return;
	c->pull.a += h->rule->grade == 'A';
	c->pull.b += h->rule->grade == 'B';
	c->pull.c += h->rule->grade == 'C';
	add_rule(c, h->rule->id);
}

static int
worst_first(const void *a, const void *b)
{
	const struct choice *x = *(struct choice *const *)a, *y = *(struct choice *const *)b;

	if (x->pull.a != y->pull.a)
		return x->pull.a > y->pull.a ? -1 : 1;
	if (x->pull.b != y->pull.b)
		return x->pull.b > y->pull.b ? -1 : 1;
	if (x->pull.c != y->pull.c)
		return x->pull.c > y->pull.c ? -1 : 1;
	return strcmp(x->pull.report_no, y->pull.report_no);
}

static int
by_draw(const void *a, const void *b)
{
	const struct choice *x = *(struct choice *const *)a, *y = *(struct choice *const *)b;

	return hash_cmp(&x->draw, &y->draw);
}

/* The place of a report in the draw: by its number and the seed alone. */
static void
draw(struct choice *c, const char *seed)
{
	struct part part[] = {{seed, strlen(seed) + 1},
	    {c->pull.report_no, strlen(c->pull.report_no)}};

	suite_hash_parts(SUITE_1, part, 2, &c->draw);
}

static size_t
collect(const struct flag_list *l, struct choice ***out)
{
	struct map *by_report = map_new();
	struct choice **list = xcalloc(flag_list_count(l) + 1, sizeof(*list)), *c;
	size_t n = 0, i;

	for (i = 0; i < flag_list_count(l); i++) {
		const struct redflag_hit *h = flag_list_at(l, i);

		if (h->report_no[0] == '\0')
			continue;
		c = map_get(by_report, h->report_no, strlen(h->report_no));
		if (c == NULL) {
			c = xcalloc(1, sizeof(*c));
			c->pull.report_no = h->report_no;
			(void)map_put(by_report, h->report_no, strlen(h->report_no), c);
			list[n++] = c;
		}
		count(c, h);
	}
	map_free(&by_report, NULL);
	*out = list;
	return n;
}

/* Those whose flags were all ruled out are not pulled. */
static size_t
drop_idle(struct choice **list, size_t n)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (list[i]->pull.a + list[i]->pull.b + list[i]->pull.c > 0)
			list[k++] = list[i];
		else
			free(list[i]);
	}
	return k;
}

static size_t
put(struct fj_buf *b, const char *s)
{
	size_t at = b->n;

	fj_buf_add(b, s, strlen(s) + 1);
	return at;
}

enum fj_rc
flag_list_sample(const struct flag_list *l, size_t n, const char *seed,
    struct redflag_sample *out, struct fj_err *e)
{
	struct choice **list;
	size_t *at, i;

	memset(out, 0, sizeof(*out));
	if (n == 0 || (seed != NULL && strlen(seed) > SEED_BYTES))
		return fj_fail(e, FJ_INVAL, "redflags.sample", "d", SEED_BYTES);
	out->of = collect(l, &list);
	out->of = drop_idle(list, out->of);
	for (i = 0; seed != NULL && i < out->of; i++)
		draw(list[i], seed);
	if (out->of > 1)
		qsort(list, out->of, sizeof(*list), seed != NULL ? by_draw : worst_first);
	out->n = n < out->of ? n : out->of;
	out->pull = xcalloc(out->n + 1, sizeof(*out->pull));
	at = xcalloc(2 * out->n + 1, sizeof(*at));
	fj_buf_init(&out->text, SAMPLE_BYTES);
	for (i = 0; i < out->n; i++) {
		out->pull[i] = list[i]->pull;
		at[2 * i] = put(&out->text, list[i]->pull.report_no);
		at[2 * i + 1] = put(&out->text, list[i]->rules[0] != '\0' ? list[i]->rules + 1 : "");
	}
	for (i = 0; i < out->n; i++) {
		out->pull[i].report_no = out->text.p + at[2 * i];
		out->pull[i].rules = out->text.p + at[2 * i + 1];
	}
	for (i = 0; i < out->of; i++)
		free(list[i]);
	free(list);
	free(at);
	return FJ_OK;
}

void
redflag_sample_release(struct redflag_sample *s)
{
	free(s->pull);
	fj_buf_release(&s->text);
	memset(s, 0, sizeof(*s));
}

enum fj_rc
dossier_flag_sample(struct dossier *d, const struct redflag_sample *s, const char *seed,
    struct fj_err *e)
{
	const struct visit_entry *run = flag_run_entry(d, NULL);
	struct command c = {.op = OP_FLAG_SAMPLE};
	struct fj_buf text;
	struct json_w w;
	enum fj_rc rc;
	size_t i;

	if (run == NULL)
		return fj_fail(e, FJ_NOTFOUND, "redflags.no-run", "");
	fj_buf_init(&text, TEXT_BYTES);
	json_w_init(&w, &text);
	json_w_obj(&w);
	json_w_kint(&w, "n", (int64_t)s->n);
	json_w_kint(&w, "of", (int64_t)s->of);
	json_w_kstr(&w, "seed", seed);
	json_w_key(&w, "reports");
	json_w_arr(&w);
	for (i = 0; i < s->n; i++)
		json_w_str(&w, s->pull[i].report_no);
	json_w_end(&w);
	json_w_end(&w);
	c.object = run->object;
	c.text = text.p;
	rc = fj_buf_over(&text) ? fj_fail(e, FJ_LIMIT, "app.text-too-long", "d", TEXT_BYTES) :
	    dossier_act1(d, &c, e);
	fj_buf_release(&text);
	return rc;
}

/* ---- rates ---- */

struct rates {
	struct redflag_rate *row;
	size_t n;
};

static struct redflag_rate *
rate_of(struct rates *t, const char *rule)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->row[i].rule, rule) == 0)
			return &t->row[i];
	if (t->n == RATES_MAX || strlen(rule) >= sizeof(t->row->rule) || rule[0] == '\0')
		return NULL;
	memcpy(t->row[t->n].rule, rule, strlen(rule) + 1);
	return &t->row[t->n++];
}

static void
add_runs(struct rates *t, const struct dossier *d)
{
	struct flag_run *runs;
	size_t n = dossier_flag_runs(d, &runs), k;

	/* The newest run stands for the visit: others looked at the same registers. */
	for (k = 0; n > 0 && k < runs[0].counts; k++) {
		struct redflag_rate *r = rate_of(t, runs[0].count[k].rule);

		if (r != NULL && runs[0].count[k].run) {
			r->runs++;
			r->hits += runs[0].count[k].hits;
		}
	}
	flag_runs_free(&runs, n);
}

static void
add_marks(struct rates *t, const struct dossier *d)
{
	const struct view *w = visit_now(d->v);
	const struct target *flag;
	size_t i;

	for (i = 0; (flag = view_flag_at(w, i)) != NULL; i++) {
		const char *rule = json_str(view_flag_body(w, &flag->finding), "rule");
		struct redflag_rate *r = rate_of(t, rule != NULL ? rule : "");

		if (r == NULL || flag->value == NULL || flag->disagree)
			continue;
		r->confirmed += strcmp(flag->value, "confirmed") == 0;
		r->ruled_out += strcmp(flag->value, "ruled-out") == 0;
		r->drafted += view_flag_finding(w, &flag->finding) != NULL;
	}
}

static int
by_rule(const void *a, const void *b)
{
	const struct redflag_rate *x = a, *y = b;

	return strcmp(x->rule, y->rule);
}

enum fj_rc
app_redflag_rates(struct app *a, struct redflag_rate **out, size_t *n, struct fj_err *e)
{
	const struct app_row *const *rows;
	struct rates t = {.row = NULL};
	size_t count_rows, i;
	struct id *ids;
	bool changed;
	enum fj_rc rc = app_refresh(a, &changed, e);

	*out = NULL;
	*n = 0;
	if (rc != FJ_OK)
		return rc;
	t.row = xcalloc(RATES_MAX, sizeof(*t.row));
	/* Rows live until the next act; an opening is none, but a refresh may be. */
	count_rows = app_rows(a, &rows);
	ids = xcalloc(count_rows + 1, sizeof(*ids));
	for (i = 0; i < count_rows; i++)
		ids[i] = rows[i]->id;
	for (i = 0; rc == FJ_OK && i < count_rows; i++) {
		struct dossier *d = NULL;

		rc = dossier_open(a, &ids[i], &d, e);
		if (rc != FJ_OK)
			break;
		add_runs(&t, d);
		add_marks(&t, d);
		dossier_close(&d);
	}
	free(ids);
	if (t.n > 1)
		qsort(t.row, t.n, sizeof(*t.row), by_rule);
	*out = t.row;
	*n = t.n;
	if (rc != FJ_OK) {
		free(t.row);
		*out = NULL;
		*n = 0;
	}
	return rc;
}
