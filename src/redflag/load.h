/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FJ_REDFLAG_LOAD_H
#define FJ_REDFLAG_LOAD_H

#include "redflag/cell.h"
#include "redflag/import_internal.h"

/* Rows of one source that has tables.  The aliases are written by sources of staff and
 * instruments, which are loaded before all others, by one thread. */
FJ_MUST enum fj_rc load_source(struct import *im, struct source *s, struct store *store,
    const struct aliases *a, struct fj_err *e);

#endif
