/* SPDX-License-Identifier: Apache-2.0 */
/* All that is computed of a filled form, as text: for comparing two of them. */
#ifndef FJ_TESTS_FORM_SNAPSHOT_H
#define FJ_TESTS_FORM_SNAPSHOT_H

#include "form/form.h"

static void
snapshot_at(struct inst *in, const struct inst_node *n, struct fj_buf *b)
{
	const struct form_choice *const *v;
	const struct inst_node *kid;
	size_t i, k;

	inst_path_id(n, b);
	fj_buf_printf(b, " = '%s' %s%s", inst_value(n), inst_relevant(n) ? "R" : "-",
	    inst_read_only(n) ? "O" : "-");
	if (inst_kind(n) == INST_LEAF)
		fj_buf_printf(b, "%s%s stored '%s'", inst_required(n) ? "Q" : "-",
		    inst_valid(n) ? "V" : "-", inst_stored(n));
	if (inst_kind(n) == INST_REPEAT)
		fj_buf_printf(b, " %zu", inst_count(n));
	k = inst_kind(n) == INST_LEAF ? inst_choices(in, n, &v) : 0;
	for (i = 0; i < k; i++)
		fj_buf_printf(b, " %s", form_choice_name(v[i]));
	fj_buf_putc(b, '\n');
	for (i = 0; (kid = inst_child(n, i)) != NULL; i++)
		snapshot_at(in, kid, b);
}

static void
snapshot(struct inst *in, struct fj_buf *b)
{
	fj_buf_init(b, 64 << 20);
	snapshot_at(in, inst_root(in), b);
}

#endif
