/* SPDX-License-Identifier: Apache-2.0 */
#include "app/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/helper_find.h"
#include "app/helper_line.h"
#include "base/xalloc.h"
#include "os/clock.h"
#include "os/proc.h"

enum {
	LINE_MAX_BYTES = 1 << 20,	/* WORKER_LINE_MAX of the protocol */
	REQUEST_MAX = 60000,		/* fits an empty pipe: writing never waits */
	FILES_MAX = 72,
	SEND_MAX = 4096,		/* PIPE_BUF */
	FIRST_FD = 3,
	DEADLINE_MS = 60000,
	MEMORY_MIB = 1024,
	PIECES = 16,			/* read in one step */
	PIECE = 65536,
};

#define ALL_MAX (512LL << 20)		/* bytes of all answers */

struct helper {
	struct proc proc;
	char *job;
	helper_fn fn;
	void *ctx;
	int64_t until, wait_ms;
	int64_t seen;			/* bytes so far */
	struct fj_buf line;
	bool session;
	bool over;
	enum fj_rc rc;			/* once over */
	struct fj_err err;
};

/* ---- starting ---- */

static const char *
file_name(const struct helper_file *f)
{
	const char *slash;

	if (f->name != NULL)
		return f->name;
	slash = f->path != NULL ? strrchr(f->path, '/') : NULL;
	return slash != NULL ? slash + 1 : f->path != NULL ? f->path : "";
}

static void
add_options(struct json_w *w, const struct json *options)
{
	const struct json *m;

	json_each(m, options) {
		json_w_key(w, m->key);
		json_w_value(w, m);
	}
}

static enum fj_rc
make_request(const struct helper_job *j, struct fj_buf *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	struct json_w w;
	enum fj_rc rc = FJ_OK;
	int i;

	if (j->options != NULL)
		rc = json_parse(j->options, strlen(j->options), &d, e);
	if (rc != FJ_OK)
		return rc;
	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kstr(&w, "job", j->job);
	json_w_key(&w, "files");
	json_w_arr(&w);
	for (i = 0; i < j->files; i++) {
		json_w_obj(&w);
		json_w_kint(&w, "fd", FIRST_FD + i);
		json_w_kstr(&w, "name", file_name(&j->file[i]));
		json_w_end(&w);
	}
	json_w_end(&w);
	if (d != NULL)
		add_options(&w, json_root(d));
	json_w_end(&w);
	fj_buf_putc(out, '\n');
	json_free(&d);
	return fj_buf_over(out) ? fj_fail(e, FJ_LIMIT, "helper.request", "sd", j->job,
	    REQUEST_MAX) : FJ_OK;
}

static enum fj_rc
open_files(const struct helper_job *j, int fd[FILES_MAX], struct fj_err *e)
{
	int i;

	for (i = 0; i < j->files; i++)
		fd[i] = j->file[i].path == NULL ? j->file[i].fd : -1;
	for (i = 0; i < j->files; i++) {
		if (j->file[i].path == NULL)
			continue;
		/* Not waiting for the other end of a named pipe. */
		fd[i] = open(j->file[i].path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (fd[i] < 0)
			return fj_fail_errno(e, "os.read", j->file[i].path);
		(void)fcntl(fd[i], F_SETFL, 0);
	}
	return FJ_OK;
}

static void
close_files(const struct helper_job *j, const int fd[FILES_MAX])
{
	int i;

	for (i = 0; i < j->files && i < FILES_MAX; i++)
		if (j->file[i].path != NULL && fd[i] >= 0)
			close(fd[i]);
}

static enum fj_rc
launch(struct helper *h, const struct helper_job *j, const int *fd, struct fj_err *e)
{
	int memory = j->memory_mib > 0 ? j->memory_mib : MEMORY_MIB;
	char *program = j->program != NULL ? xstrdup(j->program) : helper_find();
	char mib[16], cpu[24];
	const char *argv[] = {program, "--memory", mib, "--cpu", cpu, NULL};
	enum fj_rc rc;

	if (program == NULL)
		return fj_fail(e, FJ_NOTFOUND, "helper.missing", "s", "feijian-helper");
	snprintf(mib, sizeof(mib), "%d", memory);
	/* Several threads may be at work for all of the time. */
	snprintf(cpu, sizeof(cpu), "%lld", (long long)(h->wait_ms / 1000 * 8 + 10));
	rc = proc_start(&h->proc, argv, PROC_IN | PROC_OUT | PROC_NULL | PROC_DIE, fd, j->files,
	    e);
	if (rc == FJ_NOTFOUND)
		rc = fj_fail(e, FJ_NOTFOUND, "helper.missing", "s", program);
	free(program);
	return rc;
}

/* A helper that died at once must not end us. */
static ssize_t
put(struct helper *h, const char *p, size_t len)
{
	struct sigaction ignore, before;
	ssize_t n;

	memset(&ignore, 0, sizeof(ignore));
	ignore.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &ignore, &before);
	do {
		n = write(h->proc.in, p, len);
	} while (n < 0 && errno == EINTR);
	sigaction(SIGPIPE, &before, NULL);
	return n;
}

static void
begin(struct helper *h, const struct fj_buf *request)
{
	(void)put(h, request->p, request->n);
	if (h->session)
		(void)fcntl(h->proc.in, F_SETFL, O_NONBLOCK);
	else
		proc_close_in(&h->proc);	/* one job, and its end */
	(void)fcntl(h->proc.out, F_SETFL, O_NONBLOCK);
}

enum fj_rc
helper_start(const struct helper_job *j, helper_fn fn, void *ctx, struct helper **out,
    struct fj_err *e)
{
	int fd[FILES_MAX];
	struct fj_buf request;
	struct helper *h;
	enum fj_rc rc;

	*out = NULL;
	if (j->files > FILES_MAX)
		return fj_fail(e, FJ_LIMIT, "helper.files", "d", FILES_MAX);
	h = xcalloc(1, sizeof(*h));
	h->proc.pid = -1;
	h->proc.in = h->proc.out = h->proc.err = -1;
	h->fn = fn;
	h->ctx = ctx;
	h->job = xstrdup(j->job);
	h->session = j->session;
	h->wait_ms = j->deadline_ms > 0 ? j->deadline_ms : DEADLINE_MS;
	h->until = clock_monotonic_ms() + h->wait_ms;
	fj_buf_init(&h->line, LINE_MAX_BYTES + PIECE);
	fj_buf_init(&request, REQUEST_MAX);
	rc = make_request(j, &request, e);
	if (rc == FJ_OK) {
		rc = open_files(j, fd, e);
		if (rc == FJ_OK)
			rc = launch(h, j, fd, e);
		close_files(j, fd);
	}
	if (rc == FJ_OK) {
		begin(h, &request);
		*out = h;
	} else {
		helper_free(&h);
	}
	fj_buf_release(&request);
	return rc;
}

void
helper_free(struct helper **h)
{
	if (*h == NULL)
		return;
	proc_kill(&(*h)->proc);
	fj_buf_release(&(*h)->line);
	free((*h)->job);
	free(*h);
	*h = NULL;
}

int
helper_fd(const struct helper *h)
{
	return h->proc.out;
}

int64_t
helper_wait_ms(const struct helper *h)
{
	int64_t left = h->until - clock_monotonic_ms();

	return h->until == 0 ? -1 : left > 0 ? left : 0;
}

void
helper_deadline(struct helper *h, int64_t ms)
{
	h->wait_ms = ms;
	h->until = ms > 0 ? clock_monotonic_ms() + ms : 0;
}

enum fj_rc
helper_send(struct helper *h, const char *json, size_t n, struct fj_err *e)
{
	struct fj_buf line;
	ssize_t got;

	if (n + 1 > SEND_MAX)
		return fj_fail(e, FJ_LIMIT, "helper.request", "sd", h->job, SEND_MAX);
	fj_buf_init(&line, SEND_MAX);
	fj_buf_add(&line, json, n);
	fj_buf_putc(&line, '\n');
	/* At most PIPE_BUF: whole or not at all.  One that died is told by the next step. */
	got = h->over || h->proc.in < 0 ? 0 : put(h, line.p, line.n);
	fj_buf_release(&line);
	return got < 0 && errno == EAGAIN ? fj_fail(e, FJ_BUSY, "helper.busy", "s", h->job) :
	    FJ_OK;
}

/* ---- listening ---- */

static void
end(struct helper *h, enum fj_rc rc)
{
	h->over = true;
	h->rc = rc;
	proc_kill(&h->proc);
}

/* Its output ended before it said that it was done. */
static void
died(struct helper *h)
{
	int status = 0;

	/* One that only closed its output must not be waited for. */
	if (h->proc.pid > 0)
		kill(h->proc.pid, SIGKILL);
	(void)!proc_wait(&h->proc, &status, NULL);
	h->over = true;
	h->rc = fj_fail(&h->err, FJ_IO, "helper.died", "sd", h->job, status);
}

static void
take_line(struct helper *h, const char *p, size_t n)
{
	enum helper_said said = HELPER_SAID_NOTHING;
	enum fj_rc rc;

	h->seen += (int64_t)n;
	if (n > LINE_MAX_BYTES || h->seen > ALL_MAX) {
		end(h, fj_fail(&h->err, FJ_LIMIT, "helper.size", "s", h->job));
		return;
	}
	rc = helper_line(p, n, h->fn, h->ctx, &said, &h->err);
	switch (said) {
	case HELPER_SAID_MORE:
		break;
	case HELPER_SAID_DONE:
		end(h, FJ_OK);
		break;
	case HELPER_SAID_ERROR:
		end(h, rc);
		break;
	case HELPER_SAID_ENOUGH:
		end(h, fj_fail(&h->err, FJ_CANCELLED, "helper.cancelled", "s", h->job));
		break;
	case HELPER_SAID_NOTHING:
		end(h, fj_fail(&h->err, FJ_CORRUPT, "helper.protocol", "s", h->job));
		break;
	}
}

static void
take_lines(struct helper *h)
{
	size_t from = 0;
	const char *stop;

	while (!h->over && h->line.n > from &&
	    (stop = memchr(h->line.p + from, '\n', h->line.n - from)) != NULL) {
		take_line(h, h->line.p + from, (size_t)(stop - h->line.p) - from);
		from = (size_t)(stop - h->line.p) + 1;
	}
	if (from > 0) {
		memmove(h->line.p, h->line.p + from, h->line.n - from);
		fj_buf_cut(&h->line, h->line.n - from);
	}
	if (!h->over && h->line.n > LINE_MAX_BYTES)
		end(h, fj_fail(&h->err, FJ_LIMIT, "helper.size", "s", h->job));
}

/* Answers false when there is nothing more for now. */
static bool
listen_once(struct helper *h)
{
	char piece[PIECE];
	ssize_t n = read(h->proc.out, piece, sizeof(piece));

	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)) {
		died(h);
		return false;
	}
	if (n < 0)
		return errno == EINTR;
	fj_buf_add(&h->line, piece, (size_t)n);
	take_lines(h);
	return !h->over;
}

enum fj_rc
helper_step(struct helper *h, bool *over, struct fj_err *e)
{
	int i;

	for (i = 0; i < PIECES && !h->over; i++)
		if (!listen_once(h))
			break;
	if (!h->over && helper_wait_ms(h) == 0)
		end(h, fj_fail(&h->err, FJ_LIMIT, "helper.deadline", "sl", h->job,
		    (long long)(h->wait_ms / 1000)));
	*over = h->over;
	if (!h->over || h->rc == FJ_OK)
		return FJ_OK;
	if (e != NULL)
		*e = h->err;
	return h->rc;
}

enum fj_rc
helper_run(const struct helper_job *j, helper_fn fn, void *ctx, struct fj_err *e)
{
	struct helper *h = NULL;
	bool over = false;
	enum fj_rc rc = helper_start(j, fn, ctx, &h, e);

	while (rc == FJ_OK && !over) {
		struct pollfd at = {.fd = helper_fd(h), .events = POLLIN};
		int64_t left = helper_wait_ms(h);

		(void)poll(&at, 1, left > 60000 || left < 0 ? 60000 : (int)left);
		rc = helper_step(h, &over, e);
	}
	helper_free(&h);
	return rc;
}
