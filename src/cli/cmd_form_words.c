/* SPDX-License-Identifier: Apache-2.0 */
/* form words: the tables of the language, as the compiler has them. */
#include <string.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "form/words.h"

static const char *const tables[] = {"types", "top", "columns", "functions", "faults"};

enum {
	TABLES = sizeof(tables) / sizeof(tables[0]),
};

/* A fault's meaning is its sentence, which also says how to mend it. */
static const char *
meaning(const struct cli *c, enum form_words which, const struct form_word *w)
{
	const char *sentence;

	if (which != FORM_WORDS_FAULTS)
		return msg_is_zh(c->msg) ? w->zh : w->en;
	sentence = msg_template(w->name);
	return sentence != NULL ? msg_tr(c->msg, sentence) : "";
}

static void
as_json(struct cli *c, enum form_words which)
{
	struct form_word w;
	struct fj_buf b;
	struct json_w j;
	size_t i;

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	json_w_init(&j, &b);
	json_w_arr(&j);
	for (i = 0; form_word(which, i, &w); i++) {
		json_w_obj(&j);
		json_w_kstr(&j, "name", w.name);
		json_w_kstr(&j, "takes", w.takes);
		json_w_kstr(&j, "meaning", meaning(c, which, &w));
		json_w_end(&j);
	}
	json_w_end(&j);
	cli_json_line(c, &b);
	fj_buf_release(&b);
}

static void
as_text(struct cli *c, enum form_words which)
{
	struct form_word w;
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, LIMIT_LINE_BYTES);
	for (i = 0; form_word(which, i, &w); i++) {
		fj_buf_clear(&b);
		fj_buf_puts(&b, w.name);
		if (which == FORM_WORDS_FUNCTIONS)
			fj_buf_printf(&b, "(%s)", w.takes);
		else if (w.takes[0] != '\0')
			fj_buf_printf(&b, " %s", w.takes);
		fj_buf_puts(&b, ": ");
		fj_buf_puts(&b, meaning(c, which, &w));
		cli_print(c, b.p);
	}
	fj_buf_release(&b);
}

int
cmd_form_words(struct cli *c, int argc, char **argv)
{
	int i;

	if (cli_opts(c, "form", "words", NULL, 0, argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	for (i = 0; i < TABLES && strcmp(tables[i], argv[0]) != 0; i++)
		;
	if (i == TABLES)
		return cli_bad(c, "cli.words", argv[0]);
	if (c->json)
		as_json(c, (enum form_words)i);
	else
		as_text(c, (enum form_words)i);
	return CLI_DONE;
}
