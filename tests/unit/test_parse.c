/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/mem.h"
#include "shell/lang/parse.h"
#include "shell/lang/tree_dump.h"

/* Called with a script and what is expected of it. */
typedef int check_fn(const char *script, const char *expected);

static void
read_file(const char *name, struct buf *b)
{
	const char *top = getenv("TOP_SRCDIR");
	char *path = mem_printf("%s/tests/vectors/lang/%s",
	    top == NULL ? "." : top, name);
	FILE *fp = fopen(path, "re");
	char chunk[4096];
	size_t n;

	if (fp == NULL)
		fail_msg("%s cannot be read", path);
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_add(b, chunk, n);
	(void)fclose(fp);
	mem_free(path);
}

/* Blocks: "###", the script, "---", what is expected. */
static void
check_file(const char *name, check_fn *check)
{
	struct buf b;
	char *at;
	int bad = 0;
	int count = 0;

	buf_init(&b);
	read_file(name, &b);
	at = strstr(b.data, "\n###\n");
	while (at != NULL) {
		char *script = at + 5;
		char *expected = strstr(script, "\n---");

		assert_non_null(expected);
		*expected = '\0';
		expected += 4;
		if (*expected == '\n')
			expected++;
		at = strstr(expected - 1, "\n###\n");
		if (at != NULL)
			*at = '\0';
		else if (b.len > 0 && b.data[b.len - 1] == '\n')
			b.data[b.len - 1] = '\0';
		bad += check(script, at != NULL && at < expected ? ""
		    : expected);
		count++;
	}
	assert_true(count > 100);
	assert_int_equal(bad, 0);
	buf_clear(&b);
}

static int
differs(const char *script, const char *expected, const struct buf *got)
{
	if (strcmp(buf_text(got), expected) == 0)
		return 0;
	print_error("script:   %s\nexpected: %s\ngot:      %s\n", script,
	    expected, buf_text(got));
	return 1;
}

static int
check_tree(const char *script, const char *expected)
{
	struct parse_errors errors;
	struct script_tree *t;
	struct buf b;
	int bad;

	buf_init(&b);
	parse_errors_init(&errors);
	t = parse_script(script, strlen(script), NULL, &errors);
	tree_dump_script(t, &b);
	for (size_t i = 0; i < errors.n; i++)
		buf_printf(&b, " error %s", errors.v[i].id);
	bad = differs(script, expected, &b);
	tree_unref(t);
	parse_errors_clear(&errors);
	buf_clear(&b);
	return bad;
}

static int
check_errors(const char *script, const char *expected)
{
	struct parse_errors errors;
	struct script_tree *t;
	struct buf b;
	int bad;

	buf_init(&b);
	parse_errors_init(&errors);
	t = parse_script(script, strlen(script), NULL, &errors);
	for (size_t i = 0; i < errors.n; i++)
		buf_printf(&b, "%s%s %u %u%s", i == 0 ? "" : "\n",
		    errors.v[i].id, (unsigned)errors.v[i].start,
		    (unsigned)errors.v[i].end,
		    errors.v[i].incomplete ? " more" : "");
	bad = differs(script, expected, &b);
	tree_unref(t);
	parse_errors_clear(&errors);
	buf_clear(&b);
	return bad;
}

static void
scripts_become_the_expected_trees(void **state)
{
	(void)state;
	check_file("trees.txt", check_tree);
}

static void
mistakes_give_the_errors_powershell_gives(void **state)
{
	(void)state;
	check_file("errors.txt", check_errors);
}

static const char *
first_error(const char *text, size_t len)
{
	struct parse_errors errors;
	const char *id;

	parse_errors_init(&errors);
	tree_unref(parse_script(text, len, NULL, &errors));
	id = errors.n == 0 ? "" : errors.v[0].id;
	parse_errors_clear(&errors);
	return id;
}

static void
nesting_without_end_is_an_error(void **state)
{
	static const char *const pieces[] = { "(", "$(", "@(", "{", "@{a=",
		"if(1){", "[a[", "[a({", "!", "- ", "$a=", "$a.b(", "$a[",
		"function f{", "class a{b(){", "switch(1){1{", "&{",
		"foreach($x in 1){", "($a)?1:", "try{", "-not ", "while(1){",
		"[int]", "1+", "$a." };
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		buf_init(&b);
		for (int n = 0; n < 100000; n++)
			buf_add_str(&b, pieces[i]);
		assert_string_not_equal(first_error(b.data, b.len), "");
		buf_clear(&b);
	}
}

static void
a_line_of_ten_megabytes_is_read(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_add_str(&b, "$x = '");
	buf_add_fill(&b, 'x', 10 * 1024 * 1024);
	buf_add_str(&b, "'");
	assert_string_equal(first_error(b.data, b.len), "");
	buf_truncate(&b, b.len - 1);
	assert_string_equal(first_error(b.data, b.len),
	    "TerminatorExpectedAtEndOfString");
	buf_reset(&b);
	buf_add_fill(&b, '$', 10 * 1024 * 1024);
	assert_string_not_equal(first_error(b.data, b.len), "");
	buf_clear(&b);
}

static void
bytes_that_are_no_text_do_no_harm(void **state)
{
	char bytes[256 * 3];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	for (size_t n = 0; n < sizeof(bytes); n++)
		(void)first_error(bytes + n, sizeof(bytes) - n);
	assert_string_equal(first_error("a \0 b", 5), "");
	assert_string_equal(first_error("", 0), "");
	assert_string_equal(first_error("\xEF\xBB\xBF" "param($a) 1", 14),
	    "");
	assert_string_equal(first_error("\xEF\xBB\xBF" "1 +", 6),
	    "ExpectedValueExpression");
}

static void
positions_count_lines_and_utf16_columns(void **state)
{
	static const char text[] = "a\r\n\xc3\xb6\xf0\x9f\x98\x80x\ny";
	struct script_tree *t;
	int line, column;

	(void)state;
	t = parse_script(text, sizeof(text) - 1, "s.ps1", NULL);
	assert_string_equal(t->file, "s.ps1");
	tree_position(t, 0, &line, &column);
	assert_int_equal(line * 100 + column, 101);
	tree_position(t, 9, &line, &column);
	assert_int_equal(line * 100 + column, 204);
	tree_position(t, 11, &line, &column);
	assert_int_equal(line * 100 + column, 301);
	assert_int_equal(tree_line(t, 2).len, 7);
	assert_int_equal(tree_line(t, 9).len, 0);
	tree_unref(t);
}

static void
expandable_text_needs_no_quotes(void **state)
{
	static const char text[] = "a \"$x\" $(1 + 1)";
	struct parse_errors errors;
	struct script_tree *t;
	struct buf b;

	(void)state;
	parse_errors_init(&errors);
	t = parse_expandable(text, strlen(text), &errors);
	buf_init(&b);
	tree_dump_script(t, &b);
	assert_int_equal(errors.n, 0);
	assert_string_equal(buf_text(&b),
	    "(str 'a \"' $x '\" ' ($ (+ 1 1)))");
	buf_clear(&b);
	tree_unref(t);
	t = parse_expandable("$(", 2, &errors);
	assert_true(errors.n > 0);
	tree_unref(t);
	parse_errors_clear(&errors);
}

static void
type_names_stand_alone(void **state)
{
	struct node_type_name *n;
	struct script_tree *t;

	(void)state;
	n = parse_type_name(" List[int[]] ", 13, &t);
	assert_non_null(n);
	assert_int_equal(n->which, TREE_TYPE_GENERIC);
	assert_string_equal(n->full.s, "List[int[]]");
	tree_unref(t);
	assert_null(parse_type_name("a b", 3, &t));
	assert_null(parse_type_name("int[", 4, &t));
	assert_null(parse_type_name("", 0, &t));
}

static void
requirements_of_a_script_are_gathered(void **state)
{
	static const char text[] =
	    "#Requires -Version 5.1 -PSEdition Core\n"
	    "#requires -Modules A, @{ ModuleName = 'B'; ModuleVersion = '1' }\n"
	    "#requires -RunAsAdministrator\n1";
	struct parse_errors errors;
	struct script_tree *t;

	(void)state;
	parse_errors_init(&errors);
	t = parse_script(text, strlen(text), NULL, &errors);
	assert_int_equal(errors.n, 0);
	assert_non_null(t->root->requires);
	assert_string_equal(t->root->requires->version.s, "5.1");
	assert_int_equal(t->root->requires->nedition, 1);
	assert_int_equal(t->root->requires->modules.n, 2);
	assert_true(t->root->requires->elevated);
	tree_unref(t);
	parse_errors_clear(&errors);
}

static void
numbers_read_as_the_language_writes_them(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		enum tree_number_kind kind;
		int64_t value;
	} rows[] = {
		{ "42", true, TREE_INT32, 42 },
		{ " -17 ", true, TREE_INT32, -17 },
		{ "0xFF", true, TREE_INT32, 255 },
		{ "0x80000000", true, TREE_INT32, INT32_MIN },
		{ "0x1FFFFFFFF", true, TREE_INT64, 0x1FFFFFFFF },
		{ "0xFFFFFFFFFFFFFFFF", true, TREE_INT64, -1 },
		{ "0xFFuy", true, TREE_BYTE, 255 },
		{ "0xFFy", true, TREE_SBYTE, -1 },
		{ "0xFFFFs", true, TREE_INT16, -1 },
		{ "0xFFFFFFFFu", true, TREE_UINT32, 0xFFFFFFFF },
		{ "0b11111111", true, TREE_INT32, -1 },
		{ "0b0111", true, TREE_INT32, 7 },
		{ "2147483648", true, TREE_INT64, 2147483648 },
		{ "1l", true, TREE_INT64, 1 },
		{ "2lkb", true, TREE_INT64, 2048 },
		{ "1gb", true, TREE_INT32, 1073741824 },
		{ "4gb", true, TREE_INT64, 4294967296 },
		{ "1.5l", true, TREE_INT64, 2 },
		{ "2.5s", true, TREE_INT16, 2 },
		{ "256uy", false, TREE_INT32, 0 },
		{ "5zz", false, TREE_INT32, 0 },
		{ "0xZZ", false, TREE_INT32, 0 },
		{ "", false, TREE_INT32, 0 },
		{ "-", false, TREE_INT32, 0 },
		{ ".", false, TREE_INT32, 0 },
		{ "1 2", false, TREE_INT32, 0 },
	};
	struct tree_arena *a = tree_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tree_number n = { 0 };
		bool ok = parse_number(a, rows[i].text, strlen(rows[i].text),
		    &n);

		if (ok != rows[i].ok || (ok && (n.kind != rows[i].kind ||
		    n.u.i != rows[i].value)))
			fail_msg("%s: %d, kind %d, value %lld", rows[i].text,
			    ok, (int)n.kind, (long long)n.u.i);
	}
	tree_arena_free(a);
}

static void
real_numbers_keep_what_was_written(void **state)
{
	struct tree_arena *a = tree_arena_new();
	struct tree_number n;

	(void)state;
	assert_true(parse_number(a, "1.50d", 5, &n));
	assert_int_equal(n.kind, TREE_DECIMAL);
	assert_int_equal(n.u.dec.lo, 150);
	assert_int_equal(n.u.dec.scale, 2);
	assert_true(parse_number(a, "79228162514264337593543950335", 29, &n));
	assert_int_equal(n.kind, TREE_DECIMAL);
	assert_int_equal(n.u.dec.hi, UINT32_MAX);
	assert_true(parse_number(a, "79228162514264337593543950336", 29, &n));
	assert_int_equal(n.kind, TREE_DOUBLE);
	assert_true(parse_number(a,
	    "0.12345678901234567890123456789012345d", 38, &n));
	assert_int_equal(n.u.dec.scale, 28);
	assert_true(parse_number(a, "123456789012345678901234567890n", 31,
	    &n));
	assert_int_equal(n.kind, TREE_BIGINT);
	assert_string_equal(n.u.big, "123456789012345678901234567890");
	assert_true(parse_number(a, "-1.5e3", 6, &n));
	assert_true(n.kind == TREE_DOUBLE && n.u.d < -1499.5);
	assert_true(parse_number(a, "1.5kb", 5, &n));
	assert_true(n.kind == TREE_DOUBLE && n.u.d > 1535.5);
	tree_arena_free(a);
}

static void
parents_lead_to_the_root(void **state)
{
	static const char text[] = "if ($a) { foreach ($b in c) { \"$d\" } }";
	struct script_tree *t = parse_script(text, strlen(text), NULL, NULL);
	struct script_tree *again = tree_ref(t);
	const struct node *n = t->root->end->statements.v[0];
	struct tree_text source = tree_source(t, n);

	(void)state;
	tree_unref(again);
	assert_int_equal(n->kind, NODE_IF);
	assert_ptr_equal(n->parent, &t->root->end->node);
	assert_ptr_equal(n->parent->parent, &t->root->node);
	assert_int_equal(source.len, strlen(text));
	tree_unref(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_become_the_expected_trees),
		cmocka_unit_test(mistakes_give_the_errors_powershell_gives),
		cmocka_unit_test(nesting_without_end_is_an_error),
		cmocka_unit_test(a_line_of_ten_megabytes_is_read),
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
		cmocka_unit_test(positions_count_lines_and_utf16_columns),
		cmocka_unit_test(expandable_text_needs_no_quotes),
		cmocka_unit_test(type_names_stand_alone),
		cmocka_unit_test(requirements_of_a_script_are_gathered),
		cmocka_unit_test(numbers_read_as_the_language_writes_them),
		cmocka_unit_test(real_numbers_keep_what_was_written),
		cmocka_unit_test(parents_lead_to_the_root),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
