/* SPDX-License-Identifier: Apache-2.0 */
/* A screening becomes part of a visit: its registers before it begins, its results after. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/redflags_i.h"
#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "os/fs.h"

enum {
	RUN_BYTES = 900 << 10,
};

/* ---- registers ---- */

static const struct evidence *
evidence_of(const struct dossier *d, const char *sha256)
{
	const struct view *w = visit_now(d->v);
	size_t i;

	for (i = 0; i < view_evidence_count(w); i++) {
		const struct evidence *ev = view_evidence_at(w, i);

		if (ev->withdrawn == NULL && strcmp(ev->sha256, sha256) == 0)
			return ev;
	}
	return NULL;
}

static enum fj_rc
seize_one(struct redflags *r, struct dossier *d, struct session_file *f,
    bool (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, struct fj_err *e)
{
	struct evidence_new n = {.path = f->path, .progress = progress, .ctx = ctx};
	const struct evidence *ev;
	struct hash digest;
	enum fj_rc rc = session_digest(f->fd, f->path, &digest, e);

	(void)r;
	if (rc != FJ_OK)
		return rc;
	hash_format(&digest, f->sha256);
	ev = evidence_of(d, f->sha256);
	if (ev != NULL) {
		f->evidence = ev->id;
		return FJ_OK;
	}
	rc = dossier_evidence_add(d, &n, &f->evidence, e);
	if (rc != FJ_OK)
		return rc;
	ev = view_evidence(visit_now(d->v), &f->evidence);
	/* RF2: what the helper reads are the bytes that were sealed. */
	return ev != NULL && strcmp(ev->sha256, f->sha256) == 0 ? FJ_OK :
	    fj_fail(e, FJ_STALE, "redflags.changed", "s", f->path);
}

enum fj_rc
redflags_seize(struct redflags *r, struct dossier *d,
    bool (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	struct actor me;
	bool changed;
	size_t i;

	if (r->state != REDFLAGS_NEW)
		return fj_fail(e, FJ_BUSY, "redflags.busy", "");
	rc = dossier_refresh(d, &changed, e);
	if (rc != FJ_OK)
		return rc;
	app_actor(d->a, &me);
	if (!decide_may(d->v, &me, OP_FLAG_RUN, e))
		return e != NULL && e->rc != FJ_OK ? e->rc : FJ_REFUSED;
	for (i = 0; rc == FJ_OK && i < r->files; i++)
		rc = seize_one(r, d, &r->file[i], progress, ctx, e);
	if (rc == FJ_OK)
		r->d = d;
	return rc;
}

/* ---- what is recorded ---- */

static void
put_registers(const struct redflags *r, struct json_w *w)
{
	size_t i;

	json_w_key(w, "registers");
	json_w_arr(w);
	for (i = 0; i < r->files; i++) {
		json_w_obj(w);
		json_w_kid(w, "evidence", &r->file[i].evidence);
		json_w_kstr(w, "name", r->file[i].name);
		json_w_kstr(w, "sha256", r->file[i].sha256);
		json_w_end(w);
	}
	json_w_end(w);
}

/* Packs of the bureau that joined, by digest. */
static void
put_bureau(const struct redflags *r, struct json_w *w)
{
	size_t i;

	json_w_key(w, "published");
	json_w_arr(w);
	for (i = 0; i < r->bureaus; i++) {
		const struct redflag_bureau *p = &r->bureau[i];

		if (p->rules == 0)
			continue;
		json_w_obj(w);
		json_w_kstr(w, "name", p->name);
		json_w_kstr(w, "version", p->version);
		json_w_khash(w, "digest", &p->digest);
		json_w_end(w);
	}
	json_w_end(w);
}

static void
put_pack(const struct redflags *r, struct json_w *w)
{
	json_w_kstr(w, "lab", redflags_lab(r));
	json_w_key(w, "pack");
	json_w_obj(w);
	json_w_kstr(w, "version", r->pack.version);
	json_w_khash(w, "digest", &r->pack.digest);
	json_w_kint(w, "own", (int64_t)r->pack.own);
	put_bureau(r, w);
	json_w_end(w);
	json_w_key(w, "values");
	json_w_raw(w, r->values.n > 0 ? r->values.p : "[]");
}

static void
put_map(const struct redflags *r, const struct fj_buf *map, struct json_w *w)
{
	struct hash digest;
	int64_t offset;
	size_t i;

	digest_bytes(DIGEST_SHA256, map->p, map->n, &digest);
	json_w_key(w, "map");
	json_w_obj(w);
	json_w_khash(w, "digest", &digest);
	json_w_key(w, "offsets");
	json_w_arr(w);
	for (i = 0; i < r->maps; i++) {
		if (!json_int(json_root(r->map[i]), "clock_offset_s", &offset) || offset == 0)
			continue;
		json_w_arr(w);
		json_w_int(w, (int64_t)i + 1);
		json_w_int(w, offset);
		json_w_end(w);
	}
	json_w_end(w);
	json_w_end(w);
}

static void
put_counts(const struct redflags *r, struct json_w *w)
{
	size_t i;

	json_w_key(w, "rules");
	json_w_arr(w);
	for (i = 0; i < r->rules; i++) {
		const struct redflag_rule *p = &r->rule[i]->pub;

		json_w_obj(w);
		json_w_kstr(w, "rule", p->id);
		json_w_kbool(w, "run", p->status == REDFLAG_RUN);
		json_w_kint(w, "hits", (int64_t)p->hits);
		json_w_kint(w, "reports", (int64_t)p->reports);
		if (p->status != REDFLAG_RUN)
			json_w_kstr(w, "why", p->why.code);
		json_w_end(w);
	}
	json_w_end(w);
}

/* ---- the file of results ---- */

static void
line(struct fj_buf *b, struct json_w *w, const char *what)
{
	json_w_init(w, b);
	json_w_obj(w);
	json_w_key(w, what);
	json_w_obj(w);
}

static void
line_end(struct fj_buf *b, struct json_w *w)
{
	json_w_end(w);
	json_w_end(w);
	fj_buf_putc(b, '\n');
}

static void
put_sources(const struct redflags *r, struct fj_buf *b)
{
	struct json_w w;
	size_t i, k;

	for (i = 0; i < r->sources; i++) {
		const struct redflag_source *s = &r->source[i];

		line(b, &w, "source");
		json_w_kint(&w, "number", s->number);
		json_w_kstr(&w, "file", s->file);
		json_w_kstr(&w, "sheet", s->sheet);
		json_w_kstr(&w, "sha256", r->places->place[i].sha256);
		json_w_kstr(&w, "table", s->table);
		json_w_kint(&w, "rows", (int64_t)s->rows);
		json_w_kint(&w, "rejected", (int64_t)s->rejected);
		json_w_kint(&w, "skipped", (int64_t)s->skipped);
		json_w_key(&w, "unmapped");
		json_w_arr(&w);
		for (k = 0; k < s->nunmapped; k++)
			json_w_str(&w, s->unmapped[k]);
		json_w_end(&w);
		line_end(b, &w);
	}
}

static void
put_rule(const struct redflag_rule *p, struct fj_buf *b)
{
	char grade[2] = {p->grade, '\0'};
	struct json_w w;
	int i;

	line(b, &w, "rule");
	json_w_kstr(&w, "id", p->id);
	json_w_kint(&w, "version", p->version);
	json_w_kstr(&w, "grade", grade);
	json_w_kstr(&w, "title_zh", p->title_zh);
	json_w_kstr(&w, "title_en", p->title_en);
	json_w_key(&w, "clauses");
	json_w_arr(&w);
	for (i = 0; i < p->clauses; i++)
		json_w_str(&w, p->clause[i]);
	json_w_end(&w);
	json_w_kbool(&w, "pair", p->pair);
	json_w_kbool(&w, "own", p->own);
	json_w_kbool(&w, "run", p->status == REDFLAG_RUN);
	json_w_kstr(&w, "false_alarms_zh", p->false_alarms_zh);
	json_w_kstr(&w, "false_alarms_en", p->false_alarms_en);
	json_w_kstr(&w, "verify_zh", p->verify_zh);
	json_w_kstr(&w, "verify_en", p->verify_en);
	json_w_kstr(&w, "needs", p->needs);
	json_w_kint(&w, "hits", (int64_t)p->hits);
	json_w_kint(&w, "reports", (int64_t)p->reports);
	if (p->status != REDFLAG_RUN) {
		json_w_kstr(&w, "code", p->why.code);
		json_w_key(&w, "args");
		json_w_arr(&w);
		for (i = 0; i < p->why.narg; i++)
			json_w_str(&w, p->why.arg[i]);
		json_w_end(&w);
	}
	line_end(b, &w);
}

static void
put_hit(const struct redflag_hit *h, struct fj_buf *b)
{
	struct json_w w;

	line(b, &w, "hit");
	json_w_kstr(&w, "rule", h->rule->id);
	json_w_kstr(&w, "subject", h->subject);
	json_w_kstr(&w, "report_no", h->report_no);
	json_w_kstr(&w, "src", h->src);
	if (h->measure <= 0 || h->measure > 0) {	/* a number */
		json_w_key(&w, "measure");
		json_w_double(&w, h->measure);
	}
	json_w_kstr(&w, "detail", h->detail);
	line_end(b, &w);
}

static void
put_results(const struct redflags *r, const struct fj_buf *map, struct fj_buf *b)
{
	struct json_w w;
	size_t i;

	line(b, &w, "run");
	put_pack(r, &w);
	put_registers(r, &w);
	json_w_key(&w, "map");
	json_w_raw(&w, map->p);
	line_end(b, &w);
	put_sources(r, b);
	for (i = 0; i < r->rules; i++)
		put_rule(&r->rule[i]->pub, b);
	for (i = 0; i < r->hits; i++)
		put_hit(redflags_hit(r, i), b);
}

static enum fj_rc
record(struct redflags *r, struct dossier *d, const struct fj_buf *map, struct id *run,
    struct fj_err *e)
{
	struct flag_file file = {.name = "redflags.jsonl", .how = "screen", .use = "flags"};
	struct command c = {.op = OP_FLAG_RUN};
	struct fj_buf results, text;
	struct json_w w;
	struct id evidence;
	enum fj_rc rc;

	fj_buf_init(&results, FLAG_RESULTS_MAX);
	fj_buf_init(&text, RUN_BYTES);
	put_results(r, map, &results);
	json_w_init(&w, &text);
	json_w_obj(&w);
	put_registers(r, &w);
	put_pack(r, &w);
	put_map(r, map, &w);
	put_counts(r, &w);
	json_w_end(&w);
	id_random(run);
	c.object = *run;
	c.text = text.p;
	file.bytes = &results;
	if (fj_buf_over(&results) || fj_buf_over(&text))
		rc = fj_fail(e, FJ_LIMIT, "redflags.too-many", "z", r->hits);
	else
		rc = flag_evidence(d, &file, &c, &evidence, e);
	fj_buf_release(&results);
	fj_buf_release(&text);
	return rc;
}

/* RF2: nobody wrote to a register between its digest and the end of the run. */
static enum fj_rc
still_the_same(const struct redflags *r, struct fj_err *e)
{
	char now[HASH_TEXT + 1];
	struct hash digest;
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < r->files; i++) {
		rc = session_digest(r->file[i].fd, r->file[i].path, &digest, e);
		hash_format(&digest, now);
		if (rc == FJ_OK && strcmp(now, r->file[i].sha256) != 0)
			rc = fj_fail(e, FJ_STALE, "redflags.changed", "s", r->file[i].path);
	}
	return rc;
}

enum fj_rc
redflags_record(struct redflags *r, struct dossier *d, struct id *run, struct fj_err *e)
{
	struct fj_buf map;
	enum fj_rc rc;

	if (r->state != REDFLAGS_READY || r->d != d)
		return fj_fail(e, FJ_BUSY, "redflags.busy", "");
	rc = still_the_same(r, e);
	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&map, 32 << 20);
	redflags_map_text(r, &map);
	rc = record(r, d, &map, run, e);
	if (rc == FJ_OK) {
		r->places->run = *run;
		rc = session_remember(r, d, e);
	}
	fj_buf_release(&map);
	return rc;
}

void
redflags_marks(struct redflags *r, const struct dossier *d)
{
	const struct view *w = visit_now(d->v);
	size_t i, k;

	for (i = 0; i < r->rules; i++)
		for (k = 0; k < r->rule[i]->n; k++)
			flag_mark_read(&r->rule[i]->hit[k], w, r->mem);
}

/* ---- once more, from the evidence ---- */

static enum fj_rc
add_register(struct redflags *r, struct dossier *d, const struct json *reg, struct fj_err *e)
{
	const char *name = json_str(reg, "name"), *sha256 = json_str(reg, "sha256");
	struct session_file *f;
	struct hash digest;
	struct id id;
	enum fj_rc rc;
	int fd;

	if (name == NULL || sha256 == NULL || strlen(sha256) != HASH_TEXT ||
	    !json_id(reg, "evidence", &id))
		return fj_fail(e, FJ_CORRUPT, "redflags.results", "");
	fd = fs_memfd("feijian-register");
	if (fd < 0)
		return fj_fail_errno(e, "os.write", "memory");
	rc = evidence_extract_fd(d->a->j, &id, fd, NULL, e);
	if (rc != FJ_OK) {
		close(fd);
		return rc;
	}
	(void)!lseek(fd, 0, SEEK_SET);
	rc = session_add_fd(r, fd, name, e);
	if (rc != FJ_OK)
		return rc;
	f = &r->file[r->files - 1];
	rc = session_digest(f->fd, name, &digest, e);
	hash_format(&digest, f->sha256);
	f->evidence = id;
	if (rc == FJ_OK && strcmp(f->sha256, sha256) != 0)
		rc = fj_fail(e, FJ_STALE, "redflags.changed", "s", name);
	return rc;
}

/* The mapping of the record, in its first line. */
static enum fj_rc
recorded_map(struct redflags *r, struct dossier *d, const struct visit_entry *run,
    struct fj_err *e)
{
	struct json_doc *doc = NULL;
	struct fj_buf all, map;
	struct json_w w;
	const char *end;
	enum fj_rc rc;

	fj_buf_init(&all, FLAG_RESULTS_MAX);
	fj_buf_init(&map, 32 << 20);
	rc = flag_results(d, run, &all, e);
	end = rc == FJ_OK ? memchr(all.p, '\n', all.n) : NULL;
	if (end != NULL && json_parse(all.p, (size_t)(end - all.p), &doc, NULL) == FJ_OK) {
		const struct json *m = json_get(json_get(json_root(doc), "run"), "map");

		json_w_init(&w, &map);
		if (m != NULL)
			json_w_value(&w, m);
		r->map_given = m != NULL ? fj_buf_take(&map, NULL) : NULL;
	}
	json_free(&doc);
	fj_buf_release(&all);
	fj_buf_release(&map);
	return rc;
}

enum fj_rc
redflags_again(struct dossier *d, const struct id *run, bool go, struct redflags **out,
    struct fj_err *e)
{
	const struct visit_entry *en = flag_run_entry(d, run);
	const char *lab = en != NULL ? json_str(en->body, "lab") : NULL;
	const struct json *reg;
	struct redflags *r;
	struct json_w w;
	enum fj_rc rc;

	*out = NULL;
	if (en == NULL)
		return fj_fail(e, FJ_NOTFOUND, "redflags.no-run", "");
	r = session_bare(d->a, go);
	r->d = d;
	r->lab = xstrdup(lab != NULL && lab[0] != '\0' ? lab : NULL);
	if (json_get(en->body, "values") != NULL) {
		json_w_init(&w, &r->values);
		json_w_value(&w, json_get(en->body, "values"));
	}
	rc = recorded_map(r, d, en, e);
	json_each(reg, json_get(en->body, "registers"))
		if (rc == FJ_OK)
			rc = add_register(r, d, reg, e);
	if (rc == FJ_OK)
		rc = session_pack(r, e);
	if (rc == FJ_OK)
		*out = r;
	else
		redflags_free(&r);
	return rc;
}
