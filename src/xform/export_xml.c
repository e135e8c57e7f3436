/* SPDX-License-Identifier: Apache-2.0 */
/* Writing XML: indented elements, escaped text. */
#include <string.h>

#include "xform/export_i.h"

/* XML 1.0 has no C0 but tab and line ends; what it lacks becomes U+FFFD. */
static void
one_char(struct fj_buf *out, unsigned char c, bool attribute)
{
	if (c == '&')
		fj_buf_puts(out, "&amp;");
	else if (c == '<')
		fj_buf_puts(out, "&lt;");
	else if (c == '>')
		fj_buf_puts(out, "&gt;");
	else if (c == '"' && attribute)
		fj_buf_puts(out, "&quot;");
	else if (c == '\r' || (attribute && (c == '\n' || c == '\t')))
		fj_buf_printf(out, "&#%d;", (int)c);
	else if (c < 0x20 && c != '\n' && c != '\t')
		fj_buf_puts(out, "\xef\xbf\xbd");
	else
		fj_buf_putc(out, (char)c);
}

void
xml_chars(struct fj_buf *out, const char *s, size_t n, bool attribute)
{
	size_t i;

	for (i = 0; i < n; i++) {
		/* U+FFFE and U+FFFF are no characters of XML. */
		if (n - i >= 3 && memcmp(s + i, "\xef\xbf", 2) == 0 &&
		    ((unsigned char)s[i + 2] & 0xfe) == 0xbe) {
			fj_buf_puts(out, "\xef\xbf\xbd");
			i += 2;
			continue;
		}
		one_char(out, (unsigned char)s[i], attribute);
	}
}

void
xml_line(struct xport *x)
{
	int i;

	fj_buf_putc(x->out, '\n');
	for (i = 0; i < x->depth; i++)
		fj_buf_puts(x->out, "  ");
}

void
xml_open(struct xport *x, const char *name)
{
	xml_line(x);
	fj_buf_printf(x->out, "<%s", name);
}

void
xml_attr_n(struct xport *x, const char *name, const char *value, size_t n)
{
	fj_buf_printf(x->out, " %s=\"", name);
	xml_chars(x->out, value, n, true);
	fj_buf_putc(x->out, '"');
}

void
xml_attr_add(struct xport *x, const char *name, const char *value)
{
	if (value != NULL)
		xml_attr_n(x, name, value, strlen(value));
}

void
xml_body(struct xport *x)
{
	fj_buf_putc(x->out, '>');
	x->depth++;
}

void
xml_close(struct xport *x, const char *name)
{
	x->depth--;
	xml_line(x);
	fj_buf_printf(x->out, "</%s>", name);
}

void
xml_empty(struct xport *x)
{
	fj_buf_puts(x->out, "/>");
}

bool
xml_name_ok(const char *s)
{
	size_t i, n = strlen(s);

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		bool start = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		    c >= 0x80;

		if (!start && (i == 0 || !((c >= '0' && c <= '9') || c == '-' || c == '.')))
			return false;
	}
	return n > 0;
}
