/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New-TimeSpan, New-Guid, Get-Random, Get-SecureRandom. */
#include "config.h"

#include <string.h>
#include <sys/random.h>

#include "cmdlets/data/data_cmdlets.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/type.h"
#include "types/report.h"
#include "types/types.h"

/* --- New-TimeSpan --- */

enum {
	T_START,
	T_END,
	T_DAYS,
	T_HOURS,
	T_MINUTES,
	T_SECONDS,
	T_MILLISECONDS,
};

static const struct param_spec span_params[] = {
	{ "Start", "datetime", "LastWriteTime", "Date/0vp", 0, NULL, 0, 0,
	    "from when" },
	{ "End", "datetime", NULL, "Date/1p", 0, NULL, 0, 0, "until when" },
	{ "Days", "int", NULL, "Time/", 0, NULL, 0, 0, "days" },
	{ "Hours", "int", NULL, "Time/", 0, NULL, 0, 0, "hours" },
	{ "Minutes", "int", NULL, "Time/", 0, NULL, 0, 0, "minutes" },
	{ "Seconds", "int", NULL, "Time/", 0, NULL, 0, 0, "seconds" },
	{ "Milliseconds", "int", NULL, "Time/", 0, NULL, 0, 0,
	    "milliseconds" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

#define TICKS_MASK INT64_C(0x3fffffffffffffff)

static int64_t
date_or_now(struct call *c, size_t param, enum flow *flowp)
{
	struct value now = VALUE_NULL;
	bool found;

	if (call_bound(c, param))
		return value_base(call_param(c, param)).u.i & TICKS_MASK;
	*flowp = type_get_static(
	    call_run(c), &type_datetime, "Now", &now, &found);
	return now.u.i & TICKS_MASK;
}

static enum flow
span_process(struct call *c)
{
	int64_t ticks, start, end;
	enum flow flow = FLOW_MORE;

	if (strcmp(call_set(c), "Time") == 0) {
		ticks = call_int(c, T_DAYS, 0) * 86400000 +
		    call_int(c, T_HOURS, 0) * 3600000 +
		    call_int(c, T_MINUTES, 0) * 60000 +
		    call_int(c, T_SECONDS, 0) * 1000 +
		    call_int(c, T_MILLISECONDS, 0);
		return call_emit(c, value_timespan(ticks * 10000));
	}
	start = date_or_now(c, T_START, &flow);
	if (flow == FLOW_MORE)
		end = date_or_now(c, T_END, &flow);
	else
		end = 0;
	/* now and now is nothing */
	if (!call_bound(c, T_START) && !call_bound(c, T_END))
		end = start;
	return flow == FLOW_MORE ? call_emit(c, value_timespan(end - start))
				 : flow;
}

const struct cmdlet cmdlet_new_timespan = {
	.name = "New-TimeSpan",
	.class_name = "Microsoft.PowerShell.Commands.NewTimeSpanCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Date",
	.params = span_params,
	.synopsis = "Makes a span of time",
	.process = span_process,
};

/* --- New-Guid --- */

enum {
	G_EMPTY,
	G_INPUT_OBJECT,
};

static const struct param_spec guid_params[] = {
	{ "Empty", "switch", NULL, "Empty/", 0, NULL, 0, 0, "only zeros" },
	{ "InputObject", "string", NULL, "InputObject/0v", 0, NULL, 0, 0,
	    "the objects to work on" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
guid_process(struct call *c)
{
	const struct type *t = type_find("guid", 4);
	struct value text = call_param(c, G_INPUT_OBJECT), out = VALUE_NULL;
	bool found;
	enum flow flow;

	if (call_switch(c, G_EMPTY))
		flow = type_get_static(
		    call_run(c), t, "Empty", &out, &found);
	else if (call_bound(c, G_INPUT_OBJECT))
		flow = value_convert(call_run(c), text, t, &out);
	else
		flow = type_call_static(
		    call_run(c), t, "NewGuid", NULL, 0, &out);
	if (flow == FLOW_LEAVE) {
		struct run *r = call_run(c);

		if (r->leave.kind != LEAVE_THROW)
			return flow;
		run_leave_clear(r);
		return call_errorf(c, "System.FormatException",
		    "StringNotRecognizedAsGuid", "InvalidArgument", text,
		    "Unrecognized Guid format.");
	}
	return call_emit_take(c, out);
}

const struct cmdlet cmdlet_new_guid = {
	.name = "New-Guid",
	.class_name = "Microsoft.PowerShell.Commands.NewGuidCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Default",
	.params = guid_params,
	.synopsis = "Makes a GUID",
	.process = guid_process,
};

/* --- Get-Random, Get-SecureRandom --- */

enum {
	R_SET_SEED,
	R_MAXIMUM,
	R_MINIMUM,
	R_INPUT_OBJECT,
	R_COUNT,
	R_SHUFFLE,
};

static const struct param_spec random_params[] = {
	{ "SetSeed", "System.Nullable[int]", NULL, NULL, PARAM_NOT_NULL, NULL,
	    0, 0, "makes the numbers repeat" },
	{ "Maximum", "System.Object", NULL, "RandomNumberParameterSet/0", 0,
	    NULL, 0, 0, "less than this" },
	{ "Minimum", "System.Object", NULL, "RandomNumberParameterSet/", 0,
	    NULL, 0, 0, "at least this" },
	{ "InputObject", "System.Object[]", NULL,
	    "RandomListItemParameterSet/0mv ShuffleParameterSet/0mv",
	    PARAM_ALLOW_EMPTY, NULL, 0, 0, "the objects to work on" },
	{ "Count", "int", NULL,
	    "RandomListItemParameterSet/ RandomNumberParameterSet/", 0, NULL,
	    1, 2147483647, "how many" },
	{ "Shuffle", "switch", NULL, "ShuffleParameterSet/m", 0, NULL, 0, 0,
	    "all of them in another order" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct param_spec secure_params[] = {
	{ "Maximum", "System.Object", NULL, "RandomNumberParameterSet/0", 0,
	    NULL, 0, 0, "less than this" },
	{ "Minimum", "System.Object", NULL, "RandomNumberParameterSet/", 0,
	    NULL, 0, 0, "at least this" },
	{ "InputObject", "System.Object[]", NULL,
	    "RandomListItemParameterSet/0mv ShuffleParameterSet/0mv",
	    PARAM_ALLOW_EMPTY, NULL, 0, 0, "the objects to work on" },
	{ "Count", "int", NULL,
	    "RandomListItemParameterSet/ RandomNumberParameterSet/", 0, NULL,
	    1, 2147483647, "how many" },
	{ "Shuffle", "switch", NULL, "ShuffleParameterSet/m", 0, NULL, 0, 0,
	    "all of them in another order" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* The two have the same parameters but the seed. */
static size_t
param(struct call *c, size_t of_random)
{
	return call_cmdlet(c) == &cmdlet_get_random ? of_random
						    : of_random - 1;
}

struct random_state {
	uint64_t s[2];
	struct list *items;
};

static uint64_t
next(struct random_state *st)
{
	uint64_t a = st->s[0], b = st->s[1];

	st->s[0] = b;
	a ^= a << 23;
	st->s[1] = a ^ b ^ (a >> 18) ^ (b >> 5);
	return st->s[1] + b;
}

/* Without bias: what would favour the first numbers is thrown again. */
static uint64_t
below(struct random_state *st, uint64_t limit)
{
	uint64_t rest, got;

	if (limit == 0)
		return next(st);
	rest = (UINT64_MAX % limit + 1) % limit;
	do {
		got = next(st);
	} while (rest != 0 && got > UINT64_MAX - rest);
	return got % limit;
}

static enum flow
random_begin(struct call *c)
{
	struct random_state *st = call_state(c);

	st->items = list_new(NULL, 8);
	if (getrandom(st->s, sizeof(st->s), 0) != (ssize_t)sizeof(st->s))
		return call_throwf(c, "System.InvalidOperationException",
		    "NoRandomness", "ResourceUnavailable", VALUE_NULL,
		    "The system gives no random numbers.");
	if (call_cmdlet(c) == &cmdlet_get_random &&
	    call_bound(c, R_SET_SEED)) {
		st->s[0] = (uint64_t)value_base(call_param(c, R_SET_SEED)).u.i;
		st->s[1] = UINT64_C(0x9e3779b97f4a7c15);
		for (int i = 0; i < 8; i++)
			(void)next(st);
	}
	st->s[1] |= 1;
	return FLOW_MORE;
}

static enum flow
random_process(struct call *c)
{
	struct random_state *st = call_state(c);
	struct value v = value_base(call_param(c, param(c, R_INPUT_OBJECT)));
	size_t i;

	if (!value_is_list(v))
		return FLOW_MORE;
	for (i = 0; i < list_of(v)->count; i++)
		list_add(st->items, list_of(v)->items[i]);
	return FLOW_MORE;
}

static enum flow
pick(struct call *c)
{
	struct random_state *st = call_state(c);
	size_t n = st->items->count, i, want;
	enum flow flow = FLOW_MORE;

	want = call_switch(c, param(c, R_SHUFFLE))
	    ? n
	    : (size_t)call_int(c, param(c, R_COUNT), 1);
	for (i = 0; flow == FLOW_MORE && i < want && i < n; i++) {
		size_t k = i + (size_t)below(st, n - i);
		struct value v = st->items->items[k];

		st->items->items[k] = st->items->items[i];
		st->items->items[i] = v;
		flow = call_emit(c, v);
	}
	return flow;
}

static enum flow
bad_range(struct call *c, struct value min, struct value max)
{
	char *a = value_text_plain(min), *b = value_text_plain(max);
	enum flow flow = call_throwf(c, "System.ArgumentException",
	    "MinGreaterThanOrEqualMax", "InvalidArgument", VALUE_NULL,
	    "The Minimum value (%s) cannot be greater than or equal to the "
	    "Maximum value (%s).",
	    a, b);

	mem_free(a);
	mem_free(b);
	return flow;
}

/* A number, or the text of one. Owned. */
static enum flow
bound(struct call *c, size_t at, int64_t preset, struct value *outp)
{
	struct value v = value_base(call_param(c, at));
	enum flow flow;

	*outp = value_int((int32_t)preset);
	if (value_is_nothing(v))
		return FLOW_MORE;
	if (!value_is_string(v)) {
		value_set(outp, v);
		return FLOW_MORE;
	}
	flow = value_unary(call_run(c), UN_PLUS, v, outp);
	return flow;
}

static enum flow
number(struct call *c)
{
	struct random_state *st = call_state(c);
	struct value min = VALUE_NULL, max = VALUE_NULL, d = VALUE_NULL;
	int64_t count = call_int(c, param(c, R_COUNT), 1);
	enum flow flow = bound(c, param(c, R_MINIMUM), 0, &min);
	bool real;

	if (flow == FLOW_MORE)
		flow = bound(c, param(c, R_MAXIMUM), INT32_MAX, &max);
	if (flow != FLOW_MORE)
		return flow;
	real = min.type == &type_double || max.type == &type_double;
	while (flow == FLOW_MORE && count-- > 0) {
		if (real) {
			double a, b;

			flow = value_convert(
			    call_run(c), min, &type_double, &d);
			if (flow != FLOW_MORE)
				break;
			a = d.u.d;
			flow = value_convert(
			    call_run(c), max, &type_double, &d);
			if (flow != FLOW_MORE)
				break;
			b = d.u.d;
			if (a >= b)
				return bad_range(c, min, max);
			flow = call_emit(c,
			    value_double(a +
				(b - a) *
				    ((double)(next(st) >> 11) *
					0x1p-53)));
		} else {
			bool wide =
			    min.type == &type_long || max.type == &type_long;
			int64_t got;

			if (min.u.i >= max.u.i)
				return bad_range(c, min, max);
			got = (int64_t)((uint64_t)min.u.i +
			    below(st, (uint64_t)max.u.i - (uint64_t)min.u.i));
			flow = call_emit(c, wide ? value_long(got)
						 : value_int((int32_t)got));
		}
	}
	value_unref(min);
	value_unref(max);
	return flow;
}

static enum flow
random_end(struct call *c)
{
	return strcmp(call_set(c), "RandomNumberParameterSet") == 0 ? number(c)
								    : pick(c);
}

static void
random_clean(struct call *c)
{
	struct random_state *st = call_state(c);

	if (st->items != NULL)
		value_unref(list_value(st->items));
	st->items = NULL;
}

const struct cmdlet cmdlet_get_random = {
	.name = "Get-Random",
	.class_name = "Microsoft.PowerShell.Commands.GetRandomCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "RandomNumberParameterSet",
	.params = random_params,
	.synopsis = "Picks numbers or objects by chance",
	.state_size = sizeof(struct random_state),
	.begin = random_begin,
	.process = random_process,
	.end = random_end,
	.clean = random_clean,
};

const struct cmdlet cmdlet_get_securerandom = {
	.name = "Get-SecureRandom",
	.class_name = "Microsoft.PowerShell.Commands.GetSecureRandomCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "RandomNumberParameterSet",
	.params = secure_params,
	.synopsis = "Picks numbers or objects by chance that none can foresee",
	.state_size = sizeof(struct random_state),
	.begin = random_begin,
	.process = random_process,
	.end = random_end,
	.clean = random_clean,
};
