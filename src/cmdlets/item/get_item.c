/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-Item, Clear-Item, Set-Item, Invoke-Item. */
#include "config.h"

#include <string.h>

#include "cmdlets/item/item_internal.h"
#include "core/mem.h"
#include "core/list.h"
#include "types/types.h"

enum {
	G_PATH,
	G_LITERAL_PATH,
	G_FILTER,
	G_INCLUDE,
	G_EXCLUDE,
	G_FORCE,
	G_CREDENTIAL,
};

static const struct param_spec get_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
get_one(struct call *c, const struct place *p, void *arg)
{
	(void)arg;
	struct error_spec spec = { .exception = "System.IO.IOException",
		.id = "ItemNotFound", .category = "ObjectNotFound" };
	struct file_names names;
	enum flow flow = FLOW_MORE;

	if (place_is_hidden(p) && !call_switch(c, G_FORCE)) {
		struct value target = value_string(p->path);
		char *message = mem_printf("Could not find item %s.", p->path);

		spec.target = target;
		spec.message = message;
		flow = call_error(c, &spec);
		mem_free(message);
		value_unref(target);
		return flow;
	}
	if (p->provider == PROVIDER_FILESYSTEM || p->path[0] != '\0')
		return item_emit(c, p);
	/* a drive of names gives what is in it */
	flow = place_names(c, p, &names);
	for (size_t i = 0; i < names.n && flow == FLOW_MORE; i++) {
		struct place child;

		place_child(p, names.v[i], &child);
		flow = item_emit(c, &child);
		place_clear(&child);
	}
	file_names_clear(&names);
	return flow;
}

static enum flow
get_process(struct call *c)
{
	struct name_filter f = { call_string(c, G_FILTER),
		call_param(c, G_INCLUDE), call_param(c, G_EXCLUDE) };

	return place_each_of(c, G_PATH, G_LITERAL_PATH,
	    call_switch(c, G_FORCE) ? GLOB_HIDDEN : 0, &f, get_one, NULL);
}

const struct cmdlet cmdlet_get_item = {
	.name = "Get-Item",
	.class_name = "Microsoft.PowerShell.Commands.GetItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.params = get_params,
	.synopsis = "Gives the item at a path",
	.process = get_process,
};

/* ---- Set-Item, Clear-Item ---- */

enum {
	S_PATH,
	S_LITERAL_PATH,
	S_VALUE,
	S_FORCE,
	S_PASS_THRU,
	S_FILTER,
	S_INCLUDE,
	S_EXCLUDE,
	S_CREDENTIAL,
};

static const struct param_spec set_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Value", "System.Object", NULL,
	    "*/1vp", 0, NULL, 0, 0,
	    "the value" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
not_supported(struct call *c, const struct place *p)
{
	struct error_spec spec = {
		.exception = "System.Management.Automation."
			     "PSNotSupportedException",
		.id = "NotSupported", .category = "NotImplemented",
		.message = "Provider operation stopped because the provider "
			   "does not support this operation." };

	(void)p;
	return call_error(c, &spec);
}

static enum flow
set_one(struct call *c, const struct place *p, void *arg)
{
	struct value v = call_param(c, S_VALUE);
	char *what, *text;
	bool yes;
	enum flow flow;

	(void)arg;
	if (p->provider == PROVIDER_FILESYSTEM ||
	    p->provider == PROVIDER_CERTIFICATE)
		return not_supported(c, p);
	text = value_text_plain(v);
	what = mem_printf("Item: %s Value: %s", p->path, text);
	flow = call_should(c, what, "Set Item", &yes);
	mem_free(what);
	mem_free(text);
	if (flow != FLOW_MORE || !yes)
		return flow;
	flow = flat_set(c, p, v, call_switch(c, S_FORCE));
	if (flow == FLOW_MORE && call_switch(c, S_PASS_THRU))
		flow = item_emit(c, p);
	return flow;
}

static enum flow
set_process(struct call *c)
{
	struct name_filter f = { call_string(c, S_FILTER),
		call_param(c, S_INCLUDE), call_param(c, S_EXCLUDE) };

	return place_each_of(c, S_PATH, S_LITERAL_PATH, GLOB_MAKE, &f, set_one,
	    NULL);
}

const struct cmdlet cmdlet_set_item = {
	.name = "Set-Item",
	.class_name = "Microsoft.PowerShell.Commands.SetItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = set_params,
	.synopsis = "Gives an item a value",
	.process = set_process,
};

enum {
	C_PATH,
	C_LITERAL_PATH,
	C_FORCE,
	C_FILTER,
	C_INCLUDE,
	C_EXCLUDE,
	C_CREDENTIAL,
};

static const struct param_spec clear_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
clear_one(struct call *c, const struct place *p, void *arg)
{
	char *what;
	bool yes;
	enum flow flow;

	(void)arg;
	if (p->provider == PROVIDER_FILESYSTEM ||
	    p->provider == PROVIDER_CERTIFICATE)
		return not_supported(c, p);
	what = mem_printf("Item: %s", p->path);
	flow = call_should(c, what, "Clear Item", &yes);
	mem_free(what);
	if (flow != FLOW_MORE || !yes)
		return flow;
	return flat_set(c, p, VALUE_NULL, call_switch(c, C_FORCE));
}

static enum flow
clear_process(struct call *c)
{
	struct name_filter f = { call_string(c, C_FILTER),
		call_param(c, C_INCLUDE), call_param(c, C_EXCLUDE) };

	return place_each_of(c, C_PATH, C_LITERAL_PATH, 0, &f, clear_one,
	    NULL);
}

const struct cmdlet cmdlet_clear_item = {
	.name = "Clear-Item",
	.class_name = "Microsoft.PowerShell.Commands.ClearItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = clear_params,
	.synopsis = "Takes an item's value away",
	.process = clear_process,
};

/* ---- Invoke-Item ---- */

enum {
	I_PATH,
	I_LITERAL_PATH,
	I_FILTER,
	I_INCLUDE,
	I_EXCLUDE,
	I_CREDENTIAL,
};

static const struct param_spec invoke_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* A program or script runs; other files are opened as a desktop does. */
static enum flow
invoke_one(struct call *c, const struct place *p, void *arg)
{
	struct run *r = call_run(c);
	struct value args[1] = { value_string(p->path) };
	size_t len = strlen(p->path);
	bool script = len > 4 && strcmp(p->path + len - 4, ".ps1") == 0;
	struct invoke_spec spec = { .command = script ? value_ref(args[0]) :
		value_string("xdg-open"),
		.args = args, .nargs = script ? 0 : 1 };
	char *what = mem_printf("Item: %s", p->path);
	bool yes;
	enum flow flow = call_should(c, what, "Invoke Item", &yes);
	struct value out = VALUE_NULL;

	(void)arg;
	mem_free(what);
	if (flow == FLOW_MORE && yes && p->provider != PROVIDER_FILESYSTEM)
		flow = not_supported(c, p);
	else if (flow == FLOW_MORE && yes)
		flow = r->ops->invoke_with(r, &spec, &out);
	value_unref(args[0]);
	value_unref(spec.command);
	if (flow == FLOW_MORE && !value_is_nothing(out))
		flow = call_emit_each(c, out);
	value_unref(out);
	return flow;
}

static enum flow
invoke_process(struct call *c)
{
	struct name_filter f = { call_string(c, I_FILTER),
		call_param(c, I_INCLUDE), call_param(c, I_EXCLUDE) };

	return place_each_of(c, I_PATH, I_LITERAL_PATH, 0, &f, invoke_one,
	    NULL);
}

const struct cmdlet cmdlet_invoke_item = {
	.name = "Invoke-Item",
	.class_name = "Microsoft.PowerShell.Commands.InvokeItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = invoke_params,
	.synopsis = "Opens a file with its program",
	.process = invoke_process,
};
