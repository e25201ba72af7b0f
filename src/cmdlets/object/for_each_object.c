/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ForEach-Object: a script block, a property or a method for each object. */
#include "config.h"

#include <string.h>

#include "cmdlets/object/object_cmdlets.h"
#include "core/list.h"
#include "types/types.h"

enum {
	P_INPUT,
	P_BEGIN,
	P_PROCESS,
	P_END,
	P_REMAINING,
	P_MEMBER,
	P_ARGUMENTS,
	P_PARALLEL,
	P_THROTTLE,
	P_TIMEOUT,
	P_AS_JOB,
	P_NEW_RUNSPACE,
};

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL,
	    "ParallelParameterSet/v PropertyAndMethodSet/v ScriptBlockSet/v",
	    0, NULL, 0, 0, "the objects" },
	{ "Begin", "scriptblock", NULL, "ScriptBlockSet/", 0, NULL, 0, 0,
	    "runs before the first object" },
	{ "Process", "scriptblock[]", NULL, "ScriptBlockSet/0m",
	    PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "runs for each object; $_ is the object" },
	{ "End", "scriptblock", NULL, "ScriptBlockSet/", 0, NULL, 0, 0,
	    "runs after the last object" },
	{ "RemainingScripts", "scriptblock[]", NULL, "ScriptBlockSet/r",
	    PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "more script blocks" },
	{ "MemberName", "string", NULL, "PropertyAndMethodSet/0m",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "a property to read or a method to "
					 "call" },
	{ "ArgumentList", "System.Object[]", "Args", "PropertyAndMethodSet/r",
	    0, NULL, 0, 0, "the method's arguments" },
	{ "Parallel", "scriptblock", NULL, "ParallelParameterSet/m", 0, NULL,
	    0, 0, "runs for each object; one after the other here" },
	{ "ThrottleLimit", "int", NULL, "ParallelParameterSet/", 0, NULL, 1,
	    2147483647, "how many at a time" },
	{ "TimeoutSeconds", "int", NULL, "ParallelParameterSet/", 0, NULL, 0,
	    2147483, "how long in all" },
	{ "AsJob", "switch", NULL, "ParallelParameterSet/", 0, NULL, 0, 0,
	    "gives a job" },
	{ "UseNewRunspace", "switch", NULL, "ParallelParameterSet/", 0, NULL,
	    0, 0, "a fresh session for each" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* The blocks in the order they were given. */
struct blocks {
	struct value *begin, *end; /* NULL: none */
	struct value *process;
	size_t n;
	struct value all[64];
	size_t count;
};

static void
gather(struct blocks *b, struct value list)
{
	struct value base = value_base(list);

	if (!value_is_list(base))
		return;
	for (size_t i = 0; i < list_of(base)->count && b->count < 64; i++)
		b->all[b->count++] = value_ref(list_of(base)->items[i]);
}

/* Without -Begin the first of several is it; of three and more the last ends. */
static enum flow
each_begin(struct call *c)
{
	struct blocks *b = call_state(c);

	gather(b, call_param(c, P_PROCESS));
	gather(b, call_param(c, P_REMAINING));
	b->process = b->all;
	b->n = b->count;
	if (b->n > 1 && !call_bound(c, P_BEGIN)) {
		b->begin = b->process++;
		b->n--;
	}
	if (b->n > 1 && !call_bound(c, P_END)) {
		b->end = &b->process[b->n - 1];
		b->n--;
	}
	if (call_bound(c, P_BEGIN))
		return call_invoke(c, call_param(c, P_BEGIN), NULL, NULL, 0);
	if (b->begin != NULL && !value_is_nothing(*b->begin))
		return call_invoke(c, *b->begin, NULL, NULL, 0);
	return FLOW_MORE;
}

static bool
is_method(struct value v)
{
	const struct type *t = value_type(v);

	return t != NULL && strstr(t->name, ".PS") != NULL &&
	    strstr(t->name, "Method") != NULL;
}

static enum flow
member_of_each(struct call *c, struct value v)
{
	struct run *r = call_run(c);
	struct value args = value_base(call_param(c, P_ARGUMENTS));
	struct value out = VALUE_NULL;
	const char *name = call_string(c, P_MEMBER);
	bool found = false;
	enum flow flow = FLOW_MORE;

	if (!call_bound(c, P_ARGUMENTS))
		flow = value_get_member(r, v, name, &out, &found);
	if (flow == FLOW_MORE && value_is_nothing(v))
		return FLOW_MORE;
	/* a method's name as a property is its description */
	if (flow == FLOW_MORE && (call_bound(c, P_ARGUMENTS) ||
	    (found && is_method(out)))) {
		value_clear(&out);
		flow = value_call_member(r, v, name,
		    value_is_list(args) ? list_of(args)->items : NULL,
		    value_is_list(args) ? list_of(args)->count : 0, &out);
	}
	if (flow == FLOW_MORE)
		flow = call_emit_each(c, out);
	value_unref(out);
	return flow;
}

static enum flow
each_process(struct call *c)
{
	struct blocks *b = call_state(c);
	struct value v = value_ref(call_param(c, P_INPUT));
	enum flow flow = FLOW_MORE;

	if (call_bound(c, P_PARALLEL)) {
		flow = call_invoke(c, call_param(c, P_PARALLEL), &v, NULL, 0);
	} else if (call_bound(c, P_MEMBER)) {
		flow = member_of_each(c, v);
	} else if (!(call_expects_input(c) && !call_has_input(c))) {
		for (size_t i = 0; i < b->n && flow == FLOW_MORE; i++)
			if (!value_is_nothing(b->process[i]))
				flow = call_invoke(c, b->process[i], &v, NULL,
				    0);
	}
	value_unref(v);
	return flow;
}

static enum flow
each_end(struct call *c)
{
	struct blocks *b = call_state(c);

	if (call_bound(c, P_END))
		return call_invoke(c, call_param(c, P_END), NULL, NULL, 0);
	if (b->end != NULL && !value_is_nothing(*b->end))
		return call_invoke(c, *b->end, NULL, NULL, 0);
	return FLOW_MORE;
}

static void
each_clean(struct call *c)
{
	struct blocks *b = call_state(c);

	for (size_t i = 0; i < b->count; i++)
		value_clear(&b->all[i]);
	b->count = 0;
}

const struct cmdlet cmdlet_for_each_object = {
	.name = "ForEach-Object",
	.class_name = "Microsoft.PowerShell.Commands.ForEachObjectCommand",
	.module = "Microsoft.PowerShell.Core",
	.default_set = "ScriptBlockSet",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = params,
	.synopsis = "Does something for each object",
	.state_size = sizeof(struct blocks),
	.begin = each_begin,
	.process = each_process,
	.end = each_end,
	.clean = each_clean,
};
