/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assignment in all its forms. */
#include "config.h"

#include <string.h>

#include "shell/lang/run_internal.h"

/* [int]$x, [ValidateRange(1, 5)][int]$x: down to what is assigned. */
struct target {
	struct node *node;
	const struct type *type;
	struct node_list *checks;
};

static enum flow
find_target(struct frame *f, struct node *n, struct target *t)
{
	t->node = n;
	t->type = NULL;
	t->checks = NULL;
	for (;;) {
		if (t->node->kind == NODE_CONVERT) {
			struct node_convert *c = node_convert(t->node);

			if (t->type == NULL) {
				enum flow flow = eval_type_or_fail(f,
				    c->type->name, &t->type);

				if (flow != FLOW_MORE)
					return flow;
			}
			t->node = c->child;
		} else if (t->node->kind == NODE_ATTRIBUTED) {
			struct node_attributed *a = node_attributed(t->node);
			struct node_list *l = t->checks;

			if (l == NULL) {
				l = mem_zalloc(sizeof(*l));
				tree_keep_memory(f->tree, l, mem_free);
				t->checks = l;
			}
			l->v = mem_array_grow(l->v, l->n + 1, sizeof(*l->v));
			l->v[l->n++] = a->attribute;
			t->node = a->child;
		} else if (t->node->kind == NODE_PAREN &&
		    node_paren(t->node)->pipeline->kind == NODE_PIPELINE) {
			struct node_pipeline *p =
			    node_pipeline(node_paren(t->node)->pipeline);

			if (p->elements.n != 1 || p->elements.v[0]->kind !=
			    NODE_COMMAND_EXPRESSION)
				return FLOW_MORE;
			t->node = node_command_expression(
			    p->elements.v[0])->expression;
		} else {
			if (t->checks != NULL)
				tree_keep_memory(f->tree, t->checks->v,
				    mem_free);
			return FLOW_MORE;
		}
	}
}

/* ---- several at once: $a, $b = 1, 2, 3 ---- */

static enum flow
assign_several(struct frame *f, struct node_list *targets, struct value v)
{
	struct value base = value_base(v);
	struct list *l = NULL;
	enum flow flow = FLOW_MORE;

	if (value_is_list(base)) {
		l = list_of(value_ref(base));
	} else if (value_unrolls(v)) {
		struct collector c;

		collector_init(&c);
		flow = sink_put_each(f->s, &c.sink, v);
		l = list_of(collector_array(&c));
	} else if (!value_is_nothing(v)) {
		l = list_new(NULL, 1);
		list_add(l, v);
	} else {
		l = list_new(NULL, 0);
	}
	for (size_t i = 0; i < targets->n && flow == FLOW_MORE; i++) {
		struct value one = VALUE_NULL;

		if (i + 1 == targets->n && l->count > targets->n) {
			one = value_list(l->items + i, l->count - i);
		} else if (i < l->count) {
			one = value_ref(l->items[i]);
		}
		flow = assign_node(f, targets->v[i], one);
		value_unref(one);
	}
	value_unref(list_value(l));
	return flow;
}

/* ---- members and indexes, their parts evaluated once ---- */

struct place {
	struct node *node;
	struct value target;
	struct value name;    /* member */
	struct value *at;     /* index */
	size_t nat;
	const struct type *static_of;
};

static enum flow
place_open(struct frame *f, struct node *n, struct place *p)
{
	enum flow flow;

	memset(p, 0, sizeof(*p));
	p->node = n;
	if (n->kind == NODE_INDEX) {
		flow = eval(f, node_index(n)->target, &p->target);
		if (flow == FLOW_MORE)
			flow = eval_index_values(f, node_index(n)->index,
			    &p->at, &p->nat);
		return flow;
	}
	flow = eval_member_name(f, node_member(n)->member, &p->name);
	if (flow != FLOW_MORE)
		return flow;
	if (node_member(n)->is_static &&
	    node_member(n)->target->kind == NODE_TYPE)
		return eval_type_or_fail(f,
		    node_type(node_member(n)->target)->name, &p->static_of);
	return eval(f, node_member(n)->target, &p->target);
}

static void
place_close(struct place *p)
{
	value_unref(p->target);
	value_unref(p->name);
	if (p->at != NULL)
		values_free(p->at, p->nat);
}

static enum flow
place_get(struct frame *f, struct place *p, struct value *outp)
{
	struct run *r = &f->s->run;
	bool found = false;

	if (p->node->kind == NODE_INDEX) {
		if (value_is_nothing(p->target))
			return null_index(f->s);
		return value_index(r, p->target, p->at, p->nat, outp);
	}
	if (p->static_of != NULL)
		return type_get_static(r, p->static_of, value_chars(p->name),
		    outp, &found);
	if (value_is_nothing(p->target))
		return FLOW_MORE;
	return value_get_member(r, p->target, value_chars(p->name), outp,
	    &found);
}

static enum flow
place_set(struct frame *f, struct place *p, struct value v)
{
	struct run *r = &f->s->run;

	if (v.type == &type_void)
		v = VALUE_NULL;
	if (p->node->kind == NODE_INDEX) {
		if (value_is_nothing(p->target))
			return null_index(f->s);
		if (p->target.type == &type_list && p->nat == 1 &&
		    p->at[0].type == &type_int && p->at[0].u.i >= 0 &&
		    (uint64_t)p->at[0].u.i < list_of(p->target)->count) {
			value_set(&list_of(p->target)->items[p->at[0].u.i], v);
			return FLOW_MORE;
		}
		return value_index_set(r, p->target, p->at, p->nat, v);
	}
	if (p->static_of != NULL)
		return type_set_static(r, p->static_of, value_chars(p->name),
		    v);
	if (value_is_nothing(p->target))
		return lang_error(f->s, NULL, "PropertyNotFound",
		    "InvalidOperation", VALUE_NULL,
		    "The property '%s' cannot be found on this object. Verify "
		    "that the property exists and can be set.",
		    value_chars(p->name));
	return value_set_member(r, p->target, value_chars(p->name), v);
}

enum flow
assign_node(struct frame *f, struct node *n, struct value v)
{
	struct target t;
	struct place p;
	enum flow flow = find_target(f, n, &t);
	struct value converted = VALUE_NULL;

	if (flow != FLOW_MORE)
		return flow;
	switch (t.node->kind) {
	case NODE_VARIABLE:
		return assign_variable(f, node_variable(t.node), v, t.type,
		    t.checks);
	case NODE_ARRAY_LITERAL:
		return assign_several(f,
		    &node_array_literal(t.node)->elements, v);
	case NODE_MEMBER:
	case NODE_INDEX:
		break;
	default:
		return lang_error(f->s, NULL, "InvalidLeftHandSide",
		    "ParserError", VALUE_NULL, "The assignment expression is "
		    "not valid. The input to an assignment operator must be "
		    "an object that is able to accept assignments, such as a "
		    "variable or a property.");
	}
	if (t.type != NULL) {
		flow = value_convert(&f->s->run, v, t.type, &converted);
		if (flow != FLOW_MORE)
			return flow;
		v = converted;
	}
	flow = place_open(f, t.node, &p);
	if (flow == FLOW_MORE)
		flow = place_set(f, &p, v);
	place_close(&p);
	value_unref(converted);
	return flow;
}

/* ---- the statement ---- */

/* $x += 1, $o.P ??= 2: what is there, the operator, back again. */
static enum flow
assign_combined(struct frame *f, struct node_assignment *n,
    struct value *outp)
{
	bool coalesce = n->op == TREE_OP_ASSIGN_COALESCE;
	bool has_place;
	struct target t;
	struct place p;
	struct value old = VALUE_NULL, right = VALUE_NULL, now = VALUE_NULL;
	enum flow flow = find_target(f, n->left, &t);

	if (flow != FLOW_MORE)
		return flow;
	has_place = t.node->kind == NODE_MEMBER || t.node->kind == NODE_INDEX;
	if (has_place) {
		flow = place_open(f, t.node, &p);
		if (flow == FLOW_MORE)
			flow = place_get(f, &p, &old);
	} else {
		flow = eval(f, t.node, &old);
	}
	if (flow == FLOW_MORE && coalesce && !value_is_nothing(old)) {
		now = value_ref(old);
		goto out;
	}
	if (flow == FLOW_MORE)
		flow = eval_statement(f, n->right, &right);
	if (flow == FLOW_MORE) {
		if (coalesce)
			now = value_ref(right);
		else
			flow = eval_binary_values(f, n->op, old, right, &now);
	}
	if (flow == FLOW_MORE) {
		if (has_place)
			flow = place_set(f, &p, now);
		else if (t.node->kind == NODE_VARIABLE)
			flow = assign_variable(f, node_variable(t.node), now,
			    t.type, t.checks);
		else
			flow = assign_node(f, t.node, now);
	}
out:
	if (has_place)
		place_close(&p);
	value_unref(old);
	value_unref(right);
	if (flow == FLOW_MORE)
		*outp = now;
	else
		value_unref(now);
	return flow;
}

enum flow
run_assignment(struct frame *f, struct node_assignment *n,
    struct value *outp)
{
	struct value v = VALUE_NULL;
	struct node *at = &n->node;
	enum flow flow;

	*outp = VALUE_NULL;
	f->at = at;
	if (n->op != TREE_OP_ASSIGN) {
		flow = assign_combined(f, n, outp);
		if (flow == FLOW_MORE)
			f->s->ok = true;
		return flow;
	}
	flow = eval_statement(f, n->right, &v);
	if (flow != FLOW_MORE)
		return flow;
	f->at = at;
	flow = assign_node(f, n->left, v);
	if (flow == FLOW_MORE)
		*outp = v;
	else
		value_unref(v);
	return flow;
}
