/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.String: what it is made of, and its table of members. */
#include "config.h"

#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/strings_internal.h"

static enum flow
get_length(struct member_call *c)
{
	c->out = value_int((int32_t)str_self(c)->units);
	return FLOW_MORE;
}

static enum flow
get_chars(struct member_call *c)
{
	int64_t i = c->args[0].u.i;

	if (i < 0 || i >= str_self(c)->units) {
		/* a parameterized property: its getter threw */
		if (strcmp(c->name, "Chars") == 0) {
			c->args = NULL;
			c->n = (size_t)-1;
		}
		return member_throw(c, "System.IndexOutOfRangeException",
		    "Index was outside the bounds of the array.");
	}
	c->out = value_char(string_unit(str_self(c), (size_t)i));
	return FLOW_MORE;
}

static enum flow
get_empty(struct member_call *c)
{
	c->out = value_string("");
	return FLOW_MORE;
}

static enum flow
same(struct member_call *c)
{
	c->out = value_ref(c->self.type != NULL ? c->self : c->args[0]);
	return FLOW_MORE;
}

static enum flow
new_string(struct member_call *c)
{
	struct list *l;
	uint16_t *units;
	size_t i, from = 0, n;

	if (c->n == 2) { /* (char c, int count) */
		struct buf b = { 0 };
		struct value one = str_text_arg(c->args[0]);

		if (c->args[1].u.i < 0 || c->args[1].u.i > 100000000) {
			value_unref(one);
			return member_throw_range(c, "count",
			    "'count' must be non-negative.");
		}
		for (i = 0; i < (size_t)c->args[1].u.i; i++)
			buf_add(&b, value_chars(one), value_chars_len(one));
		value_unref(one);
		c->out = value_take_buf(&b);
		return FLOW_MORE;
	}
	l = list_of(c->args[0]);
	n = l->count;
	if (c->n == 3) {
		from = (size_t)c->args[1].u.i;
		n = (size_t)c->args[2].u.i;
		if (from > l->count || n > l->count - from)
			return member_throw_range(c, "startIndex",
			    "Index was out of range. Must be non-negative and "
			    "less than or equal to the size of the "
			    "collection.");
	}
	units = mem_array(n + 1, sizeof(*units));
	for (i = 0; i < n; i++)
		units[i] = l->items[from + i].u.c;
	c->out = string_from_units(units, n);
	mem_free(units);
	return FLOW_MORE;
}

#define SC "System.StringComparison comparisonType"
static const struct member_spec string_members[] = {
	{ "new(char[] value)", new_string },
	{ "new(char[] value, int startIndex, int length)", new_string },
	{ "new(char c, int count)", new_string },
	{ "int Length get", get_length },
	{ "char Chars(int index)", get_chars },
	{ "char get_Chars(int index)", get_chars },
	{ "static string Empty get", get_empty },
	{ "System.Object Clone()", same },
	{ "static int Compare(string strA, string strB)", str_compare },
	{ "static int Compare(string strA, string strB, bool ignoreCase)",
	    str_compare },
	{ "static int Compare(string strA, string strB, " SC ")", str_compare },
	{ "static int Compare(string strA, string strB, bool ignoreCase, "
	  "cultureinfo culture)", str_compare },
	{ "static int Compare(string strA, string strB, cultureinfo culture, "
	  "System.Globalization.CompareOptions options)", str_compare },
	{ "static int Compare(string strA, int indexA, string strB, int "
	  "indexB, int length)", str_compare },
	{ "static int Compare(string strA, int indexA, string strB, int "
	  "indexB, int length, bool ignoreCase)", str_compare },
	{ "static int Compare(string strA, int indexA, string strB, int "
	  "indexB, int length, " SC ")", str_compare },
	{ "static int CompareOrdinal(string strA, string strB)",
	    str_compare_ordinal },
	{ "int CompareTo(System.Object value)", str_compare_to },
	{ "int CompareTo(string strB)", str_compare_to },
	{ "static string Concat(System.Object arg0)", str_concat },
	{ "static string Concat(System.Object arg0, System.Object arg1)",
	    str_concat },
	{ "static string Concat(System.Object arg0, System.Object arg1, "
	  "System.Object arg2)", str_concat },
	{ "static string Concat(params System.Object[] args)", str_concat },
	{ "static string Concat(string str0, string str1)", str_concat },
	{ "static string Concat(string str0, string str1, string str2)",
	    str_concat },
	{ "static string Concat(string str0, string str1, string str2, "
	  "string str3)", str_concat },
	{ "static string Concat(params string[] values)", str_concat },
	{ "bool Contains(string value)", str_contains },
	{ "bool Contains(string value, " SC ")", str_contains },
	{ "bool Contains(char value)", str_contains },
	{ "bool Contains(char value, " SC ")", str_contains },
	{ "static string Copy(string str)", same },
	{ "void CopyTo(int sourceIndex, char[] destination, int "
	  "destinationIndex, int count)", NULL },
	{ "bool EndsWith(string value)", str_ends_with },
	{ "bool EndsWith(string value, " SC ")", str_ends_with },
	{ "bool EndsWith(string value, bool ignoreCase, cultureinfo "
	  "culture)", str_ends_with },
	{ "bool EndsWith(char value)", str_ends_with },
	{ "bool Equals(System.Object obj)", str_equals },
	{ "bool Equals(string value)", str_equals },
	{ "bool Equals(string value, " SC ")", str_equals },
	{ "static bool Equals(string a, string b)", str_equals },
	{ "static bool Equals(string a, string b, " SC ")", str_equals },
	{ "static string Format(string format, System.Object arg0)", str_format },
	{ "static string Format(string format, System.Object arg0, "
	  "System.Object arg1)", str_format },
	{ "static string Format(string format, System.Object arg0, "
	  "System.Object arg1, System.Object arg2)", str_format },
	{ "static string Format(string format, params System.Object[] args)",
	    str_format },
	{ "static string Format(System.IFormatProvider provider, string "
	  "format, System.Object arg0)", str_format },
	{ "static string Format(System.IFormatProvider provider, string "
	  "format, params System.Object[] args)", str_format },
	{ "System.CharEnumerator GetEnumerator()", str_enumerate },
	{ "int IndexOf(char value)", str_index_of },
	{ "int IndexOf(char value, int startIndex)", str_index_of },
	{ "int IndexOf(char value, int startIndex, int count)", str_index_of },
	{ "int IndexOf(char value, " SC ")", str_index_of },
	{ "int IndexOf(string value)", str_index_of },
	{ "int IndexOf(string value, int startIndex)", str_index_of },
	{ "int IndexOf(string value, int startIndex, int count)", str_index_of },
	{ "int IndexOf(string value, " SC ")", str_index_of },
	{ "int IndexOf(string value, int startIndex, " SC ")", str_index_of },
	{ "int IndexOf(string value, int startIndex, int count, " SC ")",
	    str_index_of },
	{ "int IndexOfAny(char[] anyOf)", str_index_of_any },
	{ "int IndexOfAny(char[] anyOf, int startIndex)", str_index_of_any },
	{ "int IndexOfAny(char[] anyOf, int startIndex, int count)",
	    str_index_of_any },
	{ "string Insert(int startIndex, string value)", str_insert },
	{ "static string Intern(string str)", same },
	{ "static string IsInterned(string str)", same },
	{ "bool IsNormalized()", str_is_normalized },
	{ "bool IsNormalized(System.Text.NormalizationForm "
	  "normalizationForm)", str_is_normalized },
	{ "static bool IsNullOrEmpty(string value)", str_is_null_or },
	{ "static bool IsNullOrWhiteSpace(string value)", str_is_null_or },
	{ "static string Join(string separator, params string[] value)",
	    str_join },
	{ "static string Join(string separator, params System.Object[] "
	  "values)", str_join },
	{ "static string Join(string separator, System.Collections.Generic."
	  "IEnumerable[string] values)", str_join },
	{ "static string Join(string separator, string[] value, int "
	  "startIndex, int count)", str_join },
	{ "static string Join(char separator, params string[] value)", str_join },
	{ "static string Join(char separator, params System.Object[] "
	  "values)", str_join },
	{ "int LastIndexOf(char value)", str_last_index_of },
	{ "int LastIndexOf(char value, int startIndex)", str_last_index_of },
	{ "int LastIndexOf(char value, int startIndex, int count)",
	    str_last_index_of },
	{ "int LastIndexOf(string value)", str_last_index_of },
	{ "int LastIndexOf(string value, int startIndex)", str_last_index_of },
	{ "int LastIndexOf(string value, int startIndex, int count)",
	    str_last_index_of },
	{ "int LastIndexOf(string value, " SC ")", str_last_index_of },
	{ "int LastIndexOf(string value, int startIndex, " SC ")",
	    str_last_index_of },
	{ "int LastIndexOfAny(char[] anyOf)", str_index_of_any },
	{ "int LastIndexOfAny(char[] anyOf, int startIndex)", str_index_of_any },
	{ "string Normalize()", str_normalize },
	{ "string Normalize(System.Text.NormalizationForm "
	  "normalizationForm)", str_normalize },
	{ "string PadLeft(int totalWidth)", str_pad },
	{ "string PadLeft(int totalWidth, char paddingChar)", str_pad },
	{ "string PadRight(int totalWidth)", str_pad },
	{ "string PadRight(int totalWidth, char paddingChar)", str_pad },
	{ "string Remove(int startIndex)", str_remove_part },
	{ "string Remove(int startIndex, int count)", str_remove_part },
	{ "string Replace(char oldChar, char newChar)", str_replace },
	{ "string Replace(string oldValue, string newValue)", str_replace },
	{ "string Replace(string oldValue, string newValue, " SC ")",
	    str_replace },
	{ "string Replace(string oldValue, string newValue, bool "
	  "ignoreCase, cultureinfo culture)", str_replace },
	{ "string ReplaceLineEndings()", str_line_endings },
	{ "string ReplaceLineEndings(string replacementText)", str_line_endings },
	{ "string[] Split(params char[] separator)", str_split },
	{ "string[] Split(char[] separator, int count)", str_split },
	{ "string[] Split(char[] separator, System.StringSplitOptions "
	  "options)", str_split },
	{ "string[] Split(char[] separator, int count, "
	  "System.StringSplitOptions options)", str_split },
	{ "string[] Split(string[] separator, System.StringSplitOptions "
	  "options)", str_split },
	{ "string[] Split(string[] separator, int count, "
	  "System.StringSplitOptions options)", str_split },
	{ "string[] Split(char separator, System.StringSplitOptions? "
	  "options)", str_split },
	{ "string[] Split(char separator, int count, "
	  "System.StringSplitOptions? options)", str_split },
	{ "string[] Split(string separator, System.StringSplitOptions? "
	  "options)", str_split },
	{ "string[] Split(string separator, int count, "
	  "System.StringSplitOptions? options)", str_split },
	{ "bool StartsWith(string value)", str_starts_with },
	{ "bool StartsWith(string value, " SC ")", str_starts_with },
	{ "bool StartsWith(string value, bool ignoreCase, cultureinfo "
	  "culture)", str_starts_with },
	{ "bool StartsWith(char value)", str_starts_with },
	{ "string Substring(int startIndex)", str_substring },
	{ "string Substring(int startIndex, int length)", str_substring },
	{ "char[] ToCharArray()", str_to_char_array },
	{ "char[] ToCharArray(int startIndex, int length)", str_to_char_array },
	{ "string ToLower()", str_to_lower },
	{ "string ToLower(cultureinfo culture)", str_to_lower },
	{ "string ToLowerInvariant()", str_to_lower },
	{ "string ToString()", same },
	{ "string ToString(System.IFormatProvider provider)", same },
	{ "string ToUpper()", str_to_upper },
	{ "string ToUpper(cultureinfo culture)", str_to_upper },
	{ "string ToUpperInvariant()", str_to_upper },
	{ "string Trim()", str_trim },
	{ "string Trim(char trimChar)", str_trim },
	{ "string Trim(params char[] trimChars)", str_trim },
	{ "string TrimEnd()", str_trim },
	{ "string TrimEnd(char trimChar)", str_trim },
	{ "string TrimEnd(params char[] trimChars)", str_trim },
	{ "string TrimStart()", str_trim },
	{ "string TrimStart(char trimChar)", str_trim },
	{ "string TrimStart(params char[] trimChars)", str_trim },
	{ NULL },
};

void
strings_init(void)
{
	type_add_members(&type_string, string_members);
	type_add_members(&type_char, char_members);
}
