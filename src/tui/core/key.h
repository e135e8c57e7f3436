/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes from a keyboard, a paste or a mouse.  A key is a number: a code
 * point, a control character, or one of K_* above Unicode; K_ALT is added.
 */
#ifndef FJ_TUI_CORE_KEY_H
#define FJ_TUI_CORE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	K_NONE = 0,
	K_TAB = 9,
	K_ENTER = 13,
	K_ESC = 27,
	K_BACKSPACE = 127,
	K_UP = 0x110000,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PGUP,
	K_PGDN,
	K_INSERT,
	K_DELETE,
	K_BACKTAB,
	K_F1,
	K_F12 = K_F1 + 11,
	K_C_LEFT,		/* with Ctrl */
	K_C_RIGHT,
	K_C_HOME,
	K_C_END,
	K_ALT = 0x1000000,
};

#define K_CTRL(c) ((uint32_t)(c) & 0x1fu)	/* K_CTRL('s') */

enum input_type {
	INPUT_NONE = 0,
	INPUT_KEY,
	INPUT_PASTE,		/* text, newlines as \n, no other controls */
	INPUT_MOUSE,
};

enum mouse_button {
	MOUSE_LEFT = 1,
	MOUSE_MIDDLE,
	MOUSE_RIGHT,
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
};

struct input {
	enum input_type type;
	uint32_t key;		/* INPUT_KEY */
	const char *text;	/* INPUT_PASTE: borrowed until the next input */
	size_t n;
	int y, x;		/* INPUT_MOUSE, press only */
	enum mouse_button button;
};

/* The key that a command means: full width to ASCII (an IME may be on). */
uint32_t key_fold(uint32_t key);
/* Does the key put a character into a text? */
bool key_is_text(uint32_t key);
/* "Enter" "C-s" "M-x" "F5" "PgDn" "a" "检"; at most KEY_NAME bytes with the end. */
enum { KEY_NAME = 24 };
void key_format(uint32_t key, char *out);
/* Of one name; K_NONE when it is none. */
uint32_t key_parse(const char *name, size_t n);
/* Is the key one of the names, separated by blanks?  key is folded first. */
bool key_in(uint32_t key, const char *names);

struct input input_key(uint32_t key);

#endif
