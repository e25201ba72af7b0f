/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measure-Object: count, sum, average, extremes; lines, words, characters. */
#include "config.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "cmdlets/object/object_cmdlets.h"
#include "core/cmdlet.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"
#include "types/property_arg.h"
#include "types/types.h"

enum {
	P_INPUT,
	P_PROPERTY,
	P_DEVIATION,
	P_SUM,
	P_ALL,
	P_AVERAGE,
	P_MAXIMUM,
	P_MINIMUM,
	P_LINE,
	P_WORD,
	P_CHARACTER,
	P_IGNORE_SPACE,
};

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "what to measure" },
	{ "Property", "object[]", NULL, "*/0", 0, NULL, 0, 0,
	    "the properties to measure" },
	{ "StandardDeviation", "switch", NULL, "GenericMeasure/", 0, NULL, 0,
	    0, "the standard deviation" },
	{ "Sum", "switch", NULL, "GenericMeasure/", 0, NULL, 0, 0, "the sum" },
	{ "AllStats", "switch", NULL, "GenericMeasure/", 0, NULL, 0, 0,
	    "all of them" },
	{ "Average", "switch", NULL, "GenericMeasure/", 0, NULL, 0, 0,
	    "the average" },
	{ "Maximum", "switch", NULL, "GenericMeasure/", 0, NULL, 0, 0,
	    "the largest" },
	{ "Minimum", "switch", NULL, "GenericMeasure/", 0, NULL, 0, 0,
	    "the smallest" },
	{ "Line", "switch", NULL, "TextMeasure/", 0, NULL, 0, 0,
	    "counts lines of text" },
	{ "Word", "switch", NULL, "TextMeasure/", 0, NULL, 0, 0,
	    "counts words of text" },
	{ "Character", "switch", NULL, "TextMeasure/", 0, NULL, 0, 0,
	    "counts characters of text" },
	{ "IgnoreWhiteSpace", "switch", NULL, "TextMeasure/", 0, NULL, 0, 0,
	    "does not count white space as characters" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const char *const measure_keys[] = { "expression", NULL };

struct tally {
	char *name; /* NULL: the objects themselves */
	int64_t count;
	double sum;
	double mean, m2; /* Welford's */
	struct value least, most;
	int64_t lines, words, characters;
	bool found;
};

struct measure_state {
	struct property_args args;
	struct tally *tallies;
	size_t count;
};

static bool
wants(struct call *c, size_t param)
{
	return call_switch(c, param) || call_switch(c, P_ALL);
}

static bool
wants_numbers(struct call *c)
{
	return wants(c, P_SUM) || wants(c, P_AVERAGE) || wants(c, P_DEVIATION);
}

static bool
is_text(struct call *c)
{
	return call_switch(c, P_LINE) || call_switch(c, P_WORD) ||
	    call_switch(c, P_CHARACTER);
}

static struct tally *
tally_find(struct measure_state *st, const char *name)
{
	struct tally *t;
	size_t i;

	for (i = 0; i < st->count; i++)
		if (name == NULL || string_equal_ci(st->tallies[i].name, name))
			return &st->tallies[i];
	st->tallies =
	    mem_array_grow(st->tallies, st->count + 1, sizeof(*st->tallies));
	t = &st->tallies[st->count++];
	memset(t, 0, sizeof(*t));
	t->name = name == NULL ? NULL : mem_strdup(name);
	return t;
}

static enum flow
tally_text(struct call *c, struct tally *t, struct value v)
{
	struct value text;
	const char *s;
	size_t i, len;
	bool in_word = false, skip = call_switch(c, P_IGNORE_SPACE);
	enum flow flow = value_text(call_run(c), v, &text);

	if (flow != FLOW_MORE)
		return flow;
	s = value_chars(text);
	len = value_chars_len(text);
	if (len > 0)
		t->lines++;
	for (i = 0; i < len; i++) {
		bool space = isspace((unsigned char)s[i]) != 0;

		if (s[i] == '\n' && i + 1 < len)
			t->lines++;
		if (!space && !in_word)
			t->words++;
		in_word = !space;
		if (space && skip)
			t->characters--;
	}
	t->characters += string_of(text)->units;
	value_unref(text);
	return FLOW_MORE;
}

static enum flow
tally_number(struct call *c, struct tally *t, struct value v)
{
	struct value number;
	double before;
	enum flow flow;

	flow = value_convert(call_run(c), v, &type_double, &number);
	if (flow == FLOW_LEAVE && call_run(c)->leave.kind == LEAVE_THROW) {
		char *text = value_text_plain(v);

		run_leave_clear(call_run(c));
		flow = call_faultf(c, FAULT_INVALID, "NonNumericInputObject",
		    v, "Input object \"%s\" is not numeric.", text);
		mem_free(text);
		return flow;
	}
	if (flow != FLOW_MORE)
		return flow;
	t->count++;
	t->sum += number.u.d;
	before = number.u.d - t->mean;
	t->mean += before / (double)t->count;
	t->m2 += before * (number.u.d - t->mean);
	return FLOW_MORE;
}

static enum flow
tally_extremes(struct call *c, struct tally *t, struct value v)
{
	int order = 0;
	enum flow flow;

	if (value_is_nothing(t->least)) {
		value_set(&t->least, v);
		value_set(&t->most, v);
		return FLOW_MORE;
	}
	flow = value_compare(call_run(c), v, t->least, true, &order);
	if (flow == FLOW_MORE && order < 0)
		value_set(&t->least, v);
	if (flow == FLOW_MORE)
		flow = value_compare(call_run(c), v, t->most, true, &order);
	if (flow == FLOW_MORE && order > 0)
		value_set(&t->most, v);
	return flow;
}

static enum flow
tally_add(struct call *c, struct tally *t, struct value v)
{
	enum flow flow = FLOW_MORE;

	t->found = true;
	if (value_is_nothing(v))
		return FLOW_MORE;
	if (is_text(c)) {
		t->count++;
		return tally_text(c, t, v);
	}
	if (wants(c, P_MAXIMUM) || wants(c, P_MINIMUM))
		flow = tally_extremes(c, t, value_base(v));
	if (flow != FLOW_MORE)
		return flow;
	if (wants_numbers(c))
		return tally_number(c, t, v);
	t->count++;
	return FLOW_MORE;
}

struct each {
	struct call *call;
	const char *pattern;
};

static enum flow
add_matching(void *arg, const char *name, struct value v)
{
	struct each *e = arg;
	struct measure_state *st = call_state(e->call);

	if (!wildcard_match(e->pattern, name, true))
		return FLOW_MORE;
	return tally_add(e->call, tally_find(st, name), v);
}

static enum flow
measure_begin(struct call *c)
{
	struct measure_state *st = call_state(c);
	size_t i;
	enum flow flow = property_args_parse(call_run(c),
	    call_param(c, P_PROPERTY), measure_keys, &st->args);

	for (i = 0; i < st->args.count; i++)
		if (!property_arg_is_pattern(&st->args.items[i]))
			(void)tally_find(st, st->args.items[i].label);
	if (st->args.count == 0)
		(void)tally_find(st, NULL);
	return flow;
}

static enum flow
measure_process(struct call *c)
{
	struct measure_state *st = call_state(c);
	struct value v = call_param(c, P_INPUT), got;
	bool found;
	size_t i;
	enum flow flow = FLOW_MORE;

	if (value_is_nothing(v))
		return FLOW_MORE;
	if (st->args.count == 0)
		return tally_add(c, &st->tallies[0], v);
	for (i = 0; flow == FLOW_MORE && i < st->args.count; i++) {
		const struct property_arg *pa = &st->args.items[i];

		if (property_arg_is_pattern(pa)) {
			struct each e = { c, pa->label };

			flow = value_each_property(
			    call_run(c), v, add_matching, &e);
			continue;
		}
		flow = property_arg_get(call_run(c), pa, v, &got, &found);
		if (flow == FLOW_MORE && found)
			flow = tally_add(c, tally_find(st, pa->label), got);
		value_unref(got);
	}
	return flow;
}

static void
put_number(struct object *o, const char *name, bool wanted, double d)
{
	object_set_take(o, name, wanted ? value_double(d) : VALUE_NULL);
}

static struct value
generic_result(struct call *c, const struct tally *t)
{
	struct object *o = object_new(
	    "Microsoft.PowerShell.Commands.GenericMeasureInfo");
	bool any = t->count > 0;

	object_set_take(o, "Count", value_int((int32_t)t->count));
	put_number(o, "Average", any && wants(c, P_AVERAGE),
	    any ? t->sum / (double)t->count : 0);
	put_number(o, "Sum", wants(c, P_SUM) && (any || t->found), t->sum);
	object_set(o, "Maximum",
	    wants(c, P_MAXIMUM) ? t->most : VALUE_NULL);
	object_set(o, "Minimum",
	    wants(c, P_MINIMUM) ? t->least : VALUE_NULL);
	put_number(o, "StandardDeviation", any && wants(c, P_DEVIATION),
	    t->count > 1 ? sqrt(t->m2 / (double)(t->count - 1)) : 0);
	object_set_take(o, "Property",
	    t->name == NULL ? VALUE_NULL : value_string(t->name));
	return object_value(o);
}

static struct value
text_result(struct call *c, const struct tally *t)
{
	struct object *o =
	    object_new("Microsoft.PowerShell.Commands.TextMeasureInfo");

	object_set_take(o, "Lines",
	    call_switch(c, P_LINE) ? value_int((int32_t)t->lines)
				   : VALUE_NULL);
	object_set_take(o, "Words",
	    call_switch(c, P_WORD) ? value_int((int32_t)t->words)
				   : VALUE_NULL);
	object_set_take(o, "Characters",
	    call_switch(c, P_CHARACTER) ? value_int((int32_t)t->characters)
					: VALUE_NULL);
	object_set_take(o, "Property",
	    t->name == NULL ? VALUE_NULL : value_string(t->name));
	return object_value(o);
}

static enum flow
measure_end(struct call *c)
{
	struct measure_state *st = call_state(c);
	size_t i;
	enum flow flow = FLOW_MORE;

	for (i = 0; flow == FLOW_MORE && i < st->count; i++) {
		const struct tally *t = &st->tallies[i];

		if (!t->found && t->name != NULL) {
			flow = call_faultf(c, FAULT_INVALID,
			    "GenericMeasurePropertyNotFound", VALUE_NULL,
			    "The property \"%s\" cannot be found in the input "
			    "for any objects.",
			    t->name);
			continue;
		}
		flow = call_emit_take(
		    c, is_text(c) ? text_result(c, t) : generic_result(c, t));
	}
	return flow;
}

static void
measure_clean(struct call *c)
{
	struct measure_state *st = call_state(c);
	size_t i;

	for (i = 0; i < st->count; i++) {
		mem_free(st->tallies[i].name);
		value_unref(st->tallies[i].least);
		value_unref(st->tallies[i].most);
	}
	mem_free(st->tallies);
	property_args_clear(&st->args);
	st->tallies = NULL;
	st->count = 0;
}

const struct cmdlet cmdlet_measure_object = {
	.name = "Measure-Object",
	.class_name = "Microsoft.PowerShell.Commands.MeasureObjectCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "GenericMeasure",
	.params = params,
	.synopsis = "Counts objects and measures their numbers and texts",
	.state_size = sizeof(struct measure_state),
	.begin = measure_begin,
	.process = measure_process,
	.end = measure_end,
	.clean = measure_clean,
};
