/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Red flags in a visit: runs that are recorded, what people made of each flag, draft
 * findings, samples of reports, and how often each rule was right.  All of it is in the
 * journal and syncs; none of it is on a paper for the party.
 */
#ifndef FJ_APP_FLAGS_H
#define FJ_APP_FLAGS_H

#include "app/redflags.h"

/* READY, after redflags_seize: the run, its counts and its hits become part of the visit
 * and are synced; the mapping is remembered for the agency. */
FJ_MUST enum fj_rc redflags_record(struct redflags *r, struct dossier *d, struct id *run,
    struct fj_err *e);
/* Marks of the visit into the hits (after an act or a refresh). */
void redflags_marks(struct redflags *r, const struct dossier *d);

struct flag_register {
	struct id evidence;
	const char *name, *sha256;
};
struct flag_count {
	const char *rule;
	bool run;
	size_t hits, reports;
	size_t confirmed, ruled_out;	/* of the visit, whatever the run */
};
struct flag_run {
	struct id id, results;		/* results: evidence with the hits */
	const char *who, *lab, *pack, *pack_digest;
	struct instant at;
	const struct flag_register *reg;
	size_t regs;
	const struct flag_count *count;
	size_t counts;
	size_t hits;
};
/* Runs of the visit, newest first; owned by *out, flag_runs_free. */
size_t dossier_flag_runs(const struct dossier *d, struct flag_run **out);
void flag_runs_free(struct flag_run **runs, size_t n);

/* Hits of a recorded run (zero: the newest) with their marks, without a helper.
 * FJ_NOTFOUND "redflags.no-run"; "evidence.none" while the results are still at the hub. */
struct flag_list;
FJ_MUST enum fj_rc dossier_flags(struct dossier *d, const struct id *run,
    struct flag_list **out, struct fj_err *e);
size_t flag_list_count(const struct flag_list *l);
const struct redflag_hit *flag_list_at(const struct flag_list *l, size_t i);
size_t flag_list_rules(const struct flag_list *l);
const struct redflag_rule *flag_list_rule(const struct flag_list *l, size_t i);
void flag_list_free(struct flag_list **l);
/* By a prefix of at least 4 characters of its id. */
FJ_MUST enum fj_rc flag_list_find(const struct flag_list *l, const char *prefix,
    const struct redflag_hit **out, struct fj_err *e);

/* Confirmed, ruled out, or open again (REDFLAG_OPEN); with a reason always.  Members,
 * while the visit is open.  Over a colleague's other mark: a settlement with that reason. */
FJ_MUST enum fj_rc dossier_flag_mark(struct dossier *d, const struct redflag_hit *h,
    enum redflag_mark mark, const char *why, struct fj_err *e);
/* The rows of a recorded flag, from the evidence, by a session of their own: both are
 * the caller's, also when it fails. */
FJ_MUST enum fj_rc dossier_flag_rows(struct dossier *d, const struct redflag_hit *h,
    struct redflags **r, struct redflag_rows **rows, struct fj_err *e);
/* A draft finding (stage lead) that names the flag, with the rows as evidence (a CSV
 * with file and row numbers).  which: of a pair rule the first or second (1, 2); 0: all.
 * r: a session in READY over the same registers, or NULL: one is made from evidence. */
FJ_MUST enum fj_rc dossier_flag_draft(struct dossier *d, struct redflags *r,
    const struct redflag_hit *h, int which, struct id *finding, struct fj_err *e);

/* Reports to pull from the archive. */
struct redflag_pull {
	const char *report_no;
	size_t a, b, c;			/* hits of each grade */
	const char *rules;		/* "R03 R11" */
};
struct redflag_sample {
	struct redflag_pull *pull;
	size_t n;
	size_t of;			/* reports to choose from */
	struct fj_buf text;		/* behind the strings */
};
/* seed NULL: worst first; else a random choice by it, the same on every machine. */
FJ_MUST enum fj_rc flag_list_sample(const struct flag_list *l, size_t n, const char *seed,
    struct redflag_sample *out, struct fj_err *e);
void redflag_sample_release(struct redflag_sample *s);
/* The choice and how it was made become part of the visit. */
FJ_MUST enum fj_rc dossier_flag_sample(struct dossier *d, const struct redflag_sample *s,
    const char *seed, struct fj_err *e);

/* Over all visits of the workspace that are here: how often each rule was right. */
struct redflag_rate {
	char rule[24];
	size_t runs, hits, confirmed, ruled_out, drafted;
};
FJ_MUST enum fj_rc app_redflag_rates(struct app *a, struct redflag_rate **out, size_t *n,
    struct fj_err *e);

#endif
