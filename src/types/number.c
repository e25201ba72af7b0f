/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers: values of every size, their text, and reading them. */
#include "config.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/types_internal.h"

struct value
value_integer(const struct type *t, int64_t i)
{
	return (struct value){ .type = t, .u.i = i };
}

struct value
value_single(double d)
{
	return (struct value){ .type = &type_single, .u.d = (double)(float)d };
}

struct value
value_ulong(uint64_t u)
{
	return (struct value){ .type = &type_ulong, .u.i = (int64_t)u };
}

bool
type_is_number(const struct type *t)
{
	return t != NULL &&
	    (t->kind == TYPE_KIND_INT || t->kind == TYPE_KIND_FLOAT ||
		t->kind == TYPE_KIND_DECIMAL || t->kind == TYPE_KIND_BIGINT);
}

bool
integer_fits(struct value v, const struct type *t)
{
	int64_t i = v.u.i;
	int bits = t->size * 8;

	if (v.type->code == CODE_UINT64 && i < 0)
		return t->code == CODE_UINT64;
	if (is_unsigned(t)) {
		if (i < 0)
			return false;
		return bits == 64 || (uint64_t)i >> bits == 0;
	}
	if (bits == 64)
		return true;
	return i >= -(1LL << (bits - 1)) && i < 1LL << (bits - 1);
}

bool
number_double(struct value v, double *dp)
{
	switch (v.type == NULL ? TYPE_KIND_VOID : (int)v.type->kind) {
	case TYPE_KIND_INT:
	case TYPE_KIND_ENUM:
		*dp = v.type->code == CODE_UINT64 ? (double)(uint64_t)v.u.i :
						    (double)v.u.i;
		return true;
	case TYPE_KIND_FLOAT:
		*dp = v.u.d;
		return true;
	case TYPE_KIND_BOOL:
		*dp = v.u.b;
		return true;
	case TYPE_KIND_CHAR:
		*dp = v.u.c;
		return true;
	case TYPE_KIND_DECIMAL:
		*dp = decimal_to_double(decimal_of(v));
		return true;
	case TYPE_KIND_BIGINT: {
		char *text = mpz_get_str(NULL, 10, bigint_of(v)->z);

		*dp = strtod(text, NULL);
		free(text);
		return true;
	}
	default:
		return false;
	}
}

/* --- text --- */

/*
 * Significant digits of |d| without zeros at the end; d = 0.DIGITS * 10^exp.
 * precision 0: the fewest that read back as the same number.
 */
void
double_digits(double d, int precision, bool single, char *digits, size_t size,
    int *expp)
{
	char text[64], *e;
	int p = precision > 0 ? precision : single ? 6 : 15;
	int last = precision > 0 ? precision : single ? 9 : 17;
	size_t n = 0;
	const char *s;

	d = fabs(d);
	for (;; p++) {
		(void)snprintf(text, sizeof(text), "%.*e", p - 1, d);
		if (p >= last)
			break;
		if (single ? strtof(text, NULL) == (float)d :
			     strtod(text, NULL) == d)
			break;
	}
	/* 15 digits that read back may still not be the fewest */
	e = strchr(text, 'e');
	*expp = (int)strtol(e + 1, NULL, 10) + 1;
	for (s = text; s < e && n + 1 < size; s++) {
		if (*s != '.')
			digits[n++] = *s;
	}
	while (n > 1 && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
	if (d == 0)
		*expp = 1;
}

static size_t
lay_out(double d, const char *digits, int exp, int sci_from, char *out,
    size_t size)
{
	size_t n = strlen(digits), at = 0;
	int i;

#define PUT(c)                                                                 \
	do {                                                                   \
		if (at + 1 < size)                                             \
			out[at++] = (c);                                       \
	} while (0)
	if (signbit(d))
		PUT('-');
	if (exp > sci_from || exp < -3) {
		char tail[16];
		const char *t;

		PUT(digits[0]);
		if (n > 1)
			PUT('.');
		for (i = 1; i < (int)n; i++)
			PUT(digits[i]);
		(void)snprintf(tail, sizeof(tail), "E%c%02d",
		    exp - 1 < 0 ? '-' : '+', abs(exp - 1));
		for (t = tail; *t != '\0'; t++)
			PUT(*t);
	} else if (exp <= 0) {
		PUT('0');
		PUT('.');
		for (i = exp; i < 0; i++)
			PUT('0');
		for (i = 0; i < (int)n; i++)
			PUT(digits[i]);
	} else {
		for (i = 0; i < exp || i < (int)n; i++) {
			if (i == exp)
				PUT('.');
			PUT(i < (int)n ? digits[i] : '0');
		}
	}
#undef PUT
	if (size > 0)
		out[at] = '\0';
	return at;
}

static const char *
special(double d)
{
	if (isnan(d))
		return "NaN";
	if (isinf(d))
		return d < 0 ? "-\xe2\x88\x9e" : "\xe2\x88\x9e";
	return NULL;
}

static size_t
copy_out(const char *s, char *out, size_t size)
{
	return (size_t)snprintf(out, size, "%s", s);
}

size_t
double_text(double d, char *out, size_t size)
{
	char digits[32] = "";
	int exp;

	if (special(d) != NULL)
		return copy_out(special(d), out, size);
	double_digits(d, 0, false, digits, sizeof(digits), &exp);
	return lay_out(d, digits, exp, 15, out, size);
}

size_t
single_text(double d, char *out, size_t size)
{
	char digits[32] = "";
	int exp;

	if (special(d) != NULL)
		return copy_out(special(d), out, size);
	double_digits(d, 0, true, digits, sizeof(digits), &exp);
	return lay_out(d, digits, exp, 7, out, size);
}

size_t
double_text_precision(double d, int precision, char *out, size_t size)
{
	char digits[32] = "";
	int exp;

	if (special(d) != NULL)
		return copy_out(special(d), out, size);
	double_digits(d, precision, false, digits, sizeof(digits), &exp);
	return lay_out(d == 0 ? 0 * d : d, digits, exp, precision, out, size);
}

/* --- reading --- */

static void
trim(const char **sp, const char **endp)
{
	while (*sp < *endp && isspace((unsigned char)**sp))
		(*sp)++;
	while (*endp > *sp && isspace((unsigned char)(*endp)[-1]))
		(*endp)--;
}

bool
double_parse(const char *s, size_t n, double *dp)
{
	const char *end = s + n;
	struct buf b = { 0 };
	bool any = false, point = false, ok = false;

	trim(&s, &end);
	n = (size_t)(end - s);
	if (n == 0 || n > 4096)
		return false;
	if (n == 3 && strncasecmp(s, "NaN", 3) == 0) {
		*dp = (double)NAN;
		return true;
	}
	if ((n == 3 && memcmp(s, "\xe2\x88\x9e", 3) == 0) ||
	    (n == 8 && strncasecmp(s, "Infinity", 8) == 0) ||
	    (n == 9 && strncasecmp(s, "+Infinity", 9) == 0)) {
		*dp = HUGE_VAL;
		return true;
	}
	if ((n == 4 && memcmp(s, "-\xe2\x88\x9e", 4) == 0) ||
	    (n == 9 && strncasecmp(s, "-Infinity", 9) == 0)) {
		*dp = -HUGE_VAL;
		return true;
	}
	if (*s == '-' || *s == '+')
		buf_add_byte(&b, *s++);
	for (; s < end; s++) {
		if (*s >= '0' && *s <= '9') {
			buf_add_byte(&b, *s);
			any = true;
		} else if (*s == '.' && !point) {
			buf_add_byte(&b, *s);
			point = true;
		} else if (*s != ',' || point || !any) {
			break;
		}
	}
	if (any && s < end && (*s | 32) == 'e') {
		buf_add_byte(&b, *s++);
		if (s < end && (*s == '-' || *s == '+'))
			buf_add_byte(&b, *s++);
		any = false;
		for (; s < end && *s >= '0' && *s <= '9'; s++) {
			buf_add_byte(&b, *s);
			any = true;
		}
	}
	ok = any && s == end;
	if (ok)
		*dp = strtod(buf_text(&b), NULL);
	buf_clear(&b);
	return ok;
}

int
integer_parse(const char *s, size_t n, const struct type *t, int64_t *ip)
{
	const char *end = s + n;
	bool negative = false;
	unsigned __int128 u = 0;
	bool big = false;
	struct value v;

	trim(&s, &end);
	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	if (s == end)
		return 0;
	for (; s < end; s++) {
		if (*s < '0' || *s > '9')
			return 0;
		u = u * 10 + (unsigned)(*s - '0');
		if (u > (unsigned __int128)1 << 64)
			big = true;
		if (big)
			u = 0;
	}
	if (big)
		return -1;
	if (negative) {
		if (u > (unsigned __int128)INT64_MAX + 1)
			return -1;
		v = value_long((int64_t)(0 - (uint64_t)u));
	} else {
		if (u > UINT64_MAX)
			return -1;
		v = value_ulong((uint64_t)u);
	}
	if (!integer_fits(v, t))
		return -1;
	*ip = v.u.i;
	return 1;
}

static int64_t
multiplier(const char *s, const char **endp)
{
	static const char units[] = "kmgtp";
	const char *end = *endp, *u;

	if (end - s < 3 || (end[-1] | 32) != 'b')
		return 1;
	u = strchr(units, end[-2] | 32);
	if (u == NULL || end[-2] == '\0')
		return 1;
	*endp = end - 2;
	return 1LL << (10 * (u - units + 1));
}

/* What a suffix of a literal asks for, or NULL. */
static const struct type *
suffix_type(const char *s, const char **endp)
{
	static const struct {
		const char *text;
		const struct type *type;
	} table[] = {
		{ "uy", &type_byte }, { "us", &type_uint16 },
		{ "ul", &type_ulong }, { "y", &type_sbyte },
		{ "s", &type_int16 }, { "l", &type_long },
		{ "u", &type_uint }, { "n", &type_bigint },
		{ "d", &type_decimal },
	};
	size_t i, n;

	for (i = 0; i < LEN(table); i++) {
		n = strlen(table[i].text);
		if ((size_t)(*endp - s) > n &&
		    strncasecmp(*endp - n, table[i].text, n) == 0) {
			*endp -= n;
			return table[i].type;
		}
	}
	return NULL;
}

static bool
finish_integer(mpz_t z, const struct type *want, bool hex, size_t digits,
    struct value *outp)
{
	int64_t i;
	uint64_t u;

	if (hex && want == NULL && mpz_sgn(z) >= 0 && mpz_to_ulong(z, &u)) {
		/* as many digits as the type has: its bit pattern */
		if (digits <= 8) {
			*outp = value_int((int32_t)(uint32_t)u);
			return true;
		}
		if (digits <= 16) {
			*outp = value_long((int64_t)u);
			return true;
		}
	}
	if (want == &type_bigint) {
		*outp = bigint_new();
		mpz_set(bigint_of(*outp)->z, z);
		return true;
	}
	if (want == &type_decimal)
		return decimal_from_mpz(z, outp);
	if (mpz_to_long(z, &i)) {
		struct value v = value_long(i);

		if (want == &type_uint && !integer_fits(v, want) && i >= 0)
			want = &type_ulong;
		if (want != NULL) {
			*outp = value_integer(want, i);
			return integer_fits(v, want);
		}
		*outp = integer_fits(v, &type_int) ? value_int((int32_t)i) : v;
		return true;
	}
	if (mpz_to_ulong(z, &u) && (want == &type_ulong || want == &type_uint)) {
		*outp = value_ulong(u);
		return true;
	}
	if (want != NULL)
		return false;
	if (decimal_from_mpz(z, outp))
		return true;
	*outp = value_double(mpz_get_d(z));
	return true;
}

static bool
parse_based(const char *s, const char *end, int base, bool negative,
    struct value *outp)
{
	const struct type *want = NULL;
	int64_t times;
	struct buf b = { 0 };
	mpz_t z;
	bool ok;

	if (base == 16) {
		/* b, d are digits: only the suffixes that are none */
		const char *e = end;

		if (end - s > 1 && strchr("uUlLsSyYnN", end[-1]) != NULL)
			want = suffix_type(s, &e);
		end = e;
		times = multiplier(s, &end);
	} else {
		want = suffix_type(s, &end);
		times = multiplier(s, &end);
	}
	buf_add(&b, s, (size_t)(end - s));
	ok = b.len > 0 && strchr("+-", b.data[0]) == NULL &&
	    !isspace((unsigned char)b.data[0]);
	mpz_init(z);
	ok = ok && mpz_set_str(z, buf_text(&b), base) == 0;
	if (ok) {
		mpz_t m;

		mpz_init(m);
		mpz_set_long(m, times);
		mpz_mul(z, z, m);
		mpz_clear(m);
		ok = finish_integer(z, want, true, b.len, outp);
		if (ok && negative && is_integer(outp->type))
			outp->u.i = -outp->u.i;
	}
	mpz_clear(z);
	buf_clear(&b);
	return ok;
}

bool
number_parse(const char *s, size_t n, struct value *outp)
{
	const char *end = s + n, *p;
	const struct type *want;
	bool negative = false, real = false, bad;
	int64_t times;
	double d;

	trim(&s, &end);
	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	if (s == end)
		return false;
	if (end - s > 2 && *s == '0' && (s[1] | 32) == 'x')
		return parse_based(s + 2, end, 16, negative, outp);
	if (end - s > 2 && *s == '0' && (s[1] | 32) == 'b')
		return parse_based(s + 2, end, 2, negative, outp);
	times = multiplier(s, &end);
	want = suffix_type(s, &end);
	if (times == 1)
		times = multiplier(s, &end);
	for (p = s; p < end; p++) {
		if (*p == '.' || (*p | 32) == 'e')
			real = true;
		else if ((*p < '0' || *p > '9') &&
		    !(real && (*p == '-' || *p == '+')))
			return false;
	}
	if (!real) {
		mpz_t z, m;
		struct buf b = { 0 };
		bool ok;

		if (end == s)
			return false;
		buf_add(&b, s, (size_t)(end - s));
		mpz_inits(z, m, NULL);
		ok = mpz_set_str(z, buf_text(&b), 10) == 0;
		mpz_set_long(m, negative ? -times : times);
		mpz_mul(z, z, m);
		ok = ok && finish_integer(z, want, false, b.len, outp);
		mpz_clears(z, m, NULL);
		buf_clear(&b);
		return ok;
	}
	if (want == &type_decimal) {
		struct value x, y;
		int rc;

		if (!decimal_parse(s, (size_t)(end - s), &x, &bad))
			return false;
		y = decimal_from_long(negative ? -times : times);
		rc = decimal_op('*', decimal_of(x), decimal_of(y), outp);
		value_unref(x);
		value_unref(y);
		return rc == 0;
	}
	if (!double_parse(s, (size_t)(end - s), &d))
		return false;
	d *= (double)times;
	if (negative)
		d = -d;
	if (want != NULL && want != &type_bigint) {
		struct value v = value_long((int64_t)rint(d));

		if (fabs(d) > 9e18 || !integer_fits(v, want))
			return false;
		*outp = value_integer(want, v.u.i);
		return true;
	}
	*outp = value_double(d);
	return true;
}
