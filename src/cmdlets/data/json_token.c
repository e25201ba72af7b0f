/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings, numbers and dates of JSON. */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmdlets/data/json_read.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/text.h"
#include "core/type.h"
#include "types/types.h"

#define TICKS_SECOND INT64_C(10000000)
#define TICKS_DAY    (TICKS_SECOND * 86400)

static bool
plain_name(const char *s)
{
	return *s != '\0' && strpbrk(s, " '/\"[]()\t\n\r\f\b\\.") == NULL;
}

static void
add_path(struct json_reader *j, struct buf *b)
{
	size_t i;

	for (i = 0; i < j->depth; i++) {
		const struct json_level *l = &j->levels[i];

		if (l->array) {
			if (l->index >= 0)
				buf_printf(b, "[%ld]", l->index);
		} else if (value_is_string(l->name)) {
			const char *s = value_chars(l->name);

			if (plain_name(s))
				buf_printf(b, "%s%s", b->len > 0 ? "." : "", s);
			else
				buf_printf(b, "['%s']", s);
		}
	}
}

/* UTF-16 units of the text up to at, as the reader counts them. */
static size_t
units_between(const char *s, const char *end)
{
	size_t n = 0;

	for (; s < end; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c & 0xc0) != 0x80)
			n += c >= 0xf0 ? 2 : 1;
	}
	return n;
}

int
json_fail(struct json_reader *j, const char *fmt, ...)
{
	struct buf path = { 0 };
	size_t line = 1, start = 0, i, position;
	va_list ap;

	if (j->error.len > 0)
		return -1;
	for (i = 0; i < j->at && i < j->len; i++)
		if (j->text[i] == '\n') {
			line++;
			start = i + 1;
		}
	position = units_between(j->text + start,
	    j->text + (j->at < j->len ? j->at : j->len));
	if (j->at == 0)
		line = 0;
	add_path(j, &path);
	va_start(ap, fmt);
	buf_vprintf(&j->error, fmt, ap);
	va_end(ap);
	buf_printf(&j->error, " Path '%s', line %zu, position %zu.",
	    buf_text(&path), line, position);
	buf_clear(&path);
	return -1;
}

static int
hex4(struct json_reader *j, uint32_t *cp)
{
	uint32_t v = 0;
	size_t i;

	if (j->at + 4 > j->len) {
		j->at = j->len;
		return json_fail(
		    j, "Unexpected end while parsing Unicode escape sequence.");
	}
	for (i = 0; i < 4; i++) {
		char c = j->text[j->at + i];

		if (c >= '0' && c <= '9')
			v = v * 16 + (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v = v * 16 + (uint32_t)((c | 32) - 'a' + 10);
		else
			return json_fail(j,
			    "Invalid Unicode escape sequence: \\u%.4s.",
			    j->text + j->at);
	}
	j->at += 4;
	*cp = v;
	return 0;
}

static int
unicode_escape(struct json_reader *j)
{
	uint32_t cp = 0, low = 0;

	if (hex4(j, &cp) != 0)
		return -1;
	if (cp >= 0xd800 && cp < 0xdc00 && j->at + 6 <= j->len &&
	    j->text[j->at] == '\\' && j->text[j->at + 1] == 'u') {
		size_t back = j->at;

		j->at += 2;
		if (hex4(j, &low) != 0)
			return -1;
		if (low >= 0xdc00 && low < 0xe000)
			cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
		else
			j->at = back;
	}
	(void)buf_add_utf8(&j->scratch, cp);
	return 0;
}

static int
escape(struct json_reader *j)
{
	static const char from[] = "\\/\"'bfnrt", to[] = "\\/\"'\b\f\n\r\t";
	char c = j->text[j->at];
	const char *p = strchr(from, c);

	if (j->at >= j->len)
		return json_fail(j,
		    "Unterminated string. Expected delimiter: \".");
	j->at++;
	if (c == 'u')
		return unicode_escape(j);
	if (c == '\0' || p == NULL || (j->strict && c == '\''))
		return json_fail(j, "Bad JSON escape sequence: \\%c.", c);
	buf_add_byte(&j->scratch, to[p - from]);
	return 0;
}

int
json_string(struct json_reader *j, const char **sp, size_t *np)
{
	char quote = j->text[j->at++];
	size_t from = j->at;
	bool copied = false;

	buf_reset(&j->scratch);
	for (;;) {
		const char *p = j->text + j->at, *end = j->text + j->len;

		while (p < end && *p != quote && *p != '\\' &&
		    (!j->strict || (unsigned char)*p >= 0x20))
			p++;
		j->at = (size_t)(p - j->text);
		if (p == end || (*p != quote && *p != '\\'))
			return json_fail(j,
			    "Unterminated string. Expected delimiter: %c.",
			    quote);
		if (*p == quote)
			break;
		buf_add(&j->scratch, j->text + from, j->at - from);
		copied = true;
		j->at++;
		if (escape(j) != 0)
			return -1;
		from = j->at;
	}
	if (copied)
		buf_add(&j->scratch, j->text + from, j->at - from);
	*sp = copied ? buf_text(&j->scratch) : j->text + from;
	*np = copied ? j->scratch.len : j->at - from;
	j->at++;
	return 0;
}

static struct value
big_number(struct json_reader *j, const char *s)
{
	const struct type *t = type_find("bigint", 6);
	struct value text = value_string(s), out = VALUE_NULL;
	bool ok = false;

	if (t != NULL)
		(void)value_try_convert(j->run, text, t, &out, &ok);
	value_unref(text);
	return ok ? out : value_double(strtod(s, NULL));
}

static bool
in_number(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f') ||
	    c == '-' || c == '+' || c == '.' || c == 'x' || c == 'X';
}

static int
number_text(struct json_reader *j, const char *s, struct value *outp)
{
	const char *digits = s + (*s == '-');
	size_t n = strlen(digits);
	char *end;

	if (n > 1 && digits[0] == '0' && (digits[1] | 32) == 'x') {
		*outp = value_long((int64_t)strtoull(digits + 2, &end, 16));
	} else if (n > 1 && digits[0] == '0' &&
	    strspn(digits, "01234567") == n) {
		*outp = value_long((int64_t)strtoull(digits, &end, 8));
	} else if (n > 0 && strspn(digits, "0123456789") == n) {
		if (n < 19) {
			*outp = value_long(strtoll(s, &end, 10));
			return 0;
		}
		*outp = big_number(j, s);
		/* what fits stays an Int64 */
		if (n == 19 && outp->type != &type_double) {
			bool ok;
			struct value l = VALUE_NULL;

			if (value_try_convert(j->run, *outp, &type_long, &l,
				&ok) == FLOW_MORE &&
			    ok)
				value_set_take(outp, l);
		}
		return 0;
	} else {
		double d = strtod(s, &end);

		if (*end == '\0' && isinf(d)) {
			*outp = value_double(d);
			return 0;
		}
		*outp = value_double(d);
	}
	if (*end != '\0')
		return json_fail(
		    j, "Input string '%s' is not a valid number.", s);
	return 0;
}

int
json_number(struct json_reader *j, struct value *outp)
{
	char room[64];
	char *s = room;
	size_t from = j->at, n;
	char c;
	int rc;

	while (j->at < j->len && in_number(j->text[j->at]))
		j->at++;
	n = j->at - from;
	c = j->at < j->len ? j->text[j->at] : ',';
	if (strchr(",]} \t\r\n/", c) == NULL)
		return json_fail(j,
		    "Unexpected character encountered while parsing number: "
		    "%c.",
		    c);
	if (n >= sizeof(room))
		s = mem_alloc(n + 1);
	memcpy(s, j->text + from, n);
	s[n] = '\0';
	rc = number_text(j, s, outp);
	if (s != room)
		mem_free(s);
	return rc;
}

/* --- dates --- */

static bool
digits_at(const char *s, size_t n, int *out)
{
	int v = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (s[i] - '0');
	}
	*out = v;
	return true;
}

static int64_t
days_before(int y, int m, int d)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
		273, 304, 334 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	int p = y - 1;

	return (int64_t)p * 365 + p / 4 - p / 100 + p / 400 + before[m - 1] +
	    (m > 2 && leap) + d - 1;
}

static bool
date_exists(int y, int m, int d)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return y > 0 && m > 0 && m < 13 && d > 0 &&
	    d <= days[m - 1] + (m == 2 && leap);
}

enum zone { ZONE_NONE, ZONE_UTC, ZONE_OFFSET };

static bool
read_zone(const char *s, size_t n, enum zone *zone, int *minutes)
{
	int h, m = 0;

	*minutes = 0;
	if (n == 0) {
		*zone = ZONE_NONE;
		return true;
	}
	if (n == 1 && (*s == 'Z' || *s == 'z')) {
		*zone = ZONE_UTC;
		return true;
	}
	if ((*s != '+' && *s != '-') || n < 3 || !digits_at(s + 1, 2, &h))
		return false;
	if (n == 6 && s[3] == ':') {
		if (!digits_at(s + 4, 2, &m))
			return false;
	} else if (n == 5) {
		if (!digits_at(s + 3, 2, &m))
			return false;
	} else if (n != 3) {
		return false;
	}
	*zone = ZONE_OFFSET;
	*minutes = (*s == '-' ? -1 : 1) * (h * 60 + m);
	return true;
}

/* 2024-01-02T03:04:05[.1234567][Z|+01:00] */
static bool
iso_date(const char *s, size_t n, int64_t *ticks, enum zone *zone,
    int *minutes)
{
	int y, mo, d, h, mi, sec;
	int64_t fraction = 0, scale = TICKS_SECOND / 10;
	size_t at = 19;

	if (n < 19 || n > 40 || s[4] != '-' || s[7] != '-' || s[10] != 'T' ||
	    s[13] != ':' || s[16] != ':' || !digits_at(s, 4, &y) ||
	    !digits_at(s + 5, 2, &mo) || !digits_at(s + 8, 2, &d) ||
	    !digits_at(s + 11, 2, &h) || !digits_at(s + 14, 2, &mi) ||
	    !digits_at(s + 17, 2, &sec) || !date_exists(y, mo, d) || h > 24 ||
	    mi > 59 || sec > 59 || (h == 24 && (mi > 0 || sec > 0)))
		return false;
	if (at < n && s[at] == '.') {
		for (at++; at < n && s[at] >= '0' && s[at] <= '9'; at++) {
			fraction += (s[at] - '0') * scale;
			scale /= 10;
		}
		if (s[at - 1] == '.')
			return false;
	}
	*ticks = days_before(y, mo, d) * TICKS_DAY +
	    (((int64_t)h * 60 + mi) * 60 + sec) * TICKS_SECOND + fraction;
	return read_zone(s + at, n - at, zone, minutes);
}

static struct value
converted(struct json_reader *j, struct value date, const char *method)
{
	struct value out = VALUE_NULL;

	if (value_call_member(j->run, date, method, NULL, 0, &out) !=
	    FLOW_MORE) {
		run_leave_clear(j->run);
		return date;
	}
	return out;
}

static struct value
offset_date(struct json_reader *j, const char *s, size_t n)
{
	const struct type *t = type_find("System.DateTimeOffset", 21);
	struct value text = value_string_n(s, n), out = VALUE_NULL;
	bool ok = false;

	if (t != NULL &&
	    value_try_convert(j->run, text, t, &out, &ok) == FLOW_MORE && ok) {
		value_unref(text);
		return out;
	}
	return text;
}

struct value
json_text_value(struct json_reader *j, const char *s, size_t n)
{
	int64_t ticks;
	enum zone zone;
	int minutes;
	struct value date;

	if (j->dates == JSON_DATE_STRING ||
	    !iso_date(s, n, &ticks, &zone, &minutes))
		return value_string_n(s, n);
	if (j->dates == JSON_DATE_OFFSET)
		return offset_date(j, s, n);
	if (zone == ZONE_NONE) {
		date = value_datetime(ticks);
	} else {
		ticks -= minutes * TICKS_SECOND * 60;
		date = value_datetime((int64_t)((uint64_t)ticks |
		    (UINT64_C(1) << 62)));
		if (zone == ZONE_OFFSET && j->dates == JSON_DATE_DEFAULT)
			return converted(j, date, "ToLocalTime");
	}
	if (j->dates == JSON_DATE_LOCAL)
		return converted(j, date, "ToLocalTime");
	if (j->dates == JSON_DATE_UTC)
		return converted(j, date, "ToUniversalTime");
	return date;
}
