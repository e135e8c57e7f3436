/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forms: the definition (struct form: parsed once, compiled, immutable) and a
 * filled form (struct inst: answers, repeats, and what follows from them).
 * Pure: no file, no clock, no randomness but what struct form_env brings.
 *
 * F1  after every inst_* call that changes something, the state equals the one
 *     that inst_recompute would give: incremental equals full, always.
 * F2  a value stays stored while its node is not relevant; it reads as blank.
 * F3  what happens once (defaults, once(), triggers, instances a count makes)
 *     is reported with INST_ONE_SHOT, so that the caller can keep it.
 * F4  nothing here exceeds base/limits.h: that is an answer (FJ_LIMIT).
 */
#ifndef FJ_FORM_FORM_H
#define FJ_FORM_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/id.h"
#include "base/rc.h"

/* ---- definition ---- */

struct form;
struct form_node;		/* a group, a repeat or a question */

enum form_severity {
	FORM_ERROR,
	FORM_WARNING,
};

struct form_fault {
	int line, column;	/* 1-based; column in characters */
	enum form_severity severity;
	struct fj_err err;	/* code and arguments */
};

struct form_faults {
	struct form_fault *v;
	size_t n, cap;
	size_t errors;		/* how many of them are FORM_ERROR */
};

void form_faults_release(struct form_faults *f);

/*
 * Reads and compiles; every fault at once goes to faults (zeroed by the
 * caller; NULL: not wanted).  FJ_INVAL when one of them is an error, with the
 * first error in e.  The bytes may go away afterwards.
 */
FJ_MUST enum fj_rc form_load(const char *p, size_t n, struct form **out,
    struct form_faults *faults, struct fj_err *e);
void form_free(struct form **f);

/*
 * Lists kept outside (select_one_from_file, csv-external, pulldata ..) stand
 * packed in the definition: "files": {"cities.csv": [{"name": .., column: ..}]}.
 * Tells each file that a definition names and does not carry, once; fn answers
 * false to stop.  The definition may have other faults; FJ_INVAL json.*.
 */
FJ_MUST enum fj_rc form_files_needed(const char *p, size_t n,
    bool (*fn)(void *ctx, const char *name), void *ctx, struct fj_err *e);

/* ---- holidays: data that working-day() counts by ---- */

struct form_calendar;

/* {"years": {"2026": {"off": ["2026-01-01"..], "work": [..]}}}; FJ_INVAL calendar.* */
FJ_MUST enum fj_rc form_calendar_load(const char *p, size_t n,
    struct form_calendar **out, struct fj_err *e);
void form_calendar_free(struct form_calendar **c);
bool form_calendar_knows(const struct form_calendar *c, int year);
/* c may be NULL, a year may be unknown: then Saturday and Sunday are free. */
bool form_calendar_working(const struct form_calendar *c, int64_t day);
/* n working days after day (before it when negative); *known: all years were. */
int64_t form_calendar_add(const struct form_calendar *c, int64_t day, int64_t n, bool *known);
/* Used by all that is filled in from f; must outlive f.  NULL: weekends only. */
void form_use_calendar(struct form *f, const struct form_calendar *c);

/* What a check may ask from outside. */
struct form_lint {
	bool (*clause)(void *ctx, const char *id);	/* is it known? NULL: not asked */
	void *ctx;
};
/*
 * For authors: all that form_load tells, and what is no fault of the language
 * but surely not meant (lint.h); lint may be NULL.  Sorted by place.  FJ_INVAL
 * when one is an error, with the first in e.
 */
FJ_MUST enum fj_rc form_check(const char *p, size_t n, const struct form_lint *lint,
    struct form_faults *faults, struct fj_err *e);

struct form_source {
	const char *id, *title, *as_of;		/* "" when not given */
};

const char *form_id(const struct form *f);
const char *form_version(const struct form *f);
const char *form_title(const struct form *f, const char *lang);
size_t form_languages(const struct form *f, const char *const **v);
size_t form_sources(const struct form *f, const struct form_source **v);
const struct form_node *form_root(const struct form *f);
/* By a path without indexes, /data/staff/s1, or by an unambiguous name; or NULL. */
const struct form_node *form_find(const struct form *f, const char *path);
size_t form_node_count(const struct form *f);

enum form_type {
	FORM_GROUP,
	FORM_REPEAT,
	FORM_TEXT,
	FORM_INTEGER,
	FORM_DECIMAL,
	FORM_RANGE,
	FORM_SELECT_ONE,
	FORM_SELECT_MULTIPLE,
	FORM_RANK,
	FORM_VERDICT,		/* a select_one whose choices have keys 1..5 */
	FORM_DATE,
	FORM_TIME,
	FORM_DATETIME,
	FORM_NOTE,
	FORM_ACKNOWLEDGE,
	FORM_GEOPOINT,
	FORM_GEOTRACE,
	FORM_GEOSHAPE,
	FORM_FILE,		/* image, audio, video, file: a reference */
	FORM_BARCODE,
	FORM_CALCULATE,		/* no control */
	FORM_HIDDEN,		/* no control */
	FORM_META,		/* start, end, today, username...: no control */
	FORM_FINDING,
	FORM_USCC,
	FORM_SUBJECT,
	FORM_MEASUREMENT,
	FORM_SIGNATURE,
};

/* Verdict keys, the same everywhere. */
enum form_verdict {
	VERDICT_NONE = 0,
	VERDICT_CONFORM = 1,
	VERDICT_NONCONFORM = 2,
	VERDICT_BASIC = 3,
	VERDICT_NA = 4,
	VERDICT_UNCHECKED = 5,
};
/* "conform", "nonconform", "basic", "na", "unchecked"; NULL outside 1..5. */
const char *form_verdict_name(int key);
int form_verdict_key(const char *name);		/* 0: none */

/* Texts by language: the language, else the form's default, else any; "" if none. */
enum form_type form_node_type(const struct form_node *n);
const char *form_node_name(const struct form_node *n);
const char *form_node_label(const struct form_node *n, const char *lang);
const char *form_node_hint(const struct form_node *n, const char *lang);
const char *form_node_guidance(const struct form_node *n, const char *lang);
const char *form_node_how(const struct form_node *n, const char *lang);
const char *form_node_evidence(const struct form_node *n, const char *lang);
const char *form_node_constraint_message(const struct form_node *n, const char *lang);
const char *form_node_required_message(const struct form_node *n, const char *lang);
/* Which answer drafts which finding: JSON text as written, or "". */
const char *form_node_finding(const struct form_node *n);
/*
 * The same, looked up: the value that drafts a finding ("" when none; a
 * verdict item without the column drafts one on "nonconform"), and the name
 * of the finding's kind if the form says one ("").
 */
const char *form_node_finding_on(const struct form_node *n);
const char *form_node_finding_kind(const struct form_node *n);
size_t form_node_clauses(const struct form_node *n, const char *const **v);
bool form_node_key_item(const struct form_node *n);
/* x-internal of it or of a group above it: for the office, never for the party. */
bool form_node_internal(const struct form_node *n);
bool form_node_has_control(const struct form_node *n);	/* a person may answer */
bool form_node_calculated(const struct form_node *n);	/* calculation, no trigger */
bool form_node_counted(const struct form_node *n);	/* repeat with repeat_count */
const char *form_node_appearance(const struct form_node *n);
const char *form_node_parameter(const struct form_node *n, const char *name); /* or NULL */
/* Next in document order within top (NULL: whole form), children included. */
const struct form_node *form_node_walk(const struct form_node *n, const struct form_node *top);
/* Of the tree: NULL above the root, past the last of a group. */
const struct form_node *form_node_parent(const struct form_node *n);
const struct form_node *form_node_next(const struct form_node *n);
void form_node_path(const struct form_node *n, struct fj_buf *out);
int form_node_line(const struct form_node *n);

struct form_choice;
size_t form_node_choices(const struct form_node *n, const struct form_choice *const **v);
const char *form_choice_name(const struct form_choice *c);
const char *form_choice_label(const struct form_choice *c, const char *lang);
int form_choice_key(const struct form_choice *c);	/* verdict key, 0: none */
const char *form_choice_column(const struct form_choice *c, const char *column); /* or NULL */

/* ---- expressions as text (FORM_PRINT_SOURCE gives the same tree again) ---- */

enum form_slot {
	FORM_SLOT_RELEVANT,
	FORM_SLOT_REQUIRED,
	FORM_SLOT_READ_ONLY,
	FORM_SLOT_CONSTRAINT,
	FORM_SLOT_CALCULATION,
	FORM_SLOT_DEFAULT,	/* one that is an expression */
	FORM_SLOT_CHOICE_FILTER,
	FORM_SLOT_REPEAT_COUNT,
	FORM_SLOTS,
};

enum form_print {
	FORM_PRINT_SOURCE,	/* our dialect: ${name} */
	FORM_PRINT_XPATH,	/* of an XForm: /data/a, ../a, current()/../a */
};

/* The expression of one column, appended to out; false: it has none. */
bool form_node_expr(const struct form_node *n, enum form_slot slot, enum form_print mode,
    struct fj_buf *out);
/* The form's own rules on a node (column validate). */
size_t form_node_rules(const struct form_node *n);
bool form_node_rule_expr(const struct form_node *n, size_t i, enum form_print mode,
    struct fj_buf *out);
const char *form_node_rule_message(const struct form_node *n, size_t i, const char *lang);
bool form_node_rule_warning(const struct form_node *n, size_t i);
/* Any expression as it is meant at n; FJ_INVAL with the fault of the text. */
FJ_MUST enum fj_rc form_expr_print(const struct form_node *n, const char *expr,
    enum form_print mode, struct fj_buf *out, struct fj_err *e);

/* GB 32100: 18 characters with a right check character (upper case). */
bool form_uscc_ok(const char *s, size_t n);

/*
 * What a person typed, as XLSForm wants it: "9:30" is 09:30:00, a date and a
 * time may have a blank between them, a date may be 20260301 or 2026/3/1.
 * What is not understood stays as it is.
 */
void form_complete(const struct form_node *n, const char *typed, struct fj_buf *out);

/* ---- a filled form ---- */

/* All that comes from outside; copied by inst_new. */
struct form_env {
	struct instant now;	/* its offset is the zone of local dates */
	const char *lang;	/* "zh", "en" */
	struct id uuid;		/* of this filled form: seeds random() in calculations */
	/* n random bytes for one-shots and eval; NULL: derived from uuid */
	void (*random)(void *ctx, void *out, size_t n);
	void *ctx;
	const char *username, *phonenumber, *email, *deviceid;	/* NULL: blank */
	/* ${last-saved#name}: the answer in the record of this form that was saved
	 * last; NULL (also as the answer): blank */
	const char *(*last_saved)(void *ctx, const char *name);
	void *last_ctx;
	const struct form_calendar *calendar;	/* outlives it; NULL: that of the form */
};

struct inst;
/*
 * A place in a filled form: group, repeat (the whole of it), one instance of a
 * repeat, or a leaf.  Lives until its instance is removed or inst_free.
 */
struct inst_node;

enum inst_kind {
	INST_GROUP,
	INST_REPEAT,
	INST_INSTANCE,
	INST_LEAF,
};

enum {				/* what changed, bits */
	INST_VALUE = 1,
	INST_RELEVANT = 2,
	INST_REQUIRED = 4,
	INST_READ_ONLY = 8,
	INST_VALID = 16,
	INST_CHOICES = 32,
	INST_COUNT = 64,	/* of a repeat: instances came or went */
	INST_ONE_SHOT = 128,	/* with INST_VALUE: keep the stored value */
};

struct inst_change {
	const struct inst_node *at;
	unsigned what;
};

struct inst_changes {		/* zeroed by the caller; emptied by each call */
	struct inst_change *v;
	size_t n, cap;
};

void inst_changes_release(struct inst_changes *c);

/*
 * Empty, with the instances that the form starts with; nothing is computed
 * yet.  Then either inst_start (a new one: defaults) or inst_load_* in any
 * order and inst_recompute (one that has a history).
 */
struct inst *inst_new(const struct form *f, const struct form_env *env);
void inst_free(struct inst **in);
void inst_set_env(struct inst *in, const struct form_env *env);	/* recompute after it */
/* Another time for today() and now(): what reads them follows, nothing else. */
FJ_MUST enum fj_rc inst_set_clock(struct inst *in, struct instant now,
    struct inst_changes *c, struct fj_err *e);

FJ_MUST enum fj_rc inst_start(struct inst *in, struct inst_changes *c, struct fj_err *e);
FJ_MUST enum fj_rc inst_recompute(struct inst *in, struct inst_changes *c, struct fj_err *e);

/*
 * Paths: /data/report[2]/no (1-based, active instances), /data/report{ID}/no
 * (26-character id, or #1, #2.. of instances made by count or default), mixed,
 * or a bare name when unique.  FJ_INVAL form.path*, FJ_NOTFOUND, FJ_AMBIGUOUS.
 */
FJ_MUST enum fj_rc inst_find(struct inst *in, const char *path,
    struct inst_node **out, struct fj_err *e);
void inst_path(const struct inst_node *at, struct fj_buf *out);		/* [2] */
void inst_path_id(const struct inst_node *at, struct fj_buf *out);	/* {ID} */

/*
 * value is an XLSForm string; it is normalised by the question's type.
 * FJ_INVAL form.value-* (nothing changed), FJ_REFUSED form.not-a-question.
 * Whether the node is relevant or read-only is the caller's to ask.
 * FJ_LIMIT form.steps, form.trigger-loop (all calls that change something): the
 * change is stored, what follows from it is unfinished; the next call goes on.
 */
FJ_MUST enum fj_rc inst_set(struct inst *in, struct inst_node *at, const char *value,
    struct inst_changes *c, struct fj_err *e);
FJ_MUST enum fj_rc inst_clear(struct inst *in, struct inst_node *at,
    struct inst_changes *c, struct fj_err *e);
/*
 * Adds an instance after the others; id "" takes the next #n.  order sorts
 * the instances of a repeat: (order, id); # instances come first.
 * FJ_REFUSED form.repeat-counted, form.repeat-exists; FJ_LIMIT.
 */
FJ_MUST enum fj_rc inst_add(struct inst *in, struct inst_node *repeat, const char *id,
    uint64_t order, struct inst_node **out, struct inst_changes *c, struct fj_err *e);
FJ_MUST enum fj_rc inst_remove(struct inst *in, struct inst_node *instance,
    struct inst_changes *c, struct fj_err *e);

/*
 * Raw loading by id path: no normalising, no recomputing.  An answer below an
 * instance that is not there makes #n instances of a counted repeat; any other
 * unknown place is FJ_NOTFOUND (the caller keeps the entry, without effect).
 */
FJ_MUST enum fj_rc inst_load_value(struct inst *in, const char *id_path,
    const char *value, struct fj_err *e);
FJ_MUST enum fj_rc inst_load_add(struct inst *in, const char *repeat_id_path,
    const char *id, uint64_t order, struct fj_err *e);
FJ_MUST enum fj_rc inst_load_remove(struct inst *in, const char *instance_id_path,
    struct fj_err *e);

/* Would value be taken, and as what?  out gets the normal form. */
FJ_MUST enum fj_rc inst_normalise(const struct inst_node *at, const char *value,
    struct fj_buf *out, struct fj_err *e);

/* Reading. */
enum inst_kind inst_kind(const struct inst_node *at);
const struct form_node *inst_def(const struct inst_node *at);
const char *inst_value(const struct inst_node *at);	/* as readers see it; "" */
const char *inst_stored(const struct inst_node *at);	/* also when not relevant */
bool inst_relevant(const struct inst_node *at);
bool inst_required(const struct inst_node *at);
bool inst_read_only(const struct inst_node *at);
bool inst_valid(const struct inst_node *at);	/* type, choice, constraint, required */
size_t inst_count(const struct inst_node *repeat);	/* active instances */
const char *inst_id(const struct inst_node *instance);	/* "" unless an instance */
/* Allowed now, in list order; the array lives until the next change. */
size_t inst_choices(struct inst *in, const struct inst_node *at,
    const struct form_choice *const **v);

const struct inst_node *inst_root(const struct inst *in);
const struct inst_node *inst_parent(const struct inst_node *at);
/* A repeat's children are its active instances; NULL past the last. */
const struct inst_node *inst_child(const struct inst_node *at, size_t i);
/* Next in document order within top (NULL: all), only relevant places. */
const struct inst_node *inst_walk(const struct inst *in, const struct inst_node *at,
    const struct inst_node *top);

enum inst_problem_kind {
	INST_P_REQUIRED,
	INST_P_CONSTRAINT,
	INST_P_TYPE,
	INST_P_CHOICE,
	INST_P_VALIDATE,	/* the form's own rule, level error */
	INST_P_WARNING,		/* the form's own rule, level warning */
	INST_P_COMPUTE,		/* an expression failed */
};
const char *inst_problem_name(enum inst_problem_kind k);	/* "required".. */

struct inst_problem {
	const struct inst_node *at;
	enum inst_problem_kind kind;
	const char *message;	/* the form's own words, else NULL: then err */
	struct fj_err err;
};

struct inst_problems {
	struct inst_problem *v;
	size_t n, cap;
	size_t errors;		/* all but warnings */
};

/* In document order. */
void inst_validate(struct inst *in, struct inst_problems *out);
void inst_problems_release(struct inst_problems *p);
/* What is wrong with one leaf now; false: nothing. */
bool inst_problem_at(struct inst *in, const struct inst_node *at, struct inst_problem *out);

enum inst_eval_type {
	INST_E_NUMBER,
	INST_E_STRING,
	INST_E_BOOLEAN,
	INST_E_NODESET,
};

struct inst_eval {
	enum inst_eval_type type;
	double number;
	bool boolean;
	char **text;		/* one of a string; count of a nodeset */
	size_t count;
};

/* ---- texts as they read at a place: ${name} in them is filled in ---- */

enum inst_text {
	INST_T_LABEL,
	INST_T_HINT,
	INST_T_GUIDANCE,
	INST_T_HOW,
	INST_T_EVIDENCE,
	INST_T_CONSTRAINT_MESSAGE,
	INST_T_REQUIRED_MESSAGE,
};

/* lang NULL: that of the environment.  The text lives as long as the inst. */
const char *inst_text(const struct inst_node *at, enum inst_text which, const char *lang);
const char *inst_label(const struct inst_node *at, const char *lang);
/*
 * The label as it is understood away from its neighbours, appended: with the
 * groups and instances between the section and it, "报告 2 · 职称 · 填报数".  A
 * group whose words stand in the next label is left out.
 */
void inst_full_label(const struct inst_node *at, const char *lang, struct fj_buf *out);
/* The number of an instance in its repeat, from 1; 0: not one. */
size_t inst_ordinal(const struct inst_node *at);
const char *inst_choice_label(const struct inst_node *at, const struct form_choice *c,
    const char *lang);
/* instance_name of the form, evaluated; nothing when it has none. */
void inst_title(struct inst *in, struct fj_buf *out);
/* A date was counted in a year that the calendar does not know. */
bool inst_calendar_unknown(const struct inst *in);

/* An expression at a place; out is released by inst_eval_release. */
FJ_MUST enum fj_rc inst_eval(struct inst *in, const char *expr, struct inst_node *at,
    struct inst_eval *out, struct fj_err *e);
void inst_eval_release(struct inst_eval *v);
/* The shortest plain decimal of a number (string() of expressions). */
void form_number_text(double v, struct fj_buf *out);

/* Relevant, non-empty leaves in document order. */
void inst_dump(const struct inst *in,
    bool (*fn)(void *ctx, const struct inst_node *at, const char *value), void *ctx);
/* Lines `path{ID}` TAB value LF, sorted by path bytes: what freeze digests. */
void inst_digest_lines(const struct inst *in, struct fj_buf *out);

struct inst_progress {
	size_t total;		/* relevant questions a person answers */
	size_t answered;
	size_t failed;		/* verdict 2 */
	size_t required_open;	/* required, still empty */
	size_t invalid;
	size_t by_verdict[6];	/* indexed by key */
};
struct inst_progress inst_progress(const struct inst *in, const struct inst_node *top);

#endif
