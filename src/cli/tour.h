/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stage of `feijian tour`: a folder, a hub, three people with homes of
 * their own, and command lines that are typed, run and checked for real.
 * After the first line that does not end as it should nothing more is run.
 */
#ifndef FJ_CLI_TOUR_H
#define FJ_CLI_TOUR_H

#include "cli/cli.h"
#include "os/proc.h"

enum tour_who {
	TOUR_JIA,		/* inspector */
	TOUR_YI,		/* the second inspector */
	TOUR_BING,		/* supervisor */
	TOUR_HUB,		/* the operator of the hub: feijian-hub */
	TOUR_PEOPLE,
};

struct tour {
	struct cli *c;
	char *dir, *self, *hub_program, *passfile;
	char *home[TOUR_PEOPLE];
	char *store, *keys, *files;	/* of the hub */
	char *listen, *url;
	struct proc hub;
	bool serving;
	bool failed;
	int lines;			/* command lines that were run */
	struct fj_buf out, err;		/* of the last one, ends of line cut */
};

FJ_MUST enum fj_rc tour_open(struct cli *c, struct tour *t, struct fj_err *e);
void tour_close(struct tour *t);

/* A heading, and a remark; N_() texts. */
void tour_step(struct tour *t, const char *english);
void tour_remark(struct tour *t, const char *english, ...);	/* const char *..., NULL */

const char *tour_name(enum tour_who who);
const char *tour_cert(enum tour_who who);

/* Print the line, run it with `input` (may be NULL), print what it said, hold
 * its exit code against want. */
void tour_do(struct tour *t, enum tour_who who, int want, const char *input,
    const char *const *words);
#define TOUR_DO(t, who, want, input, ...) \
	tour_do(t, who, want, input, (const char *const[]){__VA_ARGS__, NULL})
/* The last output must hold this text. */
void tour_holds(struct tour *t, const char *text);
/* A condition of the story; what it is about is printed when it is not so. */
void tour_check(struct tour *t, bool holds, const char *what);
/* The last output, owned: an id, a code. */
char *tour_take(const struct tour *t);

/* The hub as a process of its own; again on the same port. */
void tour_serve(struct tour *t);
void tour_unplug(struct tour *t);

/* ---- tour_fill.c: conversations with `visit drive` ---- */
/* Answer everything that is required, killing the program once with -9 in the middle. */
void tour_fill(struct tour *t, enum tour_who who, const char *visit);

#endif
