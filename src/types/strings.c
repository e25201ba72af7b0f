/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.String. */
#include "config.h"

#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"

static struct string *
self(struct member_call *c)
{
	return string_of(c->self);
}

static struct value
take(struct buf *b)
{
	struct value v = value_string_n(buf_text(b), b->len);

	buf_clear(b);
	return v;
}

static struct value
take_text(char *text, size_t n)
{
	struct value v = value_string_n(text, n);

	mem_free(text);
	return v;
}

/* A char or string argument as a string, owned. */
static struct value
text_arg(struct value v)
{
	if (v.type == &type_char)
		return string_from_units(&v.u.c, 1);
	return value_is_string(v) ? value_ref(v) : value_string("");
}

/* StringComparison among the arguments: ignore case? ordinal? */
struct how {
	bool fold;
	bool ordinal;
};

static struct how
comparison(struct member_call *c, size_t from, bool ordinal)
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

static enum flow
get_length(struct member_call *c)
{
	c->out = value_int((int32_t)self(c)->units);
	return FLOW_MORE;
}

static enum flow
get_chars(struct member_call *c)
{
	int64_t i = c->args[0].u.i;

	if (i < 0 || i >= self(c)->units)
		return member_throw(c, "System.IndexOutOfRangeException",
		    "Index was outside the bounds of the array.");
	c->out = value_char(string_unit(self(c), (size_t)i));
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
		struct value one = text_arg(c->args[0]);

		if (c->args[1].u.i < 0 || c->args[1].u.i > 100000000) {
			value_unref(one);
			return member_throw_range(c, "count",
			    "'count' must be non-negative.");
		}
		for (i = 0; i < (size_t)c->args[1].u.i; i++)
			buf_add(&b, value_chars(one), value_chars_len(one));
		value_unref(one);
		c->out = take(&b);
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

/* --- comparing --- */

static enum flow
compare(struct member_call *c)
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
		h = comparison(c, 5, false);
		c->out = value_int(sign(compare_how(p, q, h)));
		value_unref(p);
		value_unref(q);
		return FLOW_MORE;
	}
	b = c->args[1];
	h = comparison(c, 2, false);
	c->out = value_int(sign(compare_how(a, b, h)));
	return FLOW_MORE;
}

static enum flow
compare_ordinal(struct member_call *c)
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

static enum flow
compare_to(struct member_call *c)
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

static enum flow
equals(struct member_call *c)
{
	struct value a = c->self, b = c->args[0];
	struct how h;

	if (c->self.type == NULL) {
		a = c->args[0];
		b = c->args[1];
	}
	b = value_base(b);
	h = comparison(c, 1, true);
	c->out = value_bool(value_is_string(a) && value_is_string(b) &&
	    compare_how(a, b, h) == 0);
	return FLOW_MORE;
}

/* --- searching --- */

static enum flow
contains(struct member_call *c)
{
	struct value needle = text_arg(c->args[0]);
	struct how h = comparison(c, 1, true);
	struct string *s = self(c);

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

static enum flow
starts_with(struct member_call *c)
{
	struct value needle = text_arg(c->args[0]);
	struct how h = comparison(c, 1, c->args[0].type == &type_char);
	struct string *s = self(c), *k = string_of(needle);
	size_t n = string_offset(s, k->units);

	c->out = value_bool(k->units <= s->units &&
	    equal_part(s->data, n, needle, h));
	value_unref(needle);
	return FLOW_MORE;
}

static enum flow
ends_with(struct member_call *c)
{
	struct value needle = text_arg(c->args[0]);
	struct how h = comparison(c, 1, c->args[0].type == &type_char);
	struct string *s = self(c), *k = string_of(needle);
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

static enum flow
bad_start(struct member_call *c)
{
	return member_throw_range(c, "startIndex",
	    "Index was out of range. Must be non-negative and less than or "
	    "equal to the size of the collection.");
}

static enum flow
index_of(struct member_call *c)
{
	struct string *s = self(c);
	struct value needle;
	struct how h = comparison(c, 1, false);
	size_t from = 0, end = s->units, at;

	if (c->n > 1 && is_integer(c->args[1].type)) {
		if (c->args[1].u.i < 0 || c->args[1].u.i > s->units)
			return bad_start(c);
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
	needle = text_arg(c->args[0]);
	at = text_find(s->data, string_offset(s, end), string_offset(s, from),
	    value_chars(needle), value_chars_len(needle), h.fold, NULL);
	c->out = value_int(at == TEXT_NONE ? -1 : (int32_t)unit_index(s, at));
	value_unref(needle);
	return FLOW_MORE;
}

static enum flow
last_index_of(struct member_call *c)
{
	struct string *s = self(c);
	struct value needle;
	struct how h = comparison(c, 1, false);
	size_t end = s->units, from = 0, at;

	if (c->n > 1 && is_integer(c->args[1].type) && s->units > 0) {
		if (c->args[1].u.i < 0 || c->args[1].u.i > s->units)
			return bad_start(c);
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
	needle = text_arg(c->args[0]);
	from = string_offset(s, from);
	at = text_find_last(s->data + from, string_offset(s, end) - from,
	    value_chars(needle), value_chars_len(needle), h.fold, NULL);
	c->out = value_int(
	    at == TEXT_NONE ? -1 : (int32_t)unit_index(s, from + at));
	value_unref(needle);
	return FLOW_MORE;
}

static bool
is_one_of(uint16_t unit, struct list *set)
{
	size_t i;

	for (i = 0; i < set->count; i++) {
		if (set->items[i].u.c == unit)
			return true;
	}
	return false;
}

static enum flow
index_of_any(struct member_call *c)
{
	struct string *s = self(c);
	struct list *set = list_of(c->args[0]);
	bool last = strncmp(c->name, "Last", 4) == 0;
	int64_t i, from = 0, to = s->units;

	if (c->n > 1) {
		if (c->args[1].u.i < 0 || c->args[1].u.i > s->units)
			return bad_start(c);
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
		if (is_one_of(string_unit(s, (size_t)i), set)) {
			c->out = value_int((int32_t)i);
			break;
		}
	}
	return FLOW_MORE;
}

/* --- cutting --- */

static enum flow
substring(struct member_call *c)
{
	struct string *s = self(c);
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

static enum flow
remove_part(struct member_call *c)
{
	struct string *s = self(c);
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
	c->out = take(&out);
	return FLOW_MORE;
}

static enum flow
insert(struct member_call *c)
{
	struct string *s = self(c);
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
	c->out = take(&out);
	return FLOW_MORE;
}

static bool
trims(uint32_t cp, struct list *set)
{
	return set == NULL || set->count == 0 ?
	    codepoint_is_space(cp) :
	    cp < 0x10000 && is_one_of((uint16_t)cp, set);
}

static enum flow
trim(struct member_call *c)
{
	struct string *s = self(c);
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

static enum flow
pad(struct member_call *c)
{
	struct string *s = self(c);
	struct value fill = c->n > 1 ? text_arg(c->args[1]) :
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
	c->out = take(&out);
	return FLOW_MORE;
}

static enum flow
replace(struct member_call *c)
{
	struct string *s = self(c);
	struct value old = text_arg(c->args[0]), new = text_arg(c->args[1]);
	struct how h = comparison(c, 2, true);
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
	c->out = take(&out);
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
			struct value one = text_arg(l->items[i]);

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

static enum flow
split(struct member_call *c)
{
	struct string *s = self(c);
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

/* --- making --- */

static enum flow
to_upper(struct member_call *c)
{
	size_t n;
	char *text = text_upper(self(c)->data, self(c)->len, &n);

	c->out = take_text(text, n);
	return FLOW_MORE;
}

static enum flow
to_lower(struct member_call *c)
{
	size_t n;
	char *text = text_lower(self(c)->data, self(c)->len, &n);

	c->out = take_text(text, n);
	return FLOW_MORE;
}

static enum flow
to_char_array(struct member_call *c)
{
	struct string *s = self(c);
	size_t from = 0, n = s->units, i;
	struct list *l;

	if (c->n == 2) {
		if (c->args[0].u.i < 0 || c->args[1].u.i < 0 ||
		    c->args[0].u.i + c->args[1].u.i > s->units)
			return bad_start(c);
		from = (size_t)c->args[0].u.i;
		n = (size_t)c->args[1].u.i;
	}
	l = list_new(types_char_array, n);
	for (i = 0; i < n; i++)
		list_add_take(l, value_char(string_unit(s, from + i)));
	c->out = list_value(l);
	return FLOW_MORE;
}

static enum flow
concat(struct member_call *c)
{
	struct buf b = { 0 };
	struct list *l = NULL;
	struct value text;
	size_t i;
	enum flow flow = FLOW_MORE;

	if (c->n == 1 && value_unrolls(c->args[0])) {
		flow = collect(c->run, c->args[0], &l);
		if (flow != FLOW_MORE)
			return flow;
	}
	for (i = 0; i < (l != NULL ? l->count : c->n) && flow == FLOW_MORE;
	     i++) {
		flow = value_to_string(c->run,
		    l != NULL ? l->items[i] : c->args[i], &text);
		if (flow != FLOW_MORE)
			break;
		buf_add(&b, value_chars(text), value_chars_len(text));
		value_unref(text);
	}
	if (l != NULL)
		value_unref(list_value(l));
	c->out = take(&b);
	return flow;
}

static enum flow
join(struct member_call *c)
{
	struct buf b = { 0 };
	struct list *l = NULL;
	struct value sep = text_arg(c->args[0]), text;
	size_t i, from = 0, n;
	enum flow flow = collect(c->run, c->args[1], &l);

	if (flow != FLOW_MORE)
		return flow;
	n = l->count;
	if (c->n == 4) {
		from = (size_t)c->args[2].u.i;
		n = (size_t)c->args[3].u.i;
		if (from > l->count || n > l->count - from) {
			value_unref(list_value(l));
			value_unref(sep);
			return bad_start(c);
		}
	}
	for (i = from; i < from + n && flow == FLOW_MORE; i++) {
		if (i > from)
			buf_add(&b, value_chars(sep), value_chars_len(sep));
		flow = value_to_string(c->run, l->items[i], &text);
		if (flow != FLOW_MORE)
			break;
		buf_add(&b, value_chars(text), value_chars_len(text));
		value_unref(text);
	}
	value_unref(list_value(l));
	value_unref(sep);
	c->out = take(&b);
	return flow;
}

static enum flow
format(struct member_call *c)
{
	size_t at = 0;
	struct run none = { .session = c->run == NULL ? NULL :
							c->run->session };
	const struct value *args;
	struct list *l = NULL;
	size_t n;
	enum flow flow;
	char *text;
	const char *why;

	while (at < c->n && !value_is_string(c->args[at]))
		at++; /* a format provider */
	args = c->args + at + 1;
	n = c->n - at - 1;
	if (n == 1 && args[0].type != NULL &&
	    args[0].type->kind == TYPE_KIND_ARRAY) {
		l = list_of(args[0]);
		args = l->items;
		n = l->count;
	}
	flow = format_composite(&none, value_chars(c->args[at]), args, n,
	    &c->out);
	if (flow == FLOW_MORE)
		return flow;
	text = value_text_plain(none.leave.value);
	run_leave_clear(&none);
	why = strncmp(text, "Error formatting a string: ", 27) == 0 ?
	    text + 27 :
	    text;
	n = strlen(why);
	if (n > 1 && why[n - 1] == '.' && why[n - 2] == '.')
		n--;
	flow = member_throw(c, "System.FormatException", "%.*s", (int)n, why);
	mem_free(text);
	return flow;
}

static enum flow
is_null_or(struct member_call *c)
{
	struct string_ref s = ref_of(c->args[0]);
	size_t i = 0;
	uint32_t cp;

	if (strcmp(c->name, "IsNullOrWhiteSpace") == 0) {
		while (i < s.n) {
			i += utf8_decode(s.s + i, s.n - i, &cp);
			if (!codepoint_is_space(cp)) {
				c->out = value_bool(false);
				return FLOW_MORE;
			}
		}
		c->out = value_bool(true);
		return FLOW_MORE;
	}
	c->out = value_bool(s.n == 0);
	return FLOW_MORE;
}

static enum text_form
form_of(struct member_call *c)
{
	switch (c->n > 0 ? c->args[0].u.i : 1) {
	case 2:
		return TEXT_NFD;
	case 5:
		return TEXT_NFKC;
	case 6:
		return TEXT_NFKD;
	default:
		return TEXT_NFC;
	}
}

static enum flow
normalize(struct member_call *c)
{
	size_t n;
	char *text = text_normalize(self(c)->data, self(c)->len, form_of(c),
	    &n);

	if (text == NULL)
		return member_throw(c, "System.ArgumentException",
		    "Invalid Unicode code point found at index 0. (Parameter "
		    "'strInput')");
	c->out = take_text(text, n);
	return FLOW_MORE;
}

static enum flow
is_normalized(struct member_call *c)
{
	c->out = value_bool(text_is_normalized(self(c)->data, self(c)->len,
	    form_of(c)));
	return FLOW_MORE;
}

static enum flow
line_endings(struct member_call *c)
{
	const char *s = self(c)->data;
	struct buf b = { 0 };
	const char *with = c->n > 0 ? value_chars(c->args[0]) : "\n";

	for (; *s != '\0'; s++) {
		if (*s == '\r' && s[1] == '\n')
			s++;
		if (*s == '\r' || *s == '\n' || *s == '\f')
			buf_add_str(&b, with);
		else
			buf_add_byte(&b, *s);
	}
	c->out = take(&b);
	return FLOW_MORE;
}

static enum flow
enumerate(struct member_call *c)
{
	return to_char_array(c);
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
	{ "static int Compare(string strA, string strB)", compare },
	{ "static int Compare(string strA, string strB, bool ignoreCase)",
	    compare },
	{ "static int Compare(string strA, string strB, " SC ")", compare },
	{ "static int Compare(string strA, string strB, bool ignoreCase, "
	  "cultureinfo culture)", compare },
	{ "static int Compare(string strA, string strB, cultureinfo culture, "
	  "System.Globalization.CompareOptions options)", compare },
	{ "static int Compare(string strA, int indexA, string strB, int "
	  "indexB, int length)", compare },
	{ "static int Compare(string strA, int indexA, string strB, int "
	  "indexB, int length, bool ignoreCase)", compare },
	{ "static int Compare(string strA, int indexA, string strB, int "
	  "indexB, int length, " SC ")", compare },
	{ "static int CompareOrdinal(string strA, string strB)",
	    compare_ordinal },
	{ "int CompareTo(System.Object value)", compare_to },
	{ "int CompareTo(string strB)", compare_to },
	{ "static string Concat(System.Object arg0)", concat },
	{ "static string Concat(System.Object arg0, System.Object arg1)",
	    concat },
	{ "static string Concat(System.Object arg0, System.Object arg1, "
	  "System.Object arg2)", concat },
	{ "static string Concat(params System.Object[] args)", concat },
	{ "static string Concat(string str0, string str1)", concat },
	{ "static string Concat(string str0, string str1, string str2)",
	    concat },
	{ "static string Concat(string str0, string str1, string str2, "
	  "string str3)", concat },
	{ "static string Concat(params string[] values)", concat },
	{ "bool Contains(string value)", contains },
	{ "bool Contains(string value, " SC ")", contains },
	{ "bool Contains(char value)", contains },
	{ "bool Contains(char value, " SC ")", contains },
	{ "static string Copy(string str)", same },
	{ "void CopyTo(int sourceIndex, char[] destination, int "
	  "destinationIndex, int count)", NULL },
	{ "bool EndsWith(string value)", ends_with },
	{ "bool EndsWith(string value, " SC ")", ends_with },
	{ "bool EndsWith(string value, bool ignoreCase, cultureinfo "
	  "culture)", ends_with },
	{ "bool EndsWith(char value)", ends_with },
	{ "bool Equals(System.Object obj)", equals },
	{ "bool Equals(string value)", equals },
	{ "bool Equals(string value, " SC ")", equals },
	{ "static bool Equals(string a, string b)", equals },
	{ "static bool Equals(string a, string b, " SC ")", equals },
	{ "static string Format(string format, System.Object arg0)", format },
	{ "static string Format(string format, System.Object arg0, "
	  "System.Object arg1)", format },
	{ "static string Format(string format, System.Object arg0, "
	  "System.Object arg1, System.Object arg2)", format },
	{ "static string Format(string format, params System.Object[] args)",
	    format },
	{ "static string Format(System.IFormatProvider provider, string "
	  "format, System.Object arg0)", format },
	{ "static string Format(System.IFormatProvider provider, string "
	  "format, params System.Object[] args)", format },
	{ "System.CharEnumerator GetEnumerator()", enumerate },
	{ "int IndexOf(char value)", index_of },
	{ "int IndexOf(char value, int startIndex)", index_of },
	{ "int IndexOf(char value, int startIndex, int count)", index_of },
	{ "int IndexOf(char value, " SC ")", index_of },
	{ "int IndexOf(string value)", index_of },
	{ "int IndexOf(string value, int startIndex)", index_of },
	{ "int IndexOf(string value, int startIndex, int count)", index_of },
	{ "int IndexOf(string value, " SC ")", index_of },
	{ "int IndexOf(string value, int startIndex, " SC ")", index_of },
	{ "int IndexOf(string value, int startIndex, int count, " SC ")",
	    index_of },
	{ "int IndexOfAny(char[] anyOf)", index_of_any },
	{ "int IndexOfAny(char[] anyOf, int startIndex)", index_of_any },
	{ "int IndexOfAny(char[] anyOf, int startIndex, int count)",
	    index_of_any },
	{ "string Insert(int startIndex, string value)", insert },
	{ "static string Intern(string str)", same },
	{ "static string IsInterned(string str)", same },
	{ "bool IsNormalized()", is_normalized },
	{ "bool IsNormalized(System.Text.NormalizationForm "
	  "normalizationForm)", is_normalized },
	{ "static bool IsNullOrEmpty(string value)", is_null_or },
	{ "static bool IsNullOrWhiteSpace(string value)", is_null_or },
	{ "static string Join(string separator, params string[] value)",
	    join },
	{ "static string Join(string separator, params System.Object[] "
	  "values)", join },
	{ "static string Join(string separator, System.Collections.Generic."
	  "IEnumerable[string] values)", join },
	{ "static string Join(string separator, string[] value, int "
	  "startIndex, int count)", join },
	{ "static string Join(char separator, params string[] value)", join },
	{ "static string Join(char separator, params System.Object[] "
	  "values)", join },
	{ "int LastIndexOf(char value)", last_index_of },
	{ "int LastIndexOf(char value, int startIndex)", last_index_of },
	{ "int LastIndexOf(char value, int startIndex, int count)",
	    last_index_of },
	{ "int LastIndexOf(string value)", last_index_of },
	{ "int LastIndexOf(string value, int startIndex)", last_index_of },
	{ "int LastIndexOf(string value, int startIndex, int count)",
	    last_index_of },
	{ "int LastIndexOf(string value, " SC ")", last_index_of },
	{ "int LastIndexOf(string value, int startIndex, " SC ")",
	    last_index_of },
	{ "int LastIndexOfAny(char[] anyOf)", index_of_any },
	{ "int LastIndexOfAny(char[] anyOf, int startIndex)", index_of_any },
	{ "string Normalize()", normalize },
	{ "string Normalize(System.Text.NormalizationForm "
	  "normalizationForm)", normalize },
	{ "string PadLeft(int totalWidth)", pad },
	{ "string PadLeft(int totalWidth, char paddingChar)", pad },
	{ "string PadRight(int totalWidth)", pad },
	{ "string PadRight(int totalWidth, char paddingChar)", pad },
	{ "string Remove(int startIndex)", remove_part },
	{ "string Remove(int startIndex, int count)", remove_part },
	{ "string Replace(char oldChar, char newChar)", replace },
	{ "string Replace(string oldValue, string newValue)", replace },
	{ "string Replace(string oldValue, string newValue, " SC ")",
	    replace },
	{ "string Replace(string oldValue, string newValue, bool "
	  "ignoreCase, cultureinfo culture)", replace },
	{ "string ReplaceLineEndings()", line_endings },
	{ "string ReplaceLineEndings(string replacementText)", line_endings },
	{ "string[] Split(params char[] separator)", split },
	{ "string[] Split(char[] separator, int count)", split },
	{ "string[] Split(char[] separator, System.StringSplitOptions "
	  "options)", split },
	{ "string[] Split(char[] separator, int count, "
	  "System.StringSplitOptions options)", split },
	{ "string[] Split(string[] separator, System.StringSplitOptions "
	  "options)", split },
	{ "string[] Split(string[] separator, int count, "
	  "System.StringSplitOptions options)", split },
	{ "string[] Split(char separator, System.StringSplitOptions? "
	  "options)", split },
	{ "string[] Split(char separator, int count, "
	  "System.StringSplitOptions? options)", split },
	{ "string[] Split(string separator, System.StringSplitOptions? "
	  "options)", split },
	{ "string[] Split(string separator, int count, "
	  "System.StringSplitOptions? options)", split },
	{ "bool StartsWith(string value)", starts_with },
	{ "bool StartsWith(string value, " SC ")", starts_with },
	{ "bool StartsWith(string value, bool ignoreCase, cultureinfo "
	  "culture)", starts_with },
	{ "bool StartsWith(char value)", starts_with },
	{ "string Substring(int startIndex)", substring },
	{ "string Substring(int startIndex, int length)", substring },
	{ "char[] ToCharArray()", to_char_array },
	{ "char[] ToCharArray(int startIndex, int length)", to_char_array },
	{ "string ToLower()", to_lower },
	{ "string ToLower(cultureinfo culture)", to_lower },
	{ "string ToLowerInvariant()", to_lower },
	{ "string ToString()", same },
	{ "string ToString(System.IFormatProvider provider)", same },
	{ "string ToUpper()", to_upper },
	{ "string ToUpper(cultureinfo culture)", to_upper },
	{ "string ToUpperInvariant()", to_upper },
	{ "string Trim()", trim },
	{ "string Trim(char trimChar)", trim },
	{ "string Trim(params char[] trimChars)", trim },
	{ "string TrimEnd()", trim },
	{ "string TrimEnd(char trimChar)", trim },
	{ "string TrimEnd(params char[] trimChars)", trim },
	{ "string TrimStart()", trim },
	{ "string TrimStart(char trimChar)", trim },
	{ "string TrimStart(params char[] trimChars)", trim },
	{ NULL },
};

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
			return bad_start(c);
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
static const struct member_spec char_members[] = {
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

void
strings_init(void)
{
	type_add_members(&type_string, string_members);
	type_add_members(&type_char, char_members);
}
