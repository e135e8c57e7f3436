/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files.  What is written here survives a power cut once the function returned
 * (temporary file, fsync, rename, fsync of the folder).
 */
#ifndef FJ_OS_FS_H
#define FJ_OS_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/rc.h"

/* All answer FJ_IO, FJ_FULL or FJ_NOTFOUND with "os.WHAT" {path, reason}. */

/* Make path and its parents, mode 0700; an existing folder is well. "os.mkdir" */
FJ_MUST enum fj_rc fs_mkdirs(const char *path, struct fj_err *e);
bool fs_exists(const char *path);
bool fs_is_dir(const char *path);
bool fs_dir_empty(const char *path);		/* also when it is not there */
FJ_MUST enum fj_rc fs_size(const char *path, int64_t *size, struct fj_err *e);

/* The whole file appended to out (its max is the limit: FJ_LIMIT "os.too-large"
 * {path, max}).  Plain files and pipes. "os.read" */
FJ_MUST enum fj_rc fs_read(const char *path, struct fj_buf *out, struct fj_err *e);
FJ_MUST enum fj_rc fs_read_fd(int fd, const char *name, struct fj_buf *out,
    struct fj_err *e);
/* Replace or create, all or nothing, durable. "os.write" */
FJ_MUST enum fj_rc fs_write(const char *path, const void *p, size_t n, mode_t mode,
    struct fj_err *e);
/* Fails when the file exists: FJ_REFUSED "os.exists". */
FJ_MUST enum fj_rc fs_write_new(const char *path, const void *p, size_t n,
    mode_t mode, struct fj_err *e);
FJ_MUST enum fj_rc fs_write_all(int fd, const char *name, const void *p, size_t n,
    struct fj_err *e);
FJ_MUST enum fj_rc fs_sync_fd(int fd, const char *name, struct fj_err *e);
FJ_MUST enum fj_rc fs_sync_dir(const char *dir, struct fj_err *e);
/* The folder that holds path. */
FJ_MUST enum fj_rc fs_sync_parent(const char *path, struct fj_err *e);
FJ_MUST enum fj_rc fs_rename(const char *from, const char *to, struct fj_err *e);
FJ_MUST enum fj_rc fs_remove(const char *path, struct fj_err *e);	/* absent is well */
FJ_MUST enum fj_rc fs_copy(const char *from, const char *to, mode_t mode,
    struct fj_err *e);
/* A folder and all below it; does not follow links. */
FJ_MUST enum fj_rc fs_remove_tree(const char *path, struct fj_err *e);

/* Each name in a folder but . and .., sorted by bytes; stop by answering false. */
FJ_MUST enum fj_rc fs_list(const char *dir, bool (*fn)(void *ctx, const char *name),
    void *ctx, struct fj_err *e);

/* A number that changes when the file is written or replaced; 0: not there. */
uint64_t fs_stamp(const char *path);

/* Bytes free for us on the file system of path; -1 unknown. */
int64_t fs_free_bytes(const char *path);

/*
 * A file that holds a passphrase: a plain file of this user, no rights for
 * others.  FJ_DENIED "os.secret-owner", "os.secret-mode" {path}.  Reads its first
 * line without the line end.
 */
FJ_MUST enum fj_rc fs_read_secret_line(const char *path, struct fj_buf *out,
    struct fj_err *e);

/* dir + "/" + name; free with free(). */
char *fs_join(const char *dir, const char *name);
/* A file in memory only, no name anywhere.  -1 when the system has none. */
int fs_memfd(const char *label);

#endif
