/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Try it: a throw-away home with a half-finished visit, and a hub of its own on
 * loopback with a supervisor.  Everything is real; only the people are samples
 * (检查员甲, 检查员乙, 复核员丙) and the folder is removed at the end.
 */
#ifndef FJ_APP_DEMO_H
#define FJ_APP_DEMO_H

#include "app/app.h"

struct demo;

/* program: argv[0], beside which feijian-hub is looked for.  Takes a second or
 * two.  The homes of the three people are demo_home(d, 0..2). */
FJ_MUST enum fj_rc demo_start(const char *program, const char *lang, struct demo **out,
    struct fj_err *e);
void demo_stop(struct demo **d);		/* ends the hub, removes the folder */
const char *demo_home(const struct demo *d, int person);
const char *demo_passphrase(const struct demo *d);
const char *demo_url(const struct demo *d);

#endif
