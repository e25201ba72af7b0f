/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_DICT_H
#define CORE_DICT_H

#include "core/value.h"

/*
 * Hashtable, OrderedDictionary, Dictionary[K,V]: keys of any value, insertion
 * order kept. Keys compare by their type's equality; strings without case
 * where ignore_case is set (@{} does). Keys of the codec's types are hashed
 * here; others by their type's ops.
 */
struct dict_entry {
	struct value key; /* type_void marks a removed entry */
	struct value value;
	uint32_t hash;
};

struct dict {
	struct cell cell;
	bool ignore_case;
	size_t count;              /* live entries */
	size_t used;               /* entries in use, removed ones included */
	size_t cap;                /* room in entries */
	struct dict_entry *entries; /* in insertion order */
	uint32_t *index;           /* open addressing; 0 free, else entry + 1 */
	size_t index_size;
};

static inline struct dict *
dict_of(struct value v)
{
	return (struct dict *)(void *)v.u.p;
}

static inline struct value
dict_value(struct dict *d)
{
	struct value v = { .type = d->cell.type, .u.p = &d->cell };

	return v;
}

/* type NULL is Hashtable; ignores case in string keys unless cleared. */
struct dict *dict_new(const struct type *type);
bool value_is_dict(struct value v);
/* The entry or NULL; borrowed until the dict changes. */
struct dict_entry *dict_find(const struct dict *d, struct value key);
struct value dict_get(const struct dict *d, struct value key); /* owned */
/* By string key; borrowed, null where missing. */
struct value dict_peek(const struct dict *d, const char *key);
void dict_set(struct dict *d, struct value key, struct value v);
void dict_set_take(struct dict *d, struct value key, struct value v);
void dict_set_str_take(struct dict *d, const char *key, struct value v);
bool dict_remove(struct dict *d, struct value key);
void dict_clear(struct dict *d);
/* Walks live entries: start with *posp 0; NULL at the end. */
struct dict_entry *dict_next(const struct dict *d, size_t *posp);

#define DICT_EACH(e, d, pos)                                                   \
	for ((pos) = 0; ((e) = dict_next((d), &(pos))) != NULL;)

#endif
