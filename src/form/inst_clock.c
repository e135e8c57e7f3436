/* SPDX-License-Identifier: Apache-2.0 */
/* Time goes on in a filled form: what reads today() or now() is computed again. */
#include "form/inst_i.h"

static const enum aspect aspect_of[X_N] = {
	[X_RELEVANT] = A_RELEVANT,
	[X_REQUIRED] = A_REQUIRED,
	[X_READ_ONLY] = A_READ_ONLY,
	[X_CONSTRAINT] = A_VALID,
	[X_CALCULATION] = A_VALUE,
	[X_DEFAULT] = A_N,		/* only once, when it is made */
	[X_CHOICE_FILTER] = A_CHOICES,
	[X_REPEAT_COUNT] = A_COUNT,
};

static bool
mark_it(void *ctx, struct inst_node *n)
{
	mark(n, *(const enum aspect *)ctx);
	return true;
}

static void
mark_clock(struct inst *in, const struct form_node *def)
{
	int s;

	for (s = 0; s < X_N; s++) {
		enum aspect a = aspect_of[s];

		if ((def->xflags[s] & FN_CLOCK) != 0 && a != A_N)
			(void)node_each(in->root, def, mark_it, &a);
	}
}

enum fj_rc
inst_set_clock(struct inst *in, struct instant now, struct inst_changes *c, struct fj_err *e)
{
	size_t i;

	settle_start(in, c, false, false);
	if (now.ms != in->env.now.ms || now.offset != in->env.now.offset) {
		in->env.now = now;
		for (i = 0; i < in->form->nnode; i++)
			mark_clock(in, in->form->node[i]);
	}
	return settle(in, e);
}
