/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_MEMBER_H
#define TYPES_MEMBER_H

#include "types/types.h"

struct buf;

/*
 * Members of a type are rows: .NET's signature as text and a function. The
 * signature is read once, when a member of the type is first asked for:
 *
 *	"int IndexOf(string value, int startIndex)"
 *	"static bool IsNullOrEmpty(string value)"
 *	"int Length get", "static string NewLine get", "int Capacity get/set"
 *	"new(char c, int count)"
 *	"static string Join(string separator, params string[] value)"
 *	"static bool TryParse(string s, [ref] int result)"
 *	"string PadLeft(int totalWidth, char paddingChar = ' ')"  (optional)
 *
 * The binder chooses the overload as PowerShell does and hands over the
 * arguments converted to the parameters' types. A row without a function is a
 * member .NET has and we have not: it takes part in the choice and then says
 * so. Overloads of a name usually share one function, which looks at n and
 * the types of the arguments.
 */
struct member_call {
	struct run *run;
	const struct type *type; /* whose member this is (List[int] ...) */
	struct value self;       /* null for statics and constructors */
	const struct value *args;
	size_t n;
	struct value out; /* what it returns; nothing for void */
	const char *name; /* as the row spells it */
	bool bare; /* a conversion calls: exceptions are not wrapped */
};
typedef enum flow member_fn(struct member_call *c);

struct member_spec {
	const char *signature; /* NULL ends the table */
	member_fn *fn;         /* method, constructor, getter */
	member_fn *set;        /* setter: args[0] */
};

/* Hands a table (static) to a type of types/; once, in types_init(). */
void type_add_members(struct type *t, const struct member_spec *members);

/* More names for type_find; t is static or lives until exit. */
void type_add_name(const char *name, const struct type *t);

/*
 * Another room's type (ScriptBlock, ErrorRecord ...) becomes known by its
 * name and short name. Its cell, release and children are the room's.
 */
void type_add(struct type *t);

/* A member that throws: an exception wrapped as PowerShell wraps it. */
enum flow member_throw(struct member_call *c, const char *exception, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
enum flow member_throw_range(struct member_call *c, const char *parameter,
    const char *message);

/* Whether t has a constructor that takes n arguments. */
bool type_has_constructor(const struct type *t, size_t n);
/* "The settable properties are: [A <System.Int32>]." for messages. */
void type_settable(const struct type *t, struct buf *out);
/* The type's own members only (no wrapper, no enumeration). */
enum flow type_get_instance(struct run *r, const struct type *t,
    struct value v, const char *name, struct value *outp, bool *foundp);
enum flow type_set_instance(struct run *r, const struct type *t,
    struct value v, const char *name, struct value to, bool *foundp);
/* *foundp false: no method of that name. */
enum flow type_call_instance(struct run *r, const struct type *t,
    struct value v, const char *name, const struct value *args, size_t n,
    struct value *outp, bool *foundp);
bool type_has_method(const struct type *t, const char *name);
bool type_has_instance_property(const struct type *t, const char *name);

/* Walks rows of t and of its bases; the signatures are ready to show. */
struct member_row {
	const char *name;
	const char *kind; /* Property, Method, ParameterizedProperty ... */
	const char *definition;
	bool is_static;
};
enum flow type_each_row(const struct type *t,
    enum flow (*fn)(void *arg, const struct member_row *row), void *arg);

#endif
