/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/words.h"

#include <string.h>

struct word {
	int value;
	const char *id, *english;
};

static const struct word states[] = {
	{VISIT_NONE, "none", N_("not here yet")},
	{VISIT_PLANNED, "planned", N_("planned")},
	{VISIT_OPEN, "open", N_("open")},
	{VISIT_FROZEN, "frozen", N_("frozen")},
	{VISIT_SEALED, "sealed", N_("sealed")},
	{VISIT_RETURNED, "returned", N_("returned")},
	{VISIT_APPROVED, "approved", N_("approved")},
	{VISIT_CONTESTED, "contested", N_("contested")},
	{VISIT_CANCELLED, "cancelled", N_("cancelled")},
};

static const struct word stages[] = {
	{STAGE_NONE, "", N_("no stage yet")},
	{STAGE_LEAD, "lead", N_("lead")},
	{STAGE_SUSPECTED, "suspected", N_("suspected")},
	{STAGE_ESTABLISHED, "established", N_("established")},
};

static const struct word statuses[] = {
	{ENTRY_COUNTS, "counts", N_("counts")},
	{ENTRY_LATE, "late", N_("after the seal")},
	{ENTRY_INERT, "inert", N_("without effect")},
	{ENTRY_WAITS, "waits", N_("waits")},
};

static const struct word signs[] = {
	{SIGN_MISSING, "missing", N_("not signed yet")},
	{SIGN_SIGNED, "signed", N_("signed")},
	{SIGN_UNSIGNED, "unsigned", N_("cannot sign")},
};

static const struct word phases[] = {
	{SYNC_NEVER, "not-enrolled", N_("not enrolled at a hub")},
	{SYNC_IDLE, "idle", N_("nothing under way")},
	{SYNC_CONNECTING, "connecting", N_("connecting")},
	{SYNC_ENTRIES_UP, "entries-up", N_("sending entries")},
	{SYNC_DOWN, "down", N_("fetching what is new")},
	{SYNC_EVIDENCE_UP, "evidence-up", N_("sending evidence")},
	{SYNC_EVIDENCE_DOWN, "evidence-down", N_("fetching evidence")},
	{SYNC_WAITING, "waiting", N_("no answer from the hub; nothing is lost, it will be tried again")},
	{SYNC_REFUSED, "refused", N_("the hub refused")},
};

static const struct word *
find_word(const struct word *w, size_t n, int value)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (w[i].value == value)
			return &w[i];
	return &w[0];
}

#define FIND(table, value) \
	find_word(table, sizeof(table) / sizeof((table)[0]), (int)(value))

const char *
say_state(const struct msg *m, enum visit_state s)
{
	return msg_tr(m, FIND(states, s)->english);
}

const char *
say_stage(const struct msg *m, enum finding_stage s)
{
	return msg_tr(m, FIND(stages, s)->english);
}

const char *
say_status(const struct msg *m, enum entry_status s)
{
	return msg_tr(m, FIND(statuses, s)->english);
}

const char *
say_sign(const struct msg *m, enum sign_how h)
{
	return msg_tr(m, FIND(signs, h)->english);
}

const char *
say_phase(const struct msg *m, enum sync_phase p)
{
	return msg_tr(m, FIND(phases, p)->english);
}

const char *
say_field(const struct msg *m, const char *field)
{
	static const char *const fields[][2] = {
		{"title", N_("Title")},
		{"item", N_("Item")},
		{"clauses", N_("Clauses")},
		{"reports", N_("Reports")},
		{"facts", N_("Facts")},
		{"act_day", N_("Day of the act")},
		{"statement", N_("Statement of the party")},
		{"stage", N_("Stage")},
		{"leg2", N_("Second leg")},
		{"leg2.facts", N_("Second leg: facts")},
		{"leg2.how", N_("Second leg: how to verify")},
		{"leg2.by", N_("Second leg: who verifies")},
		{"leg2.until", N_("Second leg: until")},
	};
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i][0], field) == 0)
			return msg_tr(m, fields[i][1]);
	return field;
}
