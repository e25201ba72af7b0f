/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text files: encodings, lines, pieces, tails. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/textfile.h"

static char path[] = "/tmp/textfileXXXXXX";

static void
fill(const void *p, size_t n)
{
	struct text_writer *w = text_writer_open(path, 0, TEXT_UTF8);

	assert_non_null(w);
	assert_int_equal(text_writer_bytes(w, p, n), 0);
	assert_int_equal(text_writer_close(w), 0);
}

static void
next_is(struct text_reader *r, const char *delimiter, const char *want)
{
	const char *s;
	size_t n;

	assert_int_equal(text_reader_next(r, delimiter, &s, &n), 1);
	assert_int_equal(n, strlen(want));
	assert_memory_equal(s, want, n);
}

static void
ends(struct text_reader *r)
{
	const char *s;
	size_t n;

	assert_int_equal(text_reader_next(r, NULL, &s, &n), 0);
	text_reader_close(r);
}

static void
every_kind_of_line_end_ends_a_line(void **state)
{
	struct text_reader *r;

	(void)state;
	fill("a\nb\r\n\rc", 7);
	r = text_reader_open(path, TEXT_UTF8);
	next_is(r, NULL, "a");
	next_is(r, NULL, "b");
	next_is(r, NULL, "");
	next_is(r, NULL, "c");
	ends(r);
}

static void
a_delimiter_takes_the_place_of_line_ends(void **state)
{
	struct text_reader *r;

	(void)state;
	fill("a--b\n--", 7);
	r = text_reader_open(path, TEXT_UTF8);
	next_is(r, "--", "a");
	next_is(r, "--", "b\n");
	ends(r);
}

static void
what_is_written_in_an_encoding_is_read_back(void **state)
{
	static const enum text_encoding all[] = { TEXT_UTF8, TEXT_UTF8_BOM,
		TEXT_UTF16, TEXT_UTF16BE, TEXT_UTF32, TEXT_UTF32BE };
	static const char text[] = "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\n";

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct text_writer *w = text_writer_open(path, 0, all[i]);
		struct text_reader *r;

		assert_int_equal(text_writer_add(w, text, strlen(text)), 0);
		assert_int_equal(text_writer_close(w), 0);
		r = text_reader_open(path, TEXT_UTF8);
		next_is(r, NULL, "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80");
		ends(r);
	}
}

static void
a_tail_begins_where_the_last_lines_do(void **state)
{
	static const struct {
		const char *text;
		size_t count;
		const char *first;
	} rows[] = {
		{ "1\n2\n3\n", 1, "3" },
		{ "1\n2\n3\n", 2, "2" },
		{ "1\n2\n3", 2, "2" },
		{ "1\n2\n3\n", 9, "1" },
		{ "1\n\n\n", 2, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text_reader *r;

		fill(rows[i].text, strlen(rows[i].text));
		r = text_reader_open(path, TEXT_UTF8);
		assert_int_equal(text_reader_tail(r, NULL, rows[i].count), 0);
		next_is(r, NULL, rows[i].first);
		text_reader_close(r);
	}
}

static void
a_tail_of_a_long_file_is_found_from_its_end(void **state)
{
	struct text_writer *w = text_writer_open(path, 0, TEXT_UTF8);
	struct text_reader *r;
	char line[32];

	(void)state;
	for (int i = 0; i < 100000; i++)
		(void)text_writer_add(w, line, (size_t)snprintf(line,
		    sizeof(line), "line %d\n", i));
	assert_int_equal(text_writer_close(w), 0);
	r = text_reader_open(path, TEXT_UTF8);
	assert_int_equal(text_reader_tail(r, NULL, 20000), 0);
	next_is(r, NULL, "line 80000");
	text_reader_close(r);
}

static void
what_is_no_utf8_becomes_replacement_characters(void **state)
{
	struct value v = text_value("a\xff" "b", 3);

	(void)state;
	assert_string_equal(value_chars(v), "a\xef\xbf\xbd" "b");
	value_unref(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_line_end_ends_a_line),
		cmocka_unit_test(a_delimiter_takes_the_place_of_line_ends),
		cmocka_unit_test(what_is_written_in_an_encoding_is_read_back),
		cmocka_unit_test(a_tail_begins_where_the_last_lines_do),
		cmocka_unit_test(a_tail_of_a_long_file_is_found_from_its_end),
		cmocka_unit_test(
		    what_is_no_utf8_becomes_replacement_characters),
	};
	int fd = mkstemp(path), rc;

	if (fd >= 0)
		(void)close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlink(path);
	return rc;
}
