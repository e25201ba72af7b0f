/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HashSet and SortedSet: a dictionary of keys. */
#include "config.h"

#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"
#include "types/dictionaries_internal.h"

/* --- sets: a dictionary of keys --- */

static enum flow
new_set(struct member_call *c)
{
	struct dict *d = dict_new(c->type);
	struct list *l = NULL;
	size_t i, k;
	enum flow flow = FLOW_MORE;

	d->ignore_case = false;
	for (i = 0; i < c->n; i++) {
		if (value_is_nothing(c->args[i]) ||
		    is_integer(c->args[i].type))
			continue;
		if (!value_unrolls(c->args[i]) &&
		    !value_is_string(c->args[i])) {
			d->ignore_case = dicts_is_comparer_ignoring_case(c->args[i]);
			continue;
		}
	}
	for (i = 0; i < c->n && flow == FLOW_MORE; i++) {
		if (!value_unrolls(c->args[i]))
			continue;
		flow = collect(c->run, c->args[i], &l);
		for (k = 0; flow == FLOW_MORE && k < l->count; k++) {
			struct value item = VALUE_NULL;

			flow = c->type->element == NULL ?
			    (item = value_ref(l->items[k]), FLOW_MORE) :
			    value_convert(c->run, l->items[k],
				c->type->element, &item);
			if (flow == FLOW_MORE) {
				dict_set(d, item, VALUE_NULL);
				value_unref(item);
			}
		}
		if (l != NULL)
			value_unref(list_value(l));
		l = NULL;
	}
	c->out = dict_value(d);
	return flow;
}

static enum flow
set_add(struct member_call *c)
{
	bool has = dict_has(dict_of(c->self), c->args[0]);

	if (!has)
		dict_set(dict_of(c->self), c->args[0], VALUE_NULL);
	c->out = value_bool(!has);
	return FLOW_MORE;
}

static enum flow
set_contains(struct member_call *c)
{
	c->out = value_bool(dict_has(dict_of(c->self), c->args[0]));
	return FLOW_MORE;
}

static enum flow
set_remove(struct member_call *c)
{
	c->out = value_bool(dict_remove(dict_of(c->self), c->args[0]));
	return FLOW_MORE;
}

/* The other side of a set operation as a set of the same kind. */
static enum flow
other_set(struct member_call *c, struct value *otherp)
{
	struct member_call make = { .run = c->run, .type = c->self.type,
		.args = c->args, .n = 1 };
	enum flow flow = new_set(&make);

	if (flow == FLOW_MORE) {
		dict_of(make.out)->ignore_case = dict_of(c->self)->ignore_case;
		*otherp = make.out;
	}
	return flow;
}

static size_t
common(const struct dict *a, const struct dict *b)
{
	struct dict_entry *e;
	size_t pos, n = 0;

	DICT_EACH(e, a, pos)
		n += dict_has(b, e->key);
	return n;
}

static enum flow
set_relation(struct member_call *c)
{
	struct dict *a = dict_of(c->self), *b;
	struct value other = VALUE_NULL;
	enum flow flow = other_set(c, &other);
	size_t n;
	const char *name = c->name;

	if (flow != FLOW_MORE)
		return flow;
	b = dict_of(other);
	n = common(a, b);
	if (strcmp(name, "IsSubsetOf") == 0)
		c->out = value_bool(n == a->count);
	else if (strcmp(name, "IsSupersetOf") == 0)
		c->out = value_bool(n == b->count);
	else if (strcmp(name, "IsProperSubsetOf") == 0)
		c->out = value_bool(n == a->count && b->count > n);
	else if (strcmp(name, "IsProperSupersetOf") == 0)
		c->out = value_bool(n == b->count && a->count > n);
	else if (strcmp(name, "Overlaps") == 0)
		c->out = value_bool(n > 0);
	else
		c->out = value_bool(n == a->count && n == b->count);
	value_unref(other);
	return FLOW_MORE;
}

static enum flow
set_change(struct member_call *c)
{
	struct dict *a = dict_of(c->self), *b;
	struct value other = VALUE_NULL;
	struct list *keys;
	enum flow flow = other_set(c, &other);
	size_t i;

	if (flow != FLOW_MORE)
		return flow;
	b = dict_of(other);
	flow = dicts_keys_of(c->run, c->self, &keys);
	if (strcmp(c->name, "UnionWith") == 0) {
		struct dict_entry *e;
		size_t pos;

		DICT_EACH(e, b, pos)
			if (!dict_has(a, e->key))
				dict_set(a, e->key, VALUE_NULL);
	} else if (strcmp(c->name, "SymmetricExceptWith") == 0) {
		struct dict_entry *e;
		size_t pos;

		for (i = 0; i < keys->count; i++) {
			if (dict_has(b, keys->items[i])) {
				(void)dict_remove(a, keys->items[i]);
				(void)dict_remove(b, keys->items[i]);
			}
		}
		DICT_EACH(e, b, pos)
			dict_set(a, e->key, VALUE_NULL);
	} else {
		bool keep = strcmp(c->name, "IntersectWith") == 0;

		for (i = 0; i < keys->count; i++) {
			if (dict_has(b, keys->items[i]) != keep)
				(void)dict_remove(a, keys->items[i]);
		}
	}
	value_unref(list_value(keys));
	value_unref(other);
	return flow;
}

static enum flow
set_min_max(struct member_call *c)
{
	struct list *l;
	enum flow flow = dicts_keys_of(c->run, c->self, &l);

	c->out = VALUE_NULL;
	if (flow == FLOW_MORE && l->count > 0)
		c->out = value_ref(l->items[strcmp(c->name, "Min") == 0 ?
			0 : l->count - 1]);
	value_unref(list_value(l));
	return flow;
}

enum flow
dicts_to_array(struct member_call *c)
{
	struct list *l = NULL, *out;
	enum flow flow = collect(c->run, c->self, &l);
	size_t i;

	if (flow != FLOW_MORE)
		return flow;
	out = list_new(c->self.type->element == NULL ?
		&type_list : type_array_of(c->self.type->element), l->count);
	for (i = 0; i < l->count; i++)
		list_add(out, l->items[i]);
	value_unref(list_value(l));
	c->out = list_value(out);
	return FLOW_MORE;
}

#define SET_OTHER "(System.Collections.Generic.IEnumerable[T] other)"
const struct member_spec set_members[] = {
	{ "new()", new_set },
	{ "new(System.Collections.Generic.IEnumerable[T] collection)",
	    new_set },
	{ "new(System.StringComparer comparer)", new_set },
	{ "new(int capacity)", new_set },
	{ "new(System.Collections.Generic.IEnumerable[T] collection, "
	  "System.StringComparer comparer)", new_set },
	{ "int Count get", dicts_dict_count },
	{ "bool Add(T item)", set_add },
	{ "void Clear()", dicts_dict_clear_all },
	{ "bool Contains(T item)", set_contains },
	{ "bool Remove(T item)", set_remove },
	{ "System.Object GetEnumerator()", dicts_self },
	{ "bool IsSubsetOf" SET_OTHER, set_relation },
	{ "bool IsSupersetOf" SET_OTHER, set_relation },
	{ "bool IsProperSubsetOf" SET_OTHER, set_relation },
	{ "bool IsProperSupersetOf" SET_OTHER, set_relation },
	{ "bool Overlaps" SET_OTHER, set_relation },
	{ "bool SetEquals" SET_OTHER, set_relation },
	{ "void UnionWith" SET_OTHER, set_change },
	{ "void IntersectWith" SET_OTHER, set_change },
	{ "void ExceptWith" SET_OTHER, set_change },
	{ "void SymmetricExceptWith" SET_OTHER, set_change },
	{ "T Min get", set_min_max },
	{ "T Max get", set_min_max },
	{ "T[] ToArray()", dicts_to_array },
	{ NULL },
};

static enum flow
iterate_keys(struct run *r, struct value v, struct iter *it)
{
	struct list *l;
	enum flow flow = dicts_keys_of(r, v, &l);

	value_clear(&it->over);
	if (flow == FLOW_MORE)
		flow = iter_begin(r, list_value(l), it);
	value_unref(list_value(l));
	return flow;
}

const struct type_ops set_ops = { .iterate = iterate_keys };
