/* SPDX-License-Identifier: Apache-2.0 */
/* One row for every error code: src/text/say/MODULE.def, collected by the
 * Makefile into say.h. */
#include <string.h>

#include "text/msg.h"

struct sentence {
	const char *code, *english;
};

static const struct sentence sentences[] = {
#define SAY(code, english) {code, english},
#include "say.h"
#undef SAY
	{NULL, NULL},
};

const char *
msg_template(const char *code)
{
	const struct sentence *s;

	for (s = sentences; s->code != NULL; s++)
		if (strcmp(s->code, code) == 0)
			return s->english;
	return NULL;
}

size_t
msg_template_count(void)
{
	return sizeof(sentences) / sizeof(sentences[0]) - 1;
}

const char *
msg_template_at(size_t i, const char **code)
{
	if (i >= msg_template_count())
		return NULL;
	if (code != NULL)
		*code = sentences[i].code;
	return sentences[i].english;
}
