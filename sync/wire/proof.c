/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/proof.h"

#include <string.h>

#include "base/json.h"
#include "wire/reader.h"

static const char *const members[][2] = {
	[LOG_PROOF_INCLUSION] = { "leaf", "size" },
	[LOG_PROOF_CONSISTENCY] = { "from", "to" },
};

void
log_proof_write(const struct log_proof *p, struct fj_buf *out)
{
	char text[HASH_TEXT + 1];
	struct json_w w;
	int i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kint(&w, members[p->kind][0], (int64_t)p->first);
	json_w_kint(&w, members[p->kind][1], (int64_t)p->size);
	json_w_key(&w, "path");
	json_w_arr(&w);
	for (i = 0; i < p->npath; i++) {
		hash_format(&p->path[i], text);
		json_w_str(&w, text);
	}
	json_w_end(&w);
	json_w_end(&w);
}

static enum fj_rc
read_proof(const struct json *root, struct log_proof *out, struct fj_err *e)
{
	const struct json *path = read_array(root, "path"), *v;

	if (!read_count(root, members[out->kind][0], &out->first))
		return read_member(members[out->kind][0], e);
	if (!read_count(root, members[out->kind][1], &out->size))
		return read_member(members[out->kind][1], e);
	if (path == NULL)
		return read_member("path", e);
	if (path->count > MERKLE_PATH)
		return fj_fail(e, FJ_LIMIT, "wire.limit", "sd", "path", (int)MERKLE_PATH);
	json_each(v, path) {
		const char *text = json_text(v);

		if (text == NULL || !hash_parse(text, v->len, &out->path[out->npath++]))
			return read_member("path", e);
	}
	return FJ_OK;
}

enum fj_rc
log_proof_read(const char *body, size_t n, enum log_proof_kind kind,
    struct log_proof *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	out->kind = kind;
	rc = read_json(body, n, WIRE_PROOF_BYTES, &d, e);
	if (rc == FJ_OK)
		rc = read_proof(json_root(d), out, e);
	json_free(&d);
	return rc;
}
