/* SPDX-License-Identifier: Apache-2.0 */
/* init, and what it shares with restore: showing the recovery code once. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "os/env.h"
#include "os/prompt.h"

/* The last four characters, without the blanks of the groups. */
static void
last_four(const char *code, char out[5])
{
	size_t i, n = 0, have = 0;

	for (i = 0; code[i] != '\0'; i++)
		have += isalnum((unsigned char)code[i]) != 0;
	for (i = 0; code[i] != '\0' && n < 4; i++) {
		if (!isalnum((unsigned char)code[i]))
			continue;
		if (have-- <= 4)
			out[n++] = (char)tolower((unsigned char)code[i]);
	}
	out[n] = '\0';
}

static bool
same_four(const char *typed, const char *four)
{
	char got[5];

	last_four(typed, got);
	return strcmp(got, four) == 0;
}

void
cli_show_recovery(struct cli *c, const char *code)
{
	struct fj_buf line;
	struct fj_err e;
	char four[5];

	fprintf(c->err, "%s\n%s\n",
	    _(c->msg, "Recovery code: the only way back when the passphrase is forgotten. It is shown this once; write it down and keep it away from this machine."),
	    code);
	fflush(c->err);
	if (!env_is_terminal(0) || !env_is_terminal(2))
		return;
	last_four(code, four);
	fj_buf_init_secret(&line, 256);
	do {
		fj_buf_clear(&line);
		if (prompt_line(_(c->msg, "Its last four characters, to be sure that it is written down: "),
		    false, &line, &e) != FJ_OK) {
			fprintf(c->err, "%s\n", _(c->msg, "Not asked back. Make sure that you have it before you close this window."));
			break;
		}
	} while (!same_four(line.p, four));
	fj_buf_release(&line);
	fj_wipe(four, sizeof(four));
}

/* A division by name or code; an unknown code is taken, with a warning. */
static enum fj_rc
find_division(struct cli *c, struct app *a, const char *text, struct division *out,
    struct fj_err *e)
{
	enum fj_rc rc = divisions_find(app_divisions(a), text, out, e);

	if (rc == FJ_OK && !out->known && !c->json)
		fprintf(c->err, "%s: %s\n", out->code,
		    _(c->msg, "this division code is not in the table; taken as it is"));
	return rc;
}

static int
init_with(struct cli *c, struct app *a, const struct app_person *p)
{
	char code[APP_RECOVERY_CODE];
	struct fj_buf pass;
	struct fj_err e;
	struct id dev;
	enum fj_rc rc;

	fj_buf_init_secret(&pass, 4096);
	rc = cli_passphrase(c, cli_passphrase_file(c), true, &pass, &e);
	if (rc == FJ_OK)
		rc = app_init(a, p, pass.p, code, &e);
	fj_buf_release(&pass);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	cli_show_recovery(c, code);
	fj_wipe(code, sizeof(code));
	app_my_dev(a, &dev);
	out_id(c, &dev);
	return CLI_DONE;
}

int
cmd_init(struct cli *c, int argc, char **argv)
{
	const char *division = NULL;
	struct app_person p = {.lang = msg_lang(c->msg), .cert = ""};
	const struct opt opts[] = {
		{"--name", OPT_STR, &p.name}, {"--org", OPT_STR, &p.org},
		{"--division", OPT_STR, &division}, {"--cert", OPT_STR, &p.cert},
	};
	struct division div;
	struct fj_err e;
	struct app *a;
	int x;

	if (cli_opts(c, "init", NULL, OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	if (p.name == NULL || p.name[0] == '\0')
		return cli_needs(c, "init", NULL, "--name");
	if (p.org == NULL || p.org[0] == '\0')
		return cli_needs(c, "init", NULL, "--org");
	if (division == NULL || division[0] == '\0')
		return cli_needs(c, "init", NULL, "--division");
	a = cli_app_locked(c, &x);
	if (a == NULL)
		return x;
	if (app_exists(a)) {
		fj_fail(&e, FJ_REFUSED, "cli.workspace-exists", "s", app_home(a));
		return cli_fail(c, &e);
	}
	if (find_division(c, a, division, &div, &e) != FJ_OK)
		return cli_fail(c, &e);
	p.division = div.code;
	return init_with(c, a, &p);
}
