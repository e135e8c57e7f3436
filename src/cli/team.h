/* SPDX-License-Identifier: Apache-2.0 */
/* Members as people write them on the command line: NAME:CERT. */
#ifndef FJ_CLI_TEAM_H
#define FJ_CLI_TEAM_H

#include "app/app.h"
#include "cli/cli.h"

struct team {
	struct app_member member[OPT_LIST_MAX];
	size_t n;
	char *text[2 * OPT_LIST_MAX];
};

void team_split(const struct opt_list *words, struct team *out);
void team_release(struct team *t);

#endif
