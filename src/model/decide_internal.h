/* SPDX-License-Identifier: Apache-2.0 */
/* What the decide_*.c files share. */
#ifndef FJ_MODEL_DECIDE_INTERNAL_H
#define FJ_MODEL_DECIDE_INTERNAL_H

#include "base/json.h"
#include "model/decide.h"
#include "model/internal.h"

/* One decision in the making. */
struct act {
	const struct visit *v;
	const struct actor *actor;
	const struct command *c;
	const struct stamp *at;
	struct visit_author who;
	const struct vfreeze *freeze;	/* of acts that name one */
	struct json_w w;
	struct fj_buf *out;
	struct fj_err *e;
};

typedef enum fj_rc (*act_fn)(struct act *a);

/* Begin the payload; the caller ends it with json_w_end. */
void act_begin(struct act *a);
void act_base(struct act *a, const struct visit_entry *const *v, size_t n);
bool is_blank(const char *s);
enum fj_rc need_why(struct act *a);
enum fj_rc need_text(struct act *a, const char *text, const char *what, size_t max);
/* Facts for papers carry no reserved word. */
enum fj_rc plain_facts(struct act *a, const char *text);

enum fj_rc decide_start(struct act *a);
enum fj_rc decide_assign(struct act *a);
enum fj_rc decide_set(struct act *a);
enum fj_rc decide_clear(struct act *a);
enum fj_rc decide_add(struct act *a);
enum fj_rc decide_remove(struct act *a);
enum fj_rc decide_resolve(struct act *a);
enum fj_rc decide_reservation(struct act *a);
enum fj_rc decide_outcome(struct act *a);
enum fj_rc decide_finding_set(struct act *a);
enum fj_rc decide_finding_withdraw(struct act *a);
enum fj_rc decide_finding_establish(struct act *a);
enum fj_rc decide_evidence_add(struct act *a);
enum fj_rc decide_evidence_link(struct act *a);
enum fj_rc decide_evidence_withdraw(struct act *a);
enum fj_rc decide_freeze(struct act *a);
enum fj_rc decide_void(struct act *a);
enum fj_rc decide_sign(struct act *a);
enum fj_rc decide_unsigned(struct act *a);
enum fj_rc decide_party(struct act *a);
enum fj_rc decide_printed(struct act *a);
enum fj_rc decide_correction(struct act *a);
enum fj_rc decide_reopen(struct act *a);
enum fj_rc decide_cancel(struct act *a);
enum fj_rc decide_comment(struct act *a);
enum fj_rc decide_return(struct act *a);
enum fj_rc decide_approve(struct act *a);
enum fj_rc decide_escalate(struct act *a);
enum fj_rc decide_clock(struct act *a);
enum fj_rc decide_flag_run(struct act *a);
enum fj_rc decide_flag_set(struct act *a);
enum fj_rc decide_flag_sample(struct act *a);

/* Own and others' open values of a target (t may be NULL). */
struct standing {
	const struct visit_entry *own[LIMIT_TEAM * 4], *others[LIMIT_TEAM * 4];
	size_t own_count, other_count;
};
void standing_of(const struct act *a, const struct target *t, struct standing *out);
/* Replacing one's own: the reason after a seal; a colleague's value in the way. */
enum fj_rc may_set(struct act *a, const struct target *t, const struct standing *s,
    const char *value);

#endif
