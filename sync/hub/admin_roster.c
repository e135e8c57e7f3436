/* SPDX-License-Identifier: Apache-2.0 */
/* user, invite, device, form: what an administrator writes into the roster. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/roster_write.h"
#include "hub/admin.h"
#include "hub/enrol.h"

/* ---- finding by prefix ---- */

enum {
	PREFIX_LEAST = 4,
};

struct seek {
	const char *prefix;
	struct id id;
	int hits;
	char shown[200];
};

static void
consider(struct seek *s, const struct id *id)
{
	char text[ID_TEXT + 1];
	size_t n = strlen(s->shown);

	if (!id_has_prefix(id, s->prefix))
		return;
	s->id = *id;
	s->hits++;
	id_format_short(id, text);
	snprintf(s->shown + n, sizeof(s->shown) - n, "%s%s", n > 0 ? " " : "", text);
}

static enum fj_rc
found(const struct seek *s, struct id *out, struct fj_err *e)
{
	if (strlen(s->prefix) < PREFIX_LEAST || s->hits == 0)
		return fj_fail(e, FJ_NOTFOUND, "hub.no-such", "s", s->prefix);
	if (s->hits > 1)
		return fj_fail(e, FJ_AMBIGUOUS, "hub.ambiguous", "ss", s->prefix, s->shown);
	*out = s->id;
	return FJ_OK;
}

enum fj_rc
admin_person(const struct hub *h, const char *prefix, struct id *out, struct fj_err *e)
{
	const struct roster_person *p;
	struct seek s = { .prefix = prefix };
	size_t i;

	for (i = 0; (p = roster_person_at(h->roster, i)) != NULL; i++)
		consider(&s, &p->person);
	return found(&s, out, e);
}

static enum fj_rc
find_device(const struct hub *h, const char *prefix, struct id *out, struct fj_err *e)
{
	const struct roster_device *d;
	struct seek s = { .prefix = prefix };
	size_t i;

	for (i = 0; (d = roster_device_at(h->roster, i)) != NULL; i++)
		consider(&s, &d->dev);
	return found(&s, out, e);
}

/* ---- writing one row ---- */

static enum fj_rc
write_row(struct hub *h, const struct fj_buf *payload, struct fj_err *e)
{
	enum fj_rc rc;

	rc = hub_begin(h, e);
	if (rc != FJ_OK)
		return rc;
	return hub_end(h, hub_roster_add(h, payload, e), e);
}

int
admin_finish(struct admin *ad, struct hub **h, enum fj_rc rc, const struct fj_err *e)
{
	hub_close(h);
	return rc == FJ_OK ? ADMIN_DONE : admin_fail(ad, e);
}

static void
print_id(struct admin *ad, const struct id *id)
{
	char text[ID_TEXT + 1];

	id_format(id, text);
	fprintf(ad->out, ad->a.json ? "{\"id\":\"%s\"}\n" : "%s\n", text);
}

/* Row by row until there is none: lines, or one JSON array. */
int
admin_list(struct admin *ad,
    bool (*row)(struct admin *ad, const struct hub *h, size_t i, struct json_w *w))
{
	struct hub *h = NULL;
	struct fj_buf b;
	struct json_w w;
	size_t i;
	int code;

	code = admin_open(ad, &h);
	if (code != 0)
		return code;
	fj_buf_init(&b, LIMIT_BODY_BYTES * 4);
	json_w_init(&w, &b);
	json_w_arr(&w);
	for (i = 0; row(ad, h, i, &w); i++)
		continue;
	json_w_end(&w);
	if (ad->a.json)
		fprintf(ad->out, "%s\n", b.p);
	fj_buf_release(&b);
	hub_close(&h);
	return ADMIN_DONE;
}

/* ---- user ---- */

static int
take_roles(struct admin *ad, struct roster_person *p)
{
	const struct admin_args *a = &ad->a;
	int i;

	for (i = 0; i < a->nrole; i++) {
		unsigned role = role_parse(a->role[i]);

		if (role == 0)
			return admin_bad(ad, "hub.role", a->role[i]);
		p->roles |= role;
	}
	return 0;
}

static int
take_scopes(struct admin *ad, struct roster_person *p)
{
	const struct admin_args *a = &ad->a;
	int i;

	for (i = 0; i < a->ndivision; i++) {
		if (!scope_valid(a->division[i]))
			return admin_bad(ad, "hub.division", a->division[i]);
		snprintf(p->scopes[p->nscope++], SCOPE_TEXT + 1, "%s", a->division[i]);
	}
	return 0;
}

static int
person_of_args(struct admin *ad, struct roster_person *p)
{
	struct admin_args *a = &ad->a;

	p->name = a->word[1];
	p->cert = a->cert;
	if (p->name[0] == '\0' || strlen(p->name) > LIMIT_NAME_BYTES)
		return admin_bad(ad, "hub.name", p->name);
	if (a->cert != NULL && (a->cert[0] == '\0' || strlen(a->cert) > LIMIT_NAME_BYTES))
		return admin_bad(ad, "hub.name", a->cert);
	if (a->nrole == 0)
		return admin_bad(ad, "hub.needs", "--role");
	if (a->ndivision == 0)
		return admin_bad(ad, "hub.needs", "--division");
	return take_roles(ad, p) != 0 ? ADMIN_USAGE : take_scopes(ad, p);
}

int
verb_user_add(struct admin *ad)
{
	struct roster_person *p = xcalloc(1, sizeof(*p));
	struct hub *h = NULL;
	struct stamp at;
	struct fj_err e;
	struct fj_buf b;
	enum fj_rc rc;
	int code;

	code = person_of_args(ad, p);
	if (code == 0)
		code = admin_open(ad, &h);
	if (code != 0) {
		free(p);
		return code;
	}
	fj_buf_init(&b, LIMIT_PAYLOAD);
	id_random(&p->person);
	hub_stamp(h, &at);
	roster_write_person(p, &at, &b);
	if (p->cert != NULL && roster_by_cert(h->roster, p->cert) != NULL)
		rc = fj_fail(&e, FJ_REFUSED, "hub.cert-taken", "s", p->cert);
	else
		rc = write_row(h, &b, &e);
	if (rc == FJ_OK)
		print_id(ad, &p->person);
	fj_buf_release(&b);
	free(p);
	return admin_finish(ad, &h, rc, &e);
}

static void
person_json(struct json_w *w, const struct roster_person *p)
{
	int i;

	json_w_obj(w);
	json_w_kid(w, "person", &p->person);
	json_w_kstr(w, "name", p->name);
	json_w_kstr(w, "cert", p->cert);
	json_w_key(w, "roles");
	json_w_arr(w);
	for (i = 0; i < ROLE_COUNT; i++)
		if (p->roles & (1u << i))
			json_w_str(w, role_name((enum role)(1 << i)));
	json_w_end(w);
	json_w_key(w, "scopes");
	json_w_arr(w);
	for (i = 0; i < p->nscope; i++)
		json_w_str(w, p->scopes[i]);
	json_w_end(w);
	json_w_kbool(w, "disabled", p->disabled);
	json_w_end(w);
}

static void
person_line(FILE *out, const struct roster_person *p)
{
	char id[ID_TEXT + 1];
	int i;

	id_format_short(&p->person, id);
	fprintf(out, "%s  %s  %s ", id, p->name, p->cert != NULL ? p->cert : "-");
	for (i = 0; i < ROLE_COUNT; i++)
		if (p->roles & (1u << i))
			fprintf(out, " %s", role_name((enum role)(1 << i)));
	fprintf(out, " ");
	for (i = 0; i < p->nscope; i++)
		fprintf(out, " %s", p->scopes[i]);
	fprintf(out, "%s\n", p->disabled ? "  disabled" : "");
}

static bool
person_row(struct admin *ad, const struct hub *h, size_t i, struct json_w *w)
{
	const struct roster_person *p = roster_person_at(h->roster, i);

	if (p == NULL)
		return false;
	if (ad->a.json)
		person_json(w, p);
	else
		person_line(ad->out, p);
	return true;
}

int
verb_user_list(struct admin *ad)
{
	return admin_list(ad, person_row);
}

/* The row of a person, changed and written anew. */
static int
change(struct admin *ad, int (*how)(struct admin *ad, struct roster_person *p))
{
	struct roster_person *p = NULL;
	struct hub *h = NULL;
	struct stamp at;
	struct fj_err e;
	struct fj_buf b;
	struct id who;
	enum fj_rc rc;
	int code;

	code = admin_open(ad, &h);
	if (code != 0)
		return code;
	fj_buf_init(&b, LIMIT_PAYLOAD);
	rc = admin_person(h, ad->a.word[1], &who, &e);
	if (rc == FJ_OK) {
		p = xmemdup(roster_person(h->roster, &who), sizeof(*p));
		code = how(ad, p);
	}
	if (rc == FJ_OK && code == 0) {
		hub_stamp(h, &at);
		roster_write_person(p, &at, &b);
		rc = write_row(h, &b, &e);
	}
	free(p);
	fj_buf_release(&b);
	if (code != 0) {
		hub_close(&h);
		return code;
	}
	return admin_finish(ad, &h, rc, &e);
}

static int
disable(struct admin *ad, struct roster_person *p)
{
	(void)ad;
	p->disabled = true;
	return 0;
}

int
verb_user_disable(struct admin *ad)
{
	return change(ad, disable);
}

/* What the line names replaces what stood; the rest stays. */
static int
roles_and_scopes(struct admin *ad, struct roster_person *p)
{
	if (ad->a.nrole == 0 && ad->a.ndivision == 0)
		return admin_bad(ad, "hub.needs", "--role, --division");
	if (ad->a.nrole > 0)
		p->roles = 0;
	if (ad->a.ndivision > 0)
		p->nscope = 0;
	return take_roles(ad, p) != 0 ? ADMIN_USAGE : take_scopes(ad, p);
}

int
verb_user_change(struct admin *ad)
{
	return change(ad, roles_and_scopes);
}

int
verb_invite(struct admin *ad)
{
	char code[INVITE_TEXT + 1], shown[INVITE_SHOWN + 1];
	struct hub *h = NULL;
	struct fj_err e;
	struct id who;
	enum fj_rc rc;
	int exit_code;

	exit_code = admin_open(ad, &h);
	if (exit_code != 0)
		return exit_code;
	rc = admin_person(h, ad->a.word[1], &who, &e);
	if (rc == FJ_OK)
		rc = enrol_invite(h, &who, code, &e);
	if (rc == FJ_OK) {
		invite_show(code, shown);
		fprintf(ad->out, ad->a.json ? "{\"code\":\"%s\"}\n" : "%s\n", shown);
		fj_wipe(shown, sizeof(shown));
		fj_wipe(code, sizeof(code));
	}
	return admin_finish(ad, &h, rc, &e);
}

/* ---- device ---- */

static void
device_json(struct json_w *w, const struct roster_device *d,
    const struct roster_person *p)
{
	json_w_obj(w);
	json_w_kid(w, "dev", &d->dev);
	json_w_kid(w, "person", &d->person);
	json_w_kstr(w, "name", p != NULL ? p->name : NULL);
	if (d->has_continues)
		json_w_kid(w, "continues", &d->continues);
	if (d->end != END_NONE) {
		json_w_kstr(w, "ended", end_mode_name(d->end));
		json_w_kint(w, "position", (int64_t)d->end_position);
	}
	json_w_end(w);
}

static bool
device_row(struct admin *ad, const struct hub *h, size_t i, struct json_w *w)
{
	const struct roster_device *d = roster_device_at(h->roster, i);
	const struct roster_person *p;
	char id[ID_TEXT + 1];

	if (d == NULL)
		return false;
	p = roster_person(h->roster, &d->person);
	if (ad->a.json) {
		device_json(w, d, p);
		return true;
	}
	id_format_short(&d->dev, id);
	fprintf(ad->out, "%s  %s%s%s\n", id, p != NULL ? p->name : "-",
	    d->end != END_NONE ? "  " : "",
	    d->end != END_NONE ? end_mode_name(d->end) : "");
	return true;
}

int
verb_device_list(struct admin *ad)
{
	return admin_list(ad, device_row);
}

int
verb_device_end(struct admin *ad)
{
	enum end_mode mode;
	struct hub *h = NULL;
	struct stamp at;
	struct fj_err e;
	struct fj_buf b;
	struct id dev;
	enum fj_rc rc;
	int code;

	if (ad->a.mode == NULL)
		return admin_bad(ad, "hub.needs", "--mode retired|lost");
	mode = strcmp(ad->a.mode, "retired") == 0 ? END_RETIRED :
	    strcmp(ad->a.mode, "lost") == 0 ? END_LOST : END_NONE;
	if (mode == END_NONE)
		return admin_bad(ad, "hub.mode", ad->a.mode);
	code = admin_open(ad, &h);
	if (code != 0)
		return code;
	fj_buf_init(&b, LIMIT_PAYLOAD);
	rc = find_device(h, ad->a.word[1], &dev, &e);
	if (rc == FJ_OK)
		rc = hub_begin(h, &e);
	if (rc == FJ_OK) {
		hub_stamp(h, &at);
		roster_write_end(&dev, mode, hub_next_position(h) - 1, &at, &b);
		rc = hub_end(h, hub_roster_add(h, &b, &e), &e);
	}
	fj_buf_release(&b);
	return admin_finish(ad, &h, rc, &e);
}
