/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "net/loop.h"

static struct buf order;

struct mark {
	struct loop *loop;
	struct loop_timer *timer;
	const char *name;
	int again;
};

static void
note(void *arg)
{
	struct mark *m = arg;

	buf_printf(&order, "%s@%lld ", m->name, (long long)loop_now(m->loop));
	if (m->again > 0) {
		m->again--;
		loop_timer_set(m->timer, 10);
	}
}

static void
timers_fire_in_the_order_of_time(void **state)
{
	struct loop *l = loop_new(NULL);
	struct mark marks[] = { { l, NULL, "a", 2 }, { l, NULL, "b", 0 },
		{ l, NULL, "c", 0 }, { l, NULL, "d", 0 } };
	size_t i;

	(void)state;
	buf_init(&order);
	loop_clock_fake(l, 1000, 5000);
	for (i = 0; i < 4; i++)
		marks[i].timer = loop_timer_new(l, note, &marks[i]);
	loop_timer_set(marks[2].timer, 20);
	loop_timer_set(marks[0].timer, 10);
	loop_timer_set(marks[1].timer, 20);
	loop_timer_set(marks[3].timer, 15);
	loop_timer_cancel(marks[3].timer);
	loop_clock_advance(l, 9);
	assert_string_equal(buf_text(&order), "");
	assert_int_equal(loop_timer_left(marks[0].timer), 1);
	loop_clock_advance(l, 100);
	assert_string_equal(
	    order.data, "a@1010 c@1020 b@1020 a@1020 a@1030 ");
	assert_int_equal(loop_wall(l), 5109);
	for (i = 0; i < 4; i++)
		loop_timer_free(marks[i].timer);
	loop_free(l);
	buf_clear(&order);
}

static void
many_timers_keep_their_order(void **state)
{
	struct loop *l = loop_new(NULL);
	struct mark m[200];
	struct loop_timer *t[200];
	long long last = 0, now;
	const char *p;
	int i;

	(void)state;
	buf_init(&order);
	loop_clock_fake(l, 0, 0);
	loop_random_seed(l, 7);
	for (i = 0; i < 200; i++) {
		m[i] = (struct mark){ l, NULL, "t", 0 };
		t[i] = loop_timer_new(l, note, &m[i]);
		loop_timer_set(t[i], loop_random_below(l, 1000));
	}
	for (i = 0; i < 200; i += 3)
		loop_timer_set(t[i], loop_random_below(l, 1000));
	for (i = 1; i < 200; i += 3)
		loop_timer_free(t[i]);
	loop_clock_advance(l, 1000);
	for (i = 0, p = order.data; (p = strchr(p, '@')) != NULL; i++) {
		now = strtoll(++p, NULL, 10);
		assert_true(now >= last);
		last = now;
	}
	assert_int_equal(i, 133);
	for (i = 0; i < 200; i++)
		if (i % 3 != 1)
			loop_timer_free(t[i]);
	loop_free(l);
	buf_clear(&order);
}

static void
stop(void *arg)
{
	loop_stop(arg);
}

static void
a_real_timer_wakes_the_loop(void **state)
{
	struct loop *l = loop_new(NULL);
	struct loop_timer *t = loop_timer_new(l, stop, l);
	int64_t start = loop_now(l);

	(void)state;
	loop_timer_set(t, 20);
	loop_run(l);
	assert_true(loop_now(l) - start >= 19);
	loop_timer_free(t);
	loop_free(l);
}

static void
deferred_calls_run_in_order_on_the_next_turn(void **state)
{
	struct loop *l = loop_new(NULL);
	struct mark a = { l, NULL, "a", 0 }, b = { l, NULL, "b", 0 };

	(void)state;
	buf_init(&order);
	loop_clock_fake(l, 1, 1);
	loop_defer(l, note, &a);
	loop_defer(l, note, &b);
	assert_string_equal(buf_text(&order), "");
	assert_true(loop_turn(l, -1));
	assert_string_equal(order.data, "a@1 b@1 ");
	assert_false(loop_turn(l, 0));
	loop_free(l);
	buf_clear(&order);
}

static void
read_one(int fd, int events, void *arg)
{
	char c;

	assert_int_equal(events, LOOP_READ);
	assert_int_equal(read(fd, &c, 1), 1);
	*(char *)arg = c;
}

static void
a_descriptor_is_watched_until_paused(void **state)
{
	struct loop *l = loop_new(NULL);
	struct loop_watch *w;
	char got = 0;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	w = loop_watch_new(l, fds[0], LOOP_READ, read_one, &got);
	assert_int_equal(write(fds[1], "xy", 2), 2);
	assert_true(loop_turn(l, 1000));
	assert_int_equal(got, 'x');
	loop_watch_mask(w, 0);
	assert_false(loop_turn(l, 0));
	loop_watch_mask(w, LOOP_READ);
	assert_true(loop_turn(l, 1000));
	assert_int_equal(got, 'y');
	loop_watch_free(w);
	(void)close(fds[0]);
	(void)close(fds[1]);
	loop_free(l);
}

static void
on_signal(int signo, void *arg)
{
	*(int *)arg = signo;
}

static void
a_signal_arrives_in_the_loop(void **state)
{
	struct loop *l = loop_new(NULL);
	int got = 0;
	struct loop_signal *s = loop_signal_new(l, SIGUSR1, on_signal, &got);

	(void)state;
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(got, 0);
	assert_true(loop_turn(l, 1000));
	assert_int_equal(got, SIGUSR1);
	loop_signal_free(s);
	loop_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_fire_in_the_order_of_time),
		cmocka_unit_test(many_timers_keep_their_order),
		cmocka_unit_test(a_real_timer_wakes_the_loop),
		cmocka_unit_test(deferred_calls_run_in_order_on_the_next_turn),
		cmocka_unit_test(a_descriptor_is_watched_until_paused),
		cmocka_unit_test(a_signal_arrives_in_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
