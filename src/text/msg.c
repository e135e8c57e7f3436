/* SPDX-License-Identifier: Apache-2.0 */
#include "text/msg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "text/fit.h"
#include "text/mo.h"

enum { ARGS = 9, SENTENCE_MAX = 4096 };

struct msg {
	const char *lang;
	struct mo mo;		/* empty: English */
};

const char *
msg_lang_of(const char *name)
{
	if (name != NULL && (strncmp(name, "zh", 2) == 0 || strncmp(name, "ZH", 2) == 0))
		return "zh";
	return "en";
}

enum fj_rc
msg_new(const char *lang, const void *mo, size_t n, struct msg **out, struct fj_err *e)
{
	struct msg *m = xcalloc(1, sizeof(*m));

	*out = m;
	m->lang = msg_lang_of(lang);
	if (mo == NULL || !msg_is_zh(m))
		return FJ_OK;
	if (!mo_open(&m->mo, mo, n)) {
		m->lang = "en";
		return fj_fail(e, FJ_CORRUPT, "msg.catalogue", "s", lang);
	}
	return FJ_OK;
}

void
msg_free(struct msg **m)
{
	free(*m);
	*m = NULL;
}

const char *
msg_lang(const struct msg *m)
{
	return m != NULL ? m->lang : "en";
}

bool
msg_is_zh(const struct msg *m)
{
	return m != NULL && strcmp(m->lang, "zh") == 0;
}

const char *
msg_tr(const struct msg *m, const char *english)
{
	const char *t;

	/* The empty key is the catalogue's own header. */
	if (m == NULL || m->mo.count == 0 || english == NULL || english[0] == '\0')
		return english;
	t = mo_find(&m->mo, english);
	return t != NULL ? t : english;
}

void
msg_format(struct fj_buf *b, const char *template, int narg, const char *const *arg)
{
	const char *p = template;

	while (*p != '\0') {
		const char *brace = strchr(p, '{');

		if (brace == NULL) {
			fj_buf_puts(b, p);
			return;
		}
		fj_buf_add(b, p, (size_t)(brace - p));
		if (brace[1] == '{') {
			fj_buf_putc(b, '{');
			p = brace + 2;
		} else if (brace[1] >= '1' && brace[1] <= '9' && brace[2] == '}' &&
		    brace[1] - '1' < narg && arg[brace[1] - '1'] != NULL) {
			fj_buf_puts(b, arg[brace[1] - '1']);
			p = brace + 3;
		} else {
			fj_buf_putc(b, '{');
			p = brace + 1;
		}
	}
}

void
msg_put(const struct msg *m, struct fj_buf *b, const char *english, const char *kinds, ...)
{
	char number[ARGS][24];
	const char *arg[ARGS] = {NULL};
	char *owned[ARGS] = {NULL};
	va_list ap;
	int n = 0, i;

	va_start(ap, kinds);
	for (; *kinds != '\0' && n < ARGS; kinds++, n++) {
		const char *s;

		arg[n] = number[n];
		switch (*kinds) {
		case 's':
			s = va_arg(ap, const char *);
			arg[n] = s != NULL ? s : "";
			break;
		case 'S':
			s = va_arg(ap, const char *);
			arg[n] = owned[n] = xstrndup(s, va_arg(ap, size_t));
			break;
		case 'd':
			snprintf(number[n], sizeof(number[n]), "%d", va_arg(ap, int));
			break;
		case 'l':
			snprintf(number[n], sizeof(number[n]), "%lld", va_arg(ap, long long));
			break;
		case 'z':
			snprintf(number[n], sizeof(number[n]), "%zu", va_arg(ap, size_t));
			break;
		default:
			fj_bug(__FILE__, __LINE__, "kind of argument");
		}
	}
	va_end(ap);
	msg_format(b, msg_tr(m, english), n, arg);
	for (i = 0; i < n; i++)
		free(owned[i]);
}

/* For a code without a sentence: what class it is, so that the user knows at
 * least what to do. */
static const char *
class_text(enum fj_rc rc)
{
	static const char *const text[] = {
		[FJ_OK] = N_("No error"),
		[FJ_NOMEM] = N_("Not enough memory"),
		[FJ_LIMIT] = N_("Larger than allowed"),
		[FJ_IO] = N_("Could not read or write"),
		[FJ_FULL] = N_("No space left"),
		[FJ_BUSY] = N_("In use by another process; try again"),
		[FJ_INVAL] = N_("Not valid"),
		[FJ_NOTFOUND] = N_("Not found"),
		[FJ_AMBIGUOUS] = N_("Several match"),
		[FJ_REFUSED] = N_("Not allowed now"),
		[FJ_CONFLICT] = N_("Open disagreement"),
		[FJ_CORRUPT] = N_("Damaged"),
		[FJ_DENIED] = N_("Not permitted"),
		[FJ_OFFLINE] = N_("No answer from the hub; try again later"),
		[FJ_STALE] = N_("Changed meanwhile; load again"),
		[FJ_NEWER] = N_("Written by a newer version"),
		[FJ_CANCELLED] = N_("Cancelled"),
		[FJ_BUG] = N_("Internal error"),
	};

	if ((int)rc < 0 || (size_t)rc >= sizeof(text) / sizeof(text[0]))
		rc = FJ_BUG;
	return text[rc];
}

static void
say_unknown(const struct msg *m, const struct fj_err *e, struct fj_buf *b)
{
	int i;

	fj_buf_puts(b, msg_tr(m, class_text(e->rc)));
	fj_buf_puts(b, " (");
	fj_buf_puts(b, e->code[0] != '\0' ? e->code : "?");
	for (i = 0; i < e->narg; i++) {
		fj_buf_puts(b, i == 0 ? ": " : ", ");
		fj_buf_puts(b, e->arg[i]);
	}
	fj_buf_puts(b, ")");
}

/* What the system calls its errors, in the user's language. */
static const char *
system_word(const struct msg *m, const char *arg)
{
	static const char *const known[] = {
		N_("No such file or directory"),
		N_("Permission denied"),
		N_("Operation not permitted"),
		N_("No space left on device"),
		N_("Is a directory"),
		N_("Not a directory"),
		N_("Read-only file system"),
		N_("Input/output error"),
		N_("File exists"),
		N_("File too large"),
		N_("File name too long"),
		N_("Disk quota exceeded"),
		N_("Too many levels of symbolic links"),
		N_("Device or resource busy"),
		N_("Cannot allocate memory"),
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(arg, known[i]) == 0)
			return msg_tr(m, known[i]);
	return arg;
}

/*
 * An operation or a state in a refusal of the model is a word of ours and has a
 * translation of its own, "word:sealed"; other arguments are data and stay.
 */
static const char *
argument(const struct msg *m, const struct fj_err *e, int i)
{
	char key[64];
	const char *word;
	int n = snprintf(key, sizeof(key), "word:%s", e->arg[i]);

	if (strncmp(e->code, "model.", 6) != 0 || n < 0 || (size_t)n >= sizeof(key))
		return system_word(m, e->arg[i]);
	word = msg_tr(m, key);
	return word != key ? word : e->arg[i];
}

void
msg_say(const struct msg *m, const struct fj_err *e, struct fj_buf *b)
{
	const char *arg[FJ_ERR_ARGS], *english = msg_template(e->code);
	struct fj_buf raw;
	int i;

	fj_buf_init(&raw, SENTENCE_MAX);
	for (i = 0; i < e->narg && i < FJ_ERR_ARGS; i++)
		arg[i] = argument(m, e, i);
	if (english != NULL)
		msg_format(&raw, msg_tr(m, english), e->narg, arg);
	else
		say_unknown(m, e, &raw);
	sanitize(b, raw.p, raw.n, false);
	fj_buf_release(&raw);
}
