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
#include "app/lawdata.h"
#include "base/limits.h"
#include "base/xalloc.h"
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
	struct kinds *kinds;
	struct clauses *clauses;
	struct divisions *divisions;
	struct campaigns *campaigns;
	struct form_calendar *calendar;
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

static enum fj_rc
missing_file(const char *name, struct fj_err *e)
{
	return fj_fail(e, FJ_BUG, "app.embedded", "s", name);
}

enum fj_rc
shelf_new(struct shelf **out, struct fj_err *e)
{
	const struct embed_file *kinds = embed_find("visit-kinds.json");
	const struct embed_file *clauses = embed_find("clauses.json");
	const struct embed_file *campaigns = embed_find("campaigns.json");
	struct shelf *s;
	enum fj_rc rc;

	if (kinds == NULL || clauses == NULL)
		return missing_file(kinds == NULL ? "visit-kinds.json" : "clauses.json", e);
	s = xcalloc(1, sizeof(*s));
	digest_embedded(s);
	rc = kinds_load((const char *)kinds->p, kinds->n, &s->kinds, e);
	if (rc == FJ_OK)
		rc = clauses_load((const char *)clauses->p, clauses->n, &s->clauses, e);
	/* titles only: a code is shown as it stands when they are not here */
	if (campaigns != NULL && campaigns_load((const char *)campaigns->p, campaigns->n,
	    &s->campaigns, NULL) != FJ_OK)
		s->campaigns = NULL;
	/* without it working days are counted by weekends, and that is told */
	if (lawdata_calendar(&s->calendar, NULL) != FJ_OK)
		s->calendar = NULL;
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
	form_calendar_free(&s->calendar);
	free(s->embedded);
	kinds_free(&s->kinds);
	clauses_free(&s->clauses);
	divisions_free(&s->divisions);
	campaigns_free(&s->campaigns);
	free(s);
	*sp = NULL;
}

const struct kinds *
shelf_kinds(const struct shelf *s)
{
	return s->kinds;
}

const struct clauses *
shelf_clauses(const struct shelf *s)
{
	return s->clauses;
}

/* 3,400 rows: only when a division is asked for.  Without the table codes
 * still work, so a damaged one is no reason to stop. */
const struct divisions *
shelf_divisions(struct shelf *s)
{
	const struct embed_file *f = embed_find("divisions.csv");

	if (s->divisions == NULL && f != NULL &&
	    divisions_load((const char *)f->p, f->n, &s->divisions, NULL) != FJ_OK)
		s->divisions = NULL;
	return s->divisions;
}

void
shelf_digests(const struct shelf *s, struct hash *kinds, struct hash *clauses)
{
	const struct embed_file *k = embed_find("visit-kinds.json");
	const struct embed_file *c = embed_find("clauses.json");

	(void)s;
	digest_of(k->p, k->n, kinds);
	digest_of(c->p, c->n, clauses);
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
	form_use_calendar(form, s->calendar);
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

/* The newest published version of a form by id; NULL. */
static const struct roster_item *
published(const struct app *a, const char *id)
{
	const struct roster_item *best = NULL, *it;
	size_t i;

	if (a->roster == NULL)
		return NULL;
	for (i = 0; (it = roster_item_at(a->roster, i)) != NULL; i++)
		if (it->kind == ITEM_FORM && strcmp(it->name, id) == 0)
			best = it;
	return best;
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
shelf_pick(struct app *a, const char *id_or_file, struct command_form *out,
    const struct form **form, struct fj_err *e)
{
	char *name = xasprintf("%s.json", id_or_file);
	const struct embed_file *f = is_form_file(name) ? embed_find(name) : NULL;
	const struct roster_item *item = published(a, id_or_file);
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
	return a->shelf->kinds;
}

const struct clauses *
app_clauses(const struct app *a)
{
	return a->shelf->clauses;
}

const struct campaigns *
app_campaigns(const struct app *a)
{
	return a->shelf->campaigns;
}

const struct divisions *
app_divisions(const struct app *a)
{
	return shelf_divisions(a->shelf);
}

size_t
app_form_count(const struct app *a)
{
	size_t i, n = 0;

	(void)a;
	for (i = 0; i < embed_count(); i++)
		n += is_form_file(embed_at(i)->name);
	return n;
}

/* The file name without .json is the id: DESIGN section 6. */
void
app_form_id(const struct app *a, size_t i, char out[64])
{
	size_t k;

	(void)a;
	out[0] = '\0';
	for (k = 0; k < embed_count(); k++) {
		const char *name = embed_at(k)->name;
		size_t n = strlen(name);

		if (!is_form_file(name) || i-- > 0)
			continue;
		if (n - 5 < 64) {
			memcpy(out, name, n - 5);
			out[n - 5] = '\0';
		}
		return;
	}
}
