/* SPDX-License-Identifier: Apache-2.0 */
/* The story of a visit in words: labels of the form, names of findings, and what
 * stands when the form or the instance is not here. */
#include "fixture.h"

#include "app/words.h"

struct tale {
	struct fix *f;
	struct msg *m;
	struct dossier *d;
	struct fj_buf b;
};

static struct tale
tale_begin(struct fix *f)
{
	struct tale t = {.f = f};
	struct id id = visit_begin(f, f->jia.a, true);

	t.d = open_visit(f, f->jia.a, &id);
	assert_int_equal(msg_new("en", NULL, 0, &t.m, &f->e), FJ_OK);
	fj_buf_init(&t.b, 65536);
	return t;
}

static void
tale_end(struct tale *t)
{
	fj_buf_release(&t->b);
	msg_free(&t->m);
	dossier_close(&t->d);
}

/* Of the entries of that operation, the last but back. */
static const char *
told(struct tale *t, enum visit_op op, size_t back)
{
	const struct visit *v = dossier_visit(t->d);
	size_t i = visit_entry_count(v);

	while (i-- > 0) {
		const struct visit_entry *en = visit_entry_at(v, i);

		if (en->op != op || back-- > 0)
			continue;
		fj_buf_clear(&t->b);
		word_entry(t->m, t->d, en, &t->b);
		return t->b.p;
	}
	fail_msg("no such entry");
	return NULL;
}

static void
answers_have_the_labels(void **state)
{
	struct fix *f = *state;
	struct tale t = tale_begin(f);
	struct inst_changes c = {0};

	well(f, set(f, t.d, "v1", "conform"));
	assert_string_equal(told(&t, OP_SET, 1), "符合 ← v1 项一");
	assert_string_equal(told(&t, OP_SET, 0),
	    "v1 conform ← w 丁 (filled in by the form after another answer)");
	well(f, dossier_note(t.d, 0, node(t.d, "v1"), "conform", NULL, &f->e));
	/* A note is what was typed, also when it is the name of a choice. */
	assert_string_equal(told(&t, OP_SET, 0), "note at v1 项一: conform");
	well(f, dossier_clear(t.d, 0, node(t.d, "v1"), NULL, &c, &f->e));
	assert_string_equal(told(&t, OP_CLEAR, 0), "emptied v1 项一");
	inst_changes_release(&c);
	tale_end(&t);
}

static void
a_question_in_a_repeat_names_its_instance(void **state)
{
	struct fix *f = *state;
	struct tale t = tale_begin(f);
	struct inst_changes c = {0};
	struct inst_node *row;

	well(f, dossier_add(t.d, 0, node(t.d, "r"), &row, &c, &f->e));
	well(f, dossier_add(t.d, 0, node(t.d, "r"), &row, &c, &f->e));
	well(f, set(f, t.d, "/data/r[2]/n", "3"));
	assert_string_equal(told(&t, OP_SET, 0), "3 ← r[2]/n 份数");
	well(f, dossier_remove(t.d, 0, node(t.d, "/data/r[2]"), NULL, &c, &f->e));
	/* Gone: the place as the entry has it. */
	assert_non_null(strstr(told(&t, OP_SET, 0), "3 ← /data/r{"));
	inst_changes_release(&c);
	tale_end(&t);
}

static void
a_finding_goes_by_its_title(void **state)
{
	struct fix *f = *state;
	struct tale t = tale_begin(f);
	const struct finding_field fields[] = {{"title", "甲问题"}, {"facts", "事实"}};
	const struct finding_field stage = {"stage", "lead"};
	struct id id = {{0}};

	well(f, dossier_finding_set(t.d, &id, fields, 2, NULL, &f->e));
	assert_string_equal(told(&t, OP_FINDING_SET, 0), "finding “甲问题”, Facts: 事实");
	well(f, dossier_finding_set(t.d, &id, &stage, 1, NULL, &f->e));
	assert_string_equal(told(&t, OP_FINDING_SET, 0), "finding “甲问题”, Stage: lead");
	well(f, dossier_finding_withdraw(t.d, &id, "重复", &f->e));
	assert_non_null(strstr(told(&t, OP_FINDING_WITHDRAW, 0), ": 重复"));
	tale_end(&t);
}

static void
the_sync_in_a_line(void **state)
{
	static const struct {
		struct sync_state s;
		const char *line;
	} rows[] = {
		{{.phase = SYNC_NEVER}, "not enrolled at a hub"},
		{{.phase = SYNC_ENTRIES_UP}, "sending entries"},
		{{.phase = SYNC_ENTRIES_UP, .entries_done = 3, .entries_total = 9}, "sending entries 3/9"},
		{{.phase = SYNC_REFUSED, .entries_total = 9}, "the hub refused"},
		{{.phase = SYNC_WAITING, .tries = 2, .next_ms = 4001},
		    "no answer from the hub; nothing is lost, it will be tried again; try 2, the next in 5 seconds"},
	};
	struct fj_buf b;
	size_t i;

	(void)state;
	fj_buf_init(&b, 1024);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fj_buf_clear(&b);
		word_sync_now(NULL, &rows[i].s, &b);
		assert_string_equal(b.p, rows[i].line);
	}
	fj_buf_clear(&b);
	word_sync_last(NULL, &rows[0].s, (struct instant){1000, 0}, &b);
	assert_string_equal(b.p, "never");
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_have_the_labels, setup, teardown),
		cmocka_unit_test_setup_teardown(a_question_in_a_repeat_names_its_instance, setup, teardown),
		cmocka_unit_test_setup_teardown(a_finding_goes_by_its_title, setup, teardown),
		cmocka_unit_test(the_sync_in_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
