/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the files of tests/golden/form.  A line is one case:
 *   {"name", "form": definition, "steps": [..]}   or   {"name", "form", "faults": [code..]}
 * Steps: {"set","value"} {"clear"} {"add"[,"id"]} {"remove"} each perhaps with
 * "fails": code; {"is": path, ..members that must be so}; {"eval","at","gives"};
 * {"problems": ["path kind"..]}; {"lines": text of the digest lines}.
 * After each step a full recomputation must change nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "form/form.h"
#include "snapshot.h"

static const struct form_env env = {
	.now = {1772600767000, 480},
	.lang = "en",
	.uuid = {{1, 2, 3}},
	.username = "检查员甲",
};

struct run {
	const char *name;
	size_t step;
	struct inst *in;
	size_t bad;
};

static void
complain(struct run *r, const char *what, const char *want, const char *got)
{
	r->bad++;
	print_error("%s, step %zu, %s: want %s, got %s\n", r->name, r->step, what, want, got);
}

static void
same(struct run *r, const char *what, const char *want, const char *got)
{
	if (strcmp(want, got) != 0)
		complain(r, what, want, got);
}

static void
same_bool(struct run *r, const struct json *want, bool got)
{
	if (want->truth != got)
		complain(r, want->key, want->truth ? "true" : "false", got ? "true" : "false");
}

static struct inst_node *
place(struct run *r, const char *path, struct fj_err *e)
{
	struct inst_node *at = NULL;

	(void)r;
	fj_err_clear(e);
	(void)!inst_find(r->in, path, &at, e);
	return at;
}

static void
choices_are(struct run *r, const struct inst_node *at, const struct json *want)
{
	const struct form_choice *const *v;
	size_t n = inst_choices(r->in, at, &v), i = 0;
	const struct json *item;

	json_each(item, want) {
		same(r, "choice", item->text, i < n ? form_choice_name(v[i]) : "(none)");
		i++;
	}
	if (i != n)
		complain(r, "choices", "fewer", "more");
}

static void
bool_is(struct run *r, const struct inst_node *at, const struct json *m)
{
	if (strcmp(m->key, "relevant") == 0)
		same_bool(r, m, inst_relevant(at));
	else if (strcmp(m->key, "required") == 0)
		same_bool(r, m, inst_required(at));
	else if (strcmp(m->key, "read_only") == 0)
		same_bool(r, m, inst_read_only(at));
	else if (strcmp(m->key, "valid") == 0)
		same_bool(r, m, inst_valid(at));
}

static void
step_is(struct run *r, const struct json *s, const char *path)
{
	struct fj_err e;
	struct inst_node *at = place(r, path, &e);
	struct inst_problem p;
	const struct json *m;
	char number[32];

	if (at == NULL) {
		same(r, path, json_str(s, "fails") != NULL ? json_str(s, "fails") : "a place", e.code);
		return;
	}
	json_each(m, s) {
		if (m->type == JSON_BOOL)
			bool_is(r, at, m);
		else if (strcmp(m->key, "value") == 0)
			same(r, path, m->text, inst_value(at));
		else if (strcmp(m->key, "stored") == 0)
			same(r, path, m->text, inst_stored(at));
		else if (strcmp(m->key, "choices") == 0)
			choices_are(r, at, m);
		else if (strcmp(m->key, "problem") == 0)
			same(r, path, m->text, inst_problem_at(r->in, at, &p) ? p.err.code : "");
		else if (strcmp(m->key, "message") == 0)
			same(r, path, m->text, inst_problem_at(r->in, at, &p) &&
			    p.message != NULL ? p.message : "");
		else if (strcmp(m->key, "count") == 0) {
			snprintf(number, sizeof(number), "%zu", inst_count(at));
			same(r, path, m->text, number);
		}
	}
}

static void
step_eval(struct run *r, const struct json *s, const char *expr)
{
	const char *where = json_str(s, "at"), *fails = json_str(s, "fails");
	const struct json *want = json_get(s, "gives"), *item;
	struct inst_eval v;
	struct fj_err e;
	struct inst_node *at = place(r, where != NULL ? where : "/data", &e);
	struct fj_buf b;
	double d;
	size_t i = 0;

	if (at == NULL || inst_eval(r->in, expr, at, &v, &e) != FJ_OK) {
		same(r, expr, fails != NULL ? fails : "a value", e.code);
		return;
	}
	if (fails != NULL)
		complain(r, expr, fails, "a value");
	else if (v.type == INST_E_BOOLEAN)
		same_bool(r, want, v.boolean);
	else if (v.type == INST_E_STRING)
		same(r, expr, want->text != NULL ? want->text : "(text)", v.text[0]);
	else if (v.type == INST_E_NODESET)
		json_each(item, want) {
			same(r, expr, item->text, i < v.count ? v.text[i] : "(none)");
			i++;
		}
	else if (want->type == JSON_STRING) {
		fj_buf_init(&b, 400);
		form_number_text(v.number, &b);
		same(r, expr, want->text, b.p);
		fj_buf_release(&b);
	} else if (!json_double_value(want, &d) ||
	    fabs(d - v.number) > 1e-9 * fmax(1, fabs(d)))
		complain(r, expr, want->text, "another number");
	inst_eval_release(&v);
}

static void
step_problems(struct run *r, const struct json *want)
{
	struct inst_problems p = {0};
	const struct json *item;
	struct fj_buf b;
	size_t i = 0;

	inst_validate(r->in, &p);
	json_each(item, want) {
		fj_buf_init(&b, 4096);
		if (i < p.n) {
			inst_path(p.v[i].at, &b);
			fj_buf_printf(&b, " %s", inst_problem_name(p.v[i].kind));
		}
		same(r, "problem", item->text, b.p);
		fj_buf_release(&b);
		i++;
	}
	if (i != p.n)
		complain(r, "problems", "as many as told", "more");
	inst_problems_release(&p);
}

static enum fj_rc
act(struct run *r, const struct json *s, const char *verb, const char *path,
    struct fj_err *e)
{
	struct inst_node *at = place(r, path, e);
	struct inst_changes c = {0};
	const struct json *v = json_get(s, "value"), *id = json_get(s, "id");
	enum fj_rc rc = e->rc;

	if (at == NULL)
		return rc;
	if (strcmp(verb, "set") == 0)
		rc = inst_set(r->in, at, v->type == JSON_BOOL ? (v->truth ? "true" : "false") :
		    v->text, &c, e);
	else if (strcmp(verb, "clear") == 0)
		rc = inst_clear(r->in, at, &c, e);
	else if (strcmp(verb, "add") == 0)
		rc = inst_add(r->in, at, id != NULL ? id->text : "", 7, NULL, &c, e);
	else
		rc = inst_remove(r->in, at, &c, e);
	inst_changes_release(&c);
	return rc;
}

static void
full_is_same(struct run *r)
{
	struct fj_buf before, after;
	struct inst_changes c = {0};
	struct fj_err e;

	snapshot(r->in, &before);
	if (inst_recompute(r->in, &c, &e) != FJ_OK)
		complain(r, "recompute", "done", e.code);
	snapshot(r->in, &after);
	same(r, "full recomputation", before.p, after.p);
	if (c.n > 0)
		complain(r, "full recomputation", "no change", "changes");
	inst_changes_release(&c);
	fj_buf_release(&before);
	fj_buf_release(&after);
}

static void
step(struct run *r, const struct json *s)
{
	static const char *const acts[] = {"set", "clear", "add", "remove"};
	const char *fails = json_str(s, "fails");
	struct fj_err e;
	struct fj_buf b;
	size_t i;

	for (i = 0; i < 4; i++) {
		if (json_str(s, acts[i]) == NULL)
			continue;
		if (act(r, s, acts[i], json_str(s, acts[i]), &e) == FJ_OK)
			fj_err_clear(&e);
		same(r, acts[i], fails != NULL ? fails : "", e.code);
	}
	if (json_str(s, "is") != NULL)
		step_is(r, s, json_str(s, "is"));
	if (json_str(s, "eval") != NULL)
		step_eval(r, s, json_str(s, "eval"));
	if (json_get(s, "problems") != NULL)
		step_problems(r, json_get(s, "problems"));
	if (json_str(s, "lines") != NULL) {
		fj_buf_init(&b, 1 << 20);
		inst_digest_lines(r->in, &b);
		same(r, "digest lines", json_str(s, "lines"), b.p);
		fj_buf_release(&b);
	}
	if (json_get(s, "overridden") == NULL)
		full_is_same(r);
}

static void
faults_are(struct run *r, const struct json *want, const struct form_faults *got)
{
	const struct json *item;
	size_t i = 0;

	json_each(item, want) {
		same(r, "fault", item->text, i < got->n ? got->v[i].err.code : "(none)");
		i++;
	}
	for (; i < got->n; i++)
		complain(r, "fault", "no more", got->v[i].err.code);
}

static size_t
one_case(const struct json *c)
{
	struct run r = {.name = json_str(c, "name")};
	const struct json *want = json_get(c, "faults"), *s;
	struct form_faults faults = {0};
	struct form *f;
	struct fj_err e;
	struct fj_buf b;
	struct json_w w;

	fj_buf_init(&b, 1 << 20);
	json_w_init(&w, &b);
	json_w_value(&w, json_get(c, "form"));
	fj_err_clear(&e);
	if (form_load(b.p, b.n, &f, &faults, &e) != FJ_OK && want == NULL)
		complain(&r, "form_load", "a form", e.code);
	if (want != NULL)
		faults_are(&r, want, &faults);
	if (f != NULL) {
		r.in = inst_new(f, &env);
		if (inst_start(r.in, NULL, &e) != FJ_OK)
			complain(&r, "start", "done", e.code);
		json_each(s, json_get(c, "steps")) {
			r.step++;
			step(&r, s);
		}
		inst_free(&r.in);
	}
	form_free(&f);
	form_faults_release(&faults);
	fj_buf_release(&b);
	return r.bad;
}

static void
run_file(const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0, cases = 0, bad = 0;
	ssize_t n;

	assert_non_null(in);
	while ((n = getline(&line, &cap, in)) > 0) {
		struct json_doc *doc;
		struct fj_err e;

		if (n < 3)
			continue;
		if (json_parse(line, (size_t)n, &doc, &e) != FJ_OK)
			fail_msg("%s: case %zu: %s %s", path, cases + 1, e.code, e.arg[1]);
		bad += one_case(json_root(doc));
		json_free(&doc);
		cases++;
	}
	free(line);
	fclose(in);
	assert_true(cases > 0);
	assert_int_equal(bad, 0);
}

#define FILE_TEST(name) \
	static void \
	name##_cases(void **state) \
	{ \
		(void)state; \
		run_file("tests/golden/form/" #name ".jsonl"); \
	}

FILE_TEST(faults)
FILE_TEST(state)
FILE_TEST(repeat)
FILE_TEST(types)
FILE_TEST(functions)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_cases),
		cmocka_unit_test(state_cases),
		cmocka_unit_test(repeat_cases),
		cmocka_unit_test(types_cases),
		cmocka_unit_test(functions_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
