/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-, New-, Set- and Remove-Alias. */
#include "config.h"

#include <string.h>

#include "cmdlets/host/host_cmdlets.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "types/report.h"
#include "types/types.h"

#define SMA "System.Management.Automation."

/* The AliasInfo of a name, or null. */
static struct value
alias_of(struct call *c, const char *name)
{
	return call_run(c)->ops->get_command(call_run(c), name, COMMAND_ALIAS);
}

static unsigned
alias_options(struct call *c, struct value alias)
{
	struct value options = VALUE_NULL;
	bool found;
	unsigned bits = 0;

	if (value_get_member(call_run(c), alias, "Options", &options,
		&found) != FLOW_MORE)
		run_leave_clear(call_run(c));
	else if (found && !value_is_nothing(options))
		bits = (unsigned)options.u.i & 15u;
	value_unref(options);
	return bits;
}

static enum flow
alias_missing(struct call *c, const char *what, const char *name)
{
	struct value target = value_string(name);
	enum flow flow = call_errorf(c, SMA "ItemNotFoundException",
	    "ItemNotFoundException", "ObjectNotFound", target,
	    "This command cannot find a matching alias because an alias with "
	    "the %s '%s' does not exist.",
	    what, name);

	value_unref(target);
	return flow;
}

/* --- Get-Alias --- */

enum {
	GET_NAME,
	GET_EXCLUDE,
	GET_SCOPE,
	GET_DEFINITION,
};

static const struct param_spec get_params[] = {
	{ "Name", "string[]", NULL, "Default/0vp", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the name" },
	{ "Exclude", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "no names like these" },
	{ "Scope", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Global, Local, Script or a number of scopes up" },
	{ "Definition", "string[]", NULL, "Definition/", PARAM_NOT_EMPTY, NULL,
	    0, 0, "aliases of these commands" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct walk {
	struct call *call;
	const char *definition; /* a pattern, or NULL */
	struct list *found;
};

static enum flow
gather(void *arg, const struct command_info *info)
{
	struct walk *w = arg;
	struct value alias;

	if (list_has_match(call_param(w->call, GET_EXCLUDE), info->name))
		return FLOW_MORE;
	if (w->definition != NULL &&
	    !wildcard_match(w->definition, info->definition, true))
		return FLOW_MORE;
	alias = alias_of(w->call, info->name);
	if (!value_is_nothing(alias))
		list_add_take(w->found, alias);
	return FLOW_MORE;
}

static enum flow
get_one(struct call *c, const char *name, const char *definition)
{
	struct walk w = { .call = c, .definition = definition,
		.found = list_new(NULL, 8) };
	struct run *r = call_run(c);
	size_t i;
	enum flow flow = r->ops->each_command(
	    r, name, COMMAND_ALIAS, gather, &w);

	if (flow == FLOW_MORE && w.found->count == 0 && definition != NULL &&
	    !wildcard_has(definition))
		flow = alias_missing(c, "definition", definition);
	else if (flow == FLOW_MORE && w.found->count == 0 && name != NULL &&
	    !wildcard_has(name))
		flow = alias_missing(c, "name", name);
	for (i = 0; flow == FLOW_MORE && i < w.found->count; i++)
		flow = call_emit(c, w.found->items[i]);
	value_unref(list_value(w.found));
	return flow;
}

static enum flow
get_process(struct call *c)
{
	bool by_definition = call_bound(c, GET_DEFINITION);
	struct value list = value_base(
	    call_param(c, by_definition ? GET_DEFINITION : GET_NAME));
	size_t i;
	enum flow flow = FLOW_MORE;

	if (!value_is_list(list))
		return get_one(c, NULL, NULL);
	for (i = 0; flow == FLOW_MORE && i < list_of(list)->count; i++) {
		const char *text = value_chars(list_of(list)->items[i]);

		flow = by_definition ? get_one(c, NULL, text)
				     : get_one(c, text, NULL);
	}
	return flow;
}

const struct cmdlet cmdlet_get_alias = {
	.name = "Get-Alias",
	.class_name = "Microsoft.PowerShell.Commands.GetAliasCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Default",
	.params = get_params,
	.synopsis = "Gives aliases",
	.process = get_process,
};

/* --- New-Alias, Set-Alias: their parameters are the same --- */

enum {
	A_NAME,
	A_VALUE,
	A_DESCRIPTION,
	A_OPTION,
	A_PASS_THRU,
	A_SCOPE,
	A_FORCE,
};

static const struct param_spec set_params[] = {
	{ "Name", "string", NULL, "*/0mp", 0, NULL, 0, 0, "the name" },
	{ "Value", "string", NULL, "*/1mp", 0, NULL, 0, 0, "the value" },
	{ "Description", "string", NULL, NULL, 0, NULL, 0, 0,
	    "what it is for" },
	{ "Option", "System.Management.Automation.ScopedItemOptions", NULL,
	    NULL, 0, NULL, 0, 0,
	    "None, ReadOnly, Constant, Private, AllScope" },
	{ "PassThru", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "gives the object back" },
	{ "Scope", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Global, Local, Script or a number of scopes up" },
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "does it where it would be refused" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
set_alias(struct call *c, bool anew)
{
	struct run *r = call_run(c);
	const char *name = call_string(c, A_NAME);
	const char *scope = call_string(c, A_SCOPE);
	unsigned options =
	    (unsigned)value_base(call_param(c, A_OPTION)).u.i & 15u;
	struct value there = alias_of(c, name), target;
	unsigned had = alias_options(c, there);
	bool force = call_switch(c, A_FORCE), yes = false;
	char *text =
	    mem_printf("Name: %s Value: %s", name, call_string(c, A_VALUE));
	enum flow flow = call_should(
	    c, text, anew ? "New Alias" : "Set Alias", &yes);

	mem_free(text);
	if (flow != FLOW_MORE || !yes) {
		value_unref(there);
		return flow;
	}
	if (anew && !value_is_nothing(there) && !force) {
		target = value_string(name);
		flow = call_errorf(c, SMA "SessionStateException",
		    "AliasAlreadyExists", "ResourceExists", target,
		    "The alias is not allowed, because an alias with the name "
		    "'%s' already exists.",
		    name);
		value_unref(target);
		value_unref(there);
		return flow;
	}
	if (!value_is_nothing(there) && force &&
	    (had & OPTION_CONSTANT) == 0 && (had & OPTION_READONLY) != 0)
		flow = r->ops->set_alias(r, name, NULL, NULL, 0, NULL);
	if (flow == FLOW_MORE)
		flow = r->ops->set_alias(r, name, call_string(c, A_VALUE),
		    call_string(c, A_DESCRIPTION), options, scope);
	value_unref(there);
	if (flow == FLOW_LEAVE)
		return call_retell(c);
	return call_switch(c, A_PASS_THRU)
	    ? call_emit_take(c, alias_of(c, name))
	    : FLOW_MORE;
}

static enum flow
new_process(struct call *c)
{
	return set_alias(c, true);
}

static enum flow
set_process(struct call *c)
{
	return set_alias(c, false);
}

const struct cmdlet cmdlet_new_alias = {
	.name = "New-Alias",
	.class_name = "Microsoft.PowerShell.Commands.NewAliasCommand",
	.module = "Microsoft.PowerShell.Utility",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = set_params,
	.synopsis = "Makes an alias",
	.process = new_process,
};

const struct cmdlet cmdlet_set_alias = {
	.name = "Set-Alias",
	.class_name = "Microsoft.PowerShell.Commands.SetAliasCommand",
	.module = "Microsoft.PowerShell.Utility",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = set_params,
	.synopsis = "Sets an alias",
	.process = set_process,
};

/* --- Remove-Alias --- */

enum {
	R_NAME,
	R_SCOPE,
	R_FORCE,
};

static const struct param_spec remove_params[] = {
	{ "Name", "string[]", NULL, "*/0mvp", 0, NULL, 0, 0, "the name" },
	{ "Scope", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Global, Local, Script or a number of scopes up" },
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "does it where it would be refused" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
remove_one(struct call *c, const char *name)
{
	struct run *r = call_run(c);
	struct value there = alias_of(c, name), target;
	unsigned had = alias_options(c, there);
	bool missing = value_is_nothing(there);
	enum flow flow;

	value_unref(there);
	if (missing)
		return alias_missing(c, "name", name);
	if ((had & OPTION_CONSTANT) != 0 ||
	    ((had & OPTION_READONLY) != 0 && !call_switch(c, R_FORCE))) {
		target = value_string(name);
		flow = call_errorf(c,
		    SMA "SessionStateUnauthorizedAccessException",
		    "AliasNotRemovable", "WriteError", target,
		    "Alias was not removed because alias %s is constant or "
		    "read-only.",
		    name);
		value_unref(target);
		return flow;
	}
	flow = r->ops->set_alias(r, name, NULL, NULL, 0,
	    call_string(c, R_SCOPE));
	return flow == FLOW_LEAVE ? call_retell(c) : flow;
}

static enum flow
remove_process(struct call *c)
{
	struct value names = value_base(call_param(c, R_NAME));
	size_t i;
	enum flow flow = FLOW_MORE;

	for (i = 0; flow == FLOW_MORE && i < list_of(names)->count; i++)
		flow = remove_one(c, value_chars(list_of(names)->items[i]));
	return flow;
}

const struct cmdlet cmdlet_remove_alias = {
	.name = "Remove-Alias",
	.class_name = "Microsoft.PowerShell.Commands.RemoveAliasCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Default",
	.params = remove_params,
	.synopsis = "Removes aliases",
	.process = remove_process,
};
