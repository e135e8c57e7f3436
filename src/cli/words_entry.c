/* SPDX-License-Identifier: Apache-2.0 */
/* What each operation did, as a person reads it in `log`. */
#include <string.h>

#include "base/json.h"
#include "cli/words.h"
#include "text/human.h"

/* {1} place (path, finding or evidence), {2} value, {3} reason or text. */
static const struct {
	enum visit_op op;
	const char *english;
} stories[] = {
	{OP_HELLO, N_("began to write with this key")},
	{OP_ASSIGN, N_("planned the visit")},
	{OP_START, N_("began the visit")},
	{OP_CANCEL, N_("cancelled the visit: {3}")},
	{OP_SET, N_("answered {1}: {2}")},
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

static void
place_of(const struct visit_entry *en, struct fj_buf *b)
{
	char id[ID_SHOWN + 1];

	if (en->path != NULL) {
		fj_buf_puts(b, en->path);
		if (en->field != NULL && strcmp(en->field, "note") == 0)
			fj_buf_puts(b, "#note");
		return;
	}
	if (!id_is_zero(&en->object)) {
		id_format_short(&en->object, id);
		fj_buf_puts(b, id);
		if (en->field != NULL)
			fj_buf_printf(b, " %s", en->field);
		return;
	}
	fj_buf_puts(b, en->field != NULL ? en->field : "");
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

void
word_entry(const struct msg *m, const struct visit_entry *en, struct fj_buf *out)
{
	const char *args[3];
	struct fj_buf place;
	size_t i;

	fj_buf_init(&place, 4096);
	place_of(en, &place);
	args[0] = place.p;
	args[1] = value_of(en);
	args[2] = reason_of(en);
	for (i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
		if (stories[i].op == en->op)
			break;
	if (en->op == OP_CLOCK && en->body != NULL)
		clock_words(m, en, out);
	else if (i < sizeof(stories) / sizeof(stories[0]))
		msg_format(out, msg_tr(m, stories[i].english), 3, args);
	else
		fj_buf_printf(out, "%s %s", en->op_name != NULL ? en->op_name : "?", place.p);
	if (en->automatic != NULL)
		fj_buf_printf(out, " (%s)", en->automatic);
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		fj_buf_cut(out, out->n - 1);
	fj_buf_release(&place);
}
