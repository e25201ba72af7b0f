/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_OBJECT_H
#define CORE_OBJECT_H

#include "core/value.h"

enum member_kind {
	MEMBER_NOTE,   /* NoteProperty: a plain value */
	MEMBER_PROPERTY, /* shown as Property: cmdlet output with declared types */
	MEMBER_ALIAS,  /* value is the other name, a string */
	MEMBER_SCRIPT, /* ScriptProperty: value is getter, extra the setter */
	MEMBER_SCRIPT_METHOD,
	MEMBER_CODE,   /* CodeProperty */
	MEMBER_PROPERTY_SET, /* value is a list of names */
	MEMBER_MEMBER_SET,
};

/* One member of a property bag. Names keep their case and match without it. */
struct member {
	struct value name; /* a string */
	struct value value;
	struct value extra;
	const struct type *declared; /* NULL: any */
	enum member_kind kind;
	bool hidden;
	bool readonly;
};

/*
 * An ordered list of members plus a list of type names, most derived first:
 * what cmdlets emit and the control socket carries. As a value of type_object
 * it is a PSCustomObject; the type names decide views, not the C type.
 * types NULL: just "System.Management.Automation.PSCustomObject".
 */
struct object {
	struct cell cell;
	size_t count;
	size_t cap;
	struct member *members;
	uint32_t *index; /* by name once there are many, else NULL */
	size_t index_size;
	struct list *types; /* strings; own reference, may be shared */
};

static inline struct object *
object_of(struct value v)
{
	return (struct object *)(void *)v.u.p;
}

static inline struct value
object_value(struct object *o)
{
	struct value v = { .type = o->cell.type, .u.p = &o->cell };

	return v;
}

/* One reference, no members; type_name NULL for a PSCustomObject. */
struct object *object_new(const char *type_name);
bool value_is_object(struct value v);
struct member *object_find(const struct object *o, const char *name);
/* Plain value of a note/property, owned; null where missing. */
struct value object_get(const struct object *o, const char *name);
/* The same borrowed. */
struct value object_peek(const struct object *o, const char *name);
/* Sets or adds (as MEMBER_NOTE). */
void object_set(struct object *o, const char *name, struct value v);
void object_set_take(struct object *o, const char *name, struct value v);
struct member *object_add(struct object *o, const char *name,
    enum member_kind kind);
/* The same with a name that is a string already (referenced, not copied). */
struct member *object_add_named(struct object *o, struct value name,
    enum member_kind kind);
bool object_remove(struct object *o, const char *name);
/* Shallow copy: members referenced, type names shared. */
struct object *object_copy(const struct object *o);
/* Puts a type name in front. */
void object_add_type(struct object *o, const char *type_name);
bool object_has_type(const struct object *o, const char *type_name);
/* The first type name; static where there is no list. */
const char *object_type_name(const struct object *o);

#define OBJECT_EACH(m, o)                                                      \
	for ((m) = (o)->members;                                              \
	    (o)->count > 0 && (m) < (o)->members + (o)->count; (m)++)

#endif
