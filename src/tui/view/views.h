/* SPDX-License-Identifier: Apache-2.0 */
/* One constructor a view: it goes on top of the stack. */
#ifndef FJ_TUI_VIEW_VIEWS_H
#define FJ_TUI_VIEW_VIEWS_H

#include "tui/view/session.h"

/* ---- before the keys ---- */
void view_menu_open(struct session *s);		/* try it, start work, restore */
void view_init_open(struct session *s);
void view_restore_open(struct session *s);
void view_unlock_open(struct session *s);
/* The recovery code once, its end asked back, then the list of visits. */
void view_code_open(struct session *s, const char *code);

/* ---- the workspace ---- */
void view_visits_open(struct session *s);
void view_new_open(struct session *s);
void view_assign_open(struct session *s);	/* plan one for a team */
void view_start_open(struct session *s, const struct id *visit);	/* begin a planned one */
void view_sync_open(struct session *s);
void view_enrol_open(struct session *s);
void view_reviews_open(struct session *s);
void view_redflag_rates_open(struct session *s);	/* red flags: how often rules were right */
void view_doctor_open(struct session *s);
void view_settings_open(struct session *s);
void view_about_open(struct session *s);

/* ---- one visit ---- */
void view_visit_open(struct session *s, const struct id *visit);
void view_outcome_open(struct session *s, const struct id *visit);
void view_log_open(struct session *s, const struct id *visit);
void view_review_open(struct session *s, const struct id *visit);
void view_drafts_open(struct session *s, const struct id *visit);

/* form: index; path: item to stand on, or NULL. */
void view_checklist_open(struct session *s, const struct id *visit, size_t form,
    const char *path);
void view_findings_open(struct session *s, const struct id *visit);
void view_finding_open(struct session *s, const struct id *visit, const struct id *finding);
/* target: as `evidence add --for`, or NULL: all of the visit. */
void view_evidence_open(struct session *s, const struct id *visit, const char *target);
void view_freeze_open(struct session *s, const struct id *visit);
void view_disputes_open(struct session *s, const struct id *visit);
void view_record_open(struct session *s, const struct id *visit);
void view_sign_here_open(struct session *s, const struct id *visit);
void view_party_open(struct session *s, const struct id *visit);
void view_redflag_open(struct session *s, const struct id *visit);

#endif
