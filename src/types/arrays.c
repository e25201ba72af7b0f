/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Array: its statics and members. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"
#include "types/collections_internal.h"

/* --- statics of Array --- */

static enum flow
array_static_sort(struct member_call *c)
{
	struct list *l;

	if (!value_is_list(c->args[0]))
		return FLOW_MORE;
	l = list_of(c->args[0]);
	return items_sort_items(c->run, l, 0, l->count, VALUE_NULL);
}

static enum flow
array_static_reverse(struct member_call *c)
{
	struct member_call inner = *c;

	if (!value_is_list(c->args[0]))
		return FLOW_MORE;
	inner.self = c->args[0];
	inner.args = c->args + 1;
	inner.n = c->n - 1;
	return items_list_reverse(&inner);
}

static enum flow
array_static_index(struct member_call *c)
{
	struct list *l;
	size_t at, from = c->n > 2 ? (size_t)c->args[2].u.i : 0;

	c->out = value_int(-1);
	if (!value_is_list(c->args[0]))
		return FLOW_MORE;
	l = list_of(c->args[0]);
	if (strcmp(c->name, "LastIndexOf") == 0) {
		for (at = l->count; at-- > 0;) {
			if (plain_equal(l->items[at], c->args[1])) {
				c->out = value_int((int32_t)at);
				break;
			}
		}
		return FLOW_MORE;
	}
	at = items_find_from(l, c->args[1], from, l->count);
	if (at != SIZE_MAX)
		c->out = value_int((int32_t)at);
	return FLOW_MORE;
}

static enum flow
array_static_copy(struct member_call *c)
{
	size_t from = 0, to = 0, n, i;
	struct list *a, *b;

	if (!value_is_list(c->args[0]) ||
	    !value_is_list(c->args[c->n == 3 ? 1 : 2]))
		return FLOW_MORE;
	a = list_of(c->args[0]);
	if (c->n == 3) {
		b = list_of(c->args[1]);
		n = (size_t)c->args[2].u.i;
	} else {
		from = (size_t)c->args[1].u.i;
		b = list_of(c->args[2]);
		to = (size_t)c->args[3].u.i;
		n = (size_t)c->args[4].u.i;
	}
	if (from > a->count || n > a->count - from || to > b->count ||
	    n > b->count - to)
		return member_throw(c, "System.ArgumentException",
		    "Source array was not long enough. Check the source "
		    "index, length, and the array's lower bounds.");
	for (i = 0; i < n; i++)
		value_set(&b->items[to + i], a->items[from + i]);
	return FLOW_MORE;
}

static enum flow
array_static_clear(struct member_call *c)
{
	struct list *l;
	size_t i, from = 0, n;
	struct value zero = VALUE_NULL;
	bool ok;

	if (!value_is_list(c->args[0]))
		return FLOW_MORE;
	l = list_of(c->args[0]);
	n = l->count;
	if (c->n == 3) {
		from = (size_t)c->args[1].u.i;
		n = (size_t)c->args[2].u.i;
	}
	if (c->args[0].type->element != NULL &&
	    (c->args[0].type->element->flags & TYPE_VALUETYPE))
		(void)value_try_convert(c->run, VALUE_NULL,
		    c->args[0].type->element, &zero, &ok);
	for (i = from; i < l->count && i < from + n; i++)
		value_set(&l->items[i], zero);
	value_unref(zero);
	return FLOW_MORE;
}

static enum flow
array_create(struct member_call *c)
{
	const struct type *element = type_of_value(c->args[0]);

	return type_construct(c->run, type_array_of(element), c->args + 1, 1,
	    &c->out);
}

static enum flow
array_empty(struct member_call *c)
{
	c->out = list_value(list_new(NULL, 0));
	return FLOW_MORE;
}

const struct member_spec array_members[] = {
	{ "int Length get", items_get_count },
	{ "int Count get", items_get_count },
	{ "long LongLength get", items_get_count },
	{ "int Rank get", items_get_rank },
	{ "bool IsFixedSize get", items_get_true },
	{ "bool IsReadOnly get", items_get_false },
	{ "bool IsSynchronized get", items_get_false },
	{ "System.Object SyncRoot get", items_get_self },
	{ "System.Object Clone()", items_list_clone },
	{ "void CopyTo(array array, int index)", items_list_copy_to },
	{ "int GetLength(int dimension)", items_get_length_of },
	{ "int GetUpperBound(int dimension)", items_upper_bound },
	{ "int GetLowerBound(int dimension)", items_lower_bound },
	{ "System.Object GetValue(int index)", items_get_value_at },
	{ "System.Object Get(int index)", items_get_value_at },
	{ "void SetValue(System.Object value, int index)", items_set_value_at },
	{ "int Add(System.Object value)", items_fixed_size },
	{ "void Insert(int index, System.Object value)", items_fixed_size },
	{ "void Remove(System.Object value)", items_fixed_size },
	{ "void RemoveAt(int index)", items_fixed_size },
	{ "bool Contains(System.Object value)", items_list_contains },
	{ "int IndexOf(System.Object value)", items_list_index_of },
	{ "System.Collections.IEnumerator GetEnumerator()", items_get_self },
	{ "static void Sort(array array)", array_static_sort },
	{ "static void Sort(array array, System.Collections.IComparer "
	  "comparer)", array_static_sort },
	{ "static void Reverse(array array)", array_static_reverse },
	{ "static void Reverse(array array, int index, int length)",
	    array_static_reverse },
	{ "static int IndexOf(array array, System.Object value)",
	    array_static_index },
	{ "static int IndexOf(array array, System.Object value, int "
	  "startIndex)", array_static_index },
	{ "static int LastIndexOf(array array, System.Object value)",
	    array_static_index },
	{ "static void Copy(array sourceArray, array destinationArray, int "
	  "length)", array_static_copy },
	{ "static void Copy(array sourceArray, int sourceIndex, array "
	  "destinationArray, int destinationIndex, int length)",
	    array_static_copy },
	{ "static void Clear(array array)", array_static_clear },
	{ "static void Clear(array array, int index, int length)",
	    array_static_clear },
	{ "static array CreateInstance(type elementType, int length)",
	    array_create },
	{ "static System.Object[] Empty<T>()", array_empty },
	{ "static System.Object Find<T>(array array, System.Predicate[T] "
	  "match)", items_list_predicate },
	{ "static System.Object[] FindAll<T>(array array, "
	  "System.Predicate[T] match)", items_list_predicate },
	{ "static int FindIndex<T>(array array, System.Predicate[T] match)",
	    items_list_predicate },
	{ "static bool Exists<T>(array array, System.Predicate[T] match)",
	    items_list_predicate },
	{ "static bool TrueForAll<T>(array array, System.Predicate[T] "
	  "match)", items_list_predicate },
	{ "static void ForEach<T>(array array, System.Action[T] action)",
	    items_list_foreach },
	{ NULL },
};
