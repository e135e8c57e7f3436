/* SPDX-License-Identifier: Apache-2.0 */
#include "app/lawdata.h"

#include "base/json.h"
#include "crypto/crypto.h"
#include "embed/embed.h"

enum fj_rc
lawdata_clauses(struct clauses **out, struct fj_err *e)
{
	static const char name[] = "clauses.json";
	const struct embed_file *f = embed_find(name);

	*out = NULL;
	if (f == NULL)
		return fj_fail(e, FJ_BUG, "app.embedded", "s", name);
	return clauses_load((const char *)f->p, f->n, out, e);
}

enum fj_rc
lawdata_calendar(struct form_calendar **out, struct fj_err *e)
{
	static const char name[] = "holidays.json";
	const struct embed_file *f = embed_find(name);

	*out = NULL;
	if (f == NULL)
		return fj_fail(e, FJ_BUG, "app.embedded", "s", name);
	return form_calendar_load((const char *)f->p, f->n, out, e);
}

void
lawdata_digest(const void *p, size_t n, char out[65])
{
	struct hash h;

	suite_hash(SUITE_DEFAULT, p, n, &h);
	hex_encode(h.b, sizeof(h.b), out);
	out[64] = '\0';
}

void
lawdata_clause_ids(const struct clauses *all, struct fj_buf *out)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_key(&w, "clauses");
	json_w_arr(&w);
	for (i = 0; i < clauses_count(all); i++)
		json_w_str(&w, clauses_at(all, i)->id);
	json_w_end(&w);
	json_w_end(&w);
}
