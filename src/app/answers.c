/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers: set, clear, note, instances, bulk, undo.  The filled form computes
 * first, in memory, so that one-shot answers join the same commit; if the
 * commit fails, dossier_act makes the filled forms anew.
 */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"
#include "base/xalloc.h"

/* The commands of one act and the strings behind them. */
struct batch {
	struct command c[ACT_MAX];
	struct fj_buf text[ACT_MAX];
	size_t n;
};

static struct batch *
batch_new(void)
{
	return xcalloc(1, sizeof(struct batch));
}

static void
batch_free(struct batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		fj_buf_release(&b->text[i]);
	free(b);
}

/* The next command, with the id path of a place kept behind it; NULL: full. */
static struct command *
batch_at(struct batch *b, const struct dossier *d, size_t form, enum visit_op op,
    const struct inst_node *at)
{
	struct command *c;

	if (b->n == ACT_MAX)
		return NULL;
	c = &b->c[b->n];
	memset(c, 0, sizeof(*c));
	fj_buf_init(&b->text[b->n], LIMIT_VALUE_BYTES);
	inst_path_id(at, &b->text[b->n]);
	c->op = op;
	c->form = dossier_form_id(d, form);
	c->path = b->text[b->n].p;
	b->n++;
	return c;
}

static bool
among(const struct inst_node *at, struct inst_node *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i] == at)
			return true;
	return false;
}

/* What the change brought once and for all: more commands of the same act.  Not
 * for the places that are in it already. */
static enum fj_rc
batch_one_shots(struct batch *b, const struct dossier *d, size_t form,
    const struct inst_changes *changes, struct inst_node *const *but, size_t nbut,
    const char *automatic, struct fj_err *e)
{
	size_t i;

	for (i = 0; i < changes->n; i++) {
		const struct inst_change *ch = &changes->v[i];
		const char *stored;
		struct command *c;

		if ((ch->what & INST_ONE_SHOT) == 0 || inst_kind(ch->at) != INST_LEAF ||
		    among(ch->at, but, nbut))
			continue;
		stored = inst_stored(ch->at);
		c = batch_at(b, d, form, stored[0] != '\0' ? OP_SET : OP_CLEAR, ch->at);
		if (c == NULL)
			return fj_fail(e, FJ_LIMIT, "app.act-too-large", "d", ACT_MAX);
		c->value = stored[0] != '\0' ? stored : NULL;
		c->automatic = automatic;
		c->beside = true;
	}
	return FJ_OK;
}

/* The batch as one act; a failure before it takes back what the forms computed. */
static enum fj_rc
batch_act(struct batch *b, struct dossier *d, enum fj_rc rc, struct fj_err *e)
{
	if (rc == FJ_OK)
		return dossier_act(d, b->c, b->n, NULL, 0, e);
	if (dossier_refill(d, NULL) != FJ_OK)
		d->version = 0;		/* shows as absent until it is read again */
	return rc;
}

static const struct target *
target_at(const struct dossier *d, const struct command *c)
{
	const struct view *w = visit_now(d->v);

	return c->note ? view_note(w, c->form, c->path) : view_answer(w, c->form, c->path);
}

const struct visit_entry *
dossier_others_value(const struct dossier *d, const struct target *t, const char *value)
{
	int i, me = dossier_my_row(d);

	for (i = 0; t != NULL && i < t->open_count; i++) {
		const struct visit_entry *en = t->open[i];

		if (en->author.member != me && en->value != NULL &&
		    strcmp(en->value, value) != 0)
			return en;
	}
	return NULL;
}

/* Does my own value stand alone and equal already? */
static bool
already(const struct dossier *d, const struct target *t, const char *value)
{
	int i, me = dossier_my_row(d);

	if (t == NULL || t->open_count == 0)
		return value[0] == '\0';
	if (t->disagree)
		return false;
	for (i = 0; i < t->open_count; i++)
		if (t->open[i]->author.member == me && t->open[i]->value != NULL)
			return strcmp(t->open[i]->value, value) == 0;
	return false;
}

/* A colleague's different value needs `resolve` with a reason. */
static enum fj_rc
settle_others(const struct dossier *d, struct command *c, const struct target *t,
    const char *value, const char *why, struct fj_err *e)
{
	const struct visit_entry *en = dossier_others_value(d, t, value);

	c->why = why;
	if (en == NULL)
		return FJ_OK;
	if (why == NULL || why[0] == '\0')
		return fj_fail(e, FJ_CONFLICT, "app.other-answered", "sss", c->path,
		    en->author.name, en->value);
	c->op = OP_RESOLVE;
	c->value = value;
	return FJ_OK;
}

/* ---- undo ---- */

static void
remember(struct dossier *d, size_t form, const char *path, const char *before,
    const char *after)
{
	struct undo *u;

	while (d->nundo > d->undo_at) {
		u = &d->undo[--d->nundo];
		free(u->path);
		free(u->value);
		free(u->after);
	}
	d->undo = xrealloc(d->undo, d->nundo + 1, sizeof(*d->undo));
	u = &d->undo[d->nundo++];
	u->form = form;
	u->path = xstrdup(path);
	u->value = xstrdup(before);
	u->after = xstrdup(after);
	d->undo_at = d->nundo;
}

/* ---- set and clear ---- */

/* Unlocked, or nobody here is me; and the form is on this machine. */
static enum fj_rc
check_form(const struct dossier *d, size_t form, struct fj_err *e)
{
	enum fj_rc rc = app_need(d->a, e);

	if (rc == FJ_OK && (form >= d->nf || d->f[form].inst == NULL))
		rc = fj_fail(e, FJ_NOTFOUND, "app.form-absent", "s",
		    form < d->nf ? dossier_form_id(d, form) : "");
	return rc;
}

static enum fj_rc
check_place(const struct dossier *d, size_t form, const struct inst_node *at,
    struct fj_err *e)
{
	struct fj_buf path;
	enum fj_rc rc = check_form(d, form, e);

	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path(at, &path);
	if (inst_kind(at) != INST_LEAF || !form_node_has_control(inst_def(at)))
		rc = fj_fail(e, FJ_REFUSED, "app.not-a-question", "s", path.p);
	else if (inst_read_only(at) || form_node_calculated(inst_def(at)))
		rc = fj_fail(e, FJ_REFUSED, "app.read-only", "s", path.p);
	fj_buf_release(&path);
	return rc;
}

/* value, normalised; "" clears. */
static enum fj_rc
change(struct dossier *d, size_t form, struct inst_node *at, const char *value,
    const char *why, struct inst_changes *changes, struct fj_err *e)
{
	struct inst *in = d->f[form].inst;
	struct batch *b = batch_new();
	struct command *c = batch_at(b, d, form, value[0] != '\0' ? OP_SET : OP_CLEAR, at);
	const struct target *t = target_at(d, c);
	enum fj_rc rc = FJ_OK;

	changes->n = 0;
	c->value = value[0] != '\0' ? value : NULL;
	if (!already(d, t, value)) {
		rc = settle_others(d, c, t, value, why, e);
		if (rc == FJ_OK) {
			dossier_clock_now(d);
			rc = value[0] != '\0' ? inst_set(in, at, value, changes, e) :
			    inst_clear(in, at, changes, e);
			if (rc == FJ_OK)
				rc = batch_one_shots(b, d, form, changes, &at, 1, "trigger", e);
			rc = batch_act(b, d, rc, e);
		}
	}
	batch_free(b);
	return rc;
}

enum fj_rc
dossier_set(struct dossier *d, size_t form, struct inst_node *at, const char *value,
    const char *why, struct inst_changes *c, struct fj_err *e)
{
	struct fj_buf normal, path, typed;
	char *before;
	enum fj_rc rc = check_place(d, form, at, e);

	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&typed, LIMIT_LINE_BYTES);
	fj_buf_init(&normal, LIMIT_VALUE_BYTES);
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	form_complete(inst_def(at), value, &typed);
	before = xstrdup(inst_stored(at));
	inst_path_id(at, &path);
	rc = inst_normalise(at, typed.p, &normal, e);
	if (rc == FJ_OK)
		rc = change(d, form, at, normal.p, why, c, e);
	if (rc == FJ_OK && strcmp(before, normal.p) != 0)
		remember(d, form, path.p, before, normal.p);
	free(before);
	fj_buf_release(&typed);
	fj_buf_release(&normal);
	fj_buf_release(&path);
	return rc;
}

enum fj_rc
dossier_clear(struct dossier *d, size_t form, struct inst_node *at, const char *why,
    struct inst_changes *c, struct fj_err *e)
{
	struct fj_buf path;
	char *before;
	enum fj_rc rc = check_place(d, form, at, e);

	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	before = xstrdup(inst_stored(at));
	inst_path_id(at, &path);
	rc = change(d, form, at, "", why, c, e);
	if (rc == FJ_OK && before[0] != '\0')
		remember(d, form, path.p, before, "");
	free(before);
	fj_buf_release(&path);
	return rc;
}

/* Write what stood before (or after) again, without remembering it. */
static enum fj_rc
rewrite(struct dossier *d, const struct undo *u, const char *value, struct fj_buf *what,
    struct fj_err *e)
{
	struct inst_changes changes = {0};
	struct inst_node *at;
	enum fj_rc rc = inst_find(d->f[u->form].inst, u->path, &at, e);

	if (rc == FJ_OK) {
		inst_path(at, what);
		rc = change(d, u->form, at, value, NULL, &changes, e);
	}
	inst_changes_release(&changes);
	return rc;
}

enum fj_rc
dossier_undo(struct dossier *d, struct fj_buf *what, struct fj_err *e)
{
	enum fj_rc rc;

	if (d->undo_at == 0)
		return fj_fail(e, FJ_NOTFOUND, "app.nothing-to-undo", "");
	rc = rewrite(d, &d->undo[d->undo_at - 1], d->undo[d->undo_at - 1].value, what, e);
	if (rc == FJ_OK)
		d->undo_at--;
	return rc;
}

enum fj_rc
dossier_redo(struct dossier *d, struct fj_buf *what, struct fj_err *e)
{
	enum fj_rc rc;

	if (d->undo_at == d->nundo)
		return fj_fail(e, FJ_NOTFOUND, "app.nothing-to-redo", "");
	rc = rewrite(d, &d->undo[d->undo_at], d->undo[d->undo_at].after, what, e);
	if (rc == FJ_OK)
		d->undo_at++;
	return rc;
}

/* ---- notes ---- */

const char *
dossier_note_text(const struct dossier *d, size_t form, const struct inst_node *at)
{
	const struct target *t;
	struct fj_buf path;

	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(at, &path);
	t = view_note(visit_now(d->v), dossier_form_id(d, form), path.p);
	fj_buf_release(&path);
	return t != NULL && t->value != NULL ? t->value : "";
}

enum fj_rc
dossier_note(struct dossier *d, size_t form, const struct inst_node *at, const char *text,
    const char *why, struct fj_err *e)
{
	struct batch *b;
	struct command *c;
	const struct target *t;
	struct fj_buf what, key;
	struct journal_kv drop;
	enum fj_rc rc = check_form(d, form, e);

	if (rc != FJ_OK)
		return rc;
	b = batch_new();
	c = batch_at(b, d, form, text[0] != '\0' ? OP_SET : OP_CLEAR, at);
	fj_buf_init(&what, LIMIT_VALUE_BYTES);
	fj_buf_init(&key, LIMIT_VALUE_BYTES);
	fj_buf_printf(&what, "note:%s:%s", c->form, c->path);
	drop = dossier_draft_kv(d, what.p, &key);
	c->note = true;
	c->value = text[0] != '\0' ? text : NULL;
	t = target_at(d, c);
	if (strlen(text) > LIMIT_VALUE_BYTES)
		rc = fj_fail(e, FJ_LIMIT, "app.text-too-long", "d", LIMIT_VALUE_BYTES);
	else if (already(d, t, text))
		rc = journal_put(d->a->j, &drop, 1, e);
	else if ((rc = settle_others(d, c, t, text, why, e)) == FJ_OK)
		rc = dossier_act(d, b->c, b->n, &drop, 1, e);
	fj_buf_release(&what);
	fj_buf_release(&key);
	batch_free(b);
	return rc;
}

/* ---- instances ---- */

enum fj_rc
dossier_add(struct dossier *d, size_t form, struct inst_node *repeat,
    struct inst_node **out, struct inst_changes *changes, struct fj_err *e)
{
	struct batch *b;
	struct command *c;
	struct id id;
	char text[ID_TEXT + 1];
	enum fj_rc rc = check_form(d, form, e);

	if (rc != FJ_OK)
		return rc;
	if (inst_kind(repeat) != INST_REPEAT)
		return fj_fail(e, FJ_REFUSED, "app.not-a-repeat", "s",
		    form_node_name(inst_def(repeat)));
	b = batch_new();
	id_random(&id);
	id_format(&id, text);
	c = batch_at(b, d, form, OP_ADD, repeat);
	c->object = id;
	dossier_clock_now(d);
	/* The order that the entry's own clock will give it: after all that is here. */
	rc = inst_add(d->f[form].inst, repeat, text,
	    hlc_next(d->hlc, clock_now(d->a->clock).ms), out, changes, e);
	if (rc == FJ_OK)
		rc = batch_one_shots(b, d, form, changes, NULL, 0, "default", e);
	rc = batch_act(b, d, rc, e);
	if (rc == FJ_OK) {
		/* dossier_act may have made the forms anew. */
		struct fj_buf path;

		fj_buf_init(&path, LIMIT_VALUE_BYTES);
		fj_buf_printf(&path, "%s{%s}", c->path, text);
		rc = inst_find(d->f[form].inst, path.p, out, e);
		fj_buf_release(&path);
	}
	batch_free(b);
	return rc;
}

enum fj_rc
dossier_remove(struct dossier *d, size_t form, struct inst_node *instance,
    const char *why, struct inst_changes *changes, struct fj_err *e)
{
	struct batch *b;
	enum fj_rc rc = check_form(d, form, e);

	if (rc != FJ_OK)
		return rc;
	if (inst_kind(instance) != INST_INSTANCE)
		return fj_fail(e, FJ_REFUSED, "app.not-an-instance", "s",
		    form_node_name(inst_def(instance)));
	b = batch_new();
	batch_at(b, d, form, OP_REMOVE, instance)->why = why;
	dossier_clock_now(d);
	rc = batch_act(b, d, inst_remove(d->f[form].inst, instance, changes, e), e);
	batch_free(b);
	return rc;
}

/* ---- many at once ---- */

/* One item of a bulk: its command, and the value in the filled form. */
static enum fj_rc
bulk_item(struct dossier *d, struct batch *b, size_t form, struct inst_node *at,
    const char *value, const char *why, struct fj_err *e)
{
	struct inst_changes changes = {0};
	struct command *c;
	enum fj_rc rc = check_place(d, form, at, e);

	if (rc != FJ_OK)
		return rc;
	c = batch_at(b, d, form, OP_SET, at);
	if (c == NULL)
		return fj_fail(e, FJ_LIMIT, "app.act-too-large", "d", ACT_MAX);
	c->value = value;
	rc = settle_others(d, c, target_at(d, c), value, why, e);
	if (rc == FJ_OK)
		rc = inst_set(d->f[form].inst, at, value, &changes, e);
	if (rc == FJ_OK)
		rc = batch_one_shots(b, d, form, &changes, &at, 1, "trigger", e);
	inst_changes_release(&changes);
	return rc;
}

enum fj_rc
dossier_bulk(struct dossier *d, size_t form, struct inst_node *const *at, size_t n,
    int verdict, const char *why, struct fj_err *e)
{
	const char *value = form_verdict_name(verdict);
	struct batch *b;
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (verdict != VERDICT_NA && verdict != VERDICT_UNCHECKED)
		return fj_fail(e, FJ_REFUSED, "app.bulk-verdict", "");
	if (why == NULL || why[0] == '\0')
		return fj_fail(e, FJ_INVAL, "app.bulk-why", "");
	if (n == 0 || n > ACT_MAX / 2)
		return fj_fail(e, FJ_LIMIT, "app.act-too-large", "d", ACT_MAX / 2);
	b = batch_new();
	dossier_clock_now(d);
	for (i = 0; rc == FJ_OK && i < n; i++)
		rc = bulk_item(d, b, form, at[i], value, why, e);
	rc = batch_act(b, d, rc, e);
	batch_free(b);
	return rc;
}
