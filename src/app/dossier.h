/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An opened visit: the model's state (model/visit.h, model/view.h) beside one
 * filled form (form/form.h) for each form of the visit, both always in step,
 * and the acts that change them.
 *
 * Every act decides (model), appends (journal, durable), applies, and only then
 * answers FJ_OK.  An answer may bring one-shot answers with it (defaults,
 * triggers): they are part of the same commit.
 *
 * D1  the filled forms equal what a replay of the entries would give.
 * D2  a dossier sees what other processes and the sync brought at the next
 *     dossier_refresh() and before each act; pointers into it (views, nodes)
 *     live until then.  A node that was given to an act may still be read
 *     afterwards, until the next act or refresh begins; what it says is of
 *     before when others wrote meanwhile: find it again by its path.
 * D3  strings given to an act may live in the dossier itself.
 */
#ifndef FJ_APP_DOSSIER_H
#define FJ_APP_DOSSIER_H

#include "app/app.h"
#include "form/form.h"
#include "model/verify.h"
#include "model/view.h"
#include "model/visit.h"

struct dossier;

FJ_MUST enum fj_rc dossier_open(struct app *a, const struct id *visit,
    struct dossier **out, struct fj_err *e);
void dossier_close(struct dossier **d);
FJ_MUST enum fj_rc dossier_refresh(struct dossier *d, bool *changed, struct fj_err *e);

struct app *dossier_app(const struct dossier *d);
const struct id *dossier_id(const struct dossier *d);
const struct visit *dossier_visit(const struct dossier *d);	/* settled */
/* Row of the team that I am; -1: not a member (a supervisor). */
int dossier_my_row(const struct dossier *d);

/* Forms of the visit, in the order of visit.start; NULL: not on this machine. */
size_t dossier_form_count(const struct dossier *d);
const char *dossier_form_id(const struct dossier *d, size_t i);
const struct form *dossier_form(const struct dossier *d, size_t i);
struct inst *dossier_inst(const struct dossier *d, size_t i);
/* Published by the roster, or shipped with the program; else "unsigned". */
bool dossier_form_trusted(const struct dossier *d, size_t i);
/* A service visit: it raises no findings; a clue is all that may be passed on. */
bool dossier_clues_only(const struct dossier *d);
/* -1: no such form in this visit. */
int dossier_form_index(const struct dossier *d, const char *form_id);

/* ---- answers (by node of the filled form; paths are made here) ---- */

/*
 * FJ_INVAL form.*, FJ_REFUSED form.read-only, model.* ; FJ_CONFLICT
 * "app.other-answered" {name, value}: a colleague's different answer stands;
 * with why it becomes a `resolve`, without it this failure.
 */
FJ_MUST enum fj_rc dossier_set(struct dossier *d, size_t form, struct inst_node *at,
    const char *value, const char *why, struct inst_changes *c, struct fj_err *e);
FJ_MUST enum fj_rc dossier_clear(struct dossier *d, size_t form, struct inst_node *at,
    const char *why, struct inst_changes *c, struct fj_err *e);
/* A note beside an item; "" takes it away.  Drops the draft of it. */
FJ_MUST enum fj_rc dossier_note(struct dossier *d, size_t form, const struct inst_node *at,
    const char *text, const char *why, struct fj_err *e);
/* "" when there is none; of a disagreement the first. */
const char *dossier_note_text(const struct dossier *d, size_t form, const struct inst_node *at);
FJ_MUST enum fj_rc dossier_add(struct dossier *d, size_t form, struct inst_node *repeat,
    struct inst_node **out, struct inst_changes *c, struct fj_err *e);
FJ_MUST enum fj_rc dossier_remove(struct dossier *d, size_t form, struct inst_node *instance,
    const char *why, struct inst_changes *c, struct fj_err *e);
/* One verdict (na or unchecked only) on many items, with a reason, in one commit. */
FJ_MUST enum fj_rc dossier_bulk(struct dossier *d, size_t form, struct inst_node *const *at,
    size_t n, int verdict, const char *why, struct fj_err *e);
/* Undo of my last answer in this process: another entry, never an erasure.
 * what gets the path.  FJ_NOTFOUND "app.nothing-to-undo". */
FJ_MUST enum fj_rc dossier_undo(struct dossier *d, struct fj_buf *what, struct fj_err *e);
FJ_MUST enum fj_rc dossier_redo(struct dossier *d, struct fj_buf *what, struct fj_err *e);

/* ---- disagreements ---- */
/* at: as target_format writes it.  take: prefix of an entry id, or value. */
FJ_MUST enum fj_rc dossier_resolve(struct dossier *d, const char *at, const char *take,
    const char *value, const char *why, struct fj_err *e);
FJ_MUST enum fj_rc dossier_reserve(struct dossier *d, const struct hash *resolve,
    const char *text, struct fj_err *e);

/* ---- findings ---- */
struct finding_field {
	const char *field;	/* FORMAT.md section 5: title, clauses, facts, ... */
	const char *value;
};
/* id zero: a new one, and it is filled in.  All fields are one commit, but the
 * stage, which asks about them, is a second one: when it is refused, the fields
 * are kept, the id is filled in and the answer is that refusal.
 * why: needed where a colleague's value is replaced; NULL otherwise. */
FJ_MUST enum fj_rc dossier_finding_set(struct dossier *d, struct id *finding,
    const struct finding_field *f, size_t n, const char *why, struct fj_err *e);
/* A new finding from an item: title, item, clauses, facts (its note), stage lead. */
FJ_MUST enum fj_rc dossier_finding_draft(struct dossier *d, size_t form,
    const struct inst_node *at, struct id *out, struct fj_err *e);
FJ_MUST enum fj_rc dossier_finding_withdraw(struct dossier *d, const struct id *finding,
    const char *why, struct fj_err *e);
/* Supervisor, on a sealed visit. */
FJ_MUST enum fj_rc dossier_finding_establish(struct dossier *d, const struct id *finding,
    const char *why, struct fj_err *e);
/* "B2", an article as in force on the finding's act_day (else the visit's start):
 * 《检验检测机构监督管理办法》第十四条第（二）项, or …第__条 where unverified. */
void dossier_clause_text(const struct dossier *d, const char *clause, const struct id *finding,
    struct fj_buf *out, bool *verified);
FJ_MUST enum fj_rc dossier_find_finding(const struct dossier *d, const char *prefix,
    struct id *out, struct fj_err *e);

/* ---- evidence ---- */
struct evidence_new {
	const char *path;
	const char *how;	/* "copy", "photo", "export", free text; NULL: "copy" */
	const char *origin, *place, *taken;	/* NULL: not given */
	const char *use;			/* "paper" for signed papers; NULL */
	const char *const *target;	/* as `--for`: path, bare item name, or finding prefix */
	size_t target_n;
	/* done of total bytes; false cancels; may be NULL */
	bool (*progress)(void *ctx, int64_t done, int64_t total);
	void *ctx;
};
FJ_MUST enum fj_rc dossier_evidence_add(struct dossier *d, const struct evidence_new *n,
    struct id *out, struct fj_err *e);
FJ_MUST enum fj_rc dossier_evidence_link(struct dossier *d, const struct id *evidence,
    const char *const *target, size_t n, struct fj_err *e);
FJ_MUST enum fj_rc dossier_evidence_withdraw(struct dossier *d, const struct id *evidence,
    const char *why, struct fj_err *e);
/* Verified bytes to a new file.  FJ_NOTFOUND "evidence.none": still at the hub. */
FJ_MUST enum fj_rc dossier_evidence_extract(struct dossier *d, const struct id *evidence,
    const char *to, struct fj_err *e);
/* Are the bytes on this machine? */
bool dossier_evidence_held(const struct dossier *d, const struct id *evidence);
FJ_MUST enum fj_rc dossier_find_evidence(const struct dossier *d, const char *prefix,
    struct id *out, struct fj_err *e);

/* ---- outcome, freeze, signatures, seal ---- */
FJ_MUST enum fj_rc dossier_outcome(struct dossier *d, enum visit_outcome o,
    const char *facts, const char *why, struct fj_err *e);

struct dossier_gap {
	struct fj_err err;	/* what is missing: its sentence */
	char at[256];		/* path of the item, or "" */
	char form[64];		/* form id, or "" */
	struct id finding;	/* or zero */
};
/* What a freeze lacks now; owned array, free() it. */
size_t dossier_gaps(struct dossier *d, struct dossier_gap **out);
/* FJ_REFUSED "app.freeze-gaps" {n}: ask dossier_gaps. */
FJ_MUST enum fj_rc dossier_freeze(struct dossier *d, struct hash *seal_id, struct fj_err *e);
FJ_MUST enum fj_rc dossier_void(struct dossier *d, const char *why, struct fj_err *e);
FJ_MUST enum fj_rc dossier_sign(struct dossier *d, struct fj_err *e);
/* member: a name or certificate number of the team. */
FJ_MUST enum fj_rc dossier_unsigned(struct dossier *d, const char *member, const char *why,
    struct fj_err *e);
enum party_outcome { PARTY_SIGNED = 1, PARTY_REFUSED, PARTY_ABSENT };
struct party_new {
	enum party_outcome outcome;
	const char *name, *why, *witness;	/* NULL: not given */
	const char *scan;			/* file of the signed papers, or NULL */
};
FJ_MUST enum fj_rc dossier_party(struct dossier *d, const struct party_new *p, struct fj_err *e);
FJ_MUST enum fj_rc dossier_reopen(struct dossier *d, const char *why, struct fj_err *e);
FJ_MUST enum fj_rc dossier_cancel(struct dossier *d, const char *why, struct fj_err *e);
/* Look-up code of the papers: 26 characters of the seal id, in groups. */
void dossier_code(const struct hash *seal_id, char out[40]);
/* The on-site record as plain text in the given language: facts only. */
void dossier_record_text(const struct dossier *d, const char *lang, struct fj_buf *out);

/* ---- review ---- */
/* on: path, finding or evidence prefix, or NULL: the whole visit. */
FJ_MUST enum fj_rc dossier_comment(struct dossier *d, const char *on, const char *text,
    bool must, struct fj_err *e);
FJ_MUST enum fj_rc dossier_return(struct dossier *d, bool evidence_kind, const char *why,
    const char *const *on, size_t n, struct fj_err *e);
FJ_MUST enum fj_rc dossier_approve(struct dossier *d, const char *disposition,
    const char *accept, struct fj_err *e);

/* ---- drafts: half-typed text, durable, outside the chain ---- */
/* what: "note:FORM:PATH", "finding:ID:FIELD", "facts", ...; text "" drops it. */
FJ_MUST enum fj_rc dossier_draft_put(struct dossier *d, const char *what, const char *text,
    struct fj_err *e);
/* false: none. */
bool dossier_draft_get(struct dossier *d, const char *what, struct fj_buf *out);
/* Every draft of this visit: what, text. */
void dossier_drafts(struct dossier *d,
    bool (*fn)(void *ctx, const char *what, const char *text), void *ctx);

/* ---- the story and its proof ---- */
/* One call per check (model/verify.h).  full: every signature, every evidence file read whole.
 * root: pinned fingerprint to hold the roster against, or NULL. */
FJ_MUST enum fj_rc dossier_verify(struct dossier *d, bool full, const struct hash *root,
    void (*fn)(void *ctx, const struct verify_check *c), void *ctx, size_t *failures,
    struct fj_err *e);

#endif
