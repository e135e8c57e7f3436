/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/clockwatch.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "text/fit.h"

/* The class of a failure decides the exit code: DESIGN section 7. */
static int
exit_of(enum fj_rc rc)
{
	switch (rc) {
	case FJ_OK:
		return CLI_DONE;
	case FJ_INVAL:
	case FJ_REFUSED:
	case FJ_CONFLICT:
	case FJ_CORRUPT:
	case FJ_DENIED:
		return CLI_NO;
	case FJ_AMBIGUOUS:
		return CLI_USAGE;
	case FJ_NOMEM:
	case FJ_LIMIT:
	case FJ_IO:
	case FJ_FULL:
	case FJ_BUSY:
	case FJ_NOTFOUND:
	case FJ_OFFLINE:
	case FJ_STALE:
	case FJ_NEWER:
	case FJ_CANCELLED:
	case FJ_BUG:
		break;
	}
	return CLI_COULD_NOT;
}

/* One failure on err, in the user's language, or as JSON. */
static void
complain(struct cli *c, const struct fj_err *e)
{
	struct fj_buf text, line;
	struct json_w w;

	fj_buf_init(&text, LIMIT_LINE_BYTES);
	fj_buf_init(&line, LIMIT_LINE_BYTES);
	msg_say(c->msg, e, &text);
	if (c->json) {
		json_w_init(&w, &line);
		json_w_obj(&w);
		json_w_kstr(&w, "error", e->code);
		json_w_kstr(&w, "message", text.p);
		json_w_end(&w);
	} else {
		fj_buf_printf(&line, "%s: ", c->program);
		fj_buf_add(&line, text.p, text.n);
	}
	fprintf(c->err, "%s\n", line.p);
	fflush(c->err);
	fj_buf_release(&text);
	fj_buf_release(&line);
}

int
cli_fail(struct cli *c, const struct fj_err *e)
{
	complain(c, e);
	return exit_of(e->rc);
}

int
cli_bad(struct cli *c, const char *code, const char *arg)
{
	struct fj_err e;

	fj_fail(&e, FJ_INVAL, code, "s", arg);
	complain(c, &e);
	return CLI_USAGE;
}

int
cli_usage(struct cli *c, const struct cli_command *cmd)
{
	if (!c->json)
		fprintf(c->err, "%s: %s %s%s%s %s\n", _(c->msg, "usage"), c->program,
		    cmd->name, cmd->verb != NULL ? " " : "",
		    cmd->verb != NULL ? cmd->verb : "", cmd->usage);
	return CLI_USAGE;
}

void
cli_print(struct cli *c, const char *text)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	sanitize(&b, text, strlen(text), true);
	fprintf(c->out, "%s\n", b.p);
	fj_buf_release(&b);
}

void
cli_say(struct cli *c, const char *english, ...)
{
	const char *args[9], *a;
	struct fj_buf b;
	va_list ap;
	int n = 0;

	va_start(ap, english);
	while (n < 9 && (a = va_arg(ap, const char *)) != NULL)
		args[n++] = a;
	va_end(ap);
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	msg_format(&b, msg_tr(c->msg, english), n, args);
	cli_print(c, b.p);
	fj_buf_release(&b);
}

void
cli_json_line(struct cli *c, struct fj_buf *b)
{
	fprintf(c->out, "%s\n", b->p);
	fj_buf_clear(b);
}

static struct app *
open_app(struct cli *c, bool unlock, int *exit_code)
{
	struct fj_err e;
	enum fj_rc rc = FJ_OK;

	if (c->app == NULL) {
		struct app_options o = {.home = c->home, .clock = c->clock,
		    .lang = c->lang};

		rc = app_open(&o, &c->app, &e);
	}
	if (rc == FJ_OK && unlock && !app_unlocked(c->app))
		rc = cli_unlock(c, &e);
	if (rc != FJ_OK) {
		*exit_code = cli_fail(c, &e);
		return NULL;
	}
	return c->app;
}

struct app *
cli_app(struct cli *c, int *exit_code)
{
	return open_app(c, true, exit_code);
}

struct app *
cli_app_locked(struct cli *c, int *exit_code)
{
	return open_app(c, false, exit_code);
}

/* ---- the line ---- */

/* Take the common options out; answers argc, or -1 after a complaint. */
static int
common_options(struct cli *c, int argc, char **argv)
{
	const char *now = NULL;
	const struct opt common[] = {
		{"--home", OPT_STR, &c->home},
		{"--json", OPT_FLAG, &c->json},
		{"--lang", OPT_STR, &c->lang},
		{"--now", OPT_STR, &now},
		{"--passphrase-file", OPT_STR, &c->passphrase_file},
	};
	struct instant at;
	int i, out = 1;
	size_t k;

	for (i = 1; i < argc; i++) {
		for (k = 0; k < sizeof(common) / sizeof(common[0]); k++) {
			size_t n = strlen(common[k].name);

			if (strncmp(argv[i], common[k].name, n) == 0 &&
			    (argv[i][n] == '\0' || argv[i][n] == '='))
				break;
		}
		if (k == sizeof(common) / sizeof(common[0]) || common[k].to == NULL) {
			argv[out++] = argv[i];
			continue;
		}
		if (common[k].kind == OPT_FLAG) {
			c->json = true;
			continue;
		}
		if (strchr(argv[i], '=') != NULL) {
			*(const char **)common[k].to = strchr(argv[i], '=') + 1;
			continue;
		}
		if (i + 1 == argc) {
			cli_bad(c, "cli.option-value", argv[i]);
			return -1;
		}
		*(const char **)common[k].to = argv[++i];
	}
	if (now != NULL) {
		if (!instant_parse(now, strlen(now), &at)) {
			cli_bad(c, "cli.now", now);
			return -1;
		}
		clock_fix(c->clock, at);
	}
	return out;
}

static const struct cli_command *
find_command(int argc, char **argv, int *used, bool *known_name)
{
	size_t i;

	*known_name = false;
	for (i = 0; i < cli_command_count; i++) {
		const struct cli_command *cmd = &cli_commands[i];

		if (strcmp(cmd->name, argv[0]) != 0)
			continue;
		*known_name = true;
		if (cmd->verb == NULL) {
			*used = 1;
			return cmd;
		}
		if (argc > 1 && strcmp(cmd->verb, argv[1]) == 0) {
			*used = 2;
			return cmd;
		}
	}
	return NULL;
}

static void
help_command(struct cli *c, const struct cli_command *cmd)
{
	fprintf(c->out, "  %s%s%s %s\n      %s\n", cmd->name,
	    cmd->verb != NULL ? " " : "", cmd->verb != NULL ? cmd->verb : "",
	    cmd->usage, _(c->msg, cmd->help));
}

/* Of one command, or of all its verbs (verb NULL).  False: there is none. */
static bool
help_of(struct cli *c, const char *name, const char *verb)
{
	bool found = false;
	size_t i;

	for (i = 0; i < cli_command_count; i++) {
		const struct cli_command *cmd = &cli_commands[i];

		if (strcmp(cmd->name, name) != 0 || (verb != NULL && (cmd->verb == NULL ||
		    strcmp(cmd->verb, verb) != 0)))
			continue;
		help_command(c, cmd);
		found = true;
	}
	return found;
}

static bool
asks_help(const char *arg)
{
	return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

/* "VERB --help", "NAME VERB --help": as the last word only, since a value may be it too. */
static bool
helped(struct cli *c, int argc, char **argv)
{
	if (argc < 2 || argc > 3 || !asks_help(argv[argc - 1]))
		return false;
	return help_of(c, argv[0], argc == 3 ? argv[1] : NULL);
}

int
cli_help(struct cli *c)
{
	size_t i;

	cli_print(c, _(c->msg, "feijian: unannounced inspections, offline. Without arguments it opens the terminal program."));
	for (i = 0; i < cli_command_count; i++)
		help_command(c, &cli_commands[i]);
	cli_print(c, _(c->msg, "Common: --home DIR  --json  --lang zh|en  --now RFC3339  --passphrase-file FILE. Exit: 0 done, 1 the answer is no, 2 usage, 3 could not."));
	return CLI_DONE;
}

/* What the last act told about the clock: a warning, never an answer. */
static void
clock_note(struct cli *c)
{
	struct fj_err e;

	if (c->app != NULL && app_clock_warning(c->app, &e))
		complain(c, &e);
}

int
cli_run(struct cli *c, int argc, char **argv)
{
	const struct cli_command *cmd;
	bool known_name;
	int used = 0;
	size_t i;

	if (strcmp(argv[0], "help") == 0 && argc > 1 && argc < 4 &&
	    help_of(c, argv[1], argc == 3 ? argv[2] : NULL))
		return CLI_DONE;
	if (strcmp(argv[0], "help") == 0 || asks_help(argv[0]))
		return cli_help(c);
	if (helped(c, argc, argv))
		return CLI_DONE;
	if (strcmp(argv[0], "--version") == 0) {
		cli_print(c, "feijian " FEIJIAN_VERSION);
		return CLI_DONE;
	}
	cmd = find_command(argc, argv, &used, &known_name);
	if (cmd != NULL) {
		int x = cmd->run(c, argc - used, argv + used);

		clock_note(c);
		return x;
	}
	if (!known_name)
		return cli_bad(c, "cli.unknown-command", argv[0]);
	for (i = 0; i < cli_command_count; i++)
		if (strcmp(cli_commands[i].name, argv[0]) == 0)
			cli_usage(c, &cli_commands[i]);
	return CLI_USAGE;
}

int
cli_main(struct cli *c, int argc, char **argv)
{
	c->self = argv[0];
	argc = common_options(c, argc, argv);
	if (argc < 0)
		return CLI_USAGE;
	if (argc == 1)
		return -1;
	return cli_run(c, argc - 1, argv + 1);
}
