/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.String: comparing and searching. */
#include "config.h"

#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/strings_internal.h"

struct how
str_comparison(struct member_call *c, size_t from, bool ordinal)
{
	struct how h = { false, ordinal };
	size_t i;

	for (i = from; i < c->n; i++) {
		if (c->args[i].type == &type_stringcomparison) {
			h.fold = (c->args[i].u.i & 1) != 0;
			h.ordinal = c->args[i].u.i >= 4;
		} else if (c->args[i].type == &type_bool) {
			h.fold = c->args[i].u.b;
			h.ordinal = false;
		} else if (c->args[i].type == &type_compareoptions) {
			h.fold = (c->args[i].u.i & (1 | 268435456)) != 0;
			h.ordinal = (c->args[i].u.i & (1073741824 |
				268435456)) != 0;
		}
	}
	return h;
}

static int
compare_how(struct value a, struct value b, struct how h)
{
	struct string_ref x = ref_of(a), y = ref_of(b);

	return h.ordinal ? text_compare_ordinal(x.s, x.n, y.s, y.n, h.fold) :
			   text_compare(x.s, x.n, y.s, y.n, h.fold);
}

static int
sign(int i)
{
	return (i > 0) - (i < 0);
}

/* --- comparing --- */

enum flow
str_compare(struct member_call *c)
{
	struct value a = c->args[0], b;
	struct how h;

	if (c->n >= 5 && is_integer(c->args[1].type)) {
		/* strA, indexA, strB, indexB, length */
		struct string *x = string_of(a), *y = string_of(c->args[2]);
		size_t i = (size_t)c->args[1].u.i, k = (size_t)c->args[3].u.i;
		size_t n = (size_t)c->args[4].u.i;
		struct value p, q;

		if (i > x->units || k > y->units)
			return member_throw_range(c, "indexA",
			    "Index must refer to a location within the "
			    "string.");
		p = string_slice(x, i, x->units - i < n ? x->units - i : n);
		q = string_slice(y, k, y->units - k < n ? y->units - k : n);
		h = str_comparison(c, 5, false);
		c->out = value_int(sign(compare_how(p, q, h)));
		value_unref(p);
		value_unref(q);
		return FLOW_MORE;
	}
	b = c->args[1];
	h = str_comparison(c, 2, false);
	c->out = value_int(sign(compare_how(a, b, h)));
	return FLOW_MORE;
}

enum flow
str_compare_ordinal(struct member_call *c)
{
	struct value a = c->args[0], b = c->args[1];
	struct string *x = string_of(a), *y = string_of(b);
	size_t i;

	for (i = 0; i < x->units && i < y->units; i++) {
		int d = (int)string_unit(x, i) - (int)string_unit(y, i);

		if (d != 0) {
			c->out = value_int(d);
			return FLOW_MORE;
		}
	}
	c->out = value_int((int32_t)x->units - (int32_t)y->units);
	return FLOW_MORE;
}

enum flow
str_compare_to(struct member_call *c)
{
	struct how h = { false, false };

	if (value_is_nothing(c->args[0])) {
		c->out = value_int(1);
		return FLOW_MORE;
	}
	if (!value_is_string(value_base(c->args[0])))
		return member_throw(c, "System.ArgumentException",
		    "Object must be of type String.");
	c->out = value_int(sign(compare_how(c->self, value_base(c->args[0]),
	    h)));
	return FLOW_MORE;
}

enum flow
str_equals(struct member_call *c)
{
	struct value a = c->self, b = c->args[0];
	struct how h;

	if (c->self.type == NULL) {
		a = c->args[0];
		b = c->args[1];
	}
	b = value_base(b);
	h = str_comparison(c, 1, true);
	c->out = value_bool(value_is_string(a) && value_is_string(b) &&
	    compare_how(a, b, h) == 0);
	return FLOW_MORE;
}

/* --- searching --- */

enum flow
str_contains(struct member_call *c)
{
	struct value needle = str_text_arg(c->args[0]);
	struct how h = str_comparison(c, 1, true);
	struct string *s = str_self(c);

	c->out = value_bool(text_find(s->data, s->len, 0, value_chars(needle),
	    value_chars_len(needle), h.fold, NULL) != TEXT_NONE);
	value_unref(needle);
	return FLOW_MORE;
}

static bool
equal_part(const char *s, size_t n, struct value needle, struct how h)
{
	return h.ordinal ?
	    text_compare_ordinal(s, n, value_chars(needle),
		value_chars_len(needle), h.fold) == 0 :
	    text_equal(s, n, value_chars(needle), value_chars_len(needle),
		h.fold);
}

enum flow
str_starts_with(struct member_call *c)
{
	struct value needle = str_text_arg(c->args[0]);
	struct how h = str_comparison(c, 1, c->args[0].type == &type_char);
	struct string *s = str_self(c), *k = string_of(needle);
	size_t n = string_offset(s, k->units);

	c->out = value_bool(k->units <= s->units &&
	    equal_part(s->data, n, needle, h));
	value_unref(needle);
	return FLOW_MORE;
}

enum flow
str_ends_with(struct member_call *c)
{
	struct value needle = str_text_arg(c->args[0]);
	struct how h = str_comparison(c, 1, c->args[0].type == &type_char);
	struct string *s = str_self(c), *k = string_of(needle);
	size_t from;

	c->out = value_bool(false);
	if (k->units <= s->units) {
		from = string_offset(s, s->units - k->units);
		c->out = value_bool(
		    equal_part(s->data + from, s->len - from, needle, h));
	}
	value_unref(needle);
	return FLOW_MORE;
}

/* UTF-16 index of a byte offset. */
static size_t
unit_index(const struct string *s, size_t offset)
{
	size_t at = 0, units = 0;
	uint32_t cp;

	if (s->ascii)
		return offset;
	while (at < offset) {
		at += utf8_decode(s->data + at, s->len - at, &cp);
		units += cp >= 0x10000 ? 2 : 1;
	}
	return units;
}

enum flow
str_bad_start(struct member_call *c)
{
	return member_throw_range(c, "startIndex",
	    "Index was out of range. Must be non-negative and less than or "
	    "equal to the size of the collection.");
}

enum flow
str_index_of(struct member_call *c)
{
	struct string *s = str_self(c);
	struct value needle;
	struct how h = str_comparison(c, 1, false);
	size_t from = 0, end = s->units, at;

	if (c->n > 1 && is_integer(c->args[1].type)) {
		if (c->args[1].u.i < 0 || c->args[1].u.i > s->units)
			return str_bad_start(c);
		from = (size_t)c->args[1].u.i;
		if (c->n > 2 && is_integer(c->args[2].type)) {
			if (c->args[2].u.i < 0 ||
			    c->args[2].u.i > (int64_t)(s->units - from))
				return member_throw_range(c, "count",
				    "Count must be positive and count must "
				    "refer to a location within the "
				    "string/array/collection.");
			end = from + (size_t)c->args[2].u.i;
		}
	}
	needle = str_text_arg(c->args[0]);
	at = text_find(s->data, string_offset(s, end), string_offset(s, from),
	    value_chars(needle), value_chars_len(needle), h.fold, NULL);
	c->out = value_int(at == TEXT_NONE ? -1 : (int32_t)unit_index(s, at));
	value_unref(needle);
	return FLOW_MORE;
}

enum flow
str_last_index_of(struct member_call *c)
{
	struct string *s = str_self(c);
	struct value needle;
	struct how h = str_comparison(c, 1, false);
	size_t end = s->units, from = 0, at;

	if (c->n > 1 && is_integer(c->args[1].type) && s->units > 0) {
		if (c->args[1].u.i < 0 || c->args[1].u.i > s->units)
			return str_bad_start(c);
		if (c->args[1].u.i < s->units)
			end = (size_t)c->args[1].u.i + 1;
		if (c->n > 2 && is_integer(c->args[2].type)) {
			if (c->args[2].u.i < 0 ||
			    c->args[2].u.i > (int64_t)end)
				return member_throw_range(c, "count",
				    "Count must be positive and count must "
				    "refer to a location within the "
				    "string/array/collection.");
			from = end - (size_t)c->args[2].u.i;
		}
	}
	needle = str_text_arg(c->args[0]);
	from = string_offset(s, from);
	at = text_find_last(s->data + from, string_offset(s, end) - from,
	    value_chars(needle), value_chars_len(needle), h.fold, NULL);
	c->out = value_int(
	    at == TEXT_NONE ? -1 : (int32_t)unit_index(s, from + at));
	value_unref(needle);
	return FLOW_MORE;
}

bool
str_is_one_of(uint16_t unit, struct list *set)
{
	size_t i;

	for (i = 0; i < set->count; i++) {
		if (set->items[i].u.c == unit)
			return true;
	}
	return false;
}

enum flow
str_index_of_any(struct member_call *c)
{
	struct string *s = str_self(c);
	struct list *set = list_of(c->args[0]);
	bool last = strncmp(c->name, "Last", 4) == 0;
	int64_t i, from = 0, to = s->units;

	if (c->n > 1) {
		if (c->args[1].u.i < 0 || c->args[1].u.i > s->units)
			return str_bad_start(c);
		if (last)
			to = c->args[1].u.i + 1;
		else
			from = c->args[1].u.i;
	}
	if (c->n > 2 && !last && from + c->args[2].u.i < to)
		to = from + c->args[2].u.i;
	c->out = value_int(-1);
	for (i = last ? to - 1 : from; last ? i >= from : i < to;
	     i += last ? -1 : 1) {
		if (str_is_one_of(string_unit(s, (size_t)i), set)) {
			c->out = value_int((int32_t)i);
			break;
		}
	}
	return FLOW_MORE;
}
