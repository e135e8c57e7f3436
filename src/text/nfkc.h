/* SPDX-License-Identifier: Apache-2.0 */
/* Compatibility forms (Unicode NFKC) of what machines and people wrote. */
#ifndef FJ_TEXT_NFKC_H
#define FJ_TEXT_NFKC_H

#include <stddef.h>

#include "base/buf.h"

/* Appends p in NFKC; what is no UTF-8 as it is. */
void nfkc(struct fj_buf *out, const char *p, size_t n);
/* A key: NFKC, trimmed of blanks and invisible marks, inner runs of blanks as one space,
 * Latin letters in upper case. */
void nfkc_key(struct fj_buf *out, const char *p, size_t n);
/* The same without any blank. */
void nfkc_dense(struct fj_buf *out, const char *p, size_t n);

#endif
