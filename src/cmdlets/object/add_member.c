/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Add-Member: members of an object's own. */
#include "config.h"

#include <string.h>

#include "cmdlets/object/members.h"
#include "cmdlets/object/object_cmdlets.h"
#include "core/dict.h"
#include "core/mem.h"
#include "core/type.h"
#include "types/report.h"
#include "types/types.h"

enum {
	ADD_INPUT_OBJECT,
	ADD_MEMBER_TYPE,
	ADD_NAME,
	ADD_VALUE,
	ADD_SECOND_VALUE,
	ADD_TYPE_NAME,
	ADD_FORCE,
	ADD_PASS_THRU,
	ADD_NOTE_PROPERTY_NAME,
	ADD_NOTE_PROPERTY_VALUE,
	ADD_NOTE_PROPERTY_MEMBERS,
};

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL,
	    "MemberSet/mv NotePropertyMultiMemberSet/mv NotePropertySingleMemberSet/mv TypeNameSet/mv",
	    0, NULL, 0, 0, "the objects to work on" },
	{ "MemberType", "System.Management.Automation.PSMemberTypes", "Type",
	    "MemberSet/0m", 0, NULL, 0, 0, "what kind of member" },
	{ "Name", "string", NULL, "MemberSet/1m", 0, NULL, 0, 0, "the name" },
	{ "Value", "System.Object", NULL, "MemberSet/2", 0, NULL, 0, 0,
	    "the value, getter, method or other name" },
	{ "SecondValue", "System.Object", NULL, "MemberSet/3", 0, NULL, 0, 0,
	    "a property's setter, an alias's type" },
	{ "TypeName", "string", NULL,
	    "MemberSet/ NotePropertyMultiMemberSet/ NotePropertySingleMemberSet/ TypeNameSet/m",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "a type name" },
	{ "Force", "switch", NULL,
	    "MemberSet/ NotePropertyMultiMemberSet/ NotePropertySingleMemberSet/",
	    0, NULL, 0, 0, "does it where it would be refused" },
	{ "PassThru", "switch", NULL,
	    "MemberSet/ NotePropertyMultiMemberSet/ NotePropertySingleMemberSet/ TypeNameSet/",
	    0, NULL, 0, 0, "gives the object back" },
	{ "NotePropertyName", "string", NULL, "NotePropertySingleMemberSet/0m",
	    PARAM_NOT_EMPTY | PARAM_NO_MEMBER_KIND, NULL, 0, 0, "the name of a note property" },
	{ "NotePropertyValue", "System.Object", NULL,
	    "NotePropertySingleMemberSet/1m", PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "its value" },
	{ "NotePropertyMembers", "System.Collections.IDictionary", NULL,
	    "NotePropertyMultiMemberSet/0m", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "names and values of note properties" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* Whether the object has such a member already, its own or its type's. */
static enum flow
has_member(struct call *c, struct value v, const char *name, bool *yesp)
{
	struct object *bag = value_instance_members(v, false);
	struct value got = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	*yesp = bag != NULL && object_find(bag, name) != NULL;
	if (*yesp || value_is_object(value_base(v)) ||
	    value_is_dict(value_base(v)) || value_unrolls(v))
		return FLOW_MORE;
	flow = value_get_member(call_run(c), v, name, &got, yesp);
	value_unref(got);
	if (flow == FLOW_LEAVE && call_run(c)->leave.kind == LEAVE_THROW) {
		run_leave_clear(call_run(c));
		*yesp = true;
		flow = FLOW_MORE;
	}
	return flow;
}

static enum flow
add_one(struct call *c, struct value v, const struct member_wish *w)
{
	struct object *bag = value_instance_members(v, true);
	bool exists;
	enum flow flow;

	if (bag == NULL)
		return FLOW_MORE;
	if (!call_switch(c, ADD_FORCE)) {
		flow = has_member(c, v, w->name, &exists);
		if (flow != FLOW_MORE)
			return flow;
		if (exists)
			return call_errorf(c, NULL, "MemberAlreadyExists",
			    "InvalidOperation", v,
			    "Cannot add a member with the name \"%s\" because "
			    "a member with that name already exists. To "
			    "overwrite the member anyway, add the Force "
			    "parameter to your command.",
			    w->name);
	}
	return member_put(c, bag, w);
}

static enum flow
add_many(struct call *c, struct value v)
{
	struct value base = value_base(call_param(c, ADD_NOTE_PROPERTY_MEMBERS));
	const struct dict_entry *e;
	size_t pos;
	enum flow flow = FLOW_MORE;

	if (!value_is_dict(base))
		return FLOW_MORE;
	DICT_EACH (e, dict_of(base), pos) {
		char *name = value_text_plain(e->key);
		struct member_wish w = { .kind = "NoteProperty",
			.name = name, .value = e->value };

		if (flow == FLOW_MORE)
			flow = add_one(c, v, &w);
		mem_free(name);
	}
	return flow;
}

/* An object's list of type names is shared until it gets its own. */
static void
add_type_name(struct value v, const char *name)
{
	struct object *bag = value_instance_members(v, true);
	struct value names = VALUE_NULL;
	bool found;

	if (bag == NULL)
		return;
	if (value_get_member(NULL, v, "pstypenames", &names, &found) ==
	    FLOW_MORE)
		value_unref(names);
	object_add_type(bag, name);
}

static enum flow
add_process(struct call *c)
{
	struct value v = call_param(c, ADD_INPUT_OBJECT);
	const char *set = call_set(c);
	struct member_wish w = { 0 };
	char *kind = NULL;
	enum flow flow = FLOW_MORE;

	if (strcmp(set, "NotePropertyMultiMemberSet") == 0) {
		flow = add_many(c, v);
	} else if (strcmp(set, "NotePropertySingleMemberSet") == 0) {
		w.kind = "NoteProperty";
		w.name = call_string(c, ADD_NOTE_PROPERTY_NAME);
		w.value = call_param(c, ADD_NOTE_PROPERTY_VALUE);
		flow = add_one(c, v, &w);
	} else if (strcmp(set, "MemberSet") == 0) {
		w.kind = kind = value_text_plain(call_param(c, ADD_MEMBER_TYPE));
		w.name = call_string(c, ADD_NAME);
		w.value = call_param(c, ADD_VALUE);
		w.second = call_param(c, ADD_SECOND_VALUE);
		flow = add_one(c, v, &w);
		mem_free(kind);
	}
	if (flow == FLOW_MORE && call_bound(c, ADD_TYPE_NAME))
		add_type_name(v, call_string(c, ADD_TYPE_NAME));
	if (flow == FLOW_MORE && call_switch(c, ADD_PASS_THRU))
		flow = call_emit(c, v);
	return flow;
}

const struct cmdlet cmdlet_add_member = {
	.name = "Add-Member",
	.class_name = "Microsoft.PowerShell.Commands.AddMemberCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "TypeNameSet",
	.params = params,
	.synopsis = "Adds members to objects",
	.process = add_process,
};
