/* SPDX-License-Identifier: Apache-2.0 */
/* One part of a workbook through expat: sizes, depth and tokens limited, no DOCTYPE. */
#include <expat.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "sheet/internal.h"

enum {
	CHUNK = 65536,
	PLACE = 300,
	SMALL = 64 << 20,	/* below, any ratio is believed */
};

struct part {
	XML_Parser x;
	const struct part_handlers *h;
	const char *name, *sheet;
	int depth;
	const char *refused;	/* code */
	uint64_t fed;
};

static const char *
local(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon != NULL ? colon + 1 : name;
}

const char *
part_attr(const char **attr, const char *name)
{
	for (; *attr != NULL; attr += 2)
		if (strcmp(local(attr[0]), name) == 0)
			return attr[1];
	return NULL;
}

static void
refuse(struct part *p, const char *code)
{
	p->refused = code;
	(void)XML_StopParser(p->x, XML_FALSE);
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **attr)
{
	struct part *p = ctx;

	if (++p->depth > LIMIT_XML_DEPTH)
		refuse(p, "sheet.depth");
	else
		p->h->start(p->h->ctx, local(name), attr);
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	struct part *p = ctx;

	p->depth--;
	p->h->end(p->h->ctx, local(name));
}

static void XMLCALL
on_text(void *ctx, const XML_Char *s, int n)
{
	struct part *p = ctx;

	p->h->text(p->h->ctx, s, (size_t)n);
}

static void XMLCALL
on_doctype(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public,
    int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	refuse(ctx, "sheet.doctype");
}

static enum fj_rc
fail_at(struct part *p, enum fj_rc rc, const char *code, struct fj_err *e)
{
	char place[PLACE];

	snprintf(place, sizeof(place), "%.200s:%lu:%lu", p->name,
	    (unsigned long)XML_GetCurrentLineNumber(p->x),
	    (unsigned long)XML_GetCurrentColumnNumber(p->x) + 1);
	return sheet_fail(e, rc, code, p->sheet, 0, 0, place);
}

/* A token that never ends would be looked at again with every chunk. */
static enum fj_rc
check_token(struct part *p, struct fj_err *e)
{
	XML_Index at = XML_GetCurrentByteIndex(p->x);

	if (at >= 0 && p->fed > (uint64_t)at + LIMIT_XML_TOKEN + CHUNK)
		return fail_at(p, FJ_LIMIT, "sheet.token", e);
	return FJ_OK;
}

static enum fj_rc
check_size(struct book *b, struct part *p, uint64_t packed, struct fj_err *e)
{
	if (b->x->inflated > (uint64_t)LIMIT_ZIP_BYTES ||
	    (p->fed > SMALL && p->fed / LIMIT_ZIP_RATIO > packed))
		return fail_at(p, FJ_LIMIT, "sheet.bomb", e);
	return FJ_OK;
}

static enum fj_rc
feed(struct book *b, struct part *p, zip_file_t *f, uint64_t packed, struct fj_err *e)
{
	bool enough = false;
	enum fj_rc rc = FJ_OK;
	zip_int64_t n;
	void *at;

	do {
		at = XML_GetBuffer(p->x, CHUNK);
		if (at == NULL)
			return fail_at(p, FJ_NOMEM, "sheet.memory", e);
		n = zip_fread(f, at, CHUNK);
		if (n < 0)
			return fail_at(p, FJ_CORRUPT, "sheet.damaged", e);
		p->fed += (uint64_t)n;
		b->x->inflated += (uint64_t)n;
		if (XML_ParseBuffer(p->x, (int)n, n == 0) == XML_STATUS_ERROR) {
			rc = p->h->state(p->h->ctx, &enough, e);
			if (rc != FJ_OK || enough)
				return rc;
			return fail_at(p, p->refused != NULL ? FJ_LIMIT : FJ_CORRUPT,
			    p->refused != NULL ? p->refused : "sheet.xml", e);
		}
		rc = p->h->state(p->h->ctx, &enough, e);
		if (rc == FJ_OK)
			rc = check_size(b, p, packed, e);
		if (rc == FJ_OK)
			rc = check_token(p, e);
	} while (rc == FJ_OK && !enough && n > 0);
	return rc;
}

bool
part_exists(const struct xlsx *x, const char *name)
{
	return zip_name_locate(x->zip, name, ZIP_FL_NOCASE) >= 0;
}

static enum fj_rc
parse_open(struct book *b, struct part *p, zip_uint64_t index, struct fj_err *e)
{
	zip_stat_t st;
	zip_file_t *f;
	enum fj_rc rc;

	if (zip_stat_index(b->x->zip, index, 0, &st) != 0)
		return fail_at(p, FJ_CORRUPT, "sheet.damaged", e);
	if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
		return fail_at(p, FJ_INVAL, "sheet.encrypted", e);
	if ((st.valid & ZIP_STAT_SIZE) && st.size > (zip_uint64_t)LIMIT_ZIP_BYTES)
		return fail_at(p, FJ_LIMIT, "sheet.bomb", e);
	f = zip_fopen_index(b->x->zip, index, 0);
	if (f == NULL)
		return fail_at(p, FJ_CORRUPT, "sheet.damaged", e);
	rc = feed(b, p, f, (st.valid & ZIP_STAT_COMP_SIZE) ? st.comp_size : b->n, e);
	zip_fclose(f);
	return rc;
}

enum fj_rc
part_parse(struct book *b, const char *name, const char *sheet,
    const struct part_handlers *h, struct fj_err *e)
{
	struct part p = {.h = h, .name = name, .sheet = sheet};
	zip_int64_t index = zip_name_locate(b->x->zip, name, ZIP_FL_NOCASE);
	enum fj_rc rc;

	if (index < 0)
		return sheet_fail(e, FJ_NOTFOUND, "sheet.part", sheet, 0, 0, name);
	p.x = XML_ParserCreate(NULL);
	if (p.x == NULL)
		return sheet_fail(e, FJ_NOMEM, "sheet.memory", sheet, 0, 0, name);
	XML_SetUserData(p.x, &p);
	XML_SetElementHandler(p.x, on_start, on_end);
	if (h->text != NULL)
		XML_SetCharacterDataHandler(p.x, on_text);
	XML_SetStartDoctypeDeclHandler(p.x, on_doctype);
	rc = parse_open(b, &p, (zip_uint64_t)index, e);
	XML_ParserFree(p.x);
	return rc;
}
