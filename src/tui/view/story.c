/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/story.h"

#include <string.h>

#include "text/fit.h"
#include "tui/view/common.h"
#include "tui/view/words.h"

enum { LABEL_CELLS = 44 };

static const char *
choice_label(const struct form_node *n, const char *name, const char *lang)
{
	const struct form_choice *const *c;
	size_t i, count = form_node_choices(n, &c);

	for (i = 0; i < count; i++)
		if (strcmp(form_choice_name(c[i]), name) == 0)
			return form_choice_label(c[i], lang);
	return name;
}

/* The label, shortened, and the name that the papers use. */
static void
item_text(const struct form_node *n, const char *lang, struct fj_buf *b)
{
	const char *label = form_node_label(n, lang);
	struct width wd = {1};

	fj_buf_printf(b, "%s ", form_node_name(n));
	(void)fit_text(b, &wd, label, strlen(label), LABEL_CELLS);
}

static bool
answer(const struct session *s, const struct visit_entry *en, const struct form_node *n,
    struct fj_buf *out)
{
	const char *lang = lang_of(s);
	struct fj_buf item;
	const char *value;

	fj_buf_init(&item, 4096);
	item_text(n, lang, &item);
	value = choice_label(n, en->value != NULL ? en->value : "", lang);
	if (en->field != NULL && strcmp(en->field, "note") == 0)
		msg_put(s->m, out, "note at {1}: {2}", "ss", item.p, en->value != NULL ? en->value : "");
	else if (en->op == OP_SET)
		msg_put(s->m, out, "{2} ← {1}", "ss", item.p, value);
	else
		msg_put(s->m, out, "emptied {1}", "s", item.p);
	if (en->automatic != NULL)
		fj_buf_printf(out, " (%s)", en->automatic);
	fj_buf_release(&item);
	return true;
}

static bool
finding(const struct session *s, struct dossier *d, const struct visit_entry *en,
    struct fj_buf *out)
{
	const char *title = view_field_text(visit_now(dossier_visit(d)), &en->object, "title");

	if (en->field == NULL || strcmp(en->field, "title") == 0 || title[0] == '\0')
		return false;
	msg_put(s->m, out, "finding “{1}”, {2}: {3}", "sss", title, say_field(s->m, en->field),
	    en->value != NULL ? en->value : "");
	return true;
}

static const struct form_node *
node_of(struct dossier *d, const struct visit_entry *en)
{
	int form = en->form != NULL ? dossier_form_index(d, en->form) : -1;
	struct inst_node *at;
	struct fj_err e;

	if (form < 0 || en->path == NULL || dossier_inst(d, (size_t)form) == NULL ||
	    inst_find(dossier_inst(d, (size_t)form), en->path, &at, &e) != FJ_OK)
		return NULL;
	return inst_def(at);
}

void
story_entry(const struct session *s, struct dossier *d, const struct visit_entry *en,
    struct fj_buf *out)
{
	const struct form_node *n;

	if ((en->op == OP_SET || en->op == OP_CLEAR) && (n = node_of(d, en)) != NULL &&
	    answer(s, en, n, out))
		return;
	if (en->op == OP_FINDING_SET && finding(s, d, en, out))
		return;
	say_entry(s->m, en, out);
}
