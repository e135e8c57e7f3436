/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a form definition; what loads is filled a little. */
#include <stdint.h>
#include <stdlib.h>

#include "form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
touch(struct inst *in, const struct form *f)
{
	const struct form_node *d;
	struct inst_problems p = {0};
	struct inst_node *at;
	struct fj_buf b;
	int left = 50;

	for (d = form_root(f); d != NULL && left-- > 0; d = form_node_walk(d, NULL)) {
		if (inst_find(in, form_node_name(d), &at, NULL) != FJ_OK)
			continue;
		if (inst_kind(at) == INST_REPEAT)
			(void)!inst_add(in, at, "", 0, NULL, NULL, NULL);
		else if (inst_set(in, at, "1", NULL, NULL) != FJ_OK)
			(void)!inst_set(in, at, "2026-03-01", NULL, NULL);
	}
	inst_validate(in, &p);
	inst_problems_release(&p);
	fj_buf_init(&b, 16 << 20);
	inst_digest_lines(in, &b);
	fj_buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct form_env env = {.now = {1772600767000, 480}, .lang = "zh"};
	struct form_faults faults = {0};
	struct form *f;
	struct inst *in;

	if (form_load((const char *)data, n, &f, &faults, NULL) == FJ_OK) {
		in = inst_new(f, &env);
		if (inst_start(in, NULL, NULL) == FJ_OK)
			touch(in, f);
		inst_free(&in);
	}
	form_free(&f);
	form_faults_release(&faults);
	return 0;
}
