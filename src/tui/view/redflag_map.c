/* SPDX-License-Identifier: Apache-2.0 */
/* What is what: tables and columns as guessed, to be confirmed or changed; clocks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/redflag.h"
#include "tui/widget/dialog.h"

enum row_kind {
	ROW_TABLE = 1,
	ROW_OFFSET,
	ROW_COLUMN,
};

struct map_row {
	uint64_t id;
	enum row_kind kind;
	uint32_t source;
	const char *table, *column;	/* of the mapping; column NULL but for ROW_COLUMN */
	int at;				/* 0: none */
	bool sure;
	const struct json *json;	/* the source */
};

struct mapping {
	struct screening *sc;
	struct lines l;
	struct map_row *row;
	size_t n, unsure;
	uint64_t gen;
	bool open_only;			/* only what is not sure */
	/* of the dialog that asks */
	uint32_t source;
	char table[32], column[48];
	int *at;			/* its choices */
};

/* ---- rows ---- */

static struct map_row *
add_row(struct mapping *v, enum row_kind kind, const struct json *src, const char *table,
    const char *column)
{
	struct map_row *r;
	int64_t number = 0;
	char key[128];

	v->row = xrealloc(v->row, v->n + 1, sizeof(*v->row));
	r = &v->row[v->n++];
	memset(r, 0, sizeof(*r));
	(void)json_int(src, "source", &number);
	r->kind = kind;
	r->source = (uint32_t)number;
	r->json = src;
	r->table = table;
	r->column = column;
	snprintf(key, sizeof(key), "%d %u %s %s", (int)kind, r->source, table != NULL ? table : "",
	    column != NULL ? column : "");
	r->id = (text_number(key) >> 2) | 1;
	return r;
}

static void
samples_text(const struct json *list, struct fj_buf *b)
{
	const struct json *s;
	int n = 0;

	json_each(s, list) {
		if (json_text(s) == NULL || n++ == 3)
			break;
		fj_buf_puts(b, n > 1 ? ", " : "");
		one_line(b, json_text(s), 60);
	}
}

static double
confidence(const struct json *o)
{
	double c;

	return json_double_value(json_get(o, "confidence"), &c) && c >= 0 && c <= 1 ? c : 0;
}

static void
column_row(struct mapping *v, const struct json *src, const char *table, const struct json *col)
{
	const struct msg *m = v->sc->s->m;
	const char *name = json_str(col, "column"), *header = json_str(col, "header");
	struct map_row *r;
	struct fj_buf b, right;
	int64_t at = 0;

	if (name == NULL)
		return;
	if (!json_is_true(col, "sure"))
		v->unsure++;
	else if (v->open_only)
		return;
	r = add_row(v, ROW_COLUMN, src, table, name);
	r->sure = json_is_true(col, "sure");
	r->at = json_int(col, "at", &at) ? (int)at : 0;
	fj_buf_init(&b, 4096);
	fj_buf_init(&right, 4096);
	fj_buf_printf(&b, "%s <- ", column_word(m, name));
	one_line(&b, header != NULL ? header : "", 200);
	samples_text(json_get(col, "samples"), &right);
	fj_buf_printf(&right, "  %3d%%", (int)(confidence(col) * 100 + 0.5));
	lines_add(&v->l, r->id, r->sure ? STYLE_NORMAL : STYLE_WARN, r->sure ? "" : "?", b.p,
	    right.p);
	fj_buf_release(&b);
	fj_buf_release(&right);
}

static void
missing_rows(struct mapping *v, const struct json *src, const char *table,
    const struct json *missing)
{
	const struct msg *m = v->sc->s->m;
	const struct json *c;

	if (v->open_only)
		return;
	json_each(c, missing) {
		struct map_row *r;
		struct fj_buf b;

		if (json_text(c) == NULL)
			continue;
		r = add_row(v, ROW_COLUMN, src, table, json_text(c));
		r->sure = true;
		fj_buf_init(&b, 1024);
		fj_buf_printf(&b, "%s <-", column_word(m, r->column));
		lines_add(&v->l, r->id, STYLE_MUTED, "", b.p, _(m, "not in this file"))->off = true;
		fj_buf_release(&b);
	}
}

static void
table_rows(struct mapping *v, const struct json *src, const struct json *table)
{
	const struct msg *m = v->sc->s->m;
	const char *name = json_str(table, "table");
	const struct json *c;
	struct map_row *r;
	char right[16];

	if (name == NULL)
		return;
	r = add_row(v, ROW_TABLE, src, name, NULL);
	snprintf(right, sizeof(right), "%d%%", (int)(confidence(table) * 100 + 0.5));
	lines_add(&v->l, r->id, STYLE_ACCENT, "=", table_word(m, name), right);
	json_each(c, json_get(table, "columns"))
		column_row(v, src, name, c);
	missing_rows(v, src, name, json_get(table, "missing"));
}

/* "+5:00": minutes and seconds, or hours too. */
static void
offset_text(int64_t s, struct fj_buf *b)
{
	int64_t a = s < 0 ? -s : s;

	if (a >= 3600)
		fj_buf_printf(b, "%c%lld:%02d:%02d", s < 0 ? '-' : '+', (long long)(a / 3600),
		    (int)(a % 3600 / 60), (int)(a % 60));
	else
		fj_buf_printf(b, "%c%d:%02d", s < 0 ? '-' : '+', (int)(a / 60), (int)(a % 60));
}

static void
offset_row(struct mapping *v, const struct json *src)
{
	struct map_row *r = add_row(v, ROW_OFFSET, src, NULL, NULL);
	struct fj_buf b;
	int64_t s = 0;

	(void)json_int(src, "clock_offset_s", &s);
	fj_buf_init(&b, 64);
	offset_text(s, &b);
	lines_add(&v->l, r->id, s != 0 ? STYLE_ACCENT : STYLE_NORMAL, "o",
	    _(v->sc->s->m, "Added to its times, because its clock is off"), b.p);
	fj_buf_release(&b);
}

static void
unmapped_note(struct mapping *v, const struct json *src)
{
	const struct json *c;
	struct fj_buf b;

	if (v->open_only || json_get(src, "unmapped") == NULL || json_get(src, "unmapped")->count == 0)
		return;
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fj_buf_puts(&b, _(v->sc->s->m, "Columns without a use: "));
	json_each(c, json_get(src, "unmapped")) {
		if (c != json_get(src, "unmapped")->child)
			fj_buf_puts(&b, ", ");
		one_line(&b, json_str(c, "header") != NULL ? json_str(c, "header") : "", 60);
	}
	lines_sub(&v->l, STYLE_MUTED, b.p);
	fj_buf_release(&b);
}

static bool
has_unsure(const struct json *src)
{
	const struct json *t, *c;

	json_each(t, json_get(src, "tables"))
		json_each(c, json_get(t, "columns"))
			if (!json_is_true(c, "sure"))
				return true;
	return false;
}

static void
source_rows(struct mapping *v, const struct json *src)
{
	const struct msg *m = v->sc->s->m;
	const struct json *tables = json_get(src, "tables"), *t;
	const char *sheet = json_str(src, "sheet"), *enc = json_str(src, "encoding");
	struct fj_buf b;

	fj_buf_init(&b, 4096);
	one_line(&b, json_str(src, "file") != NULL ? json_str(src, "file") : "", 300);
	if (sheet != NULL && sheet[0] != '\0') {
		fj_buf_puts(&b, "  ");
		one_line(&b, sheet, 100);
	}
	if (enc != NULL)
		fj_buf_printf(&b, "  %.20s", enc);
	lines_head(&v->l, b.p);
	fj_buf_release(&b);
	if (tables == NULL || tables->count == 0 || json_get(src, "use") == NULL ||
	    !json_is_true(src, "use")) {
		struct map_row *r = add_row(v, ROW_TABLE, src, "", NULL);

		lines_add(&v->l, r->id, STYLE_WARN, "=", _(m, "not a register that rules know: it is not read"),
		    NULL);
		return;
	}
	json_each(t, tables)
		table_rows(v, src, t);
	offset_row(v, src);
	unmapped_note(v, src);
}

static void
reading_rows(struct mapping *v)
{
	const struct msg *m = v->sc->s->m;
	uint64_t done = 0, total = 0;
	struct fj_buf b;

	if (screening_state(v->sc) == REDFLAGS_FAILED) {
		lines_note(&v->l, STYLE_BAD, _(m, "The registers could not be read. The files stay as evidence; go back and try again, or with fewer of them."));
		return;
	}
	redflags_progress(v->sc->r, &done, &total);
	fj_buf_init(&b, 256);
	msg_put(m, &b, N_("Reading the heads of {1} files…"), "z", redflags_files(v->sc->r));
	if (total > 0)
		fj_buf_printf(&b, " %llu%%", (unsigned long long)(done * 100 / total));
	lines_note(&v->l, STYLE_ACCENT, b.p);
	fj_buf_release(&b);
}

static void
head_note(struct mapping *v)
{
	const struct msg *m = v->sc->s->m;
	size_t unsure = redflags_map_unsure(v->sc->r);
	struct fj_buf b;

	fj_buf_init(&b, 1024);
	if (unsure > 0)
		msg_put(m, &b, N_("{1} columns are guessed (?): look at them, y confirms, Enter changes. A wrong column silences rules or makes false flags."), "z", unsure);
	else
		fj_buf_puts(&b, _(m, "All columns are known. Set the clocks if one is off, then r screens."));
	lines_note(&v->l, unsure > 0 ? STYLE_WARN : STYLE_OK, b.p);
	fj_buf_release(&b);
}

static void
fill(struct mapping *v)
{
	const struct json *map = v->sc->r != NULL && screening_state(v->sc) == REDFLAGS_MAPPED ?
	    redflags_map(v->sc->r) : NULL;
	const struct json *src;

	v->gen = v->sc->gen;
	v->n = v->unsure = 0;
	lines_clear(&v->l);
	if (map == NULL) {
		reading_rows(v);
	} else {
		head_note(v);
		json_each(src, json_get(map, "sources"))
			if (!v->open_only || has_unsure(src))
				source_rows(v, src);
	}
	lines_done(&v->l);
	ui_dirty(v->sc->s->ui);
}

static struct map_row *
here(struct mapping *v)
{
	uint64_t at = lines_at(&v->l);
	size_t i;

	/* The rows borrow from the mapping: a newer one may be there. */
	if (v->gen != v->sc->gen)
		fill(v);
	for (i = 0; i < v->n; i++)
		if (v->row[i].id == at)
			return &v->row[i];
	return NULL;
}

static void
keep(struct mapping *v, enum fj_rc rc, const struct fj_err *e)
{
	if (rc != FJ_OK)
		ui_fail(v->sc->s->ui, e);
	v->sc->gen++;
	fill(v);
}

static void
remember(struct mapping *v, const struct map_row *r)
{
	v->source = r->source;
	snprintf(v->table, sizeof(v->table), "%s", r->table != NULL ? r->table : "");
	snprintf(v->column, sizeof(v->column), "%s", r->column != NULL ? r->column : "");
}

/* ---- which column ---- */

static void
column_picked(void *ctx, long i)
{
	struct mapping *v = ctx;
	struct fj_err e;

	if (i >= 0)
		keep(v, redflags_map_column(v->sc->r, v->source, v->table, v->column, v->at[i], &e), &e);
	free(v->at);
	v->at = NULL;
}

struct columns {
	struct pick_item *item;
	int *at;
	size_t n, selected;
};

static void
offer(struct columns *c, const char *label, const char *note, int at)
{
	c->item = xrealloc(c->item, c->n + 1, sizeof(*c->item));
	c->at = xrealloc(c->at, c->n + 1, sizeof(*c->at));
	memset(&c->item[c->n], 0, sizeof(*c->item));
	c->item[c->n].label = label;
	c->item[c->n].note = note;
	c->at[c->n++] = at;
}

static void
offer_all(struct columns *c, const struct msg *m, const struct json *list, int current)
{
	const struct json *j;
	int64_t at;

	json_each(j, list) {
		const struct json *s = json_get(j, "samples");
		const char *use = json_str(j, "column");

		if (!json_int(j, "at", &at) || at < 1)
			continue;
		if (at == current)
			c->selected = c->n;
		offer(c, json_str(j, "header") != NULL ? json_str(j, "header") : "",
		    use != NULL ? column_word(m, use) : s != NULL ? json_text(s->child) : NULL, (int)at);
	}
}

static void
pick_column(struct mapping *v, const struct map_row *r)
{
	const struct msg *m = v->sc->s->m;
	struct pick_opts o = {.filter = true};
	struct columns c = {0};
	const struct json *t;
	struct fj_buf title;

	remember(v, r);
	offer(&c, _(m, "none: the file does not have it"), NULL, 0);
	json_each(t, json_get(r->json, "tables"))
		offer_all(&c, m, json_get(t, "columns"), r->at);
	offer_all(&c, m, json_get(r->json, "unmapped"), r->at);
	fj_buf_init(&title, 512);
	msg_put(m, &title, N_("Which column is “{1}”?"), "s", column_word(m, r->column));
	o.title = title.p;
	o.items = c.item;
	o.n = c.n;
	o.selected = c.selected;
	free(v->at);
	v->at = c.at;
	dialog_pick(v->sc->s->ui, &o, column_picked, v);
	fj_buf_release(&title);
	free(c.item);
}

/* ---- which table ---- */

static void
table_picked(void *ctx, long i)
{
	struct mapping *v = ctx;
	struct fj_err e;

	if (i >= 0)
		keep(v, redflags_map_table(v->sc->r, v->source,
		    i == 0 ? "" : redflags_table((size_t)i - 1), &e), &e);
}

static void
pick_table(struct mapping *v, const struct map_row *r)
{
	const struct msg *m = v->sc->s->m;
	struct pick_opts o = {.title = _(m, "What is this sheet?"), .filter = true};
	struct pick_item *item = NULL;
	const char *name;
	size_t n = 0;

	remember(v, r);
	for (name = ""; name != NULL; name = redflags_table(n - 1)) {
		item = xrealloc(item, n + 1, sizeof(*item));
		memset(&item[n], 0, sizeof(*item));
		item[n].label = n == 0 ? _(m, "none of these: not read") : table_word(m, name);
		item[n].note = name;
		if (strcmp(name, r->table) == 0)
			o.selected = n;
		n++;
	}
	o.items = item;
	o.n = n;
	dialog_pick(v->sc->s->ui, &o, table_picked, v);
	free(item);
}

/* ---- clocks ---- */

static bool
an_offset(void *ctx, const char *text, struct fj_buf *why)
{
	struct mapping *v = ctx;
	int64_t s;

	if (redflags_offset_parse(text, &s))
		return true;
	fj_buf_puts(why, _(v->sc->s->m, "Write seconds, or minutes and seconds: -300, -5:00, +1:00:00; at most a day."));
	return false;
}

static void
offset_given(void *ctx, const char *text)
{
	struct mapping *v = ctx;
	struct fj_err e;
	int64_t s;

	if (text != NULL && redflags_offset_parse(text, &s))
		keep(v, redflags_map_offset(v->sc->r, v->source, s, &e), &e);
}

static void
ask_offset(void *self, struct ui *ui)
{
	struct mapping *v = self;
	const struct msg *m = ui_msg(ui);
	struct map_row *r = here(v);
	struct fj_buf now;
	int64_t s = 0;

	if (r == NULL)
		return;
	remember(v, r);
	(void)json_int(r->json, "clock_offset_s", &s);
	fj_buf_init(&now, 64);
	offset_text(s, &now);
	dialog_prompt(ui, &(struct prompt_opts){.title = _(m, "Clock of this source"),
	    .text = _(m, "What is added to its times. The computer shows 10:05 when it is 10:00: -5:00"),
	    .initial = now.p, .max_bytes = 20, .required = true, .check = an_offset}, offset_given, v);
	fj_buf_release(&now);
}

/* ---- confirm, run ---- */

static void
change(void *self, struct ui *ui)
{
	struct mapping *v = self;
	struct map_row *r = here(v);

	if (r == NULL)
		return;
	if (r->kind == ROW_TABLE)
		pick_table(v, r);
	else if (r->kind == ROW_COLUMN)
		pick_column(v, r);
	else
		ask_offset(self, ui);
}

static void
confirm(void *self, struct ui *ui)
{
	struct mapping *v = self;
	struct map_row *r = here(v);
	struct fj_err e;

	(void)ui;
	if (r == NULL || r->kind != ROW_COLUMN)
		return;
	remember(v, r);
	list_move(v->l.list, 1);
	keep(v, redflags_map_column(v->sc->r, v->source, v->table, v->column, r->at, &e), &e);
}

static void
run_now(struct mapping *v)
{
	struct screening *sc = screening_ref(v->sc);
	struct ui *ui = sc->s->ui;
	struct fj_err e;

	if (redflags_run(sc->r, &e) != FJ_OK) {
		ui_fail(ui, &e);
	} else {
		ui_close_self(ui, v);
		view_redflag_sum_open(sc);
		screening_watch(sc);
	}
	screening_unref(&sc);
}

static void
run_sure(void *ctx, bool yes)
{
	if (yes)
		run_now(ctx);
}

static void
run(void *self, struct ui *ui)
{
	struct mapping *v = self;
	const struct msg *m = ui_msg(ui);
	size_t unsure;
	struct fj_buf b;

	if (screening_state(v->sc) != REDFLAGS_MAPPED) {
		ui_say(ui, STYLE_WARN, _(m, "The files are still being read."));
		return;
	}
	unsure = redflags_map_unsure(v->sc->r);
	if (unsure == 0) {
		run_now(v);
		return;
	}
	fj_buf_init(&b, 1024);
	msg_put(m, &b, N_("{1} columns are only guessed. A wrong one silences rules or makes false flags. Screen all the same?"), "z", unsure);
	dialog_confirm(ui, &(struct confirm_opts){.title = _(m, "Screen"), .text = b.p,
	    .yes = _(m, "screen")}, run_sure, v);
	fj_buf_release(&b);
}

static void
toggle_open(void *self, struct ui *ui)
{
	struct mapping *v = self;

	(void)ui;
	v->open_only = !v->open_only;
	fill(v);
}

static void
filter(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct mapping *)self)->l.search);
}

/* ---- the view ---- */

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct mapping *v = self;

	if (v->gen != v->sc->gen)
		fill(v);
	lines_draw(&v->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct mapping *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct mapping *v = self;

	fj_buf_printf(left, "%s  ", _(ui_msg(ui), "What is what"));
	visit_name(v->sc->s, &v->sc->visit, left);
	if (v->open_only)
		fj_buf_printf(right, "[%s] ", _(ui_msg(ui), "guessed only"));
	if (v->unsure > 0)
		fj_buf_printf(right, "? %zu", v->unsure);
}

static bool
typing(const void *self)
{
	return lines_typing(&((const struct mapping *)self)->l);
}

static void
close_view(void *self)
{
	struct mapping *v = self;

	lines_release(&v->l);
	free(v->row);
	free(v->at);
	screening_unref(&v->sc);
	free(v);
}

static const struct action actions[] = {
	{"redflag-map.change", "Enter", N_("change"), N_("Another table or column; the clock of a source"), ACTION_FOOTER, change, NULL},
	{"redflag-map.confirm", "y 1", N_("confirm"), N_("This column is what it was guessed to be"), ACTION_FOOTER, confirm, NULL},
	{"redflag-map.offset", "o 2", N_("clock"), N_("How far the clock of this source is off"), ACTION_FOOTER, ask_offset, NULL},
	{"redflag-map.open", "f 3", N_("guessed only"), N_("Only what was guessed, or everything"), ACTION_FOOTER, toggle_open, NULL},
	{"redflag-map.filter", "/ C-f", N_("filter"), N_("Show only rows that match"), 0, filter, NULL},
	{"redflag-map.run", "r C-s", N_("screen"), N_("Read all rows and run the rules"), ACTION_FOOTER, run, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "redflag-map", .actions = actions, .draw = draw, .input = input,
	.title = title, .close = close_view, .typing = typing,
};

void
view_redflag_map_open(struct screening *sc)
{
	struct mapping *v = xcalloc(1, sizeof(*v));

	v->sc = screening_ref(sc);
	lines_init(&v->l, 3);
	fill(v);
	ui_push(sc->s->ui, &ops, v);
}
