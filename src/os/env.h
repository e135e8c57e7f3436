/* SPDX-License-Identifier: Apache-2.0 */
/* The environment: where things are, and who asks. */
#ifndef FJ_OS_ENV_H
#define FJ_OS_ENV_H

#include <stdbool.h>

/* NULL when unset or empty; borrowed. */
const char *env_get(const char *name);
/* $XDG_DATA_HOME/feijian or ~/.local/share/feijian; NULL without a home.  Owned. */
char *env_data_dir(void);
/* A folder in memory for what must not reach a disk: $XDG_RUNTIME_DIR or
 * /dev/shm; NULL when there is none.  Owned. */
char *env_runtime_dir(void);
bool env_is_terminal(int fd);

#endif
