/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree as text. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "shell/lang/tree_dump.h"

static void
add_text(struct buf *b, struct tree_text t)
{
	buf_add(b, t.s, t.len);
}

static void
add_quoted(struct buf *b, struct tree_text t)
{
	buf_add_byte(b, '\'');
	for (size_t i = 0; i < t.len; i++) {
		if ((uint8_t)t.s[i] < 0x20)
			buf_printf(b, "\\x%02x", (unsigned)t.s[i]);
		else
			buf_add_byte(b, t.s[i]);
	}
	buf_add_byte(b, '\'');
}

static void
add_node(struct buf *b, const void *n)
{
	buf_add_byte(b, ' ');
	tree_dump(n, b);
}

static void
add_list(struct buf *b, const struct node_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		add_node(b, l->v[i]);
}

static void
open_word(struct buf *b, const char *word)
{
	buf_printf(b, "(%s", word);
}

static void
close_list(struct buf *b)
{
	buf_add_byte(b, ')');
}

static void
add_label(struct buf *b, struct tree_text label)
{
	if (label.len == 0)
		return;
	buf_add_str(b, " :");
	add_text(b, label);
}

static void
dump_number(struct buf *b, const struct tree_number *n)
{
	static const char *const suffix[] = { "", "L", "", "d", "n", "y",
		"uy", "s", "us", "u", "ul" };

	switch (n->kind) {
	case TREE_DOUBLE:
		buf_printf(b, "%.17gf", n->u.d);
		break;
	case TREE_DECIMAL:
		buf_printf(b, "%s%08x%08x%08x/%u", n->u.dec.negative ? "-"
		    : "", n->u.dec.hi, n->u.dec.mid, n->u.dec.lo,
		    n->u.dec.scale);
		break;
	case TREE_BIGINT:
		buf_add_str(b, n->u.big);
		break;
	case TREE_BYTE:
	case TREE_UINT16:
	case TREE_UINT32:
	case TREE_UINT64:
		buf_printf(b, "%" PRIu64, n->u.u);
		break;
	case TREE_INT32:
	case TREE_INT64:
	case TREE_SBYTE:
	case TREE_INT16:
	default:
		buf_printf(b, "%" PRId64, n->u.i);
		break;
	}
	buf_add_str(b, suffix[n->kind]);
}

static void
dump_expandable(struct buf *b, const struct node_expandable *n)
{
	open_word(b, "str");
	for (size_t i = 0; i < n->npiece; i++) {
		buf_add_byte(b, ' ');
		if (n->pieces[i].text.len > 0)
			add_quoted(b, n->pieces[i].text);
		else
			tree_dump(n->pieces[i].expression, b);
	}
	close_list(b);
}

static void
dump_block(struct buf *b, const struct node_block *n, const char *word)
{
	if (n == NULL)
		return;
	buf_printf(b, " (%s", word);
	add_list(b, &n->traps);
	add_list(b, &n->statements);
	close_list(b);
}

static void
dump_script_block(struct buf *b, const struct node_script_block *n)
{
	open_word(b, "block");
	add_list(b, &n->usings);
	if (n->params != NULL)
		add_node(b, n->params);
	dump_block(b, n->dynamicparam, "dynamicparam");
	dump_block(b, n->begin, "begin");
	if (n->process != NULL)
		dump_block(b, n->process, "process");
	if (n->end != NULL && n->end->unnamed) {
		add_list(b, &n->end->traps);
		add_list(b, &n->end->statements);
	} else {
		dump_block(b, n->end, "end");
	}
	dump_block(b, n->clean, "clean");
	close_list(b);
}

static void
dump_clauses(struct buf *b, const struct tree_clause *c, size_t n,
    const struct node_block *otherwise)
{
	for (size_t i = 0; i < n; i++) {
		add_node(b, c[i].test);
		add_node(b, c[i].body);
	}
	if (otherwise != NULL) {
		buf_add_str(b, " else");
		add_node(b, otherwise);
	}
	close_list(b);
}

static void
dump_switch(struct buf *b, const struct node_switch *n)
{
	static const char *const flags[] = { "regex", "wildcard", "exact",
		"case", "file", "parallel" };

	open_word(b, "switch");
	add_label(b, n->label);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (n->flags >> i & 1)
			buf_printf(b, " -%s", flags[i]);
	add_node(b, n->condition);
	dump_clauses(b, n->clauses, n->nclause, n->otherwise);
}

static void
dump_loop(struct buf *b, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_FOR:
		open_word(b, "for");
		add_label(b, node_for(n)->label);
		add_node(b, node_for(n)->init);
		add_node(b, node_for(n)->condition);
		add_node(b, node_for(n)->step);
		add_node(b, node_for(n)->body);
		break;
	case NODE_FOREACH:
		open_word(b, "foreach");
		add_label(b, node_foreach(n)->label);
		add_node(b, node_foreach(n)->variable);
		add_node(b, node_foreach(n)->collection);
		add_node(b, node_foreach(n)->body);
		break;
	default:
		open_word(b, n->kind == NODE_WHILE ? "while"
		    : n->kind == NODE_DO_WHILE ? "do-while" : "do-until");
		add_label(b, node_loop(n)->label);
		add_node(b, node_loop(n)->condition);
		add_node(b, node_loop(n)->body);
		break;
	}
	close_list(b);
}

static void
dump_chain(struct buf *b, const struct node_chain *n)
{
	open_word(b, "chain");
	for (size_t i = 0; i < n->pipelines.n; i++) {
		if (i > 0)
			buf_add_str(b, n->is_or[i - 1] ? " ||" : " &&");
		add_node(b, n->pipelines.v[i]);
	}
	if (n->background)
		buf_add_str(b, " &");
	close_list(b);
}

static void
dump_pipeline(struct buf *b, const struct node_pipeline *n)
{
	if (n->elements.n == 1 && !n->background) {
		tree_dump(n->elements.v[0], b);
		return;
	}
	open_word(b, "pipe");
	add_list(b, &n->elements);
	if (n->background)
		buf_add_str(b, " &");
	close_list(b);
}

static void
dump_redirection(struct buf *b, const struct node_redirection *n)
{
	buf_printf(b, "%c>", n->from == TREE_STREAM_ALL ? '*'
	    : '0' + (int)n->from);
	if (n->node.kind == NODE_MERGE_REDIRECTION) {
		buf_printf(b, "&%d", (int)n->to);
		return;
	}
	if (n->append)
		buf_add_byte(b, '>');
	tree_dump(n->location, b);
}

static void
dump_command(struct buf *b, const struct node_command *n)
{
	open_word(b, n->how == TREE_INVOKE_CALL ? "call"
	    : n->how == TREE_INVOKE_DOT ? "dot" : "cmd");
	add_list(b, &n->elements);
	add_list(b, &n->redirections);
	close_list(b);
}

static void
dump_parameter_word(struct buf *b, const struct node_command_parameter *n)
{
	buf_add_byte(b, '-');
	add_text(b, n->name);
	if (n->argument == NULL)
		return;
	buf_add_byte(b, ':');
	tree_dump(n->argument, b);
}

static void
dump_pipe_part(struct buf *b, const struct node *n)
{
	const struct node_command_expression *e = node_command_expression(n);

	switch ((int)n->kind) {
	case NODE_PIPELINE:
		dump_pipeline(b, node_pipeline(n));
		break;
	case NODE_PIPELINE_CHAIN:
		dump_chain(b, node_chain(n));
		break;
	case NODE_COMMAND:
		dump_command(b, node_command(n));
		break;
	case NODE_COMMAND_PARAMETER:
		dump_parameter_word(b, node_command_parameter(n));
		break;
	case NODE_FILE_REDIRECTION:
	case NODE_MERGE_REDIRECTION:
		dump_redirection(b, node_redirection(n));
		break;
	default:
		if (e->redirections.n == 0) {
			tree_dump(e->expression, b);
			break;
		}
		open_word(b, "out");
		add_node(b, e->expression);
		add_list(b, &e->redirections);
		close_list(b);
		break;
	}
}

static void
dump_attribute(struct buf *b, const struct node_attribute *n)
{
	buf_add_byte(b, '[');
	add_text(b, n->name->full);
	buf_add_byte(b, '(');
	add_list(b, &n->positional);
	for (size_t i = 0; i < n->nnamed; i++) {
		buf_add_byte(b, ' ');
		add_text(b, n->named[i].name);
		if (n->named[i].value != NULL) {
			buf_add_byte(b, '=');
			tree_dump(n->named[i].value, b);
		}
	}
	buf_add_str(b, ")]");
}

static void
dump_parameter(struct buf *b, const struct node_parameter *n)
{
	open_word(b, "param");
	add_list(b, &n->attributes);
	add_node(b, n->name);
	if (n->fallback != NULL)
		add_node(b, n->fallback);
	close_list(b);
}

static void
dump_member_definition(struct buf *b, const struct node *n)
{
	const struct node_property_member *prop = node_property_member(n);
	const struct node_function_member *f = node_function_member(n);
	bool is_property = n->kind == NODE_PROPERTY_MEMBER;

	open_word(b, is_property ? "property" : f->is_constructor ? "new"
	    : "method");
	if (is_property ? prop->is_static : f->is_static)
		buf_add_str(b, " static");
	if (is_property ? prop->is_hidden : f->is_hidden)
		buf_add_str(b, " hidden");
	add_list(b, is_property ? &prop->attributes : &f->attributes);
	if ((is_property ? prop->type : f->return_type) != NULL)
		add_node(b, is_property ? prop->type : f->return_type);
	buf_add_byte(b, ' ');
	add_text(b, is_property ? prop->name : f->name);
	if (is_property) {
		if (prop->initial != NULL)
			add_node(b, prop->initial);
		close_list(b);
		return;
	}
	add_list(b, &f->params);
	if (f->has_base_call) {
		buf_add_str(b, " (base");
		add_list(b, &f->base_arguments);
		close_list(b);
	}
	add_node(b, f->body);
	close_list(b);
}

static void
dump_definition(struct buf *b, const struct node *n)
{
	const struct node_type_definition *d = node_type_definition(n);
	const struct node_function *f = node_function(n);

	switch ((int)n->kind) {
	case NODE_FUNCTION:
		open_word(b, f->is_filter ? "filter " : "function ");
		add_text(b, f->name);
		add_list(b, &f->params);
		add_node(b, f->body);
		break;
	case NODE_TYPE_DEFINITION:
		open_word(b, d->which == TREE_ENUM ? "enum " : "class ");
		add_text(b, d->name);
		add_list(b, &d->attributes);
		if (d->bases.n > 0) {
			buf_add_str(b, " :");
			add_list(b, &d->bases);
		}
		add_list(b, &d->members);
		break;
	case NODE_DATA:
		open_word(b, "data ");
		add_text(b, node_data(n)->name);
		add_list(b, &node_data(n)->commands);
		add_node(b, node_data(n)->body);
		break;
	default: {
		static const char *const words[] = { "assembly", "command",
			"module", "namespace", "type" };
		const struct node_using *u = node_using(n);

		open_word(b, "using ");
		buf_add_str(b, words[u->which]);
		if (u->name != NULL)
			add_node(b, u->name);
		if (u->alias != NULL)
			add_node(b, u->alias);
		if (u->specification != NULL)
			add_node(b, u->specification);
		break;
	}
	}
	close_list(b);
}

static void
dump_leave(struct buf *b, const struct node *n)
{
	static const struct {
		enum node_kind kind;
		const char *word;
	} words[] = {
		{ NODE_THROW, "throw" },
		{ NODE_RETURN, "return" },
		{ NODE_EXIT, "exit" },
		{ NODE_BREAK, "break" },
		{ NODE_CONTINUE, "continue" },
	};
	const struct node *what = n->kind == NODE_BREAK ||
	    n->kind == NODE_CONTINUE ? node_jump(n)->label
	    : node_leave(n)->pipeline;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].kind == n->kind)
			open_word(b, words[i].word);
	if (what != NULL)
		add_node(b, what);
	close_list(b);
}

static void
dump_statement(struct buf *b, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_ASSIGNMENT:
		open_word(b, tree_op_text(node_assignment(n)->op));
		add_node(b, node_assignment(n)->left);
		add_node(b, node_assignment(n)->right);
		close_list(b);
		break;
	case NODE_IF:
		open_word(b, "if");
		dump_clauses(b, node_if(n)->clauses, node_if(n)->nclause,
		    node_if(n)->otherwise);
		break;
	case NODE_TRY:
		open_word(b, "try");
		add_node(b, node_try(n)->body);
		add_list(b, &node_try(n)->catches);
		if (node_try(n)->finally != NULL) {
			buf_add_str(b, " finally");
			add_node(b, node_try(n)->finally);
		}
		close_list(b);
		break;
	case NODE_CATCH:
		open_word(b, "catch");
		add_list(b, &node_catch(n)->types);
		add_node(b, node_catch(n)->body);
		close_list(b);
		break;
	default: /* NODE_TRAP */
		open_word(b, "trap");
		if (node_trap(n)->type != NULL)
			add_node(b, node_trap(n)->type);
		add_node(b, node_trap(n)->body);
		close_list(b);
		break;
	}
}

static void
dump_access(struct buf *b, const struct node *n)
{
	const struct node_member *m = node_member(n);

	if (n->kind == NODE_INDEX) {
		open_word(b, node_index(n)->null_conditional ? "?[]" : "[]");
		add_node(b, node_index(n)->target);
		add_node(b, node_index(n)->index);
		close_list(b);
		return;
	}
	open_word(b, m->is_static ? "::" : m->null_conditional ? "?." : ".");
	add_node(b, m->target);
	add_node(b, m->member);
	if (n->kind == NODE_INVOKE_MEMBER) {
		if (node_invoke_member(n)->generics.n > 0) {
			buf_add_str(b, " (of");
			add_list(b, &node_invoke_member(n)->generics);
			close_list(b);
		}
		buf_add_str(b, " (args");
		add_list(b, &node_invoke_member(n)->arguments);
		close_list(b);
	}
	close_list(b);
}

static void
dump_operator(struct buf *b, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_BINARY:
		open_word(b, tree_op_text(node_binary(n)->op));
		add_node(b, node_binary(n)->left);
		add_node(b, node_binary(n)->right);
		break;
	case NODE_UNARY:
		open_word(b, node_unary(n)->op == TREE_OP_POST_INC ||
		    node_unary(n)->op == TREE_OP_POST_DEC ? "post" : "");
		buf_add_str(b, tree_op_text(node_unary(n)->op));
		add_node(b, node_unary(n)->child);
		break;
	case NODE_TERNARY:
		open_word(b, "?:");
		add_node(b, node_ternary(n)->condition);
		add_node(b, node_ternary(n)->if_true);
		add_node(b, node_ternary(n)->if_false);
		break;
	case NODE_CONVERT:
		open_word(b, "cast");
		add_node(b, node_convert(n)->type);
		add_node(b, node_convert(n)->child);
		break;
	default:
		open_word(b, "attributed");
		add_node(b, node_attributed(n)->attribute);
		add_node(b, node_attributed(n)->child);
		break;
	}
	close_list(b);
}

static void
dump_variable(struct buf *b, const struct node_variable *n)
{
	buf_add_byte(b, n->splatted ? '@' : '$');
	add_text(b, n->path);
}

static void
dump_hashtable(struct buf *b, const struct node_hashtable *n)
{
	open_word(b, "hash");
	for (size_t i = 0; i < n->npair; i++) {
		add_node(b, n->pairs[i].key);
		add_node(b, n->pairs[i].value);
	}
	close_list(b);
}

static void
dump_value(struct buf *b, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_VARIABLE:
		dump_variable(b, node_variable(n));
		return;
	case NODE_CONSTANT:
		dump_number(b, &node_constant(n)->number);
		return;
	case NODE_STRING:
		add_quoted(b, node_string(n)->text);
		return;
	case NODE_EXPANDABLE:
		dump_expandable(b, node_expandable(n));
		return;
	case NODE_HASHTABLE:
		dump_hashtable(b, node_hashtable(n));
		return;
	case NODE_SCRIPT_BLOCK_EXPRESSION:
		tree_dump(&node_script_block_expression(n)->block->node, b);
		return;
	case NODE_ARRAY_LITERAL:
		open_word(b, "list");
		add_list(b, &node_array_literal(n)->elements);
		break;
	case NODE_ARRAY:
	case NODE_SUBEXPRESSION:
		open_word(b, n->kind == NODE_ARRAY ? "@" : "$");
		add_list(b, &node_sub(n)->body->traps);
		add_list(b, &node_sub(n)->body->statements);
		break;
	case NODE_PAREN:
		open_word(b, "paren");
		add_node(b, node_paren(n)->pipeline);
		break;
	default: /* NODE_USING_EXPRESSION */
		open_word(b, "using");
		add_node(b, node_using_expression(n)->child);
		break;
	}
	close_list(b);
}

static void
dump_type(struct buf *b, const struct node *n)
{
	const struct node_type_name *name = n->kind == NODE_TYPE_NAME
	    ? node_type_name(n) : n->kind == NODE_TYPE ? node_type(n)->name
	    : node_type_constraint(n)->name;

	buf_add_byte(b, '[');
	add_text(b, name->full);
	buf_add_byte(b, ']');
}

static void
dump_blocks(struct buf *b, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_SCRIPT_BLOCK:
		dump_script_block(b, node_script_block(n));
		return;
	case NODE_PARAM_BLOCK:
		open_word(b, "params");
		add_list(b, &node_param_block(n)->attributes);
		add_list(b, &node_param_block(n)->params);
		break;
	default:
		open_word(b, "do");
		add_list(b, &node_block(n)->traps);
		add_list(b, &node_block(n)->statements);
		break;
	}
	close_list(b);
}

/* What stands inside a statement. */
static void
dump_inner(struct buf *b, const struct node *n)
{
	switch ((int)n->kind) {
	case NODE_MEMBER:
	case NODE_INVOKE_MEMBER:
	case NODE_INDEX:
		dump_access(b, n);
		break;
	case NODE_BINARY:
	case NODE_UNARY:
	case NODE_TERNARY:
	case NODE_CONVERT:
	case NODE_ATTRIBUTED:
		dump_operator(b, n);
		break;
	case NODE_ATTRIBUTE:
		dump_attribute(b, node_attribute(n));
		break;
	case NODE_PARAMETER:
		dump_parameter(b, node_parameter(n));
		break;
	case NODE_TYPE:
	case NODE_TYPE_CONSTRAINT:
	case NODE_TYPE_NAME:
		dump_type(b, n);
		break;
	case NODE_ERROR:
		open_word(b, "error");
		add_list(b, &node_error(n)->children);
		close_list(b);
		break;
	default:
		dump_value(b, n);
		break;
	}
}

void
tree_dump(const struct node *n, struct buf *b)
{
	if (n == NULL) {
		buf_add_byte(b, '_');
		return;
	}
	switch ((int)n->kind) {
	case NODE_SCRIPT_BLOCK:
	case NODE_PARAM_BLOCK:
	case NODE_NAMED_BLOCK:
	case NODE_STATEMENT_BLOCK:
		dump_blocks(b, n);
		break;
	case NODE_PIPELINE:
	case NODE_PIPELINE_CHAIN:
	case NODE_COMMAND:
	case NODE_COMMAND_EXPRESSION:
	case NODE_COMMAND_PARAMETER:
	case NODE_FILE_REDIRECTION:
	case NODE_MERGE_REDIRECTION:
		dump_pipe_part(b, n);
		break;
	case NODE_SWITCH:
		dump_switch(b, node_switch(n));
		break;
	case NODE_WHILE:
	case NODE_DO_WHILE:
	case NODE_DO_UNTIL:
	case NODE_FOR:
	case NODE_FOREACH:
		dump_loop(b, n);
		break;
	case NODE_THROW:
	case NODE_RETURN:
	case NODE_EXIT:
	case NODE_BREAK:
	case NODE_CONTINUE:
		dump_leave(b, n);
		break;
	case NODE_ASSIGNMENT:
	case NODE_IF:
	case NODE_TRY:
	case NODE_CATCH:
	case NODE_TRAP:
		dump_statement(b, n);
		break;
	case NODE_FUNCTION:
	case NODE_TYPE_DEFINITION:
	case NODE_DATA:
	case NODE_USING:
		dump_definition(b, n);
		break;
	case NODE_PROPERTY_MEMBER:
	case NODE_FUNCTION_MEMBER:
		dump_member_definition(b, n);
		break;
	default:
		dump_inner(b, n);
		break;
	}
}

void
tree_dump_script(const struct script_tree *t, struct buf *out)
{
	const struct node_script_block *root = t->root;

	if (root->params != NULL || root->begin != NULL ||
	    root->process != NULL || root->clean != NULL ||
	    root->dynamicparam != NULL || root->usings.n > 0 ||
	    root->end == NULL || !root->end->unnamed) {
		tree_dump(&root->node, out);
		return;
	}
	for (size_t i = 0; i < root->end->traps.n; i++) {
		if (out->len > 0)
			buf_add_byte(out, ' ');
		tree_dump(root->end->traps.v[i], out);
	}
	for (size_t i = 0; i < root->end->statements.n; i++) {
		if (out->len > 0)
			buf_add_byte(out, ' ');
		tree_dump(root->end->statements.v[i], out);
	}
}
