/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places that output goes to: nowhere, and into a value. */
#include "config.h"

#include "shell/lang/lang_internal.h"

static enum flow
null_put(struct sink *k, struct value v)
{
	(void)k;
	(void)v;
	return FLOW_MORE;
}

struct sink sink_null = { null_put };

static enum flow
collector_put(struct sink *k, struct value v)
{
	struct collector *c = (struct collector *)(void *)k;

	if (v.type == &type_void)
		return FLOW_MORE;
	if (c->n == 0) {
		c->first = value_ref(v);
	} else {
		if (c->list == NULL) {
			c->list = list_new(NULL, 8);
			list_add_take(c->list, c->first);
			c->first = VALUE_NULL;
		}
		list_add(c->list, v);
	}
	c->n++;
	return FLOW_MORE;
}

void
collector_init(struct collector *c)
{
	c->sink.put = collector_put;
	c->n = 0;
	c->first = VALUE_NULL;
	c->list = NULL;
}

struct value
collector_take(struct collector *c)
{
	struct value v;

	if (c->n == 0)
		v = value_nothing();
	else if (c->list == NULL)
		v = c->first;
	else
		v = list_value(c->list);
	c->n = 0;
	c->first = VALUE_NULL;
	c->list = NULL;
	return v;
}

struct value
collector_array(struct collector *c)
{
	struct value v;
	struct list *l;

	if (c->list != NULL)
		return collector_take(c);
	l = list_new(NULL, 1);
	if (c->n > 0)
		list_add_take(l, c->first);
	v = list_value(l);
	c->n = 0;
	c->first = VALUE_NULL;
	return v;
}

void
collector_clear(struct collector *c)
{
	value_unref(collector_take(c));
}

enum flow
sink_put_each(struct session *s, struct sink *k, struct value v)
{
	struct iter it;
	enum flow flow;

	if (v.type == &type_void)
		return FLOW_MORE;
	if (!value_unrolls(v))
		return k->put(k, v);
	if (v.type == &type_list) {
		/* the common case; the list may grow or shrink under us */
		struct list *l = list_of(value_ref(v));

		flow = FLOW_MORE;
		for (size_t i = 0; flow == FLOW_MORE && i < l->count; i++) {
			struct value item = value_ref(l->items[i]);

			flow = k->put(k, item);
			value_unref(item);
		}
		value_unref(list_value(l));
		return flow;
	}
	flow = iter_begin(&s->run, v, &it);
	while (flow == FLOW_MORE) {
		struct value item = VALUE_NULL;
		bool more = false;

		flow = iter_next(&s->run, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = k->put(k, item);
		value_unref(item);
	}
	iter_end(&it);
	return flow;
}
