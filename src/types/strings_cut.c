/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.String: parts, trimming, replacing, splitting. */
#include "config.h"

#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/strings_internal.h"

/* --- cutting --- */

enum flow
str_substring(struct member_call *c)
{
	struct string *s = str_self(c);
	int64_t from = c->args[0].u.i;
	int64_t n = c->n > 1 ? c->args[1].u.i : (int64_t)s->units - from;

	if (from < 0)
		return member_throw_range(c, "startIndex",
		    "StartIndex cannot be less than zero.");
	if (from > s->units)
		return member_throw_range(c, "startIndex",
		    "startIndex cannot be larger than length of string.");
	if (n < 0)
		return member_throw_range(c, "length",
		    "Length cannot be less than zero.");
	if (from + n > s->units)
		return member_throw_range(c, "length",
		    "Index and length must refer to a location within the "
		    "string.");
	c->out = string_slice(s, (size_t)from, (size_t)n);
	return FLOW_MORE;
}

enum flow
str_remove_part(struct member_call *c)
{
	struct string *s = str_self(c);
	int64_t from = c->args[0].u.i;
	int64_t n = c->n > 1 ? c->args[1].u.i : (int64_t)s->units - from;
	size_t a, b;
	struct buf out = { 0 };

	if (from < 0)
		return member_throw_range(c, "startIndex",
		    "StartIndex cannot be less than zero.");
	if (n < 0 && c->n > 1)
		return member_throw_range(c, "count",
		    "Count cannot be less than zero.");
	if (from > s->units || (c->n == 1 && from > s->units))
		return member_throw_range(c, c->n > 1 ? "count" : "startIndex",
		    c->n > 1 ? "Index and count must refer to a location "
			       "within the string." :
			       "startIndex cannot be larger than length of "
			       "string.");
	if (from + n > s->units)
		return member_throw_range(c, "count",
		    "Index and count must refer to a location within the "
		    "string.");
	a = string_offset(s, (size_t)from);
	b = string_offset(s, (size_t)(from + n));
	buf_add(&out, s->data, a);
	buf_add(&out, s->data + b, s->len - b);
	c->out = value_take_buf(&out);
	return FLOW_MORE;
}

enum flow
str_insert(struct member_call *c)
{
	struct string *s = str_self(c);
	int64_t at = c->args[0].u.i;
	struct buf out = { 0 };
	size_t k;

	if (at < 0 || at > s->units)
		return at < 0 ?
		    member_throw_range(c, "startIndex",
			"Specified argument was out of the range of valid "
			"values.") :
		    member_throw(c, "System.ArgumentOutOfRangeException",
			"startIndex ('%lld') must be less than or equal to "
			"'%u'. (Parameter 'startIndex')\nActual value was "
			"%lld.", (long long)at, s->units, (long long)at);
	k = string_offset(s, (size_t)at);
	buf_add(&out, s->data, k);
	buf_add(&out, value_chars(c->args[1]), value_chars_len(c->args[1]));
	buf_add(&out, s->data + k, s->len - k);
	c->out = value_take_buf(&out);
	return FLOW_MORE;
}

static bool
trims(uint32_t cp, struct list *set)
{
	return set == NULL || set->count == 0 ?
	    codepoint_is_space(cp) :
	    cp < 0x10000 && str_is_one_of((uint16_t)cp, set);
}

enum flow
str_trim(struct member_call *c)
{
	struct string *s = str_self(c);
	size_t from = 0, to = s->len, n;
	struct list one = { 0 }, *set = NULL;
	struct value only;
	uint32_t cp;
	bool start = strcmp(c->name, "TrimEnd") != 0;
	bool end = strcmp(c->name, "TrimStart") != 0;

	if (c->n > 0 && c->args[0].type == &type_char) {
		only = c->args[0];
		one.count = 1;
		one.items = &only;
		set = &one;
	} else if (c->n > 0 && value_is_list(c->args[0])) {
		set = list_of(c->args[0]);
	}
	while (start && from < to) {
		n = utf8_decode(s->data + from, to - from, &cp);
		if (!trims(cp, set))
			break;
		from += n;
	}
	while (end && to > from) {
		n = to - 1;
		while (n > from && (s->data[n] & 0xc0) == 0x80)
			n--;
		(void)utf8_decode(s->data + n, to - n, &cp);
		if (!trims(cp, set))
			break;
		to = n;
	}
	c->out = from == 0 && to == s->len ?
	    value_ref(c->self) :
	    value_string_n(s->data + from, to - from);
	return FLOW_MORE;
}

enum flow
str_pad(struct member_call *c)
{
	struct string *s = str_self(c);
	struct value fill = c->n > 1 ? str_text_arg(c->args[1]) :
				       value_string(" ");
	bool left = strcmp(c->name, "PadLeft") == 0;
	struct buf out = { 0 };
	int64_t n = c->args[0].u.i - s->units;

	if (c->args[0].u.i < 0) {
		value_unref(fill);
		return member_throw_range(c, "totalWidth",
		    "Non-negative number required.");
	}
	if (!left)
		buf_add(&out, s->data, s->len);
	while (n-- > 0)
		buf_add(&out, value_chars(fill), value_chars_len(fill));
	if (left)
		buf_add(&out, s->data, s->len);
	value_unref(fill);
	c->out = value_take_buf(&out);
	return FLOW_MORE;
}

enum flow
str_replace(struct member_call *c)
{
	struct string *s = str_self(c);
	struct value old = str_text_arg(c->args[0]), new = str_text_arg(c->args[1]);
	struct how h = str_comparison(c, 2, true);
	struct buf out = { 0 };
	size_t at = 0, hit, len;

	if (value_chars_len(old) == 0) {
		value_unref(old);
		value_unref(new);
		return member_throw(c, "System.ArgumentException",
		    "The value cannot be an empty string. (Parameter "
		    "'oldValue')");
	}
	while ((hit = text_find(s->data, s->len, at, value_chars(old),
		    value_chars_len(old), h.fold, &len)) != TEXT_NONE) {
		buf_add(&out, s->data + at, hit - at);
		buf_add(&out, value_chars(new), value_chars_len(new));
		at = hit + len;
	}
	buf_add(&out, s->data + at, s->len - at);
	value_unref(old);
	value_unref(new);
	c->out = value_take_buf(&out);
	return FLOW_MORE;
}

/* Separators of Split: characters or strings; none are blanks. */
static size_t
match_separator(const char *s, size_t n, struct value sep)
{
	struct list *l;
	size_t i, len;
	uint32_t cp;

	if (value_is_list(sep) && list_of(sep)->count > 0) {
		l = list_of(sep);
		for (i = 0; i < l->count; i++) {
			struct value one = str_text_arg(l->items[i]);

			len = value_chars_len(one);
			if (len > 0 && len <= n &&
			    memcmp(s, value_chars(one), len) == 0) {
				value_unref(one);
				return len;
			}
			value_unref(one);
		}
		return 0;
	}
	if (value_is_string(sep)) {
		len = value_chars_len(sep);
		return len > 0 && len <= n &&
			memcmp(s, value_chars(sep), len) == 0 ?
		    len :
		    0;
	}
	if (sep.type == &type_char) {
		len = utf8_decode(s, n, &cp);
		return cp == sep.u.c ? len : 0;
	}
	len = utf8_decode(s, n, &cp);
	return codepoint_is_space(cp) ? len : 0;
}

static void
add_split(struct list *l, const char *s, size_t n, unsigned options)
{
	uint32_t cp;
	size_t k;

	if (options & 2) {
		while (n > 0 && (k = utf8_decode(s, n, &cp),
				    codepoint_is_space(cp))) {
			s += k;
			n -= k;
		}
		while (n > 0 && codepoint_is_space((unsigned char)s[n - 1]) &&
		    !(s[n - 1] & 0x80))
			n--;
	}
	if (n > 0 || !(options & 1))
		list_add_take(l, value_string_n(s, n));
}

enum flow
str_split(struct member_call *c)
{
	struct string *s = str_self(c);
	struct value sep = c->n > 0 ? c->args[0] : VALUE_NULL;
	struct list *l = list_new(types_string_array, 4);
	int64_t max = INT32_MAX;
	unsigned options = 0;
	size_t i, from = 0, at = 0, len;

	for (i = 1; i < c->n; i++) {
		if (c->args[i].type == &type_stringsplitoptions)
			options = (unsigned)c->args[i].u.i;
		else if (is_integer(c->args[i].type))
			max = c->args[i].u.i;
	}
	if (max < 0) {
		value_unref(list_value(l));
		return member_throw_range(c, "count",
		    "Count cannot be less than zero.");
	}
	if (max == 0)
		goto done;
	while (at < s->len && (int64_t)l->count < max - 1) {
		len = match_separator(s->data + at, s->len - at, sep);
		if (len == 0) {
			at++;
			while (at < s->len && (s->data[at] & 0xc0) == 0x80)
				at++;
			continue;
		}
		add_split(l, s->data + from, at - from, options);
		at += len;
		from = at;
	}
	/* what is left; empty entries before it go with RemoveEmpty */
	if (options & 1) {
		while (from < s->len && (len = match_separator(s->data + from,
			   s->len - from, sep)) > 0 &&
		    (int64_t)l->count == max - 1)
			from += len;
	}
	add_split(l, s->data + from, s->len - from, options);
done:
	c->out = list_value(l);
	return FLOW_MORE;
}
