/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold of classes and their methods. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "shell/lang/parse_check_internal.h"

struct method {
	struct parser *p;
	const struct node_type_definition *type;
	const struct node_function_member *member;
	struct name_set locals;    /* parameters and what is assigned */
	struct name_set params;
	bool returns_nothing;
};

/* Variables a method sees without assigning to them. */
static const char *const known[] = {
	"$", "?", "^", "_", "args", "ConfirmPreference", "ConsoleFileName",
	"DebugPreference", "EnabledExperimentalFeatures", "Error",
	"ErrorActionPreference", "ErrorView", "Event", "EventArgs",
	"EventSubscriber", "ExecutionContext", "false", "foreach",
	"FormatEnumerationLimit", "HOME", "Host", "InformationPreference",
	"input", "IsCoreCLR", "IsLinux", "IsMacOS", "IsWindows",
	"LASTEXITCODE", "Matches", "MaximumHistoryCount", "MyInvocation",
	"NestedPromptLevel", "null", "OutputEncoding", "PID", "PROFILE",
	"ProgressPreference", "PSBoundParameters", "PSCmdlet",
	"PSCommandPath", "PSCulture", "PSDebugContext",
	"PSDefaultParameterValues", "PSEdition", "PSEmailServer", "PSHOME",
	"PSItem", "PSModuleAutoLoadingPreference",
	"PSNativeCommandArgumentPassing",
	"PSNativeCommandUseErrorActionPreference", "PSScriptRoot",
	"PSSenderInfo", "PSSessionApplicationName",
	"PSSessionConfigurationName", "PSSessionOption", "PSStyle",
	"PSUICulture", "PSVersionTable", "PWD", "Sender", "ShellId",
	"SourceArgs", "SourceEventArgs", "StackTrace", "switch", "this",
	"true", "VerbosePreference", "WarningPreference",
	"WhatIfPreference",
};

static bool
is_known(struct tree_text name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (text_is(name, known[i]))
			return true;
	return false;
}

static bool
is_block_of_its_own(const struct node *n)
{
	return n->kind == NODE_SCRIPT_BLOCK_EXPRESSION ||
	    n->kind == NODE_FUNCTION || n->kind == NODE_TYPE_DEFINITION ||
	    n->kind == NODE_PARAM_BLOCK;
}

/* A property that an assignment to $name must reach through $this. */
static const struct node_property_member *
property_named(const struct node_type_definition *type,
    struct tree_text name)
{
	for (size_t i = 0; i < type->members.n; i++) {
		const struct node *m = type->members.v[i];
		const struct node_property_member *prop =
		    node_property_member(m);

		if (m->kind == NODE_PROPERTY_MEMBER &&
		    prop->name.len == name.len &&
		    strncasecmp(prop->name.s, name.s, name.len) == 0)
			return prop;
	}
	return NULL;
}

static void
assigned(struct method *m, const struct node *n)
{
	const struct node_property_member *prop;
	const struct node_variable *v;
	struct buf b;

	while (n->kind == NODE_CONVERT || n->kind == NODE_ATTRIBUTED)
		n = n->kind == NODE_CONVERT ? node_convert(n)->child
		    : node_attributed(n)->child;
	if (n->kind == NODE_ARRAY_LITERAL) {
		for (size_t i = 0; i < node_array_literal(n)->elements.n; i++)
			assigned(m, node_array_literal(n)->elements.v[i]);
		return;
	}
	v = node_variable(n);
	if (n->kind != NODE_VARIABLE || v->scope == TREE_SCOPE_DRIVE)
		return;
	(void)name_set_add(&m->locals, v->name);
	prop = v->scope == TREE_SCOPE_NONE &&
	    !name_set_has(&m->params, v->name) && !is_known(v->name)
	    ? property_named(m->type, v->name) : NULL;
	if (prop == NULL)
		return;
	if (!prop->is_static) {
		p_error_two(m->p, span_node(n), "MissingThis",
		    text_of("$this."), v->name);
		return;
	}
	buf_init(&b);
	buf_printf(&b, "[%s]::", m->type->name.s);
	p_error_two(m->p, span_node(n),
	    "MissingTypeInStaticPropertyAssignment", text_of(buf_text(&b)),
	    v->name);
	buf_clear(&b);
}

static bool
find_locals(struct node *n, void *arg)
{
	struct method *m = arg;

	if (is_block_of_its_own(n))
		return false;
	if (n->kind == NODE_ASSIGNMENT)
		assigned(m, node_assignment(n)->left);
	else if (n->kind == NODE_FOREACH)
		(void)name_set_add(&m->locals,
		    node_foreach(n)->variable->name);
	else if (n->kind == NODE_DATA)
		(void)name_set_add(&m->locals, node_data(n)->name);
	return tree_each_child(n, find_locals, arg);
}

static void
check_method_return(struct method *m, const struct node_leave *n)
{
	if (n->pipeline != NULL && m->returns_nothing)
		p_error(m->p, span_node(n), "VoidMethodHasReturn");
	else if (n->pipeline == NULL && !m->returns_nothing)
		p_error(m->p, span_node(n),
		    "NonVoidMethodMissingReturnValue");
}

static void
check_method_label(struct method *m, const struct node_jump *n)
{
	struct tree_text label;

	if (n->label == NULL || n->label->kind != NODE_STRING)
		return;
	label = node_string(n->label)->text;
	for (const struct node *up = n->node.parent; up != NULL &&
	    up->kind != NODE_FUNCTION_MEMBER; up = up->parent) {
		struct tree_text own = up->kind == NODE_WHILE ||
		    up->kind == NODE_DO_WHILE || up->kind == NODE_DO_UNTIL
		    ? node_loop(up)->label
		    : up->kind == NODE_FOR ? node_for(up)->label
		    : up->kind == NODE_FOREACH ? node_foreach(up)->label
		    : up->kind == NODE_SWITCH ? node_switch(up)->label
		    : text_of("");

		if (own.len == label.len &&
		    strncasecmp(own.s, label.s, own.len) == 0)
			return;
	}
	p_error_text(m->p, span_node(n), "LabelNotFound", label);
}

static bool
check_inside(struct node *n, void *arg)
{
	struct method *m = arg;
	const struct node_variable *v = node_variable(n);

	if (is_block_of_its_own(n))
		return false;
	if (n->kind == NODE_RETURN) {
		check_method_return(m, node_leave(n));
	} else if (n->kind == NODE_BREAK || n->kind == NODE_CONTINUE) {
		check_method_label(m, node_jump(n));
	} else if (n->kind == NODE_VARIABLE) {
		if (m->member->is_static && text_is(v->path, "this"))
			p_error_text(m->p, span_node(n),
			    "NonStaticMemberAccessInStaticMember", v->path);
		else if ((v->scope == TREE_SCOPE_NONE ||
		    v->scope == TREE_SCOPE_LOCAL) && !is_known(v->name) &&
		    !name_set_has(&m->locals, v->name))
			p_error(m->p, span_node(n), "VariableNotLocal");
	}
	return tree_each_child(n, check_inside, arg);
}

static bool ends(const struct node *n);

static bool
block_ends(const struct node_block *b)
{
	for (size_t i = 0; b != NULL && i < b->statements.n; i++)
		if (ends(b->statements.v[i]))
			return true;
	return false;
}

static bool
clauses_end_all(const struct tree_clause *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!block_ends(c[i].body))
			return false;
	return true;
}

static bool
try_ends(const struct node_try *n)
{
	if (n->finally != NULL && block_ends(n->finally))
		return true;
	for (size_t i = 0; i < n->catches.n; i++)
		if (!block_ends(node_catch(n->catches.v[i])->body))
			return false;
	return block_ends(n->body);
}

/* Does control never get behind n? A loop on a constant counts as endless. */
static bool
ends(const struct node *n)
{
	const struct node *c;

	switch ((int)n->kind) {
	case NODE_RETURN:
	case NODE_THROW:
	case NODE_EXIT:
	case NODE_ERROR:
		return true;
	case NODE_IF:
		return node_if(n)->otherwise != NULL &&
		    block_ends(node_if(n)->otherwise) &&
		    clauses_end_all(node_if(n)->clauses,
		    node_if(n)->nclause);
	case NODE_SWITCH:
		return node_switch(n)->otherwise != NULL &&
		    block_ends(node_switch(n)->otherwise) &&
		    clauses_end_all(node_switch(n)->clauses,
		    node_switch(n)->nclause);
	case NODE_TRY:
		return try_ends(node_try(n));
	case NODE_WHILE:
	case NODE_DO_WHILE:
	case NODE_DO_UNTIL:
		c = pure_expression(node_loop(n)->condition);
		return (c != NULL && tree_is_constant(c)) ||
		    (n->kind != NODE_WHILE && block_ends(node_loop(n)->body));
	case NODE_FOR:
		return node_for(n)->condition == NULL;
	default:
		return false;
	}
}

static void
check_body(struct method *m)
{
	const struct node_function_member *f = m->member;
	const struct node_script_block *sb = f->body;
	struct span name = { f->name_start, f->name_end };

	if (sb->params != NULL)
		p_error(m->p, span_node(sb->params),
		    "ParamBlockNotAllowedInMethod");
	if (sb->dynamicparam != NULL || sb->begin != NULL ||
	    sb->process != NULL || sb->clean != NULL || sb->end == NULL ||
	    !sb->end->unnamed)
		p_error(m->p, span_node(sb), "NamedBlockNotAllowedInMethod");
	if (f->is_constructor && f->return_type != NULL)
		p_error(m->p, span_node(f->return_type),
		    "ConstructorCantHaveReturnType");
	if (!m->returns_nothing && sb->end != NULL && !block_ends(sb->end))
		p_error(m->p, name, "MethodHasCodePathNotReturn");
	(void)tree_each_child(&sb->node, find_locals, m);
	(void)tree_each_child(&sb->node, check_inside, m);
}

static void
check_method(struct parser *p, const struct node_type_definition *type,
    const struct node_function_member *f)
{
	struct method m = { .p = p, .type = type, .member = f };
	struct tree_text returns = f->return_type == NULL ? text_of("void")
	    : f->return_type->name->full;

	m.returns_nothing = f->is_constructor || text_is(returns, "void") ||
	    text_is(returns, "System.Void");
	for (size_t i = 0; i < f->params.n; i++) {
		const struct node_parameter *param =
		    node_parameter(f->params.v[i]);
		bool typed = false;

		if (!name_set_add(&m.params, param->name->name))
			p_error_text(p, span_node(param->name),
			    "DuplicateFormalParameter", param->name->path);
		(void)name_set_add(&m.locals, param->name->name);
		for (size_t k = 0; k < param->attributes.n; k++) {
			if (param->attributes.v[k]->kind !=
			    NODE_TYPE_CONSTRAINT)
				continue;
			if (typed)
				p_error(p, span_node(param->attributes.v[k]),
				    "MultipleTypeConstraintsOnMethodParam");
			typed = true;
		}
	}
	if (f->body != NULL)
		check_body(&m);
	name_set_clear(&m.locals);
	name_set_clear(&m.params);
}

/* A method's name and the types of its parameters: what tells them apart. */
static void
signature(const struct node_function_member *f, struct buf *b)
{
	buf_reset(b);
	buf_add(b, f->name.s, f->name.len);
	buf_add_byte(b, f->is_static && f->is_constructor ? ':' : '(');
	for (size_t i = 0; i < f->params.n; i++) {
		const struct node_parameter *param =
		    node_parameter(f->params.v[i]);

		for (size_t k = 0; k < param->attributes.n; k++)
			if (param->attributes.v[k]->kind ==
			    NODE_TYPE_CONSTRAINT)
				buf_add(b,
				    type_of(param->attributes.v[k]).s,
				    type_of(param->attributes.v[k]).len);
		buf_add_byte(b, ',');
	}
}

static void
check_enum_value(struct parser *p, const struct node_property_member *n)
{
	if (n->is_enum_value && n->initial != NULL &&
	    n->initial->kind != NODE_ERROR && !tree_is_constant(n->initial))
		p_error(p, span_node(n->initial),
		    "EnumeratorValueMustBeConstant");
}

void
check_type_definition(struct parser *p, const struct node_type_definition *n)
{
	struct name_set seen = { 0 };
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < n->members.n; i++) {
		const struct node *m = n->members.v[i];
		const struct node_function_member *f =
		    node_function_member(m);
		struct tree_text name, key;

		if (m->kind == NODE_PROPERTY_MEMBER) {
			name = key = node_property_member(m)->name;
			check_enum_value(p, node_property_member(m));
		} else {
			name = f->name;
			signature(f, &b);
			key = tree_copy_text(p->arena, buf_text(&b), b.len);
		}
		if (!name_set_add(&seen, key))
			p_error_text(p, span_node(m), "MemberAlreadyDefined",
			    name);
		if (m->kind == NODE_FUNCTION_MEMBER)
			check_method(p, n, f);
	}
	buf_clear(&b);
	name_set_clear(&seen);
}
