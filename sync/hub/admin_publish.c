/* SPDX-License-Identifier: Apache-2.0 */
/* form publish, list, withdraw; register import. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "hub/admin.h"
#include "hub/publish.h"
#include "model/subjects.h"
#include "os/fs.h"

/* ---- faults ---- */

static void
fault_json(struct admin *ad, const struct publish_fault *f, const char *sentence)
{
	struct fj_buf line;
	struct json_w w;

	fj_buf_init(&line, 64 << 10);
	json_w_init(&w, &line);
	json_w_obj(&w);
	json_w_kstr(&w, "file", f->file);
	json_w_kint(&w, "line", f->line);
	json_w_kint(&w, "column", f->column);
	json_w_kstr(&w, "severity", f->warning ? "warning" : "error");
	json_w_kstr(&w, "code", f->err->code);
	json_w_kstr(&w, "message", sentence);
	json_w_end(&w);
	fprintf(ad->err, "%s\n", line.p);
	fj_buf_release(&line);
}

/* As form check and redflag check write them. */
static void
say_fault(void *ctx, const struct publish_fault *f)
{
	struct admin *ad = ctx;
	struct fj_buf b;

	fj_buf_init(&b, 16 << 10);
	msg_say(ad->msg, f->err, &b);
	if (ad->a.json)
		fault_json(ad, f, b.p);
	else
		fprintf(ad->err, "%s:%d:%d: %s%s: %s\n", f->file, f->line, f->column,
		    f->warning ? "warning: " : "", f->err->code, b.p);
	fj_buf_release(&b);
}

/* ---- publish ---- */

static void
print_digest(struct admin *ad, const struct publish *p)
{
	char text[HASH_TEXT + 1];

	hash_format(&p->item.digest, text);
	if (ad->a.json)
		fprintf(ad->out, "{\"digest\":\"%s\",\"name\":\"%s\",\"version\":\"%s\"}\n",
		    text, p->name, p->version);
	else
		fprintf(ad->out, "%s\n", text);
}

static struct publish_ask
ask_of(struct admin *ad)
{
	const struct admin_args *a = &ad->a;
	struct publish_ask ask = {.path = a->word[1], .name = a->id, .version = a->version,
	    .note = a->note, .division = a->division, .ndivision = a->ndivision,
	    .fault = say_fault, .ctx = ad};

	return ask;
}

static int
check_divisions(struct admin *ad)
{
	int i;

	for (i = 0; i < ad->a.ndivision; i++)
		if (!scope_valid(ad->a.division[i]))
			return admin_bad(ad, "hub.division", ad->a.division[i]);
	return 0;
}

int
verb_form_publish(struct admin *ad)
{
	struct publish_ask ask = ask_of(ad);
	struct hub *h = NULL;
	struct publish p;
	struct fj_err e;
	enum fj_rc rc = FJ_OK;
	int code = check_divisions(ad);

	if (code == 0)
		code = admin_open(ad, &h);
	if (code != 0)
		return code;
	memset(&p, 0, sizeof(p));
	if (ad->a.by != NULL)
		rc = admin_person(h, ad->a.by, &ask.by, &e);
	if (rc == FJ_OK)
		rc = publish_read(&ask, &p, &e);
	if (rc == FJ_OK)
		rc = publish_put(h, &p, &e);
	if (rc == FJ_OK)
		print_digest(ad, &p);
	publish_release(&p);
	return admin_finish(ad, &h, rc, &e);
}

int
verb_form_withdraw(struct admin *ad)
{
	struct hub *h = NULL;
	struct fj_err e;
	enum fj_rc rc;
	size_t n = 0;
	int code = admin_open(ad, &h);

	if (code != 0)
		return code;
	rc = publish_withdraw(h, ad->a.word[1], ad->a.version, ad->a.note, &n, &e);
	if (rc == FJ_OK)
		fprintf(ad->out, ad->a.json ? "{\"withdrawn\":%zu}\n" : "%zu\n", n);
	return admin_finish(ad, &h, rc, &e);
}

/* ---- list ---- */

static void
item_json(struct json_w *w, const struct hub *h, const struct roster_item *it)
{
	const struct roster_person *by = roster_person(h->roster, &it->publisher);
	int i;

	json_w_obj(w);
	json_w_kstr(w, "kind", item_kind_name(it->kind));
	json_w_kstr(w, "name", it->name);
	json_w_kstr(w, "version", it->version);
	json_w_khash(w, "digest", &it->digest);
	json_w_kint(w, "size", (int64_t)it->size);
	json_w_key(w, "divisions");
	json_w_arr(w);
	for (i = 0; i < it->nscope; i++)
		json_w_str(w, it->scopes[i]);
	json_w_end(w);
	json_w_kstr(w, "publisher", by != NULL ? by->name : NULL);
	json_w_kstr(w, "note", it->note);
	if (it->has_before)
		json_w_khash(w, "before", &it->before);
	json_w_kbool(w, "withdrawn", it->withdrawn);
	json_w_end(w);
}

static void
item_line(FILE *out, const struct roster_item *it)
{
	char text[HASH_TEXT + 1];
	int i;

	hash_format(&it->digest, text);
	fprintf(out, "%.12s  %-5s  %s  %s  %llu ", text, item_kind_name(it->kind), it->name,
	    it->version, (unsigned long long)it->size);
	for (i = 0; i < it->nscope; i++)
		fprintf(out, " %s", it->scopes[i]);
	fprintf(out, "%s%s%s\n", it->withdrawn ? "  withdrawn" : "",
	    it->note != NULL ? "  " : "", it->note != NULL ? it->note : "");
}

static bool
item_row(struct admin *ad, const struct hub *h, size_t i, struct json_w *w)
{
	const struct roster_item *it = roster_item_at(h->roster, i);

	if (it == NULL)
		return false;
	if (ad->a.json)
		item_json(w, h, it);
	else
		item_line(ad->out, it);
	return true;
}

int
verb_form_list(struct admin *ad)
{
	return admin_list(ad, item_row);
}

/* ---- register ---- */

/* The version of a register is its day, and the time for a second one. */
static void
version_of_now(const struct admin *ad, char out[PUBLISH_NAME + 1])
{
	char at[INSTANT_TEXT + 1];
	size_t i, n = 0;

	instant_format(clock_now(&ad->clock), at);
	for (i = 0; at[i] != '\0' && i < 19; i++)
		if (at[i] != ':')
			out[n++] = at[i];
	out[n] = '\0';
}

static enum fj_rc
read_register(struct admin *ad, struct publish *p, struct fj_err *e)
{
	const char *division = ad->a.division[0];
	struct roster_item *it = &p->item;
	struct fj_buf csv;
	enum fj_rc rc;

	fj_buf_init(&csv, PUBLISH_BYTES);
	rc = fs_read(ad->a.word[1], &csv, e);
	if (rc == FJ_OK)
		rc = subjects_from_csv(csv.p, csv.n, division, &p->bytes, e);
	fj_buf_release(&csv);
	if (rc == FJ_OK && fj_buf_over(&p->bytes))
		rc = fj_fail(e, FJ_LIMIT, "hub.too-large", "d", PUBLISH_BYTES);
	if (rc != FJ_OK)
		return rc;
	snprintf(p->name, sizeof(p->name), "%s%s", SUBJECTS_PREFIX, division);
	if (ad->a.version != NULL)
		snprintf(p->version, sizeof(p->version), "%s", ad->a.version);
	else
		version_of_now(ad, p->version);
	it->kind = ITEM_DATA;
	it->name = p->name;
	it->version = p->version;
	it->note = ad->a.note;
	it->nscope = 1;
	snprintf(it->scopes[0], SCOPE_TEXT + 1, "%s", division);
	it->size = p->bytes.n;
	suite_hash(SUITE_DEFAULT, p->bytes.p, p->bytes.n, &it->digest);
	return FJ_OK;
}

int
verb_register_import(struct admin *ad)
{
	struct hub *h = NULL;
	struct publish p;
	struct fj_err e;
	enum fj_rc rc;
	int code = check_divisions(ad);

	if (code == 0 && ad->a.ndivision != 1)
		code = admin_bad(ad, "hub.needs", "--division");
	if (code == 0)
		code = admin_open(ad, &h);
	if (code != 0)
		return code;
	memset(&p, 0, sizeof(p));
	fj_buf_init(&p.bytes, PUBLISH_BYTES);
	rc = read_register(ad, &p, &e);
	if (rc == FJ_OK && ad->a.by != NULL)
		rc = admin_person(h, ad->a.by, &p.item.publisher, &e);
	if (rc == FJ_OK)
		rc = publish_put(h, &p, &e);
	if (rc == FJ_OK)
		print_digest(ad, &p);
	publish_release(&p);
	return admin_finish(ad, &h, rc, &e);
}
