/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_LEX_CHAR_H
#define SHELL_LANG_LEX_CHAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What characters are to the lexer. Typographic dashes and quotes count as
 * the plain ones do; a newline is not a blank.
 */

#define LEX_EOF UINT32_MAX

/*
 * The character at s[i] and its length; LEX_EOF (length 0) from len on. A
 * byte that starts no UTF-8 is a character in U+DC80..U+DCFF.
 */
uint32_t lex_decode(const char *s, size_t len, size_t i, unsigned *np);

bool lex_is_letter_wide(uint32_t c); /* from U+0080 on; digits too */

static inline bool
lex_is_digit(uint32_t c)
{
	return c - '0' <= 9;
}

static inline bool
lex_is_hex(uint32_t c)
{
	return c - '0' <= 9 || (c | 32) - 'a' <= 5;
}

static inline bool
lex_is_ascii_letter(uint32_t c)
{
	return (c | 32) - 'a' <= 25;
}

static inline bool
lex_is_letter(uint32_t c)
{
	return c < 128 ? lex_is_ascii_letter(c) : lex_is_letter_wide(c);
}

static inline bool
lex_is_blank(uint32_t c)
{
	if (c < 128)
		return c == ' ' || c == '\t' || c == '\v' || c == '\f';
	return c == 0x85 || c == 0xA0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
	    c == 0x202F || c == 0x205F || c == 0x3000;
}

static inline bool
lex_is_newline(uint32_t c)
{
	return c == '\n' || c == '\r';
}

static inline bool
lex_is_dash(uint32_t c)
{
	return c == '-' || (c >= 0x2013 && c <= 0x2015);
}

static inline bool
lex_is_single_quote(uint32_t c)
{
	return c == '\'' || (c >= 0x2018 && c <= 0x201B);
}

static inline bool
lex_is_double_quote(uint32_t c)
{
	return c == '"' || (c >= 0x201C && c <= 0x201E);
}

static inline bool
lex_is_name_start(uint32_t c)
{
	return c == '_' || lex_is_letter(c);
}

static inline bool
lex_is_name(uint32_t c)
{
	return c == '_' || lex_is_digit(c) || lex_is_letter(c);
}

static inline bool
lex_is_variable_start(uint32_t c)
{
	return lex_is_name(c) || c == '$' || c == '?' || c == '^' || c == ':';
}

/* Ends any word. */
static inline bool
lex_ends_word(uint32_t c)
{
	switch (c) {
	case LEX_EOF:
	case '\0':
	case '\n':
	case '\r':
	case '&':
	case '(':
	case ')':
	case ',':
	case ';':
	case '{':
	case '|':
	case '}':
		return true;
	default:
		return lex_is_blank(c);
	}
}

/* Ends a number in expression mode, besides what ends any word. */
static inline bool
lex_ends_number(uint32_t c, bool ternary)
{
	switch (c) {
	case '!':
	case '#':
	case '%':
	case '*':
	case '+':
	case '.':
	case '/':
	case '<':
	case '=':
	case '>':
	case ']':
		return true;
	case '?':
	case ':':
		return ternary;
	default:
		return lex_is_dash(c);
	}
}

#endif
