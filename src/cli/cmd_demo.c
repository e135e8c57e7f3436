/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo without a terminal: a throw-away hub and three homes, printed for use by
 * hand from another shell.  They stay until standard input ends or a signal comes, and
 * are removed then.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/demo.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/self.h"
#include "os/loop.h"
#include "os/proc.h"

static void
over(void *ctx)
{
	loop_stop(ctx);
}

static void
input(void *ctx, int fd, int events)
{
	char bytes[512];

	(void)events;
	if (read(fd, bytes, sizeof(bytes)) <= 0) {
		loop_fd(ctx, fd, 0, NULL, NULL);
		loop_stop(ctx);
	}
}

static enum fj_rc
stay(struct cli *c, struct fj_err *e)
{
	struct loop *loop;
	enum fj_rc rc = loop_new(&loop, e);

	if (rc != FJ_OK)
		return rc;
	loop_signal(loop, SIGINT, over, loop);
	loop_signal(loop, SIGTERM, over, loop);
	loop_signal(loop, SIGHUP, over, loop);
	loop_fd(loop, fileno(c->in), LOOP_READ, input, loop);
	rc = loop_run(loop, e);
	proc_hold_signals();
	loop_free(&loop);
	return rc;
}

static void
tell_json(struct cli *c, const struct demo *d)
{
	static const char *const keys[] = {"inspector1", "inspector2", "supervisor"};
	struct out_json j;
	int i;

	out_json_begin(&j);
	json_w_obj(&j.w);
	json_w_kstr(&j.w, "url", demo_url(d));
	json_w_kstr(&j.w, "passphrase", demo_passphrase(d));
	json_w_key(&j.w, "homes");
	json_w_obj(&j.w);
	for (i = 0; i < 3; i++)
		json_w_kstr(&j.w, keys[i], demo_home(d, i));
	json_w_end(&j.w);
	json_w_end(&j.w);
	out_json_end(c, &j);
}

static void
tell(struct cli *c, const struct demo *d)
{
	cli_say(c, N_("DEMO: everything here is real but the people, and is removed at the end."), NULL);
	out_field(c, N_("Hub"), demo_url(d));
	out_field(c, N_("Passphrase"), demo_passphrase(d));
	cli_say(c, N_("Home of {1}: {2}"), "检查员甲", demo_home(d, 0), NULL);
	cli_say(c, N_("Home of {1}: {2}"), "检查员乙", demo_home(d, 1), NULL);
	cli_say(c, N_("Home of {1}: {2}"), "复核员丙", demo_home(d, 2), NULL);
	cli_say(c, N_("Try, in another shell: feijian --home {1} visit list"), demo_home(d, 0), NULL);
	cli_say(c, N_("or with a terminal: feijian --home {1}"), demo_home(d, 0), NULL);
	cli_say(c, N_("It stays until the end of input or Ctrl-C; then hub and folders are removed."), NULL);
}

int
cmd_demo(struct cli *c, int argc, char **argv)
{
	struct demo *d;
	struct fj_err e;
	char *self;
	enum fj_rc rc;

	if (cli_opts(c, "demo", NULL, NULL, 0, argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	self = self_path(c);
	rc = demo_start(self, msg_lang(c->msg), &d, &e);
	free(self);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	if (c->json)
		tell_json(c, d);
	else
		tell(c, d);
	fflush(c->out);
	rc = stay(c, &e);
	demo_stop(&d);
	return rc == FJ_OK ? CLI_DONE : cli_fail(c, &e);
}
