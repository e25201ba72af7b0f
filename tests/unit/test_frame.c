/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/dict.h"
#include "svc/args.h"
#include "svc/frame.h"

static void
a_frame_comes_back_from_any_prefix(void **state)
{
	struct value pair = args_pair_take("method", value_int(42)), first;
	struct frame fr;
	struct fault f;
	struct buf b;
	size_t len, used;

	(void)state;
	buf_init(&b);
	assert_int_equal(frame_write(&b, FRAME_CALL, 7, pair, 2, &f), 0);
	value_unref(pair);
	for (len = 0; len < b.len; len++)
		assert_int_equal(frame_read(b.data, len, &fr, &used, &f), 0);
	assert_int_equal(frame_read(b.data, b.len, &fr, &used, &f), 1);
	assert_int_equal(used, b.len);
	assert_int_equal(fr.kind, FRAME_CALL);
	assert_int_equal(fr.id, 7);
	assert_int_equal(fr.n_fds, 2);
	first = args_at(VALUE_NULL, "x", 0);
	assert_true(value_is_null(first));
	frame_clear(&fr);
	buf_clear(&b);
}

static void
broken_frames_are_refused_early(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
		{ "\x01\0\0\1\0\0\0\1\0\2\0\0", 12 }, /* too large */
		{ "\0\0\0\0\0\0\0\1\0\0\0\0", 12 },   /* kind 0 */
		{ "\0\0\0\0\0\0\0\1\0\x63\0\0", 12 }, /* kind 99 */
		{ "\0\0\0\0\0\0\0\1\0\2\0\x63", 12 }, /* descriptors */
		{ "\0\0\0\0\0\0\0\1\0\2\0\0", 12 },   /* no value */
		{ "\0\0\0\2\0\0\0\1\0\2\0\0\0\0", 14 }, /* two values */
		{ "\0\0\0\1\0\0\0\1\0\2\0\0\x7f", 13 }, /* no such tag */
	};
	struct frame fr;
	struct fault f;
	size_t i, used;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (frame_read(cases[i].bytes, cases[i].len, &fr, &used, &f) !=
		    -1)
			fail_msg("case %zu", i);
		assert_int_equal(f.code, FAULT_PROTOCOL);
	}
}

static void
faults_keep_their_code_and_text(void **state)
{
	struct fault f, back;
	struct value v;
	int i;

	(void)state;
	for (i = 1; i < FAULT_CODES; i++) {
		(void)fault_set(&f, (enum fault_code)i, "text %d", i);
		v = frame_fault_value(&f);
		frame_value_fault(v, &back);
		assert_int_equal(back.code, i);
		assert_string_equal(back.text, f.text);
		value_unref(v);
	}
	frame_value_fault(VALUE_NULL, &back);
	assert_int_equal(back.code, FAULT_SYSTEM);
	assert_true(back.text[0] != '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_comes_back_from_any_prefix),
		cmocka_unit_test(broken_frames_are_refused_early),
		cmocka_unit_test(faults_keep_their_code_and_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
