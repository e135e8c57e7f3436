/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Red flags (疑点) on screen: what the redflag_*.c views share.  A hit is a lead; no
 * screen calls it more.
 *
 * The ways: redflag_source.c (where the registers are) → redflag_map.c (what is what)
 * → redflag_sum.c (run, summary, import) → redflag_list.c → redflag_hit.c (rows side by
 * side) → redflag_look.c (plots); redflag_pull.c (reports to pull).
 */
#ifndef FJ_TUI_VIEW_REDFLAG_H
#define FJ_TUI_VIEW_REDFLAG_H

#include "app/flags.h"
#include "app/redflags.h"
#include "tui/view/session.h"

/* ---- one screening, shared by its views ---- */

struct screening {
	struct session *s;
	struct id visit;
	struct redflags *r;		/* NULL: nothing was read yet */
	struct flag_list *list;		/* what was recorded; NULL: r tells the hits */
	bool again;			/* r only reads the registers of list again */
	bool asked;			/* for recording, once */
	bool stopped;			/* by the person */
	uint64_t gen;			/* changes with hits, rules, marks */
	uint64_t serial;		/* of the session, when marks were taken */
	int refs;
	int fd;				/* watched; -1 none */
	uint64_t timer;
	size_t found;			/* where the last one was: mostly it is asked again */
};

/* Takes r over. */
struct screening *screening_new(struct session *s, const struct id *visit,
    struct redflags *r);
/* The newest recorded run; NULL after the failure was said. */
struct screening *screening_recorded(struct session *s, const struct id *visit);
struct screening *screening_ref(struct screening *sc);
void screening_unref(struct screening **sc);

/* After redflags_start or _run: steps in the session's loop, records at the end. */
void screening_watch(struct screening *sc);
void screening_stop(struct screening *sc);
/* Begins to read the registers of a recorded run again, so that rows can be asked. */
void screening_reread(struct screening *sc);
bool screening_can_ask(const struct screening *sc);
enum redflags_state screening_state(const struct screening *sc);
bool screening_busy(const struct screening *sc);
/* Marks of colleagues, after a sync: call when drawing. */
void screening_fresh(struct screening *sc);
/* After an act: marks and counts anew. */
void screening_acted(struct screening *sc);

size_t screening_hits(const struct screening *sc);
const struct redflag_hit *screening_hit(const struct screening *sc, size_t i);
/* NULL: gone. */
const struct redflag_hit *screening_find(struct screening *sc, const struct id *id);
size_t screening_rules(const struct screening *sc);
const struct redflag_rule *screening_rule(const struct screening *sc, size_t i);

/* ---- words ---- */

const char *rule_title(const struct session *s, const struct redflag_rule *r);
const char *rule_false_alarms(const struct session *s, const struct redflag_rule *r);
const char *rule_verify(const struct session *s, const struct redflag_rule *r);
const char *mark_word(const struct msg *m, enum redflag_mark mark);
/* One sign in front of a row: "+" confirmed, "-" ruled out, "!" disputed, " ". */
const char *mark_sign(enum redflag_mark mark);
enum style mark_style(enum redflag_mark mark);
/* "A 矛盾" */
const char *grade_word(const struct msg *m, char grade);
enum style grade_style(char grade);
/* "report:JC1" as "报告 JC1"; the report number where there is no subject. */
void subject_words(const struct msg *m, const struct redflag_hit *h, struct fj_buf *b);
/* A table, a column of the schema; the name itself when unknown. */
const char *table_word(const struct msg *m, const char *table);
const char *column_word(const struct msg *m, const char *column);
/* "B1 B3", as people write clauses. */
void clauses_words(const struct session *s, const struct redflag_rule *r, struct fj_buf *b);
/* To the second, unlike human_span: "1 d 2 h 4 min 7 s". */
void span_words(const struct msg *m, int64_t seconds, struct fj_buf *b);
/* Does one of its clauses ask for the second leg? */
bool rule_needs_leg2(const struct session *s, const struct redflag_rule *r);
/* A text without newlines, at most n bytes, cut at a character. */
void one_line(struct fj_buf *b, const char *text, size_t n);

/* ---- acts on one flag or many ---- */

struct flag_act;

/* confirm true: confirmed, else ruled out; asks for the reason.  ids are copied.
 * done (may be NULL) is called after marks were set. */
void flags_mark(struct screening *sc, const struct id *ids, size_t n, bool confirm);
/* A draft finding; of a pair rule it asks which one.  Then the finding is opened. */
void flag_draft(struct screening *sc, const struct id *id);

/* ---- views ---- */

/* What the list shows; 0 and "": all. */
struct flag_filter {
	char rule[24];			/* id; "": all */
	char clause[16];
	char grade;
	int mark;			/* -1 all, else enum redflag_mark */
	struct id *only;		/* owned by the list: these alone */
	size_t nonly;
};

void view_redflag_source_open(struct session *s, const struct id *visit);
void view_redflag_map_open(struct screening *sc);		/* takes a reference */
void view_redflag_sum_open(struct screening *sc);
/* Takes what f owns. */
void view_redflag_list_open(struct screening *sc, const struct flag_filter *f,
    const char *title);
void view_redflag_hit_open(struct screening *sc, const struct id *id);
void view_redflag_look_open(struct screening *sc, const struct id *id, bool person);
void view_redflag_pull_open(struct screening *sc);

#endif
