/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the XLSForm importer: sheets as tables, columns by their meaning. */
#ifndef FJ_XFORM_XLS_I_H
#define FJ_XFORM_XLS_I_H

#include <stdint.h>

#include "sheet/sheet.h"
#include "xform/import_i.h"

/* What a column of a sheet becomes. */
enum xcol_kind {
	C_TEXT,			/* by language */
	C_STRING,
	C_EXPR,
	C_DEFAULT,		/* an expression or a literal */
	C_PARAMETERS,
	C_CLAUSE,		/* words become a list */
	C_FLAG,			/* yes, true, 1 */
	C_NUMBER,
	C_JSON,			/* text that begins with { or [, else a string */
	C_OTHER,		/* kept as x-… with a warning; a column of a choice */
	C_KEPT,			/* instance::x, bind::x, body::x: kept by that name */
	C_SPECIAL,		/* type, name, disabled, list_name: read by hand */
};

struct xcol {
	const char *base;	/* canonical: "label", "relevant" */
	const char *as_written;
	enum xcol_kind kind;
	int lang;		/* index of a language, -1: none */
	int column;		/* 1-based in the sheet */
	bool dead;		/* stands twice, or is not wanted */
};

struct xcell {
	int col;		/* index in xtable.col */
	const char *s;		/* trimmed, not empty */
};

struct xrow {
	int number;
	const struct xcell *cell;
	int count;
};

struct xtable {
	const char *sheet;	/* the name as written; NULL: there is none */
	struct xcol *col;
	int ncol;
	int header;		/* its row */
	struct xrow *row;
	size_t nrow, row_cap;
};

/* An alias of a column's name in lower case with _ for blanks. */
struct xalias {
	const char *name, *canonical;
	enum xcol_kind kind;
};

struct xalias_table {
	const struct xalias *v;
	size_t n;
};

struct xlsform {
	struct ximport x;
	struct book *book;
	size_t bytes;			/* of text read so far */
	struct xtable survey, choices, settings, external, entities;
	const char *default_language;
	struct fj_err err;		/* why a sheet could not be read */
};

/* ---- xls_table.c ---- */
FJ_MUST enum fj_rc xtable_read(struct xlsform *f, const char *sheet,
    const struct xalias_table *aliases, struct xtable *t, struct fj_err *e);
void xtable_release(struct xtable *t);
/* The cell of a canonical column (its first one), NULL when it is blank. */
const char *xtable_get(const struct xtable *t, const struct xrow *r, const char *base);
struct xplace xtable_at(const struct xtable *t, const struct xrow *r, const char *base);
struct xplace xtable_cell_at(const struct xtable *t, const struct xrow *r, int col);
/* The texts of one canonical column in all languages. */
void xtable_text(const struct xtable *t, const struct xrow *r, const char *base,
    struct xtext *out);
bool xflag(const char *s);

/* ---- xls_columns.c ---- */
extern const struct xalias_table xls_survey_columns, xls_choice_columns, xls_setting_columns;

/* ---- xls_types.c ---- */
enum xls_type_kind {
	XT_NONE,		/* not known */
	XT_QUESTION,
	XT_BEGIN_GROUP,
	XT_BEGIN_REPEAT,
	XT_END_GROUP,
	XT_END_REPEAT,
	XT_LOOP,
};

struct xls_type {
	enum xls_type_kind kind;
	const char *name;	/* in our language */
	const char *list;	/* "" when none is named */
	bool takes_list, other, replaced;	/* replaced: there is no such type here */
};

void xls_type_read(struct ximport *x, const char *s, struct xls_type *out);

/* ---- the sheets ---- */
void xls_settings(struct xlsform *f);
void xls_choices(struct xlsform *f);
bool xls_external_list(const struct xlsform *f, const char *name);
void xls_survey(struct xlsform *f);

#endif
