/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers: from digits, suffix and multiplier to a value and its type. */
#include "config.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gmp.h>

#include "core/mem.h"
#include "shell/lang/number.h"

/* LIMIT: digits of one number. */
#define NUMBER_DIGITS_MAX 65536
/* LIMIT: digits after the point of a decimal, and its bits. */
#define DECIMAL_SCALE_MAX 28
#define DECIMAL_BITS 96

/* strtod whatever the process's locale says. */
static double
text_double(const char *text)
{
	static locale_t plain;

	if (plain == (locale_t)0)
		plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return strtod_l(text, NULL, plain);
}

/* Divides by ten to the power of n; halves go to the even neighbour. */
static void
divide_ten(mpz_t m, unsigned long n)
{
	mpz_t ten, rest;
	int cmp;

	mpz_init(ten);
	mpz_init(rest);
	mpz_ui_pow_ui(ten, 10, n);
	mpz_tdiv_qr(m, rest, m, ten);
	mpz_mul_2exp(rest, rest, 1);
	cmp = mpz_cmp(rest, ten);
	if (cmp > 0 || (cmp == 0 && mpz_odd_p(m)))
		mpz_add_ui(m, m, 1);
	mpz_clear(ten);
	mpz_clear(rest);
}

/* A magnitude and its scale into 96 bits; false where it is too big. */
static bool
decimal_fit(mpz_t m, long scale, bool negative, struct tree_decimal *d)
{
	mpz_t try;

	if (scale > DECIMAL_SCALE_MAX) {
		if (scale - DECIMAL_SCALE_MAX > 2 * NUMBER_DIGITS_MAX)
			mpz_set_ui(m, 0);
		else
			divide_ten(m,
			    (unsigned long)(scale - DECIMAL_SCALE_MAX));
		scale = DECIMAL_SCALE_MAX;
	}
	mpz_init_set(try, m);
	for (long drop = 1; mpz_sizeinbase(try, 2) > DECIMAL_BITS &&
	    drop <= scale; drop++) {
		mpz_set(try, m);
		divide_ten(try, (unsigned long)drop);
		if (mpz_sizeinbase(try, 2) <= DECIMAL_BITS)
			scale -= drop;
	}
	mpz_set(m, try);
	mpz_clear(try);
	if (mpz_sizeinbase(m, 2) > DECIMAL_BITS)
		return false;
	d->lo = (uint32_t)mpz_get_ui(m);
	mpz_tdiv_q_2exp(m, m, 32);
	d->mid = (uint32_t)mpz_get_ui(m);
	mpz_tdiv_q_2exp(m, m, 32);
	d->hi = (uint32_t)mpz_get_ui(m);
	d->scale = (uint8_t)scale;
	d->negative = negative;
	return true;
}

/* "12.50e3" as a decimal. */
static bool
decimal_value(const struct number_text *nt, struct tree_number *np)
{
	char *text = mem_alloc(nt->len + 1);
	size_t n = 0;
	long scale = 0;
	bool dot = false;
	bool ok = false;
	mpz_t m;

	mpz_init(m);
	for (size_t i = 0; i < nt->len; i++) {
		if (nt->digits[i] == 'e') {
			scale -= strtol(nt->digits + i + 1, NULL, 10);
			break;
		}
		if (nt->digits[i] == '.') {
			dot = true;
			continue;
		}
		text[n++] = nt->digits[i];
		scale += dot;
	}
	text[n] = '\0';
	if (n == 0 || scale < -DECIMAL_BITS || mpz_set_str(m, text, 10) != 0)
		goto out;
	if (scale < 0) {
		mpz_t ten;

		mpz_init(ten);
		mpz_ui_pow_ui(ten, 10, (unsigned long)-scale);
		mpz_mul(m, m, ten);
		mpz_clear(ten);
		scale = 0;
	}
	mpz_mul_2exp(m, m, nt->shift);
	np->kind = TREE_DECIMAL;
	ok = decimal_fit(m, scale, nt->negative, &np->u.dec);
out:
	mpz_clear(m);
	mem_free(text);
	return ok;
}

static bool
fits(const mpz_t v, long min, unsigned long max)
{
	return mpz_cmp_si(v, min) >= 0 &&
	    (mpz_sgn(v) < 0 || mpz_cmp_ui(v, max) <= 0);
}

static bool
set_signed(struct tree_number *np, enum tree_number_kind kind, const mpz_t v,
    long min, long max)
{
	if (!fits(v, min, (unsigned long)max))
		return false;
	np->kind = kind;
	np->u.i = mpz_get_si(v);
	return true;
}

static bool
set_unsigned(struct tree_number *np, enum tree_number_kind kind,
    const mpz_t v, unsigned long max)
{
	if (!fits(v, 0, max))
		return false;
	np->kind = kind;
	np->u.u = mpz_get_ui(v);
	return true;
}

static void
set_big(struct tree_arena *arena, struct tree_number *np, const mpz_t v)
{
	char *text = mem_alloc(mpz_sizeinbase(v, 10) + 2);

	(void)mpz_get_str(text, 10, v);
	np->kind = TREE_BIGINT;
	np->u.big = tree_copy_text(arena, text, strlen(text)).s;
	mem_free(text);
}

static bool
set_decimal(struct tree_number *np, const mpz_t v)
{
	bool ok;
	mpz_t m;

	mpz_init(m);
	mpz_abs(m, v);
	ok = decimal_fit(m, 0, mpz_sgn(v) < 0, &np->u.dec);
	mpz_clear(m);
	if (ok)
		np->kind = TREE_DECIMAL;
	return ok;
}

static bool
set_double(struct tree_number *np, const mpz_t v)
{
	char *text = mem_alloc(mpz_sizeinbase(v, 10) + 2);

	np->kind = TREE_DOUBLE;
	np->u.d = text_double(mpz_get_str(text, 10, v));
	mem_free(text);
	return isfinite(np->u.d);
}

/* No suffix: the narrowest of Int32, Int64, then decimal, then double. */
static bool
set_narrow(const struct number_text *nt, const mpz_t v,
    struct tree_number *np)
{
	return set_signed(np, TREE_INT32, v, INT32_MIN, INT32_MAX) ||
	    set_signed(np, TREE_INT64, v, INT64_MIN, INT64_MAX) ||
	    (nt->base == 10 && (set_decimal(np, v) || set_double(np, v)));
}

static bool
set_suffixed(struct tree_arena *arena, const struct number_text *nt,
    char suffix, const mpz_t v, struct tree_number *np)
{
	bool u = nt->is_unsigned;

	switch (suffix) {
	case 'y':
		return u ? set_unsigned(np, TREE_BYTE, v, UINT8_MAX)
		    : set_signed(np, TREE_SBYTE, v, INT8_MIN, INT8_MAX);
	case 's':
		return u ? set_unsigned(np, TREE_UINT16, v, UINT16_MAX)
		    : set_signed(np, TREE_INT16, v, INT16_MIN, INT16_MAX);
	case 'l':
		return u ? set_unsigned(np, TREE_UINT64, v, UINT64_MAX)
		    : set_signed(np, TREE_INT64, v, INT64_MIN, INT64_MAX);
	case 'd':
		return set_decimal(np, v);
	case 'n':
		set_big(arena, np, v);
		return true;
	default:
		return u ? set_unsigned(np, TREE_UINT32, v, UINT32_MAX) ||
		    set_unsigned(np, TREE_UINT64, v, UINT64_MAX)
		    : set_narrow(nt, v, np);
	}
}

/* 1.5kb, 1e3, 1.5l: doubles; with a suffix rounded to the even neighbour. */
static bool
real_value(struct tree_arena *arena, const struct number_text *nt,
    struct tree_number *np)
{
	double d;
	mpz_t v;
	bool ok;

	if (nt->suffix == 'd')
		return !nt->is_unsigned && decimal_value(nt, np);
	if (memchr("0123456789", nt->digits[nt->digits[0] == '.'], 10) ==
	    NULL)
		return false;
	d = ldexp(text_double(nt->digits), (int)nt->shift);
	if (nt->negative)
		d = -d;
	if (nt->suffix == 0 && !nt->is_unsigned) {
		np->kind = TREE_DOUBLE;
		np->u.d = d;
		return true;
	}
	if (!isfinite(d))
		return false;
	mpz_init_set_d(v, nearbyint(d));
	ok = set_suffixed(arena, nt, nt->suffix, v, np);
	mpz_clear(v);
	return ok;
}

/*
 * Is the first bit a sign? Hexadecimal digits of exactly the type's width
 * and binary ones of a usual width are read as two's complement.
 */
static bool
has_sign_bit(const struct number_text *nt)
{
	size_t n = nt->len;

	if (nt->is_unsigned || n == 0)
		return false;
	if (nt->base == 2)
		return nt->digits[0] == '1' && (n == 8 || n == 16 ||
		    n == 32 || n == 64 || n == 96 ||
		    (n >= 128 && n % 8 == 0));
	switch (nt->suffix) {
	case 'y':
		return n == 2 && nt->digits[0] > '7';
	case 's':
		return n == 4 && nt->digits[0] > '7';
	case 'l':
		return n == 16 && nt->digits[0] > '7';
	default:
		return (n == 8 || n == 16) && nt->digits[0] > '7';
	}
}

bool
number_value(struct tree_arena *arena, const struct number_text *nt,
    struct tree_number *np)
{
	char suffix = nt->suffix;
	size_t n = nt->len;
	char *text;
	mpz_t v;
	bool ok;

	if (n > NUMBER_DIGITS_MAX || (n == 0 && nt->base != 16))
		return false;
	if (nt->real)
		return real_value(arena, nt, np);
	text = mem_strndup(n == 0 ? "0" : nt->digits, n == 0 ? 1 : n);
	ok = mpz_init_set_str(v, text, nt->base) == 0;
	mem_free(text);
	if (has_sign_bit(nt)) {
		mpz_t wrap;

		mpz_init_set_ui(wrap, 1);
		mpz_mul_2exp(wrap, wrap, n * (nt->base == 16 ? 4 : 1));
		mpz_sub(v, v, wrap);
		mpz_clear(wrap);
	}
	/* As many digits as an Int64 has: it is one, however small. */
	if (suffix == 0 && ((nt->base == 16 && (n == 15 ||
	    (n == 16 && !nt->is_unsigned))) || (nt->base == 2 && n == 64)))
		suffix = 'l';
	mpz_mul_2exp(v, v, nt->shift);
	if (nt->negative)
		mpz_neg(v, v);
	ok = ok && set_suffixed(arena, nt, suffix, v, np);
	mpz_clear(v);
	return ok;
}
