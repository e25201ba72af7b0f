/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Decimal: 96 bits, a sign and a scale; arithmetic through GMP. */
#include "config.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/types_internal.h"

#define SCALE_MAX 28

struct value
decimal_new(uint32_t lo, uint32_t mid, uint32_t hi, bool negative,
    unsigned scale)
{
	struct decimal *d = cell_new(&type_decimal, sizeof(*d));

	d->lo = lo;
	d->mid = mid;
	d->hi = hi;
	d->negative = negative;
	d->scale = (uint8_t)scale;
	return cell_value(d);
}

struct value
decimal_from_ulong(uint64_t u)
{
	return decimal_new((uint32_t)u, (uint32_t)(u >> 32), 0, false, 0);
}

struct value
decimal_from_long(int64_t i)
{
	uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;

	return decimal_new((uint32_t)u, (uint32_t)(u >> 32), 0, i < 0, 0);
}

static void
coefficient(const struct decimal *d, mpz_t z)
{
	uint32_t words[3] = { d->lo, d->mid, d->hi };

	mpz_import(z, 3, -1, sizeof(uint32_t), 0, 0, words);
}

void
decimal_to_mpz(const struct decimal *d, mpz_t z)
{
	coefficient(d, z);
	if (d->negative)
		mpz_neg(z, z);
}

static void
power10(mpz_t z, unsigned n)
{
	mpz_ui_pow_ui(z, 10, n);
}

/* Divides by 10^n, half to even (or as how says); keeps the sign. */
static void
scale_down(mpz_t z, unsigned n, enum decimal_round how)
{
	mpz_t p, rem;
	int order, sign = mpz_sgn(z);
	bool up = false;

	if (n == 0)
		return;
	mpz_inits(p, rem, NULL);
	power10(p, n);
	mpz_tdiv_qr(z, rem, z, p);
	mpz_abs(rem, rem);
	mpz_mul_2exp(rem, rem, 1);
	order = mpz_cmp(rem, p);
	switch (how) {
	case DECIMAL_TRUNCATE:
		break;
	case DECIMAL_EVEN:
		up = order > 0 || (order == 0 && mpz_odd_p(z));
		break;
	case DECIMAL_AWAY:
		up = order >= 0;
		break;
	case DECIMAL_FLOOR:
		up = mpz_sgn(rem) != 0 && sign < 0;
		break;
	case DECIMAL_CEILING:
		up = mpz_sgn(rem) != 0 && sign > 0;
		break;
	}
	if (up && sign < 0)
		mpz_sub_ui(z, z, 1);
	else if (up)
		mpz_add_ui(z, z, 1);
	mpz_clears(p, rem, NULL);
}

/* From a signed coefficient and a scale of any size; false: overflow. */
static bool
make(mpz_t z, int scale, bool negative_zero, struct value *outp)
{
	uint32_t words[3] = { 0, 0, 0 };
	mpz_t whole;
	unsigned drop;

	if (scale < 0) {
		mpz_init(whole);
		power10(whole, (unsigned)-scale);
		mpz_mul(z, z, whole);
		mpz_clear(whole);
		scale = 0;
	}
	drop = scale > SCALE_MAX ? (unsigned)(scale - SCALE_MAX) : 0;
	if (mpz_sizeinbase(z, 2) > 96) {
		size_t digits = mpz_sizeinbase(z, 10);

		if (digits > 29 && digits - 29 > drop)
			drop = (unsigned)(digits - 29);
		if (drop > (unsigned)scale) /* digits may be one too many */
			drop = (unsigned)scale;
	}
	if (drop > (unsigned)scale)
		return false;
	mpz_init_set(whole, z);
	scale_down(whole, drop, DECIMAL_EVEN);
	while (mpz_sizeinbase(whole, 2) > 96) {
		if (++drop > (unsigned)scale) {
			mpz_clear(whole);
			return false;
		}
		mpz_set(whole, z);
		scale_down(whole, drop, DECIMAL_EVEN);
	}
	mpz_set(z, whole);
	mpz_clear(whole);
	mpz_export(words, NULL, -1, sizeof(uint32_t), 0, 0, z);
	*outp = decimal_new(words[0], words[1], words[2],
	    mpz_sgn(z) < 0 || (mpz_sgn(z) == 0 && negative_zero),
	    (unsigned)scale - drop);
	return true;
}

bool
decimal_from_mpz(const mpz_t z, struct value *outp)
{
	mpz_t copy;
	bool ok;

	mpz_init_set(copy, z);
	ok = make(copy, 0, false, outp);
	mpz_clear(copy);
	return ok;
}

/* .NET takes 15 (7) significant digits and drops the zeros at their end. */
bool
decimal_from_double(double d, bool single, struct value *outp)
{
	char text[64];
	bool bad;

	if (!isfinite(d) || fabs(d) >= 7.9228162514264338e28)
		return false;
	(void)snprintf(text, sizeof(text), "%.*e", single ? 6 : 14, d);
	if (!decimal_parse(text, strlen(text), outp, &bad))
		return false;
	/* drop zeros at the end */
	for (;;) {
		struct decimal *x = decimal_of(*outp);
		mpz_t z;
		bool more;

		if (x->scale == 0)
			break;
		mpz_init(z);
		coefficient(x, z);
		more = mpz_divisible_ui_p(z, 10) != 0;
		if (more) {
			uint32_t words[3] = { 0, 0, 0 };

			mpz_divexact_ui(z, z, 10);
			mpz_export(words, NULL, -1, sizeof(uint32_t), 0, 0, z);
			x->lo = words[0];
			x->mid = words[1];
			x->hi = words[2];
			x->scale--;
		}
		mpz_clear(z);
		if (!more)
			break;
	}
	return true;
}

bool
decimal_parse(const char *s, size_t n, struct value *outp, bool *bad)
{
	const char *end = s + n;
	struct buf digits = { 0 };
	bool negative = false, point = false, any = false, ok = false;
	int scale = 0, exp = 0;
	mpz_t z;

	*bad = true;
	while (s < end && isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	for (; s < end; s++) {
		if (*s >= '0' && *s <= '9') {
			buf_add_byte(&digits, *s);
			any = true;
			if (point)
				scale++;
		} else if (*s == '.' && !point) {
			point = true;
		} else if (*s != ',' || point || !any) {
			break;
		}
	}
	if (any && s < end && (*s | 32) == 'e') {
		char *stop;
		char small[16];
		size_t len = (size_t)(end - s) - 1;

		if (len == 0 || len >= sizeof(small))
			goto out;
		memcpy(small, s + 1, len);
		small[len] = '\0';
		exp = (int)strtol(small, &stop, 10);
		if (*stop != '\0' || exp > 1000 || exp < -1000)
			goto out;
		s = end;
	}
	if (s < end && *s == '-') { /* a sign at the end */
		negative = true;
		s++;
	}
	if (!any || s != end || digits.len > 4096)
		goto out;
	*bad = false;
	mpz_init_set_str(z, buf_text(&digits), 10);
	if (negative)
		mpz_neg(z, z);
	ok = make(z, scale - exp, negative, outp);
	mpz_clear(z);
out:
	buf_clear(&digits);
	return ok;
}

double
decimal_to_double(const struct decimal *d)
{
	char *text = decimal_text(d);
	double out = strtod(text, NULL);

	mem_free(text);
	return out;
}

char *
decimal_digits(const struct decimal *d)
{
	mpz_t z;
	char *out;
	size_t size;

	mpz_init(z);
	coefficient(d, z);
	size = mpz_sizeinbase(z, 10) + 2;
	out = mem_alloc(size);
	(void)mpz_get_str(out, 10, z);
	mpz_clear(z);
	return out;
}

char *
decimal_text(const struct decimal *d)
{
	char *digits = decimal_digits(d);
	size_t n = strlen(digits), scale = d->scale;
	struct buf b = { 0 };

	if (d->negative && !(n == 1 && digits[0] == '0'))
		buf_add_byte(&b, '-');
	if (n <= scale) {
		buf_add_str(&b, "0.");
		buf_add_fill(&b, '0', scale - n);
		buf_add(&b, digits, n);
	} else {
		buf_add(&b, digits, n - scale);
		if (scale > 0) {
			buf_add_byte(&b, '.');
			buf_add(&b, digits + n - scale, scale);
		}
	}
	mem_free(digits);
	return buf_take(&b);
}

/* Both on the larger scale. */
static int
align(const struct decimal *a, const struct decimal *b, mpz_t x, mpz_t y)
{
	mpz_t p;
	int scale = a->scale > b->scale ? a->scale : b->scale;

	decimal_to_mpz(a, x);
	decimal_to_mpz(b, y);
	mpz_init(p);
	power10(p, (unsigned)(scale - a->scale));
	mpz_mul(x, x, p);
	power10(p, (unsigned)(scale - b->scale));
	mpz_mul(y, y, p);
	mpz_clear(p);
	return scale;
}

static bool
divide(const struct decimal *a, const struct decimal *b, mpz_t x, mpz_t y,
    struct value *outp)
{
	int scale = (int)a->scale - (int)b->scale, want = scale < 0 ? 0 : scale;
	unsigned extra = 60;
	mpz_t p, rem, q;
	bool ok;

	decimal_to_mpz(a, x);
	decimal_to_mpz(b, y);
	mpz_inits(p, rem, q, NULL);
	power10(p, extra);
	mpz_mul(x, x, p);
	mpz_tdiv_qr(q, rem, x, y);
	scale += (int)extra;
	if (mpz_sgn(rem) != 0) {
		/* something beyond: keeps a half from looking exact */
		mpz_mul_ui(q, q, 10);
		if (mpz_sgn(q) < 0 || (mpz_sgn(q) == 0 &&
		    (mpz_sgn(x) < 0) != (mpz_sgn(y) < 0)))
			mpz_sub_ui(q, q, 1);
		else
			mpz_add_ui(q, q, 1);
		scale++;
	}
	while (scale > want && mpz_sgn(q) != 0 && mpz_divisible_ui_p(q, 10)) {
		mpz_divexact_ui(q, q, 10);
		scale--;
	}
	if (mpz_sgn(q) == 0)
		scale = want;
	ok = make(q, scale, false, outp);
	mpz_clears(p, rem, q, NULL);
	return ok;
}

int
decimal_op(char op, const struct decimal *a, const struct decimal *b,
    struct value *outp)
{
	mpz_t x, y;
	int scale;
	bool ok = true;

	if ((op == '/' || op == '%') && (b->lo | b->mid | b->hi) == 0)
		return -2;
	mpz_inits(x, y, NULL);
	switch (op) {
	case '+':
		scale = align(a, b, x, y);
		mpz_add(x, x, y);
		ok = make(x, scale, false, outp);
		break;
	case '-':
		scale = align(a, b, x, y);
		mpz_sub(x, x, y);
		ok = make(x, scale, false, outp);
		break;
	case '*':
		decimal_to_mpz(a, x);
		decimal_to_mpz(b, y);
		mpz_mul(x, x, y);
		ok = make(x, a->scale + b->scale, false, outp);
		break;
	case '/':
		ok = divide(a, b, x, y, outp);
		break;
	default:
		scale = align(a, b, x, y);
		mpz_tdiv_r(x, x, y);
		ok = make(x, scale, false, outp);
		break;
	}
	mpz_clears(x, y, NULL);
	return ok ? 0 : -1;
}

int
decimal_compare(const struct decimal *a, const struct decimal *b)
{
	mpz_t x, y;
	int order;

	mpz_inits(x, y, NULL);
	(void)align(a, b, x, y);
	order = mpz_cmp(x, y);
	mpz_clears(x, y, NULL);
	return order;
}

struct value
decimal_round(const struct decimal *d, unsigned digits,
    enum decimal_round how)
{
	struct value out = VALUE_NULL;
	mpz_t z;

	if (digits >= d->scale)
		return decimal_new(d->lo, d->mid, d->hi, d->negative,
		    d->scale);
	mpz_init(z);
	decimal_to_mpz(d, z);
	scale_down(z, d->scale - digits, how);
	(void)make(z, (int)digits, d->negative, &out);
	mpz_clear(z);
	return out;
}
