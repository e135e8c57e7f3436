/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First flags early: rules that read few of the registers run while the others are
 * still being read.
 */
#ifndef FJ_REDFLAG_EARLY_H
#define FJ_REDFLAG_EARLY_H

#include "redflag/import.h"
#include "redflag/run.h"

struct rule;

/* import_run, and some rules meanwhile, of o by one thread; o->row is told of these only
 * (it may be called while import_options.fault or .progress are).  ran[i]: rule i ended.
 * filled: tables that the caller fills after the import: rules that read these wait. */
FJ_MUST enum fj_rc early_load(struct import *im, struct store *s,
    const struct rule *const *rule, size_t n, const struct run_options *o,
    const bool filled[SCHEMA_TABLES], bool *ran, struct fj_err *e);

#endif
