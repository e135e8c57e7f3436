/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as an expression, asked at a place of a small filled form. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (inst_find(in, places[i], &at, NULL) == FJ_OK &&
		    inst_eval(in, text, at, &v, NULL) == FJ_OK)
			inst_eval_release(&v);
	inst_free(&in);
	form_free(&f);
	free(text);
	return 0;
}
