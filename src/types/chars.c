/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Char. */
#include "config.h"

#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/strings_internal.h"

/* --- Char --- */

static enum flow
char_test(struct member_call *c)
{
	uint32_t cp = c->args[0].type == &type_char ?
	    c->args[0].u.c :
	    string_unit(string_of(c->args[0]), c->n > 1 ?
		    (size_t)c->args[1].u.i : 0);
	enum text_category k = codepoint_category(cp);
	const char *n = c->name;
	bool yes = false;

	if (strcmp(n, "IsDigit") == 0)
		yes = k == TEXT_ND;
	else if (strcmp(n, "IsLetter") == 0)
		yes = k <= TEXT_LO;
	else if (strcmp(n, "IsLetterOrDigit") == 0)
		yes = k <= TEXT_LO || k == TEXT_ND;
	else if (strcmp(n, "IsUpper") == 0)
		yes = k == TEXT_LU;
	else if (strcmp(n, "IsLower") == 0)
		yes = k == TEXT_LL;
	else if (strcmp(n, "IsWhiteSpace") == 0)
		yes = codepoint_is_space(cp);
	else if (strcmp(n, "IsPunctuation") == 0)
		yes = k >= TEXT_PC && k <= TEXT_PO;
	else if (strcmp(n, "IsSymbol") == 0)
		yes = k >= TEXT_SM && k <= TEXT_SO;
	else if (strcmp(n, "IsControl") == 0)
		yes = k == TEXT_CC;
	else if (strcmp(n, "IsNumber") == 0)
		yes = k >= TEXT_ND && k <= TEXT_NO;
	else if (strcmp(n, "IsSeparator") == 0)
		yes = k >= TEXT_ZS && k <= TEXT_ZP;
	else if (strcmp(n, "IsSurrogate") == 0)
		yes = cp >= 0xd800 && cp < 0xe000;
	else if (strcmp(n, "IsHighSurrogate") == 0)
		yes = cp >= 0xd800 && cp < 0xdc00;
	else if (strcmp(n, "IsLowSurrogate") == 0)
		yes = cp >= 0xdc00 && cp < 0xe000;
	else if (strcmp(n, "IsAscii") == 0)
		yes = cp < 0x80;
	else if (strcmp(n, "IsAsciiDigit") == 0)
		yes = cp >= '0' && cp <= '9';
	else if (strcmp(n, "IsAsciiLetter") == 0)
		yes = cp < 0x80 && k <= TEXT_LO;
	c->out = value_bool(yes);
	return FLOW_MORE;
}

static enum flow
char_case(struct member_call *c)
{
	uint32_t cp = c->args[0].u.c;

	c->out = value_char((uint16_t)(strncmp(c->name, "ToUpper", 7) == 0 ?
		codepoint_upper(cp) : codepoint_lower(cp)));
	return FLOW_MORE;
}

static enum flow
char_category(struct member_call *c)
{
	c->out = enum_value(&type_unicodecategory,
	    codepoint_category(c->args[0].u.c));
	return FLOW_MORE;
}

static enum flow
char_numeric(struct member_call *c)
{
	uint32_t cp = c->args[0].u.c;

	c->out = value_double(cp >= '0' && cp <= '9' ? (double)cp - 48 : -1.0);
	return FLOW_MORE;
}

static enum flow
char_from_utf32(struct member_call *c)
{
	char out[4];
	int64_t cp = c->args[0].u.i;

	if (cp < 0 || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return member_throw_range(c, "utf32",
		    "A valid UTF32 value is between 0x000000 and 0x10ffff, "
		    "inclusive, and should not include surrogate codepoint "
		    "values (0x00d800 ~ 0x00dfff).");
	c->out = value_string_n(out, utf8_encode((uint32_t)cp, out));
	return FLOW_MORE;
}

static enum flow
char_to_utf32(struct member_call *c)
{
	struct string *s;
	size_t at;
	uint32_t cp;

	if (c->args[0].type == &type_char) {
		cp = 0x10000 + (((uint32_t)c->args[0].u.c - 0xd800) << 10) +
		    ((uint32_t)c->args[1].u.c - 0xdc00);
	} else {
		s = string_of(c->args[0]);
		at = string_offset(s, (size_t)c->args[1].u.i);
		if (at >= s->len)
			return str_bad_start(c);
		(void)utf8_decode(s->data + at, s->len - at, &cp);
	}
	c->out = value_int((int32_t)cp);
	return FLOW_MORE;
}

static enum flow
char_text(struct member_call *c)
{
	struct value v = c->self.type != NULL ? c->self : c->args[0];

	c->out = string_from_units(&v.u.c, 1);
	return FLOW_MORE;
}

static enum flow
char_parse(struct member_call *c)
{
	struct string *s = string_of(c->args[0]);

	if (s->units != 1)
		return member_throw(c, "System.FormatException",
		    "String must be exactly one character long.");
	c->out = value_char(string_unit(s, 0));
	return FLOW_MORE;
}

static enum flow
char_limit(struct member_call *c)
{
	c->out = value_char(strcmp(c->name, "MaxValue") == 0 ? 0xffff : 0);
	return FLOW_MORE;
}

static enum flow
char_compare(struct member_call *c)
{
	c->out = value_int((int)c->self.u.c - (int)c->args[0].u.c);
	return FLOW_MORE;
}

#define CHAR_TEST(n)                                                           \
	{ "static bool " n "(char c)", char_test },                            \
	{ "static bool " n "(string s, int index)", char_test }
const struct member_spec char_members[] = {
	{ "static char MaxValue get", char_limit },
	{ "static char MinValue get", char_limit },
	CHAR_TEST("IsControl"), CHAR_TEST("IsDigit"),
	CHAR_TEST("IsHighSurrogate"), CHAR_TEST("IsLetter"),
	CHAR_TEST("IsLetterOrDigit"), CHAR_TEST("IsLower"),
	CHAR_TEST("IsLowSurrogate"), CHAR_TEST("IsNumber"),
	CHAR_TEST("IsPunctuation"), CHAR_TEST("IsSeparator"),
	CHAR_TEST("IsSurrogate"), CHAR_TEST("IsSymbol"),
	CHAR_TEST("IsUpper"), CHAR_TEST("IsWhiteSpace"),
	{ "static bool IsAscii(char c)", char_test },
	{ "static bool IsAsciiDigit(char c)", char_test },
	{ "static bool IsAsciiLetter(char c)", char_test },
	{ "static char ToUpper(char c)", char_case },
	{ "static char ToLower(char c)", char_case },
	{ "static char ToUpperInvariant(char c)", char_case },
	{ "static char ToLowerInvariant(char c)", char_case },
	{ "static System.Globalization.UnicodeCategory "
	  "GetUnicodeCategory(char c)", char_category },
	{ "static double GetNumericValue(char c)", char_numeric },
	{ "static string ConvertFromUtf32(int utf32)", char_from_utf32 },
	{ "static int ConvertToUtf32(string s, int index)", char_to_utf32 },
	{ "static int ConvertToUtf32(char highSurrogate, char "
	  "lowSurrogate)", char_to_utf32 },
	{ "static char Parse(string s)", char_parse },
	{ "int CompareTo(char value)", char_compare },
	{ "string ToString()", char_text },
	{ "static string ToString(char c)", char_text },
	{ NULL },
};
