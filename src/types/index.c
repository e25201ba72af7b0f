/* SPDX-License-Identifier: GPL-3.0-or-later */
/* v[i], v[i, k] and their assignment. */
#include "config.h"

#include "types/access.h"
#include "types/member.h"

static enum flow
null_array(struct run *r)
{
	return throw_simple(r, "NullArray", "InvalidOperation",
	    "Cannot index into a null array.");
}

/* An integer for a list; *okp false where it is none (nothing is given). */
static enum flow
index_of(struct run *r, struct value at, int64_t *ip, bool *okp)
{
	struct value n = VALUE_NULL;

	at = value_base(at);
	*okp = true;
	if (at.type == &type_int) {
		*ip = at.u.i;
		return FLOW_MORE;
	}
	if (value_is_nothing(at))
		return throw_simple(r, "NullArrayIndex", "InvalidOperation",
		    "Index operation failed; the array index evaluated to "
		    "null.");
	(void)r;
	if (value_convert(r, at, &type_int, &n) != FLOW_MORE)
		return FLOW_LEAVE;
	*ip = n.u.i;
	return FLOW_MORE;
}

static size_t
length(struct value v)
{
	switch ((int)v.type->kind) {
	case TYPE_KIND_STRING:
		return string_of(v)->units;
	case TYPE_KIND_BYTES:
		return bytes_of(v)->len;
	default:
		return list_of(v)->count;
	}
}

static struct value
item_at(struct value v, size_t i)
{
	switch ((int)v.type->kind) {
	case TYPE_KIND_STRING:
		return value_char(string_unit(string_of(v), i));
	case TYPE_KIND_BYTES:
		return value_integer(&type_byte, bytes_of(v)->data[i]);
	default:
		return value_ref(list_of(v)->items[i]);
	}
}

static bool
is_sequence(struct value v)
{
	return v.type->kind == TYPE_KIND_STRING ||
	    v.type->kind == TYPE_KIND_BYTES || value_is_list(v);
}

static enum flow
index_sequence(struct run *r, struct value v, struct value at,
    struct value *outp, bool *foundp)
{
	int64_t i = 0, n = (int64_t)length(v);
	bool ok = false;
	enum flow flow = index_of(r, at, &i, &ok);

	*foundp = false;
	if (flow != FLOW_MORE || !ok)
		return flow;
	if (i < 0)
		i += n;
	if (i >= 0 && i < n) {
		*outp = item_at(v, (size_t)i);
		*foundp = true;
		return FLOW_MORE;
	}
	if (v.type->kind == TYPE_KIND_STRING || v.type->kind == TYPE_KIND_ARRAY ||
	    v.type->kind == TYPE_KIND_BYTES)
		return FLOW_MORE; /* nothing there */
	return FLOW_MORE;
}

/* Several indexes: a list of what is there. */
static enum flow
index_many(struct run *r, struct value v, const struct value *at, size_t n,
    struct value *outp)
{
	struct list *l = list_new(NULL, n), *inner = NULL;
	size_t i, k;
	enum flow flow = FLOW_MORE;

	for (i = 0; i < n && flow == FLOW_MORE; i++) {
		struct value item = VALUE_NULL;
		bool found = true;

		if (value_unrolls(at[i])) {
			flow = collect(r, at[i], &inner);
			for (k = 0; flow == FLOW_MORE && k < inner->count;
			     k++) {
				item = VALUE_NULL;
				flow = is_sequence(v) ?
				    index_sequence(r, v, inner->items[k],
					&item, &found) :
				    value_index(r, v, &inner->items[k], 1,
					&item);
				if (flow == FLOW_MORE && found)
					list_add_take(l, item);
			}
			if (inner != NULL)
				value_unref(list_value(inner));
			inner = NULL;
			continue;
		}
		flow = is_sequence(v) ?
		    index_sequence(r, v, at[i], &item, &found) :
		    value_index(r, v, &at[i], 1, &item);
		if (flow == FLOW_MORE && found)
			list_add_take(l, item);
	}
	if (flow != FLOW_MORE) {
		value_unref(list_value(l));
		return flow;
	}
	*outp = list_value(l);
	return FLOW_MORE;
}

static enum flow
index_dict(struct run *r, struct value v, struct value at, struct value *outp)
{
	struct dict *d = dict_of(v);
	struct dict_entry *e;
	struct value key = value_base(at), made = VALUE_NULL;
	size_t pos = 0;
	int64_t i;

	if (value_is_nothing(key)) {
		if (v.type->key == NULL)
			return throw_simple(r, "NullArrayIndex",
			    "InvalidOperation",
			    "Index operation failed; the array index "
			    "evaluated to null.");
		*outp = VALUE_NULL;
		return FLOW_MORE;
	}
	if (v.type == &type_ordered && is_integer(key.type)) {
		i = key.u.i;
		if (i < 0 || (uint64_t)i >= d->count)
			return FLOW_MORE;
		do
			e = dict_next(d, &pos);
		while (e != NULL && i-- > 0);
		if (e != NULL)
			*outp = value_ref(e->value);
		return FLOW_MORE;
	}
	if (v.type->key != NULL && key.type != v.type->key) {
		bool ok = false;
		enum flow flow = value_try_convert(r, key, v.type->key, &made,
		    &ok);

		if (flow != FLOW_MORE)
			return flow;
		if (ok)
			key = made;
	}
	e = dict_find(d, key);
	value_unref(made);
	if (e != NULL)
		*outp = value_ref(e->value);
	return FLOW_MORE;
}

enum flow
value_index(struct run *r, struct value v, const struct value *at, size_t n,
    struct value *outp)
{
	struct value base = value_base(v);
	const struct type *t;
	bool found;

	*outp = VALUE_NULL;
	if (n == 1 && base.type == &type_list && at->type == &type_int) {
		struct list *l = list_of(base);
		int64_t i = at->u.i < 0 ? at->u.i + (int64_t)l->count :
					  at->u.i;

		if (i >= 0 && (uint64_t)i < l->count)
			*outp = value_ref(l->items[i]);
		return FLOW_MORE;
	}
	if (value_is_nothing(base))
		return null_array(r);
	if (n == 0)
		return throw_simple(r, "NeedWildcard", "InvalidOperation",
		    "Array index expression is missing or not valid.");
	for (t = base.type; t != NULL; t = t->base) {
		if (t->ops != NULL && t->ops->index != NULL)
			return t->ops->index(r, base, at, n, outp);
	}
	if (value_is_dict(base)) {
		if (n == 1 && value_unrolls(at[0]) && base.type->key == NULL) {
			struct list *l = NULL;
			enum flow flow = collect(r, at[0], &l);

			if (flow == FLOW_MORE) {
				flow = index_many(r, base, l->items, l->count,
				    outp);
				value_unref(list_value(l));
			}
			return flow;
		}
		if (n == 1)
			return index_dict(r, base, at[0], outp);
		return index_many(r, base, at, n, outp);
	}
	if (is_sequence(base)) {
		if (n > 1 || value_unrolls(at[0]))
			return index_many(r, base, at, n, outp);
		return index_sequence(r, base, at[0], outp, &found);
	}
	/* a scalar is its own first item */
	if (n == 1 && is_integer(value_base(at[0]).type)) {
		int64_t i = value_base(at[0]).u.i;

		if (i == 0 || i == -1)
			*outp = value_ref(v);
		return FLOW_MORE;
	}
	return throw_simple(r, "CannotIndex", "InvalidOperation",
	    "Unable to index into an object of type \"%s\".",
	    base.type == &type_object ? type_psobject.name : base.type->name);
}

static enum flow
out_of_bounds(struct run *r)
{
	return throw_dotnet(r, "System.IndexOutOfRangeException",
	    "Index was outside the bounds of the array.");
}

static enum flow
set_in_list(struct run *r, struct value v, struct value at, struct value to)
{
	struct list *l = list_of(v);
	struct value made = VALUE_NULL;
	int64_t i = 0;
	bool ok = false;
	enum flow flow = index_of(r, at, &i, &ok);

	if (flow != FLOW_MORE)
		return flow;
	if (i < 0)
		i += (int64_t)l->count;
	if (i < 0 || (uint64_t)i >= l->count) {
		if (v.type->kind == TYPE_KIND_ARRAY)
			return out_of_bounds(r);
		return throw_dotnet(r, "System.ArgumentOutOfRangeException",
		    "Index was out of range. Must be non-negative and less "
		    "than the size of the collection. (Parameter 'index')");
	}
	if (v.type->element != NULL && v.type->element != &type_system_object) {
		flow = value_convert(r, to, v.type->element, &made);
		if (flow != FLOW_MORE)
			return flow;
	} else {
		made = value_ref(to.type == &type_void ? VALUE_NULL : to);
	}
	value_set_take(&l->items[i], made);
	return FLOW_MORE;
}

static enum flow
set_in_dict(struct run *r, struct value v, struct value at, struct value to)
{
	struct value key = value_ref(value_base(at)), item;
	struct dict_entry *e;
	size_t pos = 0;
	enum flow flow;

	if (value_is_nothing(key))
		return throw_simple(r, "NullArrayIndex", "InvalidOperation",
		    "Index operation failed; the array index evaluated to "
		    "null.");
	item = value_ref(to.type == &type_void ? VALUE_NULL : to);
	if (v.type == &type_ordered && is_integer(key.type)) {
		int64_t i = key.u.i;

		if (i < 0 || (uint64_t)i >= dict_of(v)->count) {
			value_unref(item);
			return throw_dotnet(r,
			    "System.ArgumentOutOfRangeException",
			    "Index was out of range. Must be non-negative and "
			    "less than the size of the collection. (Parameter "
			    "'index')");
		}
		while ((e = dict_next(dict_of(v), &pos)) != NULL && i-- > 0)
			;
		value_set_take(&e->value, item);
		return FLOW_MORE;
	}
	if (v.type->key != NULL) {
		struct value made = VALUE_NULL;

		flow = value_convert(r, key, v.type->key, &made);
		value_unref(key);
		key = made;
		if (flow == FLOW_MORE && v.type->element != NULL) {
			made = VALUE_NULL;
			flow = value_convert(r, item, v.type->element, &made);
			value_unref(item);
			item = made;
		}
		if (flow != FLOW_MORE) {
			value_unref(key);
			value_unref(item);
			return flow;
		}
	}
	dict_set_take(dict_of(v), key, item);
	value_unref(key);
	return FLOW_MORE;
}

enum flow
value_index_set(struct run *r, struct value v, const struct value *at,
    size_t n, struct value to)
{
	struct value base = value_base(v), made = VALUE_NULL;
	const struct type *t;
	int64_t i = 0;
	bool ok = false;
	enum flow flow;

	if (value_is_nothing(base))
		return null_array(r);
	for (t = base.type; t != NULL; t = t->base) {
		if (t->ops != NULL && t->ops->index_set != NULL)
			return t->ops->index_set(r, base, at, n, to);
	}
	if (n == 1 && value_is_dict(base))
		return set_in_dict(r, base, at[0], to);
	if (n == 1 && value_is_list(base)) {
		if (value_unrolls(at[0]))
			return throw_simple(r, "ArraySliceAssignmentFailed",
			    "InvalidOperation",
			    "Array assignment failed because assignment to "
			    "slices is not supported.");
		return set_in_list(r, base, at[0], to);
	}
	if (n == 1 && base.type == &type_bytes) {
		flow = index_of(r, at[0], &i, &ok);
		if (flow == FLOW_MORE)
			flow = value_convert(r, to, &type_byte, &made);
		if (flow != FLOW_MORE)
			return flow;
		if (i < 0)
			i += (int64_t)bytes_of(base)->len;
		if (i < 0 || (uint64_t)i >= bytes_of(base)->len)
			return out_of_bounds(r);
		bytes_of(base)->data[i] = (uint8_t)made.u.i;
		return FLOW_MORE;
	}
	return throw_simple(r, "CannotIndex", "InvalidOperation",
	    "Unable to index into an object of type \"%s\".",
	    base.type == &type_object ? type_psobject.name : base.type->name);
}
