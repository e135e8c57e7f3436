/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the columns of a question: defaults, appearance, clauses, findings. */
#include <string.h>

#include "base/limits.h"
#include "form/lint.h"
#include "form/value.h"

static void
default_value(struct lint *l, const struct form_node *n)
{
	struct fj_buf b;
	struct fj_err e;

	if (n->fixed == NULL || n->fixed[0] == '\0' || n->type->normal == NULL)
		return;
	fj_err_clear(&e);
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	if (form_normalise(n, n->fixed, &b, &e) != FJ_OK)
		lint_error(l, lint_key(l, n, "default"), "form.default", n->name, n->fixed);
	fj_buf_release(&b);
}

/* Words of XLSForm that some face honours or may pass over without harm. */
static bool
appearance_known(const char *s, size_t n)
{
	static const char *const known[] = {"minimal", "search", "autocomplete", "quick",
	    "quickcompact", "compact", "columns", "columns-pack", "columns-flex", "horizontal",
	    "horizontal-compact", "likert", "list", "list-nolabel", "label", "table-list",
	    "field-list", "multiline", "numbers", "thousands-sep", "masked", "no-calendar",
	    "month-year", "year", "counter", "hidden-answer", "signature", "draw", "annotate",
	    "new", "new-front", "image-map", "vertical", "no-ticks", "picker", "rating",
	    "url", "maps", "placement-map", "streets", "satellite", "map", "ex", "textarea",
	    "summary", "no-buttons", "bearing", "printer", "selfie", "hide-input", "distress",
	    "horizontal-full", "ethiopian", "persian", "buddhist"};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i]) == n && memcmp(known[i], s, n) == 0)
			return true;
	/* w1..w12, columns-3, ex:app */
	return (n > 1 && s[0] == 'w' && strspn(s + 1, "0123456789") >= n - 1) ||
	    (n > 8 && memcmp(s, "columns-", 8) == 0 && strspn(s + 8, "0123456789") >= n - 8) ||
	    (n > 3 && memcmp(s, "ex:", 3) == 0) ||
	    (n > 8 && memcmp(s, "printer:", 8) == 0);
}

static void
appearance(struct lint *l, const struct form_node *n)
{
	const char *s = n->appearance;
	char word[64];
	size_t k;

	if (strchr(s, '(') != NULL)
		return;
	while (*(s += strspn(s, " \t")) != '\0') {
		k = strcspn(s, " \t");
		if (!appearance_known(s, k)) {
			if (k >= sizeof(word))
				k = sizeof(word) - 1;
			memcpy(word, s, k);
			word[k] = '\0';
			lint_warn(l, lint_key(l, n, "appearance"), "form.appearance", word,
			    n->name);
		}
		s += k;
	}
}

static void
clauses(struct lint *l, const struct form_node *n)
{
	const struct json *v = lint_key(l, n, "clause"), *item;
	const struct form_lint *ask = l->d->lint;

	if (ask->clause == NULL || v == l->at[n->index])
		return;
	if (json_text(v) != NULL && !ask->clause(ask->ctx, v->text))
		lint_error(l, v, "form.clause-unknown", v->text, n->name);
	if (v->type == JSON_ARRAY)
		json_each(item, v)
			if (json_text(item) != NULL && !ask->clause(ask->ctx, item->text))
				lint_error(l, item, "form.clause-unknown", item->text, n->name);
}

/* {"on": an answer, "kind", "facts": texts, "reports": a question beside it} */
static void
finding(struct lint *l, const struct form_node *n)
{
	static const char *const known[] = {"on", "kind", "facts", "reports"};
	const struct json *v = lint_key(l, n, "finding"), *item;
	size_t i;

	if (v == l->at[n->index] || v->type != JSON_OBJECT)
		return;
	json_each(item, v) {
		for (i = 0; i < 4 && strcmp(known[i], item->key) != 0; i++)
			;
		if (i == 4 && strncmp(item->key, "x-", 2) != 0)
			lint_error(l, item, "form.unknown-key", item->key, "");
	}
	item = json_get(v, "on");
	if (json_text(item) != NULL && n->list != NULL &&
	    !lint_list_has(n->list, &item->text, 1))
		lint_error(l, item, "form.finding-on", item->text, n->name);
	item = json_get(v, "reports");
	if (json_text(item) != NULL && form_find(l->f, item->text) == NULL &&
	    form_child_named(n->parent, item->text, item->len) == NULL)
		lint_error(l, item, "form.finding-reports", item->text, n->name);
}

static bool
number_of(const struct form_node *n, const char *name, double *out)
{
	const char *s = form_node_parameter(n, name);

	if (s == NULL)
		return false;
	*out = number_parse(s, strlen(s));
	return true;
}

static void
range(struct lint *l, const struct form_node *n)
{
	double from, to, step;

	if (n->type->type != FORM_RANGE || !number_of(n, "start", &from) ||
	    !number_of(n, "end", &to) || !number_of(n, "step", &step))
		return;
	/* Also when one is no number: then no comparison holds. */
	if (!(step > 0 && from < to && step <= to - from))
		lint_error(l, lint_key(l, n, "parameters"), "form.range-order", n->name, "");
}

static bool
parameter_known(const char *s)
{
	static const char *const known[] = {"start", "end", "step", "tick_interval",
	    "placeholder", "tick_labelset", "value", "label", "randomize", "seed", "unit",
	    "max-pixels", "quality", "capture-accuracy", "warning-accuracy",
	    "allow-mock-accuracy", "incremental", "rows", "location-priority",
	    "location-min-interval", "location-max-age", "track-changes",
	    "track-changes-reasons", "identify-user", "app", "decimals"};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], s) == 0)
			return true;
	return false;
}

void
lint_columns(struct lint *l)
{
	size_t i, k;

	for (i = 1; i < l->f->nnode; i++) {
		const struct form_node *n = l->f->node[i];

		if (l->at[i] == NULL)
			continue;
		default_value(l, n);
		appearance(l, n);
		clauses(l, n);
		finding(l, n);
		range(l, n);
		for (k = 0; k < n->nparam; k++)
			if (!parameter_known(n->param[k].name))
				lint_warn(l, lint_key(l, n, "parameters"),
				    "form.parameter-unknown", n->param[k].name, n->name);
	}
}
