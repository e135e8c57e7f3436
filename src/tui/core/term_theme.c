/* SPDX-License-Identifier: Apache-2.0 */
/* Styles to attributes.  Colour is never the only signal: every style that
 * matters has an attribute or a word of its own. */
#include "tui/core/term_internal.h"

struct look {
	attr_t attr;		/* colour and mono */
	attr_t outdoor;		/* no dim */
	short colour256, colour8;
};

/* Blue and orange, which colour-blind people tell apart; never red and green. */
static const struct look looks[STYLE_COUNT] = {
	[STYLE_NORMAL] = {A_NORMAL, A_NORMAL, -1, -1},
	[STYLE_TITLE] = {A_REVERSE, A_REVERSE | A_BOLD, -1, -1},
	[STYLE_HEAD] = {A_BOLD, A_BOLD, -1, -1},
	[STYLE_MUTED] = {A_DIM, A_NORMAL, 245, -1},
	[STYLE_OK] = {A_NORMAL, A_BOLD, 75, COLOR_CYAN},
	[STYLE_BAD] = {A_BOLD, A_BOLD | A_UNDERLINE, 208, COLOR_YELLOW},
	[STYLE_WARN] = {A_BOLD, A_BOLD, 214, COLOR_YELLOW},
	[STYLE_ACCENT] = {A_BOLD, A_BOLD, 75, COLOR_CYAN},
	[STYLE_KEY] = {A_BOLD, A_BOLD | A_UNDERLINE, -1, -1},
	[STYLE_SELECT] = {A_REVERSE, A_REVERSE | A_BOLD, -1, -1},
	[STYLE_SELECT_DIM] = {A_UNDERLINE, A_UNDERLINE | A_BOLD, -1, -1},
	[STYLE_INPUT] = {A_UNDERLINE, A_UNDERLINE, -1, -1},
	[STYLE_INPUT_FOCUS] = {A_UNDERLINE | A_BOLD, A_REVERSE, -1, -1},
	[STYLE_BORDER] = {A_DIM, A_NORMAL, 245, -1},
	[STYLE_STATUS] = {A_NORMAL, A_BOLD, -1, -1},
};

void
term_theme_apply(struct term *t)
{
	bool colour = t->theme == THEME_COLOUR && has_colors();
	bool many = colour && COLORS >= 256;
	short i;

	for (i = 0; i < STYLE_COUNT; i++) {
		const struct look *k = &looks[i];
		short c = many ? k->colour256 : k->colour8;

		t->attr[i] = t->theme == THEME_OUTDOOR ? k->outdoor : k->attr;
		t->pair[i] = 0;
		if (!colour || c < 0)
			continue;
		init_pair((short)(i + 1), c, -1);
		t->pair[i] = (short)(i + 1);
		/* A colour of its own says it without being dim as well. */
		t->attr[i] &= ~A_DIM;
	}
	t->all = true;
}

enum theme
term_theme(const struct term *t)
{
	return t->theme;
}

void
term_set_theme(struct term *t, enum theme theme)
{
	t->theme = theme;
	term_theme_apply(t);
}
