/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: one function a verb, in one file a verb (cmd_*.c), found
 * through the table in commands.c, which also prints help and the man page.
 *
 * Common options are taken anywhere on the line and are gone before a verb
 * sees its arguments.  A verb that needs the workspace calls cli_app(), which
 * opens and unlocks it once (batch: once for all lines).
 */
#ifndef FJ_CLI_CLI_H
#define FJ_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/rc.h"
#include "os/clock.h"
#include "text/msg.h"

struct app;

enum cli_exit {
	CLI_DONE = 0,
	CLI_NO = 1,		/* the answer is no: invalid, refused, failed */
	CLI_USAGE = 2,
	CLI_COULD_NOT = 3,
};

struct cli {
	const char *program;		/* "feijian" */
	const char *home;		/* NULL: the default */
	const char *passphrase_file;	/* NULL: prompt */
	const char *lang;		/* "zh", "en" */
	bool json;
	struct clock *clock;		/* real, or fixed by --now */
	struct msg *msg;
	FILE *in, *out, *err;
	const char *self;		/* argv[0]; set by cli_main() */
	struct app *app;		/* opened by cli_app() */
};

struct cli_command {
	const char *name;		/* "visit" */
	const char *verb;		/* "new"; NULL when the command has no verbs */
	const char *usage;		/* arguments, as in DESIGN section 7 */
	const char *help;		/* N_("one sentence") */
	int (*run)(struct cli *c, int argc, char **argv);	/* argv[0] = first argument after the verb */
};

extern const struct cli_command cli_commands[];
extern const size_t cli_command_count;

/* The whole program without the terminal UI: argv[0] is the program.
 * Answers an exit code; -1 when no command was given (open the UI). */
int cli_main(struct cli *c, int argc, char **argv);
/* One line of arguments already split; used by batch. */
int cli_run(struct cli *c, int argc, char **argv);

/* The workspace, opened and unlocked; on failure it has been reported and
 * *exit_code is set. */
struct app *cli_app(struct cli *c, int *exit_code);
/* The same without unlocking (init, doctor, restore). */
struct app *cli_app_locked(struct cli *c, int *exit_code);

/* Print a failure as the contract says (text, or JSON with --json) on err and
 * answer the exit code of its class. */
int cli_fail(struct cli *c, const struct fj_err *e);
/* "usage: feijian visit new …" on err; answers CLI_USAGE. */
int cli_usage(struct cli *c, const struct cli_command *cmd);
/* A complaint about the arguments with its sentence; answers CLI_USAGE. */
int cli_bad(struct cli *c, const char *code, const char *arg);
/* The same with the usage line of the command, for an option that must be given. */
int cli_needs(struct cli *c, const char *command, const char *verb, const char *option);

/* ---- options of a verb ---- */
enum opt_kind {
	OPT_FLAG = 1,		/* bool * */
	OPT_STR,		/* const char ** */
	OPT_LIST,		/* struct opt_list *: each occurrence adds one */
	OPT_WORDS,		/* the same, and takes all words up to the next option */
};

enum {
	OPT_LIST_MAX = 64,
};

struct opt_list {
	const char *v[OPT_LIST_MAX];
	int n;
};

struct opt {
	const char *name;	/* "--kind"; "-o" */
	enum opt_kind kind;
	void *to;
};

/*
 * Take the options out of argv; what stays are the positional arguments:
 * their number is answered, -1 after a complaint has been printed.
 * "--" ends options; "--name=value" works too; fewer than min or more than max
 * positional arguments (max < 0: any number) are a complaint.
 */
int cli_opts(struct cli *c, const char *command, const char *verb,
    const struct opt *opts, size_t n, int argc, char **argv, int min, int max);
#define OPTS(a) (a), sizeof(a) / sizeof((a)[0])

/* ---- output ---- */
void cli_print(struct cli *c, const char *text);	/* a line, controls made visible */
/* "text {1}" with arguments, translated, as a line. */
void cli_say(struct cli *c, const char *english, ...);	/* const char *..., NULL */
void cli_json_line(struct cli *c, struct fj_buf *b);	/* prints and empties b */

#endif
