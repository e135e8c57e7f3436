/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of choices, and rows of external files, as secondary instances. */
#include <string.h>

#include "xform/export_i.h"

/* The member of "files" whose name without its ending is id. */
static const struct json *
file_rows(const struct xport *x, const char *id)
{
	const struct json *item;
	size_t n = strlen(id);

	json_each(item, json_get(x->root, "files"))
		if (strncmp(item->key, id, n) == 0 && item->key[n] == '.' &&
		    strchr(item->key + n + 1, '.') == NULL)
			return item;
	return NULL;
}

const struct json *
list_rows(const struct xport *x, const char *id, bool *file)
{
	const struct json *v = json_get(json_get(x->root, "choices"), id);

	*file = v == NULL;
	return v != NULL ? v : file_rows(x, id);
}

bool
list_other(const struct xport *x, const char *id)
{
	size_t i;

	for (i = 0; i < x->nq; i++) {
		const char *s = json_str(x->by_name[i]->at, "type");
		size_t n = s != NULL ? strlen(s) : 0;

		if (x->by_name[i]->list != NULL && strcmp(x->by_name[i]->list, id) == 0 &&
		    n > 8 && strcmp(s + n - 8, "or_other") == 0)
			return true;
	}
	return false;
}

static void
column(struct xport *x, const char *name, const char *s, size_t n)
{
	xml_open(x, name);
	fj_buf_putc(x->out, '>');
	xml_chars(x->out, s, n, false);
	fj_buf_printf(x->out, "</%s>", name);
}

static void
columns(struct xport *x, const struct json *item, bool file)
{
	const struct json *v;

	json_each(v, item) {
		if (!xml_name_ok(v->key) || (!file && (strcmp(v->key, "label") == 0 ||
		    strcmp(v->key, "image") == 0)) || strcmp(v->key, "itextId") == 0)
			continue;
		if (v->type == JSON_BOOL)
			column(x, v->key, v->truth ? "true" : "false", v->truth ? 4 : 5);
		else if (v->type == JSON_STRING || v->type == JSON_NUMBER)
			column(x, v->key, v->text, v->len);
	}
}

static void
itext_id(struct xport *x, const char *list, unsigned i)
{
	xml_line(x);
	fj_buf_puts(x->out, "<itextId>");
	xml_chars(x->out, list, strlen(list), false);
	fj_buf_printf(x->out, "-%u</itextId>", i);
}

static bool
has_choice(const struct json *list, const char *name)
{
	const struct json *item;
	const char *s;

	json_each(item, list) {
		s = json_str(item, "name");
		if (s != NULL && strcmp(s, name) == 0)
			return true;
	}
	return false;
}

/* file: columns as they are; else labels are texts by id. */
static void
rows(struct xport *x, const char *id, const struct json *list, bool file)
{
	const struct json *item;
	unsigned i = 0;

	xml_open(x, "root");
	xml_body(x);
	json_each(item, list) {
		xml_open(x, "item");
		if (!file)
			item_own(x, item);
		xml_body(x);
		if (!file && text_any(x, item, "label"))
			itext_id(x, id, i);
		i++;
		columns(x, item, file);
		xml_close(x, "item");
	}
	if (!file && list_other(x, id) && !has_choice(list, "other")) {
		xml_open(x, "item");
		xml_body(x);
		column(x, "name", "other", 5);
		xml_close(x, "item");
	}
	xml_close(x, "root");
}

static void
instance(struct xport *x, const char *id, const struct json *list, bool file)
{
	xml_open(x, "instance");
	xml_attr_add(x, "id", id);
	xml_body(x);
	rows(x, id, list, file);
	xml_close(x, "instance");
}

/* A file that the definition does not carry: its reader must have it beside the form. */
static void
attached(struct xport *x, const struct xq *q)
{
	const char *type = json_str(q->at, "type"), *dot = strrchr(type, '.');
	bool csv = q->type->control == XC_DATA ? strcmp(q->type->more, "csv") == 0 :
	    dot == NULL || strncmp(dot, ".csv", 4) == 0;
	const char *ending = q->type->control == XC_DATA ? (csv ? ".csv" : ".xml") :
	    dot != NULL ? dot : ".csv";

	xml_open(x, "instance");
	xml_attr_add(x, "id", q->list);
	fj_buf_printf(x->out, " src=\"jr://%s/", csv ? "file-csv" : "file");
	xml_chars(x->out, q->list, strlen(q->list), true);
	xml_chars(x->out, ending, strcspn(ending, " \t"), true);
	fj_buf_puts(x->out, "\"");
	xml_empty(x);
	xport_warn(x, q, "export.file", q->list);
}

/* Did an earlier question bring the list? */
static bool
seen(const struct xport *x, size_t upto)
{
	size_t i;

	for (i = 0; i < upto; i++)
		if (x->by_name[i]->list != NULL &&
		    strcmp(x->by_name[i]->list, x->by_name[upto]->list) == 0)
			return true;
	return false;
}

void
export_lists(struct xport *x)
{
	const struct json *list;
	size_t i;
	bool file;

	json_each(list, json_get(x->root, "choices"))
		instance(x, list->key, list, false);
	for (i = 0; i < x->nq; i++) {
		const struct xq *q = x->by_name[i];

		if (q->list == NULL || json_get(json_get(x->root, "choices"), q->list) != NULL ||
		    seen(x, i))
			continue;
		list = list_rows(x, q->list, &file);
		if (list != NULL)
			instance(x, q->list, list, true);
		else if (json_str(q->at, "type") != NULL)
			attached(x, q);
	}
}
