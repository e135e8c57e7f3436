/* SPDX-License-Identifier: Apache-2.0 */
/* redflag run, redflag map: with a visit or without, with a workspace or without. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/pretty.h"
#include "cli/redflag_out.h"
#include "os/fs.h"

enum {
	MAP_BYTES = 16 << 20,
	VALUES = OPT_LIST_MAX,
	FAULTS_SHOWN = 20,
};

struct run {
	struct cli *c;
	struct redflags *r;
	const char *visit, *map;
	bool tsv;
	struct opt_list set, clock;
	int64_t seconds[OPT_LIST_MAX];	/* of each clock */
	struct redflags_options o;
	struct redflags_value value[VALUES];
	char *words[VALUES];		/* owned, behind value */
	struct fj_buf map_text;
};

/* R03.slack_s=600 */
static bool
take_value(struct run *k, const char *text)
{
	char *s = xstrdup(text), *dot = strchr(s, '.'), *is = strchr(s, '='), *end = s;
	struct redflags_value *v = &k->value[k->o.values];

	k->words[k->o.values] = s;
	if (dot != NULL && is != NULL && dot < is) {
		*dot = *is = '\0';
		v->rule = s;
		v->name = dot + 1;
		v->value = strtod(is + 1, &end);
		k->o.values++;
		if (end != is + 1 && *end == '\0' && s[0] != '\0' && dot[1] != '\0')
			return true;
	} else {
		free(s);
		k->words[k->o.values] = NULL;
	}
	return false;
}

/* 检测过程.csv=-5:00; the name may hold a =, too. */
static bool
take_clock(struct run *k, int i)
{
	const char *is = strrchr(k->clock.v[i], '=');

	return is != NULL && is != k->clock.v[i] && redflags_offset_parse(is + 1, &k->seconds[i]);
}

/* The guess stands: what the clocks of its sources are off goes into it. */
static enum fj_rc
set_clocks(struct run *k, struct fj_err *e)
{
	enum fj_rc rc = redflags_wait(k->r, REDFLAGS_MAPPED, e);
	char *name;
	int i;

	for (i = 0; i < k->clock.n && rc == FJ_OK; i++) {
		name = xstrdup(k->clock.v[i]);
		*strrchr(name, '=') = '\0';
		rc = redflags_map_clock(k->r, name, k->seconds[i], e);
		free(name);
	}
	return rc == FJ_OK ? redflags_run(k->r, e) : rc;
}

static enum fj_rc
read_map(struct run *k, struct fj_err *e)
{
	enum fj_rc rc;

	if (k->map == NULL)
		return FJ_OK;
	rc = fs_read(k->map, &k->map_text, e);
	k->o.map = k->map_text.p;
	return rc;
}

/* Hits of a rule as soon as it ended. */
static void
on_rule(void *ctx, const struct redflag_rule *rule)
{
	struct run *k = ctx;
	size_t i, n = redflags_hits(k->r);

	if (!k->tsv && !k->c->json)
		return;
	for (i = 0; i < n; i++) {
		const struct redflag_hit *h = redflags_hit(k->r, i);

		if (h->rule != rule)
			continue;
		if (k->tsv)
			redflag_out_tsv(k->c, h);
		else
			redflag_out_json(k->c, k->r, h);
	}
	fflush(k->c->out);
}

static enum fj_rc
screen(struct run *k, struct app *a, struct dossier *d, struct id *run, struct fj_err *e)
{
	enum fj_rc rc = redflags_new(a, &k->o, &k->r, e);

	if (rc == FJ_OK && d != NULL)
		rc = redflags_seize(k->r, d, NULL, NULL, e);
	if (rc == FJ_OK) {
		redflags_on_rule(k->r, on_rule, k);
		rc = redflags_start(k->r, e);
	}
	if (rc == FJ_OK && k->clock.n > 0)
		rc = set_clocks(k, e);
	if (rc == FJ_OK)
		rc = redflags_wait(k->r, REDFLAGS_READY, e);
	if (rc == FJ_OK && d != NULL)
		rc = redflags_record(k->r, d, run, e);
	return rc;
}

/* Did any file turn out to be a register? */
static bool
read_any(const struct redflags *r)
{
	size_t i;

	for (i = 0; i < redflags_sources(r); i++)
		if (redflags_source(r, i)->table[0] != '\0')
			return true;
	return false;
}

static int
finish(struct run *k, const struct id *run)
{
	struct cli *c = k->c;
	struct fj_err e;

	if (!read_any(k->r)) {
		redflag_out_faults(c, k->r, FAULTS_SHOWN, true);
		(void)!fj_fail(&e, FJ_INVAL, "redflags.no-register", "");
		return cli_fail(c, &e);
	}
	if (c->json)
		redflag_out_summary(c, k->r, run);
	else if (!k->tsv)
		redflag_out_text(c, k->r);
	if (k->tsv) {
		redflag_out_faults(c, k->r, FAULTS_SHOWN, true);
		redflag_out_not_run(c, k->r);
	}
	if (!c->json && !k->tsv && !id_is_zero(run)) {
		char shown[ID_SHOWN + 1];

		id_format_short(run, shown);
		cli_say(c, N_("Recorded in the visit as {1}. feijian redflag list {2}"), shown, k->visit,
		    NULL);
	}
	return CLI_DONE;
}

static int
in_visit(struct run *k)
{
	struct id run = {{0}};
	struct fj_err e;
	enum fj_rc rc;
	int x = CLI_DONE;
	struct dossier *d = NULL;

	if (k->visit != NULL) {
		d = out_visit(k->c, k->visit, &x);
		if (d == NULL)
			return x;
	}
	rc = screen(k, d != NULL ? dossier_app(d) : NULL, d, &run, &e);
	x = rc == FJ_OK ? finish(k, &run) : cli_fail(k->c, &e);
	redflags_free(&k->r);
	dossier_close(&d);
	return x;
}

int
cmd_redflag_run(struct cli *c, int argc, char **argv)
{
	struct run k = {.c = c};
	const struct opt opts[] = {
		{"--lab", OPT_STR, &k.o.lab}, {"--map", OPT_STR, &k.map},
		{"--rules", OPT_STR, &k.o.rules_dir}, {"--tsv", OPT_FLAG, &k.tsv},
		{"--visit", OPT_STR, &k.visit}, {"--set", OPT_LIST, &k.set},
		{"--offset", OPT_LIST, &k.clock},
	};
	struct fj_err e;
	int i, n, x = CLI_DONE;

	n = cli_opts(c, "redflag", "run", OPTS(opts), argc, argv, 1, -1);
	if (n < 0)
		return CLI_USAGE;
	k.o.path = (const char *const *)argv;
	k.o.paths = (size_t)n;
	k.o.value = k.value;
	for (i = 0; i < k.set.n && x == CLI_DONE; i++)
		if (!take_value(&k, k.set.v[i]))
			x = cli_bad(c, "cli.redflag-set", k.set.v[i]);
	for (i = 0; i < k.clock.n && x == CLI_DONE; i++)
		if (!take_clock(&k, i))
			x = cli_bad(c, "cli.redflag-offset", k.clock.v[i]);
	k.o.go = k.clock.n == 0;
	fj_buf_init(&k.map_text, MAP_BYTES);
	if (x == CLI_DONE && read_map(&k, &e) != FJ_OK)
		x = cli_fail(c, &e);
	if (x == CLI_DONE)
		x = in_visit(&k);
	fj_buf_release(&k.map_text);
	for (i = 0; i < VALUES; i++)
		free(k.words[i]);
	return x;
}

int
cmd_redflag_map(struct cli *c, int argc, char **argv)
{
	struct redflags_options o = {0};
	struct redflags *r = NULL;
	struct fj_buf out;
	struct fj_err e;
	enum fj_rc rc;
	int n;

	n = cli_opts(c, "redflag", "map", NULL, 0, argc, argv, 1, -1);
	if (n < 0)
		return CLI_USAGE;
	o.path = (const char *const *)argv;
	o.paths = (size_t)n;
	rc = redflags_new(NULL, &o, &r, &e);
	if (rc == FJ_OK)
		rc = redflags_start(r, &e);
	if (rc == FJ_OK)
		rc = redflags_wait(r, REDFLAGS_MAPPED, &e);
	if (rc == FJ_OK) {
		fj_buf_init(&out, MAP_BYTES);
		pretty_json(redflags_map(r), &out);
		fputs(out.p, c->out);
		fj_buf_release(&out);
		redflag_out_faults(c, r, FAULTS_SHOWN, true);
	}
	redflags_free(&r);
	return rc == FJ_OK ? CLI_DONE : cli_fail(c, &e);
}
