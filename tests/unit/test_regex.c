/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/regex: .NET's patterns on PCRE2. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/regex.h"

static const struct {
	const char *pattern;
	const char *text;
	const char *with;
	const char *expected;
} replaced[] = {
	{ "b", "abc", "x", "axc" },
	{ "(?<user>[^@]+)@(.+)", "ann@host", "${user} $1 $2", "ann host ann" },
	{ "(a)(?<b>b)(c)", "abc", "$1$2$3", "acb" },
	{ "[a-z-[aeiou]]", "hello", "_", "_e__o" },
	{ "\\u0061", "banana", "$$", "b$n$n$" },
	{ "(\\w)\\1", "aabbc", "<$&>", "<aa><bb>c" },
	{ "(?<q>['\"])x\\k<q>", "'x' \"x'", "ok", "ok \"x'" },
	{ "x*", "abxc", "-", "-a-b--c-" },
	{ "(?n)(a)(?<b>b)", "ab", "$1", "b" },
	{ "[[]", "a[b", "(", "a(b" },
	{ "a{,2}", "a{,2}", "y", "y" },
	{ "$9", "a$9", "x", "a$9" },
	{ "b", "abc", "$3$`$'", "a$3acc" },
};

static void
replacing_follows_dot_net(void **state)
{
	struct buf out = { 0 };
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(replaced) / sizeof(replaced[0]); i++) {
		struct regex *re = regex_compile(replaced[i].pattern,
		    strlen(replaced[i].pattern), 0, &f);

		if (re == NULL)
			fail_msg("%s: %s", replaced[i].pattern, f.text);
		buf_reset(&out);
		(void)regex_replace(re, replaced[i].text,
		    strlen(replaced[i].text), replaced[i].with,
		    strlen(replaced[i].with), 0, &out, &f);
		assert_string_equal(buf_text(&out), replaced[i].expected);
		regex_unref(re);
	}
	buf_clear(&out);
}

static const struct {
	const char *pattern;
	const char *message;
} refused[] = {
	{ "*", "Invalid pattern '*' at offset 1. Quantifier '*' following "
	       "nothing." },
	{ "(", "Invalid pattern '(' at offset 1. Not enough )'s." },
	{ ")", "Invalid pattern ')' at offset 1. Too many )'s." },
	{ "[a", "Invalid pattern '[a' at offset 2. Unterminated [] set." },
	{ "a\\", "Invalid pattern 'a\\' at offset 2. Illegal \\ at end of "
		 "pattern." },
	{ "a**", "Invalid pattern 'a**' at offset 3. Nested quantifier '*'." },
};

static void
refusals_use_dot_nets_words(void **state)
{
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_null(regex_compile(refused[i].pattern,
		    strlen(refused[i].pattern), 0, &f));
		assert_string_equal(f.text, refused[i].message);
	}
}

static void
unnamed_groups_are_numbered_before_named_ones(void **state)
{
	struct regex *re = regex_compile("(?<n>a)(b)", 10, 0, NULL);

	(void)state;
	assert_int_equal(regex_group_count(re), 3);
	assert_int_equal(regex_group_number(re, "n", 1), 2);
	assert_string_equal(regex_group_name(re, 1), "1");
	regex_unref(re);
}

static void
a_match_that_takes_too_long_is_given_up(void **state)
{
	struct regex *re = regex_compile("^(a+)+$", 7, 0, NULL);
	struct regex_match m = { 0 };
	struct fault f;
	char text[64];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = 'b';
	assert_int_equal(regex_match(re, text, sizeof(text), 0, &m, &f), -1);
	regex_match_clear(&m);
	regex_unref(re);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replacing_follows_dot_net),
		cmocka_unit_test(refusals_use_dot_nets_words),
		cmocka_unit_test(unnamed_groups_are_numbered_before_named_ones),
		cmocka_unit_test(a_match_that_takes_too_long_is_given_up),
	};

	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
