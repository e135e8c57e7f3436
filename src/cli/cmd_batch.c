/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch: one command a line, one unlock for all.  A line that fails is told and
 * the next one is read; the exit code is the worst of all.  `--json` on a line
 * counts for that line.  Lines that read standard input take the rest of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/line.h"
#include "cli/split.h"

static int
run_words(struct cli *c, int argc, char **argv)
{
	bool json = c->json;
	int i, n = 0, x;

	for (i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			c->json = true;
			continue;
		}
		/* words that are left out stay owned: swapped to the end */
		char *keep = argv[n];

		argv[n++] = argv[i];
		argv[i] = keep;
	}
	if (n == 0 || strcmp(argv[0], "batch") == 0)
		x = cli_bad(c, "cli.batch-line", n == 0 ? "--json" : argv[0]);
	else
		x = cli_run(c, n, argv);
	c->json = json;
	return x;
}

static int
run_line(struct cli *c, const char *text, long line)
{
	char **argv, no[32];
	int n = split_line(text, &argv), x;

	snprintf(no, sizeof(no), "%ld", line);
	if (n < 0) {
		x = cli_bad(c, "cli.batch-quote", no);
	} else {
		x = n == 0 ? CLI_DONE : run_words(c, n, argv);
		split_free(&argv, n);
	}
	fflush(c->out);
	if (x != CLI_DONE && !c->json)
		fprintf(c->err, "%s: batch:%ld: exit %d\n", c->program, line, x);
	fflush(c->err);
	return x;
}

int
cmd_batch(struct cli *c, int argc, char **argv)
{
	struct fj_buf text;
	struct fj_err e;
	int worst = CLI_DONE, x;
	long line = 0;
	enum fj_rc rc;
	bool more;

	if (cli_opts(c, "batch", NULL, NULL, 0, argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	if (cli_app(c, &x) == NULL)
		return x;
	fj_buf_init(&text, LIMIT_LINE_BYTES);
	do {
		rc = line_read(c->in, &text, &more, &e);
		line++;
		if (rc != FJ_OK)
			x = cli_fail(c, &e);
		else
			x = more ? run_line(c, text.p, line) : CLI_DONE;
		if (x > worst)
			worst = x;
	} while (more && (rc == FJ_OK || rc == FJ_LIMIT));
	fj_buf_release(&text);
	return worst;
}
