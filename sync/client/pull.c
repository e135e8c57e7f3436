/* SPDX-License-Identifier: Apache-2.0 */
/* Roster, listing and entries down (C3, C8). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/heads.h"

static void
bad_answer(struct client *c)
{
	struct fj_err e;

	fj_fail(&e, FJ_OFFLINE, "sync.bad-answer", "s", c->hub.url);
	run_end(c, e.rc, &e);
}

/* ---- roster ---- */

static enum fj_rc
roster_row(struct client *c, const uint8_t *item, size_t n, struct fj_err *e)
{
	const uint8_t *frame, *sig;
	struct journal_received got;
	struct entry en;
	size_t nframe;
	enum fj_rc rc;

	rc = items_split_entry(item, n, &frame, &nframe, &sig, e);
	if (rc == FJ_OK)
		rc = entry_decode(frame, nframe, &en, e);
	/* Another hub's roster is no business of this workspace. */
	if (rc != FJ_OK || !id_eq(&en.stream, &c->hub.roster_stream))
		return fj_fail(e, FJ_CORRUPT, "sync.bad-answer", "s", c->hub.url);
	return journal_receive(c->env.journal, &en, 1, sig, NULL, 0, &got, e);
}

/* Our own row: an end that the hub key signed is believed, a problem alone is not. */
static bool
roster_judge(struct client *c)
{
	const struct roster_device *d;
	struct fj_err e;
	enum fj_rc rc;

	roster_free(&c->roster);
	rc = client_roster(c->env.journal, &c->roster, &e);
	if (rc == FJ_OK && (c->roster == NULL || roster_hub(c->roster, &c->hub.hub) == NULL))
		rc = fj_fail(&e, FJ_CORRUPT, "sync.roster", "s", c->hub.url);
	if (rc == FJ_OK) {
		d = roster_device(c->roster, journal_dev(c->env.journal));
		if (d != NULL && d->end == END_LOST)
			rc = fj_fail(&e, FJ_REFUSED, "sync.ended", "s", "lost");
		if (d != NULL && d->end == END_RETIRED)
			c->drain = true;
	}
	/* The bureau must be able to open the data, whatever happens to the owner. */
	if (rc == FJ_OK && roster_recovery(c->roster) != NULL &&
	    !journal_has_bureau_key(c->env.journal))
		rc = journal_set_bureau_key(c->env.journal,
		    &roster_recovery(c->roster)->kx, &e);
	if (rc == FJ_OK)
		return true;
	run_end(c, rc, &e);
	return false;
}

/* One page of it; the run ends when it is none.  One that brings nothing and says
 * that there is more would be asked for without end (C8). */
static bool
roster_take(struct client *c, const struct answer *a)
{
	const uint8_t *item;
	struct items it;
	char row[24];
	struct fj_err e;
	enum fj_rc rc;
	size_t n, rows = 0;

	items_init(&it, a->body.p, a->body.n);
	while ((rc = items_next(&it, &item, &n, &e)) == FJ_OK) {
		rc = roster_row(c, item, n, &e);
		if (rc != FJ_OK)
			break;
		rows++;
	}
	if (rc == FJ_NOTFOUND && a->roster >= 0 && (rows > 0 || !a->more)) {
		snprintf(row, sizeof(row), "%lld", (long long)a->roster);
		rc = text_put(c->env.journal, "sync", "roster", row, &e);
	} else if (rc == FJ_NOTFOUND) {
		bad_answer(c);
		return false;
	}
	if (rc != FJ_OK)
		run_end(c, rc, &e);
	return rc == FJ_OK;
}

static void
roster_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;

	if (!run_answer(c, a) || !roster_take(c, a))
		return;
	if (a->more)
		run_later(c, roster_step);
	else if (roster_judge(c))
		run_later(c, push_begin);
}

/* Beside the push: one that did not come through is asked for before it. */
static void
beside_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;

	c->asking_roster = false;
	if (a->cut || a->more) {
		run_again_from(c, roster_step);
		return;
	}
	if (run_answer(c, a) && roster_take(c, a) && roster_judge(c))
		push_roster_here(c);
}

/* path is owned. */
static enum fj_rc
roster_path(struct client *c, char **path, struct fj_err *e)
{
	struct fj_buf row;
	enum fj_rc rc;

	fj_buf_init(&row, 64);
	rc = text_get(c->env.journal, "sync", "roster", &row, e);
	if (rc == FJ_OK)
		*path = xasprintf("/v1/roster?after=%s", row.n > 0 ? row.p : "0");
	fj_buf_release(&row);
	return rc;
}

void
roster_step(struct client *c)
{
	struct xfer_request r;
	struct fj_err e;
	char *path;
	enum fj_rc rc;

	rc = roster_path(c, &path, &e);
	if (rc != FJ_OK) {
		run_end(c, rc, &e);
		return;
	}
	r = run_request(c, "GET", path, WIRE_MEDIA_ROSTER);
	run_ask(c, &r, roster_done, roster_step);
	free(path);
}

/* Is a roster held that knows this hub, and under which we go on? */
static bool
roster_stands(struct client *c)
{
	const struct roster_device *d;

	roster_free(&c->roster);
	if (c->offer_all || client_roster(c->env.journal, &c->roster, NULL) != FJ_OK ||
	    c->roster == NULL || roster_hub(c->roster, &c->hub.hub) == NULL)
		return false;
	d = roster_device(c->roster, journal_dev(c->env.journal));
	return d != NULL && d->end == END_NONE;
}

bool
roster_beside(struct client *c)
{
	struct xfer_request r;
	char *path;

	if (!roster_stands(c) || roster_path(c, &path, NULL) != FJ_OK)
		return false;
	r = run_request(c, "GET", path, WIRE_MEDIA_ROSTER);
	c->asking_roster = xfer_start(c->x, &r, beside_done, c, NULL, NULL) == FJ_OK;
	free(path);
	return c->asking_roster;
}

/* ---- listing ---- */

static void
list_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct listing l;
	struct fj_err e;
	enum head_verdict head = HEAD_KEPT;
	enum fj_rc rc;
	size_t i;

	if (!run_answer(c, a))
		return;
	memset(&l, 0, sizeof(l));
	if (listing_read(a->body.p, a->body.n, &l, NULL) != FJ_OK || l.n > WIRE_STREAMS) {
		listing_release(&l);
		bad_answer(c);
		return;
	}
	c->stream = xrealloc(c->stream, l.n + 1, sizeof(*c->stream));
	for (i = 0; i < l.n; i++)
		c->stream[i] = l.streams[i].stream;
	c->nstream = l.n;
	c->at = 0;
	c->epoch = l.epoch;
	c->receipts_asked = false;
	receipts_free(&c->got);
	c->more_streams = l.more;
	memcpy(c->cursor, l.cursor, sizeof(c->cursor));
	rc = heads_see(c, &l.head, &head, &e);
	listing_release(&l);
	if (rc != FJ_OK)
		run_end(c, rc, &e);
	else if (head == HEAD_AGAIN)
		run_later(c, roster_step);
	else if (head == HEAD_ASK)
		run_later(c, heads_step);
	else
		entries_step(c);
}

static bool
cursor_safe(const char *s)
{
	return s[strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-_~")] == '\0';
}

void
list_step(struct client *c)
{
	struct xfer_request r;
	struct fj_buf cur;
	struct fj_err e;
	char *path;
	enum fj_rc rc;

	run_phase(c, CLIENT_DOWN);
	fj_buf_init(&cur, WIRE_CURSOR);
	rc = text_get(c->env.journal, "sync", "cursor", &cur, &e);
	if (rc != FJ_OK) {
		run_end(c, rc, &e);
	} else {
		path = cur.n > 0 && cursor_safe(cur.p) ?
		    xasprintf("/v1/streams?cursor=%s", cur.p) : xstrdup("/v1/streams");
		r = run_request(c, "GET", path, WIRE_MEDIA_JSON);
		run_ask(c, &r, list_done, list_step);
		free(path);
	}
	fj_buf_release(&cur);
}

/* ---- entries ---- */

/* Does the hub know an entry of ours that is not here?  What it merely tells us back
 * (its newest is older than ours) is none. */
static bool
is_news(struct client *c, const struct run *run)
{
	struct fj_buf b;
	struct entry en;
	bool news;

	if (run->n == 0)
		return false;
	fj_buf_init(&b, ENTRY_HEAD + LIMIT_PAYLOAD);
	news = journal_entry(c->env.journal, &run->stream, &run->entries[run->n - 1].id, &b, &en,
	    NULL) == FJ_NOTFOUND;
	fj_buf_release(&b);
	return news;
}

/* One run of another's chain, or of ours that the hub tells us back. */
static enum fj_rc
take_run(struct client *c, const struct run *run, size_t *added, struct fj_err *e)
{
	struct journal_received got;
	enum fj_rc rc;

	if (id_eq(&run->dev, journal_dev(c->env.journal))) {
		struct fj_err flaw;
		char text[ID_TEXT + 1];

		if (!is_news(c, run))
			return FJ_OK;
		id_format_short(&run->stream, text);
		fj_fail(&flaw, FJ_REFUSED, "sync.rewound", "s", text);
		run_flaw(c, &flaw);
		return FJ_OK;
	}
	/* What came from the hub with its receipt need not go back to it. */
	rc = receipts_receive(c->got, run, &got, e);
	if (rc == FJ_OK)
		*added += got.added;
	return rc;
}

/* Before the runs, which are kept with what the receipts say of them.  One that
 * proves nothing is named; what it was for is offered to the hub again. */
static enum fj_rc
take_receipts(struct client *c, const struct answer *a, struct fj_err *e)
{
	const uint8_t *item;
	struct items it;
	size_t n;
	enum fj_rc rc;

	if (c->got == NULL)
		c->got = receipts_new(c->env.journal);
	items_init(&it, a->body.p, a->body.n);
	while ((rc = items_next(&it, &item, &n, e)) == FJ_OK) {
		struct envelope v;
		struct fj_err why;

		if (!items_is_receipt(item, n))
			continue;
		memset(&v, 0, sizeof(v));
		if (items_receipt(item, n, &v, NULL) != FJ_OK)
			v.has_sig = false;
		if (receipts_add(c->got, c->roster, &v, &why) != FJ_OK)
			run_flaw(c, &why);
		envelope_release(&v);
	}
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

/* After the runs: files, and entries that were held before. */
static enum fj_rc
keep_receipts(struct client *c, bool last, struct fj_err *e)
{
	uint8_t upto[RECEIPTS_UPTO];
	struct journal_kv kv = { "sync-receipts", { c->stream[c->at].b, ID_LEN },
	    { upto, sizeof(upto) } };
	struct fj_err why;
	enum fj_rc rc;

	fj_put_u64(upto, c->epoch);
	fj_put_u64(upto + 8, c->receipts_upto);
	rc = receipts_keep(c->got, last && c->receipts_upto > 0 ? &kv : NULL, &why);
	if (rc == FJ_CORRUPT) {
		run_flaw(c, &why);
		return FJ_OK;
	}
	if (rc != FJ_OK)
		*e = why;
	return rc;
}

/* On to the next stream of the page. */
static void
stream_over(struct client *c)
{
	receipts_free(&c->got);
	c->receipts_upto = 0;
	c->receipts_asked = false;
	c->at++;
}

/* Runs that do not verify are passed over and named; the rest is taken. */
static enum fj_rc
take_runs(struct client *c, const struct answer *a, size_t *added, struct fj_err *e)
{
	const uint8_t *item;
	struct items it;
	size_t n, used;
	enum fj_rc rc;

	items_init(&it, a->body.p, a->body.n);
	while ((rc = items_next(&it, &item, &n, e)) == FJ_OK) {
		struct run *run = NULL;
		struct fj_err why;

		if (items_is_receipt(item, n))
			continue;
		rc = run_decode(item, n, &run, &used, &why);
		if (rc == FJ_OK && (used != n || run->kind != STREAM_VISIT ||
		    !id_eq(&run->stream, &c->stream[c->at])))
			rc = fj_fail(&why, FJ_CORRUPT, "sync.bad-answer", "s", c->hub.url);
		if (rc == FJ_OK)
			rc = take_run(c, run, added, &why);
		run_free(&run);
		if (rc == FJ_FULL || rc == FJ_IO || rc == FJ_BUSY || rc == FJ_NOMEM) {
			*e = why;
			return rc;
		}
		if (rc != FJ_OK)
			run_flaw(c, &why);
	}
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

static void
entries_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct fj_err e;
	bool further, last;
	size_t added = 0;
	enum fj_rc rc;

	/* It may have become invisible since it was listed. */
	if (a->refused && a->status == 404) {
		stream_over(c);
		run_later(c, entries_step);
		return;
	}
	if (!run_answer(c, a))
		return;
	further = a->receipts > 0 && (uint64_t)a->receipts > c->receipts_upto;
	if (further)
		c->receipts_upto = (uint64_t)a->receipts;
	rc = take_receipts(c, a, &e);
	if (rc == FJ_OK)
		rc = take_runs(c, a, &added, &e);
	/* More, and it helped: again with the new heads (C8). */
	last = !a->more || (added == 0 && !further);
	if (rc == FJ_OK)
		rc = keep_receipts(c, last && !a->more, &e);
	if (rc != FJ_OK) {
		run_end(c, rc, &e);
		return;
	}
	if (added > 0)
		run_received(c, &c->stream[c->at]);
	if (last)
		stream_over(c);
	run_phase(c, CLIENT_DOWN);
	run_later(c, entries_step);
}

static void
page_over(struct client *c)
{
	struct fj_err e;
	enum fj_rc rc;

	/* Everything of the page is durable: now the cursor may be (C3). */
	rc = text_put(c->env.journal, "sync", "cursor", c->cursor, &e);
	if (rc != FJ_OK)
		run_end(c, rc, &e);
	else if (c->more_streams)
		run_later(c, list_step);
	else if (c->o.metered)
		run_end(c, FJ_OK, NULL);
	else
		run_later(c, blobs_begin);
}

/* A head that the hub does not hold yet is passed over there, and the whole chain would
 * come back: the newest one that it is known to hold is named. */
static void
name_known(struct client *c, struct chain_head *head, size_t n)
{
	struct sent s;
	size_t i;

	for (i = 0; i < n; i++)
		if (sent_get(c->env.journal, &c->stream[c->at], &head[i].dev, &s, NULL) == FJ_OK &&
		    s.seq > 0 && s.seq < head[i].seq) {
			head[i].seq = s.seq;
			head[i].id = s.id;
		}
}

void
entries_step(struct client *c)
{
	struct chain_head *head = NULL;
	struct xfer_request r;
	char id[ID_TEXT + 1];
	struct fj_buf path;
	struct fj_err e;
	enum fj_rc rc;
	size_t n = 0;

	if (c->at == c->nstream) {
		page_over(c);
		return;
	}
	c->st.item = c->stream[c->at];
	rc = journal_heads(c->env.journal, &c->stream[c->at], &head, &n, &e);
	if (rc == FJ_OK && !c->receipts_asked) {
		c->receipts_upto = 0;
		if (!c->offer_all)
			rc = receipts_upto(c->env.journal, &c->stream[c->at], c->epoch,
			    &c->receipts_upto, &e);
		c->receipts_asked = true;
	}
	if (rc != FJ_OK) {
		free(head);
		run_end(c, rc, &e);
		return;
	}
	name_known(c, head, n);
	id_format(&c->stream[c->at], id);
	fj_buf_init(&path, WIRE_HAVE_BYTES + 256);
	fj_buf_printf(&path, "/v1/streams/%s/entries?receipts=%llu&have=", id,
	    (unsigned long long)c->receipts_upto);
	have_write(head, n < WIRE_HEADS ? n : WIRE_HEADS, &path);
	r = run_request(c, "GET", path.p, WIRE_MEDIA_RUNS);
	run_ask(c, &r, entries_done, entries_step);
	fj_buf_release(&path);
	free(head);
}
