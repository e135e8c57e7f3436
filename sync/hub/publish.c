/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "embed/embed.h"
#include "entry/roster_write.h"
#include "form/form.h"
#include "hub/blobs.h"
#include "hub/hub.h"
#include "model/campaigns.h"
#include "model/clauses.h"
#include "model/divisions.h"
#include "model/kinds.h"
#include "model/subjects.h"
#include "os/fs.h"

/* ---- data files ---- */

static enum fj_rc
check_clauses(const char *p, size_t n, struct fj_err *e)
{
	struct clauses *v = NULL;
	enum fj_rc rc = clauses_load(p, n, &v, e);

	clauses_free(&v);
	return rc;
}

static enum fj_rc
check_kinds(const char *p, size_t n, struct fj_err *e)
{
	struct kinds *v = NULL;
	enum fj_rc rc = kinds_load(p, n, &v, e);

	kinds_free(&v);
	return rc;
}

static enum fj_rc
check_campaigns(const char *p, size_t n, struct fj_err *e)
{
	struct campaigns *v = NULL;
	enum fj_rc rc = campaigns_load(p, n, &v, e);

	campaigns_free(&v);
	return rc;
}

static enum fj_rc
check_holidays(const char *p, size_t n, struct fj_err *e)
{
	struct form_calendar *v = NULL;
	enum fj_rc rc = form_calendar_load(p, n, &v, e);

	form_calendar_free(&v);
	return rc;
}

static enum fj_rc
check_divisions(const char *p, size_t n, struct fj_err *e)
{
	struct divisions *v = NULL;
	enum fj_rc rc = divisions_load(p, n, &v, e);

	divisions_free(&v);
	return rc;
}

static enum fj_rc
check_subjects(const char *p, size_t n, struct fj_err *e)
{
	struct subjects *v = NULL;
	enum fj_rc rc = subjects_load(p, n, &v, e);

	subjects_free(&v);
	return rc;
}

static const struct {
	const char *name, *file;	/* file NULL: made by a verb of its own */
	enum fj_rc (*check)(const char *p, size_t n, struct fj_err *e);
} data[] = {
	{ "clauses", "clauses.json", check_clauses },
	{ "visit-kinds", "visit-kinds.json", check_kinds },
	{ "campaigns", "campaigns.json", check_campaigns },
	{ "holidays", "holidays.json", check_holidays },
	{ "divisions", "divisions.csv", check_divisions },
	{ SUBJECTS_PREFIX, NULL, check_subjects },
};

enum { DATA = sizeof(data) / sizeof(data[0]) };

enum fj_rc
publish_data_check(const char *name, const char *p, size_t n, bool *known,
    struct fj_err *e)
{
	size_t i;

	for (i = 0; i < DATA; i++) {
		bool prefix = data[i].file == NULL;

		*known = prefix ? strncmp(name, data[i].name, strlen(data[i].name)) == 0 :
		    strcmp(name, data[i].name) == 0;
		if (*known)
			return data[i].check(p, n, e);
	}
	return FJ_OK;
}

/* The name of the data in a file that is called so; NULL. */
static const char *
data_of_file(const char *base)
{
	size_t i;

	for (i = 0; i < DATA; i++)
		if (data[i].file != NULL && strcmp(base, data[i].file) == 0)
			return data[i].name;
	return NULL;
}

/* ---- what is it ---- */

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* Names stand in file names, keys and lists: no blanks, no controls, no slashes. */
static bool
name_ok(const char *s)
{
	size_t n = strlen(s), i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || strchr("/\\\"'", s[i]) != NULL)
			return false;
	return n > 0 && n <= PUBLISH_NAME && s[0] != '.' && s[0] != '-';
}

static enum fj_rc
take_name(struct publish *p, const char *name, const char *version,
    const struct publish_ask *ask, struct fj_err *e)
{
	if (version == NULL)
		return fj_fail(e, FJ_INVAL, "hub.publish-version", "s", ask->path);
	if (!name_ok(name))
		return fj_fail(e, FJ_INVAL, "hub.publish-name", "s", name);
	if (!name_ok(version))
		return fj_fail(e, FJ_INVAL, "hub.publish-name", "s", version);
	memcpy(p->name, name, strlen(name) + 1);
	memcpy(p->version, version, strlen(version) + 1);
	return FJ_OK;
}

static bool
clause_known(void *ctx, const char *id)
{
	return clauses_find(ctx, id) != NULL;
}

static int
tell_form_faults(const struct publish_ask *ask, const struct form_faults *faults)
{
	int errors = 0;
	size_t i;

	for (i = 0; i < faults->n; i++) {
		struct publish_fault f = {ask->path, faults->v[i].line, faults->v[i].column,
		    faults->v[i].severity != FORM_ERROR, &faults->v[i].err};

		errors += !f.warning;
		if (ask->fault != NULL)
			ask->fault(ask->ctx, &f);
	}
	return errors;
}

static enum fj_rc
read_form(const struct publish_ask *ask, struct publish *p, struct fj_err *e)
{
	const struct embed_file *file = embed_find("clauses.json");
	struct form_faults faults = {0};
	struct clauses *clauses = NULL;
	struct form_lint lint = {clause_known, NULL};
	struct form *form = NULL;
	enum fj_rc rc;
	int errors;

	if (file == NULL)
		return fj_fail(e, FJ_BUG, "hub.embedded", "s", "clauses.json");
	rc = clauses_load((const char *)file->p, file->n, &clauses, e);
	if (rc != FJ_OK)
		return rc;
	lint.ctx = clauses;
	rc = form_check(p->bytes.p, p->bytes.n, &lint, &faults, e);
	errors = tell_form_faults(ask, &faults);
	if (rc == FJ_INVAL)
		rc = fj_fail(e, FJ_INVAL, "hub.publish-faults", "sd", ask->path, errors);
	form_faults_release(&faults);
	if (rc == FJ_OK)
		rc = form_load(p->bytes.p, p->bytes.n, &form, NULL, e);
	if (rc == FJ_OK) {
		p->item.kind = ITEM_FORM;
		rc = take_name(p, form_id(form), form_version(form), ask, e);
	}
	form_free(&form);
	clauses_free(&clauses);
	return rc;
}

static enum fj_rc
read_data(const struct publish_ask *ask, const char *name, struct publish *p,
    struct fj_err *e)
{
	bool known = false;
	struct fj_err why;
	struct publish_fault f = {ask->path, 0, 0, false, &why};
	enum fj_rc rc = publish_data_check(name, p->bytes.p, p->bytes.n, &known, &why);

	if (rc != FJ_OK) {
		if (ask->fault != NULL)
			ask->fault(ask->ctx, &f);
		return fj_fail(e, FJ_INVAL, "hub.publish-faults", "sd", ask->path, 1);
	}
	p->item.kind = ITEM_DATA;
	return take_name(p, name, ask->version, ask, e);
}

/* A form says what it is; else the file's name must be one of the data. */
static bool
is_form(const struct fj_buf *b)
{
	struct json_doc *d = NULL;
	bool yes = json_parse(b->p, b->n, &d, NULL) == FJ_OK &&
	    json_str(json_root(d), "form") != NULL;

	json_free(&d);
	return yes;
}

static enum fj_rc
read_file(const struct publish_ask *ask, struct publish *p, struct fj_err *e)
{
	const char *base = last_part(ask->path);
	const char *name = data_of_file(base);
	size_t n = strlen(base);
	enum fj_rc rc = fs_read(ask->path, &p->bytes, e);

	if (rc != FJ_OK)
		return rc;
	if (name != NULL)
		return read_data(ask, name, p, e);
	/* One that does not even parse is told with its places, as a form. */
	if (is_form(&p->bytes) || (n > 5 && strcmp(base + n - 5, ".json") == 0))
		return read_form(ask, p, e);
	return fj_fail(e, FJ_INVAL, "hub.publish-what", "s", ask->path);
}

/* Without a trailing slash. */
static enum fj_rc
read_pack(const struct publish_ask *ask, struct publish *p, struct fj_err *e)
{
	char *path = xstrdup(ask->path);
	size_t n = strlen(path);
	enum fj_rc rc;

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	rc = publish_pack(ask, &p->bytes, e);
	if (rc == FJ_OK) {
		p->item.kind = ITEM_RULES;
		rc = take_name(p, ask->name != NULL ? ask->name : last_part(path),
		    ask->version, ask, e);
	}
	free(path);
	return rc;
}

enum fj_rc
publish_read(const struct publish_ask *ask, struct publish *out, struct fj_err *e)
{
	struct roster_item *it = &out->item;
	enum fj_rc rc;
	int i;

	memset(out, 0, sizeof(*out));
	fj_buf_init(&out->bytes, PUBLISH_BYTES);
	rc = fs_is_dir(ask->path) ? read_pack(ask, out, e) : read_file(ask, out, e);
	if (rc == FJ_OK && ask->ndivision > ITEM_SCOPES)
		rc = fj_fail(e, FJ_LIMIT, "hub.publish-divisions", "d", ITEM_SCOPES);
	if (rc != FJ_OK) {
		publish_release(out);
		return rc;
	}
	for (i = 0; i < ask->ndivision; i++)
		snprintf(it->scopes[it->nscope++], SCOPE_TEXT + 1, "%s", ask->division[i]);
	it->name = out->name;
	it->version = out->version;
	it->note = ask->note;
	it->publisher = ask->by;
	it->size = out->bytes.n;
	suite_hash(SUITE_DEFAULT, out->bytes.p, out->bytes.n, &it->digest);
	return FJ_OK;
}

void
publish_release(struct publish *p)
{
	fj_buf_release(&p->bytes);
}

/* ---- into the roster ---- */

static enum fj_rc
put_row(struct hub *h, const struct roster_item *it, const struct fj_buf *bytes,
    struct fj_err *e)
{
	struct stamp at;
	struct fj_buf b;
	enum fj_rc rc = hub_begin(h, e);

	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&b, LIMIT_PAYLOAD);
	hub_stamp(h, &at);
	roster_write_item(it, &at, &b);
	if (bytes != NULL)
		rc = blobs_put(h, it, bytes->p, bytes->n, e);
	if (rc == FJ_OK)
		rc = hub_roster_add(h, &b, e);
	fj_buf_release(&b);
	return hub_end(h, rc, e);
}

/* The newest of the same name, whoever it is for: what a device most likely holds. */
static const struct roster_item *
before(const struct hub *h, const struct roster_item *it)
{
	const struct roster_item *best = NULL, *o;
	size_t i;

	for (i = 0; (o = roster_item_at(h->roster, i)) != NULL; i++)
		if (o->kind == it->kind && strcmp(o->name, it->name) == 0 &&
		    !hash_eq(&o->digest, &it->digest) &&
		    (best == NULL || o->order > best->order))
			best = o;
	return best;
}

enum fj_rc
publish_put(struct hub *h, struct publish *p, struct fj_err *e)
{
	struct roster_item *it = &p->item;
	const struct roster_item *old = roster_item(h->roster, it->kind, it->name,
	    it->version), *last;

	if (old != NULL && !hash_eq(&old->digest, &it->digest))
		return fj_fail(e, FJ_REFUSED, "hub.version-taken", "ss", it->name,
		    it->version);
	last = before(h, it);
	it->has_before = last != NULL;
	if (last != NULL)
		it->before = last->digest;
	return put_row(h, it, &p->bytes, e);
}

static const struct roster_item *
standing(const struct hub *h, const char *name, const char *version)
{
	const struct roster_item *it;
	size_t i;

	for (i = 0; (it = roster_item_at(h->roster, i)) != NULL; i++)
		if (!it->withdrawn && strcmp(it->name, name) == 0 &&
		    (version == NULL || strcmp(it->version, version) == 0))
			return it;
	return NULL;
}

enum fj_rc
publish_withdraw(struct hub *h, const char *name, const char *version,
    const char *note, size_t *n, struct fj_err *e)
{
	const struct roster_item *it;
	enum fj_rc rc = FJ_OK;

	for (*n = 0; rc == FJ_OK && (it = standing(h, name, version)) != NULL; (*n)++) {
		struct roster_item gone = *it;
		char *own_name = xstrdup(it->name), *own_version = xstrdup(it->version);

		/* The roster is made anew with the row: nothing of it is kept. */
		gone.name = own_name;
		gone.version = own_version;
		gone.note = note;
		gone.withdrawn = true;
		rc = put_row(h, &gone, NULL, e);
		free(own_name);
		free(own_version);
	}
	if (rc == FJ_OK && *n == 0)
		return fj_fail(e, FJ_NOTFOUND, "hub.not-published", "ss", name,
		    version != NULL ? version : "*");
	return rc;
}
