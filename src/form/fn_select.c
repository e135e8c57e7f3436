/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "form/fn_i.h"
#include "form/inst_i.h"

static const char blanks[] = " \t\r\n";

/* The next word from *s on; answers its length, 0 at the end. */
static size_t
next_word(const char **s)
{
	*s += strspn(*s, blanks);
	return strcspn(*s, blanks);
}

struct val
fn_selected(struct ev *ev, const struct expr *x)
{
	const char *s = ev_str(ev, x->arg[0], NULL), *v = ev_str(ev, x->arg[1], NULL);
	size_t n = next_word(&v), k;

	if (n == 0)
		return val_bool(s[strspn(s, blanks)] == '\0');
	if (v[n + strspn(v + n, blanks)] != '\0')	/* several words are no name */
		return val_bool(false);
	for (; (k = next_word(&s)) > 0; s += k)
		if (k == n && memcmp(s, v, n) == 0)
			return val_bool(true);
	return val_bool(false);
}

struct val
fn_selected_at(struct ev *ev, const struct expr *x)
{
	const char *s = ev_str(ev, x->arg[0], NULL);
	double at = ev_num(ev, x->arg[1]);
	size_t k, i;

	if (!(at >= 0))
		return val_str("");
	for (i = 0; (k = next_word(&s)) > 0; s += k, i++)
		if ((double)i == floor(at))
			return val_strn(scratch_dup(ev->mem, s, k), k);
	return val_str("");
}

struct val
fn_count_selected(struct ev *ev, const struct expr *x)
{
	const char *s = ev_str(ev, x->arg[0], NULL);
	double n = 0;
	size_t k;

	for (; (k = next_word(&s)) > 0; s += k)
		n++;
	return val_num(n);
}

/* jr:choice-name(v, '${q}'): the label of choice v of question q. */
struct val
fn_choice_name(struct ev *ev, const struct expr *x)
{
	const char *s = ev_str(ev, x->arg[0], NULL);
	const struct form_node *q = x->arg[1]->kind == E_PATH ? x->arg[1]->path->target : NULL;
	const struct form_choice *c;

	if (q == NULL || q->list == NULL)
		return val_str("");
	c = form_list_get(q->list, s, strlen(s));
	return val_str(c != NULL ? form_choice_label(c, ev->in->env.lang) : "");
}
