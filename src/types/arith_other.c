/* SPDX-License-Identifier: GPL-3.0-or-later */
/* + and * of what is no number: text, lists, dictionaries. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/types_internal.h"
#include "types/arith_internal.h"

/* --- what is no number --- */

static enum flow
repeat_count(struct run *r, struct value b, int64_t *np)
{
	struct value n = VALUE_NULL;
	enum flow flow;

	if (value_is_nothing(b)) {
		*np = 0;
		return FLOW_MORE;
	}
	flow = value_convert(r, b, &type_int, &n);
	if (flow != FLOW_MORE)
		return flow;
	*np = n.u.i;
	if (n.u.i < 0)
		return throw_dotnet(r, "System.ArgumentOutOfRangeException",
		    "times ('%lld') must be a non-negative value. (Parameter "
		    "'times')\nActual value was %lld.", (long long)n.u.i,
		    (long long)n.u.i);
	return FLOW_MORE;
}

static enum flow
no_memory(struct run *r)
{
	return throw_dotnet(r, "System.OutOfMemoryException",
	    "Insufficient memory to continue the execution of the program.");
}

enum flow
arith_repeat_string(struct run *r, struct value a, struct value b,
    struct value *outp)
{
	struct string_ref s = ref_of(a);
	struct buf out = { 0 };
	int64_t n;
	enum flow flow = repeat_count(r, b, &n);

	if (flow != FLOW_MORE)
		return flow;
	if (s.n > 0 && (uint64_t)n > REPEAT_MAX / s.n)
		return no_memory(r);
	buf_reserve(&out, s.n * (size_t)n + 1);
	while (n-- > 0 && s.n > 0)
		buf_add(&out, s.s, s.n);
	*outp = value_string_n(buf_text(&out), out.len);
	buf_clear(&out);
	return FLOW_MORE;
}

enum flow
arith_repeat_list(struct run *r, struct value a, struct value b, struct value *outp)
{
	struct list *from = NULL, *l;
	int64_t n;
	enum flow flow = repeat_count(r, b, &n);
	size_t i;

	if (flow != FLOW_MORE)
		return flow;
	flow = collect(r, a, &from);
	if (flow != FLOW_MORE)
		return flow;
	if (from->count > 0 && (uint64_t)n > REPEAT_MAX / 16 / from->count) {
		value_unref(list_value(from));
		return no_memory(r);
	}
	l = list_new(a.type->kind == TYPE_KIND_ARRAY ? a.type : NULL,
	    from->count * (size_t)n);
	while (n-- > 0) {
		for (i = 0; i < from->count; i++)
			list_add(l, from->items[i]);
	}
	value_unref(list_value(from));
	*outp = list_value(l);
	return FLOW_MORE;
}

enum flow
arith_concat(struct run *r, struct value a, struct value b, struct value *outp)
{
	struct value pieces[2];
	enum flow flow;

	if (value_is_string(a)) {
		pieces[0] = value_ref(a);
	} else {
		flow = value_text(r, a, &pieces[0]);
		if (flow != FLOW_MORE)
			return flow;
	}
	flow = value_text(r, b, &pieces[1]);
	if (flow == FLOW_MORE) {
		*outp = string_concat(pieces, 2);
		value_unref(pieces[1]);
	}
	value_unref(pieces[0]);
	return flow;
}

enum flow
arith_add_lists(struct run *r, struct value a, struct value b, struct value *outp)
{
	struct list *x = NULL, *l;
	struct iter it;
	struct value item;
	bool more;
	enum flow flow = collect(r, a, &x);

	if (flow != FLOW_MORE)
		return flow;
	l = list_new(NULL, x->count + 1);
	for (size_t i = 0; i < x->count; i++)
		list_add(l, x->items[i]);
	value_unref(list_value(x));
	if (!value_unrolls(b)) {
		if (b.type != &type_void)
			list_add(l, b);
		*outp = list_value(l);
		return FLOW_MORE;
	}
	flow = iter_begin(r, b, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		list_add_take(l, item);
	}
	iter_end(&it);
	if (flow != FLOW_MORE) {
		value_unref(list_value(l));
		return flow;
	}
	*outp = list_value(l);
	return FLOW_MORE;
}

enum flow
arith_add_dicts(struct run *r, struct value a, struct value b, struct value *outp)
{
	struct dict *d;
	struct dict_entry *e;
	size_t pos;

	if (!value_is_dict(b))
		return throw_simple(r, "AddHashTableToNonHashTable",
		    "InvalidOperation",
		    "A hash table can only be added to another hash table.");
	d = dict_new(a.type);
	d->ignore_case = dict_of(a)->ignore_case;
	DICT_EACH(e, dict_of(a), pos)
		dict_set(d, e->key, e->value);
	DICT_EACH(e, dict_of(b), pos) {
		if (dict_has(d, e->key)) {
			char *key = value_text_plain(e->key);
			enum flow flow = throw_dotnet(r,
			    "System.ArgumentException",
			    "Item has already been added. Key in dictionary: "
			    "'%s'  Key being added: '%s'", key, key);

			mem_free(key);
			value_unref(dict_value(d));
			return flow;
		}
		dict_set(d, e->key, e->value);
	}
	*outp = dict_value(d);
	return FLOW_MORE;
}
