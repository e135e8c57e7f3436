/* SPDX-License-Identifier: Apache-2.0 */
/* GB18030 (and so GBK and GB2312) to UTF-8. */
#ifndef FJ_TEXT_GB18030_H
#define FJ_TEXT_GB18030_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/rc.h"

/* Holds what decoding needs, so that gb18030_decode opens no file: made before a
 * process gives up that right.  Several threads may decode by one. */
struct gb18030;

/* FJ_NOTFOUND "text.gb18030": the system has no such table. */
FJ_MUST enum fj_rc gb18030_new(struct gb18030 **out, struct fj_err *e);
void gb18030_free(struct gb18030 **g);
/* Appends; a byte that is none of it becomes U+FFFD.  Answers how many did. */
size_t gb18030_decode(struct gb18030 *g, const char *p, size_t n, struct fj_buf *out);

#endif
