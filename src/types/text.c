/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values as text: in strings, for people, in messages. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/member.h"
#include "types/types_internal.h"

static struct value
integer_text(struct value v)
{
	char text[32];
	int n;

	if (v.type->code == CODE_UINT64)
		n = snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)v.u.i);
	else
		n = snprintf(text, sizeof(text), "%lld", (long long)v.u.i);
	return value_string_n(text, (size_t)n);
}

static struct value
char_text(uint16_t c)
{
	return string_from_units(&c, 1);
}

static enum flow
join_list(struct run *r, struct list *l, const char *sep, size_t sep_len,
    struct value *textp)
{
	struct buf b = { 0 };
	struct value text;
	enum flow flow;
	size_t i;

	for (i = 0; i < l->count; i++) {
		if (i > 0)
			buf_add(&b, sep, sep_len);
		flow = value_text(r, l->items[i], &text);
		if (flow != FLOW_MORE) {
			buf_clear(&b);
			return flow;
		}
		buf_add(&b, value_chars(text), value_chars_len(text));
		value_unref(text);
	}
	*textp = value_take_buf(&b);
	return FLOW_MORE;
}

static enum flow
list_text(struct run *r, struct value v, struct value *textp)
{
	struct value ofs = VALUE_NULL, sep;
	enum flow flow;

	if (!run_stack_ok())
		return run_throw(r,
		    "System.Management.Automation.ScriptCallDepthException",
		    "CallDepthOverflow", "InvalidOperation",
		    "The script failed due to call depth overflow.");
	if (r == NULL || r->ops == NULL || r->ops->get_variable == NULL ||
	    !r->ops->get_variable(r, "OFS", &ofs) || ofs.type == NULL)
		return join_list(r, list_of(v), " ", 1, textp);
	flow = value_text(r, ofs, &sep);
	value_unref(ofs);
	if (flow != FLOW_MORE)
		return flow;
	flow = join_list(r, list_of(v), value_chars(sep), value_chars_len(sep),
	    textp);
	value_unref(sep);
	return flow;
}

/* @{A=1; B=2} */
static enum flow
object_text(struct run *r, struct object *o, struct value *textp)
{
	struct buf b = { 0 };
	struct member *m;
	struct value text, got;
	enum flow flow = FLOW_MORE;
	bool first = true, found;

	if (o->count == 0) {
		*textp = value_string("");
		return FLOW_MORE;
	}
	buf_add_str(&b, "@{");
	OBJECT_EACH(m, o) {
		if (m->hidden || m->kind == MEMBER_SCRIPT_METHOD ||
		    m->kind == MEMBER_PROPERTY_SET ||
		    m->kind == MEMBER_MEMBER_SET)
			continue;
		if (!first)
			buf_add_str(&b, "; ");
		first = false;
		buf_printf(&b, "%s=", value_chars(m->name));
		got = VALUE_NULL;
		flow = value_get_member(r, object_value(o),
		    value_chars(m->name), &got, &found);
		if (flow != FLOW_MORE)
			break;
		if (value_is_object(got) && object_of(got) == o)
			text = value_string("");
		else
			flow = value_text(r, got, &text);
		value_unref(got);
		if (flow != FLOW_MORE)
			break;
		buf_add(&b, value_chars(text), value_chars_len(text));
		value_unref(text);
	}
	if (flow != FLOW_MORE) {
		buf_clear(&b);
		return flow;
	}
	buf_add_byte(&b, '}');
	*textp = value_take_buf(&b);
	return FLOW_MORE;
}

static const struct type_ops *
ops_with_text(const struct type *t)
{
	for (; t != NULL; t = t->base) {
		if (t->ops != NULL && t->ops->text != NULL)
			return t->ops;
	}
	return NULL;
}

/* What both kinds of text have in common. */
static enum flow
other_text(struct run *r, struct value v, struct value *textp)
{
	const struct type_ops *ops;
	struct buf b = { 0 };
	char text[64];

	switch ((int)v.type->kind) {
	case TYPE_KIND_BOOL:
		*textp = value_string(v.u.b ? "True" : "False");
		return FLOW_MORE;
	case TYPE_KIND_CHAR:
		*textp = char_text(v.u.c);
		return FLOW_MORE;
	case TYPE_KIND_INT:
		*textp = integer_text(v);
		return FLOW_MORE;
	case TYPE_KIND_ENUM:
		*textp = value_string_take(enum_text(v.type, v.u.i));
		return FLOW_MORE;
	case TYPE_KIND_STRING:
		*textp = value_ref(v);
		return FLOW_MORE;
	case TYPE_KIND_DECIMAL:
		*textp = value_string_take(decimal_text(decimal_of(v)));
		return FLOW_MORE;
	case TYPE_KIND_BIGINT: {
		char *digits = mpz_get_str(NULL, 10, bigint_of(v)->z);

		*textp = value_string(digits);
		free(digits);
		return FLOW_MORE;
	}
	case TYPE_KIND_FLOAT:
		if (v.type == &type_single)
			(void)single_text(v.u.d, text, sizeof(text));
		else
			(void)double_text(v.u.d, text, sizeof(text));
		*textp = value_string(text);
		return FLOW_MORE;
	case TYPE_KIND_TIMESPAN:
		(void)timespan_format(v.u.i, "c", &b);
		*textp = value_take_buf(&b);
		return FLOW_MORE;
	default:
		break;
	}
	ops = ops_with_text(v.type);
	if (ops != NULL)
		return ops->text(r, v, textp);
	if (v.type == &type_runtime) {
		*textp = value_string(type_of_value(v)->name);
		return FLOW_MORE;
	}
	*textp = value_string(v.type->name);
	return FLOW_MORE;
}

/* A script's ToString on the wrapper, or the text of what it wraps. */
static enum flow
wrapper_text(struct run *r, struct value v, struct value *textp)
{
	struct wrapper *w = wrapper_of(v);
	struct member *m = w->members == NULL ?
	    NULL :
	    object_find(w->members, "ToString");
	struct value t;
	enum flow flow;

	if (m == NULL || m->kind != MEMBER_SCRIPT_METHOD)
		return value_text(r, w->base, textp);
	flow = value_call_member(r, v, "ToString", NULL, 0, textp);
	if (flow == FLOW_MORE && !value_is_string(*textp)) {
		t = *textp;
		flow = value_text(r, t, textp);
		value_unref(t);
	}
	return flow;
}

static void
bytes_text(struct value v, struct value *textp)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < bytes_of(v)->len; i++)
		buf_printf(&b, "%s%u", i > 0 ? " " : "", bytes_of(v)->data[i]);
	*textp = value_take_buf(&b);
}

static enum flow
bag_text(struct run *r, struct value v, struct value *textp)
{
	struct member *m = object_find(object_of(v), "ToString");

	if (m != NULL && m->kind == MEMBER_SCRIPT_METHOD)
		return value_call_member(r, v, "ToString", NULL, 0, textp);
	if (v.type->ops != NULL && v.type->ops->text != NULL)
		return v.type->ops->text(r, v, textp);
	return object_text(r, object_of(v), textp);
}

enum flow
value_text(struct run *r, struct value v, struct value *textp)
{
	struct buf b = { 0 };
	char text[64];

	if (v.type == &type_string) {
		*textp = value_ref(v);
		return FLOW_MORE;
	}
	if (value_is_nothing(v)) {
		*textp = value_string("");
		return FLOW_MORE;
	}
	switch ((int)v.type->kind) {
	case TYPE_KIND_WRAPPER:
		return wrapper_text(r, v, textp);
	case TYPE_KIND_FLOAT:
		if (isinf(v.u.d)) {
			*textp = value_string(
			    v.u.d < 0 ? "-Infinity" : "Infinity");
			return FLOW_MORE;
		}
		(void)double_text_precision(v.u.d,
		    v.type == &type_single ? 7 : 15, text, sizeof(text));
		*textp = value_string(text);
		return FLOW_MORE;
	case TYPE_KIND_DATETIME:
		(void)datetime_format(v.u.i, 0, false, "MM/dd/yyyy HH:mm:ss",
		    &b);
		*textp = value_take_buf(&b);
		return FLOW_MORE;
	case TYPE_KIND_ARRAY:
	case TYPE_KIND_LIST:
		return list_text(r, v, textp);
	case TYPE_KIND_BYTES:
		bytes_text(v, textp);
		return FLOW_MORE;
	case TYPE_KIND_OBJECT:
		return bag_text(r, v, textp);
	default:
		break;
	}
	if (v.type == &type_runtime) {
		/* a type that is not public is shown with its assembly */
		*textp = type_of_value(v) == &type_runtime ?
		    value_string("System.RuntimeType, System.Private.CoreLib, "
				 "Version=10.0.0.0, Culture=neutral, "
				 "PublicKeyToken=7cec85d7bea7798e") :
		    value_string(type_display_name(type_of_value(v)));
		return FLOW_MORE;
	}
	if (v.type == &type_datetimeoffset) {
		struct datetimeoffset *o = (struct datetimeoffset *)(void *)v.u.p;

		(void)datetime_format(o->ticks, o->minutes, true,
		    "MM/dd/yyyy HH:mm:ss zzz", &b);
		*textp = value_take_buf(&b);
		return FLOW_MORE;
	}
	if (value_unrolls(v)) {
		struct list *l = NULL;
		enum flow flow = collect(r, v, &l);

		if (flow != FLOW_MORE)
			return flow;
		flow = list_text(r, list_value(l), textp);
		value_unref(list_value(l));
		return flow;
	}
	return other_text(r, v, textp);
}

enum flow
value_to_string(struct run *r, struct value v, struct value *textp)
{
	struct buf b = { 0 };

	v = value_base(v);
	if (value_is_nothing(v)) {
		*textp = value_string("");
		return FLOW_MORE;
	}
	switch ((int)v.type->kind) {
	case TYPE_KIND_DATETIME:
		(void)datetime_format(v.u.i, 0, false, "G", &b);
		*textp = value_take_buf(&b);
		return FLOW_MORE;
	case TYPE_KIND_ARRAY:
	case TYPE_KIND_LIST:
	case TYPE_KIND_BYTES:
	case TYPE_KIND_DICT:
		*textp = value_string(v.type->name);
		return FLOW_MORE;
	case TYPE_KIND_OBJECT:
		if (v.type == &type_object)
			return value_text(r, v, textp);
		break;
	default:
		break;
	}
	return other_text(r, v, textp);
}

enum flow
value_text_culture(struct run *r, struct value v, struct value *textp)
{
	struct value base = value_base(v);

	if (base.type != NULL && (base.type->kind == TYPE_KIND_FLOAT ||
				     base.type->kind == TYPE_KIND_DATETIME ||
				     base.type == &type_datetimeoffset))
		return value_to_string(r, base, textp);
	return value_text(r, v, textp);
}

char *
value_text_plain(struct value v)
{
	struct value text = VALUE_NULL;
	struct value base = value_base(v);
	char *out;

	if (base.type != NULL && base.type->kind == TYPE_KIND_DATETIME) {
		(void)value_to_string(NULL, base, &text);
	} else if (base.type == NULL ||
	    value_text(NULL, base, &text) != FLOW_MORE) {
		return mem_strdup(base.type == NULL ? "" : base.type->name);
	}
	if (!value_is_string(text)) {
		value_unref(text);
		return mem_strdup("");
	}
	out = mem_strndup(value_chars(text), value_chars_len(text));
	value_unref(text);
	return out;
}
