/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversions to numbers and enums. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/types_internal.h"

/* "an Int32", "a UInt32", "an unsigned byte" as .NET's messages say. */
static const char *
range_name(const struct type *t)
{
	switch (t->code) {
	case CODE_CHAR:
		return "a character";
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
	case CODE_DECIMAL:
		return "a Decimal";
	case CODE_SINGLE:
		return "a Single";
	default:
		return "a Double";
	}
}

static enum conv
too_large(struct conv_state *c, struct value v, const struct type *to)
{
	char why[96];

	(void)snprintf(why, sizeof(why),
	    "Value was either too large or too small for %s.", range_name(to));
	return conv_fail_value(c, "InvalidCastIConvertible", v, to, why);
}

static enum conv
from_integer(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	uint64_t u = (uint64_t)v.u.i;
	bool large = v.type->code == CODE_UINT64;

	switch ((int)to->kind) {
	case TYPE_KIND_INT:
	case TYPE_KIND_CHAR:
		if (!integer_fits(v, to))
			return too_large(c, v, to);
		if (to->kind == TYPE_KIND_CHAR)
			*outp = value_char((uint16_t)v.u.i);
		else
			*outp = value_integer(to, v.u.i);
		return CONV_OK;
	case TYPE_KIND_FLOAT:
		if (to == &type_single)
			*outp = value_single(large ? (double)(float)u :
						     (double)(float)v.u.i);
		else
			*outp = value_double(
			    large ? (double)u : (double)v.u.i);
		return CONV_OK;
	case TYPE_KIND_DECIMAL:
		*outp = large ? decimal_from_ulong(u) :
				decimal_from_long(v.u.i);
		return CONV_OK;
	default:
		*outp = bigint_new();
		mpz_from_value(bigint_of(*outp)->z, v);
		return CONV_OK;
	}
}

static enum conv
from_double(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	double d = v.u.d, r;
	char why[80];

	switch ((int)to->kind) {
	case TYPE_KIND_CHAR:
		(void)snprintf(why, sizeof(why),
		    "Invalid cast from '%s' to 'Char'.",
		    v.type == &type_single ? "Single" : "Double");
		return conv_fail_value(c, "InvalidCastIConvertible", v, to,
		    why);
	case TYPE_KIND_INT:
		r = rint(d);
		if (isnan(d) || r >= 18446744073709551616.0 ||
		    r < -9223372036854775808.0 ||
		    (r < 0 && is_unsigned(to)) ||
		    (r >= 9223372036854775808.0 && to->code != CODE_UINT64))
			return to->size < 4 && !c->quiet &&
				(isnan(d) || fabs(r) > 2147483647.0) ?
			    conv_fail_value(c, "InvalidCastIConvertible", v,
				to, "Value was either too large or too small "
				    "for an Int32.") :
			    too_large(c, v, to);
		if (to->code == CODE_UINT64) {
			*outp = value_ulong((uint64_t)r);
			return CONV_OK;
		}
		*outp = value_long((int64_t)r);
		if (!integer_fits(*outp, to))
			return too_large(c, v, to);
		*outp = value_integer(to, outp->u.i);
		return CONV_OK;
	case TYPE_KIND_FLOAT:
		*outp = to == &type_single ? value_single(d) : value_double(d);
		return CONV_OK;
	case TYPE_KIND_DECIMAL:
		if (!decimal_from_double(d, v.type == &type_single, outp))
			return too_large(c, v, to);
		return CONV_OK;
	default:
		if (!isfinite(d))
			return conv_fail_value(c,
			    "InvalidCastConstructorException", v, to,
			    isnan(d) ? "The value is not a number." :
				       "BigInteger cannot represent "
				       "infinity.");
		*outp = bigint_new();
		mpz_set_d(bigint_of(*outp)->z, d);
		return CONV_OK;
	}
}

static enum conv
from_mpz(struct conv_state *c, struct value v, mpz_t z, const struct type *to,
    struct value *outp)
{
	int64_t i;
	uint64_t u;

	if (to->kind == TYPE_KIND_INT || to->kind == TYPE_KIND_CHAR) {
		if (mpz_to_long(z, &i))
			*outp = value_long(i);
		else if (mpz_to_ulong(z, &u))
			*outp = value_ulong(u);
		else
			return CONV_FAIL;
		return from_integer(c, *outp, to, outp);
	}
	if (to->kind == TYPE_KIND_BIGINT) {
		*outp = bigint_new();
		mpz_set(bigint_of(*outp)->z, z);
		return CONV_OK;
	}
	if (to->kind == TYPE_KIND_DECIMAL)
		return decimal_from_mpz(z, outp) ? CONV_OK :
						   too_large(c, v, to);
	return CONV_FAIL;
}

static enum conv
from_decimal(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	const struct decimal *d = decimal_of(v);
	struct value whole;
	struct conv_state quiet = { .quiet = true };
	enum conv rc;
	mpz_t z;

	if (to->kind == TYPE_KIND_FLOAT) {
		double x = decimal_to_double(d);

		*outp = to == &type_single ? value_single(x) : value_double(x);
		return CONV_OK;
	}
	if (to->kind == TYPE_KIND_CHAR)
		return conv_fail_value(c, "InvalidCastIConvertible", v, to,
		    "Invalid cast from 'Decimal' to 'Char'.");
	whole = decimal_round(d, 0,
	    to->kind == TYPE_KIND_BIGINT ? DECIMAL_TRUNCATE : DECIMAL_EVEN);
	mpz_init(z);
	decimal_to_mpz(decimal_of(whole), z);
	rc = from_mpz(&quiet, v, z, to, outp);
	mpz_clear(z);
	value_unref(whole);
	return rc == CONV_OK ? rc : too_large(c, v, to);
}

static enum conv
from_bigint(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct conv_state quiet = { .quiet = true };
	char why[96];
	double d;

	if (to->kind == TYPE_KIND_FLOAT) {
		(void)number_double(v, &d);
		*outp = to == &type_single ? value_single(d) : value_double(d);
		return CONV_OK;
	}
	if (from_mpz(&quiet, v, bigint_of(v)->z, to, outp) == CONV_OK)
		return CONV_OK;
	(void)snprintf(why, sizeof(why),
	    "Value was either too large or too small for %s.",
	    to->size < 4 && to->kind != TYPE_KIND_DECIMAL ?
		range_name(&type_int) :
		range_name(to));
	return conv_fail_value(c, "InvalidCastTargetInvocationExceptionop_"
				  "Explicit", v, to, why);
}

/* From any number, bool, char or enum. */
enum conv
convert_number(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	if (v.type == to) {
		*outp = value_ref(v);
		return CONV_OK;
	}
	switch ((int)v.type->kind) {
	case TYPE_KIND_FLOAT:
		return from_double(c, v, to, outp);
	case TYPE_KIND_DECIMAL:
		return from_decimal(c, v, to, outp);
	case TYPE_KIND_BIGINT:
		return from_bigint(c, v, to, outp);
	case TYPE_KIND_BOOL:
		if (to->kind == TYPE_KIND_CHAR) {
			return conv_fail_value(c, "InvalidCastIConvertible", v,
			    to, "Invalid cast from 'Boolean' to 'Char'.");
		}
		return from_integer(c, value_int(v.u.b), to, outp);
	case TYPE_KIND_CHAR:
		if (to->kind == TYPE_KIND_INT &&
		    !integer_fits(value_int(v.u.c), to))
			return too_large(c, v, to);
		return from_integer(c, value_int(v.u.c), to, outp);
	default:
		return from_integer(c, v, to, outp);
	}
}

static enum conv
bad_format(struct conv_state *c, const char *id, struct value v,
    const struct type *to)
{
	enum conv rc;
	char *why;

	if (c->quiet)
		return CONV_FAIL;
	why = mem_printf("The input string '%s' was not in a correct format.",
	    value_chars(v));
	rc = conv_fail_value(c, id, v, to,
	    to == &type_bigint ? "The value could not be parsed." : why);
	mem_free(why);
	return rc;
}

/* 1,234: an integer with separators. */
static bool
thousands_parse(struct string_ref s, const struct type *to, int64_t *ip)
{
	char digits[40] = "";
	size_t i, n = 0;

	if (s.n >= sizeof(digits) || s.s[0] == ',' ||
	    memchr(s.s, ',', s.n) == NULL)
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.s[i] != ',')
			digits[n++] = s.s[i];
	}
	return integer_parse(digits, n, to, ip) == 1;
}

enum conv
convert_string_number(struct conv_state *c, struct value v,
    const struct type *to, struct value *outp)
{
	struct string_ref s = ref_of(v);
	struct conv_state quiet = { .quiet = true };
	const char *id;
	struct value n = VALUE_NULL;
	int64_t i;
	double d;
	bool bad, empty;
	enum conv rc;
	size_t k;

	for (k = 0, empty = true; k < s.n && empty; k++)
		empty = codepoint_is_space((unsigned char)s.s[k]);
	id = to->kind == TYPE_KIND_FLOAT   ? "InvalidCastFromStringToDoubleOrSingle" :
	    to->kind == TYPE_KIND_DECIMAL ? "InvalidCastFromStringToDecimal" :
					    "InvalidCastFromStringToInteger";
	if (s.n == 0 || empty) {
		if (s.n > 0)
			return bad_format(c, id, v, to);
		return from_integer(c, value_int(0), to, outp);
	}
	switch ((int)to->kind) {
	case TYPE_KIND_INT:
		if (integer_parse(s.s, s.n, to, &i) == 1 ||
		    thousands_parse(s, to, &i)) {
			*outp = value_integer(to, i);
			return CONV_OK;
		}
		break;
	case TYPE_KIND_FLOAT:
		if (double_parse(s.s, s.n, &d)) {
			if (d == 0 && memchr(s.s, '.', s.n) == NULL)
				d = 0; /* "-0" is read as an integer */
			*outp = to == &type_single ? value_single(d) :
						     value_double(d);
			return CONV_OK;
		}
		break;
	case TYPE_KIND_DECIMAL:
		if (decimal_parse(s.s, s.n, outp, &bad))
			return CONV_OK;
		if (!bad)
			return conv_fail_value(c, id, v, to,
			    "Value was either too large or too small for a "
			    "Decimal.");
		break;
	default:
		break;
	}
	if (!number_parse(s.s, s.n, &n)) {
		if (to->kind == TYPE_KIND_INT &&
		    integer_parse(s.s, s.n, to, &i) < 0)
			return too_large(c, v, to);
		return bad_format(c, id, v, to);
	}
	rc = convert_number(&quiet, n, to, outp);
	value_unref(n);
	if (rc == CONV_OK)
		return rc;
	if (!c->quiet) {
		char why[96];

		(void)snprintf(why, sizeof(why),
		    "Value was either too large or too small for %s.",
		    range_name(to));
		return conv_fail_value(c, id, v, to, why);
	}
	return CONV_FAIL;
}

/* --- enums --- */

static enum conv
enum_no_name(struct conv_state *c, struct value v, const struct type *to,
    const char *text, size_t n)
{
	struct buf b = { 0 };
	enum conv rc;

	if (c->quiet)
		return CONV_FAIL;
	buf_printf(&b, "Unable to match the identifier name %.*s to a valid "
		       "enumerator name. Specify one of the following "
		       "enumerator names and try again:\n",
	    (int)n, text);
	enum_names(to, ", ", &b);
	rc = conv_fail_value(c, "SubstringDisambiguationEnumParseThrewAn"
				"Exception", v, to, buf_text(&b));
	buf_clear(&b);
	return rc;
}

static enum conv
enum_undefined(struct conv_state *c, const char *id, struct value v,
    const struct type *to)
{
	struct buf b = { 0 };
	char *text;
	enum conv rc;

	if (c->quiet)
		return CONV_FAIL;
	enum_names(to, ",", &b);
	text = value_text_plain(v);
	rc = conv_fail(c, id,
	    "Cannot convert value \"%s\" to type \"%s\" due to enumeration "
	    "values that are not valid. Specify one of the following "
	    "enumeration values and try again. The possible enumeration "
	    "values are \"%s\".", text, to->name, buf_text(&b));
	mem_free(text);
	buf_clear(&b);
	return rc;
}

static bool
enum_defined(const struct type *t, int64_t value)
{
	const struct enum_item *e = ((const struct enum_spec *)t->data)->items;
	int64_t all = 0;

	for (; e->name != NULL; e++) {
		if (e->value == value)
			return true;
		all |= e->value;
	}
	return (t->flags & TYPE_FLAGS_ENUM) != 0 && (value & ~all) == 0;
}

/* Digits, with a sign perhaps: what Enum.Parse takes for a number. */
static bool
is_decimal(const char *s, size_t n)
{
	size_t i = n > 1 && (*s == '-' || *s == '+') ? 1 : 0;

	for (; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
	}
	return n > 0;
}

/* One number or name: whole, or a prefix that fits no other. */
static enum conv
enum_one(struct conv_state *c, struct value v, const struct type *to,
    const char *s, size_t n, int64_t *ip)
{
	const struct enum_item *e, *found = enum_find(to, s, n);
	size_t hits = 0;

	if (is_decimal(s, n)) {
		if (integer_parse(s, n, to->size == 4 ? &type_int : &type_long,
			ip) == 1)
			return CONV_OK;
		return conv_fail_value(c,
		    "CaseSensitiveEnumParseThrewAnException", v, to,
		    "Value was either too large or too small for an Int32.");
	}
	if (found == NULL) {
		e = ((const struct enum_spec *)to->data)->items;
		for (; e->name != NULL; e++) {
			if (strlen(e->name) > n &&
			    strncasecmp(e->name, s, n) == 0) {
				if (found == NULL ||
				    found->value != e->value)
					hits++;
				found = e;
			}
		}
		if (hits != 1 || n == 0)
			return enum_no_name(c, v, to, s, n);
	}
	*ip = found->value;
	return CONV_OK;
}

static enum conv
enum_from_string(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct string_ref s = ref_of(v);
	const char *p = s.s, *end = s.s + s.n, *comma, *stop;
	int64_t all = 0, one = 0;
	enum conv rc;

	while (p <= end) {
		comma = memchr(p, ',', (size_t)(end - p));
		if (comma == NULL)
			comma = end;
		stop = comma;
		while (p < stop && *p == ' ')
			p++;
		while (stop > p && stop[-1] == ' ')
			stop--;
		rc = enum_one(c, v, to, p, (size_t)(stop - p), &one);
		if (rc != CONV_OK)
			return rc;
		all |= one;
		p = comma + 1;
	}
	if (!enum_defined(to, all))
		return enum_undefined(c, "EnumParseUndefined", v, to);
	*outp = enum_value(to, all);
	return CONV_OK;
}

enum conv
convert_enum(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct value text;
	enum conv rc;
	char *plain;

	if (value_is_string(v))
		return enum_from_string(c, v, to, outp);
	if (v.type->kind == TYPE_KIND_INT || v.type->kind == TYPE_KIND_ENUM) {
		int64_t i = v.u.i;

		/* cut to the enum's size, as .NET does */
		if (to->size == 4)
			i = (int32_t)i;
		if (!enum_defined(to, i))
			return enum_undefined(c, "UndefinedIntegerToEnum", v,
			    to);
		*outp = enum_value(to, i);
		return CONV_OK;
	}
	if (v.type->kind == TYPE_KIND_FLOAT ||
	    v.type->kind == TYPE_KIND_DECIMAL) {
		/* by way of their text */
		plain = value_text_plain(v);
		text = value_string_take(plain);
		rc = enum_from_string(c, text, to, outp);
		value_unref(text);
		return rc;
	}
	if (v.type->kind == TYPE_KIND_BOOL || v.type->kind == TYPE_KIND_CHAR ||
	    v.type->kind == TYPE_KIND_DATETIME) {
		char *why = mem_printf("Invalid cast from '%s' to '%s'.",
		    v.type->name, to->name);

		rc = conv_fail_value(c, "InvalidCastIConvertible", v, to, why);
		mem_free(why);
		return rc;
	}
	return conv_fail_final(c, v, to);
}
