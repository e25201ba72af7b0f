/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_LIST_H
#define CORE_LIST_H

#include "core/value.h"

/* Arrays of any T, ArrayList and List[T]; the descriptor tells which. */
struct list {
	struct cell cell;
	size_t count;
	size_t cap;
	struct value *items;
};

static inline struct list *
list_of(struct value v)
{
	return (struct list *)(void *)v.u.p;
}

static inline struct value
list_value(struct list *l) /* borrowed: the list's own reference */
{
	struct value v = { .type = l->cell.type, .u.p = &l->cell };

	return v;
}

/* A list with one reference; type NULL is Object[]. */
struct list *list_new(const struct type *type, size_t cap);
struct value value_list(const struct value *items, size_t n); /* Object[] */
/* Whether v is kept as a struct list (arrays, lists; not byte[]). */
bool value_is_list(struct value v);
void list_add(struct list *l, struct value v);
void list_add_take(struct list *l, struct value v);
void list_insert(struct list *l, size_t at, struct value v);
void list_remove(struct list *l, size_t at);
void list_truncate(struct list *l, size_t count);

#endif
