/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/reader.h"

#include <string.h>

enum fj_rc
read_json(const char *p, size_t n, size_t max, struct json_doc **d, struct fj_err *e)
{
	struct fj_err why;

	*d = NULL;
	memset(&why, 0, sizeof(why));
	if (n > max)
		return fj_fail(e, FJ_LIMIT, "wire.limit", "sz", "body", max);
	if (json_parse(p, n, d, &why) == FJ_OK)
		return FJ_OK;
	return fj_fail(e, why.rc == FJ_LIMIT ? FJ_LIMIT : FJ_INVAL, "wire.json", "ss",
	    why.arg[0], why.arg[1]);
}

enum fj_rc
read_member(const char *member, struct fj_err *e)
{
	return fj_fail(e, FJ_INVAL, "wire.member", "s", member);
}

bool
read_count(const struct json *object, const char *key, uint64_t *out)
{
	int64_t v;

	if (!json_int(object, key, &v) || v < 0)
		return false;
	*out = (uint64_t)v;
	return true;
}

bool
read_time(const struct json *object, const char *key, struct instant *out)
{
	const struct json *v = json_get(object, key);

	return json_text(v) != NULL && instant_parse(v->text, v->len, out);
}

bool
read_text(const struct json *object, const char *key, char *out, size_t size, bool must)
{
	const char *s = json_name(object, key, size - 1);

	out[0] = '\0';
	if (s == NULL)
		return !must && json_get(object, key) == NULL;
	memcpy(out, s, strlen(s) + 1);
	return true;
}

const struct json *
read_array(const struct json *object, const char *key)
{
	const struct json *v = json_get(object, key);

	return v != NULL && v->type == JSON_ARRAY ? v : NULL;
}

void
write_time(struct json_w *w, const char *key, struct instant at)
{
	char t[INSTANT_TEXT + 1];

	instant_format(at, t);
	json_w_kstr(w, key, t);
}
