/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading dates and spans as .NET does in en-US. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>

#include "types/datenames.h"
#include "types/types_internal.h"

struct reader {
	const char *s;
	const char *end;
	struct date_parts p;
	int numbers[3]; /* of the date, in order */
	int digits[3];
	int count;
	int month_at; /* where a month's name stood among them, -1 */
	bool time;
	bool utc;
	bool zone;
	int offset; /* minutes */
};

static bool
number(struct reader *r, int *np, int *digitsp)
{
	int n = 0, digits = 0;

	while (r->s < r->end && *r->s >= '0' && *r->s <= '9' && digits < 9) {
		n = n * 10 + (*r->s++ - '0');
		digits++;
	}
	*np = n;
	*digitsp = digits;
	return digits > 0;
}

static bool
fraction(struct reader *r)
{
	int scale = 1000000;

	if (r->s >= r->end || !isdigit((unsigned char)*r->s))
		return false;
	for (; r->s < r->end && isdigit((unsigned char)*r->s); r->s++) {
		r->p.ticks += (*r->s - '0') * scale;
		scale /= 10;
	}
	return true;
}

/* After the hour and its colon. */
static bool
clock_time(struct reader *r, int hour)
{
	int digits;

	if (r->time)
		return false;
	r->time = true;
	r->p.hour = hour;
	if (!number(r, &r->p.minute, &digits) || digits > 2)
		return false;
	if (r->s < r->end && *r->s == ':') {
		r->s++;
		if (!number(r, &r->p.second, &digits) || digits > 2)
			return false;
		if (r->s < r->end && (*r->s == '.' || *r->s == ',')) {
			r->s++;
			if (!fraction(r))
				return false;
		}
	}
	return true;
}

static bool
zone_offset(struct reader *r)
{
	int sign = *r->s++ == '-' ? -1 : 1, h, m = 0, digits;

	if (!number(r, &h, &digits))
		return false;
	if (digits == 4) {
		m = h % 100;
		h /= 100;
	} else if (digits > 2) {
		return false;
	} else if (r->s < r->end && *r->s == ':') {
		r->s++;
		if (!number(r, &m, &digits) || digits != 2)
			return false;
	}
	if (h > 14 || m > 59)
		return false;
	r->zone = true;
	r->offset = sign * (h * 60 + m);
	return true;
}

static bool
meridiem(struct reader *r, bool pm)
{
	if (!r->time || r->p.hour > 12)
		return false;
	if (pm && r->p.hour < 12)
		r->p.hour += 12;
	else if (!pm && r->p.hour == 12)
		r->p.hour = 0;
	return true;
}

static int
name_index(const char *s, size_t n, const char *const *names, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if ((n == strlen(names[i]) || n == 3) &&
		    strncasecmp(names[i], s, n) == 0)
			return i;
	}
	return -1;
}

static bool
word(struct reader *r)
{
	const char *start = r->s;
	size_t n;
	int i;

	while (r->s < r->end && isalpha((unsigned char)*r->s))
		r->s++;
	n = (size_t)(r->s - start);
	if (n == 1 && (*start == 'T' || *start == 't'))
		return r->s < r->end && isdigit((unsigned char)*r->s) &&
		    r->count > 0;
	if (n == 1 && (*start == 'Z' || *start == 'z')) {
		r->utc = r->time;
		return r->time;
	}
	if (n == 3 && strncasecmp(start, "GMT", 3) == 0) {
		r->utc = true;
		return r->time;
	}
	if ((n == 2 || n == 1) && (*start | 32) == 'a' &&
	    (n == 1 || (start[1] | 32) == 'm'))
		return meridiem(r, false);
	if ((n == 2 || n == 1) && (*start | 32) == 'p' &&
	    (n == 1 || (start[1] | 32) == 'm'))
		return meridiem(r, true);
	i = name_index(start, n, month_names, 12);
	if (i >= 0) {
		if (r->month_at >= 0)
			return false;
		r->month_at = r->count;
		r->p.month = i + 1;
		if (r->s < r->end && *r->s == '.')
			r->s++;
		return true;
	}
	return name_index(start, n, day_names, 7) >= 0;
}

static bool
step(struct reader *r)
{
	int n, digits;

	if (isdigit((unsigned char)*r->s)) {
		if (!number(r, &n, &digits))
			return false;
		if (r->s < r->end && *r->s == ':') {
			r->s++;
			return clock_time(r, n);
		}
		/* "3 PM" */
		if (!r->time && digits <= 2) {
			const char *p = r->s;

			while (p < r->end && *p == ' ')
				p++;
			if (r->end - p >= 2 && ((*p | 32) == 'a' ||
			    (*p | 32) == 'p') && (p[1] | 32) == 'm') {
				r->time = true;
				r->p.hour = n;
				return true;
			}
		}
		if (r->count == 3 || digits > 4)
			return false;
		r->digits[r->count] = digits;
		r->numbers[r->count++] = n;
		return true;
	}
	if (isalpha((unsigned char)*r->s))
		return word(r);
	if ((*r->s == '+' || *r->s == '-') && r->time)
		return zone_offset(r);
	if (*r->s == '-' || *r->s == '/' || *r->s == '.' || *r->s == ',' ||
	    *r->s == ' ' || *r->s == '\t') {
		r->s++;
		return true;
	}
	if (r->end - r->s >= 3 && memcmp(r->s, "\xe2\x80\xaf", 3) == 0) {
		r->s += 3;
		return true;
	}
	return false;
}

static int
full_year(int y, int digits)
{
	if (digits > 2)
		return y;
	return y < 50 ? 2000 + y : 1900 + y;
}

/* Numbers become year, month and day. */
static bool
arrange(struct reader *r)
{
	struct date_parts now;
	int *n = r->numbers;

	ticks_split(ticks_now_utc() +
		(int64_t)local_offset_at_utc(ticks_now_utc()) *
		    TICKS_PER_SECOND, &now);
	if (r->month_at >= 0) {
		if (r->count == 2) {
			int y = r->digits[0] > 2 ? 0 : 1;

			r->p.year = full_year(n[y], r->digits[y]);
			r->p.day = n[1 - y];
			return true;
		}
		if (r->count != 1)
			return false;
		if (r->digits[0] > 2) {
			r->p.year = n[0];
			r->p.day = 1;
		} else {
			r->p.year = now.year;
			r->p.day = n[0];
		}
		return true;
	}
	switch (r->count) {
	case 0:
		if (!r->time)
			return false;
		r->p.year = now.year;
		r->p.month = now.month;
		r->p.day = now.day;
		return true;
	case 2:
		if (r->digits[0] > 2) {
			r->p.year = n[0];
			r->p.month = n[1];
			r->p.day = 1;
		} else if (r->digits[1] > 2) {
			r->p.month = n[0];
			r->p.year = n[1];
			r->p.day = 1;
		} else {
			r->p.year = now.year;
			r->p.month = n[0];
			r->p.day = n[1];
		}
		return true;
	case 3:
		if (r->digits[0] > 2) {
			r->p.year = n[0];
			r->p.month = n[1];
			r->p.day = n[2];
		} else {
			r->p.month = n[0];
			r->p.day = n[1];
			r->p.year = full_year(n[2], r->digits[2]);
		}
		return true;
	default:
		return false;
	}
}

bool
datetime_parse(const char *s, size_t n, int64_t *bitsp, int *offsetp,
    bool *has_offset)
{
	struct reader r = { .s = s, .end = s + n, .month_at = -1 };
	int64_t ticks;

	if (n > 0 && s[0] == '-')
		return false;
	while (r.s < r.end) {
		if (!step(&r))
			return false;
	}
	if (!arrange(&r) || !ticks_make(&r.p, &ticks))
		return false;
	*has_offset = r.zone || r.utc;
	*offsetp = r.zone ? r.offset : 0;
	*bitsp = ticks;
	return true;
}

/* --- ParseExact --- */

static bool
exact_number(struct reader *r, size_t least, size_t most, int *np)
{
	size_t digits = 0;
	int n = 0;

	while (r->s < r->end && isdigit((unsigned char)*r->s) &&
	    digits < most) {
		n = n * 10 + (*r->s++ - '0');
		digits++;
	}
	*np = n;
	return digits >= least && digits > 0;
}

static bool
exact_name(struct reader *r, const char *const *names, int count, bool whole,
    int *ip)
{
	int i;
	size_t n;

	for (i = 0; i < count; i++) {
		n = whole ? strlen(names[i]) : 3;
		if ((size_t)(r->end - r->s) >= n &&
		    strncasecmp(r->s, names[i], n) == 0) {
			r->s += n;
			*ip = i;
			return true;
		}
	}
	return false;
}

static bool
exact_field(struct reader *r, char c, size_t n, bool *pmp, bool *half)
{
	int i, digits = 0;

	switch (c) {
	case 'y':
		if (!exact_number(r, n <= 2 ? n : n, n <= 2 ? 2 : n < 4 ? 4 : n,
			&r->p.year))
			return false;
		if (n <= 2)
			r->p.year = full_year(r->p.year, 2);
		return true;
	case 'M':
		if (n <= 2)
			return exact_number(r, n, 2, &r->p.month);
		if (!exact_name(r, month_names, 12, n > 3, &i))
			return false;
		r->p.month = i + 1;
		return true;
	case 'd':
		if (n <= 2)
			return exact_number(r, n, 2, &r->p.day);
		return exact_name(r, day_names, 7, n > 3, &i);
	case 'h':
		*half = true;
		return exact_number(r, n, 2, &r->p.hour);
	case 'H':
		return exact_number(r, n, 2, &r->p.hour);
	case 'm':
		return exact_number(r, n, 2, &r->p.minute);
	case 's':
		return exact_number(r, n, 2, &r->p.second);
	case 'f':
	case 'F':
		for (i = 1000000; digits < (int)n && r->s < r->end &&
		     isdigit((unsigned char)*r->s); digits++, i /= 10)
			r->p.ticks += (*r->s++ - '0') * i;
		return c == 'F' || digits == (int)n;
	case 't':
		if (r->s >= r->end)
			return false;
		*pmp = (*r->s | 32) == 'p';
		if ((*r->s | 32) != 'p' && (*r->s | 32) != 'a')
			return false;
		*half = true;
		r->s += n == 1 || r->end - r->s < 2 ? 1 : 2;
		return true;
	case 'z':
		r->time = true;
		return r->s < r->end && (*r->s == '+' || *r->s == '-') &&
		    zone_offset(r);
	case 'K':
		r->time = true;
		if (r->s < r->end && *r->s == 'Z') {
			r->s++;
			r->utc = true;
			return true;
		}
		if (r->s < r->end && (*r->s == '+' || *r->s == '-'))
			return zone_offset(r);
		return true;
	default:
		while (n-- > 0) {
			if (r->s >= r->end || *r->s++ != c)
				return false;
		}
		return true;
	}
}

static const char *
standard(const char *format)
{
	if (format[0] == '\0' || format[1] != '\0')
		return format;
	switch (format[0]) {
	case 'o':
	case 'O':
		return "yyyy-MM-ddTHH:mm:ss.fffffffK";
	case 's':
		return "yyyy-MM-ddTHH:mm:ss";
	case 'u':
		return "yyyy-MM-dd HH:mm:ss'Z'";
	case 'd':
		return "M/d/yyyy";
	case 't':
		return "h:mm tt";
	case 'r':
	case 'R':
		return "ddd, dd MMM yyyy HH:mm:ss 'GMT'";
	default:
		return format;
	}
}

bool
datetime_parse_exact(const char *s, size_t n, const char *format,
    int64_t *bitsp, int *offsetp, bool *has_offset)
{
	struct reader r = { .s = s, .end = s + n, .month_at = -1 };
	struct date_parts now;
	bool pm = false, half = false, date = false;
	const char *f = standard(format);
	int64_t ticks;

	while (*f != '\0') {
		size_t run = 1;

		if (*f == '\\' && f[1] != '\0') {
			if (r.s >= r.end || *r.s++ != f[1])
				return false;
			f += 2;
			continue;
		}
		if (*f == '\'' || *f == '"') {
			char quote = *f++;

			while (*f != '\0' && *f != quote) {
				if (r.s >= r.end || *r.s++ != *f++)
					return false;
			}
			if (*f != '\0')
				f++;
			continue;
		}
		if (*f == '%') {
			f++;
			continue;
		}
		while (f[run] == *f && isalpha((unsigned char)*f))
			run++;
		if (strchr("yMd", *f) != NULL)
			date = true;
		if (!exact_field(&r, *f, run, &pm, &half))
			return false;
		f += run;
	}
	if (r.s != r.end)
		return false;
	if (half) {
		if (r.p.hour < 1 || r.p.hour > 12)
			return false;
		r.p.hour = r.p.hour % 12 + (pm ? 12 : 0);
	}
	ticks_split(ticks_now_utc(), &now);
	if (r.p.year == 0)
		r.p.year = now.year;
	if (r.p.month == 0)
		r.p.month = date ? 1 : now.month;
	if (r.p.day == 0)
		r.p.day = date ? 1 : now.day;
	if (!ticks_make(&r.p, &ticks))
		return false;
	*has_offset = r.zone || r.utc;
	*offsetp = r.zone ? r.offset : 0;
	*bitsp = ticks;
	return true;
}

/* --- spans: [-][d.]hh:mm[:ss[.fffffff]] or d --- */

/* Numbers of a span and what stands after each. */
struct span_text {
	uint64_t parts[5];
	char seps[5];
	int count;
	int digits; /* of the last */
};

static bool
span_read(const char *s, const char *end, struct span_text *t)
{
	t->count = 0;
	while (s < end && t->count < 5) {
		uint64_t v = 0;
		const char *start = s;

		while (s < end && isdigit((unsigned char)*s) && s - start < 12)
			v = v * 10 + (uint64_t)(*s++ - '0');
		if (s == start)
			return false;
		t->digits = (int)(s - start);
		t->parts[t->count] = v;
		t->seps[t->count++] = s < end ? *s : '\0';
		if (s < end) {
			if (*s != ':' && *s != '.')
				return false;
			if (++s == end)
				return false;
		}
	}
	return s == end && t->count > 0;
}

struct span_parts {
	uint64_t days, h, m, sec, frac;
	bool day_given; /* with its point */
};

/* Which number is which: [d.]h:m[:s[.f]], d:h:m:s. */
static bool
span_deal(struct span_text *t, struct span_parts *p)
{
	int i = 0, colons = 0;

	if (t->count == 1) {
		p->days = t->parts[0];
		return true;
	}
	if (t->seps[0] == '.') {
		p->days = t->parts[0];
		p->day_given = true;
		i = 1;
		if (t->count < 3)
			return false;
	}
	for (int k = i; k < t->count - 1; k++)
		colons += t->seps[k] == ':';
	if (colons == 3 && !p->day_given) {
		p->days = t->parts[i++];
		colons--;
	}
	if (colons < 1)
		return false;
	p->h = t->parts[i++];
	p->m = t->parts[i++];
	if (i < t->count && t->seps[i - 1] == ':')
		p->sec = t->parts[i++];
	if (i < t->count && t->seps[i - 1] == '.') {
		if (t->digits > 7)
			return false;
		p->frac = t->parts[i++];
		while (t->digits++ < 7)
			p->frac *= 10;
	}
	return i == t->count;
}

int
timespan_parse(const char *s, size_t n, int64_t *ticksp)
{
	const char *end = s + n;
	bool negative = false;
	struct span_text t = { 0 };
	struct span_parts p = { 0 };
	__int128 total;

	while (s < end && isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	if (s < end && *s == '-') {
		negative = true;
		s++;
	}
	if (!span_read(s, end, &t) || !span_deal(&t, &p))
		return 0;
	if (p.h > 23 && !p.day_given && p.days == 0 && p.frac == 0 &&
	    t.count == 3) {
		p.days = p.h; /* 24:00:00 is read as days, hours, minutes */
		p.h = p.m;
		p.m = p.sec;
		p.sec = 0;
	}
	if (p.h > 23 || p.m > 59 || p.sec > 59 || p.days > 10675199)
		return -1;
	total = (__int128)p.days * TICKS_PER_DAY +
	    (__int128)(p.h * 3600 + p.m * 60 + p.sec) * TICKS_PER_SECOND +
	    (__int128)p.frac;
	if (negative)
		total = -total;
	if (total > INT64_MAX || total < INT64_MIN)
		return -1;
	*ticksp = (int64_t)total;
	return 1;
}
