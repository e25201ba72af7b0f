/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic: which rule two operands follow, and its errors. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/exception.h"
#include "types/types_internal.h"
#include "types/arith_internal.h"

const char *
arith_op_method(enum binary_op op)
{
	switch ((int)op) {
	case OP_ADD:
		return "op_Addition";
	case OP_SUB:
		return "op_Subtraction";
	case OP_MUL:
		return "op_Multiply";
	case OP_DIV:
		return "op_Division";
	case OP_MOD:
		return "op_Modulus";
	case OP_BAND:
		return "op_BitwiseAnd";
	case OP_BOR:
		return "op_BitwiseOr";
	case OP_BXOR:
		return "op_ExclusiveOr";
	case OP_SHL:
		return "op_LeftShift";
	default:
		return "op_RightShift";
	}
}

const char *
arith_op_text(enum binary_op op)
{
	static const char *const texts[] = { "+", "-", "*", "/", "%", "-band",
		"-bor", "-bxor", "-shl", "-shr" };

	return texts[op];
}

enum flow
throw_simple(struct run *r, const char *id, const char *category,
    const char *fmt, ...)
{
	char *text;
	va_list ap;
	enum flow flow;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	flow = run_throw(r, "System.Management.Automation.RuntimeException",
	    id, category, "%s", text == NULL ? "" : text);
	mem_free(text);
	return flow;
}

enum flow
throw_dotnet(struct run *r, const char *exception, const char *fmt, ...)
{
	char *text;
	va_list ap;
	enum flow flow;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	flow = run_throw(r, exception, exception, "OperationStopped", "%s",
	    text == NULL ? "" : text);
	mem_free(text);
	return flow;
}

enum flow
arith_divided_by_zero(struct run *r)
{
	struct error_spec spec = {
		.exception = "System.Management.Automation.RuntimeException",
		.id = "RuntimeException",
		.category = "NotSpecified",
		.message = "Attempted to divide by zero.",
	};
	enum flow flow;

	if (r == NULL || r->ops == NULL || r->ops->raise == NULL)
		return run_throw(r, spec.exception, spec.id, spec.category,
		    "%s", spec.message);
	spec.inner = exception_new("System.DivideByZeroException",
	    spec.message);
	flow = r->ops->raise(r, &spec);
	value_unref(spec.inner);
	return flow;
}

enum flow
arith_no_method(struct run *r, enum binary_op op, struct value a, struct value b)
{
	const struct type *t = value_type(a);

	if (t == NULL || type_is_number(t) || t->kind == TYPE_KIND_BOOL ||
	    t->kind == TYPE_KIND_CHAR || t->kind == TYPE_KIND_ENUM ||
	    t->kind == TYPE_KIND_STRING) {
		const struct type *bt = value_type(b);

		if (bt != NULL && !type_is_number(bt) &&
		    bt->kind != TYPE_KIND_BOOL && bt->kind != TYPE_KIND_ENUM)
			t = bt;
	}
	if (t == NULL)
		t = value_type(b);
	if (t == &type_object)
		t = &type_psobject;
	return throw_simple(r, "MethodNotFound", "InvalidOperation",
	    "Method invocation failed because [%s] does not contain a method "
	    "named '%s'.", t == NULL ? "null" : t->name, arith_op_method(op));
}

/* --- the way in --- */

static bool
numeric(struct value v)
{
	return type_is_number(v.type) || v.type->kind == TYPE_KIND_BOOL ||
	    v.type->kind == TYPE_KIND_CHAR || v.type->kind == TYPE_KIND_ENUM;
}

/* A string or null operand becomes a number; other is what stands opposite. */
static enum flow
to_number(struct run *r, struct value v, struct value other,
    struct value *outp)
{
	struct conv_state c = { .run = r };
	const struct type *to = other.type;
	struct string_ref s;

	if (value_is_nothing(v)) {
		*outp = value_int(0);
		return FLOW_MORE;
	}
	if (!value_is_string(v)) {
		*outp = value_ref(v);
		return FLOW_MORE;
	}
	s = ref_of(v);
	if (s.n == 0) {
		*outp = value_int(0);
		return FLOW_MORE;
	}
	if (number_parse(s.s, s.n, outp))
		return FLOW_MORE;
	if (to == NULL || !type_is_number(to) || to->kind == TYPE_KIND_BIGINT)
		to = &type_int;
	if (convert_string_number(&c, v, to, outp) == CONV_OK)
		return FLOW_MORE;
	return conv_raise(&c);
}

static enum flow
dispatch(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	if (a.type->kind == TYPE_KIND_ENUM &&
	    b.type->kind == TYPE_KIND_BIGINT && op <= OP_MOD)
		return throw_simple(r, "MethodNotFound", "InvalidOperation",
		    "Method invocation failed because [%s] does not contain a "
		    "method named '%s'.", a.type->name, arith_op_method(op));
	if (a.type->kind == TYPE_KIND_BIGINT ||
	    b.type->kind == TYPE_KIND_BIGINT) {
		if (op == OP_SHL || op == OP_SHR)
			return arith_shift_ops(r, op, a, b, outp);
		if (a.type->kind == TYPE_KIND_DECIMAL)
			return arith_decimal_ops(r, op, a, b, outp);
		return arith_bigint_ops(r, op, a, b, outp);
	}
	if (op == OP_SHL || op == OP_SHR)
		return arith_shift_ops(r, op, a, b, outp);
	if (op >= OP_BAND && op <= OP_BXOR)
		return arith_bit_ops(r, op, a, b, outp);
	if (a.type->kind == TYPE_KIND_ENUM)
		return arith_enum_ops(r, op, a, b, outp);
	if (op == OP_MUL && (a.type->kind == TYPE_KIND_CHAR ||
				a.type->kind == TYPE_KIND_BOOL)) {
		if (b.type->kind == TYPE_KIND_DECIMAL &&
		    a.type->kind == TYPE_KIND_CHAR)
			return arith_decimal_ops(r, op, a, b, outp);
		return throw_simple(r, "NotADefinedOperationForType",
		    "InvalidOperation",
		    "The operation '[%s] * [%s]' is not defined.",
		    a.type->name, b.type->name);
	}
	return arith_number_ops(r, op, a, b, outp);
}

/* + and * of what is no number on the left; *donep where it is theirs. */
static enum flow
by_left(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp, bool *donep)
{
	*donep = true;
	if (op == OP_ADD) {
		if (value_is_nothing(a)) {
			*outp = value_ref(b);
			return FLOW_MORE;
		}
		if (value_is_string(a) || a.type->kind == TYPE_KIND_CHAR)
			return arith_concat(r, a, b, outp);
		if (value_unrolls(a))
			return arith_add_lists(r, a, b, outp);
		if (value_is_dict(a))
			return arith_add_dicts(r, a, b, outp);
	}
	if (op == OP_MUL) {
		if (value_is_nothing(a)) {
			*outp = VALUE_NULL;
			return FLOW_MORE;
		}
		if (value_is_string(a))
			return arith_repeat_string(r, a, b, outp);
		if (value_unrolls(a))
			return arith_repeat_list(r, a, b, outp);
	}
	if (value_is_nothing(a) && (op == OP_SHL || op == OP_SHR)) {
		*outp = value_int(0);
		return FLOW_MORE;
	}
	*donep = false;
	return FLOW_MORE;
}

/* A date or a span on either side. */
static enum flow
by_time(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp, bool *donep)
{
	struct value d = VALUE_NULL, span = VALUE_NULL;
	enum flow flow;

	*donep = true;
	if (a.type == &type_datetime || b.type == &type_datetime) {
		if ((op == OP_ADD || op == OP_SUB) &&
		    (a.type == &type_datetime || op == OP_SUB ||
			value_is_nothing(a)))
			return arith_date_ops(r, op, a, b, outp);
		if (op == OP_ADD && b.type == &type_datetime &&
		    a.type != NULL && numeric(a)) {
			/* the overload takes the date first */
			flow = arith_argument(r, op, 0, a, &type_datetime, &d);
			if (flow != FLOW_MORE)
				return flow;
			return arith_argument(r, op, 1, b, &type_timespan,
			    &span);
		}
	}
	if ((a.type == &type_timespan || b.type == &type_timespan) &&
	    (a.type == &type_timespan || a.type == NULL || numeric(a) ||
		value_is_string(a)))
		return arith_span_ops(r, op, a, b, outp);
	*donep = false;
	return FLOW_MORE;
}

/* An enum and text: the text is a number or one of its names. */
static enum flow
enum_and_text(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp)
{
	struct value y = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	if (!number_parse(value_chars(b), value_chars_len(b), &y))
		flow = value_convert(r, b, a.type, &y);
	if (flow != FLOW_MORE)
		return flow;
	flow = arith_enum_ops(r, op, a, y, outp);
	value_unref(y);
	return flow;
}

static bool
is_countable(struct value v)
{
	return v.type == NULL || numeric(v) || value_is_string(v) ||
	    v.type == &type_void;
}

static enum flow
slow_arith(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct value x = VALUE_NULL, y = VALUE_NULL;
	enum type_kind left;
	bool done;
	enum flow flow = by_left(r, op, a, b, outp, &done);

	if (flow != FLOW_MORE || done)
		return flow;
	flow = by_time(r, op, a, b, outp, &done);
	if (flow != FLOW_MORE || done)
		return flow;
	left = a.type == NULL ? TYPE_KIND_VOID : a.type->kind;
	if (left == TYPE_KIND_ENUM && value_is_string(b) && op <= OP_MOD)
		return enum_and_text(r, op, a, b, outp);
	if (!is_countable(a))
		return arith_no_method(r, op, a, b);
	if (!is_countable(b)) {
		if (left == TYPE_KIND_DECIMAL)
			return arith_argument(r, op, 1, b, &type_decimal, outp);
		if (left == TYPE_KIND_BIGINT)
			return arith_argument(r, op, 1, b, &type_bigint, outp);
		return arith_no_method(r, op, a, b);
	}
	if (value_is_string(b) && left == TYPE_KIND_BIGINT)
		return arith_bigint_ops(r, op, a, b, outp);
	if (value_is_string(b) && op == OP_MUL &&
	    (left == TYPE_KIND_CHAR || left == TYPE_KIND_BOOL))
		return arith_no_method(r, op, a, b);
	flow = to_number(r, a, VALUE_NULL, &x);
	if (flow != FLOW_MORE)
		return flow;
	flow = to_number(r, b, x, &y);
	if (flow == FLOW_MORE)
		flow = dispatch(r, op, x, y, outp);
	value_unref(x);
	value_unref(y);
	return flow;
}

enum flow
binary_arith(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	if (is_wrapper(a))
		a = value_base(a);
	if (is_wrapper(b))
		b = value_base(b);
	if (a.type != NULL && b.type != NULL && numeric(a) && numeric(b) &&
	    (op != OP_ADD || a.type->kind != TYPE_KIND_CHAR))
		return dispatch(r, op, a, b, outp);
	return slow_arith(r, op, a, b, outp);
}
