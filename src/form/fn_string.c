/* SPDX-License-Identifier: Apache-2.0 */
/* Lengths and places count code points. */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "form/fn_i.h"
#include "form/inst_i.h"
#include "text/regex.h"

static struct val
own_or_arg(struct ev *ev, const struct expr *x)
{
	struct val_item item = {.node = ev->node};

	return x->narg > 0 ? ev_atom(ev, x->arg[0]) : ev_item(ev, &item);
}

struct val
fn_string(struct ev *ev, const struct expr *x)
{
	struct val v = own_or_arg(ev, x);
	size_t n;
	const char *s = val_to_str(ev->mem, &v, &n);

	return val_strn(s, n);
}

static struct val
kept(struct ev *ev, struct fj_buf *b)
{
	struct val v;

	if (fj_buf_over(b))
		v = ev_fail(ev, FJ_LIMIT, "expr.text", "");
	else
		v = val_strn(scratch_dup(ev->mem, b->p, b->n), b->n);
	(void)ev_step(ev, b->n / 64);
	fj_buf_release(b);
	return v;
}

static struct val
glue(struct ev *ev, const struct expr *x, size_t first, const char *sep, size_t nsep)
{
	struct fj_buf b;
	struct ev_each it;
	struct val v;
	bool after = false;
	size_t n;
	const char *s;

	fj_buf_init(&b, LIMIT_PAYLOAD);
	ev_each_start(&it, x, first);
	while (ev_each_next(ev, &it, &v)) {
		if (after)
			fj_buf_add(&b, sep, nsep);
		s = val_to_str(ev->mem, &v, &n);
		fj_buf_add(&b, s, n);
		after = true;
	}
	return kept(ev, &b);
}

struct val
fn_concat(struct ev *ev, const struct expr *x)
{
	return glue(ev, x, 0, "", 0);
}

struct val
fn_join(struct ev *ev, const struct expr *x)
{
	size_t n;
	const char *sep = ev_str(ev, x->arg[0], &n);

	return glue(ev, x, 1, sep, n);
}

/* The byte offset of code point k. */
static size_t
offset(const char *s, size_t n, double k)
{
	size_t at = 0, len;
	double i;

	for (i = 0; i < k && at < n; i++) {
		len = utf8_len(s + at, n - at);
		at += len > 0 ? len : 1;
	}
	return at;
}

struct val
fn_substr(struct ev *ev, const struct expr *x)
{
	size_t n, from, to;
	const char *s = ev_str(ev, x->arg[0], &n);
	double count = (double)utf8_count(s, n), a = trunc(ev_num(ev, x->arg[1])), b = count;

	if (x->narg > 2)
		b = trunc(ev_num(ev, x->arg[2]));
	if (isnan(a) || isnan(b))
		return val_str("");
	if (a < 0)
		a = fmax(0, count + a);
	if (b < 0)
		b = fmax(0, count + b);
	b = fmin(b, count);
	if (a >= b)
		return val_str("");
	from = offset(s, n, a);
	to = offset(s, n, b);
	return val_strn(scratch_dup(ev->mem, s + from, to - from), to - from);
}

/* As XPath 1.0 counts: from 1, both numbers rounded, the third is a length. */
struct val
fn_substring(struct ev *ev, const struct expr *x)
{
	size_t n, from, to;
	const char *s = ev_str(ev, x->arg[0], &n);
	double a = floor(ev_num(ev, x->arg[1]) + 0.5), b = (double)utf8_count(s, n);
	double end = x->narg > 2 ? a + floor(ev_num(ev, x->arg[2]) + 0.5) - 1 : b;

	b = fmin(b, end);
	if (isnan(a) || isnan(end) || b < fmax(a, 1))
		return val_str("");
	from = offset(s, n, fmax(a, 1) - 1);
	to = offset(s, n, b);
	return val_strn(scratch_dup(ev->mem, s + from, to - from), to - from);
}

/* Texts have no NUL inside, so strstr sees all of them. */
struct val
fn_substring_before(struct ev *ev, const struct expr *x)
{
	const char *s = ev_str(ev, x->arg[0], NULL), *t = ev_str(ev, x->arg[1], NULL);
	const char *at = strstr(s, t);

	if (at == NULL)
		return val_str("");
	return val_strn(scratch_dup(ev->mem, s, (size_t)(at - s)), (size_t)(at - s));
}

struct val
fn_substring_after(struct ev *ev, const struct expr *x)
{
	const char *s = ev_str(ev, x->arg[0], NULL), *t = ev_str(ev, x->arg[1], NULL);
	const char *at = strstr(s, t);

	return val_str(at != NULL ? at + strlen(t) : "");
}

/* The code point of `to` that stands for the one at s; false: none in `from`. */
static bool
mapped(const char *s, size_t len, const char *from, const char *to, const char **out,
    size_t *nout)
{
	double k = 0;
	size_t n = strlen(from), at = 0, one, place;

	for (; at < n; at += one, k++) {
		one = utf8_len(from + at, n - at);
		if (one == 0)
			one = 1;
		if (one == len && memcmp(from + at, s, len) == 0)
			break;
	}
	if (at >= n)
		return false;
	n = strlen(to);
	place = offset(to, n, k);
	*out = to + place;
	*nout = place < n ? utf8_len(to + place, n - place) : 0;
	return true;
}

struct val
fn_translate(struct ev *ev, const struct expr *x)
{
	const char *from, *to, *p;
	size_t n, at, len, k, nfrom, nto;
	const char *s = ev_str(ev, x->arg[0], &n);
	struct fj_buf b;

	from = ev_str(ev, x->arg[1], &nfrom);
	to = ev_str(ev, x->arg[2], &nto);
	fj_buf_init(&b, LIMIT_PAYLOAD);
	for (at = 0; at < n && ev_step(ev, 1 + (nfrom + nto) / 32); at += len) {
		len = utf8_len(s + at, n - at);
		if (len == 0)
			len = 1;
		if (mapped(s + at, len, from, to, &p, &k))
			fj_buf_add(&b, p, k);
		else
			fj_buf_add(&b, s + at, len);
	}
	return kept(ev, &b);
}

struct val
fn_string_length(struct ev *ev, const struct expr *x)
{
	struct val v = own_or_arg(ev, x);
	size_t n;
	const char *s = val_to_str(ev->mem, &v, &n);

	return val_num((double)utf8_count(s, n));
}

struct val
fn_normalize_space(struct ev *ev, const struct expr *x)
{
	struct val v = own_or_arg(ev, x);
	size_t n, i;
	const char *s = val_to_str(ev->mem, &v, &n);
	char *out = scratch_alloc(ev->mem, n + 1);
	size_t k = 0;

	for (i = 0; i < n; i++) {
		if (strchr(" \t\r\n", s[i]) == NULL)
			out[k++] = s[i];
		else if (k > 0 && out[k - 1] != ' ')
			out[k++] = ' ';
	}
	if (k > 0 && out[k - 1] == ' ')
		k--;
	out[k] = '\0';
	return val_strn(out, k);
}

struct val
fn_contains(struct ev *ev, const struct expr *x)
{
	const char *s = ev_str(ev, x->arg[0], NULL);

	return val_bool(strstr(s, ev_str(ev, x->arg[1], NULL)) != NULL);
}

struct val
fn_starts_with(struct ev *ev, const struct expr *x)
{
	size_t n, k;
	const char *s = ev_str(ev, x->arg[0], &n), *t = ev_str(ev, x->arg[1], &k);

	return val_bool(k <= n && memcmp(s, t, k) == 0);
}

struct val
fn_ends_with(struct ev *ev, const struct expr *x)
{
	size_t n, k;
	const char *s = ev_str(ev, x->arg[0], &n), *t = ev_str(ev, x->arg[1], &k);

	return val_bool(k <= n && memcmp(s + n - k, t, k) == 0);
}

/* The whole text must match. */
struct val
fn_regex(struct ev *ev, const struct expr *x)
{
	size_t n;
	const char *s = ev_str(ev, x->arg[0], &n), *re = ev_str(ev, x->arg[1], NULL);
	unsigned long work = 0;
	bool yes = false;
	struct fj_err e;

	if (ev->failed)
		return val_bool(false);
	fj_err_clear(&e);
	if (regex_match_work(re, s, n, &yes, &work, &e) != FJ_OK && !ev->failed) {
		ev->failed = true;
		ev->err = e;
	}
	(void)ev_step(ev, 100 + work / 10);
	return val_bool(yes);
}

/* uuid(): version 4; uuid(n): n characters of it. */
struct val
fn_uuid(struct ev *ev, const struct expr *x)
{
	static const char set[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	unsigned char b[16];
	struct fj_buf out;
	double n;
	int i;

	fj_buf_init(&out, LIMIT_VALUE_BYTES);
	if (x->narg > 0) {
		n = ev_num(ev, x->arg[0]);
		for (i = 0; i < n && i < 1000 && ev_step(ev, 1); i++)
			fj_buf_putc(&out, set[(size_t)(ev_random(ev) * 62)]);
		return kept(ev, &out);
	}
	ev_random_bytes(ev, b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (i = 0; i < 16; i++)
		fj_buf_printf(&out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
		    (unsigned)b[i]);
	return kept(ev, &out);
}

/* Texts of the form by id ("itext"); an id that it has not stands for itself. */
struct val
fn_itext(struct ev *ev, const struct expr *x)
{
	size_t n;
	const char *id = ev_str(ev, x->arg[0], &n);
	const struct form_texts *t = map_get(ev->in->form->itext, id, n);

	return val_str(t != NULL ? form_text(ev->in->form, t, ev->in->env.lang) : id);
}

/* ${last-saved#name} */
struct val
fn_last_saved(struct ev *ev, const struct expr *x)
{
	const struct form_env *env = &ev->in->env;
	const char *name = ev_str(ev, x->arg[0], NULL), *s = NULL;

	if (env->last_saved != NULL)
		s = env->last_saved(env->last_ctx, name);
	return val_str(s != NULL ? scratch_dup(ev->mem, s, strlen(s)) : "");
}

struct val
fn_version(struct ev *ev, const struct expr *x)
{
	(void)x;
	return val_str(ev->in->form->version);
}

struct val
fn_property(struct ev *ev, const struct expr *x)
{
	const char *name = ev_str(ev, x->arg[0], NULL), *s = NULL;

	if (strcmp(name, "username") == 0)
		s = ev->in->env.username;
	else if (strcmp(name, "deviceid") == 0)
		s = ev->in->env.deviceid;
	else if (strcmp(name, "email") == 0)
		s = ev->in->env.email;
	else if (strcmp(name, "phonenumber") == 0)
		s = ev->in->env.phonenumber;
	return val_str(s != NULL ? s : "");
}
