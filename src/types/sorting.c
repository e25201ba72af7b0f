/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting of lists by order or by a script block. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"
#include "types/collections_internal.h"

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

enum flow
items_sort_items(struct run *r, struct list *l, size_t from, size_t n,
    struct value by)
{
	struct sorter s = { r, by, FLOW_MORE };
	struct value *tmp = mem_array(n + 1, sizeof(*tmp));

	merge_sort(&s, l->items + from, tmp, n);
	mem_free(tmp);
	return s.flow;
}

enum flow
items_list_sort(struct member_call *c)
{
	struct list *l = list_of(c->self);
	struct value by = VALUE_NULL;

	if (c->n == 1 && !value_is_nothing(c->args[0]))
		by = c->args[0];
	return items_sort_items(c->run, l, 0, l->count, by);
}

enum flow
sort_keys(struct run *r, struct list *l)
{
	return items_sort_items(r, l, 0, l->count, VALUE_NULL);
}
