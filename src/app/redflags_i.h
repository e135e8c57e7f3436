/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a screening session; only redflags_*.c and flags_*.c include it. */
#ifndef FJ_APP_REDFLAGS_I_H
#define FJ_APP_REDFLAGS_I_H

#include "app/flags.h"
#include "app/helper.h"
#include "app/internal.h"
#include "app/redflags.h"
#include "base/arena.h"
#include "base/map.h"

enum {
	REDFLAG_RULES_MAX = 400,
	REDFLAG_SOURCES_MAX = 512,
	REDFLAG_FAULTS_MAX = 2000,	/* kept; all are counted */
	REDFLAG_HITS_MAX = 2000000,
	REDFLAG_TEXT_MAX = 8192,	/* bytes of one text of a hit */
	REDFLAG_RUN_MS = 900000,	/* a run that takes longer is ended */
	REDFLAG_ASK_MS = 30000,
	REDFLAG_MEMORY_MIB = 8192,	/* address space; the store has a limit of its own */
};

struct session_file {
	char *path;			/* as given, or the name in the record */
	char *name;			/* for saying: different for each */
	int fd;
	int64_t bytes;
	char sha256[HASH_TEXT + 1];	/* "" before redflags_seize */
	struct id evidence;		/* zero before it */
};

/* What stands behind the source numbers of a src. */
struct flag_place {
	uint32_t number;
	const char *file, *sheet;
	char sha256[HASH_TEXT + 1];	/* "" not known */
};
struct flag_places {
	struct flag_place place[REDFLAG_SOURCES_MAX];
	size_t n;
	struct id run;			/* of a record; else zero */
};

struct session_rule {
	struct redflag_rule pub;
	struct redflag_hit *hit;
	size_t n, cap;
};

struct redflags {
	struct app *a;			/* may be NULL */
	struct dossier *d;		/* seized in it; NULL */
	struct helper *h;
	char *program;
	enum redflags_state state;
	struct fj_err err;		/* FAILED */
	bool go, norules, lied;
	char *lab, *rules_dir;
	char lab_found[16];
	char *map_given;		/* NULL: none */
	bool map_remembered;
	struct fj_buf values;		/* JSON array of the parameters over defaults */
	struct session_file file[REDFLAGS_FILES];
	size_t files;
	struct redflag_pack pack;
	struct redflag_bureau bureau[REDFLAG_BUREAUS];
	size_t bureaus;
	struct fj_buf rules_text;
	int fd_rules, fd_synonyms, fd_map;
	struct arena *mem;		/* strings of rules, hits, sources */
	struct session_rule *rule[REDFLAG_RULES_MAX];
	size_t rules;
	size_t hits;			/* of all rules */
	struct redflag_source source[REDFLAG_SOURCES_MAX];
	size_t sources;
	struct flag_places *places;
	struct redflag_fault *fault;
	size_t faults;
	struct json_doc *map[REDFLAG_SOURCES_MAX];	/* one source each */
	size_t maps;
	struct json_doc *whole;		/* redflags_map; NULL: to be made anew */
	uint64_t done, total;
	uint32_t ms;
	int64_t asked, answered;
	struct fj_err ask_err;		/* of the last answer; rc FJ_OK: none */
	struct fj_buf answers;		/* JSON values of it, joined by commas */
	void (*on_rule)(void *ctx, const struct redflag_rule *rule);
	void *on_rule_ctx;
	bool changed;
};

/* ---- redflags.c ---- */
/* Without files and rules yet. */
struct redflags *session_bare(struct app *a, bool go);

/* ---- redflags_files.c ---- */
FJ_MUST enum fj_rc session_files(struct redflags *r, const char *const *path, size_t n,
    struct fj_err *e);
FJ_MUST enum fj_rc session_add_fd(struct redflags *r, int fd, const char *name,
    struct fj_err *e);
void session_files_close(struct redflags *r);
/* Digest of the bytes behind a descriptor; its place is 0 afterwards. */
FJ_MUST enum fj_rc session_digest(int fd, const char *name, struct hash *out, struct fj_err *e);
/* A descriptor that holds these bytes; -1 and *e. */
int session_memory(const char *label, const void *p, size_t n, struct fj_err *e);
/* Its bytes are these from now on. */
FJ_MUST enum fj_rc session_memory_set(int fd, const void *p, size_t n, struct fj_err *e);

/* ---- redflags_pack.c ---- */
FJ_MUST enum fj_rc session_pack(struct redflags *r, struct fj_err *e);
/* One rule more in the text that travels to the helper. */
void session_add_rule(struct redflags *r, const char *name, const void *p, size_t n);
/* redflags_published.c: the packs of the bureau join. */
FJ_MUST enum fj_rc session_published(struct redflags *r, struct fj_err *e);

/* ---- redflags_hear.c ---- */
bool session_hear(void *ctx, const struct helper_event *ev);
/* A row of the helper whose only member is `what`. */
bool session_take(struct redflags *r, const struct json *row);
/* "table:number" of *at, and on to the next; false: at the end, or no such pair. */
bool flag_next_src(const char **at, struct redflag_src *out);

/* ---- flag_places.c ---- */
const struct flag_place *flag_place(const struct flag_places *p, uint32_t number);	/* NULL */
/* The id of a hit (RF4). */
void flag_id(const struct flag_places *p, const char *rule, const char *subject,
    const char *src, struct id *out);
/* [{table, sha256, sheet, row}], the value of a key that was written. */
void flag_src_write(struct json_w *w, const struct flag_places *p, const char *src);
/* The mark of a visit into a hit; new strings go to mem. */
void flag_mark_read(struct redflag_hit *h, const struct view *w, struct arena *mem);
/* A file of these bytes as evidence: its entry, in one commit with more. */
struct flag_file {
	const char *name, *how, *use;
	const struct fj_buf *bytes;
	const struct id *finding;	/* NULL: linked to nothing */
};
FJ_MUST enum fj_rc flag_evidence(struct dossier *d, const struct flag_file *f,
    struct command *more, struct id *out, struct fj_err *e);

/* ---- redflags_map.c ---- */
/* What was remembered of these sources for the agency, as a mapping; empty: nothing. */
void session_recall(struct redflags *r, struct fj_buf *out);
/* Remember the mapping as it stands for the agency of the visit. */
FJ_MUST enum fj_rc session_remember(struct redflags *r, const struct dossier *d,
    struct fj_err *e);

/* ---- redflags_ask.c ---- */
/* Sends an ask ({"ask":…} with n) and waits for its end; *out: array of its answers. */
FJ_MUST enum fj_rc session_ask(struct redflags *r, struct fj_buf *ask, struct json_doc **out,
    struct fj_err *e);

/* ---- flags.c ---- */
/* The entry of a run; zero: the newest; NULL: none. */
const struct visit_entry *flag_run_entry(const struct dossier *d, const struct id *run);
/* The results of a run as it was recorded, appended. */
FJ_MUST enum fj_rc flag_results(struct dossier *d, const struct visit_entry *run,
    struct fj_buf *out, struct fj_err *e);
enum {
	FLAG_RESULTS_MAX = 256 << 20,
};

#endif
