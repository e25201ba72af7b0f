/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dictionaries that keep insertion order. */
#include "config.h"

#include <string.h>

#include "core/dict.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"

struct dict *
dict_new(const struct type *type)
{
	struct dict *d = mem_zalloc(sizeof(*d));

	d->cell.refs = 1;
	d->cell.type = type == NULL ? &type_dict : type;
	d->ignore_case = true;
	return d;
}

bool
value_is_dict(struct value v)
{
	return v.type != NULL && v.type->kind == TYPE_KIND_DICT;
}

static uint32_t
mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	return (uint32_t)x | 1;
}

static uint32_t
key_hash(const struct dict *d, struct value key)
{
	uint64_t bits;
	uint32_t h = 1;

	if (value_is_string(key)) {
		struct string *s = string_of(key);

		if (!d->ignore_case)
			return string_hash(s);
		if (s->hash == 0)
			s->hash = string_hash_ci(s->data, s->len);
		return s->hash;
	}
	if (key.type == NULL)
		return 1;
	if (key.type->ops != NULL && key.type->ops->hash != NULL &&
	    key.type->ops->hash(NULL, key, d->ignore_case, &h) == FLOW_MORE)
		return h | 1;
	if (type_is_counted(key.type))
		return mix((uint64_t)(uintptr_t)key.u.p);
	memcpy(&bits, &key.u, sizeof(bits));
	if (key.type->kind == TYPE_KIND_BOOL)
		bits = key.u.b;
	else if (key.type->kind == TYPE_KIND_CHAR)
		bits = key.u.c;
	return mix(bits);
}

static bool
key_equal(const struct dict *d, struct value a, struct value b)
{
	bool equal = false;

	if (a.type != b.type)
		return false;
	if (value_is_string(a)) {
		const struct string *x = string_of(a), *y = string_of(b);

		if (x == y)
			return true;
		if (x->len != y->len)
			return false;
		return d->ignore_case ? string_equal_ci(x->data, y->data)
				      : memcmp(x->data, y->data, x->len) == 0;
	}
	if (a.type == NULL)
		return true;
	if (type_is_counted(a.type)) {
		if (a.u.p == b.u.p)
			return true;
		return a.type->ops != NULL && a.type->ops->equal != NULL &&
		    a.type->ops->equal(NULL, a, b, d->ignore_case, &equal) ==
		    FLOW_MORE &&
		    equal;
	}
	switch ((int)a.type->kind) {
	case TYPE_KIND_BOOL:
		return a.u.b == b.u.b;
	case TYPE_KIND_CHAR:
		return a.u.c == b.u.c;
	case TYPE_KIND_FLOAT:
		return a.u.d == b.u.d || (a.u.d != a.u.d && b.u.d != b.u.d);
	default:
		return a.u.i == b.u.i;
	}
}

static void
dict_reindex(struct dict *d)
{
	size_t i, slot;

	memset(d->index, 0, d->index_size * sizeof(*d->index));
	for (i = 0; i < d->used; i++) {
		if (d->entries[i].key.type == &type_void)
			continue;
		slot = d->entries[i].hash & (d->index_size - 1);
		while (d->index[slot] != 0)
			slot = (slot + 1) & (d->index_size - 1);
		d->index[slot] = (uint32_t)i + 1;
	}
}

/* Drops the holes that removed entries left. */
static void
dict_compact(struct dict *d)
{
	size_t i, to = 0;

	for (i = 0; i < d->used; i++)
		if (d->entries[i].key.type != &type_void)
			d->entries[to++] = d->entries[i];
	d->used = to;
}

static void
dict_room(struct dict *d)
{
	size_t want;

	if (d->used < d->cap)
		return;
	if (d->count < d->used / 2) {
		dict_compact(d);
		dict_reindex(d);
		return;
	}
	d->cap = d->cap == 0 ? 8 : d->cap * 2;
	d->entries = mem_array_grow(d->entries, d->cap, sizeof(*d->entries));
	want = d->cap * 2;
	if (want > d->index_size) {
		d->index = mem_array_grow(d->index, want, sizeof(*d->index));
		d->index_size = want;
		dict_reindex(d);
	}
}

static struct dict_entry *
dict_lookup(const struct dict *d, struct value key, uint32_t hash)
{
	size_t slot;

	if (d->index_size == 0)
		return NULL;
	slot = hash & (d->index_size - 1);
	for (; d->index[slot] != 0; slot = (slot + 1) & (d->index_size - 1)) {
		struct dict_entry *e = &d->entries[d->index[slot] - 1];

		if (e->hash == hash && e->key.type != &type_void &&
		    key_equal(d, e->key, key))
			return e;
	}
	return NULL;
}

struct dict_entry *
dict_find(const struct dict *d, struct value key)
{
	return d->count == 0 ? NULL : dict_lookup(d, key, key_hash(d, key));
}

struct value
dict_get(const struct dict *d, struct value key)
{
	struct dict_entry *e = dict_find(d, key);

	return e == NULL ? VALUE_NULL : value_ref(e->value);
}

struct value
dict_peek(const struct dict *d, const char *key)
{
	struct value k = value_string(key);
	struct dict_entry *e = dict_find(d, k);

	value_unref(k);
	return e == NULL ? VALUE_NULL : e->value;
}

void
dict_set(struct dict *d, struct value key, struct value v)
{
	dict_set_take(d, key, value_ref(v));
}

void
dict_set_take(struct dict *d, struct value key, struct value v)
{
	uint32_t hash = key_hash(d, key);
	struct dict_entry *e = dict_lookup(d, key, hash);
	size_t slot;

	if (e != NULL) {
		value_set_take(&e->value, v);
		return;
	}
	dict_room(d);
	e = &d->entries[d->used++];
	e->key = value_ref(key);
	e->value = v;
	e->hash = hash;
	d->count++;
	slot = hash & (d->index_size - 1);
	while (d->index[slot] != 0)
		slot = (slot + 1) & (d->index_size - 1);
	d->index[slot] = (uint32_t)d->used;
}

void
dict_set_str_take(struct dict *d, const char *key, struct value v)
{
	struct value k = value_string(key);

	dict_set_take(d, k, v);
	value_unref(k);
}

bool
dict_remove(struct dict *d, struct value key)
{
	struct dict_entry *e = dict_find(d, key);
	struct value gone_key, gone;

	if (e == NULL)
		return false;
	gone_key = e->key;
	gone = e->value;
	/* The index still leads here: a hole that look-ups step over. */
	e->key = value_nothing();
	e->value = VALUE_NULL;
	d->count--;
	value_unref(gone_key);
	value_unref(gone);
	return true;
}

void
dict_clear(struct dict *d)
{
	struct dict_entry *entries = d->entries;
	size_t i, used = d->used;

	d->entries = NULL;
	d->count = d->used = d->cap = 0;
	mem_free(d->index);
	d->index = NULL;
	d->index_size = 0;
	for (i = 0; i < used; i++) {
		value_unref(entries[i].key);
		value_unref(entries[i].value);
	}
	mem_free(entries);
}

struct dict_entry *
dict_next(const struct dict *d, size_t *posp)
{
	while (*posp < d->used) {
		struct dict_entry *e = &d->entries[(*posp)++];

		if (e->key.type != &type_void)
			return e;
	}
	return NULL;
}
