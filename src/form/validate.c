/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a filled form, in document order. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "form/inst_i.h"

const char *
inst_problem_name(enum inst_problem_kind k)
{
	static const char *const names[] = {"required", "constraint", "type", "choice",
	    "validate", "warning", "compute"};

	return names[k];
}

static const char *
own_words(const struct inst_node *n, const struct form_texts *t)
{
	const char *s = form_text(n->def->form, t, n->in->env.lang);

	return s[0] != '\0' ? text_said(n, s) : NULL;
}

bool
inst_problem_at(struct inst *in, const struct inst_node *at, struct inst_problem *out)
{
	const char *name = at->def->name;

	(void)in;
	memset(out, 0, sizeof(*out));
	out->at = at;
	if (!at->relevant)
		return false;
	if (at->failed_bits != 0 && at->failed != NULL) {
		out->kind = INST_P_COMPUTE;
		out->err = *at->failed;
		return true;
	}
	if (at->kind != INST_LEAF || at->valid)
		return false;
	if (at->required && at->value[strspn(at->value, " \t\r\n")] == '\0') {
		out->kind = INST_P_REQUIRED;
		out->message = own_words(at, &at->def->required_message);
		(void)fj_fail(&out->err, FJ_INVAL, "form.required", "s", name);
		return true;
	}
	if (at->def->type->check != NULL &&
	    at->def->type->check(at->def, at->value, &out->err) != FJ_OK) {
		out->kind = INST_P_TYPE;
		return true;
	}
	out->kind = INST_P_CONSTRAINT;
	out->message = own_words(at, &at->def->constraint_message);
	(void)fj_fail(&out->err, FJ_INVAL, "form.constraint", "ss", name, at->value);
	return true;
}

static void
add(struct inst_problems *l, const struct inst_problem *p)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 8;
		l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n++] = *p;
	if (p->kind != INST_P_WARNING)
		l->errors++;
}

/* An answer that the choice filter took back is told, so that it is not lost. */
static void
lost_choice(struct inst_node *n, struct inst_problems *out)
{
	struct inst_problem p = {.at = n, .kind = INST_P_CHOICE};

	if (n->choice == NULL || n->stored == NULL || strcmp(n->stored, n->value) == 0)
		return;
	(void)fj_fail(&p.err, FJ_INVAL, "form.choice-gone", "ss", n->def->name, n->stored);
	p.kind = n->value[0] == '\0' && n->required ? INST_P_CHOICE : INST_P_WARNING;
	add(out, &p);
}

static bool
holds_answers(const struct inst_node *n)
{
	size_t i;

	if (n->kind == INST_LEAF)
		return n->stored != NULL && n->stored[0] != '\0' && node_is(n->def, T_CONTROL);
	for (i = 0; i < n->nkid; i++)
		if (holds_answers(n->kid[i]))
			return true;
	return false;
}

/* What a lowered count leaves out is kept, and told: nobody lost it by mistake. */
static void
beyond_count(const struct inst_node *n, struct inst_problems *out)
{
	struct inst_problem p = {.at = n, .kind = INST_P_WARNING};
	size_t i, count = 0;

	for (i = n->active; i < n->nkid; i++)
		count += holds_answers(n->kid[i]) ? 1 : 0;
	if (count == 0)
		return;
	(void)fj_fail(&p.err, FJ_INVAL, "form.beyond-count", "sd", n->def->name, (int)count);
	add(out, &p);
}

static void
rules(struct inst_node *n, struct inst_problems *out)
{
	size_t i;

	for (i = 0; i < n->def->nrule; i++) {
		const struct form_rule *r = &n->def->rule[i];
		struct inst_problem p = {.at = n};
		struct ev ev;
		bool ok;

		n->in->steps = 0;
		ev_start(&ev, n);
		ok = ev_bool(&ev, r->test);
		scratch_reset(&n->in->mem);
		if (ok && !ev.failed)
			continue;
		p.kind = ev.failed ? INST_P_COMPUTE : r->warning ? INST_P_WARNING :
		    INST_P_VALIDATE;
		p.message = ev.failed ? NULL : own_words(n, &r->message);
		if (ev.failed)
			p.err = ev.err;
		else
			(void)fj_fail(&p.err, FJ_INVAL, "form.rule", "s", n->def->name);
		add(out, &p);
	}
}

void
inst_validate(struct inst *in, struct inst_problems *out)
{
	const struct inst_node *n = NULL;
	struct inst_problem p;

	out->n = 0;
	out->errors = 0;
	if (in->calendar_unknown) {
		p = (struct inst_problem){.at = in->root, .kind = INST_P_WARNING};
		(void)fj_fail(&p.err, FJ_INVAL, "form.calendar-unknown", "s", in->root->def->name);
		add(out, &p);
	}
	while ((n = inst_walk(in, n, NULL)) != NULL) {
		struct inst_node *at = (struct inst_node *)(uintptr_t)n;

		if (inst_problem_at(in, n, &p))
			add(out, &p);
		if (n->kind == INST_LEAF)
			lost_choice(at, out);
		if (n->kind != INST_REPEAT)
			rules(at, out);
		else if (n->nkid > n->active)
			beyond_count(n, out);
	}
}

void
inst_problems_release(struct inst_problems *p)
{
	free(p->v);
	memset(p, 0, sizeof(*p));
}
