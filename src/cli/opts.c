/* SPDX-License-Identifier: Apache-2.0 */
/* Options of a verb: long names (and -o), values after a blank or '='. */
#include <string.h>

#include "cli/cli.h"

static const struct opt *
find_opt(const struct opt *opts, size_t n, const char *arg, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(opts[i].name) == len && memcmp(opts[i].name, arg, len) == 0)
			return &opts[i];
	return NULL;
}

/* Stores one; false when a list is full. */
static bool
store(const struct opt *o, const char *value)
{
	struct opt_list *list;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)o->to = true;
		return true;
	case OPT_STR:
		*(const char **)o->to = value;
		return true;
	case OPT_LIST:
	case OPT_WORDS:
		break;
	}
	list = o->to;
	if (list->n == OPT_LIST_MAX)
		return false;
	list->v[list->n++] = value;
	return true;
}

/* "-" alone is a word (standard input), so is a negative number. */
static bool
is_option(const char *arg)
{
	if (arg[0] != '-' || arg[1] == '\0')
		return false;
	return arg[1] < '0' || arg[1] > '9';
}

/* One option at argv[*i]; answers 0, or a complaint. */
static int
take_opt(struct cli *c, const struct opt *opts, size_t n, int argc, char **argv,
    int *i)
{
	const char *arg = argv[*i], *eq = strchr(arg, '=');
	size_t len = eq != NULL ? (size_t)(eq - arg) : strlen(arg);
	const struct opt *o = find_opt(opts, n, arg, len);
	const char *value = eq != NULL ? eq + 1 : NULL;

	if (o == NULL)
		return cli_bad(c, "cli.unknown-option", arg);
	if (o->kind == OPT_FLAG && value != NULL)
		return cli_bad(c, "cli.option-flag", o->name);
	if (o->kind != OPT_FLAG && value == NULL) {
		if (*i + 1 == argc)
			return cli_bad(c, "cli.option-value", o->name);
		value = argv[++*i];
	}
	if (!store(o, value))
		return cli_bad(c, "cli.option-many", o->name);
	while (o->kind == OPT_WORDS && *i + 1 < argc && !is_option(argv[*i + 1]))
		if (!store(o, argv[++*i]))
			return cli_bad(c, "cli.option-many", o->name);
	return 0;
}

static const struct cli_command *
find_command(const char *name, const char *verb)
{
	size_t i;

	for (i = 0; i < cli_command_count; i++) {
		const struct cli_command *cmd = &cli_commands[i];

		if (strcmp(cmd->name, name) == 0 && (verb == NULL ?
		    cmd->verb == NULL : cmd->verb != NULL && strcmp(cmd->verb, verb) == 0))
			return cmd;
	}
	return NULL;
}

int
cli_opts(struct cli *c, const char *command, const char *verb,
    const struct opt *opts, size_t n, int argc, char **argv, int min, int max)
{
	const struct cli_command *cmd = find_command(command, verb);
	int i, out = 0;
	bool only_words = false;

	FJ_BUG_IF(cmd == NULL);
	for (i = 0; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = true;
		} else if (only_words || !is_option(argv[i])) {
			argv[out++] = argv[i];
		} else if (take_opt(c, opts, n, argc, argv, &i) != 0) {
			cli_usage(c, cmd);
			return -1;
		}
	}
	if (out < min || (max >= 0 && out > max)) {
		cli_bad(c, out < min ? "cli.too-few" : "cli.too-many",
		    out < min ? "" : argv[max]);
		cli_usage(c, cmd);
		return -1;
	}
	return out;
}

int
cli_needs(struct cli *c, const char *command, const char *verb, const char *option)
{
	cli_bad(c, "cli.needs", option);
	return cli_usage(c, find_command(command, verb));
}
