/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feijian-helper from the inside: the process without keys in which foreign bytes
 * are read.  It gives up the right to open, connect, fork and exec before it reads
 * a byte (confine.h); its parent believes nothing that it says.
 *
 * The protocol.  Standard input: requests, one JSON object a line, until its end:
 *	{"job":NAME,"files":[{"fd":3,"name":"a.xlsx"}],…options of the job}
 * Files are inherited descriptors, from 3 on in the order of the list; `name` is
 * only for saying.  Standard output: for each request answers, one JSON object a line,
 * none longer than WORKER_LINE_MAX:
 *	{"progress":[DONE,TOTAL]}
 *	{"fault":{"code":C,"args":[…],"level":"error|warning","file":F,"sheet":S,
 *	    "row":R,"column":C}}	(what has no place lacks the member)
 *	{"row":{…}}		one of many, in order
 *	{"text":"…"}		the next piece of the product, to be joined
 *	{"result":{…}}		what the job documents
 * and as the last line {"done":true} or {"error":{"class":N,"code":C,"args":[…]}}.
 * Codes and arguments, never sentences: src/text/say has them, in the parent.
 *
 * A job is a function in a job_*.c of its own and a row in jobs.c.
 */
#ifndef FJ_WORKER_WORKER_H
#define FJ_WORKER_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/rc.h"
#include "sheet/sheet.h"

enum {
	WORKER_LINE_MAX = 1 << 20,
	WORKER_TEXT_PIECE = 64 << 10,	/* bytes of one {"text":…}, before escaping */
	WORKER_FILES = 72,
	WORKER_FIRST_FD = 3,
};

struct job_file {
	int fd;
	const char *name;
};

/* One request while it is answered; lives until its function returns. */
struct job {
	const struct json *request;	/* options: json_str(j->request, "…") */
	const struct job_file *file;
	int files;
	struct gb18030 *gb;		/* for book_options; may be NULL */
	int out;			/* descriptor of the answers */
	bool broken;			/* nobody reads them any more: end soon */
	bool too_long;			/* an answer did not fit a line: becomes an error */
	struct fj_buf line;		/* answers not written yet */
};

/* What fails becomes {"error":…}; FJ_OK becomes {"done":true}. */
typedef enum fj_rc (*job_fn)(struct job *j, struct fj_err *e);

struct job_entry {
	const char *name;
	job_fn run;
};

/* The jobs that this program knows; ends with a NULL name.  jobs.c. */
extern const struct job_entry worker_jobs[];

/* ---- what a job says ---- */

enum job_level {
	JOB_ERROR,
	JOB_WARNING,
};

struct job_place {
	const char *file;	/* NULL: not said; the same for sheet */
	const char *sheet;
	uint32_t row, column;	/* 0: not said */
};

void job_progress(struct job *j, uint64_t done, uint64_t total);
/* f: its code and arguments. */
void job_fault(struct job *j, enum job_level level, const struct job_place *at,
    const struct fj_err *f);
void job_text(struct job *j, const char *p, size_t n);
/* json: one object, written by json_w. */
void job_row(struct job *j, const char *json, size_t n);
void job_result(struct job *j, const char *json, size_t n);

/* ---- what a job reads ---- */

/* File i whole, at most max bytes: FJ_LIMIT "worker.file-size" {name, max};
 * FJ_INVAL "worker.file" {number} when the request lacks it. */
FJ_MUST enum fj_rc job_read(struct job *j, int i, size_t max, struct fj_buf *out,
    struct fj_err *e);
/* File i as a book. */
FJ_MUST enum fj_rc job_book(struct job *j, int i, struct book **out, struct fj_err *e);

/* ---- the process ---- */

/* Answers requests of fd in on fd out until the end.  0, or 3 when it broke. */
int worker_run(int in, int out, struct gb18030 *gb);

#endif
