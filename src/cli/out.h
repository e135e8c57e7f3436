/* SPDX-License-Identifier: Apache-2.0 */
/* What verbs print: ids, tables, JSON, the outcome of an act; and how they open
 * a visit. */
#ifndef FJ_CLI_OUT_H
#define FJ_CLI_OUT_H

#include "app/dossier.h"
#include "cli/cli.h"

/* ---- ids ---- */
/* The id alone: 8 characters, or {"id":all 26} with --json. */
void out_id(struct cli *c, const struct id *id);
/* Entries are shown by their first 8 Crockford characters: ID_SHOWN + 1 bytes. */
void out_entry_short(const struct hash *entry, char *out);

/* ---- one JSON value, printed as a line ---- */
struct out_json {
	struct fj_buf b;
	struct json_w w;
};
void out_json_begin(struct out_json *j);
void out_json_end(struct cli *c, struct out_json *j);	/* prints and releases */
void out_kid(struct json_w *w, const char *key, const struct id *id);	/* zero: nothing */
void out_khash(struct json_w *w, const char *key, const struct hash *h);
void out_kinstant(struct json_w *w, const char *key, struct instant at);
/* {"code":…,"message":…} of a sentence. */
void out_kerr(struct cli *c, struct json_w *w, const struct fj_err *e);

/* ---- tables ---- */
struct out_table;
/* heads: N_() texts, translated here; the last column is never padded. */
struct out_table *out_table_new(struct cli *c, const char *const *heads, int columns);
void out_cell(struct out_table *t, const char *text);
void out_cellf(struct out_table *t, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
/* Prints and frees; without rows the line `none` (N_) instead. */
void out_table_end(struct out_table **t, const char *none);

/* "Label: text", label N_(); nothing when text is NULL or "". */
void out_field(struct cli *c, const char *label, const char *text);
/* The sentence of e, indented. */
void out_sentence(struct cli *c, const char *indent, const struct fj_err *e);

/* ---- visits ---- */
/* By prefix, opened; NULL after a complaint, with *exit_code set. */
struct dossier *out_visit(struct cli *c, const char *prefix, int *exit_code);
/* The same for a verb without options: exactly that many words, the visit first. */
struct dossier *out_visit_plain(struct cli *c, const char *verb, const char *sub, int argc,
    char **argv, int words, int *exit_code);
/* The end of an act on a visit: its new state as a line ({"ok":true,"state":…}), or
 * the failure.  Closes the dossier. */
int out_acted(struct cli *c, struct dossier **d, enum fj_rc rc, const struct fj_err *e);
/* The end of a verb that only read: closes and answers the code. */
int out_done(struct cli *c, struct dossier **d, enum fj_rc rc, const struct fj_err *e);
/* What a verb only lists: rows of a JSON array, or a table.  Closes the dossier. */
int out_list(struct cli *c, struct dossier **d,
    void (*array)(struct cli *c, struct dossier *d, struct json_w *w),
    void (*table)(struct cli *c, struct dossier *d));
/* Row of the list for this visit; NULL when there is none. */
const struct app_row *out_row(struct app *a, const struct id *visit);
/* Find a path or a bare name in the forms of a visit. */
FJ_MUST enum fj_rc out_find_item(struct dossier *d, const char *at, size_t *form,
    struct inst_node **node, struct fj_err *e);

#endif
