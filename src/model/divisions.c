/* SPDX-License-Identifier: Apache-2.0 */
#include "model/divisions.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"

struct row {
	const char *code, *name, *path;
};

struct divisions {
	char *text;			/* the file, cut into strings */
	struct row *v;
	size_t n;
};

enum { CANDIDATES = 5, CANDIDATE_BYTES = 240 };

bool
division_code_ok(const char *code)
{
	size_t n = strlen(code);

	return (n == 2 || n == 4 || n == 6) && strspn(code, "0123456789") == n;
}

/* Cut the next field at ',' or the end of the line; quotes are not used. */
static char *
field(char **at)
{
	char *start = *at, *end = start + strcspn(start, ",");

	*at = *end == ',' ? end + 1 : end;
	*end = '\0';
	return start;
}

static bool
read_line(char *line, struct row *r)
{
	char *at = line;

	r->code = field(&at);
	r->name = field(&at);
	r->path = field(&at);
	return division_code_ok(r->code) && r->name[0] != '\0';
}

static size_t
count_lines(const char *s)
{
	size_t n = 1;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

enum fj_rc
divisions_load(const char *p, size_t n, struct divisions **out, struct fj_err *e)
{
	struct divisions *d = xcalloc(1, sizeof(*d));
	char *line;
	int number = 0;

	d->text = xstrndup(p, n);
	d->v = xcalloc(count_lines(d->text), sizeof(*d->v));
	for (line = d->text; *line != '\0'; ) {
		char *end = line + strcspn(line, "\n");
		char *next = *end == '\n' ? end + 1 : end;

		*end = '\0';
		if (end > line && end[-1] == '\r')
			end[-1] = '\0';
		number++;
		/* the first line may name the columns */
		if (*line == '\0' || *line == '#' ||
		    (number == 1 && strncmp(line, "code,", 5) == 0)) {
			line = next;
			continue;
		}
		if (!read_line(line, &d->v[d->n])) {
			divisions_free(&d);
			return fj_fail(e, FJ_INVAL, "model.divisions", "d", number);
		}
		d->n++;
		line = next;
	}
	*out = d;
	return FJ_OK;
}

void
divisions_free(struct divisions **d)
{
	if (*d == NULL)
		return;
	free((*d)->text);
	free((*d)->v);
	free(*d);
	*d = NULL;
}

size_t
divisions_count(const struct divisions *d)
{
	return d->n;
}

static void
answer(const struct row *r, const char *code, struct division *out)
{
	memcpy(out->code, code, strlen(code) + 1);
	out->known = r != NULL;
	out->name = r ? r->name : "";
	out->path = r ? r->path : "";
}

bool
divisions_at(const struct divisions *d, size_t i, struct division *out)
{
	if (i >= d->n)
		return false;
	answer(&d->v[i], d->v[i].code, out);
	return true;
}

/* Six digits, zeros for the levels that are left out. */
static const struct row *
by_code(const struct divisions *d, const char *code)
{
	char full[7] = "000000";
	size_t i;

	memcpy(full, code, strlen(code));
	for (i = 0; d != NULL && i < d->n; i++)
		if (strcmp(d->v[i].code, full) == 0 || strcmp(d->v[i].code, code) == 0)
			return &d->v[i];
	return NULL;
}

struct hits {
	const struct row *first;
	size_t n;
	struct fj_buf list;
};

static void
hit(struct hits *h, const struct row *r)
{
	if (h->n == 0)
		h->first = r;
	if (h->n < CANDIDATES) {
		if (h->n > 0)
			fj_buf_puts(&h->list, ", ");
		fj_buf_puts(&h->list, r->path[0] ? r->path : r->name);
		fj_buf_puts(&h->list, " ");
		fj_buf_puts(&h->list, r->code);
	}
	h->n++;
}

static bool
fits(const struct row *r, const char *text, int pass)
{
	size_t n = strlen(text);

	if (pass == 0)
		return strcmp(r->path, text) == 0;
	if (pass == 1)
		return strcmp(r->name, text) == 0;
	return strncmp(pass == 2 ? r->name : r->path, text, n) == 0;
}

enum fj_rc
divisions_find(const struct divisions *d, const char *text, struct division *out,
    struct fj_err *e)
{
	struct hits h = { NULL, 0, { 0 } };
	enum fj_rc rc = FJ_OK;
	int pass;
	size_t i;

	if (division_code_ok(text)) {
		answer(by_code(d, text), text, out);
		return FJ_OK;
	}
	fj_buf_init(&h.list, CANDIDATE_BYTES);
	for (pass = 0; pass < 4 && h.n == 0 && d != NULL && text[0] != '\0'; pass++)
		for (i = 0; i < d->n; i++)
			if (fits(&d->v[i], text, pass))
				hit(&h, &d->v[i]);
	if (h.n == 1)
		answer(h.first, h.first->code, out);
	else if (h.n == 0)
		rc = fj_fail(e, FJ_NOTFOUND, "model.division-unknown", "s", text);
	else
		rc = fj_fail(e, FJ_AMBIGUOUS, "model.division-ambiguous", "ss", text,
		    h.list.p);
	fj_buf_release(&h.list);
	return rc;
}
