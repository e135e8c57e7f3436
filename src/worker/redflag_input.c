/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parent asks while the job "redflag" is at work: lines of its own, read here
 * and not by the loop of the helper, until the end of the input.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "redflag/ask.h"
#include "worker/redflag_job.h"

enum {
	INPUT_MAX = 1 << 20,
	PIECE = 4096,
	MAP_BYTES = 16 << 20,
	ROWS_MAX = 200,			/* of one answer */
};

/* Takes in what is there; wait: at least something, or the end. */
static void
take_in(struct redflag_job *r, bool wait)
{
	struct pollfd at = {.fd = 0, .events = POLLIN};
	char piece[PIECE];
	ssize_t n;

	while (!r->closed && poll(&at, 1, wait ? -1 : 0) > 0) {
		n = read(0, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n > 0)
			fj_buf_add(&r->in, piece, (size_t)n);
		if (n <= 0 || fj_buf_over(&r->in))
			r->closed = true;
		wait = false;
	}
}

bool
input_stop(struct redflag_job *r)
{
	bool stop;

	if (!r->session)
		return false;
	if (pthread_mutex_trylock(&r->lock) != 0)
		return false;
	take_in(r, false);
	if (strstr(r->in.p, "{\"ask\":\"stop\"}") != NULL)
		r->stop = true;
	stop = r->stop || r->closed;
	pthread_mutex_unlock(&r->lock);
	return stop;
}

/* The next whole line, owned; NULL: none. */
static char *
next_line(struct redflag_job *r, bool wait, size_t *n)
{
	char *end, *line = NULL;

	pthread_mutex_lock(&r->lock);
	take_in(r, false);
	while ((end = memchr(r->in.p, '\n', r->in.n)) == NULL && wait && !r->closed)
		take_in(r, true);
	if (end != NULL) {
		*n = (size_t)(end - r->in.p);
		line = malloc(*n + 1);
	}
	if (line != NULL) {
		memcpy(line, r->in.p, *n);
		line[*n] = '\0';
		memmove(r->in.p, end + 1, r->in.n - *n - 1);
		fj_buf_cut(&r->in, r->in.n - *n - 1);
	}
	pthread_mutex_unlock(&r->lock);
	return line;
}

/* ---- answers ---- */

static void
answer_raw(struct redflag_job *r, int64_t n, const char *member, const char *table,
    const struct fj_buf *value)
{
	struct fj_buf b;
	struct json_w w;

	fj_buf_init(&b, WORKER_LINE_MAX);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_key(&w, "answer");
	json_w_obj(&w);
	json_w_kint(&w, "n", n);
	json_w_kstr(&w, "table", table);
	json_w_key(&w, member);
	json_w_raw(&w, value->p);
	json_w_end(&w);
	json_w_end(&w);
	job_row(r->j, b.p, b.n);
	fj_buf_release(&b);
}

static void
answer_end(struct redflag_job *r, int64_t n, const struct fj_err *f)
{
	struct fj_buf b;
	struct json_w w;
	int i;

	fj_buf_init(&b, WORKER_LINE_MAX);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_key(&w, "answered");
	json_w_obj(&w);
	json_w_kint(&w, "n", n);
	if (f != NULL) {
		json_w_kstr(&w, "code", f->code);
		json_w_key(&w, "args");
		json_w_arr(&w);
		for (i = 0; i < f->narg; i++)
			json_w_str(&w, f->arg[i]);
		json_w_end(&w);
	}
	json_w_end(&w);
	json_w_end(&w);
	job_row(r->j, b.p, b.n);
	fj_buf_release(&b);
}

static enum fj_rc
answer_rows(struct redflag_job *r, const struct json *ask, int64_t n, struct fj_err *e)
{
	const char *at = json_str(ask, "src");
	struct fj_buf row;
	enum fj_rc rc = FJ_OK;
	int64_t src;
	int table, count = 0;

	fj_buf_init(&row, WORKER_LINE_MAX);
	while (rc == FJ_OK && at != NULL && count++ < ROWS_MAX &&
	    rule_src_next(&at, &table, &src)) {
		fj_buf_clear(&row);
		rc = import_row(r->import, src, &row, e);
		if (rc == FJ_OK)
			answer_raw(r, n, "row", schema_tables()[table].name, &row);
	}
	fj_buf_release(&row);
	return rc;
}

static enum fj_rc
answer_one(struct redflag_job *r, const struct json *ask, int64_t n, bool dist,
    struct fj_err *e)
{
	const char *at = json_str(ask, "src"), *kind = json_str(ask, "kind"),
	    *person = json_str(ask, "person"), *detail = json_str(ask, "detail");
	struct fj_buf out;
	enum fj_rc rc;
	int64_t src = 0;
	int table = -1;

	fj_buf_init(&out, WORKER_LINE_MAX);
	if (r->store == NULL)
		rc = fj_fail(e, FJ_BUSY, "redflags.busy", "");
	else if (dist)
		rc = ask_distribution(r->store, kind != NULL && strcmp(kind, "digits") == 0 ?
		    ASK_DIGITS : kind != NULL && strcmp(kind, "limit") == 0 ? ASK_LIMIT :
		    ASK_REPLICATES, person != NULL ? person : "", detail != NULL ? detail : "",
		    &out, e);
	else if (at == NULL || !rule_src_next(&at, &table, &src))
		rc = fj_fail(e, FJ_NOTFOUND, "redflag.no-timeline", "");
	else
		rc = ask_timeline(r->store, src, json_is_true(ask, "of_person"), &out, e);
	if (rc == FJ_OK)
		answer_raw(r, n, dist ? "dist" : "timeline", NULL, &out);
	fj_buf_release(&out);
	return rc;
}

enum fj_rc
input_map(struct redflag_job *r, bool told, struct fj_err *e)
{
	struct json_doc *d = NULL;
	struct fj_buf text;
	int64_t file = -1;
	struct fj_err f;
	enum fj_rc rc = FJ_OK;

	if (!json_int(r->j->request, "map", &file) || file < 0 || file >= r->j->files)
		return FJ_OK;
	fj_buf_init(&text, MAP_BYTES);
	if (lseek(r->j->file[file].fd, 0, SEEK_SET) == 0)
		rc = job_read(r->j, (int)file, MAP_BYTES, &text, &f);
	if (rc == FJ_OK && text.n > 0) {
		rc = json_parse(text.p, text.n, &d, &f);
		if (rc == FJ_OK)
			rc = import_take(r->import, json_root(d), &f);
	}
	json_free(&d);
	fj_buf_release(&text);
	if (rc == FJ_OK)
		return FJ_OK;
	if (told) {
		job_fault(r->j, JOB_WARNING, NULL, &f);
		return FJ_OK;
	}
	*e = f;
	return rc;
}

/* true: the word to run. */
static bool
answer_line(struct redflag_job *r, const char *line, size_t len)
{
	struct json_doc *d = NULL;
	const char *ask;
	int64_t n = 0;
	struct fj_err e = {0};
	enum fj_rc rc = FJ_OK;
	bool run = false;

	if (json_parse(line, len, &d, &e) != FJ_OK)
		return false;
	ask = json_str(json_root(d), "ask");
	(void)!json_int(json_root(d), "n", &n);
	if (ask == NULL || strcmp(ask, "stop") == 0) {
		json_free(&d);
		return false;
	}
	if (strcmp(ask, "rows") == 0)
		rc = answer_rows(r, json_root(d), n, &e);
	else if (strcmp(ask, "timeline") == 0 || strcmp(ask, "dist") == 0)
		rc = answer_one(r, json_root(d), n, ask[0] == 'd', &e);
	else if (strcmp(ask, "map") == 0 && r->store == NULL)
		rc = input_map(r, false, &e);
	else
		run = strcmp(ask, "run") == 0;
	if (rc == FJ_OK && strcmp(ask, "map") == 0)
		say_map(r);
	answer_end(r, n, rc == FJ_OK ? NULL : &e);
	job_flush(r->j);
	json_free(&d);
	return run;
}

void
input_answer(struct redflag_job *r, bool wait)
{
	size_t n;
	char *line;

	while (r->session && !r->j->broken && (line = next_line(r, wait, &n)) != NULL) {
		(void)answer_line(r, line, n);
		free(line);
	}
}

bool
input_wait_run(struct redflag_job *r)
{
	bool run = false;
	size_t n;
	char *line;

	while (!run && !r->j->broken && (line = next_line(r, true, &n)) != NULL) {
		run = answer_line(r, line, n);
		free(line);
	}
	return run;
}
