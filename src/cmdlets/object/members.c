/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members that scripts add to objects and to types. */
#include "config.h"

#include <string.h>

#include "cmdlets/object/members.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "types/property_arg.h"
#include "types/report.h"
#include "types/types.h"

static const struct {
	const char *name;
	enum member_kind kind;
} kinds[] = {
	{ "NoteProperty", MEMBER_NOTE },
	{ "ScriptProperty", MEMBER_SCRIPT },
	{ "AliasProperty", MEMBER_ALIAS },
	{ "ScriptMethod", MEMBER_SCRIPT_METHOD },
	{ "PropertySet", MEMBER_PROPERTY_SET },
	{ "MemberSet", MEMBER_MEMBER_SET },
};

struct value
property_set_new(struct value names)
{
	struct object *o =
	    object_new("System.Management.Automation.PSPropertySet");
	struct list *l = list_new(NULL, 4);
	struct iter it;
	struct value item, text;
	bool more;

	if (iter_begin(NULL, names, &it) == FLOW_MORE) {
		while (iter_next(NULL, &it, &item, &more) == FLOW_MORE &&
		    more) {
			char *s = value_text_plain(item);

			text = value_string(s);
			mem_free(s);
			list_add_take(l, text);
			value_unref(item);
		}
		iter_end(&it);
	}
	object_set_take(o, "ReferencedPropertyNames", list_value(l));
	return object_value(o);
}

/* A MemberSet's value is a bag of what its members are called. */
static struct value
member_set(struct run *r, struct value members)
{
	struct object *o =
	    object_new("System.Management.Automation.PSMemberSet");
	struct iter it;
	struct value item, name;
	bool more, found;

	if (iter_begin(r, members, &it) != FLOW_MORE)
		return object_value(o);
	while (iter_next(r, &it, &item, &more) == FLOW_MORE && more) {
		name = VALUE_NULL;
		if (value_get_member(r, item, "Name", &name, &found) ==
			FLOW_MORE &&
		    found && value_is_string(name))
			object_set(o, value_chars(name), item);
		value_unref(name);
		value_unref(item);
	}
	iter_end(&it);
	return object_value(o);
}

static enum flow
wrong_value(struct call *c, const struct member_wish *w, const char *id,
    const char *what)
{
	return call_errorf(c, NULL, id, "InvalidArgument", VALUE_NULL,
	    "The %s for a member of type \"%s\".", what, w->kind);
}

static bool
wish_kind(const struct member_wish *w, enum member_kind *kindp)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (string_equal_ci(kinds[i].name, w->kind)) {
			*kindp = kinds[i].kind;
			return true;
		}
	return false;
}

/* *okp: the values fit the kind. */
static enum flow
check(struct call *c, const struct member_wish *w, enum member_kind kind,
    bool *okp)
{
	bool blocks = kind == MEMBER_SCRIPT || kind == MEMBER_SCRIPT_METHOD;

	*okp = false;
	if (kind == MEMBER_SCRIPT && value_is_nothing(w->value) &&
	    value_is_nothing(w->second))
		return wrong_value(c, w, "Value1AndValue2AreBothNull",
		    "parameters Value and SecondValue cannot both be null");
	if (kind != MEMBER_SCRIPT && kind != MEMBER_NOTE &&
	    value_is_nothing(w->value))
		return wrong_value(c, w, "Value1IsNull",
		    "Value parameter must not be null");
	if (blocks && !value_is_nothing(w->value) &&
	    !value_is_block(w->value))
		return wrong_value(c, w, "Value1ShouldBeOfTypeScriptBlock",
		    "Value parameter must be a script block");
	if (kind == MEMBER_SCRIPT && !value_is_nothing(w->second) &&
	    !value_is_block(w->second))
		return wrong_value(c, w, "Value2ShouldBeOfTypeScriptBlock",
		    "SecondValue parameter must be a script block");
	if (kind != MEMBER_SCRIPT && kind != MEMBER_ALIAS &&
	    !value_is_nothing(w->second))
		return wrong_value(c, w, "Value2ShouldBeNull",
		    "SecondValue parameter is not needed");
	*okp = true;
	return FLOW_MORE;
}

enum flow
member_put(struct call *c, struct object *bag, const struct member_wish *w)
{
	struct value value = VALUE_NULL;
	const struct type *declared = NULL;
	struct member *m;
	enum member_kind kind;
	bool ok;
	enum flow flow = FLOW_MORE;

	if (!wish_kind(w, &kind))
		return call_errorf(c, NULL, "CannotAddMemberType",
		    "InvalidOperation", VALUE_NULL,
		    "The %s member type is not supported for adding.",
		    w->kind);
	flow = check(c, w, kind, &ok);
	if (flow != FLOW_MORE || !ok)
		return flow;
	if (kind == MEMBER_ALIAS) {
		flow = value_text(call_run(c), w->value, &value);
		declared = type_of_value(value_base(w->second));
	} else if (kind == MEMBER_PROPERTY_SET) {
		value = property_set_new(w->value);
	} else if (kind == MEMBER_MEMBER_SET) {
		value = member_set(call_run(c), w->value);
	} else {
		value = value_ref(w->value.type == &type_void ? VALUE_NULL
							      : w->value);
	}
	if (flow != FLOW_MORE)
		return flow;
	(void)object_remove(bag, w->name);
	m = object_add(bag, w->name, kind);
	value_set_take(&m->value, value);
	m->declared = declared;
	if (kind == MEMBER_SCRIPT)
		value_set(&m->extra, w->second);
	m->hidden = kind == MEMBER_MEMBER_SET || kind == MEMBER_PROPERTY_SET;
	return FLOW_MORE;
}
