/* SPDX-License-Identifier: Apache-2.0 */
/* Where this program is, to start it again and the hub beside it. */
#ifndef FJ_CLI_SELF_H
#define FJ_CLI_SELF_H

#include "cli/cli.h"

/* The running binary; argv[0] where the system does not tell.  Owned. */
char *self_path(const struct cli *c);
/* A program in the same folder ("feijian-hub").  Owned. */
char *self_beside(const struct cli *c, const char *name);

#endif
