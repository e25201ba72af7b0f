/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last ways of a conversion: Parse, constructors, or the refusal. */
#include "config.h"

#include <stdio.h>

#include "types/exception.h"
#include "types/member_internal.h"

static enum conv
to_datetime(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct string_ref s = ref_of(v);
	int64_t bits;
	int offset;
	bool zoned;
	char *why;
	enum conv rc;

	if (datetime_parse(s.s, s.n, &bits, &offset, &zoned)) {
		if (to == &type_datetimeoffset) {
			*outp = datetimeoffset_new(bits, zoned ? offset :
				local_offset_at_local(bits) / 60);
			return CONV_OK;
		}
		if (!zoned) {
			*outp = datetime_value(bits, 0);
			return CONV_OK;
		}
		bits -= (int64_t)offset * 60 * TICKS_PER_SECOND;
		bits += (int64_t)local_offset_at_utc(bits) * TICKS_PER_SECOND;
		*outp = datetime_value(bits, KIND_LOCAL);
		return CONV_OK;
	}
	if (c->quiet)
		return CONV_FAIL;
	if (s.n > 0 && codepoint_is_letter((unsigned char)s.s[0]))
		why = mem_printf("The string '%s' was not recognized as a "
				 "valid DateTime. There is an unknown word "
				 "starting at index '0'.", s.s);
	else
		why = mem_printf("String '%s' was not recognized as a valid "
				 "DateTime.", s.s);
	rc = conv_fail_value(c,
	    "InvalidCastParseTargetInvocationWithFormatProvider", v, to, why);
	mem_free(why);
	return rc;
}

static enum conv
to_timespan(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct string_ref s = ref_of(v);
	int64_t ticks;
	char *why;
	enum conv rc;
	int got = timespan_parse(s.s, s.n, &ticks);

	if (got > 0) {
		*outp = value_timespan(ticks);
		return CONV_OK;
	}
	if (c->quiet)
		return CONV_FAIL;
	why = mem_printf(got < 0 ?
		"The TimeSpan string '%s' could not be parsed because at "
		"least one of the numeric components is out of range or "
		"contains too many digits." :
		"String '%s' was not recognized as a valid TimeSpan.", s.s);
	rc = conv_fail_value(c,
	    "InvalidCastParseTargetInvocationWithFormatProvider", v, to, why);
	mem_free(why);
	return rc;
}

static enum conv
to_type(struct conv_state *c, struct value v, struct value *outp)
{
	struct value text;
	const struct type *t;

	if (value_text(c->run, v, &text) != FLOW_MORE)
		return CONV_LEAVE;
	t = type_find(value_chars(text), value_chars_len(text));
	if (t == NULL)
		(void)conv_fail(c, "InvalidCastFromStringToType",
		    "Cannot convert the \"%s\" value of type "
		    "\"System.String\" to type \"System.Type\".",
		    value_chars(text));
	value_unref(text);
	if (t == NULL)
		return CONV_FAIL;
	*outp = value_of_type(t);
	return CONV_OK;
}

/* Whether a constructor takes exactly what v is (or is convertible to). */
static const struct overload *
constructor_for(const struct type *t, struct value v)
{
	const struct overload *o;
	const struct type *owner = NULL, *pt;

	o = member_find(t, "new", true, &owner);
	if (owner != t)
		return NULL;
	for (; o != NULL; o = member_next(o, "new", true)) {
		if (o->nparams != 1 || o->spec->fn == NULL)
			continue;
		pt = o->params[0].type;
		if (pt == NULL || (o->params[0].flags & PARAM_REF))
			continue;
		if (pt == v.type || pt == &type_system_object ||
		    type_is_a(v.type, pt))
			return o;
		if (pt == &type_ienumerable && value_unrolls(v))
			return o;
	}
	return NULL;
}

/* By the type's own static Parse(string). */
static enum conv
by_parse(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp, bool *donep)
{
	const struct type *owner = NULL;
	const struct overload *o = member_find(to, "Parse", true, &owner), *one;
	bool provider = false;
	struct run none = { 0 };
	struct value text;
	struct member_call call = { .run = &none, .type = to, .args = &text, .n = 1, .name = "Parse",
		.bare = true };
	enum flow flow;
	char *why;

	if (owner != to)
		return CONV_OK;
	for (one = NULL; o != NULL; o = member_next(o, "Parse", true)) {
		if (o->nparams == 1 && o->spec->fn != NULL)
			one = o;
		if (o->nparams == 2)
			provider = true;
	}
	if (one == NULL)
		return CONV_OK;
	*donep = true;
	if (value_text(c->run, v, &text) != FLOW_MORE)
		return CONV_LEAVE;
	flow = one->spec->fn(&call);
	value_unref(text);
	if (flow == FLOW_MORE) {
		*outp = call.out;
		return CONV_OK;
	}
	why = c->quiet ? NULL : value_text_plain(none.leave.value);
	(void)conv_fail_value(c, provider ?
		"InvalidCastParseTargetInvocationWithFormatProvider" :
		"InvalidCastParseTargetInvocation", v, to,
	    why == NULL ? "" : why);
	mem_free(why);
	run_leave_clear(&none);
	return CONV_FAIL;
}

/* By way of its text. */
static enum conv
convert_text_of(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct value text;
	enum conv rc;

	if (value_text(c->run, v, &text) != FLOW_MORE)
		return CONV_LEAVE;
	rc = convert(c, text, to, outp);
	value_unref(text);
	return rc;
}

/* What IConvertible says of the types that are convertible. */
static enum conv
refuse(struct conv_state *c, struct value v, const struct type *to)
{
	struct value base = value_base(v);
	enum type_kind kind = base.type->kind;
	bool small = kind == TYPE_KIND_BOOL || kind == TYPE_KIND_CHAR ||
	    kind == TYPE_KIND_ENUM;
	char why[160];

	if (small && to == &type_datetime)
		(void)snprintf(why, sizeof(why),
		    "Invalid cast from '%s' to 'DateTime'.",
		    kind == TYPE_KIND_BOOL	? "Boolean" :
			kind == TYPE_KIND_CHAR ? "Char" :
						 "Int32");
	else if ((small || kind == TYPE_KIND_DATETIME) &&
	    (!type_is_number(to) || to == &type_bigint))
		(void)snprintf(why, sizeof(why),
		    "Invalid cast from '%s' to '%s'.", base.type->name,
		    to->name);
	else
		return conv_fail_final(c, v, to);
	return conv_fail_value(c, "InvalidCastIConvertible", v, to, why);
}

/* A dictionary or list of nothing: (int capacity) takes what widens. */
enum conv
to_container(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct value base = value_base(v), none = value_int(0);

	if (base.type->kind == TYPE_KIND_BOOL ||
	    base.type->kind == TYPE_KIND_DATETIME)
		return refuse(c, v, to);
	if (base.type->kind != TYPE_KIND_CHAR &&
	    base.type->kind != TYPE_KIND_ENUM)
		return conv_fail_final(c, v, to);
	return type_construct(c->run, to, &none, 1, outp) == FLOW_MORE ?
	    CONV_OK :
	    CONV_LEAVE;
}

static enum conv
to_switch(struct conv_state *c, struct value v, struct value *outp)
{
	struct value base = value_base(v);
	bool truth;

	if (base.type->kind == TYPE_KIND_CHAR ||
	    base.type->kind == TYPE_KIND_ENUM)
		return refuse(c, v, &type_switch);
	if (base.type->kind != TYPE_KIND_BOOL)
		return conv_fail_final(c, v, &type_switch);
	if (value_truth(c->run, base, &truth) != FLOW_MORE)
		return CONV_LEAVE;
	*outp = value_bool(truth);
	outp->type = &type_switch;
	return CONV_OK;
}

/* A constructor of one argument; its exception becomes the reason. */
static enum conv
by_constructor(struct conv_state *c, struct value v, struct value arg,
    const struct type *to, const struct overload *o, struct value *outp)
{
	struct run none = {
		.session = c->run == NULL ? NULL : c->run->session,
	};
	struct member_call call = { .run = &none, .type = to, .args = &arg,
		.n = 1, .name = "new", .bare = true };
	char *text;

	if (o->spec->fn(&call) == FLOW_MORE) {
		*outp = call.out;
		return CONV_OK;
	}
	c->id = "InvalidCastConstructorException";
	if (!c->quiet) {
		text = value_text_plain(none.leave.value);
		(void)conv_fail_value(c, "InvalidCastConstructorException", v,
		    to, text);
		mem_free(text);
	}
	run_leave_clear(&none);
	return CONV_FAIL;
}

/* Dates and spans: of text, of ticks; *donep where this decided. */
static enum conv
to_time(struct conv_state *c, struct value base, const struct type *to,
    struct value *outp, bool *donep)
{
	bool ticks = is_integer(base.type) && base.type->code != CODE_UINT64;
	bool text = value_is_string(base);

	*donep = true;
	if (text)
		return to == &type_timespan ? to_timespan(c, base, to, outp) :
					      to_datetime(c, base, to, outp);
	if (to == &type_datetimeoffset && base.type == &type_datetime) {
		*outp = datetimeoffset_new(ticks_of(base),
		    kind_of(base) == KIND_UTC ? 0 :
			local_offset_at_local(ticks_of(base)) / 60);
		return CONV_OK;
	}
	if (to == &type_datetime &&
	    (ticks || base.type->kind == TYPE_KIND_CHAR)) {
		const struct type *owner = NULL;

		return by_constructor(c, base,
		    value_long(ticks ? base.u.i : base.u.c), to,
		    member_find(to, "new", true, &owner), outp);
	}
	if (to == &type_timespan && ticks) {
		*outp = value_timespan(base.u.i);
		return CONV_OK;
	}
	if (to == &type_timespan && base.type->kind == TYPE_KIND_CHAR) {
		*outp = value_timespan(base.u.c);
		return CONV_OK;
	}
	if (to == &type_timespan && base.type->kind == TYPE_KIND_ENUM) {
		*outp = value_timespan(base.u.i);
		return CONV_OK;
	}
	if (to != &type_datetimeoffset && type_is_number(base.type) &&
	    base.type->kind != TYPE_KIND_BIGINT)
		return convert_text_of(c, base, to, outp);
	*donep = false;
	return CONV_OK;
}

static bool
is_widening(const struct type *t)
{
	return (is_integer(t) && t->code != CODE_UINT64) ||
	    t->kind == TYPE_KIND_CHAR || t->kind == TYPE_KIND_ENUM;
}

/* new(int) or new(long), where from is as wide or less. */
static const struct overload *
integer_constructor(const struct type *to, const struct type *from)
{
	const struct type *owner = NULL;
	const struct overload *o = member_find(to, "new", true, &owner);

	if (owner != to || to->kind != TYPE_KIND_CLASS)
		return NULL;
	for (; o != NULL; o = member_next(o, "new", true)) {
		const struct type *t =
		    o->nparams == 1 ? o->params[0].type : NULL;

		if (t == &type_long ||
		    (t == &type_int && (from->kind != TYPE_KIND_INT ||
			from->size < 4 || from == &type_int)))
			return o;
	}
	return NULL;
}

static bool
constructor_takes(const struct type *to, const struct type *param)
{
	const struct type *owner = NULL;
	const struct overload *o = member_find(to, "new", true, &owner);

	for (; owner == to && o != NULL; o = member_next(o, "new", true)) {
		if (o->nparams == 1 && o->params[0].type == param)
			return true;
	}
	return false;
}

enum conv
convert_class(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct value base = value_base(v);
	const struct overload *o;
	char why[160];
	bool done = false, number;
	enum conv rc;

	if (to == &type_switch)
		return to_switch(c, v, outp);
	if (to->kind == TYPE_KIND_DICT)
		return to_container(c, v, to, outp);
	if (to == &type_bigint && base.type->kind == TYPE_KIND_DATETIME)
		return refuse(c, v, to);
	if (base.type->kind == TYPE_KIND_DATETIME && type_is_number(to)) {
		(void)snprintf(why, sizeof(why),
		    "Invalid cast from 'DateTime' to '%s'.", to->name + 7);
		return conv_fail_value(c, "InvalidCastIConvertible", v, to,
		    why);
	}
	if (to == &type_regex && type_is_number(base.type))
		return convert_text_of(c, base, to, outp);
	if (to == &type_runtime)
		return to_type(c, base, outp);
	if (to == &type_datetime || to == &type_datetimeoffset ||
	    to == &type_timespan) {
		rc = to_time(c, base, to, outp, &done);
		if (done)
			return rc;
	}
	if (is_widening(base.type) && (o = integer_constructor(to,
		base.type)) != NULL)
		return by_constructor(c, v,
		    value_long(base.type->kind == TYPE_KIND_CHAR ? base.u.c :
								   base.u.i),
		    to, o, outp);
	number = type_is_number(base.type) &&
	    base.type->kind != TYPE_KIND_BIGINT;
	if (value_is_string(base) || number) {
		rc = by_parse(c, base, to, outp, &done);
		if (done)
			return rc;
	}
	o = constructor_for(to, base);
	if (o != NULL)
		return by_constructor(c, v, base, to, o, outp);
	if (number && to->kind == TYPE_KIND_CLASS &&
	    constructor_takes(to, &type_string))
		return convert_text_of(c, base, to, outp);
	return refuse(c, v, to);
}
