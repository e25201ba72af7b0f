/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic: promotion, overflow to double, and what is no number. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/types_internal.h"

/* LIMIT: characters or items of a repetition. */
#define REPEAT_MAX (256u << 20)

static const char *
op_method(enum binary_op op)
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

static const char *
op_text(enum binary_op op)
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

static enum flow
divided_by_zero(struct run *r)
{
	return run_throw(r, "System.Management.Automation.RuntimeException",
	    "RuntimeException", "NotSpecified",
	    "Attempted to divide by zero.");
}

static enum flow
no_method(struct run *r, enum binary_op op, struct value a, struct value b)
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
	    "named '%s'.", t == NULL ? "null" : t->name, op_method(op));
}

/* --- integers --- */

static int64_t
as_long(struct value v)
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
			return divided_by_zero(r);
		if (x % y != 0) {
			*outp = value_double((double)x / (double)y);
			return FLOW_MORE;
		}
		z = x / y;
		break;
	default:
		if (y == 0)
			return divided_by_zero(r);
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
			return divided_by_zero(r);
		over = (x == INT64_MIN && y == -1) || x % y != 0;
		d = dx / dy;
		if (!over)
			z = x / y;
		break;
	default:
		if (y == 0)
			return divided_by_zero(r);
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
			return divided_by_zero(r);
		over = x % y != 0;
		z = x / y;
		d = dx / dy;
		break;
	default:
		if (y == 0)
			return divided_by_zero(r);
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

static enum flow
decimal_ops(struct run *r, enum binary_op op, struct value a, struct value b,
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
		return divided_by_zero(r);
	if (rc < 0)
		return run_throw(r,
		    "System.Management.Automation.RuntimeException",
		    "RuntimeException", "NotSpecified",
		    "Value was either too large or too small for a Decimal.");
	return FLOW_MORE;
}

static bool
is_negative(struct value v)
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

static unsigned
code_of(struct value v)
{
	unsigned code = v.type->code;

	return code < CODE_SBYTE ? CODE_INT32 : code;
}

/* Both are numbers (or bool, char, enum); neither is a BigInteger. */
static enum flow
number_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	unsigned ca = code_of(a), cb = code_of(b), code = ca > cb ? ca : cb;
	double x, y;

	if (code <= CODE_INT32)
		return int_ops(r, op, as_long(a), as_long(b), outp);
	if (code == CODE_UINT32) {
		if (is_negative(a) || is_negative(b))
			return long_ops(r, op, as_long(a), as_long(b), outp);
		return unsigned_ops(r, op, (uint64_t)as_long(a),
		    (uint64_t)as_long(b), &type_uint, outp);
	}
	if (code == CODE_INT64)
		return long_ops(r, op, as_long(a), as_long(b), outp);
	if (code == CODE_UINT64) {
		if (is_negative(a) || is_negative(b)) {
			if (op != OP_MUL)
				return decimal_ops(r, op, a, b, outp);
			(void)number_double(a, &x);
			(void)number_double(b, &y);
			if (fabs(x * y) >= 7.9e28)
				return double_ops(op, x, y, outp);
			return decimal_ops(r, op, a, b, outp);
		}
		return unsigned_ops(r, op, (uint64_t)as_long(a),
		    (uint64_t)as_long(b), &type_ulong, outp);
	}
	if (code == CODE_DECIMAL)
		return decimal_ops(r, op, a, b, outp);
	(void)number_double(a, &x);
	(void)number_double(b, &y);
	return double_ops(op, x, y, outp);
}

/* The argument of an operator method could not be converted. */
static enum flow
bad_argument(struct run *r, struct conv_state *c, int index, struct value v,
    enum binary_op op, const struct type *to)
{
	struct value text = VALUE_NULL;
	enum flow flow;

	(void)value_to_string(NULL, v, &text);
	flow = run_throw(r, "System.Management.Automation.MethodException",
	    "MethodArgumentConversionInvalidCastArgument", "NotSpecified",
	    "Cannot convert argument \"%d\", with value: \"%s\", for \"%s\" to "
	    "type \"%s\": \"%s\"", index,
	    value_is_string(text) ? value_chars(text) : "", op_method(op),
	    to->name, c->message == NULL ? "" : c->message);
	value_unref(text);
	conv_clear(c);
	return flow;
}

static enum flow
bigint_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct conv_state c = { .run = r };
	struct value x = VALUE_NULL, y = VALUE_NULL;
	enum flow flow = FLOW_MORE;
	enum conv rc;

	rc = convert(&c, a, &type_bigint, &x);
	if (rc == CONV_FAIL)
		return bad_argument(r, &c, 0, a, op, &type_bigint);
	if (rc == CONV_OK)
		rc = convert(&c, b, &type_bigint, &y);
	if (rc != CONV_OK) {
		value_unref(x);
		if (rc == CONV_LEAVE)
			return FLOW_LEAVE;
		return bad_argument(r, &c, 1, b, op, &type_bigint);
	}
	if ((op == OP_DIV || op == OP_MOD) && mpz_sgn(bigint_of(y)->z) == 0) {
		flow = run_throw(r,
		    "System.Management.Automation.MethodInvocationException",
		    "DotNetMethodException", "NotSpecified",
		    "Exception calling \"%s\" with \"2\" argument(s): "
		    "\"Attempted to divide by zero.\"", op_method(op));
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

/* --- what is no number --- */

static enum flow
repeat_count(struct run *r, struct value b, int64_t *np)
{
	struct value n = VALUE_NULL;
	enum flow flow;

	if (value_is_nothing(b)) {
		*np = 0;
		return FLOW_MORE;
	}
	flow = value_convert(r, b, &type_int, &n);
	if (flow != FLOW_MORE)
		return flow;
	*np = n.u.i;
	if (n.u.i < 0)
		return throw_dotnet(r, "System.ArgumentOutOfRangeException",
		    "times ('%lld') must be a non-negative value. (Parameter "
		    "'times')\nActual value was %lld.", (long long)n.u.i,
		    (long long)n.u.i);
	return FLOW_MORE;
}

static enum flow
no_memory(struct run *r)
{
	return throw_dotnet(r, "System.OutOfMemoryException",
	    "Insufficient memory to continue the execution of the program.");
}

static enum flow
repeat_string(struct run *r, struct value a, struct value b,
    struct value *outp)
{
	struct string_ref s = ref_of(a);
	struct buf out = { 0 };
	int64_t n;
	enum flow flow = repeat_count(r, b, &n);

	if (flow != FLOW_MORE)
		return flow;
	if (s.n > 0 && (uint64_t)n > REPEAT_MAX / s.n)
		return no_memory(r);
	buf_reserve(&out, s.n * (size_t)n + 1);
	while (n-- > 0 && s.n > 0)
		buf_add(&out, s.s, s.n);
	*outp = value_string_n(buf_text(&out), out.len);
	buf_clear(&out);
	return FLOW_MORE;
}

static enum flow
repeat_list(struct run *r, struct value a, struct value b, struct value *outp)
{
	struct list *from = NULL, *l;
	int64_t n;
	enum flow flow = repeat_count(r, b, &n);
	size_t i;

	if (flow != FLOW_MORE)
		return flow;
	flow = collect(r, a, &from);
	if (flow != FLOW_MORE)
		return flow;
	if (from->count > 0 && (uint64_t)n > REPEAT_MAX / 16 / from->count) {
		value_unref(list_value(from));
		return no_memory(r);
	}
	l = list_new(a.type->kind == TYPE_KIND_ARRAY ? a.type : NULL,
	    from->count * (size_t)n);
	while (n-- > 0) {
		for (i = 0; i < from->count; i++)
			list_add(l, from->items[i]);
	}
	value_unref(list_value(from));
	*outp = list_value(l);
	return FLOW_MORE;
}

static enum flow
concat(struct run *r, struct value a, struct value b, struct value *outp)
{
	struct value pieces[2];
	enum flow flow;

	if (value_is_string(a)) {
		pieces[0] = value_ref(a);
	} else {
		flow = value_text(r, a, &pieces[0]);
		if (flow != FLOW_MORE)
			return flow;
	}
	flow = value_text(r, b, &pieces[1]);
	if (flow == FLOW_MORE) {
		*outp = string_concat(pieces, 2);
		value_unref(pieces[1]);
	}
	value_unref(pieces[0]);
	return flow;
}

static enum flow
add_lists(struct run *r, struct value a, struct value b, struct value *outp)
{
	struct list *x = NULL, *l;
	struct iter it;
	struct value item;
	bool more;
	enum flow flow = collect(r, a, &x);

	if (flow != FLOW_MORE)
		return flow;
	l = list_new(NULL, x->count + 1);
	for (size_t i = 0; i < x->count; i++)
		list_add(l, x->items[i]);
	value_unref(list_value(x));
	if (!value_unrolls(b)) {
		if (b.type != &type_void)
			list_add(l, b);
		*outp = list_value(l);
		return FLOW_MORE;
	}
	flow = iter_begin(r, b, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		list_add_take(l, item);
	}
	iter_end(&it);
	if (flow != FLOW_MORE) {
		value_unref(list_value(l));
		return flow;
	}
	*outp = list_value(l);
	return FLOW_MORE;
}

static enum flow
add_dicts(struct run *r, struct value a, struct value b, struct value *outp)
{
	struct dict *d;
	struct dict_entry *e;
	size_t pos;

	if (!value_is_dict(b))
		return throw_simple(r, "AddHashTableToNonHashTable",
		    "InvalidOperation",
		    "A hash table can only be added to another hash table.");
	d = dict_new(a.type);
	d->ignore_case = dict_of(a)->ignore_case;
	DICT_EACH(e, dict_of(a), pos)
		dict_set(d, e->key, e->value);
	DICT_EACH(e, dict_of(b), pos) {
		if (dict_has(d, e->key)) {
			char *key = value_text_plain(e->key);
			enum flow flow = throw_dotnet(r,
			    "System.ArgumentException",
			    "Item has already been added. Key in dictionary: "
			    "'%s'  Key being added: '%s'", key, key);

			mem_free(key);
			value_unref(dict_value(d));
			return flow;
		}
		dict_set(d, e->key, e->value);
	}
	*outp = dict_value(d);
	return FLOW_MORE;
}

/* --- dates and spans --- */

static enum flow
argument(struct run *r, enum binary_op op, int index, struct value v,
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
		return bad_argument(r, &c, index, v, op, to);
	}
}

static enum flow
method_threw(struct run *r, enum binary_op op, const char *message)
{
	return run_throw(r,
	    "System.Management.Automation.MethodInvocationException",
	    "DotNetMethodException", "NotSpecified",
	    "Exception calling \"%s\" with \"2\" argument(s): \"%s\"",
	    op_method(op), message);
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

static enum flow
date_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct value x = VALUE_NULL, y = VALUE_NULL;
	enum flow flow;

	if (op == OP_SUB && b.type == &type_datetime) {
		flow = argument(r, op, 0, a, &type_datetime, &x);
		if (flow == FLOW_MORE)
			*outp = value_timespan(ticks_of(x) - ticks_of(b));
		return flow;
	}
	if (a.type != &type_datetime) {
		/* x + date: the date would have to be a span */
		flow = argument(r, op, 0, a, &type_datetime, &x);
		if (flow != FLOW_MORE)
			return flow;
		a = x;
	}
	if (op != OP_ADD && op != OP_SUB)
		return no_method(r, op, a, b);
	if (op == OP_SUB && b.type != &type_timespan)
		return throw_simple(r, "MethodCountCouldNotFindBest",
		    "NotSpecified",
		    type_is_number(b.type) && b.type->kind != TYPE_KIND_BIGINT ?
			"Multiple ambiguous overloads found for \"%s\" and "
			"the argument count: \"2\"." :
			"Cannot find an overload for \"%s\" and the argument "
			"count: \"2\".", op_method(op));
	flow = argument(r, op, 1, b, &type_timespan, &y);
	if (flow != FLOW_MORE)
		return flow;
	return make_date(r, op,
	    op == OP_ADD ? ticks_of(a) + y.u.i : ticks_of(a) - y.u.i,
	    kind_of(a), outp);
}

static enum flow
span_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct value x = VALUE_NULL, y = VALUE_NULL;
	int64_t z = 0;
	double d;
	enum flow flow;

	switch ((int)op) {
	case OP_ADD:
	case OP_SUB:
		flow = argument(r, op, 0, a, &type_timespan, &x);
		if (flow == FLOW_MORE)
			flow = argument(r, op, 1, b, &type_timespan, &y);
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
			flow = argument(r, op, 0, b, &type_double, &y);
		} else {
			flow = argument(r, op, 1, b, &type_double, &y);
		}
		if (flow != FLOW_MORE)
			return flow;
		d = rint((double)a.u.i * y.u.d);
		break;
	case OP_DIV:
		if (a.type != &type_timespan)
			return no_method(r, op, a, b);
		if (b.type == &type_timespan) {
			*outp = value_double((double)a.u.i / (double)b.u.i);
			return FLOW_MORE;
		}
		flow = argument(r, op, 1, b, &type_double, &y);
		if (flow != FLOW_MORE)
			return flow;
		d = rint((double)a.u.i / y.u.d);
		break;
	default:
		return no_method(r, op, a, b);
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

static enum flow
enum_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct value whole = value_integer(&type_int, a.u.i), z = VALUE_NULL;
	enum flow flow;

	if (b.type->kind == TYPE_KIND_FLOAT)
		return throw_dotnet(r, "System.InvalidCastException",
		    "Unable to cast object of type '%s' to type "
		    "'System.Double'.", a.type->name);
	if (b.type->kind == TYPE_KIND_DECIMAL)
		return decimal_ops(r, op, a, b, outp);
	if (b.type->code == CODE_UINT32 || b.type->code == CODE_UINT64)
		return throw_dotnet(r, "System.InvalidOperationException",
		    "The binary operator GreaterThanOrEqual is not defined "
		    "for the types '%s' and 'System.Int32'.", a.type->name);
	if (b.type->kind == TYPE_KIND_ENUM)
		b = value_integer(&type_int, b.u.i);
	flow = number_ops(r, op, whole, b, &z);
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

static enum flow
bit_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	unsigned ca = code_of(a), cb = code_of(b), code = ca > cb ? ca : cb;
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
		bool is_signed = is_negative(a) || is_negative(b);

		flow = bits_operand(r, a, is_signed, &x);
		if (flow == FLOW_MORE)
			flow = bits_operand(r, b, is_signed, &y);
		if (flow != FLOW_MORE)
			return flow;
		t = is_signed ? &type_long : &type_ulong;
	} else {
		x = value_long(as_long(a));
		y = value_long(as_long(b));
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
shift_ops(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	const struct type *t = a.type;
	struct value n = VALUE_NULL, x = VALUE_NULL;
	unsigned by, bits;
	uint64_t z;
	enum flow flow;

	if (a.type->kind == TYPE_KIND_BIGINT) {
		flow = argument(r, op, 1, b, &type_int, &n);
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
	if (a.type->kind == TYPE_KIND_CHAR || a.type->kind == TYPE_KIND_BOOL)
		return b.type->kind == TYPE_KIND_DECIMAL ?
		    throw_simple(r, "MethodNotFound", "InvalidOperation",
			"Method invocation failed because [System.Decimal] "
			"does not contain a method named '%s'.",
			op_method(op)) :
		    throw_simple(r, "NotADefinedOperationForType",
			"InvalidOperation",
			"The operation '[%s] %s [%s]' is not defined.",
			a.type->name, op_text(op), b.type->name);
	flow = value_convert(r, b, &type_int, &n);
	if (flow != FLOW_MORE)
		return flow;
	if (a.type->kind == TYPE_KIND_ENUM || a.type->kind == TYPE_KIND_INT) {
		x = value_long(a.u.i);
	} else {
		struct conv_state c = { .run = r, .quiet = true };

		if (convert(&c, a, &type_int, &x) == CONV_OK) {
			t = &type_int;
		} else if (convert(&c, a, &type_ulong, &x) == CONV_OK) {
			t = &type_ulong;
		} else {
			struct conv_state loud = { .run = r };

			(void)conv_fail_final(&loud, a,
			    a.type->kind == TYPE_KIND_FLOAT ? &type_ulong :
							      &type_int);
			return conv_raise(&loud);
		}
	}
	bits = t->size * 8u;
	by = (unsigned)n.u.i & (bits == 64 ? 63 : 31);
	if (op == OP_SHL) {
		z = by >= bits ? 0 : (uint64_t)x.u.i << by;
	} else if (t->flags & TYPE_SIGNED) {
		z = (uint64_t)(x.u.i >> (by >= bits ? bits - 1 : by));
	} else {
		z = by >= bits ? 0 : (uint64_t)x.u.i >> by;
	}
	switch (bits) {
	case 8:
		z = t->flags & TYPE_SIGNED ? (uint64_t)(int8_t)z : (uint8_t)z;
		break;
	case 16:
		z = t->flags & TYPE_SIGNED ? (uint64_t)(int16_t)z :
					     (uint16_t)z;
		break;
	case 32:
		z = t->flags & TYPE_SIGNED ? (uint64_t)(int32_t)z :
					     (uint32_t)z;
		break;
	default:
		break;
	}
	*outp = value_integer(t, (int64_t)z);
	return FLOW_MORE;
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
		    "method named '%s'.", a.type->name, op_method(op));
	if (a.type->kind == TYPE_KIND_BIGINT ||
	    b.type->kind == TYPE_KIND_BIGINT) {
		if (op == OP_SHL || op == OP_SHR)
			return shift_ops(r, op, a, b, outp);
		if (a.type->kind == TYPE_KIND_DECIMAL)
			return decimal_ops(r, op, a, b, outp);
		return bigint_ops(r, op, a, b, outp);
	}
	if (op == OP_SHL || op == OP_SHR)
		return shift_ops(r, op, a, b, outp);
	if (op >= OP_BAND && op <= OP_BXOR)
		return bit_ops(r, op, a, b, outp);
	if (a.type->kind == TYPE_KIND_ENUM)
		return enum_ops(r, op, a, b, outp);
	if (op == OP_MUL && (a.type->kind == TYPE_KIND_CHAR ||
				a.type->kind == TYPE_KIND_BOOL)) {
		if (b.type->kind == TYPE_KIND_DECIMAL &&
		    a.type->kind == TYPE_KIND_CHAR)
			return decimal_ops(r, op, a, b, outp);
		return throw_simple(r, "NotADefinedOperationForType",
		    "InvalidOperation",
		    "The operation '[%s] * [%s]' is not defined.",
		    a.type->name, b.type->name);
	}
	return number_ops(r, op, a, b, outp);
}

static enum flow
slow_arith(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct value x = VALUE_NULL, y = VALUE_NULL;
	enum flow flow;

	if (op == OP_ADD) {
		if (value_is_nothing(a)) {
			*outp = value_ref(b);
			return FLOW_MORE;
		}
		if (value_is_string(a) || a.type->kind == TYPE_KIND_CHAR)
			return concat(r, a, b, outp);
		if (value_unrolls(a))
			return add_lists(r, a, b, outp);
		if (value_is_dict(a))
			return add_dicts(r, a, b, outp);
	}
	if (op == OP_MUL) {
		if (value_is_nothing(a)) {
			*outp = VALUE_NULL;
			return FLOW_MORE;
		}
		if (value_is_string(a))
			return repeat_string(r, a, b, outp);
		if (value_unrolls(a))
			return repeat_list(r, a, b, outp);
	}
	if (a.type == &type_datetime || b.type == &type_datetime) {
		if ((op == OP_ADD || op == OP_SUB) &&
		    (a.type == &type_datetime || op == OP_SUB || value_is_nothing(a)))
			return date_ops(r, op, a, b, outp);
		if (op == OP_ADD && b.type == &type_datetime &&
		    a.type != NULL && numeric(a)) {
			/* the overload takes the date first */
			struct value d = VALUE_NULL, span = VALUE_NULL;

			flow = argument(r, op, 0, a, &type_datetime, &d);
			if (flow != FLOW_MORE)
				return flow;
			return argument(r, op, 1, b, &type_timespan, &span);
		}
	}
	if ((a.type == &type_timespan || b.type == &type_timespan) &&
	    (a.type == &type_timespan || a.type == NULL || numeric(a) ||
		value_is_string(a)))
		return span_ops(r, op, a, b, outp);
	if (value_is_nothing(a) && (op == OP_SHL || op == OP_SHR)) {
		*outp = value_int(0);
		return FLOW_MORE;
	}
	if (a.type != NULL && a.type->kind == TYPE_KIND_ENUM &&
	    value_is_string(b) && op <= OP_MOD) {
		if (!number_parse(value_chars(b), value_chars_len(b), &y))
			flow = value_convert(r, b, a.type, &y);
		else
			flow = FLOW_MORE;
		if (flow != FLOW_MORE)
			return flow;
		flow = enum_ops(r, op, a, y, outp);
		value_unref(y);
		return flow;
	}
	if (a.type != NULL && !numeric(a) && !value_is_string(a) &&
	    a.type != &type_void)
		return no_method(r, op, a, b);
	if (b.type != NULL && !numeric(b) && !value_is_string(b) &&
	    b.type != &type_void) {
		if (a.type != NULL && a.type->kind == TYPE_KIND_DECIMAL)
			return argument(r, op, 1, b, &type_decimal, outp);
		if (a.type != NULL && a.type->kind == TYPE_KIND_BIGINT)
			return argument(r, op, 1, b, &type_bigint, outp);
		return no_method(r, op, a, b);
	}
	if (value_is_string(b) && a.type != NULL &&
	    (a.type->kind == TYPE_KIND_BIGINT))
		return bigint_ops(r, op, a, b, outp);
	if (value_is_string(b) && a.type != NULL && op == OP_MUL &&
	    (a.type->kind == TYPE_KIND_CHAR || a.type->kind == TYPE_KIND_BOOL))
		return no_method(r, op, a, b);
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
