/* SPDX-License-Identifier: Apache-2.0 */
/* The PostgreSQL store: values that go in and come back, in binary. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/store_pg.h"

void
pg_args_init(struct pg_args *a, int most)
{
	size_t n = most > 0 ? (size_t)most : 1;

	memset(a, 0, sizeof(*a));
	a->most = most;
	a->v = xcalloc(n, sizeof(*a->v));
	a->len = xcalloc(n, sizeof(*a->len));
	a->format = xcalloc(n, sizeof(*a->format));
	a->oid = xcalloc(n, sizeof(*a->oid));
	a->num = xcalloc(n, 8);
}

void
pg_args_release(struct pg_args *a)
{
	free(a->v);
	free(a->len);
	free(a->format);
	free(a->oid);
	free(a->num);
	memset(a, 0, sizeof(*a));
}

static void
add(struct pg_args *a, unsigned oid, const void *p, size_t n)
{
	FJ_BUG_IF(a->n >= a->most || n > INT32_MAX);
	a->v[a->n] = n > 0 ? p : NULL;
	a->len[a->n] = (int)n;
	a->format[a->n] = 1;
	a->oid[a->n] = oid;
	a->n++;
}

void
pg_args_addv(struct pg_args *a, const char *kinds, va_list ap)
{
	const char *text;
	const void *p;
	uint8_t *num;

	for (; *kinds != '\0'; kinds++)
		switch (*kinds) {
		case 'l':
			num = a->num + (size_t)a->n * 8;
			fj_put_u64(num, (uint64_t)va_arg(ap, int64_t));
			add(a, PG_OID_INT8, num, 8);
			break;
		case 'b':
			p = va_arg(ap, const void *);
			add(a, PG_OID_BYTEA, p, va_arg(ap, size_t));
			break;
		case 't':
			text = va_arg(ap, const char *);
			add(a, PG_OID_TEXT, text, text != NULL ? strlen(text) : 0);
			break;
		case 'I':
			add(a, PG_OID_BYTEA, va_arg(ap, const struct id *)->b, ID_LEN);
			break;
		case 'H':
			add(a, PG_OID_BYTEA, va_arg(ap, const struct hash *)->b, HASH_LEN);
			break;
		default:
			fj_bug(__FILE__, __LINE__, "kind of a value");
		}
}

void
pg_args_add(struct pg_args *a, const char *kinds, ...)
{
	va_list ap;

	va_start(ap, kinds);
	pg_args_addv(a, kinds, ap);
	va_end(ap);
}

void
pg_rows_end(struct pg_rows *r)
{
	if (r->r != NULL)
		r->q->clear(r->r);
	r->r = NULL;
	r->n = 0;
}

bool
pg_null(const struct pg_rows *r, int row, int col)
{
	return r->q->is_null(r->r, row, col) != 0;
}

int64_t
pg_i64(const struct pg_rows *r, int row, int col)
{
	if (pg_null(r, row, col) || r->q->length(r->r, row, col) != 8)
		return 0;
	return (int64_t)fj_get_u64(r->q->value(r->r, row, col));
}

const void *
pg_blob(const struct pg_rows *r, int row, int col, size_t *n)
{
	*n = (size_t)r->q->length(r->r, row, col);
	return *n > 0 ? r->q->value(r->r, row, col) : "";
}

bool
pg_bytes(const struct pg_rows *r, int row, int col, void *out, size_t n)
{
	size_t have;
	const void *p = pg_blob(r, row, col, &have);

	if (have != n)
		return false;
	memcpy(out, p, n);
	return true;
}
