/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compare-Object: what is on one side only, or on both. */
#include "config.h"

#include <string.h>

#include "cmdlets/object/object_cmdlets.h"
#include "core/cmdlet.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "types/property_arg.h"
#include "types/types.h"

enum {
	P_REFERENCE,
	P_DIFFERENCE,
	P_WINDOW,
	P_PROPERTY,
	P_EXCLUDE,
	P_INCLUDE,
	P_PASS,
	P_CULTURE,
	P_CASE,
};

static const struct param_spec params[] = {
	{ "ReferenceObject", "psobject[]", NULL, "*/0m", PARAM_ALLOW_EMPTY,
	    NULL, 0, 0, "what is compared with" },
	{ "DifferenceObject", "psobject[]", NULL, "*/1mv", PARAM_ALLOW_EMPTY,
	    NULL, 0, 0, "what is compared" },
	{ "SyncWindow", "int", NULL, NULL, 0, NULL, 0, 2147483647,
	    "how far apart equal objects may stand" },
	{ "Property", "object[]", NULL, NULL, 0, NULL, 0, 0,
	    "the properties to compare" },
	{ "ExcludeDifferent", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "leaves out what differs" },
	{ "IncludeEqual", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "shows what is on both sides" },
	{ "PassThru", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "gives the objects themselves" },
	{ "Culture", "string", NULL, NULL, 0, NULL, 0, 0,
	    "the culture to compare text by" },
	{ "CaseSensitive", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "upper and lower case differ" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const char *const compare_keys[] = { "expression", NULL };

struct compare_state {
	struct property_args args;
	struct list *difference;
	bool *taken; /* a difference object that met its equal */
};

static enum flow
compare_begin(struct call *c)
{
	struct compare_state *st = call_state(c);

	st->difference = list_new(NULL, 0);
	return property_args_parse(call_run(c), call_param(c, P_PROPERTY),
	    compare_keys, &st->args);
}

static enum flow
compare_process(struct call *c)
{
	struct compare_state *st = call_state(c);
	struct value v = call_param(c, P_DIFFERENCE);
	size_t i;

	if (!value_is_list(v))
		return FLOW_MORE;
	for (i = 0; i < list_of(v)->count; i++)
		if (!value_is_nothing(list_of(v)->items[i]))
			list_add(st->difference, list_of(v)->items[i]);
	return FLOW_MORE;
}

static enum flow
objects_equal(struct call *c, struct value a, struct value b, bool *equalp)
{
	struct compare_state *st = call_state(c);
	bool ignore_case = !call_switch(c, P_CASE), found;
	struct value x, y;
	size_t i;
	enum flow flow;

	if (st->args.count == 0) {
		struct value tx, ty;

		if (!value_is_object(value_base(a)) ||
		    !value_is_object(value_base(b)))
			return value_equal(
			    call_run(c), a, b, ignore_case, equalp);
		/* Objects that cannot be compared are compared by text. */
		if ((flow = value_text(call_run(c), a, &tx)) != FLOW_MORE)
			return flow;
		flow = value_text(call_run(c), b, &ty);
		if (flow == FLOW_MORE)
			flow = value_equal(
			    call_run(c), tx, ty, ignore_case, equalp);
		value_unref(tx);
		value_unref(ty);
		return flow;
	}
	*equalp = true;
	for (i = 0; *equalp && i < st->args.count; i++) {
		flow = property_arg_get(
		    call_run(c), &st->args.items[i], a, &x, &found);
		if (flow != FLOW_MORE)
			return flow;
		flow = property_arg_get(
		    call_run(c), &st->args.items[i], b, &y, &found);
		if (flow == FLOW_MORE) {
			if (value_is_nothing(x) || value_is_nothing(y))
				*equalp = value_is_nothing(x) &&
				    value_is_nothing(y);
			else
				flow = value_equal(
				    call_run(c), x, y, ignore_case, equalp);
		}
		value_unref(x);
		value_unref(y);
		if (flow != FLOW_MORE)
			return flow;
	}
	return FLOW_MORE;
}

static enum flow
show(struct call *c, struct value v, const char *side)
{
	struct compare_state *st = call_state(c);
	struct value side_value = value_string(side), got;
	struct object *o;
	size_t i;
	bool found;
	enum flow flow = FLOW_MORE;

	if (call_switch(c, P_PASS)) {
		struct value wrapped = value_wrap(v);

		flow = value_set_member(
		    call_run(c), wrapped, "SideIndicator", side_value);
		value_unref(side_value);
		if (flow == FLOW_MORE)
			flow = call_emit(c, wrapped);
		value_unref(wrapped);
		return flow;
	}
	o = object_new(NULL);
	if (st->args.count == 0)
		object_set(o, "InputObject", v);
	for (i = 0; flow == FLOW_MORE && i < st->args.count; i++) {
		flow = property_arg_get(
		    call_run(c), &st->args.items[i], v, &got, &found);
		if (flow == FLOW_MORE)
			object_set_take(o, st->args.items[i].label, got);
	}
	object_set_take(o, "SideIndicator", side_value);
	if (flow != FLOW_MORE) {
		value_unref(object_value(o));
		return flow;
	}
	return call_emit_take(c, object_value(o));
}

/* The nearest equal difference object within the window; or none. */
static enum flow
find_equal(struct call *c, size_t at, struct value v, size_t *foundp)
{
	struct compare_state *st = call_state(c);
	size_t window = (size_t)call_int(c, P_WINDOW, INT32_MAX);
	size_t n = st->difference->count, i;
	size_t from = at > window ? at - window : 0;
	size_t to = window >= n || at + window + 1 > n ? n : at + window + 1;
	bool equal = false;
	enum flow flow;

	*foundp = n;
	for (i = from; i < to; i++) {
		if (st->taken[i])
			continue;
		flow =
		    objects_equal(c, v, st->difference->items[i], &equal);
		if (flow != FLOW_MORE)
			return flow;
		if (equal) {
			*foundp = i;
			return FLOW_MORE;
		}
	}
	return FLOW_MORE;
}

static enum flow
compare_end(struct call *c)
{
	struct compare_state *st = call_state(c);
	struct value reference = call_param(c, P_REFERENCE);
	size_t n = value_is_list(reference) ? list_of(reference)->count : 0;
	bool *met = mem_zalloc(n + 1);
	size_t i, at;
	enum flow flow = FLOW_MORE;

	st->taken = mem_zalloc(st->difference->count + 1);
	for (i = 0; flow == FLOW_MORE && i < n; i++) {
		flow = find_equal(c, i, list_of(reference)->items[i], &at);
		if (flow != FLOW_MORE || at == st->difference->count)
			continue;
		st->taken[at] = met[i] = true;
		if (call_switch(c, P_INCLUDE) || call_switch(c, P_EXCLUDE))
			flow = show(c, list_of(reference)->items[i], "==");
	}
	for (i = 0; flow == FLOW_MORE && !call_switch(c, P_EXCLUDE) &&
	     i < st->difference->count;
	     i++)
		if (!st->taken[i])
			flow = show(c, st->difference->items[i], "=>");
	for (i = 0; flow == FLOW_MORE && !call_switch(c, P_EXCLUDE) && i < n;
	     i++)
		if (!met[i])
			flow = show(c, list_of(reference)->items[i], "<=");
	mem_free(met);
	return flow;
}

static void
compare_clean(struct call *c)
{
	struct compare_state *st = call_state(c);

	property_args_clear(&st->args);
	if (st->difference != NULL)
		value_unref(list_value(st->difference));
	mem_free(st->taken);
	st->difference = NULL;
	st->taken = NULL;
}

const struct cmdlet cmdlet_compare_object = {
	.name = "Compare-Object",
	.class_name = "Microsoft.PowerShell.Commands.CompareObjectCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = params,
	.synopsis = "Compares two sets of objects",
	.state_size = sizeof(struct compare_state),
	.begin = compare_begin,
	.process = compare_process,
	.end = compare_end,
	.clean = compare_clean,
};
