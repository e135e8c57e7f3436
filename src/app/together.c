/* SPDX-License-Identifier: Apache-2.0 */
#include "app/together.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/bundles.h"
#include "app/syncing.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "entry/card.h"
#include "os/env.h"
#include "os/fs.h"

struct table {				/* at which the two sit */
	struct app *mine, *his;
	const struct id *visit;
	char *dir;			/* in memory where there is room */
};

/* ---- the other workspace ---- */

static bool
same_place(const char *a, const char *b)
{
	char *x = realpath(a, NULL), *y = realpath(b, NULL);
	bool same = x != NULL && y != NULL && strcmp(x, y) == 0;

	free(x);
	free(y);
	return same;
}

static enum fj_rc
open_his(struct table *t, const char *home, const char *passphrase, struct fj_err *e)
{
	struct app_options o = {.home = home, .clock = t->mine->clock,
	    .lang = t->mine->lang};
	enum fj_rc rc;

	if (same_place(home, t->mine->home))
		return fj_fail(e, FJ_INVAL, "app.together-same", "s", home);
	rc = app_open(&o, &t->his, e);
	return rc == FJ_OK ? app_unlock(t->his, passphrase, e) : rc;
}

/* Before anything of the visit leaves: is he of the team, and not I? */
static enum fj_rc
check_him(const struct table *t, const struct dossier *d, struct fj_err *e)
{
	const struct app_person *he = app_me(t->his);
	int row = visit_member_of(d->v, he->cert, he->name);

	if (row < 0)
		return fj_fail(e, FJ_DENIED, "app.together-member", "s", he->name);
	if (row == dossier_my_row(d))
		return fj_fail(e, FJ_REFUSED, "app.together-self", "s", he->name);
	if (visit_freeze_now(d->v) == NULL)
		return fj_fail(e, FJ_REFUSED, "app.together-open", "");
	return FJ_OK;
}

/* ---- across the table ---- */

static enum fj_rc
make_folder(struct table *t, struct fj_err *e)
{
	char *memory = env_runtime_dir();

	t->dir = xasprintf("%s/feijian-sign-XXXXXX", memory != NULL ? memory : t->mine->home);
	free(memory);
	if (mkdtemp(t->dir) == NULL) {
		enum fj_rc rc = fj_fail_errno(e, "app.write", t->dir);

		free(t->dir);
		t->dir = NULL;
		return rc;
	}
	return FJ_OK;
}

static enum fj_rc
write_card(struct app *of, const char *path, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, CARD_BYTES);
	rc = app_card(of, &b, e);
	if (rc == FJ_OK)
		rc = fs_write(path, b.p, b.n, 0600, e);
	fj_buf_release(&b);
	return rc;
}

/* The entries of the visit, sealed for the receiver's key alone or more. */
static enum fj_rc
carry(const struct table *t, struct app *from, struct app *to, struct fj_err *e)
{
	char *card = fs_join(t->dir, "card"), *file = fs_join(t->dir, "visit.fjb");
	const char *cards[1] = {card};
	struct app_bundle_result got;
	enum fj_rc rc = write_card(to, card, e);

	if (rc == FJ_OK)
		rc = bundle_entries_export(from, t->visit, file, cards, 1, e);
	if (rc == FJ_OK)
		rc = app_bundle_import(to, file, &got, e);
	free(card);
	free(file);
	return rc;
}

static enum fj_rc
sign_his(const struct table *t, struct fj_err *e)
{
	struct dossier *d = NULL;
	enum fj_rc rc = dossier_open(t->his, t->visit, &d, e);

	if (rc == FJ_OK)
		rc = dossier_sign(d, e);
	dossier_close(&d);
	return rc;
}

/* Why he could not, with what the way out is when he held more than we did. */
static enum fj_rc
refused(const struct table *t, size_t brought, enum fj_rc rc, struct fj_err *e)
{
	if (brought == 0 || e == NULL || strcmp(e->code, "model.sign-head") != 0)
		return rc;
	return fj_fail(e, FJ_REFUSED, "app.together-more", "sz", app_me(t->his)->name, brought);
}

static enum fj_rc
sign_together(const struct table *t, struct dossier *d, struct fj_err *e)
{
	size_t before = visit_entry_count(d->v);
	struct fj_err why, second;
	enum fj_rc rc = carry(t, t->mine, t->his, e), back;
	bool changed;

	if (rc != FJ_OK)
		return rc;
	rc = sign_his(t, &why);
	/* Signed or not: both hold the same afterwards. */
	back = carry(t, t->his, t->mine, &second);
	if (back == FJ_OK)
		back = dossier_refresh(d, &changed, &second);
	if (rc == FJ_OK && back == FJ_OK)
		return FJ_OK;
	if (e != NULL)
		*e = rc != FJ_OK ? why : second;
	return rc != FJ_OK ? refused(t, visit_entry_count(d->v) - before, rc, e) : back;
}

enum fj_rc
app_sign_here(struct app *a, const struct id *visit, const char *other_home,
    const char *passphrase, struct fj_err *e)
{
	struct table t = {.mine = a, .visit = visit};
	struct dossier *d = NULL;
	struct fj_err mine;
	enum fj_rc rc = dossier_open(a, visit, &d, &mine);

	if (rc == FJ_OK)
		rc = open_his(&t, other_home, passphrase, &mine);
	if (rc == FJ_OK)
		rc = check_him(&t, d, &mine);
	if (rc == FJ_OK)
		rc = make_folder(&t, &mine);
	if (rc == FJ_OK)
		rc = sign_together(&t, d, &mine);
	if (t.dir != NULL && fs_remove_tree(t.dir, NULL) != FJ_OK && rc == FJ_OK)
		rc = fj_fail(&mine, FJ_IO, "app.together-left", "s", t.dir);
	dossier_close(&d);
	app_close(&t.his);
	free(t.dir);
	if (rc != FJ_OK && e != NULL)
		*e = mine;
	return rc;
}
