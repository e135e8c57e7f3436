/* SPDX-License-Identifier: Apache-2.0 */
/* What a hub published, in a workspace: forms, packs of rules, registers of subjects. */
#include "unit/app/fixture.h"
#include "unit/entry/fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "app/internal.h"
#include "app/redflags.h"
#include "client/published.h"
#include "model/subjects.h"

struct bureau {
	struct app *a;
	struct writer root, hub;
	struct hash anchor;
	struct id me;
};

static void
into_roster(struct bureau *b, struct writer *w)
{
	assert_int_equal(roster_add(b->a->roster, w->frame.p, w->frame.n, w->sig, NULL), FJ_OK);
}

/* A root, a hub, and me as an inspector of this scope. */
static void
bureau_open(struct bureau *b, struct app *a, const char *scope)
{
	struct stamp at = fixed_stamp(0);
	struct roster_person p = {.name = "检查员甲", .cert = "YS-0001", .roles = ROLE_INSPECTOR,
	    .nscope = 1};
	struct roster_device d = {.key = *journal_public(a->j)};
	struct id stream;

	b->a = a;
	b->me = fixed_id(60);
	writer_open(&b->root, 200, STREAM_ROSTER, fixed_id(0));
	roster_stream(b->root.pub, &stream);
	b->root.stream = stream;
	writer_open(&b->hub, 201, STREAM_ROSTER, stream);
	identity_root(b->root.pub->suite, &b->root.pub->sign, &b->anchor);
	a->roster = roster_new(&b->anchor);
	write_hello(&b->root, "root", NULL);
	into_roster(b, &b->root);
	roster_write_hub_key(b->hub.pub, 1, &at, &b->root.payload);
	write_entry(&b->root);
	into_roster(b, &b->root);
	p.person = d.person = b->me;
	memcpy(p.scopes[0], scope, strlen(scope) + 1);
	roster_write_person(&p, &at, &b->hub.payload);
	write_entry(&b->hub);
	into_roster(b, &b->hub);
	roster_write_device(&d, &at, &b->hub.payload);
	write_entry(&b->hub);
	into_roster(b, &b->hub);
}

static void
bureau_close(struct bureau *b)
{
	roster_free(&b->a->roster);
	writer_close(&b->root);
	writer_close(&b->hub);
}

/* As a sync leaves it; here false: only the roster knows it. */
static struct roster_item
publish(struct bureau *b, enum item_kind kind, const char *name, const char *version,
    const char *bytes, const char *division, bool here)
{
	struct roster_item it = {.kind = kind, .name = name, .version = version,
	    .size = strlen(bytes)};
	struct stamp at = fixed_stamp(1);
	struct journal_kv kv = {kind == ITEM_FORM ? "form" : "blob",
	    {it.digest.b, HASH_LEN}, {bytes, strlen(bytes)}};

	suite_hash(SUITE_DEFAULT, bytes, strlen(bytes), &it.digest);
	if (division != NULL) {
		it.nscope = 1;
		memcpy(it.scopes[0], division, strlen(division) + 1);
	}
	roster_write_item(&it, &at, &b->hub.payload);
	write_entry(&b->hub);
	into_roster(b, &b->hub);
	if (here)
		assert_int_equal(journal_put(b->a->j, &kv, 1, NULL), FJ_OK);
	return it;
}

static void
withdraw(struct bureau *b, struct roster_item it)
{
	struct stamp at = fixed_stamp(2);

	it.withdrawn = true;
	roster_write_item(&it, &at, &b->hub.payload);
	write_entry(&b->hub);
	into_roster(b, &b->hub);
}

/* ---- forms ---- */

static enum fj_rc
begin(struct fix *f, struct app *a, struct id *id)
{
	static const char *const forms[] = {"small"};
	struct app_new_visit v = {.kind = "flying-inspection", .forms = forms, .form_n = 1,
	    .subject_name = "某检测有限公司", .uscc = USCC, .team = both, .team_n = 2};

	return app_visit_new(a, &v, id, &f->e);
}

static void
version_is(struct fix *f, struct app *a, const struct id *visit, const char *version)
{
	struct dossier *d = NULL;

	assert_int_equal(dossier_open(a, visit, &d, &f->e), FJ_OK);
	assert_string_equal(visit_facts(dossier_visit(d))->forms[0].version, version);
	assert_true(dossier_form_trusted(d, 0));
	dossier_close(&d);
}

static void
forms(void **state)
{
	struct fix *f = *state;
	struct app *a = f->jia.a;
	char *two = xstrdup(small_form);
	struct roster_item second;
	struct bureau b;
	struct id one, other;

	strstr(two, "\"version\":\"1\"")[11] = '2';
	bureau_open(&b, a, "1101");
	assert_int_equal(begin(f, a, &one), FJ_NOTFOUND);
	assert_string_equal(f->e.code, "app.form-unknown");
	publish(&b, ITEM_FORM, "small", "1", small_form, NULL, true);
	assert_int_equal(begin(f, a, &one), FJ_OK);
	version_is(f, a, &one, "1");
	publish(&b, ITEM_FORM, "small", "33", "{\"form\":\"small\"}", "33", true);
	second = publish(&b, ITEM_FORM, "small", "2", two, "110108", true);
	assert_int_equal(begin(f, a, &other), FJ_OK);
	version_is(f, a, &other, "2");
	version_is(f, a, &one, "1");
	withdraw(&b, second);
	version_is(f, a, &other, "2");
	assert_int_equal(begin(f, a, &other), FJ_OK);
	version_is(f, a, &other, "1");
	bureau_close(&b);
	free(two);
}

/* ---- packs ---- */

static const char pack[] = "-- file: HZ-01.sql\n-- id: HZ-01\nSELECT 1\n";

/* A helper that answers with these lines to whatever it is asked. */
static char *
helper(struct fix *f, const char *lines)
{
	char *text = xasprintf("#!/bin/sh\nread l\nprintf '%%s\\n' '%s'\n", lines), *path;

	path = file_with(f, "helper", text, strlen(text));
	assert_int_equal(chmod(path, 0700), 0);
	free(text);
	return path;
}

/* The pack as a screening would take it; code NULL: it joined. */
static void
screening(struct fix *f, struct app *a, const char *lines, const char *code)
{
	char *program = helper(f, lines), *file = file_with(f, "r.csv", "a,b\n1,2\n", 8);
	const char *path[] = {file};
	struct redflags_options o = {.path = path, .paths = 1, .program = program};
	const struct redflag_bureau *p;
	struct redflags *r = NULL;
	struct redflag_pack all;

	assert_int_equal(redflags_new(a, &o, &r, &f->e), FJ_OK);
	assert_int_equal(redflags_bureaus(r), 1);
	p = redflags_bureau(r, 0);
	redflags_pack(r, &all);
	assert_string_equal(p->name, "hangzhou");
	assert_string_equal(p->version, "7");
	if (code != NULL)
		assert_string_equal(p->why.code, code);
	else
		assert_int_equal(p->why.rc, FJ_OK);
	assert_int_equal(p->rules, code == NULL);
	assert_int_equal(all.own, code == NULL);
	assert_true(all.trusted);
	redflags_free(&r);
	free(program);
	free(file);
}

#define DONE "{\"result\":{\"rules\":[],\"faults\":0}}\n{\"done\":true}"
#define BAD "{\"fault\":{\"code\":\"rule.refused\",\"args\":[\"HZ-01\",\"ATTACH\"],\"level\":\"error\"," \
	"\"file\":\"HZ-01.sql\",\"row\":2}}\n" DONE

static void
packs(void **state)
{
	struct fix *f = *state;
	struct app *a = f->jia.a;
	struct roster_item it;
	struct bureau b;

	bureau_open(&b, a, "1101");
	publish(&b, ITEM_RULES, "suzhou", "1", "-- file: SZ-01.sql\n", "3205", true);
	it = publish(&b, ITEM_RULES, "hangzhou", "7", pack, NULL, false);
	screening(f, a, DONE, "redflags.pack-absent");
	publish(&b, ITEM_RULES, "hangzhou", "7", pack, NULL, true);
	/* One fault holds all of it back: a hub may be cheated, a device not. */
	screening(f, a, BAD, "redflags.pack-fault");
	screening(f, a, BAD, "redflags.pack-fault");
	screening(f, a, DONE, NULL);
	/* Checked once for these bytes. */
	screening(f, a, BAD, NULL);
	withdraw(&b, it);
	publish(&b, ITEM_RULES, "hangzhou", "7", "-- no rules at all\n", NULL, true);
	screening(f, a, DONE, "redflags.pack-fault");
	bureau_close(&b);
}

/* ---- subjects ---- */

static const char subjects[] = "name\tuscc\tcma\tdivision\taddress\tvisited\n"
    "某检测有限公司\t" USCC "\t210000000001\t110108\t学院路1号\t2026-03-01\n"
    "另一检测中心\t\t210000000002\t110105\t\t\n";

static void
registers(void **state)
{
	struct fix *f = *state;
	struct app *a = f->jia.a;
	const struct subject *got[4];
	struct roster_item it;
	struct bureau b;

	bureau_open(&b, a, "1101");
	assert_int_equal(app_subjects(a, "检测", got, 4), 0);
	it = publish(&b, ITEM_DATA, "subjects-1101", "1", subjects, "1101", true);
	publish(&b, ITEM_DATA, "subjects-33", "1", subjects, "33", true);
	assert_int_equal(app_subjects(a, "检测", got, 4), 2);
	assert_int_equal(app_subjects(a, "检测", got, 1), 1);
	assert_int_equal(app_subjects(a, "", got, 4), 2);
	assert_string_equal(app_subject(a, USCC)->name, "某检测有限公司");
	assert_null(app_subject(a, "检测"));
	assert_int_equal(app_subjects(a, "91110108", got, 4), 1);
	assert_string_equal(got[0]->name, "某检测有限公司");
	assert_string_equal(got[0]->visited, "2026-03-01");
	assert_int_equal(app_subjects(a, "210000000002", got, 4), 1);
	withdraw(&b, it);
	assert_int_equal(app_subjects(a, "检测", got, 4), 0);
	bureau_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(forms, setup, teardown),
		cmocka_unit_test_setup_teardown(packs, setup, teardown),
		cmocka_unit_test_setup_teardown(registers, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
