/* SPDX-License-Identifier: Apache-2.0 */
/* Clock jumps: the judgement as a table, and how acts tell them. */
#include "fixture.h"

#include "app/clockwatch.h"
#include "base/json.h"

#define H 3600000LL
#define D (24 * H)
#define T0 1780000000000LL

static const struct {
	const char *name;
	struct clock_point last, now;
	enum clock_jump jump;
	int64_t ms;
} table[] = {
	{"K1 nothing passed", {T0, 1000, "aaaaaaaa"}, {T0, 1000, "aaaaaaaa"}, CLOCK_STEADY, 0},
	{"K1 an hour", {T0, 1000, "aaaaaaaa"}, {T0 + H, 1000 + H, "aaaaaaaa"}, CLOCK_STEADY, 0},
	{"K1 100 ppm in ten days", {T0, 0, "aaaaaaaa"}, {T0 + 10 * D + 86400, 10 * D, "aaaaaaaa"}, CLOCK_STEADY, 0},
	{"K1 -100 ppm in ten days", {T0, 0, "aaaaaaaa"}, {T0 + 10 * D - 86400, 10 * D, "aaaaaaaa"}, CLOCK_STEADY, 0},
	{"K1 more than drift", {T0, 0, "aaaaaaaa"}, {T0 + 10 * D + 90000, 10 * D, "aaaaaaaa"}, CLOCK_FORWARD, 90000},
	{"K1 two seconds", {T0, 0, "aaaaaaaa"}, {T0 + 2000, 0, "aaaaaaaa"}, CLOCK_STEADY, 0},
	{"K1 a bit more", {T0, 0, "aaaaaaaa"}, {T0 + 2001, 0, "aaaaaaaa"}, CLOCK_FORWARD, 2001},
	{"K1 back a bit", {T0, 0, "aaaaaaaa"}, {T0 - 2001, 0, "aaaaaaaa"}, CLOCK_BACK, 2001},
	{"K1 an hour too far", {T0, 0, "aaaaaaaa"}, {T0 + 2 * H, H, "aaaaaaaa"}, CLOCK_FORWARD, H},
	{"K1 an hour back", {T0, 0, "aaaaaaaa"}, {T0, H, "aaaaaaaa"}, CLOCK_BACK, H},
	{"K1 asleep for eight hours", {T0, 5000, "aaaaaaaa"}, {T0 + 8 * H, 5000 + 8 * H, "aaaaaaaa"}, CLOCK_STEADY, 0},
	{"K2 off over night", {T0, 9 * H, "aaaaaaaa"}, {T0 + 12 * H, 1000, "bbbbbbbb"}, CLOCK_STEADY, 0},
	{"K2 off for a year", {T0, 9 * H, "aaaaaaaa"}, {T0 + 365 * D, 1000, "bbbbbbbb"}, CLOCK_STEADY, 0},
	{"K2 ten years", {T0, 9 * H, "aaaaaaaa"}, {T0 + 3650 * D, 1000, "bbbbbbbb"}, CLOCK_FORWARD, 3650 * D},
	{"K2 400 days", {T0, 0, "aaaaaaaa"}, {T0 + 400 * D, 0, "bbbbbbbb"}, CLOCK_STEADY, 0},
	{"K2 a day back", {T0, 9 * H, "aaaaaaaa"}, {T0 - D, 1000, "bbbbbbbb"}, CLOCK_BACK, D},
	{"K2 to 2001", {T0, 9 * H, "aaaaaaaa"}, {978307200000LL, 1000, "bbbbbbbb"}, CLOCK_BACK, T0 - 978307200000LL},
	{"K2 same id, boot clock began anew", {T0, 9 * H, "aaaaaaaa"}, {T0 + H, 1000, "aaaaaaaa"}, CLOCK_STEADY, 0},
	{"wild values do not overflow", {INT64_MIN, 0, "aaaaaaaa"}, {INT64_MAX, INT64_MAX, "aaaaaaaa"}, CLOCK_STEADY, 0},
	{"wild values across a boot", {INT64_MAX, 0, "aaaaaaaa"}, {INT64_MIN, 0, "bbbbbbbb"}, CLOCK_BACK, INT64_MAX / 4},
};

static void
the_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int64_t ms = -1;
		enum clock_jump got = clockwatch_judge(&table[i].last, &table[i].now, &ms);

		if (got != table[i].jump || ms != table[i].ms)
			fail_msg("%s: %d %lld", table[i].name, (int)got, (long long)ms);
	}
}

/* ---- acts ---- */

/* The clock entries of a visit: "back forward ". */
static void
told(struct dossier *d, struct fj_buf *b)
{
	const struct visit *v = dossier_visit(d);
	size_t i;

	fj_buf_clear(b);
	for (i = 0; i < visit_entry_count(v); i++) {
		const struct visit_entry *en = visit_entry_at(v, i);

		if (en->op == OP_CLOCK) {
			assert_int_equal(en->status, ENTRY_COUNTS);
			fj_buf_printf(b, "%s ", json_str(en->body, "kind"));
		}
	}
}

static void
moved_by(struct fix *f, int64_t ms)
{
	struct instant at = clock_now(&f->clock);

	at.ms += ms;
	clock_fix(&f->clock, at);
}

static void
K3_a_jump_is_told_once(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true), other;
	struct dossier *d = open_visit(f, f->jia.a, &id), *o;
	struct fj_err e;
	struct fj_buf b;

	fj_buf_init(&b, 256);
	well(f, set(f, d, "/data/a", "1"));
	assert_false(app_clock_warning(f->jia.a, &e));
	moved_by(f, 2 * H);
	well(f, set(f, d, "/data/a", "2"));
	told(d, &b);
	assert_string_equal(b.p, "forward ");
	assert_true(app_clock_warning(f->jia.a, &e));
	assert_string_equal(e.code, "app.clock-forward");
	assert_false(app_clock_warning(f->jia.a, &e));
	well(f, set(f, d, "/data/a", "3"));
	told(d, &b);
	assert_string_equal(b.p, "forward ");
	/* A visit without acts of ours compares with the workspace's last. */
	other = visit_begin(f, f->jia.a, true);
	o = open_visit(f, f->jia.a, &other);
	well(f, set(f, o, "/data/a", "1"));
	told(o, &b);
	assert_string_equal(b.p, "");
	moved_by(f, -3 * H);
	well(f, set(f, o, "/data/a", "2"));
	told(o, &b);
	assert_string_equal(b.p, "back ");
	/* Each visit tells what happened between its own acts. */
	well(f, set(f, d, "/data/a", "4"));
	told(d, &b);
	assert_string_equal(b.p, "forward back ");
	same_as_replay(f, d);
	dossier_close(&o);
	dossier_close(&d);
	fj_buf_release(&b);
}

static void
what_is_refused_tells_nothing(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true);
	struct dossier *d = open_visit(f, f->jia.a, &id);
	struct fj_err e;
	struct fj_buf b;
	size_t n;

	fj_buf_init(&b, 256);
	well(f, set(f, d, "/data/a", "1"));
	moved_by(f, -2 * H);
	n = visit_entry_count(dossier_visit(d));
	refused(f, dossier_sign(d, &f->e), FJ_REFUSED, "model.state");
	assert_int_equal(visit_entry_count(dossier_visit(d)), n);
	assert_false(app_clock_warning(f->jia.a, &e));
	/* The next act that is taken tells it. */
	well(f, set(f, d, "/data/a", "2"));
	told(d, &b);
	assert_string_equal(b.p, "back ");
	dossier_close(&d);
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table),
		cmocka_unit_test_setup_teardown(K3_a_jump_is_told_once, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_refused_tells_nothing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
