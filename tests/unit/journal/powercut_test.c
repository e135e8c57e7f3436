/* SPDX-License-Identifier: Apache-2.0 */
/* tier: test */
/* J2 of the whole journal on a disk that loses power: what journal_append answered FJ_OK
 * for is there afterwards, every seal, chain and signature holds, and it goes on. */
#include "fixture.h"

#include "fault/crashvfs.h"

enum { APPENDS = 14 };

struct world {
	struct fix *f;
	struct cv *cv;
	struct cv_bytes image;		/* the database as it was before the work */
	char *db;
};

/* Appends with facts beside them, as the program does; answers how many were kept. */
static int
work(struct world *w, int seed)
{
	struct fj_err e;
	struct journal *j = NULL;
	int i, acked = 0;

	if (journal_open(w->f->home, &w->f->clock, &j, &e) == FJ_OK &&
	    journal_unlock(j, PASS, NPASS, &e) == FJ_OK)
		for (i = 0; i < APPENDS; i++) {
			char *p[3] = { payload(i, "a"), payload(i, "b"), payload(i, "c") };
			struct bytes b[3] = { { p[0], strlen(p[0]) },
			    { p[1], strlen(p[1]) }, { p[2], strlen(p[2]) } };
			struct journal_kv kv = { "count", { "n", 1 }, { &i, sizeof(i) } };
			struct journal_commit c = { .kind = STREAM_VISIT,
			    .stream = stream_no(i % 2), .payload = b,
			    .n = (seed + i) % 4 == 0 ? 3 : 1, .kv = &kv, .nkv = 1,
			    .expect = -1 };
			enum fj_rc rc = journal_append(j, &c, &e);

			free(p[0]);
			free(p[1]);
			free(p[2]);
			if (rc != FJ_OK)
				break;
			acked = i + 1;
		}
	journal_close(&j);
	return acked;
}

static bool
note_path(void *ctx, const struct entry *en)
{
	bool *there = ctx;
	char *p = xstrndup(en->payload, en->len);
	const char *at = strstr(p, "/data/x");
	long n = at != NULL ? strtol(at + 7, NULL, 10) : -1;

	if (n >= 0 && n < APPENDS + 1)
		there[n] = true;
	free(p);
	return true;
}

/* NULL: all is well. */
static const char *
look(struct world *w, int acked)
{
	bool there[APPENDS + 1] = { false };
	struct journal_reader r = { note_path, NULL, there };
	struct journal *j = NULL;
	struct journal_check c;
	struct fj_err e;
	const char *wrong = NULL;
	int i, n = -1;
	struct fj_buf b;

	fj_buf_init(&b, 100);
	if (journal_open(w->f->home, &w->f->clock, &j, &e) != FJ_OK ||
	    journal_unlock(j, PASS, NPASS, &e) != FJ_OK) {
		journal_close(&j);
		return "does not open";
	}
	if (journal_fsck(j, false, NULL, &c, &e) != FJ_OK || c.damaged > 0)
		wrong = "fsck complains";
	for (i = 0; i < 2; i++) {
		struct id v = stream_no(i);

		if (journal_each(j, &v, 0, &r, NULL, &e) != FJ_OK)
			wrong = "does not read";
	}
	for (i = 0; i < acked; i++)
		if (!there[i])
			wrong = "an acknowledged entry is gone";
	if (acked > 0 && journal_get(j, "count", "n", 1, &b, &e) == FJ_OK)
		memcpy(&n, b.p, sizeof(n));
	if (acked > 0 && n < acked - 1)
		wrong = "the fact of the same commit is gone";
	if (wrong == NULL && append_one(j, stream_no(1), APPENDS, "goes on", &e) != FJ_OK)
		wrong = "does not go on";
	fj_buf_release(&b);
	journal_close(&j);
	return wrong;
}

static void
restart(struct world *w, int trial)
{
	struct cv_file *f;

	cv_reset(w->cv);
	w->cv->random = 0x9e3779b97f4a7c15u * (uint64_t)(trial + 1);
	(void)cv_rand(w->cv);
	f = cv_find(w->cv, w->db, true);
	f->live = f->durable = true;
	cv_copy(&f->now, &w->image);
	cv_copy(&f->disk, &w->image);
}

static int
series(struct world *w, int cuts, unsigned lie)
{
	long total;
	int i, bad = 0;

	restart(w, 0);
	assert_int_equal(work(w, 0), APPENDS);
	total = w->cv->ops;
	for (i = 0; i < cuts; i++) {
		const char *wrong;
		int acked;

		restart(w, i);
		w->cv->crash_at = 1 + (long)(cv_rand(w->cv) % (uint32_t)total);
		w->cv->lie = lie;
		acked = work(w, i);
		if (!w->cv->crashed)
			cv_power_cut(w->cv);
		cv_reboot(w->cv);
		wrong = look(w, acked);
		if (wrong != NULL) {
			bad++;
			if (lie == 0)
				print_message("cut %d: %s\n", i, wrong);
		}
	}
	return bad;
}

static int
world_setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));
	struct fj_buf b;

	w->f = fix_dir();
	w->f->j = make_home(w->f, w->f->home, "检查员甲");
	journal_close(&w->f->j);
	w->db = fs_join(w->f->home, "journal.db");
	fj_buf_init(&b, 1 << 20);
	assert_int_equal(fs_read(w->db, &b, NULL), FJ_OK);
	cv_put(&w->image, 0, (const uint8_t *)b.p, b.n);
	fj_buf_release(&b);
	w->cv = xcalloc(1, sizeof(*w->cv));
	cv_install(w->cv);
	*state = w;
	return 0;
}

static int
world_teardown(void **state)
{
	struct world *w = *state;
	void *f = w->f;

	cv_reset(w->cv);
	(void)sqlite3_vfs_unregister(&w->cv->vfs);
	free(w->cv);
	free(w->image.p);
	free(w->db);
	free(w);
	return teardown(&f);
}

static void
nothing_acknowledged_is_lost(void **state)
{
	int cuts = cv_cuts(400);

	assert_int_equal(series(*state, cuts, 0), 0);
	print_message("%d power cuts, 0 acknowledged entries lost\n", cuts);
}

static void
control_of_a_lying_disk_loses(void **state)
{
	int bad = series(*state, 150, 40);

	print_message("control, lying disk: %d of 150 lost\n", bad);
	assert_true(bad > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
		T(nothing_acknowledged_is_lost), T(control_of_a_lying_disk_loses),
#undef T
	};

	return cmocka_run_group_tests_name("journal powercut", tests, NULL, NULL);
}
