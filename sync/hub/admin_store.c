/* SPDX-License-Identifier: Apache-2.0 */
/* migrate, backup, restored: the store as a whole. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/roster_write.h"
#include "hub/admin.h"
#include "hub/hub_internal.h"
#include "hub/migrate.h"
#include "os/fs.h"
#include "os/prompt.h"

enum {
	PASS_MAX = 1024,
};

static void
say_picture(struct admin *ad, const struct picture *p)
{
	char root[HASH_TEXT + 1];

	hash_format(&p->root, root);
	if (ad->a.json)
		fprintf(ad->out, "{\"entries\":%llu,\"roster\":%llu,\"position\":%llu,"
		    "\"files\":%llu,\"root\":\"%s\"}\n", (unsigned long long)p->rows[PART_ENTRY],
		    (unsigned long long)p->rows[PART_ROSTER],
		    (unsigned long long)p->rows[PART_LOG],
		    (unsigned long long)p->rows[PART_UPLOAD], root);
	else
		fprintf(ad->out, "entries %llu\nroster %llu\nposition %llu\nfiles %llu\n"
		    "root %s\n", (unsigned long long)p->rows[PART_ENTRY],
		    (unsigned long long)p->rows[PART_ROSTER],
		    (unsigned long long)p->rows[PART_LOG],
		    (unsigned long long)p->rows[PART_UPLOAD], root);
}

int
verb_migrate(struct admin *ad)
{
	struct picture p;
	struct fj_err e;

	if (ad->a.store == NULL)
		return admin_bad(ad, "hub.needs", "--store sqlite:FILE");
	if (ad->a.to == NULL)
		return admin_bad(ad, "hub.needs", "--to STORE");
	if (store_migrate(ad->a.store, ad->a.to, &p, &e) != FJ_OK)
		return admin_fail(ad, &e);
	say_picture(ad, &p);
	return ADMIN_DONE;
}

/* ---- backup ---- */

/* The copy is opened and read as a whole; what it holds is a second copy. */
static enum fj_rc
verify_copy(const char *path, struct picture *out, struct fj_err *e)
{
	struct store *s = NULL;
	char *url = xasprintf("sqlite:%s", path);
	enum fj_rc rc = store_open(url, false, &s, e);

	if (rc == FJ_OK)
		rc = s->ops->check(s, e);
	if (rc == FJ_OK)
		rc = picture_take(s, out, e);
	store_close(&s);
	free(url);
	return rc;
}

static enum fj_rc
note_safe(struct store *s, uint64_t position, struct fj_err *e)
{
	uint8_t b[8];
	enum fj_rc rc = s->ops->begin(s, e);

	if (rc != FJ_OK)
		return rc;
	fj_put_u64(b, position);
	rc = s->ops->meta_put(s, "safe-through", b, sizeof(b), e);
	if (rc == FJ_OK)
		return s->ops->commit(s, e);
	s->ops->rollback(s);
	return rc;
}

int
verb_backup(struct admin *ad)
{
	struct store *s = NULL;
	struct picture p;
	struct fj_err e;
	enum fj_rc rc;

	if (ad->a.store == NULL)
		return admin_bad(ad, "hub.needs", "--store sqlite:FILE");
	if (ad->a.to == NULL)
		return admin_bad(ad, "hub.needs", "--to FILE");
	if (fs_exists(ad->a.to))
		rc = fj_fail(&e, FJ_REFUSED, "hub.backup-exists", "s", ad->a.to);
	else
		rc = store_open(ad->a.store, false, &s, &e);
	if (rc == FJ_OK)
		rc = s->ops->backup(s, ad->a.to, &e);
	if (rc == FJ_OK)
		rc = verify_copy(ad->a.to, &p, &e);
	if (rc == FJ_OK)
		rc = note_safe(s, p.rows[PART_LOG], &e);
	store_close(&s);
	if (rc != FJ_OK)
		return admin_fail(ad, &e);
	say_picture(ad, &p);
	return ADMIN_DONE;
}

/* ---- restored ---- */

struct seek_chain {
	struct chain_head head;
};

static bool
chain_row(void *ctx, uint64_t row, const void *frame, size_t n, const uint8_t *sig)
{
	struct seek_chain *c = ctx;
	struct entry en;

	(void)row;
	(void)sig;
	if (entry_decode(frame, n, &en, NULL) == FJ_OK && id_eq(&en.dev, &c->head.dev))
		chain_advance(&c->head, &en);
	return true;
}

/* The root says that this hub key goes on in a new epoch; no second copy is known. */
static enum fj_rc
next_epoch(struct hub *h, const struct identity *root, struct fj_err *e)
{
	struct seek_chain c;
	struct stamp at;
	struct fj_buf b;
	uint8_t n[8];
	enum fj_rc rc = hub_begin(h, e);

	if (rc != FJ_OK)
		return rc;
	memset(&c, 0, sizeof(c));
	identity_dev(identity_pub(root), &c.head.dev);
	rc = h->store->ops->roster_each(h->store, 0, chain_row, &c, e);
	if (rc == FJ_OK && c.head.seq == 0)
		rc = fj_fail(e, FJ_DENIED, "hub.root-other", "");
	fj_buf_init(&b, LIMIT_PAYLOAD);
	hub_stamp(h, &at);
	roster_write_hub_key(identity_pub(h->keys.identity), h->epoch + 1, &at, &b);
	if (rc == FJ_OK)
		rc = hub_roster_append(h, root, &c.head, &b, e);
	fj_put_u64(n, h->epoch + 1);
	if (rc == FJ_OK)
		rc = h->store->ops->meta_put(h->store, "epoch", n, sizeof(n), e);
	fj_put_u64(n, 0);
	if (rc == FJ_OK)
		rc = h->store->ops->meta_put(h->store, "safe-through", n, sizeof(n), e);
	fj_buf_release(&b);
	return hub_end(h, rc, e);
}

static enum fj_rc
open_root(struct admin *ad, struct identity **root, struct fj_err *e)
{
	char *own = fs_join(ad->a.keys, "root.key");
	const char *path = ad->a.nword > 1 ? ad->a.word[1] : own;
	struct fj_buf pass;
	enum fj_rc rc;

	fj_buf_init_secret(&pass, PASS_MAX);
	if (ad->a.passphrase_file != NULL)
		rc = fs_read_secret_line(ad->a.passphrase_file, &pass, e);
	else
		rc = prompt_line(_(ad->msg, "Passphrase of the root key: "), true, &pass, e);
	if (rc == FJ_OK)
		rc = keys_unseal(path, pass.p, pass.n, root, e);
	fj_buf_release(&pass);
	free(own);
	return rc;
}

int
verb_restored(struct admin *ad)
{
	struct identity *root = NULL;
	struct hub *h = NULL;
	struct fj_err e;
	enum fj_rc rc;
	int code;

	code = admin_open(ad, &h);
	if (code != 0)
		return code;
	rc = open_root(ad, &root, &e);
	if (rc == FJ_OK)
		rc = next_epoch(h, root, &e);
	if (rc == FJ_OK)
		fprintf(ad->out, ad->a.json ? "{\"epoch\":%llu}\n" : "epoch %llu\n",
		    (unsigned long long)h->epoch + 1);
	identity_free(&root);
	hub_close(&h);
	return rc == FJ_OK ? ADMIN_DONE : admin_fail(ad, &e);
}
