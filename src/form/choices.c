/* SPDX-License-Identifier: Apache-2.0 */
/* Which choices of a list are allowed now, and what of an answer they leave. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "form/inst_i.h"

/* The rows for which the filter holds; false when it failed. */
static bool
allowed_rows(struct inst_node *n, const struct form_choice **out, size_t *count)
{
	const struct expr *test = n->def->x[X_CHOICE_FILTER];
	const struct form_choice *row;
	struct rows rows;
	struct ev ev;

	ev_start(&ev, n);
	rows_start(&rows, &ev, n->def->list, test);
	while ((row = rows_pull(&rows)) != NULL) {
		ev.row = row;
		ev.pos = row->index + 1;
		ev.last = n->def->list->n;
		if (ev_bool(&ev, test) && !ev.failed)
			out[(*count)++] = row;
		if (ev.failed)
			break;
	}
	if (ev.failed) {
		n->failed_bits |= 1u << A_CHOICES;
		if (n->failed == NULL)
			n->failed = xcalloc(1, sizeof(*n->failed));
		*n->failed = ev.err;
	} else {
		n->failed_bits = (unsigned char)(n->failed_bits & ~(1u << A_CHOICES));
	}
	scratch_reset(&n->in->mem);
	return !ev.failed;
}

bool
choices_update(struct inst_node *n)
{
	size_t max = n->def->list != NULL ? n->def->list->n : 0, count = 0;
	const struct form_choice **v = xcalloc(max + 1, sizeof(*v));
	bool same;

	/* A filter that fails allows all: nothing that was answered is lost. */
	if (!allowed_rows(n, v, &count)) {
		count = max;
		if (max > 0)
			memcpy(v, n->def->list->v, max * sizeof(*v));
	}
	same = n->choice != NULL && count == n->nchoice &&
	    memcmp(v, n->choice, count * sizeof(*v)) == 0;
	free(n->choice);
	v = xrealloc(v, count + 1, sizeof(*v));
	n->choice = v;
	n->nchoice = count;
	return !same;
}

size_t
inst_choices(struct inst *in, const struct inst_node *at, const struct form_choice *const **v)
{
	(void)in;
	if (at->choice != NULL) {
		*v = at->choice;
		return at->nchoice;
	}
	return form_node_choices(at->def, v);
}

static int
by_index(const void *key, const void *item)
{
	size_t a = (*(const struct form_choice *const *)key)->index;
	size_t b = (*(const struct form_choice *const *)item)->index;

	return a < b ? -1 : a > b;
}

/* The rows of now stand in the order of the list. */
bool
choice_allowed(const struct inst_node *n, const char *name, size_t len)
{
	const struct form_choice *c;
	size_t i;

	if (n->choice == NULL)
		return true;
	c = form_list_get(n->def->list, name, len);
	if (c == NULL || n->nchoice == 0)
		return false;
	if (bsearch(&c, n->choice, n->nchoice, sizeof(c), by_index) != NULL)
		return true;
	/* The first of that name is not there; a list may have it twice. */
	for (i = 0; n->def->form->duplicates && i < n->nchoice; i++)
		if (strlen(n->choice[i]->name) == len &&
		    memcmp(n->choice[i]->name, name, len) == 0)
			return true;
	return false;
}

static void
allowed_words(const struct inst_node *n, const char *s, struct fj_buf *out)
{
	size_t k;

	for (; *s != '\0'; s += k) {
		s += strspn(s, " ");
		k = strcspn(s, " ");
		if (k == 0 || !choice_allowed(n, s, k))
			continue;
		if (out->n > 0)
			fj_buf_putc(out, ' ');
		fj_buf_add(out, s, k);
	}
}

/* The words of the stored answer that are allowed now. */
void
value_filter(const struct inst_node *n, struct fj_buf *out)
{
	if (n->choice == NULL)
		fj_buf_puts(out, n->stored);
	else
		allowed_words(n, n->stored, out);
}

enum fj_rc
choices_keep(const struct inst_node *n, struct fj_buf *value, struct fj_err *e)
{
	struct fj_buf kept;
	enum fj_rc rc = FJ_OK;

	if (n->choice == NULL || value->n == 0)
		return FJ_OK;
	fj_buf_init(&kept, LIMIT_VALUE_BYTES + 1);
	allowed_words(n, value->p, &kept);
	if (kept.n == 0)
		rc = fj_fail(e, FJ_INVAL, "form.value-choice-now", "ss", n->def->name, value->p);
	fj_buf_clear(value);
	fj_buf_add(value, kept.p, kept.n);
	fj_buf_release(&kept);
	return rc;
}
