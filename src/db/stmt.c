/* SPDX-License-Identifier: Apache-2.0 */
/* Statements: a cache by text, binds that cannot fail unseen, columns. */
#include "db/internal.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/xalloc.h"

static enum fj_rc
compile(struct db *d, const char *sql, size_t n, bool keep, struct stmt **out,
    struct fj_err *e)
{
	sqlite3_stmt *st = NULL;
	int code;

	if (n > INT_MAX)
		return db_error(NULL, SQLITE_TOOBIG, d->path, e);
	code = sqlite3_prepare_v3(d->h, sql, (int)n, keep ? SQLITE_PREPARE_PERSISTENT : 0,
	    &st, NULL);
	if (code != SQLITE_OK)
		return db_error(d->h, code, d->path, e);
	*out = xcalloc(1, sizeof(**out));
	(*out)->db = d;
	(*out)->st = st;
	(*out)->busy = true;
	(*out)->cached = keep;
	return FJ_OK;
}

enum fj_rc
db_prepare(struct db *d, const char *sql, struct stmt **out, struct fj_err *e)
{
	size_t n = strlen(sql);
	struct stmt *s = map_get(d->cache, sql, n);
	enum fj_rc rc;

	*out = NULL;
	if (s != NULL && !s->busy) {
		s->busy = true;
		*out = s;
		return FJ_OK;
	}
	rc = compile(d, sql, n, s == NULL, out, e);
	if (rc == FJ_OK && s == NULL)
		(void)map_put(d->cache, sql, n, *out);
	return rc;
}

void
stmt_reset(struct stmt *s)
{
	/* Without words there is no statement. */
	if (s->st != NULL) {
		(void)sqlite3_reset(s->st);
		(void)sqlite3_clear_bindings(s->st);
	}
	s->bind_rc = SQLITE_OK;
}

void
stmt_done(struct stmt **s)
{
	if (*s == NULL)
		return;
	if ((*s)->cached) {
		stmt_reset(*s);
		(*s)->busy = false;
	} else {
		sqlite3_finalize((*s)->st);
		free(*s);
	}
	*s = NULL;
}

static int
bind_bytes(sqlite3_stmt *st, int at, const void *p, size_t n)
{
	if (p == NULL) {
		FJ_BUG_IF(n > 0);
		return sqlite3_bind_null(st, at);
	}
	return sqlite3_bind_blob64(st, at, p, n, SQLITE_TRANSIENT);
}

static int
bind_text(sqlite3_stmt *st, int at, const char *p, size_t n)
{
	if (p == NULL)
		return sqlite3_bind_null(st, at);
	return sqlite3_bind_text64(st, at, p, n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static int
bind_one(sqlite3_stmt *st, int at, char kind, va_list *ap)
{
	const void *p;
	const char *text;

	switch (kind) {
	case 'i':
		return sqlite3_bind_int(st, at, va_arg(*ap, int));
	case 'l':
		return sqlite3_bind_int64(st, at, va_arg(*ap, int64_t));
	case 'd':
		return sqlite3_bind_double(st, at, va_arg(*ap, double));
	case 'n':
		return sqlite3_bind_null(st, at);
	case 'b':
		p = va_arg(*ap, const void *);
		return bind_bytes(st, at, p, va_arg(*ap, size_t));
	case 't':
		text = va_arg(*ap, const char *);
		return bind_text(st, at, text, text != NULL ? strlen(text) : 0);
	case 'T':
		text = va_arg(*ap, const char *);
		return bind_text(st, at, text, va_arg(*ap, size_t));
	case 'I':
		return bind_bytes(st, at, va_arg(*ap, const struct id *)->b, ID_LEN);
	case 'H':
		return bind_bytes(st, at, va_arg(*ap, const struct hash *)->b, HASH_LEN);
	default:
		fj_bug(__FILE__, __LINE__, "kind of bind");
	}
}

static void
bind_all(struct stmt *s, int first, const char *kinds, va_list *ap)
{
	for (; *kinds != '\0'; kinds++, first++) {
		int code = bind_one(s->st, first, *kinds, ap);

		if (code != SQLITE_OK && s->bind_rc == SQLITE_OK)
			s->bind_rc = code;
	}
}

void
stmt_bind(struct stmt *s, const char *kinds, ...)
{
	va_list ap;

	va_start(ap, kinds);
	bind_all(s, 1, kinds, &ap);
	va_end(ap);
}

void
stmt_bind_at(struct stmt *s, int first, const char *kinds, ...)
{
	va_list ap;

	va_start(ap, kinds);
	bind_all(s, first, kinds, &ap);
	va_end(ap);
}

enum fj_rc
stmt_step(struct stmt *s, bool *row, struct fj_err *e)
{
	int code;

	*row = false;
	if (s->bind_rc != SQLITE_OK)
		return db_error(s->db->h, s->bind_rc, s->db->path, e);
	code = sqlite3_step(s->st);
	if (code == SQLITE_ROW) {
		*row = true;
		return FJ_OK;
	}
	return code == SQLITE_DONE ? FJ_OK : db_error(s->db->h, code, s->db->path, e);
}

int64_t
stmt_i64(struct stmt *s, int col)
{
	return sqlite3_column_int64(s->st, col);
}

int
stmt_int(struct stmt *s, int col)
{
	return sqlite3_column_int(s->st, col);
}

bool
stmt_is_null(struct stmt *s, int col)
{
	return sqlite3_column_type(s->st, col) == SQLITE_NULL;
}

const char *
stmt_text(struct stmt *s, int col)
{
	const void *p = sqlite3_column_text(s->st, col);

	return p;
}

const void *
stmt_blob(struct stmt *s, int col, size_t *n)
{
	const void *p = sqlite3_column_blob(s->st, col);

	*n = p != NULL ? (size_t)sqlite3_column_bytes(s->st, col) : 0;
	return p;
}

bool
stmt_bytes(struct stmt *s, int col, void *out, size_t n)
{
	size_t got;
	const void *p = stmt_blob(s, col, &got);

	if (got != n || (p == NULL && n > 0))
		return false;
	if (n > 0)
		memcpy(out, p, n);
	return true;
}

double
stmt_double(struct stmt *s, int col)
{
	return sqlite3_column_double(s->st, col);
}

int
stmt_param(struct stmt *s, const char *name)
{
	return sqlite3_bind_parameter_index(s->st, name);
}

int
db_error_at(const struct db *d)
{
	return sqlite3_error_offset(d->h);
}

int
stmt_columns(struct stmt *s)
{
	return sqlite3_column_count(s->st);
}

const char *
stmt_column_name(struct stmt *s, int col)
{
	return sqlite3_column_name(s->st, col);
}

enum fj_rc
db_run(struct db *d, struct fj_err *e, const char *sql, const char *kinds, ...)
{
	struct stmt *s = NULL;
	bool row = false;
	va_list ap;
	enum fj_rc rc = db_prepare(d, sql, &s, e);

	if (rc != FJ_OK)
		return rc;
	va_start(ap, kinds);
	bind_all(s, 1, kinds, &ap);
	va_end(ap);
	rc = stmt_step(s, &row, e);
	stmt_done(&s);
	return rc;
}

enum fj_rc
db_get_i64(struct db *d, struct fj_err *e, int64_t *out, bool *found, const char *sql,
    const char *kinds, ...)
{
	struct stmt *s = NULL;
	bool row = false;
	va_list ap;
	enum fj_rc rc = db_prepare(d, sql, &s, e);

	*out = 0;
	if (found != NULL)
		*found = false;
	if (rc != FJ_OK)
		return rc;
	va_start(ap, kinds);
	bind_all(s, 1, kinds, &ap);
	va_end(ap);
	rc = stmt_step(s, &row, e);
	if (rc == FJ_OK && row) {
		*out = stmt_i64(s, 0);
		if (found != NULL)
			*found = true;
	}
	stmt_done(&s);
	return rc;
}
