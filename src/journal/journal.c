/* SPDX-License-Identifier: Apache-2.0 */
/* The workspace: made, opened, unlocked, locked. */
#include "journal/journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "journal/internal.h"
#include "os/fs.h"
#include "os/harden.h"
#include "os/lock.h"

enum fj_rc
journal_need(const struct journal *j, struct fj_err *e)
{
	if (!j->unlocked)
		return fj_fail(e, FJ_DENIED, "journal.locked", "");
	return FJ_OK;
}

enum fj_rc
journal_need_identity(const struct journal *j, struct fj_err *e)
{
	enum fj_rc rc = journal_need(j, e);

	if (rc == FJ_OK && j->ring.identity == NULL)
		rc = fj_fail(e, FJ_DENIED, "journal.no-identity", "");
	return rc;
}

enum fj_rc
journal_begin(struct journal *j, struct fj_err *e)
{
	return db_begin(j->db, e);
}

enum fj_rc
journal_end(struct journal *j, enum fj_rc rc, struct fj_err *e)
{
	if (rc == FJ_OK)
		rc = db_commit(j->db, e);
	else
		db_rollback(j->db);
	if (rc != FJ_OK)
		stream_forget(j);
	return rc;
}

/* ---- keys in, keys out ---- */

static struct secret *
derive(const struct journal *j, const char *use)
{
	struct secret *s = secret_new(suite_aead_key(SUITE_DEFAULT));

	suite_hkdf(SUITE_DEFAULT, secret_peek(j->ring.dek), secret_len(j->ring.dek), NULL,
	    0, use, strlen(use), secret_bytes(s), secret_len(s));
	return s;
}

static void
wipe(struct journal *j)
{
	j->unlocked = false;
	stream_forget(j);
	aead_free(&j->fact_key);
	secret_free(&j->index_key);
	keyring_free(&j->ring);
	self_drop(j);
}

/* Takes the ring, also when it fails. */
enum fj_rc
journal_adopt(struct journal *j, struct keyring *ring, struct fj_err *e)
{
	struct identity_public pub;
	struct secret *key;
	enum fj_rc rc = FJ_OK;

	wipe(j);
	j->ring = *ring;
	memset(ring, 0, sizeof(*ring));
	if (j->ring.identity != NULL)
		pub = *identity_pub(j->ring.identity);
	else
		rc = keyfile_public(j->home, &pub, e);
	if (rc == FJ_OK) {
		identity_dev(&pub, &j->dev);
		j->index_key = derive(j, "feijian/1/index");
		key = derive(j, "feijian/1/fact");
		j->fact_key = aead_new(SUITE_DEFAULT, secret_peek(key));
		secret_free(&key);
		j->unlocked = true;
		rc = self_load(j, e);
	}
	if (rc != FJ_OK)
		wipe(j);
	return rc;
}

static struct journal *
shell(const char *home, const struct clock *clock)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	j->home = xstrdup(home);
	j->epoch_path = fs_join(home, "lock-epoch");
	clock_init(&j->system);
	j->clock = clock != NULL ? clock : &j->system;
	j->self.name = "";
	return j;
}

void
journal_close(struct journal **j)
{
	if (*j == NULL)
		return;
	wipe(*j);
	db_close(&(*j)->db);
	free((*j)->home);
	free((*j)->epoch_path);
	free(*j);
	*j = NULL;
}

/* ---- making ---- */

static enum fj_rc
bump_epoch(struct journal *j, struct fj_err *e)
{
	uint8_t noise[16];

	crypto_random(noise, sizeof(noise));
	return fs_write(j->epoch_path, noise, sizeof(noise), 0600, e);
}

/* A database without keys beside it: only a blank one may be made again. */
static enum fj_rc
clear_leftover(const char *home, const char *path, struct fj_err *e)
{
	char *wal = xasprintf("%s-wal", path), *shm = xasprintf("%s-shm", path);
	enum fj_rc rc = FJ_OK;

	if (fs_exists(path)) {
		if (!schema_is_blank(path))
			rc = fj_fail(e, FJ_REFUSED, "journal.keys-missing", "s", home);
		else if ((rc = fs_remove(path, e)) == FJ_OK &&
		    (rc = fs_remove(wal, e)) == FJ_OK)
			rc = fs_remove(shm, e);
	}
	free(wal);
	free(shm);
	return rc;
}

/* Keys come last: there is a workspace once they are there, and it is whole. */
static enum fj_rc
make_parts(struct journal *j, const struct journal_init *in, const char *path, char *code,
    struct fj_err *e)
{
	struct db_options o = { .mode = DB_CREATE };
	struct keyring ring, copy;
	enum fj_rc rc;

	memset(&ring, 0, sizeof(ring));
	memset(&copy, 0, sizeof(copy));
	ring.dek = secret_random(32);
	id_random(&ring.key_id);
	rc = identity_new(SUITE_DEFAULT, &ring.identity, e);
	if (rc == FJ_OK)
		rc = db_open(path, &o, &j->db, e);
	if (rc == FJ_OK)
		rc = schema_make(j->db, e);
	if (rc == FJ_OK)
		rc = journal_adopt(j, &ring, e);
	if (rc == FJ_OK)
		rc = journal_set_self(j, &in->self, e);
	if (rc == FJ_OK)
		rc = bump_epoch(j, e);
	if (rc == FJ_OK)
		rc = keyfile_create(j->home, SUITE_DEFAULT,
		    in->cost > 0 ? in->cost : KDF_COST, in->pass, in->npass, &j->ring, code,
		    e);
	keyring_free(&ring);
	return rc;
}

enum fj_rc
journal_create(const struct journal_init *in, struct journal **out,
    char code[KEYFILE_CODE_TEXT], struct fj_err *e)
{
	struct journal *j = shell(in->home, in->clock);
	char *path = fs_join(in->home, "journal.db"), *dir = fs_join(in->home, "evidence");
	char *busy = fs_join(in->home, "init.lock");
	struct lock *lock = NULL;
	enum fj_rc rc = FJ_OK;

	*out = NULL;
	crypto_init();
	if (keyfile_exists(in->home))
		rc = fj_fail(e, FJ_REFUSED, "journal.exists", "s", in->home);
	else if (in->npass == 0)
		rc = fj_fail(e, FJ_REFUSED, "journal.passphrase-empty", "");
	if (rc == FJ_OK)
		rc = fs_mkdirs(dir, e);
	if (rc == FJ_OK)	/* two at once would leave facts that nobody can open */
		rc = lock_take(busy, &lock, e);
	if (rc == FJ_OK && keyfile_exists(in->home))
		rc = fj_fail(e, FJ_REFUSED, "journal.exists", "s", in->home);
	if (rc == FJ_OK)
		rc = clear_leftover(in->home, path, e);
	if (rc == FJ_OK)
		rc = make_parts(j, in, path, code, e);
	if (rc == FJ_OK) {
		j->epoch = fs_stamp(j->epoch_path);
		ballast_keep(j);
		*out = j;
	} else {
		journal_close(&j);
	}
	if (lock != NULL)
		(void)!fs_remove(busy, NULL);
	lock_free(&lock);
	free(busy);
	free(dir);
	free(path);
	return rc;
}

/* ---- opening ---- */

enum fj_rc
journal_open(const char *home, const struct clock *clock, struct journal **out,
    struct fj_err *e)
{
	struct db_options o = { .mode = DB_EXISTING };
	struct journal *j;
	char *path;
	enum fj_rc rc;

	*out = NULL;
	path = fs_join(home, "journal.db");
	if (!keyfile_exists(home)) {
		/* Sealed data without their keys: to call that "nothing here" would invite a
		 * new workspace over it. */
		rc = fs_exists(path) && !schema_is_blank(path) ?
		    fj_fail(e, FJ_CORRUPT, "journal.keys-missing", "s", home) :
		    fj_fail(e, FJ_NOTFOUND, "journal.none", "s", home);
		free(path);
		return rc;
	}
	j = shell(home, clock);
	rc = db_open(path, &o, &j->db, e);
	if (rc == FJ_NOTFOUND)
		rc = fj_fail(e, FJ_CORRUPT, "journal.db-missing", "s", path);
	if (rc == FJ_OK)
		rc = schema_check(j->db, e);
	free(path);
	if (rc != FJ_OK) {
		journal_close(&j);
		return rc;
	}
	*out = j;
	return FJ_OK;
}

enum fj_rc
journal_unlock(struct journal *j, const char *pass, size_t npass, struct fj_err *e)
{
	struct keyring ring;
	uint64_t epoch = fs_stamp(j->epoch_path);
	enum fj_rc rc = keyfile_unlock(j->home, pass, npass, clock_now(j->clock).ms, &ring,
	    e);

	if (rc == FJ_OK)
		rc = journal_adopt(j, &ring, e);
	if (rc == FJ_OK) {
		j->epoch = epoch;
		ballast_keep(j);
	}
	return rc;
}

void
journal_lock(struct journal *j, bool all)
{
	wipe(j);
	harden_trim();
	if (all)
		(void)!bump_epoch(j, NULL);
}

bool
journal_is_locked(const struct journal *j)
{
	return !j->unlocked;
}

bool
journal_poll_lock(struct journal *j)
{
	if (!j->unlocked || fs_stamp(j->epoch_path) == j->epoch)
		return false;
	journal_lock(j, false);
	return true;
}

const char *
journal_lock_path(const struct journal *j)
{
	return j->epoch_path;
}

const char *
journal_home(const struct journal *j)
{
	return j->home;
}

const struct identity_public *
journal_public(const struct journal *j)
{
	return j->unlocked && j->ring.identity != NULL ? identity_pub(j->ring.identity) :
	    NULL;
}

const struct id *
journal_dev(const struct journal *j)
{
	return &j->dev;
}

const struct id *
journal_continues(const struct journal *j)
{
	return j->has_continues ? &j->continues : NULL;
}
