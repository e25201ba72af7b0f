/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/mem.h"

static void
text_is_empty_before_anything_is_added(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_string_equal(buf_text(&b), "");
	buf_clear(&b);
}

static void
what_is_added_comes_out_in_order(void **state)
{
	struct buf b;
	char *text;

	(void)state;
	buf_init(&b);
	buf_add_str(&b, "alpha ");
	buf_printf(&b, "%d", 42);
	buf_add_byte(&b, '!');
	buf_add_fill(&b, '-', 3);
	text = buf_take(&b);
	assert_string_equal(text, "alpha 42!---");
	assert_int_equal(b.len, 0);
	mem_free(text);
}

static void
consuming_keeps_the_rest(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_add_str(&b, "headtail");
	buf_consume(&b, 4);
	assert_string_equal(buf_text(&b), "tail");
	buf_consume(&b, 400);
	assert_string_equal(buf_text(&b), "");
	buf_clear(&b);
}

static void
scalars_become_utf8_of_every_length(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	assert_int_equal(buf_add_utf8(&b, 'a'), 1);
	assert_int_equal(buf_add_utf8(&b, 0xe9), 2);
	assert_int_equal(buf_add_utf8(&b, 0x20ac), 3);
	assert_int_equal(buf_add_utf8(&b, 0x1f600), 4);
	assert_string_equal(buf_text(&b), "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_empty_before_anything_is_added),
		cmocka_unit_test(what_is_added_comes_out_in_order),
		cmocka_unit_test(consuming_keeps_the_rest),
		cmocka_unit_test(scalars_become_utf8_of_every_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
