/* SPDX-License-Identifier: Apache-2.0 */
/* From ncurses' keys to ours; pastes and clicks read by ourselves, because
 * ncurses understands them only for some terminfo entries. */
#include <string.h>
#include <wchar.h>

#include "base/utf8.h"
#include "tui/core/term_internal.h"

enum {
	MY_PASTE = KEY_MAX + 1,
	MY_PASTE_END,
	MY_MOUSE,
	MY_C_LEFT,
	MY_C_RIGHT,
	MY_C_HOME,
	MY_C_END,
	MOUSE_PART_MS = 25,
};

struct sequence {
	const char *s;
	int key;
};

static const struct sequence sequences[] = {
	{"\033[200~", MY_PASTE}, {"\033[201~", MY_PASTE_END}, {"\033[<", MY_MOUSE},
	/* Both forms of the arrows: terminfo names one, terminals send either. */
	{"\033[A", KEY_UP}, {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT}, {"\033[D", KEY_LEFT},
	{"\033OA", KEY_UP}, {"\033OB", KEY_DOWN}, {"\033OC", KEY_RIGHT}, {"\033OD", KEY_LEFT},
	{"\033[H", KEY_HOME}, {"\033[F", KEY_END}, {"\033OH", KEY_HOME}, {"\033OF", KEY_END},
	{"\033[1~", KEY_HOME}, {"\033[4~", KEY_END}, {"\033[7~", KEY_HOME}, {"\033[8~", KEY_END},
	{"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE}, {"\033[2~", KEY_IC}, {"\033[3~", KEY_DC},
	{"\033[Z", KEY_BTAB},
	{"\033[1;5D", MY_C_LEFT}, {"\033[1;5C", MY_C_RIGHT},
	{"\033[1;5H", MY_C_HOME}, {"\033[1;5F", MY_C_END},
	{"\033[1;2A", KEY_UP}, {"\033[1;2B", KEY_DOWN},
	{"\033[1;2C", KEY_RIGHT}, {"\033[1;2D", KEY_LEFT},
	{"\033[24~", KEY_F(12)},
};

static const struct {
	int from;
	uint32_t to;
} keys[] = {
	{KEY_UP, K_UP}, {KEY_DOWN, K_DOWN}, {KEY_LEFT, K_LEFT}, {KEY_RIGHT, K_RIGHT},
	{KEY_HOME, K_HOME}, {KEY_END, K_END}, {KEY_PPAGE, K_PGUP}, {KEY_NPAGE, K_PGDN},
	{KEY_IC, K_INSERT}, {KEY_DC, K_DELETE}, {KEY_BTAB, K_BACKTAB},
	{KEY_BACKSPACE, K_BACKSPACE}, {KEY_ENTER, K_ENTER},
	{MY_C_LEFT, K_C_LEFT}, {MY_C_RIGHT, K_C_RIGHT},
	{MY_C_HOME, K_C_HOME}, {MY_C_END, K_C_END},
	{KEY_SLEFT, K_LEFT}, {KEY_SRIGHT, K_RIGHT}, {KEY_SR, K_UP}, {KEY_SF, K_DOWN},
	{KEY_SHOME, K_HOME}, {KEY_SEND, K_END},
};

void
term_keys_define(void)
{
	size_t i;

	for (i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		define_key(sequences[i].s, sequences[i].key);
}

static uint32_t
function_key(int code)
{
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].from == code)
			return keys[i].to;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return K_F1 + (uint32_t)(code - KEY_F(1));
	return K_NONE;
}

/* The rest of a sequence, which a slow link may bring in pieces. */
static bool
next_part(wint_t *c)
{
	int rc;

	wtimeout(stdscr, MOUSE_PART_MS);
	rc = get_wch(c);
	nodelay(stdscr, TRUE);
	return rc == OK;
}

/* "button ; column ; row M" after ESC [ <. */
static bool
read_mouse(struct input *in)
{
	static const enum mouse_button button[] = {MOUSE_LEFT, MOUSE_MIDDLE, MOUSE_RIGHT};
	int v[3] = {0, 0, 0}, field = 0;
	wint_t c;

	for (;;) {
		if (!next_part(&c))
			return false;
		if (c >= '0' && c <= '9' && v[field] < 10000)
			v[field] = v[field] * 10 + (int)(c - '0');
		else if (c == ';' && field < 2)
			field++;
		else
			break;
	}
	if (c != 'M' || field != 2)
		return false;		/* a release, or damaged */
	in->x = v[1] - 1;
	in->y = v[2] - 1;
	if ((v[0] & ~0x1c) == 64)
		in->button = MOUSE_WHEEL_UP;
	else if ((v[0] & ~0x1c) == 65)
		in->button = MOUSE_WHEEL_DOWN;
	else if ((v[0] & 0xe0) == 0 && (v[0] & 3) < 3)
		in->button = button[v[0] & 3];
	else
		return false;		/* motion */
	in->type = INPUT_MOUSE;
	return true;
}

/* An unknown sequence is passed over whole: its letters are no keys. */
static void
skip_sequence(wint_t c)
{
	if (c == 'O') {
		(void)next_part(&c);
		return;
	}
	while (next_part(&c))
		if (c >= 0x40 && c <= 0x7e)
			return;
}

/* ESC alone, Alt with a key, or a sequence that is not defined. */
static uint32_t
after_escape(void)
{
	wint_t c;
	int rc = get_wch(&c);

	if (rc == ERR)
		return K_ESC;
	if (rc == KEY_CODE_YES) {
		unget_wch((wchar_t)27);
		return K_NONE;
	}
	if (c == '[' || c == 'O') {
		skip_sequence(c);
		return K_NONE;
	}
	if (c == 27)
		return K_ESC;
	return K_ALT | (uint32_t)c;
}

static uint32_t
plain_key(wint_t c)
{
	if (c == '\n')
		return K_ENTER;
	if (c == 8)
		return K_BACKSPACE;
	if (c == 27)
		return after_escape();
	return (uint32_t)c;
}

static void
paste_add(struct term *t, wint_t c)
{
	char out[4];

	if (c == '\r')
		c = '\n';
	if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0))
		return;
	fj_buf_add(&t->paste, out, utf8_put((uint32_t)c, out));
}

static bool
paste_done(struct term *t, struct input *in)
{
	t->pasting = false;
	t->pasted = true;
	/* Too long: all or nothing. */
	if (fj_buf_over(&t->paste) || t->paste.n == 0)
		return false;
	in->type = INPUT_PASTE;
	in->text = t->paste.p;
	in->n = t->paste.n;
	return true;
}

/* One key of ncurses; true when it makes an input. */
static bool
take(struct term *t, int rc, wint_t c, struct input *in)
{
	int code = rc == KEY_CODE_YES ? (int)c : 0;

	if (code == MY_PASTE) {
		t->pasting = true;
		return false;
	}
	if (code == MY_PASTE_END)
		return t->pasting && paste_done(t, in);
	if (t->pasting) {
		if (rc == OK)
			paste_add(t, c);
		return false;
	}
	if (code == MY_MOUSE)
		return read_mouse(in);
	in->key = rc == OK ? plain_key(c) : function_key(code);
	in->type = INPUT_KEY;
	return in->key != K_NONE;
}

bool
term_read(struct term *t, struct input *in)
{
	wint_t c;
	int rc;

	memset(in, 0, sizeof(*in));
	if (t->pasted) {
		fj_buf_release(&t->paste);
		fj_buf_init(&t->paste, TERM_PASTE_MAX);
		t->pasted = false;
	}
	while (!t->suspended && (rc = get_wch(&c)) != ERR)
		if (take(t, rc, c, in))
			return true;
	return false;
}
