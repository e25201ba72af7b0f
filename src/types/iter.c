/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking collections apart: the one place that decides what unrolls. */
#include "config.h"

#include "types/types_internal.h"

bool
value_unrolls(struct value v)
{
	v = value_base(v);
	return v.type != NULL && (v.type->flags & TYPE_UNROLLS) != 0;
}

static enum flow
next_single(struct run *r, struct iter *it, struct value *outp, bool *morep)
{
	(void)r;
	*morep = it->at++ == 0;
	if (*morep)
		*outp = value_ref(it->over);
	return FLOW_MORE;
}

static enum flow
next_none(struct run *r, struct iter *it, struct value *outp, bool *morep)
{
	(void)r;
	(void)it;
	(void)outp;
	*morep = false;
	return FLOW_MORE;
}

static enum flow
next_list(struct run *r, struct iter *it, struct value *outp, bool *morep)
{
	struct list *l = list_of(it->over);

	(void)r;
	*morep = it->at < l->count;
	if (*morep)
		*outp = value_ref(l->items[it->at++]);
	return FLOW_MORE;
}

static enum flow
next_byte(struct run *r, struct iter *it, struct value *outp, bool *morep)
{
	struct bytes *b = bytes_of(it->over);

	(void)r;
	*morep = it->at < b->len;
	if (*morep)
		*outp = value_integer(&type_byte, b->data[it->at++]);
	return FLOW_MORE;
}

enum flow
iter_begin(struct run *r, struct value v, struct iter *it)
{
	const struct type *t;

	memset(it, 0, sizeof(*it));
	if (value_is_nothing(v)) {
		it->next = next_none;
		return FLOW_MORE;
	}
	if (!value_unrolls(v)) {
		it->over = value_ref(v);
		it->single = true;
		it->next = next_single;
		return FLOW_MORE;
	}
	it->over = value_ref(value_base(v));
	switch ((int)it->over.type->kind) {
	case TYPE_KIND_ARRAY:
	case TYPE_KIND_LIST:
		it->next = next_list;
		return FLOW_MORE;
	case TYPE_KIND_BYTES:
		it->next = next_byte;
		return FLOW_MORE;
	default:
		break;
	}
	for (t = it->over.type; t != NULL; t = t->base) {
		if (t->ops != NULL && t->ops->iterate != NULL)
			return t->ops->iterate(r, it->over, it);
	}
	it->next = next_none;
	return FLOW_MORE;
}

enum flow
iter_next(struct run *r, struct iter *it, struct value *outp, bool *morep)
{
	*outp = VALUE_NULL;
	return it->next(r, it, outp, morep);
}

void
iter_end(struct iter *it)
{
	value_clear(&it->over);
	value_clear(&it->current);
}

enum flow
collect(struct run *r, struct value v, struct list **listp)
{
	struct list *l = list_new(NULL, 0);
	struct iter it;
	struct value item;
	bool more;
	enum flow flow = iter_begin(r, v, &it);

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
	*listp = l;
	return FLOW_MORE;
}

bool
value_is_enumerable(struct value v)
{
	v = value_base(v);
	return value_unrolls(v) || value_is_dict(v) || value_is_string(v);
}
