/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a set of content entries says: answers, notes, instances, findings,
 * evidence, outcome.  One view shows what counts now, one belongs to each
 * freeze and never changes (S1).
 *
 * A value is open while no entry that may replace it names it as base.  Open
 * values that differ are a disagreement; equal ones are agreement.
 */
#ifndef FJ_MODEL_VIEW_H
#define FJ_MODEL_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/id.h"
#include "model/visit.h"

enum target_kind {
	TARGET_ANSWER = 1,
	TARGET_NOTE,
	TARGET_INSTANCE,	/* path ends with {id}; values "added", "removed" */
	TARGET_FIELD,		/* of a finding */
	TARGET_OUTCOME,
	TARGET_FLAG,		/* a red flag; values "confirmed", "ruled-out", "open" */
};

struct target {
	enum target_kind kind;
	const char *form, *path;	/* answer, note, instance */
	struct id finding;		/* field, flag */
	const char *field;
	bool disagree;
	/* Open values in canonical order.  A cleared value is not among them
	 * while another stands; open_count 0 and value NULL: empty. */
	const struct visit_entry *const *open;
	int open_count;
	const char *value;	/* agreed, or the first of the open ones; NULL: empty */
	const struct visit_entry *entry;	/* of value; NULL */
};

/* NULL when nothing was ever written there. */
const struct target *view_answer(const struct view *w, const char *form,
    const char *path);
const struct target *view_note(const struct view *w, const char *form,
    const char *path);
const struct target *view_field(const struct view *w, const struct id *finding,
    const char *field);
const struct target *view_outcome_target(const struct view *w);
/* Value, "" when empty. */
const char *view_field_text(const struct view *w, const struct id *finding,
    const char *field);
enum visit_outcome view_outcome(const struct view *w);	/* NONE while open in dispute */
const char *view_outcome_facts(const struct view *w);		/* "" */

/* All targets with an open value, in order of their keys. */
size_t view_target_count(const struct view *w);
const struct target *view_target_at(const struct view *w, size_t i);
/* Those in disagreement. */
size_t view_dispute_count(const struct view *w);
const struct target *view_dispute_at(const struct view *w, size_t i);
/* As text for people and for `visit resolve V AT`: the path, "path#note",
 * "finding:FIELD", "outcome". */
void target_format(const struct target *t, struct fj_buf *b);

/* Instances of a repeat that stand, in order of (clock of add, entry id). */
struct view_instance {
	char id[ID_TEXT + 1];
	const struct visit_entry *entry;	/* its add */
	bool disagree;			/* removed by one, changed by another */
};
size_t view_instances(const struct view *w, const char *form, const char *repeat,
    struct view_instance *out, size_t max);
/* Was this instance (path with {id}) removed? */
bool view_removed(const struct view *w, const char *form, const char *instance);

enum finding_stage {
	STAGE_NONE = 0,
	STAGE_LEAD,
	STAGE_SUSPECTED,
	STAGE_ESTABLISHED,
};

struct finding {
	struct id id;
	const struct visit_entry *first;	/* earliest entry that names it */
	const struct visit_entry *withdrawn;	/* NULL */
	const struct visit_entry *established;	/* NULL */
	enum finding_stage stage;
	bool disagree;				/* in any field */
};
size_t view_finding_count(const struct view *w);	/* withdrawn ones too */
const struct finding *view_finding_at(const struct view *w, size_t i);
const struct finding *view_finding(const struct view *w, const struct id *id);

/* What the clauses of a finding make of it. */
struct finding_family {
	bool untrue, untruth_leg;	/* one of B1–B4; the second leg stands */
	bool to_verify;
	bool falsehood;			/* one of X1–X5 */
	bool leg_alone;			/* B* without one of B1–B4 */
	const char *unknown;		/* first clause id that the data lack, or NULL */
};
struct finding_family finding_family(const struct view *w, const struct id *finding,
    const struct clauses *c);
/* Is `item` one of the ids in a list separated by blanks or commas? */
bool list_has(const char *list, const char *item);

struct evidence_link {
	const char *form, *path;	/* NULL: of a finding */
	struct id finding;
};
struct evidence {
	struct id id;
	const struct visit_entry *entry;
	const struct visit_entry *withdrawn;	/* NULL */
	const char *name, *sha256, *sm3, *how, *by, *taken, *place, *origin, *use;
	long long size;
	const struct evidence_link *links;
	size_t link_count;
};
size_t view_evidence_count(const struct view *w);	/* withdrawn ones too; by id */
const struct evidence *view_evidence_at(const struct view *w, size_t i);
const struct evidence *view_evidence(const struct view *w, const struct id *id);
/* How many pieces are linked to this path or finding (not withdrawn)? */
size_t view_evidence_for(const struct view *w, const char *form, const char *path,
    const struct id *finding);

/* ---- red flags: leads, on no paper ---- */

const struct target *view_flag(const struct view *w, const struct id *flag);	/* NULL */
/* All that were ever marked, in order of their ids; NULL past the end. */
const struct target *view_flag_at(const struct view *w, size_t i);
/* What the first mark says of it: rule, subject, report_no, src, detail; NULL. */
const struct json *view_flag_body(const struct view *w, const struct id *flag);
/* The finding (not withdrawn) that names it; NULL. */
const struct finding *view_flag_finding(const struct view *w, const struct id *flag);
/* flag.run and flag.sample in canonical order; NULL past the end. */
const struct visit_entry *view_flag_run_at(const struct view *w, size_t i);
const struct visit_entry *view_flag_sample_at(const struct view *w, size_t i);

/* Reservations about a resolve, in canonical order. */
size_t view_reservations(const struct view *w, const struct hash *resolve,
    const struct visit_entry **out, size_t max);

/* Number of entries of the round that count here. */
size_t view_entry_count(const struct view *w);

#endif
