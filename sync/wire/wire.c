/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "wire/reader.h"

static const char *const states[] = {
	[PUSH_STORED] = "stored",
	[PUSH_KNOWN] = "known",
	[PUSH_GAP] = "gap",
	[PUSH_FORK] = "fork",
	[PUSH_REFUSED] = "refused",
};

enum { STATES = sizeof(states) / sizeof(states[0]) };

const char *
push_state_name(enum push_state s)
{
	return states[s];
}

static enum fj_rc
too_many(const char *member, int limit, struct fj_err *e)
{
	return fj_fail(e, FJ_LIMIT, "wire.limit", "sd", member, limit);
}

/* A head that is there or not, as a member. */
static void
write_head(struct json_w *w, const struct envelope *head)
{
	if (head->text == NULL)
		return;
	json_w_key(w, "head");
	envelope_write_value(head, w);
}

static bool
read_head(const struct json *root, struct envelope *out)
{
	const struct json *v = json_get(root, "head");

	return v == NULL || envelope_read_value(v, out);
}

/* ---- push ---- */

static void
write_result(struct json_w *w, const struct push_result *r)
{
	json_w_obj(w);
	json_w_kstr(w, "status", push_state_name(r->state));
	json_w_kid(w, "stream", &r->stream);
	json_w_kid(w, "dev", &r->dev);
	json_w_kint(w, "have", (int64_t)r->have);
	if (r->has_id)
		json_w_khash(w, "id", &r->id);
	if (r->has_problem) {
		json_w_key(w, "problem");
		problem_write_value(&r->problem, w);
	}
	json_w_end(w);
}

void
push_answer_write(const struct push_answer *a, struct fj_buf *out)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_key(&w, "results");
	json_w_arr(&w);
	for (i = 0; i < a->n; i++)
		write_result(&w, &a->results[i]);
	json_w_end(&w);
	json_w_key(&w, "receipts");
	json_w_arr(&w);
	for (i = 0; i < a->nreceipt; i++)
		envelope_write_value(&a->receipts[i], &w);
	json_w_end(&w);
	write_head(&w, &a->head);
	json_w_end(&w);
}

static bool
read_state(const struct json *v, enum push_state *out)
{
	const char *s = json_str(v, "status");
	size_t i;

	for (i = 0; i < STATES; i++) {
		if (s != NULL && strcmp(s, states[i]) == 0) {
			*out = (enum push_state)i;
			return true;
		}
	}
	return false;
}

static bool
read_result(const struct json *v, struct push_result *out)
{
	const struct json *problem = json_get(v, "problem");

	if (!read_state(v, &out->state) || !json_id(v, "stream", &out->stream) ||
	    !json_id(v, "dev", &out->dev) || !read_count(v, "have", &out->have))
		return false;
	out->has_id = json_hash(v, "id", &out->id);
	out->has_problem = problem != NULL && problem_read_value(problem, &out->problem);
	return out->state != PUSH_REFUSED || out->has_problem;
}

static enum fj_rc
read_push(const struct json *root, struct push_answer *out, struct fj_err *e)
{
	const struct json *results = read_array(root, "results");
	const struct json *receipts = read_array(root, "receipts"), *v;

	if (results == NULL)
		return read_member("results", e);
	if (receipts == NULL)
		return read_member("receipts", e);
	if (results->count > WIRE_RUNS)
		return too_many("results", WIRE_RUNS, e);
	if (receipts->count > WIRE_RECEIPTS)
		return too_many("receipts", WIRE_RECEIPTS, e);
	out->results = xcalloc((size_t)results->count + 1, sizeof(*out->results));
	out->receipts = xcalloc((size_t)receipts->count + 1, sizeof(*out->receipts));
	json_each(v, results)
		if (!read_result(v, &out->results[out->n++]))
			return read_member("results", e);
	json_each(v, receipts)
		if (!envelope_read_value(v, &out->receipts[out->nreceipt++]))
			return read_member("receipts", e);
	return read_head(root, &out->head) ? FJ_OK : read_member("head", e);
}

enum fj_rc
push_answer_read(const char *body, size_t n, struct push_answer *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = read_json(body, n, LIMIT_BODY_BYTES, &d, e);
	if (rc == FJ_OK)
		rc = read_push(json_root(d), out, e);
	json_free(&d);
	if (rc != FJ_OK)
		push_answer_release(out);
	return rc;
}

void
push_answer_release(struct push_answer *a)
{
	size_t i;

	for (i = 0; i < a->nreceipt; i++)
		envelope_release(&a->receipts[i]);
	envelope_release(&a->head);
	free(a->results);
	free(a->receipts);
	memset(a, 0, sizeof(*a));
}

/* ---- listing ---- */

void
listing_write(const struct listing *l, struct fj_buf *out)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kstr(&w, "cursor", l->cursor);
	json_w_kbool(&w, "more", l->more);
	json_w_kint(&w, "epoch", (int64_t)l->epoch);
	json_w_kint(&w, "roster", (int64_t)l->roster);
	json_w_key(&w, "streams");
	json_w_arr(&w);
	for (i = 0; i < l->n; i++) {
		json_w_obj(&w);
		json_w_kid(&w, "stream", &l->streams[i].stream);
		json_w_kint(&w, "position", (int64_t)l->streams[i].position);
		json_w_end(&w);
	}
	json_w_end(&w);
	write_head(&w, &l->head);
	json_w_end(&w);
}

static enum fj_rc
read_listing(const struct json *root, struct listing *out, struct fj_err *e)
{
	const struct json *streams = read_array(root, "streams"), *v;
	const struct json *more = json_get(root, "more");

	if (!read_text(root, "cursor", out->cursor, sizeof(out->cursor), true))
		return read_member("cursor", e);
	if (more == NULL || more->type != JSON_BOOL)
		return read_member("more", e);
	out->more = more->truth;
	if (!read_count(root, "epoch", &out->epoch))
		return read_member("epoch", e);
	if (!read_count(root, "roster", &out->roster))
		return read_member("roster", e);
	if (streams == NULL)
		return read_member("streams", e);
	if (streams->count > WIRE_STREAMS)
		return too_many("streams", WIRE_STREAMS, e);
	out->streams = xcalloc((size_t)streams->count + 1, sizeof(*out->streams));
	json_each(v, streams) {
		struct listed *s = &out->streams[out->n++];

		if (!json_id(v, "stream", &s->stream) ||
		    !read_count(v, "position", &s->position))
			return read_member("streams", e);
	}
	return read_head(root, &out->head) ? FJ_OK : read_member("head", e);
}

enum fj_rc
listing_read(const char *body, size_t n, struct listing *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = read_json(body, n, LIMIT_BODY_BYTES, &d, e);
	if (rc == FJ_OK)
		rc = read_listing(json_root(d), out, e);
	json_free(&d);
	if (rc != FJ_OK)
		listing_release(out);
	return rc;
}

void
listing_release(struct listing *l)
{
	envelope_release(&l->head);
	free(l->streams);
	memset(l, 0, sizeof(*l));
}

/* ---- have ---- */

void
have_write(const struct chain_head *heads, size_t n, struct fj_buf *out)
{
	char dev[ID_TEXT + 1], id[2 * WIRE_ID16 + 1];
	size_t i;

	for (i = 0; i < n; i++) {
		id_format(&heads[i].dev, dev);
		hex_encode(heads[i].id.b, WIRE_ID16, id);
		fj_buf_printf(out, "%s%s.%llu.%s", i > 0 ? "," : "", dev,
		    (unsigned long long)heads[i].seq, id);
	}
}

/* Decimal digits up to the next '.'; answers how many there were, 0 when wrong. */
static size_t
read_seq(const char *p, size_t n, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < n && p[i] >= '0' && p[i] <= '9'; i++) {
		unsigned digit = (unsigned)(p[i] - '0');

		if (v > (UINT64_MAX - digit) / 10)
			return 0;
		v = 10 * v + digit;
	}
	*out = v;
	return i;
}

/* dev.seq.id16 */
static bool
read_one(const char *p, size_t n, struct have *out)
{
	size_t digits;

	if (n < ID_TEXT + 2 || p[ID_TEXT] != '.' || !id_parse(p, ID_TEXT, &out->dev))
		return false;
	p += ID_TEXT + 1;
	n -= ID_TEXT + 1;
	digits = read_seq(p, n, &out->seq);
	if (digits == 0 || digits == n || p[digits] != '.' || out->seq == 0)
		return false;
	return hex_decode(p + digits + 1, n - digits - 1, out->id, WIRE_ID16);
}

enum fj_rc
have_read(const char *text, size_t n, struct have **out, size_t *count, struct fj_err *e)
{
	struct have *list;
	size_t at = 0, k = 0;

	*out = NULL;
	*count = 0;
	if (n > WIRE_HAVE_BYTES)
		return too_many("have", WIRE_HAVE_BYTES, e);
	list = xcalloc(WIRE_HEADS, sizeof(*list));
	while (at < n) {
		const char *comma = memchr(text + at, ',', n - at);
		size_t len = comma != NULL ? (size_t)(comma - text) - at : n - at;

		if (k == WIRE_HEADS) {
			free(list);
			return too_many("have", WIRE_HEADS, e);
		}
		if (!read_one(text + at, len, &list[k++])) {
			free(list);
			return read_member("have", e);
		}
		at += len + 1;
	}
	*out = list;
	*count = k;
	return FJ_OK;
}

bool
have_matches(const struct have *h, const struct hash *id)
{
	return memcmp(h->id, id->b, WIRE_ID16) == 0;
}

/* ---- one signed text ---- */

void
signed_write(const char *member, const struct envelope *v, struct fj_buf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_key(&w, member);
	envelope_write_value(v, &w);
	json_w_end(&w);
}

enum fj_rc
signed_read(const char *body, size_t n, const char *member, struct envelope *out,
    struct fj_err *e)
{
	struct json_doc *d = NULL;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = read_json(body, n, LIMIT_BODY_BYTES, &d, e);
	if (rc == FJ_OK && (!envelope_read_value(json_get(json_root(d), member), out) ||
	    !out->has_sig)) {
		envelope_release(out);
		rc = read_member(member, e);
	}
	json_free(&d);
	return rc;
}

/* ---- files of a visit ---- */

void
files_write(const struct wire_file *f, size_t n, struct fj_buf *out)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_key(&w, "evidence");
	json_w_arr(&w);
	for (i = 0; i < n; i++) {
		json_w_obj(&w);
		json_w_kid(&w, "evidence", &f[i].evidence);
		json_w_khash(&w, "sha256", &f[i].sha256);
		json_w_kint(&w, "size", (int64_t)f[i].size);
		json_w_kint(&w, "offset", (int64_t)f[i].offset);
		json_w_kbool(&w, "done", f[i].done);
		json_w_end(&w);
	}
	json_w_end(&w);
	json_w_end(&w);
}

static bool
read_file(const struct json *v, struct wire_file *out)
{
	const struct json *done = json_get(v, "done");

	if (done == NULL || done->type != JSON_BOOL)
		return false;
	out->done = done->truth;
	return json_id(v, "evidence", &out->evidence) &&
	    json_hash(v, "sha256", &out->sha256) && read_count(v, "size", &out->size) &&
	    read_count(v, "offset", &out->offset) && out->offset <= out->size;
}

enum fj_rc
files_read(const char *body, size_t n, struct wire_file **out, size_t *count,
    struct fj_err *e)
{
	const struct json *list, *v;
	struct json_doc *d = NULL;
	struct wire_file *files = NULL;
	size_t k = 0;
	enum fj_rc rc;

	*out = NULL;
	*count = 0;
	rc = read_json(body, n, LIMIT_BODY_BYTES, &d, e);
	if (rc != FJ_OK)
		return rc;
	list = read_array(json_root(d), "evidence");
	if (list == NULL) {
		rc = read_member("evidence", e);
		goto out;
	}
	if (list->count > WIRE_FILES) {
		rc = too_many("evidence", WIRE_FILES, e);
		goto out;
	}
	files = xcalloc((size_t)list->count + 1, sizeof(*files));
	json_each(v, list) {
		if (!read_file(v, &files[k++])) {
			rc = read_member("evidence", e);
			goto out;
		}
	}
	*out = files;
	*count = k;
	files = NULL;
out:
	free(files);
	json_free(&d);
	return rc;
}
