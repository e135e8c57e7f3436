/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forms and data: those that travel inside the program, those that a hub
 * published, and files that a visit was begun with.  A form is compiled once
 * and found by the digest of its bytes, which is how a visit names it.
 */
#include <stdlib.h>
#include <string.h>

#include "app/formfile.h"
#include "app/internal.h"
#include "app/shelf_data.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "client/published.h"
#include "embed/embed.h"
#include "os/fs.h"

struct shelved {
	struct hash digest;
	struct form *form;
	bool shipped;
	struct shelved *next;
};

struct shelf {
	struct hash *embedded;		/* digests of embed_at(i), for the forms among them */
	struct shelf_data *data;
	struct shelved *forms;
};

static const char *const not_forms[] = {
	"campaigns.json", "clauses.json", "form.schema.json", "holidays.json", "lists.json",
	"methods.json", "synonyms.json", "visit-kinds.json", NULL,
};

static bool
is_form_file(const char *name)
{
	size_t n = strlen(name), i;

	if (n < 6 || strcmp(name + n - 5, ".json") != 0)
		return false;
	for (i = 0; not_forms[i] != NULL; i++)
		if (strcmp(name, not_forms[i]) == 0)
			return false;
	return true;
}

static void
digest_of(const void *p, size_t n, struct hash *out)
{
	suite_hash(SUITE_DEFAULT, p, n, out);
}

/* Once: screens ask for each line whether a form is one of these. */
static void
digest_embedded(struct shelf *s)
{
	size_t i;

	s->embedded = xcalloc(embed_count(), sizeof(*s->embedded));
	for (i = 0; i < embed_count(); i++) {
		const struct embed_file *f = embed_at(i);

		if (is_form_file(f->name))
			digest_of(f->p, f->n, &s->embedded[i]);
	}
}

enum fj_rc
shelf_new(struct shelf **out, struct fj_err *e)
{
	struct shelf *s = xcalloc(1, sizeof(*s));
	enum fj_rc rc = shelf_data_new(&s->data, e);

	digest_embedded(s);
	if (rc == FJ_OK)
		*out = s;
	else
		shelf_free(&s);
	return rc;
}

void
shelf_free(struct shelf **sp)
{
	struct shelf *s = *sp;

	if (s == NULL)
		return;
	while (s->forms != NULL) {
		struct shelved *f = s->forms;

		s->forms = f->next;
		form_free(&f->form);
		free(f);
	}
	free(s->embedded);
	shelf_data_free(&s->data);
	free(s);
	*sp = NULL;
}

const struct kinds *
shelf_kinds(const struct shelf *s)
{
	return shelf_data_now(s->data, DATA_KINDS_TABLE, NULL);
}

const struct clauses *
shelf_clauses(const struct shelf *s)
{
	return shelf_data_now(s->data, DATA_CLAUSES, NULL);
}

const struct divisions *
shelf_divisions(struct shelf *s)
{
	return shelf_data_now(s->data, DATA_DIVISIONS, NULL);
}

void
shelf_digests(const struct shelf *s, struct hash *kinds, struct hash *clauses)
{
	(void)shelf_data_now(s->data, DATA_KINDS_TABLE, kinds);
	(void)shelf_data_now(s->data, DATA_CLAUSES, clauses);
}

const struct kinds *
shelf_kinds_of(struct app *a, const struct hash *digest)
{
	return shelf_data_by(a, a->shelf->data, DATA_KINDS_TABLE, digest);
}

const struct clauses *
shelf_clauses_of(struct app *a, const struct hash *digest)
{
	return shelf_data_by(a, a->shelf->data, DATA_CLAUSES, digest);
}

bool
shelf_renew(struct app *a)
{
	return shelf_data_renew(a, a->shelf->data);
}

void
shelf_subjects_of(struct app *a, bool (*fn)(void *ctx, const struct subject *one),
    void *ctx)
{
	shelf_subjects(a, a->shelf->data, fn, ctx);
}

/* A fault of the bytes is the file's fault: name it and where all faults are listed. */
static bool
is_form_fault(const struct fj_err *e)
{
	return strncmp(e->code, "form.", 5) == 0 || strncmp(e->code, "expr.", 5) == 0 ||
	    strncmp(e->code, "json.", 5) == 0;
}

/* Compile and put on the shelf. */
static enum fj_rc
put(struct shelf *s, const void *p, size_t n, const struct hash *digest, bool shipped,
    const struct form **out, struct fj_err *e)
{
	struct shelved *f;
	struct form *form;
	enum fj_rc rc = form_load(p, n, &form, NULL, e);

	if (rc != FJ_OK)
		return rc;
	form_use_calendar(form, shelf_data_now(s->data, DATA_HOLIDAYS, NULL));
	f = xcalloc(1, sizeof(*f));
	f->digest = *digest;
	f->form = form;
	f->shipped = shipped;
	f->next = s->forms;
	s->forms = f;
	*out = form;
	return FJ_OK;
}

static const struct shelved *
find(const struct shelf *s, const struct hash *digest)
{
	const struct shelved *f;

	for (f = s->forms; f != NULL; f = f->next)
		if (hash_eq(&f->digest, digest))
			return f;
	return NULL;
}

/* A shipped form by digest; NULL. */
static const struct embed_file *
shipped(const struct shelf *s, const struct hash *digest)
{
	size_t i;

	for (i = 0; i < embed_count(); i++)
		if (is_form_file(embed_at(i)->name) && hash_eq(&s->embedded[i], digest))
			return embed_at(i);
	return NULL;
}

bool
shelf_shipped(const struct shelf *s, const struct hash *digest)
{
	return shipped(s, digest) != NULL;
}

enum fj_rc
shelf_bytes(struct app *a, const struct hash *digest, struct fj_buf *out, struct fj_err *e)
{
	const struct embed_file *f = shipped(a->shelf, digest);
	char text[HASH_TEXT + 1];

	if (f != NULL) {
		fj_buf_add(out, f->p, f->n);
		return FJ_OK;
	}
	if (a->j != NULL && journal_get(a->j, "form", digest->b, HASH_LEN, out, e) == FJ_OK)
		return FJ_OK;
	hash_format(digest, text);
	return fj_fail(e, FJ_NOTFOUND, "app.form-absent", "s", text);
}

const struct form *
shelf_form(struct app *a, const struct hash *digest)
{
	const struct shelved *f = find(a->shelf, digest);
	const struct form *form = NULL;
	struct fj_buf b;

	if (f != NULL)
		return f->form;
	fj_buf_init(&b, LIMIT_FORM_BYTES);
	if (shelf_bytes(a, digest, &b, NULL) == FJ_OK &&
	    put(a->shelf, b.p, b.n, digest, shipped(a->shelf, digest) != NULL, &form, NULL) != FJ_OK)
		form = NULL;
	fj_buf_release(&b);
	return form;
}

enum fj_rc
shelf_keep(struct app *a, const void *p, size_t n, const struct hash *digest,
    struct fj_err *e)
{
	const struct form *form;
	struct journal_kv kv = {"form", {digest->b, HASH_LEN}, {p, n}};
	enum fj_rc rc = FJ_OK;

	if (find(a->shelf, digest) == NULL)
		rc = put(a->shelf, p, n, digest, false, &form, e);
	return rc == FJ_OK ? journal_put(a->j, &kv, 1, e) : rc;
}

static void
describe(const struct form *form, const struct hash *digest, struct command_form *out)
{
	out->id = form_id(form);
	out->version = form_version(form);
	out->digest = *digest;
}

/* The newest published version of a form for work in this division that is here: one
 * that has not come yet leaves the one before it.  NULL: none. */
static const struct roster_item *
published(const struct app *a, const char *id, const char *division)
{
	return a->roster != NULL ?
	    published_newest(a->j, a->roster, ITEM_FORM, id, division) : NULL;
}

static enum fj_rc
pick_file(struct app *a, const char *path, struct hash *digest, const struct form **form,
    struct fj_err *e)
{
	struct fj_err why;
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, LIMIT_FORM_BYTES);
	/* Whole, with the lists beside it: the visit keeps these bytes. */
	rc = formfile_read(path, NULL, &b, e);
	if (rc == FJ_OK) {
		digest_of(b.p, b.n, digest);
		rc = shelf_keep(a, b.p, b.n, digest, &why);
		if (rc != FJ_OK && is_form_fault(&why))
			rc = fj_fail(e, FJ_INVAL, "app.form-file", "s", path);
		else if (rc != FJ_OK && e != NULL)
			*e = why;
	}
	if (rc == FJ_OK)
		*form = shelf_form(a, digest);
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
shelf_pick(struct app *a, const char *id_or_file, const char *division,
    struct command_form *out, const struct form **form, struct fj_err *e)
{
	char *name = xasprintf("%s.json", id_or_file);
	const struct embed_file *f = is_form_file(name) ? embed_find(name) : NULL;
	const struct roster_item *item = published(a, id_or_file, division);
	struct hash digest;
	enum fj_rc rc = FJ_OK;

	*form = NULL;
	if (item != NULL) {
		digest = item->digest;
		*form = shelf_form(a, &digest);
	}
	if (*form == NULL && f != NULL) {
		digest_of(f->p, f->n, &digest);
		*form = shelf_form(a, &digest);
	}
	if (*form == NULL && fs_exists(id_or_file))
		rc = pick_file(a, id_or_file, &digest, form, e);
	if (rc == FJ_OK && *form == NULL)
		rc = fj_fail(e, FJ_NOTFOUND, "app.form-unknown", "s", id_or_file);
	if (rc == FJ_OK)
		describe(*form, &digest, out);
	free(name);
	return rc;
}

/* ---- what the faces ask ---- */

const struct kinds *
app_kinds(const struct app *a)
{
	return shelf_kinds(a->shelf);
}

const struct clauses *
app_clauses(const struct app *a)
{
	return shelf_clauses(a->shelf);
}

const struct campaigns *
app_campaigns(const struct app *a)
{
	return shelf_data_now(a->shelf->data, DATA_CAMPAIGNS, NULL);
}

const struct divisions *
app_divisions(const struct app *a)
{
	return shelf_divisions(a->shelf);
}

/* Is this one of the forms of the program? */
static bool
is_shipped_id(const char *id)
{
	char *name = xasprintf("%s.json", id);
	bool yes = is_form_file(name) && embed_find(name) != NULL;

	free(name);
	return yes;
}

/* Those of the program, then those that only a hub has published and that are here. */
static bool
form_at(const struct app *a, size_t i, char out[64])
{
	const struct roster_item *it;
	const char *last = "";
	size_t k;

	for (k = 0; k < embed_count(); k++) {
		const char *name = embed_at(k)->name;
		size_t n = strlen(name) - 5;

		if (!is_form_file(name) || n >= 64 || i-- > 0)
			continue;
		memcpy(out, name, n);
		out[n] = '\0';
		return true;
	}
	for (k = 0; a->roster != NULL && (it = roster_item_at(a->roster, k)) != NULL; k++) {
		if (it->kind != ITEM_FORM || strcmp(it->name, last) == 0 ||
		    strlen(it->name) >= 64 || is_shipped_id(it->name))
			continue;
		last = it->name;
		it = published(a, it->name, a->me.division);
		if (it == NULL || i-- > 0)
			continue;
		memcpy(out, it->name, strlen(it->name) + 1);
		return true;
	}
	return false;
}

size_t
app_form_count(const struct app *a)
{
	char id[64];
	size_t n = 0;

	while (form_at(a, n, id))
		n++;
	return n;
}

/* The file name without .json is the id: DESIGN section 6. */
void
app_form_id(const struct app *a, size_t i, char out[64])
{
	if (!form_at(a, i, out))
		out[0] = '\0';
}
