/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work on foreign bytes, done by feijian-helper: a process without keys and
 * without the right to open anything.  src/worker/worker.h is the protocol.
 *
 * P1  nothing that the helper says is believed before it passed here: strict JSON,
 *     known members, limited lines, totals and time.  A result is still foreign
 *     text: the caller parses it as it would a file of a stranger.
 * P2  a helper that dies, hangs, babbles or is missing is a code, never a hang.
 * P3  the helper is the file beside this program, else in ../libexec/feijian, else in
 *     an absolute folder of $PATH; never of the current folder.
 */
#ifndef FJ_APP_HELPER_H
#define FJ_APP_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/rc.h"

struct helper_file {
	const char *path;	/* opened here, read-only; NULL: fd is given */
	int fd;			/* stays the caller's */
	const char *name;	/* for saying; NULL: path's last part */
};

struct helper_job {
	const char *job;
	const struct helper_file *file;
	int files;
	const char *options;	/* a JSON object whose members join the request; NULL: none */
	int64_t deadline_ms;	/* of the whole; 0: 60 s */
	int memory_mib;		/* address space of the helper; 0: 1024 */
	bool session;		/* its input stays open: helper_send; it ends by its done */
	const char *program;	/* the helper's path; NULL: as P3 says (tests give one) */
};

enum helper_what {
	HELPER_PROGRESS,
	HELPER_FAULT,
	HELPER_ROW,
	HELPER_TEXT,
	HELPER_RESULT,
};

struct helper_event {
	enum helper_what what;
	uint64_t done, total;		/* PROGRESS */
	const struct fj_err *fault;	/* FAULT: code and arguments, for msg_say */
	bool warning;
	const char *file, *sheet;	/* FAULT: NULL where not said */
	uint32_t row, column;		/* 0 where not said */
	const struct json *value;	/* ROW, RESULT: an object */
	const char *text;		/* TEXT: a piece of the product */
	size_t len;
};

/* false: cancel.  All of ev dies with the call. */
typedef bool (*helper_fn)(void *ctx, const struct helper_event *ev);

/* Runs one job to its end.  FJ_OK when the helper said done; its own error as it
 * gave it; "helper.missing", "helper.died" {job, signal or code}, "helper.deadline" {job,
 * seconds}, "helper.protocol" {job}, "helper.size" {job}; FJ_CANCELLED "helper.cancelled". */
FJ_MUST enum fj_rc helper_run(const struct helper_job *j, helper_fn fn, void *ctx,
    struct fj_err *e);

/* ---- the same in somebody's event loop ---- */

struct helper;

FJ_MUST enum fj_rc helper_start(const struct helper_job *j, helper_fn fn, void *ctx,
    struct helper **out, struct fj_err *e);
/* Watch it for reading; also call helper_step after helper_wait_ms. */
int helper_fd(const struct helper *h);
int64_t helper_wait_ms(const struct helper *h);		/* until the deadline; -1: none */
/* Of a session: a line to the helper (one JSON object), never waiting; what does not
 * fit its pipe is FJ_BUSY "helper.busy" {job}.  And another deadline: from now; 0: none. */
FJ_MUST enum fj_rc helper_send(struct helper *h, const char *json, size_t n, struct fj_err *e);
void helper_deadline(struct helper *h, int64_t ms);
/* Reads what is there without waiting and calls fn.  *over: it ended, and the answer
 * is that of helper_run. */
FJ_MUST enum fj_rc helper_step(struct helper *h, bool *over, struct fj_err *e);
/* Also kills one that is still at work.  NULL is well. */
void helper_free(struct helper **h);

#endif
