/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walking the tree: the children of each kind of node, in source order. */
#include "config.h"

#include "shell/lang/tree.h"

struct walk {
	tree_child_fn *fn;
	void *arg;
};

static bool
one(const struct walk *w, const void *child)
{
	return child != NULL && w->fn((struct node *)(uintptr_t)child, w->arg);
}

static bool
list(const struct walk *w, const struct node_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (w->fn(l->v[i], w->arg))
			return true;
	return false;
}

static bool
clauses(const struct walk *w, const struct tree_clause *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (one(w, c[i].test) || one(w, c[i].body))
			return true;
	return false;
}

static bool
walk_block(const struct walk *w, const struct node *n)
{
	const struct node_script_block *s;

	switch ((int)n->kind) {
	case NODE_SCRIPT_BLOCK:
		s = node_script_block(n);
		return list(w, &s->usings) || list(w, &s->attributes) ||
		    one(w, s->params) || one(w, s->dynamicparam) ||
		    one(w, s->begin) || one(w, s->process) ||
		    one(w, s->end) || one(w, s->clean);
	case NODE_PARAM_BLOCK:
		return list(w, &node_param_block(n)->attributes) ||
		    list(w, &node_param_block(n)->params);
	default:
		return list(w, &node_block(n)->traps) ||
		    list(w, &node_block(n)->statements);
	}
}

static bool
walk_loop(const struct walk *w, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_WHILE:
		return one(w, node_loop(n)->condition) ||
		    one(w, node_loop(n)->body);
	case NODE_DO_WHILE:
	case NODE_DO_UNTIL:
		return one(w, node_loop(n)->body) ||
		    one(w, node_loop(n)->condition);
	case NODE_FOR:
		return one(w, node_for(n)->init) ||
		    one(w, node_for(n)->condition) ||
		    one(w, node_for(n)->step) || one(w, node_for(n)->body);
	case NODE_FOREACH:
		return one(w, node_foreach(n)->throttle) ||
		    one(w, node_foreach(n)->variable) ||
		    one(w, node_foreach(n)->collection) ||
		    one(w, node_foreach(n)->body);
	case NODE_SWITCH:
		return one(w, node_switch(n)->condition) ||
		    clauses(w, node_switch(n)->clauses,
		    node_switch(n)->nclause) ||
		    one(w, node_switch(n)->otherwise);
	default: /* NODE_IF */
		return clauses(w, node_if(n)->clauses, node_if(n)->nclause) ||
		    one(w, node_if(n)->otherwise);
	}
}

static bool
walk_statement(const struct walk *w, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_PIPELINE:
		return list(w, &node_pipeline(n)->elements);
	case NODE_PIPELINE_CHAIN:
		return list(w, &node_chain(n)->pipelines);
	case NODE_ASSIGNMENT:
		return one(w, node_assignment(n)->left) ||
		    one(w, node_assignment(n)->right);
	case NODE_TRY:
		return one(w, node_try(n)->body) ||
		    list(w, &node_try(n)->catches) ||
		    one(w, node_try(n)->finally);
	case NODE_CATCH:
		return list(w, &node_catch(n)->types) ||
		    one(w, node_catch(n)->body);
	case NODE_TRAP:
		return one(w, node_trap(n)->type) ||
		    one(w, node_trap(n)->body);
	case NODE_THROW:
	case NODE_RETURN:
	case NODE_EXIT:
		return one(w, node_leave(n)->pipeline);
	case NODE_BREAK:
	case NODE_CONTINUE:
		return one(w, node_jump(n)->label);
	case NODE_DATA:
		return list(w, &node_data(n)->commands) ||
		    one(w, node_data(n)->body);
	default: /* NODE_USING */
		return one(w, node_using(n)->name) ||
		    one(w, node_using(n)->alias) ||
		    one(w, node_using(n)->specification);
	}
}

static bool
walk_definition(const struct walk *w, const struct node *n)
{
	const struct node_function_member *m;

	switch ((int)n->kind) {
	case NODE_FUNCTION:
		return list(w, &node_function(n)->params) ||
		    one(w, node_function(n)->body);
	case NODE_TYPE_DEFINITION:
		return list(w, &node_type_definition(n)->attributes) ||
		    list(w, &node_type_definition(n)->bases) ||
		    list(w, &node_type_definition(n)->members);
	case NODE_PROPERTY_MEMBER:
		return list(w, &node_property_member(n)->attributes) ||
		    one(w, node_property_member(n)->type) ||
		    one(w, node_property_member(n)->initial);
	case NODE_FUNCTION_MEMBER:
		m = node_function_member(n);
		return list(w, &m->attributes) || one(w, m->return_type) ||
		    list(w, &m->params) || list(w, &m->base_arguments) ||
		    one(w, m->body);
	default: /* NODE_PARAMETER */
		return list(w, &node_parameter(n)->attributes) ||
		    one(w, node_parameter(n)->name) ||
		    one(w, node_parameter(n)->fallback);
	}
}

static bool
walk_command(const struct walk *w, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_COMMAND:
		return list(w, &node_command(n)->elements) ||
		    list(w, &node_command(n)->redirections);
	case NODE_COMMAND_EXPRESSION:
		return one(w, node_command_expression(n)->expression) ||
		    list(w, &node_command_expression(n)->redirections);
	case NODE_COMMAND_PARAMETER:
		return one(w, node_command_parameter(n)->argument);
	default: /* redirections */
		return one(w, node_redirection(n)->location);
	}
}

static bool
walk_access(const struct walk *w, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_MEMBER:
		return one(w, node_member(n)->target) ||
		    one(w, node_member(n)->member);
	case NODE_INVOKE_MEMBER:
		return one(w, node_member(n)->target) ||
		    one(w, node_member(n)->member) ||
		    list(w, &node_invoke_member(n)->generics) ||
		    list(w, &node_invoke_member(n)->arguments);
	case NODE_INDEX:
		return one(w, node_index(n)->target) ||
		    one(w, node_index(n)->index);
	default: /* NODE_USING_EXPRESSION */
		return one(w, node_using_expression(n)->child);
	}
}

static bool
walk_type(const struct walk *w, const struct node *n)
{
	const struct node_attribute *a;

	switch ((int)n->kind) {
	case NODE_ATTRIBUTE:
		a = node_attribute(n);
		if (one(w, a->name) || list(w, &a->positional))
			return true;
		for (size_t i = 0; i < a->nnamed; i++)
			if (one(w, a->named[i].value))
				return true;
		return false;
	case NODE_TYPE_CONSTRAINT:
		return one(w, node_type_constraint(n)->name);
	case NODE_TYPE:
		return one(w, node_type(n)->name);
	default: /* NODE_TYPE_NAME */
		return one(w, node_type_name(n)->element) ||
		    one(w, node_type_name(n)->generic) ||
		    list(w, &node_type_name(n)->arguments);
	}
}

static bool
walk_pieces(const struct walk *w, const struct node_expandable *e)
{
	for (size_t i = 0; i < e->npiece; i++)
		if (one(w, e->pieces[i].expression))
			return true;
	return false;
}

static bool
walk_expression(const struct walk *w, const struct node *n)
{
	const struct node_hashtable *h;

	switch ((int)n->kind) {
	case NODE_BINARY:
		return one(w, node_binary(n)->left) ||
		    one(w, node_binary(n)->right);
	case NODE_UNARY:
		return one(w, node_unary(n)->child);
	case NODE_TERNARY:
		return one(w, node_ternary(n)->condition) ||
		    one(w, node_ternary(n)->if_true) ||
		    one(w, node_ternary(n)->if_false);
	case NODE_CONVERT:
		return one(w, node_convert(n)->type) ||
		    one(w, node_convert(n)->child);
	case NODE_ATTRIBUTED:
		return one(w, node_attributed(n)->attribute) ||
		    one(w, node_attributed(n)->child);
	case NODE_EXPANDABLE:
		return walk_pieces(w, node_expandable(n));
	case NODE_ARRAY_LITERAL:
		return list(w, &node_array_literal(n)->elements);
	case NODE_ARRAY:
	case NODE_SUBEXPRESSION:
		return one(w, node_sub(n)->body);
	case NODE_PAREN:
		return one(w, node_paren(n)->pipeline);
	case NODE_HASHTABLE:
		h = node_hashtable(n);
		for (size_t i = 0; i < h->npair; i++)
			if (one(w, h->pairs[i].key) ||
			    one(w, h->pairs[i].value))
				return true;
		return false;
	case NODE_SCRIPT_BLOCK_EXPRESSION:
		return one(w, node_script_block_expression(n)->block);
	case NODE_ERROR:
		return list(w, &node_error(n)->children);
	default: /* leaves */
		return false;
	}
}

bool
tree_each_child(const struct node *n, tree_child_fn *fn, void *arg)
{
	struct walk w = { fn, arg };

	switch ((int)n->kind) {
	case NODE_SCRIPT_BLOCK:
	case NODE_PARAM_BLOCK:
	case NODE_NAMED_BLOCK:
	case NODE_STATEMENT_BLOCK:
		return walk_block(&w, n);
	case NODE_IF:
	case NODE_SWITCH:
	case NODE_WHILE:
	case NODE_DO_WHILE:
	case NODE_DO_UNTIL:
	case NODE_FOR:
	case NODE_FOREACH:
		return walk_loop(&w, n);
	case NODE_PIPELINE:
	case NODE_PIPELINE_CHAIN:
	case NODE_ASSIGNMENT:
	case NODE_TRY:
	case NODE_CATCH:
	case NODE_TRAP:
	case NODE_THROW:
	case NODE_RETURN:
	case NODE_EXIT:
	case NODE_BREAK:
	case NODE_CONTINUE:
	case NODE_DATA:
	case NODE_USING:
		return walk_statement(&w, n);
	case NODE_FUNCTION:
	case NODE_TYPE_DEFINITION:
	case NODE_PROPERTY_MEMBER:
	case NODE_FUNCTION_MEMBER:
	case NODE_PARAMETER:
		return walk_definition(&w, n);
	case NODE_COMMAND:
	case NODE_COMMAND_EXPRESSION:
	case NODE_COMMAND_PARAMETER:
	case NODE_FILE_REDIRECTION:
	case NODE_MERGE_REDIRECTION:
		return walk_command(&w, n);
	case NODE_MEMBER:
	case NODE_INVOKE_MEMBER:
	case NODE_INDEX:
	case NODE_USING_EXPRESSION:
		return walk_access(&w, n);
	case NODE_ATTRIBUTE:
	case NODE_TYPE_CONSTRAINT:
	case NODE_TYPE:
	case NODE_TYPE_NAME:
		return walk_type(&w, n);
	default:
		return walk_expression(&w, n);
	}
}

static bool
link_child(struct node *child, void *arg)
{
	child->parent = arg;
	(void)tree_each_child(child, link_child, child);
	return false;
}

void
tree_link(struct script_tree *t)
{
	if (t->root != NULL)
		(void)tree_each_child(&t->root->node, link_child,
		    &t->root->node);
}
