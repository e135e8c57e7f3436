/* SPDX-License-Identifier: Apache-2.0 */
#include "app/helper_line.h"

#include <string.h>

enum {
	NUMBER_MAX = 1 << 30,
};

/* area.what in small letters, digits and '-'. */
static bool
is_code(const char *s)
{
	size_t n = s != NULL ? strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") : 0;

	return n > 2 && s[n] == '\0' && n < sizeof(((struct fj_err *)0)->code) &&
	    strchr(s, '.') != NULL;
}

/* "code" and "args" of an object as an error. */
static bool
take_code(const struct json *o, enum fj_rc rc, struct fj_err *f)
{
	const char *code = json_str(o, "code"), *arg[FJ_ERR_ARGS] = {"", "", "", "", "", ""};
	const struct json *args = json_get(o, "args"), *a;
	char kinds[FJ_ERR_ARGS + 1] = "";
	int n = 0;

	if (!is_code(code) || args == NULL || args->type != JSON_ARRAY)
		return false;
	json_each(a, args) {
		if (n == FJ_ERR_ARGS || json_text(a) == NULL)
			return false;
		arg[n] = json_text(a);
		kinds[n++] = 's';
	}
	(void)!fj_fail(f, rc, code, kinds, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
	return true;
}

/* A member that may be missing, but if it is there it is right. */
static bool
opt_str(const struct json *o, const char *key, const char **out)
{
	const struct json *v = json_get(o, key);

	*out = json_text(v);
	return v == NULL || *out != NULL;
}

static bool
opt_number(const struct json *o, const char *key, uint32_t *out)
{
	const struct json *v = json_get(o, key);
	int64_t n = 0;

	if (v != NULL && (!json_int_value(v, &n) || n < 0 || n > NUMBER_MAX))
		return false;
	*out = (uint32_t)n;
	return true;
}

static bool
take_fault(const struct json *v, struct helper_event *ev, struct fj_err *f)
{
	const char *level = json_str(v, "level");

	if (v->type != JSON_OBJECT || !take_code(v, FJ_INVAL, f) || level == NULL)
		return false;
	ev->what = HELPER_FAULT;
	ev->fault = f;
	ev->warning = strcmp(level, "warning") == 0;
	return (ev->warning || strcmp(level, "error") == 0) && opt_str(v, "file", &ev->file) &&
	    opt_str(v, "sheet", &ev->sheet) && opt_number(v, "row", &ev->row) &&
	    opt_number(v, "column", &ev->column);
}

static bool
take_progress(const struct json *v, struct helper_event *ev)
{
	int64_t done, total;

	if (v->type != JSON_ARRAY || v->count != 2 || !json_int_value(v->child, &done) ||
	    !json_int_value(v->child->next, &total) || done < 0 || total < 0)
		return false;
	ev->what = HELPER_PROGRESS;
	ev->done = (uint64_t)done;
	ev->total = (uint64_t)total;
	return true;
}

static bool
take_event(const struct json *v, struct helper_event *ev, struct fj_err *f)
{
	if (strcmp(v->key, "progress") == 0)
		return take_progress(v, ev);
	if (strcmp(v->key, "fault") == 0)
		return take_fault(v, ev, f);
	if (strcmp(v->key, "text") == 0 && v->type == JSON_STRING) {
		ev->what = HELPER_TEXT;
		ev->text = v->text;
		ev->len = v->len;
		return true;
	}
	ev->what = strcmp(v->key, "row") == 0 ? HELPER_ROW : HELPER_RESULT;
	ev->value = v;
	return v->type == JSON_OBJECT &&
	    (ev->what == HELPER_ROW || strcmp(v->key, "result") == 0);
}

static enum fj_rc
take_end(const struct json *v, enum helper_said *said, struct fj_err *e)
{
	int64_t class;

	if (strcmp(v->key, "done") == 0 && v->type == JSON_BOOL && v->truth) {
		*said = HELPER_SAID_DONE;
		return FJ_OK;
	}
	if (strcmp(v->key, "error") != 0 || !json_int(v, "class", &class) ||
	    class <= FJ_OK || class > FJ_BUG || !take_code(v, (enum fj_rc)class, e))
		return FJ_CORRUPT;
	*said = HELPER_SAID_ERROR;
	return (enum fj_rc)class;
}

enum fj_rc
helper_line(const char *p, size_t n, helper_fn fn, void *ctx, enum helper_said *said,
    struct fj_err *e)
{
	struct helper_event ev = {0};
	struct json_doc *d = NULL;
	const struct json *v;
	struct fj_err fault;
	enum fj_rc rc;

	*said = HELPER_SAID_NOTHING;
	rc = json_parse(p, n, &d, e);
	if (rc != FJ_OK)
		return rc;
	v = json_root(d)->type == JSON_OBJECT && json_root(d)->count == 1 ?
	    json_root(d)->child : NULL;
	if (v == NULL) {
		rc = FJ_CORRUPT;
	} else if (strcmp(v->key, "done") == 0 || strcmp(v->key, "error") == 0) {
		rc = take_end(v, said, e);
	} else if (take_event(v, &ev, &fault)) {
		*said = fn(ctx, &ev) ? HELPER_SAID_MORE : HELPER_SAID_ENOUGH;
	} else {
		rc = FJ_CORRUPT;
	}
	json_free(&d);
	return rc;
}
