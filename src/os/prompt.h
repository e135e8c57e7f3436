/* SPDX-License-Identifier: Apache-2.0 */
/* Asking at the terminal itself, also when stdin and stdout are redirected. */
#ifndef FJ_OS_PROMPT_H
#define FJ_OS_PROMPT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/rc.h"

/*
 * Show `question` and read one line; without echo when secret.  The terminal is
 * as before when it returns, also by a signal.  out should be a secret buffer.
 * FJ_REFUSED "os.no-terminal", FJ_CANCELLED "os.prompt" (end of input, ^C).
 */
FJ_MUST enum fj_rc prompt_line(const char *question, bool secret, struct fj_buf *out,
    struct fj_err *e);

#endif
