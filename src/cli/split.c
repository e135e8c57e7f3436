/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/split.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/xalloc.h"

static bool
blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

/* One word at *p, which is moved behind it; false: a quote stays open. */
static bool
take_word(const char **p, struct fj_buf *word)
{
	char quote = '\0';

	for (; **p != '\0'; (*p)++) {
		char ch = **p;

		if (quote == '\0' && blank(ch))
			return true;
		if (quote == '\0' && (ch == '\'' || ch == '"')) {
			quote = ch;
		} else if (quote != '\0' && ch == quote) {
			quote = '\0';
		} else if (ch == '\\' && quote != '\'' && (*p)[1] != '\0') {
			fj_buf_putc(word, *++*p);
		} else {
			fj_buf_putc(word, ch);
		}
	}
	return quote == '\0';
}

int
split_line(const char *line, char ***out)
{
	char **argv = xcalloc(1, sizeof(*argv));
	struct fj_buf word;
	int n = 0;

	for (;;) {
		while (blank(*line))
			line++;
		if (*line == '\0' || *line == '#')
			break;
		fj_buf_init(&word, LIMIT_LINE_BYTES);
		if (!take_word(&line, &word)) {
			fj_buf_release(&word);
			split_free(&argv, n);
			return -1;
		}
		argv = xrealloc(argv, (size_t)n + 2, sizeof(*argv));
		argv[n++] = fj_buf_take(&word, NULL);
		argv[n] = NULL;
	}
	*out = argv;
	return n;
}

void
split_free(char ***argv, int n)
{
	int i;

	for (i = 0; i < n; i++)
		free((*argv)[i]);
	free(*argv);
	*argv = NULL;
}

void
split_quote(struct fj_buf *b, const char *word)
{
	const char *p;

	if (word[0] != '\0' && strpbrk(word, " \t\n'\"\\#$&|;<>()*?[]{}~`!") == NULL) {
		fj_buf_puts(b, word);
		return;
	}
	fj_buf_putc(b, '\'');
	for (p = word; *p != '\0'; p++) {
		if (*p == '\'')
			fj_buf_puts(b, "'\\''");
		else
			fj_buf_putc(b, *p);
	}
	fj_buf_putc(b, '\'');
}
