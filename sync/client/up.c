/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence up, as resumable uploads of tus 1.0 whose addresses follow from visit and
 * evidence: nothing has to be kept before the first byte.
 *
 * F1  how far the hub is, the hub says: its list of the visit, HEAD, or the answer to
 *     a PATCH.  Our own count is shown and never sent.
 * F2  what was cut goes on from where the hub is; no file begins again but one whose
 *     bytes the hub found to be wrong, and that one once.
 * F3  the next file begins while the tail of the one before is still on its way, so
 *     that the link is never idle between two; on long lossy links several fill it.
 * F4  a file is through only with a receipt that verified (C1).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/internal.h"

enum {
	TRIES = 3,			/* answers in a row that brought nothing */
	CUTS = 12,			/* cuts in a row that brought nothing */
	STALL_BYTES = 20 << 20,		/* one more second for the hub to check these */
};

/* What is known of a file at the hub; 0 and above: its offset. */
enum {
	UP_UNKNOWN = -1,
	UP_NONE = -2,
	UP_WHOLE = -3,
};

struct upload {
	struct client *c;
	struct named_file f;
	struct evidence_reader *reader;
	uint64_t call, timer;
	int64_t known;
	int64_t at;			/* bytes given to the link */
	int64_t best;			/* the furthest offset that the hub told */
	int tries, cuts;
	bool again;			/* was begun again once */
	bool waiting;			/* for a session */
	struct fj_err err;		/* of our own file */
};

static void go(struct upload *u);

/* ---- slots ---- */

static void
slot_free(struct upload *u)
{
	struct client *c = u->c;
	size_t i;

	for (i = 0; i < UPLOADS; i++)
		if (c->upload[i] == u)
			c->upload[i] = NULL;
	loop_cancel(c->env.loop, u->timer);
	if (c->x != NULL)
		xfer_drop(c->x, u->call);
	evidence_close(&u->reader);
	free(u);
}

void
up_drop(struct client *c)
{
	size_t i;

	loop_cancel(c->env.loop, c->pump);
	c->pump = 0;
	for (i = 0; i < UPLOADS; i++)
		if (c->upload[i] != NULL)
			slot_free(c->upload[i]);
}

static void
pump_due(void *ctx)
{
	struct client *c = ctx;

	c->pump = 0;
	up_pump(c);
}

static void
pump_soon(struct client *c)
{
	if (c->pump == 0)
		c->pump = loop_after(c->env.loop, 0, pump_due, c);
}

/* This one is over, well or not: the next. */
static void
over(struct upload *u)
{
	struct client *c = u->c;

	c->bytes_before += u->f.want.size;
	slot_free(u);
	run_phase(c, c->st.phase);
	pump_soon(c);
}

static void
pass_over(struct upload *u, const char *code, const char *detail)
{
	files_flaw(u->c, &u->f, code, detail);
	over(u);
}

/* ---- what the hub says ---- */

/* False: it makes no sense, or helped nothing for too long; the file is passed over. */
static bool
told(struct upload *u, const struct answer *a)
{
	if (a->receipt >= 0) {
		u->known = UP_WHOLE;
		return true;
	}
	if (a->offset < 0 || a->offset > u->f.want.size) {
		pass_over(u, "sync.file-refused", "offset");
		return false;
	}
	u->known = u->at = a->offset;
	if (a->offset > u->best) {
		u->best = a->offset;
		u->tries = u->cuts = 0;
		pace_progress(&u->c->pace);
	} else if (++u->tries > TRIES) {
		pass_over(u, "sync.file-refused", "no progress");
		return false;
	}
	return true;
}

static void
timer_due(void *ctx)
{
	struct upload *u = ctx;

	u->timer = 0;
	go(u);
}

/* The link cut it: ask how far it came.  False: it was no cut. */
static bool
was_cut(struct upload *u, const struct answer *a)
{
	struct client *c = u->c;
	int64_t ms;

	if (!a->cut)
		return false;
	ms = ++u->cuts > CUTS ? -1 : run_cut(c, a);
	if (ms < 0) {
		run_end(c, a->rc, &a->err);
		return true;
	}
	if (u->known >= 0)
		u->known = UP_UNKNOWN;
	u->timer = loop_after(c->env.loop, ms, timer_due, u);
	return true;
}

/* Another offset than ours: with the hub's in it, it is as good as a HEAD. */
static void
other_offset(struct upload *u, const struct answer *a)
{
	if (a->offset >= 0 || a->receipt >= 0) {
		if (told(u, a))
			go(u);
		return;
	}
	u->known = UP_UNKNOWN;
	if (++u->tries <= TRIES)
		go(u);
	else
		pass_over(u, "sync.file-refused", a->problem.name);
}

/* Thrown away, or expired: begun anew, once each time that it can help. */
static bool
begins_anew(struct upload *u, enum reaction how)
{
	if (how == REACT_FILE_AGAIN && !u->again) {
		u->again = true;
		u->known = UP_NONE;
		u->best = 0;
		return true;
	}
	if (how == REACT_DROP && u->known >= 0 && ++u->tries <= TRIES) {
		u->known = UP_UNKNOWN;
		return true;
	}
	return false;
}

static bool
is_of_the_file(enum reaction how)
{
	return how == REACT_FILE_AGAIN || how == REACT_STOP_FILE || how == REACT_SMALLER ||
	    how == REACT_DROP || how == REACT_ENTRY_FIRST;
}

/* A refusal that concerns this file alone.  False: none, go on with the answer. */
static bool
was_refused(struct upload *u, const struct answer *a)
{
	enum reaction how;

	if (!a->refused)
		return false;
	how = problem_react(&a->problem);
	if (how == REACT_OFFSET)
		other_offset(u, a);
	else if (begins_anew(u, how))
		go(u);
	else if (is_of_the_file(how))
		pass_over(u, "sync.file-refused", a->problem.name);
	else
		return false;
	return true;
}

/* ---- requests ---- */

static void
ask(struct upload *u, struct xfer_request *r, xfer_done done)
{
	struct client *c = u->c;
	struct fj_err e;

	r->ctx = u;
	if (xfer_start(c->x, r, done, u, &u->call, &e) != FJ_OK)
		run_end(c, e.rc, &e);
}

static void
receipt_done(void *ctx, struct answer *a)
{
	struct upload *u = ctx;
	struct client *c = u->c;
	struct envelope v;
	struct fj_err e;
	enum fj_rc rc;

	u->call = 0;
	if (was_cut(u, a) || !run_answer(c, a))
		return;
	memset(&v, 0, sizeof(v));
	rc = signed_read(a->body.p, a->body.n, "receipt", &v, &e);
	if (rc != FJ_OK)
		fj_fail(&e, FJ_OFFLINE, "sync.bad-answer", "s", c->hub.url);
	else
		rc = receipt_keep(c->env.journal, c->roster, &v, &e);
	envelope_release(&v);
	if (rc == FJ_OK && !client_file_receipted(c->env.journal, &u->f.visit,
	    &u->f.evidence))
		rc = fj_fail(&e, FJ_CORRUPT, "sync.receipt", "s", "missing");
	if (rc != FJ_OK) {
		run_end(c, e.rc, &e);
		return;
	}
	c->st.files_done++;
	c->st.up_files++;
	over(u);
}

static void
ask_receipt(struct upload *u)
{
	char *path = files_path(&u->f, "/receipt");
	struct xfer_request r = run_request(u->c, "GET", path, WIRE_MEDIA_JSON);

	ask(u, &r, receipt_done);
	free(path);
}

static size_t
read_file(void *ctx, void *p, size_t n)
{
	struct upload *u = ctx;
	size_t got;

	if (evidence_read(u->reader, u->at, p, n, &got, &u->err) != FJ_OK)
		return SIZE_MAX;
	u->at += (int64_t)got;
	return got;
}

static void
show_bytes(struct client *c)
{
	int64_t done = c->bytes_before;
	size_t i;

	for (i = 0; i < UPLOADS; i++)
		if (c->upload[i] != NULL)
			done += c->upload[i]->at;
	if (done == c->st.bytes_done)
		return;
	c->st.bytes_done = done;
	if (c->env.changed != NULL)
		c->env.changed(c->env.ctx);
}

static bool
filling(const struct upload *u)
{
	return u->known != UP_WHOLE && u->f.want.size - u->at > pace_lead(&u->c->pace);
}

static void
moved(void *ctx, int64_t up, int64_t down)
{
	struct upload *u = ctx;

	(void)up;
	(void)down;
	show_bytes(u->c);
	if (!filling(u) && u->c->file_at < u->c->nfile)
		pump_soon(u->c);
}

static void
send_done(void *ctx, struct answer *a)
{
	struct upload *u = ctx;

	u->call = 0;
	evidence_close(&u->reader);
	if (u->err.rc != FJ_OK) {
		/* Our own file cannot be read: not the hub's fault. */
		pass_over(u, "sync.file-damaged", u->err.code);
		return;
	}
	if (was_cut(u, a) || was_refused(u, a) || !run_answer(u->c, a))
		return;
	if (told(u, a))
		go(u);
}

static void
send_file(struct upload *u, int64_t offset)
{
	struct client *c = u->c;
	struct xfer_request r;
	struct fj_err e;
	char line[64];
	char *path;

	if (evidence_open(c->env.journal, &u->f.evidence, &u->reader, &e) != FJ_OK) {
		pass_over(u, "sync.file-damaged", e.code);
		return;
	}
	u->at = offset;
	u->known = offset;
	fj_err_clear(&u->err);
	path = files_path(&u->f, "");
	snprintf(line, sizeof(line), "Upload-Offset: %lld", (long long)offset);
	r = run_request(c, "PATCH", path, NULL);
	r.media = "application/offset+octet-stream";
	r.read = read_file;
	r.length = u->f.want.size - offset;
	r.moved = moved;
	r.stall_s = XFER_STALL_S + (long)(u->f.want.size / STALL_BYTES);
	r.header[r.nheader++] = "Tus-Resumable: 1.0.0";
	r.header[r.nheader++] = line;
	ask(u, &r, send_done);
	free(path);
}

static void
create_done(void *ctx, struct answer *a)
{
	struct upload *u = ctx;

	u->call = 0;
	if (was_cut(u, a) || was_refused(u, a) || !run_answer(u->c, a))
		return;
	if (a->offset < 0)
		a->offset = 0;
	if (told(u, a))
		go(u);
}

static void
create(struct upload *u)
{
	struct xfer_request r;
	char line[64];
	char *path = files_path(&u->f, "");

	snprintf(line, sizeof(line), "Upload-Length: %lld", (long long)u->f.want.size);
	r = run_request(u->c, "POST", path, NULL);
	r.body = "";
	r.nbody = 0;
	r.header[r.nheader++] = "Tus-Resumable: 1.0.0";
	r.header[r.nheader++] = line;
	ask(u, &r, create_done);
	free(path);
}

static void
head_done(void *ctx, struct answer *a)
{
	struct upload *u = ctx;

	u->call = 0;
	if (was_cut(u, a))
		return;
	if (a->refused && a->status == 404) {
		u->known = UP_NONE;
		go(u);
		return;
	}
	if (a->refused && a->status == 409) {
		pass_over(u, "sync.file-refused", "entry-first");
		return;
	}
	if (run_answer(u->c, a) && told(u, a))
		go(u);
}

static void
head(struct upload *u)
{
	char *path = files_path(&u->f, "");
	struct xfer_request r = run_request(u->c, "HEAD", path, NULL);

	r.header[r.nheader++] = "Tus-Resumable: 1.0.0";
	ask(u, &r, head_done);
	free(path);
}

/* The next request of this file, by what is known of it. */
static void
go(struct upload *u)
{
	struct client *c = u->c;

	u->waiting = !session_good(c);
	if (u->waiting || !c->running)
		return;
	c->st.item = u->f.evidence;
	if (u->known == UP_WHOLE)
		ask_receipt(u);
	else if (u->known >= 0)
		send_file(u, u->known);
	else if (u->known == UP_UNKNOWN)
		head(u);
	else if (run_has(c, FEATURE_IMPLICIT) && u->f.want.size > 0)
		send_file(u, 0);
	else
		create(u);
}

/* ---- all of them ---- */

static void
begin(struct client *c, size_t slot)
{
	struct upload *u = xcalloc(1, sizeof(*u));

	u->c = c;
	u->f = c->file[c->file_at];
	u->known = c->known[c->file_at];
	u->at = u->best = u->known > 0 ? u->known : 0;
	c->file_at++;
	c->upload[slot] = u;
	go(u);
}

static void
up_over(struct client *c)
{
	c->phase_up = false;
	if (c->drain)
		run_end(c, FJ_OK, NULL);
	else
		run_later(c, down_begin);
}

void
up_pump(struct client *c)
{
	unsigned most = pace_transfers(&c->pace), full = 0;
	size_t i, active = 0;

	for (i = 0; i < UPLOADS; i++) {
		if (c->upload[i] != NULL && c->upload[i]->waiting && !c->renewing)
			go(c->upload[i]);
		if (c->upload[i] == NULL)
			continue;
		active++;
		full += filling(c->upload[i]);
	}
	/* One slot is left for what waits for its receipt. */
	for (i = 0; i < UPLOADS && c->running && full < most && c->file_at < c->nfile; i++)
		if (c->upload[i] == NULL) {
			begin(c, i);
			active++;
			full += c->upload[i] != NULL && filling(c->upload[i]);
		}
	if (active == 0 && c->running && c->phase_up)
		up_over(c);
}

/* ---- how far the hub is ---- */

static void list_visit(struct client *c);

static void
learn(struct client *c, const struct id *visit, const struct wire_file *w, size_t n)
{
	size_t i, k;

	for (i = 0; i < c->nfile; i++) {
		if (!id_eq(&c->file[i].visit, visit))
			continue;
		/* The list is cut off at WIRE_FILES: what it does not name may be there. */
		c->known[i] = n < WIRE_FILES ? UP_NONE : UP_UNKNOWN;
		for (k = 0; k < n; k++)
			if (id_eq(&c->file[i].evidence, &w[k].evidence))
				c->known[i] = w[k].done ? UP_WHOLE :
				    w[k].offset > (uint64_t)c->file[i].want.size ? UP_UNKNOWN :
				    (int64_t)w[k].offset;
	}
}

static void
list_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct wire_file *w = NULL;
	size_t n = 0;

	/* A device that may not look asks for each file. */
	if (a->refused && (a->status == 404 || a->status == 403)) {
		c->at++;
		run_later(c, list_visit);
		return;
	}
	if (!run_answer(c, a))
		return;
	if (files_read(a->body.p, a->body.n, &w, &n, NULL) == FJ_OK)
		learn(c, &c->stream[c->at], w, n);
	free(w);
	c->at++;
	run_later(c, list_visit);
}

static void
list_visit(struct client *c)
{
	struct xfer_request r;
	char id[ID_TEXT + 1];
	char *path;

	if (c->at == c->nstream) {
		c->nstream = 0;
		c->phase_up = true;
		up_pump(c);
		return;
	}
	id_format(&c->stream[c->at], id);
	path = xasprintf("/v1/visits/%s/evidence", id);
	r = run_request(c, "GET", path, WIRE_MEDIA_JSON);
	run_ask(c, &r, list_done, list_visit);
	free(path);
}

/* The visits whose files go up, each once. */
static void
visits_of_files(struct client *c)
{
	size_t i, k;

	c->nstream = c->at = 0;
	c->stream = xrealloc(c->stream, c->nfile + 1, sizeof(*c->stream));
	c->known = xrealloc(c->known, c->nfile + 1, sizeof(*c->known));
	for (i = 0; i < c->nfile; i++) {
		c->known[i] = UP_UNKNOWN;
		for (k = 0; k < c->nstream && !id_eq(&c->stream[k], &c->file[i].visit); k++)
			;
		if (k == c->nstream)
			c->stream[c->nstream++] = c->file[i].visit;
	}
}

void
up_begin(struct client *c)
{
	c->phase_up = false;
	if (!files_gather(c, true))
		return;
	run_phase(c, CLIENT_EVIDENCE_UP);
	visits_of_files(c);
	list_visit(c);
}
