/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Update-TypeData, Remove-TypeData: members of every object of a type. */
#include "config.h"

#include <string.h>

#include "cmdlets/object/members.h"
#include "cmdlets/object/object_cmdlets.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/type.h"
#include "types/report.h"
#include "types/types.h"

static const char *const update_params_membertype[] = { "NoteProperty", "AliasProperty", "ScriptProperty", "CodeProperty", "ScriptMethod", "CodeMethod", NULL };

enum {
	U_MEMBER_TYPE,
	U_MEMBER_NAME,
	U_VALUE,
	U_SECOND_VALUE,
	U_TYPE_CONVERTER,
	U_TYPE_ADAPTER,
	U_SERIALIZATION_METHOD,
	U_TARGET_TYPE_FOR_DESERIALIZATION,
	U_SERIALIZATION_DEPTH,
	U_DEFAULT_DISPLAY_PROPERTY,
	U_INHERIT_PROPERTY_SERIALIZATION_SET,
	U_STRING_SERIALIZATION_SOURCE,
	U_DEFAULT_DISPLAY_PROPERTY_SET,
	U_DEFAULT_KEY_PROPERTY_SET,
	U_PROPERTY_SERIALIZATION_SET,
	U_TYPE_NAME,
	U_FORCE,
	U_TYPE_DATA,
	U_APPEND_PATH,
	U_PREPEND_PATH,
};

static const struct param_spec update_params[] = {
	{ "MemberType", "System.Management.Automation.PSMemberTypes", NULL,
	    "DynamicTypeSet/", PARAM_NOT_EMPTY, update_params_membertype, 0, 0,
	    "what kind of member" },
	{ "MemberName", "string", NULL, "DynamicTypeSet/", PARAM_NOT_EMPTY,
	    NULL, 0, 0, "the member's name" },
	{ "Value", "System.Object", NULL, "DynamicTypeSet/", 0, NULL, 0, 0,
	    "the value" },
	{ "SecondValue", "System.Object", NULL, "DynamicTypeSet/",
	    PARAM_NOT_NULL, NULL, 0, 0,
	    "a property's setter, an alias's type" },
	{ "TypeConverter", "type", NULL, "DynamicTypeSet/", PARAM_NOT_NULL,
	    NULL, 0, 0, "a type that converts" },
	{ "TypeAdapter", "type", NULL, "DynamicTypeSet/", PARAM_NOT_NULL, NULL,
	    0, 0, "a type that adapts" },
	{ "SerializationMethod", "string", NULL, "DynamicTypeSet/",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "how it is written as XML" },
	{ "TargetTypeForDeserialization", "type", NULL, "DynamicTypeSet/",
	    PARAM_NOT_NULL, NULL, 0, 0, "what it becomes when read" },
	{ "SerializationDepth", "int", NULL, "DynamicTypeSet/", PARAM_NOT_NULL,
	    NULL, 0, 2147483647, "levels written" },
	{ "DefaultDisplayProperty", "string", NULL, "DynamicTypeSet/",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "the property shown" },
	{ "InheritPropertySerializationSet", "System.Nullable[bool]", NULL,
	    "DynamicTypeSet/", PARAM_NOT_NULL, NULL, 0, 0,
	    "takes the base's" },
	{ "StringSerializationSource", "string", NULL, "DynamicTypeSet/",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "the property written as text" },
	{ "DefaultDisplayPropertySet", "string[]", NULL, "DynamicTypeSet/",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "properties shown by default" },
	{ "DefaultKeyPropertySet", "string[]", NULL, "DynamicTypeSet/",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "properties that make the key" },
	{ "PropertySerializationSet", "string[]", NULL, "DynamicTypeSet/",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "properties written" },
	{ "TypeName", "string", NULL, "DynamicTypeSet/mv", PARAM_NOT_EMPTY,
	    NULL, 0, 0, "a type name" },
	{ "Force", "switch", NULL, "DynamicTypeSet/ TypeDataSet/", 0, NULL, 0,
	    0, "does it where it would be refused" },
	{ "TypeData", "System.Management.Automation.Runspaces.TypeData[]",
	    NULL, "TypeDataSet/0mvp", 0, NULL, 0, 0, "a TypeData" },
	{ "AppendPath", "string[]", "PSPath Path", "FileSet/0vp",
	    PARAM_NOT_NULL, NULL, 0, 0, "a .ps1xml file" },
	{ "PrependPath", "string[]", NULL, "FileSet/", PARAM_NOT_NULL, NULL, 0,
	    0, "a .ps1xml file" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct {
	size_t param;
	const char *name;
} sets[] = {
	{ U_DEFAULT_DISPLAY_PROPERTY_SET, "DefaultDisplayPropertySet" },
	{ U_DEFAULT_KEY_PROPERTY_SET, "DefaultKeyPropertySet" },
	{ U_PROPERTY_SERIALIZATION_SET, "PropertySerializationSet" },
	{ U_DEFAULT_DISPLAY_PROPERTY, "DefaultDisplayProperty" },
	{ U_SERIALIZATION_DEPTH, "SerializationDepth" },
	{ U_SERIALIZATION_METHOD, "SerializationMethod" },
	{ U_STRING_SERIALIZATION_SOURCE, "StringSerializationSource" },
};

/* The name of a [type] or of a text: "string" is System.String. */
static char *
full_type_name(const char *text)
{
	size_t n = strlen(text);
	const struct type *t;

	if (n > 2 && text[0] == '[' && text[n - 1] == ']')
		t = type_find(text + 1, n - 2);
	else
		t = type_find(text, n);
	return mem_strdup(t != NULL ? t->name : text);
}

static enum flow
present(struct call *c, const char *type_name, const char *member)
{
	return call_errorf(c, "System.InvalidOperationException",
	    "TypesDynamicUpdateException", "InvalidOperation", VALUE_NULL,
	    "Error in TypeData \"%s\": The member %s is already present.",
	    type_name, member);
}

static enum flow
update_member(struct call *c, struct object *bag, const char *type_name)
{
	const char *name = call_string(c, U_MEMBER_NAME);
	char *kind = value_text_plain(call_param(c, U_MEMBER_TYPE));
	struct member_wish w = { .kind = kind, .name = name,
		.value = call_param(c, U_VALUE),
		.second = call_param(c, U_SECOND_VALUE) };
	enum flow flow;

	if (!call_switch(c, U_FORCE) && object_find(bag, name) != NULL)
		flow = present(c, type_name, name);
	else
		flow = member_put(c, bag, &w);
	mem_free(kind);
	return flow;
}

static enum flow
update_sets(struct call *c, struct object *bag, const char *type_name)
{
	struct member *m = object_find(bag, "PSStandardMembers");
	struct object *standard;
	size_t i;

	for (i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		struct value v;

		if (!call_bound(c, sets[i].param))
			continue;
		if (m == NULL) {
			m = object_add(
			    bag, "PSStandardMembers", MEMBER_MEMBER_SET);
			m->hidden = true;
			value_set_take(&m->value,
			    object_value(object_new(
				"System.Management.Automation.PSMemberSet")));
		}
		standard = object_of(m->value);
		if (object_find(standard, sets[i].name) != NULL &&
		    !call_switch(c, U_FORCE))
			return present(c, type_name, sets[i].name);
		v = call_param(c, sets[i].param);
		if (value_is_list(value_base(v)))
			object_set_take(
			    standard, sets[i].name, property_set_new(v));
		else
			object_set(standard, sets[i].name, v);
	}
	return FLOW_MORE;
}

static enum flow
update_process(struct call *c)
{
	struct object *bag;
	char *type_name, *target;
	bool yes = false;
	enum flow flow;

	if (!call_bound(c, U_TYPE_NAME))
		return call_errorf(c, "System.NotSupportedException",
		    "TypesFileNotSupported", "NotImplemented", VALUE_NULL,
		    "Types files (.ps1xml) are not read here: give -TypeName "
		    "and the member.");
	type_name = full_type_name(call_string(c, U_TYPE_NAME));
	target = mem_printf("TypeData: %s", type_name);
	flow = call_should(c, target, "Update TypeData", &yes);
	mem_free(target);
	if (flow == FLOW_MORE && yes) {
		bag = typedata_of(type_name, true);
		if (call_bound(c, U_MEMBER_NAME))
			flow = update_member(c, bag, type_name);
		if (flow == FLOW_MORE)
			flow = update_sets(c, bag, type_name);
	}
	mem_free(type_name);
	return flow;
}

const struct cmdlet cmdlet_update_typedata = {
	.name = "Update-TypeData",
	.class_name = "Microsoft.PowerShell.Commands.UpdateTypeDataCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "FileSet",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = update_params,
	.synopsis = "Adds members to a type",
	.process = update_process,
};

enum {
	R_TYPE_NAME,
	R_PATH,
	R_TYPE_DATA,
};

static const struct param_spec remove_params[] = {
	{ "TypeName", "string", NULL, "RemoveTypeSet/0mvp", PARAM_NOT_EMPTY,
	    NULL, 0, 0, "a type name" },
	{ "Path", "string[]", NULL, "RemoveFileSet/m", PARAM_NOT_EMPTY, NULL,
	    0, 0, "the file" },
	{ "TypeData", "System.Management.Automation.Runspaces.TypeData", NULL,
	    "RemoveTypeDataSet/mv", 0, NULL, 0, 0, "a TypeData" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
remove_process(struct call *c)
{
	char *type_name, *target;
	bool yes = false;
	enum flow flow;

	if (!call_bound(c, R_TYPE_NAME))
		return call_errorf(c, "System.NotSupportedException",
		    "TypesFileNotSupported", "NotImplemented", VALUE_NULL,
		    "Only -TypeName is understood here.");
	type_name = full_type_name(call_string(c, R_TYPE_NAME));
	target = mem_printf("TypeName: %s", type_name);
	flow = call_should(c, target, "Remove TypeData", &yes);
	mem_free(target);
	if (flow == FLOW_MORE && yes) {
		if (typedata_of(type_name, false) == NULL)
			flow = call_errorf(c,
			    "System.InvalidOperationException",
			    "TypesDynamicRemoveException", "InvalidOperation",
			    VALUE_NULL,
			    "Error in TypeData \"%s\": The type \"%s\" was "
			    "not found. The type must be present to be "
			    "removed.",
			    type_name, type_name);
		else
			typedata_remove(type_name);
	}
	mem_free(type_name);
	return flow;
}

const struct cmdlet cmdlet_remove_typedata = {
	.name = "Remove-TypeData",
	.class_name = "Microsoft.PowerShell.Commands.RemoveTypeDataCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "RemoveTypeDataSet",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = remove_params,
	.synopsis = "Removes what was added to a type",
	.process = remove_process,
};
