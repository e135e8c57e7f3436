/* SPDX-License-Identifier: Apache-2.0 */
/* Which choices of a list are allowed now, and what of an answer they leave. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "form/inst_i.h"

/* The rows for which the filter holds; false when it failed. */
static bool
allowed_rows(struct inst_node *n, const struct form_choice **out, size_t *count)
{
	const struct form_list *l = n->def->list;
	struct ev ev;
	size_t i;

	ev_start(&ev, n);
	for (i = 0; l != NULL && i < l->n; i++) {
		ev.row = l->v[i];
		ev.pos = i + 1;
		if (ev_bool(&ev, n->def->x[X_CHOICE_FILTER]) && !ev.failed)
			out[(*count)++] = l->v[i];
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

bool
choice_allowed(const struct inst_node *n, const char *name, size_t len)
{
	size_t i;

	if (n->choice == NULL)
		return true;
	for (i = 0; i < n->nchoice; i++)
		if (strlen(n->choice[i]->name) == len &&
		    memcmp(n->choice[i]->name, name, len) == 0)
			return true;
	return false;
}

/* The words of the stored answer that are allowed now. */
void
value_filter(const struct inst_node *n, struct fj_buf *out)
{
	const char *s = n->stored;
	size_t k;

	if (n->choice == NULL) {
		fj_buf_puts(out, s);
		return;
	}
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
