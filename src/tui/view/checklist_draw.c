/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows of a checklist look like. */
#include <string.h>

#include "base/limits.h"
#include "text/fold.h"
#include "tui/view/checklist.h"

enum {
	VALUE_W = 26,		/* an answer beside its question */
};

/* Two cells, words rather than colours: 符 否 基 免 未. */
static const char *
mark_of(const struct checklist *c, const struct check_row *r, enum style *st)
{
	static const char *const zh[] = {"··", "符", "否", "基", "免", "未"};
	static const char *const en[] = {"··", "OK", "NO", "~~", "NA", "??"};
	static const enum style style[] = {STYLE_MUTED, STYLE_OK, STYLE_BAD, STYLE_WARN,
	    STYLE_MUTED, STYLE_MUTED};
	int key = form_node_type(inst_def(r->at)) == FORM_VERDICT ?
	    form_verdict_key(inst_value(r->at)) : 0;

	*st = style[key];
	if (key == 0 && form_node_type(inst_def(r->at)) != FORM_VERDICT) {
		*st = STYLE_OK;
		/* Filled in, which is no verdict. */
		return check_answered(r) ? (msg_is_zh(c->s->m) ? "填" : "==") :
		    inst_required(r->at) ? "··" : "  ";
	}
	return msg_is_zh(c->s->m) ? zh[key] : en[key];
}

/* One choice of a list as people read it, or NULL. */
static const char *
choice_label(const struct form_choice *const *v, size_t n, const char *name, size_t len,
    const char *lang)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const char *have = form_choice_name(v[i]);

		if (strncmp(have, name, len) == 0 && have[len] == '\0')
			return form_choice_label(v[i], lang);
	}
	return NULL;
}

/* 2026-11-23T09:05:00.000+08:00 as 2026-11-23 09:05. */
static bool
put_datetime(enum form_type type, const char *p, struct fj_buf *b)
{
	if (type != FORM_DATETIME || strlen(p) < 16 || p[10] != 'T')
		return false;
	fj_buf_printf(b, "%.10s %.5s", p, p + 11);
	return true;
}

void
check_value_text(const struct checklist *c, const struct inst_node *at, struct fj_buf *b)
{
	const struct form_choice *const *v;
	const char *p = inst_value(at), *lang = lang_of(c->s);
	size_t n = form_node_choices(inst_def(at), &v), from = b->n;

	if (put_datetime(form_node_type(inst_def(at)), p, b))
		return;
	if (n == 0) {
		for (; *p != '\0'; p++)
			fj_buf_putc(b, *p == '\n' ? ' ' : *p);
		return;
	}
	while (*p != '\0') {
		size_t len = strcspn(p, " ");
		const char *label = choice_label(v, n, p, len, lang);

		if (b->n > from)
			fj_buf_puts(b, msg_is_zh(c->s->m) ? "、" : ", ");
		if (label != NULL)
			fj_buf_puts(b, label);
		else
			fj_buf_add(b, p, len);
		p += len + (p[len] == ' ');
	}
}

/* Where the heading above says so, its rows need not. */
static void
put_internal(const struct checklist *c, const struct check_row *r, struct fj_buf *b)
{
	const struct inst_node *up = inst_parent(r->at);

	if (form_node_internal(inst_def(r->at)) &&
	    !(up != NULL && form_node_internal(inst_def(up))))
		fj_buf_printf(b, "%s%s", b->n > 0 ? " " : "", _(c->s->m, "internal"));
}

/* Note, evidence, dispute, fault: small words at the right edge. */
static void
flags_text(struct checklist *c, const struct check_row *r, struct fj_buf *b)
{
	struct check_place p;
	bool zh = msg_is_zh(c->s->m);

	check_place(c, r->at, &p);
	if (p.answer != NULL && p.answer->disagree)
		fj_buf_puts(b, zh ? "歧" : "D");
	if (check_answered(r) && !inst_valid(r->at))
		fj_buf_puts(b, "!");
	if (p.note != NULL && p.note->value != NULL && p.note->value[0] != '\0')
		fj_buf_puts(b, zh ? "记" : "n");
	if (p.evidence > 0)
		fj_buf_printf(b, zh ? "证%zu" : "e%zu", p.evidence);
	put_internal(c, r, b);
}

/* The answer stands in a column of its own; a long one takes what the question
 * leaves.  Answers the cells left for the question. */
static int
draw_value(struct checklist *c, const struct check_row *r, struct grid *g, struct rect at,
    enum style st, const char *label)
{
	const struct width *wd = grid_width(g);
	int asks = width_text(wd, label, strlen(label)) + 2;
	int column = at.w / 2 < VALUE_W ? at.w / 2 : VALUE_W, need;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	check_value_text(c, r->at, &b);
	need = width_text(wd, b.p, b.n);
	if (need > column && at.w - asks > column)
		column = need < at.w - asks ? need : at.w - asks;
	else if (need < column && asks > at.w - column)	/* a short one gives it back */
		column = need > at.w - asks ? need : at.w - asks;
	grid_fit(g, at.y, at.x + at.w - column, column,
	    st == STYLE_NORMAL ? STYLE_ACCENT : st, b.p);
	fj_buf_release(&b);
	return at.w - column - 1;
}

/* The name of the group before its first row, unless the row says it.  Answers
 * the cells taken. */
static int
draw_group(struct checklist *c, const struct check_row *r, struct grid *g, struct rect at,
    enum style st, const char *label)
{
	const char *group = r->leads ? inst_label(r->group, lang_of(c->s)) : "";
	int most = at.w - width_text(grid_width(g), label, strlen(label)) - 2;

	if (group[0] == '\0' || strstr(label, group) != NULL || at.w < 20)
		return 0;
	if (check_answered(r) && form_node_type(inst_def(r->at)) != FORM_VERDICT)
		most -= at.w / 4;
	if (most < at.w / 2)
		most = at.w / 2;
	return grid_fit(g, at.y, at.x, most, st == STYLE_NORMAL ? STYLE_HEAD : st, group) + 1;
}

static void
draw_item(struct checklist *c, const struct check_row *r, struct grid *g, struct rect at,
    enum style st)
{
	const char *label = inst_label(r->at, lang_of(c->s));
	enum style mark, muted = st == STYLE_NORMAL ? STYLE_MUTED : st;
	const char *word = mark_of(c, r, &mark);
	struct rect text = at;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	grid_text(g, at.y, at.x, 1, st, check_marked(c, r->id) ? "*" : " ");
	fj_buf_printf(&b, "%3d", r->number);
	grid_text(g, at.y, at.x + 1, 3, muted, b.p);
	grid_text(g, at.y, at.x + 5, 2, st == STYLE_NORMAL ? mark : st, word);
	rect_cut_left(&text, 8 + (r->depth > 1 ? 2 : 0));
	fj_buf_clear(&b);
	flags_text(c, r, &b);
	if (b.n > 0)
		text.w -= grid_right(g, at.y, text.x, text.w,
		    st == STYLE_NORMAL ? STYLE_WARN : st, b.p) + 1;
	rect_cut_left(&text, draw_group(c, r, g, text, st, label));
	if (form_node_type(inst_def(r->at)) != FORM_VERDICT && check_answered(r) && text.w > 20)
		text.w = draw_value(c, r, g, text, st, label);
	grid_fit(g, at.y, text.x, text.w, st, label);
	fj_buf_release(&b);
}

static void
draw_section(struct checklist *c, const struct check_row *r, struct grid *g, struct rect at)
{
	struct dossier *d = check_dossier(c);
	struct inst_progress p;
	struct fj_buf b;
	int used;

	if (d == NULL)
		return;
	fj_buf_init(&b, 256);
	p = inst_progress(dossier_inst(d, c->form), r->at);
	put_internal(c, r, &b);
	if (p.failed > 0)
		fj_buf_printf(&b, "%s%s%zu", b.n > 0 ? "  " : "",
		    msg_is_zh(c->s->m) ? "否" : "NO ", p.failed);
	fj_buf_printf(&b, "%s%zu/%zu", b.n > 0 ? "  " : "", p.answered, p.total);
	used = grid_right(g, at.y, at.x, at.w - 1, STYLE_MUTED, b.p);
	grid_fit(g, at.y, at.x + 1, at.w - used - 3, STYLE_HEAD,
	    inst_label(r->at, lang_of(c->s)));
	fj_buf_release(&b);
}

/* What a person knows this one by: the first text or number in it. */
static void
put_own_name(const struct checklist *c, const struct inst_node *instance, struct fj_buf *b)
{
	const struct inst_node *k;
	size_t i;

	for (i = 0; (k = inst_child(instance, i)) != NULL; i++) {
		enum form_type type = form_node_type(inst_def(k));

		if (inst_kind(k) != INST_LEAF || !form_node_has_control(inst_def(k)) ||
		    type == FORM_NOTE)
			continue;
		if (inst_value(k)[0] != '\0' && type != FORM_VERDICT) {
			fj_buf_puts(b, "  ");
			check_value_text(c, k, b);
		}
		return;
	}
}

static void
draw_instance(struct checklist *c, const struct check_row *r, struct grid *g, struct rect at,
    enum style st)
{
	struct dossier *d = check_dossier(c);
	struct inst_progress p;
	struct fj_buf b;
	int used;

	if (d == NULL)
		return;
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	p = inst_progress(dossier_inst(d, c->form), r->at);
	if (p.failed > 0)
		fj_buf_printf(&b, "%s%zu  ", msg_is_zh(c->s->m) ? "否" : "NO ", p.failed);
	fj_buf_printf(&b, "%zu/%zu", p.answered, p.total);
	used = grid_right(g, at.y, at.x, at.w - 1, st == STYLE_NORMAL ? STYLE_MUTED : st, b.p);
	fj_buf_clear(&b);
	fj_buf_printf(&b, "%s %zu", inst_label(r->at, lang_of(c->s)), inst_ordinal(r->at));
	put_own_name(c, r->at, &b);
	rect_cut_left(&at, 8);
	grid_fit(g, at.y, at.x, at.w - used - 3, st == STYLE_NORMAL ? STYLE_ACCENT : st, b.p);
	fj_buf_release(&b);
}

static void
draw_repeat(struct checklist *c, const struct check_row *r, struct grid *g, struct rect at,
    enum style st)
{
	const char *label = inst_label(r->at, lang_of(c->s));
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	msg_put(c->s->m, &b, form_node_counted(inst_def(r->at)) ?
	    N_("{1}: {2}") : N_("{1}: {2} (a adds one)"), "sz", label, inst_count(r->at));
	rect_cut_left(&at, 8);
	grid_fit(g, at.y, at.x, at.w, st == STYLE_NORMAL ? STYLE_ACCENT : st, b.p);
	fj_buf_release(&b);
}

/* Computed, or a text to read. */
static void
draw_shown(struct checklist *c, const struct check_row *r, struct grid *g, struct rect at,
    enum style st)
{
	struct fj_buf b;
	int used = 0;

	st = st == STYLE_NORMAL ? STYLE_MUTED : st;
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	check_value_text(c, r->at, &b);
	rect_cut_left(&at, 8 + (r->depth > 1 ? 2 : 0));
	put_internal(c, r, &b);
	if (b.n > 0)
		used = grid_right(g, at.y, at.x + at.w / 2, at.w - at.w / 2, st, b.p) + 1;
	grid_fit(g, at.y, at.x, at.w - used, st,
	    inst_label(r->at, lang_of(c->s)));
	fj_buf_release(&b);
}

static size_t
row_count(void *ctx)
{
	return ((struct checklist *)ctx)->n;
}

static uint64_t
row_ident(void *ctx, size_t row)
{
	return ((struct checklist *)ctx)->row[row].id;
}

static void
row_draw(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct checklist *c = ctx;

	switch (c->row[row].kind) {
	case CHECK_ITEM:
		draw_item(c, &c->row[row], g, r, st);
		break;
	case CHECK_SECTION:
		draw_section(c, &c->row[row], g, r);
		break;
	case CHECK_SHOWN:
		draw_shown(c, &c->row[row], g, r, st);
		break;
	case CHECK_REPEAT:
		draw_repeat(c, &c->row[row], g, r, st);
		break;
	case CHECK_INSTANCE:
		draw_instance(c, &c->row[row], g, r, st);
		break;
	}
}

/* By its words, its name in the form, or its answer. */
static bool
row_match(void *ctx, size_t row, const char *needle)
{
	struct checklist *c = ctx;
	const struct check_row *r = &c->row[row];
	struct fj_buf text, folded;
	bool hit;

	if (r->kind != CHECK_ITEM && r->kind != CHECK_SHOWN)
		return false;
	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	fj_buf_init(&folded, LIMIT_VALUE_BYTES);
	check_value_text(c, r->at, &text);
	fj_buf_putc(&text, '\n');
	inst_full_label(r->at, lang_of(c->s), &text);
	fj_buf_printf(&text, "\n%s\n%s", inst_label(r->at, lang_of(c->s)),
	    form_node_name(inst_def(r->at)));
	fold_text(&folded, text.p, text.n);
	hit = strstr(folded.p, needle) != NULL;
	fj_buf_release(&text);
	fj_buf_release(&folded);
	return hit;
}

static bool
row_skip(void *ctx, size_t row)
{
	struct checklist *c = ctx;

	return c->row[row].kind == CHECK_SECTION;
}

const struct list_ops check_list_ops = {
	row_count, row_ident, NULL, row_draw, row_match, row_skip,
};
