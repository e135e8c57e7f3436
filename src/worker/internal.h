/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the worker share. */
#ifndef FJ_WORKER_INTERNAL_H
#define FJ_WORKER_INTERNAL_H

#include "worker/worker.h"

void job_flush(struct job *j);
/* The last line of an answer. */
void job_end(struct job *j, enum fj_rc rc, const struct fj_err *f);

FJ_MUST enum fj_rc job_export(struct job *j, struct fj_err *e);
FJ_MUST enum fj_rc job_lists(struct job *j, struct fj_err *e);
FJ_MUST enum fj_rc job_sheet(struct job *j, struct fj_err *e);
FJ_MUST enum fj_rc job_redflag(struct job *j, struct fj_err *e);
FJ_MUST enum fj_rc job_rulecheck(struct job *j, struct fj_err *e);
FJ_MUST enum fj_rc job_selftest(struct job *j, struct fj_err *e);
FJ_MUST enum fj_rc job_xform(struct job *j, struct fj_err *e);
FJ_MUST enum fj_rc job_xlsform(struct job *j, struct fj_err *e);

#endif
