/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/team.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* NAME:CERT, also with the colon of a Chinese keyboard; cut at the last one. */
static void
split_member(const char *text, char **name, char **cert)
{
	const char *at = strrchr(text, ':'), *wide = NULL, *p = text;
	size_t len = 1;

	while ((p = strstr(p, "：")) != NULL)
		wide = p++;
	if (wide != NULL && (at == NULL || wide > at)) {
		at = wide;
		len = strlen("：");
	}
	if (at == NULL) {
		*name = xstrdup(text);
		*cert = xstrdup("");
		return;
	}
	*name = xstrndup(text, (size_t)(at - text));
	*cert = xstrdup(at + len);
}

void
team_split(const struct opt_list *words, struct team *out)
{
	int i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < words->n; i++) {
		char **text = &out->text[2 * i];

		split_member(words->v[i], &text[0], &text[1]);
		out->member[i] = (struct app_member){text[0], text[1]};
	}
	out->n = (size_t)words->n;
}

void
team_release(struct team *t)
{
	size_t i;

	for (i = 0; i < 2 * t->n; i++)
		free(t->text[i]);
	t->n = 0;
}
