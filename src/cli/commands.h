/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs: declared here, one file each, listed in commands.c. */
#ifndef FJ_CLI_COMMANDS_H
#define FJ_CLI_COMMANDS_H

#include "cli/cli.h"

#define FEIJIAN_VERSION "0.1"

int cli_help(struct cli *c);
/* Ask for the passphrase (or read its file) and unlock c->app. */
FJ_MUST enum fj_rc cli_unlock(struct cli *c, struct fj_err *e);
/* A passphrase: from file when not NULL, else asked on the terminal, twice when
 * confirm.  Into a secret buffer. */
FJ_MUST enum fj_rc cli_passphrase(struct cli *c, const char *file, bool confirm,
    struct fj_buf *out, struct fj_err *e);

/* --passphrase-file, else $FEIJIAN_PASSPHRASE_FILE, else NULL: ask. */
const char *cli_passphrase_file(const struct cli *c);
/* The recovery code, once: on err; on a terminal its end is asked back. */
void cli_show_recovery(struct cli *c, const char *code);

#define VERB(fn) int fn(struct cli *c, int argc, char **argv)
VERB(cmd_demo); VERB(cmd_tour); VERB(cmd_doctor); VERB(cmd_batch);
VERB(cmd_init); VERB(cmd_passwd); VERB(cmd_recover); VERB(cmd_card); VERB(cmd_token);
VERB(cmd_form_check); VERB(cmd_form_drive); VERB(cmd_form_blank); VERB(cmd_form_words); VERB(cmd_form_import);
VERB(cmd_form_export);
VERB(cmd_redflag_check); VERB(cmd_redflag_run); VERB(cmd_redflag_map); VERB(cmd_redflag_list);
VERB(cmd_redflag_show); VERB(cmd_redflag_confirm); VERB(cmd_redflag_rule_out); VERB(cmd_redflag_reopen);
VERB(cmd_redflag_draft); VERB(cmd_redflag_sample); VERB(cmd_redflag_stats);
VERB(cmd_subject_list); VERB(cmd_visit_assign); VERB(cmd_visit_start);
VERB(cmd_visit_new); VERB(cmd_visit_list); VERB(cmd_visit_show); VERB(cmd_visit_drive);
VERB(cmd_visit_outcome); VERB(cmd_visit_conflicts); VERB(cmd_visit_resolve); VERB(cmd_visit_reserve);
VERB(cmd_visit_freeze); VERB(cmd_visit_void); VERB(cmd_visit_sign); VERB(cmd_visit_unsigned);
VERB(cmd_visit_party); VERB(cmd_visit_reopen); VERB(cmd_visit_cancel);
VERB(cmd_finding_add); VERB(cmd_finding_set); VERB(cmd_finding_list);
VERB(cmd_finding_show); VERB(cmd_finding_withdraw);
VERB(cmd_evidence_add); VERB(cmd_evidence_list); VERB(cmd_evidence_link);
VERB(cmd_evidence_withdraw); VERB(cmd_evidence_extract);
VERB(cmd_enrol); VERB(cmd_sync); VERB(cmd_status);
VERB(cmd_review_list); VERB(cmd_review_show); VERB(cmd_review_comment);
VERB(cmd_review_return); VERB(cmd_review_approve);
VERB(cmd_verify); VERB(cmd_bundle_export); VERB(cmd_bundle_import);
VERB(cmd_fsck); VERB(cmd_backup); VERB(cmd_restore); VERB(cmd_log);
#undef VERB

#endif
