/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashtable, ordered dictionaries, Dictionary, SortedDictionary. */
#include "config.h"

#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"
#include "types/dictionaries_internal.h"

enum flow
dicts_dict_count(struct member_call *c)
{
	c->out = value_int((int32_t)dict_of(c->self)->count);
	return FLOW_MORE;
}

static bool
is_sorted(const struct type *t)
{
	return t->definition == &type_sorteddictionary ||
	    t->definition == &type_sortedset;
}

/* Keys in the order the type promises. */
enum flow
dicts_keys_of(struct run *r, struct value v, struct list **listp)
{
	struct list *l = list_new(NULL, dict_of(v)->count);
	struct dict_entry *e;
	size_t pos;

	DICT_EACH(e, dict_of(v), pos)
		list_add(l, e->key);
	*listp = l;
	return is_sorted(v.type) ? sort_keys(r, l) : FLOW_MORE;
}

static enum flow
dict_keys(struct member_call *c)
{
	struct list *l;
	enum flow flow = dicts_keys_of(c->run, c->self, &l);

	c->out = list_value(l);
	return flow;
}

static enum flow
dict_values(struct member_call *c)
{
	struct list *keys, *l;
	size_t i;
	enum flow flow = dicts_keys_of(c->run, c->self, &keys);

	l = list_new(NULL, keys->count);
	for (i = 0; i < keys->count; i++)
		list_add_take(l, dict_get(dict_of(c->self), keys->items[i]));
	value_unref(list_value(keys));
	c->out = list_value(l);
	return flow;
}

static enum flow
no_null_key(struct member_call *c)
{
	if (!value_is_nothing(c->args[0]))
		return FLOW_MORE;
	return member_throw(c, "System.ArgumentNullException",
	    "%s (Parameter 'key')", c->self.type == &type_dict ?
		"Key cannot be null." :
		"Value cannot be null.");
}

static enum flow
dict_add(struct member_call *c)
{
	struct dict *d = dict_of(c->self);
	enum flow flow = no_null_key(c);
	char *text;

	if (flow != FLOW_MORE)
		return flow;
	if (dict_has(d, c->args[0])) {
		text = value_text_plain(c->args[0]);
		if (c->self.type->key != NULL)
			flow = member_throw(c, "System.ArgumentException",
			    c->self.type->definition == &type_sorteddictionary ?
				"An entry with the same key already exists." :
				"An item with the same key has already been "
				"added. Key: %s", text);
		else if (c->self.type == &type_ordered)
			flow = member_throw(c, "System.ArgumentException",
			    "Item has already been added. Key in dictionary: "
			    "'%s'  Key being added: '%s'", text, text);
		else
			flow = member_throw(c, "System.ArgumentException",
			    "Item has already been added. Key in dictionary: "
			    "'%s'  Key being added: '%s'", text, text);
		mem_free(text);
		return flow;
	}
	dict_set(d, c->args[0], c->args[1]);
	return FLOW_MORE;
}

static enum flow
dict_try_add(struct member_call *c)
{
	bool has = dict_has(dict_of(c->self), c->args[0]);

	if (!has)
		dict_set(dict_of(c->self), c->args[0], c->args[1]);
	c->out = value_bool(!has);
	return FLOW_MORE;
}

static enum flow
dict_contains_key(struct member_call *c)
{
	enum flow flow = no_null_key(c);

	if (flow == FLOW_MORE)
		c->out = value_bool(dict_has(dict_of(c->self), c->args[0]));
	return flow;
}

static enum flow
dict_contains_value(struct member_call *c)
{
	struct dict_entry *e;
	size_t pos;

	c->out = value_bool(false);
	DICT_EACH(e, dict_of(c->self), pos) {
		if (plain_equal(e->value, c->args[0])) {
			c->out = value_bool(true);
			break;
		}
	}
	return FLOW_MORE;
}

static enum flow
dict_remove_key(struct member_call *c)
{
	bool had;
	enum flow flow = no_null_key(c);

	if (flow != FLOW_MORE)
		return flow;
	had = dict_remove(dict_of(c->self), c->args[0]);
	if (c->self.type->key != NULL)
		c->out = value_bool(had);
	return FLOW_MORE;
}

enum flow
dicts_dict_clear_all(struct member_call *c)
{
	dict_clear(dict_of(c->self));
	return FLOW_MORE;
}

static enum flow
dict_clone(struct member_call *c)
{
	struct dict *from = dict_of(c->self), *d = dict_new(c->self.type);
	struct dict_entry *e;
	size_t pos;

	d->ignore_case = from->ignore_case;
	DICT_EACH(e, from, pos)
		dict_set(d, e->key, e->value);
	c->out = dict_value(d);
	return FLOW_MORE;
}

static enum flow
dict_enumerate(struct member_call *c)
{
	struct list *keys, *l, *pairs;
	struct value all = dict_pairs(c->self);
	size_t i, k;
	enum flow flow;

	if (!is_sorted(c->self.type)) {
		c->out = all;
		return FLOW_MORE;
	}
	flow = dicts_keys_of(c->run, c->self, &keys);
	pairs = list_of(all);
	l = list_new(NULL, keys->count);
	for (i = 0; i < keys->count; i++) {
		for (k = 0; k < pairs->count; k++) {
			struct value key = VALUE_NULL;
			bool found;

			(void)value_get_member(NULL, pairs->items[k], "Key",
			    &key, &found);
			if (plain_equal(key, keys->items[i]))
				list_add(l, pairs->items[k]);
			value_unref(key);
		}
	}
	value_unref(list_value(keys));
	value_unref(all);
	c->out = list_value(l);
	return flow;
}

static enum flow
dict_item(struct member_call *c)
{
	struct value got = dict_get(dict_of(c->self), c->args[0]);
	char *text;
	enum flow flow;

	if (c->self.type->key != NULL &&
	    !dict_has(dict_of(c->self), c->args[0])) {
		text = value_text_plain(c->args[0]);
		flow = member_throw(c,
		    "System.Collections.Generic.KeyNotFoundException",
		    "The given key '%s' was not present in the dictionary.",
		    text);
		mem_free(text);
		return flow;
	}
	c->out = got;
	return FLOW_MORE;
}

static enum flow
dict_set_item(struct member_call *c)
{
	dict_set(dict_of(c->self), c->args[0], c->args[1]);
	return FLOW_MORE;
}

/* [ref] is the language's; its Value is set through the door. */
static enum flow
dict_try_get(struct member_call *c)
{
	struct dict_entry *e = dict_find(dict_of(c->self), c->args[0]);

	c->out = value_bool(e != NULL);
	return value_set_member(c->run, c->args[1], "Value",
	    e == NULL ? VALUE_NULL : e->value);
}

static enum flow
ordered_insert(struct member_call *c)
{
	struct dict *old = dict_of(c->self), *d = dict_new(c->self.type);
	struct dict_entry *e;
	size_t pos, at = 0;
	int64_t where = c->args[0].u.i;

	if (where < 0 || (uint64_t)where > old->count ||
	    dict_has(old, c->args[1])) {
		value_unref(dict_value(d));
		return member_throw_range(c, "index",
		    "Specified argument was out of the range of valid "
		    "values.");
	}
	d->ignore_case = old->ignore_case;
	DICT_EACH(e, old, pos) {
		if (at++ == (size_t)where)
			dict_set(d, c->args[1], c->args[2]);
		dict_set(d, e->key, e->value);
	}
	if (at == (size_t)where)
		dict_set(d, c->args[1], c->args[2]);
	dict_clear(old);
	DICT_EACH(e, d, pos)
		dict_set(old, e->key, e->value);
	value_unref(dict_value(d));
	return FLOW_MORE;
}

static enum flow
ordered_remove_at(struct member_call *c)
{
	struct dict_entry *e;
	size_t pos, at = 0;

	DICT_EACH(e, dict_of(c->self), pos) {
		if (at++ == (size_t)c->args[0].u.i) {
			struct value key = value_ref(e->key);

			(void)dict_remove(dict_of(c->self), key);
			value_unref(key);
			return FLOW_MORE;
		}
	}
	return member_throw_range(c, "index",
	    "Index was out of range. Must be non-negative and less than the "
	    "size of the collection.");
}

static enum flow
no(struct member_call *c)
{
	c->out = value_bool(false);
	return FLOW_MORE;
}

enum flow
dicts_self(struct member_call *c)
{
	c->out = value_ref(c->self);
	return FLOW_MORE;
}

bool
dicts_is_comparer_ignoring_case(struct value v)
{
	char *text = value_text_plain(v);
	bool yes = strstr(text, "IgnoreCase") != NULL;

	mem_free(text);
	return yes;
}

static enum flow
new_dict(struct member_call *c)
{
	struct dict *d = dict_new(c->type);
	struct dict_entry *e;
	size_t pos, i;

	/* @{} ignores case; what new() makes does not */
	d->ignore_case = c->type == &type_ordered;
	for (i = 0; i < c->n; i++) {
		if (value_is_dict(c->args[i])) {
			DICT_EACH(e, dict_of(c->args[i]), pos)
				dict_set(d, e->key, e->value);
		} else if (!value_is_nothing(c->args[i]) &&
		    !is_integer(c->args[i].type)) {
			d->ignore_case = dicts_is_comparer_ignoring_case(c->args[i]);
		}
	}
	c->out = dict_value(d);
	return FLOW_MORE;
}

#define DICT_COMMON                                                            \
	{ "int Count get", dicts_dict_count },                                       \
	{ "bool IsFixedSize get", no }, { "bool IsReadOnly get", no },         \
	{ "bool IsSynchronized get", no },                                     \
	{ "System.Object SyncRoot get", dicts_self },                                \
	{ "System.Collections.ICollection Keys get", dict_keys },              \
	{ "System.Collections.ICollection Values get", dict_values },          \
	{ "void Add(System.Object key, System.Object value)", dict_add },      \
	{ "void Clear()", dicts_dict_clear_all },                                    \
	{ "bool Contains(System.Object key)", dict_contains_key },             \
	{ "System.Collections.IDictionaryEnumerator GetEnumerator()",          \
	    dict_enumerate },                                                  \
	{ "System.Object Item(System.Object key)", dict_item },                \
	{ "void set_Item(System.Object key, System.Object value)",             \
	    dict_set_item },                                                   \
	{ "System.Object get_Item(System.Object key)", dict_item },            \
	{ "void Remove(System.Object key)", dict_remove_key }

static const struct member_spec hashtable_members[] = {
	{ "new()", new_dict },
	{ "new(System.Collections.IDictionary d)", new_dict },
	{ "new(int capacity)", new_dict },
	{ "new(System.Collections.IEqualityComparer equalityComparer)",
	    new_dict },
	{ "new(System.StringComparer equalityComparer)", new_dict },
	DICT_COMMON,
	{ "System.Object Clone()", dict_clone },
	{ "bool ContainsKey(System.Object key)", dict_contains_key },
	{ "bool ContainsValue(System.Object value)", dict_contains_value },
	{ NULL },
};

static const struct member_spec ordered_members[] = {
	{ "new()", new_dict },
	{ "new(int capacity)", new_dict },
	{ "new(System.StringComparer comparer)", new_dict },
	DICT_COMMON,
	{ "void Insert(int index, System.Object key, System.Object value)",
	    ordered_insert },
	{ "void RemoveAt(int index)", ordered_remove_at },
	{ NULL },
};

static const struct member_spec dictionary_members[] = {
	{ "new()", new_dict },
	{ "new(System.Collections.Generic.IDictionary[TKey,TValue] "
	  "dictionary)", new_dict },
	{ "new(int capacity)", new_dict },
	{ "new(System.StringComparer comparer)", new_dict },
	{ "new(System.Collections.Generic.IDictionary[TKey,TValue] "
	  "dictionary, System.StringComparer comparer)", new_dict },
	{ "int Count get", dicts_dict_count },
	{ "System.Object Keys get", dict_keys },
	{ "System.Object Values get", dict_values },
	{ "void Add(TKey key, TValue value)", dict_add },
	{ "bool TryAdd(TKey key, TValue value)", dict_try_add },
	{ "void Clear()", dicts_dict_clear_all },
	{ "bool ContainsKey(TKey key)", dict_contains_key },
	{ "bool ContainsValue(TValue value)", dict_contains_value },
	{ "System.Object GetEnumerator()", dict_enumerate },
	{ "TValue Item(TKey key)", dict_item },
	{ "void set_Item(TKey key, TValue value)", dict_set_item },
	{ "TValue get_Item(TKey key)", dict_item },
	{ "bool Remove(TKey key)", dict_remove_key },
	{ "bool TryGetValue(TKey key, [ref] TValue value)", dict_try_get },
	{ NULL },
};

void
dictionaries_init(void)
{
	struct type *const dicts[] = { &type_generic_dictionary,
		&type_sorteddictionary, &type_hashset, &type_sortedset };
	struct type *const queues[] = { &type_queue, &type_stack,
		&type_generic_queue, &type_generic_stack };
	const struct member_spec *const rows[] = { queue_members,
		stack_members, generic_queue_members, generic_stack_members };
	size_t i;

	type_add_members(&type_dict, hashtable_members);
	type_add_members(&type_ordered, ordered_members);
	for (i = 0; i < LEN(dicts); i++) {
		dicts[i]->release = type_dict.release;
		dicts[i]->children = type_dict.children;
		type_add_members(dicts[i],
		    i < 2 ? dictionary_members : set_members);
		if (i >= 2)
			dicts[i]->ops = &set_ops;
		type_add(dicts[i]);
	}
	for (i = 0; i < LEN(queues); i++) {
		queues[i]->release = type_list.release;
		queues[i]->children = type_list.children;
		queues[i]->ops = &queue_ops;
		type_add_members(queues[i], rows[i]);
		type_add(queues[i]);
	}
}
