/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence: up as resumable uploads, smallest first and only after the receipt
 * of the entry (C2); down into sealed files, resumed where the last try ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/internal.h"

enum {
	FILE_TRIES = 3,
};

struct gather {
	struct client *c;
	bool up;
};

void
files_close(struct client *c)
{
	evidence_close(&c->reader);
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
	if (g->up && ((!c->offer_all &&
	    client_file_receipted(c->env.journal, &f->visit, &f->evidence)) ||
	    sent_get(c->env.journal, &f->visit, &f->dev, &s, NULL) != FJ_OK ||
	    s.seq < f->seq))
		return;
	if (!g->up && !wanted(c, f) && !id_eq(&f->evidence, &c->fetch.evidence))
		return;
	c->file = xrealloc(c->file, c->nfile + 1, sizeof(*c->file));
	c->file[c->nfile++] = *f;
	c->st.bytes_total += f->want.size;
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

static bool
gather(struct client *c, bool up)
{
	struct gather g = { c, up };
	struct fj_err e;
	enum fj_rc rc;
	size_t i;

	files_close(c);
	c->nfile = c->file_at = c->nstream = 0;
	c->file_tries = 0;
	c->bytes_before = 0;
	c->st.bytes_done = c->st.bytes_total = 0;
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

static char *
file_path(const struct named_file *f, const char *more)
{
	char v[ID_TEXT + 1], id[ID_TEXT + 1];

	id_format(&f->visit, v);
	id_format(&f->evidence, id);
	return xasprintf("/v1/visits/%s/evidence/%s%s", v, id, more);
}

/* Name what is wrong with one file and go on with the next. */
static void
pass_over(struct client *c, const char *code, const char *detail,
    void (*next)(struct client *c))
{
	struct named_file *f = &c->file[c->file_at];
	char id[ID_TEXT + 1];
	struct fj_err e;

	id_format_short(&f->evidence, id);
	fj_fail(&e, FJ_REFUSED, code, "ss", id, detail);
	run_flaw(c, &e);
	files_close(c);
	c->bytes_before += f->want.size;
	c->file_at++;
	c->file_tries = 0;
	run_later(c, next);
}

static void
through(struct client *c, void (*next)(struct client *c))
{
	files_close(c);
	c->bytes_before += c->file[c->file_at].want.size;
	c->st.bytes_done = c->bytes_before;
	c->file_at++;
	c->file_tries = 0;
	run_phase(c, c->st.phase);
	run_later(c, next);
}

/* ---- up ---- */

void
up_begin(struct client *c)
{
	if (!gather(c, true))
		return;
	run_phase(c, CLIENT_EVIDENCE_UP);
	up_step(c);
}

static void
receipt_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct named_file *f = &c->file[c->file_at];
	struct envelope v;
	struct fj_err e;
	enum fj_rc rc;

	if (!run_answer(c, a))
		return;
	memset(&v, 0, sizeof(v));
	rc = signed_read(a->body.p, a->body.n, "receipt", &v, &e);
	if (rc != FJ_OK)
		fj_fail(&e, FJ_OFFLINE, "sync.bad-answer", "s", c->hub.url);
	else
		rc = receipt_keep(c->env.journal, c->roster, &v, &e);
	envelope_release(&v);
	if (rc == FJ_OK && !client_file_receipted(c->env.journal, &f->visit, &f->evidence))
		rc = fj_fail(&e, FJ_CORRUPT, "sync.receipt", "s", "missing");
	if (rc != FJ_OK)
		run_end(c, e.rc, &e);
	else
		through(c, up_step);
}

static void
ask_receipt(struct client *c)
{
	char *path = file_path(&c->file[c->file_at], "/receipt");
	struct xfer_request r = run_request(c, "GET", path, WIRE_MEDIA_JSON);

	run_ask(c, &r, receipt_done);
	free(path);
}

static size_t
read_file(void *ctx, void *p, size_t n)
{
	struct client *c = ctx;
	size_t got;

	if (evidence_read(c->reader, c->offset, p, n, &got, &c->sink_err) != FJ_OK)
		return SIZE_MAX;
	c->offset += (int64_t)got;
	return got;
}

static void
file_moved(void *ctx, int64_t up, int64_t down)
{
	struct client *c = ctx;

	(void)up;
	(void)down;
	if (c->env.changed != NULL && c->st.bytes_done != c->bytes_before + c->offset) {
		c->st.bytes_done = c->bytes_before + c->offset;
		c->env.changed(c->env.ctx);
	}
}

static void
patch_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	enum reaction how = problem_react(&a->problem);

	evidence_close(&c->reader);
	if (c->sink_err.rc != FJ_OK) {
		/* Our own file cannot be read: not the hub's fault. */
		pass_over(c, "sync.file-damaged", c->sink_err.code, up_step);
		return;
	}
	if (a->refused && (how == REACT_FILE_AGAIN || how == REACT_OFFSET) &&
	    c->file_tries < FILE_TRIES) {
		run_later(c, up_step);
		return;
	}
	if (a->refused && (how == REACT_FILE_AGAIN || how == REACT_OFFSET ||
	    how == REACT_STOP_FILE || how == REACT_SMALLER || how == REACT_DROP)) {
		pass_over(c, "sync.file-refused", a->problem.name, up_step);
		return;
	}
	if (!run_answer(c, a))
		return;
	if (a->receipt >= 0)
		ask_receipt(c);
	else
		run_later(c, up_step);		/* HEAD says how far it is */
}

static void
patch(struct client *c, int64_t offset)
{
	struct named_file *f = &c->file[c->file_at];
	char line[64];
	struct xfer_request r;
	struct fj_err e;
	char *path;

	if (evidence_open(c->env.journal, &f->evidence, &c->reader, &e) != FJ_OK) {
		pass_over(c, "sync.file-damaged", e.code, up_step);
		return;
	}
	c->offset = offset;
	fj_err_clear(&c->sink_err);
	path = file_path(f, "");
	snprintf(line, sizeof(line), "Upload-Offset: %lld", (long long)offset);
	r = run_request(c, "PATCH", path, NULL);
	r.media = "application/offset+octet-stream";
	r.read = read_file;
	r.length = f->want.size - offset;
	r.moved = file_moved;
	r.header[r.nheader++] = "Tus-Resumable: 1.0.0";
	r.header[r.nheader++] = line;
	run_ask(c, &r, patch_done);
	free(path);
}

static void
create_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	enum reaction how = problem_react(&a->problem);

	if (a->refused && (how == REACT_ENTRY_FIRST || how == REACT_STOP_FILE ||
	    how == REACT_DROP || how == REACT_SMALLER || how == REACT_FILE_AGAIN)) {
		pass_over(c, "sync.file-refused", a->problem.name, up_step);
		return;
	}
	if (!run_answer(c, a))
		return;
	if (a->receipt >= 0)
		ask_receipt(c);
	else
		patch(c, a->offset > 0 ? a->offset : 0);
}

static void
create(struct client *c)
{
	struct named_file *f = &c->file[c->file_at];
	struct xfer_request r;
	char line[64];
	char *path = file_path(f, "");

	snprintf(line, sizeof(line), "Upload-Length: %lld", (long long)f->want.size);
	r = run_request(c, "POST", path, NULL);
	r.body = "";
	r.nbody = 0;
	r.header[r.nheader++] = "Tus-Resumable: 1.0.0";
	r.header[r.nheader++] = line;
	run_ask(c, &r, create_done);
	free(path);
}

static void
head_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct named_file *f = &c->file[c->file_at];

	if (a->refused && a->status == 404) {
		create(c);
		return;
	}
	if (a->refused && a->status == 409) {
		pass_over(c, "sync.file-refused", "entry-first", up_step);
		return;
	}
	if (!run_answer(c, a))
		return;
	if (a->receipt >= 0)
		ask_receipt(c);
	else if (a->offset < 0 || a->offset > f->want.size)
		pass_over(c, "sync.file-refused", "offset", up_step);
	else
		patch(c, a->offset);
}

void
up_step(struct client *c)
{
	struct xfer_request r;
	struct named_file *f;
	char *path;

	if (c->file_at == c->nfile) {
		if (c->drain)
			run_end(c, FJ_OK, NULL);
		else
			run_later(c, down_begin);
		return;
	}
	f = &c->file[c->file_at];
	if (c->file_tries++ > FILE_TRIES) {
		pass_over(c, "sync.file-refused", "no progress", up_step);
		return;
	}
	c->st.item = f->evidence;
	path = file_path(f, "");
	r = run_request(c, "HEAD", path, NULL);
	r.header[r.nheader++] = "Tus-Resumable: 1.0.0";
	run_ask(c, &r, head_done);
	free(path);
}

/* ---- down ---- */

void
down_begin(struct client *c)
{
	if (!gather(c, false))
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

	/* Not whole at the hub yet: another day. */
	if (a->refused && a->status == 404) {
		through(c, down_step);
		return;
	}
	if (c->sink_err.rc == FJ_FULL || c->sink_err.rc == FJ_IO) {
		run_end(c, c->sink_err.rc, &c->sink_err);
		return;
	}
	if (c->sink_err.rc != FJ_OK) {
		pass_over(c, "sync.file-wrong", c->sink_err.code, down_step);
		return;
	}
	if (!run_answer(c, a))
		return;
	rc = evidence_finish(&c->writer, &e);
	if (rc == FJ_OK) {
		run_received(c, &f->visit);
		through(c, down_step);
	} else if (rc == FJ_FULL || rc == FJ_IO) {
		run_end(c, rc, &e);
	} else {
		pass_over(c, "sync.file-wrong", e.code, down_step);
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
	c->offset = evidence_written(c->writer);
	c->st.item = f->evidence;
	path = file_path(f, "");
	r = run_request(c, "GET", path, "application/octet-stream");
	r.sink = write_file;
	r.moved = file_moved;
	if (c->offset > 0) {
		snprintf(line, sizeof(line), "Range: bytes=%lld-", (long long)c->offset);
		r.header[r.nheader++] = line;
	}
	run_ask(c, &r, down_done);
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
