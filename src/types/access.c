/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Members of a value: instance members, type data, keys and the like, the
 * type's own; over a list those of its items.
 */
#include "config.h"

#include <stdio.h>

#include "types/access.h"
#include "types/member_internal.h"

/* --- type data (Update-TypeData) --- */

static struct dict *type_data;

struct object *
typedata_of(const char *type_name, bool make)
{
	struct value v;
	struct object *o;

	if (type_data == NULL) {
		if (!make)
			return NULL;
		type_data = dict_new(NULL);
	}
	v = dict_peek(type_data, type_name);
	if (value_is_object(v))
		return object_of(v);
	if (!make)
		return NULL;
	o = object_new(NULL);
	dict_set_str_take(type_data, type_name, object_value(o));
	return o;
}

void
typedata_remove(const char *type_name)
{
	struct value key = value_string(type_name);

	if (type_data != NULL)
		(void)dict_remove(type_data, key);
	value_unref(key);
}

static struct member *
typedata_member(struct value v, const char *name)
{
	struct member *m = NULL;
	struct value names;
	struct object *o;
	size_t i;

	if (type_data == NULL || type_data->count == 0)
		return NULL;
	names = value_type_names(v);
	for (i = 0; i < list_of(names)->count && m == NULL; i++) {
		o = typedata_of(value_chars(list_of(names)->items[i]), false);
		if (o != NULL)
			m = object_find(o, name);
	}
	value_unref(names);
	return m;
}

/* --- one member of a bag --- */

static enum flow
call_block(struct run *r, struct value block, struct value self,
    const struct value *args, size_t n, struct value *outp)
{
	struct invoke_spec spec = { .command = block, .self = &self,
		.args = args, .nargs = n };

	if (r == NULL || r->ops == NULL || r->ops->invoke_with == NULL) {
		*outp = VALUE_NULL;
		return FLOW_MORE;
	}
	return r->ops->invoke_with(r, &spec, outp);
}

static enum flow
get_from(struct run *r, struct value self, const struct member *m,
    struct value *outp, bool *foundp)
{
	enum flow flow;

	*foundp = true;
	switch ((int)m->kind) {
	case MEMBER_NOTE:
	case MEMBER_PROPERTY:
	case MEMBER_CODE:
		*outp = value_ref(m->value);
		return FLOW_MORE;
	case MEMBER_ALIAS:
		if (strcasecmp(value_chars(m->value), value_chars(m->name)) ==
		    0)
			break;
		return value_get_member(r, self, value_chars(m->value), outp,
		    foundp);
	case MEMBER_SCRIPT:
		if (m->value.type == NULL) {
			*outp = VALUE_NULL;
			return FLOW_MORE;
		}
		if (!run_stack_ok())
			return run_throw(r,
			    "System.Management.Automation."
			    "ScriptCallDepthException",
			    "CallDepthOverflow", "InvalidOperation",
			    "The script failed due to call depth overflow.");
		flow = call_block(r, m->value, self, NULL, 0, outp);
		if (flow == FLOW_MORE && outp->type == &type_void)
			*outp = VALUE_NULL;
		return flow;
	case MEMBER_PROPERTY_SET:
	case MEMBER_MEMBER_SET:
		*outp = value_ref(m->value);
		return FLOW_MORE;
	case MEMBER_SCRIPT_METHOD:
		break;
	}
	*outp = method_value(self, value_chars(m->name));
	return FLOW_MORE;
}

static enum flow
set_in(struct run *r, struct value self, struct member *m, struct value to)
{
	struct value out = VALUE_NULL;
	enum flow flow;

	switch ((int)m->kind) {
	case MEMBER_NOTE:
	case MEMBER_PROPERTY:
		if (m->readonly)
			break;
		if (m->declared != NULL) {
			flow = value_convert(r, to, m->declared, &out);
			if (flow != FLOW_MORE)
				return flow;
			value_set_take(&m->value, out);
			return FLOW_MORE;
		}
		value_set(&m->value, to.type == &type_void ? VALUE_NULL : to);
		return FLOW_MORE;
	case MEMBER_ALIAS:
		return value_set_member(r, self, value_chars(m->value), to);
	case MEMBER_SCRIPT:
		if (m->extra.type == NULL)
			return throw_simple(r, "PropertyAssignmentException",
			    "InvalidOperation",
			    "Set accessor for property \"%s\" is unavailable.",
			    value_chars(m->name));
		flow = call_block(r, m->extra, self, &to, 1, &out);
		value_unref(out);
		return flow;
	default:
		break;
	}
	return throw_simple(r, "PropertyAssignmentException",
	    "InvalidOperation", "'%s' is a ReadOnly property.",
	    value_chars(m->name));
}

static struct object *
instance_members(struct value v)
{
	if (is_wrapper(v))
		return wrapper_of(v)->members;
	if (value_is_object(v))
		return object_of(v);
	return NULL;
}

struct object *
value_instance_members(struct value v, bool make)
{
	struct object *o = instance_members(v);

	if (o == NULL && make && is_wrapper(v))
		o = wrapper_of(v)->members = object_new(NULL);
	return o;
}

/* --- getting --- */

static bool
is(const char *name, const char *what)
{
	return strcasecmp(name, what) == 0;
}

static bool
intrinsic(struct value v, const char *name, struct value *outp)
{
	switch (name[0]) {
	case 'p':
	case 'P':
		if (is(name, "psobject")) {
			*outp = view_value(v);
			return true;
		}
		if (is(name, "pstypenames")) {
			*outp = typenames_value(v);
			return true;
		}
		if (is(name, "psbase") || is(name, "psadapted") ||
		    is(name, "psextended")) {
			*outp = value_ref(value_base(v));
			return true;
		}
		return false;
	case 'c':
	case 'C':
		if (!is(name, "Count"))
			return false;
		break;
	case 'l':
	case 'L':
		if (!is(name, "Length"))
			return false;
		break;
	default:
		return false;
	}
	*outp = value_int(value_is_nothing(v) ? 0 : 1);
	return true;
}

/* Everything but enumeration over items. */
static enum flow
get_own(struct run *r, struct value v, const char *name, struct value *outp,
    bool *foundp)
{
	struct object *bag = instance_members(v);
	struct value base;
	const struct type *t;
	struct member *m;
	enum flow flow;

	if (bag != NULL) {
		m = object_find(bag, name);
		if (m != NULL)
			return get_from(r, v, m, outp, foundp);
	}
	base = value_base(v);
	if (base.type == NULL) {
		*foundp = false;
		return FLOW_MORE;
	}
	if (bag == NULL && value_is_object(base)) {
		m = object_find(object_of(base), name);
		if (m != NULL)
			return get_from(r, base, m, outp, foundp);
	}
	m = typedata_member(v, name);
	if (m != NULL)
		return get_from(r, v, m, outp, foundp);
	if (value_is_dict(base)) {
		struct value key = value_string(name);
		struct dict_entry *e = dict_find(dict_of(base), key);

		value_unref(key);
		if (e != NULL) {
			*foundp = true;
			*outp = value_ref(e->value);
			return FLOW_MORE;
		}
	}
	for (t = base.type; t != NULL; t = t->base) {
		if (t->ops != NULL && t->ops->get != NULL) {
			flow = t->ops->get(r, base, name, outp, foundp);
			if (flow != FLOW_MORE || *foundp)
				return flow;
			break;
		}
	}
	flow = type_get_instance(r, base.type, base, name, outp, foundp);
	if (flow != FLOW_MORE || *foundp)
		return flow;
	if (type_has_method(base.type, name)) {
		*outp = method_value(base, name);
		*foundp = true;
	}
	return FLOW_MORE;
}

static enum flow
get_items(struct run *r, struct value v, const char *name,
    struct value *outp, bool *foundp)
{
	struct list *l = list_new(NULL, 0);
	struct iter it;
	struct value item, got;
	bool more, found, any = false;
	enum flow flow;

	if (!run_stack_ok()) {
		value_unref(list_value(l));
		return FLOW_MORE;
	}
	flow = iter_begin(r, v, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		got = VALUE_NULL;
		found = false;
		flow = get_own(r, item, name, &got, &found);
		if (flow == FLOW_MORE && !found && value_unrolls(item))
			flow = get_items(r, item, name, &got, &found);
		value_unref(item);
		if (flow != FLOW_MORE || !found)
			continue;
		any = true;
		if (value_unrolls(got)) {
			struct list *inner = NULL;
			size_t i;

			flow = collect(r, got, &inner);
			for (i = 0; flow == FLOW_MORE && i < inner->count; i++)
				list_add(l, inner->items[i]);
			if (flow == FLOW_MORE)
				value_unref(list_value(inner));
			value_unref(got);
		} else {
			list_add_take(l, got);
		}
	}
	iter_end(&it);
	if (flow == FLOW_MORE && any) {
		*foundp = true;
		if (l->count == 1)
			*outp = value_ref(l->items[0]);
		else
			*outp = value_ref(list_value(l));
	}
	value_unref(list_value(l));
	return flow;
}

enum flow
value_get_member(struct run *r, struct value v, const char *name,
    struct value *outp, bool *foundp)
{
	struct member *m;
	enum flow flow;

	*foundp = false;
	*outp = VALUE_NULL;
	if (v.type == &type_object) { /* the commonest */
		m = object_find(object_of(v), name);
		if (m != NULL && (m->kind == MEMBER_NOTE ||
				     m->kind == MEMBER_PROPERTY)) {
			*foundp = true;
			*outp = value_ref(m->value);
			return FLOW_MORE;
		}
	}
	flow = get_own(r, v, name, outp, foundp);
	if (flow != FLOW_MORE || *foundp)
		return flow;
	if (value_unrolls(v) && !is(name, "psobject") &&
	    !is(name, "pstypenames")) {
		flow = get_items(r, v, name, outp, foundp);
		if (flow != FLOW_MORE || *foundp)
			return flow;
	}
	*foundp = intrinsic(v, name, outp);
	return FLOW_MORE;
}

/* --- setting --- */

static enum flow
no_property(struct run *r, struct value v, const char *name)
{
	if (value_is_object(value_base(v)))
		return run_throw(r, "System.Management.Automation."
		    "SetValueInvocationException", "ExceptionWhenSetting",
		    "NotSpecified", "Exception setting \"%s\": \"The property "
		    "'%s' cannot be found on this object. Verify that the "
		    "property exists and can be set.\"", name, name);
	return throw_simple(r, "PropertyNotFound", "InvalidOperation",
	    "The property '%s' cannot be found on this object. Verify that "
	    "the property exists and can be set.", name);
}

static enum flow
set_own(struct run *r, struct value v, const char *name, struct value to,
    bool *foundp)
{
	struct object *bag = instance_members(v);
	struct value base = value_base(v);
	const struct type *t;
	struct member *m;
	enum flow flow;

	*foundp = true;
	if (bag == NULL && value_is_object(base))
		bag = object_of(base);
	m = bag == NULL ? NULL : object_find(bag, name);
	if (m != NULL)
		return set_in(r, v, m, to);
	if (base.type == NULL) {
		*foundp = false;
		return FLOW_MORE;
	}
	m = typedata_member(v, name);
	if (m != NULL && (m->kind == MEMBER_SCRIPT || m->kind == MEMBER_ALIAS))
		return set_in(r, v, m, to);
	for (t = base.type; t != NULL; t = t->base) {
		if (t->ops != NULL && t->ops->set != NULL) {
			flow = t->ops->set(r, base, name, to, foundp);
			if (flow != FLOW_MORE || *foundp)
				return flow;
			*foundp = true;
			break;
		}
	}
	if (value_is_dict(base)) {
		struct value key = value_string(name);

		dict_set(dict_of(base), key,
		    to.type == &type_void ? VALUE_NULL : to);
		value_unref(key);
		return FLOW_MORE;
	}
	return type_set_instance(r, base.type, base, name, to, foundp);
}

enum flow
value_set_member(struct run *r, struct value v, const char *name,
    struct value to)
{
	struct iter it;
	struct value item;
	bool found, more, any = false;
	enum flow flow;

	if (value_is_nothing(v))
		return no_property(r, v, name);
	flow = set_own(r, v, name, to, &found);
	if (flow != FLOW_MORE || found)
		return flow;
	if (!value_unrolls(v))
		return no_property(r, v, name);
	flow = iter_begin(r, v, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		any = true;
		flow = set_own(r, item, name, to, &found);
		value_unref(item);
		if (flow == FLOW_MORE && !found)
			flow = no_property(r, v, name);
	}
	iter_end(&it);
	if (flow == FLOW_MORE && !any)
		return no_property(r, v, name);
	return flow;
}

/* --- calling --- */

static enum flow
call_own(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp, bool *foundp)
{
	struct object *bag = instance_members(v);
	struct value base = value_base(v);
	const struct type *t;
	struct member *m = NULL;
	enum flow flow;

	*foundp = true;
	if (bag == NULL && value_is_object(base))
		bag = object_of(base);
	if (bag != NULL)
		m = object_find(bag, name);
	if (m == NULL)
		m = typedata_member(v, name);
	if (m != NULL && m->kind == MEMBER_SCRIPT_METHOD) {
		flow = call_block(r, m->value, v, args, n, outp);
		return flow;
	}
	if (base.type == NULL) {
		*foundp = false;
		return FLOW_MORE;
	}
	for (t = base.type; t != NULL; t = t->base) {
		if (t->ops != NULL && t->ops->call != NULL) {
			flow = t->ops->call(r, base, name, args, n, outp,
			    foundp);
			if (flow != FLOW_MORE || *foundp)
				return flow;
			break;
		}
	}
	return type_call_instance(r, base.type, base, name, args, n, outp,
	    foundp);
}

static enum flow
call_items(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp, bool *foundp)
{
	struct list *l = list_new(NULL, 0);
	struct iter it;
	struct value item, got;
	bool more, found;
	enum flow flow = iter_begin(r, v, &it);

	*foundp = false;
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		got = value_nothing();
		flow = call_own(r, item, name, args, n, &got, &found);
		if (flow == FLOW_MORE && !found)
			flow = throw_simple(r, "MethodNotFound",
			    "InvalidOperation",
			    "Method invocation failed because [%s] does not "
			    "contain a method named '%s'.",
			    value_type(item) == NULL ? "null" :
						       value_type(item)->name,
			    name);
		value_unref(item);
		*foundp = true;
		if (flow == FLOW_MORE && got.type != &type_void)
			list_add_take(l, got);
	}
	iter_end(&it);
	if (flow != FLOW_MORE || !*foundp) {
		value_unref(list_value(l));
		return flow;
	}
	if (l->count == 0) {
		*outp = value_nothing();
		value_unref(list_value(l));
	} else if (l->count == 1) {
		*outp = value_ref(l->items[0]);
		value_unref(list_value(l));
	} else {
		*outp = list_value(l);
	}
	return FLOW_MORE;
}

enum flow
value_call_member(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp)
{
	const struct type *t;
	bool found = false;
	enum flow flow;

	*outp = value_nothing();
	if (value_is_nothing(v) && !is(name, "ForEach") && !is(name, "Where"))
		return throw_simple(r, "InvokeMethodOnNull",
		    "InvalidOperation",
		    "You cannot call a method on a null-valued expression.");
	/* a type's statics are not its members; those of [type] are */
	flow = call_own(r, v, name, args, n, outp, &found);
	if (flow != FLOW_MORE || found)
		return flow;
	if (is(name, "ForEach"))
		return intrinsic_foreach(r, v, args, n, outp);
	if (is(name, "Where"))
		return intrinsic_where(r, v, args, n, outp);
	if (value_unrolls(v) && !value_is_nothing(v)) {
		flow = call_items(r, v, name, args, n, outp, &found);
		if (flow != FLOW_MORE || found)
			return flow;
	}
	/* a property that holds a block or method can be called with Invoke */
	t = value_type(v);
	return throw_simple(r, "MethodNotFound", "InvalidOperation",
	    "Method invocation failed because [%s] does not contain a method "
	    "named '%s'.", t == NULL ? "null" : t->name, name);
}
