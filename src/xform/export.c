/* SPDX-License-Identifier: Apache-2.0 */
/* The document: head with its model, body; and what is warned of. */
#include "xform/export.h"

#include <string.h>

#include "base/limits.h"
#include "xform/export_i.h"

void
xport_warn(struct xport *x, const struct xq *q, const char *code, const char *a)
{
	struct fj_err f;

	if (x->warn == NULL)
		return;
	fj_err_clear(&f);
	(void)fj_fail(&f, FJ_INVAL, code, "ss", q->name, a != NULL ? a : "");
	x->warn(x->ctx, q->at != NULL ? q->at->line : 1, q->at != NULL ? q->at->column : 1, &f);
}

static void
model(struct xport *x)
{
	xml_open(x, "model");
	xml_attr_add(x, "odk:xforms-version", "1.0.0");
	form_own(x);
	xml_body(x);
	export_itext(x);
	export_instance(x);
	export_lists(x);
	export_binds(x);
	xml_close(x, "model");
}

static void
document(struct xport *x)
{
	const char *title = form_title(x->f, x->plain);

	fj_buf_puts(x->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	xml_open(x, "h:html");
	xml_attr_add(x, "xmlns", "http://www.w3.org/2002/xforms");
	xml_attr_add(x, "xmlns:h", "http://www.w3.org/1999/xhtml");
	xml_attr_add(x, "xmlns:ev", "http://www.w3.org/2001/xml-events");
	xml_attr_add(x, "xmlns:xsd", "http://www.w3.org/2001/XMLSchema");
	xml_attr_add(x, "xmlns:jr", "http://openrosa.org/javarosa");
	xml_attr_add(x, "xmlns:orx", "http://openrosa.org/xforms");
	xml_attr_add(x, "xmlns:odk", "http://www.opendatakit.org/xforms");
	xml_attr_add(x, "xmlns:fj", XFORM_OWN_NS);
	xml_body(x);
	xml_open(x, "h:head");
	xml_body(x);
	xml_open(x, "h:title");
	fj_buf_putc(x->out, '>');
	title = title[0] != '\0' ? title : form_id(x->f);
	xml_chars(x->out, title, strlen(title), false);
	fj_buf_puts(x->out, "</h:title>");
	model(x);
	xml_close(x, "h:head");
	export_body(x);
	xml_close(x, "h:html");
	fj_buf_putc(x->out, '\n');
}

enum fj_rc
xform_export(const struct form *f, const struct json *root, xform_warn warn, void *ctx,
    struct fj_buf *out, struct fj_err *e)
{
	struct xport x = {.f = f, .root = root, .warn = warn, .ctx = ctx, .out = out};
	enum fj_rc rc = FJ_OK;

	x.mem = arena_new(LIMIT_FORM_MEMORY);
	if (xport_tree(&x)) {
		text_languages(&x);
		document(&x);
		if (fj_buf_over(out))
			rc = fj_fail(e, FJ_LIMIT, "export.large", "s", form_id(f));
	} else {
		rc = fj_fail(e, FJ_LIMIT, "export.large", "s", form_id(f));
	}
	arena_free(&x.mem);
	return rc;
}
