/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/problem.h"

#include <stdio.h>
#include <string.h>

#include "wire/version.h"

/* PROTOCOL.md section 8, in its order. */
static const struct problem_type types[] = {
	{"bad-request", 400, REACT_STOP, "The request is not well-formed"},
	{"other-version", 400, REACT_UPDATE, "Another protocol version"},
	{"unauthorized", 401, REACT_SESSION, "No valid session"},
	{"clock-skew", 401, REACT_CLOCK, "The clocks differ too much"},
	{"code-invalid", 403, REACT_NEW_CODE, "The invitation is not valid"},
	{"code-used", 409, REACT_NEW_CODE, "The invitation was used by another key"},
	{"unknown-device", 403, REACT_ENROL, "The device is not enrolled here"},
	{"ended-device", 403, REACT_ENDED, "The device has been ended"},
	{"not-found", 404, REACT_DROP, "Not there, or not yours"},
	{"epoch-changed", 410, REACT_ANEW, "The hub began a new epoch"},
	{"gap", 0, REACT_FROM, "Entries before these are missing"},
	{"offset-mismatch", 409, REACT_OFFSET, "The offset is another"},
	{"entry-first", 409, REACT_ENTRY_FIRST, "The entry that names this file is missing"},
	{"length-mismatch", 409, REACT_STOP_FILE, "The length is not that of the entry"},
	{"digest-mismatch", 422, REACT_FILE_AGAIN, "The content is not that of the entry"},
	{"checksum-mismatch", 460, REACT_OFFSET, "The bytes of this request came damaged"},
	{"kept", 403, REACT_STOP_FILE, "Whole evidence is never deleted"},
	{"quota", 507, REACT_STOP_FILE, "More than the hub keeps for one device or visit"},
	{"run-frame", 0, REACT_SET_ASIDE, "Not a run of entries"},
	{"run-signature", 0, REACT_SET_ASIDE, "The signature does not verify"},
	{"run-key", 0, REACT_SET_ASIDE, "The chain does not prove its key"},
	{"not-yours", 0, REACT_SET_ASIDE, "A chain of another key in a stream not visible"},
	{"too-large", 413, REACT_SMALLER, "Larger than a limit"},
	{"media", 415, REACT_STOP, "Media type or coding not taken"},
	{"tus-version", 412, REACT_STOP, "Another version of tus"},
	{"rate", 429, REACT_LATER, "Too many requests"},
	{"retry-later", 503, REACT_LATER, "Not now"},
	{"full", 507, REACT_WAIT_HOUR, "No space left on the hub"},
	{"internal", 500, REACT_LATER, "The hub failed"},
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

const struct problem_type *
problem_at(size_t i)
{
	return i < TYPES ? &types[i] : NULL;
}

static const char *
bare(const char *name)
{
	size_t n = sizeof(PROBLEM_PREFIX) - 1;

	return strncmp(name, PROBLEM_PREFIX, n) == 0 ? name + n : name;
}

const struct problem_type *
problem_find(const char *name)
{
	size_t i;

	for (i = 0; i < TYPES; i++)
		if (strcmp(bare(name), types[i].name) == 0)
			return &types[i];
	return NULL;
}

enum reaction
problem_reaction(int status)
{
	if (status == 401)
		return REACT_SESSION;
	if (status == 429 || status >= 500)
		return REACT_LATER;
	return REACT_STOP;
}

enum reaction
problem_react(const struct problem *p)
{
	return p->type != NULL ? p->type->reaction : problem_reaction(p->status);
}

static void
blank(struct problem *p)
{
	memset(p, 0, sizeof(*p));
	p->have = p->epoch = p->offset = p->limit = p->retry_after = -1;
}

void
problem_init(struct problem *p, const char *name)
{
	blank(p);
	p->type = problem_find(name);
	FJ_BUG_IF(p->type == NULL);
	snprintf(p->name, sizeof(p->name), "%s", p->type->name);
	p->status = p->type->status;
	if (p->type->reaction == REACT_UPDATE)
		snprintf(p->supported, sizeof(p->supported), "%s", WIRE_SUPPORTED);
}

static void
number(struct json_w *w, const char *key, int64_t v)
{
	if (v >= 0)
		json_w_kint(w, key, v);
}

static void
text(struct json_w *w, const char *key, const char *s)
{
	if (s[0] != '\0')
		json_w_kstr(w, key, s);
}

void
problem_write_value(const struct problem *p, struct json_w *w)
{
	char type[sizeof(PROBLEM_PREFIX) + PROBLEM_NAME], t[INSTANT_TEXT + 1];

	snprintf(type, sizeof(type), "%s%s", PROBLEM_PREFIX, p->name);
	json_w_obj(w);
	json_w_kstr(w, "type", type);
	if (p->type != NULL)
		json_w_kstr(w, "title", p->type->title);
	if (p->status != 0)
		json_w_kint(w, "status", p->status);
	text(w, "detail", p->detail);
	if (p->has_time) {
		instant_format(p->time, t);
		json_w_kstr(w, "time", t);
	}
	text(w, "mode", p->mode);
	text(w, "end", p->end);
	text(w, "supported", p->supported);
	number(w, "have", p->have);
	number(w, "epoch", p->epoch);
	number(w, "offset", p->offset);
	number(w, "limit", p->limit);
	number(w, "retry_after", p->retry_after);
	json_w_end(w);
}

void
problem_write(const struct problem *p, struct fj_buf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	problem_write_value(p, &w);
}

static void
take_text(const struct json *v, const char *key, char *out, size_t n)
{
	const char *s = json_str(v, key);

	if (s != NULL && strlen(s) < n)
		memcpy(out, s, strlen(s) + 1);
}

static void
take_number(const struct json *v, const char *key, int64_t *out)
{
	int64_t n;

	if (json_int(v, key, &n) && n >= 0)
		*out = n;
}

bool
problem_read_value(const struct json *v, struct problem *out)
{
	const char *type = json_str(v, "type"), *time = json_str(v, "time");
	int64_t status = 0;

	blank(out);
	if (type == NULL)
		return false;
	out->type = problem_find(type);
	/* A foreign type that is too long is still unknown, which is what matters. */
	snprintf(out->name, sizeof(out->name), "%.*s", PROBLEM_NAME - 1, bare(type));
	if (json_int(v, "status", &status) && status >= 100 && status < 600)
		out->status = (int)status;
	else if (out->type != NULL)
		out->status = out->type->status;
	take_text(v, "detail", out->detail, sizeof(out->detail));
	take_text(v, "mode", out->mode, sizeof(out->mode));
	take_text(v, "end", out->end, sizeof(out->end));
	take_text(v, "supported", out->supported, sizeof(out->supported));
	out->has_time = time != NULL && instant_parse(time, strlen(time), &out->time);
	take_number(v, "have", &out->have);
	take_number(v, "epoch", &out->epoch);
	take_number(v, "offset", &out->offset);
	take_number(v, "limit", &out->limit);
	take_number(v, "retry_after", &out->retry_after);
	return true;
}

enum fj_rc
problem_read(const char *p, size_t n, struct problem *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	bool ok;

	blank(out);
	ok = json_parse(p, n, &d, NULL) == FJ_OK && problem_read_value(json_root(d), out);
	json_free(&d);
	return ok ? FJ_OK : fj_fail(e, FJ_CORRUPT, "wire.problem", "");
}
