/* SPDX-License-Identifier: Apache-2.0 */
/* What screens, papers and checks ask a view. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/view_internal.h"

static const struct target *
by_path(const struct view *w, char kind, const char *form, const char *path)
{
	char *key = xasprintf("%c\x1f%s\x1f%s", kind, form, path);
	const struct vtarget *t = view_target(w, key);

	free(key);
	return t ? &t->pub : NULL;
}

const struct target *
view_answer(const struct view *w, const char *form, const char *path)
{
	return by_path(w, 'a', form, path);
}

const struct target *
view_note(const struct view *w, const char *form, const char *path)
{
	return by_path(w, 'b', form, path);
}

const struct target *
view_field(const struct view *w, const struct id *finding, const char *field)
{
	char id[ID_TEXT + 1];

	id_format(finding, id);
	return by_path(w, 'd', id, field);
}

const struct target *
view_outcome_target(const struct view *w)
{
	const struct vtarget *t = view_target(w, "e");

	return t ? &t->pub : NULL;
}

const char *
view_field_text(const struct view *w, const struct id *finding, const char *field)
{
	const struct target *t = view_field(w, finding, field);

	return t && t->value ? t->value : "";
}

enum visit_outcome
view_outcome(const struct view *w)
{
	const struct target *t = view_outcome_target(w);

	return t && t->value && !t->disagree ? outcome_parse(t->value) : OUTCOME_NONE;
}

const char *
view_outcome_facts(const struct view *w)
{
	const struct target *t = view_outcome_target(w);

	return t && t->value && t->entry->facts ? t->entry->facts : "";
}

size_t
view_target_count(const struct view *w)
{
	return w->shown_count;
}

const struct target *
view_target_at(const struct view *w, size_t i)
{
	return i < w->shown_count ? &w->shown[i]->pub : NULL;
}

size_t
view_dispute_count(const struct view *w)
{
	return w->dispute_count;
}

const struct target *
view_dispute_at(const struct view *w, size_t i)
{
	return i < w->dispute_count ? &w->disputes[i]->pub : NULL;
}

void
target_format(const struct target *t, struct fj_buf *b)
{
	char id[ID_SHOWN + 1];

	switch (t->kind) {
	case TARGET_ANSWER:
	case TARGET_INSTANCE:
		fj_buf_puts(b, t->path);
		break;
	case TARGET_NOTE:
		fj_buf_puts(b, t->path);
		fj_buf_puts(b, "#note");
		break;
	case TARGET_FIELD:
		id_format_short(&t->finding, id);
		fj_buf_puts(b, id);
		fj_buf_putc(b, ':');
		fj_buf_puts(b, t->field);
		break;
	case TARGET_OUTCOME:
		fj_buf_puts(b, "outcome");
		break;
	case TARGET_FLAG:
		id_format_short(&t->finding, id);
		fj_buf_puts(b, "flag:");
		fj_buf_puts(b, id);
		break;
	}
}

/* ---- instances ---- */

/* "{id}" right after the repeat's path and nothing behind it. */
static const char *
instance_of(const char *path, const char *repeat)
{
	size_t n = strlen(repeat);
	const char *end;

	if (strncmp(path, repeat, n) != 0 || path[n] != '{')
		return NULL;
	end = strchr(path + n, '}');
	return end != NULL && end[1] == '\0' ? path + n + 1 : NULL;
}

static const struct vent *
add_of(const struct vtarget *t)
{
	size_t i;

	for (i = 0; i < t->slot_count; i++)
		if (t->slots[i].en->pub.op == OP_ADD)
			return t->slots[i].en;
	return NULL;
}

static int
by_add(const void *a, const void *b)
{
	const struct view_instance *x = a, *y = b;

	return vent_cmp(vent_of(x->entry), vent_of(y->entry));
}

size_t
view_instances(const struct view *w, const char *form, const char *repeat,
    struct view_instance *out, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < w->target_count && n < max; i++) {
		const struct vtarget *t = w->targets[i];
		const struct vent *add;

		if (t->pub.kind != TARGET_INSTANCE || t->gone ||
		    strcmp(t->pub.form, form) != 0 ||
		    instance_of(t->pub.path, repeat) == NULL || (add = add_of(t)) == NULL)
			continue;
		id_format(&add->pub.object, out[n].id);
		out[n].entry = &add->pub;
		out[n].disagree = t->pub.disagree;
		n++;
	}
	if (n > 1)
		qsort(out, n, sizeof(*out), by_add);
	return n;
}

bool
view_removed(const struct view *w, const char *form, const char *instance)
{
	char *key = xasprintf("c\x1f%s\x1f%s", form, instance);
	const struct vtarget *t = view_target(w, key);

	free(key);
	return t != NULL && t->gone;
}

/* ---- findings ---- */

size_t
view_finding_count(const struct view *w)
{
	return w->finding_count;
}

const struct finding *
view_finding_at(const struct view *w, size_t i)
{
	return i < w->finding_count ? &w->findings[i] : NULL;
}

const struct finding *
view_finding(const struct view *w, const struct id *id)
{
	size_t i;

	for (i = 0; i < w->finding_count; i++)
		if (id_eq(&w->findings[i].id, id))
			return &w->findings[i];
	return NULL;
}

static const char separators[] = " ,;\t\n";

bool
list_has(const char *list, const char *item)
{
	size_t n = strlen(item);

	while (*list != '\0') {
		size_t len;

		list += strspn(list, separators);
		len = strcspn(list, separators);
		if (len == n && strncmp(list, item, n) == 0)
			return true;
		list += len;
	}
	return false;
}

static void
family_clause(struct finding_family *f, const struct clause *c)
{
	if (c->family == CLAUSE_UNTRUE && !c->second_leg)
		f->untrue = true;
	else if (c->family == CLAUSE_UNTRUE)
		f->leg_alone = true;
	else if (c->family == CLAUSE_FALSE)
		f->falsehood = true;
}

struct finding_family
finding_family(const struct view *w, const struct id *finding, const struct clauses *c)
{
	struct finding_family f = { .unknown = NULL };
	const char *list = view_field_text(w, finding, "clauses");
	const char *leg2 = view_field_text(w, finding, "leg2");

	while (*list != '\0') {
		char id[32];
		size_t len;

		list += strspn(list, separators);
		len = strcspn(list, separators);
		if (len > 0) {
			const struct clause *row = NULL;

			if (len < sizeof(id)) {
				memcpy(id, list, len);
				id[len] = '\0';
				row = clauses_find(c, id);
			}
			if (row != NULL)
				family_clause(&f, row);
			else if (f.unknown == NULL)
				f.unknown = list;
		}
		list += len;
	}
	f.leg_alone &= !f.untrue;
	f.untruth_leg = strcmp(leg2, "wrong") == 0 || strcmp(leg2, "unverifiable") == 0;
	f.to_verify = strcmp(leg2, "to-verify") == 0;
	return f;
}

/* ---- evidence ---- */

/* Rows whose `evidence.add` is not here stand at no place of the list. */
static const struct evidence *
evidence_nth(const struct view *w, size_t n)
{
	size_t i;

	for (i = 0; i < w->evidence_count; i++)
		if (w->evidence[i].entry != NULL && n-- == 0)
			return &w->evidence[i];
	return NULL;
}

size_t
view_evidence_count(const struct view *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->evidence_count; i++)
		n += w->evidence[i].entry != NULL;
	return n;
}

const struct evidence *
view_evidence_at(const struct view *w, size_t i)
{
	return evidence_nth(w, i);
}

const struct evidence *
view_evidence(const struct view *w, const struct id *id)
{
	size_t i;

	for (i = 0; i < w->evidence_count; i++)
		if (w->evidence[i].entry != NULL && id_eq(&w->evidence[i].id, id))
			return &w->evidence[i];
	return NULL;
}

static bool
link_is(const struct evidence_link *l, const char *form, const char *path,
    const struct id *finding)
{
	if (finding != NULL)
		return l->path == NULL && id_eq(&l->finding, finding);
	return l->path != NULL && strcmp(l->form, form) == 0 && strcmp(l->path, path) == 0;
}

size_t
view_evidence_for(const struct view *w, const char *form, const char *path,
    const struct id *finding)
{
	size_t i, k, n = 0;

	for (i = 0; i < w->evidence_count; i++) {
		const struct evidence *ev = &w->evidence[i];

		if (ev->entry == NULL || ev->withdrawn != NULL)
			continue;
		for (k = 0; k < ev->link_count; k++) {
			if (link_is(&ev->links[k], form, path, finding)) {
				n++;
				break;
			}
		}
	}
	return n;
}

/* ---- red flags ---- */

static const struct vtarget *
flag_target(const struct view *w, const struct id *flag)
{
	char key[ID_TEXT + 3] = "f\x1f";

	id_format(flag, key + 2);
	return view_target(w, key);
}

const struct target *
view_flag(const struct view *w, const struct id *flag)
{
	const struct vtarget *t = flag_target(w, flag);

	return t != NULL ? &t->pub : NULL;
}

/* Flags have the last keys. */
const struct target *
view_flag_at(const struct view *w, size_t i)
{
	size_t lo = 0, hi = w->target_count;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (w->targets[mid]->pub.kind < TARGET_FLAG)
			lo = mid + 1;
		else
			hi = mid;
	}
	return i < w->target_count - lo ? &w->targets[lo + i]->pub : NULL;
}

const struct json *
view_flag_body(const struct view *w, const struct id *flag)
{
	const struct vtarget *t = flag_target(w, flag);
	size_t i;

	for (i = 0; t != NULL && i < t->slot_count; i++)
		if (t->slots[i].en->pub.op == OP_FLAG_SET)
			return t->slots[i].en->pub.body;
	return NULL;
}

const struct finding *
view_flag_finding(const struct view *w, const struct id *flag)
{
	char id[ID_TEXT + 1];
	size_t i;

	id_format(flag, id);
	for (i = 0; i < w->finding_count; i++)
		if (w->findings[i].withdrawn == NULL &&
		    list_has(view_field_text(w, &w->findings[i].id, "flags"), id))
			return &w->findings[i];
	return NULL;
}

const struct visit_entry *
view_flag_run_at(const struct view *w, size_t i)
{
	return i < w->flag_runs.n ? &w->flag_runs.v[i]->pub : NULL;
}

const struct visit_entry *
view_flag_sample_at(const struct view *w, size_t i)
{
	return i < w->flag_samples.n ? &w->flag_samples.v[i]->pub : NULL;
}

static int
canonical(const void *a, const void *b)
{
	return vent_cmp(vent_of(*(const struct visit_entry *const *)a),
	    vent_of(*(const struct visit_entry *const *)b));
}

size_t
view_reservations(const struct view *w, const struct hash *resolve,
    const struct visit_entry **out, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < w->reservations.n && n < max; i++)
		if (hash_eq(&w->reservations.v[i]->pub.ref, resolve))
			out[n++] = &w->reservations.v[i]->pub;
	if (n > 1)
		qsort(out, n, sizeof(*out), canonical);
	return n;
}

size_t
view_entry_count(const struct view *w)
{
	return w->entry_count;
}

/* ---- the state as text ---- */

static void
digest_hash(struct fj_buf *b, const struct hash *h)
{
	char text[HASH_TEXT + 1];

	hash_format(h, text);
	fj_buf_add(b, text, 12);
}

static void
digest_list(struct fj_buf *b, const char *what, const struct ventlist *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		fj_buf_puts(b, what);
		digest_hash(b, &l->v[i]->pub.id);
		fj_buf_putc(b, '\n');
	}
}

void
view_digest_text(const struct view *w, struct fj_buf *b)
{
	size_t i;
	int k;

	fj_buf_printf(b, "view %zu\n", w->entry_count);
	for (i = 0; i < w->target_count; i++) {
		const struct vtarget *t = w->targets[i];

		fj_buf_printf(b, " %s%s%s", t->key, t->pub.disagree ? " DISAGREE" : "",
		    t->gone ? " GONE" : "");
		for (k = 0; k < t->pub.open_count; k++) {
			const char *s = t->pub.open[k]->value;

			fj_buf_printf(b, " %s=", s ? s : "-");
			digest_hash(b, &t->pub.open[k]->id);
		}
		fj_buf_putc(b, '\n');
	}
	for (i = 0; i < w->finding_count; i++)
		fj_buf_printf(b, " finding stage=%d withdrawn=%d disagree=%d\n",
		    (int)w->findings[i].stage, w->findings[i].withdrawn != NULL,
		    w->findings[i].disagree);
	for (i = 0; i < w->evidence_count; i++) {
		const struct evidence *ev = &w->evidence[i];

		fj_buf_puts(b, " evidence ");
		if (ev->entry != NULL)
			digest_hash(b, &ev->entry->id);
		fj_buf_printf(b, " withdrawn=%d links=%zu\n", ev->withdrawn != NULL,
		    ev->link_count);
	}
	digest_list(b, " flag.run ", &w->flag_runs);
	digest_list(b, " flag.sample ", &w->flag_samples);
	for (i = 0; i < w->reservations.n; i++) {
		fj_buf_puts(b, " reservation ");
		digest_hash(b, &w->reservations.v[i]->pub.id);
		fj_buf_putc(b, '\n');
	}
}
