/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ticks of 100 ns since year 1: calendar, clock and the local zone. */
#include "config.h"

#include <time.h>

#include "types/types_internal.h"

/* Ticks of 1970-01-01. */
#define UNIX_EPOCH 621355968000000000LL

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days before the first of January of year. */
static int64_t
days_before(int year)
{
	int64_t y = year - 1;

	return y * 365 + y / 4 - y / 100 + y / 400;
}

void
ticks_split(int64_t ticks, struct date_parts *p)
{
	int64_t days = ticks / TICKS_PER_DAY, rest = ticks % TICKS_PER_DAY;
	int64_t n = days;
	int year;

	year = (int)(n / 366) + 1;
	while (days_before(year + 1) <= days)
		year++;
	p->year = year;
	p->weekday = (int)((days + 1) % 7);
	n = days - days_before(year);
	p->yearday = (int)n + 1;
	p->month = 1;
	while (n >= days_in_month(year, p->month))
		n -= days_in_month(year, p->month++);
	p->day = (int)n + 1;
	p->hour = (int)(rest / (3600 * TICKS_PER_SECOND));
	rest %= 3600 * TICKS_PER_SECOND;
	p->minute = (int)(rest / (60 * TICKS_PER_SECOND));
	rest %= 60 * TICKS_PER_SECOND;
	p->second = (int)(rest / TICKS_PER_SECOND);
	p->ticks = (int)(rest % TICKS_PER_SECOND);
}

bool
ticks_make(const struct date_parts *p, int64_t *ticksp)
{
	int64_t days;
	int m;

	if (p->year < 1 || p->year > 9999 || p->month < 1 || p->month > 12 ||
	    p->day < 1 || p->day > days_in_month(p->year, p->month) ||
	    p->hour < 0 || p->hour > 23 || p->minute < 0 || p->minute > 59 ||
	    p->second < 0 || p->second > 59)
		return false;
	days = days_before(p->year) + p->day - 1;
	for (m = 1; m < p->month; m++)
		days += days_in_month(p->year, m);
	*ticksp = days * TICKS_PER_DAY +
	    (int64_t)(p->hour * 3600 + p->minute * 60 + p->second) *
		TICKS_PER_SECOND +
	    p->ticks;
	return true;
}

int
local_offset_at_utc(int64_t utc_ticks)
{
	time_t t = (time_t)((utc_ticks - UNIX_EPOCH) / TICKS_PER_SECOND);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return 0;
	return (int)tm.tm_gmtoff;
}

int
local_offset_at_local(int64_t local_ticks)
{
	struct date_parts p;
	struct tm tm = { 0 };

	ticks_split(local_ticks, &p);
	tm.tm_year = p.year - 1900;
	tm.tm_mon = p.month - 1;
	tm.tm_mday = p.day;
	tm.tm_hour = p.hour;
	tm.tm_min = p.minute;
	tm.tm_sec = p.second;
	tm.tm_isdst = -1;
	(void)mktime(&tm);
	return (int)tm.tm_gmtoff;
}

int64_t
ticks_now_utc(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return UNIX_EPOCH + (int64_t)ts.tv_sec * TICKS_PER_SECOND +
	    ts.tv_nsec / 100;
}

struct value
datetimeoffset_new(int64_t ticks, int minutes)
{
	struct datetimeoffset *o = cell_new(&type_datetimeoffset, sizeof(*o));

	o->ticks = ticks;
	o->minutes = minutes;
	return cell_value(o);
}
