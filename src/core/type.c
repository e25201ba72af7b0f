/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors of the types the codec carries, and how their cells die. */
#include "config.h"

#include <stdlib.h>

#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/type.h"

static void
cell_free(struct cell *c)
{
	free(c);
}

static void
list_release(struct cell *c)
{
	struct list *l = (struct list *)(void *)c;

	list_truncate(l, 0);
	mem_free(l->items);
	mem_free(l);
}

static void
list_children(struct cell *c, void (*visit)(struct value *, void *), void *arg)
{
	struct list *l = (struct list *)(void *)c;
	size_t i;

	for (i = 0; i < l->count; i++)
		visit(&l->items[i], arg);
}

static void
dict_release(struct cell *c)
{
	dict_clear((struct dict *)(void *)c);
	mem_free(c);
}

static void
dict_children(struct cell *c, void (*visit)(struct value *, void *), void *arg)
{
	struct dict *d = (struct dict *)(void *)c;
	size_t i;

	for (i = 0; i < d->used; i++) {
		visit(&d->entries[i].key, arg);
		visit(&d->entries[i].value, arg);
	}
}

static void
object_release(struct cell *c)
{
	struct object *o = (struct object *)(void *)c;
	size_t i;

	for (i = 0; i < o->count; i++) {
		value_unref(o->members[i].name);
		value_unref(o->members[i].value);
		value_unref(o->members[i].extra);
	}
	if (o->types != NULL)
		value_unref(list_value(o->types));
	mem_free(o->members);
	mem_free(o->index);
	mem_free(o);
}

static void
object_children(
    struct cell *c, void (*visit)(struct value *, void *), void *arg)
{
	struct object *o = (struct object *)(void *)c;
	size_t i;

	for (i = 0; i < o->count; i++) {
		visit(&o->members[i].value, arg);
		visit(&o->members[i].extra, arg);
	}
}

struct type type_system_object = {
	.name = "System.Object",
	.kind = TYPE_KIND_CLASS,
};

struct type type_valuetype = {
	.name = "System.ValueType",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

struct type type_enum = {
	.name = "System.Enum",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_valuetype,
};

struct type type_array = {
	.name = "System.Array",
	.short_name = "array",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

struct type type_void = {
	.name = "System.Management.Automation.Internal.AutomationNull",
	.kind = TYPE_KIND_VOID,
	.base = &type_system_object,
};

struct type type_bool = {
	.name = "System.Boolean",
	.short_name = "bool",
	.kind = TYPE_KIND_BOOL,
	.flags = TYPE_VALUETYPE,
	.size = 1,
	.base = &type_valuetype,
	.code = CODE_BOOL,
};

struct type type_int = {
	.name = "System.Int32",
	.short_name = "int",
	.kind = TYPE_KIND_INT,
	.flags = TYPE_VALUETYPE | TYPE_SIGNED,
	.size = 4,
	.base = &type_valuetype,
	.code = CODE_INT32,
};

struct type type_long = {
	.name = "System.Int64",
	.short_name = "long",
	.kind = TYPE_KIND_INT,
	.flags = TYPE_VALUETYPE | TYPE_SIGNED,
	.size = 8,
	.base = &type_valuetype,
	.code = CODE_INT64,
};

struct type type_double = {
	.name = "System.Double",
	.short_name = "double",
	.kind = TYPE_KIND_FLOAT,
	.flags = TYPE_VALUETYPE | TYPE_SIGNED,
	.size = 8,
	.base = &type_valuetype,
	.code = CODE_DOUBLE,
};

struct type type_char = {
	.name = "System.Char",
	.short_name = "char",
	.kind = TYPE_KIND_CHAR,
	.flags = TYPE_VALUETYPE,
	.size = 2,
	.base = &type_valuetype,
	.code = CODE_CHAR,
};

struct type type_string = {
	.name = "System.String",
	.short_name = "string",
	.kind = TYPE_KIND_STRING,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = cell_free,
	.code = CODE_STRING,
};

struct type type_bytes = {
	.name = "System.Byte[]",
	.kind = TYPE_KIND_BYTES,
	.flags = TYPE_COUNTED | TYPE_UNROLLS,
	.base = &type_array,
	.release = cell_free,
};

struct type type_datetime = {
	.name = "System.DateTime",
	.short_name = "datetime",
	.kind = TYPE_KIND_DATETIME,
	.flags = TYPE_VALUETYPE,
	.base = &type_valuetype,
	.code = CODE_DATETIME,
};

struct type type_timespan = {
	.name = "System.TimeSpan",
	.short_name = "timespan",
	.kind = TYPE_KIND_TIMESPAN,
	.flags = TYPE_VALUETYPE,
	.base = &type_valuetype,
};

struct type type_list = {
	.name = "System.Object[]",
	.kind = TYPE_KIND_ARRAY,
	.flags = TYPE_COUNTED | TYPE_UNROLLS,
	.base = &type_array,
	.element = &type_system_object,
	.release = list_release,
	.children = list_children,
};

struct type type_dict = {
	.name = "System.Collections.Hashtable",
	.short_name = "hashtable",
	.kind = TYPE_KIND_DICT,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = dict_release,
	.children = dict_children,
};

struct type type_ordered = {
	.name = "System.Collections.Specialized.OrderedDictionary",
	.short_name = "ordered",
	.kind = TYPE_KIND_DICT,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = dict_release,
	.children = dict_children,
};

struct type type_object = {
	.name = "System.Management.Automation.PSCustomObject",
	.kind = TYPE_KIND_OBJECT,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = object_release,
	.children = object_children,
};

bool
type_is_a(const struct type *t, const struct type *super)
{
	size_t i;

	for (; t != NULL; t = t->base) {
		if (t == super)
			return true;
		for (i = 0; t->interfaces != NULL && t->interfaces[i] != NULL;
		     i++)
			if (type_is_a(t->interfaces[i], super))
				return true;
	}
	return false;
}
