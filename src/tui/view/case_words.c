/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/case_words.h"
#include "tui/view/common.h"

#include <string.h>

#include "base/limits.h"
#include "form/form.h"

/* Paths are for scripts: here the section stands in their place, or the item
 * itself where the sentence does not name it. */
static const struct inst_node *
gap_named(struct dossier *d, const struct dossier_gap *gap)
{
	int form = gap->form[0] != '\0' ? dossier_form_index(d, gap->form) : -1;
	struct inst *in = form >= 0 ? dossier_inst(d, (size_t)form) : NULL;
	const struct inst_node *up;
	struct inst_node *at;
	struct fj_err e;

	if (in == NULL || gap->at[0] == '\0' || inst_find(in, gap->at, &at, &e) != FJ_OK)
		return NULL;
	if (strcmp(gap->err.code, "model.missing-dispute") == 0)
		return at;
	up = at;
	while (inst_parent(up) != NULL && inst_parent(up) != inst_root(in))
		up = inst_parent(up);
	return up;
}

void
case_gap(const struct session *s, struct dossier *d, const struct dossier_gap *gap,
    struct fj_buf *b)
{
	const struct inst_node *named = d != NULL ? gap_named(d, gap) : NULL;
	struct fj_err e = gap->err, label;
	const char *section;
	struct fj_buf text;

	if (named != NULL && e.narg > 0 && e.arg[0][0] == '/') {
		section = inst_label(named, lang_of(s));
		/* Within a repeat the item's words begin with the section's. */
		if (e.narg > 1 && strncmp(e.arg[1], section, strlen(section)) == 0)
			section = "";
		(void)fj_fail(&label, e.rc, e.code, "s", section);
		memcpy(e.arg[0], label.arg[0], sizeof(e.arg[0]));
	}
	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	msg_say(s->m, &e, &text);
	fj_buf_puts(b, text.p + strspn(text.p, " "));
	fj_buf_release(&text);
}

void
case_party(const struct session *s, const struct json *body, struct fj_buf *b)
{
	const char *how = body != NULL ? json_str(body, "outcome") : NULL;
	const char *name = body != NULL ? json_str(body, "name") : NULL;
	const char *why = body != NULL ? json_str(body, "why") : NULL;

	fj_buf_puts(b, how != NULL ? _(s->m, how) : "");
	if (name != NULL)
		fj_buf_printf(b, "  %s", name);
	if (why != NULL)
		fj_buf_printf(b, "  %s", why);
}

/* The usual ways have words; what was typed freely stands as typed. */
const char *
case_how(const struct session *s, const char *how)
{
	static const struct { const char *id, *word; } ways[] = {
		{"copy", N_("copy")}, {"photo", N_("photo")}, {"export", N_("export")},
		{"print", N_("print")}, {"video", N_("video")},
	};
	size_t i;

	for (i = 0; how != NULL && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(ways[i].id, how) == 0)
			return _(s->m, ways[i].word);
	return how != NULL ? how : "";
}

bool
case_has(struct dossier *d, size_t form, const char *path)
{
	struct inst_node *at;
	struct fj_err e;

	return dossier_inst(d, form) != NULL &&
	    inst_find(dossier_inst(d, form), path, &at, &e) == FJ_OK;
}
