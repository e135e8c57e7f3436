/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "text/cluster.h"
#include "tui/core/key.h"

enum { UNDO_STEPS = 256 };

/* At off, del bytes were replaced by ins bytes. */
struct step {
	size_t off, del_n, ins_n;
	char *del, *ins;
	size_t caret;		/* before */
	bool typed;
};

struct edit {
	char *p;
	size_t n, cap, max;
	size_t caret;
	bool secret;
	struct step step[UNDO_STEPS];
	size_t nstep, at;	/* steps up to at are in the text */
};

struct edit *
edit_new(size_t max_bytes, bool secret)
{
	struct edit *e = xcalloc(1, sizeof(*e));

	e->max = max_bytes;
	e->secret = secret;
	e->cap = secret ? max_bytes : 64;	/* a secret never moves */
	e->p = xcalloc(1, e->cap + 1);
	return e;
}

static void
drop_steps(struct edit *e, size_t keep)
{
	while (e->nstep > keep) {
		struct step *s = &e->step[--e->nstep];

		free(s->del);
		free(s->ins);
	}
	if (e->at > e->nstep)
		e->at = e->nstep;
}

void
edit_free(struct edit **ep)
{
	struct edit *e = *ep;

	if (e == NULL)
		return;
	drop_steps(e, 0);
	fj_wipe(e->p, e->cap);
	free(e->p);
	free(e);
	*ep = NULL;
}

const char *
edit_text(const struct edit *e, size_t *n)
{
	if (n != NULL)
		*n = e->n;
	return e->p;
}

size_t
edit_caret(const struct edit *e)
{
	return e->caret;
}

static void
reserve(struct edit *e, size_t n)
{
	if (n <= e->cap)
		return;
	e->cap = n * 2 < e->max ? n * 2 : e->max;
	e->p = xrealloc(e->p, e->cap + 1, 1);
}

/* To the end of the cluster that the caret would stand in. */
static void
settle(struct edit *e)
{
	size_t start;

	if (e->caret == 0)
		return;
	start = cluster_prev(e->p, e->n, e->caret);
	e->caret = cluster_next(e->p, e->n, start);
}

/* The one place where the text changes. */
static void
splice(struct edit *e, size_t off, size_t del, const char *ins, size_t n)
{
	reserve(e, e->n - del + n);
	memmove(e->p + off + n, e->p + off + del, e->n - off - del);
	if (n > 0)
		memcpy(e->p + off, ins, n);
	if (del > n)
		fj_wipe(e->p + e->n - (del - n), del - n);
	e->n = e->n - del + n;
	e->p[e->n] = '\0';
}

bool
edit_set(struct edit *e, const char *p, size_t n)
{
	if (n > e->max || utf8_valid(p, n) != n)
		return false;
	drop_steps(e, 0);
	splice(e, 0, e->n, p, n);
	e->caret = e->n;
	return true;
}

static bool
joins_run(const struct edit *e, size_t off, size_t del, bool typed)
{
	const struct step *s;

	if (!typed || e->at == 0 || e->at != e->nstep || del > 0)
		return false;
	s = &e->step[e->at - 1];
	return s->typed && s->del_n == 0 && s->off + s->ins_n == off &&
	    s->ins[s->ins_n - 1] != '\n';
}

static void
remember(struct edit *e, size_t off, size_t del, const char *ins, size_t n, bool typed)
{
	struct step *s;

	if (e->secret)
		return;
	drop_steps(e, e->at);
	if (joins_run(e, off, del, typed)) {
		s = &e->step[e->at - 1];
		s->ins = xrealloc(s->ins, s->ins_n + n, 1);
		memcpy(s->ins + s->ins_n, ins, n);
		s->ins_n += n;
		return;
	}
	if (e->nstep == UNDO_STEPS) {
		free(e->step[0].del);
		free(e->step[0].ins);
		memmove(e->step, e->step + 1, (UNDO_STEPS - 1) * sizeof(e->step[0]));
		e->nstep--;
	}
	s = &e->step[e->nstep++];
	*s = (struct step){.off = off, .del_n = del, .ins_n = n, .caret = e->caret, .typed = typed};
	s->del = del > 0 ? xmemdup(e->p + off, del) : NULL;
	s->ins = n > 0 ? xmemdup(ins, n) : NULL;
	e->at = e->nstep;
}

bool
edit_insert(struct edit *e, const char *p, size_t n, bool typed)
{
	if (n == 0)
		return true;
	if (n > e->max - e->n || utf8_valid(p, n) != n || memchr(p, '\0', n) != NULL)
		return false;
	remember(e, e->caret, 0, p, n, typed);
	splice(e, e->caret, 0, p, n);
	e->caret += n;
	settle(e);
	return true;
}

bool
edit_delete(struct edit *e, size_t from, size_t to)
{
	if (to > e->n)
		to = e->n;
	if (from >= to)
		return false;
	remember(e, from, to - from, NULL, 0, false);
	splice(e, from, to - from, NULL, 0);
	e->caret = from;
	settle(e);
	return true;
}

bool
edit_backspace(struct edit *e)
{
	return edit_delete(e, cluster_prev(e->p, e->n, e->caret), e->caret);
}

bool
edit_delete_next(struct edit *e)
{
	return edit_delete(e, e->caret, cluster_next(e->p, e->n, e->caret));
}

void
edit_move(struct edit *e, size_t to)
{
	e->caret = to < e->n ? to : e->n;
	/* Inside a cluster: back to its start. */
	if (e->caret > 0 && e->caret < e->n) {
		size_t start = cluster_prev(e->p, e->n, e->caret);

		if (cluster_next(e->p, e->n, start) != e->caret)
			e->caret = start;
	}
	if (e->at > 0)
		e->step[e->at - 1].typed = false;	/* a run ends here */
}

bool
edit_left(struct edit *e)
{
	size_t to = cluster_prev(e->p, e->n, e->caret);

	if (to == e->caret)
		return false;
	edit_move(e, to);
	return true;
}

bool
edit_right(struct edit *e)
{
	size_t to = cluster_next(e->p, e->n, e->caret);

	if (to == e->caret)
		return false;
	edit_move(e, to);
	return true;
}

/* Blanks, ASCII words, Chinese one character at a time. */
static int
class_of(const char *p, size_t i)
{
	unsigned char c = (unsigned char)p[i];

	if (c == ' ' || c == '\n' || c == '\t')
		return 0;
	if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_')
		return 1;
	return 2;
}

size_t
edit_word_left(const struct edit *e)
{
	size_t i = e->caret, prev;

	while (i > 0 && class_of(e->p, prev = cluster_prev(e->p, e->n, i)) == 0)
		i = prev;
	if (i == 0)
		return 0;
	prev = cluster_prev(e->p, e->n, i);
	if (class_of(e->p, prev) == 2)
		return prev;
	while (i > 0 && class_of(e->p, prev = cluster_prev(e->p, e->n, i)) == 1)
		i = prev;
	return i;
}

size_t
edit_word_right(const struct edit *e)
{
	size_t i = e->caret;

	while (i < e->n && class_of(e->p, i) == 0)
		i = cluster_next(e->p, e->n, i);
	if (i < e->n && class_of(e->p, i) == 2)
		return cluster_next(e->p, e->n, i);
	while (i < e->n && class_of(e->p, i) == 1)
		i = cluster_next(e->p, e->n, i);
	return i;
}

bool
edit_undo(struct edit *e)
{
	const struct step *s;

	if (e->at == 0)
		return false;
	s = &e->step[--e->at];
	splice(e, s->off, s->ins_n, s->del, s->del_n);
	e->caret = s->caret;
	return true;
}

bool
edit_redo(struct edit *e)
{
	const struct step *s;

	if (e->at == e->nstep)
		return false;
	s = &e->step[e->at++];
	splice(e, s->off, s->del_n, s->ins, s->ins_n);
	e->caret = s->off + s->ins_n;
	settle(e);
	return true;
}

static size_t
line_start(const struct edit *e)
{
	size_t i = e->caret;

	while (i > 0 && e->p[i - 1] != '\n')
		i--;
	return i;
}

static size_t
line_end(const struct edit *e)
{
	size_t i = e->caret;

	while (i < e->n && e->p[i] != '\n')
		i++;
	return i;
}

static enum edit_answer
changed(bool did)
{
	return did ? EDIT_CHANGED : EDIT_MOVED;
}

/* C-k on an empty rest takes the newline, as everywhere. */
static bool
kill_line(struct edit *e)
{
	size_t end = line_end(e);

	return edit_delete(e, e->caret, end > e->caret ? end : cluster_next(e->p, e->n, end));
}

enum edit_answer
edit_key(struct edit *e, uint32_t key)
{
	switch (key) {
	case K_LEFT:
		(void)edit_left(e);
		return EDIT_MOVED;
	case K_RIGHT:
		(void)edit_right(e);
		return EDIT_MOVED;
	case K_C_LEFT:
		edit_move(e, edit_word_left(e));
		return EDIT_MOVED;
	case K_C_RIGHT:
		edit_move(e, edit_word_right(e));
		return EDIT_MOVED;
	case K_BACKSPACE:
		return changed(edit_backspace(e));
	case K_DELETE:
	case K_CTRL('d'):
		return changed(edit_delete_next(e));
	case K_CTRL('w'):
		return changed(edit_delete(e, edit_word_left(e), e->caret));
	case K_CTRL('u'):
		return changed(edit_delete(e, line_start(e), e->caret));
	case K_CTRL('k'):
		return changed(kill_line(e));
	case K_CTRL('z'):
		return changed(edit_undo(e));
	case K_CTRL('y'):
		return changed(edit_redo(e));
	default:
		return EDIT_IGNORED;
	}
}

void
edit_clean_paste(struct fj_buf *out, const char *p, size_t n, bool lines)
{
	size_t i = 0, k;
	uint32_t c;

	while (i < n) {
		k = utf8_get(p + i, n - i, &c);
		if (k == 0) {
			i++;
			continue;
		}
		if (c == '\n' && lines)
			fj_buf_putc(out, '\n');
		else if (c == '\n' || c == '\t')
			fj_buf_putc(out, ' ');
		else if (c >= 0x20 && (c < 0x7f || c >= 0xa0))
			fj_buf_add(out, p + i, k);
		i += k;
	}
}
