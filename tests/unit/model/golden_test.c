/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stories as data: tests/golden/model/NAME.jsonl, one step a line.
 *	{"by":"jia","do":"set","path":"/data/a","value":"conform"}
 *	{"by":"yi","do":"freeze","refused":"model.freeze-missing"}
 *	{"by":"jia","raw":{…}}			a payload that decide never saw; $freeze
 *						stands for the id of the newest freeze
 *	{"pass":["jia","yi"]}			all that jia holds goes to yi
 *	{"expect":"jia","state":"open","round":1,"disputes":0,"late":0,…}
 */
#include "unit/model/story.h"

#include <dirent.h>

static const char folder[] = "tests/golden/model";

static const char *const names[] = { "jia", "yi", "ding", "bing", "wu", "stranger" };

struct play {
	struct world w;
	struct replica who[6];
	const char *file;
	int line;
};

static struct replica *
who(struct play *p, const char *name)
{
	size_t i;

	for (i = 0; i < 6; i++)
		if (name != NULL && strcmp(names[i], name) == 0)
			return &p->who[i];
	fail_msg("%s:%d: nobody called %s", p->file, p->line, name ? name : "");
	return NULL;
}

/* Symbolic ids: "1", "2"… */
static struct id
symbol(const char *s)
{
	struct id v = { { 0 } };

	v.b[0] = 7;
	v.b[1] = (uint8_t)(s ? s[0] : 0);
	return v;
}

static void
play_act(struct play *p, const struct json *step)
{
	struct replica *r = who(p, json_str(step, "by"));
	const char *refusal = json_str(step, "refused");
	struct command_evidence ev = { .name = "e", .how = "h", .size = 3,
	    .use = json_str(step, "use") };
	struct command_member m = { json_str(step, "member"), json_str(step, "cert") };
	int64_t members = 2, level = 0;
	struct command c = { .op = op_parse(json_str(step, "do")) };
	struct fj_err e;
	enum fj_rc rc;

	(void)json_int(step, "members", &members);
	(void)json_int(step, "level", &level);
	c.form = "f";
	c.path = json_str(step, "path");
	c.value = json_str(step, "value");
	c.why = json_str(step, "why");
	c.text = json_str(step, "text");
	c.facts = json_str(step, "facts");
	c.field = json_str(step, "field");
	c.note = json_is_true(step, "note");
	c.beside = json_is_true(step, "beside");
	c.outcome = json_is_true(step, "outcome");
	c.level = (int)level;
	c.object = symbol(json_str(step, "id"));
	c.evidence = &ev;
	c.member = &m;
	if (c.op == OP_START || c.op == OP_ASSIGN)
		c.start = story_start(&p->w, json_str(step, "kind"), (int)members);
	rc = act(r, &c, &e);
	if (refusal == NULL && rc != FJ_OK)
		fail_msg("%s:%d: %s (%s, %s)", p->file, p->line, e.code, e.arg[0], e.arg[1]);
	if (refusal != NULL && (rc == FJ_OK || strcmp(e.code, refusal) != 0))
		fail_msg("%s:%d: %s instead of %s", p->file, p->line,
		    rc == FJ_OK ? "done" : e.code, refusal);
}

/* The payload as it stands, with t, up and boot added and $freeze filled in. */
static void
play_raw(struct play *p, const struct json *step)
{
	struct replica *r = who(p, json_str(step, "by"));
	const struct json *raw = json_get(step, "raw"), *m;
	struct stamp at = now_of(r);
	struct fj_buf b;
	struct json_w w;
	char freeze[HASH_TEXT + 1] = "";

	visit_settle(r->v);
	if (visit_freeze_count(r->v) > 0)
		hash_format(&visit_freeze_at(r->v, visit_freeze_count(r->v) - 1)->entry->id,
		    freeze);
	fj_buf_init(&b, 65536);
	payload_begin(&w, &b, json_str(raw, "op"), &at);
	json_each(m, raw) {
		if (strcmp(m->key, "op") == 0)
			continue;
		json_w_key(&w, m->key);
		if (m->type == JSON_STRING && strcmp(m->text, "$freeze") == 0)
			json_w_str(&w, freeze);
		else
			json_w_value(&w, m);
	}
	json_w_end(&w);
	append(r, &b);
	fj_buf_release(&b);
	visit_settle(r->v);
}

static void
play_pass(struct play *p, const struct json *list)
{
	const struct json *item;
	struct replica *from = NULL;

	json_each(item, list) {
		struct replica *to = who(p, item->text);

		if (from != NULL)
			pass(from, to);
		else
			from = to;
	}
}

static void
expect_number(struct play *p, const struct json *step, const char *key, size_t got)
{
	int64_t want;

	if (json_int(step, key, &want) && (size_t)want != got)
		fail_msg("%s:%d: %s is %zu, not %lld", p->file, p->line, key, got,
		    (long long)want);
}

static void
expect_text(struct play *p, const struct json *step, const char *key, const char *got)
{
	const char *want = json_str(step, key);

	if (want != NULL && strcmp(want, got) != 0)
		fail_msg("%s:%d: %s is %s, not %s", p->file, p->line, key, got, want);
}

static const char *
newest_reason(const struct visit *v, const struct replica *r)
{
	static struct fj_err e;
	size_t i = visit_entry_count(v);

	while (i-- > 0) {
		const struct visit_entry *en = visit_entry_at(v, i);

		if (id_eq(&en->dev, &r->who->dev))
			return visit_entry_reason(v, en, &e) ? e.code : "";
	}
	return "";
}

static void
play_expect(struct play *p, const struct json *step)
{
	struct replica *r = who(p, json_str(step, "expect"));
	const char *path = json_str(step, "path");
	const struct target *t;
	const struct view *w;

	visit_settle(r->v);
	w = visit_now(r->v);
	expect_text(p, step, "state", visit_state_id(visit_state(r->v)));
	expect_number(p, step, "round", (size_t)visit_round(r->v));
	expect_number(p, step, "disputes", view_dispute_count(w));
	expect_number(p, step, "late", visit_count_status(r->v, ENTRY_LATE));
	expect_number(p, step, "inert", visit_count_status(r->v, ENTRY_INERT));
	expect_number(p, step, "waits", visit_count_status(r->v, ENTRY_WAITS));
	expect_number(p, step, "freezes", visit_freeze_count(r->v));
	expect_number(p, step, "approved", (size_t)visit_approvals(r->v));
	if (json_str(step, "newest_of") != NULL)
		expect_text(p, step, "reason",
		    newest_reason(r->v, who(p, json_str(step, "newest_of"))));
	if (path == NULL)
		return;
	t = view_answer(w, "f", path);
	expect_text(p, step, "value", t && t->value ? t->value : "");
	if (visit_sealed(r->v, 1) != NULL) {
		t = view_answer(visit_sealed(r->v, 1), "f", path);
		expect_text(p, step, "sealed1", t && t->value ? t->value : "");
	}
}

static void
play_line(struct play *p, const char *line)
{
	struct json_doc *doc = NULL;
	const struct json *step;

	if (json_parse(line, strlen(line), &doc, NULL) != FJ_OK)
		fail_msg("%s:%d: not JSON", p->file, p->line);
	step = json_root(doc);
	if (json_get(step, "pass") != NULL)
		play_pass(p, json_get(step, "pass"));
	else if (json_get(step, "expect") != NULL)
		play_expect(p, step);
	else if (json_get(step, "raw") != NULL)
		play_raw(p, step);
	else
		play_act(p, step);
	json_free(&doc);
}

static void
play_file(const char *name)
{
	static struct play p;
	char path[512], line[8192];
	FILE *f;
	size_t i;

	memset(&p, 0, sizeof(p));
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	p.file = path;
	world_open(&p.w);
	for (i = 0; i < 6; i++)
		replica_open(&p.who[i], &p.w, (int)i);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		p.line++;
		if (line[0] == '{')
			play_line(&p, line);
	}
	fclose(f);
	for (i = 0; i < 6; i++)
		visit_free(&p.who[i].v);
	world_close(&p.w);
}

static void
test_golden_stories(void **state)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	int n = 0;

	(void)state;
	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (len < 6 || strcmp(entry->d_name + len - 6, ".jsonl") != 0)
			continue;
		play_file(entry->d_name);
		n++;
	}
	closedir(d);
	assert_true(n >= 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_stories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
