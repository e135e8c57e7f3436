/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Red flags (疑点): an agency's own registers, screened by rules in a helper that holds
 * no keys (helper.h).  A hit is a lead, never a verdict; none of this is for a paper
 * that the party gets.
 *
 * RF1  what the helper says is believed by nobody: counts, lengths, codes and places are
 *      checked here; a lie ends the session with a code.
 * RF2  in a visit a register is evidence (hashed, sealed) before a byte of it is read by
 *      anything else, and what is read are bytes with that digest.
 * RF3  a rule that could not run says so with a reason; it never says 0.
 * RF4  a flag has the same id whoever runs the rule over the same files: it is the
 *      first half of the digest of rule, subject and the rows (digest of the file,
 *      sheet, row number).
 *
 * A session goes  new → [seize] → start → MAPPED → run → READY → asks …  One that was
 * started with `go` does not stop at MAPPED.  Everything that is answered lives until
 * the session is freed, but hits move with the next step while it is RUNNING.
 */
#ifndef FJ_APP_REDFLAGS_H
#define FJ_APP_REDFLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "app/dossier.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/json.h"
#include "base/rc.h"

struct redflags;

enum {
	REDFLAGS_FILES = 64,		/* of one session */
	REDFLAGS_CLAUSES = 8,
	REDFLAGS_SRC = 64,		/* rows of one hit that are shown */
};

/* ---- what a session says ---- */

enum redflags_state {
	REDFLAGS_NEW,			/* files are known, none is read */
	REDFLAGS_READING,		/* looks at the heads of the files */
	REDFLAGS_MAPPED,		/* the guess is there: change it, then redflags_run */
	REDFLAGS_LOADING,		/* rows into memory */
	REDFLAGS_RUNNING,		/* rules; hits come */
	REDFLAGS_READY,			/* all rules ended or were stopped; asks are answered */
	REDFLAGS_FAILED,
};

enum redflag_status {
	REDFLAG_WAITS,			/* not yet */
	REDFLAG_RUN,
	REDFLAG_NOT_RUN,		/* a table or column is missing; or it failed, was stopped */
};

struct redflag_rule {
	const char *id;			/* "R03" */
	int version;
	const char *title_zh, *title_en;
	char grade;			/* 'A', 'B', 'C' */
	const char *clause[REDFLAGS_CLAUSES];
	int clauses;
	bool pair;			/* speaks of two: "one of these two" */
	bool own;			/* of a bureau's folder, not of the program */
	const char *false_alarms_zh, *false_alarms_en;
	const char *verify_zh, *verify_en;
	const char *needs;		/* "test_run.started_at …": what it compares; may be NULL */
	enum redflag_status status;
	struct fj_err why;		/* NOT_RUN: its sentence */
	size_t hits, reports;		/* reports: different ones */
	uint32_t ms;
};

/* What people made of a flag, in the visit. */
enum redflag_mark {
	REDFLAG_OPEN,
	REDFLAG_CONFIRMED,
	REDFLAG_RULED_OUT,
	REDFLAG_DISPUTED,		/* two members differ: settle it (dossier_resolve) */
};

struct redflag_src {
	char table[24];			/* "test_run" */
	uint32_t source, row;		/* source: as redflag_source.number */
};

struct flag_places;

struct redflag_hit {
	struct id id;			/* RF4; zero without a visit */
	const struct redflag_rule *rule;
	const char *subject, *report_no;	/* "" where there is none */
	const char *src;		/* "table:number;table:number" */
	double measure;			/* NaN: none */
	const char *detail;
	enum redflag_mark mark;		/* OPEN without a visit */
	const char *why, *who;		/* of the mark; "" */
	bool drafted;			/* a finding names it */
	const struct flag_places *places;	/* of app/ alone */
};
/* The rows of a hit; answers how many there are, out gets at most max. */
size_t redflag_hit_src(const struct redflag_hit *h, struct redflag_src *out, size_t max);

/* The words of a hit's detail in this language ("数字 文字 | words"), appended. */
void redflag_detail(const struct redflag_hit *h, const char *lang, struct fj_buf *out);

/* What came of one source (a sheet; a CSV has one). */
struct redflag_source {
	uint32_t number;		/* from 1 */
	const char *file, *sheet;	/* sheet "" for a CSV */
	const char *table;		/* first one; "" none: not read */
	uint64_t rows, rejected, skipped, cells;	/* cells: became empty */
	const char *const *unmapped;
	size_t nunmapped;
};

/* A row or cell that was left out or mended. */
struct redflag_fault {
	struct fj_err err;		/* its sentence */
	const char *file, *sheet;	/* "" where not said */
	uint32_t row, column;		/* 0 where not said */
	bool rejected;			/* the row stands in no table */
};

/* ---- a session ---- */

struct redflags_value {			/* a parameter of a rule over its default */
	const char *rule, *name;
	double value;
};

struct redflags_options {
	const char *const *path;	/* files, or folders: the registers in them, one level */
	size_t paths;
	const char *lab;		/* "vehicle", "env", "food"; NULL: by its registers */
	const char *map;		/* mapping as JSON over the guess; NULL: none */
	const char *rules_dir;		/* a bureau's own rules beside ours; NULL: none */
	const struct redflags_value *value;
	size_t values;
	bool go;			/* do not stop at MAPPED */
	const char *program;		/* the helper; NULL: the right one */
	const char *lang;		/* for the clauses' names; NULL: zh */
};

/* a: workspace for remembered mappings, NULL: none.  Opens nothing of the files but
 * their descriptors.  FJ_NOTFOUND "redflags.no-files" {path}; FJ_LIMIT "redflags.files"
 * {most}; FJ_INVAL "redflags.lab" {lab}, "redflags.map" {reason}, "redflags.rules-dir"
 * {path, reason}. */
FJ_MUST enum fj_rc redflags_new(struct app *a, const struct redflags_options *o,
    struct redflags **out, struct fj_err *e);
/* The same over the registers, mapping and parameters of a run that is recorded; run
 * zero: the newest.  The bytes come from the evidence. */
FJ_MUST enum fj_rc redflags_again(struct dossier *d, const struct id *run, bool go,
    struct redflags **out, struct fj_err *e);
/* Also kills a helper at work.  NULL is well. */
void redflags_free(struct redflags **r);

/* Files of the session, in the order of their sources. */
size_t redflags_files(const struct redflags *r);

/*
 * In a visit, before the start: each file becomes evidence (what is evidence already is
 * not taken twice), and mappings of this agency that were confirmed once are
 * remembered.  Then hits carry ids and marks.  progress as in evidence_new; may be NULL.
 * FJ_STALE "redflags.changed" {file}.
 */
FJ_MUST enum fj_rc redflags_seize(struct redflags *r, struct dossier *d,
    bool (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, struct fj_err *e);

FJ_MUST enum fj_rc redflags_start(struct redflags *r, struct fj_err *e);
/* From MAPPED: load by the mapping as it stands, run the rules. */
FJ_MUST enum fj_rc redflags_run(struct redflags *r, struct fj_err *e);
/* Rules that have not ended become NOT_RUN "redflags.stopped"; then READY. */
void redflags_stop(struct redflags *r);

enum redflags_state redflags_state(const struct redflags *r);
/* Watch for reading, step also after redflags_wait_ms; -1: nothing is under way. */
int redflags_fd(const struct redflags *r);
int64_t redflags_wait_ms(const struct redflags *r);
/* Takes in what is there without waiting.  *changed: paint again. */
FJ_MUST enum fj_rc redflags_step(struct redflags *r, bool *changed, struct fj_err *e);
/* Waits until the state is at least s. */
FJ_MUST enum fj_rc redflags_wait(struct redflags *r, enum redflags_state s, struct fj_err *e);
void redflags_progress(const struct redflags *r, uint64_t *done, uint64_t *total);
uint32_t redflags_ms(const struct redflags *r);		/* start to READY, without waits at MAPPED */
/* Called as each rule ends while redflags_wait or redflags_step is at work. */
void redflags_on_rule(struct redflags *r,
    void (*fn)(void *ctx, const struct redflag_rule *rule), void *ctx);

/* ---- the mapping (JSON of redflag/import.h), from MAPPED on ---- */

/* {"mapping":1,"sources":[…]} as guessed, remembered and changed. */
const struct json *redflags_map(struct redflags *r);
/* The same as text. */
void redflags_map_text(const struct redflags *r, struct fj_buf *out);
/* Changes, in MAPPED only.  source: number.  FJ_INVAL "redflags.map" {what}. */
/* The whole of a source is this table: the guess for it starts anew; "" : not read. */
FJ_MUST enum fj_rc redflags_map_table(struct redflags *r, uint32_t source, const char *table,
    struct fj_err *e);
/* Column `at` of the file (from 1; 0: none) feeds column `column` of `table`. */
FJ_MUST enum fj_rc redflags_map_column(struct redflags *r, uint32_t source,
    const char *table, const char *column, int at, struct fj_err *e);
FJ_MUST enum fj_rc redflags_map_offset(struct redflags *r, uint32_t source, int64_t seconds,
    struct fj_err *e);
/* The same for every source whose file or sheet is called so (a folder before the file's
 * name counts, too).  FJ_NOTFOUND "redflags.offset-source" {name}. */
FJ_MUST enum fj_rc redflags_map_clock(struct redflags *r, const char *name, int64_t seconds,
    struct fj_err *e);
/* "[+-]S", "[+-]M:SS" or "[+-]H:MM:SS", at most a day.  false: not so. */
bool redflags_offset_parse(const char *s, int64_t *seconds);
/* How many columns of it are not sure: to be looked at. */
size_t redflags_map_unsure(const struct redflags *r);

/* Tables and their columns, for choosing; NULL past the end. */
const char *redflags_table(size_t i);
const char *redflags_column(const char *table, size_t i);

/* ---- results ---- */

size_t redflags_sources(const struct redflags *r);
const struct redflag_source *redflags_source(const struct redflags *r, size_t i);
size_t redflags_faults(const struct redflags *r);	/* kept; more may be counted */
const struct redflag_fault *redflags_fault(const struct redflags *r, size_t i);

/* In the order of their ids. */
size_t redflags_rules(const struct redflags *r);
const struct redflag_rule *redflags_rule(const struct redflags *r, size_t i);
/* By rule, then as the rule gave them. */
size_t redflags_hits(const struct redflags *r);
const struct redflag_hit *redflags_hit(const struct redflags *r, size_t i);

struct redflag_pack {
	char version[32];		/* of the program's rules */
	struct hash digest;		/* of all rules that ran */
	size_t rules, own;
	bool trusted;			/* all of the program or published by the roster */
};
void redflags_pack(const struct redflags *r, struct redflag_pack *out);

/* A pack that a hub published for the person's division. */
struct redflag_bureau {
	const char *name, *version;
	struct hash digest;
	size_t rules;			/* that joined; 0: refused, or not here yet */
	struct fj_err why;		/* rc FJ_OK: it joined */
};
enum { REDFLAG_BUREAUS = 16 };
size_t redflags_bureaus(const struct redflags *r);
const struct redflag_bureau *redflags_bureau(const struct redflags *r, size_t i);
const char *redflags_lab(const struct redflags *r);	/* "" not known */

/* The headline: different reports per clause. */
struct redflag_clause {
	const char *clause;		/* "X1" */
	size_t reports;			/* different ones, by rules of grade A and B */
	size_t reports_a;		/* by rules of grade A alone */
	size_t hits;
	int rules;
	bool serious;			/* reports_a reaches the threshold of gravity */
};
enum {
	REDFLAGS_SERIOUS = 10,		/* false reports from which a case is grave */
};
/* Most reports of grade A first; owned, free() it. */
size_t redflags_clauses(const struct redflags *r, struct redflag_clause **out);

#include "app/redflags_ask.h"

#endif
