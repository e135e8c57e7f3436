/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles: visits on a USB stick.  Writing, and taking in. */
#include "app/bundles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/ended.h"
#include "app/syncing.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "entry/card.h"
#include "entry/receipt.h"
#include "os/fs.h"
#include "wire/run.h"

enum {
	RUN_BYTES = 1 << 20,
	COPY = 65536,
};

/* ---- receivers ---- */

struct receivers {
	struct identity_public key[BUNDLE_RECEIVERS];
	size_t n;
};

/* One that does not fit is never left out in silence: he could not open it. */
static enum fj_rc
receiver_add(struct receivers *r, const struct identity_public *k, struct fj_err *e)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (key_eq(&r->key[i], k))
			return FJ_OK;
	if (r->n == BUNDLE_RECEIVERS)
		return fj_fail(e, FJ_LIMIT, "app.receivers", "d", BUNDLE_RECEIVERS);
	r->key[r->n++] = *k;
	return FJ_OK;
}

static bool
in_team(const struct visit_facts *f, const struct roster_person *p)
{
	int i;

	for (i = 0; i < f->team_count; i++)
		if (p->cert != NULL && f->team[i].cert != NULL ?
		    strcmp(p->cert, f->team[i].cert) == 0 :
		    strcmp(p->name, f->team[i].name) == 0)
			return true;
	return false;
}

/* The devices of the team and the hubs, as the roster knows them. */
static enum fj_rc
receivers_known(const struct app *a, const struct visit_facts *f, struct receivers *r,
    struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	const struct roster_device *d;
	const struct roster_hub *h;
	size_t i;

	if (a->roster == NULL)
		return FJ_OK;
	for (i = 0; rc == FJ_OK && (d = roster_device_at(a->roster, i)) != NULL; i++) {
		const struct roster_person *p = roster_person(a->roster, &d->person);

		if (d->end == END_NONE && p != NULL && in_team(f, p))
			rc = receiver_add(r, &d->key, e);
	}
	for (i = 0; rc == FJ_OK && (h = roster_hub_at(a->roster, i)) != NULL; i++)
		rc = receiver_add(r, &h->key, e);
	return rc;
}

static enum fj_rc
receivers_cards(struct receivers *r, const char *const *cards, size_t n, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, CARD_BYTES);
	for (i = 0; rc == FJ_OK && i < n; i++) {
		struct hello h;

		fj_buf_clear(&b);
		rc = fs_read(cards[i], &b, e);
		if (rc == FJ_OK)
			rc = card_read(b.p, b.n, &h, e);
		if (rc == FJ_OK)
			rc = receiver_add(r, &h.key, e);
	}
	fj_buf_release(&b);
	return rc;
}

/* ---- writing ---- */

struct out {
	struct app *a;
	struct bundle_w *w;
	int fd;
	const char *path;
	bool entries_only;
	enum fj_rc rc;
	struct fj_err *e;
};

static enum fj_rc
write_out(void *ctx, const void *p, size_t n, struct fj_err *e)
{
	struct out *o = ctx;

	return fs_write_all(o->fd, o->path, p, n, e);
}

static enum fj_rc
sign_bundle(void *ctx, enum purpose purpose, const struct hash *h, uint8_t sig[ENTRY_SIG],
    struct fj_err *e)
{
	return journal_sign(ctx, purpose, h, sig, e);
}

static bool
out_roster(void *ctx, const struct entry *en, const uint8_t sig[ENTRY_SIG])
{
	struct out *o = ctx;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	o->rc = run_encode(en, 1, sig, &b, o->e);
	if (o->rc == FJ_OK)
		o->rc = bundle_add_roster(o->w, b.p, b.n, o->e);
	fj_buf_release(&b);
	return o->rc == FJ_OK;
}

static enum fj_rc
out_chain(struct out *o, const struct id *visit, const struct chain_head *head)
{
	uint64_t from = 1;
	enum fj_rc rc = FJ_OK;
	bool more = true;

	while (rc == FJ_OK && more && from <= head->seq) {
		struct journal_run run;
		struct fj_buf b;

		rc = journal_run(o->a->j, visit, &head->dev, from, &head->id,
		    LIMIT_RUN_ENTRIES, RUN_BYTES, &run, o->e);
		if (rc != FJ_OK)
			break;
		fj_buf_init(&b, LIMIT_BODY_BYTES);
		if (run.n > 0) {
			rc = run_encode(run.entry, run.n, run.sig, &b, o->e);
			if (rc == FJ_OK)
				rc = bundle_add_run(o->w, b.p, b.n, o->e);
			from = run.entry[run.n - 1].seq + 1;
		}
		more = run.n > 0 && run.more;
		fj_buf_release(&b);
		journal_run_free(&run);
	}
	return rc;
}

static enum fj_rc
out_chains(struct out *o, const struct id *visit)
{
	struct chain_head *head = NULL;
	size_t n = 0, i;
	enum fj_rc rc = journal_heads(o->a->j, visit, &head, &n, o->e);

	for (i = 0; rc == FJ_OK && i < n; i++)
		rc = out_chain(o, visit, &head[i]);
	free(head);
	return rc;
}

static bool
out_receipt(void *ctx, const struct bytes *key, const struct bytes *value)
{
	struct out *o = ctx;
	struct kept_receipt r;

	(void)key;
	if (kept_receipt_read(value, &r)) {
		o->rc = bundle_add_receipt(o->w, r.text, strlen(r.text), r.sig, o->e);
		json_free(&r.doc);
	}
	return o->rc == FJ_OK;
}

/* Forms that do not travel inside every program. */
static enum fj_rc
out_forms(struct out *o, const struct dossier *d)
{
	const struct visit_facts *f = visit_facts(d->v);
	enum fj_rc rc = FJ_OK;
	int i;

	for (i = 0; rc == FJ_OK && i < f->form_count; i++) {
		struct fj_buf b;

		if (shelf_shipped(o->a->shelf, &f->forms[i].digest))
			continue;
		fj_buf_init(&b, LIMIT_FORM_BYTES);
		if (shelf_bytes(o->a, &f->forms[i].digest, &b, NULL) == FJ_OK)
			rc = bundle_add_blob(o->w, &f->forms[i].digest, b.p, b.n, o->e);
		fj_buf_release(&b);
	}
	return rc;
}

static enum fj_rc
out_file(struct out *o, const struct id *visit, const struct evidence *ev)
{
	struct evidence_reader *r = NULL;
	const struct evidence_facts *f;
	char *chunk = xmalloc(COPY);
	int64_t at = 0;
	size_t got = 1;
	enum fj_rc rc = evidence_open(o->a->j, &ev->id, &r, o->e);

	if (rc == FJ_OK) {
		f = evidence_facts(r);
		rc = bundle_evidence_begin(o->w, visit, &ev->id, (uint64_t)f->size,
		    &f->sha256, o->e);
	}
	while (rc == FJ_OK && got > 0) {
		rc = evidence_read(r, at, chunk, COPY, &got, o->e);
		if (rc == FJ_OK && got > 0)
			rc = bundle_evidence_data(o->w, chunk, got, o->e);
		at += (int64_t)got;
	}
	if (rc == FJ_OK)
		rc = bundle_evidence_end(o->w, o->e);
	evidence_close(&r);
	fj_wipe(chunk, COPY);
	free(chunk);
	return rc;
}

static enum fj_rc
out_evidence(struct out *o, const struct dossier *d)
{
	const struct view *w = visit_now(d->v);
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < view_evidence_count(w); i++) {
		const struct evidence *ev = view_evidence_at(w, i);

		if (dossier_evidence_held(d, &ev->id))
			rc = out_file(o, &d->id, ev);
	}
	return rc;
}

/* Small things first: a reader that stops early has the entries. */
static enum fj_rc
out_all(struct out *o, struct dossier *const *d, size_t n)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (o->a->roster != NULL)
		roster_each(o->a->roster, out_roster, o);
	rc = o->rc;
	for (i = 0; rc == FJ_OK && i < n; i++)
		rc = out_forms(o, d[i]);
	for (i = 0; rc == FJ_OK && i < n; i++)
		rc = out_chains(o, &d[i]->id);
	if (rc == FJ_OK)
		rc = journal_facts(o->a->j, "receipt", out_receipt, o, o->e);
	if (rc == FJ_OK)
		rc = o->rc;
	for (i = 0; rc == FJ_OK && !o->entries_only && i < n; i++)
		rc = out_evidence(o, d[i]);
	return rc == FJ_OK ? bundle_finish(o->w, o->e) : rc;
}

static enum fj_rc
write_bundle(struct out *o, struct dossier *const *d, size_t n, const struct id *visits,
    const struct receivers *r, const char *path)
{
	struct app *a = o->a;
	struct fj_err *e = o->e;
	char *tmp = xasprintf("%s.part", path);
	struct bundle_about about = {.nvisit = n};
	enum fj_rc rc = FJ_OK;

	o->path = tmp;
	about.visits = xmemdup(visits, n * sizeof(*visits));
	snprintf(about.name, sizeof(about.name), "%s", a->me.name);
	app_stamp(a, &about.at);
	o->fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (o->fd < 0)
		rc = fj_fail_errno(e, "app.write", tmp);
	if (rc == FJ_OK)
		rc = bundle_write_begin(journal_public(a->j), sign_bundle, a->j, r->key, r->n,
		    &about, write_out, o, &o->w, e);
	if (rc == FJ_OK)
		rc = out_all(o, d, n);
	if (rc == FJ_OK)
		rc = fs_sync_fd(o->fd, tmp, e);
	if (o->fd >= 0)
		close(o->fd);
	if (rc == FJ_OK)
		rc = fs_rename(tmp, path, e);
	/* What cannot be removed either is overwritten next time. */
	if (rc != FJ_OK)
		(void)!fs_remove(tmp, NULL);
	bundle_w_free(&o->w);
	free(about.visits);
	free(tmp);
	return rc;
}

static enum fj_rc
export_bundle(struct out *o, const struct id *visits, size_t n, const char *path,
    const char *const *cards, size_t card_n)
{
	struct app *a = o->a;
	struct fj_err *e = o->e;
	struct dossier **d = xcalloc(n, sizeof(struct dossier *));
	struct receivers *r = xcalloc(1, sizeof(*r));
	enum fj_rc rc = app_need(a, e);
	size_t i;

	for (i = 0; rc == FJ_OK && i < n; i++) {
		rc = dossier_open(a, &visits[i], &d[i], e);
		if (rc == FJ_OK)
			rc = receivers_known(a, visit_facts(d[i]->v), r, e);
	}
	if (rc == FJ_OK)
		rc = receivers_cards(r, cards, card_n, e);
	if (rc == FJ_OK && r->n == 0)
		rc = fj_fail(e, FJ_REFUSED, "app.no-receiver", "");
	if (rc == FJ_OK)
		rc = write_bundle(o, d, n, visits, r, path);
	for (i = 0; i < n; i++)
		dossier_close(&d[i]);
	free(d);
	free(r);
	return rc;
}

enum fj_rc
app_bundle_export(struct app *a, const struct id *visits, size_t n, const char *path,
    const char *const *cards, size_t card_n, struct fj_err *e)
{
	struct out o = {.a = a, .e = e};

	return export_bundle(&o, visits, n, path, cards, card_n);
}

enum fj_rc
bundle_entries_export(struct app *a, const struct id *visit, const char *path,
    const char *const *cards, size_t card_n, struct fj_err *e)
{
	struct out o = {.a = a, .e = e, .entries_only = true};

	return export_bundle(&o, visit, 1, path, cards, card_n);
}

/* ---- reading ---- */

enum fj_rc
bundle_file_read(struct app *a, const char *path, const struct bundle_handlers *h,
    struct fj_err *e)
{
	struct bundle_file f = {.path = path, .journal = a->j};
	enum fj_rc rc = app_need(a, e);

	if (rc != FJ_OK)
		return rc;
	f.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (f.fd < 0)
		return fj_fail_errno(e, "app.read", path);
	rc = bundle_read(bundle_file_in, &f, journal_dev(a->j), bundle_file_open, &f, h, e);
	close(f.fd);
	return rc;
}

enum fj_rc
bundle_file_in(void *ctx, void *p, size_t n, size_t *got, struct fj_err *e)
{
	struct bundle_file *f = ctx;
	ssize_t k;

	do
		k = read(f->fd, p, n);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return fj_fail_errno(e, "app.read", f->path);
	*got = (size_t)k;
	return FJ_OK;
}

enum fj_rc
bundle_file_open(void *ctx, const void *wrap, size_t n, struct secret **key,
    struct fj_err *e)
{
	struct bundle_file *f = ctx;

	return journal_unwrap(f->journal, BUNDLE_WRAP_INFO, wrap, n, key, e);
}

struct in {
	struct app *a;
	struct app_bundle_result *out;
	struct evidence_writer *w;
	struct dossier *d;		/* of the file that comes in */
};

static enum fj_rc
in_sender(void *ctx, const struct bundle_sender *s, struct fj_err *e)
{
	struct in *in = ctx;

	(void)e;
	in->out->sender_certified = in->a->roster != NULL &&
	    roster_owner(in->a->roster, &s->dev) != NULL;
	return FJ_OK;
}

static enum fj_rc
in_about(void *ctx, const struct bundle_about *about, struct fj_err *e)
{
	struct in *in = ctx;

	(void)e;
	snprintf(in->out->sender, sizeof(in->out->sender), "%.255s", about->name);
	in->out->visits = about->nvisit;
	return FJ_OK;
}

/* Each entry stands on its own signature and chain: what is kept of a bundle
 * that fails later is as good as if it had come alone. */
static enum fj_rc
in_run(void *ctx, const void *p, size_t n, struct fj_err *e)
{
	struct in *in = ctx;
	struct journal_received got = {0};
	struct run *run = NULL;
	size_t used;
	enum fj_rc rc = run_decode(p, n, &run, &used, e);

	/* A roster comes as a roster, where its root is asked for. */
	if (rc == FJ_OK && run->kind == STREAM_VISIT)
		rc = journal_receive(in->a->j, run->entries, run->n, run->sig, NULL, 0, &got, e);
	if (rc == FJ_OK) {
		in->out->entries += got.added;
		in->out->known += got.known;
	}
	run_free(&run);
	return rc;
}

/* A roster counts only under the root that was pinned at enrolment. */
static enum fj_rc
in_roster(void *ctx, const void *p, size_t n, struct fj_err *e)
{
	struct in *in = ctx;
	const struct identity_public *root = in->a->roster != NULL ?
	    roster_root(in->a->roster) : NULL;
	struct journal_received got;
	struct run *run = NULL;
	struct id stream;
	size_t used;
	enum fj_rc rc;

	if (root == NULL)
		return FJ_OK;
	rc = run_decode(p, n, &run, &used, e);
	if (rc != FJ_OK)
		return rc;
	roster_stream(root, &stream);
	if (id_eq(&stream, &run->stream))
		rc = journal_receive(in->a->j, run->entries, run->n, run->sig, NULL, 0, &got, e);
	run_free(&run);
	/* An excerpt may skip what we do not hold: the next sync brings it. */
	return rc == FJ_STALE ? FJ_OK : rc;
}

static enum fj_rc
in_receipt(void *ctx, const char *text, size_t n, const uint8_t sig[ENTRY_SIG],
    struct fj_err *e)
{
	struct in *in = ctx;
	struct receipt r;
	struct fj_buf value, key;
	struct journal_kv kv = {"receipt", {NULL, 0}, {NULL, 0}};
	struct json_w w;
	enum fj_rc rc;

	if (in->a->roster == NULL ||
	    receipt_verify(in->a->roster, text, n, sig, &r, NULL) != FJ_OK)
		return FJ_OK;		/* proves nothing here: passed over */
	fj_buf_init(&key, 16);
	fj_buf_init(&value, LIMIT_BODY_BYTES);
	fj_buf_u64(&key, r.epoch);
	fj_buf_u64(&key, r.position);
	json_w_init(&w, &value);
	json_w_obj(&w);
	json_w_key(&w, "text");
	json_w_strn(&w, text, n);
	json_w_khex(&w, "sig", sig, ENTRY_SIG);
	json_w_end(&w);
	kv.key.p = key.p;
	kv.key.n = key.n;
	kv.value.p = value.p;
	kv.value.n = value.n;
	rc = journal_put(in->a->j, &kv, 1, e);
	receipt_release(&r);
	fj_buf_release(&key);
	fj_buf_release(&value);
	return rc;
}

static enum fj_rc
in_blob(void *ctx, const struct hash *digest, const void *p, size_t n, struct fj_err *e)
{
	struct in *in = ctx;
	enum fj_rc rc = shelf_keep(in->a, p, n, digest, e);

	/* What is no form that this version reads is not kept: the visit says so.
	 * A full disk is told. */
	if (rc == FJ_INVAL || rc == FJ_LIMIT || rc == FJ_NEWER) {
		fj_err_clear(e);
		rc = FJ_OK;
	}
	return rc;
}

static enum fj_rc
in_evidence_begin(void *ctx, const struct id *visit, const struct id *evidence,
    uint64_t size, const struct hash *sha256, struct fj_err *e)
{
	struct in *in = ctx;
	struct evidence_facts expect = {.size = (int64_t)size, .sha256 = *sha256};
	const struct evidence *ev;

	if (in->d == NULL || !id_eq(&in->d->id, visit)) {
		dossier_close(&in->d);
		if (dossier_open(in->a, visit, &in->d, NULL) != FJ_OK)
			return FJ_OK;
	}
	ev = view_evidence(visit_now(in->d->v), evidence);
	/* Only what an entry names is taken in, and only once. */
	if (ev == NULL || ev->sm3 == NULL || dossier_evidence_held(in->d, evidence) ||
	    !hash_parse(ev->sm3, strlen(ev->sm3), &expect.sm3))
		return FJ_OK;
	return evidence_receive(in->a->j, evidence, &expect, &in->w, e);
}

static enum fj_rc
in_evidence_data(void *ctx, const void *p, size_t n, struct fj_err *e)
{
	struct in *in = ctx;

	return in->w != NULL ? evidence_write(in->w, p, n, e) : FJ_OK;
}

static enum fj_rc
in_evidence_end(void *ctx, struct fj_err *e)
{
	struct in *in = ctx;
	enum fj_rc rc;

	if (in->w == NULL)
		return FJ_OK;
	rc = evidence_finish(&in->w, e);
	if (rc == FJ_OK)
		in->out->evidence++;
	return rc;
}

enum fj_rc
app_bundle_import(struct app *a, const char *path, struct app_bundle_result *out,
    struct fj_err *e)
{
	struct in in = {.a = a, .out = out};
	struct bundle_handlers h = {.ctx = &in, .sender = in_sender, .about = in_about,
	    .roster = in_roster, .run = in_run, .receipt = in_receipt, .blob = in_blob,
	    .evidence_begin = in_evidence_begin, .evidence_data = in_evidence_data,
	    .evidence_end = in_evidence_end};
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = bundle_file_read(a, path, &h, e);
	evidence_writer_close(&in.w);
	dossier_close(&in.d);
	if (app_unlocked(a) && app_roster(a, NULL) != FJ_OK)
		a->roster_version = 0;	/* asked again at the next act */
	/* Its roster rows may have ended this device. */
	return rc == FJ_OK ? app_end_settle(a, e) : rc;
}
