/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "shell/lang/lexer.h"

/* A letter a kind, as somebody who colours text would want them. */
static char
letter(const struct token_place *p)
{
	if (p->flags & TOKEN_COMMAND_NAME)
		return 'C';
	if (p->flags & TOKEN_MEMBER_NAME)
		return 'M';
	if (p->flags & TOKEN_ATTRIBUTE_NAME)
		return 'A';
	if (p->flags & TOKEN_TYPE_NAME_PART)
		return 'T';
	if (p->flags & TOKEN_IS_KEYWORD)
		return 'K';
	switch ((int)p->kind) {
	case TOKEN_VARIABLE:
	case TOKEN_SPLATTED:
		return 'v';
	case TOKEN_PARAMETER:
		return 'p';
	case TOKEN_NUMBER:
		return 'n';
	case TOKEN_COMMENT:
		return '#';
	case TOKEN_STRING:
	case TOKEN_STRING_EXPAND:
	case TOKEN_HERE:
	case TOKEN_HERE_EXPAND:
		return 's';
	case TOKEN_GENERIC:
	case TOKEN_IDENTIFIER:
		return 'g';
	case TOKEN_OPERATOR:
		return 'o';
	default:
		return '.';
	}
}

/* Each byte of the text under the letter of its token. */
static void
paint(const char *text, char *out, size_t size)
{
	struct token_list list = { 0 };
	struct script_tree *t;

	memset(out, ' ', size);
	out[strlen(text)] = '\0';
	t = parse_tokens(text, strlen(text), NULL, NULL, &list);
	for (size_t i = 0; i < list.n; i++)
		for (size_t k = list.v[i].start; k < list.v[i].end; k++)
			out[k] = letter(&list.v[i]);
	token_list_clear(&list);
	tree_unref(t);
}

static void
tokens_can_be_coloured(void **state)
{
	static const struct {
		const char *text;
		const char *letters;
	} rows[] = {
		{ "Get-Item -Path $x # c",
		  "CCCCCCCC ppppp vv ###" },
		{ "if ($a -eq 1) { 'x' }",
		  "KK .vv ooo n. . sss ." },
		{ "[int]$x.Length",
		  ".TTT.vv.MMMMMM" },
		{ "a \"b $c\" d",
		  "C sssvvs g" },
		{ "a \"b $($c) d\"",
		  "C sss..vv.sss" },
		{ "[A()]param($b)",
		  ".A.\0" },
		{ "$x = 5 + $y | ft",
		  "vv . n . vv . CC" },
		{ "function f { 1 }",
		  "KKKKKKKK C . n ." },
		/* What is not finished is still worth its colours. */
		{ "a -b 'c",
		  "C pp ss" },
		{ "if ($x -an",
		  "KK .vv ppp" },
		{ "$x.",
		  "vv." },
		{ "gci | ? { $_.N",
		  "CCC . C . vv.M" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char got[128];

		paint(rows[i].text, got, sizeof(got));
		if (strncmp(got, rows[i].letters, strlen(rows[i].letters)) !=
		    0)
			fail_msg("%s\n%s\n%s", rows[i].text, rows[i].letters,
			    got);
	}
}

static void
tokens_come_in_order_and_inside_the_text(void **state)
{
	static const char text[] = "[a] $b; [c(1)] $d = \"x $(1 + $e) y\";"
	    " f @g -h:1 | %{ $_.i[0] } <# j #>\n@{ k = [l]::m() }";
	struct token_list list = { 0 };
	struct script_tree *t;
	uint32_t at = 0;

	(void)state;
	t = parse_tokens(text, strlen(text), NULL, NULL, &list);
	assert_true(list.n > 40);
	for (size_t i = 0; i < list.n; i++) {
		assert_true(list.v[i].end <= strlen(text));
		assert_true(list.v[i].start <= list.v[i].end);
		if (list.v[i].flags & TOKEN_NESTED)
			continue;
		assert_true(list.v[i].start >= at);
		at = list.v[i].end;
	}
	token_list_clear(&list);
	tree_unref(t);
}

static void
keywords_and_operators_are_found_without_case(void **state)
{
	(void)state;
	assert_int_equal(token_keyword("ForEach", 7), TOKEN_FOREACH);
	assert_int_equal(token_keyword("assembly", 8), TOKEN_ASSEMBLY);
	assert_int_equal(token_keyword("WORKFLOW", 8), TOKEN_WORKFLOW);
	assert_int_equal(token_keyword("i", 1), TOKEN_IDENTIFIER);
	assert_int_equal(token_keyword("iff", 3), TOKEN_IDENTIFIER);
	assert_int_equal(token_dash_operator("Eq", 2), TREE_OP_IEQ);
	assert_int_equal(token_dash_operator("cNotLike", 8),
	    TREE_OP_CNOTLIKE);
	assert_int_equal(token_dash_operator("XOR", 3), TREE_OP_XOR);
	assert_int_equal(token_dash_operator("eqq", 3), TREE_OP_NONE);
}

static void
the_word_tables_are_sorted(void **state)
{
	(void)state;
	for (int k = TOKEN_ASSEMBLY; k < TOKEN_KINDS; k++) {
		const char *word = token_kind_text((enum token_kind)k);

		assert_int_equal(token_keyword(word, strlen(word)), k);
	}
	for (int op = TREE_OP_AND; op < TREE_OP_KINDS; op++) {
		const char *word = tree_op_text((enum tree_op)op);

		if (word[0] != '-' || word[1] == '\0' || word[1] == '-' ||
		    word[1] == '=')
			continue;
		assert_int_equal(token_dash_operator(word + 1,
		    strlen(word) - 1), op);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_can_be_coloured),
		cmocka_unit_test(tokens_come_in_order_and_inside_the_text),
		cmocka_unit_test(keywords_and_operators_are_found_without_case),
		cmocka_unit_test(the_word_tables_are_sorted),
	};

	return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
