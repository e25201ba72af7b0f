/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New-Object: an object of a type by its name. */
#include "config.h"

#include <string.h>

#include "cmdlets/object/object_cmdlets.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/type.h"
#include "types/member.h"
#include "types/report.h"
#include "types/types.h"

#define SMA "System.Management.Automation."

enum {
	N_TYPE_NAME,
	N_ARGUMENT_LIST,
	N_STRICT,
	N_PROPERTY,
};

static const struct param_spec params[] = {
	{ "TypeName", "string", NULL, "Net/0m", 0, NULL, 0, 0, "a type name" },
	{ "ArgumentList", "System.Object[]", "Args", "Net/1", 0, NULL, 0, 0,
	    "the constructor's arguments" },
	{ "Strict", "switch", NULL, "Com/", 0, NULL, 0, 0,
	    "kept for scripts" },
	{ "Property", "System.Collections.IDictionary", NULL, NULL, 0, NULL, 0,
	    0, "properties to set, by name" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
no_constructor(struct call *c, const struct type *t)
{
	return call_throwf(c, SMA "PSArgumentException",
	    "CannotFindAppropriateCtor", "ObjectNotFound", VALUE_NULL,
	    "A constructor was not found. Cannot find an appropriate "
	    "constructor for type %s.",
	    t->name);
}

/* What the constructor raised, as New-Object tells it. */
static enum flow
constructor_failed(struct call *c, size_t n)
{
	struct run *r = call_run(c);
	struct value record, id = VALUE_NULL;
	char *text = NULL;
	bool found, missing;

	if (r->leave.kind != LEAVE_THROW)
		return FLOW_LEAVE;
	record = value_ref(r->leave.value);
	(void)value_get_member(
	    NULL, record, "FullyQualifiedErrorId", &id, &found);
	text = value_text_plain(id);
	value_unref(id);
	missing = strncmp(text, "MethodCountCouldNotFindBest", 27) == 0;
	mem_free(text);
	value_unref(record);
	(void)n;
	if (missing) {
		run_leave_clear(r);
		return no_constructor(c,
		    type_find(call_string(c, N_TYPE_NAME),
			strlen(call_string(c, N_TYPE_NAME))));
	}
	/* the binder's own wrapping, with this command's id */
	text = NULL;
	{
		struct value rec = value_ref(r->leave.value);
		struct value ex = VALUE_NULL, message = VALUE_NULL;
		enum flow flow;

		run_leave_clear(r);
		(void)value_get_member(NULL, rec, "Exception", &ex, &found);
		(void)value_get_member(NULL, ex, "Message", &message, &found);
		text = value_text_plain(message);
		flow = call_throwf(c, SMA "MethodInvocationException",
		    "ConstructorInvokedThrowException", "InvalidOperation",
		    VALUE_NULL, "%s", text);
		mem_free(text);
		value_unref(message);
		value_unref(ex);
		value_unref(rec);
		return flow;
	}
}

static bool
is_bag(const struct type *t)
{
	return t == &type_object || strcmp(t->name, SMA "PSObject") == 0 ||
	    strcmp(t->name, SMA "PSCustomObject") == 0;
}

static enum flow
set_property(struct call *c, struct value v, const char *name,
    struct value to)
{
	struct run *r = call_run(c);
	enum flow flow = value_set_member(r, v, name, to);
	char *text;

	if (flow != FLOW_LEAVE || r->leave.kind != LEAVE_THROW)
		return flow;
	text = value_text_plain(r->leave.value);
	if (strstr(text, "cannot be found on this object") != NULL) {
		const struct type *t = value_type(v);

		mem_free(text);
		run_leave_clear(r);
		return call_errorf(c, "System.InvalidOperationException",
		    "InvalidOperationException", "InvalidOperation",
		    VALUE_NULL,
		    "The member \"%s\" was not found for the specified .NET "
		    "object.",
		    t != NULL ? name : "");
	}
	mem_free(text);
	return call_retell(c);
}

static enum flow
set_properties(struct call *c, const struct type *t, struct value v)
{
	struct value bag = value_base(call_param(c, N_PROPERTY));
	const struct dict_entry *e;
	size_t pos;
	enum flow flow = FLOW_MORE;

	if (!value_is_dict(bag))
		return FLOW_MORE;
	DICT_EACH (e, dict_of(bag), pos) {
		char *name = value_text_plain(e->key);

		if (is_bag(t) && value_is_object(v))
			object_set(object_of(v), name, e->value);
		else if (flow == FLOW_MORE)
			flow = set_property(c, v, name, e->value);
		mem_free(name);
	}
	return flow;
}

static enum flow
new_process(struct call *c)
{
	const char *name = call_string(c, N_TYPE_NAME);
	struct value args = value_base(call_param(c, N_ARGUMENT_LIST));
	size_t n = value_is_list(args) ? list_of(args)->count : 0;
	const struct type *t;
	struct value v = VALUE_NULL, wrapped;
	enum flow flow;

	if (name == NULL)
		return FLOW_MORE;
	t = type_find(name, strlen(name));
	if (t == NULL)
		return call_throwf(c, SMA "PSArgumentException",
		    "TypeNotFound", "InvalidType", VALUE_NULL,
		    "Cannot find type [%s]: verify that the assembly "
		    "containing this type is loaded.",
		    name);
	if (is_bag(t) && n == 0) {
		v = object_value(object_new(NULL));
		flow = FLOW_MORE;
	} else {
		flow = type_construct(call_run(c), t,
		    n > 0 ? list_of(args)->items : NULL, n, &v);
	}
	if (flow == FLOW_LEAVE)
		return constructor_failed(c, n);
	flow = set_properties(c, t, v);
	if (flow != FLOW_MORE) {
		value_unref(v);
		return flow;
	}
	wrapped = value_wrap(v);
	value_unref(v);
	return call_emit_take(c, wrapped);
}

const struct cmdlet cmdlet_new_object = {
	.name = "New-Object",
	.class_name = "Microsoft.PowerShell.Commands.NewObjectCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Net",
	.params = params,
	.synopsis = "Makes an object of a type",
	.process = new_process,
};
