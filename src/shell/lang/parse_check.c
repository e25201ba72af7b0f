/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the finished tree shows to be wrong. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "shell/lang/parse_check_internal.h"

bool
text_is(struct tree_text t, const char *word)
{
	return t.len == strlen(word) && strncasecmp(t.s, word, t.len) == 0;
}

static size_t
name_slot(const struct name_set *s, struct tree_text name)
{
	uint32_t hash = 2166136261u;
	size_t at;

	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = (uint8_t)name.s[i];

		if (c >= 'A' && c <= 'Z')
			c |= 32;
		hash = (hash ^ c) * 16777619u;
	}
	at = hash & (s->cap - 1);
	while (s->slots[at].s != NULL && (s->slots[at].len != name.len ||
	    strncasecmp(s->slots[at].s, name.s, name.len) != 0))
		at = (at + 1) & (s->cap - 1);
	return at;
}

bool
name_set_has(const struct name_set *s, struct tree_text name)
{
	return s->cap > 0 && s->slots[name_slot(s, name)].s != NULL;
}

bool
name_set_add(struct name_set *s, struct tree_text name)
{
	size_t at;

	if (2 * (s->n + 1) > s->cap) {
		struct name_set big = { NULL, 0,
			s->cap == 0 ? 16 : s->cap * 2 };

		big.slots = mem_zalloc(big.cap * sizeof(*big.slots));
		for (size_t i = 0; i < s->cap; i++)
			if (s->slots[i].s != NULL)
				(void)name_set_add(&big, s->slots[i]);
		mem_free(s->slots);
		*s = big;
	}
	at = name_slot(s, name);
	if (s->slots[at].s != NULL)
		return false;
	s->slots[at] = name;
	s->n++;
	return true;
}

void
name_set_clear(struct name_set *s)
{
	mem_free(s->slots);
	memset(s, 0, sizeof(*s));
}

struct node *
pure_expression(const struct node *pipeline)
{
	const struct node_pipeline *n = node_pipeline(pipeline);
	const struct node *only;

	if (pipeline->kind != NODE_PIPELINE || n->elements.n != 1 ||
	    n->background)
		return NULL;
	only = n->elements.v[0];
	if (only->kind != NODE_COMMAND_EXPRESSION ||
	    node_command_expression(only)->redirections.n > 0)
		return NULL;
	return node_command_expression(only)->expression;
}

static bool
pairs_constant(const struct node_hashtable *h)
{
	for (size_t i = 0; i < h->npair; i++) {
		const struct node *value = pure_expression(h->pairs[i].value);

		if (!tree_is_constant(h->pairs[i].key) || value == NULL ||
		    !tree_is_constant(value))
			return false;
	}
	return true;
}

static bool
list_constant(const struct node_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!tree_is_constant(l->v[i]))
			return false;
	return true;
}

bool
tree_is_constant(const struct node *n)
{
	const struct node *inner;

	switch ((int)n->kind) {
	case NODE_CONSTANT:
	case NODE_STRING:
	case NODE_TYPE:
		return true;
	case NODE_VARIABLE:
		return text_is(node_variable(n)->path, "true") ||
		    text_is(node_variable(n)->path, "false") ||
		    text_is(node_variable(n)->path, "null");
	case NODE_ARRAY_LITERAL:
		return list_constant(&node_array_literal(n)->elements);
	case NODE_ARRAY:
	case NODE_SUBEXPRESSION:
		if (node_sub(n)->body->statements.n != 1)
			return node_sub(n)->body->statements.n == 0;
		inner = pure_expression(node_sub(n)->body->statements.v[0]);
		return inner != NULL && tree_is_constant(inner);
	case NODE_PAREN:
		inner = pure_expression(node_paren(n)->pipeline);
		return inner != NULL && tree_is_constant(inner);
	case NODE_UNARY:
		return node_unary(n)->op < TREE_OP_PRE_INC &&
		    tree_is_constant(node_unary(n)->child);
	case NODE_BINARY:
		return tree_is_constant(node_binary(n)->left) &&
		    tree_is_constant(node_binary(n)->right);
	case NODE_TERNARY:
		return tree_is_constant(node_ternary(n)->condition) &&
		    tree_is_constant(node_ternary(n)->if_true) &&
		    tree_is_constant(node_ternary(n)->if_false);
	case NODE_CONVERT:
		return tree_is_constant(node_convert(n)->child);
	case NODE_MEMBER:
		return node_member(n)->is_static &&
		    node_member(n)->target->kind == NODE_TYPE;
	case NODE_INDEX:
		return tree_is_constant(node_index(n)->target) &&
		    tree_is_constant(node_index(n)->index);
	case NODE_HASHTABLE:
		return pairs_constant(node_hashtable(n));
	default:
		return false;
	}
}

static bool
is_ref(const struct node *type)
{
	return text_is(type_of(type), "ref") || text_is(type_of(type),
	    "System.Management.Automation.PSReference");
}

static bool
is_void(const struct node *type)
{
	return text_is(type_of(type), "void") ||
	    text_is(type_of(type), "System.Void");
}

/* [ref] and [void] before a variable that is assigned to. */
static bool
check_target_types(struct parser *p, const struct node **np)
{
	const struct node *ref = NULL;
	int converts = 0;

	while ((*np)->kind == NODE_CONVERT || (*np)->kind == NODE_ATTRIBUTED) {
		const struct node *type;

		if ((*np)->kind == NODE_ATTRIBUTED) {
			*np = node_attributed(*np)->child;
			continue;
		}
		type = &node_convert(*np)->type->node;
		converts++;
		if (is_ref(type))
			ref = type;
		else if (is_void(type))
			p_error(p, span_node(type),
			    "VoidTypeConstraintNotAllowed");
		*np = node_convert(*np)->child;
	}
	if (ref == NULL || converts < 2)
		return true;
	p_error(p, span_node(ref),
	    "ReferenceNeedsToBeByItselfInTypeConstraint");
	return false;
}

/* Can n be assigned to? Told with id and what where not. */
static void
check_target(struct parser *p, const struct node *n, bool simple,
    const char *id, const char *what)
{
	const struct node *inner;
	bool ok;

	if ((n->kind == NODE_CONVERT || n->kind == NODE_ATTRIBUTED) &&
	    !check_target_types(p, &n))
		return;
	switch ((int)n->kind) {
	case NODE_ARRAY_LITERAL:
		ok = simple;
		for (size_t i = 0; ok && i <
		    node_array_literal(n)->elements.n; i++)
			check_target(p, node_array_literal(n)->elements.v[i],
			    true, id, what);
		break;
	case NODE_PAREN:
		inner = pure_expression(node_paren(n)->pipeline);
		if (inner != NULL) {
			check_target(p, inner, simple, id, what);
			return;
		}
		n = node_paren(n)->pipeline;
		ok = false;
		break;
	case NODE_MEMBER:
	case NODE_INVOKE_MEMBER:
		ok = !node_member(n)->null_conditional;
		break;
	case NODE_INDEX:
		ok = !node_index(n)->null_conditional;
		break;
	default:
		ok = n->kind == NODE_VARIABLE;
		break;
	}
	if (!ok)
		p_error_text(p, span_node(n), id, text_of(what));
}

static void
check_parameters(struct parser *p, const struct node_list *params)
{
	struct name_set seen = { 0 };

	for (size_t i = 0; i < params->n; i++) {
		const struct node_parameter *n = node_parameter(params->v[i]);

		if (!name_set_add(&seen, n->name->path))
			p_error_text(p, span_node(n->name),
			    "DuplicateFormalParameter", n->name->path);
		for (size_t k = 0; k < n->attributes.n; k++)
			if (n->attributes.v[k]->kind ==
			    NODE_TYPE_CONSTRAINT &&
			    is_void(n->attributes.v[k]))
				p_error(p, span_node(n->attributes.v[k]),
				    "VoidTypeConstraintNotAllowed");
	}
	name_set_clear(&seen);
}

static void
check_function(struct parser *p, const struct node_function *n)
{
	if (!n->has_params)
		return;
	if (n->body->params != NULL)
		p_error(p, span_node(n->body->params),
		    "OnlyOneParameterListAllowed");
	else
		check_parameters(p, &n->params);
}

static struct tree_text
loop_label(const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_WHILE:
	case NODE_DO_WHILE:
	case NODE_DO_UNTIL:
		return node_loop(n)->label;
	case NODE_FOR:
		return node_for(n)->label;
	case NODE_FOREACH:
		return node_foreach(n)->label;
	default: /* NODE_SWITCH */
		return node_switch(n)->label;
	}
}

static bool
is_loop(const struct node *n)
{
	return n->kind == NODE_WHILE || n->kind == NODE_DO_WHILE ||
	    n->kind == NODE_DO_UNTIL || n->kind == NODE_FOR ||
	    n->kind == NODE_FOREACH || n->kind == NODE_SWITCH;
}

/* Does a jump with this label (NULL: unknown) end at this loop? */
static bool
label_ends(const struct node *loop, const struct tree_text *label)
{
	struct tree_text own = loop_label(loop);

	return label != NULL && (label->len == 0 || (own.len == label->len &&
	    strncasecmp(own.s, label->s, own.len) == 0));
}

static void
check_leaving(struct parser *p, const struct node *n,
    const struct tree_text *label)
{
	for (const struct node *up = n->parent; up != NULL; up = up->parent) {
		if (up->kind == NODE_NAMED_BLOCK || up->kind == NODE_TRAP ||
		    up->kind == NODE_SCRIPT_BLOCK)
			return;
		if (is_loop(up) && label_ends(up, label))
			return;
		if (up->kind == NODE_STATEMENT_BLOCK && up->parent != NULL &&
		    up->parent->kind == NODE_TRY &&
		    &node_try(up->parent)->finally->node == up) {
			p_error(p, span_node(n), "ControlLeavingFinally");
			return;
		}
	}
}

static void
check_jump(struct parser *p, const struct node_jump *n)
{
	struct tree_text none = text_of("");

	if (n->label == NULL)
		check_leaving(p, &n->node, &none);
	else if (n->label->kind == NODE_STRING)
		check_leaving(p, &n->node, &node_string(n->label)->text);
	else
		check_leaving(p, &n->node, NULL);
}

static void
check_try(struct parser *p, const struct node_try *n)
{
	for (size_t i = 0; i + 1 < n->catches.n; i++) {
		struct span s;

		if (node_catch(n->catches.v[i])->types.n > 0)
			continue;
		s = span_node(n->catches.v[i + 1]);
		s.end = s.start -= s.start > 0;
		p_error(p, s, "EmptyCatchNotLast");
	}
}

static void
check_foreach(struct parser *p, const struct node_foreach *n)
{
	struct tree_text word = text_of("foreach");

	if (n->parallel)
		p_error_two(p, span_node(n),
		    "KeywordParameterReservedForFutureUse", word,
		    text_of("parallel"));
	if (n->throttle == NULL)
		return;
	p_error_two(p, span_node(n), "KeywordParameterReservedForFutureUse",
	    word, text_of("throttlelimit"));
	if (!n->parallel)
		p_error(p, span_node(n), "ThrottleLimitRequiresParallelFlag");
}

static struct tree_text
key_text(const struct node *key, char *room, size_t size)
{
	const struct tree_number *num;

	if (key->kind == NODE_STRING)
		return node_string(key)->text;
	num = &node_constant(key)->number;
	switch (num->kind) {
	case TREE_DOUBLE:
	case TREE_DECIMAL:
	case TREE_BIGINT:
		return text_of("");
	case TREE_BYTE:
	case TREE_UINT16:
	case TREE_UINT32:
	case TREE_UINT64:
		(void)snprintf(room, size, "%" PRIu64, num->u.u);
		break;
	case TREE_INT32:
	case TREE_INT64:
	case TREE_SBYTE:
	case TREE_INT16:
	default:
		(void)snprintf(room, size, "%" PRId64, num->u.i);
		break;
	}
	return text_of(room);
}

static void
check_hashtable(struct parser *p, const struct node_hashtable *n)
{
	struct name_set seen = { 0 };
	char room[32];

	for (size_t i = 0; i < n->npair; i++) {
		const struct node *key = n->pairs[i].key;
		struct tree_text text;

		if (key->kind != NODE_STRING && key->kind != NODE_CONSTANT)
			continue;
		text = key_text(key, room, sizeof(room));
		if (text.s == room)
			text = tree_copy_text(p->arena, text.s, text.len);
		else if (key->kind == NODE_CONSTANT)
			continue;
		if (!name_set_add(&seen, text))
			p_error_text(p, span_node(key),
			    "DuplicateKeyInHashLiteral", text);
	}
	name_set_clear(&seen);
}

static bool
is_ordered(const struct node *type)
{
	return text_is(type_of(type), "ordered");
}

/* [ref] among other casts. */
static void
check_ref(struct parser *p, const struct node_convert *n)
{
	const struct node *up = n->node.parent;

	for (const struct node *c = n->child; c->kind == NODE_CONVERT;
	    c = node_convert(c)->child) {
		if (is_ref(&node_convert(c)->type->node)) {
			p_error(p, span_node(node_convert(c)->type),
			    "ReferenceNeedsToBeByItselfInTypeSequence");
			return;
		}
	}
	if (up == NULL || up->kind != NODE_CONVERT ||
	    is_ref(&node_convert(up)->type->node))
		return;
	while (up != NULL && up->kind == NODE_CONVERT)
		up = up->parent;
	if (up == NULL || up->kind != NODE_ASSIGNMENT)
		p_error(p, span_node(n->type),
		    "ReferenceNeedsToBeLastTypeInTypeConversion");
}

static void
check_convert(struct parser *p, const struct node_convert *n)
{
	if (is_ordered(&n->type->node)) {
		if (n->child->kind != NODE_HASHTABLE)
			p_error_text(p, span_node(n),
			    "OrderedAttributeOnlyOnHashLiteralNode",
			    type_of(&n->type->node));
	} else if (is_ref(&n->type->node)) {
		check_ref(p, n);
	}
}

static void
check_attributed(struct parser *p, const struct node_attributed *n)
{
	const struct node *child = n->child;

	while (child->kind == NODE_ATTRIBUTED || child->kind == NODE_CONVERT)
		child = child->kind == NODE_CONVERT
		    ? node_convert(child)->child
		    : node_attributed(child)->child;
	if (child->kind != NODE_VARIABLE)
		p_error_text(p, span_node(n->attribute),
		    "UnexpectedAttribute", type_of(n->attribute));
}

static void
check_using(struct parser *p, const struct node_using_expression *n)
{
	const struct node *e = n->child;

	while (e->kind != NODE_VARIABLE) {
		if (e->kind == NODE_MEMBER &&
		    node_member(e)->member->kind == NODE_STRING) {
			e = node_member(e)->target;
		} else if (e->kind == NODE_INDEX &&
		    tree_is_constant(node_index(e)->index)) {
			e = node_index(e)->target;
		} else {
			if (e->kind == NODE_INDEX)
				e = node_index(e)->index;
			p_error(p, span_node(e), "InvalidUsingExpression");
			return;
		}
	}
}

static void
check_splat(struct parser *p, const struct node_variable *n)
{
	const struct node *up = n->node.parent;

	if (!n->splatted || up == NULL || up->kind == NODE_COMMAND ||
	    up->kind == NODE_USING_EXPRESSION || up->kind == NODE_PARAMETER)
		return;
	p_error_text(p, span_node(n), up->kind == NODE_ARRAY_LITERAL &&
	    up->parent != NULL && up->parent->kind == NODE_COMMAND ?
	    "SplattingNotPermittedInArgumentList" : "SplattingNotPermitted",
	    n->path);
}

static void
check_attribute(struct parser *p, const struct node_attribute *n)
{
	static const char id[] =
	    "ParameterAttributeArgumentNeedsToBeConstantOrScriptBlock";

	for (size_t i = 0; i < n->nnamed; i++) {
		const struct node *v = n->named[i].value;

		if (v != NULL && v->kind != NODE_SCRIPT_BLOCK_EXPRESSION &&
		    v->kind != NODE_ERROR && !tree_is_constant(v))
			p_error(p, span_node(v), id);
	}
	for (size_t i = 0; i < n->positional.n; i++) {
		const struct node *v = n->positional.v[i];

		if (v->kind != NODE_SCRIPT_BLOCK_EXPRESSION &&
		    v->kind != NODE_ERROR && !tree_is_constant(v))
			p_error(p, span_node(v), id);
	}
}

static void
check_unary(struct parser *p, const struct node_unary *n)
{
	if (n->op >= TREE_OP_PRE_INC && n->op <= TREE_OP_POST_DEC)
		check_target(p, n->child, false,
		    "OperatorRequiresVariableOrProperty",
		    tree_op_text(n->op));
}

static void
check_parameter(struct parser *p, const struct node_parameter *n)
{
	for (size_t i = 0; i < n->attributes.n; i++) {
		const struct node *a = n->attributes.v[i];

		if (a->kind == NODE_TYPE_CONSTRAINT && is_ordered(a))
			p_error_text(p, span_node(a),
			    "OrderedAttributeOnlyOnHashLiteralNode",
			    type_of(a));
	}
}

static void
check_node(struct parser *p, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_PARAM_BLOCK:
		check_parameters(p, &node_param_block(n)->params);
		break;
	case NODE_FUNCTION:
		check_function(p, node_function(n));
		break;
	case NODE_TYPE_DEFINITION:
		check_type_definition(p, node_type_definition(n));
		break;
	case NODE_PARAMETER:
		check_parameter(p, node_parameter(n));
		break;
	case NODE_ATTRIBUTE:
		check_attribute(p, node_attribute(n));
		break;
	case NODE_ASSIGNMENT:
		check_target(p, node_assignment(n)->left,
		    node_assignment(n)->op == TREE_OP_ASSIGN,
		    "InvalidLeftHandSide", "");
		break;
	case NODE_UNARY:
		check_unary(p, node_unary(n));
		break;
	case NODE_SWITCH:
		if (node_switch(n)->flags & TREE_SWITCH_PARALLEL)
			p_error_two(p, span_node(n),
			    "KeywordParameterReservedForFutureUse",
			    text_of("switch"), text_of("parallel"));
		break;
	case NODE_FOREACH:
		check_foreach(p, node_foreach(n));
		break;
	case NODE_DATA:
		check_data(p, node_data(n));
		break;
	case NODE_TRY:
		check_try(p, node_try(n));
		break;
	case NODE_BREAK:
	case NODE_CONTINUE:
		check_jump(p, node_jump(n));
		break;
	case NODE_RETURN:
		check_leaving(p, n, NULL);
		break;
	case NODE_HASHTABLE:
		check_hashtable(p, node_hashtable(n));
		break;
	case NODE_CONVERT:
		check_convert(p, node_convert(n));
		break;
	case NODE_ATTRIBUTED:
		check_attributed(p, node_attributed(n));
		break;
	case NODE_USING_EXPRESSION:
		check_using(p, node_using_expression(n));
		break;
	case NODE_VARIABLE:
		check_splat(p, node_variable(n));
		break;
	default:
		break;
	}
}

static bool
visit(struct node *n, void *arg)
{
	struct parser *p = arg;

	check_node(p, n);
	return p->stopped || tree_each_child(n, visit, arg);
}

void
parse_check(struct parser *p, struct script_tree *t)
{
	if (!p->stopped)
		(void)tree_each_child(&t->root->node, visit, p);
}
