/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays, lists, dictionaries, sets, queues and stacks. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"

/* --- a key and its value --- */

struct pair {
	struct cell cell;
	struct value key;
	struct value value;
};

static void
pair_release(struct cell *c)
{
	struct pair *p = (struct pair *)(void *)c;

	value_unref(p->key);
	value_unref(p->value);
	mem_free(p);
}

static void
pair_children(struct cell *c, void (*visit)(struct value *, void *), void *arg)
{
	struct pair *p = (struct pair *)(void *)c;

	visit(&p->key, arg);
	visit(&p->value, arg);
}

struct type type_dictentry = {
	.name = "System.Collections.DictionaryEntry",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_VALUETYPE,
	.base = &type_valuetype,
	.release = pair_release,
	.children = pair_children,
};

struct type type_keyvalue = {
	.name = "System.Collections.Generic.KeyValuePair`2",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_VALUETYPE | TYPE_GENERIC,
	.base = &type_valuetype,
	.release = pair_release,
	.children = pair_children,
};

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

static struct value
pair_new(const struct type *t, struct value key, struct value value)
{
	struct pair *p = cell_new(t, sizeof(*p));

	p->key = value_ref(key);
	p->value = value_ref(value);
	return cell_value(p);
}

static const struct type *
pair_type(const struct type *dict)
{
	const struct type *args[2] = { dict->key, dict->element };

	if (dict->key == NULL || dict->element == NULL)
		return &type_dictentry;
	return type_generic_of(&type_keyvalue, args, 2);
}

static struct pair *
pair_of(struct value v)
{
	return (struct pair *)(void *)v.u.p;
}

static enum flow
get_key(struct member_call *c)
{
	c->out = value_ref(pair_of(c->self)->key);
	return FLOW_MORE;
}

static enum flow
get_pair_value(struct member_call *c)
{
	c->out = value_ref(pair_of(c->self)->value);
	return FLOW_MORE;
}

static enum flow
set_pair_value(struct member_call *c)
{
	value_set(&pair_of(c->self)->value, c->args[0]);
	return FLOW_MORE;
}

static enum flow
new_pair(struct member_call *c)
{
	c->out = pair_new(c->type, c->args[0], c->args[1]);
	return FLOW_MORE;
}

static enum flow
pair_text(struct run *r, struct value v, struct value *textp)
{
	struct value key, value;
	enum flow flow;

	if (v.type == &type_dictentry) {
		*textp = value_string(type_dictentry.name);
		return FLOW_MORE;
	}
	flow = value_text(r, pair_of(v)->key, &key);
	if (flow != FLOW_MORE)
		return flow;
	flow = value_text(r, pair_of(v)->value, &value);
	if (flow == FLOW_MORE) {
		*textp = value_printf("[%s, %s]", value_chars(key),
		    value_chars(value));
		value_unref(value);
	}
	value_unref(key);
	return flow;
}

static const struct member_spec entry_members[] = {
	{ "new(System.Object key, System.Object value)", new_pair },
	{ "System.Object Key get", get_key },
	{ "System.Object Name get", get_key },
	{ "System.Object Value get/set", get_pair_value, set_pair_value },
	{ NULL },
};

static const struct member_spec keyvalue_members[] = {
	{ "new(TKey key, TValue value)", new_pair },
	{ "TKey Key get", get_key },
	{ "TValue Value get", get_pair_value },
	{ NULL },
};

/* --- what is kept as a struct list --- */

static enum flow
get_count(struct member_call *c)
{
	if (c->self.type->kind == TYPE_KIND_BYTES)
		c->out = value_int((int32_t)bytes_of(c->self)->len);
	else
		c->out = value_int((int32_t)list_of(c->self)->count);
	return FLOW_MORE;
}

static enum flow
get_rank(struct member_call *c)
{
	c->out = value_int(1);
	return FLOW_MORE;
}

static enum flow
get_false(struct member_call *c)
{
	c->out = value_bool(false);
	return FLOW_MORE;
}

static enum flow
get_true(struct member_call *c)
{
	c->out = value_bool(true);
	return FLOW_MORE;
}

static enum flow
get_self(struct member_call *c)
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

static enum flow
fixed_size(struct member_call *c)
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

static size_t
find_from(struct list *l, struct value what, size_t from, size_t to)
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
	size_t at = find_from(l, c->args[0], 0, l->count);

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

static enum flow
list_contains(struct member_call *c)
{
	struct list *l = NULL;
	enum flow flow = collect(c->run, c->self, &l);

	if (flow != FLOW_MORE)
		return flow;
	c->out = value_bool(find_from(l, c->args[0], 0, l->count) != SIZE_MAX);
	value_unref(list_value(l));
	return FLOW_MORE;
}

static enum flow
list_index_of(struct member_call *c)
{
	struct list *l = list_of(c->self);
	size_t from = c->n > 1 && c->args[1].u.i > 0 ?
	    (size_t)c->args[1].u.i :
	    0;
	size_t to = c->n > 2 ? from + (size_t)c->args[2].u.i : l->count;
	size_t at;

	if (from > l->count || to > l->count)
		return range_error(c);
	at = find_from(l, c->args[0], from, to);
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

static enum flow
list_reverse(struct member_call *c)
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

/* Merge sort that may leave; by a block, or by value_compare. */
struct sorter {
	struct run *run;
	struct value by;
	enum flow flow;
};

static int
order_of(struct sorter *s, struct value a, struct value b)
{
	struct value args[2] = { a, b }, got = VALUE_NULL;
	int64_t i = 0;
	int order = 0;

	if (s->flow != FLOW_MORE)
		return 0;
	if (s->by.type != NULL && s->run != NULL && s->run->ops != NULL) {
		s->flow = s->run->ops->invoke(s->run, s->by, args, 2, NULL,
		    true, &got);
		if (s->flow == FLOW_MORE)
			s->flow = value_to_int(s->run, got, &i);
		value_unref(got);
		return i < 0 ? -1 : i > 0;
	}
	s->flow = value_compare(s->run, a, b, false, &order);
	return order;
}

static void
merge_sort(struct sorter *s, struct value *v, struct value *tmp, size_t n)
{
	size_t mid = n / 2, i = 0, k = mid, at = 0;

	if (n < 2 || s->flow != FLOW_MORE)
		return;
	merge_sort(s, v, tmp, mid);
	merge_sort(s, v + mid, tmp, n - mid);
	while (i < mid && k < n)
		tmp[at++] = order_of(s, v[i], v[k]) <= 0 ? v[i++] : v[k++];
	while (i < mid)
		tmp[at++] = v[i++];
	while (k < n)
		tmp[at++] = v[k++];
	memcpy(v, tmp, n * sizeof(*v));
}

static enum flow
sort_items(struct run *r, struct list *l, size_t from, size_t n,
    struct value by)
{
	struct sorter s = { r, by, FLOW_MORE };
	struct value *tmp = mem_array(n + 1, sizeof(*tmp));

	merge_sort(&s, l->items + from, tmp, n);
	mem_free(tmp);
	return s.flow;
}

static enum flow
list_sort(struct member_call *c)
{
	struct list *l = list_of(c->self);
	struct value by = VALUE_NULL;

	if (c->n == 1 && !value_is_nothing(c->args[0]))
		by = c->args[0];
	return sort_items(c->run, l, 0, l->count, by);
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

static enum flow
list_clone(struct member_call *c)
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

static enum flow
list_copy_to(struct member_call *c)
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

static enum flow
get_value_at(struct member_call *c)
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

static enum flow
set_value_at(struct member_call *c)
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

static enum flow
get_length_of(struct member_call *c)
{
	if (c->args[0].u.i != 0)
		return member_throw(c, "System.IndexOutOfRangeException",
		    "Index was outside the bounds of the array.");
	return get_count(c);
}

static enum flow
upper_bound(struct member_call *c)
{
	enum flow flow = get_count(c);

	c->out = value_int((int32_t)c->out.u.i - 1);
	return flow;
}

static enum flow
lower_bound(struct member_call *c)
{
	c->out = value_int(0);
	return FLOW_MORE;
}

/* --- delegates over lists --- */

static enum flow
ask(struct member_call *c, struct value block, struct value item, bool *yesp)
{
	struct value got = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	*yesp = false;
	if (c->run == NULL || c->run->ops == NULL)
		return FLOW_MORE;
	flow = c->run->ops->invoke(c->run, block, &item, 1, NULL, true, &got);
	if (flow == FLOW_MORE)
		flow = value_truth(c->run, got, yesp);
	value_unref(got);
	return flow;
}

/* Find, FindIndex, FindAll, Exists, TrueForAll, RemoveAll, FindLast. */
static enum flow
list_predicate(struct member_call *c)
{
	bool is_static = c->self.type == NULL, yes;
	struct value over = is_static ? c->args[0] : c->self;
	struct value block = c->args[is_static ? 1 : 0];
	struct list *l = list_of(over), *hits;
	size_t i, removed = 0;
	enum flow flow = FLOW_MORE;
	const char *n = c->name;

	hits = list_new(is_static ? over.type : c->self.type, 0);
	for (i = 0; i < l->count && flow == FLOW_MORE; i++) {
		struct value item = value_ref(l->items[i]);

		flow = ask(c, block, item, &yes);
		if (flow == FLOW_MORE && yes) {
			list_add(hits, item);
			if (strcmp(n, "FindIndex") == 0 ||
			    strcmp(n, "Find") == 0 ||
			    strcmp(n, "Exists") == 0) {
				value_unref(item);
				break;
			}
			if (strcmp(n, "RemoveAll") == 0) {
				list_remove(l, i--);
				removed++;
			}
		}
		value_unref(item);
	}
	if (flow == FLOW_MORE) {
		if (strcmp(n, "Find") == 0)
			c->out = hits->count > 0 ? value_ref(hits->items[0]) :
						   VALUE_NULL;
		else if (strcmp(n, "FindLast") == 0)
			c->out = hits->count > 0 ?
			    value_ref(hits->items[hits->count - 1]) :
			    VALUE_NULL;
		else if (strcmp(n, "FindIndex") == 0)
			c->out = value_int(hits->count > 0 ? (int32_t)i : -1);
		else if (strcmp(n, "Exists") == 0)
			c->out = value_bool(hits->count > 0);
		else if (strcmp(n, "TrueForAll") == 0)
			c->out = value_bool(hits->count == l->count);
		else if (strcmp(n, "RemoveAll") == 0)
			c->out = value_int((int32_t)removed);
		else
			c->out = value_ref(list_value(hits));
	}
	value_unref(list_value(hits));
	return flow;
}

static enum flow
list_foreach(struct member_call *c)
{
	bool is_static = c->self.type == NULL;
	struct list *l = list_of(is_static ? c->args[0] : c->self);
	struct value block = c->args[is_static ? 1 : 0], got;
	size_t i;
	enum flow flow = FLOW_MORE;

	for (i = 0; i < l->count && flow == FLOW_MORE; i++) {
		struct value item = value_ref(l->items[i]);

		got = VALUE_NULL;
		if (c->run != NULL && c->run->ops != NULL)
			flow = c->run->ops->invoke(c->run, block, &item, 1,
			    NULL, true, &got);
		value_unref(got);
		value_unref(item);
	}
	return flow;
}

/* --- statics of Array --- */

static enum flow
array_static_sort(struct member_call *c)
{
	struct list *l;

	if (!value_is_list(c->args[0]))
		return FLOW_MORE;
	l = list_of(c->args[0]);
	return sort_items(c->run, l, 0, l->count, VALUE_NULL);
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
	return list_reverse(&inner);
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
	at = find_from(l, c->args[1], from, l->count);
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

static const struct member_spec array_members[] = {
	{ "int Length get", get_count },
	{ "int Count get", get_count },
	{ "long LongLength get", get_count },
	{ "int Rank get", get_rank },
	{ "bool IsFixedSize get", get_true },
	{ "bool IsReadOnly get", get_false },
	{ "bool IsSynchronized get", get_false },
	{ "System.Object SyncRoot get", get_self },
	{ "System.Object Clone()", list_clone },
	{ "void CopyTo(array array, int index)", list_copy_to },
	{ "int GetLength(int dimension)", get_length_of },
	{ "int GetUpperBound(int dimension)", upper_bound },
	{ "int GetLowerBound(int dimension)", lower_bound },
	{ "System.Object GetValue(int index)", get_value_at },
	{ "System.Object Get(int index)", get_value_at },
	{ "void SetValue(System.Object value, int index)", set_value_at },
	{ "int Add(System.Object value)", fixed_size },
	{ "void Insert(int index, System.Object value)", fixed_size },
	{ "void Remove(System.Object value)", fixed_size },
	{ "void RemoveAt(int index)", fixed_size },
	{ "bool Contains(System.Object value)", list_contains },
	{ "int IndexOf(System.Object value)", list_index_of },
	{ "System.Collections.IEnumerator GetEnumerator()", get_self },
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
	  "match)", list_predicate },
	{ "static System.Object[] FindAll<T>(array array, "
	  "System.Predicate[T] match)", list_predicate },
	{ "static int FindIndex<T>(array array, System.Predicate[T] match)",
	    list_predicate },
	{ "static bool Exists<T>(array array, System.Predicate[T] match)",
	    list_predicate },
	{ "static bool TrueForAll<T>(array array, System.Predicate[T] "
	  "match)", list_predicate },
	{ "static void ForEach<T>(array array, System.Action[T] action)",
	    list_foreach },
	{ NULL },
};

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
	{ "int Count get", get_count },
	{ "int Capacity get/set", get_capacity, set_nothing },
	{ "bool IsFixedSize get", get_false },
	{ "bool IsReadOnly get", get_false },
	{ "bool IsSynchronized get", get_false },
	{ "System.Object SyncRoot get", get_self },
	{ "int Add(System.Object value)", list_add_one },
	{ "void AddRange(System.Collections.ICollection c)", list_add_range },
	{ "void Clear()", list_clear },
	{ "System.Object Clone()", list_clone },
	{ "bool Contains(System.Object item)", list_contains },
	{ "void CopyTo(array array)", list_copy_to },
	{ "void CopyTo(array array, int arrayIndex)", list_copy_to },
	{ "System.Collections.IEnumerator GetEnumerator()", get_self },
	{ "System.Collections.ArrayList GetRange(int index, int count)",
	    list_get_range },
	{ "int IndexOf(System.Object value)", list_index_of },
	{ "int IndexOf(System.Object value, int startIndex)", list_index_of },
	{ "int LastIndexOf(System.Object value)", list_last_index_of },
	{ "void Insert(int index, System.Object value)", list_insert_one },
	{ "void InsertRange(int index, System.Collections.ICollection c)",
	    list_insert_range },
	{ "System.Object Item(int index)", item_get },
	{ "void Remove(System.Object obj)", list_remove_one },
	{ "void RemoveAt(int index)", list_remove_at },
	{ "void RemoveRange(int index, int count)", list_remove_range },
	{ "void Reverse()", list_reverse },
	{ "void Reverse(int index, int count)", list_reverse },
	{ "void Sort()", list_sort },
	{ "void Sort(System.Collections.IComparer comparer)", list_sort },
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
	{ "int Count get", get_count },
	{ "int Capacity get/set", get_capacity, set_nothing },
	{ "void Add(T item)", list_add_one },
	{ "void AddRange(System.Collections.Generic.IEnumerable[T] "
	  "collection)", list_add_range },
	{ "void Clear()", list_clear },
	{ "bool Contains(T item)", list_contains },
	{ "void CopyTo(T[] array)", list_copy_to },
	{ "void CopyTo(T[] array, int arrayIndex)", list_copy_to },
	{ "bool Exists(System.Predicate[T] match)", list_predicate },
	{ "T Find(System.Predicate[T] match)", list_predicate },
	{ "System.Collections.Generic.List[T] FindAll(System.Predicate[T] "
	  "match)", list_predicate },
	{ "int FindIndex(System.Predicate[T] match)", list_predicate },
	{ "T FindLast(System.Predicate[T] match)", list_predicate },
	{ "void ForEach(System.Action[T] action)", list_foreach },
	{ "System.Collections.Generic.List`1+Enumerator[T] GetEnumerator()",
	    get_self },
	{ "System.Collections.Generic.List[T] GetRange(int index, int "
	  "count)", list_get_range },
	{ "int IndexOf(T item)", list_index_of },
	{ "int IndexOf(T item, int index)", list_index_of },
	{ "int LastIndexOf(T item)", list_last_index_of },
	{ "void Insert(int index, T item)", list_insert_one },
	{ "void InsertRange(int index, System.Collections.Generic."
	  "IEnumerable[T] collection)", list_insert_range },
	{ "T Item(int index)", item_get },
	{ "bool Remove(T item)", list_remove_one },
	{ "int RemoveAll(System.Predicate[T] match)", list_predicate },
	{ "void RemoveAt(int index)", list_remove_at },
	{ "void RemoveRange(int index, int count)", list_remove_range },
	{ "void Reverse()", list_reverse },
	{ "void Reverse(int index, int count)", list_reverse },
	{ "void Sort()", list_sort },
	{ "void Sort(System.Comparison[T] comparison)", list_sort },
	{ "void Sort(System.Collections.Generic.IComparer[T] comparer)",
	    list_sort },
	{ "T[] ToArray()", list_to_array },
	{ "void TrimExcess()", set_nothing },
	{ "bool TrueForAll(System.Predicate[T] match)", list_predicate },
	{ NULL },
};

static const struct type_ops pair_ops = { .text = pair_text };

struct value
dict_pairs(struct value v)
{
	struct dict *d = dict_of(v);
	struct list *l = list_new(NULL, d->count);
	const struct type *t = pair_type(v.type);
	struct dict_entry *e;
	size_t pos;

	DICT_EACH(e, d, pos)
		list_add_take(l, pair_new(t, e->key, e->value));
	return list_value(l);
}

enum flow
sort_keys(struct run *r, struct list *l)
{
	return sort_items(r, l, 0, l->count, VALUE_NULL);
}

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
