/* SPDX-License-Identifier: Apache-2.0 */
/* init, stats. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/admin.h"
#include "os/fs.h"
#include "os/prompt.h"

enum {
	PASS_MAX = 1024,
};

/* ---- init ---- */

static enum fj_rc
read_passphrase(struct admin *ad, struct fj_buf *b, struct fj_err *e)
{
	struct fj_buf again;
	enum fj_rc rc;

	if (ad->a.passphrase_file != NULL)
		return fs_read_secret_line(ad->a.passphrase_file, b, e);
	rc = prompt_line(_(ad->msg, "Passphrase for the root and recovery keys: "), true, b,
	    e);
	if (rc != FJ_OK)
		return rc;
	fj_buf_init_secret(&again, PASS_MAX);
	rc = prompt_line(_(ad->msg, "The same again: "), true, &again, e);
	if (rc == FJ_OK && (again.n != b->n || memcmp(again.p, b->p, b->n) != 0))
		rc = fj_fail(e, FJ_INVAL, "hub.passphrase-differs", "");
	fj_buf_release(&again);
	return rc;
}

static void
say_init(struct admin *ad, const struct hash *root)
{
	char text[HASH_TEXT + 1];
	struct fj_buf b;

	hash_format(root, text);
	if (ad->a.json)
		fprintf(ad->out, "{\"root\":\"%s\"}\n", text);
	else
		fprintf(ad->out, "%s\n", text);
	fj_buf_init(&b, 4096);
	msg_put(ad->msg, &b, "Keys are in {1}. Move root.key and recovery.key to another "
	    "place now: the hub does not need them; whoever holds them and their passphrase "
	    "is the hub.", "s", ad->a.keys);
	fprintf(ad->err, "%s\n", b.p);
	fj_buf_release(&b);
}

int
verb_init(struct admin *ad)
{
	struct hub_init in;
	struct hash root;
	struct fj_err e;
	struct fj_buf pass;
	enum fj_rc rc;

	if (ad->a.store == NULL)
		return admin_bad(ad, "hub.needs", "--store sqlite:FILE");
	if (ad->a.keys == NULL)
		return admin_bad(ad, "hub.needs", "--keys DIR");
	if (ad->a.evidence == NULL)
		return admin_bad(ad, "hub.needs", "--evidence DIR");
	memset(&in, 0, sizeof(in));
	in.o.store = ad->a.store;
	in.o.evidence = ad->a.evidence;
	in.o.keys = ad->a.keys;
	in.o.clock = ad->clock;
	fj_buf_init_secret(&pass, PASS_MAX);
	rc = read_passphrase(ad, &pass, &e);
	in.pass = pass.p;
	in.npass = pass.n;
	if (rc == FJ_OK)
		rc = hub_create(&in, &root, &e);
	fj_buf_release(&pass);
	if (rc != FJ_OK)
		return admin_fail(ad, &e);
	say_init(ad, &root);
	return ADMIN_DONE;
}

/* ---- stats ---- */

int
verb_stats(struct admin *ad)
{
	struct store_stats s;
	struct hub *h = NULL;
	struct fj_err e;
	struct fj_buf b;
	struct json_w w;
	size_t i;
	int code;

	code = admin_open(ad, &h);
	if (code != 0)
		return code;
	if (h->store->ops->stats(h->store, &s, &e) != FJ_OK) {
		hub_close(&h);
		return admin_fail(ad, &e);
	}
	fj_buf_init(&b, 4096);
	json_w_init(&w, &b);
	json_w_obj(&w);
	{
		const struct {
			const char *name;
			int64_t v;
		} rows[] = {
			{ "visits", s.streams }, { "chains", s.chains },
			{ "entries", s.entries }, { "files", s.uploads_done },
			{ "files_open", s.uploads - s.uploads_done },
			{ "file_bytes", s.evidence_bytes }, { "roster", s.roster },
			{ "blobs", s.blobs }, { "position", s.position },
			{ "epoch", (int64_t)h->epoch },
		};

		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			json_w_kint(&w, rows[i].name, rows[i].v);
			if (!ad->a.json)
				fprintf(ad->out, "%-12s %lld\n", rows[i].name,
				    (long long)rows[i].v);
		}
	}
	json_w_end(&w);
	if (ad->a.json)
		fprintf(ad->out, "%s\n", b.p);
	fj_buf_release(&b);
	hub_close(&h);
	return ADMIN_DONE;
}
