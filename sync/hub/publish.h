/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publishing: forms, packs of rules and data files become blobs named by digest,
 * and rows of the roster say what they are, for which divisions, and what they
 * replace.
 *
 * PU1  what does not hold is not published: a form passes form_check, every rule of
 *      a pack is read and compiled under db/guard.h, a data file passes the reader
 *      that devices use.
 * PU2  a name and version mean the same bytes for ever; other bytes need another
 *      version.  Publishing the same again changes note and divisions alone.
 * PU3  a pack is one text, the same from the same files: "-- file: NAME", the bytes,
 *      a line end; files by the bytes of their names.
 */
#ifndef FJ_HUB_PUBLISH_H
#define FJ_HUB_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/rc.h"
#include "entry/roster.h"

struct hub;

enum {
	PUBLISH_BYTES = 8 << 20,
	PUBLISH_NAME = 64,		/* of a name or version */
};

/* A fault of what is to be published; name: the file, line and column from 1 or 0. */
struct publish_fault {
	const char *file;
	int line, column;
	bool warning;
	const struct fj_err *err;
};
typedef void (*publish_fault_fn)(void *ctx, const struct publish_fault *f);

struct publish {
	struct roster_item item;	/* strings point into text below, or at the caller's */
	struct fj_buf bytes;
	char name[PUBLISH_NAME + 1], version[PUBLISH_NAME + 1];
};

struct publish_ask {
	const char *path;		/* a form, a data file, or a folder of rules */
	const char *name, *version;	/* NULL: as the form says; the folder's name */
	const char *note;		/* NULL */
	const char *const *division;
	int ndivision;			/* 0: all */
	struct id by;			/* zero: not said */
	publish_fault_fn fault;
	void *ctx;
};

/*
 * Read and check (PU1, PU3).  FJ_INVAL "hub.publish-what" {path}, "hub.publish-version"
 * {path}, "hub.publish-faults" {path, number}, "hub.publish-name" {name},
 * "hub.rules-none" {path}, "hub.rules-twice", "hub.rules-shipped" {id, file}; FJ_LIMIT; FJ_IO.
 */
FJ_MUST enum fj_rc publish_read(const struct publish_ask *ask, struct publish *out,
    struct fj_err *e);
void publish_release(struct publish *p);

/* Store and sign.  FJ_REFUSED "hub.version-taken" {name, version}. */
FJ_MUST enum fj_rc publish_put(struct hub *h, struct publish *p, struct fj_err *e);
/* version NULL: every version that stands.  FJ_NOTFOUND "hub.not-published". */
FJ_MUST enum fj_rc publish_withdraw(struct hub *h, const char *name, const char *version,
    const char *note, size_t *n, struct fj_err *e);

/* A folder of rules as one text; names by bytes.  Used by publish_read and tests. */
FJ_MUST enum fj_rc publish_pack(const struct publish_ask *ask, struct fj_buf *out,
    struct fj_err *e);
/* The reader of a data file by its name ("clauses", "visit-kinds", "campaigns",
 * "holidays", "divisions", "subjects-3301").  *known false: no such data. */
FJ_MUST enum fj_rc publish_data_check(const char *name, const char *p, size_t n,
    bool *known, struct fj_err *e);

#endif
