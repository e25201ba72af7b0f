/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Start-Sleep, Measure-Command, Get-Date. */
#include "config.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "cmdlets/host/host_cmdlets.h"
#include "core/cmdlet.h"
#include "core/string.h"
#include "core/type.h"
#include "types/types.h"

enum { S_SECONDS, S_MILLISECONDS, S_DURATION };

static const struct param_spec sleep_params[] = {
	{ "Seconds", "double", NULL, "Seconds/0mvp", 0, NULL, 0, 0,
	    "how long, in seconds" },
	{ "Milliseconds", "int", "ms", "Milliseconds/mp", 0, NULL, 0,
	    2147483647, "how long, in milliseconds" },
	{ "Duration", "timespan", "ts", "FromTimeSpan/0mvp", 0, NULL, 0, 0,
	    "how long" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
sleep_process(struct call *c)
{
	struct run *r = call_run(c);
	double ms = 0;

	if (call_bound(c, S_SECONDS))
		ms = call_param(c, S_SECONDS).u.d * 1000.0;
	else if (call_bound(c, S_MILLISECONDS))
		ms = (double)call_int(c, S_MILLISECONDS, 0);
	else
		ms = (double)call_param(c, S_DURATION).u.i / 10000.0;
	if (ms < 0.0 || ms > (double)INT_MAX)
		return call_faultf(c, FAULT_LIMIT, "ParameterOutOfRange",
		    VALUE_NULL, "The time to sleep must be between 0 and "
				"2147483 seconds.");
	/* No descriptor: the deadline or a stop ends the wait. */
	if (r->ops->wait(r, -1, 0, (int)ms) < 0)
		return run_check_stop(r);
	return FLOW_MORE;
}

const struct cmdlet cmdlet_start_sleep = {
	.name = "Start-Sleep",
	.class_name = "Microsoft.PowerShell.Commands.StartSleepCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Seconds",
	.params = sleep_params,
	.synopsis = "Waits",
	.process = sleep_process,
};

static const struct param_spec measure_params[] = {
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "what the block gets as $_" },
	{ "Expression", "scriptblock", NULL, "*/0m", 0, NULL, 0, 0,
	    "what to run" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct measure_state {
	int64_t ticks;
};

static enum flow
measure_process(struct call *c)
{
	struct measure_state *st = call_state(c);
	struct value under = call_param(c, 0), out = VALUE_NULL;
	struct timespec from, to;
	enum flow flow;

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	flow = call_invoke_get(c, call_param(c, 1), &under, &out);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	value_unref(out);
	st->ticks += (to.tv_sec - from.tv_sec) * 10000000LL +
	    (to.tv_nsec - from.tv_nsec) / 100;
	return flow;
}

static enum flow
measure_end(struct call *c)
{
	struct measure_state *st = call_state(c);

	return call_emit(c, value_timespan(st->ticks));
}

const struct cmdlet cmdlet_measure_command = {
	.name = "Measure-Command",
	.class_name = "Microsoft.PowerShell.Commands.MeasureCommandCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = measure_params,
	.synopsis = "Measures how long a script block runs",
	.state_size = sizeof(struct measure_state),
	.process = measure_process,
	.end = measure_end,
};

enum { D_DATE, D_FORMAT, D_UTC };

static const struct param_spec date_params[] = {
	{ "Date", "datetime", "LastWriteTime", "*/0vp", 0, NULL, 0, 0,
	    "the date; now where it is not given" },
	{ "Format", "string", NULL, NULL, 0, NULL, 0, 0,
	    "a .NET format, FileDate, FileDateTime and their Universal forms" },
	{ "AsUTC", "switch", NULL, NULL, 0, NULL, 0, 0, "in UTC" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct {
	const char *name;
	const char *format;
	bool utc;
} date_formats[] = {
	{ "FileDate", "yyyyMMdd", false },
	{ "FileDateTime", "yyyyMMddTHHmmssffff", false },
	{ "FileDateUniversal", "yyyyMMddZ", true },
	{ "FileDateTimeUniversal", "yyyyMMddTHHmmssffffZ", true },
};

static enum flow
date_now(struct call *c, bool utc, struct value *datep)
{
	const char *name = utc ? "UtcNow" : "Now";
	bool found;

	return type_get_static(
	    call_run(c), &type_datetime, name, datep, &found);
}

static enum flow
date_process(struct call *c)
{
	const char *format = call_string(c, D_FORMAT);
	struct value date = VALUE_NULL, text = VALUE_NULL;
	bool utc = call_switch(c, D_UTC);
	size_t i;
	enum flow flow = FLOW_MORE;

	for (i = 0; format != NULL &&
	     i < sizeof(date_formats) / sizeof(*date_formats);
	     i++)
		if (string_equal_ci(format, date_formats[i].name)) {
			format = date_formats[i].format;
			utc = utc || date_formats[i].utc;
			break;
		}
	if (!call_bound(c, D_DATE))
		flow = date_now(c, utc, &date);
	else if (utc)
		flow = value_call_member(call_run(c), call_param(c, D_DATE),
		    "ToUniversalTime", NULL, 0, &date);
	else
		date = value_ref(call_param(c, D_DATE));
	if (flow == FLOW_MORE && format == NULL)
		return call_emit_take(c, date);
	if (flow == FLOW_MORE)
		flow = value_format(call_run(c), date, format, &text);
	value_unref(date);
	return flow == FLOW_MORE ? call_emit_take(c, text) : flow;
}

const struct cmdlet cmdlet_get_date = {
	.name = "Get-Date",
	.class_name = "Microsoft.PowerShell.Commands.GetDateCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = date_params,
	.synopsis = "Gives the date and time",
	.process = date_process,
};
