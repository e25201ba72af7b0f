/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic of numbers: promotion, overflow to double. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/types_internal.h"
#include "types/arith_internal.h"

/* --- integers --- */

int64_t
arith_as_long(struct value v)
{
	switch ((int)v.type->kind) {
	case TYPE_KIND_BOOL:
		return v.u.b;
	case TYPE_KIND_CHAR:
		return v.u.c;
	default:
		return v.u.i;
	}
}

/* Byte to Int32: in 64 bits, so nothing overflows but the result's type. */
static enum flow
int_ops(struct run *r, enum binary_op op, int64_t x, int64_t y,
    struct value *outp)
{
	int64_t z;

	switch ((int)op) {
	case OP_ADD:
		z = x + y;
		break;
	case OP_SUB:
		z = x - y;
		break;
	case OP_MUL:
		z = x * y;
		break;
	case OP_DIV:
		if (y == 0)
			return arith_divided_by_zero(r);
		if (x % y != 0) {
			*outp = value_double((double)x / (double)y);
			return FLOW_MORE;
		}
		z = x / y;
		break;
	default:
		if (y == 0)
			return arith_divided_by_zero(r);
		z = y == -1 ? 0 : x % y;
		break;
	}
	*outp = z == (int32_t)z ? value_int((int32_t)z) :
				  value_double((double)z);
	return FLOW_MORE;
}

static enum flow
long_ops(struct run *r, enum binary_op op, int64_t x, int64_t y,
    struct value *outp)
{
	int64_t z = 0;
	bool over = false;
	double dx = (double)x, dy = (double)y, d = 0;

	switch ((int)op) {
	case OP_ADD:
		over = __builtin_add_overflow(x, y, &z);
		d = dx + dy;
		break;
	case OP_SUB:
		over = __builtin_sub_overflow(x, y, &z);
		d = dx - dy;
		break;
	case OP_MUL:
		over = __builtin_mul_overflow(x, y, &z);
		d = dx * dy;
		break;
	case OP_DIV:
		if (y == 0)
			return arith_divided_by_zero(r);
		over = (x == INT64_MIN && y == -1) || x % y != 0;
		d = dx / dy;
		if (!over)
			z = x / y;
		break;
	default:
		if (y == 0)
			return arith_divided_by_zero(r);
		z = y == -1 ? 0 : x % y;
		break;
	}
	*outp = over ? value_double(d) : value_long(z);
	return FLOW_MORE;
}

static enum flow
unsigned_ops(struct run *r, enum binary_op op, uint64_t x, uint64_t y,
    const struct type *t, struct value *outp)
{
	uint64_t z = 0;
	bool over = false;
	double dx = (double)x, dy = (double)y, d = 0;

	switch ((int)op) {
	case OP_ADD:
		over = __builtin_add_overflow(x, y, &z);
		d = dx + dy;
		break;
	case OP_SUB:
		over = __builtin_sub_overflow(x, y, &z);
		d = dx - dy;
		break;
	case OP_MUL:
		over = __builtin_mul_overflow(x, y, &z);
		d = dx * dy;
		break;
	case OP_DIV:
		if (y == 0)
			return arith_divided_by_zero(r);
		over = x % y != 0;
		z = x / y;
		d = dx / dy;
		break;
	default:
		if (y == 0)
			return arith_divided_by_zero(r);
		z = x % y;
		break;
	}
	if (t == &type_uint && z > UINT32_MAX)
		over = true;
	*outp = over ? value_double(d) : value_integer(t, (int64_t)z);
	return FLOW_MORE;
}

static enum flow
double_ops(enum binary_op op, double x, double y, struct value *outp)
{
	double z;

	switch ((int)op) {
	case OP_ADD:
		z = x + y;
		break;
	case OP_SUB:
		z = x - y;
		break;
	case OP_MUL:
		z = x * y;
		break;
	case OP_DIV:
		z = x / y;
		break;
	default:
		z = fmod(x, y);
		break;
	}
	*outp = value_double(z);
	return FLOW_MORE;
}

static char
op_char(enum binary_op op)
{
	static const char chars[] = "+-*/%";

	return chars[op];
}

enum flow
arith_decimal_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct conv_state c = { .run = r };
	struct value x, y;
	int rc;

	if (a.type->kind == TYPE_KIND_BOOL || a.type->kind == TYPE_KIND_ENUM)
		return throw_dotnet(r, "System.InvalidOperationException",
		    "No coercion operator is defined between types '%s' and "
		    "'System.Decimal'.", a.type->name);
	if (convert_number(&c, a.type->kind == TYPE_KIND_CHAR ?
		    value_int(a.u.c) : a, &type_decimal, &x) != CONV_OK) {
		conv_clear(&c);
		return throw_dotnet(r, "System.OverflowException",
		    "Value was either too large or too small for a Decimal.");
	}
	if (convert_number(&c, b.type->kind == TYPE_KIND_CHAR ?
		    value_int(b.u.c) : b, &type_decimal, &y) != CONV_OK) {
		conv_clear(&c);
		value_unref(x);
		return throw_dotnet(r, "System.OverflowException",
		    "Value was either too large or too small for a Decimal.");
	}
	rc = decimal_op(op_char(op), decimal_of(x), decimal_of(y), outp);
	value_unref(x);
	value_unref(y);
	if (rc == -2)
		return arith_divided_by_zero(r);
	if (rc < 0)
		return run_throw(r,
		    "System.Management.Automation.RuntimeException",
		    "RuntimeException", "NotSpecified",
		    "Value was either too large or too small for a Decimal.");
	return FLOW_MORE;
}

bool
arith_is_negative(struct value v)
{
	switch ((int)v.type->kind) {
	case TYPE_KIND_INT:
	case TYPE_KIND_ENUM:
		return (v.type->flags & TYPE_SIGNED) != 0 && v.u.i < 0;
	case TYPE_KIND_FLOAT:
		return v.u.d < 0;
	case TYPE_KIND_DECIMAL:
		return decimal_of(v)->negative;
	case TYPE_KIND_BIGINT:
		return mpz_sgn(bigint_of(v)->z) < 0;
	default:
		return false;
	}
}

unsigned
arith_code_of(struct value v)
{
	unsigned code = v.type->code;

	return code < CODE_SBYTE ? CODE_INT32 : code;
}

/* Both are numbers (or bool, char, enum); neither is a BigInteger. */
enum flow
arith_number_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	unsigned ca = arith_code_of(a), cb = arith_code_of(b), code = ca > cb ? ca : cb;
	double x, y;

	if (code <= CODE_INT32)
		return int_ops(r, op, arith_as_long(a), arith_as_long(b), outp);
	if (code == CODE_UINT32) {
		if (arith_is_negative(a) || arith_is_negative(b))
			return long_ops(r, op, arith_as_long(a), arith_as_long(b), outp);
		return unsigned_ops(r, op, (uint64_t)arith_as_long(a),
		    (uint64_t)arith_as_long(b), &type_uint, outp);
	}
	if (code == CODE_INT64)
		return long_ops(r, op, arith_as_long(a), arith_as_long(b), outp);
	if (code == CODE_UINT64) {
		if (arith_is_negative(a) || arith_is_negative(b)) {
			if (op != OP_MUL)
				return arith_decimal_ops(r, op, a, b, outp);
			(void)number_double(a, &x);
			(void)number_double(b, &y);
			if (fabs(x * y) >= 7.9e28)
				return double_ops(op, x, y, outp);
			return arith_decimal_ops(r, op, a, b, outp);
		}
		return unsigned_ops(r, op, (uint64_t)arith_as_long(a),
		    (uint64_t)arith_as_long(b), &type_ulong, outp);
	}
	if (code == CODE_DECIMAL)
		return arith_decimal_ops(r, op, a, b, outp);
	(void)number_double(a, &x);
	(void)number_double(b, &y);
	return double_ops(op, x, y, outp);
}

/* The argument of an operator method could not be converted. */
enum flow
arith_bad_argument(struct run *r, struct conv_state *c, int index, struct value v,
    enum binary_op op, const struct type *to)
{
	struct value text = VALUE_NULL;
	enum flow flow;

	(void)value_to_string(NULL, v, &text);
	flow = run_throw(r, "System.Management.Automation.MethodException",
	    "MethodArgumentConversionInvalidCastArgument", "NotSpecified",
	    "Cannot convert argument \"%d\", with value: \"%s\", for \"%s\" to "
	    "type \"%s\": \"%s\"", index,
	    value_is_string(text) ? value_chars(text) : "", arith_op_method(op),
	    to->name, c->message == NULL ? "" : c->message);
	value_unref(text);
	conv_clear(c);
	return flow;
}

enum flow
arith_bigint_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct conv_state c = { .run = r };
	struct value x = VALUE_NULL, y = VALUE_NULL;
	enum flow flow = FLOW_MORE;
	enum conv rc;

	rc = convert(&c, a, &type_bigint, &x);
	if (rc == CONV_FAIL)
		return arith_bad_argument(r, &c, 0, a, op, &type_bigint);
	if (rc == CONV_OK)
		rc = convert(&c, b, &type_bigint, &y);
	if (rc != CONV_OK) {
		value_unref(x);
		if (rc == CONV_LEAVE)
			return FLOW_LEAVE;
		return arith_bad_argument(r, &c, 1, b, op, &type_bigint);
	}
	if ((op == OP_DIV || op == OP_MOD) && mpz_sgn(bigint_of(y)->z) == 0) {
		flow = run_throw(r,
		    "System.Management.Automation.MethodInvocationException",
		    "DotNetMethodException", "NotSpecified",
		    "Exception calling \"%s\" with \"2\" argument(s): "
		    "\"Attempted to divide by zero.\"", arith_op_method(op));
	} else {
		mpz_t *xz = &bigint_of(x)->z, *yz = &bigint_of(y)->z, *z;

		*outp = bigint_new();
		z = &bigint_of(*outp)->z;
		switch ((int)op) {
		case OP_ADD:
			mpz_add(*z, *xz, *yz);
			break;
		case OP_SUB:
			mpz_sub(*z, *xz, *yz);
			break;
		case OP_MUL:
			mpz_mul(*z, *xz, *yz);
			break;
		case OP_DIV:
			mpz_tdiv_q(*z, *xz, *yz);
			break;
		case OP_MOD:
			mpz_tdiv_r(*z, *xz, *yz);
			break;
		case OP_BAND:
			mpz_and(*z, *xz, *yz);
			break;
		case OP_BOR:
			mpz_ior(*z, *xz, *yz);
			break;
		default:
			mpz_xor(*z, *xz, *yz);
			break;
		}
	}
	value_unref(x);
	value_unref(y);
	return flow;
}
