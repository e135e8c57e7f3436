/* SPDX-License-Identifier: Apache-2.0 */
/* What names a flag across machines, and small files that become evidence with it. */
#include <string.h>

#include "app/redflags_i.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "crypto/crypto.h"

const struct flag_place *
flag_place(const struct flag_places *p, uint32_t number)
{
	size_t i;

	for (i = 0; p != NULL && i < p->n; i++)
		if (p->place[i].number == number)
			return &p->place[i];
	return NULL;
}

void
flag_id(const struct flag_places *p, const char *rule, const char *subject, const char *src,
    struct id *out)
{
	struct redflag_src s;
	struct hash digest;
	const char *at = src;
	struct fj_buf b;

	fj_buf_init(&b, (size_t)REDFLAG_TEXT_MAX * 32);
	fj_buf_add(&b, "feijian/1/flag", sizeof("feijian/1/flag"));
	fj_buf_add(&b, rule, strlen(rule) + 1);
	fj_buf_add(&b, subject, strlen(subject) + 1);
	while (flag_next_src(&at, &s)) {
		const struct flag_place *place = flag_place(p, s.source);

		fj_buf_printf(&b, "%s:%s:", s.table, place != NULL ? place->sha256 : "");
		fj_buf_puts(&b, place != NULL ? place->sheet : "");
		fj_buf_printf(&b, ":%u;", s.row);
	}
	fj_buf_puts(&b, at);		/* what is no row: "person:…" */
	digest_bytes(DIGEST_SHA256, b.p, b.n, &digest);
	fj_buf_release(&b);
	memcpy(out->b, digest.b, ID_LEN);
}

void
flag_src_write(struct json_w *w, const struct flag_places *p, const char *src)
{
	struct redflag_src s;
	int n = 0;

	json_w_arr(w);
	while (n++ < REDFLAGS_SRC && flag_next_src(&src, &s)) {
		const struct flag_place *place = flag_place(p, s.source);

		json_w_obj(w);
		json_w_kstr(w, "table", s.table);
		json_w_kstr(w, "sha256", place != NULL ? place->sha256 : "");
		json_w_kstr(w, "sheet", place != NULL ? place->sheet : "");
		json_w_kint(w, "row", s.row);
		json_w_end(w);
	}
	json_w_end(w);
}

/* A string that is there already is not kept twice. */
static const char *
kept(struct arena *mem, const char *old, const char *now)
{
	if (now == NULL)
		now = "";
	if (strcmp(old, now) != 0)
		old = now[0] == '\0' ? "" : arena_strndup(mem, now, strlen(now));
	return old != NULL ? old : "";
}

void
flag_mark_read(struct redflag_hit *h, const struct view *w, struct arena *mem)
{
	const struct target *t = view_flag(w, &h->id);
	const char *value = t != NULL && t->value != NULL ? t->value : "open";

	h->mark = t != NULL && t->disagree ? REDFLAG_DISPUTED :
	    strcmp(value, "confirmed") == 0 ? REDFLAG_CONFIRMED :
	    strcmp(value, "ruled-out") == 0 ? REDFLAG_RULED_OUT : REDFLAG_OPEN;
	h->why = kept(mem, h->why, t != NULL && t->entry != NULL ? t->entry->why : NULL);
	h->who = kept(mem, h->who, t != NULL && t->entry != NULL ? t->entry->author.name : NULL);
	h->drafted = view_flag_finding(w, &h->id) != NULL;
}

/* The object of members with one more: the evidence that holds the results. */
static void
name_results(const char *members, const struct id *evidence, struct fj_buf *out)
{
	char id[ID_TEXT + 1];

	id_format(evidence, id);
	fj_buf_add(out, members, strlen(members) - 1);
	fj_buf_printf(out, ",\"results\":\"%s\"}", id);
}

enum fj_rc
flag_evidence(struct dossier *d, const struct flag_file *f, struct command *more,
    struct id *out, struct fj_err *e)
{
	struct command_evidence ev = {.name = f->name, .how = f->how, .by = d->a->me.name,
	    .use = f->use};
	struct command_on on = {.form = NULL};
	struct command c[2] = {{.op = OP_EVIDENCE_ADD, .evidence = &ev}, {.op = OP_UNKNOWN}};
	struct evidence_facts facts;
	struct fj_buf text;
	enum fj_rc rc;

	rc = evidence_import_bytes(d->a->j, f->bytes->p, f->bytes->n, out, &facts, e);
	if (rc != FJ_OK)
		return rc;
	ev.size = facts.size;
	ev.sha256 = facts.sha256;
	ev.sm3 = facts.sm3;
	c[0].object = *out;
	if (f->finding != NULL) {
		on.finding = *f->finding;
		c[0].on = &on;
		c[0].on_count = 1;
	}
	fj_buf_init(&text, LIMIT_PAYLOAD);
	if (more != NULL) {
		c[1] = *more;
		name_results(more->text, out, &text);
		c[1].text = text.p;
	}
	rc = dossier_act(d, c, more != NULL ? 2 : 1, NULL, 0, e);
	fj_buf_release(&text);
	if (rc != FJ_OK)
		(void)!evidence_forget(d->a->j, out, NULL);
	return rc;
}
