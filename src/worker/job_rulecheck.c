/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "rulecheck": what is wrong with rules of red flags.
 * {"job":"rulecheck","files":[F,…],"clauses":["X1",…]} -> a fault each, at file, row (line)
 * and column; {"result":{"rules":[{"file":F,"id":I,"version":V,"grade":G}],"faults":N}}.
 * Without "clauses" any ID of a clause will do.
 */
#include <string.h>

#include "base/xalloc.h"
#include "redflag/rule.h"
#include "worker/internal.h"

struct check {
	struct job *j;
	const char *file;
	const struct json *clauses;
	int faults;
	struct fj_buf b;
	struct json_w w;
};

static bool
known(void *ctx, const char *id)
{
	const struct check *c = ctx;
	const struct json *one;

	json_each(one, c->clauses) {
		if (json_text(one) != NULL && strcmp(json_text(one), id) == 0)
			return true;
	}
	return c->clauses == NULL;
}

static void
tell(void *ctx, const struct rule_fault *fault)
{
	struct check *c = ctx;
	struct job_place at = {.file = c->file, .row = (uint32_t)fault->line,
	    .column = (uint32_t)fault->column};

	c->faults++;
	job_fault(c->j, JOB_ERROR, &at, fault->f);
}

static void
found(struct check *c, const struct rule *r)
{
	const char grade[2] = {r->grade, '\0'};

	json_w_obj(&c->w);
	json_w_kstr(&c->w, "file", c->file);
	json_w_kstr(&c->w, "id", r->id);
	json_w_kint(&c->w, "version", r->version);
	json_w_kstr(&c->w, "grade", grade);
	json_w_end(&c->w);
}

/* The name may be a path: it is only for saying. */
static const char *
base(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

static enum fj_rc
one(struct check *c, int i, struct fj_err *e)
{
	struct rule_reader reader = {known, c, tell, c};
	struct rule *r = NULL;
	struct fj_buf text;
	struct fj_err f;
	enum fj_rc rc;

	c->file = c->j->file[i].name;
	fj_buf_init(&text, RULE_BYTES + 1);
	rc = job_read(c->j, i, RULE_BYTES, &text, e);
	if (rc == FJ_OK && rule_read(base(c->file), text.p, text.n, &reader, &r, &f) == FJ_OK) {
		found(c, r);
		if (rule_check(r, &reader, e) < 0)
			rc = e->rc;
		rule_free(&r);
	}
	fj_buf_release(&text);
	return rc;
}

enum fj_rc
job_rulecheck(struct job *j, struct fj_err *e)
{
	struct check c = {.j = j, .clauses = json_get(j->request, "clauses")};
	enum fj_rc rc = FJ_OK;
	int i;

	fj_buf_init(&c.b, WORKER_LINE_MAX);
	json_w_init(&c.w, &c.b);
	json_w_obj(&c.w);
	json_w_key(&c.w, "rules");
	json_w_arr(&c.w);
	for (i = 0; rc == FJ_OK && i < j->files; i++)
		rc = one(&c, i, e);
	json_w_end(&c.w);
	json_w_kint(&c.w, "faults", c.faults);
	json_w_end(&c.w);
	if (rc == FJ_OK)
		job_result(j, c.b.p, c.b.n);
	fj_buf_release(&c.b);
	return rc;
}
