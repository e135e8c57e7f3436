/* SPDX-License-Identifier: Apache-2.0 */
/* What the helper tells of a screening, behind a strict gate (RF1). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/redflags_i.h"
#include "base/xalloc.h"

enum {
	COUNT_MAX = 2000000000,
	UNMAPPED_MAX = 20000,
};

/* ---- pieces ---- */

/* A string of the helper, kept; NULL: too long, or no memory is left for it. */
static const char *
keep(struct redflags *r, const struct json *v)
{
	if (v == NULL || v->type != JSON_STRING || v->len > REDFLAG_TEXT_MAX)
		return NULL;
	return arena_strndup(r->mem, v->text, v->len);
}

static bool
keep_member(struct redflags *r, const struct json *o, const char *key, const char **out)
{
	*out = keep(r, json_get(o, key));
	return *out != NULL;
}

static bool
count_of(const struct json *o, const char *key, int64_t *out)
{
	return json_int(o, key, out) && *out >= 0 && *out <= COUNT_MAX;
}

static bool
code_of(const struct json *o, enum fj_rc rc, struct fj_err *out)
{
	const char *code = json_str(o, "code"), *arg[FJ_ERR_ARGS] = {"", "", "", "", "", ""};
	const struct json *a;
	char kinds[FJ_ERR_ARGS + 1] = "";
	int n = 0;

	if (code == NULL || strlen(code) >= sizeof(out->code) || strchr(code, '.') == NULL ||
	    code[strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-.")] != '\0')
		return false;
	json_each(a, json_get(o, "args")) {
		if (n == FJ_ERR_ARGS || json_text(a) == NULL)
			return false;
		arg[n] = json_text(a);
		kinds[n++] = 's';
	}
	(void)!fj_fail(out, rc, code, kinds, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
	return true;
}

static struct session_rule *
rule_of(const struct redflags *r, const char *id)
{
	size_t i;

	for (i = 0; id != NULL && i < r->rules; i++)
		if (strcmp(r->rule[i]->pub.id, id) == 0)
			return r->rule[i];
	return NULL;
}

/* ---- rules ---- */

static bool
id_is_plain(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n < 24 && id[strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

static bool
take_clauses(struct redflags *r, struct redflag_rule *p, const struct json *list)
{
	const struct json *c;

	json_each(c, list) {
		if (p->clauses == REDFLAGS_CLAUSES)
			return false;
		p->clause[p->clauses] = keep(r, c);
		if (p->clause[p->clauses++] == NULL)
			return false;
	}
	return true;
}

static bool
take_words(struct redflags *r, struct redflag_rule *p, const struct json *v)
{
	const struct {
		const char *key, **to;
	} words[] = {
		{"id", &p->id}, {"title_zh", &p->title_zh}, {"title_en", &p->title_en},
		{"needs", &p->needs}, {"false_alarms_zh", &p->false_alarms_zh},
		{"false_alarms_en", &p->false_alarms_en}, {"verify_zh", &p->verify_zh},
		{"verify_en", &p->verify_en},
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!keep_member(r, v, words[i].key, words[i].to))
			return false;
	return id_is_plain(p->id) && rule_of(r, p->id) == NULL;
}

static bool
take_rule(struct redflags *r, const struct json *v)
{
	const char *grade = json_str(v, "grade");
	struct session_rule *s;
	int64_t version = 0;
	size_t at;

	if (r->state != REDFLAGS_READING || r->rules == REDFLAG_RULES_MAX || grade == NULL ||
	    strlen(grade) != 1 || strchr("ABC", grade[0]) == NULL)
		return false;
	s = xcalloc(1, sizeof(*s));
	if (!take_words(r, &s->pub, v) || !count_of(v, "version", &version) ||
	    !take_clauses(r, &s->pub, json_get(v, "clauses"))) {
		free(s);
		return false;
	}
	s->pub.version = (int)version;
	s->pub.grade = grade[0];
	s->pub.pair = json_is_true(v, "pair");
	s->pub.own = json_is_true(v, "own");
	for (at = r->rules; at > 0 && strcmp(r->rule[at - 1]->pub.id, s->pub.id) > 0; at--)
		r->rule[at] = r->rule[at - 1];
	r->rule[at] = s;
	r->rules++;
	return true;
}

/* Some rules run while other registers are still being read. */
static bool
rules_run(const struct redflags *r)
{
	return r->state == REDFLAGS_LOADING || r->state == REDFLAGS_RUNNING;
}

static bool
take_ended(struct redflags *r, const struct json *v)
{
	struct session_rule *s = rule_of(r, json_str(v, "rule"));
	int64_t hits, reports, ms;

	if (!rules_run(r) || s == NULL || s->pub.status != REDFLAG_WAITS ||
	    !count_of(v, "hits", &hits) || !count_of(v, "reports", &reports) ||
	    !count_of(v, "ms", &ms))
		return false;
	/* What is counted is what was told. */
	if ((size_t)hits != s->n || reports > hits)
		return false;
	s->pub.status = json_is_true(v, "run") ? REDFLAG_RUN : REDFLAG_NOT_RUN;
	if (s->pub.status == REDFLAG_NOT_RUN && !code_of(v, FJ_REFUSED, &s->pub.why))
		return false;
	s->pub.hits = (size_t)hits;
	s->pub.reports = (size_t)reports;
	s->pub.ms = (uint32_t)ms;
	if (r->on_rule != NULL)
		r->on_rule(r->on_rule_ctx, &s->pub);
	return true;
}

/* ---- hits ---- */

bool
flag_next_src(const char **at, struct redflag_src *out)
{
	size_t n = strcspn(*at, ":");
	unsigned long long number;
	char *end;

	if ((*at)[0] == '\0' || (*at)[n] != ':' || n == 0 || n >= sizeof(out->table) ||
	    (*at)[n + 1] < '0' || (*at)[n + 1] > '9')
		return false;
	memcpy(out->table, *at, n);
	out->table[n] = '\0';
	number = strtoull(*at + n + 1, &end, 10);
	if (*end != ';' && *end != '\0')
		return false;
	out->source = (uint32_t)(number >> 32);
	out->row = (uint32_t)number;
	*at = *end == ';' ? end + 1 : end;
	return true;
}

size_t
redflag_hit_src(const struct redflag_hit *h, struct redflag_src *out, size_t max)
{
	const char *at = h->src;
	struct redflag_src one;
	size_t n = 0;

	while (flag_next_src(&at, &one)) {
		if (n < max)
			out[n] = one;
		n++;
	}
	return n;
}

static bool
take_hit(struct redflags *r, struct session_rule *s, const struct json *v)
{
	const struct json *c[5] = {NULL, NULL, NULL, NULL, NULL}, *at;
	struct redflag_hit *h;
	int n = 0;

	json_each(at, v) {
		if (n == 5)
			return false;
		c[n++] = at;
	}
	if (n != 5 || r->hits >= REDFLAG_HITS_MAX)
		return false;
	if (s->n == s->cap) {
		s->cap = s->cap > 0 ? 2 * s->cap : 16;
		s->hit = xrealloc(s->hit, s->cap, sizeof(*s->hit));
	}
	h = &s->hit[s->n];
	memset(h, 0, sizeof(*h));
	h->rule = &s->pub;
	h->subject = keep(r, c[0]);
	h->report_no = keep(r, c[1]);
	h->src = keep(r, c[2]);
	h->detail = keep(r, c[4]);
	h->why = h->who = "";
	h->measure = (double)NAN;
	if (h->subject == NULL || h->report_no == NULL || h->src == NULL || h->detail == NULL ||
	    (c[3]->type != JSON_NULL && !json_double_value(c[3], &h->measure)))
		return false;
	if (r->d != NULL)
		flag_id(r->places, s->pub.id, h->subject, h->src, &h->id);
	h->places = r->places;
	s->n++;
	r->hits++;
	return true;
}

static bool
take_hits(struct redflags *r, const struct json *v)
{
	struct session_rule *s = rule_of(r, json_str(v, "rule"));
	const struct json *rows = json_get(v, "rows"), *row;

	if (!rules_run(r) || s == NULL || s->pub.status != REDFLAG_WAITS ||
	    rows == NULL || rows->type != JSON_ARRAY)
		return false;
	json_each(row, rows)
		if (row->type != JSON_ARRAY || !take_hit(r, s, row))
			return false;
	return true;
}

size_t
redflags_hits(const struct redflags *r)
{
	return r->hits;
}

const struct redflag_hit *
redflags_hit(const struct redflags *r, size_t i)
{
	size_t rule;

	for (rule = 0; rule < r->rules; rule++) {
		if (i < r->rule[rule]->n)
			return &r->rule[rule]->hit[i];
		i -= r->rule[rule]->n;
	}
	return NULL;
}

/* ---- sources and faults ---- */

static bool
take_unmapped(struct redflags *r, struct redflag_source *s, const struct json *list)
{
	const struct json *u;
	const char **names;

	if (list == NULL || list->type != JSON_ARRAY || list->count > UNMAPPED_MAX)
		return false;
	names = arena_alloc(r->mem, ((size_t)list->count + 1) * sizeof(*names));
	if (names == NULL)
		return false;
	json_each(u, list) {
		names[s->nunmapped] = keep(r, u);
		if (names[s->nunmapped++] == NULL)
			return false;
	}
	s->unmapped = names;
	return true;
}

/* Which of our files it is: the helper names them as we named them to it. */
static void
add_place(struct redflags *r, const struct redflag_source *s)
{
	struct flag_place *p = &r->places->place[r->places->n++];
	size_t i;

	p->number = s->number;
	p->file = s->file;
	p->sheet = s->sheet;
	for (i = 0; i < r->files; i++)
		if (strcmp(r->file[i].name, s->file) == 0)
			memcpy(p->sha256, r->file[i].sha256, sizeof(p->sha256));
}

/* The source of this number, by the map or new; NULL: one too many. */
static struct redflag_source *
source_of(struct redflags *r, int64_t number)
{
	size_t i;

	for (i = 0; i < r->sources; i++)
		if (r->source[i].number == (uint64_t)number)
			return &r->source[i];
	if (r->sources == REDFLAG_SOURCES_MAX)
		return NULL;
	memset(&r->source[i], 0, sizeof(r->source[i]));
	r->source[i].number = (uint32_t)number;
	r->source[i].file = r->source[i].sheet = r->source[i].table = "";
	return &r->source[i];
}

/* What the map says of it, which flags need before all is read. */
static bool
name_source(struct redflags *r, const struct json *v)
{
	struct redflag_source *s;
	int64_t number;

	if (!count_of(v, "source", &number))
		return false;
	s = source_of(r, number);
	if (s == NULL || !keep_member(r, v, "file", &s->file) ||
	    !keep_member(r, v, "sheet", &s->sheet))
		return false;
	if (s == &r->source[r->sources]) {
		r->sources++;
		add_place(r, s);
	}
	return true;
}

static bool
take_source(struct redflags *r, const struct json *v)
{
	int64_t number, rows, rejected, skipped, cells;
	struct redflag_source *s;

	if (r->state != REDFLAGS_LOADING || !name_source(r, v) || !count_of(v, "source", &number))
		return false;
	s = source_of(r, number);
	s->nunmapped = 0;
	if (!count_of(v, "rows", &rows) || !count_of(v, "rejected", &rejected) ||
	    !count_of(v, "skipped", &skipped) || !count_of(v, "cells", &cells) ||
	    !keep_member(r, v, "table", &s->table) ||
	    !take_unmapped(r, s, json_get(v, "unmapped")))
		return false;
	s->rows = (uint64_t)rows;
	s->rejected = (uint64_t)rejected;
	s->skipped = (uint64_t)skipped;
	s->cells = (uint64_t)cells;
	return true;
}

static const char *
kept_text(struct redflags *r, const char *s)
{
	const char *kept = s != NULL ? arena_strndup(r->mem, s, strnlen(s, REDFLAG_TEXT_MAX)) : "";

	return kept != NULL ? kept : "";
}

static void
take_fault(struct redflags *r, const struct helper_event *ev)
{
	struct redflag_fault *f;

	if (r->faults < REDFLAG_FAULTS_MAX) {
		if (r->fault == NULL)
			r->fault = xcalloc(REDFLAG_FAULTS_MAX, sizeof(*r->fault));
		f = &r->fault[r->faults];
		f->err = *ev->fault;
		f->file = kept_text(r, ev->file);
		f->sheet = kept_text(r, ev->sheet);
		f->row = ev->row;
		f->column = ev->column;
		f->rejected = !ev->warning;
	}
	r->faults++;
}

/* ---- mapping, state, answers ---- */

static bool
take_map(struct redflags *r, const struct json *v)
{
	struct json_doc *d = NULL;
	struct fj_buf b;
	struct json_w w;
	int64_t number;
	bool ok;

	if (!count_of(v, "source", &number) || number < 1 || number > REDFLAG_SOURCES_MAX ||
	    (size_t)number > r->maps + 1)
		return false;
	fj_buf_init(&b, 2 << 20);
	json_w_init(&w, &b);
	json_w_value(&w, v);
	ok = !fj_buf_over(&b) && json_parse(b.p, b.n, &d, NULL) == FJ_OK;
	fj_buf_release(&b);
	if (!ok)
		return false;
	if ((size_t)number <= r->maps)
		json_free(&r->map[number - 1]);
	else
		r->maps++;
	r->map[number - 1] = d;
	json_free(&r->whole);
	return true;
}

static bool
take_state(struct redflags *r, const struct json *v)
{
	const char *s = json_text(v);
	enum redflags_state to = s == NULL ? REDFLAGS_NEW :
	    strcmp(s, "mapped") == 0 ? REDFLAGS_MAPPED :
	    strcmp(s, "loading") == 0 ? REDFLAGS_LOADING :
	    strcmp(s, "running") == 0 ? REDFLAGS_RUNNING : REDFLAGS_NEW;
	size_t i;

	if (to == REDFLAGS_NEW || to < r->state || to > r->state + 1)
		return false;
	r->state = to;
	r->done = r->total = 0;
	for (i = 0; to == REDFLAGS_LOADING && i < r->maps; i++)
		if (!name_source(r, json_root(r->map[i])))
			return false;
	return true;
}

static bool
take_answer(struct redflags *r, const struct json *v)
{
	struct json_w w;
	int64_t n;

	if (!json_int(v, "n", &n) || n != r->asked || n == r->answered)
		return false;
	if (r->answers.n > 0)
		fj_buf_putc(&r->answers, ',');
	json_w_init(&w, &r->answers);
	json_w_value(&w, v);
	return !fj_buf_over(&r->answers);
}

static bool
take_answered(struct redflags *r, const struct json *v)
{
	int64_t n;

	if (!json_int(v, "n", &n))
		return false;
	if (n == 0)
		return true;		/* the word to run */
	if (n != r->asked || n == r->answered)
		return false;
	r->answered = n;
	fj_err_clear(&r->ask_err);
	return json_get(v, "code") == NULL || code_of(v, FJ_NOTFOUND, &r->ask_err);
}

bool
session_take(struct redflags *r, const struct json *row)
{
	static const struct {
		const char *what;
		bool (*take)(struct redflags *r, const struct json *v);
	} kinds[] = {
		{"rule", take_rule}, {"map", take_map}, {"state", take_state},
		{"source", take_source}, {"hits", take_hits}, {"ended", take_ended},
		{"answer", take_answer}, {"answered", take_answered},
	};
	const struct json *v = row->count == 1 ? row->child : NULL;
	size_t i;

	for (i = 0; v != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(v->key, kinds[i].what) == 0)
			return kinds[i].take(r, v);
	return false;
}

/* All rules ended. */
static bool
take_result(struct redflags *r, const struct json *v)
{
	const char *lab = json_str(v, "lab");
	int64_t ms;

	if (r->state != REDFLAGS_RUNNING || lab == NULL || strlen(lab) >= sizeof(r->lab_found) ||
	    !count_of(v, "ms", &ms))
		return false;
	memcpy(r->lab_found, lab, strlen(lab) + 1);
	r->ms = (uint32_t)ms;
	r->state = REDFLAGS_READY;
	return true;
}

bool
session_hear(void *ctx, const struct helper_event *ev)
{
	struct redflags *r = ctx;
	bool ok = true;

	r->changed = true;
	switch (ev->what) {
	case HELPER_PROGRESS:
		r->done = ev->done;
		r->total = ev->total;
		break;
	case HELPER_FAULT:
		take_fault(r, ev);
		break;
	case HELPER_ROW:
		ok = session_take(r, ev->value);
		break;
	case HELPER_TEXT:
		ok = false;
		break;
	case HELPER_RESULT:
		ok = take_result(r, ev->value);
		break;
	}
	r->lied = !ok;
	return ok;
}
