/* SPDX-License-Identifier: Apache-2.0 */
/* audit: who read what. */
#include <string.h>

#include "hub/admin.h"

struct showing {
	struct admin *ad;
	const struct hub *h;
	struct json_w *w;
	struct id person;
};

static bool
wanted(const struct showing *s, const struct audit_row *row)
{
	const struct admin_args *a = &s->ad->a;

	if (a->person != NULL && !id_eq(&row->person, &s->person))
		return false;
	return a->visit == NULL || id_has_prefix(&row->stream, a->visit);
}

static void
row_json(struct json_w *w, const struct audit_row *row, const char *at, const char *name)
{
	json_w_obj(w);
	json_w_kint(w, "n", (int64_t)row->n);
	json_w_kstr(w, "time", at);
	json_w_kstr(w, "act", row->act);
	if (!id_is_zero(&row->person))
		json_w_kid(w, "person", &row->person);
	json_w_kstr(w, "name", name);
	if (!id_is_zero(&row->dev))
		json_w_kid(w, "dev", &row->dev);
	if (!id_is_zero(&row->stream))
		json_w_kid(w, "visit", &row->stream);
	json_w_kstr(w, "detail", row->detail[0] != '\0' ? row->detail : NULL);
	json_w_end(w);
}

static bool
show(void *ctx, const struct audit_row *row)
{
	struct showing *s = ctx;
	const struct roster_person *p = roster_person(s->h->roster, &row->person);
	struct instant t = {row->time_ms, clock_now(&s->ad->clock).offset};
	char at[INSTANT_TEXT + 1], dev[ID_TEXT + 1], visit[ID_TEXT + 1];

	if (!wanted(s, row))
		return true;
	instant_format(t, at);
	if (s->ad->a.json) {
		row_json(s->w, row, at, p != NULL ? p->name : NULL);
		return !fj_buf_over(s->w->b);
	}
	id_format_short(&row->dev, dev);
	id_format_short(&row->stream, visit);
	fprintf(s->ad->out, "%s  %s  %s  %s  %s  %s\n", at, p != NULL ? p->name : "-", dev,
	    row->act, visit, row->detail);
	return true;
}

int
verb_audit(struct admin *ad)
{
	struct hub *h = NULL;
	struct showing s = {.ad = ad};
	struct fj_err e;
	struct json_w w;
	struct fj_buf b;
	enum fj_rc rc = FJ_OK;
	int code = admin_open(ad, &h);

	if (code != 0)
		return code;
	fj_buf_init(&b, 256 << 20);
	json_w_init(&w, &b);
	json_w_arr(&w);
	s.h = h;
	s.w = &w;
	if (ad->a.person != NULL)
		rc = admin_person(h, ad->a.person, &s.person, &e);
	if (rc == FJ_OK)
		rc = h->store->ops->audit_each(h->store, 0, show, &s, &e);
	json_w_end(&w);
	if (rc == FJ_OK && ad->a.json)
		fprintf(ad->out, "%s\n", b.p);
	fj_buf_release(&b);
	return admin_finish(ad, &h, rc, &e);
}
