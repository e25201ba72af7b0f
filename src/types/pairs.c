/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DictionaryEntry and KeyValuePair. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"
#include "types/collections_internal.h"

/* --- a key and its value --- */

struct pair {
	struct cell cell;
	struct value key;
	struct value value;
};

static void
pair_release(struct cell *c)
{
	struct pair *p = (struct pair *)(void *)c;

	value_unref(p->key);
	value_unref(p->value);
	mem_free(p);
}

static void
pair_children(struct cell *c, void (*visit)(struct value *, void *), void *arg)
{
	struct pair *p = (struct pair *)(void *)c;

	visit(&p->key, arg);
	visit(&p->value, arg);
}

struct type type_dictentry = {
	.name = "System.Collections.DictionaryEntry",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_VALUETYPE,
	.base = &type_valuetype,
	.release = pair_release,
	.children = pair_children,
};

struct type type_keyvalue = {
	.name = "System.Collections.Generic.KeyValuePair`2",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_VALUETYPE | TYPE_GENERIC,
	.base = &type_valuetype,
	.release = pair_release,
	.children = pair_children,
};

static struct value
pair_new(const struct type *t, struct value key, struct value value)
{
	struct pair *p = cell_new(t, sizeof(*p));

	p->key = value_ref(key);
	p->value = value_ref(value);
	return cell_value(p);
}

static const struct type *
pair_type(const struct type *dict)
{
	const struct type *args[2] = { dict->key, dict->element };

	if (dict->key == NULL || dict->element == NULL)
		return &type_dictentry;
	return type_generic_of(&type_keyvalue, args, 2);
}

static struct pair *
pair_of(struct value v)
{
	return (struct pair *)(void *)v.u.p;
}

static enum flow
get_key(struct member_call *c)
{
	c->out = value_ref(pair_of(c->self)->key);
	return FLOW_MORE;
}

static enum flow
get_pair_value(struct member_call *c)
{
	c->out = value_ref(pair_of(c->self)->value);
	return FLOW_MORE;
}

static enum flow
set_pair_value(struct member_call *c)
{
	value_set(&pair_of(c->self)->value, c->args[0]);
	return FLOW_MORE;
}

static enum flow
new_pair(struct member_call *c)
{
	c->out = pair_new(c->type, c->args[0], c->args[1]);
	return FLOW_MORE;
}

static enum flow
pair_text(struct run *r, struct value v, struct value *textp)
{
	struct value key, value;
	enum flow flow;

	if (v.type == &type_dictentry) {
		*textp = value_string(type_dictentry.name);
		return FLOW_MORE;
	}
	flow = value_text(r, pair_of(v)->key, &key);
	if (flow != FLOW_MORE)
		return flow;
	flow = value_text(r, pair_of(v)->value, &value);
	if (flow == FLOW_MORE) {
		*textp = value_printf("[%s, %s]", value_chars(key),
		    value_chars(value));
		value_unref(value);
	}
	value_unref(key);
	return flow;
}

const struct member_spec entry_members[] = {
	{ "new(System.Object key, System.Object value)", new_pair },
	{ "System.Object Key get", get_key },
	{ "System.Object Name get", get_key },
	{ "System.Object Value get/set", get_pair_value, set_pair_value },
	{ NULL },
};

const struct member_spec keyvalue_members[] = {
	{ "new(TKey key, TValue value)", new_pair },
	{ "TKey Key get", get_key },
	{ "TValue Value get", get_pair_value },
	{ NULL },
};

const struct type_ops pair_ops = { .text = pair_text };

struct value
dict_pairs(struct value v)
{
	struct dict *d = dict_of(v);
	struct list *l = list_new(NULL, d->count);
	const struct type *t = pair_type(v.type);
	struct dict_entry *e;
	size_t pos;

	DICT_EACH(e, d, pos)
		list_add_take(l, pair_new(t, e->key, e->value));
	return list_value(l);
}
