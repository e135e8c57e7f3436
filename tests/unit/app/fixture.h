/* SPDX-License-Identifier: Apache-2.0 */
/* Real workspaces in a throw-away directory, and short words for what every
 * test of the use cases does. */
#ifndef FJ_TESTS_APP_FIXTURE_H
#define FJ_TESTS_APP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/app.h"
#include "app/dossier.h"
#include "app/syncing.h"
#include "base/xalloc.h"
#include "crypto/seal.h"
#include "os/env.h"
#include "os/fs.h"

#define PASS "kou-ling 一号"
#define USCC "91110108551385082Q"

struct person {
	char *home;
	struct app *a;
	char code[APP_RECOVERY_CODE];
};

struct fix {
	char *dir;
	struct clock clock;
	struct person jia, yi;
	struct fj_err e;
};

/* A form with everything that brings answers of its own. */
static const char small_form[] =
    "{\"form\":\"small\",\"version\":\"1\",\"title\":\"小表\",\"root\":\"data\",\n"
    "\"languages\":[\"zh\"],\"choices\":{\"v\":[\n"
    "{\"name\":\"conform\",\"label\":\"符合\",\"key\":1},\n"
    "{\"name\":\"nonconform\",\"label\":\"不符合\",\"key\":2},\n"
    "{\"name\":\"na\",\"label\":\"不适用\",\"key\":4},\n"
    "{\"name\":\"unchecked\",\"label\":\"未检查\",\"key\":5}]},\n"
    "\"children\":[\n"
    "{\"type\":\"text\",\"name\":\"a\",\"label\":\"甲\"},\n"
    "{\"type\":\"text\",\"name\":\"b\",\"label\":\"乙\",\"trigger\":\"${a}\",\"calculation\":\"concat(${a}, '!')\"},\n"
    "{\"type\":\"text\",\"name\":\"c\",\"label\":\"丙\",\"default\":\"start\"},\n"
    "{\"type\":\"calculate\",\"name\":\"d\",\"calculation\":\"concat(${a}, '-', ${c})\"},\n"
    "{\"type\":\"verdict v\",\"name\":\"v1\",\"label\":\"项一\",\"clause\":[\"B2\"]},\n"
    "{\"type\":\"verdict v\",\"name\":\"v2\",\"label\":\"项二\"},\n"
    "{\"type\":\"text\",\"name\":\"w\",\"label\":\"丁\",\"trigger\":\"${v1}\",\"calculation\":\"concat('v1 ', ${v1})\"},\n"
    "{\"type\":\"datetime\",\"name\":\"t\",\"label\":\"时间\",\"constraint\":\". <= now()\"},\n"
    "{\"type\":\"text\",\"name\":\"t_put\",\"trigger\":\"${t}\",\"calculation\":\"now()\"},\n"
    "{\"type\":\"calculate\",\"name\":\"clock\",\"calculation\":\"now()\"},\n"
    "{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"报告\",\"instances\":0,\"children\":[\n"
    " {\"type\":\"text\",\"name\":\"no\",\"label\":\"编号\",\"default\":\"BG-\"},\n"
    " {\"type\":\"integer\",\"name\":\"n\",\"label\":\"份数\"}]}]}\n";

/* ---- homes ---- */

static inline struct app *
app_at(struct fix *f, const char *home)
{
	struct app_options o = {.home = home, .clock = &f->clock, .lang = "zh",
	    .kdf_log_n = KDF_COST_MIN};
	struct app *a = NULL;

	assert_int_equal(app_open(&o, &a, &f->e), FJ_OK);
	return a;
}

/* Another process of the same workspace. */
static inline struct app *
app_beside(struct fix *f, const struct person *p)
{
	struct app *a = app_at(f, p->home);

	assert_int_equal(app_unlock(a, PASS, &f->e), FJ_OK);
	return a;
}

static inline void
person_make(struct fix *f, struct person *p, const char *dir, const char *name,
    const char *cert)
{
	struct app_person who = {.name = name, .org = "市场监督管理局", .cert = cert,
	    .division = "110108", .lang = "zh"};

	p->home = fs_join(f->dir, dir);
	p->a = app_at(f, p->home);
	assert_int_equal(app_init(p->a, &who, PASS, p->code, &f->e), FJ_OK);
}

static inline int
setup(void **state)
{
	const char *base = env_get("TMPDIR");
	struct fix *f = xcalloc(1, sizeof(*f));

	f->dir = xasprintf("%s/fj-app-XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	clock_init(&f->clock);
	person_make(f, &f->jia, "jia", "检查员甲", "YS-0001");
	person_make(f, &f->yi, "yi", "检查员乙", "YS-0002");
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fix *f = *state;

	app_close(&f->jia.a);
	app_close(&f->yi.a);
	assert_int_equal(fs_remove_tree(f->dir, NULL), FJ_OK);
	free(f->jia.home);
	free(f->yi.home);
	free(f->dir);
	free(f);
	return 0;
}

/* A file with this content; owned path. */
static inline char *
file_with(struct fix *f, const char *name, const void *p, size_t n)
{
	char *path = fs_join(f->dir, name);

	assert_int_equal(fs_write(path, p, n, 0600, &f->e), FJ_OK);
	return path;
}

/* ---- visits ---- */

static const struct app_member both[] = {
	{"检查员甲", "YS-0001"}, {"检查员乙", "YS-0002"},
};

/* With the small form (a file in the directory), or the kind's own. */
static inline struct id
visit_begin(struct fix *f, struct app *a, bool small)
{
	char *path = file_with(f, "small.json", small_form, strlen(small_form));
	const char *forms[1] = {path};
	struct app_new_visit v = {.kind = "flying-inspection", .forms = forms,
	    .form_n = small ? 1 : 0, .subject_name = "某检测有限公司", .uscc = USCC,
	    .cma = "210000000001", .team = both, .team_n = 2};
	struct id id;

	assert_int_equal(app_visit_new(a, &v, &id, &f->e), FJ_OK);
	free(path);
	return id;
}

static inline struct dossier *
open_visit(struct fix *f, struct app *a, const struct id *id)
{
	struct dossier *d = NULL;

	if (dossier_open(a, id, &d, &f->e) != FJ_OK)
		fail_msg("dossier_open: %s", f->e.code);
	return d;
}

static inline struct inst_node *
node(struct dossier *d, const char *path)
{
	struct inst_node *at = NULL;
	struct fj_err e;

	if (inst_find(dossier_inst(d, 0), path, &at, &e) != FJ_OK)
		fail_msg("%s: %s", path, e.code);
	return at;
}

static inline enum fj_rc
set_why(struct fix *f, struct dossier *d, const char *path, const char *value,
    const char *why)
{
	struct inst_changes c = {0};
	enum fj_rc rc = dossier_set(d, 0, node(d, path), value, why, &c, &f->e);

	inst_changes_release(&c);
	return rc;
}

static inline enum fj_rc
set(struct fix *f, struct dossier *d, const char *path, const char *value)
{
	return set_why(f, d, path, value, NULL);
}

static inline const char *
value_of(struct dossier *d, const char *path)
{
	return inst_value(node(d, path));
}

static inline bool
line_of_dump(void *ctx, const struct inst_node *at, const char *value)
{
	struct fj_buf *b = ctx;

	inst_path_id(at, b);
	fj_buf_printf(b, "\t%s\n", value);
	return true;
}

/* D1: what is filled now equals what a fresh replay fills. */
static inline void
same_as_replay(struct fix *f, struct dossier *d)
{
	struct dossier *again = open_visit(f, dossier_app(d), dossier_id(d));
	struct fj_buf x, y;

	fj_buf_init(&x, 1 << 20);
	fj_buf_init(&y, 1 << 20);
	inst_dump(dossier_inst(d, 0), line_of_dump, &x);
	inst_dump(dossier_inst(again, 0), line_of_dump, &y);
	assert_string_equal(x.p, y.p);
	fj_buf_clear(&x);
	fj_buf_clear(&y);
	visit_digest_text(dossier_visit(d), &x);
	visit_digest_text(dossier_visit(again), &y);
	assert_string_equal(x.p, y.p);
	fj_buf_release(&x);
	fj_buf_release(&y);
	dossier_close(&again);
}

#define refused(f, call, class, what) \
	do { \
		fj_err_clear(&(f)->e); \
		assert_int_equal((call), (class)); \
		assert_string_equal((f)->e.code, (what)); \
		assert_int_equal((f)->e.rc, (class)); \
	} while (0)

#define well(f, call) \
	do { \
		enum fj_rc well_rc = (call); \
		if (well_rc != FJ_OK) \
			fail_msg("%s: %s %s", #call, (f)->e.code, (f)->e.arg[0]); \
	} while (0)

/* ---- bundles between two ---- */

/* One's card as a file, so that the other can name him as receiver. */
static inline char *
card_of(struct fix *f, const struct person *p, const char *name)
{
	struct fj_buf b;
	char *path;

	fj_buf_init(&b, 4096);
	assert_int_equal(app_card(p->a, &b, &f->e), FJ_OK);
	path = file_with(f, name, b.p, b.n);
	fj_buf_release(&b);
	return path;
}

static inline struct app_bundle_result
carry(struct fix *f, const struct person *from, const struct person *to,
    const struct id *visit)
{
	char *card = card_of(f, to, "to.card");
	char *path = fs_join(f->dir, "carry.fjb");
	const char *cards[1] = {card};
	struct app_bundle_result r;

	well(f, app_bundle_export(from->a, visit, 1, path, cards, 1, &f->e));
	well(f, app_bundle_import(to->a, path, &r, &f->e));
	free(card);
	free(path);
	return r;
}

#endif
