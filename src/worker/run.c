/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of the helper: a request, its answers, the next. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/internal.h"

enum {
	BROKE = 3,
	READ_PIECE = 65536,
};

/* The descriptors that the request names; they are those that were inherited. */
static enum fj_rc
take_files(struct job *j, struct job_file file[WORKER_FILES], struct fj_err *e)
{
	const struct json *f;
	int64_t fd;

	j->file = file;
	json_each(f, json_get(j->request, "files")) {
		if (j->files == WORKER_FILES || !json_int(f, "fd", &fd) ||
		    fd < WORKER_FIRST_FD || fd >= WORKER_FIRST_FD + WORKER_FILES)
			return fj_fail(e, FJ_INVAL, "worker.file", "d", j->files + 1);
		file[j->files].fd = (int)fd;
		file[j->files].name = json_str(f, "name") != NULL ? json_str(f, "name") : "";
		j->files++;
	}
	return FJ_OK;
}

static enum fj_rc
dispatch(struct job *j, struct fj_err *e)
{
	const char *name = json_str(j->request, "job");
	const struct job_entry *w;
	enum fj_rc rc;

	for (w = worker_jobs; w->name != NULL; w++)
		if (name != NULL && strcmp(w->name, name) == 0)
			break;
	if (w->name == NULL)
		return fj_fail(e, FJ_NOTFOUND, "worker.job", "s", name != NULL ? name : "");
	rc = w->run(j, e);
	if (rc == FJ_OK && j->too_long)
		rc = fj_fail(e, FJ_LIMIT, "worker.line", "sd", name, WORKER_LINE_MAX);
	return rc;
}

static bool
answer(const char *p, size_t n, int out, struct gb18030 *gb)
{
	struct job j = {.gb = gb, .out = out};
	struct job_file file[WORKER_FILES];
	struct json_doc *d = NULL;
	struct fj_err e = {0};
	enum fj_rc rc;

	fj_buf_init(&j.line, (size_t)WORKER_LINE_MAX * 2);
	rc = json_parse(p, n, &d, &e);
	if (rc == FJ_OK) {
		j.request = json_root(d);
		rc = take_files(&j, file, &e);
	}
	if (rc == FJ_OK)
		rc = dispatch(&j, &e);
	job_end(&j, rc, &e);
	json_free(&d);
	fj_buf_release(&j.line);
	return !j.broken;
}

/* Answers the whole lines of b and drops them. */
static bool
answer_lines(struct fj_buf *b, int out, struct gb18030 *gb)
{
	size_t from = 0;
	const char *end;
	bool ok = true;

	while (ok && (end = memchr(b->p + from, '\n', b->n - from)) != NULL) {
		ok = answer(b->p + from, (size_t)(end - b->p) - from, out, gb);
		from = (size_t)(end - b->p) + 1;
	}
	if (from > 0) {
		memmove(b->p, b->p + from, b->n - from);
		fj_buf_cut(b, b->n - from);
	}
	return ok;
}

int
worker_run(int in, int out, struct gb18030 *gb)
{
	char piece[READ_PIECE];
	struct fj_buf b;
	bool ok = true;
	ssize_t n = 1;

	fj_buf_init(&b, WORKER_LINE_MAX);
	while (ok && n != 0) {
		n = read(in, piece, sizeof(piece));
		if (n > 0)
			fj_buf_add(&b, piece, (size_t)n);
		ok = (n >= 0 || errno == EINTR) && !fj_buf_over(&b) &&
		    answer_lines(&b, out, gb);
	}
	fj_buf_release(&b);
	return ok ? 0 : BROKE;
}

/* ---- what jobs read ---- */

enum fj_rc
job_read(struct job *j, int i, size_t max, struct fj_buf *out, struct fj_err *e)
{
	char piece[READ_PIECE];
	ssize_t n;

	if (i < 0 || i >= j->files)
		return fj_fail(e, FJ_INVAL, "worker.file", "d", i + 1);
	for (;;) {
		n = read(j->file[i].fd, piece, sizeof(piece));
		if (n == 0)
			return FJ_OK;
		if (n < 0 && errno != EINTR)
			return fj_fail_errno(e, "worker.read", j->file[i].name);
		if (n > 0)
			fj_buf_add(out, piece, (size_t)n);
		if (fj_buf_over(out) || out->n > max)
			return fj_fail(e, FJ_LIMIT, "worker.file-size", "sz", j->file[i].name, max);
	}
}

/* What a book mended is a warning; its place stands in the arguments, too. */
static void
mended(void *ctx, const struct fj_err *f)
{
	struct job_place at = {.sheet = f->arg[0],
	    .row = (uint32_t)strtoul(f->arg[1], NULL, 10),
	    .column = (uint32_t)strtoul(f->arg[2], NULL, 10)};

	job_fault(ctx, JOB_WARNING, &at, f);
}

enum fj_rc
job_book(struct job *j, int i, struct book **out, struct fj_err *e)
{
	struct book_options o = {.gb = j->gb, .fault = mended, .fault_ctx = j};

	*out = NULL;
	if (i < 0 || i >= j->files)
		return fj_fail(e, FJ_INVAL, "worker.file", "d", i + 1);
	return book_open_fd(j->file[i].fd, &o, out, e);
}
