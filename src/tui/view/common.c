/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/common.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "os/env.h"
#include "text/human.h"

const char *
lang_of(const struct session *s)
{
	return msg_lang(s->m);
}

const char *
kind_name(const struct session *s, const char *kind)
{
	const struct visit_kind *k = kinds_find(app_kinds(s->app), kind);

	return k != NULL ? kind_title(k, lang_of(s)) : kind;
}

void
next_sentence(const struct session *s, const struct summary *sum, struct fj_buf *out)
{
	struct fj_err e;

	if (sum->next[0] == '\0')
		return;
	(void)fj_fail(&e, FJ_OK, sum->next, "");
	msg_say(s->m, &e, out);
}

const struct app_row *
visit_row(const struct session *s, const struct id *visit)
{
	const struct app_row *const *rows;
	size_t i, n = app_rows(s->app, &rows);

	for (i = 0; i < n; i++)
		if (id_eq(&rows[i]->id, visit))
			return rows[i];
	return NULL;
}

bool
visit_numbered(const struct session *s, uint64_t number, struct id *out)
{
	const struct app_row *const *rows;
	size_t i, n = app_rows(s->app, &rows);

	for (i = 0; i < n; i++)
		if (id_number(&rows[i]->id) == number) {
			*out = rows[i]->id;
			return true;
		}
	return false;
}

bool
row_mine(const struct session *s, const struct app_row *r)
{
	const struct app_person *me = app_me(s->app);
	int i;

	for (i = 0; i < r->s.team_count; i++)
		if (r->s.team[i].cert[0] != '\0' && me->cert[0] != '\0' ?
		    strcmp(r->s.team[i].cert, me->cert) == 0 :
		    strcmp(r->s.team[i].name, me->name) == 0)
			return true;
	return false;
}

void
visit_name(const struct session *s, const struct id *visit, struct fj_buf *out)
{
	const struct app_row *row = visit_row(s, visit);
	char id[ID_SHOWN + 1];

	id_format_short(visit, id);
	fj_buf_puts(out, id);
	if (row != NULL)
		fj_buf_printf(out, " %s", row->s.subject);
}

const char *
division_name(const struct session *s, const char *code)
{
	struct division d;

	if (code == NULL || code[0] == '\0')
		return "";
	if (divisions_find(app_divisions(s->app), code, &d, NULL) == FJ_OK && d.path[0] != '\0')
		return d.path;
	return code;
}

uint64_t
id_number(const struct id *id)
{
	/* The top bit is kept for rows that are no objects. */
	return (fj_get_u64(id->b) >> 1) | 1;
}

uint64_t
text_number(const char *text)
{
	uint64_t h = 1469598103934665603ull;

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211ull;
	return (h >> 1) | 1;
}

void
say_put(struct session *s, enum style st, const char *english, const char *arg)
{
	struct fj_buf b;

	fj_buf_init(&b, 4096);
	msg_put(s->m, &b, english, "s", arg);
	ui_say(s->ui, st, b.p);
	fj_buf_release(&b);
}

void
say_busy(struct session *s, const char *english)
{
	ui_say(s->ui, STYLE_ACCENT, msg_tr(s->m, english));
	ui_paint(s->ui);
	ui_say(s->ui, STYLE_NORMAL, "");
}

/* Characters and how many sorts of them: a hint, never a rule. */
int
strength_of(const char *pass, const char **sentence)
{
	static const char *const words[] = {
		N_("Passphrase: too short to protect anything"),
		N_("Passphrase: weak; longer is better, four words do"),
		N_("Passphrase: fair; a few more characters make it good"),
		N_("Passphrase: good"),
	};
	size_t n = 0, i;
	bool low = false, up = false, digit = false, other = false;
	int sorts, score;

	for (i = 0; pass[i] != '\0'; i++) {
		unsigned char c = (unsigned char)pass[i];

		n += (c & 0xc0) != 0x80;
		low = low || islower(c);
		up = up || isupper(c);
		digit = digit || isdigit(c);
		other = other || (!isalnum(c));
	}
	sorts = low + up + digit + other;
	score = n < 6 ? 0 : n + (size_t)sorts * 2 < 14 ? 1 : n + (size_t)sorts * 2 < 20 ? 2 : 3;
	*sentence = words[score];
	return score;
}

char *
path_given(const char *text)
{
	const char *home = env_get("HOME");

	while (*text == ' ')
		text++;
	if (text[0] == '~' && (text[1] == '/' || text[1] == '\0') && home != NULL)
		return xasprintf("%s%s", home, text + 1);
	return xstrdup(text);
}
