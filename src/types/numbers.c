/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of the numeric types and Boolean; System.Math. */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"

/* --- limits --- */

static enum flow
int_limit(struct member_call *c)
{
	const struct type *t = c->type;
	int bits = t->size * 8;
	bool max = strcasecmp(c->name, "MaxValue") == 0;
	int64_t i;

	if (is_unsigned(t))
		i = !max ? 0 : bits == 64 ? -1 : (int64_t)((1ULL << bits) - 1);
	else
		i = max ? (int64_t)(UINT64_MAX >> (65 - bits)) :
			  -(int64_t)(UINT64_MAX >> (65 - bits)) - 1;
	c->out = value_integer(t, i);
	return FLOW_MORE;
}

static enum flow
float_limit(struct member_call *c)
{
	const char *n = c->name;
	bool single = c->type == &type_single;
	double d = 0;

	if (strcasecmp(n, "MaxValue") == 0)
		d = single ? 3.40282346638528859e38 : 1.7976931348623157e308;
	else if (strcasecmp(n, "MinValue") == 0)
		d = single ? -3.40282346638528859e38 : -1.7976931348623157e308;
	else if (strcasecmp(n, "Epsilon") == 0)
		d = single ? 1.40129846432481707e-45 : 4.9406564584124654e-324;
	else if (strcasecmp(n, "NaN") == 0)
		d = (double)NAN;
	else if (strcasecmp(n, "PositiveInfinity") == 0)
		d = HUGE_VAL;
	else if (strcasecmp(n, "NegativeInfinity") == 0)
		d = -HUGE_VAL;
	else if (strcasecmp(n, "Pi") == 0)
		d = M_PI;
	else if (strcasecmp(n, "E") == 0)
		d = M_E;
	c->out = single ? value_single(d) : value_double(d);
	return FLOW_MORE;
}

static enum flow
float_test(struct member_call *c)
{
	double d = c->args[0].u.d;
	const char *n = c->name;
	bool yes;

	if (strcmp(n, "IsNaN") == 0)
		yes = isnan(d);
	else if (strcmp(n, "IsInfinity") == 0)
		yes = isinf(d);
	else if (strcmp(n, "IsPositiveInfinity") == 0)
		yes = isinf(d) && d > 0;
	else if (strcmp(n, "IsNegativeInfinity") == 0)
		yes = isinf(d) && d < 0;
	else if (strcmp(n, "IsNegative") == 0)
		yes = signbit(d);
	else if (strcmp(n, "IsInteger") == 0)
		yes = isfinite(d) && d == floor(d);
	else
		yes = isfinite(d);
	c->out = value_bool(yes);
	return FLOW_MORE;
}

/* --- Parse --- */

/* Each: 1 ok, 0 format, -1 range. */

/* NumberStyles: 32 decimal point, 64 thousands, 128 exponent, 512 hex. */
static int
parse_integer(const struct type *t, struct string_ref s, unsigned styles,
    struct value *outp)
{
	int64_t i;
	double d;
	int rc;

	if (styles & 512) {
		char *end;
		uint64_t u = strtoull(s.s, &end, 16);

		if (s.n == 0 || *end != '\0' || *s.s == '-' || *s.s == '+' ||
		    (s.n > 1 && (s.s[1] | 32) == 'x'))
			return 0;
		if (t->size < 8 && u >> (t->size * 8) != 0)
			return -1;
		if (!is_unsigned(t) && t->size == 4)
			u = (uint64_t)(int32_t)u;
		*outp = value_integer(t, (int64_t)u);
		return 1;
	}
	if (styles & (32 | 64 | 128)) {
		if (!double_parse(s.s, s.n, &d))
			return 0;
		if (d != floor(d) || fabs(d) > 9e18)
			return -1;
		*outp = value_long((int64_t)d);
		if (!integer_fits(*outp, t))
			return -1;
		outp->type = t;
		return 1;
	}
	rc = integer_parse(s.s, s.n, t, &i);
	*outp = value_integer(t, i);
	return rc;
}

static int
parse_bool(struct string_ref s, struct value *outp)
{
	const char *p = s.s;
	size_t n = s.n;

	while (n > 0 && codepoint_is_space((unsigned char)*p)) {
		p++;
		n--;
	}
	while (n > 0 && codepoint_is_space((unsigned char)p[n - 1]))
		n--;
	if (n == 4 && strncasecmp(p, "True", 4) == 0)
		*outp = value_bool(true);
	else if (n == 5 && strncasecmp(p, "False", 5) == 0)
		*outp = value_bool(false);
	else
		return 0;
	return 1;
}

static int
parse(const struct type *t, struct value text, unsigned styles,
    struct value *outp)
{
	struct string_ref s = ref_of(text);
	double d;
	bool bad;

	switch ((int)t->kind) {
	case TYPE_KIND_INT:
		return parse_integer(t, s, styles, outp);
	case TYPE_KIND_FLOAT:
		if (!double_parse(s.s, s.n, &d))
			return 0;
		*outp = t == &type_single ? value_single(d) : value_double(d);
		return 1;
	case TYPE_KIND_DECIMAL:
		if (decimal_parse(s.s, s.n, outp, &bad))
			return 1;
		return bad ? 0 : -1;
	case TYPE_KIND_BIGINT: {
		struct value big = bigint_new();
		const char *p = s.s;

		while (*p == ' ')
			p++;
		if (*p == '+')
			p++;
		if (mpz_set_str(bigint_of(big)->z, p, 10) != 0) {
			value_unref(big);
			return 0;
		}
		*outp = big;
		return 1;
	}
	default:
		return parse_bool(s, outp);
	}
}

static const char *
limit_name(const struct type *t)
{
	switch (t->code) {
	case CODE_SBYTE:
		return "a signed byte";
	case CODE_BYTE:
		return "an unsigned byte";
	case CODE_INT16:
		return "an Int16";
	case CODE_UINT16:
		return "a UInt16";
	case CODE_INT32:
		return "an Int32";
	case CODE_UINT32:
		return "a UInt32";
	case CODE_INT64:
		return "an Int64";
	case CODE_UINT64:
		return "a UInt64";
	default:
		return "a Decimal";
	}
}

static enum flow
do_parse(struct member_call *c)
{
	unsigned styles = 0;
	int rc;

	if (c->n > 1 && c->args[1].type == &type_numberstyles)
		styles = (unsigned)c->args[1].u.i;
	rc = parse(c->type, c->args[0], styles, &c->out);
	if (rc > 0)
		return FLOW_MORE;
	c->out = value_nothing();
	if (rc < 0)
		return member_throw(c, "System.OverflowException",
		    "Value was either too large or too small for %s.",
		    limit_name(c->type));
	if (c->type == &type_bool)
		return member_throw(c, "System.FormatException",
		    "String '%s' was not recognized as a valid Boolean.",
		    value_chars(c->args[0]));
	if (c->type == &type_bigint)
		return member_throw(c, "System.FormatException",
		    "The value could not be parsed.");
	return member_throw(c, "System.FormatException",
	    "The input string '%s' was not in a correct format.",
	    value_chars(c->args[0]));
}

static enum flow
try_parse(struct member_call *c)
{
	struct value got = VALUE_NULL, ref = c->args[c->n - 1];
	struct conv_state cs = { .quiet = true };
	unsigned styles = 0;
	enum flow flow;

	if (c->n == 4 && c->args[1].type == &type_numberstyles)
		styles = (unsigned)c->args[1].u.i;
	c->out = value_bool(
	    parse(c->type, c->args[0], styles, &got) > 0);
	if (!c->out.u.b)
		(void)convert(&cs, VALUE_NULL, c->type, &got);
	flow = value_set_member(c->run, ref, "Value", got);
	value_unref(got);
	return flow;
}

#define NS "System.Globalization.NumberStyles style"
#define PARSE_ROWS(T)                                                          \
	{ "static " T " Parse(string s)", do_parse },                          \
	{ "static " T " Parse(string s, " NS ")", do_parse },                  \
	{ "static " T " Parse(string s, System.IFormatProvider provider)",     \
	    do_parse },                                                        \
	{ "static " T " Parse(string s, " NS ", System.IFormatProvider "       \
	  "provider)", do_parse },                                             \
	{ "static bool TryParse(string s, [ref] " T " result)", try_parse },   \
	{ "static bool TryParse(string s, " NS ", System.IFormatProvider "     \
	  "provider, [ref] " T " result)", try_parse }

#define INT_TABLE(id, T)                                                       \
	static const struct member_spec id##_members[] = {                     \
		{ "static " T " MaxValue get", int_limit },                    \
		{ "static " T " MinValue get", int_limit },                    \
		PARSE_ROWS(T), { NULL }                                        \
	}
INT_TABLE(sbyte, "sbyte");
INT_TABLE(byte, "byte");
INT_TABLE(int16, "short");
INT_TABLE(uint16, "ushort");
INT_TABLE(int32, "int");
INT_TABLE(uint32, "uint");
INT_TABLE(int64, "long");
INT_TABLE(uint64, "ulong");

#define FLOAT_TABLE(id, T)                                                     \
	static const struct member_spec id##_members[] = {                     \
		{ "static " T " MaxValue get", float_limit },                  \
		{ "static " T " MinValue get", float_limit },                  \
		{ "static " T " Epsilon get", float_limit },                   \
		{ "static " T " NaN get", float_limit },                       \
		{ "static " T " PositiveInfinity get", float_limit },          \
		{ "static " T " NegativeInfinity get", float_limit },          \
		{ "static " T " Pi get", float_limit },                        \
		{ "static " T " E get", float_limit },                         \
		{ "static bool IsNaN(" T " d)", float_test },                  \
		{ "static bool IsInfinity(" T " d)", float_test },             \
		{ "static bool IsPositiveInfinity(" T " d)", float_test },     \
		{ "static bool IsNegativeInfinity(" T " d)", float_test },     \
		{ "static bool IsFinite(" T " d)", float_test },               \
		{ "static bool IsNegative(" T " d)", float_test },             \
		{ "static bool IsInteger(" T " d)", float_test },              \
		PARSE_ROWS(T), { NULL }                                        \
	}
FLOAT_TABLE(double, "double");
FLOAT_TABLE(single, "float");

/* --- Boolean --- */

static enum flow
bool_field(struct member_call *c)
{
	c->out = value_string(
	    strcmp(c->name, "TrueString") == 0 ? "True" : "False");
	return FLOW_MORE;
}

static const struct member_spec bool_members[] = {
	{ "static string TrueString get", bool_field },
	{ "static string FalseString get", bool_field },
	{ "static bool Parse(string value)", do_parse },
	{ "static bool TryParse(string value, [ref] bool result)",
	    try_parse },
	{ NULL },
};

/* --- Decimal --- */

static enum flow
decimal_field(struct member_call *c)
{
	const char *n = c->name;

	if (strcasecmp(n, "MaxValue") == 0 || strcasecmp(n, "MinValue") == 0)
		c->out = decimal_new(UINT32_MAX, UINT32_MAX, UINT32_MAX,
		    strcasecmp(n, "MinValue") == 0, 0);
	else
		c->out = decimal_from_long(strcasecmp(n, "One") == 0 ? 1 :
			strcasecmp(n, "MinusOne") == 0		     ? -1 :
								       0);
	return FLOW_MORE;
}

static enum decimal_round
rounding(struct member_call *c, size_t from)
{
	size_t i;

	for (i = from; i < c->n; i++) {
		if (c->args[i].type == &type_midpointrounding) {
			static const enum decimal_round how[] = { DECIMAL_EVEN,
				DECIMAL_AWAY, DECIMAL_TRUNCATE, DECIMAL_FLOOR,
				DECIMAL_CEILING };

			return how[c->args[i].u.i >= 0 && c->args[i].u.i < 5 ?
				c->args[i].u.i : 0];
		}
	}
	return DECIMAL_EVEN;
}

static enum flow
decimal_rounding(struct member_call *c)
{
	const struct decimal *d = decimal_of(c->args[0]);
	int64_t digits = 0;
	enum decimal_round how = rounding(c, 1);
	const char *n = c->name;

	if (c->n > 1 && c->args[1].type == &type_int)
		digits = c->args[1].u.i;
	if (digits < 0 || digits > 28)
		return member_throw_range(c, "decimals",
		    "Decimal can only round to between 0 and 28 digits of "
		    "precision.");
	if (strcmp(n, "Floor") == 0)
		how = DECIMAL_FLOOR;
	else if (strcmp(n, "Ceiling") == 0)
		how = DECIMAL_CEILING;
	else if (strcmp(n, "Truncate") == 0)
		how = DECIMAL_TRUNCATE;
	c->out = decimal_round(d, (unsigned)digits, how);
	return FLOW_MORE;
}

static enum flow
decimal_math(struct member_call *c)
{
	static const struct {
		const char *name;
		char op;
	} ops[] = { { "Add", '+' }, { "Subtract", '-' }, { "Multiply", '*' },
		{ "Divide", '/' }, { "Remainder", '%' } };
	size_t i;
	int rc = 0;

	for (i = 0; i < LEN(ops); i++) {
		if (strcmp(c->name, ops[i].name) == 0)
			rc = decimal_op(ops[i].op, decimal_of(c->args[0]),
			    decimal_of(c->args[1]), &c->out);
	}
	if (rc == -2)
		return member_throw(c, "System.DivideByZeroException",
		    "Attempted to divide by zero.");
	if (rc < 0)
		return member_throw(c, "System.OverflowException",
		    "Value was either too large or too small for a Decimal.");
	return FLOW_MORE;
}

static enum flow
decimal_negate(struct member_call *c)
{
	const struct decimal *d = decimal_of(c->args[0]);

	c->out = decimal_new(d->lo, d->mid, d->hi, !d->negative, d->scale);
	return FLOW_MORE;
}

static enum flow
decimal_new_of(struct member_call *c)
{
	return value_convert(c->run, c->args[0], &type_decimal, &c->out);
}

static enum flow
decimal_get_bits(struct member_call *c)
{
	const struct decimal *d = decimal_of(c->args[0]);
	struct list *l = list_new(types_int_array, 4);

	list_add_take(l, value_int((int32_t)d->lo));
	list_add_take(l, value_int((int32_t)d->mid));
	list_add_take(l, value_int((int32_t)d->hi));
	list_add_take(l, value_int((int32_t)((uint32_t)d->scale << 16 |
	    (d->negative ? 0x80000000u : 0))));
	c->out = list_value(l);
	return FLOW_MORE;
}

static enum flow
to_target(struct member_call *c)
{
	static const struct {
		const char *name;
		const struct type *type;
	} targets[] = { { "ToInt32", &type_int }, { "ToInt64", &type_long },
		{ "ToDouble", &type_double }, { "ToByte", &type_byte },
		{ "ToInt16", &type_int16 }, { "ToSingle", &type_single },
		{ "ToUInt32", &type_uint }, { "ToUInt64", &type_ulong } };
	size_t i;

	for (i = 0; i < LEN(targets); i++) {
		if (strcmp(c->name, targets[i].name) == 0) {
			struct value whole = decimal_round(
			    decimal_of(c->args[0]),
			    is_integer(targets[i].type) ? 0 : 28,
			    DECIMAL_TRUNCATE);
			enum flow flow = value_convert(c->run, whole,
			    targets[i].type, &c->out);

			value_unref(whole);
			return flow;
		}
	}
	return FLOW_MORE;
}

static const struct member_spec decimal_members[] = {
	{ "new(int value)", decimal_new_of },
	{ "new(long value)", decimal_new_of },
	{ "new(double value)", decimal_new_of },
	{ "static decimal MaxValue get", decimal_field },
	{ "static decimal MinValue get", decimal_field },
	{ "static decimal Zero get", decimal_field },
	{ "static decimal One get", decimal_field },
	{ "static decimal MinusOne get", decimal_field },
	{ "static decimal Round(decimal d)", decimal_rounding },
	{ "static decimal Round(decimal d, int decimals)", decimal_rounding },
	{ "static decimal Round(decimal d, System.MidpointRounding mode)",
	    decimal_rounding },
	{ "static decimal Round(decimal d, int decimals, "
	  "System.MidpointRounding mode)", decimal_rounding },
	{ "static decimal Floor(decimal d)", decimal_rounding },
	{ "static decimal Ceiling(decimal d)", decimal_rounding },
	{ "static decimal Truncate(decimal d)", decimal_rounding },
	{ "static decimal Add(decimal d1, decimal d2)", decimal_math },
	{ "static decimal Subtract(decimal d1, decimal d2)", decimal_math },
	{ "static decimal Multiply(decimal d1, decimal d2)", decimal_math },
	{ "static decimal Divide(decimal d1, decimal d2)", decimal_math },
	{ "static decimal Remainder(decimal d1, decimal d2)", decimal_math },
	{ "static decimal Negate(decimal d)", decimal_negate },
	{ "static int[] GetBits(decimal d)", decimal_get_bits },
	{ "static int ToInt32(decimal d)", to_target },
	{ "static long ToInt64(decimal d)", to_target },
	{ "static double ToDouble(decimal d)", to_target },
	PARSE_ROWS("decimal"),
	{ NULL },
};

/* --- BigInteger --- */

static struct value
big(int64_t i)
{
	struct value v = bigint_new();

	mpz_set_long(bigint_of(v)->z, i);
	return v;
}

static enum flow
big_field(struct member_call *c)
{
	c->out = big(strcasecmp(c->name, "One") == 0 ? 1 :
		strcasecmp(c->name, "MinusOne") == 0 ? -1 :
						       0);
	return FLOW_MORE;
}

static enum flow
big_test(struct member_call *c)
{
	const mpz_t *z = (const mpz_t *)&bigint_of(c->self)->z;
	const char *n = c->name;

	if (strcasecmp(n, "IsZero") == 0)
		c->out = value_bool(mpz_sgn(*z) == 0);
	else if (strcasecmp(n, "IsOne") == 0)
		c->out = value_bool(mpz_cmp_ui(*z, 1) == 0);
	else if (strcasecmp(n, "IsEven") == 0)
		c->out = value_bool(mpz_even_p(*z));
	else if (strcasecmp(n, "IsPowerOfTwo") == 0)
		c->out = value_bool(
		    mpz_sgn(*z) > 0 && mpz_popcount(*z) == 1);
	else
		c->out = value_int(mpz_sgn(*z));
	return FLOW_MORE;
}

static enum flow
big_math(struct member_call *c)
{
	mpz_t *x = &bigint_of(c->args[0])->z, *y = NULL, *z;
	const char *n = c->name;
	struct value out;

	if (c->n > 1 && c->args[1].type == &type_bigint)
		y = &bigint_of(c->args[1])->z;
	if (y != NULL && mpz_sgn(*y) == 0 && (strcmp(n, "Divide") == 0 ||
	    strcmp(n, "Remainder") == 0))
		return member_throw(c, "System.DivideByZeroException",
		    "Attempted to divide by zero.");
	if (strcmp(n, "Pow") == 0 && (c->args[1].u.i < 0 ||
	    (mpz_cmpabs_ui(*x, 1) > 0 && mpz_sizeinbase(*x, 2) *
		(uint64_t)c->args[1].u.i > 1u << 26)))
		return member_throw_range(c, "exponent",
		    "The number must be greater than or equal to zero.");
	out = bigint_new();
	z = &bigint_of(out)->z;
	if (strcmp(n, "Pow") == 0)
		mpz_pow_ui(*z, *x, (unsigned long)c->args[1].u.i);
	else if (strcmp(n, "Add") == 0)
		mpz_add(*z, *x, *y);
	else if (strcmp(n, "Subtract") == 0)
		mpz_sub(*z, *x, *y);
	else if (strcmp(n, "Multiply") == 0)
		mpz_mul(*z, *x, *y);
	else if (strcmp(n, "Divide") == 0)
		mpz_tdiv_q(*z, *x, *y);
	else if (strcmp(n, "Remainder") == 0)
		mpz_tdiv_r(*z, *x, *y);
	else if (strcmp(n, "GreatestCommonDivisor") == 0)
		mpz_gcd(*z, *x, *y);
	else if (strcmp(n, "Abs") == 0)
		mpz_abs(*z, *x);
	else if (strcmp(n, "Negate") == 0)
		mpz_neg(*z, *x);
	else if (strcmp(n, "Max") == 0)
		mpz_set(*z, mpz_cmp(*x, *y) >= 0 ? *x : *y);
	else if (strcmp(n, "Min") == 0)
		mpz_set(*z, mpz_cmp(*x, *y) <= 0 ? *x : *y);
	else if (strcmp(n, "ModPow") == 0 && y != NULL &&
	    mpz_sgn(bigint_of(c->args[2])->z) != 0 && mpz_sgn(*y) >= 0) {
		mpz_powm(*z, *x, *y, bigint_of(c->args[2])->z);
		if (mpz_sgn(*x) < 0 && mpz_odd_p(*y) && mpz_sgn(*z) > 0)
			mpz_sub(*z, *z, bigint_of(c->args[2])->z);
	}
	c->out = out;
	return FLOW_MORE;
}

static enum flow
big_log(struct member_call *c)
{
	double d;

	(void)number_double(c->args[0], &d);
	c->out = value_double(strcmp(c->name, "Log10") == 0 ? log10(d) :
		c->n > 1 ? log(d) / log(c->args[1].u.d) :
			   log(d));
	return FLOW_MORE;
}

static enum flow
big_new(struct member_call *c)
{
	if (c->args[0].type == &type_bytes) {
		struct bytes *b = bytes_of(c->args[0]);

		c->out = bigint_new();
		mpz_import(bigint_of(c->out)->z, b->len, -1, 1, 0, 0, b->data);
		if (b->len > 0 && (b->data[b->len - 1] & 0x80)) {
			mpz_t m;

			mpz_init(m);
			mpz_ui_pow_ui(m, 2, b->len * 8);
			mpz_sub(bigint_of(c->out)->z, bigint_of(c->out)->z, m);
			mpz_clear(m);
		}
		return FLOW_MORE;
	}
	if (c->args[0].type->kind == TYPE_KIND_FLOAT &&
	    !isfinite(c->args[0].u.d))
		return member_throw(c, "System.OverflowException",
		    isnan(c->args[0].u.d) ?
			"The value is not a number." :
			"BigInteger cannot represent infinity.");
	c->out = bigint_new();
	mpz_from_value(bigint_of(c->out)->z, c->args[0]);
	return FLOW_MORE;
}

static enum flow
big_to_bytes(struct member_call *c)
{
	mpz_t z;
	size_t n, count;
	struct value out;

	mpz_init_set(z, bigint_of(c->self)->z);
	n = mpz_sizeinbase(z, 2) / 8 + 1;
	if (mpz_sgn(z) < 0) {
		mpz_t m;

		mpz_init(m);
		mpz_ui_pow_ui(m, 2, n * 8);
		mpz_add(z, z, m);
		mpz_clear(m);
	}
	out = value_bytes(NULL, n);
	(void)mpz_export(bytes_of(out)->data, &count, -1, 1, 0, 0, z);
	mpz_clear(z);
	c->out = out;
	return FLOW_MORE;
}

#define BIG2(n) { "static bigint " n "(bigint left, bigint right)", big_math }
static const struct member_spec bigint_members[] = {
	{ "new(int value)", big_new },
	{ "new(long value)", big_new },
	{ "new(ulong value)", big_new },
	{ "new(double value)", big_new },
	{ "new(decimal value)", big_new },
	{ "new(byte[] value)", big_new },
	{ "static bigint Zero get", big_field },
	{ "static bigint One get", big_field },
	{ "static bigint MinusOne get", big_field },
	{ "bool IsZero get", big_test },
	{ "bool IsOne get", big_test },
	{ "bool IsEven get", big_test },
	{ "bool IsPowerOfTwo get", big_test },
	{ "int Sign get", big_test },
	{ "static bigint Pow(bigint value, int exponent)", big_math },
	BIG2("Add"), BIG2("Subtract"), BIG2("Multiply"), BIG2("Divide"),
	BIG2("Remainder"), BIG2("GreatestCommonDivisor"), BIG2("Max"),
	BIG2("Min"),
	{ "static bigint Abs(bigint value)", big_math },
	{ "static bigint Negate(bigint value)", big_math },
	{ "static bigint ModPow(bigint value, bigint exponent, bigint "
	  "modulus)", big_math },
	{ "static double Log(bigint value)", big_log },
	{ "static double Log(bigint value, double baseValue)", big_log },
	{ "static double Log10(bigint value)", big_log },
	{ "byte[] ToByteArray()", big_to_bytes },
	PARSE_ROWS("bigint"),
	{ NULL },
};

void
numbers_init(void)
{
	type_add_members(&type_sbyte, sbyte_members);
	type_add_members(&type_byte, byte_members);
	type_add_members(&type_int16, int16_members);
	type_add_members(&type_uint16, uint16_members);
	type_add_members(&type_int, int32_members);
	type_add_members(&type_uint, uint32_members);
	type_add_members(&type_long, int64_members);
	type_add_members(&type_ulong, uint64_members);
	type_add_members(&type_double, double_members);
	type_add_members(&type_single, single_members);
	type_add_members(&type_bool, bool_members);
	type_add_members(&type_decimal, decimal_members);
	type_add_members(&type_bigint, bigint_members);
}
