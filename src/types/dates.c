/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DateTime and DateTimeOffset. */
#include "config.h"

#include <math.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/dates_internal.h"

#define UNIX_EPOCH 621355968000000000LL
#define FILE_EPOCH 504911232000000000LL
#define OLE_EPOCH  599264352000000000LL

static int
compare_offsets_at(struct value v, int64_t *utcp)
{
	struct datetimeoffset *o = (void *)v.u.p;

	*utcp = o->ticks - (int64_t)o->minutes * 60 * TICKS_PER_SECOND;
	return 0;
}

static enum flow
offset_compare(struct run *r, struct value a, struct value b,
    bool ignore_case, int *orderp)
{
	int64_t x, y;

	(void)r;
	(void)ignore_case;
	(void)compare_offsets_at(a, &x);
	(void)compare_offsets_at(b, &y);
	*orderp = x < y ? -1 : x > y;
	return FLOW_MORE;
}

static enum flow
offset_equal(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *equalp)
{
	int order = 1;

	if (a.type == b.type)
		(void)offset_compare(r, a, b, ignore_case, &order);
	*equalp = order == 0;
	return FLOW_MORE;
}

static enum flow
offset_text(struct run *r, struct value v, struct value *textp)
{
	struct datetimeoffset *o = (void *)v.u.p;
	struct buf b = { 0 };

	(void)r;
	(void)datetime_format(o->ticks, o->minutes, true, "", &b);
	*textp = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return FLOW_MORE;
}

static const struct type_ops offset_ops = {
	.text = offset_text,
	.compare = offset_compare,
	.equal = offset_equal,
};

struct type type_datetimeoffset = {
	.name = "System.DateTimeOffset",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_VALUETYPE,
	.base = &type_valuetype,
	.release = cell_free_plain,
	.ops = &offset_ops,
};

/* --- both dates: the clock's ticks, the kind, the offset --- */

static int64_t
clock_ticks(struct value v)
{
	return v.type == &type_datetime ?
	    ticks_of(v) :
	    ((struct datetimeoffset *)(void *)v.u.p)->ticks;
}

static int64_t
utc_ticks(struct value v)
{
	int64_t t;

	if (v.type == &type_datetimeoffset) {
		(void)compare_offsets_at(v, &t);
		return t;
	}
	t = ticks_of(v);
	return kind_of(v) == KIND_UTC ?
	    t :
	    t - (int64_t)local_offset_at_local(t) * TICKS_PER_SECOND;
}

/* The same kind of date with other ticks. */
static enum flow
with_ticks(struct member_call *c, int64_t ticks)
{
	if (ticks < 0 || ticks > TICKS_MAX)
		return member_throw_range(c, "value",
		    "The added or subtracted value results in an "
		    "un-representable DateTime.");
	c->out = c->self.type == &type_datetime ?
	    datetime_value(ticks, kind_of(c->self)) :
	    datetimeoffset_new(ticks,
		((struct datetimeoffset *)(void *)c->self.u.p)->minutes);
	return FLOW_MORE;
}

static enum flow
date_part(struct member_call *c)
{
	struct date_parts p;
	const char *n = c->name;
	int64_t t = clock_ticks(c->self);
	int i;

	ticks_split(t, &p);
	if (strcasecmp(n, "Year") == 0)
		i = p.year;
	else if (strcasecmp(n, "Month") == 0)
		i = p.month;
	else if (strcasecmp(n, "Day") == 0)
		i = p.day;
	else if (strcasecmp(n, "Hour") == 0)
		i = p.hour;
	else if (strcasecmp(n, "Minute") == 0)
		i = p.minute;
	else if (strcasecmp(n, "Second") == 0)
		i = p.second;
	else if (strcasecmp(n, "Millisecond") == 0)
		i = p.ticks / 10000;
	else if (strcasecmp(n, "Microsecond") == 0)
		i = p.ticks / 10 % 1000;
	else if (strcasecmp(n, "Nanosecond") == 0)
		i = p.ticks % 10 * 100;
	else
		i = p.yearday;
	c->out = value_int(i);
	return FLOW_MORE;
}

static enum flow
date_other(struct member_call *c)
{
	const char *n = c->name;
	int64_t t = clock_ticks(c->self);
	struct date_parts p;

	if (strcasecmp(n, "Ticks") == 0) {
		c->out = value_long(t);
	} else if (strcasecmp(n, "UtcTicks") == 0) {
		c->out = value_long(utc_ticks(c->self));
	} else if (strcasecmp(n, "TimeOfDay") == 0) {
		c->out = value_timespan(t % TICKS_PER_DAY);
	} else if (strcasecmp(n, "Kind") == 0) {
		c->out = enum_value(&type_datetimekind, kind_of(c->self));
	} else if (strcasecmp(n, "DayOfWeek") == 0) {
		ticks_split(t, &p);
		c->out = enum_value(&type_dayofweek, p.weekday);
	} else if (strcasecmp(n, "Date") == 0) {
		c->out = datetime_value(t - t % TICKS_PER_DAY,
		    c->self.type == &type_datetime ? kind_of(c->self) : 0);
	} else if (strcasecmp(n, "DateTime") == 0) {
		if (c->self.type == &type_datetime) {
			struct buf b = { 0 };

			(void)datetime_format(c->self.u.i, 0, false, "D", &b);
			buf_add_byte(&b, ' ');
			(void)datetime_format(c->self.u.i, 0, false, "T", &b);
			c->out = value_string_n(buf_text(&b), b.len);
			buf_clear(&b);
		} else {
			c->out = datetime_value(t, 0);
		}
	} else if (strcasecmp(n, "UtcDateTime") == 0) {
		c->out = datetime_value(utc_ticks(c->self), KIND_UTC);
	} else if (strcasecmp(n, "LocalDateTime") == 0) {
		t = utc_ticks(c->self);
		c->out = datetime_value(t +
			(int64_t)local_offset_at_utc(t) * TICKS_PER_SECOND,
		    KIND_LOCAL);
	} else {
		c->out = value_timespan(
		    (int64_t)((struct datetimeoffset *)(void *)c->self.u.p)
			->minutes *
		    60 * TICKS_PER_SECOND);
	}
	return FLOW_MORE;
}

static enum flow
date_add(struct member_call *c)
{
	static const struct {
		const char *name;
		double ticks;
	} units[] = {
		{ "AddDays", 864e9 }, { "AddHours", 36e9 },
		{ "AddMinutes", 6e8 }, { "AddSeconds", 1e7 },
		{ "AddMilliseconds", 1e4 }, { "AddMicroseconds", 10 },
	};
	int64_t t = clock_ticks(c->self);
	size_t i;

	if (c->args[0].type == &type_timespan)
		return with_ticks(c, strcmp(c->name, "Subtract") == 0 ?
			t - c->args[0].u.i : t + c->args[0].u.i);
	if (strcmp(c->name, "AddTicks") == 0)
		return with_ticks(c, t + c->args[0].u.i);
	for (i = 0; i < LEN(units); i++) {
		if (strcmp(c->name, units[i].name) == 0) {
			double d = c->args[0].u.d * units[i].ticks;

			if (!(fabs(d) < 9e18))
				return with_ticks(c, -1);
			return with_ticks(c, t + (int64_t)d);
		}
	}
	return FLOW_MORE;
}

static enum flow
date_add_months(struct member_call *c)
{
	struct date_parts p;
	int64_t t = clock_ticks(c->self), m, n = c->args[0].u.i;
	int day;

	if (strcmp(c->name, "AddYears") == 0)
		n *= 12;
	ticks_split(t, &p);
	m = (int64_t)p.year * 12 + p.month - 1 + n;
	if (m < 12 || m >= 120000)
		return member_throw_range(c, "months",
		    "The added or subtracted value results in an "
		    "un-representable DateTime.");
	p.year = (int)(m / 12);
	p.month = (int)(m % 12) + 1;
	day = days_in_month(p.year, p.month);
	if (p.day > day)
		p.day = day;
	(void)ticks_make(&p, &t);
	return with_ticks(c, t);
}

static enum flow
date_subtract(struct member_call *c)
{
	if (c->args[0].type == &type_timespan)
		return date_add(c);
	c->out = value_timespan(c->self.type == &type_datetime ?
		ticks_of(c->self) - ticks_of(c->args[0]) :
		utc_ticks(c->self) - utc_ticks(c->args[0]));
	return FLOW_MORE;
}

static enum flow
date_to(struct member_call *c)
{
	const char *n = c->name;
	int64_t t = utc_ticks(c->self);
	const char *format = NULL;
	struct buf b = { 0 };

	if (strcmp(n, "ToUniversalTime") == 0) {
		c->out = c->self.type == &type_datetime ?
		    datetime_value(t, KIND_UTC) :
		    datetimeoffset_new(t, 0);
	} else if (strcmp(n, "ToLocalTime") == 0) {
		if (c->self.type == &type_datetime &&
		    kind_of(c->self) != KIND_LOCAL)
			t = ticks_of(c->self);
		t += (int64_t)local_offset_at_utc(t) * TICKS_PER_SECOND;
		if (c->self.type == &type_datetime &&
		    kind_of(c->self) == KIND_LOCAL)
			t = ticks_of(c->self);
		c->out = c->self.type == &type_datetime ?
		    datetime_value(t, KIND_LOCAL) :
		    datetimeoffset_new(t, local_offset_at_local(t) / 60);
	} else if (strcmp(n, "ToFileTime") == 0 ||
	    strcmp(n, "ToFileTimeUtc") == 0) {
		if (strcmp(n, "ToFileTimeUtc") == 0 &&
		    c->self.type == &type_datetime &&
		    kind_of(c->self) != KIND_LOCAL)
			t = ticks_of(c->self);
		c->out = value_long(t - FILE_EPOCH);
	} else if (strcmp(n, "ToBinary") == 0) {
		c->out = value_long(c->self.u.i);
	} else if (strcmp(n, "ToOADate") == 0) {
		int64_t ms = ticks_of(c->self) / 10000 - OLE_EPOCH / 10000;

		c->out = value_double((double)ms / 86400000.0);
	} else if (strcmp(n, "ToUnixTimeSeconds") == 0) {
		c->out = value_long((t - UNIX_EPOCH) / TICKS_PER_SECOND -
		    ((t - UNIX_EPOCH) % TICKS_PER_SECOND < 0));
	} else if (strcmp(n, "ToUnixTimeMilliseconds") == 0) {
		c->out = value_long((t - UNIX_EPOCH) / 10000);
	} else {
		format = strcmp(n, "ToShortDateString") == 0 ? "d" :
		    strcmp(n, "ToLongDateString") == 0	     ? "D" :
		    strcmp(n, "ToShortTimeString") == 0	     ? "t" :
							       "T";
		(void)datetime_format(c->self.u.i, 0, false, format, &b);
		c->out = value_string_n(buf_text(&b), b.len);
		buf_clear(&b);
	}
	return FLOW_MORE;
}

static enum flow
to_offset(struct member_call *c)
{
	int m = (int)(c->args[0].u.i / (60 * TICKS_PER_SECOND));
	int64_t t = utc_ticks(c->self);

	c->out = datetimeoffset_new(t + (int64_t)m * 60 * TICKS_PER_SECOND, m);
	return FLOW_MORE;
}

static enum flow
is_dst(struct member_call *c)
{
	c->out = value_bool(false);
	return FLOW_MORE;
}

/* --- statics --- */

static enum flow
now(struct member_call *c)
{
	int64_t t = ticks_now_utc();
	int64_t local =
	    t + (int64_t)local_offset_at_utc(t) * TICKS_PER_SECOND;
	const char *n = c->name;
	bool offset = c->type == &type_datetimeoffset;

	if (strcasecmp(n, "UtcNow") == 0)
		c->out = offset ? datetimeoffset_new(t, 0) :
				  datetime_value(t, KIND_UTC);
	else if (strcasecmp(n, "Today") == 0)
		c->out = datetime_value(local - local % TICKS_PER_DAY,
		    KIND_LOCAL);
	else
		c->out = offset ?
		    datetimeoffset_new(local, local_offset_at_utc(t) / 60) :
		    datetime_value(local, KIND_LOCAL);
	return FLOW_MORE;
}

static enum flow
date_limit(struct member_call *c)
{
	int64_t t = strcasecmp(c->name, "MaxValue") == 0 ? TICKS_MAX :
	    strcasecmp(c->name, "UnixEpoch") == 0	   ? UNIX_EPOCH :
							     0;

	c->out = c->type == &type_datetimeoffset ?
	    datetimeoffset_new(t, 0) :
	    datetime_value(t,
		strcasecmp(c->name, "UnixEpoch") == 0 ? KIND_UTC : 0);
	return FLOW_MORE;
}

static enum flow
new_date(struct member_call *c)
{
	struct date_parts p = { .year = 1, .month = 1, .day = 1 };
	int kind = 0, offset = 0;
	int64_t ticks;
	bool zoned = false;
	size_t n = c->n;

	if (n > 0 && c->args[n - 1].type == &type_datetimekind)
		kind = (int)c->args[--n].u.i;
	if (n > 0 && c->args[n - 1].type == &type_timespan) {
		offset = (int)(c->args[--n].u.i / (60 * TICKS_PER_SECOND));
		zoned = true;
	}
	if (n == 1 && c->args[0].type == &type_datetime) {
		ticks = ticks_of(c->args[0]);
		if (!zoned)
			offset = kind_of(c->args[0]) == KIND_UTC ?
			    0 :
			    local_offset_at_local(ticks) / 60;
	} else if (n <= 1) {
		ticks = n == 1 ? c->args[0].u.i : 0;
		if (ticks < 0 || ticks > TICKS_MAX)
			return member_throw_range(c, "ticks",
			    "Ticks must be between DateTime.MinValue.Ticks "
			    "and DateTime.MaxValue.Ticks.");
	} else {
		p.year = (int)c->args[0].u.i;
		p.month = (int)c->args[1].u.i;
		p.day = (int)c->args[2].u.i;
		if (n > 3) {
			p.hour = (int)c->args[3].u.i;
			p.minute = (int)c->args[4].u.i;
			p.second = (int)c->args[5].u.i;
		}
		if (n > 6)
			p.ticks = (int)c->args[6].u.i * 10000;
		if (!ticks_make(&p, &ticks)) {
			if (p.hour < 0 || p.hour > 23 || p.minute < 0 ||
			    p.minute > 59 || p.second < 0 || p.second > 59)
				return member_throw(c,
				    "System.ArgumentOutOfRangeException",
				    "Hour, Minute, and Second parameters "
				    "describe an un-representable DateTime.");
			return member_throw(c,
			    "System.ArgumentOutOfRangeException",
			    "Year, Month, and Day parameters describe an "
			    "un-representable DateTime.");
		}
	}
	c->out = c->type == &type_datetimeoffset ?
	    datetimeoffset_new(ticks, offset) :
	    datetime_value(ticks, kind);
	return FLOW_MORE;
}

static struct value
parsed(const struct type *t, int64_t bits, int offset, bool zoned,
    int64_t styles)
{
	int64_t utc;

	if (t == &type_datetimeoffset)
		return datetimeoffset_new(bits, zoned ? offset :
			(styles & 64)		      ? 0 :
					   local_offset_at_local(bits) / 60);
	if (!zoned) {
		if (styles & 64) { /* AssumeUniversal */
			if (styles & 16)
				return datetime_value(bits, KIND_UTC);
			return datetime_value(bits +
				(int64_t)local_offset_at_utc(bits) *
				    TICKS_PER_SECOND, KIND_LOCAL);
		}
		if (styles & 32)
			return datetime_value(bits, KIND_LOCAL);
		return datetime_value(bits, 0);
	}
	utc = bits - (int64_t)offset * 60 * TICKS_PER_SECOND;
	if ((styles & 16) || ((styles & 128) && offset == 0))
		return datetime_value(utc, KIND_UTC);
	return datetime_value(utc +
		(int64_t)local_offset_at_utc(utc) * TICKS_PER_SECOND,
	    KIND_LOCAL);
}

static int64_t
styles_of(struct member_call *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (c->args[i].type == &type_datetimestyles)
			return c->args[i].u.i;
	}
	return 0;
}

static enum flow
not_a_date(struct member_call *c)
{
	struct string_ref s = ref_of(c->args[0]);

	if (strncmp(c->name, "Parse", 5) == 0 && c->name[5] == '\0' &&
	    s.n > 0 && codepoint_is_letter((unsigned char)s.s[0]))
		return member_throw(c, "System.FormatException",
		    "The string '%s' was not recognized as a valid DateTime. "
		    "There is an unknown word starting at index '0'.", s.s);
	return member_throw(c, "System.FormatException",
	    "String '%s' was not recognized as a valid DateTime.", s.s);
}

static enum flow
parse_date(struct member_call *c)
{
	struct string_ref s = ref_of(c->args[0]);
	int64_t bits;
	int offset;
	bool zoned, ok = false, try = strncmp(c->name, "Try", 3) == 0;
	bool exact = strstr(c->name, "Exact") != NULL;
	struct value got = VALUE_NULL;
	enum flow flow;
	size_t i;

	if (!exact) {
		ok = datetime_parse(s.s, s.n, &bits, &offset, &zoned);
	} else if (value_is_list(c->args[1])) {
		for (i = 0; i < list_of(c->args[1])->count && !ok; i++)
			ok = datetime_parse_exact(s.s, s.n,
			    value_chars(list_of(c->args[1])->items[i]), &bits,
			    &offset, &zoned);
	} else {
		ok = datetime_parse_exact(s.s, s.n, value_chars(c->args[1]),
		    &bits, &offset, &zoned);
	}
	if (ok)
		got = parsed(c->type, bits, offset, zoned, styles_of(c));
	if (!try) {
		c->out = got;
		return ok ? FLOW_MORE : not_a_date(c);
	}
	if (!ok)
		got = c->type == &type_datetimeoffset ?
		    datetimeoffset_new(0, 0) :
		    datetime_value(0, 0);
	flow = value_set_member(c->run, c->args[c->n - 1], "Value", got);
	value_unref(got);
	c->out = value_bool(ok);
	return flow;
}

static bool
leap(int64_t y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static enum flow
date_static(struct member_call *c)
{
	const char *n = c->name;
	int64_t x = c->args[0].type == &type_double ? 0 : c->args[0].u.i;

	if (strcmp(n, "IsLeapYear") == 0) {
		if (x < 1 || x > 9999)
			return member_throw_range(c, "year",
			    "Year must be between 1 and 9999.");
		c->out = value_bool(leap(x));
	} else if (strcmp(n, "DaysInMonth") == 0) {
		if (c->args[1].u.i < 1 || c->args[1].u.i > 12 || x < 1 ||
		    x > 9999)
			return member_throw_range(c, "month",
			    "Month must be between one and twelve.");
		c->out = value_int(days_in_month((int)x,
		    (int)c->args[1].u.i));
	} else if (strcmp(n, "SpecifyKind") == 0) {
		c->out = datetime_value(ticks_of(c->args[0]),
		    (int)c->args[1].u.i);
	} else if (strcmp(n, "FromFileTime") == 0) {
		x += FILE_EPOCH;
		c->out = datetime_value(x +
			(int64_t)local_offset_at_utc(x) * TICKS_PER_SECOND,
		    KIND_LOCAL);
	} else if (strcmp(n, "FromFileTimeUtc") == 0) {
		c->out = datetime_value(x + FILE_EPOCH, KIND_UTC);
	} else if (strcmp(n, "FromBinary") == 0) {
		c->out = value_datetime(x);
	} else if (strcmp(n, "FromOADate") == 0) {
		c->out = datetime_value(OLE_EPOCH +
			(int64_t)round(c->args[0].u.d * 86400000.0) * 10000,
		    0);
	} else if (strcmp(n, "FromUnixTimeSeconds") == 0) {
		c->out = datetimeoffset_new(
		    UNIX_EPOCH + x * TICKS_PER_SECOND, 0);
	} else if (strcmp(n, "FromUnixTimeMilliseconds") == 0) {
		c->out = datetimeoffset_new(UNIX_EPOCH + x * 10000, 0);
	} else {
		int64_t a = ticks_of(c->args[0]), b = ticks_of(c->args[1]);

		c->out = value_int(a < b ? -1 : a > b);
	}
	return FLOW_MORE;
}

#define DATE_PARTS                                                             \
	{ "int Year get", date_part }, { "int Month get", date_part },         \
	{ "int Day get", date_part }, { "int Hour get", date_part },           \
	{ "int Minute get", date_part }, { "int Second get", date_part },      \
	{ "int Millisecond get", date_part },                                  \
	{ "int Microsecond get", date_part },                                  \
	{ "int Nanosecond get", date_part },                                   \
	{ "int DayOfYear get", date_part }, { "long Ticks get", date_other },  \
	{ "timespan TimeOfDay get", date_other },                              \
	{ "System.DayOfWeek DayOfWeek get", date_other },                      \
	{ "datetime Date get", date_other }
#define DATE_ADDS(T)                                                           \
	{ T " Add(timespan value)", date_add },                                \
	{ T " AddDays(double value)", date_add },                              \
	{ T " AddHours(double value)", date_add },                             \
	{ T " AddMinutes(double value)", date_add },                           \
	{ T " AddSeconds(double value)", date_add },                           \
	{ T " AddMilliseconds(double value)", date_add },                      \
	{ T " AddMicroseconds(double value)", date_add },                      \
	{ T " AddTicks(long value)", date_add },                               \
	{ T " AddMonths(int months)", date_add_months },                       \
	{ T " AddYears(int value)", date_add_months },                         \
	{ T " ToUniversalTime()", date_to }, { T " ToLocalTime()", date_to },  \
	{ "long ToFileTime()", date_to }
#define DS "System.Globalization.DateTimeStyles styles"
#define DATE_PARSE(T)                                                          \
	{ "static " T " Parse(string s)", parse_date },                        \
	{ "static " T " Parse(string s, " IFP ")", parse_date },               \
	{ "static " T " Parse(string s, " IFP ", " DS ")", parse_date },       \
	{ "static " T " ParseExact(string s, string format, " IFP ")",         \
	    parse_date },                                                      \
	{ "static " T " ParseExact(string s, string format, " IFP ", " DS ")", \
	    parse_date },                                                      \
	{ "static " T " ParseExact(string s, string[] formats, " IFP           \
	  ", " DS ")", parse_date },                                           \
	{ "static bool TryParse(string s, [ref] " T " result)", parse_date },  \
	{ "static bool TryParse(string s, " IFP ", " DS ", [ref] " T           \
	  " result)", parse_date },                                            \
	{ "static bool TryParseExact(string s, string format, " IFP            \
	  ", " DS ", [ref] " T " result)", parse_date },                       \
	{ "static bool TryParseExact(string s, string[] formats, " IFP         \
	  ", " DS ", [ref] " T " result)", parse_date }
#define YMD "int year, int month, int day"
#define HMS YMD ", int hour, int minute, int second"

static const struct member_spec datetime_members[] = {
	{ "new(long ticks)", new_date },
	{ "new(long ticks, System.DateTimeKind kind)", new_date },
	{ "new(" YMD ")", new_date },
	{ "new(" HMS ")", new_date },
	{ "new(" HMS ", System.DateTimeKind kind)", new_date },
	{ "new(" HMS ", int millisecond)", new_date },
	{ "new(" HMS ", int millisecond, System.DateTimeKind kind)",
	    new_date },
	{ "static datetime Now get", now },
	{ "static datetime UtcNow get", now },
	{ "static datetime Today get", now },
	{ "static datetime MinValue get", date_limit },
	{ "static datetime MaxValue get", date_limit },
	{ "static datetime UnixEpoch get", date_limit },
	DATE_PARTS,
	{ "System.DateTimeKind Kind get", date_other },
	{ "string DateTime get", date_other },
	DATE_ADDS("datetime"),
	{ "timespan Subtract(datetime value)", date_subtract },
	{ "datetime Subtract(timespan value)", date_subtract },
	{ "long ToFileTimeUtc()", date_to },
	{ "long ToBinary()", date_to },
	{ "double ToOADate()", date_to },
	{ "string ToShortDateString()", date_to },
	{ "string ToLongDateString()", date_to },
	{ "string ToShortTimeString()", date_to },
	{ "string ToLongTimeString()", date_to },
	{ "bool IsDaylightSavingTime()", is_dst },
	DATE_PARSE("datetime"),
	{ "static bool IsLeapYear(int year)", date_static },
	{ "static int DaysInMonth(int year, int month)", date_static },
	{ "static datetime SpecifyKind(datetime value, System.DateTimeKind "
	  "kind)", date_static },
	{ "static datetime FromFileTime(long fileTime)", date_static },
	{ "static datetime FromFileTimeUtc(long fileTime)", date_static },
	{ "static datetime FromBinary(long dateData)", date_static },
	{ "static datetime FromOADate(double d)", date_static },
	{ "static int Compare(datetime t1, datetime t2)", date_static },
	{ NULL },
};

static const struct member_spec offset_members[] = {
	{ "new(datetime dateTime)", new_date },
	{ "new(datetime dateTime, timespan offset)", new_date },
	{ "new(long ticks, timespan offset)", new_date },
	{ "new(" HMS ", timespan offset)", new_date },
	{ "new(" HMS ", int millisecond, timespan offset)", new_date },
	{ "static System.DateTimeOffset Now get", now },
	{ "static System.DateTimeOffset UtcNow get", now },
	{ "static System.DateTimeOffset MinValue get", date_limit },
	{ "static System.DateTimeOffset MaxValue get", date_limit },
	{ "static System.DateTimeOffset UnixEpoch get", date_limit },
	DATE_PARTS,
	{ "datetime DateTime get", date_other },
	{ "datetime UtcDateTime get", date_other },
	{ "datetime LocalDateTime get", date_other },
	{ "timespan Offset get", date_other },
	{ "long UtcTicks get", date_other },
	DATE_ADDS("System.DateTimeOffset"),
	{ "timespan Subtract(System.DateTimeOffset value)", date_subtract },
	{ "System.DateTimeOffset Subtract(timespan value)", date_subtract },
	{ "long ToUnixTimeSeconds()", date_to },
	{ "long ToUnixTimeMilliseconds()", date_to },
	{ "System.DateTimeOffset ToOffset(timespan offset)", to_offset },
	{ "static System.DateTimeOffset FromUnixTimeSeconds(long seconds)",
	    date_static },
	{ "static System.DateTimeOffset FromUnixTimeMilliseconds(long "
	  "milliseconds)", date_static },
	DATE_PARSE("System.DateTimeOffset"),
	{ NULL },
};

void
dates_init(void)
{
	type_add_members(&type_datetime, datetime_members);
	type_add_members(&type_datetimeoffset, offset_members);
	type_add_members(&type_timespan, timespan_members);
	type_add(&type_datetimeoffset);
}
