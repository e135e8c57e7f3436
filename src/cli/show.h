/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a visit as text and as JSON: `visit show` and `review show` are made
 * of them.  The JSON parts write members into an open object. */
#ifndef FJ_CLI_SHOW_H
#define FJ_CLI_SHOW_H

#include "cli/out.h"

/* Subject, kind, team with signatures, state, round, outcome, what is next. */
void show_head(struct cli *c, struct dossier *d);
void show_head_json(struct cli *c, struct dossier *d, struct json_w *w);
/* Progress by form and section. */
void show_progress(struct cli *c, struct dossier *d);
void show_progress_json(struct cli *c, struct dossier *d, struct json_w *w);
/* What stands between the visit and its freeze (open visits only). */
void show_gaps(struct cli *c, struct dossier *d);
void show_gaps_json(struct cli *c, struct dossier *d, struct json_w *w);
/* A list of gaps, indented; and as an array under "gaps". */
void show_gap_list(struct cli *c, FILE *to, const struct dossier_gap *g, size_t n);
void show_gap_array(struct cli *c, struct json_w *w, const struct dossier_gap *g, size_t n);

/* Findings and evidence that count, each list with its heading. */
void show_findings(struct cli *c, struct dossier *d);
void show_findings_json(struct cli *c, struct dossier *d, struct json_w *w);
void show_evidence(struct cli *c, struct dossier *d);
void show_evidence_json(struct cli *c, struct dossier *d, struct json_w *w);
/* Tables and arrays without heading or key: `finding list`, `evidence list`. */
void show_finding_table(struct cli *c, struct dossier *d);
void show_finding_array(struct cli *c, struct dossier *d, struct json_w *w);
void show_evidence_table(struct cli *c, struct dossier *d);
void show_evidence_array(struct cli *c, struct dossier *d, struct json_w *w);
/* One finding whole, with its articles. */
void show_finding(struct cli *c, struct dossier *d, const struct finding *f);
void show_finding_json(struct cli *c, struct dossier *d, const struct finding *f,
    struct json_w *w);

/* What the newest screening found and what was made of it, by rule; nothing without one. */
void show_flags(struct cli *c, struct dossier *d);
void show_flags_json(struct cli *c, struct dossier *d, struct json_w *w);

/* Comments, returns, approvals and freezes, oldest first. */
void show_decisions(struct cli *c, struct dossier *d);
void show_decisions_json(struct cli *c, struct dossier *d, struct json_w *w);
/* Answers that do not conform, with their notes. */
void show_failed(struct cli *c, struct dossier *d);
void show_failed_json(struct cli *c, struct dossier *d, struct json_w *w);
/* Every answer of every form. */
void show_answers(struct cli *c, struct dossier *d);
void show_answers_json(struct cli *c, struct dossier *d, struct json_w *w);

#endif
