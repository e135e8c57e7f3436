/* SPDX-License-Identifier: Apache-2.0 */
/* Lines from a stream, with a limit. */
#ifndef FJ_CLI_LINE_H
#define FJ_CLI_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/rc.h"

/*
 * The next line without its end, into out (emptied first); *more false at the
 * end of input.  FJ_LIMIT "cli.line-long" {max}: the rest of that line is
 * passed over, so that the next call reads the next line.  FJ_IO "cli.read".
 */
FJ_MUST enum fj_rc line_read(FILE *in, struct fj_buf *out, bool *more, struct fj_err *e);
/* Everything of a file, or of `in` when the path is "-". */
FJ_MUST enum fj_rc line_read_all(FILE *in, const char *path, struct fj_buf *out,
    struct fj_err *e);

#endif
