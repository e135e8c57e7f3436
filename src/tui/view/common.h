/* SPDX-License-Identifier: Apache-2.0 */
/* Small things that several views need. */
#ifndef FJ_TUI_VIEW_COMMON_H
#define FJ_TUI_VIEW_COMMON_H

#include "tui/view/session.h"

/* Type a name or a code, choose: code and full name, or NULL. */
void division_pick(struct session *s,
    void (*done)(void *ctx, const char *code, const char *name), void *ctx);
/* Full name of a code; the code itself when the table lacks it. */
const char *division_name(const struct session *s, const char *code);

/* "zh" or "en". */
const char *lang_of(const struct session *s);
/* Title of a kind of visit. */
const char *kind_name(const struct session *s, const char *kind);
/* The code summary.next stands for, as a sentence. */
void next_sentence(const struct session *s, const struct summary *sum, struct fj_buf *out);
/* The row of a visit, or NULL. */
const struct app_row *visit_row(const struct session *s, const struct id *visit);
/* The visit whose id_number it is. */
bool visit_numbered(const struct session *s, uint64_t number, struct id *out);
/* Am I of its team?  Others read and decide; what they fetched is no debt. */
bool row_mine(const struct session *s, const struct app_row *r);
/* "k7q2m1x0 甲县检测公司": for headers. */
void visit_name(const struct session *s, const struct id *visit, struct fj_buf *out);
/* A number for lists: ids of rows. */
uint64_t id_number(const struct id *id);
uint64_t text_number(const char *text);
/* Say a sentence with arguments on the message line. */
void say_put(struct session *s, enum style st, const char *english, const char *arg);
/* About to do something that takes a while: the sentence is painted now. */
void say_busy(struct session *s, const char *english);
/* How good a passphrase is: 0 too short … 3 good, and a sentence (N_). */
int strength_of(const char *pass, const char **sentence);
/* "~/x" as the home folder says; owned. */
char *path_given(const char *text);

#endif
