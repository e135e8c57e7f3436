/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules that travel to the helper: those of the program, then a bureau's own, as
 * one text (rule_split of redflag/rule.h).  The digest is over the names and bytes in
 * this order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/redflags_i.h"
#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "embed/embed.h"
#include "entry/roster.h"
#include "os/fs.h"

enum {
	RULE_BYTES = 64 << 10,
	PACK_BYTES = 8 << 20,
};

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && strcmp(s + n - k, end) == 0;
}

void
session_add_rule(struct redflags *r, const char *name, const void *p, size_t n)
{
	fj_buf_printf(&r->rules_text, "-- file: %s\n", name);
	fj_buf_add(&r->rules_text, p, n);
	if (n == 0 || ((const char *)p)[n - 1] != '\n')
		fj_buf_putc(&r->rules_text, '\n');
}

/* Did an administrator publish a rule with these bytes? */
static bool
published(const struct redflags *r, const struct fj_buf *text)
{
	const struct roster_item *item;
	struct hash digest;

	if (r->a == NULL || r->a->roster == NULL)
		return false;
	suite_hash(SUITE_DEFAULT, text->p, text->n, &digest);
	item = roster_item_by_digest(r->a->roster, &digest);
	return item != NULL && item->kind == ITEM_RULES;
}

struct own {
	struct redflags *r;
	enum fj_rc rc;
	struct fj_err *e;
};

static bool
one_own(void *ctx, const char *name)
{
	struct own *o = ctx;
	struct fj_buf text;
	char *path;

	if (name[0] == '.' || !ends_with(name, ".sql") || strchr(name, '\n') != NULL)
		return true;
	path = fs_join(o->r->rules_dir, name);
	fj_buf_init(&text, RULE_BYTES);
	o->rc = fs_read(path, &text, o->e);
	if (o->rc == FJ_OK) {
		session_add_rule(o->r, name, text.p, text.n);
		o->r->pack.own++;
		if (!published(o->r, &text))
			o->r->pack.trusted = false;
	}
	fj_buf_release(&text);
	free(path);
	return o->rc == FJ_OK;
}

static enum fj_rc
own_rules(struct redflags *r, struct fj_err *e)
{
	struct own o = {.r = r, .e = e};
	size_t before = r->pack.own;
	enum fj_rc rc;

	if (!fs_is_dir(r->rules_dir))
		return fj_fail(e, FJ_INVAL, "redflags.rules-dir", "s", r->rules_dir);
	rc = fs_list(r->rules_dir, one_own, &o, e);
	if (rc == FJ_OK)
		rc = o.rc;
	if (rc == FJ_OK && r->pack.own == before)
		rc = fj_fail(e, FJ_INVAL, "redflags.rules-dir", "s", r->rules_dir);
	return rc;
}

enum fj_rc
session_pack(struct redflags *r, struct fj_err *e)
{
	const struct embed_file *f = embed_find("synonyms.json");
	const struct embed_file *methods = embed_find("methods.json");
	struct hash shipped;
	enum fj_rc rc = FJ_OK;
	size_t i;

	fj_buf_init(&r->rules_text, PACK_BYTES);
	for (i = 0; i < embed_count(); i++)
		if (ends_with(embed_at(i)->name, ".sql")) {
			session_add_rule(r, embed_at(i)->name, embed_at(i)->p, embed_at(i)->n);
			r->pack.rules++;
		}
	if (f == NULL || methods == NULL || r->pack.rules == 0)
		return fj_fail(e, FJ_BUG, "app.embedded", "s", "redflags");
	/* What standards demand is part of what the rules say, and of their digest. */
	session_add_rule(r, methods->name, methods->p, methods->n);
	suite_hash(SUITE_DEFAULT, r->rules_text.p, r->rules_text.n, &shipped);
	/* The version of the rules of the program is what they are. */
	hex_encode(shipped.b, 6, r->pack.version);
	r->pack.trusted = true;
	rc = session_published(r, e);
	if (rc == FJ_OK && r->rules_dir != NULL)
		rc = own_rules(r, e);
	if (rc != FJ_OK)
		return rc;
	if (fj_buf_over(&r->rules_text))
		return fj_fail(e, FJ_LIMIT, "redflags.rules-size", "d", PACK_BYTES);
	suite_hash(SUITE_DEFAULT, r->rules_text.p, r->rules_text.n, &r->pack.digest);
	r->fd_rules = session_memory("feijian-rules", r->rules_text.p, r->rules_text.n, e);
	if (r->fd_rules < 0)
		return e != NULL ? e->rc : FJ_IO;
	r->fd_synonyms = session_memory("feijian-synonyms", f->p, f->n, e);
	return r->fd_synonyms >= 0 ? FJ_OK : e != NULL ? e->rc : FJ_IO;
}
