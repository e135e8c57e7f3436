/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of a visit and their hits, read from the record. */
#include "app/flags.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/redflags_i.h"
#include "base/xalloc.h"
#include "os/fs.h"

struct flag_list {
	struct arena *mem;
	struct flag_places *places;
	struct redflag_rule **rule;
	size_t rules;
	struct redflag_hit *hit;
	size_t hits, cap;
};

/* ---- runs ---- */

const struct visit_entry *
flag_run_entry(const struct dossier *d, const struct id *run)
{
	const struct view *w = visit_now(d->v);
	const struct visit_entry *en, *found = NULL;
	size_t i;

	for (i = 0; (en = view_flag_run_at(w, i)) != NULL; i++)
		if (run == NULL || id_is_zero(run) || id_eq(&en->object, run))
			found = en;
	return found;
}

static const char *
text_of(const struct json *o, const char *key)
{
	const char *s = json_str(o, key);

	return s != NULL ? s : "";
}

static void
read_registers(struct flag_run *run, const struct json *list)
{
	struct flag_register *reg;
	const struct json *v;

	reg = xcalloc(list != NULL ? (size_t)list->count + 1 : 1, sizeof(*reg));
	run->reg = reg;
	json_each(v, list) {
		(void)!json_id(v, "evidence", &reg[run->regs].evidence);
		reg[run->regs].name = text_of(v, "name");
		reg[run->regs++].sha256 = text_of(v, "sha256");
	}
}

/* Marks of the whole visit, by rule. */
static void
count_marks(const struct view *w, const char *rule, size_t *confirmed, size_t *ruled_out)
{
	const struct target *t;
	size_t i;

	for (i = 0; (t = view_flag_at(w, i)) != NULL; i++) {
		if (t->value == NULL || t->disagree ||
		    strcmp(text_of(view_flag_body(w, &t->finding), "rule"), rule) != 0)
			continue;
		*confirmed += strcmp(t->value, "confirmed") == 0;
		*ruled_out += strcmp(t->value, "ruled-out") == 0;
	}
}

static void
read_counts(struct flag_run *run, const struct view *w, const struct json *list)
{
	struct flag_count *count;
	const struct json *v;
	int64_t n;

	count = xcalloc(list != NULL ? (size_t)list->count + 1 : 1, sizeof(*count));
	run->count = count;
	json_each(v, list) {
		struct flag_count *c = &count[run->counts++];

		c->rule = text_of(v, "rule");
		c->run = json_is_true(v, "run");
		c->hits = json_int(v, "hits", &n) && n > 0 ? (size_t)n : 0;
		c->reports = json_int(v, "reports", &n) && n > 0 ? (size_t)n : 0;
		count_marks(w, c->rule, &c->confirmed, &c->ruled_out);
		run->hits += c->hits;
	}
}

size_t
dossier_flag_runs(const struct dossier *d, struct flag_run **out)
{
	const struct view *w = visit_now(d->v);
	const struct visit_entry *en;
	struct flag_run *run;
	size_t n = 0, i;

	while (view_flag_run_at(w, n) != NULL)
		n++;
	run = xcalloc(n + 1, sizeof(*run));
	for (i = 0; i < n; i++) {
		struct flag_run *r = &run[n - 1 - i];

		en = view_flag_run_at(w, i);
		r->id = en->object;
		(void)!json_id(en->body, "results", &r->results);
		r->who = en->author.name;
		r->at = en->at;
		r->lab = text_of(en->body, "lab");
		r->pack = text_of(json_get(en->body, "pack"), "version");
		r->pack_digest = text_of(json_get(en->body, "pack"), "digest");
		read_registers(r, json_get(en->body, "registers"));
		read_counts(r, w, json_get(en->body, "rules"));
	}
	*out = run;
	return n;
}

void
flag_runs_free(struct flag_run **runs, size_t n)
{
	while (n > 0) {
		n--;
		free((void *)(uintptr_t)(*runs)[n].reg);
		free((void *)(uintptr_t)(*runs)[n].count);
	}
	free(*runs);
	*runs = NULL;
}

/* ---- the file of results ---- */

enum fj_rc
flag_results(struct dossier *d, const struct visit_entry *run, struct fj_buf *out,
    struct fj_err *e)
{
	struct id results;
	enum fj_rc rc;
	int fd;

	if (!json_id(run->body, "results", &results))
		return fj_fail(e, FJ_CORRUPT, "redflags.results", "");
	fd = fs_memfd("feijian-results");
	if (fd < 0)
		return fj_fail_errno(e, "os.write", "memory");
	rc = evidence_extract_fd(d->a->j, &results, fd, NULL, e);
	if (rc == FJ_OK && lseek(fd, 0, SEEK_SET) == 0)
		rc = fs_read_fd(fd, "redflags.jsonl", out, e);
	close(fd);
	return rc;
}

static const char *
keep(struct flag_list *l, const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);
	const char *s = v != NULL && v->type == JSON_STRING && v->len <= REDFLAG_TEXT_MAX ?
	    arena_strndup(l->mem, v->text, v->len) : NULL;

	return s != NULL ? s : "";
}

static void
take_source(struct flag_list *l, const struct json *v)
{
	const char *sha256 = text_of(v, "sha256");
	struct flag_place *p;
	int64_t number;

	if (l->places->n == REDFLAG_SOURCES_MAX || !json_int(v, "number", &number) ||
	    number < 0 || number > UINT32_MAX || strlen(sha256) > HASH_TEXT)
		return;
	p = &l->places->place[l->places->n++];
	p->number = (uint32_t)number;
	p->file = keep(l, v, "file");
	p->sheet = keep(l, v, "sheet");
	memcpy(p->sha256, sha256, strlen(sha256) + 1);
}

static void
take_why(struct redflag_rule *p, const struct json *v)
{
	const char *arg[FJ_ERR_ARGS] = {"", "", "", "", "", ""};
	char kinds[FJ_ERR_ARGS + 1] = "";
	const struct json *a;
	int n = 0;

	json_each(a, json_get(v, "args"))
		if (n < FJ_ERR_ARGS && json_text(a) != NULL) {
			arg[n] = json_text(a);
			kinds[n++] = 's';
		}
	(void)!fj_fail(&p->why, FJ_REFUSED, text_of(v, "code"), kinds, arg[0], arg[1], arg[2],
	    arg[3], arg[4], arg[5]);
}

static void
take_words(struct flag_list *l, struct redflag_rule *p, const struct json *v)
{
	const struct json *c;

	p->id = keep(l, v, "id");
	p->title_zh = keep(l, v, "title_zh");
	p->title_en = keep(l, v, "title_en");
	p->false_alarms_zh = keep(l, v, "false_alarms_zh");
	p->false_alarms_en = keep(l, v, "false_alarms_en");
	p->verify_zh = keep(l, v, "verify_zh");
	p->verify_en = keep(l, v, "verify_en");
	p->needs = keep(l, v, "needs");
	json_each(c, json_get(v, "clauses"))
		if (p->clauses < REDFLAGS_CLAUSES && json_text(c) != NULL)
			p->clause[p->clauses++] = arena_strndup(l->mem, c->text, c->len);
}

static int
small(const struct json *v, const char *key)
{
	int64_t n;

	return json_int(v, key, &n) && n > 0 && n <= 2000000000 ? (int)n : 0;
}

static void
take_rule(struct flag_list *l, const struct json *v)
{
	const char *grade = text_of(v, "grade");
	struct redflag_rule *p;

	if (l->rules == REDFLAG_RULES_MAX)
		return;
	p = arena_alloc(l->mem, sizeof(*p));
	if (p == NULL)
		return;
	l->rule[l->rules++] = p;
	take_words(l, p, v);
	p->version = small(v, "version");
	p->grade = grade[0] == 'A' || grade[0] == 'B' ? grade[0] : 'C';
	p->pair = json_is_true(v, "pair");
	p->own = json_is_true(v, "own");
	p->status = json_is_true(v, "run") ? REDFLAG_RUN : REDFLAG_NOT_RUN;
	p->hits = (size_t)small(v, "hits");
	p->reports = (size_t)small(v, "reports");
	if (p->status == REDFLAG_NOT_RUN)
		take_why(p, v);
}

static void
take_hit(struct flag_list *l, const struct json *v)
{
	const char *rule = text_of(v, "rule");
	struct redflag_hit *h;
	size_t i;

	for (i = 0; i < l->rules && strcmp(l->rule[i]->id, rule) != 0; i++)
		continue;
	if (i == l->rules || l->hits >= REDFLAG_HITS_MAX)
		return;
	if (l->hits == l->cap) {
		l->cap = l->cap > 0 ? 2 * l->cap : 256;
		l->hit = xrealloc(l->hit, l->cap, sizeof(*l->hit));
	}
	h = &l->hit[l->hits++];
	memset(h, 0, sizeof(*h));
	h->rule = l->rule[i];
	h->subject = keep(l, v, "subject");
	h->report_no = keep(l, v, "report_no");
	h->src = keep(l, v, "src");
	h->detail = keep(l, v, "detail");
	h->measure = (double)NAN;
	(void)!json_double_value(json_get(v, "measure"), &h->measure);
	h->why = h->who = "";
	h->places = l->places;
	flag_id(l->places, rule, h->subject, h->src, &h->id);
}

/* Lines of a newer version have members that are passed over here. */
static void
take_line(struct flag_list *l, const char *p, size_t n)
{
	struct json_doc *d = NULL;
	const struct json *root;

	if (json_parse(p, n, &d, NULL) != FJ_OK)
		return;
	root = json_root(d);
	if (json_get(root, "source") != NULL)
		take_source(l, json_get(root, "source"));
	else if (json_get(root, "rule") != NULL)
		take_rule(l, json_get(root, "rule"));
	else if (json_get(root, "hit") != NULL)
		take_hit(l, json_get(root, "hit"));
	json_free(&d);
}

enum fj_rc
dossier_flags(struct dossier *d, const struct id *run, struct flag_list **out,
    struct fj_err *e)
{
	const struct visit_entry *en = flag_run_entry(d, run);
	struct flag_list *l;
	struct fj_buf all;
	size_t at = 0, i;
	enum fj_rc rc;

	*out = NULL;
	if (en == NULL)
		return fj_fail(e, FJ_NOTFOUND, "redflags.no-run", "");
	fj_buf_init(&all, FLAG_RESULTS_MAX);
	rc = flag_results(d, en, &all, e);
	if (rc != FJ_OK) {
		fj_buf_release(&all);
		return rc;
	}
	l = xcalloc(1, sizeof(*l));
	l->mem = arena_new(1 << 30);
	l->places = xcalloc(1, sizeof(*l->places));
	l->places->run = en->object;
	l->rule = xcalloc(REDFLAG_RULES_MAX, sizeof(struct redflag_rule *));
	while (at < all.n) {
		const char *end = memchr(all.p + at, '\n', all.n - at);
		size_t n = end != NULL ? (size_t)(end - all.p) - at : all.n - at;

		take_line(l, all.p + at, n);
		at += n + 1;
	}
	fj_buf_release(&all);
	for (i = 0; i < l->hits; i++)
		flag_mark_read(&l->hit[i], visit_now(d->v), l->mem);
	*out = l;
	return FJ_OK;
}

void
flag_list_free(struct flag_list **l)
{
	if (*l == NULL)
		return;
	arena_free(&(*l)->mem);
	free((*l)->places);
	free((*l)->rule);
	free((*l)->hit);
	free(*l);
	*l = NULL;
}

size_t
flag_list_count(const struct flag_list *l)
{
	return l->hits;
}

const struct redflag_hit *
flag_list_at(const struct flag_list *l, size_t i)
{
	return i < l->hits ? &l->hit[i] : NULL;
}

size_t
flag_list_rules(const struct flag_list *l)
{
	return l->rules;
}

const struct redflag_rule *
flag_list_rule(const struct flag_list *l, size_t i)
{
	return i < l->rules ? l->rule[i] : NULL;
}

enum fj_rc
flag_list_find(const struct flag_list *l, const char *prefix, const struct redflag_hit **out,
    struct fj_err *e)
{
	const struct redflag_hit *found = NULL;
	size_t i;

	*out = NULL;
	if (strlen(prefix) < 4)
		return fj_fail(e, FJ_AMBIGUOUS, "app.short-id", "s", prefix);
	for (i = 0; i < l->hits; i++) {
		if (!id_has_prefix(&l->hit[i].id, prefix) ||
		    (found != NULL && id_eq(&found->id, &l->hit[i].id)))
			continue;
		if (found != NULL)
			return fj_fail(e, FJ_AMBIGUOUS, "redflags.ambiguous", "s", prefix);
		found = &l->hit[i];
	}
	*out = found;
	return found != NULL ? FJ_OK : fj_fail(e, FJ_NOTFOUND, "redflags.no-flag", "s", prefix);
}
