/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ItemProperty cmdlets: properties of files and folders. */
#include "config.h"

#include <string.h>

#include "cmdlets/item/item_internal.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "types/types.h"

enum {
	G_PATH,
	G_LITERAL_PATH,
	G_NAME,
	G_FILTER,
	G_INCLUDE,
	G_EXCLUDE,
	G_CREDENTIAL,
};

static const struct param_spec get_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Name", "string[]", "PSProperty",
	    "*/1", 0, NULL, 0, 0,
	    "the name" },
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
no_property(struct call *c, const struct place *p, const char *name)
{
	char *message = mem_printf("Property %s does not exist at path %s.",
	    name, p->path);
	struct value target = value_string(p->path);
	struct error_spec spec = {
		.exception = "System.Management.Automation."
			     "PSArgumentException",
		.id = "System.Management.Automation.PSArgumentException",
		.category = "InvalidArgument", .target = target,
		.message = message };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message);
	return flow;
}

static enum flow
no_properties(struct call *c)
{
	struct error_spec spec = {
		.exception = "System.Management.Automation."
			     "PSNotSupportedException",
		.id = "NotSupported", .category = "NotImplemented",
		.message = "Provider execution stopped because the provider "
			   "does not support this operation." };

	return call_error(c, &spec);
}

struct property_walk {
	struct object *out;
	struct value names;
	bool any;
};

static enum flow
add_matching(void *arg, const char *name, struct value v)
{
	struct property_walk *w = arg;

	for (size_t i = 0; i < list_of(w->names)->count; i++)
		if (wildcard_match(value_chars(list_of(w->names)->items[i]),
			name, true)) {
			object_set(w->out, name, v);
			w->any = true;
		}
	return FLOW_MORE;
}

static enum flow
get_one(struct call *c, const struct place *p, void *arg)
{
	struct value names = value_base(call_param(c, G_NAME));
	struct value v = VALUE_NULL;
	struct property_walk w = { .names = names };
	enum flow flow;

	(void)arg;
	if (p->provider != PROVIDER_FILESYSTEM)
		return no_properties(c);
	flow = item_at(c, p, &v);
	if (flow != FLOW_MORE || !value_is_list(names) ||
	    list_of(names)->count == 0)
		return flow == FLOW_MORE ? call_emit_take(c, v) : flow;
	w.out = object_new(NULL);
	flow = value_each_property(call_run(c), value_base(v), add_matching,
	    &w);
	if (flow == FLOW_MORE && !w.any) {
		flow = no_property(c, p, value_chars(list_of(names)->items[0]));
	} else if (flow == FLOW_MORE) {
		item_add_notes(p, object_value(w.out));
		flow = call_emit(c, object_value(w.out));
	}
	value_unref(object_value(w.out));
	value_unref(v);
	return flow;
}

static enum flow
get_process(struct call *c)
{
	struct name_filter f = { call_string(c, G_FILTER),
		call_param(c, G_INCLUDE), call_param(c, G_EXCLUDE) };

	return place_each_of(c, G_PATH, G_LITERAL_PATH, GLOB_HIDDEN, &f,
	    get_one, NULL);
}

const struct cmdlet cmdlet_get_item_property = {
	.name = "Get-ItemProperty",
	.class_name = "Microsoft.PowerShell.Commands.GetItemPropertyCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.params = get_params,
	.synopsis = "Gives properties of an item",
	.process = get_process,
};

enum {
	V_PATH,
	V_LITERAL_PATH,
	V_NAME,
	V_FILTER,
	V_INCLUDE,
	V_EXCLUDE,
	V_CREDENTIAL,
};

static const struct param_spec value_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0vp", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Name", "string[]", "PSProperty",
	    "*/1m", 0, NULL, 0, 0,
	    "the name" },
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
value_one(struct call *c, const struct place *p, void *arg)
{
	struct value names = value_base(call_param(c, V_NAME));
	struct value v = VALUE_NULL, got = VALUE_NULL;
	bool found = false;
	enum flow flow;

	(void)arg;
	if (p->provider != PROVIDER_FILESYSTEM)
		return no_properties(c);
	flow = item_at(c, p, &v);
	for (size_t i = 0; flow == FLOW_MORE && value_is_list(names) &&
	     i < list_of(names)->count; i++) {
		const char *name = value_chars(list_of(names)->items[i]);

		flow = value_get_member(call_run(c), v, name, &got, &found);
		if (flow == FLOW_MORE)
			flow = found ? call_emit_take(c, got) :
				       no_property(c, p, name);
	}
	value_unref(v);
	return flow;
}

static enum flow
value_process(struct call *c)
{
	struct name_filter f = { call_string(c, V_FILTER),
		call_param(c, V_INCLUDE), call_param(c, V_EXCLUDE) };

	return place_each_of(c, V_PATH, V_LITERAL_PATH, GLOB_HIDDEN, &f,
	    value_one, NULL);
}

const struct cmdlet cmdlet_get_item_property_value = {
	.name = "Get-ItemPropertyValue",
	.class_name = "Microsoft.PowerShell.Commands.GetItemPropertyValueCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.params = value_params,
	.synopsis = "Gives the value of an item's property",
	.process = value_process,
};

enum {
	S_PATH,
	S_LITERAL_PATH,
	S_NAME,
	S_VALUE,
	S_INPUT_OBJECT,
	S_PASS_THRU,
	S_FORCE,
	S_FILTER,
	S_INCLUDE,
	S_EXCLUDE,
	S_CREDENTIAL,
};

static const struct param_spec set_params[] = {
	{ "Path", "string[]", NULL,
	    "propertyPSObjectPathSet/0mp propertyValuePathSet/0mp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "propertyPSObjectLiteralPathSet/mp propertyValueLiteralPathSet/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Name", "string", "PSProperty",
	    "propertyValueLiteralPathSet/1mp propertyValuePathSet/1mp", 0, NULL, 0, 0,
	    "the name" },
	{ "Value", "System.Object", NULL,
	    "propertyValueLiteralPathSet/2mp propertyValuePathSet/2mp", PARAM_ALLOW_NULL, NULL, 0, 0,
	    "the value" },
	{ "InputObject", "psobject", NULL,
	    "propertyPSObjectLiteralPathSet/mvp propertyPSObjectPathSet/mvp", 0, NULL, 0, 0,
	    "what comes down the pipeline" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
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
set_named(struct call *c, const struct place *p, const char *name,
    struct value to)
{
	struct value v = VALUE_NULL, got = VALUE_NULL;
	char *text = value_text_plain(to);
	char *what = mem_printf("Item: %s Property: %s Value: %s", p->path,
	    name, text);
	bool found = false, yes;
	enum flow flow = call_should(c, what, place_is_container(c, p) ?
		"Set Property Directory" : "Set Property File", &yes);

	mem_free(what);
	mem_free(text);
	if (flow != FLOW_MORE || !yes)
		return flow;
	flow = item_at(c, p, &v);
	if (flow == FLOW_MORE)
		flow = value_get_member(call_run(c), v, name, &got, &found);
	if (flow == FLOW_MORE)
		flow = found ? value_set_member(call_run(c), v, name, to) :
			       no_property(c, p, name);
	if (flow == FLOW_MORE && found && call_switch(c, S_PASS_THRU)) {
		struct object *o = object_new(NULL);

		object_set(o, name, to);
		item_add_notes(p, object_value(o));
		flow = call_emit_take(c, object_value(o));
	}
	value_unref(got);
	value_unref(v);
	return flow;
}

struct set_walk {
	struct call *c;
	const struct place *p;
};

static enum flow
set_each(void *arg, const char *name, struct value v)
{
	struct set_walk *w = arg;

	if (strncmp(name, "PS", 2) == 0)
		return FLOW_MORE;
	return set_named(w->c, w->p, name, v);
}

static enum flow
set_one(struct call *c, const struct place *p, void *arg)
{
	struct set_walk w = { c, p };

	(void)arg;
	if (p->provider != PROVIDER_FILESYSTEM)
		return no_properties(c);
	if (call_bound(c, S_INPUT_OBJECT))
		return value_each_property(call_run(c),
		    call_param(c, S_INPUT_OBJECT), set_each, &w);
	return set_named(c, p, call_string(c, S_NAME),
	    call_param(c, S_VALUE));
}

static enum flow
set_process(struct call *c)
{
	struct name_filter f = { call_string(c, S_FILTER),
		call_param(c, S_INCLUDE), call_param(c, S_EXCLUDE) };

	return place_each_of(c, S_PATH, S_LITERAL_PATH, GLOB_HIDDEN, &f,
	    set_one, NULL);
}

const struct cmdlet cmdlet_set_item_property = {
	.name = "Set-ItemProperty",
	.class_name = "Microsoft.PowerShell.Commands.SetItemPropertyCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "propertyValuePathSet",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = set_params,
	.synopsis = "Gives an item's property a value",
	.process = set_process,
};

enum {
	C_PATH,
	C_LITERAL_PATH,
	C_NAME,
	C_PASS_THRU,
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
	{ "Name", "string", NULL,
	    "*/1mp", 0, NULL, 0, 0,
	    "the name" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
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
	(void)arg;
	/* only Attributes can be cleared */
	if (p->provider != PROVIDER_FILESYSTEM ||
	    !wildcard_match(call_string(c, C_NAME), "Attributes", true))
		return no_property(c, p, call_string(c, C_NAME));
	{
		struct value v = VALUE_NULL;
		bool yes;
		char *what = mem_printf("Item: %s Property: %s", p->path,
		    call_string(c, C_NAME));
		enum flow flow = call_should(c, what, "Clear Property File",
		    &yes);

		mem_free(what);
		if (flow == FLOW_MORE && yes)
			flow = item_at(c, p, &v);
		if (flow == FLOW_MORE && yes)
			flow = value_set_member(call_run(c), v, "Attributes",
			    value_int(128));
		value_unref(v);
		return flow;
	}
}

static enum flow
clear_process(struct call *c)
{
	struct name_filter f = { call_string(c, C_FILTER),
		call_param(c, C_INCLUDE), call_param(c, C_EXCLUDE) };

	return place_each_of(c, C_PATH, C_LITERAL_PATH, GLOB_HIDDEN, &f,
	    clear_one, NULL);
}

const struct cmdlet cmdlet_clear_item_property = {
	.name = "Clear-ItemProperty",
	.class_name = "Microsoft.PowerShell.Commands.ClearItemPropertyCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = clear_params,
	.synopsis = "Takes the value of an item's property away",
	.process = clear_process,
};

/* ---- what no provider of this system can do ---- */

static enum flow
refuse_process(struct call *c)
{
	struct error_spec spec = {
		.exception = "System.Management.Automation."
			     "PSNotSupportedException",
		.id = "NotSupported", .category = "NotImplemented",
		.message = "Provider execution stopped because the provider "
			   "does not support this operation." };

	return call_error(c, &spec);
}

static const struct param_spec new_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0m", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Name", "string", "PSProperty",
	    "*/1mp", 0, NULL, 0, 0,
	    "the name" },
	{ "PropertyType", "string", "Type",
	    "*/p", 0, NULL, 0, 0,
	    "propertytype" },
	{ "Value", "System.Object", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "the value" },
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

const struct cmdlet cmdlet_new_item_property = {
	.name = "New-ItemProperty",
	.class_name = "Microsoft.PowerShell.Commands.NewItemPropertyCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = new_params,
	.synopsis = "Adds a property where a provider allows it",
	.process = refuse_process,
};

static const struct param_spec remove_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Name", "string[]", "PSProperty",
	    "*/1mp", 0, NULL, 0, 0,
	    "the name" },
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

const struct cmdlet cmdlet_remove_item_property = {
	.name = "Remove-ItemProperty",
	.class_name = "Microsoft.PowerShell.Commands.RemoveItemPropertyCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = remove_params,
	.synopsis = "Removes a property where a provider allows it",
	.process = refuse_process,
};

static const struct param_spec copy_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Name", "string", "PSProperty",
	    "*/2mp", 0, NULL, 0, 0,
	    "the name" },
	{ "Destination", "string", NULL,
	    "*/1mp", 0, NULL, 0, 0,
	    "where it goes" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
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

const struct cmdlet cmdlet_copy_item_property = {
	.name = "Copy-ItemProperty",
	.class_name = "Microsoft.PowerShell.Commands.CopyItemPropertyCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = copy_params,
	.synopsis = "Copies a property where a provider allows it",
	.process = refuse_process,
};

static const struct param_spec move_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Name", "string[]", "PSProperty",
	    "*/2mp", 0, NULL, 0, 0,
	    "the name" },
	{ "Destination", "string", NULL,
	    "*/1mp", 0, NULL, 0, 0,
	    "where it goes" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
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

const struct cmdlet cmdlet_move_item_property = {
	.name = "Move-ItemProperty",
	.class_name = "Microsoft.PowerShell.Commands.MoveItemPropertyCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = move_params,
	.synopsis = "Moves a property where a provider allows it",
	.process = refuse_process,
};

static const struct param_spec rename_params[] = {
	{ "Path", "string", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Name", "string", "PSProperty",
	    "*/1mp", 0, NULL, 0, 0,
	    "the name" },
	{ "NewName", "string", NULL,
	    "*/2mp", 0, NULL, 0, 0,
	    "the new name" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
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

const struct cmdlet cmdlet_rename_item_property = {
	.name = "Rename-ItemProperty",
	.class_name = "Microsoft.PowerShell.Commands.RenameItemPropertyCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = rename_params,
	.synopsis = "Renames a property where a provider allows it",
	.process = refuse_process,
};
