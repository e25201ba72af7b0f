/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-, Clear- and Remove-Variable: variables by name and scope. */
#include "config.h"

#include <string.h>

#include "cmdlets/host/host_cmdlets.h"
#include "cmdlets/host/variables.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "types/report.h"
#include "types/types.h"

#define SMA "System.Management.Automation."

bool
variable_wanted(struct value include, struct value exclude, const char *name)
{
	if (!value_is_nothing(include) && !list_has_match(include, name))
		return false;
	return !list_has_match(exclude, name);
}

struct gather {
	struct variable_pick *pick;
	const char *pattern; /* NULL: this one was named */
	size_t found;
};

static enum flow
gather_one(void *arg, const struct variable_info *v)
{
	struct gather *g = arg;
	struct variable_pick *p = g->pick;
	struct picked *to;

	if (g->pattern != NULL && !wildcard_match(g->pattern, v->name, true))
		return FLOW_MORE;
	g->found++;
	if (!variable_wanted(p->include, p->exclude, v->name))
		return FLOW_MORE;
	p->items = mem_array_grow(p->items, p->count + 1, sizeof(*p->items));
	to = &p->items[p->count++];
	to->name = mem_strdup(v->name);
	to->options = v->options;
	to->object = value_ref(v->object);
	to->value = value_ref(v->value);
	return FLOW_MORE;
}

enum flow
variable_pick_name(struct call *c, struct variable_pick *p, const char *name,
    bool *foundp)
{
	struct run *r = call_run(c);
	struct gather g = { .pick = p };
	const char *scope = p->scope, *colon;
	char *prefix = NULL;
	bool found = false;
	enum flow flow;

	if (!wildcard_has(name)) {
		flow = r->ops->find_variable(
		    r, name, scope, gather_one, &g, &found);
		*foundp = found;
		return flow;
	}
	/* "global:x*" names its scope */
	if (scope == NULL && (colon = strchr(name, ':')) != NULL) {
		prefix = mem_strndup(name, (size_t)(colon - name));
		scope = prefix;
		name = colon + 1;
	}
	g.pattern = name;
	flow = r->ops->each_variable(r, scope, gather_one, &g);
	*foundp = g.found > 0;
	mem_free(prefix);
	return flow;
}

void
variable_pick_clear(struct variable_pick *p)
{
	size_t i;

	for (i = 0; i < p->count; i++) {
		mem_free(p->items[i].name);
		value_unref(p->items[i].object);
		value_unref(p->items[i].value);
	}
	mem_free(p->items);
	p->items = NULL;
	p->count = 0;
}

enum flow
variable_missing(struct call *c, const char *name)
{
	struct value target = value_string(name);
	enum flow flow = call_errorf(c, SMA "ItemNotFoundException",
	    "VariableNotFound", "ObjectNotFound", target,
	    "Cannot find a variable with the name '%s'.", name);

	value_unref(target);
	return flow;
}

enum flow
variable_not_writable(struct call *c, const char *name)
{
	struct value target = value_string(name);
	enum flow flow = call_errorf(c,
	    SMA "SessionStateUnauthorizedAccessException",
	    "VariableNotWritable", "WriteError", target,
	    "Cannot overwrite variable %s because it is read-only or "
	    "constant.",
	    name);

	value_unref(target);
	return flow;
}

/* --- Get-Variable --- */

enum {
	GET_NAME,
	GET_VALUE_ONLY,
	GET_INCLUDE,
	GET_EXCLUDE,
	GET_SCOPE,
};

static const struct param_spec get_params[] = {
	{ "Name", "string[]", NULL, "*/0vp", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the name" },
	{ "ValueOnly", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "gives the value, not the variable" },
	{ "Include", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "only names like these" },
	{ "Exclude", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "no names like these" },
	{ "Scope", "string", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "Global, Local, Script or a number of scopes up" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
get_one(struct call *c, const char *name)
{
	struct variable_pick p = { .scope = call_string(c, GET_SCOPE),
		.include = call_param(c, GET_INCLUDE),
		.exclude = call_param(c, GET_EXCLUDE) };
	bool found;
	size_t i;
	enum flow flow = variable_pick_name(c, &p, name, &found);

	if (flow == FLOW_LEAVE)
		flow = call_rethrow(c);
	if (flow == FLOW_MORE && !found && !wildcard_has(name))
		flow = variable_missing(c, name);
	for (i = 0; flow == FLOW_MORE && i < p.count; i++)
		flow = call_emit(c, call_switch(c, GET_VALUE_ONLY)
			? p.items[i].value
			: p.items[i].object);
	variable_pick_clear(&p);
	return flow;
}

static enum flow
get_process(struct call *c)
{
	struct value names = value_base(call_param(c, GET_NAME));
	size_t i;
	enum flow flow = FLOW_MORE;

	if (!value_is_list(names))
		return get_one(c, "*");
	for (i = 0; flow == FLOW_MORE && i < list_of(names)->count; i++)
		flow = get_one(c, value_chars(list_of(names)->items[i]));
	return flow;
}

const struct cmdlet cmdlet_get_variable = {
	.name = "Get-Variable",
	.class_name = "Microsoft.PowerShell.Commands.GetVariableCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = get_params,
	.synopsis = "Gives variables",
	.process = get_process,
};

/* --- Clear-Variable, Remove-Variable --- */

enum {
	CLEAR_NAME,
	CLEAR_INCLUDE,
	CLEAR_EXCLUDE,
	CLEAR_FORCE,
	CLEAR_PASS_THRU,
	CLEAR_SCOPE,
};

static const struct param_spec clear_params[] = {
	{ "Name", "string[]", NULL, "*/0mp", 0, NULL, 0, 0, "the name" },
	{ "Include", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "only names like these" },
	{ "Exclude", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "no names like these" },
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "does it where it would be refused" },
	{ "PassThru", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "gives the object back" },
	{ "Scope", "string", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "Global, Local, Script or a number of scopes up" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
clear_one(struct call *c, struct picked *v)
{
	struct run *r = call_run(c);
	struct value nothing = VALUE_NULL;
	bool force = call_switch(c, CLEAR_FORCE), yes = false;
	char *target;
	enum flow flow;

	if ((v->options & OPTION_CONSTANT) != 0 ||
	    ((v->options & OPTION_READONLY) != 0 && !force))
		return variable_not_writable(c, v->name);
	target = mem_printf("Name: %s", v->name);
	flow = call_should(c, target, "Clear variable", &yes);
	mem_free(target);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if ((v->options & OPTION_READONLY) != 0)
		flow = r->ops->put_variable(r, v->name,
		    call_string(c, CLEAR_SCOPE), &nothing, &v->options, NULL,
		    true);
	else
		flow = value_set_member(r, v->object, "Value", nothing);
	if (flow == FLOW_LEAVE)
		return call_retell(c);
	return flow == FLOW_MORE && call_switch(c, CLEAR_PASS_THRU)
	    ? call_emit(c, v->object)
	    : flow;
}

static enum flow
clear_process(struct call *c)
{
	struct value names = value_base(call_param(c, CLEAR_NAME));
	size_t i, k;
	enum flow flow = FLOW_MORE;

	for (i = 0; flow == FLOW_MORE && i < list_of(names)->count; i++) {
		const char *name = value_chars(list_of(names)->items[i]);
		struct variable_pick p = { .scope = call_string(c, CLEAR_SCOPE),
			.include = call_param(c, CLEAR_INCLUDE),
			.exclude = call_param(c, CLEAR_EXCLUDE) };
		bool found;

		flow = variable_pick_name(c, &p, name, &found);
		if (flow == FLOW_LEAVE)
			flow = call_rethrow(c);
		if (flow == FLOW_MORE && !found && !wildcard_has(name))
			flow = variable_missing(c, name);
		for (k = 0; flow == FLOW_MORE && k < p.count; k++)
			flow = clear_one(c, &p.items[k]);
		variable_pick_clear(&p);
	}
	return flow;
}

const struct cmdlet cmdlet_clear_variable = {
	.name = "Clear-Variable",
	.class_name = "Microsoft.PowerShell.Commands.ClearVariableCommand",
	.module = "Microsoft.PowerShell.Utility",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = clear_params,
	.synopsis = "Sets variables to null",
	.process = clear_process,
};

enum {
	REMOVE_NAME,
	REMOVE_INCLUDE,
	REMOVE_EXCLUDE,
	REMOVE_FORCE,
	REMOVE_SCOPE,
};

static const struct param_spec remove_params[] = {
	{ "Name", "string[]", NULL, "*/0mp", 0, NULL, 0, 0, "the name" },
	{ "Include", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "only names like these" },
	{ "Exclude", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "no names like these" },
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "does it where it would be refused" },
	{ "Scope", "string", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "Global, Local, Script or a number of scopes up" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
remove_one(struct call *c, struct picked *v)
{
	struct run *r = call_run(c);
	char *target = mem_printf("Name: %s", v->name);
	bool yes = false;
	enum flow flow = call_should(c, target, "Remove variable", &yes);

	mem_free(target);
	if (flow != FLOW_MORE || !yes)
		return flow;
	flow = r->ops->remove_variable(r, v->name, call_string(c, REMOVE_SCOPE),
	    call_switch(c, REMOVE_FORCE));
	return flow == FLOW_LEAVE ? call_retell(c) : flow;
}

static enum flow
remove_process(struct call *c)
{
	struct value names = value_base(call_param(c, REMOVE_NAME));
	size_t i, k;
	enum flow flow = FLOW_MORE;

	for (i = 0; flow == FLOW_MORE && i < list_of(names)->count; i++) {
		const char *name = value_chars(list_of(names)->items[i]);
		struct variable_pick p = {
			.scope = call_string(c, REMOVE_SCOPE),
			.include = call_param(c, REMOVE_INCLUDE),
			.exclude = call_param(c, REMOVE_EXCLUDE) };
		bool found;

		flow = variable_pick_name(c, &p, name, &found);
		if (flow == FLOW_LEAVE)
			flow = call_rethrow(c);
		if (flow == FLOW_MORE && !found && !wildcard_has(name))
			flow = variable_missing(c, name);
		for (k = 0; flow == FLOW_MORE && k < p.count; k++)
			flow = remove_one(c, &p.items[k]);
		variable_pick_clear(&p);
	}
	return flow;
}

const struct cmdlet cmdlet_remove_variable = {
	.name = "Remove-Variable",
	.class_name = "Microsoft.PowerShell.Commands.RemoveVariableCommand",
	.module = "Microsoft.PowerShell.Utility",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = remove_params,
	.synopsis = "Removes variables",
	.process = remove_process,
};
