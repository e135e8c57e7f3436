/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling a checklist through `visit drive`, as a script does: ask what is
 * required, answer it by its choices, until nothing is.  In the middle the
 * program is killed with -9, and what it had acknowledged is asked for again.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "cli/tour.h"
#include "os/fs.h"

enum {
	KILL_AFTER = 20,	/* acknowledged answers */
	ROUNDS = 8,		/* answers make other items relevant */
	SHOWN = 3,		/* lines of the conversation that are printed */
};

struct talk {
	struct tour *t;
	struct proc p;
	const char *visit;
	enum tour_who who;
	struct fj_buf reply;
	struct json_doc *doc;
	int asked;
	int hour;			/* times go up from item to item */
	char *kept[KILL_AFTER];		/* paths that were acknowledged */
	char *value[KILL_AFTER];
	int acks;
};

static bool
talk_start(struct talk *k)
{
	const char *const argv[] = {k->t->self, "visit", "drive", k->visit, "--form",
	    "flying-inspection", "--home", k->t->home[k->who], "--passphrase-file",
	    k->t->passfile, "--lang", msg_lang(k->t->c->msg), NULL};
	struct fj_err e;

	fprintf(k->t->c->out, "%s $ feijian visit drive %s --form flying-inspection\n",
	    tour_name(k->who), k->visit);
	k->t->lines++;
	return proc_start(&k->p, argv, PROC_IN | PROC_OUT, NULL, 0, &e) == FJ_OK;
}

static bool
read_reply(struct talk *k)
{
	char ch;

	fj_buf_clear(&k->reply);
	while (read(k->p.out, &ch, 1) == 1) {
		if (ch == '\n')
			return true;
		fj_buf_putc(&k->reply, ch);
	}
	return false;
}

/* One line there, its answer back, parsed; false when the program is gone. */
static bool
ask(struct talk *k, const struct fj_buf *line)
{
	struct fj_err e;

	json_free(&k->doc);
	if (fs_write_all(k->p.in, "-", line->p, line->n, &e) != FJ_OK ||
	    fs_write_all(k->p.in, "-", "\n", 1, &e) != FJ_OK || !read_reply(k) ||
	    json_parse(k->reply.p, k->reply.n, &k->doc, &e) != FJ_OK)
		return false;
	if (k->asked++ < SHOWN && k->reply.n < 400)
		fprintf(k->t->c->out, "  < %s\n  > %s\n", line->p, k->reply.p);
	return true;
}

/* {"member":path[,"value":value]} */
static bool
ask_path(struct talk *k, const char *member, const char *path, const char *value)
{
	struct fj_buf line;
	struct json_w w;
	bool well;

	fj_buf_init(&line, LIMIT_VALUE_BYTES);
	json_w_init(&w, &line);
	json_w_obj(&w);
	json_w_kstr(&w, member, path);
	json_w_kstr(&w, "value", value);
	json_w_end(&w);
	well = ask(k, &line);
	fj_buf_release(&line);
	return well;
}

static bool
try_value(struct talk *k, const char *path, const char *value)
{
	if (!ask_path(k, "set", path, value) ||
	    !json_is_true(json_root(k->doc), "ok"))
		return false;
	if (k->acks < KILL_AFTER) {
		k->kept[k->acks] = xstrdup(path);
		k->value[k->acks++] = xstrdup(value);
	}
	return true;
}

/* A choice is {"name":…,"label":…}. */
static const char *
choice_name(const struct json *one)
{
	return json_str(one, "name");
}

/* The choice an inspector takes when all is well. */
static const char *
pick(const struct json *choices)
{
	static const char *const liked[] = {"conform", "done", "valid", "signed",
	    "no", "none"};
	const struct json *one;
	size_t i;

	for (i = 0; i < sizeof(liked) / sizeof(liked[0]); i++)
		json_each(one, choices)
			if (choice_name(one) != NULL && strcmp(choice_name(one), liked[i]) == 0)
				return liked[i];
	return choices->child != NULL ? choice_name(choices->child) : NULL;
}

static bool
answer_free(struct talk *k, const char *path)
{
	char at[64];

	snprintf(at, sizeof(at), "2026-03-02T%02d:00:00.000+08:00", k->hour < 14 ? 9 + k->hour : 23);
	k->hour++;
	return try_value(k, path, "示例记录") || try_value(k, path, at) ||
	    try_value(k, path, "2026-03-09") || try_value(k, path, "1");
}

static bool
answer(struct talk *k, const char *path)
{
	const struct json *choices;
	char *value;
	bool well;

	if (!ask_path(k, "get", path, NULL))
		return false;
	if (!json_is_true(json_root(k->doc), "relevant"))
		return true;		/* an answer before it took it away */
	choices = json_get(json_root(k->doc), "choices");
	if (choices == NULL || pick(choices) == NULL)
		return answer_free(k, path);
	value = xstrdup(pick(choices));
	well = try_value(k, path, value);
	free(value);
	return well;
}

/* Paths of what is required and empty; owned. */
static int
open_paths(struct talk *k, char ***out)
{
	struct fj_buf line;
	const struct json *one;
	char **v = NULL;
	int n = 0;
	bool well;

	fj_buf_init(&line, 64);
	fj_buf_puts(&line, "{\"validate\":true}");
	well = ask(k, &line);
	fj_buf_release(&line);
	if (!well)
		return -1;
	json_each(one, json_get(json_root(k->doc), "problems")) {
		const char *kind = json_str(one, "kind"), *path = json_str(one, "path");

		if (kind == NULL || path == NULL || strcmp(kind, "required") != 0)
			continue;
		v = xrealloc(v, (size_t)n + 1, sizeof(*v));
		v[n++] = xstrdup(path);
	}
	*out = v;
	return n;
}

/* Answers at most `most` open items; 0: nothing was open; -1: something broke. */
static int
answer_open(struct talk *k, int most)
{
	char **paths = NULL;
	int i, n = open_paths(k, &paths), done = 0;
	bool well = n >= 0;

	for (i = 0; i < n && well && done < most; i++, done++) {
		well = answer(k, paths[i]);
		if (!well)
			fprintf(k->t->c->out, "  %s: %s\n", paths[i], k->reply.p);
	}
	for (i = 0; i < n; i++)
		free(paths[i]);
	free(paths);
	return well ? done : -1;
}

/* Everything that was acknowledged must be there after the kill. */
static int
still_there(struct talk *k)
{
	int i, found = 0;

	for (i = 0; i < k->acks; i++) {
		const char *got;

		if (!ask_path(k, "get", k->kept[i], NULL))
			return found;
		got = json_str(json_root(k->doc), "value");
		found += got != NULL && strcmp(got, k->value[i]) == 0;
	}
	return found;
}

static void
fill(struct talk *k)
{
	struct tour *t = k->t;
	char acks[16], found[16];
	int i, n, status;
	struct fj_err e;

	tour_check(t, talk_start(k) && answer_open(k, KILL_AFTER) == KILL_AFTER,
	    "visit drive");
	if (t->failed)
		return;
	proc_kill(&k->p);
	fprintf(t->c->out, "^ kill -9\n");
	k->asked = SHOWN;
	tour_check(t, talk_start(k), "visit drive");
	if (t->failed)
		return;
	n = still_there(k);
	snprintf(acks, sizeof(acks), "%d", k->acks);
	snprintf(found, sizeof(found), "%d", n);
	tour_remark(t, N_("killed with -9; of {1} acknowledged answers {2} are there"), acks, found, NULL);
	tour_check(t, n == k->acks, "kill -9");
	for (i = 0, n = 1; i < ROUNDS && n > 0; i++)
		n = answer_open(k, 100000);
	tour_check(t, n == 0, "visit drive");
	tour_check(t, proc_wait(&k->p, &status, &e) == FJ_OK && status == 0, "visit drive");
}

void
tour_fill(struct tour *t, enum tour_who who, const char *visit)
{
	struct talk k = {.t = t, .who = who, .visit = visit};
	int i;

	if (t->failed)
		return;
	k.p.pid = -1;
	fj_buf_init(&k.reply, LIMIT_BODY_BYTES);
	fill(&k);
	proc_kill(&k.p);
	for (i = 0; i < k.acks; i++) {
		free(k.kept[i]);
		free(k.value[i]);
	}
	json_free(&k.doc);
	fj_buf_release(&k.reply);
}
