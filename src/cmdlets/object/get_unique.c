/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-Unique: drops what equals the object before it. */
#include "config.h"

#include "cmdlets/object/object_cmdlets.h"
#include "core/cmdlet.h"
#include "core/list.h"
#include "core/string.h"
#include "types/types.h"

enum { P_INPUT, P_AS_STRING, P_ON_TYPE, P_CASE };

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "sorted objects" },
	{ "AsString", "switch", NULL, "AsString/", 0, NULL, 0, 0,
	    "compares the objects' texts" },
	{ "OnType", "switch", NULL, "UniqueByType/", 0, NULL, 0, 0,
	    "one of each type" },
	{ "CaseInsensitive", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "without regard to case" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct unique_state {
	struct value last;
	bool any;
};

static enum flow
key_of(struct call *c, struct value v, struct value *keyp)
{
	struct value names;

	if (call_switch(c, P_AS_STRING))
		return value_text(call_run(c), v, keyp);
	if (!call_switch(c, P_ON_TYPE)) {
		*keyp = value_ref(value_base(v));
		return FLOW_MORE;
	}
	names = value_type_names(v);
	*keyp = value_is_list(names) && list_of(names)->count > 0
	    ? value_ref(list_of(names)->items[0])
	    : VALUE_NULL;
	value_unref(names);
	return FLOW_MORE;
}

static enum flow
unique_process(struct call *c)
{
	struct unique_state *st = call_state(c);
	struct value v = call_param(c, P_INPUT), key;
	bool same = false;
	enum flow flow;

	if (value_is_nothing(v))
		return FLOW_MORE;
	if ((flow = key_of(c, v, &key)) != FLOW_MORE)
		return flow;
	if (st->any)
		flow = value_equal(
		    call_run(c), key, st->last, call_switch(c, P_CASE), &same);
	value_set_take(&st->last, key);
	st->any = true;
	if (flow != FLOW_MORE || same)
		return flow;
	return call_emit(c, v);
}

static void
unique_clean(struct call *c)
{
	struct unique_state *st = call_state(c);

	value_clear(&st->last);
}

const struct cmdlet cmdlet_get_unique = {
	.name = "Get-Unique",
	.class_name = "Microsoft.PowerShell.Commands.GetUniqueCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "AsString",
	.params = params,
	.synopsis = "Gives each of a sorted row once",
	.state_size = sizeof(struct unique_state),
	.process = unique_process,
	.clean = unique_clean,
};
