/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists that ask a script block about each item. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"
#include "types/collections_internal.h"

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
enum flow
items_list_predicate(struct member_call *c)
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

enum flow
items_list_foreach(struct member_call *c)
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
