/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about oneself, kept as sealed facts in the space "self". */
#include "journal/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/xalloc.h"

enum {
	SELF_FIELDS = 5,
	SELF_MAX = 65536,
};

static const char space[] = "self";
static const char *const names[SELF_FIELDS] = { "name", "cert", "org", "division", "lang" };

void
self_drop(struct journal *j)
{
	int i;

	for (i = 0; i < SELF_FIELDS; i++) {
		if (j->self_text[i] != NULL)
			fj_wipe(j->self_text[i], strlen(j->self_text[i]));
		free(j->self_text[i]);
		j->self_text[i] = NULL;
	}
	memset(&j->self, 0, sizeof(j->self));
	j->self.name = "";
}

static void
point(struct journal *j)
{
	j->self.name = j->self_text[0] != NULL ? j->self_text[0] : "";
	j->self.cert = j->self_text[1];
	j->self.org = j->self_text[2];
	j->self.division = j->self_text[3];
	j->self.lang = j->self_text[4];
}

static enum fj_rc
read_fact(struct journal *j, const void *key, size_t nkey, void *out, size_t n,
    bool *have, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	*have = false;
	fj_buf_init(&b, 256);
	rc = journal_get(j, space, key, nkey, &b, NULL);
	if (rc == FJ_OK && b.n == n) {
		memcpy(out, b.p, n);
		*have = true;
	} else if (rc == FJ_OK || rc == FJ_CORRUPT) {
		rc = fj_fail(e, FJ_CORRUPT, "journal.fact-damaged", "");
	} else if (rc == FJ_NOTFOUND) {
		rc = FJ_OK;
	} else {
		rc = fj_fail(e, rc, "journal.self", "");
	}
	fj_buf_release(&b);
	return rc;
}

/* A fact that is damaged is said by fsck; it must not keep the owner out. */
enum fj_rc
self_load(struct journal *j, struct fj_err *e)
{
	struct json_doc *doc = NULL;
	struct fj_buf b;
	char key[sizeof("continues") - 1 + ID_LEN];
	int i;
	enum fj_rc rc;

	self_drop(j);
	fj_buf_init_secret(&b, SELF_MAX);
	rc = journal_get(j, space, "facts", 5, &b, e);
	if (rc == FJ_OK && json_parse(b.p, b.n, &doc, NULL) == FJ_OK)
		for (i = 0; i < SELF_FIELDS; i++)
			j->self_text[i] = xstrdup(json_str(json_root(doc), names[i]));
	point(j);
	json_free(&doc);
	fj_buf_release(&b);
	if (rc == FJ_IO || rc == FJ_BUSY || rc == FJ_NOMEM)
		return rc;
	fj_err_clear(e);
	memcpy(key, "continues", sizeof("continues") - 1);
	memcpy(key + sizeof("continues") - 1, j->dev.b, ID_LEN);
	rc = read_fact(j, key, sizeof(key), j->continues.b, ID_LEN, &j->has_continues, e);
	if (rc == FJ_IO || rc == FJ_BUSY || rc == FJ_NOMEM)
		return rc;
	fj_err_clear(e);
	return FJ_OK;
}

/* Under the new dev's name, and before its key is in force: a cut between the two
 * leaves the old key, for which the fact says nothing. */
enum fj_rc
self_set_continues(struct journal *j, const struct id *new_dev, struct fj_err *e)
{
	char key[sizeof("continues") - 1 + ID_LEN];
	struct journal_kv kv = { space, { key, sizeof(key) }, { j->dev.b, ID_LEN } };

	memcpy(key, "continues", sizeof("continues") - 1);
	memcpy(key + sizeof("continues") - 1, new_dev->b, ID_LEN);
	return journal_put(j, &kv, 1, e);
}

const struct journal_self *
journal_self(const struct journal *j)
{
	return &j->self;
}

enum fj_rc
journal_set_self(struct journal *j, const struct journal_self *s, struct fj_err *e)
{
	const char *const values[SELF_FIELDS] = { s->name, s->cert, s->org, s->division,
	    s->lang };
	struct journal_kv kv = { space, { "facts", 5 }, { NULL, 0 } };
	struct fj_buf b;
	struct json_w w;
	char *fresh[SELF_FIELDS];
	enum fj_rc rc;
	int i;

	fj_buf_init_secret(&b, SELF_MAX);
	json_w_init(&w, &b);
	json_w_obj(&w);
	for (i = 0; i < SELF_FIELDS; i++)
		json_w_kstr(&w, names[i], values[i]);
	json_w_end(&w);
	if (fj_buf_over(&b)) {
		fj_buf_release(&b);
		return fj_fail(e, FJ_LIMIT, "journal.fact-large", "szd", space, (size_t)0,
		    SELF_MAX);
	}
	kv.value.p = b.p;
	kv.value.n = b.n;
	rc = journal_put(j, &kv, 1, e);
	fj_buf_release(&b);
	if (rc != FJ_OK)
		return rc;
	for (i = 0; i < SELF_FIELDS; i++)	/* values may be our own */
		fresh[i] = xstrdup(values[i]);
	self_drop(j);
	for (i = 0; i < SELF_FIELDS; i++)
		j->self_text[i] = fresh[i];
	point(j);
	return FJ_OK;
}

enum fj_rc
journal_seen(struct journal *j, struct hash *out, bool *have, struct fj_err *e)
{
	return read_fact(j, "seen", 4, out->b, HASH_LEN, have, e);
}

enum fj_rc
journal_set_seen(struct journal *j, const struct hash *h, struct fj_err *e)
{
	struct journal_kv kv = { space, { "seen", 4 }, { h->b, HASH_LEN } };

	return journal_put(j, &kv, 1, e);
}
