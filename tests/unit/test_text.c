/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/text: UTF-8, casing and the order of strings. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/text.h"

static int
sign(int i)
{
	return (i > 0) - (i < 0);
}

static int
order(const char *a, const char *b, bool ignore_case)
{
	return sign(text_compare(a, strlen(a), b, strlen(b), ignore_case));
}

static void
ascii_is_ordered_as_icu_orders_it(void **state)
{
	char a[8], b[8];
	int x, y, quick, slow, fold;

	(void)state;
	for (x = 1; x < 128; x++) {
		for (y = 1; y < 128; y++) {
			for (fold = 0; fold < 2; fold++) {
				a[0] = (char)x;
				b[0] = (char)y;
				a[1] = b[1] = 'x';
				a[2] = b[2] = '\0';
				quick = order(a, b, fold);
				/* The same with a letter that needs ICU. */
				memcpy(a + 2, "\xc3\xa9", 3);
				memcpy(b + 2, "\xc3\xa9", 3);
				slow = order(a, b, fold);
				assert_int_equal(quick, slow);
			}
		}
	}
}

static void
order_is_linguistic(void **state)
{
	(void)state;
	assert_int_equal(order("a", "B", false), -1);
	assert_int_equal(order("a", "A", false), -1);
	assert_int_equal(order("A", "a", true), 0);
	assert_int_equal(order("\xc3\xa9", "f", true), -1);
	assert_int_equal(order("resume", "r\xc3\xa9sum\xc3\xa9", true), -1);
	assert_int_equal(order("co-op", "coop", false), -1);
}

static void
only_rfc_3629_is_utf8(void **state)
{
	(void)state;
	assert_true(utf8_valid("\xc3\xa9", 2));
	assert_false(utf8_valid("\xc3", 1));
	assert_false(utf8_valid("\xed\xa0\x80", 3));
	assert_false(utf8_valid("\xc0\x80", 2));
	assert_false(utf8_valid("\xf4\x90\x80\x80", 4));
}

static void
casing_keeps_the_number_of_letters(void **state)
{
	size_t len;
	char *up = text_upper("stra\xc3\x9f" "e \xc3\xa9", 10, &len);

	(void)state;
	assert_string_equal(up, "STRA\xc3\x9f" "E \xc3\x89");
	mem_free(up);
}

static void
composed_and_decomposed_are_told_apart_by_form(void **state)
{
	char *c = text_normalize("e\xcc\x81", 3, TEXT_NFC, NULL);

	(void)state;
	assert_string_equal(c, "\xc3\xa9");
	mem_free(c);
	assert_false(text_is_normalized("e\xcc\x81", 3, TEXT_NFC));
	assert_true(text_equal("e\xcc\x81", 3, "\xc3\xa9", 2, false));
}

static void
searching_can_ignore_case(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(text_find("xABab", 5, 0, "ab", 2, true, &len), 1);
	assert_int_equal(text_find("xABab", 5, 0, "ab", 2, false, &len), 3);
	assert_int_equal(text_find_last("xABab", 5, "ab", 2, true, &len), 3);
	assert_true(text_find("x", 1, 0, "y", 1, true, NULL) == TEXT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_is_ordered_as_icu_orders_it),
		cmocka_unit_test(order_is_linguistic),
		cmocka_unit_test(only_rfc_3629_is_utf8),
		cmocka_unit_test(casing_keeps_the_number_of_letters),
		cmocka_unit_test(composed_and_decomposed_are_told_apart_by_form),
		cmocka_unit_test(searching_can_ignore_case),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
