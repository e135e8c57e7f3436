/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which files of evidence move, in which order; and those that come down, into sealed
 * files, resumed where the last try ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/internal.h"

struct gather {
	struct client *c;
	bool up;
};

void
files_close(struct client *c)
{
	evidence_writer_close(&c->writer);
}

static bool
wanted(const struct client *c, const struct named_file *f)
{
	if (c->o.want != NULL)
		return c->o.want(c->o.ctx, &f->visit, &f->evidence, f->want.size);
	return f->want.size <= CLIENT_SMALL;
}

static void
gather_file(void *ctx, const struct named_file *f)
{
	struct gather *g = ctx;
	struct client *c = g->c;
	struct evidence_facts facts;
	bool held = false;
	struct sent s;

	if (evidence_held(c->env.journal, &f->evidence, &held, &facts, NULL) != FJ_OK ||
	    held != g->up)
		return;
	if (g->up && ((!c->offer_files &&
	    client_file_receipted(c->env.journal, &f->visit, &f->evidence)) ||
	    sent_get(c->env.journal, &f->visit, &f->dev, &s, NULL) != FJ_OK ||
	    s.seq < f->seq))
		return;
	if (!g->up && !wanted(c, f) && !id_eq(&f->evidence, &c->fetch.evidence))
		return;
	c->file = xrealloc(c->file, c->nfile + 1, sizeof(*c->file));
	c->file[c->nfile++] = *f;
	c->st.bytes_total += f->want.size;
	c->st.files_total++;
}

static bool
gather_stream(void *ctx, const struct journal_stream *s)
{
	struct client *c = ctx;

	if (s->kind != STREAM_VISIT)
		return true;
	c->stream = xrealloc(c->stream, c->nstream + 1, sizeof(*c->stream));
	c->stream[c->nstream++] = s->stream;
	return true;
}

static int
by_size(const void *a, const void *b)
{
	const struct named_file *x = a, *y = b;

	return x->want.size < y->want.size ? -1 : x->want.size > y->want.size;
}

bool
files_gather(struct client *c, bool up)
{
	struct gather g = { c, up };
	struct fj_err e;
	enum fj_rc rc;
	size_t i;

	files_close(c);
	c->nfile = c->file_at = c->nstream = 0;
	c->bytes_before = 0;
	c->st.bytes_done = c->st.bytes_total = 0;
	c->st.files_done = c->st.files_total = 0;
	rc = journal_streams(c->env.journal, gather_stream, c, &e);
	for (i = 0; rc == FJ_OK && i < c->nstream; i++)
		rc = files_each(c->env.journal, &c->stream[i], gather_file, &g, &e);
	c->nstream = 0;
	if (rc != FJ_OK) {
		run_end(c, rc, &e);
		return false;
	}
	if (c->nfile > 0)
		qsort(c->file, c->nfile, sizeof(*c->file), by_size);
	return true;
}

char *
files_path(const struct named_file *f, const char *more)
{
	char v[ID_TEXT + 1], id[ID_TEXT + 1];

	id_format(&f->visit, v);
	id_format(&f->evidence, id);
	return xasprintf("/v1/visits/%s/evidence/%s%s", v, id, more);
}

void
files_flaw(struct client *c, const struct named_file *f, const char *code,
    const char *detail)
{
	char id[ID_TEXT + 1];
	struct fj_err e;

	id_format_short(&f->evidence, id);
	fj_fail(&e, FJ_REFUSED, code, "ss", id, detail);
	run_flaw(c, &e);
}

/* ---- down ---- */

/* This file is through: it came, or another day it may. */
static void
through(struct client *c)
{
	files_close(c);
	c->bytes_before += c->file[c->file_at].want.size;
	c->st.bytes_done = c->bytes_before;
	c->file_at++;
	run_phase(c, c->st.phase);
	run_later(c, down_step);
}

static void
pass_over(struct client *c, const char *code, const char *detail)
{
	files_flaw(c, &c->file[c->file_at], code, detail);
	through(c);
}

static void
down_moved(void *ctx, int64_t up, int64_t down)
{
	struct client *c = ctx;

	(void)up;
	(void)down;
	if (c->env.changed != NULL && c->st.bytes_done != c->bytes_before + c->offset) {
		c->st.bytes_done = c->bytes_before + c->offset;
		c->env.changed(c->env.ctx);
	}
}

void
down_begin(struct client *c)
{
	if (!files_gather(c, false))
		return;
	run_phase(c, CLIENT_EVIDENCE_DOWN);
	down_step(c);
}

static bool
write_file(void *ctx, const void *p, size_t n)
{
	struct client *c = ctx;

	if (evidence_write(c->writer, p, n, &c->sink_err) != FJ_OK)
		return false;
	c->offset += (int64_t)n;
	return true;
}

static void
down_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct named_file *f = &c->file[c->file_at];
	struct fj_err e;
	enum fj_rc rc;

	/* What came before the cut is kept and counts. */
	if (a->cut && c->offset > c->down_from)
		pace_progress(&c->pace);
	/* Not whole at the hub yet: another day. */
	if (a->refused && a->status == 404) {
		through(c);
		return;
	}
	if (c->sink_err.rc == FJ_FULL || c->sink_err.rc == FJ_IO) {
		run_end(c, c->sink_err.rc, &c->sink_err);
		return;
	}
	if (c->sink_err.rc != FJ_OK) {
		pass_over(c, "sync.file-wrong", c->sink_err.code);
		return;
	}
	if (!run_answer(c, a))
		return;
	rc = evidence_finish(&c->writer, &e);
	if (rc == FJ_OK) {
		run_received(c, &f->visit);
		c->st.files_done++;
		through(c);
	} else if (rc == FJ_FULL || rc == FJ_IO) {
		run_end(c, rc, &e);
	} else {
		pass_over(c, "sync.file-wrong", e.code);
	}
}

void
down_step(struct client *c)
{
	struct evidence_facts want;
	struct xfer_request r;
	struct named_file *f;
	struct fj_err e;
	char line[64];
	char *path;
	enum fj_rc rc;

	if (c->file_at == c->nfile) {
		memset(&c->fetch, 0, sizeof(c->fetch));
		run_end(c, FJ_OK, NULL);
		return;
	}
	files_close(c);
	f = &c->file[c->file_at];
	want.size = f->want.size;
	want.sha256 = f->want.sha256;
	want.sm3 = f->want.sm3;
	fj_err_clear(&c->sink_err);
	rc = evidence_receive(c->env.journal, &f->evidence, &want, &c->writer, &e);
	if (rc != FJ_OK) {
		run_end(c, rc, &e);
		return;
	}
	c->offset = c->down_from = evidence_written(c->writer);
	c->st.item = f->evidence;
	path = files_path(f, "");
	r = run_request(c, "GET", path, "application/octet-stream");
	r.sink = write_file;
	r.moved = down_moved;
	if (c->offset > 0) {
		snprintf(line, sizeof(line), "Range: bytes=%lld-", (long long)c->offset);
		r.header[r.nheader++] = line;
	}
	run_ask(c, &r, down_done, down_step);
	free(path);
}

enum fj_rc
client_fetch(struct client *c, const struct id *visit, const struct id *evidence,
    struct fj_err *e)
{
	struct client_options o = c->o;

	c->fetch.visit = *visit;
	c->fetch.evidence = *evidence;
	return client_start(c, &o, e);
}
