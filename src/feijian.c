/* SPDX-License-Identifier: Apache-2.0 */
/* The client: composition only.  With a command it is the command line, without
 * one the terminal UI; `demo` on a terminal is the UI over the demo's homes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "cli/cli.h"
#include "embed/embed.h"
#include "os/env.h"
#include "os/harden.h"
#include "tui/view/session.h"

/* The value of an option before the line is parsed: the language decides in which
 * words a wrong line is refused. */
static const char *
option(int argc, char **argv, const char *name)
{
	size_t n = strlen(name);
	int i;

	for (i = 1; i < argc; i++) {
		if (strncmp(argv[i], name, n) != 0)
			continue;
		if (argv[i][n] == '=')
			return argv[i] + n + 1;
		if (argv[i][n] == '\0' && i + 1 < argc)
			return argv[i + 1];
	}
	return NULL;
}

static const char *
language(int argc, char **argv)
{
	static const char *const names[] = {"FEIJIAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
	const char *v = option(argc, argv, "--lang");
	size_t i;

	for (i = 0; v == NULL && i < sizeof(names) / sizeof(names[0]); i++)
		v = env_get(names[i]);
	return msg_lang_of(v);
}

/* `demo` as the last word, on a terminal: taken off, so that only options are left. */
static bool
take_demo(int *argc, char **argv)
{
	if (*argc < 2 || strcmp(argv[*argc - 1], "demo") != 0 ||
	    !env_is_terminal(0) || !env_is_terminal(1))
		return false;
	argv[--*argc] = NULL;
	return true;
}

static int
run(struct cli *c, const struct msg *zh, const struct msg *en, int argc, char **argv)
{
	bool demo = take_demo(&argc, argv);
	int code = cli_main(c, argc, argv);
	struct fj_err e;

	if (code >= 0)
		return code;
	if (session_run(&(struct session_opts){.program = argv[0], .home = c->home,
	    .lang = c->lang, .clock = c->clock, .zh = zh, .en = en, .demo = demo},
	    &e) != FJ_OK)
		return cli_fail(c, &e);
	return CLI_DONE;
}

/* What was printed must have arrived; who closed the pipe wants to hear no more. */
static int
printed(struct cli *c, int code)
{
	struct fj_err e;
	int sys;

	errno = 0;
	if (fflush(c->out) == 0 && !ferror(c->out))
		return code;
	sys = errno;
	if (code != CLI_DONE || sys == EPIPE || sys == 0)
		return CLI_COULD_NOT;
	fj_fail(&e, FJ_IO, "cli.write", "ss", "-", strerror(sys));
	return cli_fail(c, &e);
}

int
main(int argc, char **argv)
{
	const struct embed_file *mo = embed_find("zh.mo");
	struct msg *zh = NULL, *en = NULL;
	struct clock clock;
	struct fj_err e;
	struct cli c = {.program = "feijian", .clock = &clock, .in = stdin, .out = stdout,
	    .err = stderr};
	int code = CLI_COULD_NOT;

	(void)harden_process();		/* doctor says what the system did not give */
	clock_init(&clock);
	if (msg_new("en", NULL, 0, &en, &e) != FJ_OK ||
	    msg_new("zh", mo != NULL ? mo->p : NULL, mo != NULL ? mo->n : 0, &zh, &e) != FJ_OK) {
		fprintf(stderr, "feijian: %s\n", e.code);
		goto out;
	}
	c.msg = strcmp(language(argc, argv), "zh") == 0 ? zh : en;
	code = printed(&c, run(&c, zh, en, argc, argv));
out:
	app_close(&c.app);
	msg_free(&zh);
	msg_free(&en);
	return code;
}
