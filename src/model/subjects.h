/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subjects that a bureau knows (检查对象名录): published by the hub for a division as
 * a data file "subjects-DIVISION", held by devices whose scope meets it, used to
 * complete a new visit.  Nothing is decided by it.
 *
 * The file: UTF-8, a line of column names, then a line each, parted by tabs, ordered by
 * USCC and name, so that two versions differ where the subjects do.
 */
#ifndef FJ_MODEL_SUBJECTS_H
#define FJ_MODEL_SUBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/rc.h"

#define SUBJECTS_PREFIX "subjects-"

enum {
	SUBJECTS_MAX = 50000,
};

/* "" where not known. */
struct subject {
	const char *name, *uscc, *cma, *division, *address;
	const char *visited;		/* day of the last visit, 2026-03-01 */
};

struct subjects;

/* FJ_INVAL "model.subjects" {line, column name}; FJ_LIMIT "model.subjects-many". */
FJ_MUST enum fj_rc subjects_load(const char *p, size_t n, struct subjects **out,
    struct fj_err *e);
void subjects_free(struct subjects **s);
size_t subjects_count(const struct subjects *s);
const struct subject *subjects_at(const struct subjects *s, size_t i);
/* By the code; NULL. */
const struct subject *subjects_by_uscc(const struct subjects *s, const char *uscc);

/*
 * A CSV (RFC 4180, UTF-8) with the columns name, uscc, cma, division, address, visited
 * in any order; name must be there, an empty division becomes the given one, and each
 * must lie in it.  Errors as subjects_load, with the line of the CSV.
 */
FJ_MUST enum fj_rc subjects_from_csv(const char *p, size_t n, const char *division,
    struct fj_buf *out, struct fj_err *e);

#endif
