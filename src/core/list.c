/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays and growing lists of values. */
#include "config.h"

#include <string.h>

#include "core/list.h"
#include "core/mem.h"
#include "core/type.h"

struct list *
list_new(const struct type *type, size_t cap)
{
	struct list *l = mem_zalloc(sizeof(*l));

	l->cell.refs = 1;
	l->cell.type = type == NULL ? &type_list : type;
	if (cap != 0) {
		l->items = mem_array(cap, sizeof(*l->items));
		l->cap = cap;
	}
	return l;
}

struct value
value_list(const struct value *items, size_t n)
{
	struct list *l = list_new(NULL, n);
	size_t i;

	for (i = 0; i < n; i++)
		l->items[i] = value_ref(items[i]);
	l->count = n;
	return list_value(l);
}

bool
value_is_list(struct value v)
{
	return v.type != NULL &&
	    (v.type->kind == TYPE_KIND_ARRAY || v.type->kind == TYPE_KIND_LIST);
}

static void
list_room(struct list *l)
{
	if (l->count < l->cap)
		return;
	l->cap = l->cap == 0 ? 8 : l->cap * 2;
	l->items = mem_array_grow(l->items, l->cap, sizeof(*l->items));
}

void
list_add(struct list *l, struct value v)
{
	list_add_take(l, value_ref(v));
}

void
list_add_take(struct list *l, struct value v)
{
	list_room(l);
	l->items[l->count++] = v;
}

void
list_insert(struct list *l, size_t at, struct value v)
{
	list_room(l);
	memmove(l->items + at + 1, l->items + at,
	    (l->count - at) * sizeof(*l->items));
	l->items[at] = value_ref(v);
	l->count++;
}

void
list_remove(struct list *l, size_t at)
{
	struct value gone = l->items[at];

	l->count--;
	memmove(l->items + at, l->items + at + 1,
	    (l->count - at) * sizeof(*l->items));
	value_unref(gone);
}

void
list_truncate(struct list *l, size_t count)
{
	while (l->count > count)
		value_unref(l->items[--l->count]);
}
