/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small facts.  The row's name is HMAC(space, key), so that neither shows; the sealed
 * part is size of the key 4 | key | value.
 */
#include "journal/internal.h"

#include <string.h>

static void
fact_kid(const struct journal *j, const char *space, const void *key, size_t n,
    struct kid *out)
{
	struct part part[2] = { { space, strlen(space) + 1 }, { key, n } };

	kid_of(j, "fact", part, 2, out);
}

static void
space_kid(const struct journal *j, const char *space, struct kid *out)
{
	struct part part = { space, strlen(space) };

	kid_of(j, "space", &part, 1, out);
}

static enum fj_rc
write_one(struct journal *j, const struct journal_kv *kv, struct fj_err *e)
{
	struct part aad[2];
	struct fj_buf plain, sealed;
	struct kid kid, space;
	enum fj_rc rc;

	fact_kid(j, kv->space, kv->key.p, kv->key.n, &kid);
	if (kv->value.p == NULL)
		return db_run(j->db, e, "DELETE FROM fact WHERE kid = ?1", "b", kid.b,
		    (size_t)KID_LEN);
	space_kid(j, kv->space, &space);
	fj_buf_init_secret(&plain, FACT_MAX);
	fj_buf_init(&sealed, FACT_MAX + 1024);
	fj_buf_u32(&plain, (uint32_t)kv->key.n);
	fj_buf_add(&plain, kv->key.p, kv->key.n);
	fj_buf_add(&plain, kv->value.p, kv->value.n);
	aad[0] = (struct part){ "fact", 4 };
	aad[1] = (struct part){ kid.b, KID_LEN };
	if (!fj_buf_over(&plain))
		row_seal(j->fact_key, aad, 2, plain.p, plain.n, &sealed);
	if (fj_buf_over(&plain) || fj_buf_over(&sealed))
		rc = fj_fail(e, FJ_LIMIT, "journal.fact-large", "szd", kv->space,
		    kv->value.n, FACT_MAX);
	else
		rc = db_run(j->db, e, "INSERT INTO fact(kid, space, sealed)"
		    " VALUES(?1, ?2, ?3) ON CONFLICT(kid) DO UPDATE SET sealed = ?3",
		    "bbb", kid.b, (size_t)KID_LEN, space.b, (size_t)KID_LEN, sealed.p,
		    sealed.n);
	fj_buf_release(&sealed);
	fj_buf_release(&plain);
	return rc;
}

enum fj_rc
facts_write(struct journal *j, const struct journal_kv *kv, size_t n, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < n; i++)
		rc = write_one(j, &kv[i], e);
	return rc;
}

static enum fj_rc
put(struct journal *j, const struct journal_kv *kv, size_t n, struct fj_err *e)
{
	enum fj_rc rc = journal_begin(j, e);

	if (rc != FJ_OK)
		return rc;
	return journal_end(j, facts_write(j, kv, n, e), e);
}

enum fj_rc
journal_put(struct journal *j, const struct journal_kv *kv, size_t n, struct fj_err *e)
{
	enum fj_rc rc = journal_need(j, e);

	if (rc != FJ_OK)
		return rc;
	rc = put(j, kv, n, e);
	if (rc == FJ_FULL && ballast_release(j))
		rc = put(j, kv, n, e);
	return rc;
}

/* Columns kid, sealed; key and value point into plain. */
static enum fj_rc
read_row(struct journal *j, struct stmt *s, struct fj_buf *plain, struct bytes *key,
    struct bytes *value, struct fj_err *e)
{
	struct part aad[2];
	struct kid kid;
	const void *sealed;
	size_t n;
	enum fj_rc rc;

	if (!stmt_bytes(s, 0, kid.b, KID_LEN))
		return fj_fail(e, FJ_CORRUPT, "journal.fact-damaged", "");
	sealed = stmt_blob(s, 1, &n);
	aad[0] = (struct part){ "fact", 4 };
	aad[1] = (struct part){ kid.b, KID_LEN };
	rc = row_open(j->fact_key, aad, 2, sealed, n, plain, e);
	if (rc == FJ_OK && plain->n >= 4 && fj_get_u32(plain->p) <= plain->n - 4) {
		key->n = fj_get_u32(plain->p);
		key->p = plain->p + 4;
		value->p = plain->p + 4 + key->n;
		value->n = plain->n - 4 - key->n;
		return FJ_OK;
	}
	return rc == FJ_NEWER ? rc : fj_fail(e, FJ_CORRUPT, "journal.fact-damaged", "");
}

enum fj_rc
journal_get(struct journal *j, const char *space, const void *key, size_t nkey,
    struct fj_buf *out, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct fj_buf plain;
	struct bytes k, v;
	struct kid kid;
	bool row = false;
	enum fj_rc rc = journal_need(j, e);

	if (rc != FJ_OK)
		return rc;
	fj_buf_init_secret(&plain, FACT_MAX + 1024);
	fact_kid(j, space, key, nkey, &kid);
	rc = db_prepare(j->db, "SELECT kid, sealed FROM fact WHERE kid = ?1", &s, e);
	if (rc == FJ_OK) {
		stmt_bind(s, "b", kid.b, (size_t)KID_LEN);
		rc = stmt_step(s, &row, e);
	}
	if (rc == FJ_OK && !row)
		rc = fj_fail(e, FJ_NOTFOUND, "journal.fact", "s", space);
	if (rc == FJ_OK)
		rc = read_row(j, s, &plain, &k, &v, e);
	if (rc == FJ_OK) {
		fj_buf_add(out, v.p, v.n);
		if (fj_buf_over(out))
			rc = fj_fail(e, FJ_LIMIT, "journal.fact-large", "szz", space, v.n,
			    out->max);
	}
	stmt_done(&s);
	fj_buf_release(&plain);
	return rc;
}

enum fj_rc
journal_facts(struct journal *j, const char *space,
    bool (*fn)(void *ctx, const struct bytes *key, const struct bytes *value), void *ctx,
    struct fj_err *e)
{
	struct stmt *s = NULL;
	struct fj_buf plain;
	struct bytes k, v;
	struct kid kid;
	bool row = false, go = true;
	enum fj_rc rc = journal_need(j, e);

	if (rc != FJ_OK)
		return rc;
	fj_buf_init_secret(&plain, FACT_MAX + 1024);
	space_kid(j, space, &kid);
	rc = db_prepare(j->db, "SELECT kid, sealed FROM fact WHERE space = ?1", &s, e);
	if (rc == FJ_OK)
		stmt_bind(s, "b", kid.b, (size_t)KID_LEN);
	while (rc == FJ_OK && go && (rc = stmt_step(s, &row, e)) == FJ_OK && row)
		if (read_row(j, s, &plain, &k, &v, NULL) == FJ_OK)	/* J5 */
			go = fn(ctx, &k, &v);
	stmt_done(&s);
	fj_buf_release(&plain);
	return rc;
}

enum fj_rc
facts_check(struct journal *j, const struct journal_reader *r, struct journal_check *out,
    struct fj_err *e)
{
	struct stmt *s = NULL;
	struct fj_buf plain;
	struct bytes k, v;
	struct journal_damage d;
	bool row = false;
	enum fj_rc rc = db_prepare(j->db, "SELECT kid, sealed FROM fact", &s, e);

	fj_buf_init_secret(&plain, FACT_MAX + 1024);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row) {
		out->facts++;
		if (read_row(j, s, &plain, &k, &v, NULL) == FJ_OK)
			continue;
		out->damaged++;
		memset(&d, 0, sizeof(d));
		d.what = "fact";
		if (r != NULL && r->damage != NULL)
			r->damage(r->ctx, &d);
	}
	stmt_done(&s);
	fj_buf_release(&plain);
	return rc;
}
