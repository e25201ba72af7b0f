/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_TYPE_H
#define CORE_TYPE_H

#include "core/run.h"
#include "core/value.h"

struct member_spec; /* types/member.h: what types/ adds */
struct type_cache;  /* types/'s: members by name, made on first use */
struct iter;        /* types/types.h */

/* .NET's TypeCode; operators and conversions choose by it. */
enum type_code {
	CODE_EMPTY = 0,
	CODE_OBJECT = 1,
	CODE_BOOL = 3,
	CODE_CHAR = 4,
	CODE_SBYTE = 5,
	CODE_BYTE = 6,
	CODE_INT16 = 7,
	CODE_UINT16 = 8,
	CODE_INT32 = 9,
	CODE_UINT32 = 10,
	CODE_INT64 = 11,
	CODE_UINT64 = 12,
	CODE_SINGLE = 13,
	CODE_DOUBLE = 14,
	CODE_DECIMAL = 15,
	CODE_DATETIME = 16,
	CODE_STRING = 18,
};

enum type_kind {
	TYPE_KIND_VOID,
	TYPE_KIND_BOOL,
	TYPE_KIND_CHAR,
	TYPE_KIND_INT,     /* every integer size; size and signedness below */
	TYPE_KIND_FLOAT,   /* Single and Double */
	TYPE_KIND_DECIMAL,
	TYPE_KIND_BIGINT,
	TYPE_KIND_STRING,
	TYPE_KIND_DATETIME,
	TYPE_KIND_TIMESPAN,
	TYPE_KIND_ENUM,    /* made at run time or a table in types/ */
	TYPE_KIND_ARRAY,   /* struct list of fixed size: T[] */
	TYPE_KIND_LIST,    /* struct list that grows: ArrayList, List[T] */
	TYPE_KIND_BYTES,   /* byte[] held as bytes */
	TYPE_KIND_DICT,    /* struct dict */
	TYPE_KIND_OBJECT,  /* struct object: property bag with type names */
	TYPE_KIND_WRAPPER, /* psobject around another value */
	TYPE_KIND_CLASS,   /* any other counted cell, script classes too */
	TYPE_KIND_INTERFACE,
};

enum {
	TYPE_COUNTED = 1 << 0,   /* u.p is a cell */
	TYPE_UNROLLS = 1 << 1,   /* pipeline, foreach, @() take it apart */
	TYPE_SIGNED = 1 << 2,
	TYPE_VALUETYPE = 1 << 3, /* a struct in .NET: never null */
	TYPE_ABSTRACT = 1 << 4,
	TYPE_GENERIC = 1 << 5,   /* an open generic: List`1 */
	TYPE_FLAGS_ENUM = 1 << 6,
	TYPE_SCRIPT = 1 << 7,    /* a class or enum of a script */
};

/*
 * What a value of a type can do. Each may run a script's code (a ToString, a
 * CompareTo), so each takes the run and can leave. NULL means: ask the base
 * type, in the end the plain behaviour.
 */
struct type_ops {
	enum flow (*text)(struct run *r, struct value v, struct value *textp);
	/* .ToString(format) and -f; format may be "" */
	enum flow (*format)(struct run *r, struct value v, const char *format,
	    struct value *textp);
	enum flow (*compare)(struct run *r, struct value a, struct value b,
	    bool ignore_case, int *orderp);
	enum flow (*equal)(struct run *r, struct value a, struct value b,
	    bool ignore_case, bool *equalp);
	enum flow (*hash)(struct run *r, struct value v, bool ignore_case,
	    uint32_t *hashp);
	/* *okp false and no error where there is no such conversion */
	enum flow (*convert_from)(struct run *r, const struct type *to,
	    struct value v, struct value *outp, bool *okp);
	enum flow (*convert_to)(struct run *r, struct value v,
	    const struct type *to, struct value *outp, bool *okp);
	enum flow (*get)(struct run *r, struct value v, const char *name,
	    struct value *outp, bool *foundp);
	enum flow (*set)(struct run *r, struct value v, const char *name,
	    struct value to, bool *foundp);
	enum flow (*call)(struct run *r, struct value v, const char *name,
	    const struct value *args, size_t n, struct value *outp,
	    bool *foundp);
	enum flow (*index)(struct run *r, struct value v, const struct value *at,
	    size_t n, struct value *outp);
	enum flow (*index_set)(struct run *r, struct value v,
	    const struct value *at, size_t n, struct value to);
	enum flow (*iterate)(struct run *r, struct value v, struct iter *it);
};

/*
 * A type descriptor. Those of core and types/ are static; arrays of T,
 * List[T], enums and script classes are made at run time, interned, and live
 * until exit. The evaluator knows none by name.
 */
struct type {
	const char *name;       /* "System.Int32" */
	const char *short_name; /* accelerator, "int"; NULL where none */
	enum type_kind kind;
	unsigned flags;
	uint8_t size; /* bytes of an integer or float */
	uint8_t code; /* enum type_code; an enum has that of its integer */
	const struct type *base;
	const struct type *const *interfaces; /* NULL terminated, or NULL */
	const struct type *element;           /* T of T[], List[T], Nullable[T] */
	const struct type *key;               /* K of Dictionary[K,V] */
	const struct type *definition;        /* List`1 of List[int] */
	/* what lies behind a cell: */
	void (*release)(struct cell *c); /* lets go its children, frees it */
	void (*children)(struct cell *c,
	    void (*visit)(struct value *child, void *arg), void *arg);
	/* handed over by types_init(), NULL in services: */
	const struct type_ops *ops;
	const struct member_spec *members; /* constructors, statics, instance */
	const void *data; /* the kind's own: names of an enum, a class ... */
	struct type_cache *cache; /* NULL until types/ knows the type */
};

/* The last reference to a cell has gone. */
void cell_release(struct cell *c);

/*
 * The short half of value_ref and value_unref, inline for whoever knows what
 * a type is; value.c has them for the others.
 */
#define VALUE_INLINE extern inline __attribute__((gnu_inline))

VALUE_INLINE bool
value_is_counted(struct value v)
{
	return v.type != NULL && (v.type->flags & TYPE_COUNTED) != 0 &&
	    v.u.p != NULL;
}

VALUE_INLINE struct value
value_ref(struct value v)
{
	if (value_is_counted(v)) /* which looked at v.u.p */
		v.u.p->refs++; /* NOLINT(clang-analyzer-core.NullDereference) */
	return v;
}

VALUE_INLINE void
value_unref(struct value v)
{
	if (value_is_counted(v) && --v.u.p->refs == 0)
		cell_release(v.u.p);
}

/* Whether t is, derives from, or implements super. */
bool type_is_a(const struct type *t, const struct type *super);

static inline bool
type_is_counted(const struct type *t)
{
	return t != NULL && (t->flags & TYPE_COUNTED) != 0;
}

extern struct type type_system_object; /* System.Object */
extern struct type type_valuetype;     /* System.ValueType */
extern struct type type_enum;          /* System.Enum */
extern struct type type_array;         /* System.Array */

#endif
