/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bureau's packs of rules, as a hub published them.  The roster's digest says that
 * they are the bureau's; that they hold is found here, by the helper, before a rule of
 * them runs: one that does not holds the whole pack back, and that is said.
 * Kept in the journal: space "rules-ok", key digest of the pack, value the version of
 * the program's rules under which it held.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/lawdata.h"
#include "app/redflags_i.h"
#include "base/xalloc.h"
#include "client/published.h"
#include "redflag/rule.h"

enum {
	AT_ONCE = 48,			/* files of one helper */
};

/* ---- checking ---- */

struct check {
	struct redflags *r;
	const char *options;
	struct helper_file file[AT_ONCE];
	char *name[AT_ONCE];
	int files;
	size_t rules;
	struct fj_err fault;		/* the first; rc FJ_OK: none */
	enum fj_rc rc;
	struct fj_err *e;
};

static bool
hear(void *ctx, const struct helper_event *ev)
{
	struct check *c = ctx;

	if (ev->what == HELPER_FAULT && !ev->warning && c->fault.rc == FJ_OK)
		(void)!fj_fail(&c->fault, FJ_INVAL, "redflags.pack-fault", "sd",
		    ev->file != NULL ? ev->file : "", (int)ev->row);
	return true;
}

static void
ask_helper(struct check *c)
{
	struct helper_job job = {.job = "rulecheck", .file = c->file, .files = c->files,
	    .options = c->options, .program = c->r->program};

	if (c->files > 0 && c->rc == FJ_OK)
		c->rc = helper_run(&job, hear, c, c->e);
	while (c->files > 0) {
		c->files--;
		close(c->file[c->files].fd);
		free(c->name[c->files]);
	}
}

static bool
one_rule(void *ctx, const char *name, const char *text, size_t len)
{
	struct check *c = ctx;
	int fd = session_memory("feijian-rule", text, len, c->e);

	if (fd < 0) {
		c->rc = FJ_IO;
		return false;
	}
	c->name[c->files] = xstrdup(name);
	c->file[c->files] = (struct helper_file){.fd = fd, .name = c->name[c->files]};
	c->files++;
	c->rules++;
	if (c->files == AT_ONCE)
		ask_helper(c);
	return c->rc == FJ_OK;
}

/* Does the pack hold?  FJ_INVAL with the first fault when not. */
static enum fj_rc
lint(struct redflags *r, const struct fj_buf *text, struct fj_err *e)
{
	struct check c = {.r = r, .e = e};
	struct fj_buf options;

	fj_err_clear(&c.fault);
	fj_buf_init(&options, 64 << 10);
	lawdata_clause_ids(shelf_clauses(r->a->shelf), &options);
	c.options = options.p;
	if (!rule_split(text->p, text->n, one_rule, &c) && c.rc == FJ_OK)
		c.rc = fj_fail(e, FJ_INVAL, "redflags.pack-fault", "sd", "", 0);
	ask_helper(&c);
	fj_buf_release(&options);
	if (c.rc == FJ_OK && c.rules == 0)
		c.rc = fj_fail(e, FJ_INVAL, "redflags.pack-fault", "sd", "", 0);
	if (c.rc == FJ_OK && c.fault.rc != FJ_OK) {
		*e = c.fault;
		c.rc = FJ_INVAL;
	}
	return c.rc;
}

/* Found to hold before, by the program as it is now. */
static bool
held_before(const struct redflags *r, const struct hash *digest)
{
	struct fj_buf b;
	bool yes;

	fj_buf_init(&b, 256);
	yes = journal_get(r->a->j, "rules-ok", digest->b, HASH_LEN, &b, NULL) == FJ_OK &&
	    b.n == strlen(r->pack.version) && memcmp(b.p, r->pack.version, b.n) == 0;
	fj_buf_release(&b);
	return yes;
}

static void
remember(const struct redflags *r, const struct hash *digest)
{
	struct journal_kv kv = {"rules-ok", {digest->b, HASH_LEN},
	    {r->pack.version, strlen(r->pack.version)}};

	/* Only spares the next check. */
	(void)!journal_put(r->a->j, &kv, 1, NULL);
}

/* ---- taking ---- */

struct taking {
	struct redflags *r;
	size_t rules;
};

static bool
take_one(void *ctx, const char *name, const char *text, size_t len)
{
	struct taking *t = ctx;

	session_add_rule(t->r, name, text, len);
	t->r->pack.own++;
	t->rules++;
	return true;
}

/* FJ_OK also for a pack that is refused: it says so. */
static enum fj_rc
take_pack(struct redflags *r, const struct roster_item *it, struct fj_err *e)
{
	struct redflag_bureau *p = &r->bureau[r->bureaus];
	struct taking t = {r, 0};
	struct fj_buf text;
	enum fj_rc rc;

	memset(p, 0, sizeof(*p));
	fj_err_clear(&p->why);
	p->name = arena_strndup(r->mem, it->name, strlen(it->name));
	p->version = arena_strndup(r->mem, it->version, strlen(it->version));
	p->digest = it->digest;
	fj_buf_init(&text, PUBLISHED_BYTES);
	rc = published_get(r->a->j, ITEM_RULES, &it->digest, &text, &p->why);
	if (rc == FJ_NOTFOUND) {
		(void)!fj_fail(&p->why, FJ_NOTFOUND, "redflags.pack-absent", "");
	} else if (rc == FJ_OK && !held_before(r, &it->digest)) {
		rc = lint(r, &text, &p->why);
		if (rc == FJ_OK)
			remember(r, &it->digest);
	}
	if (rc == FJ_OK)
		(void)rule_split(text.p, text.n, take_one, &t);
	p->rules = t.rules;
	fj_buf_release(&text);
	r->bureaus++;
	if (rc == FJ_OK || rc == FJ_NOTFOUND || rc == FJ_INVAL)
		return FJ_OK;
	if (e != NULL)
		*e = p->why;
	return rc;
}

enum fj_rc
session_published(struct redflags *r, struct fj_err *e)
{
	const char *division = r->a != NULL ? r->a->me.division : NULL;
	const struct roster_item *it;
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (r->a == NULL || r->a->roster == NULL || !app_unlocked(r->a))
		return FJ_OK;
	for (i = 0; rc == FJ_OK && (it = roster_item_at(r->a->roster, i)) != NULL; i++)
		if (it->kind == ITEM_RULES && r->bureaus < REDFLAG_BUREAUS &&
		    roster_item_newest(r->a->roster, ITEM_RULES, it->name, division) == it)
			rc = take_pack(r, it, e);
	return rc;
}

size_t
redflags_bureaus(const struct redflags *r)
{
	return r->bureaus;
}

const struct redflag_bureau *
redflags_bureau(const struct redflags *r, size_t i)
{
	return &r->bureau[i];
}
