/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ordered property bags whose names match without case. */
#include "config.h"

#include <string.h>

#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"

/* LIMIT: up to here a scan is quicker than an index. */
#define OBJECT_SCAN_MAX 8

static const char custom_object[] =
    "System.Management.Automation.PSCustomObject";

struct object *
object_new(const char *type_name)
{
	struct object *o = mem_zalloc(sizeof(*o));

	o->cell.refs = 1;
	o->cell.type = &type_object;
	if (type_name != NULL) {
		o->types = list_new(NULL, 1);
		list_add_take(o->types, value_string(type_name));
	}
	return o;
}

bool
value_is_object(struct value v)
{
	return v.type != NULL && v.type->kind == TYPE_KIND_OBJECT;
}

static uint32_t
name_hash(struct value name)
{
	struct string *s = string_of(name);

	if (s->hash == 0)
		s->hash = string_hash_ci(s->data, s->len);
	return s->hash;
}

static void
object_reindex(struct object *o)
{
	size_t i, slot, want = 32;

	while (want < o->cap * 2)
		want *= 2;
	if (want != o->index_size) {
		mem_free(o->index);
		o->index = mem_array(want, sizeof(*o->index));
		o->index_size = want;
	}
	memset(o->index, 0, want * sizeof(*o->index));
	for (i = 0; i < o->count; i++) {
		slot = name_hash(o->members[i].name) & (want - 1);
		while (o->index[slot] != 0)
			slot = (slot + 1) & (want - 1);
		o->index[slot] = (uint32_t)i + 1;
	}
}

struct member *
object_find(const struct object *o, const char *name)
{
	size_t i, slot, len = strlen(name);

	if (o->index == NULL) {
		for (i = 0; i < o->count; i++) {
			const struct string *s = string_of(o->members[i].name);

			if (s->len == len && string_equal_ci(s->data, name))
				return &o->members[i];
		}
		return NULL;
	}
	slot = string_hash_ci(name, len) & (o->index_size - 1);
	for (; o->index[slot] != 0; slot = (slot + 1) & (o->index_size - 1)) {
		struct member *m = &o->members[o->index[slot] - 1];

		if (string_equal_ci(string_of(m->name)->data, name))
			return m;
	}
	return NULL;
}

struct value
object_peek(const struct object *o, const char *name)
{
	const struct member *m = object_find(o, name);

	return m == NULL ? VALUE_NULL : m->value;
}

struct value
object_get(const struct object *o, const char *name)
{
	return value_ref(object_peek(o, name));
}

/* Takes the reference to name, which is no member yet. */
static struct member *
member_append(struct object *o, struct value name, enum member_kind kind)
{
	struct member *m;
	size_t slot;

	if (o->count == o->cap) {
		o->cap = o->cap == 0 ? 4 : o->cap * 2;
		o->members =
		    mem_array_grow(o->members, o->cap, sizeof(*o->members));
		if (o->cap > OBJECT_SCAN_MAX)
			object_reindex(o);
	}
	m = &o->members[o->count++];
	memset(m, 0, sizeof(*m));
	m->name = name;
	m->kind = kind;
	if (o->index != NULL) {
		slot = name_hash(m->name) & (o->index_size - 1);
		while (o->index[slot] != 0)
			slot = (slot + 1) & (o->index_size - 1);
		o->index[slot] = (uint32_t)o->count;
	}
	return m;
}

struct member *
object_add(struct object *o, const char *name, enum member_kind kind)
{
	struct member *m = object_find(o, name);

	if (m == NULL)
		return member_append(o, value_string(name), kind);
	m->kind = kind;
	return m;
}

struct member *
object_add_named(struct object *o, struct value name, enum member_kind kind)
{
	struct member *m = object_find(o, value_chars(name));

	if (m == NULL)
		return member_append(o, value_ref(name), kind);
	m->kind = kind;
	return m;
}

void
object_set(struct object *o, const char *name, struct value v)
{
	object_set_take(o, name, value_ref(v));
}

void
object_set_take(struct object *o, const char *name, struct value v)
{
	struct member *m = object_find(o, name);

	if (m == NULL)
		m = object_add(o, name, MEMBER_NOTE);
	value_set_take(&m->value, v);
}

bool
object_remove(struct object *o, const char *name)
{
	struct member *m = object_find(o, name);
	struct member gone;
	size_t at;

	if (m == NULL)
		return false;
	gone = *m;
	at = (size_t)(m - o->members);
	o->count--;
	memmove(m, m + 1, (o->count - at) * sizeof(*m));
	if (o->index != NULL)
		object_reindex(o);
	value_unref(gone.name);
	value_unref(gone.value);
	value_unref(gone.extra);
	return true;
}

struct object *
object_copy(const struct object *o)
{
	struct object *copy = object_new(NULL);
	size_t i;

	copy->cell.type = o->cell.type;
	copy->count = copy->cap = o->count;
	copy->members = mem_array(o->count + 1, sizeof(*copy->members));
	for (i = 0; i < o->count; i++) {
		copy->members[i] = o->members[i];
		(void)value_ref(copy->members[i].name);
		(void)value_ref(copy->members[i].value);
		(void)value_ref(copy->members[i].extra);
	}
	if (o->count > OBJECT_SCAN_MAX)
		object_reindex(copy);
	if (o->types != NULL) {
		copy->types = o->types;
		(void)value_ref(list_value(o->types));
	}
	return copy;
}

void
object_add_type(struct object *o, const char *type_name)
{
	struct list *types = list_new(NULL, 3);
	size_t i;

	list_add_take(types, value_string(type_name));
	if (o->types == NULL) {
		list_add_take(types, value_string(custom_object));
		list_add_take(types, value_string("System.Object"));
	} else {
		for (i = 0; i < o->types->count; i++)
			list_add(types, o->types->items[i]);
		value_unref(list_value(o->types));
	}
	o->types = types;
}

bool
object_has_type(const struct object *o, const char *type_name)
{
	size_t i;

	if (o->types == NULL)
		return string_equal_ci(type_name, custom_object);
	for (i = 0; i < o->types->count; i++)
		if (string_equal_ci(
			value_chars(o->types->items[i]), type_name))
			return true;
	return false;
}

const char *
object_type_name(const struct object *o)
{
	return o->types == NULL || o->types->count == 0
	    ? custom_object
	    : value_chars(o->types->items[0]);
}
