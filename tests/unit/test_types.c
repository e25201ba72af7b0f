/* SPDX-License-Identifier: GPL-3.0-or-later */
/* types: operators, conversions, members and formats, table-driven. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "types/types.h"

static struct run run;

static void
expect_text(struct value v, const char *text)
{
	struct value got = VALUE_NULL;

	assert_int_equal(value_text(&run, v, &got), FLOW_MORE);
	assert_string_equal(value_chars(got), text);
	value_unref(got);
	value_unref(v);
}

static struct value
binary(enum binary_op op, struct value a, struct value b)
{
	struct value out = VALUE_NULL;

	assert_int_equal(value_binary(&run, op, a, b, &out), FLOW_MORE);
	value_unref(a);
	value_unref(b);
	return out;
}

static struct value
s(const char *text)
{
	return value_string(text);
}

static struct value
cast(const char *type, struct value v)
{
	struct value out = VALUE_NULL;
	const struct type *t = type_find(type, strlen(type));

	assert_non_null(t);
	assert_int_equal(value_convert(&run, v, t, &out), FLOW_MORE);
	value_unref(v);
	return out;
}

static void
numbers_promote_and_overflow_as_in_powershell(void **state)
{
	struct value v;

	(void)state;
	v = binary(OP_ADD, value_int(2), value_int(3));
	assert_ptr_equal(v.type, &type_int);
	expect_text(v, "5");
	v = binary(OP_ADD, value_int(INT32_MAX), value_int(1));
	assert_ptr_equal(v.type, &type_double);
	expect_text(v, "2147483648");
	expect_text(binary(OP_DIV, value_int(7), value_int(2)), "3.5");
	expect_text(binary(OP_DIV, value_int(6), value_int(2)), "3");
	expect_text(binary(OP_ADD, value_int(5), s("0x1F")), "36");
	expect_text(binary(OP_ADD, s("5"), value_int(1)), "51");
	expect_text(binary(OP_MUL, s("ab"), value_int(3)), "ababab");
	expect_text(binary(OP_DIV, cast("decimal", value_int(1)),
	    value_int(3)), "0.3333333333333333333333333333");
	expect_text(binary(OP_ADD, value_double(0.1), value_double(0.2)),
	    "0.3");
}

static void
dividing_by_zero_leaves(void **state)
{
	struct value out = VALUE_NULL;

	(void)state;
	assert_int_equal(value_binary(&run, OP_DIV, value_int(1),
	    value_int(0), &out), FLOW_LEAVE);
	assert_string_equal(value_chars(run.leave.value),
	    "Attempted to divide by zero.");
	run_leave_clear(&run);
}

static void
comparison_filters_lists_and_ignores_case(void **state)
{
	struct value items[3] = { value_int(1), value_int(2), value_int(3) };

	(void)state;
	expect_text(binary(OP_IGT, value_list(items, 3), value_int(1)), "2 3");
	expect_text(binary(OP_IEQ, s("ABC"), s("abc")), "True");
	expect_text(binary(OP_CEQ, s("ABC"), s("abc")), "False");
	expect_text(binary(OP_ILIKE, s("Hello"), s("h*[l-o]")), "True");
	expect_text(binary(OP_IREPLACE, s("a1b2"), s("\\d")), "ab");
	expect_text(binary(OP_ISPLIT, s("a,b,c"), s(",")), "a b c");
	expect_text(binary(OP_JOIN, value_list(items, 3), s("-")), "1-2-3");
	expect_text(binary(OP_RANGE, value_int(3), value_int(1)), "3 2 1");
	expect_text(binary(OP_FORMAT, s("{0:N2}|{0,8}"), value_int(1234)),
	    "1,234.00|    1234");
}

static void
conversions_follow_the_types(void **state)
{
	(void)state;
	expect_text(cast("int", s("12kb")), "12288");
	expect_text(cast("int", value_double(2.5)), "2");
	expect_text(cast("int[]", s("7")), "7");
	expect_text(cast("System.DayOfWeek", s("fri")), "Friday");
	expect_text(cast("datetime", s("2020-02-29T10:11:12")),
	    "02/29/2020 10:11:12");
	expect_text(cast("timespan", s("1.02:03:04")), "1.02:03:04");
	expect_text(cast("bool", s("")), "False");
	expect_text(cast("char", value_int(65)), "A");
}

static void
what_cannot_be_converted_says_so(void **state)
{
	struct value out = VALUE_NULL, v = s("abc");
	bool ok = true;

	(void)state;
	assert_int_equal(value_convert(&run, v, &type_int, &out), FLOW_LEAVE);
	assert_string_equal(value_chars(run.leave.value),
	    "Cannot convert value \"abc\" to type \"System.Int32\". Error: "
	    "\"The input string 'abc' was not in a correct format.\"");
	run_leave_clear(&run);
	assert_int_equal(value_try_convert(&run, v, &type_int, &out, &ok),
	    FLOW_MORE);
	assert_false(ok);
	value_unref(v);
}

static void
members_are_found_on_bags_keys_and_items(void **state)
{
	struct object *o = object_new(NULL);
	struct dict *d = dict_new(NULL);
	struct value got, both[2];
	struct value list;
	bool found;

	(void)state;
	object_set_take(o, "Name", s("x"));
	dict_set_str_take(d, "name", s("y"));
	both[0] = object_value(o);
	both[1] = dict_value(d);
	list = value_list(both, 2);
	assert_int_equal(value_get_member(&run, both[0], "NAME", &got, &found),
	    FLOW_MORE);
	assert_true(found);
	expect_text(got, "x");
	(void)value_get_member(&run, list, "Name", &got, &found);
	expect_text(got, "x y");
	(void)value_get_member(&run, list, "Count", &got, &found);
	expect_text(got, "2");
	(void)value_get_member(&run, list, "missing", &got, &found);
	assert_false(found);
	assert_int_equal(value_set_member(&run, both[1], "z", value_int(1)),
	    FLOW_MORE);
	assert_int_equal(d->count, 2);
	value_unref(list);
	value_unref(both[0]);
	value_unref(both[1]);
}

static void
names_of_types_are_read_in_every_form(void **state)
{
	static const struct {
		const char *name;
		const char *display;
	} rows[] = {
		{ "int", "int" },
		{ "System.Int32", "int" },
		{ "string[]", "string[]" },
		{ "object[]", "System.Object[]" },
		{ "Nullable[int]", "System.Nullable[int]" },
		{ "System.Collections.Generic.List[string]",
		    "System.Collections.Generic.List[string]" },
		{ "Collections.Generic.Dictionary[string,int[]]",
		    "System.Collections.Generic.Dictionary[string,int[]]" },
		{ "IO.IOException", "System.IO.IOException" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct type *t = type_find(rows[i].name,
		    strlen(rows[i].name));

		assert_non_null(t);
		assert_string_equal(type_display_name(t), rows[i].display);
	}
	assert_null(type_find("NoSuchType", 10));
}

static int
setup(void **state)
{
	(void)state;
	types_init();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_promote_and_overflow_as_in_powershell),
		cmocka_unit_test(dividing_by_zero_leaves),
		cmocka_unit_test(comparison_filters_lists_and_ignores_case),
		cmocka_unit_test(conversions_follow_the_types),
		cmocka_unit_test(what_cannot_be_converted_says_so),
		cmocka_unit_test(members_are_found_on_bags_keys_and_items),
		cmocka_unit_test(names_of_types_are_read_in_every_form),
	};

	return cmocka_run_group_tests_name("types", tests, setup, NULL);
}
