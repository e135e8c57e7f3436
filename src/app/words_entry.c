/* SPDX-License-Identifier: Apache-2.0 */
/* What each operation did, as a person reads it in the story of a visit. */
#include <string.h>

#include "app/words.h"
#include "base/json.h"
#include "base/limits.h"
#include "text/fit.h"
#include "text/human.h"

enum { LABEL_CELLS = 44 };

/* {1} place (item, finding or evidence), {2} value, {3} reason or text. */
static const struct {
	enum visit_op op;
	const char *english;
} stories[] = {
	{OP_HELLO, N_("began to write with this key")},
	{OP_ASSIGN, N_("planned the visit")},
	{OP_START, N_("began the visit")},
	{OP_CANCEL, N_("cancelled the visit: {3}")},
	{OP_SET, N_("{2} ← {1}")},
	{OP_CLEAR, N_("emptied {1}")},
	{OP_ADD, N_("added {1}")},
	{OP_REMOVE, N_("removed {1}")},
	{OP_RESOLVE, N_("settled the disagreement at {1}: {2}; because: {3}")},
	{OP_RESERVATION, N_("kept a reservation: {3}")},
	{OP_FINDING_SET, N_("finding {1}: {2}")},
	{OP_FINDING_WITHDRAW, N_("withdrew finding {1}: {3}")},
	{OP_FINDING_ESTABLISH, N_("established finding {1}: {3}")},
	{OP_EVIDENCE_ADD, N_("sealed evidence {1}: {2}")},
	{OP_EVIDENCE_LINK, N_("linked evidence {1}")},
	{OP_EVIDENCE_WITHDRAW, N_("withdrew evidence {1}: {3}")},
	{OP_OUTCOME, N_("outcome: {2}. {3}")},
	{OP_FLAG_RUN, N_("screened the registers for red flags")},
	{OP_FLAG_SET, N_("red flag {1}: {2}. {3}")},
	{OP_FLAG_SAMPLE, N_("chose reports to pull from the archive")},
	{OP_FREEZE, N_("froze the visit")},
	{OP_VOID, N_("took the freeze back: {3}")},
	{OP_SIGN, N_("signed the freeze")},
	{OP_UNSIGNED, N_("recorded that {2} cannot sign: {3}")},
	{OP_PARTY, N_("the party: {2} {3}")},
	{OP_PRINTED, N_("printed a document")},
	{OP_CORRECTION, N_("corrected a document: {3}")},
	{OP_REOPEN, N_("opened the next round: {3}")},
	{OP_COMMENT, N_("commented: {3}")},
	{OP_RETURN, N_("returned the visit ({2}): {3}")},
	{OP_APPROVE, N_("approved the visit: {2} {3}")},
	{OP_ESCALATE, N_("escalated the review to {2}")},
};

/* The question in the form as it stands; NULL: not here, or its instance is gone. */
static const struct inst_node *
node_of(const struct dossier *d, const struct visit_entry *en)
{
	int form = en->form != NULL ? dossier_form_index(d, en->form) : -1;
	struct inst_node *at;
	struct fj_err e;

	if (form < 0 || en->path == NULL || dossier_inst(d, (size_t)form) == NULL ||
	    inst_find(dossier_inst(d, (size_t)form), en->path, &at, &e) != FJ_OK)
		return NULL;
	return at;
}

/* The name that the papers use, with its instance if it has one, and the label. */
static void
item_text(const struct msg *m, const struct inst_node *at, struct fj_buf *b)
{
	const char *label = inst_label(at, msg_lang(m)), *from, *index;
	struct width wd = {1};
	struct fj_buf path;

	fj_buf_init(&path, 4096);
	inst_path(at, &path);
	index = strchr(path.p, '[');
	from = index != NULL ? index : path.p + path.n;
	while (from > path.p && from[-1] != '/')
		from--;
	fj_buf_puts(b, from);
	fj_buf_release(&path);
	if (label[0] == '\0')
		return;
	fj_buf_putc(b, ' ');
	(void)fit_text(b, &wd, label, strlen(label), LABEL_CELLS);
}

static void
place_of(const struct msg *m, const struct visit_entry *en, const struct inst_node *at,
    struct fj_buf *b)
{
	char id[ID_SHOWN + 1];

	if (at != NULL) {
		item_text(m, at, b);
	} else if (en->path != NULL) {
		fj_buf_puts(b, en->path);
	} else if (!id_is_zero(&en->object)) {
		id_format_short(&en->object, id);
		fj_buf_puts(b, id);
		if (en->field != NULL)
			fj_buf_printf(b, " %s", word_field(m, en->field));
	} else {
		fj_buf_puts(b, en->field != NULL ? en->field : "");
	}
}

/* Operations that are no content keep their members in the body. */
static const char *
value_of(const struct visit_entry *en)
{
	static const char *const keys[] = {"outcome", "disposition", "kind", "name", "to"};
	const char *s = en->value;
	size_t i;

	if (en->op == OP_UNSIGNED)
		s = json_str(json_get(en->body, "member"), "name");
	for (i = 0; s == NULL && i < sizeof(keys) / sizeof(keys[0]); i++)
		s = json_str(en->body, keys[i]);
	return s != NULL ? s : "";
}

static const char *
find_word(const struct msg *m, const char *const (*words)[2], size_t n, const char *id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(id, words[i][0]) == 0)
			return msg_tr(m, words[i][1]);
	return id;
}

/* Codes that people know by a word. */
static const char *
value_word(const struct msg *m, const char *value)
{
	static const char *const words[][2] = {
		{"addendum", N_("Addendum")}, {"evidence", N_("More evidence")},
		{"confirmed", N_("confirmed")}, {"ruled-out", N_("ruled out")},
		{"no-action", N_("No action")}, {"correct", N_("Order to correct")},
		{"case", N_("Open a case")}, {"transfer", N_("Transfer")},
		{"lead", N_("lead")}, {"suspected", N_("suspected")},
		{"signed", N_("signed")}, {"refused", N_("refused")}, {"absent", N_("absent")},
	};

	return find_word(m, words, sizeof(words) / sizeof(words[0]), value);
}

/* Why the program wrote an answer itself. */
static const char *
auto_word(const struct msg *m, const char *how)
{
	static const char *const words[][2] = {
		{"default", N_("preset by the form")},
		{"trigger", N_("filled in by the form after another answer")},
		{"once", N_("filled in by the form once")},
	};

	return find_word(m, words, sizeof(words) / sizeof(words[0]), how);
}

static const char *
choice_label(const struct form_node *n, const char *name, size_t len, const char *lang)
{
	const struct form_choice *const *c;
	size_t i, count = form_node_choices(n, &c);

	for (i = 0; i < count; i++)
		if (strlen(form_choice_name(c[i])) == len &&
		    memcmp(form_choice_name(c[i]), name, len) == 0)
			return form_choice_label(c[i], lang);
	return NULL;
}

/* An answer as the form's labels say it; several choices are apart by blanks. */
static void
answer_text(const struct msg *m, const struct inst_node *at, const char *value,
    struct fj_buf *b)
{
	const struct form_node *n = inst_def(at);
	enum form_type type = form_node_type(n);
	const char *label, *p = value;
	size_t len;

	if (type != FORM_SELECT_MULTIPLE && type != FORM_RANK) {
		label = choice_label(n, value, strlen(value), msg_lang(m));
		fj_buf_puts(b, label != NULL ? label : value);
		return;
	}
	for (; *p != '\0'; p += len + (p[len] == ' ')) {
		len = strcspn(p, " ");
		label = choice_label(n, p, len, msg_lang(m));
		if (p != value)
			fj_buf_puts(b, _(m, ", "));
		if (label != NULL)
			fj_buf_puts(b, label);
		else
			fj_buf_add(b, p, len);
	}
}

static const char *
reason_of(const struct visit_entry *en)
{
	const char *const own[] = {en->why, en->text, en->facts};
	static const char *const keys[] = {"why", "text", "accept"};
	const char *s = NULL;
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own[i] != NULL && own[i][0] != '\0')
			return own[i];
	for (i = 0; s == NULL && i < sizeof(keys) / sizeof(keys[0]); i++)
		s = json_str(en->body, keys[i]);
	return s != NULL ? s : "";
}

/* Which way, and how far. */
static void
clock_words(const struct msg *m, const struct visit_entry *en, struct fj_buf *out)
{
	const char *kind = json_str(en->body, "kind"), *args[1];
	struct fj_buf span;
	int64_t ms = 0;

	fj_buf_init(&span, 256);
	if (!json_int(en->body, "ms", &ms) || ms < 0)
		ms = 0;
	human_span(m, &span, ms / 1000);
	args[0] = span.p;
	msg_format(out, kind != NULL && strcmp(kind, "back") == 0 ?
	    _(m, "the clock had gone back by {1}") : _(m, "the clock had gone forward by {1}"),
	    1, args);
	fj_buf_release(&span);
}

/* A field of a finding that has a name by now; false: let its id stand. */
static bool
finding_words(const struct msg *m, const struct dossier *d, const struct visit_entry *en,
    struct fj_buf *out)
{
	const char *title, *value = en->value != NULL ? en->value : "";

	if (en->op != OP_FINDING_SET || en->field == NULL || strcmp(en->field, "title") == 0)
		return false;
	title = view_field_text(visit_now(dossier_visit(d)), &en->object, "title");
	if (title[0] == '\0')
		return false;
	if (strcmp(en->field, "stage") == 0)
		value = value_word(m, value);
	msg_put(m, out, "finding “{1}”, {2}: {3}", "sss", title, word_field(m, en->field), value);
	return true;
}

static const char *
story_of(const struct visit_entry *en)
{
	size_t i;

	if (en->op == OP_SET && en->field != NULL && strcmp(en->field, "note") == 0)
		return N_("note at {1}: {2}");
	for (i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
		if (stories[i].op == en->op)
			return stories[i].english;
	return NULL;
}

static void
story(const struct msg *m, const struct dossier *d, const struct visit_entry *en,
    struct fj_buf *out)
{
	const struct inst_node *at = node_of(d, en);
	const char *english = story_of(en), *args[3];
	struct fj_buf place, value;

	fj_buf_init(&place, 4096);
	fj_buf_init(&value, LIMIT_BODY_BYTES);
	place_of(m, en, at, &place);
	if (at == NULL)
		fj_buf_puts(&value, en->op == OP_SET ? value_of(en) : value_word(m, value_of(en)));
	else if (en->field != NULL)
		fj_buf_puts(&value, value_of(en));
	else
		answer_text(m, at, value_of(en), &value);
	args[0] = place.p;
	args[1] = value.p;
	args[2] = reason_of(en);
	if (english != NULL)
		msg_format(out, msg_tr(m, english), 3, args);
	else
		fj_buf_printf(out, "%s %s", en->op_name != NULL ? en->op_name : "?", place.p);
	fj_buf_release(&place);
	fj_buf_release(&value);
}

void
word_entry(const struct msg *m, const struct dossier *d, const struct visit_entry *en,
    struct fj_buf *out)
{
	if (en->op == OP_CLOCK && en->body != NULL)
		clock_words(m, en, out);
	else if (!finding_words(m, d, en, out))
		story(m, d, en, out);
	if (en->automatic != NULL)
		fj_buf_printf(out, " (%s)", auto_word(m, en->automatic));
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		fj_buf_cut(out, out->n - 1);
}
