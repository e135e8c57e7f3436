/* SPDX-License-Identifier: Apache-2.0 */
/* XLSForm: a workbook with the sheets survey, choices and settings. */
#include <string.h>

#include "xform/xls_i.h"

static enum fj_rc
read_all(struct xlsform *f, struct fj_err *e)
{
	enum fj_rc rc;

	rc = xtable_read(f, "survey", &xls_survey_columns, &f->survey, e);
	if (rc == FJ_OK)
		rc = xtable_read(f, "choices", &xls_choice_columns, &f->choices, e);
	if (rc == FJ_OK)
		rc = xtable_read(f, "external_choices", &xls_choice_columns, &f->external, e);
	if (rc == FJ_OK)
		rc = xtable_read(f, "settings", &xls_setting_columns, &f->settings, e);
	if (rc == FJ_OK)
		rc = xtable_read(f, "entities", &xls_setting_columns, &f->entities, e);
	return rc;
}

/* The sheet that was perhaps meant: survey is there under no name. */
static const char *
sheet_names(struct xlsform *f)
{
	const char *all = "";
	int i;

	for (i = 0; i < book_sheets(f->book) && i < 8; i++)
		all = xmem_fmt(&f->x, "%s%s%s", all, i > 0 ? ", " : "",
		    book_sheet_name(f->book, i));
	return all;
}

static void
write_all(struct xlsform *f)
{
	struct ximport *x = &f->x;

	xout_obj(x, NULL, (struct xplace){f->survey.sheet, f->survey.header, 1});
	xls_settings(f);
	xls_choices(f);
	xls_survey(f);
	xout_end(x);
}

static void
remarks(struct xlsform *f)
{
	if (f->entities.nrow > 0)
		xfault(&f->x, (struct xplace){f->entities.sheet, f->entities.row[0].number, 1},
		    FORM_WARNING, "xlsform.entities", "");
	if (f->x.langs.full)
		xfault(&f->x, (struct xplace){f->survey.sheet, f->survey.header, 1}, FORM_ERROR,
		    "xlsform.languages", "");
}

enum fj_rc
xform_from_book(struct book *b, const char *name, struct xform_import *im, struct fj_err *e)
{
	struct xlsform f;
	enum fj_rc rc;

	memset(&f, 0, sizeof(f));
	f.book = b;
	ximport_init(&f.x, im, name);
	rc = read_all(&f, e);
	if (rc == FJ_OK && f.survey.col == NULL)
		rc = fj_fail(e, FJ_INVAL, "xlsform.no-survey", "s", sheet_names(&f));
	if (rc == FJ_OK) {
		write_all(&f);
		remarks(&f);
	}
	xtable_release(&f.survey);
	xtable_release(&f.choices);
	xtable_release(&f.external);
	xtable_release(&f.settings);
	xtable_release(&f.entities);
	ximport_finish(&f.x, rc == FJ_OK);
	return rc;
}
