/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results and errors.
 *
 * Every function that can fail returns enum fj_rc and, when the caller wants
 * to know more, fills a struct fj_err: a class (what to do), a stable code
 * (what happened) and arguments.  No sentence is made here: text/msg turns
 * code and arguments into the user's language at the very top.
 *
 * A class exists only where some caller acts differently.
 */
#ifndef FJ_BASE_RC_H
#define FJ_BASE_RC_H

#include <stddef.h>

#if defined(__GNUC__) || defined(__clang__)
#define FJ_MUST __attribute__((warn_unused_result))
#define FJ_NORETURN __attribute__((noreturn))
#else
#define FJ_MUST
#define FJ_NORETURN
#endif

enum fj_rc {
	FJ_OK = 0,
	FJ_NOMEM,	/* give less to do */
	FJ_LIMIT,	/* larger than the table of limits allows */
	FJ_IO,		/* tell, and stop writing */
	FJ_FULL,	/* no space left: tell what to free */
	FJ_BUSY,	/* another process holds it: try again */
	FJ_INVAL,	/* bad input: point at the place */
	FJ_NOTFOUND,
	FJ_AMBIGUOUS,	/* several candidates: list them */
	FJ_REFUSED,	/* well-formed, but not allowed in this state: say why */
	FJ_CONFLICT,	/* open disagreement or competing act */
	FJ_CORRUPT,	/* damaged: name it, keep the rest readable */
	FJ_DENIED,	/* wrong passphrase, key, role or scope */
	FJ_OFFLINE,	/* no answer from the hub: try again later */
	FJ_STALE,	/* the state moved on: reload */
	FJ_NEWER,	/* written by a newer version */
	FJ_CANCELLED,
	FJ_BUG,
};

enum {
	FJ_ERR_ARGS = 6,
	FJ_ERR_ARG_MAX = 256,
};

/* Filled by fj_fail(); zeroed by fj_err_clear().  Holds no secret, ever. */
struct fj_err {
	enum fj_rc rc;
	int sys;			/* errno, SQLite, curl or HTTP code */
	char code[48];			/* "area.what", see text/sentences */
	int narg;
	char arg[FJ_ERR_ARGS][FJ_ERR_ARG_MAX];
};

/*
 * Set *e (may be NULL) and return rc, so that a failure is one statement:
 *	return fj_fail(e, FJ_INVAL, "form.unknown-key", "ss", file, key);
 * kinds: one letter an argument: 's' const char *, 'd' int, 'l' long long,
 * 'z' size_t, 'S' (const char *, size_t) not terminated.  Cut to FJ_ERR_ARG_MAX - 1
 * bytes at a character boundary.
 */
enum fj_rc fj_fail(struct fj_err *e, enum fj_rc rc, const char *code,
    const char *kinds, ...);

/* The same with errno kept in e->sys and its text as the last argument;
 * ENOSPC and EDQUOT turn the class into FJ_FULL. */
enum fj_rc fj_fail_errno(struct fj_err *e, const char *code, const char *subject);

void fj_err_clear(struct fj_err *e);

/* A broken invariant: print and abort.  Durable state is safe by design. */
FJ_NORETURN void fj_bug(const char *file, int line, const char *what);
#define FJ_BUG_IF(cond) \
	do { if (cond) fj_bug(__FILE__, __LINE__, #cond); } while (0)

#endif
