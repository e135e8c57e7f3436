/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as an expression, asked at a place of a small filled form. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char definition[] =
    "{\"form\":\"f\",\"version\":\"1\",\"title\":\"t\",\"choices\":{\"l\":[{\"name\":\"p\","
    "\"label\":\"P\",\"k\":\"x\"},{\"name\":\"q\",\"label\":\"Q\",\"k\":\"z\"}]},\"children\":["
    "{\"type\":\"text\",\"name\":\"q\",\"label\":\"q\",\"default\":\"5\"},"
    "{\"type\":\"date\",\"name\":\"d\",\"label\":\"d\",\"default\":\"2026-03-01\"},"
    "{\"type\":\"select_one l\",\"name\":\"s\",\"label\":\"s\",\"default\":\"p\"},"
    "{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"r\",\"instances\":3,\"children\":["
    "{\"type\":\"integer\",\"name\":\"v\",\"label\":\"v\",\"default\":\"position(..)\"}]}]}";

/* What is printed prints as itself; as XPath it may say anything. */
static void
print(const struct form_node *n, const char *text)
{
	struct fj_buf once, twice;

	fj_buf_init(&once, 1 << 20);
	fj_buf_init(&twice, 1 << 20);
	if (form_expr_print(n, text, FORM_PRINT_SOURCE, &once, NULL) == FJ_OK) {
		/* It may be longer than an expression may be, by spaces. */
		if (once.n < 16384 && (form_expr_print(n, once.p, FORM_PRINT_SOURCE, &twice,
		    NULL) != FJ_OK || strcmp(once.p, twice.p) != 0))
			abort();
		fj_buf_clear(&twice);
		if (form_expr_print(n, text, FORM_PRINT_XPATH, &twice, NULL) != FJ_OK)
			abort();
	}
	fj_buf_release(&once);
	fj_buf_release(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct form_env env = {.now = {1772600767000, 480}, .lang = "zh"};
	static const char *const places[] = {"/data/q", "/data/r[2]/v", "/data"};
	struct form *f;
	struct inst *in;
	struct inst_node *at;
	struct inst_eval v;
	char *text = malloc(n + 1);
	size_t i;

	if (text == NULL || form_load(definition, sizeof(definition) - 1, &f, NULL, NULL) != FJ_OK)
		abort();
	if (n > 0)
		memcpy(text, data, n);
	text[n] = '\0';
	in = inst_new(f, &env);
	if (inst_start(in, NULL, NULL) != FJ_OK)
		abort();
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (inst_find(in, places[i], &at, NULL) != FJ_OK)
			abort();
		if (inst_eval(in, text, at, &v, NULL) == FJ_OK)
			inst_eval_release(&v);
		print(inst_def(at), text);
	}
	inst_free(&in);
	form_free(&f);
	free(text);
	return 0;
}
