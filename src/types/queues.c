/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queue and Stack: a list with two ends. */
#include "config.h"

#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"
#include "types/dictionaries_internal.h"

/* --- queues and stacks: a list with two ends --- */

static bool
is_stack(const struct type *t)
{
	return t == &type_stack || t->definition == &type_generic_stack;
}

static enum flow
new_queue(struct member_call *c)
{
	struct list *l = list_new(c->type, 0), *from = NULL;
	enum flow flow = FLOW_MORE;
	size_t i;

	if (c->n > 0 && value_unrolls(c->args[0])) {
		flow = collect(c->run, c->args[0], &from);
		for (i = 0; flow == FLOW_MORE && i < from->count; i++)
			list_add(l, from->items[i]);
		if (from != NULL)
			value_unref(list_value(from));
	}
	c->out = list_value(l);
	return flow;
}

static enum flow
queue_count(struct member_call *c)
{
	c->out = value_int((int32_t)list_of(c->self)->count);
	return FLOW_MORE;
}

static enum flow
queue_put(struct member_call *c)
{
	list_add(list_of(c->self), c->args[0]);
	return FLOW_MORE;
}

static enum flow
queue_take(struct member_call *c)
{
	struct list *l = list_of(c->self);
	size_t at = is_stack(c->self.type) ? l->count - 1 : 0;
	bool peek = strstr(c->name, "Peek") != NULL;

	if (c->n == 1) { /* TryPeek, TryPop, TryDequeue */
		struct value got =
		    l->count > 0 ? value_ref(l->items[at]) : VALUE_NULL;
		enum flow flow = value_set_member(c->run, c->args[0], "Value",
		    got);

		value_unref(got);
		c->out = value_bool(l->count > 0);
		if (l->count > 0 && !peek)
			list_remove(l, at);
		return flow;
	}
	if (l->count == 0)
		return member_throw(c, "System.InvalidOperationException",
		    is_stack(c->self.type) ? "Stack empty." : "Queue empty.");
	c->out = value_ref(l->items[at]);
	if (!peek)
		list_remove(l, at);
	return FLOW_MORE;
}

static enum flow
queue_clear(struct member_call *c)
{
	list_truncate(list_of(c->self), 0);
	return FLOW_MORE;
}

static enum flow
queue_contains(struct member_call *c)
{
	struct list *l = list_of(c->self);
	size_t i;

	for (i = 0; i < l->count && !plain_equal(l->items[i], c->args[0]); i++)
		;
	c->out = value_bool(i < l->count);
	return FLOW_MORE;
}

static enum flow
iterate_queue(struct run *r, struct value v, struct iter *it)
{
	struct list *l = list_of(v), *out = list_new(NULL, l->count);
	size_t i;
	enum flow flow;

	for (i = 0; i < l->count; i++)
		list_add(out, l->items[is_stack(v.type) ? l->count - 1 - i :
							  i]);
	value_clear(&it->over);
	flow = iter_begin(r, list_value(out), it);
	value_unref(list_value(out));
	return flow;
}

#define QUEUE_ROWS(T)                                                          \
	{ "new()", new_queue }, { "new(int capacity)", new_queue },            \
	{ "new(System.Collections.ICollection col)", new_queue },              \
	{ "int Count get", queue_count },                                      \
	{ "void Enqueue(" T " item)", queue_put },                             \
	{ T " Dequeue()", queue_take }, { T " Peek()", queue_take },           \
	{ "void Clear()", queue_clear },                                       \
	{ "bool Contains(" T " item)", queue_contains },                       \
	{ "bool TryDequeue([ref] " T " result)", queue_take },                 \
	{ "bool TryPeek([ref] " T " result)", queue_take },                    \
	{ "System.Object GetEnumerator()", dicts_self },                             \
	{ T "[] ToArray()", dicts_to_array }, { NULL }
#define STACK_ROWS(T)                                                          \
	{ "new()", new_queue }, { "new(int capacity)", new_queue },            \
	{ "new(System.Collections.ICollection col)", new_queue },              \
	{ "int Count get", queue_count },                                      \
	{ "void Push(" T " item)", queue_put },                                \
	{ T " Pop()", queue_take }, { T " Peek()", queue_take },               \
	{ "void Clear()", queue_clear },                                       \
	{ "bool Contains(" T " item)", queue_contains },                       \
	{ "bool TryPop([ref] " T " result)", queue_take },                     \
	{ "bool TryPeek([ref] " T " result)", queue_take },                    \
	{ "System.Object GetEnumerator()", dicts_self },                             \
	{ T "[] ToArray()", dicts_to_array }, { NULL }

const struct member_spec queue_members[] = {
	QUEUE_ROWS("System.Object")
};
const struct member_spec stack_members[] = {
	STACK_ROWS("System.Object")
};
const struct member_spec generic_queue_members[] = { QUEUE_ROWS("T") };
const struct member_spec generic_stack_members[] = { STACK_ROWS("T") };
const struct type_ops queue_ops = { .iterate = iterate_queue };
