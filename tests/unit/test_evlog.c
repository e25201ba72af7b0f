/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/evlog.h"

static char dir[] = "/tmp/test_evlogXXXXXX";
static char path[64];

static int
make_dir(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/events", dir);
	return 0;
}

static int
remove_dir(void **state)
{
	char old[80];
	int i;

	(void)state;
	(void)unlink(path);
	for (i = 1; i <= 3; i++) {
		(void)snprintf(old, sizeof(old), "%s.%d", path, i);
		(void)unlink(old);
	}
	return rmdir(dir);
}

static void
rows_are_sorted_unique_and_complete(void **state)
{
	const struct evlog_row *row;

	(void)state;
	for (row = evlog_rows; row->id != 0; row++) {
		assert_true(row == evlog_rows || row[-1].id < row->id);
		assert_true(strlen(row->text) > 10);
		assert_int_equal(row->text[strlen(row->text) - 1], '.');
		assert_int_equal(row->action[strlen(row->action) - 1], '.');
		assert_ptr_equal(evlog_row(row->id), row);
	}
	assert_null(evlog_row(1));
}

static bool
describe(const struct evlog_event *e, void *arg)
{
	buf_printf(arg, "%d %u %s: %s\n", (int)e->record, e->id, e->service,
	    e->text);
	return true;
}

static void
events_come_back_in_either_order(void **state)
{
	struct evlog_file *e;
	struct fault f;
	struct buf b;
	FILE *fp;

	(void)state;
	buf_init(&b);
	assert_int_equal(evlog_file_read(path, false, describe, &b, &f), 0);
	assert_int_equal(b.len, 0);
	e = evlog_file_open(path, &f);
	assert_non_null(e);
	assert_int_equal(evlog_file_add(e, 5, "A", 1000, "one\ttwo\n\\", &f), 0);
	evlog_file_close(e);
	/* A torn line, and garbage. */
	fp = fopen(path, "ae");
	assert_non_null(fp);
	(void)fputs("garbage\n7\t", fp);
	(void)fclose(fp);
	e = evlog_file_open(path, &f);
	assert_int_equal(
	    evlog_file_add(e, 6, "B", 2002, "caf\xc3\xa9", &f), 0);
	assert_int_equal(evlog_file_read(path, false, describe, &b, &f), 0);
	assert_string_equal(b.data,
	    "1 1000 A: one\ttwo\n\\\n2 2002 B: caf\xc3\xa9\n");
	buf_reset(&b);
	assert_int_equal(evlog_file_read(path, true, describe, &b, &f), 0);
	assert_string_equal(b.data,
	    "2 2002 B: caf\xc3\xa9\n1 1000 A: one\ttwo\n\\\n");
	evlog_file_close(e);
	buf_clear(&b);
}

static bool
count(const struct evlog_event *e, void *arg)
{
	uint64_t *last = arg;

	assert_true(e->record == last[0] + 1 || last[0] == 0);
	last[0] = e->record;
	last[1]++;
	return true;
}

static void
a_large_log_is_rotated_and_stays_bounded(void **state)
{
	struct evlog_file *e = evlog_file_open(path, NULL);
	uint64_t last[2] = { 0, 0 };
	char text[1000];
	int i;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < 25000; i++)
		assert_int_equal(
		    evlog_file_add(e, i, "S", 1000, text, NULL), 0);
	assert_int_equal(evlog_file_read(path, false, count, last, NULL), 0);
	assert_int_equal(last[0], 25002);
	assert_in_range(last[1], 12000, 17000);
	evlog_file_close(e);
	e = evlog_file_open(path, NULL);
	assert_int_equal(evlog_file_add(e, 1, "S", 1000, "x", NULL), 0);
	last[0] = last[1] = 0;
	assert_int_equal(evlog_file_read(path, false, count, last, NULL), 0);
	assert_int_equal(last[0], 25003);
	evlog_file_close(e);
}

static void
note(unsigned int id, const char *text, void *arg)
{
	buf_printf(arg, "%u %s\n", id, text);
}

static void
a_repeated_event_is_told_once(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_init(&b);
	evlog_set_sink(note, &b);
	for (i = 0; i < 100; i++)
		evlog_write(EVLOG_PARTNER_REFUSED, "partner %d", i % 2);
	assert_string_equal(buf_text(&b), "2002 partner 0\n2002 partner 1\n");
	evlog_set_sink(NULL, NULL);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_sorted_unique_and_complete),
		cmocka_unit_test(events_come_back_in_either_order),
		cmocka_unit_test(a_large_log_is_rotated_and_stays_bounded),
		cmocka_unit_test(a_repeated_event_is_told_once),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
