/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ArrayList and List: making, searching, changing. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"
#include "types/collections_internal.h"

#define COLLECTION(var, full, kd, fl)                                          \
	struct type var = {                                                    \
		.name = (full),                                                \
		.kind = (kd),                                                  \
		.flags = TYPE_COUNTED | (fl),                                  \
		.base = &type_system_object,                                   \
	}
#define SEQUENCE (TYPE_UNROLLS)

COLLECTION(type_arraylist, "System.Collections.ArrayList", TYPE_KIND_LIST,
    SEQUENCE);
COLLECTION(type_generic_list, "System.Collections.Generic.List`1",
    TYPE_KIND_LIST, SEQUENCE | TYPE_GENERIC);
static COLLECTION(type_collection_t,
    "System.Collections.ObjectModel.Collection`1", TYPE_KIND_LIST,
    SEQUENCE | TYPE_GENERIC);
static COLLECTION(type_readonly_t,
    "System.Collections.ObjectModel.ReadOnlyCollection`1", TYPE_KIND_LIST,
    SEQUENCE | TYPE_GENERIC);
COLLECTION(type_generic_dictionary, "System.Collections.Generic.Dictionary`2",
    TYPE_KIND_DICT, TYPE_GENERIC);
COLLECTION(type_sorteddictionary,
    "System.Collections.Generic.SortedDictionary`2", TYPE_KIND_DICT,
    TYPE_GENERIC);
COLLECTION(type_hashset, "System.Collections.Generic.HashSet`1",
    TYPE_KIND_CLASS, SEQUENCE | TYPE_GENERIC);
COLLECTION(type_sortedset, "System.Collections.Generic.SortedSet`1",
    TYPE_KIND_CLASS, SEQUENCE | TYPE_GENERIC);
COLLECTION(type_queue, "System.Collections.Queue", TYPE_KIND_CLASS, SEQUENCE);
COLLECTION(type_stack, "System.Collections.Stack", TYPE_KIND_CLASS, SEQUENCE);
COLLECTION(type_generic_queue, "System.Collections.Generic.Queue`1",
    TYPE_KIND_CLASS, SEQUENCE | TYPE_GENERIC);
COLLECTION(type_generic_stack, "System.Collections.Generic.Stack`1",
    TYPE_KIND_CLASS, SEQUENCE | TYPE_GENERIC);

/* --- what is kept as a struct list --- */

enum flow
items_get_count(struct member_call *c)
{
	if (c->self.type->kind == TYPE_KIND_BYTES)
		c->out = value_int((int32_t)bytes_of(c->self)->len);
	else
		c->out = value_int((int32_t)list_of(c->self)->count);
	return FLOW_MORE;
}

enum flow
items_get_rank(struct member_call *c)
{
	c->out = value_int(1);
	return FLOW_MORE;
}

enum flow
items_get_false(struct member_call *c)
{
	c->out = value_bool(false);
	return FLOW_MORE;
}

enum flow
items_get_true(struct member_call *c)
{
	c->out = value_bool(true);
	return FLOW_MORE;
}

enum flow
items_get_self(struct member_call *c)
{
	c->out = value_ref(c->self);
	return FLOW_MORE;
}

static enum flow
get_capacity(struct member_call *c)
{
	size_t n = list_of(c->self)->count, cap = n == 0 ? 0 : 4;

	while (cap < n)
		cap *= 2;
	c->out = value_int((int32_t)cap);
	return FLOW_MORE;
}

static enum flow
set_nothing(struct member_call *c)
{
	(void)c;
	return FLOW_MORE;
}

enum flow
items_fixed_size(struct member_call *c)
{
	return member_throw(c, "System.NotSupportedException",
	    "Collection was of a fixed size.");
}

static enum flow
list_add_one(struct member_call *c)
{
	struct list *l = list_of(c->self);

	list_add(l, c->args[0]);
	/* ArrayList.Add says where */
	if (c->self.type == &type_arraylist)
		c->out = value_int((int32_t)l->count - 1);
	return FLOW_MORE;
}

static enum flow
list_add_range(struct member_call *c)
{
	struct list *l = list_of(c->self), *more = NULL;
	const struct type *element = c->self.type->element;
	enum flow flow = collect(c->run, c->args[0], &more);
	size_t i;

	for (i = 0; flow == FLOW_MORE && i < more->count; i++) {
		struct value item = VALUE_NULL;

		if (element != NULL && element != &type_system_object)
			flow = value_convert(c->run, more->items[i], element,
			    &item);
		else
			item = value_ref(more->items[i]);
		if (flow == FLOW_MORE)
			list_add_take(l, item);
	}
	if (more != NULL)
		value_unref(list_value(more));
	return flow;
}

static enum flow
range_error(struct member_call *c)
{
	return member_throw_range(c, "index",
	    "Index was out of range. Must be non-negative and less than the "
	    "size of the collection.");
}

static enum flow
list_insert_one(struct member_call *c)
{
	struct list *l = list_of(c->self);
	int64_t at = c->args[0].u.i;

	if (at < 0 || (uint64_t)at > l->count)
		return member_throw_range(c, "index",
		    c->self.type == &type_arraylist ?
			"Insertion index was out of range. Must be "
			"non-negative and less than or equal to size." :
			"Index must be within the bounds of the List.");
	list_insert(l, (size_t)at, c->args[1]);
	return FLOW_MORE;
}

static enum flow
list_insert_range(struct member_call *c)
{
	struct list *l = list_of(c->self), *more = NULL;
	int64_t at = c->args[0].u.i;
	enum flow flow;
	size_t i;

	if (at < 0 || (uint64_t)at > l->count)
		return range_error(c);
	flow = collect(c->run, c->args[1], &more);
	for (i = 0; flow == FLOW_MORE && i < more->count; i++)
		list_insert(l, (size_t)at + i, more->items[i]);
	if (more != NULL)
		value_unref(list_value(more));
	return flow;
}

size_t
items_find_from(struct list *l, struct value what, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++) {
		if (plain_equal(l->items[i], what))
			return i;
	}
	return SIZE_MAX;
}

static enum flow
list_remove_one(struct member_call *c)
{
	struct list *l = list_of(c->self);
	size_t at = items_find_from(l, c->args[0], 0, l->count);

	if (at != SIZE_MAX)
		list_remove(l, at);
	if (c->self.type != &type_arraylist)
		c->out = value_bool(at != SIZE_MAX);
	return FLOW_MORE;
}

static enum flow
list_remove_at(struct member_call *c)
{
	struct list *l = list_of(c->self);
	int64_t at = c->args[0].u.i;

	if (at < 0 || (uint64_t)at >= l->count)
		return range_error(c);
	list_remove(l, (size_t)at);
	return FLOW_MORE;
}

static enum flow
bounds(struct member_call *c, int64_t from, int64_t n, size_t count)
{
	if (from < 0)
		return member_throw_range(c, "index",
		    "Non-negative number required.");
	if (n < 0)
		return member_throw_range(c, "count",
		    "Non-negative number required.");
	if ((uint64_t)from + (uint64_t)n > count)
		return member_throw(c, "System.ArgumentException",
		    "Offset and length were out of bounds for the array or "
		    "count is greater than the number of elements from index "
		    "to the end of the source collection.");
	return FLOW_MORE;
}

static enum flow
list_remove_range(struct member_call *c)
{
	struct list *l = list_of(c->self);
	int64_t n = c->args[1].u.i;
	enum flow flow = bounds(c, c->args[0].u.i, n, l->count);

	while (flow == FLOW_MORE && n-- > 0)
		list_remove(l, (size_t)c->args[0].u.i);
	return flow;
}

static enum flow
list_get_range(struct member_call *c)
{
	struct list *l = list_of(c->self), *out;
	int64_t from = c->args[0].u.i, n = c->args[1].u.i, i;
	enum flow flow = bounds(c, from, n, l->count);

	if (flow != FLOW_MORE)
		return flow;
	out = list_new(c->self.type, (size_t)n);
	for (i = 0; i < n; i++)
		list_add(out, l->items[from + i]);
	c->out = list_value(out);
	return FLOW_MORE;
}

static enum flow
list_clear(struct member_call *c)
{
	list_truncate(list_of(c->self), 0);
	return FLOW_MORE;
}

enum flow
items_list_contains(struct member_call *c)
{
	struct list *l = NULL;
	enum flow flow = collect(c->run, c->self, &l);

	if (flow != FLOW_MORE)
		return flow;
	c->out = value_bool(items_find_from(l, c->args[0], 0, l->count) != SIZE_MAX);
	value_unref(list_value(l));
	return FLOW_MORE;
}

enum flow
items_list_index_of(struct member_call *c)
{
	struct list *l = list_of(c->self);
	size_t from = c->n > 1 && c->args[1].u.i > 0 ?
	    (size_t)c->args[1].u.i :
	    0;
	size_t to = c->n > 2 ? from + (size_t)c->args[2].u.i : l->count;
	size_t at;

	if (from > l->count || to > l->count)
		return range_error(c);
	at = items_find_from(l, c->args[0], from, to);
	c->out = value_int(at == SIZE_MAX ? -1 : (int32_t)at);
	return FLOW_MORE;
}

static enum flow
list_last_index_of(struct member_call *c)
{
	struct list *l = list_of(c->self);
	size_t i;

	c->out = value_int(-1);
	for (i = l->count; i-- > 0;) {
		if (plain_equal(l->items[i], c->args[0])) {
			c->out = value_int((int32_t)i);
			break;
		}
	}
	return FLOW_MORE;
}

enum flow
items_list_reverse(struct member_call *c)
{
	struct list *l = list_of(c->self);
	size_t from = 0, n = l->count, i;

	if (c->n >= 2) {
		enum flow flow = bounds(c, c->args[0].u.i, c->args[1].u.i,
		    l->count);

		if (flow != FLOW_MORE)
			return flow;
		from = (size_t)c->args[0].u.i;
		n = (size_t)c->args[1].u.i;
	}
	for (i = 0; i < n / 2; i++) {
		struct value t = l->items[from + i];

		l->items[from + i] = l->items[from + n - 1 - i];
		l->items[from + n - 1 - i] = t;
	}
	return FLOW_MORE;
}

static enum flow
list_to_array(struct member_call *c)
{
	struct list *from = NULL, *out;
	const struct type *t = &type_list;
	enum flow flow = collect(c->run, c->self, &from);
	size_t i;

	if (flow != FLOW_MORE)
		return flow;
	if (c->n == 1 && type_of_value(c->args[0]) != NULL)
		t = type_array_of(type_of_value(c->args[0]));
	else if (c->self.type->element != NULL &&
	    c->self.type->definition != NULL)
		t = type_array_of(c->self.type->element);
	if (t == &type_bytes) {
		struct value bytes = value_bytes(NULL, from->count);

		for (i = 0; i < from->count; i++)
			bytes_of(bytes)->data[i] =
			    (uint8_t)from->items[i].u.i;
		c->out = bytes;
	} else {
		out = list_new(t, from->count);
		for (i = 0; i < from->count; i++)
			list_add(out, from->items[i]);
		c->out = list_value(out);
	}
	value_unref(list_value(from));
	return FLOW_MORE;
}

enum flow
items_list_clone(struct member_call *c)
{
	struct list *l, *out;
	size_t i;

	if (c->self.type == &type_bytes) {
		c->out = value_bytes(bytes_of(c->self)->data,
		    bytes_of(c->self)->len);
		return FLOW_MORE;
	}
	l = list_of(c->self);
	out = list_new(c->self.type, l->count);
	for (i = 0; i < l->count; i++)
		list_add(out, l->items[i]);
	c->out = list_value(out);
	return FLOW_MORE;
}

enum flow
items_list_copy_to(struct member_call *c)
{
	struct list *l = NULL, *to;
	size_t at = c->n > 1 ? (size_t)c->args[1].u.i : 0, i;
	enum flow flow;

	if (!value_is_list(c->args[0]))
		return member_throw(c, "System.ArgumentException",
		    "Target array type is not compatible with the type of "
		    "items in the collection.");
	to = list_of(c->args[0]);
	flow = collect(c->run, c->self, &l);
	if (flow != FLOW_MORE)
		return flow;
	if (at > to->count || l->count > to->count - at) {
		value_unref(list_value(l));
		return member_throw(c, "System.ArgumentException",
		    "Destination array was not long enough. Check the "
		    "destination index, length, and the array's lower "
		    "bounds.");
	}
	for (i = 0; i < l->count; i++)
		value_set(&to->items[at + i], l->items[i]);
	value_unref(list_value(l));
	return FLOW_MORE;
}

enum flow
items_get_value_at(struct member_call *c)
{
	int64_t at = c->args[0].u.i;

	if (c->self.type == &type_bytes)
		return value_index(c->run, c->self, c->args, 1, &c->out);
	if (at < 0 || (uint64_t)at >= list_of(c->self)->count)
		return member_throw(c, "System.IndexOutOfRangeException",
		    "Index was outside the bounds of the array.");
	c->out = value_ref(list_of(c->self)->items[at]);
	return FLOW_MORE;
}

enum flow
items_set_value_at(struct member_call *c)
{
	return value_index_set(c->run, c->self, &c->args[1], 1, c->args[0]);
}

static enum flow
item_get(struct member_call *c)
{
	int64_t at = c->args[0].u.i;

	if (at < 0 || (uint64_t)at >= list_of(c->self)->count)
		return range_error(c);
	c->out = value_ref(list_of(c->self)->items[at]);
	return FLOW_MORE;
}

enum flow
items_get_length_of(struct member_call *c)
{
	if (c->args[0].u.i != 0)
		return member_throw(c, "System.IndexOutOfRangeException",
		    "Index was outside the bounds of the array.");
	return items_get_count(c);
}

enum flow
items_upper_bound(struct member_call *c)
{
	enum flow flow = items_get_count(c);

	c->out = value_int((int32_t)c->out.u.i - 1);
	return flow;
}

enum flow
items_lower_bound(struct member_call *c)
{
	c->out = value_int(0);
	return FLOW_MORE;
}

/* --- making lists --- */

static enum flow
new_list(struct member_call *c)
{
	struct list *l = list_new(c->type, 0);
	struct member_call add = *c;

	c->out = list_value(l);
	if (c->n == 0 || is_integer(c->args[0].type))
		return FLOW_MORE;
	add.self = c->out;
	if (list_add_range(&add) == FLOW_MORE)
		return FLOW_MORE;
	value_clear(&c->out);
	return FLOW_LEAVE;
}

static const struct member_spec arraylist_members[] = {
	{ "new()", new_list },
	{ "new(int capacity)", new_list },
	{ "new(System.Collections.ICollection c)", new_list },
	{ "int Count get", items_get_count },
	{ "int Capacity get/set", get_capacity, set_nothing },
	{ "bool IsFixedSize get", items_get_false },
	{ "bool IsReadOnly get", items_get_false },
	{ "bool IsSynchronized get", items_get_false },
	{ "System.Object SyncRoot get", items_get_self },
	{ "int Add(System.Object value)", list_add_one },
	{ "void AddRange(System.Collections.ICollection c)", list_add_range },
	{ "void Clear()", list_clear },
	{ "System.Object Clone()", items_list_clone },
	{ "bool Contains(System.Object item)", items_list_contains },
	{ "void CopyTo(array array)", items_list_copy_to },
	{ "void CopyTo(array array, int arrayIndex)", items_list_copy_to },
	{ "System.Collections.IEnumerator GetEnumerator()", items_get_self },
	{ "System.Collections.ArrayList GetRange(int index, int count)",
	    list_get_range },
	{ "int IndexOf(System.Object value)", items_list_index_of },
	{ "int IndexOf(System.Object value, int startIndex)", items_list_index_of },
	{ "int LastIndexOf(System.Object value)", list_last_index_of },
	{ "void Insert(int index, System.Object value)", list_insert_one },
	{ "void InsertRange(int index, System.Collections.ICollection c)",
	    list_insert_range },
	{ "System.Object Item(int index)", item_get },
	{ "void Remove(System.Object obj)", list_remove_one },
	{ "void RemoveAt(int index)", list_remove_at },
	{ "void RemoveRange(int index, int count)", list_remove_range },
	{ "void Reverse()", items_list_reverse },
	{ "void Reverse(int index, int count)", items_list_reverse },
	{ "void Sort()", items_list_sort },
	{ "void Sort(System.Collections.IComparer comparer)", items_list_sort },
	{ "System.Object[] ToArray()", list_to_array },
	{ "array ToArray(type type)", list_to_array },
	{ "void TrimToSize()", set_nothing },
	{ NULL },
};

static const struct member_spec list_members[] = {
	{ "new()", new_list },
	{ "new(int capacity)", new_list },
	{ "new(System.Collections.Generic.IEnumerable[T] collection)",
	    new_list },
	{ "int Count get", items_get_count },
	{ "int Capacity get/set", get_capacity, set_nothing },
	{ "void Add(T item)", list_add_one },
	{ "void AddRange(System.Collections.Generic.IEnumerable[T] "
	  "collection)", list_add_range },
	{ "void Clear()", list_clear },
	{ "bool Contains(T item)", items_list_contains },
	{ "void CopyTo(T[] array)", items_list_copy_to },
	{ "void CopyTo(T[] array, int arrayIndex)", items_list_copy_to },
	{ "bool Exists(System.Predicate[T] match)", items_list_predicate },
	{ "T Find(System.Predicate[T] match)", items_list_predicate },
	{ "System.Collections.Generic.List[T] FindAll(System.Predicate[T] "
	  "match)", items_list_predicate },
	{ "int FindIndex(System.Predicate[T] match)", items_list_predicate },
	{ "T FindLast(System.Predicate[T] match)", items_list_predicate },
	{ "void ForEach(System.Action[T] action)", items_list_foreach },
	{ "System.Collections.Generic.List`1+Enumerator[T] GetEnumerator()",
	    items_get_self },
	{ "System.Collections.Generic.List[T] GetRange(int index, int "
	  "count)", list_get_range },
	{ "int IndexOf(T item)", items_list_index_of },
	{ "int IndexOf(T item, int index)", items_list_index_of },
	{ "int LastIndexOf(T item)", list_last_index_of },
	{ "void Insert(int index, T item)", list_insert_one },
	{ "void InsertRange(int index, System.Collections.Generic."
	  "IEnumerable[T] collection)", list_insert_range },
	{ "T Item(int index)", item_get },
	{ "bool Remove(T item)", list_remove_one },
	{ "int RemoveAll(System.Predicate[T] match)", items_list_predicate },
	{ "void RemoveAt(int index)", list_remove_at },
	{ "void RemoveRange(int index, int count)", list_remove_range },
	{ "void Reverse()", items_list_reverse },
	{ "void Reverse(int index, int count)", items_list_reverse },
	{ "void Sort()", items_list_sort },
	{ "void Sort(System.Comparison[T] comparison)", items_list_sort },
	{ "void Sort(System.Collections.Generic.IComparer[T] comparer)",
	    items_list_sort },
	{ "T[] ToArray()", list_to_array },
	{ "void TrimExcess()", set_nothing },
	{ "bool TrueForAll(System.Predicate[T] match)", items_list_predicate },
	{ NULL },
};

void
collections_init(void)
{
	struct type *const lists[] = { &type_arraylist, &type_generic_list,
		&type_collection_t, &type_readonly_t };
	size_t i;

	type_add_members(&type_array, array_members);
	for (i = 0; i < LEN(lists); i++) {
		lists[i]->release = type_list.release;
		lists[i]->children = type_list.children;
		type_add_members(lists[i], lists[i] == &type_arraylist ?
			arraylist_members :
			list_members);
		type_add(lists[i]);
	}
	type_dictentry.ops = &pair_ops;
	type_keyvalue.ops = &pair_ops;
	type_add_members(&type_dictentry, entry_members);
	type_add_members(&type_keyvalue, keyvalue_members);
	type_add(&type_dictentry);
	type_add(&type_keyvalue);
	dictionaries_init();
}
