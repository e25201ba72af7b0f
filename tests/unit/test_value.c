/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/dict.h"
#include "core/list.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"

static void
a_string_outlives_the_object_it_came_from(void **state)
{
	struct object *o = object_new(NULL);
	struct value got;

	(void)state;
	object_set_take(o, "Name", value_string("Ken"));
	got = object_get(o, "name");
	value_unref(object_value(o));
	assert_string_equal(value_chars(got), "Ken");
	value_unref(got);
}

static void
names_match_without_case_and_keep_it(void **state)
{
	struct object *o = object_new("X");

	(void)state;
	object_set_take(o, "EnableXmppAccess", value_bool(true));
	object_set_take(o, "enablexmppaccess", value_bool(false));
	assert_int_equal(o->count, 1);
	assert_string_equal(value_chars(o->members[0].name), "EnableXmppAccess");
	assert_false(object_peek(o, "ENABLEXMPPACCESS").u.b);
	value_unref(object_value(o));
}

static void
many_members_are_found_through_the_index(void **state)
{
	struct object *o = object_new(NULL);
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		(void)snprintf(name, sizeof(name), "P%d", i);
		object_set_take(o, name, value_int(i));
	}
	assert_true(object_remove(o, "p50"));
	for (i = 0; i < 200; i++) {
		(void)snprintf(name, sizeof(name), "p%d", i);
		if (i == 50)
			assert_null(object_find(o, name));
		else
			assert_int_equal(object_peek(o, name).u.i, i);
	}
	value_unref(object_value(o));
}

static void
a_dictionary_keeps_order_through_removal_and_growth(void **state)
{
	struct dict *d = dict_new(NULL);
	struct dict_entry *e;
	size_t pos;
	int i, want = 1;

	(void)state;
	for (i = 0; i < 1000; i++)
		dict_set_take(d, value_int(i), value_int(i * 2));
	for (i = 0; i < 1000; i += 2)
		assert_true(dict_remove(d, value_int(i)));
	for (i = 1000; i < 3000; i++)
		dict_set_take(d, value_int(i), value_int(i * 2));
	DICT_EACH (e, d, pos) {
		assert_int_equal(e->key.u.i, want);
		assert_int_equal(e->value.u.i, want * 2);
		want += want < 999 ? 2 : 1;
	}
	assert_int_equal(d->count, 2500);
	assert_null(dict_find(d, value_int(4)));
	assert_null(dict_find(d, value_long(5)));
	value_unref(dict_value(d));
}

static void
string_keys_ignore_case_unless_told(void **state)
{
	struct dict *d = dict_new(NULL);
	struct dict *sensitive = dict_new(NULL);

	(void)state;
	sensitive->ignore_case = false;
	dict_set_str_take(d, "Alpha", value_int(1));
	dict_set_str_take(sensitive, "Alpha", value_int(1));
	assert_int_equal(dict_peek(d, "ALPHA").u.i, 1);
	assert_true(value_is_null(dict_peek(sensitive, "ALPHA")));
	value_unref(dict_value(d));
	value_unref(dict_value(sensitive));
}

static void
text_is_counted_and_cut_in_utf16_units(void **state)
{
	struct value v = value_string("a\xf0\x9f\x98\x80z");
	struct value high = string_slice(string_of(v), 0, 2);
	struct value low = string_slice(string_of(v), 2, 2);
	struct value both[2] = { high, low };
	struct value whole;

	(void)state;
	assert_int_equal(string_of(v)->units, 4);
	assert_int_equal(string_unit(string_of(v), 1), 0xd83d);
	assert_int_equal(string_unit(string_of(v), 2), 0xde00);
	assert_int_equal(string_offset(string_of(v), 3), 5);
	assert_int_equal(string_of(high)->len, 4); /* a lone surrogate kept */
	whole = string_concat(both, 2);
	assert_int_equal(string_of(whole)->units, 4);
	value_unref(v);
	value_unref(high);
	value_unref(low);
	value_unref(whole);
}

static void
a_chain_of_a_million_links_is_let_go_without_a_deep_stack(void **state)
{
	struct value head = VALUE_NULL;
	int i;

	(void)state;
	for (i = 0; i < 1000000; i++) {
		struct list *l = list_new(NULL, 1);

		list_add_take(l, head);
		head = list_value(l);
	}
	value_unref(head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_string_outlives_the_object_it_came_from),
		cmocka_unit_test(names_match_without_case_and_keep_it),
		cmocka_unit_test(many_members_are_found_through_the_index),
		cmocka_unit_test(
		    a_dictionary_keeps_order_through_removal_and_growth),
		cmocka_unit_test(string_keys_ignore_case_unless_told),
		cmocka_unit_test(text_is_counted_and_cut_in_utf16_units),
		cmocka_unit_test(
		    a_chain_of_a_million_links_is_let_go_without_a_deep_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
