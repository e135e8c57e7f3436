/* SPDX-License-Identifier: Apache-2.0 */
#include "app/words.h"

#include <string.h>

#include "text/human.h"

struct word {
	int value;
	const char *id, *english;
};

static const struct word states[] = {
	{VISIT_NONE, "none", N_("not here yet")},
	{VISIT_PLANNED, "planned", N_("planned")},
	{VISIT_OPEN, "open", N_("under way")},
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

static const struct word results[] = {
	{VERIFY_OK, "ok", "OK"},
	{VERIFY_FAIL, "fail", "FAIL"},
	{VERIFY_ABSENT, "absent", "ABSENT"},
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
word_state(const struct msg *m, enum visit_state s)
{
	return msg_tr(m, FIND(states, s)->english);
}

const char *
word_stage(const struct msg *m, enum finding_stage s)
{
	return msg_tr(m, FIND(stages, s)->english);
}

const char *
stage_id(enum finding_stage s)
{
	return FIND(stages, s)->id;
}

const char *
word_status(const struct msg *m, enum entry_status s)
{
	return msg_tr(m, FIND(statuses, s)->english);
}

const char *
status_id(enum entry_status s)
{
	return FIND(statuses, s)->id;
}

const char *
word_sign(const struct msg *m, enum sign_how h)
{
	return msg_tr(m, FIND(signs, h)->english);
}

const char *
phase_id(enum sync_phase p)
{
	return FIND(phases, p)->id;
}

const char *
word_verify(enum verify_result r)
{
	return FIND(results, r)->english;
}

const char *
verify_id(enum verify_result r)
{
	return FIND(results, r)->id;
}

const char *
word_field(const struct msg *m, const char *field)
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

/* How fast, and how long it takes at that. */
static void
sync_rate(const struct msg *m, const struct sync_state *s, struct fj_buf *out)
{
	int64_t rest = s->bytes_total - s->bytes_done;

	if (s->rate <= 0)
		return;
	fj_buf_puts(out, ", ");
	human_size(out, s->rate);
	fj_buf_puts(out, "/s");
	if (rest <= 0 || s->phase != SYNC_EVIDENCE_UP)
		return;
	fj_buf_puts(out, ", ");
	fj_buf_puts(out, _(m, "still"));
	fj_buf_putc(out, ' ');
	human_span(m, out, rest / s->rate + 1);
}

void
word_sync_policy(const struct msg *m, const struct sync_state *s, struct fj_buf *out)
{
	const struct {
		bool on;
		const char *text;
	} rows[] = {
		{s->paused, N_("paused by you")},
		{s->metered, N_("metered: entries only, evidence waits")},
		{s->sealed_only, N_("visits leave when they are frozen")},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].on)
			continue;
		if (out->n > 0)
			fj_buf_puts(out, "; ");
		fj_buf_puts(out, msg_tr(m, rows[i].text));
	}
	if (s->proxy[0] == '\0')
		return;
	if (out->n > 0)
		fj_buf_puts(out, "; ");
	if (strcmp(s->proxy, "none") == 0)
		fj_buf_puts(out, _(m, "no proxy"));
	else
		msg_put(m, out, "by the proxy {1}", "s", s->proxy);
}

void
word_sync_arrived(const struct msg *m, const struct sync_state *s, struct fj_buf *out)
{
	if (s->up_entries + s->up_files == 0 && s->unsent + s->unsent_evidence == 0) {
		fj_buf_puts(out, _(m, "Everything here has a signed receipt of the hub."));
		return;
	}
	msg_put(m, out, "{1} entries, {2} findings receipted", "ll", (long long)s->up_entries,
	    (long long)s->up_findings);
	if (s->up_files + s->unsent_evidence > 0) {
		fj_buf_puts(out, "; ");
		msg_put(m, out, "{1} of {2} evidence files", "ll", (long long)s->up_files,
		    (long long)(s->up_files + s->unsent_evidence));
	}
	if (s->unsent > 0) {
		fj_buf_puts(out, "; ");
		msg_put(m, out, "{1} entries still here", "l", (long long)s->unsent);
	}
	if (s->unsent + s->unsent_evidence == 0)
		return;
	fj_buf_puts(out, "; ");
	fj_buf_puts(out, s->paused ? _(m, "the rest when the pause ends") : s->metered &&
	    s->unsent == 0 ? _(m, "the rest on a link that is not metered") :
	    _(m, "the rest when connected"));
}

void
word_sync_now(const struct msg *m, const struct sync_state *s, struct fj_buf *out)
{
	if (s->paused && (s->phase == SYNC_IDLE || s->phase == SYNC_WAITING)) {
		fj_buf_puts(out, _(m, "paused by you; nothing is lost"));
		return;
	}
	fj_buf_puts(out, msg_tr(m, FIND(phases, s->phase)->english));
	if (s->phase == SYNC_ENTRIES_UP && s->entries_total > 0)
		fj_buf_printf(out, " %llu/%llu", (unsigned long long)s->entries_done,
		    (unsigned long long)s->entries_total);
	if ((s->phase == SYNC_EVIDENCE_UP || s->phase == SYNC_EVIDENCE_DOWN) &&
	    s->bytes_total > 0) {
		if (s->files_total > 0)
			fj_buf_printf(out, " %llu/%llu", (unsigned long long)s->files_done,
			    (unsigned long long)s->files_total);
		fj_buf_printf(out, " %s ", s->item);
		human_size(out, s->bytes_done);
		fj_buf_putc(out, '/');
		human_size(out, s->bytes_total);
		sync_rate(m, s, out);
	}
	if (s->phase == SYNC_WAITING && s->next_ms > 0) {
		msg_put(m, out, "; try {1}, the next in ", "d", (int)s->tries);
		human_span(m, out, (s->next_ms + 999) / 1000);
	}
}

void
word_sync_last(const struct msg *m, const struct sync_state *s, struct instant now,
    struct fj_buf *out)
{
	if (s->last_ok.ms == 0) {
		fj_buf_puts(out, _(m, "never"));
		return;
	}
	human_when(out, s->last_ok, now);
	fj_buf_puts(out, " (");
	human_ago(m, out, s->last_ok, now);
	fj_buf_putc(out, ')');
}
