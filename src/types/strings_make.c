/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.String: joining, formatting, case, normal forms. */
#include "config.h"

#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/strings_internal.h"

/* --- making --- */

enum flow
str_to_upper(struct member_call *c)
{
	size_t n;
	char *text = text_upper(str_self(c)->data, str_self(c)->len, &n);

	c->out = str_take_text(text, n);
	return FLOW_MORE;
}

enum flow
str_to_lower(struct member_call *c)
{
	size_t n;
	char *text = text_lower(str_self(c)->data, str_self(c)->len, &n);

	c->out = str_take_text(text, n);
	return FLOW_MORE;
}

enum flow
str_to_char_array(struct member_call *c)
{
	struct string *s = str_self(c);
	size_t from = 0, n = s->units, i;
	struct list *l;

	if (c->n == 2) {
		if (c->args[0].u.i < 0 || c->args[1].u.i < 0 ||
		    c->args[0].u.i + c->args[1].u.i > s->units)
			return str_bad_start(c);
		from = (size_t)c->args[0].u.i;
		n = (size_t)c->args[1].u.i;
	}
	l = list_new(types_char_array, n);
	for (i = 0; i < n; i++)
		list_add_take(l, value_char(string_unit(s, from + i)));
	c->out = list_value(l);
	return FLOW_MORE;
}

enum flow
str_concat(struct member_call *c)
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
	c->out = value_take_buf(&b);
	return flow;
}

enum flow
str_join(struct member_call *c)
{
	struct buf b = { 0 };
	struct list *l = NULL;
	struct value sep = str_text_arg(c->args[0]), text;
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
			return str_bad_start(c);
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
	c->out = value_take_buf(&b);
	return flow;
}

enum flow
str_format(struct member_call *c)
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

enum flow
str_is_null_or(struct member_call *c)
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

enum flow
str_normalize(struct member_call *c)
{
	size_t n;
	char *text = text_normalize(str_self(c)->data, str_self(c)->len, form_of(c),
	    &n);

	if (text == NULL)
		return member_throw(c, "System.ArgumentException",
		    "Invalid Unicode code point found at index 0. (Parameter "
		    "'strInput')");
	c->out = str_take_text(text, n);
	return FLOW_MORE;
}

enum flow
str_is_normalized(struct member_call *c)
{
	c->out = value_bool(text_is_normalized(str_self(c)->data, str_self(c)->len,
	    form_of(c)));
	return FLOW_MORE;
}

enum flow
str_line_endings(struct member_call *c)
{
	const char *s = str_self(c)->data;
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
	c->out = value_take_buf(&b);
	return FLOW_MORE;
}

enum flow
str_enumerate(struct member_call *c)
{
	return str_to_char_array(c);
}
