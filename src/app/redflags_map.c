/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mapping of a session: guessed by the helper, changed here, given back to it; and
 * remembered, sealed in the workspace, under agency and fingerprint of the header.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/redflags_i.h"
#include "base/limits.h"
#include "base/xalloc.h"

enum {
	MAP_BYTES = 16 << 20,
	ONE_BYTES = 1 << 20,
	OFFSET_DAY = 86400,
	OFFSET_MAX = 10 * 366 * 86400,	/* a clock that is years off is still one */
};

static const char space[] = "redflag-map";

/* ---- reading ---- */

void
redflags_map_text(const struct redflags *r, struct fj_buf *out)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kint(&w, "mapping", 1);
	json_w_key(&w, "sources");
	json_w_arr(&w);
	for (i = 0; i < r->maps; i++)
		json_w_value(&w, json_root(r->map[i]));
	json_w_end(&w);
	json_w_end(&w);
}

const struct json *
redflags_map(struct redflags *r)
{
	struct fj_buf b;

	if (r->whole == NULL) {
		fj_buf_init(&b, MAP_BYTES);
		redflags_map_text(r, &b);
		if (fj_buf_over(&b) || json_parse(b.p, b.n, &r->whole, NULL) != FJ_OK)
			r->whole = NULL;
		fj_buf_release(&b);
	}
	return r->whole != NULL ? json_root(r->whole) : NULL;
}

size_t
redflags_map_unsure(const struct redflags *r)
{
	const struct json *t, *c;
	size_t n = 0, i;

	for (i = 0; i < r->maps; i++)
		json_each(t, json_get(json_root(r->map[i]), "tables"))
			json_each(c, json_get(t, "columns"))
				if (json_get(c, "sure") != NULL && !json_is_true(c, "sure"))
					n++;
	return n;
}

/* ---- changing ---- */

static enum fj_rc
need_mapped(const struct redflags *r, uint32_t source, struct fj_err *e)
{
	char text[16];

	if (r->state != REDFLAGS_MAPPED)
		return fj_fail(e, FJ_BUSY, "redflags.busy", "");
	snprintf(text, sizeof(text), "%u", source);
	return source >= 1 && source <= r->maps ? FJ_OK :
	    fj_fail(e, FJ_INVAL, "redflags.map-source", "s", text);
}

/* The new text of a source goes to the helper, which answers with what it makes of it;
 * what it refuses changes nothing. */
static enum fj_rc
put_source(struct redflags *r, uint32_t source, struct fj_buf *text, struct fj_err *e)
{
	struct json_doc *d = NULL, *none = NULL, *old = r->map[source - 1];
	struct fj_buf all, ask;
	enum fj_rc rc;

	if (fj_buf_over(text))
		return fj_fail(e, FJ_LIMIT, "redflags.map-size", "d", ONE_BYTES);
	rc = json_parse(text->p, text->n, &d, e);
	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&all, MAP_BYTES);
	fj_buf_init(&ask, 100);
	r->map[source - 1] = d;
	redflags_map_text(r, &all);
	r->map[source - 1] = old;
	json_free(&d);
	rc = session_memory_set(r->fd_map, all.p, all.n, e);
	fj_buf_printf(&ask, "{\"ask\":\"map\",\"n\":%lld}", (long long)++r->asked);
	if (rc == FJ_OK)
		rc = session_ask(r, &ask, &none, e);
	json_free(&none);
	fj_buf_release(&all);
	fj_buf_release(&ask);
	return rc;
}

/* A source written again, its member `key` by the function. */
typedef void (*member_fn)(struct json_w *w, const struct json *old, const void *ctx);

static enum fj_rc
change(struct redflags *r, uint32_t source, const char *key, member_fn fn, const void *ctx,
    struct fj_err *e)
{
	enum fj_rc rc = need_mapped(r, source, e);
	const struct json *m, *old;
	struct fj_buf b;
	struct json_w w;

	if (rc != FJ_OK)
		return rc;
	old = json_root(r->map[source - 1]);
	fj_buf_init(&b, ONE_BYTES);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_each(m, old) {
		if (strcmp(m->key, key) == 0)
			continue;
		json_w_key(&w, m->key);
		json_w_value(&w, m);
	}
	json_w_key(&w, key);
	fn(&w, json_get(old, key), ctx);
	json_w_end(&w);
	rc = put_source(r, source, &b, e);
	fj_buf_release(&b);
	return rc;
}

static void
put_offset(struct json_w *w, const struct json *old, const void *ctx)
{
	(void)old;
	json_w_int(w, *(const int64_t *)ctx);
}

enum fj_rc
redflags_map_offset(struct redflags *r, uint32_t source, int64_t seconds, struct fj_err *e)
{
	if (seconds > OFFSET_MAX || seconds < -OFFSET_MAX)
		return fj_fail(e, FJ_INVAL, "redflags.map-offset", "l", (long long)seconds);
	return change(r, source, "clock_offset_s", put_offset, &seconds, e);
}

static bool
called(const struct json *source, const char *name)
{
	const char *file = json_str(source, "file"), *sheet = json_str(source, "sheet");
	const char *slash = strrchr(name, '/');

	return (file != NULL && (strcmp(file, name) == 0 ||
	    (slash != NULL && strcmp(file, slash + 1) == 0))) ||
	    (sheet != NULL && sheet[0] != '\0' && strcmp(sheet, name) == 0);
}

enum fj_rc
redflags_map_clock(struct redflags *r, const char *name, int64_t seconds, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	bool found = false;
	int64_t number;
	size_t i;

	for (i = 0; i < r->maps && rc == FJ_OK; i++) {
		if (!called(json_root(r->map[i]), name) ||
		    !json_int(json_root(r->map[i]), "source", &number))
			continue;
		found = true;
		rc = redflags_map_offset(r, (uint32_t)number, seconds, e);
	}
	if (rc == FJ_OK && !found)
		return fj_fail(e, FJ_NOTFOUND, "redflags.offset-source", "s", name);
	return rc;
}

bool
redflags_offset_parse(const char *s, int64_t *seconds)
{
	int64_t total = 0, part = 0;
	bool minus = *s == '-', digit = false;

	for (s += *s == '-' || *s == '+' ? 1 : 0; *s != '\0'; s++) {
		if (*s == ':' && digit) {
			total = (total + part) * 60;
			part = 0;
			digit = false;
		} else if (*s >= '0' && *s <= '9') {
			part = part * 10 + (*s - '0');
			digit = true;
		} else {
			return false;
		}
		if (total + part > OFFSET_DAY)
			return false;
	}
	*seconds = minus ? -(total + part) : total + part;
	return digit;
}

/* Without columns: the helper guesses them for this table. */
static void
put_table(struct json_w *w, const struct json *old, const void *ctx)
{
	const char *table = ctx;

	(void)old;
	json_w_arr(w);
	if (table[0] != '\0') {
		json_w_obj(w);
		json_w_kstr(w, "table", table);
		json_w_end(w);
	}
	json_w_end(w);
}

enum fj_rc
redflags_map_table(struct redflags *r, uint32_t source, const char *table, struct fj_err *e)
{
	return change(r, source, "tables", put_table, table, e);
}

struct column {
	const char *table, *column;
	int at;
};

static void
put_column(struct json_w *w, const struct column *c)
{
	if (c->at < 1)
		return;
	json_w_obj(w);
	json_w_kstr(w, "column", c->column);
	json_w_kint(w, "at", c->at);
	json_w_end(w);
}

static void
put_columns(struct json_w *w, const struct json *table, const struct column *change_to)
{
	const struct json *m, *c;
	bool here = json_str(table, "table") != NULL &&
	    strcmp(json_str(table, "table"), change_to->table) == 0;

	json_w_obj(w);
	json_each(m, table) {
		if (here && strcmp(m->key, "columns") == 0)
			continue;
		json_w_key(w, m->key);
		json_w_value(w, m);
	}
	if (here) {
		json_w_key(w, "columns");
		json_w_arr(w);
		json_each(c, json_get(table, "columns")) {
			int64_t at = 0;
			const char *name = json_str(c, "column");

			/* One column of the file feeds one column of the table. */
			if (name == NULL || strcmp(name, change_to->column) == 0 ||
			    (json_int(c, "at", &at) && at == change_to->at))
				continue;
			json_w_value(w, c);
		}
		put_column(w, change_to);
		json_w_end(w);
	}
	json_w_end(w);
}

static void
put_tables(struct json_w *w, const struct json *old, const void *ctx)
{
	const struct column *c = ctx;
	const struct json *t;
	bool found = false;

	json_w_arr(w);
	json_each(t, old) {
		found = found || (json_str(t, "table") != NULL &&
		    strcmp(json_str(t, "table"), c->table) == 0);
		put_columns(w, t, c);
	}
	if (!found) {
		json_w_obj(w);
		json_w_kstr(w, "table", c->table);
		json_w_key(w, "columns");
		json_w_arr(w);
		put_column(w, c);
		json_w_end(w);
		json_w_end(w);
	}
	json_w_end(w);
}

enum fj_rc
redflags_map_column(struct redflags *r, uint32_t source, const char *table, const char *column,
    int at, struct fj_err *e)
{
	struct column c = {table, column, at};

	return change(r, source, "tables", put_tables, &c, e);
}

/* ---- memory ---- */

/* "USCC or name \n fingerprint". */
static void
memory_key(const struct dossier *d, const char *fingerprint, struct fj_buf *b)
{
	const struct visit_facts *f = visit_facts(d->v);
	const char *agency = f->uscc != NULL && f->uscc[0] != '\0' ? f->uscc :
	    f->subject != NULL ? f->subject : "";

	fj_buf_clear(b);
	fj_buf_printf(b, "%s\n%s", agency, fingerprint);
}

struct recall {
	const struct dossier *d;
	struct fj_buf prefix;
	struct fj_buf *out;
};

static bool
one_memory(void *ctx, const struct bytes *key, const struct bytes *value)
{
	struct recall *c = ctx;

	if (key->n < c->prefix.n || memcmp(key->p, c->prefix.p, c->prefix.n) != 0)
		return true;
	if (c->out->n > 0)
		fj_buf_putc(c->out, ',');
	fj_buf_add(c->out, value->p, value->n);
	return true;
}

void
session_recall(struct redflags *r, struct fj_buf *out)
{
	struct recall c = {.d = r->d};
	struct fj_buf list;

	fj_buf_init(&c.prefix, LIMIT_NAME_BYTES * 2);
	fj_buf_init(&list, MAP_BYTES);
	c.out = &list;
	memory_key(r->d, "", &c.prefix);
	if (journal_facts(r->d->a->j, space, one_memory, &c, NULL) == FJ_OK && list.n > 0 &&
	    !fj_buf_over(&list)) {
		fj_buf_puts(out, "{\"mapping\":1,\"sources\":[");
		fj_buf_add(out, list.p, list.n);
		fj_buf_puts(out, "]}");
	}
	fj_buf_release(&c.prefix);
	fj_buf_release(&list);
}

/* A source without what belongs to this file alone: its name, number, samples. */
static void
put_memory(struct json_w *w, const struct json *source)
{
	static const char *const kept[] = {"fingerprint", "clock_offset_s", "date1904", "use", NULL};
	const struct json *t, *c;
	int i;

	json_w_obj(w);
	for (i = 0; kept[i] != NULL; i++)
		if (json_get(source, kept[i]) != NULL) {
			json_w_key(w, kept[i]);
			json_w_value(w, json_get(source, kept[i]));
		}
	json_w_key(w, "tables");
	json_w_arr(w);
	json_each(t, json_get(source, "tables")) {
		json_w_obj(w);
		json_w_kstr(w, "table", json_str(t, "table"));
		json_w_key(w, "columns");
		json_w_arr(w);
		json_each(c, json_get(t, "columns")) {
			int64_t at = 0;

			json_w_obj(w);
			json_w_kstr(w, "column", json_str(c, "column"));
			if (json_int(c, "at", &at))
				json_w_kint(w, "at", at);
			json_w_kstr(w, "header", json_str(c, "header"));
			json_w_end(w);
		}
		json_w_end(w);
		json_w_end(w);
	}
	json_w_end(w);
	json_w_end(w);
}

enum fj_rc
session_remember(struct redflags *r, const struct dossier *d, struct fj_err *e)
{
	struct fj_buf key, value;
	enum fj_rc rc = FJ_OK;
	struct json_w w;
	size_t i;

	fj_buf_init(&key, LIMIT_NAME_BYTES * 2);
	fj_buf_init(&value, ONE_BYTES);
	for (i = 0; rc == FJ_OK && i < r->maps; i++) {
		const struct json *source = json_root(r->map[i]);
		const char *mark = json_str(source, "fingerprint");
		struct journal_kv kv = {.space = space};

		if (mark == NULL || mark[0] == '\0' || strlen(mark) > 64)
			continue;
		memory_key(d, mark, &key);
		fj_buf_clear(&value);
		json_w_init(&w, &value);
		put_memory(&w, source);
		kv.key = (struct bytes){key.p, key.n};
		kv.value = (struct bytes){value.p, value.n};
		if (!fj_buf_over(&key) && !fj_buf_over(&value))
			rc = journal_put(d->a->j, &kv, 1, e);
	}
	fj_buf_release(&key);
	fj_buf_release(&value);
	return rc;
}
