/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of rules as one text (PU3).  What is checked is what will run: the text
 * is split again and each part is read and compiled over empty registers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "embed/embed.h"
#include "hub/publish.h"
#include "model/clauses.h"
#include "os/fs.h"
#include "redflag/rule.h"

struct gather {
	const struct publish_ask *ask;
	struct fj_buf *out;
	int files;
	enum fj_rc rc;
	struct fj_err *e;
};

static bool
is_rule(const char *name)
{
	size_t n = strlen(name);

	return name[0] != '.' && n > 4 && strcmp(name + n - 4, ".sql") == 0 &&
	    strchr(name, '\n') == NULL;
}

static bool
one_file(void *ctx, const char *name)
{
	struct gather *g = ctx;
	struct fj_buf text;
	char *path;

	if (!is_rule(name))
		return true;
	path = fs_join(g->ask->path, name);
	fj_buf_init(&text, RULE_BYTES);
	g->rc = fs_read(path, &text, g->e);
	if (g->rc == FJ_OK) {
		fj_buf_printf(g->out, "-- file: %s\n", name);
		fj_buf_add(g->out, text.p, text.n);
		if (text.n == 0 || text.p[text.n - 1] != '\n')
			fj_buf_putc(g->out, '\n');
		g->files++;
	}
	fj_buf_release(&text);
	free(path);
	return g->rc == FJ_OK;
}

/* ---- checking ---- */

struct check {
	const struct publish_ask *ask;
	const char *file;
	const struct clauses *clauses;
	char *id[RULE_MAX];
	int rules, errors;
	enum fj_rc rc;
	struct fj_err *e;
};

static bool
clause_known(void *ctx, const char *id)
{
	return clauses_find(((const struct check *)ctx)->clauses, id) != NULL;
}

static void
tell(void *ctx, const struct rule_fault *fault)
{
	struct check *c = ctx;
	struct publish_fault f = {c->file, fault->line, fault->column, false, fault->f};

	c->errors++;
	if (c->ask->fault != NULL)
		c->ask->fault(c->ask->ctx, &f);
}

static enum fj_rc
take_id(struct check *c, const char *id)
{
	struct fj_buf shipped;
	bool taken;
	int i;

	fj_buf_init(&shipped, 256);
	fj_buf_printf(&shipped, "%s.sql", id);
	taken = embed_find(shipped.p) != NULL;
	fj_buf_release(&shipped);
	if (taken)
		return fj_fail(c->e, FJ_INVAL, "hub.rules-shipped", "ss", id, c->file);
	for (i = 0; i < c->rules; i++)
		if (strcmp(c->id[i], id) == 0)
			return fj_fail(c->e, FJ_INVAL, "hub.rules-twice", "ss", id, c->file);
	if (c->rules == RULE_MAX)
		return fj_fail(c->e, FJ_LIMIT, "hub.rules-many", "d", RULE_MAX);
	c->id[c->rules++] = xstrdup(id);
	return FJ_OK;
}

static bool
one_rule(void *ctx, const char *name, const char *text, size_t len)
{
	struct check *c = ctx;
	struct rule_reader reader = {clause_known, c, tell, c};
	struct rule *r = NULL;
	struct fj_err why;

	c->file = name;
	if (rule_read(name, text, len, &reader, &r, &why) != FJ_OK)
		return true;			/* its faults were told */
	c->rc = take_id(c, r->id);
	if (c->rc == FJ_OK && rule_check(r, &reader, c->e) < 0)
		c->rc = c->e->rc;
	rule_free(&r);
	return c->rc == FJ_OK;
}

static enum fj_rc
check_pack(const struct publish_ask *ask, const struct fj_buf *text, int files,
    struct fj_err *e)
{
	const struct embed_file *file = embed_find("clauses.json");
	struct check c = {.ask = ask, .e = e};
	struct clauses *clauses = NULL;
	int i;

	if (file == NULL)
		return fj_fail(e, FJ_BUG, "hub.embedded", "s", "clauses.json");
	c.rc = clauses_load((const char *)file->p, file->n, &clauses, e);
	c.clauses = clauses;
	if (c.rc == FJ_OK)
		(void)rule_split(text->p, text->n, one_rule, &c);
	/* A line that begins like a new file inside of a rule would run as one. */
	if (c.rc == FJ_OK && (c.errors > 0 || c.rules != files))
		c.rc = fj_fail(e, FJ_INVAL, "hub.publish-faults", "sd", ask->path,
		    c.errors > 0 ? c.errors : 1);
	for (i = 0; i < c.rules; i++)
		free(c.id[i]);
	clauses_free(&clauses);
	return c.rc;
}

enum fj_rc
publish_pack(const struct publish_ask *ask, struct fj_buf *out, struct fj_err *e)
{
	struct gather g = {.ask = ask, .out = out, .e = e};
	enum fj_rc rc = fs_list(ask->path, one_file, &g, e);

	if (rc == FJ_OK)
		rc = g.rc;
	if (rc == FJ_OK && g.files == 0)
		rc = fj_fail(e, FJ_INVAL, "hub.rules-none", "s", ask->path);
	if (rc == FJ_OK && fj_buf_over(out))
		rc = fj_fail(e, FJ_LIMIT, "hub.too-large", "d", PUBLISH_BYTES);
	return rc == FJ_OK ? check_pack(ask, out, g.files, e) : rc;
}
