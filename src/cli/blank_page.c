/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/blank_page.h"

#include <string.h>

#include "base/limits.h"
#include "text/fit.h"
#include "text/wrap.h"

const struct width page_width = {2};

static int
cells(const char *s)
{
	return width_text(&page_width, s, strlen(s));
}

static void
fill(struct fj_buf *b, char c, int n)
{
	while (n-- > 0)
		fj_buf_putc(b, c);
}

static void
head(struct page *p)
{
	struct fj_buf number;

	if (p->page > 0)
		fj_buf_putc(p->out, '\f');
	p->page++;
	p->line = 2;
	fj_buf_init(&number, 128);
	msg_put(p->msg, &number, N_("page {1} of {2}"), "dd", p->page, p->pages);
	fit_pad(p->out, &page_width, p->head, strlen(p->head), PAGE_WIDTH - cells(number.p) - 2,
	    false);
	fj_buf_puts(p->out, "  ");
	fj_buf_puts(p->out, number.p);
	fj_buf_puts(p->out, "\n\n");
	fj_buf_release(&number);
}

void
page_line(struct page *p, const char *text)
{
	size_t n = strlen(text);

	if (p->page == 0 || p->line >= PAGE_LINES)
		head(p);
	while (n > 0 && text[n - 1] == ' ')
		n--;
	fj_buf_add(p->out, text, n);
	fj_buf_putc(p->out, '\n');
	p->line++;
}

void
page_blank(struct page *p)
{
	if (p->page > 0 && p->line > 2 && p->line < PAGE_LINES)
		page_line(p, "");
}

void
page_need(struct page *p, int lines)
{
	if (p->page > 0 && p->line + lines > PAGE_LINES && p->line > PAGE_LINES / 2)
		p->line = PAGE_LINES;
}

static void
wrapped(struct wrap *w, const char *first, int indent, const char *text)
{
	int lead = cells(first);

	wrap_text(w, &page_width, text, strlen(text),
	    PAGE_WIDTH - (lead > indent ? lead : indent));
}

int
page_text_lines(const char *first, int indent, const char *text)
{
	struct wrap w = {0};
	int n;

	wrapped(&w, first, indent, text);
	n = (int)w.n;
	wrap_release(&w);
	return n;
}

void
page_text(struct page *p, const char *first, int indent, const char *text)
{
	struct wrap w = {0};
	struct fj_buf line, clean;
	size_t i;

	fj_buf_init(&clean, LIMIT_FORM_BYTES);
	fj_buf_init(&line, LIMIT_FORM_BYTES);
	sanitize(&clean, text, strlen(text), true);
	wrapped(&w, first, indent, clean.p);
	for (i = 0; i < w.n; i++) {
		fj_buf_clear(&line);
		if (i == 0)
			fj_buf_puts(&line, first);
		fill(&line, ' ', indent - (i == 0 ? cells(first) : 0));
		fj_buf_add(&line, clean.p + w.line[i].off, w.line[i].len);
		page_line(p, line.p);
	}
	wrap_release(&w);
	fj_buf_release(&line);
	fj_buf_release(&clean);
}

void
page_rule(struct page *p, int indent)
{
	struct fj_buf b;

	fj_buf_init(&b, PAGE_WIDTH + 1);
	fill(&b, ' ', indent);
	fill(&b, '_', PAGE_WIDTH - indent);
	page_line(p, b.p);
	fj_buf_release(&b);
}

void
page_centre(struct page *p, const char *text)
{
	int n = cells(text);
	struct fj_buf b;

	if (n >= PAGE_WIDTH) {
		page_text(p, "", 0, text);
		return;
	}
	fj_buf_init(&b, LIMIT_FORM_BYTES);
	fill(&b, ' ', (PAGE_WIDTH - n) / 2);
	fj_buf_puts(&b, text);
	page_line(p, b.p);
	fj_buf_release(&b);
}
