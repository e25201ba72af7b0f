/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-Command: what can be called. */
#include "config.h"

#include <string.h>

#include "cmdlets/host/host_cmdlets.h"
#include "cmdlets/host/syntax.h"
#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "types/types.h"

enum {
	P_NAME,
	P_VERB,
	P_NOUN,
	P_MODULE,
	P_TYPE,
	P_TOTAL,
	P_SYNTAX,
	P_ALL,
	P_LIST,
	P_PARAMETER,
};

static const char *const command_types[] = { "Alias", "Function", "Filter",
	"Cmdlet", "ExternalScript", "Application", "Script", "Configuration",
	"All", NULL };

static const struct param_spec params[] = {
	{ "Name", "string[]", NULL, "AllCommandSet/0vp", 0, NULL, 0, 0,
	    "names or wildcards" },
	{ "Verb", "string[]", NULL, "CmdletSet/p", 0, NULL, 0, 0,
	    "only commands with this verb" },
	{ "Noun", "string[]", NULL, "CmdletSet/p", 0, NULL, 0, 0,
	    "only commands with this noun" },
	{ "Module", "string[]", "PSSnapin", "*/p", 0, NULL, 0, 0,
	    "only commands of this module" },
	{ "CommandType", "string[]", "Type", "AllCommandSet/p", 0,
	    command_types, 0, 0, "kinds of commands" },
	{ "TotalCount", "int", NULL, "*/p", 0, NULL, 0, 0,
	    "at most this many" },
	{ "Syntax", "switch", NULL, "*/p", 0, NULL, 0, 0,
	    "shows how they are called" },
	{ "All", "switch", NULL, "*/p", 0, NULL, 0, 0,
	    "also those hidden by others of the same name" },
	{ "ListImported", "switch", NULL, "*/p", 0, NULL, 0, 0,
	    "only commands that are loaded" },
	{ "ParameterName", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "only commands with this parameter" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct search {
	struct call *call;
	int64_t left;
};

static unsigned
kinds_wanted(struct call *c, bool exact)
{
	static const unsigned bits[] = { COMMAND_ALIAS, COMMAND_FUNCTION,
		COMMAND_FILTER, COMMAND_CMDLET, COMMAND_EXTERNAL_SCRIPT,
		COMMAND_APPLICATION };
	struct value v = call_param(c, P_TYPE);
	unsigned kinds = 0;
	size_t i, k;

	if (!value_is_list(v))
		return exact ? COMMAND_ANY
			     : COMMAND_ALIAS | COMMAND_FUNCTION |
			COMMAND_FILTER | COMMAND_CMDLET;
	for (i = 0; i < list_of(v)->count; i++) {
		const char *name = value_chars(list_of(v)->items[i]);

		if (name != NULL && string_equal_ci(name, "All"))
			return COMMAND_ANY;
		for (k = 0; name != NULL && k < 6; k++)
			if (string_equal_ci(name, command_types[k]))
				kinds |= bits[k];
	}
	return kinds;
}

static bool
any_matches(struct value patterns, const char *text, size_t len)
{
	char *part = mem_strndup(text, len);
	bool found = !value_is_list(patterns);
	size_t i;

	for (i = 0; !found && i < list_of(patterns)->count; i++) {
		const char *p = value_chars(list_of(patterns)->items[i]);

		found = p != NULL && wildcard_match(p, part, true);
	}
	mem_free(part);
	return found;
}

static bool
verb_and_noun_match(struct call *c, const char *name)
{
	const char *dash = strchr(name, '-');

	if (!call_bound(c, P_VERB) && !call_bound(c, P_NOUN))
		return true;
	if (dash == NULL)
		return false;
	return any_matches(
		   call_param(c, P_VERB), name, (size_t)(dash - name)) &&
	    any_matches(call_param(c, P_NOUN), dash + 1, strlen(dash + 1));
}

static enum flow
has_parameter(void *arg, const struct parameter_info *p)
{
	struct value *found = arg;

	if (any_matches(found[0], p->name, strlen(p->name)))
		found[1] = value_bool(true);
	return FLOW_MORE;
}

static enum flow
emit_command(struct call *c, const struct command_info *info)
{
	struct value v;
	struct buf b;
	enum flow flow;

	if (call_switch(c, P_SYNTAX)) {
		buf_init(&b);
		flow = syntax_of_command(call_run(c), info->name, &b);
		if (flow == FLOW_MORE)
			flow = call_emit_take(c, value_string_n(b.data, b.len));
		buf_clear(&b);
		return flow;
	}
	v = call_run(c)->ops->get_command(call_run(c), info->name, info->kind);
	if (value_is_nothing(v))
		return FLOW_MORE;
	return call_emit_take(c, v);
}

static enum flow
found_command(void *arg, const struct command_info *info)
{
	struct search *s = arg;
	struct value found[2] = { VALUE_NULL, VALUE_NULL };
	enum flow flow;

	if (s->left == 0 || !verb_and_noun_match(s->call, info->name) ||
	    !any_matches(call_param(s->call, P_MODULE), info->module,
		strlen(info->module)))
		return FLOW_MORE;
	if (call_bound(s->call, P_PARAMETER)) {
		found[0] = call_param(s->call, P_PARAMETER);
		flow = call_run(s->call)->ops->each_parameter(
		    call_run(s->call), info->name, has_parameter, found);
		if (flow != FLOW_MORE || found[1].type == NULL)
			return flow;
	}
	if (s->left > 0)
		s->left--;
	return emit_command(s->call, info);
}

static enum flow
not_found(struct call *c, const char *name)
{
	struct error_spec spec = {
		.exception =
		    "System.Management.Automation.CommandNotFoundException",
		.id = "CommandNotFoundException",
		.category = "ObjectNotFound",
	};
	char *message = mem_printf(
	    "The term '%s' is not recognized as a name of a cmdlet, function, "
	    "script file, or executable program.\nCheck the spelling of the "
	    "name, or if a path was included, verify that the path is correct "
	    "and try again.",
	    name);
	enum flow flow;

	spec.message = message;
	spec.target = value_string(name);
	flow = call_error(c, &spec);
	value_unref(spec.target);
	mem_free(message);
	return flow;
}

static enum flow
search_name(struct call *c, const char *name)
{
	struct search s = { c, call_int(c, P_TOTAL, -1) };
	bool wild = name == NULL || wildcard_has(name);
	unsigned kinds = kinds_wanted(c, !wild);

	if (wild)
		return call_run(c)->ops->each_command(
		    call_run(c), name, kinds, found_command, &s);
	if (call_run(c)->ops->find_command(
		call_run(c), name, kinds, found_command, &s))
		return call_run(c)->leave.kind == LEAVE_NONE ? FLOW_MORE
							     : FLOW_LEAVE;
	return not_found(c, name);
}

static enum flow
command_process(struct call *c)
{
	struct value names = call_param(c, P_NAME);
	enum flow flow = FLOW_MORE;
	size_t i;

	if (!value_is_list(names))
		return search_name(c, NULL);
	for (i = 0; flow == FLOW_MORE && i < list_of(names)->count; i++)
		flow = search_name(c, value_chars(list_of(names)->items[i]));
	return flow;
}

const struct cmdlet cmdlet_get_command = {
	.name = "Get-Command",
	.class_name = "Microsoft.PowerShell.Commands.GetCommandCommand",
	.module = "Microsoft.PowerShell.Core",
	.default_set = "CmdletSet",
	.params = params,
	.synopsis = "Shows the commands there are",
	.process = command_process,
};
