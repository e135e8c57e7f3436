/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cell grid: everything that is shown is drawn here, popups too, and
 * tui/core/term hands whole changed rows to the terminal.
 *
 * G1  a wide character lies wholly inside or is not there: an edge that would
 *     cut one leaves a blank on both sides.
 * G2  a row never holds more cells than the grid has columns.
 * G3  nothing is drawn outside the clip rectangle.
 *
 * Text is UTF-8; control characters are drawn as pictures, malformed bytes as
 * U+FFFD; joiners and selectors are not drawn.
 */
#ifndef FJ_TUI_CORE_GRID_H
#define FJ_TUI_CORE_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/width.h"
#include "tui/core/layout.h"

/* What a text means, not how it looks: themes decide that. */
enum style {
	STYLE_NORMAL = 0,
	STYLE_TITLE,		/* the header line */
	STYLE_HEAD,		/* heads of columns and sections */
	STYLE_MUTED,
	STYLE_OK,
	STYLE_BAD,
	STYLE_WARN,
	STYLE_ACCENT,
	STYLE_KEY,		/* a key to press */
	STYLE_SELECT,		/* the selected row, focused */
	STYLE_SELECT_DIM,	/* the selected row of another pane */
	STYLE_INPUT,		/* a field to type in */
	STYLE_INPUT_FOCUS,
	STYLE_BORDER,
	STYLE_STATUS,		/* messages above the key line */
	STYLE_COUNT,
};

enum {
	CELL_CHARS = 3,		/* a character and two marks */
};

struct cell {
	uint32_t c[CELL_CHARS];	/* 0: none; c[0] == 0: right half of a wide one */
	uint8_t w;		/* 1, 2; 0 for the right half */
	uint8_t style;
	uint16_t pad;		/* 0: rows are compared as bytes */
};

struct grid;

struct grid *grid_new(const struct width *wd, int rows, int cols);
void grid_free(struct grid **g);
void grid_resize(struct grid *g, int rows, int cols);	/* content is lost */
void grid_set_width(struct grid *g, const struct width *wd);
const struct width *grid_width(const struct grid *g);
struct rect grid_rect(const struct grid *g);
const struct cell *grid_row(const struct grid *g, int y);

void grid_clear(struct grid *g);		/* blanks, no clip, no cursor */
/* Draw only inside r from now on; answers the clip before, to give back. */
struct rect grid_clip(struct grid *g, struct rect r);

/*
 * At most that many cells of s; answers the cells used.  Cells behind the text
 * stay as they are.
 */
int grid_text(struct grid *g, int y, int x, int cells, enum style st, const char *s);
int grid_textn(struct grid *g, int y, int x, int cells, enum style st,
    const char *p, size_t n);
/* The same with "…" at a cut. */
int grid_fit(struct grid *g, int y, int x, int cells, enum style st, const char *s);
/* Ends at the right edge x + cells. */
int grid_right(struct grid *g, int y, int x, int cells, enum style st, const char *s);
/* Wrapped into r from its top, `skip` lines left out; answers all lines it has. */
int grid_para(struct grid *g, struct rect r, int skip, enum style st, const char *s);

void grid_fill(struct grid *g, struct rect r, enum style st);	/* blanks */
void grid_hline(struct grid *g, int y, int x, int w, enum style st);
void grid_vline(struct grid *g, int y, int x, int h, enum style st);
/* A frame with blank inside; title may be NULL; answers the inside. */
struct rect grid_box(struct grid *g, struct rect r, enum style st, const char *title);
/* ▏done of all as a bar of w cells (ASCII '#' and '.'). */
void grid_bar(struct grid *g, int y, int x, int w, enum style st, int64_t done,
    int64_t all);

/* Where the terminal's cursor stands; the last call of a draw pass wins. */
void grid_cursor(struct grid *g, int y, int x);
bool grid_cursor_get(const struct grid *g, int *y, int *x);

/* Rows as lines, blanks at the end left out. */
void grid_dump(const struct grid *g, struct fj_buf *b);
/* Style letters by row: "." normal, else one letter each; for tests. */
void grid_dump_styles(const struct grid *g, struct fj_buf *b);

#endif
