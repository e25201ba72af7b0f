/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors of the types that core does not know, and how their cells die. */
#include "config.h"

#include <stdlib.h>

#include "types/types_internal.h"

void *
cell_new(const struct type *t, size_t size)
{
	struct cell *c = mem_zalloc(size);

	c->refs = 1;
	c->type = t;
	return c;
}

void
cell_free_plain(struct cell *c)
{
	mem_free(c);
}

struct value
list_value_take(struct list *l)
{
	return list_value(l);
}

static void
bigint_release(struct cell *c)
{
	mpz_clear(((struct bigint *)(void *)c)->z);
	mem_free(c);
}

static void
wrapper_release(struct cell *c)
{
	struct wrapper *w = (struct wrapper *)(void *)c;

	value_unref(w->base);
	if (w->members != NULL)
		value_unref(object_value(w->members));
	mem_free(w);
}

static void
wrapper_children(struct cell *c, void (*visit)(struct value *, void *),
    void *arg)
{
	struct wrapper *w = (struct wrapper *)(void *)c;

	visit(&w->base, arg);
}

static void
exception_release(struct cell *c)
{
	struct exception *e = (struct exception *)(void *)c;

	mem_free(e->message);
	value_unref(e->inner);
	value_unref(e->data);
	value_unref(e->record);
	if (e->extra != NULL)
		value_unref(object_value(e->extra));
	mem_free(e);
}

static void
exception_children(struct cell *c, void (*visit)(struct value *, void *),
    void *arg)
{
	struct exception *e = (struct exception *)(void *)c;

	visit(&e->inner, arg);
	visit(&e->data, arg);
	visit(&e->record, arg);
}

#define INTERFACE(var, full)                                                   \
	struct type var = {                                                    \
		.name = (full),                                                \
		.kind = TYPE_KIND_INTERFACE,                                   \
		.flags = TYPE_ABSTRACT | TYPE_COUNTED,                         \
	}

INTERFACE(type_ienumerable, "System.Collections.IEnumerable");
INTERFACE(type_icollection, "System.Collections.ICollection");
INTERFACE(type_ilist, "System.Collections.IList");
INTERFACE(type_idictionary, "System.Collections.IDictionary");
INTERFACE(type_icomparable, "System.IComparable");
INTERFACE(type_iconvertible, "System.IConvertible");
INTERFACE(type_iformattable, "System.IFormattable");
INTERFACE(type_idisposable, "System.IDisposable");

#define NUMBER(var, full, shrt, kd, fl, sz, cd)                                \
	struct type var = {                                                    \
		.name = (full),                                                \
		.short_name = (shrt),                                          \
		.kind = (kd),                                                  \
		.flags = TYPE_VALUETYPE | (fl),                                \
		.size = (sz),                                                  \
		.code = (cd),                                                  \
		.base = &type_valuetype,                                       \
	}

NUMBER(type_sbyte, "System.SByte", "sbyte", TYPE_KIND_INT, TYPE_SIGNED, 1,
    CODE_SBYTE);
NUMBER(type_byte, "System.Byte", "byte", TYPE_KIND_INT, 0, 1, CODE_BYTE);
NUMBER(type_int16, "System.Int16", "short", TYPE_KIND_INT, TYPE_SIGNED, 2,
    CODE_INT16);
NUMBER(type_uint16, "System.UInt16", "ushort", TYPE_KIND_INT, 0, 2,
    CODE_UINT16);
NUMBER(type_uint, "System.UInt32", "uint", TYPE_KIND_INT, 0, 4, CODE_UINT32);
NUMBER(type_ulong, "System.UInt64", "ulong", TYPE_KIND_INT, 0, 8, CODE_UINT64);
NUMBER(type_single, "System.Single", "float", TYPE_KIND_FLOAT, TYPE_SIGNED, 4,
    CODE_SINGLE);

struct type type_decimal = {
	.name = "System.Decimal",
	.short_name = "decimal",
	.kind = TYPE_KIND_DECIMAL,
	.flags = TYPE_VALUETYPE | TYPE_COUNTED | TYPE_SIGNED,
	.code = CODE_DECIMAL,
	.base = &type_valuetype,
	.release = cell_free_plain,
};

struct type type_bigint = {
	.name = "System.Numerics.BigInteger",
	.short_name = "bigint",
	.kind = TYPE_KIND_BIGINT,
	.flags = TYPE_VALUETYPE | TYPE_COUNTED | TYPE_SIGNED,
	.code = CODE_OBJECT,
	.base = &type_valuetype,
	.release = bigint_release,
};

struct type type_psobject = {
	.name = "System.Management.Automation.PSObject",
	.short_name = "psobject",
	.kind = TYPE_KIND_WRAPPER,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = wrapper_release,
	.children = wrapper_children,
};

struct type type_runtime = {
	.name = "System.RuntimeType",
	.short_name = "type",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = cell_free_plain,
};

struct type type_exception = {
	.name = "System.Exception",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = exception_release,
	.children = exception_children,
};

struct type type_nullable = {
	.name = "System.Nullable`1",
	.short_name = "nullable",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_GENERIC | TYPE_VALUETYPE,
	.base = &type_valuetype,
};

struct type type_delegate = {
	.name = "System.Delegate",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_ABSTRACT,
	.base = &type_system_object,
};

struct type type_switch = {
	.name = "System.Management.Automation.SwitchParameter",
	.short_name = "switch",
	.kind = TYPE_KIND_BOOL,
	.flags = TYPE_VALUETYPE,
	.base = &type_valuetype,
};
