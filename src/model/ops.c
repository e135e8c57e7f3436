/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops.h"

#include <string.h>

static const struct {
	const char *text;
	bool content;
} ops[OP_COUNT] = {
	[OP_UNKNOWN] = { "", false },
#define X(name, text, content) [name] = { text, content },
	VISIT_OPS(X)
#undef X
};

enum visit_op
op_parse(const char *text)
{
	int i;

	for (i = OP_UNKNOWN + 1; i < OP_COUNT; i++)
		if (text != NULL && strcmp(ops[i].text, text) == 0)
			return (enum visit_op)i;
	return OP_UNKNOWN;
}

const char *
op_text(enum visit_op op)
{
	return ops[op].text;
}

bool
op_is_content(enum visit_op op)
{
	return ops[op].content;
}
