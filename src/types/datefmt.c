/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates and spans by .NET's format strings, en-US. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/datenames.h"
#include "types/types_internal.h"

const char *const month_names[12] = { "January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December" };
const char *const day_names[7] = { "Sunday", "Monday", "Tuesday", "Wednesday",
	"Thursday", "Friday", "Saturday" };

struct what {
	struct date_parts p;
	int kind;
	int offset; /* minutes */
	bool has_offset;
};

static const char *
standard(char c)
{
	switch (c) {
	case 'd':
		return "M/d/yyyy";
	case 'D':
		return "dddd, MMMM d, yyyy";
	case 'f':
		return "dddd, MMMM d, yyyy h:mm\xe2\x80\xaftt";
	case 'F':
		return "dddd, MMMM d, yyyy h:mm:ss\xe2\x80\xaftt";
	case 'g':
		return "M/d/yyyy h:mm\xe2\x80\xaftt";
	case 'G':
		return "M/d/yyyy h:mm:ss\xe2\x80\xaftt";
	case 'm':
	case 'M':
		return "MMMM d";
	case 'o':
	case 'O':
		return "yyyy-MM-ddTHH:mm:ss.fffffffK";
	case 'r':
	case 'R':
		return "ddd, dd MMM yyyy HH:mm:ss 'GMT'";
	case 's':
		return "yyyy-MM-ddTHH:mm:ss";
	case 't':
		return "h:mm\xe2\x80\xaftt";
	case 'T':
		return "h:mm:ss\xe2\x80\xaftt";
	case 'u':
		return "yyyy-MM-dd HH:mm:ss'Z'";
	case 'U':
		return "dddd, MMMM d, yyyy h:mm:ss\xe2\x80\xaftt";
	case 'y':
	case 'Y':
		return "MMMM yyyy";
	default:
		return NULL;
	}
}

static void
put_offset(const struct what *w, size_t n, struct buf *out)
{
	int m = w->offset, a = abs(m);
	char sign = m < 0 ? '-' : '+';

	if (n == 1)
		buf_printf(out, "%c%d", sign, a / 60);
	else if (n == 2)
		buf_printf(out, "%c%02d", sign, a / 60);
	else
		buf_printf(out, "%c%02d:%02d", sign, a / 60, a % 60);
}

static void
put_fraction(int ticks, size_t n, bool trim, struct buf *out)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%07d", ticks);
	text[n] = '\0';
	if (trim) {
		while (n > 0 && text[n - 1] == '0')
			text[--n] = '\0';
		if (n == 0 && out->len > 0 && out->data[out->len - 1] == '.')
			buf_truncate(out, out->len - 1);
	}
	buf_add_str(out, text);
}

static size_t
run_of(const char *s)
{
	size_t n = 1;

	while (s[n] == s[0])
		n++;
	return n;
}

static bool
put_field(const struct what *w, char c, size_t n, struct buf *out)
{
	const struct date_parts *p = &w->p;
	int h;

	switch (c) {
	case 'd':
		if (n <= 2)
			buf_printf(out, n == 2 ? "%02d" : "%d", p->day);
		else
			buf_printf(out, "%.*s", n == 3 ? 3 : 99,
			    day_names[p->weekday]);
		return true;
	case 'M':
		if (n <= 2)
			buf_printf(out, n == 2 ? "%02d" : "%d", p->month);
		else
			buf_printf(out, "%.*s", n == 3 ? 3 : 99,
			    month_names[p->month - 1]);
		return true;
	case 'y':
		if (n <= 2)
			buf_printf(out, n == 2 ? "%02d" : "%d", p->year % 100);
		else
			buf_printf(out, "%0*d", (int)n, p->year);
		return true;
	case 'H':
		buf_printf(out, n >= 2 ? "%02d" : "%d", p->hour);
		return true;
	case 'h':
		h = p->hour % 12;
		buf_printf(out, n >= 2 ? "%02d" : "%d", h == 0 ? 12 : h);
		return true;
	case 'm':
		buf_printf(out, n >= 2 ? "%02d" : "%d", p->minute);
		return true;
	case 's':
		buf_printf(out, n >= 2 ? "%02d" : "%d", p->second);
		return true;
	case 'f':
	case 'F':
		if (n > 7)
			return false;
		put_fraction(p->ticks, n, c == 'F', out);
		return true;
	case 't':
		buf_add_str(out, n == 1 ? (p->hour < 12 ? "A" : "P") :
					  (p->hour < 12 ? "AM" : "PM"));
		return true;
	case 'g':
		buf_add_str(out, "AD");
		return true;
	case 'z':
		put_offset(w, n, out);
		return true;
	case 'K':
		if (w->has_offset || w->kind == KIND_LOCAL)
			put_offset(w, 3, out);
		else if (w->kind == KIND_UTC)
			buf_add_byte(out, 'Z');
		return true;
	default:
		buf_add_fill(out, c, n);
		return true;
	}
}

static bool
put_custom(const struct what *w, const char *s, struct buf *out)
{
	size_t n;

	while (*s != '\0') {
		switch (*s) {
		case '\\':
			if (s[1] == '\0')
				return false;
			buf_add_byte(out, s[1]);
			s += 2;
			break;
		case '\'':
		case '"': {
			char quote = *s++;

			while (*s != '\0' && *s != quote) {
				if (*s == '\\' && s[1] != '\0')
					s++;
				buf_add_byte(out, *s++);
			}
			if (*s == '\0')
				return false;
			s++;
			break;
		}
		case '%':
			if (s[1] == '\0' || s[1] == '%')
				return false;
			s++;
			n = run_of(s);
			if (!put_field(w, *s, 1, out))
				return false;
			s += 1;
			(void)n;
			break;
		default:
			n = *s == 'K' || *s == '/' || *s == ':' ? 1 : run_of(s);
			if (!put_field(w, *s, n, out))
				return false;
			s += n;
			break;
		}
	}
	return true;
}

bool
datetime_format(int64_t bits, int offset, bool has_offset, const char *format,
    struct buf *out)
{
	struct what w = { 0 };
	int64_t ticks = bits & TICKS_MASK;
	const char *pattern = format;

	w.kind = (int)((uint64_t)bits >> 62);
	w.offset = offset;
	w.has_offset = has_offset;
	if (format[0] == '\0')
		pattern = has_offset ? "M/d/yyyy h:mm:ss\xe2\x80\xaftt zzz" :
				       standard('G');
	if (format[0] != '\0' && format[1] == '\0') {
		pattern = standard(format[0]);
		if (pattern == NULL)
			return false;
		if (has_offset &&
		    (format[0] == 'r' || format[0] == 'R' || format[0] == 'u'))
			ticks -= (int64_t)offset * 60 * TICKS_PER_SECOND;
		if (format[0] == 'U') {
			if (has_offset)
				return false;
			if (w.kind != KIND_UTC)
				ticks -= (int64_t)local_offset_at_local(ticks) *
				    TICKS_PER_SECOND;
		}
	}
	if (!has_offset && w.kind != KIND_UTC)
		w.offset = local_offset_at_local(ticks) / 60;
	ticks_split(ticks, &w.p);
	return put_custom(&w, pattern, out);
}

/* --- spans --- */

static void
span_parts(int64_t ticks, uint64_t *days, struct date_parts *p)
{
	uint64_t t = ticks < 0 ? 0 - (uint64_t)ticks : (uint64_t)ticks;

	*days = t / (uint64_t)TICKS_PER_DAY;
	t %= (uint64_t)TICKS_PER_DAY;
	p->hour = (int)(t / (3600ULL * TICKS_PER_SECOND));
	t %= 3600ULL * TICKS_PER_SECOND;
	p->minute = (int)(t / (60ULL * TICKS_PER_SECOND));
	t %= 60ULL * TICKS_PER_SECOND;
	p->second = (int)(t / TICKS_PER_SECOND);
	p->ticks = (int)(t % TICKS_PER_SECOND);
}

static bool
span_custom(uint64_t days, const struct date_parts *p, const char *s,
    struct buf *out)
{
	size_t n;
	bool single;

	while (*s != '\0') {
		if (*s == '\\') {
			if (s[1] == '\0')
				return false;
			buf_add_byte(out, s[1]);
			s += 2;
			continue;
		}
		if (*s == '\'' || *s == '"') {
			char quote = *s++;

			while (*s != '\0' && *s != quote)
				buf_add_byte(out, *s++);
			if (*s == '\0')
				return false;
			s++;
			continue;
		}
		single = *s == '%';
		if (single && *++s == '\0')
			return false;
		n = single ? 1 : run_of(s);
		switch (*s) {
		case 'd':
			if (n > 8)
				return false;
			buf_printf(out, "%0*llu", (int)n,
			    (unsigned long long)days);
			break;
		case 'h':
		case 'm':
		case 's':
			if (n > 2)
				return false;
			buf_printf(out, n == 2 ? "%02d" : "%d",
			    *s == 'h'	? p->hour :
				*s == 'm' ? p->minute :
					    p->second);
			break;
		case 'f':
		case 'F':
			if (n > 7)
				return false;
			put_fraction(p->ticks, n, *s == 'F', out);
			break;
		default:
			return false;
		}
		s += n;
	}
	return true;
}

bool
timespan_format(int64_t ticks, const char *format, struct buf *out)
{
	struct date_parts p;
	uint64_t days;

	span_parts(ticks, &days, &p);
	if (format[0] != '\0' && format[1] != '\0')
		return span_custom(days, &p, format, out);
	if (ticks < 0)
		buf_add_byte(out, '-');
	switch (format[0]) {
	case '\0':
	case 'c':
	case 't':
	case 'T':
		if (days > 0)
			buf_printf(out, "%llu.", (unsigned long long)days);
		buf_printf(out, "%02d:%02d:%02d", p.hour, p.minute, p.second);
		if (p.ticks != 0)
			buf_printf(out, ".%07d", p.ticks);
		return true;
	case 'g':
		if (days > 0)
			buf_printf(out, "%llu:", (unsigned long long)days);
		buf_printf(out, "%d:%02d:%02d", p.hour, p.minute, p.second);
		if (p.ticks != 0) {
			buf_add_byte(out, '.');
			put_fraction(p.ticks, 7, true, out);
		}
		return true;
	case 'G':
		buf_printf(out, "%llu:%02d:%02d:%02d.%07d",
		    (unsigned long long)days, p.hour, p.minute, p.second,
		    p.ticks);
		return true;
	default:
		return false;
	}
}
