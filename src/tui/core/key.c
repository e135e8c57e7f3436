/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/core/key.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "text/fold.h"

struct name {
	uint32_t key;
	const char *name;
};

static const struct name names[] = {
	{K_ENTER, "Enter"}, {K_ESC, "Esc"}, {K_TAB, "Tab"}, {K_BACKSPACE, "BS"},
	{' ', "Space"}, {K_UP, "Up"}, {K_DOWN, "Down"}, {K_LEFT, "Left"},
	{K_RIGHT, "Right"}, {K_HOME, "Home"}, {K_END, "End"}, {K_PGUP, "PgUp"},
	{K_PGDN, "PgDn"}, {K_INSERT, "Ins"}, {K_DELETE, "Del"},
	{K_BACKTAB, "S-Tab"}, {K_C_LEFT, "C-Left"}, {K_C_RIGHT, "C-Right"},
	{K_C_HOME, "C-Home"}, {K_C_END, "C-End"},
};

uint32_t
key_fold(uint32_t key)
{
	if (key >= 0x110000)
		return key;
	return fold_width(key);
}

bool
key_is_text(uint32_t key)
{
	return key >= 0x20 && key < 0x110000 && key != 0x7f && (key < 0x80 || key >= 0xa0);
}

void
key_format(uint32_t key, char *out)
{
	size_t n = 0, i;

	if (key & K_ALT) {
		memcpy(out, "M-", 2);
		n = 2;
		key &= ~(uint32_t)K_ALT;
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].key == key) {
			snprintf(out + n, KEY_NAME - n, "%s", names[i].name);
			return;
		}
	if (key >= K_F1 && key <= K_F12)
		snprintf(out + n, KEY_NAME - n, "F%u", (unsigned)(key - K_F1 + 1));
	else if (key < 0x20)
		snprintf(out + n, KEY_NAME - n, "C-%c",
		    (int)(key >= 1 && key <= 26 ? key + 'a' - 1 : key + '@'));
	else {
		n += utf8_put(key < 0x110000 ? key : 0xfffd, out + n);
		out[n] = '\0';
	}
}

static uint32_t
parse_f(const char *s, size_t n)
{
	uint32_t v = 0;
	size_t i;

	if (n < 2 || n > 3 || s[0] != 'F')
		return K_NONE;
	for (i = 1; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return K_NONE;
		v = v * 10 + (uint32_t)(s[i] - '0');
	}
	return v >= 1 && v <= 12 ? K_F1 + v - 1 : (uint32_t)K_NONE;
}

uint32_t
key_parse(const char *s, size_t n)
{
	uint32_t c;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == n && memcmp(names[i].name, s, n) == 0)
			return names[i].key;
	if (n > 2 && s[0] == 'M' && s[1] == '-') {
		c = key_parse(s + 2, n - 2);
		return c != K_NONE ? c | K_ALT : c;
	}
	if (n == 3 && s[0] == 'C' && s[1] == '-')
		return K_CTRL(s[2]);
	c = parse_f(s, n);
	if (c != K_NONE)
		return c;
	return n > 0 && utf8_get(s, n, &c) == n ? c : (uint32_t)K_NONE;
}

bool
key_in(uint32_t key, const char *list)
{
	key = key_fold(key);
	while (*list != '\0') {
		size_t n = strcspn(list, " ");

		if (n > 0 && key_parse(list, n) == key)
			return true;
		list += n;
		while (*list == ' ')
			list++;
	}
	return false;
}

struct input
input_key(uint32_t key)
{
	return (struct input){.type = INPUT_KEY, .key = key};
}
