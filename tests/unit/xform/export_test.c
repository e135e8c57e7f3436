/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in an exported form, construct by construct, and what is warned of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "sheet/xml.h"
#include "xform/export.h"

struct told {
	char codes[512];
	int line;
};

static void
on_warn(void *ctx, int line, int column, const struct fj_err *f)
{
	struct told *t = ctx;
	size_t n = strlen(t->codes);

	assert_true(column >= 1);
	t->line = line;
	snprintf(t->codes + n, sizeof(t->codes) - n, "%s(%s,%s) ", f->code, f->arg[0],
	    f->arg[1]);
}

static enum fj_rc
run(const char *json, size_t max, struct told *told, struct fj_buf *out)
{
	struct form_faults faults = {0};
	struct json_doc *doc = NULL;
	struct form *f = NULL;
	struct fj_err e;
	enum fj_rc rc;

	fj_err_clear(&e);
	memset(told, 0, sizeof(*told));
	fj_buf_init(out, max);
	rc = form_load(json, strlen(json), &f, &faults, &e);
	if (rc != FJ_OK)
		fail_msg("form_load: %s %s", e.code, e.arg[0]);
	assert_int_equal(json_parse(json, strlen(json), &doc, &e), FJ_OK);
	rc = xform_export(f, json_root(doc), on_warn, told, out, &e);
	if (rc != FJ_OK)
		assert_string_equal(e.code, "export.large");
	form_faults_release(&faults);
	json_free(&doc);
	form_free(&f);
	return rc;
}

static const struct {
	const char *children;		/* or a whole form, from { on */
	const char *has[5];
	const char *lacks;
	const char *warns;		/* NULL: of nothing */
} cases[] = {
	{"{\"type\":\"text\",\"name\":\"a\",\"label\":\"<a & \\u0001 \\\"b\\\">\"}",
	    {"<value>&lt;a &amp; \xef\xbf\xbd \"b\"&gt;</value>", "<input ref=\"/data/a\">",
	    "<bind nodeset=\"/data/a\" type=\"string\"/>"}, "&quot;type", NULL},
	{"{\"type\":\"range\",\"name\":\"a\",\"label\":\"a\",\"parameters\":\"start=0 end=1 step=0.5\"}",
	    {"<range ref=\"/data/a\" start=\"0\" end=\"1\" step=\"0.5\">", "type=\"decimal\"",
	    "&quot;parameters&quot;:&quot;start=0 end=1 step=0.5&quot;"}, NULL, NULL},
	{"{\"type\":\"rank l\",\"name\":\"a\",\"label\":\"a\"},"
	    "{\"type\":\"select_one l or_other\",\"name\":\"b\",\"label\":\"b\"}",
	    {"<odk:rank ref=\"/data/a\">", "<name>other</name>", "<b_other/>",
	    "nodeset=\"/data/b_other\" type=\"string\" relevant=\"selected(../b, 'other')\"",
	    "<itemset nodeset=\"instance('l')/root/item\">"}, NULL, NULL},
	{"{\"type\":\"select_one l\",\"name\":\"a\",\"label\":\"a\",\"parameters\":"
	    "\"randomize=true seed=${n}\",\"choice_filter\":\"name != ${n}\"},"
	    "{\"type\":\"integer\",\"name\":\"n\",\"label\":\"n\"}",
	    {"nodeset=\"randomize(instance('l')/root/item[name != /data/n], /data/n)\""}, NULL,
	    NULL},
	{"{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"r\",\"instances\":2,\"children\":["
	    "{\"type\":\"text\",\"name\":\"a\",\"label\":\"a\",\"default\":\"concat('x', 'y')\"},"
	    "{\"type\":\"text\",\"name\":\"b\",\"label\":\"b\",\"default\":\"z\","
	    "\"relevant\":\"${a} = 'q'\"}]}",
	    {"<r jr:template=\"\">", "<b>z</b>", "relevant=\"../a = 'q'\"",
	    "<setvalue event=\"odk-instance-first-load odk-new-repeat\" ref=\"/data/r/a\" "
	    "value=\"concat('x', 'y')\"/>", "<repeat nodeset=\"/data/r\">"}, NULL, NULL},
	{"{\"type\":\"image\",\"name\":\"a\",\"label\":\"a\",\"hint\":\"h\",\"guidance_hint\":\"g\"},"
	    "{\"type\":\"signature\",\"name\":\"s\",\"label\":\"s\"}",
	    {"<upload ref=\"/data/a\" mediatype=\"image/*\">", "<value form=\"guidance\">g</value>",
	    "appearance=\"signature\"", "<hint ref=\"jr:itext('/data/a:hint')\"/>"}, NULL, NULL},
	{"{\"type\":\"start\",\"name\":\"a\"},{\"type\":\"username\",\"name\":\"b\"},"
	    "{\"type\":\"start-geopoint\",\"name\":\"c\"}",
	    {"jr:preload=\"timestamp\" jr:preloadParams=\"start\"",
	    "jr:preload=\"property\" jr:preloadParams=\"username\"",
	    "<odk:setgeopoint event=\"odk-instance-first-load\" ref=\"/data/c\"/>"}, NULL, NULL},
	{"{\"type\":\"measurement\",\"name\":\"a\",\"label\":\"a\",\"constraint\":\". != 'x'\"}",
	    {"constraint=\"(. != 'x') and regex(., '", "&quot;constraint&quot;:&quot;. != 'x'&quot;"},
	    NULL, "export.type(a,measurement) "},
	{"{\"type\":\"calculate\",\"name\":\"c\",\"calculation\":\"1\"},"
	    "{\"type\":\"text\",\"name\":\"a\",\"label\":\"a\",\"trigger\":\"${c}\","
	    "\"calculation\":\"2\"}", {"&quot;trigger&quot;:&quot;${c}&quot;"}, "xforms-value-changed",
	    "export.trigger(a,${c}) "},
	{"{\"type\":\"calculate\",\"name\":\"c\",\"calculation\":\"'intersects(' = 'x'\"},"
	    "{\"type\":\"calculate\",\"name\":\"d\",\"calculation\":\"round-even(1.5, 0)\"}",
	    {"round-even(1.5, 0)"}, NULL, "export.function(d,round-even) "},
	{"{\"form\":\"f\",\"version\":\"2\",\"root\":\"r\",\"title\":\"T\",\"instance_name\":\"${a}\","
	    "\"style\":\"pages\",\"x-k\":{\"v\":1},\"children\":[{\"type\":\"text\",\"name\":\"a\","
	    "\"label\":\"a\"}]}",
	    {"<r id=\"f\" version=\"2\">", "nodeset=\"/r/meta/instanceName\" type=\"string\" "
	    "calculate=\"/r/a\"", "<h:body class=\"pages\">", "&quot;x-k&quot;:{&quot;v&quot;:1}",
	    "<h:title>T</h:title>"}, NULL, NULL},
};

static char *
whole(const char *children)
{
	struct fj_buf b;

	fj_buf_init(&b, 1 << 16);
	fj_buf_printf(&b, "{\"form\":\"f\",\"version\":\"1\",\"title\":\"t\",\"choices\":{\"l\":["
	    "{\"name\":\"x\",\"label\":\"X\"}]},\"children\":[%s]}", children);
	return fj_buf_take(&b, NULL);
}

static void
constructs(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *json = strncmp(cases[i].children, "{\"form\"", 7) == 0 ?
		    strdup(cases[i].children) : whole(cases[i].children);
		struct xml_doc *doc = NULL;
		struct told told;
		struct fj_buf out;
		struct fj_err e;

		fj_err_clear(&e);
		assert_int_equal(run(json, 1 << 20, &told, &out), FJ_OK);
		assert_int_equal(xml_parse(out.p, out.n, &doc, &e), FJ_OK);
		for (k = 0; k < 5 && cases[i].has[k] != NULL; k++)
			if (strstr(out.p, cases[i].has[k]) == NULL)
				fail_msg("case %zu lacks %s in\n%s", i, cases[i].has[k], out.p);
		if (cases[i].lacks != NULL && strstr(out.p, cases[i].lacks) != NULL)
			fail_msg("case %zu has %s in\n%s", i, cases[i].lacks, out.p);
		assert_string_equal(told.codes, cases[i].warns != NULL ? cases[i].warns : "");
		xml_free(&doc);
		fj_buf_release(&out);
		free(json);
	}
}

/* Nested: a template stands in the template of the outer, and only there. */
static void
templates(void **state)
{
	char *json = whole("{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"r\",\"children\":["
	    "{\"type\":\"repeat\",\"name\":\"s\",\"label\":\"s\",\"children\":["
	    "{\"type\":\"text\",\"name\":\"a\",\"label\":\"a\"}]}]}");
	const char *p;
	struct told told;
	struct fj_buf out;
	int n = 0;

	(void)state;
	assert_int_equal(run(json, 1 << 20, &told, &out), FJ_OK);
	for (p = out.p; (p = strstr(p, "<s jr:template=\"\">")) != NULL; p++)
		n++;
	assert_int_equal(n, 1);
	fj_buf_release(&out);
	free(json);
}

static void
too_large(void **state)
{
	char *json = whole("{\"type\":\"text\",\"name\":\"a\",\"label\":\"a\"}");
	struct told told;
	struct fj_buf out;
	size_t max;

	(void)state;
	for (max = 1; max < 1100; max += 97) {
		assert_int_equal(run(json, max, &told, &out), FJ_LIMIT);
		fj_buf_release(&out);
	}
	free(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constructs),
		cmocka_unit_test(templates),
		cmocka_unit_test(too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
