/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of a hub that serves: a line with time and level, whole, to stderr or a
 * file.  What is put there carries no name, division, visit, code, token or address.
 */
#ifndef FJ_HUB_SERVE_LOG_H
#define FJ_HUB_SERVE_LOG_H

#include <stdio.h>

#include "base/rc.h"
#include "os/clock.h"

struct serve_log;

enum log_level {
	LEVEL_ERROR = 1,
	LEVEL_WARNING,
	LEVEL_INFO,		/* one line a request, too */
};

/* 0: no such level. */
enum log_level log_level_parse(const char *text);

/* path NULL: to err.  FJ_IO "hub.log-file" {path, reason}. */
FJ_MUST enum fj_rc serve_log_new(FILE *err, const char *path, enum log_level most,
    const struct clock *clock, struct serve_log **out, struct fj_err *e);
void serve_log_free(struct serve_log **l);
/* The file by its name again, after it was moved away; the old one when that fails. */
void serve_log_reopen(struct serve_log *l);
/* Any thread. */
void serve_log_put(struct serve_log *l, enum log_level level, const char *line);

#endif
