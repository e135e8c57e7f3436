/* SPDX-License-Identifier: Apache-2.0 */
/* Answers from a list: one of it, several of it, in an order. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/checklist.h"
#include "tui/widget/dialog.h"

struct choosing {
	struct checklist *c;
	char *path;
	bool many, touched;
};

static void
choosing_free(struct choosing *ch)
{
	free(ch->path);
	free(ch);
}

/* Is it one of the words, which blanks separate? */
static bool
has_word(const char *words, const char *word)
{
	size_t n = strlen(word);
	const char *at = words;

	while ((at = strstr(at, word)) != NULL) {
		if ((at == words || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' '))
			return true;
		at += n;
	}
	return false;
}

/* Put a name into a list of words, or take it out. */
static void
toggle(struct fj_buf *b, const char *words, const char *name)
{
	const char *at = words;
	bool had = has_word(words, name);

	while (*at != '\0') {
		size_t n = strcspn(at, " ");

		if (n > 0 && !(strlen(name) == n && memcmp(at, name, n) == 0)) {
			if (b->n > 0)
				fj_buf_putc(b, ' ');
			fj_buf_add(b, at, n);
		}
		at += n + (at[n] == ' ');
	}
	if (!had)
		fj_buf_printf(b, "%s%s", b->n > 0 ? " " : "", name);
}

void
check_toggle(struct checklist *c, const struct check_row *r, const struct form_choice *choice)
{
	struct fj_buf words;

	fj_buf_init(&words, LIMIT_VALUE_BYTES);
	toggle(&words, inst_stored(r->at), form_choice_name(choice));
	check_answer(c, r, words.p, ADVANCE_NONE);
	fj_buf_release(&words);
}

static void choose_open(struct checklist *c, const struct check_row *r, size_t selected,
    bool touched);

/* Who took or gave back something goes on; who only looked keeps the place. */
static void
chosen_many(struct checklist *c, const struct check_row *r, const struct form_choice *choice,
    size_t index)
{
	check_toggle(c, r, choice);
	if ((r = check_current(c)) != NULL)
		choose_open(c, r, index, true);
}

/* many: where it stands among several; -1: it is the only one. */
static void
choose_one(struct checklist *c, const struct check_row *r, const struct form_choice *choice,
    long many)
{
	if (many >= 0)
		chosen_many(c, r, choice, (size_t)many);
	else
		check_answer(c, r, form_choice_name(choice),
		    check_answered(r) ? ADVANCE_ROW : ADVANCE_OPEN);
}

static void
chosen(void *ctx, long index)
{
	struct choosing *ch = ctx;
	struct checklist *c = ch->c;
	struct dossier *d = check_dossier(c);
	const struct form_choice *const *v;
	const struct check_row *r;
	size_t n = 0;

	if (d != NULL && check_select_path(c, ch->path) && (r = check_current(c)) != NULL)
		n = inst_choices(dossier_inst(d, c->form), r->at, &v);
	if (n > 0 && index >= 0 && (size_t)index < n)
		choose_one(c, r, v[index], ch->many ? index : -1);
	else if (n > 0 && (index >= 0 || ch->touched) && !check_told_wrong(c))
		check_next_open(c);	/* "done", behind the choices, or Esc */
	choosing_free(ch);
}

/* Labels of a list where several are taken carry a box each. */
static char **
boxed_labels(const struct check_row *r, const struct form_choice *const *v, size_t n,
    const char *lang)
{
	char **label = xcalloc(n + 1, sizeof(*label));
	size_t i;

	for (i = 0; i < n; i++)
		label[i] = xasprintf("%s %s", has_word(inst_stored(r->at),
		    form_choice_name(v[i])) ? "[x]" : "[ ]", inst_choice_label(r->at, v[i], lang));
	return label;
}

static struct choosing *
choosing_new(struct checklist *c, const struct check_row *r)
{
	enum form_type type = form_node_type(inst_def(r->at));
	struct choosing *ch = xcalloc(1, sizeof(*ch));
	struct fj_buf path;

	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(r->at, &path);
	ch->c = c;
	ch->path = fj_buf_take(&path, NULL);
	ch->many = type == FORM_SELECT_MULTIPLE || type == FORM_RANK;
	return ch;
}

static size_t
standing(const struct check_row *r, const struct form_choice *const *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(inst_stored(r->at), form_choice_name(v[i])) == 0)
			return i;
	return 0;
}

static void
choose_open(struct checklist *c, const struct check_row *r, size_t selected, bool touched)
{
	struct dossier *d = check_dossier(c);
	const char *lang = lang_of(c->s);
	const struct form_choice *const *v;
	size_t n = d != NULL ? inst_choices(dossier_inst(d, c->form), r->at, &v) : 0, i;
	struct pick_item *item = xcalloc(n + 1, sizeof(*item));
	struct choosing *ch = choosing_new(c, r);
	char **label = ch->many ? boxed_labels(r, v, n, lang) : NULL;
	struct pick_opts o = {.title = inst_label(r->at, lang),
	    .items = item, .n = n, .selected = selected, .filter = n > 12, .space = ch->many};

	ch->touched = touched;
	for (i = 0; i < n; i++) {
		int key = form_choice_key(v[i]);

		item[i].label = label != NULL ? label[i] :
		    inst_choice_label(r->at, v[i], lang);
		if (!o.filter && (key > 0 || i < 9))
			item[i].key = (uint32_t)('0' + (key > 0 ? key : (int)i + 1));
	}
	if (ch->many) {
		item[n].label = _(c->s->m, "Done");
		o.n = n + 1;
	} else if (selected == 0) {
		o.selected = standing(r, v, n);
	}
	dialog_pick(c->s->ui, &o, chosen, ch);
	for (i = 0; label != NULL && i < n; i++)
		free(label[i]);
	free(label);
	free(item);
}

void
check_choose(struct checklist *c, const struct check_row *r)
{
	choose_open(c, r, 0, false);
}
