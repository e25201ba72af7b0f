/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Math. */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"

struct type type_math = {
	.name = "System.Math",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

static enum flow
constant(struct member_call *c)
{
	c->out = value_double(strcasecmp(c->name, "PI") == 0 ? M_PI :
		strcasecmp(c->name, "E") == 0		     ? M_E :
							       2 * M_PI);
	return FLOW_MORE;
}

static const struct {
	const char *name;
	double (*fn)(double);
} functions[] = {
	{ "Acos", acos }, { "Acosh", acosh }, { "Asin", asin },
	{ "Asinh", asinh }, { "Atan", atan }, { "Atanh", atanh },
	{ "Cbrt", cbrt }, { "Cos", cos }, { "Cosh", cosh }, { "Exp", exp },
	{ "Log10", log10 }, { "Log2", log2 }, { "Sin", sin },
	{ "Sinh", sinh }, { "Sqrt", sqrt }, { "Tan", tan }, { "Tanh", tanh },
	{ "Floor", floor }, { "Ceiling", ceil }, { "Truncate", trunc },
};

static enum flow
function(struct member_call *c)
{
	size_t i;

	for (i = 0; i < LEN(functions); i++) {
		if (strcmp(functions[i].name, c->name) == 0)
			c->out = value_double(functions[i].fn(c->args[0].u.d));
	}
	return FLOW_MORE;
}

static enum flow
two(struct member_call *c)
{
	double x = c->args[0].u.d, y = c->args[1].u.d;

	if (strcmp(c->name, "Pow") == 0)
		c->out = value_double(pow(x, y));
	else if (strcmp(c->name, "Atan2") == 0)
		c->out = value_double(atan2(x, y));
	else
		c->out = value_double(remainder(x, y));
	return FLOW_MORE;
}

static enum flow
logarithm(struct member_call *c)
{
	double x = c->args[0].u.d;

	c->out = value_double(
	    c->n > 1 ? log(x) / log(c->args[1].u.d) : log(x));
	return FLOW_MORE;
}

static enum flow
decimal_whole(struct member_call *c)
{
	c->out = decimal_round(decimal_of(c->args[0]), 0,
	    strcmp(c->name, "Floor") == 0     ? DECIMAL_FLOOR :
		strcmp(c->name, "Ceiling") == 0 ? DECIMAL_CEILING :
						  DECIMAL_TRUNCATE);
	return FLOW_MORE;
}

static double
round_double(double d, int digits, int64_t mode)
{
	double p = pow(10, digits), x = d * p, r;

	if (!isfinite(x) || fabs(x) >= 1e16)
		return d;
	switch (mode) {
	case 1:
		r = round(x);
		break;
	case 2:
		r = trunc(x);
		break;
	case 3:
		r = floor(x);
		break;
	case 4:
		r = ceil(x);
		break;
	default:
		r = rint(x);
		break;
	}
	return r / p;
}

static enum flow
round_any(struct member_call *c)
{
	int64_t digits = 0, mode = 0;
	size_t i;

	for (i = 1; i < c->n; i++) {
		if (c->args[i].type == &type_midpointrounding)
			mode = c->args[i].u.i;
		else
			digits = c->args[i].u.i;
	}
	if (c->args[0].type == &type_decimal) {
		static const enum decimal_round how[] = { DECIMAL_EVEN,
			DECIMAL_AWAY, DECIMAL_TRUNCATE, DECIMAL_FLOOR,
			DECIMAL_CEILING };

		if (digits < 0 || digits > 28)
			return member_throw_range(c, "decimals",
			    "Decimal can only round to between 0 and 28 "
			    "digits of precision.");
		c->out = decimal_round(decimal_of(c->args[0]),
		    (unsigned)digits, how[mode >= 0 && mode < 5 ? mode : 0]);
		return FLOW_MORE;
	}
	if (digits < 0 || digits > 15)
		return member_throw_range(c, "digits",
		    "Rounding digits must be between 0 and 15, inclusive.");
	c->out = value_double(round_double(c->args[0].u.d, (int)digits, mode));
	return FLOW_MORE;
}

static enum flow
absolute(struct member_call *c)
{
	struct value v = c->args[0];

	switch ((int)v.type->kind) {
	case TYPE_KIND_FLOAT:
		v.u.d = fabs(v.u.d);
		break;
	case TYPE_KIND_DECIMAL: {
		const struct decimal *d = decimal_of(v);

		c->out = decimal_new(d->lo, d->mid, d->hi, false, d->scale);
		return FLOW_MORE;
	}
	default:
		if (v.u.i < 0 && !integer_fits(value_long(-(v.u.i + 1)),
			v.type))
			break;
		if (v.u.i == INT64_MIN ||
		    (v.u.i < 0 && !integer_fits(value_long(-v.u.i), v.type)))
			return member_throw(c, "System.OverflowException",
			    "Negating the minimum value of a twos complement "
			    "number is invalid.");
		if (v.u.i < 0)
			v.u.i = -v.u.i;
		break;
	}
	c->out = v;
	return FLOW_MORE;
}

static enum flow
sign(struct member_call *c)
{
	struct value v = c->args[0];
	double d;

	(void)number_double(v, &d);
	if (isnan(d))
		return member_throw(c, "System.ArithmeticException",
		    "Function does not accept floating point Not-a-Number "
		    "values.");
	c->out = value_int((d > 0) - (d < 0));
	return FLOW_MORE;
}

static enum flow
extreme(struct member_call *c)
{
	bool max = strcmp(c->name, "Max") == 0;
	struct value a = c->args[0], b = c->args[1];
	int order;
	enum flow flow;

	if (a.type->kind == TYPE_KIND_FLOAT &&
	    (isnan(a.u.d) || isnan(b.u.d))) {
		c->out = isnan(a.u.d) ? a : b;
		return FLOW_MORE;
	}
	flow = value_compare(c->run, a, b, false, &order);
	c->out = value_ref((order >= 0) == max ? a : b);
	return flow;
}

static enum flow
clamp(struct member_call *c)
{
	int low, high;
	enum flow flow = value_compare(c->run, c->args[0], c->args[1], false,
	    &low);

	if (flow == FLOW_MORE)
		flow = value_compare(c->run, c->args[0], c->args[2], false,
		    &high);
	if (flow == FLOW_MORE)
		c->out = value_ref(low < 0 ? c->args[1] :
			high > 0	   ? c->args[2] :
					     c->args[0]);
	return flow;
}

static enum flow
div_rem(struct member_call *c)
{
	int64_t x = c->args[0].u.i, y = c->args[1].u.i;
	const struct type *t = c->args[0].type;
	enum flow flow = FLOW_MORE;

	if (y == 0)
		return member_throw(c, "System.DivideByZeroException",
		    "Attempted to divide by zero.");
	c->out = value_integer(t, y == -1 ? -x : x / y);
	if (c->n > 2)
		flow = value_set_member(c->run, c->args[2], "Value",
		    value_integer(t, y == -1 ? 0 : x % y));
	return flow;
}

static enum flow
big_mul(struct member_call *c)
{
	c->out = value_long(c->args[0].u.i * c->args[1].u.i);
	return FLOW_MORE;
}

#define FN(n) { "static double " n "(double d)", function }
#define EACH_SIGNED(n, fn)                                                     \
	{ "static sbyte " n "(sbyte value)", fn },                             \
	{ "static short " n "(short value)", fn },                             \
	{ "static int " n "(int value)", fn },                                 \
	{ "static long " n "(long value)", fn },                               \
	{ "static float " n "(float value)", fn },                             \
	{ "static double " n "(double value)", fn },                           \
	{ "static decimal " n "(decimal value)", fn }
#define PAIR(T, n, fn) { "static " T " " n "(" T " val1, " T " val2)", fn }
#define EACH_PAIR(n, fn)                                                       \
	PAIR("sbyte", n, fn), PAIR("byte", n, fn), PAIR("short", n, fn),       \
	    PAIR("ushort", n, fn), PAIR("int", n, fn), PAIR("uint", n, fn),    \
	    PAIR("long", n, fn), PAIR("ulong", n, fn), PAIR("float", n, fn),   \
	    PAIR("double", n, fn), PAIR("decimal", n, fn)
#define CLAMP(T)                                                               \
	{ "static " T " Clamp(" T " value, " T " min, " T " max)", clamp }
#define MR "System.MidpointRounding mode"

static const struct member_spec math_members[] = {
	{ "static double PI get", constant },
	{ "static double E get", constant },
	{ "static double Tau get", constant },
	FN("Acos"), FN("Acosh"), FN("Asin"), FN("Asinh"), FN("Atan"),
	FN("Atanh"), FN("Cbrt"), FN("Cos"), FN("Cosh"), FN("Exp"),
	FN("Log10"), FN("Log2"), FN("Sin"), FN("Sinh"), FN("Sqrt"),
	FN("Tan"), FN("Tanh"), FN("Floor"), FN("Ceiling"), FN("Truncate"),
	{ "static decimal Floor(decimal d)", decimal_whole },
	{ "static decimal Ceiling(decimal d)", decimal_whole },
	{ "static decimal Truncate(decimal d)", decimal_whole },
	{ "static double Log(double d)", logarithm },
	{ "static double Log(double a, double newBase)", logarithm },
	{ "static double Pow(double x, double y)", two },
	{ "static double Atan2(double y, double x)", two },
	{ "static double IEEERemainder(double x, double y)", two },
	{ "static double Round(double a)", round_any },
	{ "static double Round(double value, int digits)", round_any },
	{ "static double Round(double value, " MR ")", round_any },
	{ "static double Round(double value, int digits, " MR ")",
	    round_any },
	{ "static decimal Round(decimal d)", round_any },
	{ "static decimal Round(decimal d, int decimals)", round_any },
	{ "static decimal Round(decimal d, " MR ")", round_any },
	{ "static decimal Round(decimal d, int decimals, " MR ")",
	    round_any },
	EACH_SIGNED("Abs", absolute),
	{ "static int Sign(sbyte value)", sign },
	{ "static int Sign(short value)", sign },
	{ "static int Sign(int value)", sign },
	{ "static int Sign(long value)", sign },
	{ "static int Sign(float value)", sign },
	{ "static int Sign(double value)", sign },
	{ "static int Sign(decimal value)", sign },
	EACH_PAIR("Max", extreme), EACH_PAIR("Min", extreme),
	CLAMP("int"), CLAMP("long"), CLAMP("double"), CLAMP("decimal"),
	CLAMP("byte"), CLAMP("short"), CLAMP("uint"), CLAMP("float"),
	{ "static int DivRem(int a, int b, [ref] int result)", div_rem },
	{ "static long DivRem(long a, long b, [ref] long result)", div_rem },
	{ "static long BigMul(int a, int b)", big_mul },
	{ NULL },
};

void
math_init(void)
{
	type_add_members(&type_math, math_members);
	type_add(&type_math);
}
