/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live state: what survives an end of the process at any byte. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/log.h"
#include "live/live.h"

static char dir_name[] = "/tmp/fedsh-live-XXXXXX";
static int dir = -1;

static int
setup(void **state)
{
	(void)state;
	log_open_fd(-1, LOG_LEVEL_NONE);
	(void)signal(SIGXFSZ, SIG_IGN);
	if (mkdtemp(dir_name) == NULL)
		return -1;
	dir = open(dir_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlinkat(dir, "j", 0);
	(void)unlinkat(dir, "j.new", 0);
	(void)close(dir);
	return rmdir(dir_name);
}

static int
fresh(void **state)
{
	(void)state;
	(void)unlinkat(dir, "j", 0);
	return 0;
}

static struct live *
opened(void)
{
	struct live *l = NULL;
	struct fault f;

	if (live_open(dir, "j", &l, &f) < 0)
		fail_msg("%s", f.text);
	return l;
}

static void
put(struct live *l, const char *key, const char *value)
{
	assert_int_equal(live_put(l, key, strlen(key), value, strlen(value),
	    NULL), 0);
}

static void
assert_is(struct live *l, const char *key, const char *value)
{
	size_t len = 0;
	const char *got = live_get(l, key, strlen(key), &len);

	if (value == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_int_equal(len, strlen(value));
	assert_memory_equal(got, value, len);
}

static void
what_was_put_is_there_after_a_restart(void **state)
{
	struct live *l = opened();

	(void)state;
	put(l, "a", "1");
	put(l, "b", "2");
	put(l, "a", "3");
	put(l, "c", "");
	assert_int_equal(live_remove(l, "b", 1, NULL), 0);
	assert_int_equal(live_remove(l, "never", 5, NULL), 0);
	live_close(l);
	l = opened();
	assert_int_equal(live_count(l), 2);
	assert_is(l, "a", "3");
	assert_is(l, "b", NULL);
	assert_is(l, "c", "");
	live_close(l);
}

static void
a_second_writer_is_refused(void **state)
{
	struct live *l = opened(), *m = NULL;
	struct fault f;

	(void)state;
	assert_int_equal(live_open(dir, "j", &m, &f), -1);
	assert_int_equal(f.code, FAULT_BUSY);
	assert_null(m);
	live_close(l);
}

static void
another_file_is_left_alone(void **state)
{
	struct live *l = NULL;
	struct fault f;
	int fd = openat(dir, "j", O_WRONLY | O_CREAT, 0600);

	(void)state;
	assert_int_equal(write(fd, "somebody else's text", 20), 20);
	(void)close(fd);
	assert_int_equal(live_open(dir, "j", &l, &f), -1);
	assert_int_equal(f.code, FAULT_INVALID_DATA);
}

/* Whatever byte the file ends at, the records before it are there. */
static void
a_tail_torn_at_any_byte_is_dropped(void **state)
{
	struct live *l = opened();
	uint64_t one, two, at;

	(void)state;
	put(l, "first", "value one");
	one = live_size(l);
	put(l, "second", "value two");
	two = live_size(l);
	live_close(l);
	for (at = two; at-- > 0;) {
		char path[64];

		(void)snprintf(path, sizeof(path), "%s/j", dir_name);
		assert_int_equal(truncate(path, (off_t)at), 0);
		l = opened();
		assert_is(l, "first", at >= one ? "value one" : NULL);
		assert_is(l, "second", NULL);
		put(l, "third", "x");
		live_close(l);
		l = opened();
		assert_is(l, "third", "x");
		live_close(l);
	}
}

static void
a_damaged_record_ends_what_is_read(void **state)
{
	struct live *l = opened();
	uint64_t one;
	int fd;

	(void)state;
	put(l, "first", "value one");
	one = live_size(l);
	put(l, "second", "value two");
	live_close(l);
	fd = openat(dir, "j", O_WRONLY);
	assert_int_equal(pwrite(fd, "?", 1, (off_t)one + 15), 1);
	(void)close(fd);
	l = opened();
	assert_is(l, "first", "value one");
	assert_is(l, "second", NULL);
	assert_true(live_dropped(l) > 0);
	live_close(l);
}

static void
a_disk_that_is_full_costs_nothing_once_it_is_not(void **state)
{
	struct rlimit old, lim;
	struct live *l = opened();
	struct fault f;
	char big[4096];

	(void)state;
	memset(big, 'x', sizeof(big));
	put(l, "kept", "1");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	lim = old;
	lim.rlim_cur = 1000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &lim), 0);
	assert_int_equal(live_put(l, "big", 3, big, sizeof(big), &f), -1);
	assert_int_equal(live_put(l, "kept", 4, "2", 1, &f), -1);
	assert_int_equal(live_step(l, &f), -1);
	assert_is(l, "kept", "2");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	while (live_step(l, &f) > 0)
		;
	assert_int_equal(live_put(l, "more", 4, "3", 1, &f), 0);
	live_close(l);
	l = opened();
	assert_is(l, "kept", "2");
	assert_is(l, "more", "3");
	assert_int_equal(live_count(l), 3);
	assert_int_equal(live_dropped(l), 0);
	live_close(l);
}

static void
a_journal_of_old_news_is_rewritten_in_steps(void **state)
{
	struct live *l = opened();
	char key[32], value[200];
	int i, steps = 0, rc;
	struct fault f;

	(void)state;
	memset(value, 'v', sizeof(value));
	for (i = 0; i < 20000; i++) {
		(void)snprintf(key, sizeof(key), "k%d", i % 4000);
		(void)snprintf(value, 20, "%d", i);
		assert_int_equal(live_put(l, key, strlen(key), value,
		    sizeof(value), NULL), 0);
	}
	while ((rc = live_step(l, &f)) > 0) {
		/* Changes in the middle are not lost. */
		put(l, "during", "1");
		put(l, "k5", "new");
		assert_int_equal(live_remove(l, "k7", 2, NULL), 0);
		steps++;
	}
	assert_int_equal(rc, 0);
	assert_true(steps > 1);
	assert_true(live_size(l) < 4000 * 300);
	live_close(l);
	l = opened();
	assert_int_equal(live_count(l), 4000);
	assert_is(l, "during", "1");
	assert_is(l, "k5", "new");
	assert_is(l, "k7", NULL);
	live_close(l);
}

static void
records_too_big_are_refused(void **state)
{
	struct live *l = opened();
	static char big[LIVE_VALUE_MAX + 1];
	struct fault f;

	(void)state;
	assert_int_equal(live_put(l, "k", 1, big, sizeof(big), &f), -1);
	assert_int_equal(f.code, FAULT_LIMIT);
	assert_int_equal(live_put(l, big, LIVE_KEY_MAX + 1, "", 0, &f), -1);
	assert_int_equal(live_count(l), 0);
	live_close(l);
}

static bool
count_two(const void *key, size_t key_len, const void *value, size_t len,
    void *arg)
{
	int *n = arg;

	(void)key;
	(void)key_len;
	(void)value;
	(void)len;
	return ++*n < 2;
}

static void
a_walk_ends_when_asked_to(void **state)
{
	struct live *l = opened();
	int n = 0;

	(void)state;
	put(l, "a", "1");
	put(l, "b", "1");
	put(l, "c", "1");
	live_each(l, count_two, &n);
	assert_int_equal(n, 2);
	live_close(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    what_was_put_is_there_after_a_restart, fresh),
		cmocka_unit_test_setup(a_second_writer_is_refused, fresh),
		cmocka_unit_test_setup(another_file_is_left_alone, fresh),
		cmocka_unit_test_setup(
		    a_tail_torn_at_any_byte_is_dropped, fresh),
		cmocka_unit_test_setup(
		    a_damaged_record_ends_what_is_read, fresh),
		cmocka_unit_test_setup(
		    a_disk_that_is_full_costs_nothing_once_it_is_not, fresh),
		cmocka_unit_test_setup(
		    a_journal_of_old_news_is_rewritten_in_steps, fresh),
		cmocka_unit_test_setup(records_too_big_are_refused, fresh),
		cmocka_unit_test_setup(a_walk_ends_when_asked_to, fresh),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
