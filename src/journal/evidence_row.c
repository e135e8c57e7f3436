/* SPDX-License-Identifier: Apache-2.0 */
/* What journal.db knows of an evidence file: salt, and sealed size and digests. */
#include "journal/sealer.h"

#include <string.h>

enum {
	FACTS_PLAIN = 8 + 2 * HASH_LEN,
};

enum fj_rc
evidence_row_read(struct journal *j, const struct id *id, struct evidence_row *out,
    struct fj_err *e)
{
	struct part aad[2] = { { "evidence", 8 }, { id->b, ID_LEN } };
	struct stmt *s = NULL;
	struct fj_buf b;
	const void *sealed;
	char text[ID_TEXT + 1];
	size_t n;
	bool row = false;
	enum fj_rc rc = journal_need(j, e);

	memset(out, 0, sizeof(*out));
	if (rc == FJ_OK)
		rc = db_prepare(j->db, "SELECT state, salt, sealed FROM evidence WHERE"
		    " id = ?1", &s, e);
	if (rc != FJ_OK)
		return rc;
	fj_buf_init_secret(&b, 1024);
	stmt_bind(s, "I", id);
	rc = stmt_step(s, &row, e);
	if (rc == FJ_OK && row) {
		out->state = stmt_int(s, 0);
		sealed = stmt_blob(s, 2, &n);
		rc = row_open(j->fact_key, aad, 2, sealed, n, &b, e);
		if (rc == FJ_OK && b.n == FACTS_PLAIN &&
		    stmt_bytes(s, 1, out->salt, SALT_LEN)) {
			out->facts.size = (int64_t)fj_get_u64(b.p);
			memcpy(out->facts.sha256.b, b.p + 8, HASH_LEN);
			memcpy(out->facts.sm3.b, b.p + 8 + HASH_LEN, HASH_LEN);
		} else if (rc != FJ_NEWER) {
			id_format_short(id, text);
			rc = fj_fail(e, FJ_CORRUPT, "evidence.damaged", "sd", text, 0);
		}
	}
	fj_buf_release(&b);
	stmt_done(&s);
	return rc;
}

enum fj_rc
evidence_row_write(struct journal *j, const struct id *id, const struct evidence_row *row,
    struct fj_err *e)
{
	struct part aad[2] = { { "evidence", 8 }, { id->b, ID_LEN } };
	uint8_t plain[FACTS_PLAIN];
	struct fj_buf b;
	enum fj_rc rc;

	fj_put_u64(plain, (uint64_t)row->facts.size);
	memcpy(plain + 8, row->facts.sha256.b, HASH_LEN);
	memcpy(plain + 8 + HASH_LEN, row->facts.sm3.b, HASH_LEN);
	fj_buf_init(&b, 1024);
	row_seal(j->fact_key, aad, 2, plain, sizeof(plain), &b);
	rc = db_run(j->db, e, "INSERT INTO evidence(id, state, salt, sealed)"
	    " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(id) DO UPDATE SET state = ?2, salt = ?3,"
	    " sealed = ?4", "Iibb", id, row->state, row->salt, (size_t)SALT_LEN, b.p, b.n);
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
evidence_row_drop(struct journal *j, const struct id *id, struct fj_err *e)
{
	return db_run(j->db, e, "DELETE FROM evidence WHERE id = ?1", "I", id);
}
