/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of app/ share; nobody else includes it. */
#ifndef FJ_APP_INTERNAL_H
#define FJ_APP_INTERNAL_H

#include "app/app.h"
#include "app/dossier.h"
#include "entry/payload.h"
#include "entry/roster.h"
#include "form/form.h"
#include "journal/evidence.h"
#include "journal/journal.h"
#include "model/decide.h"
#include "model/fill.h"
#include "model/view.h"
#include "model/visit.h"

struct shelf;			/* shelf.c: forms and data, compiled once */
struct sync_run;		/* syncing.c */

struct row {
	struct app_row r;
	int64_t version;	/* of the stream when s was computed; -1: never */
	int64_t wanted;		/* that it has now */
	bool seen;		/* still there, during a reload */
};

struct app {
	char *home;
	struct clock *clock;
	char lang[3];
	bool lang_given;	/* by the caller: stronger than the workspace's */
	int kdf_log_n;
	struct journal *j;	/* NULL: no workspace */
	struct app_person me;
	char *me_text[4];	/* owned copies behind me */
	struct shelf *shelf;
	struct roster *roster;	/* NULL: not enrolled */
	int64_t roster_version;
	struct row **rows;
	const struct app_row **shown;
	size_t nrow;
	int64_t data_version;	/* of the journal when rows were loaded */
	struct dossier *dossiers;	/* opened ones, linked */
	struct sync_run *sync;
	struct arrived {
		uint64_t entries, findings, files;
		int64_t skew_ms;	/* the hub's clock minus ours */
	} arrived;		/* with the last run of this process */
	struct {
		int64_t version;	/* of the journal; 0: never looked */
		uint64_t entries, files, aside;
		int64_t bytes;
	} pending;		/* what has no receipt */
	bool end_known;		/* ended.c: the roster was made anew for it */
	struct fj_err jump;	/* clockwatch.c: not said yet; rc FJ_OK: none */
};

/* ---- shelf.c ---- */
FJ_MUST enum fj_rc shelf_new(struct shelf **out, struct fj_err *e);
void shelf_free(struct shelf **s);
const struct kinds *shelf_kinds(const struct shelf *s);
const struct clauses *shelf_clauses(const struct shelf *s);
const struct divisions *shelf_divisions(struct shelf *s);
void shelf_digests(const struct shelf *s, struct hash *kinds, struct hash *clauses);
/* The tables that a visit was begun with; NULL: not here. */
const struct kinds *shelf_kinds_of(struct app *a, const struct hash *digest);
const struct clauses *shelf_clauses_of(struct app *a, const struct hash *digest);
/* The roster or what is held moved: do new visits go by other tables now? */
bool shelf_renew(struct app *a);
struct subject;
/* Every subject of the registers held that concern us; false stops. */
void shelf_subjects_of(struct app *a, bool (*fn)(void *ctx, const struct subject *one),
    void *ctx);
/* The compiled form of this digest: shipped, or kept in the journal; NULL. */
const struct form *shelf_form(struct app *a, const struct hash *digest);
bool shelf_shipped(const struct shelf *s, const struct hash *digest);
/* By id of a shipped form or one published for this division, or by file name; keeps the bytes of a
 * file in the journal, so that the visit opens without it. */
FJ_MUST enum fj_rc shelf_pick(struct app *a, const char *id_or_file, const char *division,
    struct command_form *out, const struct form **form, struct fj_err *e);
/* Bytes that a sync or a bundle brought; kept when they are a form. */
FJ_MUST enum fj_rc shelf_keep(struct app *a, const void *p, size_t n, const struct hash *digest,
    struct fj_err *e);
/* The bytes of a form by digest, appended; FJ_NOTFOUND "app.form-absent". */
FJ_MUST enum fj_rc shelf_bytes(struct app *a, const struct hash *digest, struct fj_buf *out,
    struct fj_err *e);

/* ---- app.c ---- */
FJ_MUST enum fj_rc app_need(const struct app *a, struct fj_err *e);	/* unlocked */
void app_actor(const struct app *a, struct actor *out);
void app_stamp(const struct app *a, struct stamp *out);
struct model_env app_env(struct app *a);
/* Build the roster anew when its stream moved. */
FJ_MUST enum fj_rc app_roster(struct app *a, struct fj_err *e);

/* ---- rows.c ---- */
void rows_free(struct app *a);

/* ---- dossier.c ---- */
struct undo {
	size_t form;
	char *path, *value, *after;	/* value: before; "" was empty */
};

struct filled {
	const struct form *form;	/* NULL: not here */
	struct inst *inst;
};

/* Forms that were made anew since the last act or refresh began. */
struct grave {
	struct filled *f;
	size_t nf;
	struct grave *next;
};

struct dossier {
	struct app *a;
	struct id id;
	struct visit *v;
	int64_t version;		/* of the stream */
	uint64_t hlc;			/* newest seen */
	struct filled *f;
	size_t nf;
	struct grave *graves;
	struct undo *undo;
	size_t nundo, undo_at;		/* undo_at: what redo would do stands behind it */
	struct dossier *next;
};

/* Most commits of an act. */
enum {
	ACT_MAX = 512,
};

/* Make the filled forms anew from the visit. */
FJ_MUST enum fj_rc dossier_refill(struct dossier *d, struct fj_err *e);
void dossier_forget_old(struct dossier *d);	/* the graves */
/*
 * The clock that the forms compute with (today(), now()): that of the act which
 * begins, so that its one-shot answers and its checks read it; and afterwards
 * that of the newest entry or of the freeze, by which every other machine
 * computes.  An act that fails makes the forms anew, with the latter.
 */
void dossier_clock_now(struct dossier *d);
void dossier_clock_kept(struct dossier *d);
/* What the journal has beyond our version goes into the visit; the forms stay. */
FJ_MUST enum fj_rc dossier_take_in(struct dossier *d, bool *changed, struct fj_err *e);

/* ---- act.c ---- */

/*
 * Decide each command against the present state and append them as one commit,
 * then take in what the journal has.  On failure the filled forms are made
 * anew, so that nothing of the act stays (A2).  kv may be NULL.  Strings of the
 * commands may live in the visit or the filled forms: they are copied.
 */
FJ_MUST enum fj_rc dossier_act(struct dossier *d, const struct command *c, size_t n,
    const struct journal_kv *kv, size_t nkv, struct fj_err *e);
FJ_MUST enum fj_rc dossier_act1(struct dossier *d, const struct command *c, struct fj_err *e);
/* A value of somebody else that stands and differs; NULL: none. */
const struct visit_entry *dossier_others_value(const struct dossier *d,
    const struct target *t, const char *value);
/* A place as people write it: path, item name, finding or evidence prefix.  The
 * strings of out live in b. */
FJ_MUST enum fj_rc dossier_place(struct dossier *d, const char *text, struct command_on *out,
    struct fj_buf *b, struct fj_err *e);
/* Every entry of a stream into a visit; version: since where, and where now. */
FJ_MUST enum fj_rc visit_load(struct app *a, struct visit *v, const struct id *stream,
    int64_t *version, uint64_t *hlc, struct fj_err *e);

/* ---- clockwatch.c ---- */
/* Has the clock jumped since the last act in this visit?  c gets the command. */
bool clockwatch_look(const struct dossier *d, struct command *c);
/* What an act keeps of the clock: one for the visit, one for the workspace. */
enum {
	CLOCK_FACTS = 2,
	CLOCK_FACT_BYTES = 24,
};
struct clock_facts {
	uint8_t value[CLOCK_FACT_BYTES];
	struct journal_kv kv[CLOCK_FACTS];	/* point into this and into the dossier */
};
void clockwatch_facts(const struct dossier *d, struct clock_facts *out);
/* The entry is durable: to be said once. */
void clockwatch_told(struct app *a, const struct command *c);

/* ---- verifying.c ---- */
/* A receipt as the client keeps it: {"text": …, "sig": hex}.  false: none such;
 * otherwise json_free(&out->doc). */
struct kept_receipt {
	struct json_doc *doc;
	const char *text;
	uint8_t sig[ENTRY_SIG];
};
bool kept_receipt_read(const struct bytes *value, struct kept_receipt *out);

/* ---- drafts.c ---- */
/* The kv row that drops a draft; key lives in b. */
struct journal_kv dossier_draft_kv(const struct dossier *d, const char *what, struct fj_buf *b);

/* ---- syncing.c ---- */
void syncing_free(struct app *a);
/* Entries and evidence without a receipt, into each row. */
void syncing_unsent(struct app *a);

#endif
