/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Printed pages of a fixed width: lines, a head with the page's number, a form
 * feed between pages.  Characters of doubtful width count as wide, so that a
 * line never runs over on paper, whatever the font.
 */
#ifndef FJ_CLI_BLANK_PAGE_H
#define FJ_CLI_BLANK_PAGE_H

#include "base/buf.h"
#include "text/msg.h"
#include "text/width.h"

enum {
	PAGE_WIDTH = 78,
	PAGE_LINES = 62,		/* A4 at six lines an inch, with margins */
};

struct page {
	const struct msg *msg;
	struct fj_buf *out;
	const char *head;		/* left in the head of each page */
	int pages;			/* of all, 0: not yet known */
	int page, line;
};

extern const struct width page_width;

void page_line(struct page *p, const char *text);
void page_blank(struct page *p);
/* Begin a new page unless so many lines still fit on this one. */
void page_need(struct page *p, int lines);
/* first, then text wrapped; the lines after the first stand `indent` cells in. */
void page_text(struct page *p, const char *first, int indent, const char *text);
/* How many lines page_text would take. */
int page_text_lines(const char *first, int indent, const char *text);
/* A line to write on, `indent` cells in. */
void page_rule(struct page *p, int indent);
void page_centre(struct page *p, const char *text);

#endif
