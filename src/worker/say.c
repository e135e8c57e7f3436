/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of a job: one JSON object a line, collected and written in pieces. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "worker/internal.h"

enum {
	FLUSH_AT = 32768,
};

void
job_flush(struct job *j)
{
	const char *p = j->line.p;
	size_t n = j->line.n;

	while (n > 0 && !j->broken) {
		ssize_t got = write(j->out, p, n);

		if (got < 0 && errno != EINTR)
			j->broken = true;
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
	fj_buf_clear(&j->line);
}

/* The line that began at `from` ends. */
static void
end_line(struct job *j, size_t from)
{
	if (fj_buf_over(&j->line) || j->line.n - from >= WORKER_LINE_MAX) {
		fj_buf_cut(&j->line, from);
		j->line.over = false;
		j->too_long = true;
		return;
	}
	fj_buf_putc(&j->line, '\n');
	if (j->line.n >= FLUSH_AT)
		job_flush(j);
}

void
job_progress(struct job *j, uint64_t done, uint64_t total)
{
	size_t from = j->line.n;
	struct json_w w;

	json_w_init(&w, &j->line);
	json_w_obj(&w);
	json_w_key(&w, "progress");
	json_w_arr(&w);
	json_w_int(&w, (int64_t)done);
	json_w_int(&w, (int64_t)total);
	json_w_end(&w);
	json_w_end(&w);
	end_line(j, from);
	job_flush(j);
}

static void
put_code(struct json_w *w, const struct fj_err *f)
{
	int i;

	json_w_kstr(w, "code", f->code);
	json_w_key(w, "args");
	json_w_arr(w);
	for (i = 0; i < f->narg; i++)
		json_w_str(w, f->arg[i]);
	json_w_end(w);
}

void
job_fault(struct job *j, enum job_level level, const struct job_place *at,
    const struct fj_err *f)
{
	size_t from = j->line.n;
	struct json_w w;

	json_w_init(&w, &j->line);
	json_w_obj(&w);
	json_w_key(&w, "fault");
	json_w_obj(&w);
	put_code(&w, f);
	json_w_kstr(&w, "level", level == JOB_WARNING ? "warning" : "error");
	if (at != NULL) {
		json_w_kstr(&w, "file", at->file);
		json_w_kstr(&w, "sheet", at->sheet);
		if (at->row > 0)
			json_w_kint(&w, "row", at->row);
		if (at->column > 0)
			json_w_kint(&w, "column", at->column);
	}
	json_w_end(&w);
	json_w_end(&w);
	end_line(j, from);
}

/* At most n bytes of p that end with a whole character. */
static size_t
whole(const char *p, size_t n, size_t most)
{
	size_t at = most;

	if (n <= most)
		return n;
	while (at > 0 && at + 4 > most && ((unsigned char)p[at] & 0xc0) == 0x80)
		at--;
	return at > 0 ? at : most;
}

void
job_text(struct job *j, const char *p, size_t n)
{
	struct json_w w;

	while (n > 0) {
		size_t piece = whole(p, n, WORKER_TEXT_PIECE), from = j->line.n;

		json_w_init(&w, &j->line);
		json_w_obj(&w);
		json_w_key(&w, "text");
		json_w_strn(&w, p, piece);
		json_w_end(&w);
		end_line(j, from);
		p += piece;
		n -= piece;
	}
}

static void
put_raw(struct job *j, const char *key, const char *json, size_t n)
{
	size_t from = j->line.n;

	fj_buf_printf(&j->line, "{\"%s\":", key);
	fj_buf_add(&j->line, json, n);
	fj_buf_putc(&j->line, '}');
	end_line(j, from);
}

void
job_row(struct job *j, const char *json, size_t n)
{
	put_raw(j, "row", json, n);
}

void
job_result(struct job *j, const char *json, size_t n)
{
	put_raw(j, "result", json, n);
}

void
job_end(struct job *j, enum fj_rc rc, const struct fj_err *f)
{
	struct json_w w;

	json_w_init(&w, &j->line);
	json_w_obj(&w);
	if (rc == FJ_OK) {
		json_w_kbool(&w, "done", true);
	} else {
		json_w_key(&w, "error");
		json_w_obj(&w);
		json_w_kint(&w, "class", (int64_t)rc);
		put_code(&w, f);
		json_w_end(&w);
	}
	json_w_end(&w);
	fj_buf_putc(&j->line, '\n');
	job_flush(j);
}
