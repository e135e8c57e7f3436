/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/form_file.h"

#include <string.h>

#include <string.h>

#include "app/lawdata.h"
#include "base/limits.h"
#include "cli/line.h"

void
form_tell(struct cli *c, const char *file, const struct form_fault *q, struct json_w *w)
{
	struct fj_buf b, line;
	bool error = q->severity == FORM_ERROR;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fj_buf_init(&line, LIMIT_VALUE_BYTES);
	msg_say(c->msg, &q->err, &b);
	if (w != NULL) {
		json_w_obj(w);
		json_w_kstr(w, "file", file);
		json_w_kint(w, "line", q->line);
		json_w_kint(w, "column", q->column);
		json_w_kstr(w, "severity", error ? "error" : "warning");
		json_w_kstr(w, "code", q->err.code);
		json_w_kstr(w, "message", b.p);
		json_w_end(w);
	} else {
		fj_buf_printf(&line, "%s:%d:%d: %s: %s%s%s", file, q->line, q->column,
		    q->err.code, error ? "" : _(c->msg, "warning"), error ? "" : ": ", b.p);
		cli_print(c, line.p);
	}
	fj_buf_release(&b);
	fj_buf_release(&line);
}

enum fj_rc
form_file_read(struct cli *c, const char *file, struct fj_buf *out, struct fj_err *e)
{
	struct form_teller t = {c, file};
	struct formfile_ops ops = {form_tell_foreign, &t, NULL};
	enum fj_rc rc;

	fj_buf_init(out, LIMIT_FORM_BYTES);
	rc = line_read_all(c->in, file, out, e);
	if (rc == FJ_OK && strcmp(file, "-") != 0)
		rc = formfile_pack(file, &ops, out, e);
	return rc;
}

int
form_bytes_load(struct cli *c, const char *file, const struct fj_buf *b, struct form **out)
{
	struct form_faults faults = {0};
	struct fj_err e;
	enum fj_rc rc;
	size_t i;

	fj_err_clear(&e);
	rc = form_load(b->p, b->n, out, &faults, &e);
	for (i = 0; rc != FJ_OK && i < faults.n; i++)
		form_tell(c, file, &faults.v[i], NULL);
	form_faults_release(&faults);
	return rc == FJ_OK ? CLI_DONE : cli_fail(c, &e);
}

int
form_file_load(struct cli *c, const char *file, struct form **out)
{
	struct fj_buf b;
	struct fj_err e;
	int code;

	*out = NULL;
	fj_err_clear(&e);
	code = form_file_read(c, file, &b, &e) == FJ_OK ? form_bytes_load(c, file, &b, out) :
	    cli_fail(c, &e);
	fj_buf_release(&b);
	return code;
}

/* ---- a filled form that nobody keeps ---- */

static struct inst *
loose_inst(void *ctx)
{
	return ((struct loose *)ctx)->in;
}

static enum fj_rc
loose_set(void *ctx, struct inst_node *at, const char *value, struct inst_changes *c,
    struct fj_err *e)
{
	struct loose *l = ctx;
	enum fj_rc rc = inst_set(l->in, at, value, c, &l->why);

	l->rejected = rc == FJ_INVAL && strncmp(l->why.code, "form.value-", 11) == 0;
	if (l->rejected)
		return inst_clear(l->in, at, c, e);
	if (rc != FJ_OK && e != NULL)
		*e = l->why;
	return rc;
}

/* Told once: the next answer is about another request. */
static const struct fj_err *
loose_rejected(void *ctx)
{
	struct loose *l = ctx;
	bool yes = l->rejected;

	l->rejected = false;
	return yes ? &l->why : NULL;
}

static enum fj_rc
loose_clear(void *ctx, struct inst_node *at, struct inst_changes *c, struct fj_err *e)
{
	return inst_clear(((struct loose *)ctx)->in, at, c, e);
}

static enum fj_rc
loose_add(void *ctx, struct inst_node *repeat, struct inst_node **made,
    struct inst_changes *c, struct fj_err *e)
{
	return inst_add(((struct loose *)ctx)->in, repeat, "", 0, made, c, e);
}

static enum fj_rc
loose_remove(void *ctx, struct inst_node *instance, struct inst_changes *c,
    struct fj_err *e)
{
	return inst_remove(((struct loose *)ctx)->in, instance, c, e);
}

/* There is no journal: a note is checked, and nothing keeps it. */
static enum fj_rc
loose_note(void *ctx, struct inst_node *at, const char *text, struct fj_err *e)
{
	(void)ctx;
	(void)at;
	(void)text;
	(void)e;
	return FJ_OK;
}

const struct drive_ops loose_ops = {loose_inst, loose_set, loose_clear, loose_add,
    loose_remove, loose_note, NULL, loose_rejected};

void
loose_end(struct loose *l)
{
	inst_free(&l->in);
	form_calendar_free(&l->calendar);
}

enum fj_rc
loose_start(struct cli *c, struct loose *l, const struct form *f, const struct instant *now,
    struct fj_err *e)
{
	struct form_env env = {.lang = c->lang};

	/* The wall clock of this machine: its zone counts, also under --now. */
	env.now = clock_now(c->clock);
	env.now.offset = clock_offset_at(env.now.ms);
	if (now != NULL)
		env.now = *now;
	if (lawdata_calendar(&l->calendar, NULL) != FJ_OK)
		l->calendar = NULL;	/* weekends only, and that is told */
	env.calendar = l->calendar;
	l->in = inst_new(f, &env);
	return inst_start(l->in, NULL, e);
}
