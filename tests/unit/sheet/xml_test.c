/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "sheet/xml.h"

static const char form[] =
    "<h:html xmlns:h='urn:h' xmlns='urn:x' xmlns:jr='urn:j'>\n"
    "  <h:body><input ref='/data/a' jr:count='2'><label>A &lt;<output value='b'/> c</label>"
    "</input></h:body>\n"
    "<none xmlns=''/></h:html>";

static void
test_tree(void **state)
{
	const struct xml_node *root, *body, *input, *label, *none;
	struct xml_doc *d;

	(void)state;
	assert_int_equal(xml_parse(form, sizeof(form) - 1, &d, NULL), FJ_OK);
	root = xml_root(d);
	assert_string_equal(root->ns, "urn:h");
	assert_string_equal(root->name, "html");
	assert_string_equal(root->prefix, "h");
	body = xml_first(root);
	assert_string_equal(body->name, "body");
	assert_int_equal(body->line, 2);
	assert_int_equal(body->column, 3);
	input = xml_child(body, "urn:x", "input");
	assert_non_null(input);
	assert_null(xml_child(body, "urn:h", "input"));
	assert_string_equal(xml_attr(input, "", "ref"), "/data/a");
	assert_string_equal(xml_attr(input, "urn:j", "count"), "2");
	assert_null(xml_attr(input, "", "count"));
	label = xml_child(input, NULL, "label");
	assert_null(label->child->name);
	assert_string_equal(label->child->text, "A <");
	assert_string_equal(xml_attr(label->child->next, "", "value"), "b");
	assert_string_equal(label->child->next->next->text, " c");
	none = xml_sibling(body);
	assert_string_equal(none->ns, "");
	assert_null(xml_next(body, "urn:x", NULL));
	assert_string_equal(xml_prefix_uri(label, "jr"), "urn:j");
	assert_string_equal(xml_prefix_uri(label, ""), "urn:x");
	assert_string_equal(xml_prefix_uri(none, ""), "");
	assert_null(xml_prefix_uri(label, "q"));
	assert_null(xml_child(NULL, NULL, "x"));
	assert_null(xml_attr(NULL, "", "x"));
	assert_null(xml_first(NULL));
	assert_null(xml_sibling(NULL));
	xml_free(&d);
	assert_null(d);
}

static const struct {
	const char *in, *code, *line, *column;
} wrong[] = {
	{"", "xml.syntax", "1", "1"},
	{"<a>", "xml.syntax", "1", "4"},
	{"<a>\n</b>", "xml.syntax", "2", "3"},
	{"<a/><b/>", "xml.syntax", "1", "5"},
	{"<a>&x;</a>", "xml.syntax", "1", "4"},
	{"<p:a/>", "xml.syntax", "1", "1"},
	{"<a>\xff</a>", "xml.syntax", "1", "4"},
	{"<!DOCTYPE a><a/>", "xml.doctype", "1", "12"},
	{"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "xml.doctype", NULL, NULL},
	{"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "xml.doctype", NULL, NULL},
};

static void
test_wrong(void **state)
{
	struct xml_doc *d;
	struct fj_err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(xml_parse(wrong[i].in, strlen(wrong[i].in), &d, &e), FJ_INVAL);
		assert_null(d);
		assert_string_equal(e.code, wrong[i].code);
		if (wrong[i].line == NULL)
			continue;
		assert_string_equal(e.arg[0], wrong[i].line);
		assert_string_equal(e.arg[1], wrong[i].column);
	}
}

/* head, n times unit, tail: refused because of what. */
static void
expect_limit(const char *head, const char *unit, size_t n, const char *what)
{
	size_t h = strlen(head), u = strlen(unit), i;
	char *p = xmalloc(h + u * n);
	struct xml_doc *d;
	struct fj_err e;

	memcpy(p, head, h);
	for (i = 0; i < n; i++)
		memcpy(p + h + i * u, unit, u);
	assert_int_equal(xml_parse(p, h + u * n, &d, &e), FJ_LIMIT);
	assert_string_equal(e.code, "xml.limit");
	assert_string_equal(e.arg[2], what);
	free(p);
}

static void
test_limits(void **state)
{
	(void)state;
	expect_limit("", "<a>", LIMIT_XML_DEPTH, "depth");
	expect_limit("<a>", "<b/>", LIMIT_XML_NODES, "nodes");
	expect_limit("<a b='", "x", LIMIT_XML_TOKEN * 2, "token");
	expect_limit("<a>", "x", LIMIT_XML_BYTES, "size");
}

static void
test_truncated(void **state)
{
	struct xml_doc *d;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(form) - 1; n++) {
		char *cut = xmemdup(form, n + 1);

		assert_int_equal(xml_parse(cut, n, &d, NULL), FJ_INVAL);
		free(cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
