/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who read what: entries of a visit and files of evidence that were given out, in a
 * log of its own that is never part of the request log.  A listing is not a read.
 *
 * AU1  a read is noted before its answer leaves, and stored with the next commit, so
 *      that no reader waits for the disk; a crash may lose the notes of that moment.
 * AU2  the same read by the same device within AUDIT_AGAIN_MS is one row: a device that
 *      follows a visit all day does not bury the others.
 * AU3  rows that cannot be stored are kept and tried again, up to AUDIT_WAITING; then
 *      the oldest go, and a row says how many.
 */
#ifndef FJ_HUB_AUDIT_H
#define FJ_HUB_AUDIT_H

#include "base/id.h"
#include "hub/auth.h"

struct audit;

enum {
	AUDIT_AGAIN_MS = 600000,
	AUDIT_WAITING = 8192,
};

#define AUDIT_ENTRIES "entries"		/* runs of a visit */
#define AUDIT_EVIDENCE "evidence"	/* detail: the evidence id */
#define AUDIT_LOST "lost"		/* detail: how many */

struct audit *audit_new(void);
void audit_free(struct audit **a);

/* Said by a route that gives something out: into its answer. */
void audit_read(struct reply *r, const struct caller *c, const char *act,
    const struct id *stream, const struct id *evidence);
/* What the answer says was read; without hub_lock, before it is sent. */
void audit_note(struct hub *h, const struct reply *r);
/* Stores what is noted and waits for nobody: once nobody notes any more, at a stop. */
void audit_flush(struct hub *h);

#endif
