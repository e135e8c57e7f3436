/* SPDX-License-Identifier: Apache-2.0 */
/* Which file is the helper: P3 of app/helper.h. */
#ifndef FJ_APP_HELPER_FIND_H
#define FJ_APP_HELPER_FIND_H

/* Owned; NULL: there is none. */
char *helper_find(void);
/* The same, with what it looks at given: the program's folder (NULL: unknown) and a
 * list of folders as in $PATH. */
char *helper_find_in(const char *dir, const char *path);

#endif
