/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from the measures of a link (P1–P3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "client/pace.h"
#include "crypto/crypto.h"

/* A link of this many bytes a second, whose queue is seen. */
static struct pace
link_of(int64_t rate, int64_t least_ms)
{
	struct pace p;

	pace_init(&p);
	pace_rtt(&p, least_ms * 2000, least_ms * 1000);
	pace_carried(&p, rate * 2, 2000);
	return p;
}

static void
nothing_known(void **state)
{
	struct pace p;

	(void)state;
	pace_init(&p);
	assert_int_equal(pace_batch(&p), PACE_BATCH_FIRST);
	assert_int_equal(pace_sndbuf(&p), 0);
	assert_int_equal(pace_stall_ms(&p), PACE_STALL_MS);
	assert_int_equal(pace_transfers(&p), 1);
	assert_int_equal(pace_lead(&p), 0);
	assert_false(pace_slow(&p));
}

static void
what_follows(void **state)
{
	static const struct {
		int64_t rate, rtt_ms;
		int sndbuf;
		unsigned transfers;
		bool slow;
	} row[] = {
		{ 8000, 600, PACE_SNDBUF_LEAST, 1, true },
		{ 64000, 600, 38400, 2, true },
		{ 250000, 600, 150000, 2, false },
		{ 2000000, 600, 0, 2, false },
		{ 64000, 20, PACE_SNDBUF_LEAST, 1, true },
		{ 50000000, 1, 0, 1, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct pace p = link_of(row[i].rate, row[i].rtt_ms);

		if (pace_sndbuf(&p) != row[i].sndbuf || pace_transfers(&p) != row[i].transfers ||
		    pace_slow(&p) != row[i].slow)
			fail_msg("row %zu: %d %u", i, pace_sndbuf(&p), pace_transfers(&p));
		assert_true(pace_doubt_ms(&p) <= pace_dead_ms(&p));
		assert_true(pace_dead_ms(&p) <= pace_stall_ms(&p));
	}
}

/* A lossy long link under a loss-driven kernel: more at once. */
static void
lossy_takes_three(void **state)
{
	struct pace p = link_of(64000, 600);

	(void)state;
	pace_segments(&p, 1000, 30);
	assert_int_equal(pace_transfers(&p), 3);
	p.bbr = true;
	assert_int_equal(pace_transfers(&p), 2);
}

/* A rate that no queue limits is a lower bound. */
static void
rate_without_queue(void **state)
{
	struct pace p;

	(void)state;
	pace_init(&p);
	pace_rtt(&p, 600000, 600000);
	pace_carried(&p, 20000, 1000);
	assert_int_equal(p.rate, 30000);
	pace_carried(&p, 10000, 1000);
	assert_int_equal(p.rate, 30000);
	pace_rtt(&p, 1200000, 600000);
	pace_carried(&p, 10000, 1000);
	assert_int_equal(p.rate, 25000);
	pace_carried(&p, 0, 1000);
	pace_carried(&p, 10, 0);
	assert_int_equal(p.rate, 25000);
}

/* P3 */
static void
stall_is_of_the_link(void **state)
{
	struct pace p = link_of(8000, 600);

	(void)state;
	assert_true(pace_stall_ms(&p) >= PACE_STALL_MS);
	pace_rtt(&p, 5000000, 600000);
	assert_true(pace_stall_ms(&p) >= 20000);
	pace_rtt(&p, 59000000, 600000);
	assert_int_equal(pace_stall_ms(&p), 60000);
}

/* P1 */
static void
batches(void **state)
{
	struct pace p = link_of(8000, 600);
	int i;

	(void)state;
	pace_batch_done(&p, p.batch, 4000);
	assert_int_equal(pace_batch(&p), 16000);
	pace_batch_done(&p, 100, 4000);
	assert_int_equal(pace_batch(&p), 16000);
	pace_batch_cut(&p);
	assert_int_equal(pace_batch(&p), 8000);
	pace_batch_cut(&p);
	pace_batch_cut(&p);
	assert_int_equal(pace_batch(&p), PACE_BATCH_LEAST);
	pace_init(&p);
	for (i = 0; i < 20; i++)
		pace_batch_done(&p, p.batch, 10);
	assert_int_equal(pace_batch(&p), PACE_BATCH_MOST);
	pace_batch_done(&p, p.batch, 20000);
	assert_int_equal(pace_batch(&p), PACE_BATCH_MOST / 10);
}

/* P2 */
static void
waits(void **state)
{
	struct pace p;
	int64_t ms;
	int i;

	(void)state;
	pace_init(&p);
	assert_int_equal(pace_cut(&p, 0, 100), 0);
	/* It had begun before: the same cut. */
	assert_int_equal(pace_cut(&p, 50, 120), 0);
	assert_int_equal(p.fails, 1);
	for (i = 2; i <= PACE_FAILS_MOST; i++) {
		ms = pace_cut(&p, i * 1000, i * 1000 + 10);
		assert_in_range(ms, 0, 1000 << (i - 2));
	}
	assert_int_equal(pace_cut(&p, 90000, 90001), -1);
	pace_progress(&p);
	assert_int_equal(pace_cut(&p, 91000, 91001), 0);
	for (i = 0; i < 100; i++) {
		assert_in_range(pace_jitter(1000, 3, 5000), 0, 5000);
		assert_in_range(pace_jitter(1000, 0, 5000), 0, 1000);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_known),
		cmocka_unit_test(what_follows),
		cmocka_unit_test(lossy_takes_three),
		cmocka_unit_test(rate_without_queue),
		cmocka_unit_test(stall_is_of_the_link),
		cmocka_unit_test(batches),
		cmocka_unit_test(waits),
	};

	crypto_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
