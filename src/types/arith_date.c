/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic of dates, spans and enums; bits and shifts. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/types_internal.h"
#include "types/arith_internal.h"

/* --- dates and spans --- */

enum flow
arith_argument(struct run *r, enum binary_op op, int index, struct value v,
    const struct type *to, struct value *outp)
{
	struct conv_state c = { .run = r };

	switch ((int)convert(&c, v, to, outp)) {
	case CONV_OK:
		conv_clear(&c);
		return FLOW_MORE;
	case CONV_LEAVE:
		conv_clear(&c);
		return FLOW_LEAVE;
	default:
		return arith_bad_argument(r, &c, index, v, op, to);
	}
}

static enum flow
method_threw(struct run *r, enum binary_op op, const char *message)
{
	return run_throw(r,
	    "System.Management.Automation.MethodInvocationException",
	    "DotNetMethodException", "NotSpecified",
	    "Exception calling \"%s\" with \"2\" argument(s): \"%s\"",
	    arith_op_method(op), message);
}

static enum flow
make_date(struct run *r, enum binary_op op, int64_t ticks, int kind,
    struct value *outp)
{
	if (ticks < 0 || ticks > TICKS_MAX)
		return method_threw(r, op,
		    "The added or subtracted value results in an "
		    "un-representable DateTime. (Parameter 'value')");
	*outp = datetime_value(ticks, kind);
	return FLOW_MORE;
}

enum flow
arith_date_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct value x = VALUE_NULL, y = VALUE_NULL;
	enum flow flow;

	if (op == OP_SUB && b.type == &type_datetime) {
		flow = arith_argument(r, op, 0, a, &type_datetime, &x);
		if (flow == FLOW_MORE)
			*outp = value_timespan(ticks_of(x) - ticks_of(b));
		return flow;
	}
	if (a.type != &type_datetime) {
		/* x + date: the date would have to be a span */
		flow = arith_argument(r, op, 0, a, &type_datetime, &x);
		if (flow != FLOW_MORE)
			return flow;
		a = x;
	}
	if (op != OP_ADD && op != OP_SUB)
		return arith_no_method(r, op, a, b);
	if (op == OP_SUB && b.type != &type_timespan)
		return throw_simple(r, "MethodCountCouldNotFindBest",
		    "NotSpecified",
		    type_is_number(b.type) && b.type->kind != TYPE_KIND_BIGINT ?
			"Multiple ambiguous overloads found for \"%s\" and "
			"the argument count: \"2\"." :
			"Cannot find an overload for \"%s\" and the argument "
			"count: \"2\".", arith_op_method(op));
	flow = arith_argument(r, op, 1, b, &type_timespan, &y);
	if (flow != FLOW_MORE)
		return flow;
	return make_date(r, op,
	    op == OP_ADD ? ticks_of(a) + y.u.i : ticks_of(a) - y.u.i,
	    kind_of(a), outp);
}

enum flow
arith_span_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct value x = VALUE_NULL, y = VALUE_NULL;
	int64_t z = 0;
	double d;
	enum flow flow;

	switch ((int)op) {
	case OP_ADD:
	case OP_SUB:
		flow = arith_argument(r, op, 0, a, &type_timespan, &x);
		if (flow == FLOW_MORE)
			flow = arith_argument(r, op, 1, b, &type_timespan, &y);
		if (flow != FLOW_MORE)
			return flow;
		if (op == OP_ADD ? __builtin_add_overflow(x.u.i, y.u.i, &z) :
				   __builtin_sub_overflow(x.u.i, y.u.i, &z))
			return method_threw(r, op,
			    "TimeSpan overflowed because the duration is too "
			    "long.");
		*outp = value_timespan(z);
		return FLOW_MORE;
	case OP_MUL:
		if (a.type != &type_timespan) {
			x = a;
			a = b;
			b = x;
			flow = arith_argument(r, op, 0, b, &type_double, &y);
		} else {
			flow = arith_argument(r, op, 1, b, &type_double, &y);
		}
		if (flow != FLOW_MORE)
			return flow;
		d = rint((double)a.u.i * y.u.d);
		break;
	case OP_DIV:
		if (a.type != &type_timespan)
			return arith_no_method(r, op, a, b);
		if (b.type == &type_timespan) {
			*outp = value_double((double)a.u.i / (double)b.u.i);
			return FLOW_MORE;
		}
		flow = arith_argument(r, op, 1, b, &type_double, &y);
		if (flow != FLOW_MORE)
			return flow;
		d = rint((double)a.u.i / y.u.d);
		break;
	default:
		return arith_no_method(r, op, a, b);
	}
	if (isnan(d))
		return method_threw(r, op,
		    "TimeSpan does not accept floating point Not-a-Number "
		    "values.");
	if (fabs(d) >= 9223372036854775807.0)
		return method_threw(r, op,
		    "TimeSpan overflowed because the duration is too long.");
	*outp = value_timespan((int64_t)d);
	return FLOW_MORE;
}

/* --- enums: the result is the enum again --- */

enum flow
arith_enum_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct value whole = value_integer(&type_int, a.u.i), z = VALUE_NULL;
	enum flow flow;

	if (b.type->kind == TYPE_KIND_FLOAT)
		return throw_dotnet(r, "System.InvalidCastException",
		    "Unable to cast object of type '%s' to type "
		    "'System.Double'.", a.type->name);
	if (b.type->kind == TYPE_KIND_DECIMAL)
		return arith_decimal_ops(r, op, a, b, outp);
	if (b.type->code == CODE_UINT32 || b.type->code == CODE_UINT64)
		return throw_dotnet(r, "System.InvalidOperationException",
		    "The binary operator GreaterThanOrEqual is not defined "
		    "for the types '%s' and 'System.Int32'.", a.type->name);
	if (b.type->kind == TYPE_KIND_ENUM)
		b = value_integer(&type_int, b.u.i);
	flow = arith_number_ops(r, op, whole, b, &z);
	if (flow != FLOW_MORE)
		return flow;
	if (z.type != &type_int) {
		flow = throw_dotnet(r, "System.InvalidCastException",
		    "Unable to cast object of type '%s' to type '%s'.",
		    z.type->name, a.type->name);
		value_unref(z);
		return flow;
	}
	*outp = enum_value(a.type, z.u.i);
	return FLOW_MORE;
}

/* --- bits --- */

static enum flow
bits_operand(struct run *r, struct value v, bool is_signed, struct value *outp)
{
	if (v.type->kind == TYPE_KIND_FLOAT && !isfinite(v.u.d)) {
		struct conv_state c = { .run = r };

		(void)conv_fail_value(&c, "InvalidCastIConvertible", v,
		    is_signed ? &type_long : &type_ulong,
		    "Arithmetic operation resulted in an overflow.");
		return conv_raise(&c);
	}
	return value_convert(r, v, is_signed ? &type_long : &type_ulong, outp);
}

enum flow
arith_bit_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	unsigned ca = arith_code_of(a), cb = arith_code_of(b), code = ca > cb ? ca : cb;
	const struct type *t, *et = NULL;
	struct value x = VALUE_NULL, y = VALUE_NULL;
	uint64_t z;
	enum flow flow;

	if (a.type->kind == TYPE_KIND_ENUM)
		et = a.type;
	if (a.type->kind == TYPE_KIND_ENUM)
		a = value_integer(&type_int, a.u.i);
	if (b.type->kind == TYPE_KIND_ENUM)
		b = value_integer(&type_int, b.u.i);
	if (code >= CODE_SINGLE) {
		bool is_signed = arith_is_negative(a) || arith_is_negative(b);

		flow = bits_operand(r, a, is_signed, &x);
		if (flow == FLOW_MORE)
			flow = bits_operand(r, b, is_signed, &y);
		if (flow != FLOW_MORE)
			return flow;
		t = is_signed ? &type_long : &type_ulong;
	} else {
		x = value_long(arith_as_long(a));
		y = value_long(arith_as_long(b));
		t = code <= CODE_INT32 ? &type_int :
		    code == CODE_UINT32 ? &type_uint :
		    code == CODE_INT64 ? &type_long :
					 &type_ulong;
	}
	z = op == OP_BAND  ? (uint64_t)x.u.i & (uint64_t)y.u.i :
	    op == OP_BOR ? (uint64_t)x.u.i | (uint64_t)y.u.i :
			   (uint64_t)x.u.i ^ (uint64_t)y.u.i;
	if (et != NULL && t == &type_int)
		t = et;
	*outp = value_integer(t, t == &type_uint ? (int64_t)(uint32_t)z :
		t->size == 4			 ? (int64_t)(int32_t)z :
						   (int64_t)z);
	return FLOW_MORE;
}

static enum flow
shift_big(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct value n = VALUE_NULL;
	enum flow flow = arith_argument(r, op, 1, b, &type_int, &n);

	if (flow != FLOW_MORE)
		return flow;
	if (n.u.i > 1 << 24 || n.u.i < -(1 << 24))
		return method_threw(r, op,
		    "Arithmetic operation resulted in an overflow.");
	*outp = bigint_new();
	if ((op == OP_SHL) == (n.u.i >= 0))
		mpz_mul_2exp(bigint_of(*outp)->z, bigint_of(a)->z,
		    (mp_bitcnt_t)llabs(n.u.i));
	else
		mpz_fdiv_q_2exp(bigint_of(*outp)->z, bigint_of(a)->z,
		    (mp_bitcnt_t)llabs(n.u.i));
	return FLOW_MORE;
}

/* The integer a shift works on, and the type of the result. */
static enum flow
shift_operand(struct run *r, struct value a, struct value *xp,
    const struct type **tp)
{
	struct conv_state c = { .run = r, .quiet = true };
	struct conv_state loud = { .run = r };

	if (a.type->kind == TYPE_KIND_ENUM || a.type->kind == TYPE_KIND_INT) {
		*xp = value_long(a.u.i);
		return FLOW_MORE;
	}
	if (convert(&c, a, &type_int, xp) == CONV_OK) {
		*tp = &type_int;
		return FLOW_MORE;
	}
	if (convert(&c, a, &type_ulong, xp) == CONV_OK) {
		*tp = &type_ulong;
		return FLOW_MORE;
	}
	(void)conv_fail_final(&loud, a, a.type->kind == TYPE_KIND_FLOAT ?
		&type_ulong : &type_int);
	return conv_raise(&loud);
}

/* The low bits of z as t holds them. */
static uint64_t
narrowed(uint64_t z, const struct type *t)
{
	bool is_signed = (t->flags & TYPE_SIGNED) != 0;

	switch (t->size) {
	case 1:
		return is_signed ? (uint64_t)(int8_t)z : (uint8_t)z;
	case 2:
		return is_signed ? (uint64_t)(int16_t)z : (uint16_t)z;
	case 4:
		return is_signed ? (uint64_t)(int32_t)z : (uint32_t)z;
	default:
		return z;
	}
}

enum flow
arith_shift_ops(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp)
{
	const struct type *t = a.type;
	struct value n = VALUE_NULL, x = VALUE_NULL;
	unsigned by, bits;
	uint64_t z;
	enum flow flow;

	if (t->kind == TYPE_KIND_BIGINT)
		return shift_big(r, op, a, b, outp);
	if (t->kind == TYPE_KIND_CHAR || t->kind == TYPE_KIND_BOOL)
		return b.type->kind == TYPE_KIND_DECIMAL ?
		    throw_simple(r, "MethodNotFound", "InvalidOperation",
			"Method invocation failed because [System.Decimal] "
			"does not contain a method named '%s'.",
			arith_op_method(op)) :
		    throw_simple(r, "NotADefinedOperationForType",
			"InvalidOperation",
			"The operation '[%s] %s [%s]' is not defined.",
			t->name, arith_op_text(op), b.type->name);
	flow = value_convert(r, b, &type_int, &n);
	if (flow == FLOW_MORE)
		flow = shift_operand(r, a, &x, &t);
	if (flow != FLOW_MORE)
		return flow;
	bits = t->size * 8u;
	by = (unsigned)n.u.i & (bits == 64 ? 63 : 31);
	if (op == OP_SHL)
		z = by >= bits ? 0 : (uint64_t)x.u.i << by;
	else if (t->flags & TYPE_SIGNED)
		z = (uint64_t)(x.u.i >> (by >= bits ? bits - 1 : by));
	else
		z = by >= bits ? 0 : (uint64_t)x.u.i >> by;
	*outp = value_integer(t, (int64_t)narrowed(z, t));
	return FLOW_MORE;
}
