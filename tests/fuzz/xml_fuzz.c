/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an XML tree; what parses is walked. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "sheet/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
walk(const struct xml_node *n)
{
	const struct xml_attr *a;
	const struct xml_node *c;

	if (n->name == NULL && (n->text[0] == '\0' || n->child != NULL))
		abort();
	if (utf8_valid(n->text, strlen(n->text)) != strlen(n->text) || n->line < 1)
		abort();
	for (a = n->attr; a != NULL; a = a->next)
		if (a->name == NULL || a->ns == NULL || a->value == NULL)
			abort();
	if (n->name != NULL && n->prefix[0] != '\0' && strcmp(n->prefix, "xml") != 0 &&
	    strcmp(xml_prefix_uri(n, n->prefix), n->ns) != 0)
		abort();
	for (c = n->child; c != NULL; c = c->next) {
		if (c->parent != n)
			abort();
		walk(c);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct xml_doc *d;

	if (xml_parse(data, n, &d, NULL) == FJ_OK)
		walk(xml_root(d));
	xml_free(&d);
	return 0;
}
