/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The little that a data section may hold. */
#include "config.h"

#include <string.h>

#include "shell/lang/parse_check_internal.h"

struct data_check {
	struct parser *p;
	const struct node_data *data;
	bool any_command; /* -SupportedCommand is not constant */
};

/* Nodes that are never allowed, and what is said. */
static const char *
refusal(enum node_kind kind)
{
	switch ((int)kind) {
	case NODE_ASSIGNMENT:
		return "AssignmentStatementNotSupportedInDataSection";
	case NODE_FUNCTION:
	case NODE_TYPE_DEFINITION:
		return "FunctionDeclarationNotSupportedInDataSection";
	case NODE_TRY:
	case NODE_CATCH:
		return "TryStatementNotSupportedInDataSection";
	case NODE_TRAP:
		return "TrapStatementNotSupportedInDataSection";
	case NODE_SWITCH:
		return "SwitchStatementNotSupportedInDataSection";
	case NODE_DATA:
		return "DataSectionStatementNotSupportedInDataSection";
	case NODE_FOREACH:
		return "ForeachStatementNotSupportedInDataSection";
	case NODE_FOR:
	case NODE_WHILE:
		return "ForWhileStatementNotSupportedInDataSection";
	case NODE_DO_WHILE:
	case NODE_DO_UNTIL:
		return "DoWhileStatementNotSupportedInDataSection";
	case NODE_BREAK:
	case NODE_CONTINUE:
	case NODE_RETURN:
	case NODE_EXIT:
	case NODE_THROW:
		return "FlowControlStatementNotSupportedInDataSection";
	case NODE_FILE_REDIRECTION:
	case NODE_MERGE_REDIRECTION:
		return "RedirectionNotSupportedInDataSection";
	case NODE_EXPANDABLE:
		return "ExpandableStringNotSupportedInDataSection";
	case NODE_SCRIPT_BLOCK_EXPRESSION:
		return "ScriptBlockNotSupportedInDataSection";
	case NODE_INVOKE_MEMBER:
		return "MethodCallNotSupportedInDataSection";
	case NODE_MEMBER:
		return "PropertyReferenceNotSupportedInDataSection";
	case NODE_INDEX:
		return "ArrayReferenceNotSupportedInDataSection";
	case NODE_ATTRIBUTED:
		return "AttributeNotSupportedInDataSection";
	default:
		return NULL;
	}
}

static bool
is_data_variable(struct tree_text path)
{
	static const char *const allowed[] = { "PSCulture", "PSUICulture",
		"true", "false", "null" };

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (text_is(path, allowed[i]))
			return true;
	return false;
}

static void
check_command(const struct data_check *d, const struct node_command *n)
{
	const struct node *name = n->elements.v[0];
	struct tree_text text;

	if (n->how == TREE_INVOKE_DOT) {
		p_error(d->p, span_node(n),
		    "DotSourcingNotSupportedInDataSection");
		return;
	}
	if (d->any_command || name->kind != NODE_STRING)
		return;
	text = node_string(name)->text;
	if (text_is(text, "ConvertFrom-StringData"))
		return;
	for (size_t i = 0; i < d->data->commands.n; i++)
		if (text_is(text, node_string(d->data->commands.v[i])->text.s))
			return;
	p_error_text(d->p, span_node(n), "CmdletNotInAllowedListForDataSection",
	    text);
}

static bool
check_inside(struct node *n, void *arg)
{
	const struct data_check *d = arg;
	const char *id = refusal((enum node_kind)n->kind);

	if (id != NULL) {
		p_error(d->p, span_node(n), id);
		return false;
	}
	if (n->kind == NODE_COMMAND)
		check_command(d, node_command(n));
	else if (n->kind == NODE_VARIABLE &&
	    !is_data_variable(node_variable(n)->path))
		p_error_text(d->p, span_node(n),
		    "VariableReferenceNotSupportedInDataSection", text_of(
		    "$PSCulture, $PSUICulture, $true, $false, $null"));
	else if (n->kind == NODE_UNARY && node_unary(n)->op >= TREE_OP_PRE_INC)
		p_error_text(d->p, span_node(n),
		    "OperatorNotSupportedInDataSection",
		    text_of(tree_op_text(node_unary(n)->op)));
	return tree_each_child(n, check_inside, arg);
}

void
check_data(struct parser *p, const struct node_data *n)
{
	struct data_check d = { .p = p, .data = n };

	for (size_t i = 0; i < n->commands.n; i++)
		if (n->commands.v[i]->kind != NODE_STRING)
			d.any_command = true;
	(void)tree_each_child(&n->body->node, check_inside, &d);
}
