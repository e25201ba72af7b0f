/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CommandInfo and its kinds; $PSCmdlet. */
#include "config.h"

#include <string.h>

#include "shell/lang/module.h"
#include "shell/lang/objects.h"

#define SMA "System.Management.Automation."

struct command_cell {
	struct cell cell;
	struct command command;
	char *name;
};

static void
command_release(struct cell *c)
{
	struct command_cell *k = (struct command_cell *)(void *)c;

	command_clear(&k->command);
	mem_free(k->name);
	mem_free(k);
}

static struct command_cell *
of(struct value v)
{
	return (struct command_cell *)(void *)v.u.p;
}

static struct value
get_name(struct session *s, struct value v)
{
	const char *slash = strrchr(of(v)->name, '/');

	(void)s;
	return value_string(slash != NULL ? slash + 1 : of(v)->name);
}

static struct value
get_kind(struct session *s, struct value v)
{
	const struct type *t = lang_type(SMA "CommandTypes");
	static const char *const names[] = { "Alias", "Function", "Filter",
		"Cmdlet", "ExternalScript", "Application" };

	(void)s;
	if (t != NULL)
		return (struct value){ .type = t,
			.u.i = of(v)->command.kind };
	for (size_t i = 0; i < 6; i++)
		if (of(v)->command.kind == 1u << i)
			return value_string(names[i]);
	return value_string("");
}

static struct value
get_definition(struct session *s, struct value v)
{
	struct command *c = &of(v)->command;

	(void)s;
	if (c->kind == COMMAND_ALIAS || c->path != NULL)
		return value_string(c->path != NULL ? c->path : "");
	if (!value_is_null(c->block))
		return block_text(block_of(c->block));
	return value_string(of(v)->name);
}

static struct value
get_block(struct session *s, struct value v)
{
	(void)s;
	return value_ref(of(v)->command.block);
}

static struct value
get_module(struct session *s, struct value v)
{
	struct command *c = &of(v)->command;

	(void)s;
	if (c->cmdlet != NULL && c->cmdlet->module != NULL)
		return value_string(c->cmdlet->module);
	if (lang_is_block(c->block) &&
	    block_of(value_base(c->block))->home != NULL &&
	    block_of(value_base(c->block))->home->module != NULL)
		return value_string(
		    block_of(value_base(c->block))->home->module->name);
	return value_string("");
}

static struct value
get_source(struct session *s, struct value v)
{
	struct command *c = &of(v)->command;

	if (c->kind == COMMAND_APPLICATION || c->kind == COMMAND_EXTERNAL_SCRIPT)
		return value_string(c->path);
	return get_module(s, v);
}

static struct value
get_path(struct session *s, struct value v)
{
	struct command *c = &of(v)->command;

	(void)s;
	return c->path != NULL ? value_string(c->path) : VALUE_NULL;
}

static struct value
get_verb(struct session *s, struct value v)
{
	const char *dash = strchr(of(v)->name, '-');

	(void)s;
	return dash == NULL ? value_string("") :
	    value_string_n(of(v)->name, (size_t)(dash - of(v)->name));
}

static struct value
get_noun(struct session *s, struct value v)
{
	const char *dash = strchr(of(v)->name, '-');

	(void)s;
	return value_string(dash == NULL ? "" : dash + 1);
}

static struct value
get_resolved(struct session *s, struct value v)
{
	struct command *c = &of(v)->command;

	if (c->kind != COMMAND_ALIAS)
		return VALUE_NULL;
	return command_value(s, c->path, COMMAND_ANY);
}

static struct value
get_resolved_name(struct session *s, struct value v)
{
	struct command *c = &of(v)->command;

	(void)s;
	return c->kind == COMMAND_ALIAS ? value_string(c->path) : VALUE_NULL;
}

static struct value
get_display_name(struct session *s, struct value v)
{
	struct command *c = &of(v)->command;

	(void)s;
	return c->kind == COMMAND_ALIAS ?
	    value_printf("%s -> %s", of(v)->name, c->path) :
	    value_string(of(v)->name);
}

static struct bind_info *
info_of(struct session *s, struct value v)
{
	struct command *c = &of(v)->command;

	if (c->cmdlet != NULL)
		return command_bind_info(s, c->cmdlet);
	if (!value_is_null(c->block)) {
		struct block_info *info = block_info(s, block_of(c->block));

		return info != NULL ? info->bind : NULL;
	}
	return NULL;
}

static struct value
parameter_value(const struct bind_param *p)
{
	struct object *o = object_new(SMA "ParameterMetadata");
	struct list *aliases = list_new(NULL, 2);

	for (size_t k = 0; p->aliases != NULL && p->aliases[k] != NULL; k++)
		list_add_take(aliases, value_string(p->aliases[k]));
	object_set_take(o, "Name", value_string(p->name));
	object_set_take(o, "ParameterType", value_of_type(p->type != NULL ?
	    p->type : &type_system_object));
	object_set_take(o, "ParameterSets", dict_value(dict_new(NULL)));
	object_set_take(o, "IsDynamic", value_bool(false));
	object_set_take(o, "Aliases", list_value(aliases));
	object_set_take(o, "Attributes", list_value(list_new(NULL, 0)));
	object_set_take(o, "SwitchParameter", value_bool(p->is_switch));
	return object_value(o);
}

static struct value
get_parameters(struct session *s, struct value v)
{
	struct bind_info *info = info_of(s, v);
	struct dict *d = dict_new(lang_type("System.Collections.Generic."
	    "Dictionary[string,object]"));

	for (size_t i = 0; info != NULL && i < info->nparam; i++)
		dict_set_str_take(d, info->params[i].name,
		    parameter_value(&info->params[i]));
	return dict_value(d);
}

static struct value
get_default_set(struct session *s, struct value v)
{
	struct bind_info *info = info_of(s, v);

	for (size_t i = 0; info != NULL && i < info->nset; i++)
		if (info->preset == UINT32_C(1) << i)
			return value_string(info->sets[i]);
	return value_string("");
}

static struct value
get_cmdlet_binding(struct session *s, struct value v)
{
	struct bind_info *info = info_of(s, v);

	return value_bool(info != NULL && info->advanced);
}

static struct value
get_version(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return VALUE_NULL;
}

static struct value
get_empty(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return value_string("");
}

static enum flow
command_text(struct run *r, struct value v, struct value *textp)
{
	*textp = get_name(session_of(r), v);
	return FLOW_MORE;
}

static const struct lang_property command_properties[] = {
	{ "Name", get_name, NULL },
	{ "CommandType", get_kind, NULL },
	{ "Definition", get_definition, NULL },
	{ "ScriptBlock", get_block, NULL },
	{ "CmdletBinding", get_cmdlet_binding, NULL },
	{ "DefaultParameterSet", get_default_set, NULL },
	{ "Verb", get_verb, NULL },
	{ "Noun", get_noun, NULL },
	{ "DisplayName", get_display_name, NULL },
	{ "ReferencedCommand", get_resolved, NULL },
	{ "ResolvedCommand", get_resolved, NULL },
	{ "ResolvedCommandName", get_resolved_name, NULL },
	{ "Path", get_path, NULL },
	{ "Source", get_source, NULL },
	{ "ModuleName", get_module, NULL },
	{ "Version", get_version, NULL },
	{ "Parameters", get_parameters, NULL },
	{ "Description", get_empty, NULL },
	{ "HelpFile", get_empty, NULL },
	{ NULL, NULL, NULL },
};
static const struct lang_members command_members = { command_properties,
	NULL };
static const struct type_ops command_ops = {
	.text = command_text,
	.get = lang_object_get,
};

static struct type type_command_info = {
	.name = SMA "CommandInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = command_release,
	.ops = &command_ops,
	.data = &command_members,
};

#define COMMAND_TYPE(id, type_name)                                            \
	static struct type id = {                                              \
		.name = SMA type_name,                                         \
		.kind = TYPE_KIND_CLASS,                                       \
		.flags = TYPE_COUNTED,                                         \
		.base = &type_command_info,                                    \
		.release = command_release,                                    \
		.ops = &command_ops,                                           \
		.data = &command_members,                                      \
	}
COMMAND_TYPE(type_alias_info, "AliasInfo");
COMMAND_TYPE(type_function_info, "FunctionInfo");
COMMAND_TYPE(type_filter_info, "FilterInfo");
COMMAND_TYPE(type_cmdlet_info, "CmdletInfo");
COMMAND_TYPE(type_script_info, "ExternalScriptInfo");
COMMAND_TYPE(type_application_info, "ApplicationInfo");

static const struct type *
type_of_kind(unsigned kind)
{
	switch (kind) {
	case COMMAND_ALIAS:
		return &type_alias_info;
	case COMMAND_FUNCTION:
		return &type_function_info;
	case COMMAND_FILTER:
		return &type_filter_info;
	case COMMAND_CMDLET:
		return &type_cmdlet_info;
	case COMMAND_EXTERNAL_SCRIPT:
		return &type_script_info;
	}
	return &type_application_info;
}

struct value
command_info_value(struct session *s, const struct command *c,
    const char *name)
{
	struct command_cell *k;

	(void)s;
	if (c->type == CT_NONE && c->kind == 0)
		return VALUE_NULL;
	k = mem_zalloc(sizeof(*k));
	k->cell.refs = 1;
	k->cell.type = type_of_kind(c->kind);
	k->command = *c;
	value_ref(c->block);
	k->command.path = c->path != NULL ? mem_strdup(c->path) : NULL;
	k->name = mem_strdup(c->name != NULL ? c->name : name);
	k->command.name = k->name;
	return (struct value){ .type = k->cell.type, .u.p = &k->cell };
}

bool
command_info_of(struct session *s, struct value v, struct command *cp)
{
	bool found;

	if (v.type == NULL || !type_is_a(v.type, &type_command_info))
		return false;
	if (of(v)->command.kind == COMMAND_ALIAS)
		return command_resolve(s, of(v)->name, cp, &found) ==
		    FLOW_MORE && found;
	if (of(v)->command.script_file &&
	    value_is_null(of(v)->command.block))
		return command_resolve(s, of(v)->command.path, cp, &found) ==
		    FLOW_MORE && found;
	*cp = of(v)->command;
	value_ref(cp->block);
	if (cp->path != NULL)
		cp->path = mem_strdup(cp->path);
	cp->name = atom_str(cp->name)->name;
	return true;
}

struct value
command_value(struct session *s, const char *name, unsigned kinds)
{
	struct command c;
	struct value v;

	if (!command_find(s, name, kinds, &c))
		return VALUE_NULL;
	v = command_info_value(s, &c, name);
	command_clear(&c);
	return v;
}

void
objects_init_command(void)
{
	lang_type_add(&type_command_info);
	lang_type_add(&type_alias_info);
	lang_type_add(&type_function_info);
	lang_type_add(&type_filter_info);
	lang_type_add(&type_cmdlet_info);
	lang_type_add(&type_script_info);
	lang_type_add(&type_application_info);
}
