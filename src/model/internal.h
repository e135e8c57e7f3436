/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of model/ share; nobody else includes it. */
#ifndef FJ_MODEL_INTERNAL_H
#define FJ_MODEL_INTERNAL_H

#include "base/limits.h"
#include "base/map.h"
#include "entry/roster.h"
#include "model/view.h"
#include "model/visit.h"

/* One entry as it was read; `pub` is first, so that both are one address. */
struct vent {
	struct visit_entry pub;
	struct hash prev;
	struct json_doc *doc;		/* of ops that are not simple content */
	struct hash *base;
	int base_count;
	char *key;			/* of its target; NULL: has none */
	struct hash ref2;		/* return's approve, reopen's return, resolve's take */
	bool has_ref, has_ref2;
	unsigned flags;			/* enum visit_add_flags */
	const char *fault;		/* of the payload: inert whatever comes */
	char *strings;			/* storage of pub's texts */

	/* derived by every rebuild */
	struct vent *parent;		/* NULL: seq 1 or not here */
	struct vchain *chain;		/* NULL: not connected */
	bool allowed;			/* author, base and payload are in order */
	size_t pos;			/* in canonical order */
	const char *reason;
	char *reason_arg;
};

/* What one hello opens.  A forked hello opens a chain of its own. */
struct vchain {
	struct vent *hello;
	struct vent *head;		/* longest branch, then smallest id */
	struct visit_author author;
	bool ended_lost;
	char *name, *cert;
};

struct vfreeze {
	struct visit_freeze pub;
	struct vent *en;
	unsigned char *cover;		/* a bit for each position below cover_n */
	size_t cover_n;
	bool void_entry;		/* somebody voided it; has effect unless sealed */
	enum sign_how signs[LIMIT_TEAM];
	struct view *view;
};

struct ventlist {
	struct vent **v;
	size_t n, cap;
};

enum { LEVELS_MAX = 8 };

struct visit {
	struct id id;
	struct model_env env;
	struct map *by_id;		/* vent */
	struct ventlist all;		/* canonical once settled */
	struct map *wanted;		/* ids that something waits for */
	bool dirty;

	/* derived */
	struct vchain **chains;
	size_t chain_count;
	struct map *head_by_dev;	/* vchain with the longest head */
	bool forked;
	struct vent *assign, *start;
	const struct kinds *kinds;	/* of visit.start, else of env */
	const struct clauses *clauses;
	struct visit_facts facts;
	struct visit_member *team;
	struct visit_form *forms;
	struct vfreeze **freezes;
	size_t freeze_count;
	struct vfreeze *now_freeze, *sealed_freeze;
	enum visit_state state;
	int round;
	struct vent *approvals[LEVELS_MAX + 1];
	int approved;
	struct vent *standing_return;
	const char *escalated;
	struct ventlist establish;	/* finding.establish that count */
	struct view *now;
};

void ventlist_add(struct ventlist *l, struct vent *en);
void ventlist_release(struct ventlist *l);

/* entries.c */
struct vent *vent_new(const struct entry *en, unsigned flags);
void vent_free(void *p);
struct vent *vent_of(const struct visit_entry *en);
bool flag_value(const char *value);	/* one of a flag's marks */
bool vent_is_paper(const struct vent *en);
int vent_cmp(const struct vent *a, const struct vent *b);	/* canonical */
/* Is hash named in the base? */
bool vent_base_has(const struct vent *en, const struct hash *h);
struct vent *visit_vent(const struct visit *v, const struct hash *id);

/* settle.c: what becomes of an entry */
void vent_counts(struct vent *en);
void vent_inert(struct vent *en, const char *code, const char *arg);
/* waits for that id; it is noted as wanted */
void vent_waits(struct visit *v, struct vent *en, const char *code,
    const struct hash *missing);
void visit_rebuild(struct visit *v);
void visit_drop_derived(struct visit *v);
/* Base rules; false: the status is set. */
bool content_check(struct visit *v, struct vent *en);

/* authors.c */
void chains_connect(struct visit *v);
void start_choose(struct visit *v);
void facts_fill(struct visit *v);
void authors_resolve(struct visit *v);
int team_match(const struct visit_member *team, int n, const char *cert,
    const char *name);
/* Digits of the widest scope that covers the division; 0 none. */
int widest_scope(const struct roster_person *p, const char *division);
bool same_person(const struct visit_author *a, const struct visit_author *b);

/* freezes.c */
void freezes_collect(struct visit *v);
void freezes_rounds(struct visit *v);
struct vfreeze *freeze_by_id(const struct visit *v, const struct hash *id);
bool freeze_covers(const struct vfreeze *f, const struct vent *en);
/* Does it count under the freeze: covered, with everything that it builds on?  A
 * base that comes later must not change what was fixed (S1). */
bool freeze_holds(const struct visit *v, const struct vfreeze *f,
    const struct vent *en);

/* decisions.c */
void decisions_apply(struct visit *v);

/* view.c */
struct view *model_view_new(void);
void model_view_free(struct view **w);
/* All, in any order, then once view_link; or one at a time by view_extend. */
void view_put(struct view *w, struct vent *en);
void view_link(struct view *w, const struct visit *v);
void view_extend(struct view *w, const struct visit *v, struct vent *en);
void view_establish(struct view *w, const struct visit *v);
void view_digest_text(const struct view *w, struct fj_buf *b);
bool view_superseded(const struct view *w, const struct vent *en);

#endif
