/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <unistd.h>

#include "os/loop.h"

struct seen {
	struct loop *l;
	char order[64];
	size_t n;
	uint64_t timer, end;
	int left;
	int fd;
};

static void
note(struct seen *s, char c)
{
	if (s->n < sizeof(s->order) - 1)
		s->order[s->n++] = c;
	s->order[s->n] = '\0';
}

static void
on_a(void *ctx)
{
	note(ctx, 'a');
}

static void
on_b(void *ctx)
{
	note(ctx, 'b');
}

static void
on_stop(void *ctx)
{
	struct seen *s = ctx;

	note(s, 's');
	loop_stop(s->l);
}

static void
on_read(void *ctx, int fd, int events)
{
	struct seen *s = ctx;
	char c;

	assert_true(events & (LOOP_READ | LOOP_ERROR));
	if (read(fd, &c, 1) == 1) {
		note(s, c);
		return;
	}
	note(s, 'E');
	loop_fd(s->l, fd, 0, NULL, NULL);
	loop_stop(s->l);
}

static void
descriptors(void **state)
{
	struct seen s = {0};
	struct fj_err e;
	int p[2];

	(void)state;
	assert_int_equal(loop_new(&s.l, &e), FJ_OK);
	assert_int_equal(pipe(p), 0);
	loop_fd(s.l, p[0], LOOP_READ, on_read, &s);
	assert_int_equal(write(p[1], "xy", 2), 2);
	close(p[1]);
	assert_int_equal(loop_run(s.l, &e), FJ_OK);
	assert_string_equal(s.order, "xyE");
	close(p[0]);
	loop_free(&s.l);
}

static void
on_write(void *ctx, int fd, int events)
{
	struct seen *s = ctx;

	assert_true(events & LOOP_WRITE);
	note(s, 'w');
	/* Change what is watched, and add another, from inside. */
	loop_fd(s->l, fd, 0, NULL, NULL);
	loop_fd(s->l, s->fd, LOOP_READ, on_read, s);
}

static void
changing_inside(void **state)
{
	struct seen s = {0};
	struct fj_err e;
	int p[2];

	(void)state;
	assert_int_equal(loop_new(&s.l, &e), FJ_OK);
	assert_int_equal(pipe(p), 0);
	s.fd = p[0];
	assert_int_equal(write(p[1], "q", 1), 1);
	loop_fd(s.l, p[1], LOOP_WRITE, on_write, &s);
	assert_int_equal(loop_once(s.l, 1000, &e), FJ_OK);
	assert_int_equal(loop_once(s.l, 1000, &e), FJ_OK);
	assert_string_equal(s.order, "wq");
	close(p[0]);
	close(p[1]);
	loop_free(&s.l);
}

static void
on_tick(void *ctx)
{
	struct seen *s = ctx;

	note(s, 't');
	if (--s->left == 0) {
		loop_cancel(s->l, s->timer);
		loop_after(s->l, 0, on_stop, s);
	}
}

static void
timers(void **state)
{
	struct seen s = {.left = 3};
	struct fj_err e;
	uint64_t gone;

	(void)state;
	assert_int_equal(loop_new(&s.l, &e), FJ_OK);
	loop_after(s.l, 2, on_b, &s);
	loop_after(s.l, 0, on_a, &s);
	gone = loop_after(s.l, 0, on_stop, &s);
	loop_cancel(s.l, gone);
	loop_cancel(s.l, gone);
	loop_cancel(s.l, 0);
	while (s.n < 2)
		assert_int_equal(loop_once(s.l, -1, &e), FJ_OK);
	assert_string_equal(s.order, "ab");
	s.timer = loop_every(s.l, 1, on_tick, &s);
	assert_int_equal(loop_run(s.l, &e), FJ_OK);
	assert_string_equal(s.order, "abttts");
	assert_true(loop_stopped(s.l));
	loop_free(&s.l);
}

static bool
on_work(void *ctx)
{
	struct seen *s = ctx;

	note(s, 'k');
	return --s->left > 0;
}

static void
on_end(void *ctx)
{
	struct seen *s = ctx;

	note(s, '.');
	if (s->left == 0)
		loop_stop(s->l);
}

static void
work(void **state)
{
	struct seen s = {.left = 3};
	struct fj_err e;

	(void)state;
	assert_int_equal(loop_new(&s.l, &e), FJ_OK);
	s.end = loop_turn_end(s.l, on_end, &s);
	loop_work(s.l, on_work, &s);
	loop_work_cancel(s.l, loop_work(s.l, on_work, &s));
	assert_int_equal(loop_run(s.l, &e), FJ_OK);
	assert_string_equal(s.order, "k.k.k.");
	loop_turn_end_cancel(s.l, s.end);
	assert_int_equal(loop_once(s.l, 0, &e), FJ_OK);
	assert_string_equal(s.order, "k.k.k.");
	loop_free(&s.l);
}

static void
signals(void **state)
{
	struct seen s = {0};
	struct loop *second;
	struct fj_err e;
	struct sigaction sa;

	(void)state;
	assert_int_equal(loop_new(&s.l, &e), FJ_OK);
	assert_int_equal(loop_new(&second, &e), FJ_OK);
	loop_signal(second, SIGUSR1, on_b, &s);		/* owns none: nothing */
	loop_signal(s.l, SIGUSR1, on_a, &s);
	loop_signal(s.l, SIGTERM, on_stop, &s);
	raise(SIGUSR1);
	raise(SIGUSR1);
	assert_string_equal(s.order, "");		/* not in the handler */
	assert_int_equal(loop_once(s.l, 0, &e), FJ_OK);
	assert_string_equal(s.order, "a");
	raise(SIGTERM);
	assert_int_equal(loop_run(s.l, &e), FJ_OK);
	assert_string_equal(s.order, "as");
	loop_free(&second);
	loop_free(&s.l);
	assert_null(s.l);
	sigaction(SIGTERM, NULL, &sa);
	assert_true(sa.sa_handler == SIG_DFL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors), cmocka_unit_test(changing_inside),
		cmocka_unit_test(timers), cmocka_unit_test(work), cmocka_unit_test(signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
