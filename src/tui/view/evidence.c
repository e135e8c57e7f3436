/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of a visit: what there is, adding files, linking, taking out. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "model/view.h"
#include "os/fs.h"
#include "text/human.h"
#include "tui/view/case_words.h"
#include "tui/view/common.h"
#include "tui/view/path_complete.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"
#include "tui/widget/list.h"
#include "tui/widget/table.h"

enum {
	DETAILS_H = 8,
};

struct exhibits {
	struct session *s;
	struct id visit;
	char *target;		/* of this place; NULL: of the visit */
	bool all;		/* the others too */
	struct list *list;
	size_t *row;		/* rows of the view that are shown */
	size_t n;
	uint64_t serial;
	char *path;		/* of the file that is being added */
	struct progress *progress;
	char **place;		/* choices of a link: as --for */
	size_t nplace;
};

static struct dossier *
dossier(struct exhibits *v)
{
	return session_dossier(v->s, &v->visit);
}

static const struct view *
now(struct exhibits *v)
{
	struct dossier *d = dossier(v);

	return d != NULL ? visit_now(dossier_visit(d)) : NULL;
}

/* A link names a place of a form, or a finding by its id. */
static bool
leads_to(const struct evidence_link *l, const char *target)
{
	char id[ID_TEXT + 1];

	if (l->path != NULL)
		return strcmp(l->path, target) == 0;
	id_format(&l->finding, id);
	return strcmp(id, target) == 0;
}

static bool
linked_here(const struct exhibits *v, const struct evidence *ev)
{
	size_t i;

	if (v->target == NULL || v->all)
		return true;
	for (i = 0; i < ev->link_count; i++)
		if (leads_to(&ev->links[i], v->target))
			return true;
	return false;
}

static void
reload(struct exhibits *v)
{
	const struct view *w = now(v);
	size_t i;

	v->serial = session_serial(v->s);
	v->n = 0;
	free(v->row);
	v->row = xcalloc(w != NULL ? view_evidence_count(w) : 0, sizeof(*v->row));
	for (i = 0; w != NULL && i < view_evidence_count(w); i++)
		if (linked_here(v, view_evidence_at(w, i)))
			v->row[v->n++] = i;
	list_refresh(v->list);
	ui_dirty(v->s->ui);
}

static const struct evidence *
at(struct exhibits *v, size_t row)
{
	return view_evidence_at(now(v), v->row[row]);
}

static const struct evidence *
current(struct exhibits *v)
{
	size_t row;

	return now(v) != NULL && list_selected(v->list, &row) && row < v->n ? at(v, row) : NULL;
}

/* ---- rows ---- */

static const struct column columns[] = {
	{N_("id"), 8, 0, false, 0},
	{N_("file"), 20, 3, false, 0},
	{N_("size"), 9, 0, true, 2},
	{N_("how"), 8, 1, false, 3},
	{N_("time"), 16, 0, false, 4},
	{N_("for"), 14, 2, false, 0},
};

static size_t
count(void *ctx)
{
	return ((struct exhibits *)ctx)->n;
}

static uint64_t
ident(void *ctx, size_t row)
{
	uint64_t id;

	memcpy(&id, at(ctx, row)->id.b, sizeof(id));
	return id != 0 ? id : 1;
}

/* A place as people know it: the label of the item, the title of the finding. */
static void
place_text(struct exhibits *v, const char *form, const char *path, struct fj_buf *b)
{
	struct dossier *d = dossier(v);
	int i = d != NULL && form != NULL ? dossier_form_index(d, form) : -1;
	struct inst_node *at;
	struct fj_err e;

	if (i >= 0 && dossier_inst(d, (size_t)i) != NULL &&
	    inst_find(dossier_inst(d, (size_t)i), path, &at, &e) == FJ_OK)
		fj_buf_puts(b, inst_label(at, lang_of(v->s)));
	else
		fj_buf_puts(b, path);
}

static void
finding_text(struct exhibits *v, const struct id *finding, struct fj_buf *b)
{
	char id[ID_SHOWN + 1];

	id_format_short(finding, id);
	fj_buf_printf(b, "%s %s %s", _(v->s->m, "finding"), id,
	    view_field_text(now(v), finding, "title"));
}

static void
links_text(struct exhibits *v, const struct evidence *ev, struct fj_buf *b)
{
	size_t i;

	for (i = 0; i < ev->link_count; i++) {
		const struct evidence_link *l = &ev->links[i];

		if (i > 0)
			fj_buf_puts(b, msg_is_zh(v->s->m) ? "；" : "; ");
		if (l->path != NULL)
			place_text(v, l->form, l->path, b);
		else
			finding_text(v, &l->finding, b);
	}
	if (ev->link_count == 0)
		fj_buf_puts(b, ev->use != NULL && strcmp(ev->use, "paper") == 0 ?
		    _(v->s->m, "paper") : _(v->s->m, "not linked"));
}

static void
draw_row(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct exhibits *v = ctx;
	const struct evidence *ev = at(v, row);
	enum style muted = st == STYLE_NORMAL && ev->withdrawn != NULL ? STYLE_MUTED : st;
	struct table t;
	char id[ID_SHOWN + 1];
	struct fj_buf b;

	table_fit(&t, columns, 6, r.w);
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	id_format_short(&ev->id, id);
	table_cell(&t, 0, g, r, muted, id);
	table_cell(&t, 1, g, r, muted, ev->name);
	human_size(&b, ev->size);
	table_cell(&t, 2, g, r, muted, b.p);
	table_cell(&t, 3, g, r, muted, case_how(v->s, ev->how));
	fj_buf_clear(&b);
	human_time(&b, ev->entry->at);
	table_cell(&t, 4, g, r, muted, b.p);
	fj_buf_clear(&b);
	if (ev->withdrawn != NULL)
		fj_buf_printf(&b, "%s ", _(v->s->m, "withdrawn"));
	links_text(v, ev, &b);
	table_cell(&t, 5, g, r, muted, b.p);
	fj_buf_release(&b);
}

static const struct list_ops rows = {count, ident, NULL, draw_row, NULL, NULL};

/* ---- adding ---- */

static bool
step(void *ctx, int64_t done, int64_t total)
{
	struct exhibits *v = ctx;

	if (v->progress != NULL && total > (8 << 20)) {
		progress_set(v->progress, v->path, done, total);
		ui_paint(v->s->ui);
	}
	return true;
}

static void
how_given(void *ctx, const char *how)
{
	struct exhibits *v = ctx;
	struct dossier *d = dossier(v);
	const char *target[1] = {v->target};
	struct evidence_new n = {.path = v->path, .how = how, .target = target,
	    .target_n = v->target != NULL ? 1 : 0, .progress = step, .ctx = v};
	struct id id;
	struct fj_err e;
	enum fj_rc rc;

	if (how == NULL || d == NULL || v->path == NULL)
		return;
	session_keeping(v->s);
	v->progress = dialog_progress(v->s->ui, _(v->s->m, "Sealing"), NULL, NULL);
	rc = dossier_evidence_add(d, &n, &id, &e);
	progress_close(v->progress);
	v->progress = NULL;
	if (session_kept(v->s, rc, &e))
		session_acted(v->s);
	reload(v);
}

static void
file_given(void *ctx, const char *path)
{
	struct exhibits *v = ctx;
	struct prompt_opts o = {.title = _(v->s->m, "How was it obtained?"),
	    .text = _(v->s->m, "copy, photo, export, print, video … and what matters: device, method, who was there"),
	    .initial = _(v->s->m, "copy"), .max_bytes = LIMIT_NAME_BYTES, .required = true};
	struct fj_err e;
	int64_t size;

	if (path == NULL)
		return;
	/* A wrong path is said now, not after the next question. */
	if (fs_size(path, &size, &e) != FJ_OK) {
		ui_fail(v->s->ui, &e);
		return;
	}
	free(v->path);
	v->path = xstrdup(path);
	dialog_prompt(v->s->ui, &o, how_given, v);
}

static void
add(void *self, struct ui *ui)
{
	path_prompt(ui, _(ui_msg(ui), "Add a file as evidence"),
	    _(ui_msg(ui), "Its path; Tab completes. The file itself stays where it is."), file_given, self);
}

/* ---- linking ---- */

static void
forget_places(struct exhibits *v)
{
	size_t i;

	for (i = 0; i < v->nplace; i++)
		free(v->place[i]);
	free(v->place);
	v->place = NULL;
	v->nplace = 0;
}

static void
place_picked(void *ctx, long index)
{
	struct exhibits *v = ctx;
	const struct evidence *ev = current(v);
	struct dossier *d = dossier(v);
	struct fj_err e;

	if (index >= 0 && (size_t)index < v->nplace && ev != NULL && d != NULL) {
		const char *target[1] = {v->place[index]};
		struct id id = ev->id;

		session_keeping(v->s);
		if (session_kept(v->s, dossier_evidence_link(d, &id, target, 1, &e), &e))
			session_acted(v->s);
		reload(v);
	}
	forget_places(v);
}

static void
add_place(struct exhibits *v, struct pick_item **item, const char *place, char *label,
    const char *note)
{
	v->place = xrealloc(v->place, v->nplace + 1, sizeof(char *));
	*item = xrealloc(*item, v->nplace + 1, sizeof(**item));
	memset(&(*item)[v->nplace], 0, sizeof(**item));
	(*item)[v->nplace].label = label;
	(*item)[v->nplace].note = note;
	v->place[v->nplace++] = xstrdup(place);
}

/* Findings first, then the items of each form. */
static void
collect_places(struct exhibits *v, struct dossier *d, struct pick_item **item)
{
	const struct view *w = visit_now(dossier_visit(d));
	const char *lang = lang_of(v->s);
	struct fj_buf path;
	size_t i;

	for (i = 0; i < view_finding_count(w); i++) {
		const struct finding *f = view_finding_at(w, i);
		char id[ID_TEXT + 1];

		id_format(&f->id, id);
		if (f->withdrawn == NULL)
			add_place(v, item, id, xstrdup(view_field_text(w, &f->id, "title")),
			    _(v->s->m, "finding"));
	}
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	for (i = 0; i < dossier_form_count(d); i++) {
		const struct inst_node *n = dossier_inst(d, i) != NULL ? inst_root(dossier_inst(d, i)) : NULL;

		while (n != NULL && (n = inst_walk(dossier_inst(d, i), n, NULL)) != NULL) {
			if (inst_kind(n) != INST_LEAF || !form_node_has_control(inst_def(n)))
				continue;
			fj_buf_clear(&path);
			inst_path_id(n, &path);
			add_place(v, item, path.p, xstrdup(inst_label(n, lang)),
			    form_node_name(inst_def(n)));
		}
	}
	fj_buf_release(&path);
}

static void
link_to(void *self, struct ui *ui)
{
	struct exhibits *v = self;
	struct dossier *d = dossier(v);
	struct pick_opts o = {.title = _(ui_msg(ui), "Link to which item or finding?"), .filter = true};
	struct pick_item *item = NULL;
	size_t i;

	if (d == NULL || current(v) == NULL)
		return;
	forget_places(v);
	collect_places(v, d, &item);
	o.items = item;
	o.n = v->nplace;
	for (i = 0; v->target != NULL && i < v->nplace; i++)
		if (strcmp(v->place[i], v->target) == 0)
			o.selected = i;
	dialog_pick(ui, &o, place_picked, v);
	for (i = 0; i < o.n; i++) {
		union { const char *c; char *m; } label = {.c = item[i].label};

		free(label.m);
	}
	free(item);
}

/* ---- the rest ---- */

static void
withdraw_why(void *ctx, const char *why)
{
	struct exhibits *v = ctx;
	const struct evidence *ev = current(v);
	struct dossier *d = dossier(v);
	struct fj_err e;
	struct id id;

	if (why == NULL || ev == NULL || d == NULL)
		return;
	id = ev->id;
	session_keeping(v->s);
	if (session_kept(v->s, dossier_evidence_withdraw(d, &id, why, &e), &e))
		session_acted(v->s);
	reload(v);
}

static void
withdraw(void *self, struct ui *ui)
{
	struct exhibits *v = self;
	struct prompt_opts o = {.title = _(ui_msg(ui), "Withdraw this evidence: why?"),
	    .text = _(ui_msg(ui), "It stays on record, marked as withdrawn."),
	    .max_bytes = LIMIT_REASON_BYTES, .required = true};

	if (current(v) != NULL)
		dialog_prompt(ui, &o, withdraw_why, v);
}

static void
extract_to(void *ctx, const char *path)
{
	struct exhibits *v = ctx;
	const struct evidence *ev = current(v);
	struct dossier *d = dossier(v);
	struct fj_buf b;
	struct fj_err e;
	struct id id;

	if (path == NULL || ev == NULL || d == NULL)
		return;
	id = ev->id;
	if (dossier_evidence_extract(d, &id, path, &e) != FJ_OK) {
		ui_fail(v->s->ui, &e);
		return;
	}
	fj_buf_init(&b, LIMIT_REASON_BYTES);
	msg_put(v->s->m, &b, N_("Written to {1}; it is not sealed there"), "s", path);
	ui_say(v->s->ui, STYLE_OK, b.p);
	fj_buf_release(&b);
}

static void
extract(void *self, struct ui *ui)
{
	struct exhibits *v = self;

	if (current(v) != NULL)
		path_prompt(ui, _(ui_msg(ui), "Write the verified bytes to a new file"), NULL, extract_to, v);
}

/* ---- drawing ---- */

static void
details(struct exhibits *v, const struct evidence *ev, struct grid *g, struct rect r)
{
	struct dossier *d = dossier(v);
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fj_buf_printf(&b, "%s\nSHA-256 %s\nSM3     %s\n", ev->name, ev->sha256, ev->sm3);
	msg_put(v->s->m, &b, N_("by {1}, {2}"), "ss", ev->by != NULL ? ev->by : "",
	    case_how(v->s, ev->how));
	if (ev->origin != NULL)
		fj_buf_printf(&b, "  %s", ev->origin);
	if (ev->place != NULL)
		fj_buf_printf(&b, "  %s", ev->place);
	fj_buf_puts(&b, "\n");
	links_text(v, ev, &b);
	fj_buf_printf(&b, "\n%s", d != NULL && dossier_evidence_held(d, &ev->id) ?
	    _(v->s->m, "The bytes are on this machine, sealed.") :
	    _(v->s->m, "The bytes are not on this machine yet; sync fetches them."));
	grid_para(g, r, 0, STYLE_NORMAL, b.p);
	fj_buf_release(&b);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct exhibits *v = self;
	const struct msg *m = ui_msg(ui);
	const struct evidence *ev;
	struct table t;

	if (v->serial != session_serial(v->s))
		reload(v);
	ev = current(v);
	if (ev != NULL && r.h >= 14) {
		struct rect low = rect_cut_bottom(&r, DETAILS_H);
		struct rect line = rect_cut_top(&low, 1);

		grid_hline(g, line.y, line.x, line.w, STYLE_BORDER);
		rect_cut_left(&low, 1);
		details(v, ev, g, low);
	}
	table_fit(&t, columns, 6, r.w);
	table_head(&t, m, g, rect_cut_top(&r, 1));
	list_set_empty(v->list, v->target != NULL && !v->all ?
	    _(m, "No evidence here yet. a adds a file; t shows all of the visit, to link one.") :
	    _(m, "No evidence yet. a adds a file: it is sealed, with size, digests and time."));
	list_draw(v->list, g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct exhibits *v = self;

	if (list_input(v->list, in) == LIST_IGNORED)
		return UI_IGNORED;
	ui_dirty(ui);
	return UI_HANDLED;
}

/* The head names the place that the list is about. */
static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct exhibits *v = self;
	struct dossier *d = dossier(v);
	struct id id;
	size_t i;

	fj_buf_puts(left, _(ui_msg(ui), "Evidence"));
	if (v->target != NULL && d != NULL && !v->all) {
		fj_buf_puts(left, "  ");
		if (id_parse(v->target, strlen(v->target), &id))
			finding_text(v, &id, left);
		for (i = 0; v->target[0] == '/' && i < dossier_form_count(d); i++)
			if (case_has(d, i, v->target)) {
				place_text(v, dossier_form_id(d, i), v->target, left);
				break;
			}
	}
	fj_buf_printf(right, "%zu", v->n);
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	reload(self);
}

static void
close_view(void *self)
{
	struct exhibits *v = self;

	forget_places(v);
	list_free(&v->list);
	free(v->row);
	free(v->target);
	free(v->path);
	free(v);
}

static bool
has_target(const void *self)
{
	return ((const struct exhibits *)self)->target != NULL;
}

static void
toggle_all(void *self, struct ui *ui)
{
	struct exhibits *v = self;

	(void)ui;
	v->all = !v->all;
	reload(v);
}

static const struct action actions[] = {
	{"evidence.add", "a 1", N_("add"), N_("Add a file as evidence"), ACTION_FOOTER, add, NULL},
	{"evidence.link", "l Enter", N_("link"), N_("Link to an item or a finding"), ACTION_FOOTER, link_to, NULL},
	{"evidence.all", "t 4", N_("all or here"), N_("All evidence of the visit, or only of this place"), ACTION_FOOTER, toggle_all, has_target},
	{"evidence.extract", "x 3", N_("extract"), N_("Write the verified bytes to a file"), ACTION_FOOTER, extract, NULL},
	{"evidence.withdraw", "D Delete", N_("withdraw"), N_("Withdraw, with a reason"), ACTION_FOOTER, withdraw, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "evidence",
	.actions = actions,
	.draw = draw,
	.input = input,
	.title = title,
	.shown = shown,
	.close = close_view,
};

void
view_evidence_open(struct session *s, const struct id *visit, const char *target)
{
	struct exhibits *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->visit = *visit;
	v->target = xstrdup(target);
	v->list = list_new(&rows, v);
	reload(v);
	ui_push(s->ui, &ops, v);
}
