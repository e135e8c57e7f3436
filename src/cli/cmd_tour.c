/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tour: the main job as a new user would type it, on real programs: two
 * inspectors, a supervisor and a hub, each a process of its own.  Exit 1 as
 * soon as anything differs from what it should be.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/tour.h"
#include "os/fs.h"

struct story {
	struct tour t;
	char *visit, *finding, *evidence;
	char *root;			/* fingerprint of the hub's root */
	char *card_jia, *card_yi, *bundle, *photo;
};

static void
begin(struct story *s, enum tour_who who)
{
	TOUR_DO(&s->t, who, CLI_DONE, NULL, "init", "--name", tour_name(who), "--org",
	    "示例市场监督管理局", "--division", "330106", "--cert", tour_cert(who));
}

static void
offline(struct story *s)
{
	struct tour *t = &s->t;

	tour_step(t, N_("1. Inspector, offline: workspace, visit, checklist"));
	begin(s, TOUR_JIA);
	TOUR_DO(t, TOUR_JIA, CLI_NO, NULL, "visit", "new", "--kind", "flying-inspection",
	    "--form", "flying-inspection", "--subject-name", "示例检测技术有限公司",
	    "--uscc", "91330106MA2AXXXXX0", "--member", "检查员甲:YS-0001", "--member",
	    "检查员乙:YS-0002");
	tour_remark(t, N_("the check character of the USCC is wrong: refused"), NULL);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "new", "--kind", "flying-inspection",
	    "--form", "flying-inspection", "--subject-name", "示例检测技术有限公司",
	    "--no-uscc", "演示数据，非真实主体", "--cma", "000000000000", "--member",
	    "检查员甲:YS-0001", "--member", "检查员乙:YS-0002");
	s->visit = tour_take(t);
	tour_fill(t, TOUR_JIA, s->visit);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, "{\"set\":\"h3\",\"value\":\"nonconform\"}\n"
	    "{\"note\":\"h3\",\"text\":\"2号气相色谱仪校准证书已过期，仍在使用。\"}",
	    "visit", "drive", s->visit, "--form", "flying-inspection");
	tour_check(t, t->failed || strstr(t->out.p, "\"error\"") == NULL, "drive");
}

static void
finding(struct story *s)
{
	struct tour *t = &s->t;

	tour_step(t, N_("2. Finding: from the failed item, with clauses and two legs"));
	TOUR_DO(t, TOUR_JIA, CLI_DONE,
	    "{\"title\":\"2号气相色谱仪校准过期仍出具报告\",\"clauses\":[\"B2\"],"
	    "\"reports\":[\"YS-2026-0101\",\"YS-2026-0107\"],"
	    "\"facts\":\"校准证书有效期至2026年1月31日，2月出具的两份报告使用该仪器数据。\","
	    "\"act_day\":\"2026-02-10\",\"statement\":\"在场负责人称校准已预约。\"}",
	    "finding", "add", s->visit, "--from", "h3", "--json-file", "-");
	s->finding = tour_take(t);
	if (t->failed)
		return;
	TOUR_DO(t, TOUR_JIA, CLI_NO, "{\"stage\":\"established\"}",
	    "finding", "set", s->visit, s->finding, "--json-file", "-");
	tour_remark(t, N_("only a supervisor establishes: refused"), NULL);
	TOUR_DO(t, TOUR_JIA, CLI_DONE,
	    "{\"stage\":\"suspected\",\"leg2\":\"wrong\",\"leg2.facts\":\"以有效标准物质复测，结果偏离12%。\"}",
	    "finding", "set", s->visit, s->finding, "--json-file", "-");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "finding", "show", s->visit, s->finding);
}

static void
evidence(struct story *s)
{
	static const char text[] = "2号气相色谱仪 校准证书 有效期至 2026-01-31\n";
	struct tour *t = &s->t;
	struct fj_err e;

	tour_step(t, N_("3. Evidence: digest, size, time, how, by whom; stored sealed"));
	if (t->failed)
		return;
	tour_check(t, fs_write(s->photo, text, sizeof(text) - 1, 0600, &e) == FJ_OK, s->photo);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "evidence", "add", s->visit, s->photo, "--for",
	    "h3", "--for", s->finding, "--how", "photo");
	s->evidence = tour_take(t);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "evidence", "list", s->visit);
}

/* 甲 freezes, 乙 signs in his own workspace by bundle, the party signs. */
static void
seal(struct story *s)
{
	struct tour *t = &s->t;

	tour_step(t, N_("4. Freeze, sign, party, seal; without any network"));
	if (t->failed)
		return;
	TOUR_DO(t, TOUR_JIA, CLI_NO, NULL, "visit", "freeze", s->visit);
	tour_remark(t, N_("refused, with the list of what is missing"), NULL);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "outcome", s->visit, "completed",
	    "--facts", "检查完成。");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "freeze", s->visit);
	begin(s, TOUR_YI);
	TOUR_DO(t, TOUR_YI, CLI_DONE, NULL, "card", "-o", s->card_yi);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "card", "-o", s->card_jia);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "bundle", "export", s->visit, "-o", s->bundle,
	    "--to", s->card_yi);
	TOUR_DO(t, TOUR_YI, CLI_DONE, NULL, "bundle", "import", s->bundle);
	TOUR_DO(t, TOUR_YI, CLI_DONE, NULL, "visit", "sign", s->visit);
	TOUR_DO(t, TOUR_YI, CLI_DONE, NULL, "bundle", "export", s->visit, "-o", s->bundle,
	    "--to", s->card_jia);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "bundle", "import", s->bundle);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "party", s->visit, "--signed", "--name",
	    "在场负责人");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "list");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "show", s->visit, "--json");
	tour_holds(t, "\"state\":\"sealed\"");
	TOUR_DO(t, TOUR_JIA, CLI_NO, "{\"stage\":\"lead\"}", "finding", "set",
	    s->visit, s->finding, "--json-file", "-");
	tour_remark(t, N_("sealed: nothing in it changes any more"), NULL);
}

static void
enrol(struct story *s, enum tour_who who, const char *role)
{
	struct tour *t = &s->t;
	char *person, *code;

	TOUR_DO(t, TOUR_HUB, CLI_DONE, NULL, "user", "add", tour_name(who), "--role", role,
	    "--division", "33", "--cert", tour_cert(who));
	person = tour_take(t);
	TOUR_DO(t, TOUR_HUB, CLI_DONE, NULL, "invite", person);
	code = tour_take(t);
	if (!t->failed)
		TOUR_DO(t, who, CLI_DONE, NULL, "enrol", t->url, code, "--yes");
	free(person);
	free(code);
}

static void
hub(struct story *s)
{
	struct tour *t = &s->t;

	tour_step(t, N_("5. Sync: a hub of its own, enrolment by code, entries, evidence, receipts"));
	TOUR_DO(t, TOUR_HUB, CLI_DONE, NULL, "init");
	s->root = tour_take(t);
	tour_serve(t);
	enrol(s, TOUR_JIA, "inspector");
	enrol(s, TOUR_YI, "inspector");
	if (t->failed)
		return;
	tour_unplug(t);
	tour_remark(t, N_("the hub is switched off"), NULL);
	TOUR_DO(t, TOUR_JIA, CLI_COULD_NOT, NULL, "sync");
	tour_serve(t);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "status", "--json");
	tour_holds(t, "\"unsent\":0,\"unsent_evidence\":0");
}

/* The second round: answered, frozen, signed by way of the hub, sealed. */
static void
second_round(struct story *s)
{
	struct tour *t = &s->t;

	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "show", s->visit, "--json");
	tour_holds(t, "\"state\":\"returned\"");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "reopen", s->visit, "--why",
	    "按复核意见补充样品编号");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, "{\"note\":\"h3\",\"text\":\"2号气相色谱仪校准证书已过期，"
	    "仍在使用；涉及样品S-0101、S-0107。\",\"why\":\"按复核意见补充\"}",
	    "visit", "drive", s->visit, "--form", "flying-inspection");
	tour_holds(t, "\"ok\":true");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "freeze", s->visit);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_YI, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_YI, CLI_DONE, NULL, "visit", "sign", s->visit);
	TOUR_DO(t, TOUR_YI, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "party", s->visit, "--refused",
	    "对补充记录拒绝签字", "--witness", "见证人");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "sync");
}

static void
review(struct story *s)
{
	struct tour *t = &s->t;

	tour_step(t, N_("6. Supervisor: sees, comments, returns; second round; approves"));
	begin(s, TOUR_BING);
	enrol(s, TOUR_BING, "supervisor");
	if (t->failed)
		return;
	TOUR_DO(t, TOUR_BING, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_BING, CLI_DONE, NULL, "review", "list");
	TOUR_DO(t, TOUR_BING, CLI_DONE, NULL, "review", "show", s->visit);
	TOUR_DO(t, TOUR_BING, CLI_DONE, NULL, "review", "comment", s->visit, "--on", "h3",
	    "--text", "请写明涉及的样品编号。", "--must");
	TOUR_DO(t, TOUR_BING, CLI_DONE, NULL, "review", "return", s->visit, "--kind",
	    "addendum", "--why", "事实中未写明涉及的样品", "--on", "h3");
	TOUR_DO(t, TOUR_BING, CLI_DONE, NULL, "sync");
	second_round(s);
	TOUR_DO(t, TOUR_BING, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_BING, CLI_DONE, NULL, "review", "approve", s->visit, "--disposition",
	    "case");
	TOUR_DO(t, TOUR_BING, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "sync");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "visit", "show", s->visit, "--json");
	tour_holds(t, "\"state\":\"approved\"");
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "log", s->visit);
	TOUR_DO(t, TOUR_JIA, CLI_DONE, NULL, "verify", s->visit, "--full",
	    "--root", s->root);
}

static void
story_free(struct story *s)
{
	free(s->visit);
	free(s->finding);
	free(s->evidence);
	free(s->root);
	free(s->card_jia);
	free(s->card_yi);
	free(s->bundle);
	free(s->photo);
	tour_close(&s->t);
}

static int
tell_end(struct story *s)
{
	char lines[16];

	if (s->t.failed) {
		cli_say(s->t.c, N_("The tour stopped: a line did not end as it should."), NULL);
		return CLI_NO;
	}
	snprintf(lines, sizeof(lines), "%d", s->t.lines);
	fputc('\n', s->t.c->out);
	cli_say(s->t.c, N_("The tour is over: {1} command lines, each with the result it should have."),
	    lines, NULL);
	return CLI_DONE;
}

int
cmd_tour(struct cli *c, int argc, char **argv)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	struct story s = {0};
	struct fj_err e;
	int x;

	if (cli_opts(c, "tour", NULL, NULL, 0, argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	if (tour_open(c, &s.t, &e) != FJ_OK) {
		story_free(&s);
		return cli_fail(c, &e);
	}
	/* a child that dies while it is written to is seen by its exit code */
	sigaction(SIGPIPE, &ignore, &before);
	s.card_jia = fs_join(s.t.dir, "jia.card");
	s.card_yi = fs_join(s.t.dir, "yi.card");
	s.bundle = fs_join(s.t.dir, "visit.fjb");
	s.photo = fs_join(s.t.dir, "calibration-certificate.txt");
	cli_say(c, N_("The main job, on real programs in a throw-away folder: {1}. Each line also carries --home, --lang and --passphrase-file of its person."), s.t.dir, NULL);
	offline(&s);
	finding(&s);
	evidence(&s);
	seal(&s);
	hub(&s);
	review(&s);
	x = tell_end(&s);
	story_free(&s);
	sigaction(SIGPIPE, &before, NULL);
	return x;
}
