/* SPDX-License-Identifier: Apache-2.0 */
/* One form for what people type in several: full width as ASCII, lower case. */
#ifndef FJ_TEXT_FOLD_H
#define FJ_TEXT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* １ ＱＡ？ ： 　 as ASCII; also 。and 、. Anything else as it is. */
uint32_t fold_width(uint32_t c);
uint32_t fold_case(uint32_t c);

/* Full width to ASCII, lower case; for searching. */
void fold_text(struct fj_buf *b, const char *p, size_t n);
/* Full width digits, letters and punctuation to ASCII only, case kept. */
void fold_ascii(struct fj_buf *b, const char *p, size_t n);
/* Does the text hold the needle (folded by fold_text already)? */
bool fold_contains(const char *text, const char *folded_needle);

#endif
