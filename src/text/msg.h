/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sentences in the user's language.  English is written in the source and is
 * the key; Chinese comes from the .mo that travels inside the program, so no
 * locale need be installed.
 *
 *	_(m, "Saved")			translated text, lives as long as m
 *	N_("open")			marks a text in a table; msg_tr() later
 *	msg_put(m, &b, "{1} of {2} files", "zz", done, all)
 *	msg_say(m, &e, &b)		the sentence of an error
 *
 * tests/lint/po.sh holds every marked text against src/po/zh-*.po.
 * Translated text never goes to printf.
 */
#ifndef FJ_TEXT_MSG_H
#define FJ_TEXT_MSG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/rc.h"

struct msg;

#define _(m, english) msg_tr(m, english)
#define N_(english) english

/*
 * lang "en" needs no catalogue (mo NULL); the bytes must outlive m.
 * FJ_CORRUPT "msg.catalogue" when the bytes are no .mo: *out is then usable
 * all the same and speaks English.
 */
FJ_MUST enum fj_rc msg_new(const char *lang, const void *mo, size_t n,
    struct msg **out, struct fj_err *e);
void msg_free(struct msg **m);
/* "zh" or "en" of a locale or language name ("zh_CN.UTF-8"), NULL or other: "en". */
const char *msg_lang_of(const char *name);
const char *msg_lang(const struct msg *m);
bool msg_is_zh(const struct msg *m);

/* The text itself when there is no translation.  m NULL: English. */
const char *msg_tr(const struct msg *m, const char *english);

/* {1} .. {9} of the template; "{{" is "{".  A missing argument stays as written. */
void msg_format(struct fj_buf *b, const char *template, int narg,
    const char *const *arg);
/* Translate and fill; kinds as in fj_fail: s S d l z. */
void msg_put(const struct msg *m, struct fj_buf *b, const char *english,
    const char *kinds, ...);

/* The sentence of an error: never empty, one line, control characters visible. */
void msg_say(const struct msg *m, const struct fj_err *e, struct fj_buf *b);
/* The English template of a code; NULL when src/text/say has none. */
const char *msg_template(const char *code);
size_t msg_template_count(void);
const char *msg_template_at(size_t i, const char **code);

#endif
