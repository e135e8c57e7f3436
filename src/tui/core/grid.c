/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/core/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "text/cluster.h"
#include "text/fit.h"
#include "text/wrap.h"

enum { FIT_MAX = 4096 };

struct grid {
	struct width width;
	int rows, cols;
	struct cell *cell;
	struct rect clip;
	int cy, cx;		/* cursor; -1: none */
};

struct grid *
grid_new(const struct width *wd, int rows, int cols)
{
	struct grid *g = xcalloc(1, sizeof(*g));

	g->width.ambiguous = wd != NULL ? wd->ambiguous : 1;
	grid_resize(g, rows, cols);
	return g;
}

void
grid_free(struct grid **g)
{
	if (*g == NULL)
		return;
	free((*g)->cell);
	free(*g);
	*g = NULL;
}

void
grid_resize(struct grid *g, int rows, int cols)
{
	g->rows = rows < 1 ? 1 : rows;
	g->cols = cols < 1 ? 1 : cols;
	free(g->cell);
	g->cell = xcalloc((size_t)g->rows * (size_t)g->cols, sizeof(*g->cell));
	grid_clear(g);
}

void
grid_set_width(struct grid *g, const struct width *wd)
{
	g->width = *wd;
}

const struct width *
grid_width(const struct grid *g)
{
	return &g->width;
}

struct rect
grid_rect(const struct grid *g)
{
	return (struct rect){0, 0, g->rows, g->cols};
}

static struct cell *
row_of(const struct grid *g, int y)
{
	return g->cell + (size_t)y * (size_t)g->cols;
}

const struct cell *
grid_row(const struct grid *g, int y)
{
	return row_of(g, y);
}

static void
blank(struct cell *c, enum style st)
{
	memset(c, 0, sizeof(*c));
	c->c[0] = ' ';
	c->w = 1;
	c->style = (uint8_t)st;
}

void
grid_clear(struct grid *g)
{
	size_t row = (size_t)g->cols * sizeof(*g->cell);
	int x, y;

	for (x = 0; x < g->cols; x++)
		blank(&g->cell[x], STYLE_NORMAL);
	for (y = 1; y < g->rows; y++)
		memcpy(row_of(g, y), g->cell, row);
	g->clip = grid_rect(g);
	g->cy = g->cx = -1;
}

struct rect
grid_clip(struct grid *g, struct rect r)
{
	struct rect before = g->clip;

	g->clip = rect_meet(r, grid_rect(g));
	return before;
}

/* The cells x .. x1 - 1 will be overwritten: what sticks out becomes blank. */
static void
cut_edges(struct grid *g, int y, int x, int x1)
{
	struct cell *row = row_of(g, y);

	if (x > 0 && row[x].w == 0)
		blank(&row[x - 1], (enum style)row[x - 1].style);
	if (x1 < g->cols && row[x1].w == 0)
		blank(&row[x1], (enum style)row[x1].style);
}

/* One cluster of w cells; where the clip cuts it, a blank. */
static void
put(struct grid *g, int y, int x, const uint32_t *c, int w, enum style st)
{
	struct rect r = g->clip;
	struct cell *row;
	int i;

	if (y < r.y || y >= r.y + r.h || x >= r.x + r.w || x + w <= r.x)
		return;
	row = row_of(g, y);
	if (x >= r.x && x + w <= r.x + r.w) {
		cut_edges(g, y, x, x + w);
		for (i = 0; i < w; i++)
			blank(&row[x + i], st);
		memcpy(row[x].c, c, sizeof(row[x].c));
		row[x].w = (uint8_t)w;
		if (w == 2) {
			row[x + 1].c[0] = 0;
			row[x + 1].w = 0;
		}
		return;
	}
	for (i = x; i < x + w; i++)
		if (i >= r.x && i < r.x + r.w) {
			cut_edges(g, y, i, i + 1);
			blank(&row[i], st);
		}
}

/* Controls are shown, never sent. */
static uint32_t
visible(uint32_t c)
{
	if (c < 0x20)
		return c + 0x2400;
	if (c == 0x7f)
		return 0x2421;
	if (c == 0xa0)
		return ' ';	/* it kept a line whole; a terminal may show it otherwise */
	return c >= 0x80 && c < 0xa0 ? 0xfffd : c;
}

/* What is drawn of a cluster: its first character with a width and two marks. */
static int
take_cluster(const struct grid *g, const char *p, size_t n, uint32_t *out)
{
	int w = 0, k = 0;
	size_t i = 0;

	memset(out, 0, sizeof(uint32_t) * CELL_CHARS);
	while (i < n) {
		uint32_t c;
		size_t len = utf8_get(p + i, n - i, &c);
		int cells;

		i += len ? len : 1;
		c = len == 0 ? 0xfffd : visible(c);
		if (!width_sent(c))
			continue;
		cells = width_char(&g->width, c);
		if (cells > 0 && w > 0)
			continue;	/* joined or a modifier: not sent */
		if (cells == 0 && w == 0)
			continue;	/* a mark without a base */
		if (k < CELL_CHARS)
			out[k++] = c;
		if (cells > 0)
			w = cells;
	}
	return w;
}

int
grid_textn(struct grid *g, int y, int x, int cells, enum style st, const char *p, size_t n)
{
	uint32_t c[CELL_CHARS];
	size_t i = 0;
	int used = 0;

	while (i < n) {
		size_t next = cluster_next(p, n, i);
		int w = take_cluster(g, p + i, next - i, c);

		if (used + w > cells)
			break;
		if (w > 0)
			put(g, y, x + used, c, w, st);
		used += w;
		i = next;
	}
	return used;
}

int
grid_text(struct grid *g, int y, int x, int cells, enum style st, const char *s)
{
	return s != NULL ? grid_textn(g, y, x, cells, st, s, strlen(s)) : 0;
}

int
grid_fit(struct grid *g, int y, int x, int cells, enum style st, const char *s)
{
	struct fj_buf b;
	int used;
	size_t n;

	if (s == NULL || cells <= 0)
		return 0;
	n = strlen(s);
	if (n <= (size_t)cells || width_text(&g->width, s, n) <= cells)
		return grid_textn(g, y, x, cells, st, s, n);
	fj_buf_init(&b, FIT_MAX);
	fit_text(&b, &g->width, s, n, cells);
	used = grid_textn(g, y, x, cells, st, b.p, b.n);
	fj_buf_release(&b);
	return used;
}

int
grid_right(struct grid *g, int y, int x, int cells, enum style st, const char *s)
{
	int w = s != NULL ? width_text(&g->width, s, strlen(s)) : 0;

	if (w >= cells)
		return grid_fit(g, y, x, cells, st, s);
	return grid_text(g, y, x + cells - w, w, st, s);
}

int
grid_para(struct grid *g, struct rect r, int skip, enum style st, const char *s)
{
	struct wrap w = {0};
	size_t i;
	int n;

	wrap_text(&w, &g->width, s, strlen(s), r.w);
	for (i = skip > 0 ? (size_t)skip : 0; i < w.n && (int)i - skip < r.h; i++)
		grid_textn(g, r.y + (int)i - skip, r.x, r.w, st, s + w.line[i].off,
		    w.line[i].len);
	n = (int)w.n;
	wrap_release(&w);
	return n;
}

void
grid_fill(struct grid *g, struct rect r, enum style st)
{
	int y, x;

	r = rect_meet(r, g->clip);
	if (rect_empty(r))
		return;
	for (y = r.y; y < r.y + r.h; y++) {
		struct cell *row = row_of(g, y);

		cut_edges(g, y, r.x, r.x + r.w);
		for (x = r.x; x < r.x + r.w; x++)
			blank(&row[x], st);
	}
}

/* Light lines; ASCII where a terminal may draw them two cells wide. */
static const char *
line_char(const struct grid *g, const char *light, const char *ascii)
{
	return g->width.ambiguous == 2 ? ascii : light;
}

void
grid_hline(struct grid *g, int y, int x, int w, enum style st)
{
	const char *s = line_char(g, "\xe2\x94\x80", "-");
	int i;

	for (i = 0; i < w; i++)
		grid_text(g, y, x + i, 1, st, s);
}

void
grid_vline(struct grid *g, int y, int x, int h, enum style st)
{
	const char *s = line_char(g, "\xe2\x94\x82", "|");
	int i;

	for (i = 0; i < h; i++)
		grid_text(g, y + i, x, 1, st, s);
}

struct rect
grid_box(struct grid *g, struct rect r, enum style st, const char *title)
{
	int y1 = r.y + r.h - 1, x1 = r.x + r.w - 1;

	if (r.h < 2 || r.w < 2)
		return rect_inset(r, 1, 1);
	grid_fill(g, r, STYLE_NORMAL);
	grid_hline(g, r.y, r.x + 1, r.w - 2, st);
	grid_hline(g, y1, r.x + 1, r.w - 2, st);
	grid_vline(g, r.y + 1, r.x, r.h - 2, st);
	grid_vline(g, r.y + 1, x1, r.h - 2, st);
	grid_text(g, r.y, r.x, 1, st, line_char(g, "\xe2\x94\x8c", "+"));
	grid_text(g, r.y, x1, 1, st, line_char(g, "\xe2\x94\x90", "+"));
	grid_text(g, y1, r.x, 1, st, line_char(g, "\xe2\x94\x94", "+"));
	grid_text(g, y1, x1, 1, st, line_char(g, "\xe2\x94\x98", "+"));
	if (title != NULL && title[0] != '\0' && r.w > 6) {
		int used = grid_fit(g, r.y, r.x + 3, r.w - 6, STYLE_HEAD, title);

		grid_text(g, r.y, r.x + 2, 1, st, " ");
		grid_text(g, r.y, r.x + 3 + used, 1, st, " ");
	}
	return rect_inset(r, 1, 1);
}

void
grid_bar(struct grid *g, int y, int x, int w, enum style st, int64_t done, int64_t all)
{
	int64_t full = all > 0 ? done * w / all : 0;
	int i;

	for (i = 0; i < w; i++)
		grid_text(g, y, x + i, 1, i < full ? st : STYLE_MUTED, i < full ? "#" : ".");
}

void
grid_cursor(struct grid *g, int y, int x)
{
	g->cy = y;
	g->cx = x;
}

bool
grid_cursor_get(const struct grid *g, int *y, int *x)
{
	if (!rect_has(grid_rect(g), g->cy, g->cx))
		return false;
	*y = g->cy;
	*x = g->cx;
	return true;
}

void
grid_dump(const struct grid *g, struct fj_buf *b)
{
	int y, x, k;

	for (y = 0; y < g->rows; y++) {
		size_t keep = b->n;

		for (x = 0; x < g->cols; x++) {
			const struct cell *c = &row_of(g, y)[x];

			for (k = 0; k < CELL_CHARS && c->c[k] != 0; k++) {
				char out[4];

				fj_buf_add(b, out, utf8_put(c->c[k], out));
			}
			if (c->w > 0 && (c->c[0] != ' ' || c->c[1] != 0))
				keep = b->n;
		}
		fj_buf_cut(b, keep);
		fj_buf_putc(b, '\n');
	}
}

void
grid_dump_styles(const struct grid *g, struct fj_buf *b)
{
	static const char letter[] = ".THmobwaKSsIFBt";
	int y, x;

	for (y = 0; y < g->rows; y++) {
		for (x = 0; x < g->cols; x++)
			fj_buf_putc(b, letter[row_of(g, y)[x].style]);
		fj_buf_putc(b, '\n');
	}
}
