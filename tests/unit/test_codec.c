/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/object.h"
#include "core/string.h"

static struct value
sample(void)
{
	struct object *o = object_new("Fed.Policy");
	struct dict *d = dict_new(&type_ordered);
	struct list *l = list_new(NULL, 0);

	list_add_take(l, value_int(-5));
	list_add_take(l, value_long(INT64_MIN));
	list_add_take(l, value_double(0.1));
	list_add_take(l, value_char(0x20ac));
	list_add_take(l, value_bytes("\0\1\2", 3));
	list_add_take(l, value_datetime(637000000000000000));
	list_add_take(l, value_timespan(-1));
	dict_set_str_take(d, "list", list_value(l));
	dict_set_take(d, value_int(7), VALUE_NULL);
	object_set_take(o, "Identity", value_string("Tag:FedPic"));
	object_set_take(o, "Deep", dict_value(d));
	object_add(o, "Enabled", MEMBER_PROPERTY)->value = value_bool(true);
	return object_value(o);
}

static void
what_is_written_is_read_again(void **state)
{
	struct value v = sample(), back;
	struct buf a = { 0 }, b = { 0 };
	struct fault f;

	(void)state;
	assert_int_equal(codec_write(&a, v, &f), 0);
	assert_int_equal(codec_read(a.data, a.len, NULL, &back, &f), 0);
	assert_int_equal(codec_write(&b, back, &f), 0);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	assert_string_equal(object_type_name(object_of(back)), "Fed.Policy");
	assert_int_equal(object_find(object_of(back), "Enabled")->kind,
	    MEMBER_PROPERTY);
	value_unref(v);
	value_unref(back);
	buf_clear(&a);
	buf_clear(&b);
}

static void
every_cut_and_every_changed_byte_is_survived(void **state)
{
	struct value v = sample(), back;
	struct buf a = { 0 };
	struct fault f;
	size_t i;
	int bit;

	(void)state;
	assert_int_equal(codec_write(&a, v, &f), 0);
	for (i = 0; i < a.len; i++)
		assert_int_equal(codec_read(a.data, i, NULL, &back, &f), -1);
	for (i = 0; i < a.len; i++)
		for (bit = 0; bit < 8; bit++) {
			a.data[i] ^= (char)(1 << bit);
			if (codec_read(a.data, a.len, NULL, &back, &f) == 0)
				value_unref(back);
			a.data[i] ^= (char)(1 << bit);
		}
	value_unref(v);
	buf_clear(&a);
}

static void
a_list_that_contains_itself_is_refused(void **state)
{
	struct list *l = list_new(NULL, 0);
	struct buf b = { 0 };
	struct fault f;

	(void)state;
	list_add(l, list_value(l));
	assert_int_equal(codec_write(&b, list_value(l), &f), -1);
	assert_int_equal(f.code, FAULT_DEPTH);
	assert_int_equal(b.len, 0);
	list_truncate(l, 0);
	value_unref(list_value(l));
	buf_clear(&b);
}

static void
limits_hold(void **state)
{
	struct codec_limits few = { .bytes = 1000, .elements = 3 };
	struct codec_limits small = { .bytes = 4, .elements = 100 };
	struct value items[3] = { value_int(1), value_int(2), value_int(3) };
	struct value v = value_list(items, 3), back;
	struct buf b = { 0 };
	struct fault f;

	(void)state;
	assert_int_equal(codec_write(&b, v, &f), 0);
	assert_int_equal(codec_read(b.data, b.len, &few, &back, &f), -1);
	assert_int_equal(codec_read(b.data, b.len, &small, &back, &f), -1);
	assert_int_equal(f.code, FAULT_LIMIT);
	value_unref(v);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(every_cut_and_every_changed_byte_is_survived),
		cmocka_unit_test(a_list_that_contains_itself_is_refused),
		cmocka_unit_test(limits_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
