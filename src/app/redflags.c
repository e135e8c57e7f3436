/* SPDX-License-Identifier: Apache-2.0 */
/* A screening session: its life, and what it answers. */
#include "app/redflags.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/redflags_i.h"
#include "base/xalloc.h"

enum {
	STRINGS_MAX = 1 << 30,
	OPTIONS_MAX = 40000,
	VALUES_MAX = 16000,
	ANSWERS_MAX = 32 << 20,
};

/* ---- beginning ---- */

static struct redflags *
session_new(struct app *a, bool go, const char *program)
{
	struct redflags *r = xcalloc(1, sizeof(*r));

	r->a = a;
	r->go = go;
	r->program = xstrdup(program);
	r->fd_rules = r->fd_synonyms = r->fd_map = -1;
	r->mem = arena_new(STRINGS_MAX);
	r->places = xcalloc(1, sizeof(*r->places));
	fj_buf_init(&r->values, VALUES_MAX);
	fj_buf_init(&r->answers, ANSWERS_MAX);
	return r;
}

static bool
is_lab(const char *lab)
{
	return strcmp(lab, "vehicle") == 0 || strcmp(lab, "env") == 0 ||
	    strcmp(lab, "food") == 0;
}

static void
put_values(struct redflags *r, const struct redflags_options *o)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, &r->values);
	json_w_arr(&w);
	for (i = 0; i < o->values; i++) {
		json_w_obj(&w);
		json_w_kstr(&w, "rule", o->value[i].rule);
		json_w_kstr(&w, "name", o->value[i].name);
		json_w_key(&w, "value");
		json_w_double(&w, o->value[i].value);
		json_w_end(&w);
	}
	json_w_end(&w);
}

static enum fj_rc
check_map(const char *map, struct fj_err *e)
{
	struct json_doc *d = NULL;
	struct fj_err why;

	if (map == NULL)
		return FJ_OK;
	if (json_parse(map, strlen(map), &d, &why) != FJ_OK)
		return fj_fail(e, FJ_INVAL, "redflags.map", "ss", why.arg[0], why.arg[1]);
	json_free(&d);
	return FJ_OK;
}

enum fj_rc
redflags_new(struct app *a, const struct redflags_options *o, struct redflags **out,
    struct fj_err *e)
{
	struct redflags *r;
	enum fj_rc rc;

	*out = NULL;
	if (o->lab != NULL && !is_lab(o->lab))
		return fj_fail(e, FJ_INVAL, "redflags.lab", "s", o->lab);
	rc = check_map(o->map, e);
	if (rc != FJ_OK)
		return rc;
	r = session_new(a, o->go, o->program);
	r->lab = xstrdup(o->lab);
	r->rules_dir = xstrdup(o->rules_dir);
	r->map_given = xstrdup(o->map);
	put_values(r, o);
	rc = session_files(r, o->path, o->paths, e);
	if (rc == FJ_OK && r->files == 0)
		rc = fj_fail(e, FJ_NOTFOUND, "redflags.no-files", "s", "");
	if (rc == FJ_OK)
		rc = session_pack(r, e);
	if (rc == FJ_OK)
		*out = r;
	else
		redflags_free(&r);
	return rc;
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
redflags_free(struct redflags **rp)
{
	struct redflags *r = *rp;
	size_t i;

	if (r == NULL)
		return;
	helper_free(&r->h);
	session_files_close(r);
	shut(&r->fd_rules);
	shut(&r->fd_synonyms);
	shut(&r->fd_map);
	for (i = 0; i < r->rules; i++) {
		free(r->rule[i]->hit);
		free(r->rule[i]);
	}
	for (i = 0; i < r->maps; i++)
		json_free(&r->map[i]);
	json_free(&r->whole);
	free(r->fault);
	free(r->places);
	free(r->program);
	free(r->lab);
	free(r->rules_dir);
	free(r->map_given);
	fj_buf_release(&r->values);
	fj_buf_release(&r->rules_text);
	fj_buf_release(&r->answers);
	arena_free(&r->mem);
	free(r);
	*rp = NULL;
}

struct redflags *
session_bare(struct app *a, bool go)
{
	return session_new(a, go, NULL);
}

/* ---- running ---- */

static enum fj_rc
fail(struct redflags *r, enum fj_rc rc, const struct fj_err *why, struct fj_err *e)
{
	helper_free(&r->h);
	r->state = REDFLAGS_FAILED;
	r->err = *why;
	r->changed = true;
	if (e != NULL)
		*e = *why;
	return rc;
}

/* The mapping that the helper begins with. */
static enum fj_rc
first_map(struct redflags *r, struct fj_err *e)
{
	struct fj_buf map;
	enum fj_rc rc = FJ_OK;

	fj_buf_init(&map, ANSWERS_MAX);
	if (r->map_given != NULL) {
		fj_buf_puts(&map, r->map_given);
	} else if (r->d != NULL) {
		session_recall(r, &map);
		r->map_remembered = map.n > 0;
	}
	r->fd_map = session_memory("feijian-map", map.n > 0 ? map.p : "", map.n, e);
	if (r->fd_map < 0)
		rc = e != NULL ? e->rc : FJ_IO;
	fj_buf_release(&map);
	return rc;
}

static void
put_options(const struct redflags *r, struct fj_buf *b)
{
	struct json_w w;

	json_w_init(&w, b);
	json_w_obj(&w);
	json_w_kint(&w, "rules", 0);
	json_w_kint(&w, "synonyms", 1);
	json_w_kint(&w, "map", 2);
	json_w_kint(&w, "registers", 3);
	json_w_kint(&w, "own_from", (int64_t)r->pack.rules);
	json_w_kstr(&w, "lab", r->lab);
	json_w_kbool(&w, "go", r->go);
	json_w_kbool(&w, "session", true);
	json_w_kbool(&w, "norules", r->norules);
	json_w_kbool(&w, "remembered", r->map_remembered);
	if (r->values.n > 2) {
		json_w_key(&w, "values");
		json_w_raw(&w, r->values.p);
	}
	json_w_end(&w);
}

enum fj_rc
redflags_start(struct redflags *r, struct fj_err *e)
{
	struct helper_file file[REDFLAGS_FILES + 3];
	struct helper_job job = {.job = "redflag", .file = file, .deadline_ms = REDFLAG_RUN_MS,
	    .memory_mib = REDFLAG_MEMORY_MIB, .session = true, .program = r->program};
	struct fj_buf options;
	enum fj_rc rc = first_map(r, e);
	size_t i;

	if (rc != FJ_OK)
		return rc;
	memset(file, 0, sizeof(file));
	file[0] = (struct helper_file){.fd = r->fd_rules, .name = "rules"};
	file[1] = (struct helper_file){.fd = r->fd_synonyms, .name = "synonyms.json"};
	file[2] = (struct helper_file){.fd = r->fd_map, .name = "map.json"};
	for (i = 0; i < r->files; i++)
		file[3 + i] = (struct helper_file){.fd = r->file[i].fd, .name = r->file[i].name};
	job.files = (int)(3 + r->files);
	fj_buf_init(&options, OPTIONS_MAX);
	put_options(r, &options);
	job.options = options.p;
	rc = helper_start(&job, session_hear, r, &r->h, e);
	fj_buf_release(&options);
	if (rc == FJ_OK)
		r->state = REDFLAGS_READING;
	return rc;
}

enum fj_rc
redflags_run(struct redflags *r, struct fj_err *e)
{
	static const char word[] = "{\"ask\":\"run\"}";
	struct fj_buf map;
	enum fj_rc rc;

	if (r->state != REDFLAGS_MAPPED)
		return fj_fail(e, FJ_BUSY, "redflags.busy", "");
	fj_buf_init(&map, ANSWERS_MAX);
	redflags_map_text(r, &map);
	rc = session_memory_set(r->fd_map, map.p, map.n, e);
	fj_buf_release(&map);
	if (rc == FJ_OK)
		rc = helper_send(r->h, word, sizeof(word) - 1, e);
	if (rc == FJ_OK) {
		r->state = REDFLAGS_LOADING;
		helper_deadline(r->h, REDFLAG_RUN_MS);
	}
	return rc;
}

void
redflags_stop(struct redflags *r)
{
	static const char word[] = "{\"ask\":\"stop\"}";
	struct fj_err e;

	if (r->h == NULL || r->state == REDFLAGS_READY || r->state == REDFLAGS_FAILED)
		return;
	if (r->state == REDFLAGS_RUNNING && helper_send(r->h, word, sizeof(word) - 1, &e) == FJ_OK)
		return;
	(void)!fj_fail(&e, FJ_CANCELLED, "redflags.stopped", "");
	(void)!fail(r, FJ_CANCELLED, &e, NULL);
}

int
redflags_fd(const struct redflags *r)
{
	return r->h != NULL ? helper_fd(r->h) : -1;
}

int64_t
redflags_wait_ms(const struct redflags *r)
{
	return r->h != NULL ? helper_wait_ms(r->h) : -1;
}

enum redflags_state
redflags_state(const struct redflags *r)
{
	return r->state;
}

enum fj_rc
redflags_step(struct redflags *r, bool *changed, struct fj_err *e)
{
	enum redflags_state before = r->state;
	struct fj_err why;
	bool over = false;
	enum fj_rc rc;

	if (changed != NULL)
		*changed = false;
	if (r->h == NULL)
		return FJ_OK;
	fj_err_clear(&why);
	r->changed = false;
	rc = helper_step(r->h, &over, &why);
	if (r->lied)
		rc = fj_fail(&why, FJ_CORRUPT, "helper.protocol", "s", "redflag");
	else if (rc == FJ_OK && over)
		/* It is never done before we are. */
		rc = fj_fail(&why, FJ_IO, "helper.died", "sd", "redflag", 0);
	if (rc != FJ_OK)
		rc = fail(r, rc, &why, e);
	else if (r->state != before)
		helper_deadline(r->h, r->state == REDFLAGS_READY || (r->state == REDFLAGS_MAPPED &&
		    !r->go) ? 0 : REDFLAG_RUN_MS);
	if (changed != NULL)
		*changed = r->changed || r->state != before;
	return rc;
}

enum fj_rc
redflags_wait(struct redflags *r, enum redflags_state s, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;

	while (rc == FJ_OK && r->h != NULL && r->state < s) {
		struct pollfd at = {.fd = helper_fd(r->h), .events = POLLIN};
		int64_t left = helper_wait_ms(r->h);

		(void)poll(&at, 1, left > 60000 || left < 0 ? 60000 : (int)left);
		rc = redflags_step(r, NULL, e);
	}
	if (rc == FJ_OK && r->state == REDFLAGS_FAILED) {
		if (e != NULL)
			*e = r->err;
		return r->err.rc;
	}
	return rc;
}

/* ---- answers ---- */

void
redflags_progress(const struct redflags *r, uint64_t *done, uint64_t *total)
{
	*done = r->done;
	*total = r->total;
}

uint32_t
redflags_ms(const struct redflags *r)
{
	return r->ms;
}

void
redflags_on_rule(struct redflags *r, void (*fn)(void *ctx, const struct redflag_rule *rule),
    void *ctx)
{
	r->on_rule = fn;
	r->on_rule_ctx = ctx;
}

size_t
redflags_files(const struct redflags *r)
{
	return r->files;
}

size_t
redflags_sources(const struct redflags *r)
{
	return r->sources;
}

const struct redflag_source *
redflags_source(const struct redflags *r, size_t i)
{
	return &r->source[i];
}

size_t
redflags_faults(const struct redflags *r)
{
	return r->faults < REDFLAG_FAULTS_MAX ? r->faults : REDFLAG_FAULTS_MAX;
}

const struct redflag_fault *
redflags_fault(const struct redflags *r, size_t i)
{
	return &r->fault[i];
}

size_t
redflags_rules(const struct redflags *r)
{
	return r->rules;
}

const struct redflag_rule *
redflags_rule(const struct redflags *r, size_t i)
{
	return &r->rule[i]->pub;
}

void
redflags_pack(const struct redflags *r, struct redflag_pack *out)
{
	*out = r->pack;
}

const char *
redflags_lab(const struct redflags *r)
{
	return r->lab_found[0] != '\0' ? r->lab_found : r->lab != NULL ? r->lab : "";
}
