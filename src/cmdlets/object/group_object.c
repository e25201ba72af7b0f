/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Group-Object: objects with equal properties together. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "cmdlets/object/object_cmdlets.h"
#include "core/cmdlet.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"
#include "types/property_arg.h"
#include "types/types.h"

enum {
	P_NO_ELEMENT,
	P_AS_HASH,
	P_AS_STRING,
	P_INPUT,
	P_PROPERTY,
	P_CULTURE,
	P_CASE,
};

static const struct param_spec params[] = {
	{ "NoElement", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "leaves out the members of a group" },
	{ "AsHashTable", "switch", "AHT", "HashTable/", 0, NULL, 0, 0,
	    "gives a dictionary" },
	{ "AsString", "switch", NULL, "HashTable/", 0, NULL, 0, 0,
	    "with strings as its keys" },
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to group" },
	{ "Property", "object[]", NULL, "*/0", 0, NULL, 0, 0,
	    "names, script blocks or calculated properties" },
	{ "Culture", "string", NULL, NULL, 0, NULL, 0, 0,
	    "the culture to compare text by" },
	{ "CaseSensitive", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "upper and lower case differ" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const char *const group_keys[] = { "expression", NULL };

struct group {
	struct value name; /* string */
	struct list *values;
	struct list *members;
};

/*
 * Groups are found through a dictionary of their name texts; the few that
 * share a text are compared by value.
 */
struct group_state {
	struct property_args args;
	struct group *groups;
	size_t count;
	struct dict *by_name; /* text to list of group numbers */
};

static enum flow
group_begin(struct call *c)
{
	struct group_state *st = call_state(c);

	st->by_name = dict_new(NULL);
	st->by_name->ignore_case = !call_switch(c, P_CASE);
	return property_args_parse(call_run(c), call_param(c, P_PROPERTY),
	    group_keys, &st->args);
}

static enum flow
key_values(struct call *c, struct value v, struct list *values)
{
	struct group_state *st = call_state(c);
	struct value got;
	bool found;
	size_t i;
	enum flow flow = FLOW_MORE;

	if (st->args.count == 0) {
		list_add(values, value_base(v));
		return FLOW_MORE;
	}
	for (i = 0; flow == FLOW_MORE && i < st->args.count; i++) {
		flow = property_arg_get(
		    call_run(c), &st->args.items[i], v, &got, &found);
		if (flow == FLOW_LEAVE &&
		    call_run(c)->leave.kind == LEAVE_THROW) {
			run_leave_clear(call_run(c));
			got = VALUE_NULL;
			flow = FLOW_MORE;
		}
		list_add_take(values, got);
	}
	return flow;
}

static enum flow
key_name(struct call *c, const struct list *values, struct value *namep)
{
	struct buf b;
	size_t i;
	enum flow flow = FLOW_MORE;

	buf_init(&b);
	for (i = 0; flow == FLOW_MORE && i < values->count; i++) {
		struct value text = VALUE_NULL;

		if (i > 0)
			buf_add_str(&b, ", ");
		if (value_is_nothing(values->items[i]))
			continue;
		flow = value_text(call_run(c), values->items[i], &text);
		if (flow == FLOW_MORE)
			buf_add(&b, value_chars(text), value_chars_len(text));
		value_unref(text);
	}
	if (flow == FLOW_MORE)
		*namep = value_string_n(b.data, b.len);
	buf_clear(&b);
	return flow;
}

static enum flow
same_values(struct call *c, const struct list *a, const struct list *b,
    bool *samep)
{
	size_t i;
	enum flow flow = FLOW_MORE;

	*samep = a->count == b->count;
	for (i = 0; flow == FLOW_MORE && *samep && i < a->count; i++) {
		if (value_is_nothing(a->items[i]) ||
		    value_is_nothing(b->items[i]))
			*samep = value_is_nothing(a->items[i]) &&
			    value_is_nothing(b->items[i]);
		else
			flow = value_equal(call_run(c), a->items[i],
			    b->items[i], !call_switch(c, P_CASE), samep);
	}
	return flow;
}

static enum flow
group_find(struct call *c, struct value name, struct list *values,
    struct group **gp)
{
	struct group_state *st = call_state(c);
	struct dict_entry *e = dict_find(st->by_name, name);
	struct list *numbers;
	size_t i;
	bool same;
	enum flow flow;

	if (e == NULL) {
		numbers = list_new(NULL, 1);
		dict_set_take(st->by_name, name, list_value(numbers));
	} else {
		numbers = list_of(e->value);
	}
	for (i = 0; i < numbers->count; i++) {
		struct group *g = &st->groups[numbers->items[i].u.i];

		flow = same_values(c, g->values, values, &same);
		if (flow != FLOW_MORE)
			return flow;
		if (same) {
			*gp = g;
			return FLOW_MORE;
		}
	}
	list_add_take(numbers, value_long((int64_t)st->count));
	st->groups =
	    mem_array_grow(st->groups, st->count + 1, sizeof(*st->groups));
	*gp = &st->groups[st->count++];
	(*gp)->name = value_ref(name);
	(*gp)->values = values;
	(void)value_ref(list_value(values));
	(*gp)->members = list_new(NULL, 1);
	return FLOW_MORE;
}

static enum flow
group_process(struct call *c)
{
	struct value v = call_param(c, P_INPUT), name;
	struct list *values;
	struct group *g;
	enum flow flow;

	if (value_is_nothing(v))
		return FLOW_MORE;
	values = list_new(NULL, 1);
	flow = key_values(c, v, values);
	if (flow == FLOW_MORE &&
	    (flow = key_name(c, values, &name)) == FLOW_MORE) {
		flow = group_find(c, name, values, &g);
		if (flow == FLOW_MORE)
			list_add(g->members, v);
		value_unref(name);
	}
	value_unref(list_value(values));
	return flow;
}

static struct value
group_info(struct call *c, const struct group *g)
{
	bool bare = call_switch(c, P_NO_ELEMENT);
	struct object *o =
	    object_new("Microsoft.PowerShell.Commands.GroupInfo");

	if (bare)
		object_add_type(
		    o, "Microsoft.PowerShell.Commands.GroupInfoNoElement");
	object_set(o, "Values", list_value(g->values));
	object_set_take(o, "Count", value_int((int32_t)g->members->count));
	if (!bare)
		object_set(o, "Group", list_value(g->members));
	object_set(o, "Name", g->name);
	return object_value(o);
}

/* Groups come in the order of their values. */
static int
group_order(struct call *c, const struct group *a, const struct group *b)
{
	size_t i;
	int order = 0;

	for (i = 0; i < a->values->count && order == 0; i++) {
		struct value x = a->values->items[i], y = b->values->items[i];

		if (value_is_nothing(x) || value_is_nothing(y))
			order = (int)!value_is_nothing(x) -
			    (int)!value_is_nothing(y);
		else if (value_compare(call_run(c), x, y,
			     !call_switch(c, P_CASE), &order) != FLOW_MORE) {
			run_leave_clear(call_run(c));
			order = strcmp(
			    value_chars(a->name), value_chars(b->name));
		}
	}
	return order;
}

static void
groups_sort(struct call *c, struct group *groups, size_t n)
{
	struct group *tmp;
	size_t half = n / 2, i, j, k;

	if (n < 2)
		return;
	groups_sort(c, groups, half);
	groups_sort(c, groups + half, n - half);
	tmp = mem_dup(groups, half * sizeof(*groups));
	for (i = 0, j = half, k = 0; i < half && j < n;)
		groups[k++] = group_order(c, &tmp[i], &groups[j]) <= 0
		    ? tmp[i++]
		    : groups[j++];
	memcpy(groups + k, tmp + i, (half - i) * sizeof(*groups));
	mem_free(tmp);
}

static enum flow
group_hash(struct call *c)
{
	struct group_state *st = call_state(c);
	struct dict *d = dict_new(NULL);
	size_t i;

	d->ignore_case = !call_switch(c, P_CASE);
	for (i = 0; i < st->count; i++) {
		const struct group *g = &st->groups[i];

		if (call_switch(c, P_AS_STRING) || g->values->count != 1)
			dict_set(d, g->name, list_value(g->members));
		else
			dict_set(d, value_base(g->values->items[0]),
			    list_value(g->members));
	}
	return call_emit_take(c, dict_value(d));
}

/* Values of several types have no order: groups stay as they appeared. */
static bool
is_uniform(const struct group_state *st)
{
	const struct type *t, *first = NULL;
	size_t i;

	for (i = 0; i < st->count; i++) {
		if (st->groups[i].values->count != 1)
			return true;
		t = value_type(st->groups[i].values->items[0]);
		if (t != NULL && first != NULL && t != first)
			return false;
		if (first == NULL)
			first = t;
	}
	return true;
}

static enum flow
group_end(struct call *c)
{
	struct group_state *st = call_state(c);
	size_t i;
	enum flow flow = FLOW_MORE;

	if (is_uniform(st))
		groups_sort(c, st->groups, st->count);
	if (call_switch(c, P_AS_HASH))
		return group_hash(c);
	for (i = 0; flow == FLOW_MORE && i < st->count; i++)
		flow = call_emit_take(c, group_info(c, &st->groups[i]));
	return flow;
}

static void
group_clean(struct call *c)
{
	struct group_state *st = call_state(c);
	size_t i;

	for (i = 0; i < st->count; i++) {
		value_unref(st->groups[i].name);
		value_unref(list_value(st->groups[i].values));
		value_unref(list_value(st->groups[i].members));
	}
	mem_free(st->groups);
	if (st->by_name != NULL)
		value_unref(dict_value(st->by_name));
	property_args_clear(&st->args);
	st->groups = NULL;
	st->by_name = NULL;
	st->count = 0;
}

const struct cmdlet cmdlet_group_object = {
	.name = "Group-Object",
	.class_name = "Microsoft.PowerShell.Commands.GroupObjectCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = params,
	.synopsis = "Groups objects that have equal properties",
	.state_size = sizeof(struct group_state),
	.begin = group_begin,
	.process = group_process,
	.end = group_end,
	.clean = group_clean,
};
