/* SPDX-License-Identifier: Apache-2.0 */
/* Freeze, signatures, the party, papers, reopening. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/decide_internal.h"
#include "model/fill.h"
#include "model/freeze_facts.h"
#include "model/missing.h"

/* ---- freeze ---- */

static enum fj_rc
check_missing(struct act *a)
{
	struct missing_list l = { 0 };
	enum fj_rc rc = FJ_OK;

	missing_freeze(a->v, a->at, &l);
	if (l.n > 0)
		rc = fj_fail(a->e, FJ_REFUSED, "model.freeze-missing", "zss", l.n,
		    l.v[0].err.code, l.v[0].shown);
	missing_release(&l);
	return rc;
}

static int
head_cmp(const void *a, const void *b)
{
	const struct vent *x = *(struct vent *const *)a, *y = *(struct vent *const *)b;

	return id_cmp(&x->pub.dev, &y->pub.dev);
}

/* Heads of every chain of the team, forks included, by dev. */
static size_t
team_heads(const struct visit *v, struct vent **out)
{
	size_t i, n = 0;

	for (i = 0; i < v->chain_count; i++) {
		const struct vchain *c = v->chains[i];

		if (c->author.member >= 0 && !c->author.contradicted)
			out[n++] = c->head;
	}
	if (n > 1)
		qsort(out, n, sizeof(struct vent *), head_cmp);
	return n;
}

static void
put_heads(struct act *a, struct vent *const *heads, size_t n)
{
	size_t i;

	json_w_key(&a->w, "heads");
	json_w_arr(&a->w);
	for (i = 0; i < n; i++) {
		json_w_obj(&a->w);
		json_w_kid(&a->w, "dev", &heads[i]->pub.dev);
		json_w_kint(&a->w, "seq", (int64_t)heads[i]->pub.seq);
		json_w_khash(&a->w, "id", &heads[i]->pub.id);
		json_w_end(&a->w);
	}
	json_w_end(&a->w);
}

static void
put_frozen_team(struct act *a, struct vent *const *heads, size_t n)
{
	size_t i;

	json_w_key(&a->w, "team");
	json_w_arr(&a->w);
	for (i = 0; i < n; i++) {
		const struct visit_member *m =
		    &a->v->team[heads[i]->chain->author.member];

		json_w_obj(&a->w);
		json_w_kstr(&a->w, "name", m->name);
		json_w_kstr(&a->w, "cert", m->cert);
		json_w_kid(&a->w, "dev", &heads[i]->pub.dev);
		json_w_end(&a->w);
	}
	json_w_end(&a->w);
}

static void
put_frozen_forms(struct act *a)
{
	int i;

	json_w_key(&a->w, "forms");
	json_w_arr(&a->w);
	for (i = 0; i < a->v->facts.form_count; i++) {
		const struct visit_form *f = &a->v->forms[i];

		json_w_obj(&a->w);
		json_w_kstr(&a->w, "id", f->id);
		json_w_kstr(&a->w, "version", f->version);
		json_w_khash(&a->w, "digest", &f->digest);
		json_w_end(&a->w);
	}
	json_w_end(&a->w);
}

static void
put_freeze(struct act *a, struct vent *const *heads, size_t n, const struct hash *dump)
{
	struct freeze_facts f;

	freeze_facts_of(heads, n, a->v->now, &f);
	act_begin(a);
	if (a->v->sealed_freeze != NULL)
		json_w_khash(&a->w, "previous", &a->v->sealed_freeze->en->pub.id);
	put_frozen_forms(a);
	put_frozen_team(a, heads, n);
	put_heads(a, heads, n);
	json_w_kint(&a->w, "count", f.count);
	json_w_khash(&a->w, "root", &f.root);
	json_w_key(&a->w, "evidence");
	json_w_obj(&a->w);
	json_w_kint(&a->w, "count", f.evidence_count);
	json_w_kint(&a->w, "bytes", f.evidence_bytes);
	json_w_khash(&a->w, "digest", &f.evidence_digest);
	json_w_end(&a->w);
	json_w_kint(&a->w, "waits", (int64_t)visit_count_status(a->v, ENTRY_WAITS));
	json_w_khash(&a->w, "dump", dump);
	json_w_kint(&a->w, "zone", a->at->t.offset);
	if (a->c->has_seen)
		json_w_khash(&a->w, "seen", &a->c->seen);
	json_w_end(&a->w);
}

enum fj_rc
decide_freeze(struct act *a)
{
	struct vent **heads;
	struct hash dump;
	size_t n;
	enum fj_rc rc = check_missing(a);

	if (rc == FJ_OK)
		rc = fill_digest(a->v, a->v->now, a->at->t, &dump, a->e);
	if (rc != FJ_OK)
		return rc;
	heads = xcalloc(a->v->chain_count + 1, sizeof(struct vent *));
	n = team_heads(a->v, heads);
	put_freeze(a, heads, n, &dump);
	free(heads);
	return FJ_OK;
}

enum fj_rc
decide_void(struct act *a)
{
	enum fj_rc rc = need_why(a);

	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kstr(&a->w, "why", a->c->why);
	json_w_end(&a->w);
	return FJ_OK;
}

/* ---- signatures ---- */

static bool
has_signed(const struct act *a)
{
	return a->freeze->signs[a->who.member] == SIGN_SIGNED;
}

/* What he wrote that the freeze does not hold (S2); on any of his keys. */
static const struct vent *
not_covered(const struct act *a)
{
	size_t i;

	for (i = 0; i < a->v->all.n; i++) {
		const struct vent *en = a->v->all.v[i];

		if (op_is_content(en->pub.op) && en->chain != NULL &&
		    en->pub.author.member == a->who.member && !vent_is_paper(en) &&
		    en->pub.round <= a->freeze->pub.round && en->fault == NULL &&
		    !freeze_covers(a->freeze, en))
			return en;
	}
	return NULL;
}

/* Another freeze of the round that he signed and nobody voided. */
static bool
signed_other(const struct act *a)
{
	size_t i;

	for (i = 0; i < a->v->freeze_count; i++) {
		const struct vfreeze *f = a->v->freezes[i];

		if (f != a->freeze && f->pub.round == a->freeze->pub.round &&
		    !f->void_entry && f->signs[a->who.member] == SIGN_SIGNED)
			return true;
	}
	return false;
}

enum fj_rc
decide_sign(struct act *a)
{
	const struct vent *left;

	if (has_signed(a))
		return fj_fail(a->e, FJ_REFUSED, "model.signed-already", "s", a->who.name);
	left = not_covered(a);
	if (left != NULL)
		return fj_fail(a->e, FJ_REFUSED, "model.sign-head", "ss", "sign",
		    left->pub.path ? left->pub.path : left->pub.op_name);
	if (signed_other(a))
		return fj_fail(a->e, FJ_REFUSED, "model.sign-twice", "ss", "sign",
		    a->who.name);
	act_begin(a);
	json_w_end(&a->w);
	return FJ_OK;
}

static enum fj_rc
need_signer(struct act *a)
{
	if (!has_signed(a))
		return fj_fail(a->e, FJ_DENIED, "model.not-signer", "ss",
		    op_text(a->c->op), a->who.name);
	return FJ_OK;
}

/* By certificate or name; a name alone is enough when it is unique in the team. */
static int
row_meant(const struct act *a, const struct command_member *m)
{
	int row, i;

	if (m == NULL || m->name == NULL)
		return -1;
	row = team_match(a->v->team, a->v->facts.team_count, m->cert, m->name);
	if (row >= 0 || !is_blank(m->cert))
		return row;
	for (i = 0; i < a->v->facts.team_count; i++) {
		if (strcmp(a->v->team[i].name, m->name) != 0)
			continue;
		if (row >= 0)
			return -1;
		row = i;
	}
	return row;
}

enum fj_rc
decide_unsigned(struct act *a)
{
	const struct command_member *m = a->c->member;
	int row = row_meant(a, m);
	enum fj_rc rc = need_signer(a);

	if (rc == FJ_OK)
		rc = need_why(a);
	if (rc != FJ_OK)
		return rc;
	if (row < 0 || row == a->who.member)
		return fj_fail(a->e, FJ_INVAL, "model.unsigned-member", "ss", "unsigned",
		    m && m->name ? m->name : "");
	if (a->freeze->signs[row] != SIGN_MISSING)
		return fj_fail(a->e, FJ_REFUSED, "model.signed-already", "s",
		    a->v->team[row].name);
	act_begin(a);
	json_w_key(&a->w, "member");
	json_w_obj(&a->w);
	json_w_kstr(&a->w, "name", a->v->team[row].name);
	json_w_kstr(&a->w, "cert", a->v->team[row].cert);
	json_w_end(&a->w);
	json_w_kstr(&a->w, "why", a->c->why);
	json_w_end(&a->w);
	return FJ_OK;
}

static enum fj_rc
check_party(struct act *a)
{
	const char *o = a->c->value ? a->c->value : "";
	bool refused = strcmp(o, "refused") == 0 || strcmp(o, "absent") == 0;
	enum fj_rc rc = need_signer(a);
	size_t i;

	if (rc != FJ_OK)
		return rc;
	if (!refused && strcmp(o, "signed") != 0)
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", "party", o);
	if (refused && need_why(a) != FJ_OK)
		return need_why(a);
	if (a->freeze->pub.party != NULL)
		return fj_fail(a->e, FJ_REFUSED, "model.party-already", "s",
		    a->freeze->pub.party->author.name);
	for (i = 0; i < a->c->object_count; i++) {
		char id[ID_SHOWN + 1];

		id_format_short(&a->c->objects[i], id);
		if (view_evidence(a->v->now, &a->c->objects[i]) == NULL)
			return fj_fail(a->e, FJ_NOTFOUND, "model.no-evidence", "ss",
			    "party", id);
	}
	return FJ_OK;
}

enum fj_rc
decide_party(struct act *a)
{
	char id[ID_TEXT + 1];
	size_t i;
	enum fj_rc rc = check_party(a);

	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kstr(&a->w, "outcome", a->c->value);
	if (!is_blank(a->c->text))
		json_w_kstr(&a->w, "name", a->c->text);
	if (!is_blank(a->c->why))
		json_w_kstr(&a->w, "why", a->c->why);
	if (!is_blank(a->c->witness))
		json_w_kstr(&a->w, "witness", a->c->witness);
	json_w_key(&a->w, "papers");
	json_w_arr(&a->w);
	for (i = 0; i < a->c->object_count; i++) {
		id_format(&a->c->objects[i], id);
		json_w_str(&a->w, id);
	}
	json_w_end(&a->w);
	json_w_end(&a->w);
	return FJ_OK;
}

/* ---- papers ---- */

enum fj_rc
decide_printed(struct act *a)
{
	char id[ID_SHOWN + 1], no[24];
	enum fj_rc rc = need_text(a, a->c->text, "document", LIMIT_NAME_BYTES);

	if (rc != FJ_OK)
		return rc;
	id_format_short(&a->c->object, id);
	if (view_evidence(a->v->now, &a->c->object) == NULL)
		return fj_fail(a->e, FJ_NOTFOUND, "model.no-evidence", "ss",
		    op_text(a->c->op), id);
	act_begin(a);
	json_w_kstr(&a->w, "document", a->c->text);
	snprintf(no, sizeof(no), "%lld", (long long)a->c->number);
	json_w_kstr(&a->w, "no", no);
	json_w_kid(&a->w, "evidence", &a->c->object);
	json_w_end(&a->w);
	return FJ_OK;
}

enum fj_rc
decide_correction(struct act *a)
{
	enum fj_rc rc = need_text(a, a->c->text, "text", LIMIT_REASON_BYTES);

	if (rc == FJ_OK)
		rc = need_text(a, a->c->document, "document", LIMIT_NAME_BYTES);
	if (rc == FJ_OK)
		rc = plain_facts(a, a->c->text);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kstr(&a->w, "document", a->c->document);
	json_w_kint(&a->w, "page", a->c->number);
	json_w_kstr(&a->w, "text", a->c->text);
	json_w_end(&a->w);
	return FJ_OK;
}

/* ---- reopen ---- */

enum fj_rc
decide_reopen(struct act *a)
{
	const struct visit *v = a->v;
	bool two = v->state == VISIT_CONTESTED && v->standing_return == NULL;
	enum fj_rc rc = need_why(a);

	if (rc != FJ_OK)
		return rc;
	/* with a decision on it only a return leads on; two sealed freezes always */
	if (v->standing_return == NULL && v->approved > 0 && !two)
		return fj_fail(a->e, FJ_REFUSED, "model.decided", "s", "reopen");
	if (two && v->approvals[1] != NULL)
		return fj_fail(a->e, FJ_REFUSED, "model.decided", "s", "reopen");
	act_begin(a);
	json_w_kstr(&a->w, "why", a->c->why);
	if (v->standing_return != NULL)
		json_w_khash(&a->w, "return", &v->standing_return->pub.id);
	json_w_end(&a->w);
	return FJ_OK;
}
