/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "app/syncing.h"
#include "cli/commands.h"
#include "cli/line.h"
#include "cli/out.h"
#include "os/env.h"
#include "os/prompt.h"

struct asking {
	struct cli *c;
	bool yes;
	char name[256];
};

/* "Is this you?": the hub certifies a name; the person says whether it is his. */
static bool
is_this_you(void *ctx, const char *name)
{
	struct asking *ask = ctx;
	struct fj_buf question, answer;
	const char *args[] = {name};
	struct fj_err e;
	bool yes;

	snprintf(ask->name, sizeof(ask->name), "%s", name);
	if (ask->yes)
		return true;
	fj_buf_init(&question, 4096);
	fj_buf_init(&answer, 256);
	msg_format(&question, _(ask->c->msg, "The hub says that this key belongs to {1}. Is this you? [y/N] "), 1, args);
	yes = prompt_line(question.p, false, &answer, &e) == FJ_OK &&
	    (answer.p[0] == 'y' || answer.p[0] == 'Y' || strncmp(answer.p, "是", 3) == 0);
	fj_buf_release(&question);
	fj_buf_release(&answer);
	return yes;
}

static enum fj_rc
read_code(struct cli *c, const char *word, struct fj_buf *code, struct fj_err *e)
{
	bool more;

	if (strcmp(word, "-") != 0) {
		fj_buf_puts(code, word);
		return FJ_OK;
	}
	return line_read(c->in, code, &more, e);
}

static void
tell(struct cli *c, const struct asking *ask)
{
	struct out_json j;

	if (!c->json) {
		cli_say(c, N_("Enrolled as {1}. Next: feijian sync"), ask->name, NULL);
		return;
	}
	out_json_begin(&j);
	json_w_obj(&j.w);
	json_w_kbool(&j.w, "enrolled", true);
	json_w_kstr(&j.w, "name", ask->name);
	json_w_end(&j.w);
	out_json_end(c, &j);
}

int
cmd_enrol(struct cli *c, int argc, char **argv)
{
	struct app_enrol en = {0};
	struct asking ask = {.c = c};
	const struct opt opts[] = {
		{"--ca", OPT_STR, &en.ca}, {"--yes", OPT_FLAG, &ask.yes},
	};
	struct fj_buf code;
	struct fj_err e;
	struct app *a;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "enrol", NULL, OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	/* asked before the code is spent */
	if (!ask.yes && !env_is_terminal(0))
		return cli_bad(c, "cli.enrol-yes", "--yes");
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	fj_buf_init_secret(&code, 256);
	rc = read_code(c, argv[1], &code, &e);
	en.url = argv[0];
	en.code = code.p;
	if (rc == FJ_OK)
		rc = app_enrol(a, &en, is_this_you, &ask, &e);
	fj_buf_release(&code);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	tell(c, &ask);
	return CLI_DONE;
}
