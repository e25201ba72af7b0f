/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers by .NET's standard and custom format strings, en-US. */
#include "config.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/types_internal.h"

/* LIMIT: decimals a format may ask for. */
#define PRECISION_MAX 999999

/* value = 0.DIGITS * 10^exp; digits hold no zeros at their end. */
struct digits {
	bool negative;
	int exp;
	struct buf d;
};

static void
trim_zeros(struct digits *n)
{
	while (n->d.len > 0 && n->d.data[n->d.len - 1] == '0')
		buf_truncate(&n->d, n->d.len - 1);
	if (n->d.len == 0)
		n->exp = 0;
}

static void
from_text(struct digits *n, const char *digits, int exp)
{
	size_t zeros = strspn(digits, "0");

	buf_add_str(&n->d, digits + zeros);
	n->exp = exp - (int)zeros;
	trim_zeros(n);
}

static void
from_integer(struct digits *n, struct value v)
{
	char text[32];

	if (v.type->code == CODE_UINT64) {
		(void)snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)v.u.i);
	} else {
		n->negative = v.u.i < 0;
		(void)snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)(v.u.i < 0 ? 0 - (uint64_t)v.u.i :
						     (uint64_t)v.u.i));
	}
	from_text(n, text, (int)strlen(text));
}

/* Exact digits of what is no double. */
static void
from_exact(struct digits *n, struct value v)
{
	char *text;

	switch ((int)v.type->kind) {
	case TYPE_KIND_DECIMAL:
		n->negative = decimal_of(v)->negative;
		text = decimal_digits(decimal_of(v));
		from_text(n, text, (int)strlen(text) - decimal_of(v)->scale);
		mem_free(text);
		break;
	case TYPE_KIND_BIGINT:
		n->negative = mpz_sgn(bigint_of(v)->z) < 0;
		text = mpz_get_str(NULL, 10, bigint_of(v)->z);
		from_text(n, text + (*text == '-'),
		    (int)strlen(text + (*text == '-')));
		free(text);
		break;
	default:
		from_integer(n, v);
		break;
	}
}

/* To count digits, a half away from zero. */
static void
round_digits(struct digits *n, int count)
{
	size_t i;

	if (count < 0) {
		buf_truncate(&n->d, 0);
		n->exp = 0;
		return;
	}
	if ((size_t)count >= n->d.len)
		return;
	i = (size_t)count;
	if (n->d.data[i] < '5') {
		buf_truncate(&n->d, i);
		trim_zeros(n);
		return;
	}
	buf_truncate(&n->d, i);
	while (i > 0 && n->d.data[i - 1] == '9')
		i--;
	buf_truncate(&n->d, i);
	if (i > 0) {
		n->d.data[i - 1]++;
	} else {
		buf_add_byte(&n->d, '1');
		n->exp++;
	}
}

/* A double with so many decimals (fixed) or digits, ties to even. */
static void
from_double(struct digits *n, double d, int decimals, bool fixed)
{
	struct buf text = { 0 };
	const char *dot, *e;

	n->negative = signbit(d);
	buf_printf(&text, fixed ? "%.*f" : "%.*e",
	    decimals > 1100 ? 1100 : decimals, fabs(d));
	if (fixed) {
		dot = strchr(text.data, '.');
		if (dot == NULL) {
			from_text(n, text.data, (int)text.len);
		} else {
			int exp = (int)(dot - text.data);

			memmove(text.data + exp, dot + 1, strlen(dot));
			from_text(n, text.data, exp);
		}
	} else {
		e = strchr(text.data, 'e');
		int exp = (int)strtol(e + 1, NULL, 10) + 1;

		buf_truncate(&text, (size_t)(e - text.data));
		if (text.len > 1)
			memmove(text.data + 1, text.data + 2, text.len - 1);
		from_text(n, text.data, exp);
	}
	buf_clear(&text);
}

static bool
is_zero(const struct digits *n)
{
	return n->d.len == 0;
}

static char
digit_at(const struct digits *n, int i)
{
	return i >= 0 && (size_t)i < n->d.len ? n->d.data[i] : '0';
}

/* Digits before and after the point, with groups of three. */
static void
put_fixed(const struct digits *n, int decimals, bool groups, struct buf *out)
{
	int i, whole = n->exp > 0 ? n->exp : 1;

	for (i = 0; i < whole; i++) {
		if (groups && i > 0 && (whole - i) % 3 == 0)
			buf_add_byte(out, ',');
		buf_add_byte(out, n->exp > 0 ? digit_at(n, i) : '0');
	}
	if (decimals > 0)
		buf_add_byte(out, '.');
	for (i = 0; i < decimals; i++)
		buf_add_byte(out, digit_at(n, n->exp + i));
}

static void
put_exponent(struct buf *out, char e, int exp, int least, bool plus)
{
	buf_add_byte(out, e);
	if (exp < 0)
		buf_add_byte(out, '-');
	else if (plus)
		buf_add_byte(out, '+');
	buf_printf(out, "%0*d", least, abs(exp));
}

static void
put_scientific(const struct digits *n, int decimals, char e, int least,
    struct buf *out)
{
	int i;

	buf_add_byte(out, digit_at(n, 0));
	if (decimals > 0)
		buf_add_byte(out, '.');
	for (i = 1; i <= decimals; i++)
		buf_add_byte(out, digit_at(n, i));
	put_exponent(out, e, is_zero(n) ? 0 : n->exp - 1, least, true);
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

static bool
is_whole(struct value v)
{
	return v.type->kind == TYPE_KIND_INT || v.type->kind == TYPE_KIND_BIGINT;
}

/* A BigInteger as X or B: two's complement, led by its sign. */
static void
put_big_bits(const mpz_t big, char spec, int precision, struct buf *out)
{
	bool binary = spec == 'B' || spec == 'b';
	char *text;
	int len;
	mpz_t z, m;

	mpz_init_set(z, big);
	if (mpz_sgn(z) < 0) {
		/* in as many bytes as it takes */
		mpz_init(m);
		mpz_ui_pow_ui(m, 2, (mpz_sizeinbase(z, 2) / 8 + 1) * 8);
		mpz_add(z, z, m);
		mpz_clear(m);
	}
	text = mpz_get_str(NULL, binary ? 2 : spec == 'X' ? -16 : 16, z);
	len = (int)strlen(text);
	if (mpz_sgn(big) >= 0 && text[0] > (binary ? '0' : '7')) {
		buf_add_byte(out, '0');
		len++;
	}
	if (precision > len)
		buf_add_fill(out, '0', (size_t)(precision - len));
	buf_add_str(out, text);
	free(text);
	mpz_clear(z);
}

/* D, X and B; integers only. */
static bool
put_integer(struct value v, char spec, int precision, struct buf *out)
{
	struct digits n = { 0 };
	uint64_t u;
	char text[72];
	int len, bits;

	if (!is_whole(v))
		return false;
	if (spec == 'D' || spec == 'd') {
		from_exact(&n, v);
		if (n.negative)
			buf_add_byte(out, '-');
		len = n.exp > 0 ? n.exp : is_zero(&n) ? 1 : 0;
		if (precision > len)
			buf_add_fill(out, '0', (size_t)(precision - len));
		put_fixed(&n, 0, false, out);
		buf_clear(&n.d);
		return true;
	}
	if (v.type->kind == TYPE_KIND_BIGINT) {
		put_big_bits(bigint_of(v)->z, spec, precision, out);
		return true;
	}
	bits = v.type->size * 8;
	u = (uint64_t)v.u.i;
	if (bits < 64)
		u &= (1ULL << bits) - 1;
	if (spec == 'B' || spec == 'b') {
		len = 0;
		do {
			text[len++] = (char)('0' + (u & 1));
			u >>= 1;
		} while (u != 0);
		if (precision > len)
			buf_add_fill(out, '0', (size_t)(precision - len));
		while (len-- > 0)
			buf_add_byte(out, text[len]);
		return true;
	}
	len = snprintf(text, sizeof(text), spec == 'X' ? "%llX" : "%llx",
	    (unsigned long long)u);
	if (precision > len)
		buf_add_fill(out, '0', (size_t)(precision - len));
	buf_add_str(out, text);
	return true;
}

static bool
put_general(struct value v, char spec, int precision, struct buf *out)
{
	struct digits n = { 0 };
	struct value text;
	char small[64];
	bool scientific;
	int limit = precision;

	if ((precision <= 0 && v.type->kind != TYPE_KIND_FLOAT) ||
	    v.type->kind == TYPE_KIND_BIGINT) {
		(void)value_to_string(NULL, v, &text);
		buf_add(out, value_chars(text), value_chars_len(text));
		value_unref(text);
		return true;
	}
	if (precision <= 0) {
		(void)(v.type == &type_single ?
			single_text(v.u.d, small, sizeof(small)) :
			double_text(v.u.d, small, sizeof(small)));
		if (spec == 'g' || spec == 'r') {
			char *e = strchr(small, 'E');

			if (e != NULL && spec == 'g')
				*e = 'e';
		}
		buf_add_str(out, small);
		return true;
	}
	if (v.type->kind == TYPE_KIND_FLOAT) {
		from_double(&n, v.u.d, precision - 1, false);
	} else {
		from_exact(&n, v);
		round_digits(&n, precision);
	}
	if (n.negative && (!is_zero(&n) || v.type->kind == TYPE_KIND_FLOAT))
		buf_add_byte(out, '-');
	scientific = n.exp > limit || n.exp < -3;
	if (scientific)
		put_scientific(&n, (int)n.d.len - 1, spec == 'g' ? 'e' : 'E',
		    2, out);
	else
		put_fixed(&n, (int)n.d.len > n.exp ? (int)n.d.len - n.exp : 0,
		    false, out);
	buf_clear(&n.d);
	return true;
}

static void
prepare_fixed(struct digits *n, struct value v, int decimals, int shift)
{
	if (v.type->kind == TYPE_KIND_FLOAT) {
		from_double(n, v.u.d, decimals + shift, true);
	} else {
		from_exact(n, v);
		round_digits(n, n->exp + shift + decimals);
	}
	if (!is_zero(n))
		n->exp += shift;
}

static bool
put_standard(struct value v, char spec, int precision, struct buf *out)
{
	struct digits n = { 0 };
	bool minus;

	switch (toupper((unsigned char)spec)) {
	case 'D':
	case 'X':
	case 'B':
		return put_integer(v, spec, precision, out);
	case 'G':
		return put_general(v, spec, precision, out);
	case 'R':
		if (v.type->kind == TYPE_KIND_BIGINT)
			return put_integer(v, 'D', precision, out);
		return put_general(v, 'G', -1, out);
	case 'E':
		if (precision < 0)
			precision = 6;
		if (v.type->kind == TYPE_KIND_FLOAT) {
			from_double(&n, v.u.d, precision, false);
		} else {
			from_exact(&n, v);
			round_digits(&n, precision + 1);
		}
		if (n.negative)
			buf_add_byte(out, '-');
		put_scientific(&n, precision, spec, 3, out);
		break;
	case 'F':
	case 'N':
		prepare_fixed(&n, v, precision < 0 ? 3 : precision, 0);
		minus = n.negative &&
		    (!is_zero(&n) || v.type->kind == TYPE_KIND_FLOAT);
		if (minus)
			buf_add_byte(out, '-');
		put_fixed(&n, precision < 0 ? 3 : precision,
		    toupper((unsigned char)spec) == 'N', out);
		break;
	case 'C':
		prepare_fixed(&n, v, precision < 0 ? 2 : precision, 0);
		if (n.negative &&
		    (!is_zero(&n) || v.type->kind == TYPE_KIND_FLOAT))
			buf_add_byte(out, '-');
		buf_add_byte(out, '$');
		put_fixed(&n, precision < 0 ? 2 : precision, true, out);
		break;
	case 'P':
		prepare_fixed(&n, v, precision < 0 ? 3 : precision, 2);
		if (n.negative &&
		    (!is_zero(&n) || v.type->kind == TYPE_KIND_FLOAT))
			buf_add_byte(out, '-');
		put_fixed(&n, precision < 0 ? 3 : precision, true, out);
		buf_add_byte(out, '%');
		break;
	default:
		return false;
	}
	buf_clear(&n.d);
	return true;
}

/* --- custom formats --- */

struct section {
	const char *s;
	size_t n;
};

static size_t
literal_length(const char *s, size_t n)
{
	size_t i;

	if (*s == '\\')
		return n > 1 ? 2 : 1;
	if (*s == '\'' || *s == '"') {
		for (i = 1; i < n && s[i] != *s; i++)
			;
		return i < n ? i + 1 : n;
	}
	return 0;
}

static size_t
split_sections(const char *s, struct section *sections)
{
	size_t count = 0, i = 0, start = 0, n = strlen(s), skip;

	while (i <= n && count < 3) {
		skip = i < n ? literal_length(s + i, n - i) : 0;
		if (skip > 0) {
			i += skip;
			continue;
		}
		if (i == n || s[i] == ';') {
			sections[count].s = s + start;
			sections[count++].n = i - start;
			start = i + 1;
		}
		i++;
	}
	return count;
}

struct layout {
	int before;      /* placeholders before the point */
	int first_zero;  /* first 0 among them, -1 */
	int last_zero;   /* last 0 among those after it */
	int total;
	int point;       /* placeholders before the point, -1: none */
	bool groups;
	int scale;       /* commas, % and the like */
	bool scientific;
};

static bool
exponent_at(const char *s, size_t n, size_t i)
{
	if (i + 1 < n && s[i + 1] == '0')
		return true;
	return i + 2 < n && (s[i + 1] == '+' || s[i + 1] == '-') &&
	    s[i + 2] == '0';
}

static void
read_layout(const struct section *sec, struct layout *l)
{
	const char *s = sec->s;
	size_t i = 0, skip;
	int digits = 0, comma_at = -1, commas = 0;
	bool pending = false;

	memset(l, 0, sizeof(*l));
	l->first_zero = -1;
	l->last_zero = -1;
	l->point = -1;
	while (i < sec->n) {
		skip = literal_length(s + i, sec->n - i);
		if (skip > 0) {
			i += skip;
			continue;
		}
		switch (s[i]) {
		case '0':
			if (l->first_zero < 0)
				l->first_zero = digits;
			l->last_zero = digits;
			__attribute__((fallthrough));
		case '#':
			digits++;
			if (pending && l->point < 0) {
				if (comma_at >= 0)
					l->groups = true;
			}
			pending = false;
			commas = 0;
			break;
		case '.':
			if (l->point < 0)
				l->point = digits;
			if (pending) {
				l->scale -= 3 * commas;
				pending = false;
			}
			break;
		case ',':
			if (digits > 0 && l->point < 0) {
				commas++;
				pending = true;
				comma_at = digits;
			}
			break;
		case '%':
			l->scale += 2;
			break;
		case '\xe2':
			if (sec->n - i >= 3 && memcmp(s + i, "\xe2\x80\xb0", 3) == 0)
				l->scale += 3;
			break;
		case 'e':
		case 'E':
			if (exponent_at(s, sec->n, i)) {
				l->scientific = true;
				i++;
				while (i + 1 < sec->n && s[i + 1] == '0')
					i++;
			}
			break;
		default:
			break;
		}
		i++;
	}
	if (pending && l->point < 0)
		l->scale -= 3 * commas;
	l->total = digits;
	l->before = l->point < 0 ? digits : l->point;
}

/* How the digits of a number fall on the placeholders of a section. */
struct placing {
	int shift;    /* digits before the point */
	int at;	      /* place of the first digit; < 0: more than there are */
	int exp;
	int decimals; /* that are written even if zero */
	int place;    /* the next placeholder */
	bool started;
};

static struct placing
placing_of(const struct digits *n, const struct layout *l)
{
	struct placing p = { 0 };
	int whole, need;

	if (l->scientific) {
		p.exp = is_zero(n) ? 0 : n->exp - l->before;
		p.shift = l->before;
	} else {
		p.shift = n->exp;
	}
	whole = p.shift > 0 ? p.shift : 0;
	/* least digits before the point */
	need = l->first_zero >= 0 && l->first_zero < l->before ?
	    l->before - l->first_zero :
	    0;
	p.at = l->before - (need > whole ? need : whole);
	p.decimals = l->last_zero >= l->before ? l->last_zero - l->before + 1 :
						 0;
	return p;
}

static void
put_placeholder(struct placing *p, const struct digits *n,
    const struct layout *l, struct buf *out)
{
	int k, from = p->place;

	if (p->place >= l->before) {
		int d = p->place - l->before, index = d + p->shift;

		if (d < p->decimals || index < (int)n->d.len)
			buf_add_byte(out, digit_at(n, index));
		p->place++;
		return;
	}
	if (!p->started && p->at < 0)
		from = p->at;
	p->started = true;
	for (k = from; k <= p->place; k++) {
		if (k < p->at)
			continue;
		buf_add_byte(out, p->shift > 0 || l->scientific ?
			digit_at(n, k - l->before + p->shift) : '0');
		if (l->groups && l->before - k > 1 &&
		    (l->before - k - 1) % 3 == 0)
			buf_add_byte(out, ',');
	}
	p->place++;
}

/* E+00 at i; the index of its last byte. */
static size_t
put_custom_exponent(const struct section *sec, size_t i, int exp,
    struct buf *out)
{
	const char *s = sec->s;
	char e = s[i];
	bool plus = s[i + 1] == '+';
	int least = 0;

	if (s[i + 1] == '+' || s[i + 1] == '-')
		i++;
	while (i + 1 < sec->n && s[i + 1] == '0') {
		least++;
		i++;
	}
	put_exponent(out, e, exp, least, plus);
	return i;
}

static void
put_literal(const char *s, size_t n, struct buf *out)
{
	size_t body = n - 1;

	if (*s != '\\' && n > 1 && s[n - 1] == *s)
		body--;
	buf_add(out, s + 1, body);
}

static void
put_custom(struct digits *n, const struct section *sec,
    const struct layout *l, struct buf *out)
{
	const char *s = sec->s;
	size_t i = 0, skip;
	struct placing p = placing_of(n, l);

	for (; i < sec->n; i++) {
		skip = literal_length(s + i, sec->n - i);
		if (skip > 0) {
			put_literal(s + i, skip, out);
			i += skip - 1;
			continue;
		}
		switch (s[i]) {
		case '0':
		case '#':
			put_placeholder(&p, n, l, out);
			break;
		case '.':
			/* the point comes with its digit */
			if (l->point >= 0 && p.place == l->before &&
			    (p.decimals > 0 || p.shift < (int)n->d.len) &&
			    l->total > l->before)
				buf_add_byte(out, '.');
			break;
		case ',':
			break;
		case 'e':
		case 'E':
			if (l->scientific && exponent_at(s, sec->n, i))
				i = put_custom_exponent(sec, i, p.exp, out);
			else
				buf_add_byte(out, s[i]);
			break;
		default:
			buf_add_byte(out, s[i]);
			break;
		}
	}
}

static void
load(struct digits *n, struct value v)
{
	if (v.type->kind == TYPE_KIND_FLOAT)
		from_double(n, v.u.d, v.type == &type_single ? 6 : 14, false);
	else
		from_exact(n, v);
}

static bool
format_custom(struct value v, const char *format, struct buf *out)
{
	struct section sections[3];
	size_t count = split_sections(format, sections), which, zero;
	struct digits n = { 0 };
	struct buf text = { 0 };
	struct layout l;

	load(&n, v);
	zero = count > 2 && sections[2].n > 0 ? 2 : 0;
	which = is_zero(&n) ? zero :
	    n.negative && count > 1 && sections[1].n > 0 ? 1 :
							   0;
	for (;;) {
		read_layout(&sections[which], &l);
		if (!is_zero(&n)) {
			n.exp += l.scale;
			if (l.scientific)
				round_digits(&n, l.total);
			else
				round_digits(&n, n.exp + l.total - l.before);
		}
		if (!is_zero(&n) || which == zero)
			break;
		which = zero; /* rounded to zero */
	}
	put_custom(&n, &sections[which], &l, &text);
	/* a float that was rounded to zero keeps its sign, if it shows */
	if (n.negative && which == 0 &&
	    (!is_zero(&n) ||
		(v.type->kind == TYPE_KIND_FLOAT && text.len > 0)))
		buf_add_byte(out, '-');
	buf_add(out, buf_text(&text), text.len);
	buf_clear(&text);
	buf_clear(&n.d);
	return true;
}

bool
number_format(struct value v, const char *format, struct buf *out)
{
	int precision = -1;
	const char *p;

	if (v.type->kind == TYPE_KIND_FLOAT && special(v.u.d) != NULL) {
		buf_add_str(out, special(v.u.d));
		return true;
	}
	if (format[0] == '\0')
		return put_general(v, 'G', -1, out);
	if (isalpha((unsigned char)format[0])) {
		for (p = format + 1; *p >= '0' && *p <= '9'; p++)
			;
		if (*p == '\0' && p - format <= 10) {
			if (format[1] != '\0')
				precision = atoi(format + 1);
			if (precision > PRECISION_MAX)
				return false;
			return put_standard(v, format[0], precision, out);
		}
	}
	return format_custom(v, format, out);
}
