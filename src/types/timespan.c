/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TimeSpan. */
#include "config.h"

#include <math.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/dates_internal.h"

/* --- TimeSpan --- */

static enum flow
span_part(struct member_call *c)
{
	int64_t t = c->self.u.i;
	const char *n = c->name;

	if (strcasecmp(n, "Ticks") == 0) {
		c->out = value_long(t);
		return FLOW_MORE;
	}
	if (strcasecmp(n, "Days") == 0)
		t /= TICKS_PER_DAY;
	else if (strcasecmp(n, "Hours") == 0)
		t = t / (3600 * TICKS_PER_SECOND) % 24;
	else if (strcasecmp(n, "Minutes") == 0)
		t = t / (60 * TICKS_PER_SECOND) % 60;
	else if (strcasecmp(n, "Seconds") == 0)
		t = t / TICKS_PER_SECOND % 60;
	else if (strcasecmp(n, "Milliseconds") == 0)
		t = t / 10000 % 1000;
	else if (strcasecmp(n, "Microseconds") == 0)
		t = t / 10 % 1000;
	else
		t = t % 10 * 100;
	c->out = value_int((int32_t)t);
	return FLOW_MORE;
}

static enum flow
span_total(struct member_call *c)
{
	const char *n = c->name;
	double t = (double)c->self.u.i;

	c->out = value_double(t /
	    (strcasecmp(n, "TotalDays") == 0	       ? 864e9 :
		    strcasecmp(n, "TotalHours") == 0   ? 36e9 :
		    strcasecmp(n, "TotalMinutes") == 0 ? 6e8 :
		    strcasecmp(n, "TotalSeconds") == 0 ? 1e7 :
		    strcasecmp(n, "TotalMilliseconds") == 0 ? 1e4 :
		    strcasecmp(n, "TotalMicroseconds") == 0 ? 10 :
							      0.01));
	return FLOW_MORE;
}

static enum flow
span_too_long(struct member_call *c)
{
	return member_throw(c, "System.OverflowException",
	    "TimeSpan overflowed because the duration is too long.");
}

static enum flow
span_from(struct member_call *c)
{
	const char *n = c->name;
	double unit = strcmp(n, "FromDays") == 0 ? 864e9 :
	    strcmp(n, "FromHours") == 0		 ? 36e9 :
	    strcmp(n, "FromMinutes") == 0	 ? 6e8 :
	    strcmp(n, "FromSeconds") == 0	 ? 1e7 :
	    strcmp(n, "FromMilliseconds") == 0	 ? 1e4 :
						   10;
	double d;

	if (strcmp(n, "FromTicks") == 0) {
		c->out = value_timespan(c->args[0].u.i);
		return FLOW_MORE;
	}
	d = c->args[0].type == &type_double ? c->args[0].u.d :
					      (double)c->args[0].u.i;
	if (isnan(d))
		return member_throw(c, "System.ArgumentException",
		    "TimeSpan does not accept floating point Not-a-Number "
		    "values.");
	d = trunc(d * unit);
	if (!(fabs(d) < 9223372036854775807.0))
		return span_too_long(c);
	c->out = value_timespan((int64_t)d);
	return FLOW_MORE;
}

static enum flow
new_span(struct member_call *c)
{
	int64_t d = 0, h = 0, m = 0, s = 0, ms = 0;
	size_t i = 0;
	__int128 t;

	if (c->n == 1) {
		c->out = value_timespan(c->args[0].u.i);
		return FLOW_MORE;
	}
	if (c->n > 3)
		d = c->args[i++].u.i;
	h = c->args[i++].u.i;
	m = c->args[i++].u.i;
	s = c->args[i++].u.i;
	if (c->n > 4)
		ms = c->args[i++].u.i;
	t = (((__int128)d * 24 + h) * 60 + m) * 60 + s;
	t = t * TICKS_PER_SECOND + ms * 10000;
	if (t > INT64_MAX || t < INT64_MIN)
		return span_too_long(c);
	c->out = value_timespan((int64_t)t);
	return FLOW_MORE;
}

static enum flow
span_limit(struct member_call *c)
{
	const char *n = c->name;

	if (strcasecmp(n, "Zero") == 0)
		c->out = value_timespan(0);
	else if (strcasecmp(n, "MaxValue") == 0)
		c->out = value_timespan(INT64_MAX);
	else if (strcasecmp(n, "MinValue") == 0)
		c->out = value_timespan(INT64_MIN);
	else
		c->out = value_long(
		    strcasecmp(n, "TicksPerDay") == 0	      ? TICKS_PER_DAY :
			strcasecmp(n, "TicksPerHour") == 0    ? 36000000000LL :
			strcasecmp(n, "TicksPerMinute") == 0  ? 600000000LL :
			strcasecmp(n, "TicksPerSecond") == 0  ? 10000000LL :
								10000LL);
	return FLOW_MORE;
}

static enum flow
span_math(struct member_call *c)
{
	const char *n = c->name;
	int64_t t = c->self.u.i, out = 0;
	bool over = false;

	if (strcmp(n, "Add") == 0)
		over = __builtin_add_overflow(t, c->args[0].u.i, &out);
	else if (strcmp(n, "Subtract") == 0)
		over = __builtin_sub_overflow(t, c->args[0].u.i, &out);
	else if (strcmp(n, "Negate") == 0)
		over = __builtin_sub_overflow((int64_t)0, t, &out);
	else if (strcmp(n, "Duration") == 0)
		over = t < 0 ? __builtin_sub_overflow((int64_t)0, t, &out) :
			       (out = t, false);
	else {
		double d = strcmp(n, "Multiply") == 0 ?
		    rint((double)t * c->args[0].u.d) :
		    rint((double)t / c->args[0].u.d);

		over = !(fabs(d) < 9223372036854775807.0);
		out = over ? 0 : (int64_t)d;
	}
	if (over)
		return span_too_long(c);
	c->out = value_timespan(out);
	return FLOW_MORE;
}

static enum flow
parse_span(struct member_call *c)
{
	struct string_ref s = ref_of(c->args[0]);
	int64_t t = 0;
	int rc = timespan_parse(s.s, s.n, &t);

	if (strncmp(c->name, "Try", 3) == 0) {
		c->out = value_bool(rc > 0);
		return value_set_member(c->run, c->args[c->n - 1], "Value",
		    value_timespan(rc > 0 ? t : 0));
	}
	if (rc > 0) {
		c->out = value_timespan(t);
		return FLOW_MORE;
	}
	return member_throw(c,
	    rc < 0 ? "System.OverflowException" : "System.FormatException",
	    rc < 0 ? "The TimeSpan string '%s' could not be parsed because at "
		     "least one of the numeric components is out of range or "
		     "contains too many digits." :
		     "String '%s' was not recognized as a valid TimeSpan.",
	    s.s);
}

#define SPAN_PART(n) { "int " n " get", span_part }
#define SPAN_TOTAL(n) { "double " n " get", span_total }
#define SPAN_FROM(n)                                                           \
	{ "static timespan " n "(double value)", span_from }
const struct member_spec timespan_members[] = {
	{ "new(long ticks)", new_span },
	{ "new(int hours, int minutes, int seconds)", new_span },
	{ "new(int days, int hours, int minutes, int seconds)", new_span },
	{ "new(int days, int hours, int minutes, int seconds, int "
	  "milliseconds)", new_span },
	{ "long Ticks get", span_part },
	SPAN_PART("Days"), SPAN_PART("Hours"), SPAN_PART("Milliseconds"),
	SPAN_PART("Microseconds"), SPAN_PART("Nanoseconds"),
	SPAN_PART("Minutes"), SPAN_PART("Seconds"),
	SPAN_TOTAL("TotalDays"), SPAN_TOTAL("TotalHours"),
	SPAN_TOTAL("TotalMilliseconds"), SPAN_TOTAL("TotalMicroseconds"),
	SPAN_TOTAL("TotalNanoseconds"), SPAN_TOTAL("TotalMinutes"),
	SPAN_TOTAL("TotalSeconds"),
	{ "static timespan Zero get", span_limit },
	{ "static timespan MaxValue get", span_limit },
	{ "static timespan MinValue get", span_limit },
	{ "static long TicksPerDay get", span_limit },
	{ "static long TicksPerHour get", span_limit },
	{ "static long TicksPerMinute get", span_limit },
	{ "static long TicksPerSecond get", span_limit },
	{ "static long TicksPerMillisecond get", span_limit },
	SPAN_FROM("FromDays"), SPAN_FROM("FromHours"),
	SPAN_FROM("FromMinutes"), SPAN_FROM("FromSeconds"),
	SPAN_FROM("FromMilliseconds"), SPAN_FROM("FromMicroseconds"),
	{ "static timespan FromTicks(long value)", span_from },
	{ "timespan Add(timespan ts)", span_math },
	{ "timespan Subtract(timespan ts)", span_math },
	{ "timespan Multiply(double factor)", span_math },
	{ "timespan Divide(double divisor)", span_math },
	{ "timespan Negate()", span_math },
	{ "timespan Duration()", span_math },
	{ "static timespan Parse(string s)", parse_span },
	{ "static timespan Parse(string input, " IFP ")", parse_span },
	{ "static bool TryParse(string s, [ref] timespan result)",
	    parse_span },
	{ NULL },
};
