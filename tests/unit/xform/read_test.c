/* SPDX-License-Identifier: Apache-2.0 */
/* ODK XForm: what single constructs become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "xform/xform.h"

struct row {
	const char *name, *instance, *model, *body;
	const char *want;		/* stands in the definition, ends of lines as blanks */
};

static const struct row rows[] = {
	{"relative references", "<g><b/></g>", "",
	    "<group ref=\"/data/g\"><label>G</label><input ref=\"b\"><label>B</label></input></group>",
	    "\"type\": \"text\", \"name\": \"b\", \"label\": \"B\""},
	{"the body's order is the one that counts", "<a/><b/>", "",
	    "<input ref=\"/data/b\"><label>B</label></input><input ref=\"/data/a\"><label>A</label></input>",
	    "\"name\": \"b\", \"label\": \"B\"}, { \"type\": \"text\", \"name\": \"a\""},
	{"xsd types", "<a/>", "<bind nodeset=\"/data/a\" type=\"xsd:int\"/>",
	    "<input ref=\"/data/a\"><label>A</label></input>", "\"type\": \"integer\""},
	{"a literal default that looks computed", "<a>1+1 (x)</a>", "",
	    "<input ref=\"/data/a\"><label>A</label></input>", "\"default\": \"string('1+1 (x)')\""},
	{"a path as default", "<a/><b/>",
	    "<setvalue ref=\"/data/a\" event=\"odk-instance-first-load\" value=\"/data/b\"/>", "",
	    "\"default\": \"string(/data/b)\""},
	{"two predicates", "<a/>", "<instance id=\"l\"><root><item><name>x</name></item></root></instance>",
	    "<select1 ref=\"/data/a\"><label>A</label><itemset nodeset=\"instance('l')/root/item[k=']'][j=2]\">"
	    "<value ref=\"name\"/><label ref=\"label\"/></itemset></select1>",
	    "\"choice_filter\": \"(k=']') and (j=2)\""},
	{"randomized", "<a/>", "<instance id=\"l\"><root><item><name>x</name></item></root></instance>",
	    "<select1 ref=\"/data/a\"><label>A</label><itemset nodeset=\"randomize(instance('l')/root/item, 7)\">"
	    "<value ref=\"name\"/><label ref=\"label\"/></itemset></select1>",
	    "\"parameters\": \"randomize=true seed=7\""},
	{"an external list", "<a/>", "<instance id=\"c\" src=\"jr://file/../x/c.geojson\"/>",
	    "<select ref=\"/data/a\"><label>A</label><itemset nodeset=\"instance('c')/root/item\">"
	    "<value ref=\"id\"/><label ref=\"title\"/></itemset></select>",
	    "\"type\": \"select_multiple_from_file c.geojson\", \"parameters\": \"value=id label=title\""},
	{"the last saved record", "<a/>", "<bind nodeset=\"/data/a\" calculate=\"instance('__last-saved')/data/g/a + 1\"/>",
	    "", "\"calculation\": \"${last-saved#a} + 1\""},
	{"a fixed number of instances", "<r><c/></r><r><c/></r>", "",
	    "<group ref=\"/data/r\"><label>R</label><repeat nodeset=\"/data/r\" jr:noAddRemove=\"true()\">"
	    "<input ref=\"/data/r/c\"><label>C</label></input></repeat></group>", "\"repeat_count\": \"2\""},
	{"a template is no instance", "<r jr:template=\"\"><c/></r>", "",
	    "<group ref=\"/data/r\"><label>R</label><repeat nodeset=\"/data/r\">"
	    "<input ref=\"/data/r/c\"><label>C</label></input></repeat></group>", "\"instances\": 0"},
	{"a count of ours", "<n/><r><c/></r>",
	    "<bind nodeset=\"/data/n\" xmlns:fj=\"urn:feijian:form:1\" fj:helper=\"count\" calculate=\"1 + 2\"/>",
	    "<group ref=\"/data/r\"><label>R</label><repeat nodeset=\"/data/r\" jr:count=\"/data/n\">"
	    "<input ref=\"/data/r/c\"><label>C</label></input></repeat></group>", "\"repeat_count\": \"1 + 2\""},
	{"what is ours comes back", "<a/>",
	    "<bind nodeset=\"/data/a\" xmlns:fj=\"urn:feijian:form:1\" fj:own='{\"type\":\"uscc\",\"clause\":[\"G1\"],\"label\":null}'/>",
	    "<input ref=\"/data/a\"><label>A</label></input>", "\"name\": \"a\", \"type\": \"uscc\", \"clause\": [\"G1\"]}"},
	{"triggers", "<a/><b/><c/>", "",
	    "<input ref=\"/data/a\"><label>A</label><setvalue ref=\"/data/c\" event=\"xforms-value-changed\" value=\"1\"/></input>"
	    "<input ref=\"/data/b\"><label>B</label><setvalue ref=\"/data/c\" event=\"xforms-value-changed\" value=\"1\"/></input>",
	    "\"trigger\": \"${a}, ${b}\", \"calculation\": \"1\""},
};

/* Ends of lines and the blanks around them count as one blank. */
static void
flatten(struct fj_buf *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->n; i++)
		if ((b->p[i] != ' ' && b->p[i] != '\n') || (n > 0 && b->p[n - 1] != ' '))
			b->p[n++] = b->p[i] == '\n' ? ' ' : b->p[i];
	fj_buf_cut(b, n);
}

static void
document(const struct row *r, struct fj_buf *out)
{
	fj_buf_init(out, 1 << 16);
	fj_buf_printf(out, "<h:html xmlns=\"http://www.w3.org/2002/xforms\" "
	    "xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:jr=\"http://openrosa.org/javarosa\">"
	    "<h:head><h:title>t</h:title><model><instance><data id=\"x\">%s</data></instance>%s</model>"
	    "</h:head><h:body>%s</h:body></h:html>", r->instance, r->model, r->body);
}

static void
test_constructs(void **state)
{
	struct xform_import im;
	struct fj_buf doc;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		document(&rows[i], &doc);
		xform_import_init(&im);
		assert_int_equal(xform_from_xml(doc.p, doc.n, "x.xml", &im, NULL), FJ_OK);
		flatten(&im.json);
		if (strstr(im.json.p, rows[i].want) == NULL)
			fail_msg("%s: %s\nnot in %s", rows[i].name, rows[i].want, im.json.p);
		xform_import_release(&im);
		fj_buf_release(&doc);
	}
}

/* Cut anywhere, it is refused or read, and nothing is left behind. */
static void
test_cut(void **state)
{
	struct xform_import im;
	struct fj_buf doc;
	size_t n;

	(void)state;
	document(&rows[5], &doc);
	for (n = 0; n < doc.n; n++) {
		xform_import_init(&im);
		assert_int_not_equal(xform_from_xml(doc.p, n, "x.xml", &im, NULL), FJ_OK);
		assert_int_equal(im.json.n, 0);
		xform_import_release(&im);
	}
	fj_buf_release(&doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_constructs),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
