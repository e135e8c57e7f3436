/* SPDX-License-Identifier: Apache-2.0 */
#include "app/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/internal.h"
#include "app/syncing.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "os/env.h"
#include "os/fs.h"
#include "os/lock.h"
#include "os/proc.h"

enum {
	PEOPLE = 3,
	ANSWERED = 24,		/* items that the demo's inspector has done already */
	HUB_ARGS = 24,
};

struct demo {
	char *dir, *hub_program, *passfile, *url;
	char *home[PEOPLE];
	struct lock *lock;	/* of the folder: free again when we die */
	struct proc hub;
	bool serving;
};

struct person {
	const char *name, *cert, *role;
};

static const struct person people[PEOPLE] = {
	{"检查员甲", "YS-0001", "inspector"},
	{"检查员乙", "YS-0002", "inspector"},
	{"复核员丙", "YS-0003", "supervisor"},
};
static const char organisation[] = "示例市场监督管理局";
static const char division[] = "330106";
static const char passphrase[] = "yan-shi-mi-ma-12345";

const char *
demo_home(const struct demo *d, int person)
{
	return d->home[person];
}

const char *
demo_passphrase(const struct demo *d)
{
	(void)d;
	return passphrase;
}

const char *
demo_url(const struct demo *d)
{
	return d->url;
}

/* ---- the hub ---- */

/* feijian-hub WORDS... --store … --keys … ; stdout into out. */
static enum fj_rc
hub_run(const struct demo *d, const char *const *words, struct fj_buf *out,
    struct fj_err *e)
{
	char *store = xasprintf("sqlite:%s/hub.db", d->dir);
	char *keys = fs_join(d->dir, "hub-keys"), *files = fs_join(d->dir, "hub-evidence");
	const char *argv[HUB_ARGS];
	struct proc child;
	size_t n = 0;
	int status = 0;
	enum fj_rc rc;

	argv[n++] = d->hub_program;
	while (*words != NULL && n < HUB_ARGS - 9)
		argv[n++] = *words++;
	argv[n++] = "--store";
	argv[n++] = store;
	argv[n++] = "--keys";
	argv[n++] = keys;
	argv[n++] = "--evidence";
	argv[n++] = files;
	argv[n++] = "--passphrase-file";
	argv[n++] = d->passfile;
	argv[n] = NULL;
	/* Not proc_run: what the hub says on stderr has no place on a screen. */
	rc = proc_start(&child, argv, PROC_OUT | PROC_NULL | PROC_DIE, NULL, 0, e);
	if (rc == FJ_OK) {
		rc = fs_read_fd(child.out, words[-1], out, e);
		if (rc == FJ_OK)
			rc = proc_wait(&child, &status, e);
		else
			proc_kill(&child);
	}
	if (rc == FJ_OK && status != 0)
		rc = fj_fail(e, FJ_IO, "app.demo-hub", "sd", words[-1], status);
	while (out->n > 0 && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == ' '))
		fj_buf_cut(out, out->n - 1);
	free(store);
	free(keys);
	free(files);
	return rc;
}

/* "listening 127.0.0.1:PORT" from the child's stdout. */
static enum fj_rc
read_port(struct demo *d, struct fj_err *e)
{
	static const char mark[] = "listening ";
	char line[128];
	size_t n = 0;

	while (n < sizeof(line) - 1 && read(d->hub.out, line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	if (strncmp(line, mark, sizeof(mark) - 1) != 0)
		return fj_fail(e, FJ_IO, "app.demo-hub", "sd", "serve", 0);
	d->url = xasprintf("http://%s", line + sizeof(mark) - 1);
	return FJ_OK;
}

static enum fj_rc
hub_serve(struct demo *d, struct fj_err *e)
{
	char *store = xasprintf("sqlite:%s/hub.db", d->dir);
	char *keys = fs_join(d->dir, "hub-keys"), *files = fs_join(d->dir, "hub-evidence");
	const char *argv[] = {d->hub_program, "serve", "--store", store, "--keys", keys,
	    "--evidence", files, "--listen", "127.0.0.1:0", NULL};
	enum fj_rc rc = proc_start(&d->hub, argv, PROC_OUT | PROC_NULL, NULL, 0, e);

	d->serving = rc == FJ_OK;
	if (rc == FJ_OK)
		rc = read_port(d, e);
	free(store);
	free(keys);
	free(files);
	return rc;
}

/* ---- the people ---- */

static enum fj_rc
invite(const struct demo *d, const struct person *p, struct fj_buf *code, struct fj_err *e)
{
	const char *const add[] = {"user", "add", p->name, "--role", p->role,
	    "--division", "33", "--cert", p->cert, NULL};
	struct fj_buf id;
	enum fj_rc rc;

	fj_buf_init(&id, 256);
	rc = hub_run(d, add, &id, e);
	if (rc == FJ_OK) {
		const char *const words[] = {"invite", id.p, NULL};

		rc = hub_run(d, words, code, e);
	}
	fj_buf_release(&id);
	return rc;
}

static enum fj_rc
person_make(struct demo *d, int i, struct clock *clock, const char *lang,
    struct app **out, struct fj_err *e)
{
	struct app_options o = {.home = d->home[i], .clock = clock, .lang = lang};
	struct app_person who = {people[i].name, organisation, people[i].cert, division, lang};
	struct app_enrol en = {.url = d->url};
	char code_shown[APP_RECOVERY_CODE];
	struct fj_buf code;
	enum fj_rc rc;

	fj_buf_init(&code, 256);
	rc = app_open(&o, out, e);
	if (rc == FJ_OK)
		rc = app_init(*out, &who, passphrase, code_shown, e);
	if (rc == FJ_OK)
		rc = invite(d, &people[i], &code, e);
	en.code = code.p;
	if (rc == FJ_OK)
		rc = app_enrol(*out, &en, NULL, NULL, e);
	fj_buf_release(&code);
	return rc;
}

/* ---- the half-finished visit ---- */

static enum fj_rc
answer_some(struct dossier *d, struct fj_err *e)
{
	struct inst *in = dossier_inst(d, 0);
	const struct inst_node *at = NULL;
	enum fj_rc rc = FJ_OK;
	int done = 0;

	while (rc == FJ_OK && done < ANSWERED &&
	    (at = inst_walk(in, at, NULL)) != NULL) {
		struct inst_changes c = {0};
		struct inst_node *place;
		struct fj_buf path;
		bool bad = done == 7 || done == 15;

		if (inst_kind(at) != INST_LEAF ||
		    form_node_type(inst_def(at)) != FORM_VERDICT)
			continue;
		fj_buf_init(&path, LIMIT_VALUE_BYTES);
		inst_path_id(at, &path);
		rc = inst_find(in, path.p, &place, e);
		if (rc == FJ_OK)
			rc = dossier_set(d, 0, place, bad ? "nonconform" : "conform", NULL, &c, e);
		inst_changes_release(&c);
		in = dossier_inst(d, 0);
		if (rc == FJ_OK)
			rc = inst_find(in, path.p, &place, e);
		at = place;
		if (rc == FJ_OK && bad) {
			struct id finding;

			rc = dossier_note(d, 0, at, done == 7 ?
			    "2号气相色谱仪校准证书已过期，仍在使用，现场未能提供期间核查记录。" :
			    "原始记录无采集时间，与报告所载检测日期不能对应。", NULL, e);
			if (rc == FJ_OK && done == 7)
				rc = dossier_finding_draft(d, 0, at, &finding, e);
		}
		fj_buf_release(&path);
		done++;
	}
	return rc;
}

static enum fj_rc
visit_make(struct demo *d, struct app *a, struct fj_err *e)
{
	static const char *const forms[] = {"flying-inspection"};
	static const char paper[] = "校准证书 有效期至 2026-03-01\n";
	struct app_member team[2] = {{people[0].name, people[0].cert},
	    {people[1].name, people[1].cert}};
	struct app_new_visit v = {.kind = "flying-inspection", .forms = forms, .form_n = 1,
	    .subject_name = "示例检测技术有限公司", .no_uscc = "演示数据，非真实主体",
	    .cma = "000000000000", .division = division, .team = team, .team_n = 2};
	char *photo = fs_join(d->dir, "calibration-certificate.txt");
	struct evidence_new ev = {.path = photo, .how = "photo"};
	struct dossier *open = NULL;
	struct id id, piece;
	enum fj_rc rc = app_visit_new(a, &v, &id, e);

	if (rc == FJ_OK)
		rc = dossier_open(a, &id, &open, e);
	if (rc == FJ_OK)
		rc = answer_some(open, e);
	if (rc == FJ_OK)
		rc = fs_write(photo, paper, sizeof(paper) - 1, 0600, e);
	if (rc == FJ_OK)
		rc = dossier_evidence_add(open, &ev, &piece, e);
	dossier_close(&open);
	free(photo);
	return rc;
}

/* Everybody knows what is there: the first sends, the others fetch. */
static enum fj_rc
populate(struct demo *d, const char *lang, struct fj_err *e)
{
	struct sync_options once = {.metered = false};
	struct app *a[PEOPLE] = {NULL};
	struct clock clock;
	enum fj_rc rc = FJ_OK;
	int i;

	clock_init(&clock);
	for (i = 0; rc == FJ_OK && i < PEOPLE; i++)
		rc = person_make(d, i, &clock, lang, &a[i], e);
	if (rc == FJ_OK)
		rc = visit_make(d, a[0], e);
	for (i = 0; rc == FJ_OK && i < PEOPLE; i++)
		rc = app_sync_once(a[i], &once, NULL, NULL, e);
	for (i = 0; i < PEOPLE; i++)
		app_close(&a[i]);
	return rc;
}

/* ---- all of it ---- */

static char *
beside(const char *program, const char *name)
{
	const char *slash = strrchr(program, '/');

	return slash == NULL ? xstrdup(name) :
	    xasprintf("%.*s/%s", (int)(slash - program), program, name);
}

static const char folder_name[] = "feijian-demo-";

struct sweep {
	const char *base;
};

/* A folder whose demo was killed: nobody holds its lock any more.  One that has no
 * lock file yet is being made. */
static bool
sweep_one(void *ctx, const char *name)
{
	struct sweep *s = ctx;
	struct lock *l = NULL;
	char *dir, *path;

	if (strncmp(name, folder_name, sizeof(folder_name) - 1) != 0)
		return true;
	dir = fs_join(s->base, name);
	path = fs_join(dir, "lock");
	if (fs_exists(path) && lock_take(path, &l, NULL) == FJ_OK) {
		/* What cannot be removed now is tried again by the next demo. */
		(void)!fs_remove_tree(dir, NULL);
		lock_free(&l);
	}
	free(path);
	free(dir);
	return true;
}

static enum fj_rc
make_homes(struct demo *d, struct fj_err *e)
{
	static const char *const names[PEOPLE] = {"jia", "yi", "bing"};
	char *path = fs_join(d->dir, "lock");
	enum fj_rc rc = lock_take(path, &d->lock, e);
	int i;

	free(path);
	for (i = 0; i < PEOPLE; i++)
		d->home[i] = fs_join(d->dir, names[i]);
	d->passfile = fs_join(d->dir, "passphrase");
	return rc == FJ_OK ? fs_write(d->passfile, passphrase, sizeof(passphrase) - 1, 0600,
	    e) : rc;
}

static enum fj_rc
make_folder(struct demo *d, struct fj_err *e)
{
	char *memory = env_runtime_dir();
	const char *tmp = env_get("TMPDIR");
	/* In memory where there is room, so that nothing stays on a disk. */
	struct sweep s = {memory != NULL ? memory : tmp != NULL ? tmp : "/tmp"};
	enum fj_rc rc;

	(void)!fs_list(s.base, sweep_one, &s, NULL);
	d->dir = xasprintf("%s/%sXXXXXX", s.base, folder_name);
	free(memory);
	if (mkdtemp(d->dir) != NULL)
		return make_homes(d, e);
	rc = fj_fail_errno(e, "app.write", d->dir);
	free(d->dir);
	d->dir = NULL;
	return rc;
}

enum fj_rc
demo_start(const char *program, const char *lang, struct demo **out, struct fj_err *e)
{
	const char *const init[] = {"init", NULL};
	struct demo *d = xcalloc(1, sizeof(*d));
	struct fj_buf ignored;
	enum fj_rc rc;

	fj_buf_init(&ignored, 65536);
	d->hub_program = beside(program, "feijian-hub");
	rc = make_folder(d, e);
	if (rc == FJ_OK)
		rc = hub_run(d, init, &ignored, e);
	if (rc == FJ_OK)
		rc = hub_serve(d, e);
	if (rc == FJ_OK)
		rc = populate(d, lang, e);
	fj_buf_release(&ignored);
	if (rc == FJ_OK)
		*out = d;
	else
		demo_stop(&d);
	return rc;
}

void
demo_stop(struct demo **dp)
{
	struct demo *d = *dp;
	int i;

	if (d == NULL)
		return;
	if (d->serving)
		proc_kill(&d->hub);
	if (d->dir != NULL && fs_remove_tree(d->dir, NULL) != FJ_OK)
		fprintf(stderr, "feijian: left behind: %s\n", d->dir);
	lock_free(&d->lock);
	for (i = 0; i < PEOPLE; i++)
		free(d->home[i]);
	free(d->dir);
	free(d->hub_program);
	free(d->passfile);
	free(d->url);
	free(d);
	*dp = NULL;
}
