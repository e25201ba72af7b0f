/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Set-Variable and New-Variable. */
#include "config.h"

#include <string.h>

#include "cmdlets/host/host_cmdlets.h"
#include "cmdlets/host/variables.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/report.h"
#include "types/types.h"

#define SMA "System.Management.Automation."

/* Options as ScopedItemOptions numbers them; Unspecified counts as none. */
static unsigned
options_of(struct call *c, size_t param)
{
	return (unsigned)value_base(call_param(c, param)).u.i & 15u;
}

static char *
described(const char *name, struct value v)
{
	char *text = value_text_plain(v);
	char *all = mem_printf("Name: %s Value: %s", name, text);

	mem_free(text);
	return all;
}

/* --- Set-Variable --- */

enum {
	SET_NAME,
	SET_VALUE,
	SET_INCLUDE,
	SET_EXCLUDE,
	SET_DESCRIPTION,
	SET_OPTION,
	SET_FORCE,
	SET_VISIBILITY,
	SET_PASS_THRU,
	SET_APPEND,
	SET_SCOPE,
};

static const struct param_spec set_params[] = {
	{ "Name", "string[]", NULL, "*/0mp", 0, NULL, 0, 0, "the name" },
	{ "Value", "System.Object", NULL, "*/1vp", 0, NULL, 0, 0,
	    "the value" },
	{ "Include", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "only names like these" },
	{ "Exclude", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "no names like these" },
	{ "Description", "string", NULL, NULL, 0, NULL, 0, 0,
	    "what it is for" },
	{ "Option", "System.Management.Automation.ScopedItemOptions", NULL,
	    NULL, 0, NULL, 0, 0,
	    "None, ReadOnly, Constant, Private, AllScope" },
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "does it where it would be refused" },
	{ "Visibility",
	    "System.Management.Automation.SessionStateEntryVisibility", NULL,
	    NULL, 0, NULL, 0, 0, "Public or Private" },
	{ "PassThru", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "gives the object back" },
	{ "Append", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "adds to the end of the file" },
	{ "Scope", "string", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "Global, Local, Script or a number of scopes up" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct set_state {
	struct list *values; /* what came down the pipeline */
};

struct put {
	struct value value;
	bool has_value;
	unsigned options;
	bool has_options;
	const char *description;
	const char *scope;
	bool force;
};

static enum flow
put(struct call *c, const struct put *p, const char *name)
{
	struct run *r = call_run(c);
	enum flow flow = r->ops->put_variable(r, name, p->scope,
	    p->has_value ? &p->value : NULL,
	    p->has_options ? &p->options : NULL, p->description, p->force);

	return flow == FLOW_LEAVE ? call_retell(c) : flow;
}

static enum flow
emit_variable(struct call *c, const char *name, const char *scope)
{
	struct variable_pick p = { .scope = scope };
	bool found;
	enum flow flow = variable_pick_name(c, &p, name, &found);

	if (flow == FLOW_MORE && p.count > 0)
		flow = call_emit(c, p.items[0].object);
	variable_pick_clear(&p);
	return flow;
}

static enum flow
set_existing(struct call *c, const struct put *p, const struct picked *v)
{
	struct value target;
	enum flow flow;

	if ((v->options & OPTION_CONSTANT) != 0 ||
	    ((v->options & OPTION_READONLY) != 0 && !p->force))
		return variable_not_writable(c, v->name);
	if (p->has_options && (p->options & OPTION_CONSTANT) != 0) {
		target = value_string(v->name);
		flow = call_errorf(c,
		    SMA "SessionStateUnauthorizedAccessException",
		    "VariableCannotBeMadeConstant", "WriteError", target,
		    "Existing variable %s cannot be made constant. Variables "
		    "can be made constant only at creation time.",
		    v->name);
		value_unref(target);
		return flow;
	}
	return put(c, p, v->name);
}

/* What stands there already, then what is added. */
static struct value
appended(const struct variable_pick *there, struct value v)
{
	struct list *l = list_new(NULL, 4);
	struct value parts[2] = { VALUE_NULL, value_base(v) };
	size_t i, k;

	if (there->count > 0)
		parts[0] = value_base(there->items[0].value);
	for (i = 0; i < 2; i++) {
		if (value_is_nothing(parts[i]))
			continue;
		if (!value_is_list(parts[i])) {
			list_add(l, parts[i]);
			continue;
		}
		for (k = 0; k < list_of(parts[i])->count; k++)
			list_add(l, list_of(parts[i])->items[k]);
	}
	return list_value(l);
}

static enum flow
set_name(struct call *c, const char *name, struct value v, bool has_value)
{
	struct put p = { .value = v, .has_value = has_value,
		.has_options = call_bound(c, SET_OPTION),
		.options = options_of(c, SET_OPTION),
		.description = call_string(c, SET_DESCRIPTION),
		.scope = call_string(c, SET_SCOPE),
		.force = call_switch(c, SET_FORCE) };
	struct variable_pick here = {
		.scope = p.scope != NULL || strchr(name, ':') != NULL ? p.scope
								      : "Local",
		.include = call_param(c, SET_INCLUDE),
		.exclude = call_param(c, SET_EXCLUDE) };
	struct value all = VALUE_NULL;
	char *target = described(name, v);
	bool found = false, yes = false;
	size_t i;
	enum flow flow = call_should(c, target, "Set variable", &yes);

	mem_free(target);
	if (flow == FLOW_MORE && yes)
		flow = variable_pick_name(c, &here, name, &found);
	if (flow == FLOW_LEAVE)
		flow = call_rethrow(c);
	if (flow == FLOW_MORE && yes && call_switch(c, SET_APPEND))
		p.value = all = appended(&here, v);
	if (flow == FLOW_MORE && yes && !found && !wildcard_has(name) &&
	    variable_wanted(here.include, here.exclude, name)) {
		p.has_value = true;
		flow = put(c, &p, name);
	}
	for (i = 0; flow == FLOW_MORE && i < here.count; i++)
		flow = set_existing(c, &p, &here.items[i]);
	variable_pick_clear(&here);
	value_unref(all);
	if (flow == FLOW_MORE && yes && call_switch(c, SET_PASS_THRU))
		flow = emit_variable(c, name, p.scope);
	return flow;
}

static enum flow
set_names(struct call *c, struct value v, bool has_value)
{
	struct value names = value_base(call_param(c, SET_NAME));
	size_t i;
	enum flow flow = FLOW_MORE;

	for (i = 0; flow == FLOW_MORE && value_is_list(names) &&
	     i < list_of(names)->count;
	     i++)
		flow = set_name(c, value_chars(list_of(names)->items[i]), v,
		    has_value);
	return flow;
}

static enum flow
set_process(struct call *c)
{
	struct set_state *st = call_state(c);

	if (!call_has_input(c))
		return FLOW_MORE;
	if (st->values == NULL)
		st->values = list_new(NULL, 4);
	list_add(st->values, call_param(c, SET_VALUE));
	return FLOW_MORE;
}

static enum flow
set_end(struct call *c)
{
	struct set_state *st = call_state(c);

	if (st->values == NULL)
		return set_names(c, call_param(c, SET_VALUE),
		    call_bound(c, SET_VALUE) && !call_expects_input(c));
	return set_names(c,
	    st->values->count == 1 ? st->values->items[0]
				   : list_value(st->values),
	    true);
}

static void
set_clean(struct call *c)
{
	struct set_state *st = call_state(c);

	if (st->values != NULL)
		value_unref(list_value(st->values));
	st->values = NULL;
}

const struct cmdlet cmdlet_set_variable = {
	.name = "Set-Variable",
	.class_name = "Microsoft.PowerShell.Commands.SetVariableCommand",
	.module = "Microsoft.PowerShell.Utility",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = set_params,
	.synopsis = "Sets variables",
	.state_size = sizeof(struct set_state),
	.process = set_process,
	.end = set_end,
	.clean = set_clean,
};

/* --- New-Variable --- */

enum {
	NEW_NAME,
	NEW_VALUE,
	NEW_DESCRIPTION,
	NEW_OPTION,
	NEW_VISIBILITY,
	NEW_FORCE,
	NEW_PASS_THRU,
	NEW_SCOPE,
};

static const struct param_spec new_params[] = {
	{ "Name", "string", NULL, "*/0mp", 0, NULL, 0, 0, "the name" },
	{ "Value", "System.Object", NULL, "*/1vp", 0, NULL, 0, 0,
	    "the value" },
	{ "Description", "string", NULL, NULL, 0, NULL, 0, 0,
	    "what it is for" },
	{ "Option", "System.Management.Automation.ScopedItemOptions", NULL,
	    NULL, 0, NULL, 0, 0,
	    "None, ReadOnly, Constant, Private, AllScope" },
	{ "Visibility",
	    "System.Management.Automation.SessionStateEntryVisibility", NULL,
	    NULL, 0, NULL, 0, 0, "Public or Private" },
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "does it where it would be refused" },
	{ "PassThru", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "gives the object back" },
	{ "Scope", "string", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "Global, Local, Script or a number of scopes up" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
new_process(struct call *c)
{
	const char *name = call_string(c, NEW_NAME);
	struct put p = { .value = call_param(c, NEW_VALUE),
		.has_value = true,
		.has_options = true,
		.options = options_of(c, NEW_OPTION),
		.description = call_string(c, NEW_DESCRIPTION),
		.scope = call_string(c, NEW_SCOPE),
		.force = call_switch(c, NEW_FORCE) };
	struct variable_pick here = { .scope = p.scope };
	struct value target;
	char *text = described(name, p.value);
	bool found, yes = false;
	enum flow flow = call_should(c, text, "New variable", &yes);

	mem_free(text);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if (p.scope == NULL && strchr(name, ':') == NULL)
		here.scope = "Local";
	/* a star is part of the name here */
	flow = call_run(c)->ops->find_variable(
	    call_run(c), name, here.scope, NULL, NULL, &found);
	if (flow == FLOW_LEAVE)
		return call_rethrow(c);
	if (found && !p.force) {
		target = value_string(name);
		flow = call_errorf(c, SMA "SessionStateException",
		    "VariableAlreadyExists", "ResourceExists", target,
		    "A variable with name '%s' already exists.", name);
		value_unref(target);
		return flow;
	}
	if (found && !wildcard_has(name)) {
		flow = variable_pick_name(c, &here, name, &found);
		if (flow == FLOW_MORE && here.count > 0 &&
		    (here.items[0].options & OPTION_CONSTANT) != 0) {
			variable_pick_clear(&here);
			return variable_not_writable(c, name);
		}
		variable_pick_clear(&here);
	}
	flow = put(c, &p, name);
	if (flow == FLOW_MORE && call_switch(c, NEW_PASS_THRU))
		flow = emit_variable(c, name, p.scope);
	return flow;
}

const struct cmdlet cmdlet_new_variable = {
	.name = "New-Variable",
	.class_name = "Microsoft.PowerShell.Commands.NewVariableCommand",
	.module = "Microsoft.PowerShell.Utility",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = new_params,
	.synopsis = "Makes a variable",
	.process = new_process,
};
