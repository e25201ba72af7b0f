/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Select-Object: some of the objects, some of their properties. */
#include "config.h"

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
	P_EXCLUDE,
	P_EXPAND,
	P_UNIQUE,
	P_CASE,
	P_LAST,
	P_FIRST,
	P_SKIP,
	P_SKIP_LAST,
	P_WAIT,
	P_INDEX,
	P_SKIP_INDEX,
};

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to choose from" },
	{ "Property", "object[]", NULL,
	    "DefaultParameter/0 SkipLastParameter/0", 0, NULL, 0, 0,
	    "names, wildcards, script blocks or calculated properties" },
	{ "ExcludeProperty", "string[]", NULL,
	    "DefaultParameter/ SkipLastParameter/", 0, NULL, 0, 0,
	    "properties to leave out" },
	{ "ExpandProperty", "string", NULL,
	    "DefaultParameter/ SkipLastParameter/", 0, NULL, 0, 0,
	    "gives this property's value in place of the object" },
	{ "Unique", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "drops objects whose properties were seen before" },
	{ "CaseInsensitive", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "-Unique without regard to case" },
	{ "Last", "int", NULL, "DefaultParameter/", 0, NULL, 0, 2147483647,
	    "this many from the end" },
	{ "First", "int", NULL, "DefaultParameter/", 0, NULL, 0, 2147483647,
	    "this many from the start" },
	{ "Skip", "int", NULL, "DefaultParameter/ SkipLastParameter/", 0, NULL,
	    0, 2147483647, "passes over this many first" },
	{ "SkipLast", "int", NULL, "SkipLastParameter/", 0, NULL, 0,
	    2147483647, "passes over this many at the end" },
	{ "Wait", "switch", NULL, "DefaultParameter/ IndexParameter/", 0, NULL,
	    0, 0, "does not stop the commands above when it has enough" },
	{ "Index", "int[]", NULL, "IndexParameter/", 0, NULL, 0, 0,
	    "the objects at these places" },
	{ "SkipIndex", "int[]", NULL, "SkipIndexParameter/", 0, NULL, 0, 0,
	    "all but the objects at these places" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const char *const select_keys[] = { "expression", "name", "label",
	NULL };

struct select_state {
	struct property_args args;
	struct list *tail; /* -Last, -SkipLast: the objects held back */
	struct list *seen; /* -Unique: what went out */
	int64_t at;        /* objects that came */
	int64_t out;       /* objects that went */
};

/* --- one object's properties --- */

struct pick {
	struct call *call;
	struct object *to;
	const char *pattern;
};

static bool
is_excluded(struct call *c, const char *name)
{
	struct value ex = call_param(c, P_EXCLUDE);
	size_t i;

	if (!value_is_list(ex))
		return false;
	for (i = 0; i < list_of(ex)->count; i++) {
		const char *pattern =
		    value_chars(value_base(list_of(ex)->items[i]));

		if (pattern != NULL && wildcard_match(pattern, name, true))
			return true;
	}
	return false;
}

static enum flow
pick_matching(void *arg, const char *name, struct value v)
{
	struct pick *p = arg;

	if (wildcard_match(p->pattern, name, true) &&
	    !is_excluded(p->call, name) && object_find(p->to, name) == NULL)
		object_set(p->to, name, v);
	return FLOW_MORE;
}

static enum flow
pick_one(struct call *c, const struct property_arg *pa, struct value from,
    struct object *to)
{
	struct run *r = call_run(c);
	struct value v;
	bool found;
	enum flow flow;

	if (is_excluded(c, pa->label))
		return FLOW_MORE;
	if (object_find(to, pa->label) != NULL)
		return call_faultf(c, FAULT_INVALID_OPERATION,
		    "AlreadyExistingUserSpecifiedPropertyNoExpand", from,
		    "The property cannot be processed because the property "
		    "\"%s\" already exists.",
		    pa->label);
	flow = property_arg_get(r, pa, from, &v, &found);
	if (flow == FLOW_LEAVE && r->leave.kind == LEAVE_THROW) {
		/* A calculated property that fails is null. */
		run_leave_clear(r);
		v = VALUE_NULL;
		flow = FLOW_MORE;
	}
	if (flow != FLOW_MORE)
		return flow;
	object_set_take(to, pa->label, v);
	return FLOW_MORE;
}

/* "Selected.<name>" in front of the type names, as PowerShell does. */
static void
name_selected(struct object *to, struct value from)
{
	struct value names = value_type_names(from);
	const char *first = NULL;
	char *selected;

	if (value_is_list(names) && list_of(names)->count > 0)
		first = value_chars(list_of(names)->items[0]);
	if (first == NULL)
		first = "System.Object";
	selected = strncmp(first, "Selected.", 9) == 0
	    ? mem_strdup(first)
	    : mem_printf("Selected.%s", first);
	object_add_type(to, selected);
	mem_free(selected);
	value_unref(names);
}

static enum flow
pick_properties(struct call *c, struct value from, struct value *outp)
{
	struct select_state *st = call_state(c);
	struct object *to = object_new(NULL);
	struct pick p = { c, to, "*" };
	enum flow flow = FLOW_MORE;
	size_t i;

	if (st->args.count == 0)
		flow = value_each_property(
		    call_run(c), from, pick_matching, &p);
	for (i = 0; flow == FLOW_MORE && i < st->args.count; i++) {
		const struct property_arg *pa = &st->args.items[i];

		if (property_arg_is_pattern(pa) && pa->keys == NULL) {
			p.pattern = pa->label;
			flow = value_each_property(
			    call_run(c), from, pick_matching, &p);
		} else {
			flow = pick_one(c, pa, from, to);
		}
	}
	if (flow != FLOW_MORE) {
		value_unref(object_value(to));
		return flow;
	}
	name_selected(to, from);
	*outp = object_value(to);
	return FLOW_MORE;
}

/* --- -Unique --- */

struct same {
	struct run *run;
	struct value other;
	bool ignore_case;
	bool same;
	size_t count;
};

static enum flow
same_property(void *arg, const char *name, struct value v)
{
	struct same *s = arg;
	struct value theirs;
	bool found = false, equal = false;
	enum flow flow;

	s->count++;
	if (!s->same)
		return FLOW_MORE;
	flow = value_get_member(s->run, s->other, name, &theirs, &found);
	if (flow != FLOW_MORE)
		return flow;
	if (found)
		flow = value_equal(s->run, v, theirs, s->ignore_case, &equal);
	value_unref(theirs);
	s->same = found && equal;
	return flow;
}

static enum flow
objects_same(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *samep)
{
	struct same s = { r, b, ignore_case, true, 0 };
	enum flow flow;

	if (!value_is_object(value_base(a)) || !value_is_object(value_base(b)))
		return value_equal(r, a, b, ignore_case, samep);
	flow = value_each_property(r, a, same_property, &s);
	*samep = s.same;
	return flow;
}

static enum flow
was_seen(struct call *c, struct value v, bool *seenp)
{
	struct select_state *st = call_state(c);
	enum flow flow = FLOW_MORE;
	size_t i;

	*seenp = false;
	if (st->seen == NULL)
		st->seen = list_new(NULL, 0);
	for (i = 0; flow == FLOW_MORE && !*seenp && i < st->seen->count; i++)
		flow = objects_same(call_run(c), v, st->seen->items[i],
		    call_switch(c, P_CASE), seenp);
	if (flow == FLOW_MORE && !*seenp)
		list_add(st->seen, v);
	return flow;
}

static enum flow
send(struct call *c, struct value v)
{
	bool seen = false;
	enum flow flow = FLOW_MORE;

	if (call_switch(c, P_UNIQUE))
		flow = was_seen(c, v, &seen);
	if (flow != FLOW_MORE || seen)
		return flow;
	return call_emit(c, v);
}

/* --- -ExpandProperty --- */

static enum flow
expand(struct call *c, struct value from)
{
	const char *name = call_string(c, P_EXPAND);
	struct select_state *st = call_state(c);
	struct value v, item, picked;
	struct iter it;
	bool found = false, more;
	enum flow flow;

	flow = value_get_member(call_run(c), from, name, &v, &found);
	if (flow != FLOW_MORE)
		return flow;
	if (!found) {
		value_unref(v);
		return call_faultf(c, FAULT_INVALID, "ExpandPropertyNotFound",
		    from, "Property \"%s\" cannot be found.", name);
	}
	if (value_is_nothing(v))
		return send(c, v);
	flow = iter_begin(call_run(c), v, &it);
	value_unref(v);
	while (flow == FLOW_MORE) {
		flow = iter_next(call_run(c), &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		if (st->args.count > 0) {
			/* -Property beside it: notes on the value given. */
			struct value wrapped = value_wrap(item);
			struct member *m;

			flow = pick_properties(c, from, &picked);
			if (flow == FLOW_MORE) {
				OBJECT_EACH (m, object_of(picked)) {
					if (flow != FLOW_MORE)
						break;
					flow = value_set_member(call_run(c),
					    wrapped, value_chars(m->name),
					    m->value);
				}
				value_unref(picked);
			}
			value_unref(item);
			item = wrapped;
		}
		if (flow == FLOW_MORE)
			flow = send(c, item);
		value_unref(item);
	}
	iter_end(&it);
	return flow;
}

static enum flow
transform(struct call *c, struct value v)
{
	struct select_state *st = call_state(c);
	struct value picked;
	enum flow flow;

	if (call_bound(c, P_EXPAND))
		return expand(c, v);
	if (st->args.count == 0 && !call_bound(c, P_EXCLUDE))
		return send(c, v);
	if ((flow = pick_properties(c, v, &picked)) != FLOW_MORE)
		return flow;
	flow = send(c, picked);
	value_unref(picked);
	return flow;
}

/* --- which objects --- */

static bool
index_listed(struct call *c, size_t param, int64_t at)
{
	struct value list = call_param(c, param);
	size_t i;

	if (!value_is_list(list))
		return false;
	for (i = 0; i < list_of(list)->count; i++)
		if (value_base(list_of(list)->items[i]).u.i == at)
			return true;
	return false;
}

static enum flow
hold_tail(struct call *c, struct value v, int64_t most, bool forward)
{
	struct select_state *st = call_state(c);
	struct value first;
	enum flow flow = FLOW_MORE;

	if (st->tail == NULL)
		st->tail = list_new(NULL, 0);
	list_add(st->tail, v);
	if ((int64_t)st->tail->count <= most)
		return FLOW_MORE;
	first = value_ref(st->tail->items[0]);
	list_remove(st->tail, 0);
	if (forward)
		flow = transform(c, first);
	value_unref(first);
	return flow;
}

static enum flow
select_begin(struct call *c)
{
	struct select_state *st = call_state(c);

	return property_args_parse(call_run(c), call_param(c, P_PROPERTY),
	    select_keys, &st->args);
}

static enum flow
select_first(struct call *c, struct value v, int64_t first)
{
	struct select_state *st = call_state(c);
	enum flow flow = FLOW_MORE;

	if (st->out < first) {
		st->out++;
		flow = transform(c, v);
	}
	if (flow != FLOW_MORE)
		return flow;
	if (st->out >= first && !call_bound(c, P_LAST) &&
	    !call_switch(c, P_WAIT))
		return call_stop_upstream(c);
	return FLOW_MORE;
}

static enum flow
select_process(struct call *c)
{
	struct select_state *st = call_state(c);
	struct value v = call_param(c, P_INPUT);
	int64_t at = st->at++;

	if (!call_bound(c, P_INPUT) && !call_expects_input(c))
		return FLOW_MORE;
	if (call_bound(c, P_INDEX))
		return index_listed(c, P_INDEX, at) ? transform(c, v)
						    : FLOW_MORE;
	if (call_bound(c, P_SKIP_INDEX))
		return index_listed(c, P_SKIP_INDEX, at) ? FLOW_MORE
							 : transform(c, v);
	if (call_bound(c, P_LAST) && !call_bound(c, P_FIRST))
		return hold_tail(c, v,
		    call_int(c, P_LAST, 0) + call_int(c, P_SKIP, 0), false);
	if (at < call_int(c, P_SKIP, 0))
		return FLOW_MORE;
	if (call_bound(c, P_SKIP_LAST))
		return hold_tail(c, v, call_int(c, P_SKIP_LAST, 0), true);
	if (!call_bound(c, P_FIRST))
		return transform(c, v);
	if (call_bound(c, P_LAST) && st->out >= call_int(c, P_FIRST, 0))
		return hold_tail(c, v, call_int(c, P_LAST, 0), false);
	return select_first(c, v, call_int(c, P_FIRST, 0));
}

static enum flow
select_end(struct call *c)
{
	struct select_state *st = call_state(c);
	size_t i, n;
	enum flow flow = FLOW_MORE;

	if (st->tail == NULL || !call_bound(c, P_LAST))
		return FLOW_MORE;
	n = st->tail->count;
	if (!call_bound(c, P_FIRST)) {
		size_t skip = (size_t)call_int(c, P_SKIP, 0);

		n = skip < n ? n - skip : 0;
		if (n > (size_t)call_int(c, P_LAST, 0))
			n = (size_t)call_int(c, P_LAST, 0);
	}
	for (i = 0; flow == FLOW_MORE && i < n; i++)
		flow = transform(c, st->tail->items[i]);
	return flow;
}

static void
select_clean(struct call *c)
{
	struct select_state *st = call_state(c);

	property_args_clear(&st->args);
	if (st->tail != NULL)
		value_unref(list_value(st->tail));
	if (st->seen != NULL)
		value_unref(list_value(st->seen));
	st->tail = st->seen = NULL;
}

const struct cmdlet cmdlet_select_object = {
	.name = "Select-Object",
	.class_name = "Microsoft.PowerShell.Commands.SelectObjectCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "DefaultParameter",
	.params = params,
	.synopsis = "Selects objects or properties of objects",
	.state_size = sizeof(struct select_state),
	.begin = select_begin,
	.process = select_process,
	.end = select_end,
	.clean = select_clean,
};
