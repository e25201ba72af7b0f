/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-Member: what an object offers, once for each of its types. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/object/object_cmdlets.h"
#include "core/cmdlet.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "types/types.h"

enum { P_INPUT, P_NAME, P_TYPE, P_VIEW, P_STATIC, P_FORCE };

static const char *const member_types[] = { "AliasProperty", "CodeProperty",
	"Property", "NoteProperty", "ScriptProperty", "PropertySet", "Method",
	"CodeMethod", "ScriptMethod", "Methods", "ParameterizedProperty",
	"MemberSet", "Event", "Dynamic", "InferredProperty", "Properties",
	"All", NULL };

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to look at" },
	{ "Name", "string[]", NULL, "*/0", 0, NULL, 0, 0,
	    "names or wildcards of members" },
	{ "MemberType", "string[]", "Type", NULL, 0, member_types, 0, 0,
	    "kinds of members" },
	{ "View", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Extended, Adapted, Base or All" },
	{ "Static", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "static members of the object's type" },
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "hidden members too" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* A member as Get-Member shows it, to be sorted. */
struct found {
	char *name;
	char *kind;
	char *definition;
};

struct member_state {
	struct dict *seen; /* type names that went out */
	size_t objects;
	/* for one object */
	struct found *items;
	size_t count;
	struct call *call;
};

static bool
listed(struct call *c, size_t param, const char *text, bool *givenp)
{
	struct value v = call_param(c, param);
	size_t i;

	*givenp = value_is_list(v);
	for (i = 0; *givenp && i < list_of(v)->count; i++) {
		const char *one = value_chars(value_base(list_of(v)->items[i]));

		if (one != NULL && wildcard_match(one, text, true))
			return true;
	}
	return false;
}

static bool
kind_wanted(struct call *c, const char *kind)
{
	bool given;

	if (listed(c, P_TYPE, kind, &given) || !given)
		return true;
	if (listed(c, P_TYPE, "All", &given))
		return true;
	if (strstr(kind, "Property") != NULL &&
	    strcmp(kind, "ParameterizedProperty") != 0 &&
	    listed(c, P_TYPE, "Properties", &given))
		return true;
	return strstr(kind, "Method") != NULL &&
	    listed(c, P_TYPE, "Methods", &given);
}

static enum flow
note_member(void *arg, const struct member_info *m)
{
	struct member_state *st = arg;
	struct found *f;
	bool given;

	if (!kind_wanted(st->call, m->kind) ||
	    (!listed(st->call, P_NAME, m->name, &given) && given))
		return FLOW_MORE;
	st->items =
	    mem_array_grow(st->items, st->count + 1, sizeof(*st->items));
	f = &st->items[st->count++];
	f->name = mem_strdup(m->name);
	f->kind = mem_strdup(m->kind);
	f->definition = mem_strdup(m->definition == NULL ? "" : m->definition);
	return FLOW_MORE;
}

/* Methods before properties (by the kind's name), each by name. */
static int
found_order(const struct found *a, const struct found *b)
{
	int order = strcmp(a->kind, b->kind);

	if (order == 0)
		order = strcasecmp(a->name, b->name);
	return order;
}

static void
found_sort(struct found *items, size_t n)
{
	size_t i, k;

	for (i = 1; i < n; i++) {
		struct found one = items[i];

		for (k = i; k > 0 && found_order(&items[k - 1], &one) > 0; k--)
			items[k] = items[k - 1];
		items[k] = one;
	}
}

static void
found_clear(struct member_state *st)
{
	size_t i;

	for (i = 0; i < st->count; i++) {
		mem_free(st->items[i].name);
		mem_free(st->items[i].kind);
		mem_free(st->items[i].definition);
	}
	mem_free(st->items);
	st->items = NULL;
	st->count = 0;
}

static enum flow
emit_found(struct call *c, const char *type_name)
{
	struct member_state *st = call_state(c);
	enum flow flow = FLOW_MORE;
	size_t i;

	found_sort(st->items, st->count);
	for (i = 0; flow == FLOW_MORE && i < st->count; i++) {
		struct object *o = object_new(
		    "Microsoft.PowerShell.Commands.MemberDefinition");

		object_set_take(o, "TypeName", value_string(type_name));
		object_set_take(o, "Name", value_string(st->items[i].name));
		object_set_take(
		    o, "MemberType", value_string(st->items[i].kind));
		object_set_take(
		    o, "Definition", value_string(st->items[i].definition));
		flow = call_emit_take(c, object_value(o));
	}
	return flow;
}

static enum flow
member_process(struct call *c)
{
	struct member_state *st = call_state(c);
	struct value v = call_param(c, P_INPUT), names, key;
	const struct type *t;
	const char *type_name = NULL;
	enum flow flow;

	if (value_is_nothing(v))
		return FLOW_MORE;
	st->objects++;
	if (st->seen == NULL)
		st->seen = dict_new(NULL);
	names = value_type_names(v);
	t = type_of_value(v);
	if (call_switch(c, P_STATIC) && t != NULL)
		type_name = t->name;
	else if (value_is_list(names) && list_of(names)->count > 0)
		type_name = value_chars(list_of(names)->items[0]);
	if (type_name == NULL)
		type_name = "System.Object";
	key = value_string(type_name);
	if (dict_find(st->seen, key) != NULL) {
		value_unref(key);
		value_unref(names);
		return FLOW_MORE;
	}
	dict_set_take(st->seen, key, value_bool(true));
	value_unref(key);
	st->call = c;
	flow = value_each_member(
	    call_run(c), v, call_switch(c, P_STATIC), note_member, st);
	if (flow == FLOW_MORE)
		flow = emit_found(c, type_name);
	found_clear(st);
	value_unref(names);
	return flow;
}

static enum flow
member_end(struct call *c)
{
	struct member_state *st = call_state(c);

	if (st->objects > 0)
		return FLOW_MORE;
	return call_faultf(c, FAULT_INVALID_OPERATION,
	    "NoObjectInGetMember", VALUE_NULL,
	    "You must specify an object for the Get-Member cmdlet.");
}

static void
member_clean(struct call *c)
{
	struct member_state *st = call_state(c);

	found_clear(st);
	if (st->seen != NULL)
		value_unref(dict_value(st->seen));
	st->seen = NULL;
}

const struct cmdlet cmdlet_get_member = {
	.name = "Get-Member",
	.class_name = "Microsoft.PowerShell.Commands.GetMemberCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = params,
	.synopsis = "Shows the properties and methods of objects",
	.state_size = sizeof(struct member_state),
	.process = member_process,
	.end = member_end,
	.clean = member_clean,
};
