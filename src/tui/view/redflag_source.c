/* SPDX-License-Identifier: Apache-2.0 */
/* Where the agency's registers are: what is plugged in, folders, files. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "os/fs.h"
#include "os/loop.h"
#include "os/media.h"
#include "text/human.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/path_complete.h"
#include "tui/view/redflag.h"
#include "tui/widget/dialog.h"

enum {
	ROW_OTHER = 1,
	ROW_LAB,
	ROW_RULES,
	ROW_GO,
	ROW_PLACES = 100,
	ROW_FILES = 10000,
	LOOK_MS = 2000,
	PLACES_MAX = 200,
};

struct register_file {
	char *path;
	int64_t bytes;
	bool on;
};

struct source {
	struct session *s;
	struct id visit;
	struct lines l;
	char **place;			/* folders with registers on what is plugged in */
	size_t nplace;
	uint64_t media;			/* changes with what is plugged in */
	struct register_file *file;
	size_t n;
	size_t lab;
	char *rules;			/* a bureau's own, or NULL */
	uint64_t timer;
	struct progress *progress;
};

static const struct {
	const char *id, *label;
} lab_kinds[] = {
	{NULL, N_("by its registers")}, {"vehicle", N_("vehicle inspection")},
	{"env", N_("environment")}, {"food", N_("food")},
};
enum { LABS = sizeof(lab_kinds) / sizeof(lab_kinds[0]) };

/* ---- files ---- */

static bool
is_register(const char *name)
{
	static const char *const ext[] = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls"};
	size_t i, n = strlen(name);

	/* "~$x.xlsx" is the lock of an open workbook. */
	if (name[0] == '.' || name[0] == '~')
		return false;
	for (i = 0; i < sizeof(ext) / sizeof(ext[0]); i++)
		if (n > strlen(ext[i]) && strcasecmp(name + n - strlen(ext[i]), ext[i]) == 0)
			return true;
	return false;
}

static bool
count_one(void *ctx, const char *name)
{
	*(size_t *)ctx += is_register(name) ? 1 : 0;
	return true;
}

static size_t
count_registers(const char *dir)
{
	size_t n = 0;

	return fs_list(dir, count_one, &n, NULL) == FJ_OK ? n : 0;
}

static void
add_file(struct source *v, const char *path)
{
	struct fj_err e;
	int64_t bytes;
	size_t i;

	for (i = 0; i < v->n; i++)
		if (strcmp(v->file[i].path, path) == 0) {
			v->file[i].on = true;
			return;
		}
	if (fs_size(path, &bytes, &e) != FJ_OK) {
		ui_fail(v->s->ui, &e);
		return;
	}
	v->file = xrealloc(v->file, v->n + 1, sizeof(*v->file));
	v->file[v->n].path = xstrdup(path);
	v->file[v->n].bytes = bytes;
	v->file[v->n++].on = true;
}

struct folder {
	struct source *v;
	const char *dir;
};

static bool
add_named(void *ctx, const char *name)
{
	struct folder *f = ctx;
	char *path;

	if (is_register(name)) {
		path = fs_join(f->dir, name);
		if (!fs_is_dir(path))
			add_file(f->v, path);
		free(path);
	}
	return true;
}

static void
add_path(struct source *v, const char *path)
{
	struct folder f = {v, path};
	size_t before = v->n;
	struct fj_err e;

	if (!fs_is_dir(path)) {
		add_file(v, path);
		return;
	}
	if (fs_list(path, add_named, &f, &e) != FJ_OK)
		ui_fail(v->s->ui, &e);
	else if (v->n == before && count_registers(path) == 0)
		say_put(v->s, STYLE_WARN, N_("{1}: no register here (CSV, XLSX, XLS)"), path);
}

static size_t
chosen(const struct source *v)
{
	size_t i, n = 0;

	for (i = 0; i < v->n; i++)
		n += v->file[i].on ? 1 : 0;
	return n;
}

/* ---- what is plugged in ---- */

static void
forget_places(struct source *v)
{
	size_t i;

	for (i = 0; i < v->nplace; i++)
		free(v->place[i]);
	free(v->place);
	v->place = NULL;
	v->nplace = 0;
}

static void
add_place(struct source *v, const char *path)
{
	if (v->nplace == PLACES_MAX)
		return;
	v->place = xrealloc(v->place, v->nplace + 1, sizeof(*v->place));
	v->place[v->nplace++] = xstrdup(path);
}

static bool
add_folder(void *ctx, const char *name)
{
	struct folder *f = ctx;
	char *path;

	if (name[0] == '.')
		return true;
	path = fs_join(f->dir, name);
	if (fs_is_dir(path) && count_registers(path) > 0)
		add_place(f->v, path);
	free(path);
	return true;
}

/* The medium itself, and the folders on it that hold registers. */
static bool
add_medium(void *ctx, const struct media *m)
{
	struct folder f = {ctx, m->path};
	struct fj_err e;

	add_place(f.v, m->path);
	if (fs_list(m->path, add_folder, &f, &e) != FJ_OK)
		ui_fail(f.v->s->ui, &e);
	return true;
}

static bool
stamp_medium(void *ctx, const struct media *m)
{
	uint64_t *h = ctx;

	*h = (*h ^ text_number(m->path) ^ text_number(m->device) << 1) * 0x100000001b3u;
	return true;
}

static uint64_t
media_stamp(void)
{
	uint64_t h = 1;

	media_list(NULL, stamp_medium, &h);
	return h;
}

/* ---- rows ---- */

static void
place_rows(struct source *v)
{
	const struct msg *m = v->s->m;
	struct fj_buf b;
	size_t i;

	lines_head(&v->l, _(m, "Plugged in"));
	if (v->nplace == 0)
		lines_note(&v->l, STYLE_MUTED, _(m, "Nothing is plugged in. A stick shows up here by itself; a opens any folder."));
	fj_buf_init(&b, 256);
	for (i = 0; i < v->nplace; i++) {
		fj_buf_clear(&b);
		msg_put(m, &b, N_("{1} registers"), "z", count_registers(v->place[i]));
		lines_add(&v->l, ROW_PLACES + i, STYLE_NORMAL, NULL, v->place[i], b.p);
	}
	fj_buf_release(&b);
	lines_add(&v->l, ROW_OTHER, STYLE_NORMAL, "a", _(m, "Another folder or file…"), NULL);
}

static void
file_rows(struct source *v)
{
	struct fj_buf b;
	size_t i;

	if (v->n == 0)
		return;
	lines_head(&v->l, _(v->s->m, "Registers to read"));
	fj_buf_init(&b, 256);
	for (i = 0; i < v->n; i++) {
		fj_buf_clear(&b);
		human_size(&b, v->file[i].bytes);
		lines_add(&v->l, ROW_FILES + i, STYLE_NORMAL, v->file[i].on ? "[x]" : "[ ]",
		    v->file[i].path, b.p)->off = !v->file[i].on;
	}
	fj_buf_release(&b);
}

static void
fill(struct source *v)
{
	const struct msg *m = v->s->m;
	struct fj_buf b;

	lines_clear(&v->l);
	lines_note(&v->l, STYLE_MUTED, _(m, "Ask for the exports of: reports, samples, tests with raw data, instruments, calibration, use logs, staff, leave, seals, fees. Ask too how far each clock is off."));
	place_rows(v);
	file_rows(v);
	lines_head(&v->l, _(m, "How to screen"));
	lines_add(&v->l, ROW_LAB, STYLE_NORMAL, "t", _(m, "Kind of laboratory"), msg_tr(m, lab_kinds[v->lab].label));
	lines_add(&v->l, ROW_RULES, STYLE_NORMAL, "b", _(m, "The bureau's own rules"),
	    v->rules != NULL ? v->rules : _(m, "none"));
	fj_buf_init(&b, 1024);
	msg_put(m, &b, N_("Seal {1} files as evidence and read them"), "z", chosen(v));
	lines_add(&v->l, ROW_GO, STYLE_ACCENT, "r", b.p, NULL)->off = chosen(v) == 0;
	fj_buf_release(&b);
	lines_done(&v->l);
	ui_dirty(v->s->ui);
}

static void
look(struct source *v)
{
	forget_places(v);
	v->media = media_stamp();
	media_list(NULL, add_medium, v);
	fill(v);
}

static void
look_again(void *ctx)
{
	struct source *v = ctx;

	if (v->media != media_stamp())
		look(v);
}

/* ---- acts ---- */

static void
path_given_fn(void *ctx, const char *path)
{
	struct source *v = ctx;

	if (path == NULL)
		return;
	add_path(v, path);
	fill(v);
	if (chosen(v) > 0)
		list_select(v->l.list, ROW_GO);
}

static void
other(void *self, struct ui *ui)
{
	path_prompt(ui, _(ui_msg(ui), "Registers of the agency"),
	    _(ui_msg(ui), "A file, or a folder with files; Tab completes."), path_given_fn, self);
}

static void
next_lab(void *self, struct ui *ui)
{
	struct source *v = self;

	(void)ui;
	v->lab = (v->lab + 1) % LABS;
	fill(v);
}

static void
rules_given(void *ctx, const char *path)
{
	struct source *v = ctx;

	free(v->rules);
	v->rules = xstrdup(path);
	fill(v);
}

static void
own_rules(void *self, struct ui *ui)
{
	path_prompt(ui, _(ui_msg(ui), "Folder of the bureau's own rules"),
	    _(ui_msg(ui), "Files NAME.sql, checked with redflag check; Esc: none."), rules_given, self);
}

static bool
sealing(void *ctx, int64_t done, int64_t total)
{
	struct source *v = ctx;

	progress_set(v->progress, _(v->s->m, "Sealing"), done, total);
	ui_paint(v->s->ui);
	return true;
}

static enum fj_rc
seize(struct source *v, struct dossier *d, struct redflags *r, struct fj_err *e)
{
	enum fj_rc rc;

	session_keeping(v->s);
	v->progress = dialog_progress(v->s->ui, _(v->s->m, "Registers become evidence"), NULL, NULL);
	rc = redflags_seize(r, d, sealing, v, e);
	progress_close(v->progress);
	v->progress = NULL;
	if (session_kept(v->s, rc, e))
		session_acted(v->s);
	return rc;
}

static enum fj_rc
begin(struct source *v, struct dossier *d, struct redflags **out, struct fj_err *e)
{
	const char **path = xcalloc(v->n, sizeof(*path));
	struct redflags_options o = {.path = path, .lab = lab_kinds[v->lab].id,
	    .rules_dir = v->rules, .lang = lang_of(v->s)};
	enum fj_rc rc;
	size_t i;

	for (i = 0; i < v->n; i++)
		if (v->file[i].on)
			path[o.paths++] = v->file[i].path;
	rc = redflags_new(v->s->app, &o, out, e);
	free(path);
	if (rc != FJ_OK) {
		ui_fail(v->s->ui, e);
		return rc;
	}
	rc = seize(v, d, *out, e);
	if (rc != FJ_OK)
		return rc;
	rc = redflags_start(*out, e);
	if (rc != FJ_OK)
		ui_fail(v->s->ui, e);
	return rc;
}

static void
go(void *self, struct ui *ui)
{
	struct source *v = self;
	struct dossier *d = session_dossier(v->s, &v->visit);
	struct redflags *r = NULL;
	struct screening *sc;
	struct fj_err e;

	if (d == NULL)
		return;
	if (chosen(v) == 0) {
		ui_say(ui, STYLE_WARN, _(ui_msg(ui), "Choose a folder or a file first."));
		return;
	}
	if (begin(v, d, &r, &e) != FJ_OK) {
		redflags_free(&r);
		return;
	}
	sc = screening_new(v->s, &v->visit, r);
	ui_close_self(ui, v);
	view_redflag_map_open(sc);
	screening_watch(sc);
	screening_unref(&sc);
}

static void
toggle(void *self, struct ui *ui)
{
	struct source *v = self;
	uint64_t at = lines_at(&v->l);

	(void)ui;
	if (at < ROW_FILES || at - ROW_FILES >= v->n)
		return;
	v->file[at - ROW_FILES].on = !v->file[at - ROW_FILES].on;
	fill(v);
}

static void
choose(void *self, struct ui *ui)
{
	struct source *v = self;
	uint64_t at = lines_at(&v->l);

	if (at == ROW_OTHER)
		other(self, ui);
	else if (at == ROW_LAB)
		next_lab(self, ui);
	else if (at == ROW_RULES)
		own_rules(self, ui);
	else if (at == ROW_GO)
		go(self, ui);
	else if (at >= ROW_FILES)
		toggle(self, ui);
	else if (at >= ROW_PLACES && at - ROW_PLACES < v->nplace)
		path_given_fn(v, v->place[at - ROW_PLACES]);
}

/* ---- the view ---- */

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	lines_draw(&((struct source *)self)->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct source *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct source *v = self;

	fj_buf_printf(left, "%s  ", _(ui_msg(ui), "Red flags: the registers"));
	visit_name(v->s, &v->visit, left);
	fj_buf_printf(right, "%zu", chosen(v));
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	look(self);
}

static bool
typing(const void *self)
{
	return lines_typing(&((const struct source *)self)->l);
}

static void
close_view(void *self)
{
	struct source *v = self;
	size_t i;

	loop_cancel(v->s->loop, v->timer);
	forget_places(v);
	for (i = 0; i < v->n; i++)
		free(v->file[i].path);
	free(v->file);
	free(v->rules);
	lines_release(&v->l);
	free(v);
}

static const struct action actions[] = {
	{"redflag-source.choose", "Enter", N_("choose"), N_("Take the registers of this place; change this row"), ACTION_FOOTER, choose, NULL},
	{"redflag-source.other", "a 1", N_("folder or file"), N_("Another folder or file, by its path"), ACTION_FOOTER, other, NULL},
	{"redflag-source.toggle", "Space 2", N_("leave out"), N_("Leave this file out, or take it again"), ACTION_FOOTER, toggle, NULL},
	{"redflag-source.lab", "t 3", N_("laboratory"), N_("Kind of laboratory: which rules apply"), 0, next_lab, NULL},
	{"redflag-source.rules", "b 4", N_("own rules"), N_("Rules of the bureau beside those of the program"), 0, own_rules, NULL},
	{"redflag-source.go", "r C-s", N_("read them"), N_("Seal the files as evidence and read them"), ACTION_FOOTER, go, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "redflag-source", .actions = actions, .draw = draw, .input = input,
	.title = title, .shown = shown, .close = close_view, .typing = typing,
};

void
view_redflag_source_open(struct session *s, const struct id *visit)
{
	struct source *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->visit = *visit;
	lines_init(&v->l, 3);
	look(v);
	v->timer = loop_every(s->loop, LOOK_MS, look_again, v);
	ui_push(s->ui, &ops, v);
}
