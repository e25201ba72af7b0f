/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of all operators. */
#include "config.h"

#include <math.h>

#include "types/enums.h"
#include "types/types_internal.h"

/* LIMIT: items of a range. */
#define RANGE_MAX 100000000

static enum flow
range_end(struct run *r, struct value v, int64_t *ip, bool *charp)
{
	struct value out = VALUE_NULL;
	enum flow flow;

	v = value_base(v);
	*charp = false;
	if (v.type == &type_int) {
		*ip = v.u.i;
		return FLOW_MORE;
	}
	if (value_is_nothing(v)) {
		*ip = 0;
		return FLOW_MORE;
	}
	if (v.type->kind == TYPE_KIND_CHAR) {
		*ip = v.u.c;
		*charp = true;
		return FLOW_MORE;
	}
	if (value_is_string(v) && string_of(v)->units == 1 &&
	    !codepoint_is_digit(string_unit(string_of(v), 0))) {
		*ip = string_unit(string_of(v), 0);
		*charp = true;
		return FLOW_MORE;
	}
	flow = value_convert(r, v, &type_int, &out);
	*ip = out.u.i;
	return flow;
}

static enum flow
op_range(struct run *r, struct value a, struct value b, struct value *outp)
{
	int64_t from, to, i, n;
	bool x, y;
	struct list *l;
	enum flow flow = range_end(r, a, &from, &x);

	if (flow == FLOW_MORE)
		flow = range_end(r, b, &to, &y);
	if (flow != FLOW_MORE)
		return flow;
	if (x != y) {
		/* a digit is a character where the other end is one */
		struct value d = value_base(x ? b : a);

		if (value_is_string(d) && string_of(d)->units == 1) {
			*(x ? &to : &from) = string_unit(string_of(d), 0);
		} else {
			struct value none = VALUE_NULL;

			return value_convert(r, x ? a : b, &type_int, &none);
		}
		x = true;
	}
	n = (to > from ? to - from : from - to) + 1;
	if (n > RANGE_MAX)
		return throw_dotnet(r, "System.OutOfMemoryException",
		    "Array dimensions exceeded supported range.");
	l = list_new(NULL, (size_t)n);
	for (i = 0; i < n; i++) {
		int64_t at = from <= to ? from + i : from - i;

		list_add_take(l, x ? value_char((uint16_t)at) :
				     value_int((int32_t)at));
	}
	*outp = list_value(l);
	return FLOW_MORE;
}

static enum flow
type_operand(struct run *r, struct value b, bool as, const struct type **tp)
{
	struct value text;
	enum flow flow;

	*tp = type_of_value(b);
	if (*tp != NULL)
		return FLOW_MORE;
	flow = value_text(r, b, &text);
	if (flow != FLOW_MORE)
		return flow;
	*tp = type_find(value_chars(text), value_chars_len(text));
	if (*tp == NULL)
		flow = throw_simple(r,
		    as ? "AsOperatorRequiresType" : "IsOperatorRequiresType",
		    "InvalidOperation", as ?
			"The right operand of '-as' must be a type." :
			"Cannot find the type [%s]. The right operand of "
			"'-is' must be a type.", value_chars(text));
	value_unref(text);
	return flow;
}

static bool
is_of(struct value v, const struct type *t)
{
	struct value base = value_base(v);

	if (value_is_nothing(base))
		return false;
	if (t == &type_psobject)
		return is_wrapper(v) || value_is_object(base);
	if (t == &type_object)
		return is_wrapper(v) || value_is_object(base);
	if (t == &type_system_object)
		return true;
	if (t == &type_ienumerable && (value_unrolls(base) ||
	    value_is_string(base) || value_is_dict(base)))
		return true;
	if ((t == &type_ilist || t == &type_icollection) &&
	    (value_is_list(base) || base.type == &type_bytes))
		return true;
	if ((t == &type_idictionary || t == &type_icollection) &&
	    value_is_dict(base))
		return true;
	if (t == &type_icomparable && (value_is_string(base) ||
	    type_is_a(base.type, &type_valuetype)))
		return true;
	return type_is_a(base.type, t);
}

static enum flow
op_format(struct run *r, struct value a, struct value b, struct value *outp)
{
	struct value text;
	struct list *l = NULL;
	enum flow flow = value_text(r, a, &text);

	if (flow != FLOW_MORE)
		return flow;
	b = value_base(b);
	if (value_is_list(b)) {
		flow = format_composite(r, value_chars(text), list_of(b)->items,
		    list_of(b)->count, outp);
	} else if (value_unrolls(b)) {
		flow = collect(r, b, &l);
		if (flow == FLOW_MORE) {
			flow = format_composite(r, value_chars(text), l->items,
			    l->count, outp);
			value_unref(list_value(l));
		}
	} else {
		flow = format_composite(r, value_chars(text), &b, 1, outp);
	}
	value_unref(text);
	return flow;
}

static enum flow
op_is(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	const struct type *t;
	bool ok = false;
	enum flow flow = type_operand(r, b, op == OP_AS, &t);

	if (flow != FLOW_MORE)
		return flow;
	if (op == OP_AS) {
		*outp = VALUE_NULL;
		flow = value_try_convert(r, a, t, outp, &ok);
		if (flow == FLOW_MORE && !ok)
			*outp = VALUE_NULL;
		return flow;
	}
	*outp = value_bool(is_of(a, t) == (op == OP_IS));
	return FLOW_MORE;
}

static enum flow
op_xor(struct run *r, struct value a, struct value b, struct value *outp)
{
	bool x, y;
	enum flow flow = value_truth(r, a, &x);

	if (flow == FLOW_MORE)
		flow = value_truth(r, b, &y);
	if (flow == FLOW_MORE)
		*outp = value_bool(x != y);
	return flow;
}

/* Int32 against Int32: the commonest case, without a call. */
static bool
quick_int(enum binary_op op, int64_t x, int64_t y, struct value *outp)
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
	case OP_BAND:
		z = x & y;
		break;
	case OP_BOR:
		z = x | y;
		break;
	case OP_MOD:
		if (y == 0)
			return false;
		z = x % y;
		break;
	case OP_IEQ:
	case OP_CEQ:
		*outp = value_bool(x == y);
		return true;
	case OP_INE:
	case OP_CNE:
		*outp = value_bool(x != y);
		return true;
	case OP_ILT:
	case OP_CLT:
		*outp = value_bool(x < y);
		return true;
	case OP_ILE:
	case OP_CLE:
		*outp = value_bool(x <= y);
		return true;
	case OP_IGT:
	case OP_CGT:
		*outp = value_bool(x > y);
		return true;
	case OP_IGE:
	case OP_CGE:
		*outp = value_bool(x >= y);
		return true;
	default:
		return false;
	}
	if (z != (int32_t)z)
		return false;
	*outp = value_int((int32_t)z);
	return true;
}

enum flow
value_binary(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	bool yes;
	enum flow flow;

	if (a.type == &type_int && b.type == &type_int &&
	    quick_int(op, a.u.i, b.u.i, outp))
		return FLOW_MORE;
	*outp = VALUE_NULL;
	if (op <= OP_SHR)
		return binary_arith(r, op, a, b, outp);
	a = op >= OP_IS ? a : value_base(a);
	b = value_base(b);
	if (op >= OP_IEQ && op <= OP_CLE)
		return binary_compare(r, op, a, b, outp);
	if (op >= OP_ILIKE && op <= OP_CNOTMATCH)
		return binary_match(r, op, a, b, outp);
	switch ((int)op) {
	case OP_RANGE:
		return op_range(r, a, b, outp);
	case OP_FORMAT:
		return op_format(r, a, b, outp);
	case OP_XOR:
		return op_xor(r, a, b, outp);
	case OP_ICONTAINS:
	case OP_INOTCONTAINS:
	case OP_CCONTAINS:
	case OP_CNOTCONTAINS:
		flow = op_contains(r, a, b,
		    op == OP_ICONTAINS || op == OP_INOTCONTAINS, &yes);
		*outp = value_bool(
		    yes == (op == OP_ICONTAINS || op == OP_CCONTAINS));
		return flow;
	case OP_IIN:
	case OP_INOTIN:
	case OP_CIN:
	case OP_CNOTIN:
		flow = op_contains(r, b, a, op == OP_IIN || op == OP_INOTIN,
		    &yes);
		*outp = value_bool(yes == (op == OP_IIN || op == OP_CIN));
		return flow;
	case OP_IREPLACE:
	case OP_CREPLACE:
		return op_replace(r, a, b, op == OP_IREPLACE, outp);
	case OP_ISPLIT:
	case OP_CSPLIT:
		return op_split(r, a, &b, op == OP_ISPLIT, outp);
	case OP_JOIN:
		return op_join(r, a, &b, outp);
	default:
		return op_is(r, op, a, b, outp);
	}
}

static enum flow
bit_not(struct run *r, struct value a, struct value *outp)
{
	struct value n = VALUE_NULL;
	struct conv_state c = { .run = r, .quiet = true };
	enum flow flow;

	a = value_base(a);
	if (value_is_nothing(a)) {
		*outp = value_int(-1);
		return FLOW_MORE;
	}
	if (a.type->kind == TYPE_KIND_BIGINT) {
		*outp = bigint_new();
		mpz_com(bigint_of(*outp)->z, bigint_of(a)->z);
		return FLOW_MORE;
	}
	if (is_integer(a.type)) {
		const struct type *t = a.type->size < 4 ? &type_int : a.type;

		*outp = value_integer(t, t == &type_uint ?
			(int64_t)(uint32_t)~a.u.i : ~a.u.i);
		return FLOW_MORE;
	}
	if (a.type->kind == TYPE_KIND_ENUM) {
		*outp = enum_value(a.type, (int64_t)(int32_t)~a.u.i);
		return FLOW_MORE;
	}
	if (value_is_dict(a) || value_is_object(a) ||
	    a.type->kind == TYPE_KIND_DATETIME ||
	    a.type->kind == TYPE_KIND_TIMESPAN)
		return throw_simple(r, "MethodNotFound", "InvalidOperation",
		    "Method invocation failed because [%s] does not contain a "
		    "method named 'op_OnesComplement'.",
		    a.type == &type_object ? type_psobject.name :
					     a.type->name);
	if (convert(&c, a, &type_int, &n) == CONV_OK) {
		*outp = value_int((int32_t)~n.u.i);
		return FLOW_MORE;
	}
	if (convert(&c, a, &type_long, &n) == CONV_OK) {
		*outp = value_long(~n.u.i);
		return FLOW_MORE;
	}
	if (!value_is_string(a) && convert(&c, a, &type_ulong, &n) == CONV_OK) {
		*outp = value_ulong(~(uint64_t)n.u.i);
		return FLOW_MORE;
	}
	flow = value_convert(r, a, &type_int, &n);
	return flow == FLOW_MORE ? FLOW_LEAVE : flow;
}

enum flow
value_unary(struct run *r, enum unary_op op, struct value a,
    struct value *outp)
{
	bool truth;
	enum flow flow;

	switch (op) {
	case UN_NOT:
		flow = value_truth(r, a, &truth);
		if (flow == FLOW_MORE)
			*outp = value_bool(!truth);
		return flow;
	case UN_BNOT:
		return bit_not(r, a, outp);
	case UN_MINUS:
		if (a.type == &type_double) {
			*outp = value_double(-a.u.d);
			return FLOW_MORE;
		}
		return value_binary(r, OP_SUB, value_int(0), a, outp);
	case UN_PLUS:
		return value_binary(r, OP_ADD, value_int(0), a, outp);
	case UN_JOIN:
		return op_join(r, a, NULL, outp);
	case UN_ISPLIT:
	case UN_CSPLIT:
		return op_split(r, a, NULL, op == UN_ISPLIT, outp);
	case UN_INC:
	case UN_DEC: {
		struct value base = value_base(a);

		if (value_is_nothing(base))
			base = value_int(0);
		if (!type_is_number(base.type) &&
		    base.type->kind != TYPE_KIND_ENUM)
			return throw_simple(r, "OperatorRequiresNumber",
			    "InvalidOperation",
			    "The '%s' operator works only on numbers. The "
			    "operand is a '%s'.", op == UN_INC ? "++" : "--",
			    base.type->name);
		return value_binary(r, op == UN_INC ? OP_ADD : OP_SUB, base,
		    value_int(1), outp);
	}
	}
	return FLOW_MORE;
}
