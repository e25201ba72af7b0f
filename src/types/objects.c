/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of every object, of types as values, and of wrappers. */
#include "config.h"

#include <stdio.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"

static enum flow
to_string(struct member_call *c)
{
	struct value got = VALUE_NULL;
	enum flow flow;

	if (c->n == 0 || (c->n == 1 && !value_is_string(c->args[0])))
		return value_to_string(c->run, c->self, &c->out);
	/* a format that does not fit is the method's exception */
	{
		struct run none = { .session =
			c->run == NULL ? NULL : c->run->session };

		flow = value_format(&none, c->self,
		    value_chars(c->args[0]), &got);
		if (flow == FLOW_MORE) {
			c->out = got;
			return FLOW_MORE;
		}
		char *text = value_text_plain(none.leave.value);

		flow = member_throw(c, "System.FormatException", "%s", text);
		mem_free(text);
		run_leave_clear(&none);
		return flow;
	}
}

static enum flow
get_type(struct member_call *c)
{
	c->out = value_of_type(value_type(c->self));
	return FLOW_MORE;
}

static enum flow
equals(struct member_call *c)
{
	if (c->self.type == NULL)
		c->out = value_bool(plain_equal(c->args[0], c->args[1]));
	else
		c->out = value_bool(plain_equal(c->self, c->args[0]));
	return FLOW_MORE;
}

static enum flow
reference_equals(struct member_call *c)
{
	struct value a = value_base(c->args[0]), b = value_base(c->args[1]);

	c->out = value_bool((a.type == NULL && b.type == NULL) ||
	    (type_is_counted(a.type) && a.type == b.type &&
		a.u.p == b.u.p));
	return FLOW_MORE;
}

static enum flow
get_hash_code(struct member_call *c)
{
	char *text;
	uint32_t h = 2166136261u;
	const char *s;

	if (is_integer(c->self.type) && c->self.type->size <= 4) {
		c->out = value_int((int32_t)c->self.u.i);
		return FLOW_MORE;
	}
	if (c->self.type == &type_bool) {
		c->out = value_int(c->self.u.b);
		return FLOW_MORE;
	}
	text = value_text_plain(c->self);
	for (s = text; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	mem_free(text);
	c->out = value_int((int32_t)(h & 0x7fffffff));
	return FLOW_MORE;
}

static enum flow
compare_to(struct member_call *c)
{
	int order;
	enum flow flow;

	if (value_is_nothing(c->args[0])) {
		c->out = value_int(1);
		return FLOW_MORE;
	}
	flow = value_compare(c->run, c->self, c->args[0], false, &order);
	c->out = value_int(order < 0 ? -1 : order > 0);
	return flow;
}

static enum flow
get_type_code(struct member_call *c)
{
	unsigned code = c->self.type->code;

	c->out = enum_value(&type_typecode, code == 0 ? 1 : code);
	return FLOW_MORE;
}

static const struct member_spec object_members[] = {
	{ "new()", NULL },
	{ "string ToString()", to_string },
	{ "type GetType()", get_type },
	{ "bool Equals(System.Object obj)", equals },
	{ "static bool Equals(System.Object objA, System.Object objB)",
	    equals },
	{ "int GetHashCode()", get_hash_code },
	{ "static bool ReferenceEquals(System.Object objA, System.Object "
	  "objB)", reference_equals },
	{ NULL },
};

static const struct member_spec value_members[] = {
	{ "string ToString()", to_string },
	{ "string ToString(string format)", to_string },
	{ "string ToString(System.IFormatProvider provider)", to_string },
	{ "string ToString(string format, System.IFormatProvider provider)",
	    to_string },
	{ "int CompareTo(System.Object value)", compare_to },
	{ "System.TypeCode GetTypeCode()", get_type_code },
	{ NULL },
};

/* --- [type] --- */

static const struct type *
about(struct member_call *c)
{
	return type_of_value(c->self);
}

static enum flow
rt_full_name(struct member_call *c)
{
	c->out = value_string(about(c)->name);
	return FLOW_MORE;
}

static enum flow
rt_name(struct member_call *c)
{
	const char *name = about(c)->name, *end, *p, *start = name;

	end = name + strcspn(name, "[");
	if (about(c)->kind == TYPE_KIND_ARRAY || about(c) == &type_bytes)
		end = name + strlen(name);
	for (p = name; p < end && *p != '['; p++) {
		if (*p == '.' || *p == '+')
			start = p + 1;
	}
	c->out = value_string_n(start, (size_t)(end - start));
	return FLOW_MORE;
}

static enum flow
rt_namespace(struct member_call *c)
{
	const char *name = about(c)->name, *p, *dot = NULL;

	for (p = name; *p != '\0' && *p != '['; p++) {
		if (*p == '.')
			dot = p;
	}
	c->out = dot == NULL ? VALUE_NULL :
			       value_string_n(name, (size_t)(dot - name));
	return FLOW_MORE;
}

static enum flow
rt_base(struct member_call *c)
{
	c->out = value_of_type(about(c)->base);
	return FLOW_MORE;
}

static enum flow
rt_element(struct member_call *c)
{
	const struct type *t = about(c);

	c->out = t == &type_bytes ? value_of_type(&type_byte) :
	    t->kind == TYPE_KIND_ARRAY ? value_of_type(t->element) :
					 VALUE_NULL;
	return FLOW_MORE;
}

static enum flow
rt_flag(struct member_call *c)
{
	const struct type *t = about(c);
	const char *n = c->name;
	bool yes = false;

	if (strcasecmp(n, "IsEnum") == 0)
		yes = t->kind == TYPE_KIND_ENUM;
	else if (strcasecmp(n, "IsArray") == 0)
		yes = t->kind == TYPE_KIND_ARRAY || t == &type_bytes;
	else if (strcasecmp(n, "IsValueType") == 0)
		yes = (t->flags & TYPE_VALUETYPE) != 0;
	else if (strcasecmp(n, "IsPrimitive") == 0)
		yes = t->kind == TYPE_KIND_INT || t->kind == TYPE_KIND_FLOAT ||
		    t == &type_bool || t->kind == TYPE_KIND_CHAR;
	else if (strcasecmp(n, "IsClass") == 0)
		yes = (t->flags & TYPE_VALUETYPE) == 0 &&
		    t->kind != TYPE_KIND_INTERFACE;
	else if (strcasecmp(n, "IsInterface") == 0)
		yes = t->kind == TYPE_KIND_INTERFACE;
	else if (strcasecmp(n, "IsAbstract") == 0)
		yes = (t->flags & TYPE_ABSTRACT) != 0;
	else if (strcasecmp(n, "IsGenericType") == 0)
		yes = t->definition != NULL || (t->flags & TYPE_GENERIC) != 0;
	else if (strcasecmp(n, "IsPublic") == 0)
		yes = true;
	c->out = value_bool(yes);
	return FLOW_MORE;
}

static enum flow
rt_is_subclass(struct member_call *c)
{
	const struct type *t = type_of_value(c->args[0]);

	c->out = value_bool(about(c) != t && type_is_a(about(c), t));
	return FLOW_MORE;
}

static enum flow
rt_is_assignable(struct member_call *c)
{
	const struct type *t = type_of_value(c->args[0]);

	c->out = value_bool(t != NULL && type_is_a(t, about(c)));
	return FLOW_MORE;
}

static enum flow
rt_is_instance(struct member_call *c)
{
	struct value type = c->self, yes = VALUE_NULL;
	enum flow flow = value_binary(c->run, OP_IS, c->args[0], type, &yes);

	c->out = yes;
	return flow;
}

static enum flow
rt_enum_names(struct member_call *c)
{
	struct list *l = list_new(types_string_array, 0);
	const struct enum_item *e;

	if (about(c)->kind == TYPE_KIND_ENUM) {
		e = ((const struct enum_spec *)about(c)->data)->items;
		for (; e->name != NULL; e++)
			list_add_take(l, value_string(e->name));
	}
	c->out = list_value(l);
	return FLOW_MORE;
}

static enum flow
rt_make_generic(struct member_call *c)
{
	const struct type *args[3], *made;
	struct list *l = list_of(c->args[0]);
	size_t i;

	for (i = 0; i < l->count && i < 3; i++)
		args[i] = type_of_value(l->items[i]);
	made = l->count > 3 ? NULL :
			      type_generic_of(about(c), args, l->count);
	if (made == NULL)
		return member_throw(c, "System.ArgumentException",
		    "The number of generic arguments provided doesn't equal "
		    "the arity of the generic type definition.");
	c->out = value_of_type(made);
	return FLOW_MORE;
}

static enum flow
rt_make_array(struct member_call *c)
{
	c->out = value_of_type(type_array_of(about(c)));
	return FLOW_MORE;
}

static enum flow
rt_itself(struct member_call *c)
{
	c->out = value_ref(c->self);
	return FLOW_MORE;
}

static enum flow
rt_get_type(struct member_call *c)
{
	const struct type *t = type_find(value_chars(c->args[0]),
	    value_chars_len(c->args[0]));

	c->out = value_of_type(t);
	return FLOW_MORE;
}

static enum flow
rt_guid_null(struct member_call *c)
{
	c->out = value_string("System.Private.CoreLib");
	return FLOW_MORE;
}

static const struct member_spec runtime_members[] = {
	{ "string Name get", rt_name },
	{ "string FullName get", rt_full_name },
	{ "string Namespace get", rt_namespace },
	{ "string AssemblyQualifiedName get", rt_full_name },
	{ "System.Object Assembly get", rt_guid_null },
	{ "System.Object Module get", rt_guid_null },
	{ "type BaseType get", rt_base },
	{ "type UnderlyingSystemType get", rt_itself },
	{ "bool IsEnum get", rt_flag },
	{ "bool IsArray get", rt_flag },
	{ "bool IsValueType get", rt_flag },
	{ "bool IsPrimitive get", rt_flag },
	{ "bool IsClass get", rt_flag },
	{ "bool IsInterface get", rt_flag },
	{ "bool IsAbstract get", rt_flag },
	{ "bool IsGenericType get", rt_flag },
	{ "bool IsPublic get", rt_flag },
	{ "type GetElementType()", rt_element },
	{ "bool IsSubclassOf(type c)", rt_is_subclass },
	{ "bool IsAssignableFrom(type c)", rt_is_assignable },
	{ "bool IsInstanceOfType(System.Object o)", rt_is_instance },
	{ "string[] GetEnumNames()", rt_enum_names },
	{ "type MakeGenericType(params type[] typeArguments)",
	    rt_make_generic },
	{ "type MakeArrayType()", rt_make_array },
	{ "static type GetType(string typeName)", rt_get_type },
	{ NULL },
};

/* --- [enum] --- */

static enum flow
enum_of(struct member_call *c, size_t arg, const struct type **tp)
{
	*tp = type_of_value(c->args[arg]);
	if (*tp == NULL || (*tp)->kind != TYPE_KIND_ENUM)
		return member_throw(c, "System.ArgumentException",
		    "Type provided must be an Enum. (Parameter 'enumType')");
	return FLOW_MORE;
}

static enum flow
enum_get_names(struct member_call *c)
{
	const struct type *t;
	const struct enum_item *e;
	enum flow flow = enum_of(c, 0, &t);
	struct list *l;
	bool names = strcmp(c->name, "GetNames") == 0;

	if (flow != FLOW_MORE)
		return flow;
	l = list_new(names ? types_string_array : type_array_of(t), 0);
	e = ((const struct enum_spec *)t->data)->items;
	for (; e->name != NULL; e++)
		list_add_take(l, names ? value_string(e->name) :
					 enum_value(t, e->value));
	c->out = list_value(l);
	return FLOW_MORE;
}

static enum flow
enum_parse(struct member_call *c)
{
	const struct type *t;
	struct conv_state cs = { .run = c->run, .quiet = true };
	enum flow flow = enum_of(c, 0, &t);

	if (flow != FLOW_MORE)
		return flow;
	if (convert_enum(&cs, c->args[1], t, &c->out) != CONV_OK)
		return member_throw(c, "System.ArgumentException",
		    "Requested value '%s' was not found.",
		    value_chars(c->args[1]));
	return FLOW_MORE;
}

static enum flow
enum_is_defined(struct member_call *c)
{
	const struct type *t;
	const struct enum_item *e;
	struct value v = value_base(c->args[1]);
	enum flow flow = enum_of(c, 0, &t);

	if (flow != FLOW_MORE)
		return flow;
	c->out = value_bool(false);
	e = ((const struct enum_spec *)t->data)->items;
	for (; e->name != NULL; e++) {
		if (value_is_string(v) ?
			strcmp(e->name, value_chars(v)) == 0 :
			!type_is_counted(v.type) && e->value == v.u.i)
			c->out = value_bool(true);
	}
	return FLOW_MORE;
}

static enum flow
enum_to_object(struct member_call *c)
{
	const struct type *t;
	int64_t i;
	enum flow flow = enum_of(c, 0, &t);

	if (flow == FLOW_MORE)
		flow = value_to_int(c->run, c->args[1], &i);
	if (flow == FLOW_MORE)
		c->out = enum_value(t, i);
	return flow;
}

static enum flow
enum_get_name(struct member_call *c)
{
	const struct type *t;
	int64_t i;
	enum flow flow = enum_of(c, 0, &t);

	if (flow == FLOW_MORE)
		flow = value_to_int(c->run, c->args[1], &i);
	if (flow == FLOW_MORE)
		c->out = value_string_take(enum_text(t, i));
	return flow;
}

static enum flow
enum_has_flag(struct member_call *c)
{
	c->out = value_bool(
	    (c->self.u.i & c->args[0].u.i) == c->args[0].u.i);
	return FLOW_MORE;
}

static enum flow
enum_value_field(struct member_call *c)
{
	c->out = value_int((int32_t)c->self.u.i);
	return FLOW_MORE;
}

static const struct member_spec enum_members[] = {
	{ "int value__ get", enum_value_field },
	{ "bool HasFlag(System.Enum flag)", enum_has_flag },
	{ "static string[] GetNames(type enumType)", enum_get_names },
	{ "static array GetValues(type enumType)", enum_get_names },
	{ "static string GetName(type enumType, System.Object value)",
	    enum_get_name },
	{ "static System.Object Parse(type enumType, string value)",
	    enum_parse },
	{ "static System.Object Parse(type enumType, string value, bool "
	  "ignoreCase)", enum_parse },
	{ "static bool IsDefined(type enumType, System.Object value)",
	    enum_is_defined },
	{ "static System.Object ToObject(type enumType, System.Object "
	  "value)", enum_to_object },
	{ NULL },
};

/* --- [pscustomobject], [psobject] --- */

static enum flow
new_object(struct member_call *c)
{
	if (c->n == 1) {
		c->out = value_wrap(c->args[0]);
		return FLOW_MORE;
	}
	c->out = object_value(object_new(NULL));
	return FLOW_MORE;
}

static const struct member_spec psobject_members[] = {
	{ "new()", new_object },
	{ "new(System.Object obj)", new_object },
	{ NULL },
};

static enum flow
new_plain(struct member_call *c)
{
	/* System.Object itself: nothing but an identity */
	struct cell *cell = cell_new(&type_system_object, sizeof(*cell));

	c->out = cell_value(cell);
	return FLOW_MORE;
}

static struct member_spec object_rows[LEN(object_members)];

static enum flow
switch_present(struct member_call *c)
{
	c->out = value_bool(c->self.u.b);
	return FLOW_MORE;
}

static const struct member_spec switch_members[] = {
	{ "bool IsPresent get", switch_present },
	{ "bool ToBool()", switch_present },
	{ NULL },
};

void
objects_init(void)
{
	memcpy(object_rows, object_members, sizeof(object_members));
	object_rows[0].fn = new_plain;
	type_system_object.flags |= TYPE_COUNTED;
	type_system_object.release = cell_free_plain;
	type_add_members(&type_system_object, object_rows);
	type_add_members(&type_valuetype, value_members);
	type_add_members(&type_runtime, runtime_members);
	type_add_members(&type_enum, enum_members);
	type_add_members(&type_psobject, psobject_members);
	type_add_members(&type_object, psobject_members);
	type_add_members(&type_switch, switch_members);
}
